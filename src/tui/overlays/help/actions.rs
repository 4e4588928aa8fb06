//! What keys do to the help.

use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::overlays::Sheet;

/// Keys that are the help's own; whether this is one.
pub(in crate::tui) fn act(app: &mut App, action: Action) -> bool {
    match action {
        Action::NextPane | Action::PreviousPane => app.help.page = app.help.page.other(),
        Action::Back if !app.help.query.is_empty() => app.help.query.clear(),
        _ => return false,
    }
    app.open(Sheet::Help);
    true
}
