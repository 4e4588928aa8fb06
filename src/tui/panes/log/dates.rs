//! When the rows were written that are on the screen: asked of the source while somebody looks at the log or
//! at a row, and not before everything is read.

use crate::history::clock::Written;
use crate::history::{Revision, RowIx};
use crate::source::{Dating, Sample, Untold};
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::message::Command;
use crate::tui::panes::Listing;
use crate::tui::screen::areas;
use crate::tui::style::window;

/// What is known of when rows were written, and what is asked for.
#[derive(Debug, Default)]
pub struct Dates {
    /// What is known; `None` where nobody has asked.
    pub dating: Option<Dating>,
    /// Whether an answer is awaited.
    pub is_asking: bool,
    /// The rows that were asked about last: first and last.
    about: Option<(Revision, Revision)>,
}

/// Asks for what is missing of what is shown, if it is not asked for already.
pub(in crate::tui) fn due(app: &mut App) -> Option<Command> {
    if app.listing != Listing::Log
        || app.reading.is_on()
        || app.again.is_some()
        || app.dates.is_asking
    {
        return None;
    }
    if app.start.once.is_some() || app.table.history.is_empty() {
        return None;
    }
    let shown = shown(app)?;
    let history = &app.table.history;
    let dates = &mut app.dates;
    let is_first = dates.dating.is_none();
    let dating = dates.dating.get_or_insert_with(|| Dating::new(history, None));
    let ids = if is_first {
        dating.survey(history)
    } else if dates.about == Some(shown) {
        return None;
    } else {
        dates.about = Some(shown);
        dating.within(history, shown.0, shown.1)
    };
    if ids.is_empty() {
        return None;
    }
    dates.is_asking = true;
    Some(Command::Sample(ids))
}

/// When a row was written, where something has been found out of that.
pub(in crate::tui) fn written(app: &App, at: RowIx) -> Option<Written> {
    let dating = app.dates.dating.as_ref().filter(|dating| !dating.clock.is_empty())?;
    Some(dating.clock.at(app.table.history.id(at)))
}

/// The oldest and the newest row on the screen.
fn shown(app: &App) -> Option<(Revision, Revision)> {
    let history = &app.table.history;
    let (all, height) = (app.log.len(history), areas(app).lines(Pane::List));
    let top = window(app.log.cursor, all, height);
    let id = |place: usize| Some(history.id(app.log.row(history, place)?));
    Some((id(all.min(top + height).checked_sub(1)?)?, id(top)?))
}

/// Takes what came.
pub(in crate::tui) fn take(app: &mut App, asked: &[Revision], came: Result<Vec<Sample>, Untold>) {
    app.dates.is_asking = false;
    if let Some(dating) = &mut app.dates.dating {
        dating.take(&app.table.history, asked, came);
    }
}
