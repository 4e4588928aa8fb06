//! What a line of the palette does.

use super::Offer;
use super::actions::command;
use super::command::{Command, Does, Word, usage_word};
use crate::audit::{Rule, find};
use crate::history::compaction::Algorithm;
use crate::history::usage;
use crate::text::{printable, ungrouped};
use crate::tui::act::perform;
use crate::tui::app::{App, Prompt};
use crate::tui::copy;
use crate::tui::follow::follow;
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::message::Command as Asked;
use crate::tui::navigate::{go_to, go_to_key, no_such_key, no_such_revision};
use crate::tui::panes::keys::filter::{Filter, Sort};
use crate::tui::panes::preview::actions::{aim, with_preview};
use crate::tui::panes::{Listing, findings, keys};
use crate::tui::trail::actions::place;

/// Runs the line, or says why not: then it is still there.
pub(in crate::tui) fn run(app: &mut App) -> Vec<Asked> {
    let Some(prompt) = app.prompt.take() else { return Vec::new() };
    let line = match prompt.input.value().trim() {
        // As hands know it from vi.
        "q" | "q!" | "wq" => "quit".to_owned(),
        line => line.to_owned(),
    };
    if line.is_empty() && app.palette.cursor == 0 {
        return Vec::new();
    }
    let chosen = app.palette.chosen().cloned();
    let done = match (command(&line), chosen) {
        (Some((command, word)), _) => carry_out(app, command, word),
        (None, Some(Offer::Command(command))) if command.needs_word() => {
            let line = format!("{} ", command.name);
            app.prompt = Some(Prompt { input: line.into(), ..prompt });
            return Vec::new();
        }
        (None, Some(Offer::Command(command))) => carry_out(app, command, ""),
        (None, Some(Offer::Word(command, word, _))) => carry_out(app, command, &word),
        (None, Some(Offer::Row(at))) => {
            go_to(app, at);
            Ok(Vec::new())
        }
        (None, Some(Offer::Key(key))) => {
            go_to_key(app, key);
            app.focus = Pane::Chain;
            Ok(Vec::new())
        }
        (None, None) => Err(match ungrouped(&line) {
            Some(revision) => no_such_revision(app, revision),
            None => no_such_key(app, &line),
        }),
    };
    // A command may refuse in its own words.
    let refused = app.notice.take_if(|notice| notice.is_error).map(|notice| notice.text);
    match (done, refused) {
        (Ok(commands), None) => {
            app.palette.remember(&line);
            if app.prompt.is_none() {
                follow(app);
                app.trail.leave(prompt.from, &place(app), false);
            }
            commands
        }
        (Err(why), _) | (Ok(_), Some(why)) => {
            app.palette.refused = Some(printable(&why).into_owned());
            app.prompt = Some(prompt);
            Vec::new()
        }
    }
}

/// Does what a command does.
fn carry_out(app: &mut App, command: &Command, word: &str) -> Result<Vec<Asked>, String> {
    let kind = match command.does {
        Does::Action(_) if !word.is_empty() => {
            return Err(format!("{} takes no word after it.", command.name));
        }
        Does::Action(action) => return Ok(perform(app, action)),
        Does::Said(action, _) if word.is_empty() => return Ok(perform(app, action)),
        Does::Said(_, Word::Target) => {
            show_preview(app);
            aim(app, word);
            return Ok(Vec::new());
        }
        Does::Said(_, kind) => Some(kind),
        Does::Algorithm => None,
    };
    let words = command.words();
    let fitting: Vec<&str> = words
        .iter()
        .map(|(known, _)| known.as_str())
        .filter(|known| !word.is_empty() && known.starts_with(word))
        .collect();
    let word = match *fitting {
        [only] => only,
        _ if fitting.contains(&word) => word,
        _ => return Err(wanted(command, &words)),
    };
    match kind {
        Some(Word::Sort) => sort(app, word),
        Some(Word::Filter) => filter(app, word),
        Some(Word::Rule) => show_rule(app, word)?,
        Some(Word::Copied) => return Ok(copy::actions::copy_named(app, word)),
        Some(Word::Target) => {}
        None => compact_as(app, word),
    }
    Ok(Vec::new())
}

fn show_preview(app: &mut App) {
    if app.preview.is_none() {
        perform(app, Action::Preview);
    }
}

/// Previews what another version of kine would do.
fn compact_as(app: &mut App, word: &str) {
    let rule = Algorithm::ALL.into_iter().find(|rule| rule.short_name() == word);
    let Some(rule) = rule else { return };
    show_preview(app);
    with_preview(app, |preview, history| preview.compact_as(history, rule));
    app.tell(format!("The preview compacts as {}.", rule.name()));
}

/// `After sort comes one of name, rows, trouble.`
fn wanted(command: &Command, words: &[(String, String)]) -> String {
    const SOME: usize = 8;
    let named: Vec<&str> = words.iter().take(SOME).map(|(word, _)| word.as_str()).collect();
    let more = if words.len() > SOME { "; Tab goes through all" } else { "" };
    format!("After {} comes one of {}{more}.", command.name, named.join(", "))
}

fn sort(app: &mut App, word: &str) {
    let part = [
        usage::Sort::Rows,
        usage::Sort::Keys,
        usage::Sort::Bytes,
        usage::Sort::Freed,
        usage::Sort::Name,
    ];
    let part = part.into_iter().find(|sort| usage_word(*sort) == word);
    let key = [Sort::Name, Sort::Rows, Sort::Trouble].into_iter().find(|sort| sort.name() == word);
    match (app.listing, key, part) {
        (Listing::Usage, _, Some(sort)) => app.usage.sort_by(&app.table.history, sort),
        (_, Some(sort), _) => {
            app.listing = Listing::Keys;
            app.keys.sort = sort;
            app.list_keys();
            app.tell(format!("Keys by {}.", sort.name()));
        }
        (_, None, Some(_)) => app.refuse("That is an order of prefixes: u shows them."),
        (_, None, None) => {}
    }
}

fn filter(app: &mut App, word: &str) {
    let filter = match word {
        "all" => Filter::All,
        "findings" => Filter::Findings,
        "affected" => {
            show_preview(app);
            Filter::Affected
        }
        _ => match find(word) {
            Some(rule) => Filter::Rule(rule),
            None => return,
        },
    };
    app.listing = Listing::Keys;
    app.focus = Pane::List;
    keys::actions::filter(app, filter);
}

/// Shows what a rule found.
fn show_rule(app: &mut App, word: &str) -> Result<(), String> {
    let found = find(word).and_then(|rule: &'static Rule| app.audit.list.place_of_rule(rule));
    let Some(line) = found else {
        return Err(format!(
            "{word} found nothing; explain {word} on the command line tells more."
        ));
    };
    if app.listing != Listing::Findings {
        findings::actions::toggle(app, Listing::Findings);
    }
    app.focus = Pane::List;
    app.audit.list.select(line);
    Ok(())
}
