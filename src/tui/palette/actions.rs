//! What is offered for a line of the palette, and what is typed on it.

use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

use super::Offer;
use super::command::{COMMANDS, Command, Does};
use crate::find::key_named;
use crate::history::KeyId;
use crate::text::{escape, ungrouped};
use crate::tui::app::{App, Purpose};
use crate::tui::prompt;
use crate::tui::save;

/// Begins to type a line.
pub(in crate::tui) fn open(app: &mut App) {
    prompt::ask(app, Purpose::Palette, Input::default());
    app.palette.begin(COMMANDS.iter().map(Offer::Command).collect());
}

/// The same, with the beginning of a line.
pub(in crate::tui) fn open_with(app: &mut App, line: &str) {
    open(app);
    set(app, line.to_owned().into());
}

/// Offers what fits the line, if it has changed.
pub(in crate::tui) fn follow(app: &mut App) {
    let Some(prompt) = app.prompt.as_ref().filter(|it| it.purpose == Purpose::Palette) else {
        return;
    };
    let line = prompt.input.value().to_owned();
    if line == app.palette.typed {
        return;
    }
    app.palette.recalled =
        app.palette.recalled.filter(|&at| app.palette.run.get(at) == Some(&line));
    let line_of = line.trim();
    let (offers, keys) = match command(line_of) {
        Some((command, word)) if line.contains(' ') => (offered(app, command, word), Vec::new()),
        _ => (fitting(app, line_of), if line_of.is_empty() { Vec::new() } else { all_keys(app) }),
    };
    let App { palette, table, .. } = app;
    palette.offer(&table.history, &line, offers, keys);
}

/// The command that a line begins with, and the word after it.
pub(super) fn command(line: &str) -> Option<(&'static Command, &str)> {
    let (name, word) = line.split_once(' ').unwrap_or((line, ""));
    let command = COMMANDS.iter().find(|command| command.name == name)?;
    Some((command, word.trim()))
}

fn offered(app: &App, command: &'static Command, typed: &str) -> Vec<Offer> {
    let fits = |word: &str| word.starts_with(typed);
    let words = words(app, command, typed).into_iter().filter(|(word, _)| fits(word));
    words.map(|(word, help)| Offer::Word(command, word, help)).collect()
}

/// The words that may stand after a command now, each with what it stands for.
pub(super) fn words(app: &App, command: &Command, typed: &str) -> Vec<(String, String)> {
    match command.does {
        Does::Save => save::actions::offers(app, typed),
        Does::Theme => {
            let themes = app.start.preferences.themes.iter();
            themes.map(|it| (it.name.clone(), it.help.clone())).collect()
        }
        _ => command.words(),
    }
}

/// The revision, the commands and the key that a line may be, but for keys that only have its letters.
fn fitting(app: &App, line: &str) -> Vec<Offer> {
    let history = &app.table.history;
    let row = ungrouped(line).and_then(|revision| history.find(revision)).map(Offer::Row);
    let begins = COMMANDS.iter().filter(|command| command.name.starts_with(line));
    let key = Some(line).filter(|line| !line.is_empty());
    let key = key.and_then(|line| key_named(history, line.as_bytes())).map(Offer::Key);
    row.into_iter().chain(begins.map(Offer::Command)).chain(key).collect()
}

/// Every key, those of which something becomes first, and by name if they are in order: of names that fit
/// as well, the one that somebody looks for is the one in trouble.
fn all_keys(app: &mut App) -> Vec<KeyId> {
    let App { keys, table, audit, .. } = app;
    let mut troubled: Vec<KeyId> =
        audit.verdict.iter().flat_map(|verdict| verdict.troubled()).collect();
    troubled.sort_unstable();
    let is_other = |key: &KeyId| troubled.binary_search(key).is_err();
    let others: Vec<KeyId> = match keys.by_name(&table.history) {
        Some(keys) => keys.iter().copied().filter(is_other).collect(),
        None => table.history.keys().map(|(key, _)| key).filter(is_other).collect(),
    };
    troubled.extend(others);
    troubled
}

/// A key while a line is typed; false where it is one like any other.
pub(in crate::tui) fn typed(app: &mut App, key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Tab => complete(app),
        KeyCode::Up | KeyCode::Down => {
            let older = key.code == KeyCode::Up;
            let recalls = app.palette.typed.is_empty() && older || app.palette.recalled.is_some();
            if let Some(line) = recalls.then(|| app.palette.recall(older)).flatten() {
                let line = Input::new(line.to_owned());
                set(app, line);
            } else {
                app.palette.step(if older { -1 } else { 1 });
            }
        }
        _ => return false,
    }
    true
}

fn set(app: &mut App, line: Input) {
    if let Some(prompt) = &mut app.prompt {
        prompt.input = line;
    }
}

/// Completes the line to what is chosen; where it is that already, to the next.
fn complete(app: &mut App) {
    let line = |app: &App| app.palette.chosen().map(|offer| text(app, offer));
    if line(app).as_deref().map(str::trim) == Some(app.palette.typed.trim()) {
        app.palette.cursor = (app.palette.cursor + 1) % app.palette.offers.len().max(1);
    }
    if let Some(line) = line(app) {
        // What is offered stays, so that the next is still there. A word is another matter.
        let takes_word = line.ends_with(' ');
        if !takes_word {
            line.clone_into(&mut app.palette.typed);
        }
        set(app, line.into());
    }
}

/// The line that an offer is.
fn text(app: &App, offer: &Offer) -> String {
    match offer {
        Offer::Command(command) if command.takes_word() => format!("{} ", command.name),
        Offer::Command(command) => command.name.clone(),
        Offer::Word(command, word, _) => format!("{} {word}", command.name),
        Offer::Row(at) => app.table.history.id(*at).to_string(),
        Offer::Key(key) => escape(app.table.history.name(*key)).into_owned(),
    }
}
