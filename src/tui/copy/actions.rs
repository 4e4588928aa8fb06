//! What is copied, and what is said of it.

use crossterm::event::{KeyCode, KeyEvent};

use super::{What, sql};
use crate::history::{Flag, History, RowIx};
use crate::text::{bytes, escape};
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::message::Command;
use crate::tui::overlays::Sheet;
use crate::tui::overlays::view::texts;
use crate::tui::panes::{Listing, chain, findings};

/// How many lines of a list are copied at most.
const LINES: usize = 10_000;

/// Asks what to copy.
pub(in crate::tui) fn ask(app: &mut App) {
    app.copying = true;
}

/// The letter that was typed then.
pub(in crate::tui) fn chosen(app: &mut App, key: KeyEvent) -> Vec<Command> {
    app.copying = false;
    let what = What::ALL.into_iter().find(|what| key.code == KeyCode::Char(what.letter()));
    // As in vi, where it is the line.
    let what = what.or((key.code == KeyCode::Char('y')).then_some(What::Row));
    match what {
        Some(what) => copy(app, what),
        None if key.code == KeyCode::Esc => Vec::new(),
        None => {
            app.refuse("Nothing was copied: y, then one of the letters.");
            Vec::new()
        }
    }
}

/// Copies what is called that.
pub(in crate::tui) fn copy_named(app: &mut App, name: &str) -> Vec<Command> {
    let what = What::ALL.into_iter().find(|what| what.name() == name);
    what.map_or_else(Vec::new, |what| copy(app, what))
}

fn copy(app: &mut App, what: What) -> Vec<Command> {
    match text(app, what) {
        Ok(text) => vec![Command::Copy(what, text)],
        Err(why) => {
            app.refuse(why);
            Vec::new()
        }
    }
}

/// Says what came of it.
pub(in crate::tui) fn said(app: &mut App, what: What, size: usize, done: Result<&str, String>) {
    match done {
        Ok(to) => app.tell(format!("Copied {} to {to}: {}.", what.help(), bytes(size as u64))),
        Err(why) => app.refuse(why),
    }
}

/// What is copied, or why it cannot be.
fn text(app: &App, what: What) -> Result<String, String> {
    let history = &app.table.history;
    let row = || app.row().ok_or_else(|| "No revision is selected.".to_owned());
    let key = || {
        let key = findings::actions::key(app);
        key.ok_or_else(|| "No key is selected.".to_owned())
    };
    Ok(match what {
        What::Revision => history.id(row()?).to_string(),
        What::Key => {
            let name = history.name(key()?);
            std::str::from_utf8(name).map_or_else(|_| escape(name).into_owned(), str::to_owned)
        }
        What::Row => tabbed(history, row()?),
        What::Chain => {
            key()?;
            chain::view::texts(app).join("\n") + "\n"
        }
        What::Sql => sql::select(history, key()?) + "\n",
        What::Value => value(app)?,
        What::Shown => shown(app).join("\n") + "\n",
    })
}

/// The row as `mysql -B` prints one, without its value.
fn tabbed(history: &History, at: RowIx) -> String {
    let row = history.row(at);
    let flag = |flag| match flag {
        Flag::Unknown => "?",
        Flag::Null => "NULL",
        Flag::No => "0",
        Flag::Yes => "1",
        Flag::Odd => "odd",
    };
    let number =
        |number: Option<u64>| number.map_or_else(|| "NULL".to_owned(), |it| it.to_string());
    [
        row.id.to_string(),
        row.name.map_or_else(|| "NULL".to_owned(), |name| escape(name).into_owned()),
        flag(row.created).to_owned(),
        flag(row.deleted).to_owned(),
        number(row.create_revision),
        number(row.prev_revision),
        row.lease.map_or_else(|| "NULL".to_owned(), |lease| lease.to_string()),
    ]
    .join("\t")
        + "\n"
}

/// The value that is on the screen; of a Secret it never is.
fn value(app: &App) -> Result<String, String> {
    let is_open = app.overlay.is_some_and(|overlay| overlay.sheet == Sheet::Value);
    if !is_open || app.value.values().is_none() {
        return Err("V shows a value, and y there copies it. A Secret is never copied.".to_owned());
    }
    Ok(texts(app, Sheet::Value).join("\n") + "\n")
}

/// The text of what has the keyboard.
pub(in crate::tui) fn shown(app: &App) -> Vec<String> {
    if let Some(overlay) = app.overlay {
        return texts(app, overlay.sheet);
    }
    let history = &app.table.history;
    match (app.subject(), app.listing) {
        (Pane::Chain, _) if app.chain.compares => chain::view::texts_beside(app),
        (Pane::Chain, _) => chain::view::texts(app),
        (Pane::Detail, _) => app.detail.lines.iter().map(|(text, _)| text.clone()).collect(),
        (Pane::List, Listing::Keys) => {
            let keys = app.keys.shown.iter().take(LINES);
            keys.map(|&key| escape(history.name(key)).into_owned()).collect()
        }
        (Pane::List, Listing::Findings) => findings::view::texts(app, LINES),
        (Pane::List, Listing::Usage) => crate::tui::panes::usage::view::texts(app, LINES),
        (Pane::List, Listing::Log) => crate::tui::panes::log::view::texts(app, LINES),
    }
}
