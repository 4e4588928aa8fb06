//! What keys do to the log.

use crate::display::words;
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::navigate::go_to;
use crate::tui::panes::{Listing, findings};

/// Lists the log, at the row that is selected in the chain; or the keys again.
pub(in crate::tui) fn toggle(app: &mut App) {
    let row = app.row().filter(|_| app.focus != Pane::List);
    findings::actions::toggle(app, Listing::Log);
    if app.listing == Listing::Log
        && let Some(at) = row
    {
        app.log.go_to(&app.table.history, app.table.history.id(at));
    }
}

/// Moves in the list.
pub(in crate::tui) fn step(app: &mut App, lines: isize) {
    app.log.select(&app.table.history, app.log.cursor.saturating_add_signed(lines));
    app.detail_scroll = 0;
}

/// The next kind of writes.
pub(in crate::tui) fn filter(app: &mut App) {
    let kind = app.log.next_kind();
    app.log.only(kind, &app.table.history);
    app.tell(match kind {
        None => "All writes.".to_owned(),
        Some(kind) => format!("Only {}s. f goes on to the next kind.", words::kind_word(kind)),
    });
}

/// To the row in its chain.
pub(in crate::tui) fn open(app: &mut App) {
    if let Some(at) = app.log.selected(&app.table.history) {
        go_to(app, at);
    }
}

/// Once another row is selected, puts the chain's cursor on it.
pub(in crate::tui) fn follow(app: &mut App) {
    let history = &app.table.history;
    app.log.follow(history, !app.reading.is_on());
    if app.listing != Listing::Log || app.focus != Pane::List {
        return;
    }
    let Some(at) = app.log.selected(history) else { return };
    if app.row() != Some(at) && app.chain.key == history.key_at(at) {
        app.chain.select(history, app.preview.as_ref(), at);
    }
}
