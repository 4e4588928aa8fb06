//! Into prefixes and out of them, in the list of what fills the table.

use super::{name, next};
use crate::history::usage::{Kind, Node, Sort, Usage};
use crate::tui::app::{App, Listing};
use crate::tui::layout::Pane;

/// Whether the keyboard is in that list.
pub(in crate::tui) fn is_open(app: &App) -> bool {
    app.listing == Listing::Usage && app.focus == Pane::List
}

/// What is selected there, unless it is a key.
pub(in crate::tui) fn part(app: &App) -> Option<Node> {
    let selected = app.usage.selected().filter(|_| app.listing == Listing::Usage);
    selected.filter(|part| part.kind != Kind::Key)
}

/// Into the prefix that is selected, or to the key's chain.
pub(in crate::tui) fn open(app: &mut App) {
    if app.usage.open(&app.history) {
        app.detail_scroll = 0;
        return;
    }
    match app.usage.selected().map(|part| part.kind) {
        Some(Kind::Key) => app.focus = Pane::Chain,
        Some(Kind::Gaps) => app.tell("Gap rows are counted as one: / finds each, as gap-N."),
        Some(Kind::Nameless) => app.tell("These rows belong to no key: : goes to one by revision."),
        Some(Kind::Table | Kind::Prefix) | None => {}
    }
}

/// To the prefix above; false where there is none, or nothing of the sort is listed.
pub(in crate::tui) fn above(app: &mut App) -> bool {
    let left = is_open(app) && app.usage.leave(&app.history);
    if left {
        app.detail_scroll = 0;
    }
    left
}

/// The same, said where it cannot be done.
pub(in crate::tui) fn go_above(app: &mut App) {
    if app.listing != Listing::Usage {
        app.refuse("u shows what fills the table, by prefix.");
        return;
    }
    app.focus = Pane::List;
    if !above(app) {
        app.tell("This is the whole table.");
    }
}

/// Moves in the list.
pub(in crate::tui) fn step(app: &mut App, lines: isize) {
    app.usage.select(app.usage.cursor.saturating_add_signed(lines));
    app.detail_scroll = 0;
}

/// The next order.
pub(in crate::tui) fn sort(app: &mut App) {
    let bytes = app.usage.usage().is_some_and(Usage::has_bytes);
    let sort = next(app.usage.sort, app.preview.is_some(), bytes);
    app.usage.sort_by(&app.history, sort);
    app.tell(match sort {
        Sort::Name => "Prefixes and keys in the order of their names.".to_owned(),
        sort => format!("Those with the most {} first.", name(sort)),
    });
}
