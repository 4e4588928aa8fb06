//! What keys do to the log.

use crate::display::words;
use crate::history::clock::Written;
use crate::history::{Revision, RowIx};
use crate::source::{Dating, Sample, Untold};
use crate::text::TypedTime;
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::message::Command;
use crate::tui::navigate::go_to;
use crate::tui::panes::{Listing, findings};
use crate::tui::screen::areas;
use crate::tui::style::window;

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
            let first = history.iter().find_map(|at| dating.clock.at(history.id(at)).earliest);
            let until = newest.earliest.or(newest.latest).unwrap_or_default();
            app.start.preferences.zone.within(of_day, (first, until))
        }
    };
    let (before, after) = dating.clock.revisions(time);
    let revision = after.map_or(Revision::MAX, |after| after.saturating_sub(1));
    let first = before.map_or(0, |before| before.saturating_add(1));
    app.listing = Listing::Log;
    app.focus = Pane::List;
    // What is looked for by its time is not hidden by what was looked for before.
    app.log.only(None, &app.table.history);
    app.log.look_for("", &app.table.history);
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
    let Some(dating) = &mut app.dates.dating else { return };
    dating.take(&app.table.history, asked, came);
    if let Some(why) = dating.why_untold() {
        app.tell(format!("When rows were written cannot be told: {why}."));
    }
}
