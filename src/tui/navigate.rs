//! Going places: to a row, along a link, to what was typed.

use super::app::{App, Listing};
use super::layout::Pane;
use crate::find::{closest, key_named};
use crate::history::{KeyId, Revision, RowIx};
use crate::text::ungrouped;

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

/// To what was typed: a revision, with or without commas, or a key.
pub(super) fn jump(app: &mut App, text: &str) {
    if text.is_empty() {
        return;
    }
    let revision = ungrouped(text);
    if let Some(at) = revision.and_then(|revision| app.table.history.find(revision)) {
        go_to(app, at);
    } else if let Some(key) = key_named(&app.table.history, text.as_bytes()) {
        go_to_key(app, key);
        app.focus = Pane::Chain;
    } else if let Some(revision) = revision {
        app.refuse(no_such_revision(app, revision));
    } else {
        app.refuse(no_such_key(app, text));
    }
}

fn no_such_key(app: &App, text: &str) -> String {
    /// With more keys, somebody would wait.
    const MANY: usize = 1 << 16;
    match closest(&app.table.history, text, MANY, 1).pop() {
        Some(name) => format!("No key is named {text}. The closest is {name}; / finds others."),
        None => format!("No key is named {text}. / finds keys by some of their letters."),
    }
}

fn no_such_revision(app: &App, revision: Revision) -> String {
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
