//! What moment is looked at, in words above everything else.

use crate::display::words;
use crate::tui::app::App;
use crate::tui::panes::log;

/// What moment it is, what was written then, and what cannot be told of it; `None` at the present.
pub(in crate::tui) fn said(app: &App) -> Option<String> {
    let moment = app.moment.as_ref()?;
    let history = &app.table.history;
    let zone = &app.start.preferences.zone;
    let written = log::actions::written_at(app, moment.replay.revision());
    let written = written.and_then(|written| words::written(written, zone));
    Some(words::looked_at(history, &moment.replay, written.as_deref()).join(" "))
}
