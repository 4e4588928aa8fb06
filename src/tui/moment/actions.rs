//! What leads to a moment, from one to the next, and back to the present.

use super::Moment;
use crate::display::words;
use crate::history::lanes::Item;
use crate::history::{KeyId, Revision};
use crate::text::{TypedTime, ungrouped};
use crate::tui::app::App;
use crate::tui::follow::follow;
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::navigate::go_to_key;
use crate::tui::panes::Listing;
use crate::tui::panes::preview::actions::toggle_preview;
use crate::tui::trail::actions::{leave, place};
use crate::tui::{palette, trail};

/// What an action does at a moment that is not the present; false where it does what it always does.
pub(in crate::tui) fn act(app: &mut App, action: Action) -> bool {
    if app.moment.is_none() {
        return false;
    }
    match action {
        Action::TargetDown => step(app, false),
        Action::TargetUp => step(app, true),
        Action::BatchDown => step_key(app, false),
        Action::BatchUp => step_key(app, true),
        Action::TargetFirst => {
            let first = app.table.history.iter().next().map(|at| app.table.history.id(at));
            go(app, first.unwrap_or_default());
        }
        Action::TargetLast => go(app, app.table.history.current().unwrap_or_default()),
        Action::Target => palette::actions::open_with(app, "at "),
        Action::Audit
        | Action::Usage
        | Action::Preview
        | Action::TurnDown
        | Action::TurnUp
        | Action::Batches
        | Action::Compare
        | Action::TakeAway
        | Action::Undo
        | Action::Redo
        | Action::About => app.refuse("That is of the present: Esc goes back to it."),
        _ => return false,
    }
    true
}

/// `@`: to the moment of the row that is selected.
pub(in crate::tui) fn enter(app: &mut App) {
    match selected(app) {
        Some(revision) => go(app, revision),
        None => app.refuse("Select a row of a chain or of the log: @ shows the table as of it."),
    }
}

/// The revision that is selected.
fn selected(app: &App) -> Option<Revision> {
    let history = &app.table.history;
    if app.focus == Pane::List && app.listing == Listing::Log {
        return app.log.selected(history).map(|at| history.id(at));
    }
    Some(match app.chain.selected()? {
        Item::Row(at) | Item::Foreign(at) | Item::Fold { newest: at, .. } => history.id(at),
        Item::Absent(id, _) => id,
    })
}

/// To a moment.
pub(in crate::tui) fn go(app: &mut App, revision: Revision) {
    let history = &app.table.history;
    let Some(current) = history.current() else {
        app.refuse("The table is empty: it has no revision.");
        return;
    };
    if app.reading.is_on() || app.is_merging() {
        app.refuse("The table is still being read. All of it is needed to say what was then.");
        return;
    }
    if revision > current {
        app.refuse(format!("The revision {revision} is beyond the current revision {current}."));
        return;
    }
    match &mut app.moment {
        Some(moment) => moment.replay.go(&app.table.history, revision),
        None => begin(app, revision),
    }
    show_changed(app);
}

/// Leaves the present: what is of the present alone is shown no more.
fn begin(app: &mut App, revision: Revision) {
    let from = place(app);
    if app.preview.is_some() {
        toggle_preview(app);
    }
    let key = app.key();
    app.listing = Listing::Keys;
    app.moment = Some(Box::new(Moment::new(&app.table.history, revision, from)));
    if let Some(key) = changed(app).or(key) {
        go_to_key(app, key);
    }
}

/// The key that was written then.
fn changed(app: &App) -> Option<KeyId> {
    app.moment.as_ref()?.replay.changed(&app.table.history).first().copied()
}

/// Selects the key that was written, if the list has it.
fn show_changed(app: &mut App) {
    app.detail_scroll = 0;
    let Some(moment) = &app.moment else { return };
    if app.listing == Listing::Log {
        app.log.go_to(&app.table.history, moment.replay.revision());
    } else if let Some(key) = changed(app) {
        app.keys.select_key(key);
    }
}

