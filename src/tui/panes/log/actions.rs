//! What keys do to the log.

use crate::display::words;
use crate::history::Revision;
use crate::source::Dating;
use crate::text::TypedTime;
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

/// To the rows of a time in the log.
///
/// # Errors
///
/// Why they cannot be told.
pub(in crate::tui) fn go_to_time(app: &mut App, time: TypedTime) -> Result<(), String> {
    let history = &app.table.history;
    let dating = app.dates.dating.as_ref().filter(|dating| !dating.clock.is_empty());
    let Some(dating) = dating else {
        return Err(match app.dates.dating.as_ref().and_then(Dating::why_untold) {
            Some(why) => format!("When rows were written cannot be told: {why}."),
            None => "When rows were written is not known yet: L, the log, finds it out.".to_owned(),
        });
    };
    let newest = dating.clock.at(history.current().unwrap_or_default());
    let time = match time {
        TypedTime::Moment(at) => at,
        TypedTime::OfDay(of_day) => {
            let until = newest.earliest.or(newest.latest).unwrap_or_default();
            app.start.preferences.zone.last(of_day, until)
        }
    };
    let (before, after) = dating.clock.revisions(time);
    let revision = after.map_or(Revision::MAX, |after| after.saturating_sub(1));
    let first = before.map_or(0, |before| before.saturating_add(1));
    app.listing = Listing::Log;
    app.focus = Pane::List;
    app.log.go_to(&app.table.history, revision);
    app.tell(match (before, after) {
        (_, None) => format!("The table has nothing newer that is known; {first} was the first."),
        (None, _) => "Nothing in the table is known to be older than that.".to_owned(),
        _ if first > revision => {
            format!("{revision} was written before that, and the next one after.")
        }
        _ => format!("Revisions {first} to {revision} may be of that time."),
    });
    Ok(())
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
