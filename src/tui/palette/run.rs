//! What a line of the palette does.

use super::Offer;
use super::actions::{command, open, words};
use super::command::{Command, Does, Wish, Word, usage_word};
use crate::audit::{Rule, find};
use crate::history::compaction::Algorithm;
use crate::history::usage;
use crate::text::{bytes, printable, ungrouped};
use crate::tui::act::{act, perform};
use crate::tui::app::{App, Prompt};
use crate::tui::copy;
use crate::tui::follow::follow;
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::message::Command as Asked;
use crate::tui::moment;
use crate::tui::navigate::{go_to, go_to_key, no_such_key, no_such_revision};
use crate::tui::overlays::actions::{close, own};
use crate::tui::panes::keys::filter::{Filter, Sort};
use crate::tui::panes::preview::actions::{aim, with_preview};
use crate::tui::panes::{Listing, findings, keys, log};
use crate::tui::save::{self, Saving};
use crate::tui::trail::actions::leave;
use crate::tui::trial;

/// Runs the line, or says why not: then it is still there.
pub(in crate::tui) fn run(app: &mut App) -> Vec<Asked> {
    let Some(prompt) = app.prompt.take() else { return Vec::new() };
    let line = match prompt.input.value().trim() {
        // As hands know it from vi.
        "q!" | "wq" | "qa" => "quit".to_owned(),
        line => match line.strip_prefix("w ") {
            Some(file) => format!("save {}", file.trim_start()),
            None => line.to_owned(),
        },
    };
    if line == "q" {
        return act(app, Action::Quit);
    }
    if line.is_empty() && app.palette.cursor == 0 {
        return Vec::new();
    }
    let chosen = app.palette.chosen().cloned();
    let time = app.start.preferences.zone.parse(&line);
    let done = match (command(&line), chosen) {
        // An offer that was gone to, or that nothing was typed for.
        (Some((command, word)), Some(Offer::Word(_, chosen, _)))
            if app.palette.cursor > 0 || word.is_empty() && command.needs_word() =>
        {
            carry_out(app, command, &chosen)
        }
        (Some((command, word)), _) => carry_out(app, command, word),
        (None, Some(Offer::Command(command))) if command.needs_word() => {
            let line = format!("{} ", command.name);
            app.prompt = Some(Prompt { input: line.into(), ..prompt });
            return Vec::new();
        }
        (None, Some(Offer::Command(command))) => carry_out(app, command, ""),
        (None, Some(Offer::Word(command, word, _))) => carry_out(app, command, &word),
        (None, Some(Offer::Row(at))) => {
            let commands = close(app);
            go_to(app, at);
            Ok(commands)
        }
        (None, Some(Offer::Key(key))) => {
            let commands = close(app);
            go_to_key(app, key);
            app.focus = Pane::Chain;
            Ok(commands)
        }
        (None, None) => match (time, ungrouped(&line)) {
            (Some(time), _) => log::actions::go_to_time(app, time).map(|()| close(app)),
            (None, Some(revision)) => Err(no_such_revision(app, revision)),
            (None, None) => Err(no_such_key(app, &line)),
        },
    };
    // A command may refuse in its own words.
    let refused = app.notice.take_if(|notice| notice.is_error).map(|notice| notice.text);
    match (done, refused) {
        (Ok(commands), None) => {
            app.palette.remember(&line);
            if app.prompt.is_none() {
                follow(app);
                leave(app, prompt.from, None);
            }
            commands
        }
        (Err(why), _) | (Ok(_), Some(why)) => {
            app.palette.refused = Some(printable(&why).into_owned());
            app.overlay = prompt.overlay;
            app.prompt = Some(prompt);
            Vec::new()
        }
    }
}

/// Says what came of saving something: how many bytes were written, or why none were. Then what was typed
/// is there again.
pub(in crate::tui) fn saved(app: &mut App, saving: &Saving, done: Result<u64, String>) {
    let Saving { report, path, .. } = saving;
    match done {
        Ok(size) => app.tell(format!("Saved {} in {path}: {}.", report.words(), bytes(size))),
        Err(why) => {
            open(app);
            if let Some(prompt) = &mut app.prompt {
                prompt.input = format!("save {path}").into();
            }
            follow(app);
            app.palette.refused = Some(printable(&why).into_owned());
        }
    }
}

/// What an action does to the sheet that is shown; what that does not know, to the panes, without it.
fn act_anywhere(app: &mut App, action: Action) -> Vec<Asked> {
    if action != Action::Quit
        && let Some(commands) = own(app, action)
    {
        return commands;
    }
    let mut commands = close(app);
    commands.extend(perform(app, action));
    commands
}

/// Does what a command does.
fn carry_out(app: &mut App, command: &Command, word: &str) -> Result<Vec<Asked>, String> {
    match command.does {
        Does::Action(_) | Does::Tries(_) if !word.is_empty() => {
            return Err(format!("{} takes no word after it.", command.name));
        }
        // By its name, it is meant.
        Does::Action(Action::Quit) => return Ok(vec![Asked::Quit]),
        Does::Action(action) => return Ok(act_anywhere(app, action)),
        Does::Tries(wish) => {
            let mut commands = close(app);
            commands.extend(match wish {
                Wish::Strays => trial::actions::take_strays(app),
                Wish::Repair => trial::actions::mend(app),
                Wish::Discard => trial::actions::discard(app),
            });
            return Ok(commands);
        }
        Does::Said(action, _) if word.is_empty() => return Ok(act_anywhere(app, action)),
        Does::Said(_, Word::Target) => {
            let commands = close(app);
            show_preview(app);
            aim(app, word);
            return Ok(commands);
        }
        Does::Save if word.is_empty() => {
            return Err("Name the file: save FILE, which must be new.".to_owned());
        }
        Does::Save => return save::actions::save(app, word),
        Does::At if word.is_empty() => {
            return Err("Name a revision or a time: at 5890, at 02:10.".to_owned());
        }
        Does::At => {
            let commands = close(app);
            return moment::actions::go_to(app, word).map(|()| commands);
        }
        Does::Theme if app.start.preferences.themes.is_empty() => {
            return Err("There are no colours: NO_COLOR or --color turns them off.".to_owned());
        }
        Does::Said(..) | Does::Algorithm | Does::Theme => {}
    }
    let words = words(app, command, word);
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
    match command.does {
        Does::Said(_, Word::Copied) => return Ok(copy::actions::copy_named(app, word)),
        Does::Theme => return Ok(theme(app, word)),
        _ => {}
    }
    let commands = close(app);
    match command.does {
        Does::Said(_, Word::Sort) => sort(app, word),
        Does::Said(_, Word::Filter) => filter(app, word),
        Does::Said(_, Word::Rule) => show_rule(app, word)?,
        Does::Algorithm => compact_as(app, word),
        _ => {}
    }
    Ok(commands)
}

/// Chooses the colours. Those that hang on the background follow what the terminal said of it; one that was
/// not asked yet is.
fn theme(app: &mut App, name: &str) -> Vec<Asked> {
    let themes = &app.start.preferences.themes;
    let Some(chosen) = themes.iter().find(|theme| theme.name == name).cloned() else {
        return Vec::new();
    };
    app.start.look.theme = match app.background.filter(|_| chosen.asks_background) {
        Some(background) => chosen.theme.on(background),
        None => chosen.theme,
    };
    app.start.preferences.asks_background = chosen.asks_background;
    app.tell(format!("The theme is {name}. `theme` in the settings keeps it."));
    let is_unknown = chosen.asks_background && app.background.is_none();
    if is_unknown { vec![Asked::AskBackground] } else { Vec::new() }
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