/// To the next write of the table, or the one before.
fn step(app: &mut App, forward: bool) {
    let Some(moment) = &app.moment else { return };
    match moment.replay.near(&app.table.history, forward) {
        Some(revision) => go(app, revision),
        None if forward => app.tell("That is the newest write."),
        None => app.tell("That is the oldest write that any row tells of."),
    }
}

/// To the next write of the selected key, or the one before.
fn step_key(app: &mut App, forward: bool) {
    let (Some(moment), Some(key)) = (&app.moment, app.key()) else {
        app.refuse("No key is selected.");
        return;
    };
    match moment.replay.near_of(&app.table.history, key, forward) {
        Some(revision) => go(app, revision),
        None if forward => app.tell("The key has no newer write."),
        None => app.tell("No row tells of an older write of the key."),
    }
}

/// Plays the writes on.
pub(in crate::tui) fn play(app: &mut App) {
    match &mut app.moment {
        Some(moment) => moment.play(true),
        None => app.refuse("@ shows the table as of a row; w then plays the writes after it."),
    }
}

/// Stops playing; false where nothing is played.
pub(in crate::tui) fn stop(app: &mut App) -> bool {
    let moment = app.moment.as_mut().filter(|moment| moment.is_playing());
    moment.map(|moment| moment.play(false)).is_some()
}

/// Time has passed: while writes are played, the next one may be due.
pub(in crate::tui) fn tick(app: &mut App) {
    // While something is looked for, ticks come faster than time passes.
    if app.is_searching() || !app.moment.as_deref_mut().is_some_and(Moment::tick) {
        return;
    }
    step(app, true);
    let newest = app.table.history.current();
    if app.moment.as_ref().map(|moment| moment.replay.revision()) == newest {
        stop(app);
    }
}

/// Back to the present, where somebody left it; false where they are there.
pub(in crate::tui) fn end(app: &mut App) -> bool {
    let Some(moment) = app.moment.take() else { return false };
    app.trail.forget_past(&moment.from);
    trail::actions::go(app, moment.from);
    true
}

/// To what was typed: a revision, or a time.
///
/// # Errors
///
/// Why it cannot be.
pub(in crate::tui) fn go_to(app: &mut App, typed: &str) -> Result<(), String> {
    match (app.start.preferences.zone.parse(typed), ungrouped(typed)) {
        (Some(time), _) => seek(app, time),
        (None, Some(revision)) => {
            go(app, revision);
            Ok(())
        }
        (None, None) => Err(format!(
            "{typed} is neither a revision, such as 6293, nor a time, such as 2026-11-20T02:10Z or \
             02:10."
        )),
    }
}

/// To a time, once it is known which revisions may be of it.
fn seek(app: &mut App, time: TypedTime) -> Result<(), String> {
    if let Some(once) = app.start.once {
        return Err(format!(
            "When rows were written cannot be told: {once} cannot be read a second time."
        ));
    }
    if let Some(why) = app.dates.why_untold() {
        return Err(why);
    }
    app.dates.sought = Some(time);
    app.dates.about = None;
    app.tell("Looking for the time.");
    Ok(())
}

/// The time that was looked for was found, as closely as the table tells.
pub(in crate::tui) fn arrive(
    app: &mut App,
    time: i64,
    (before, after): (Option<Revision>, Option<Revision>),
) {
    let zone = &app.start.preferences.zone;
    let time = format!("{} {}", zone.date_time(time), zone.name(time));
    let Some(before) = before else {
        app.refuse(format!("No row is known to have been written before {time}."));
        return;
    };
    let from = place(app);
    let said = words::taken_for(&time, before, after);
    go(app, before);
    if app.moment.is_some() {
        app.tell(said);
    }
    follow(app);
    leave(app, from, None);
}
