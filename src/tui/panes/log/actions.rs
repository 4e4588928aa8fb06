//! What keys do to the log.

use std::collections::HashSet;

use crate::audit::Finding;
use crate::display::words;
use crate::history::clock::{Clock, Millis, Written};
use crate::history::{History, Kind, Revision, RowIx};
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

/// To the next newer row of trouble that is listed, or to the next older one: a fork, a gap, a row that is
/// forgotten, or one that a finding is about.
pub(in crate::tui) fn trouble(app: &mut App, newer: bool) {
    let history = &app.table.history;
    let found = app.audit.findings.found.iter().filter_map(Finding::row);
    let found: HashSet<RowIx> = found.collect();
    let is_trouble = |&place: &usize| {
        app.log.row(history, place).is_some_and(|at| {
            found.contains(&at)
                || history.kind(at) == Kind::Gap
                || history.is_forgotten(at)
                || is_forked(history, at)
        })
    };
    let (cursor, all) = (app.log.cursor, app.log.len(history));
    let place =
        if newer { (0..cursor).rev().find(is_trouble) } else { (cursor + 1..all).find(is_trouble) };
    if let Some(place) = place {
        app.log.select(history, place);
        app.detail_scroll = 0;
    } else {
        let which = if newer { "newer" } else { "older" };
        app.refuse(format!("No {which} write is a fork, a gap, forgotten, or a finding's."));
    }
}

/// Whether another row of the key follows the same row.
fn is_forked(history: &History, at: RowIx) -> bool {
    let is_of_key = |it: &RowIx| history.is_same_key(*it, at);
    let prev = history.prev(at);
    prev.is_some_and(|prev| history.successors(prev).filter(is_of_key).nth(1).is_some())
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
    let dating = app.dates.dating.as_ref().filter(|dating| !dating.clock.is_empty());
    let Some(dating) = dating else {
        return Err(app.dates.why_untold().unwrap_or_else(|| {
            "When rows were written is not known yet: L, the log, finds it out.".to_owned()
        }));
    };
    let time = moment(app, &dating.clock, time);
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

/// The moment that was typed: a time of day is of the last day on which the table saw it.
fn moment(app: &App, clock: &Clock, time: TypedTime) -> Millis {
    let of_day = match time {
        TypedTime::Moment(at) => return at,
        TypedTime::OfDay(of_day) => of_day,
    };
    let history = &app.table.history;
    let newest = clock.at(history.current().unwrap_or_default());
    let first = history.iter().find_map(|at| clock.at(history.id(at)).earliest);
    let until = newest.earliest.or(newest.latest).unwrap_or_default();
    app.start.preferences.zone.within(of_day, (first, until))
}

/// Asks for what is missing of what is shown or looked for, if it is not asked for already.
pub(in crate::tui) fn due(app: &mut App) -> Option<Command> {
    let is_wanted =
        app.listing == Listing::Log || app.moment.is_some() || app.dates.sought.is_some();
    let is_ready = !app.reading.is_on() && app.again.is_none() && app.start.once.is_none();
    if !is_wanted || !is_ready || app.dates.is_asking || app.table.history.is_empty() {
        return None;
    }
    let history = &app.table.history;
    let mut ids = Vec::new();
    if app.dates.dating.is_none() {
        ids = app.dates.dating.insert(Dating::new(history, None)).survey(history);
    }
    if ids.is_empty() {
        ids = closer(app).unwrap_or_default();
    }
    if ids.is_empty() {
        arrive(app);
        return None;
    }
    app.dates.is_asking = true;
    Some(Command::Sample(ids))
}

/// The rows that tell more closely when what is shown or looked for was written.
fn closer(app: &mut App) -> Option<Vec<Revision>> {
    let history = &app.table.history;
    let dating = app.dates.dating.as_ref()?;
    let at = app.moment.as_ref().map(|moment| moment.replay.revision());
    let about = match app.dates.sought {
        Some(time) => {
            let (before, after) = dating.clock.revisions(moment(app, &dating.clock, time));
            (before.unwrap_or(0), after.or(history.current())?)
        }
        None if app.listing == Listing::Log => shown(app)?,
        // Nobody reads what passes by.
        None if app.is_playing() => return None,
        None => (at?, at?),
    };
    if app.dates.about == Some(about) {
        return None;
    }
    app.dates.about = Some(about);
    Some(match about {
        (at, same) if at == same => dating.around(history, &[at]),
        (first, last) => dating.within(history, first, last),
    })
}

/// Goes to the time that was looked for, once no more can be known of it.
fn arrive(app: &mut App) {
    let (Some(time), Some(dating)) = (app.dates.sought.take(), &app.dates.dating) else { return };
    if dating.clock.is_empty() {
        let why = app.dates.why_untold();
        app.refuse(why.unwrap_or_else(|| {
            "No value that was read holds a time that can be believed.".to_owned()
        }));
        return;
    }
    let time = moment(app, &dating.clock, time);
    let found = dating.clock.revisions(time);
    crate::tui::moment::actions::arrive(app, time, found);
}

/// When a row was written, where something has been found out of that.
pub(in crate::tui) fn written(app: &App, at: RowIx) -> Option<Written> {
    written_at(app, app.table.history.id(at))
}

/// The same of a revision.
pub(in crate::tui) fn written_at(app: &App, revision: Revision) -> Option<Written> {
    let dating = app.dates.dating.as_ref().filter(|dating| !dating.clock.is_empty())?;
    Some(dating.clock.at(revision))
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
    if let Some(why) = app.dates.why_untold() {
        app.tell(why);
    }
}
