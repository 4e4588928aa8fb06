//! What keys do to the list of keys.

use super::filter::Filter;
use crate::text::count;
use crate::tui::app::App;

/// Lists other keys.
pub(in crate::tui) fn filter(app: &mut App, filter: Filter) {
    app.keys.filter = filter;
    app.list_keys();
    let keys = if app.is_listing() {
        "Keys".to_owned()
    } else {
        count(app.keys.shown.len() as u64, "key")
    };
    let so_far = if app.keys.depends_on_audit() && !app.audit.is_final() { " so far" } else { "" };
    app.tell(format!("{keys}{so_far} {}.", filter.words()));
}

/// Moves in the list of keys.
pub(in crate::tui) fn step(app: &mut App, lines: isize) {
    app.keys.select(app.keys.cursor.saturating_add_signed(lines));
    app.detail_scroll = 0;
}
