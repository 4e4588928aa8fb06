//! Going places: to a row, along a link, to what was typed.

use super::app::App;
use super::layout::Pane;
use super::panes::{Listing, findings, keys, log, usage};
use super::screen::areas;
use crate::find::closest;
use crate::history::{KeyId, Revision, RowIx};

/// To a row, wherever it is.
pub(super) fn go_to(app: &mut App, at: RowIx) {
    let Some(key) = app.table.history.key_at(at) else {
        let id = app.table.history.id(at);
        app.refuse(format!("The name of revision {id} is NULL: it belongs to no key."));
        return;
    };
    if app.listing == Listing::Keys || app.key() != Some(key) {
        go_to_key(app, key);
    }
    app.chain.show(Some(key));
    app.chain.past = app.past();
    app.chain.refresh(&app.table.history, app.preview.as_ref());
    app.chain.select(&app.table.history, app.preview.as_ref(), at);
    app.focus = Pane::Chain;
    app.detail_scroll = 0;
}

/// To a key in the list of keys.
pub(super) fn go_to_key(app: &mut App, key: KeyId) {
    app.listing = Listing::Keys;
    if !app.keys.select_key(key) {
        app.keys.show_all(&app.table.history, app.preview.as_ref(), &app.audit);
        app.keys.select_key(key);
    }
}

pub(super) fn predecessor(app: &mut App) {
    let Some(at) = app.row() else { return };
    match app.table.history.prev(at) {
        Some(prev) => go_to(app, prev),
        None => match app.table.history.row(at).prev_revision {
            Some(prev) if prev != 0 && !app.table.history.is_mark(at) => {
                app.refuse(format!("Revision {prev} is not in the table."));
            }
            _ => app.refuse("This row points at no other row."),
        },
    }
}

/// To the oldest row that points at this one.
pub(super) fn successor(app: &mut App) {
    let Some(at) = app.row() else { return };
    match app.table.history.successors(at).filter(|&by| by != at).min() {
        Some(by) => go_to(app, by),
        None => app.refuse("Nobody points at this row."),
    }
}

/// That no key has a name, and which is the closest.
pub(super) fn no_such_key(app: &App, text: &str) -> String {
    /// With more keys, somebody would wait.
    const MANY: usize = 1 << 16;
    match closest(&app.table.history, text, MANY, 1).pop() {
        Some(name) => format!("No key is named {text}. The closest is {name}; / finds others."),
        None => format!("No key is named {text}. / finds keys by some of their letters."),
    }
}

/// That no row has a revision, and which are the nearest.
pub(super) fn no_such_revision(app: &App, revision: Revision) -> String {
    let at = app.table.history.position_after(revision);
    let near = |at: usize| app.table.history.id(RowIx::at(at));
    let lower = at.checked_sub(1).map(near);
    let higher = (at < app.table.history.len()).then(|| near(at));
    let between = match (lower, higher) {
        (Some(lower), Some(higher)) => {
            format!("; the nearest are {lower} and {higher}")
        }
        (Some(last), None) => format!("; the last is {last}"),
        (None, Some(first)) => format!("; the first is {first}"),
        (None, None) => String::new(),
    };
    format!("Revision {revision} is not in the table{between}.")
}

/// Moves the cursor where the keyboard is.
pub(super) fn step(app: &mut App, lines: isize) {
    match app.focus {
        Pane::List if app.listing == Listing::Findings => findings::actions::step(app, lines),
        Pane::List if app.listing == Listing::Usage => usage::actions::step(app, lines),
        Pane::List if app.listing == Listing::Log => log::actions::step(app, lines),
        Pane::List => keys::actions::step(app, lines),
        Pane::Chain => {
            app.chain.step(lines);
            app.detail_scroll = 0;
        }
        Pane::Detail if app.chain.compares => app.chain.step_beside(&app.table.history, lines),
        Pane::Detail => {
            let most = app.detail.lines.len().saturating_sub(areas(app).lines(Pane::Detail));
            app.detail_scroll = app.detail_scroll.saturating_add_signed(lines).min(most);
        }
    }
}
