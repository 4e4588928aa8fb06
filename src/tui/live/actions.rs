//! What keys and looks do to it.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{Following, Live, Told};
use crate::display::words;
use crate::history::clock::Millis;
use crate::history::compaction::{Comparison, Outcome};
use crate::history::{History, KeyId, Revision, RowIx, Rows};
use crate::source::{AGAIN, Event, Intake, Looked};
use crate::tui::app::{App, Reading};
use crate::tui::follow::follow;
use crate::tui::intake::list;
use crate::tui::message::{Command, Message};
use crate::tui::{reload, trail, update};

/// How many rows one slice compares: a few milliseconds.
const SLICE: usize = 1 << 16;

/// A table of so many rows is worked through at once, so that nothing flickers each time that rows come.
const SMALL: usize = 1 << 16;

/// Follows the table, or no more.
pub(in crate::tui) fn toggle(app: &mut App) -> Vec<Command> {
    if let Following::Never(why) = &app.start.following {
        app.refuse(format!("Nothing can be followed: {why}."));
        return Vec::new();
    }
    if app.live.is_on {
        let outcome = app.live.outcome.take();
        let rows = words::rows_came(app.live.rows);
        app.live = Live { outcome, ..Live::default() };
        app.tell(format!("The table is followed no more; {rows}. F follows it again."));
        return vec![Command::StopLooking];
    }
    if app.trial.is_on() {
        app.refuse("A trial stays as it is: :discard ends it, and then F follows the table.");
        return Vec::new();
    }
    if matches!(app.reading, Reading::Stopped | Reading::Failed(_)) {
        app.refuse("Only a part of the table was read. r reads it again, and then F follows it.");
        return Vec::new();
    }
    app.live = Live::new(true);
    app.tell("What is written to the table is shown as it comes. F stops that.");
    Vec::new()
}

/// Asks for the next look, if one is due.
pub(in crate::tui) fn due(app: &mut App) -> Option<Command> {
    let is_still = app.reading == Reading::Done && app.again.is_none() && !app.is_merging();
    // A moment that is past stays as it is: what comes since comes once somebody is back.
    if !app.live.is_on || !is_still || app.is_measuring() || app.moment.is_some() {
        return None;
    }
    if app.live.is_asked || app.live.waiting.is_some() || app.live.is_judging() {
        return None;
    }
    app.live.is_asked = true;
    Some(Command::Look(after(app), app.live.pause()))
}

/// Where a look begins.
fn after(app: &App) -> Revision {
    app.table.history.current().max(app.live.newest).unwrap_or_default().saturating_sub(AGAIN)
}

/// Takes what came of a look.
pub(in crate::tui) fn take(app: &mut App, looked: Looked) {
    match looked {
        Looked::Silent => app.live.lost = Some("it does not answer".to_owned()),
        Looked::Failed(error) => {
            app.live.is_asked = false;
            app.live.failures += 1;
            app.live.lost = Some(error.in_a_line());
        }
        Looked::Came(table, at, took) => {
            let live = &mut app.live;
            if live.lost.take().is_some() {
                app.tell("The table can be read again.");
            }
            let live = &mut app.live;
            live.is_asked = false;
            live.failures = 0;
            live.looked = millis(at);
            live.took = took;
            live.waiting = Some(table);
        }
    }
}

fn millis(at: SystemTime) -> Option<Millis> {
    at.duration_since(UNIX_EPOCH).ok()?.as_millis().try_into().ok()
}

/// Takes up what came, once nothing is being worked out of the rows as they are.
pub(in crate::tui) fn go_on(app: &mut App) -> Vec<Command> {
    let is_busy = app.is_auditing() || app.is_merging() || app.again.is_some();
    let is_busy = is_busy || app.moment.is_some();
    if app.live.waiting.is_none() || is_busy {
        return Vec::new();
    }
    let Some(came) = app.live.waiting.take() else { return Vec::new() };
    let commands = take_up(app, &came);
    follow(app);
    commands
}

/// Takes up what came: its rows, and what it tells of a compaction.
fn take_up(app: &mut App, came: &Intake) -> Vec<Command> {
    let compacted = (app.table.history.compacted(), came.history.compacted());
    let is_whole = is_same(app, &came.history);
    let after = after(app);
    app.live.newest = came.history.current().max(app.live.newest);
    learn(app, came);
    add(app, &came.history, after);
    match compacted {
        (before, Some(now)) if before != Some(now) && app.live.left != Some(now) => {
            // Seen twice, it has stopped moving.
            let is_over = app.live.moved.replace(now) == Some(now);
            if is_over { read_again(app, now) } else { Vec::new() }
        }
        _ => {
            app.live.moved = None;
            if let Some(before) = app.live.before.take() {
                let reached = app.table.history.compacted().unwrap_or_default();
                app.live.comparison = Some(Comparison::new(before, reached, app.policy()));
            }
            let now = compacted.1.unwrap_or_default();
            if is_whole { Vec::new() } else { read_again(app, now) }
        }
    }
}

/// Whether all rows that were the newest are there still, and the mark is: nobody took any of them away, nor
/// put the table back to an earlier state.
fn is_same(app: &App, came: &History) -> bool {
    let history = &app.table.history;
    let newest = history.rows_at(history.position_after(after(app))..history.len());
    let marks = |history: &History| -> Vec<Revision> {
        history.rows_of(KeyId::MARK).map(|at| history.id(at)).collect()
    };
    newest.map(|at| history.id(at)).all(|id| came.find(id).is_some())
        && marks(history) == marks(came)
}

/// Reads the whole table again, which is compacted to `now`: of what is gone a look tells nothing.
fn read_again(app: &mut App, now: Revision) -> Vec<Command> {
    // A reading that failed is told of, and r tries again.
    if app.failed_again.is_some() || app.live.left == Some(now) {
        return Vec::new();
    }
    if app.table.history.len() > app.most_held {
        let said = match app.live.moved.take() {
            Some(now) => format!("kine compacted to {now}. r reads the table again."),
            None => "Rows are gone. r reads the table again.".to_owned(),
        };
        app.live.left = Some(now);
        app.live.outcome = Some(Told { said, is_good: true, is_read: false, outcome: None });
        return Vec::new();
    }
    reload::reload(app)
}

/// Takes what a look tells besides rows: of the database, of what API servers asked for, and which rows could
/// not be understood.
fn learn(app: &mut App, came: &Intake) {
    let (table, profile) = (&mut app.table, came.history.profile());
    let ours = table.history.profile();
    if (ours.unique_index, &ours.database) != (profile.unique_index, &profile.database) {
        app.audit.look_again();
    }
    table.history.learn(profile.clone());
    table.history.note_requests_of(&came.history);
    // The newest rows come with every look.
    let known: Vec<String> = table.rejects.first().iter().map(|it| it.place.clone()).collect();
    let unread = came.rejects.first().iter().filter(|it| !known.contains(&it.place)).cloned();
    table.rejects.extend(unread.collect());
}

/// Puts the rows that are new and after a revision among the others.
fn add(app: &mut App, came: &History, after: Revision) {
    let history = &app.table.history;
    let columns = history.profile().columns;
    // The mark comes with every part, and may be of any age: a new one is read with the whole table.
    let is_new = |at: &RowIx| {
        let id = came.id(*at);
        id > after && history.find(id).is_none() && !came.is_mark(*at)
    };
    // What was not read of the others is not known of these either.
    let new = came.iter().filter(is_new);
    let rows: Rows = new.map(|at| came.row(at).only(columns)).collect();
    app.live.new = rows.iter().map(|row| row.id).collect();
    let Some(first) = rows.get(0).map(|row| row.id) else { return };
    let is_late = history.iter().next_back().is_some_and(|last| first < history.id(last));
    app.live.rows += rows.len() as u64;
    // Where somebody is does not change for what comes.
    app.placed = true;
    let event = if is_late { Event::Late(rows) } else { Event::Rows(rows) };
    if let Err(error) = app.table.take(event) {
        app.live.is_on = false;
        app.refuse(format!("The table is followed no more: {}", error.in_a_line()));
    } else if !is_late {
        list_more(app);
    }
}

/// The lists follow rows that came at the end.
fn list_more(app: &mut App) {
    if let Some(preview) = &mut app.preview {
        preview.grow(&app.table.history);
    }
    app.list_keys();
    app.listed = app.table.history.len();
    settle(app);
}

/// Works through all that follows from the rows, where they are not many.
fn settle(app: &mut App) {
    /// More than so small a table needs; what is left over is for the loop.
    const STEPS: usize = 100;
    if app.table.history.len() > SMALL {
        return;
    }
    follow(app);
    for _ in 0..STEPS {
        let next = match () {
            () if app.is_planning() => Message::Plan,
            () if app.is_listing() => Message::List,
            () if app.is_drawing() => Message::Draw,
            () if app.is_auditing() => Message::Audit,
            () if app.is_counting() => Message::Count,
            () => return,
        };
        update::change(app, next);
        follow(app);
    }
}

/// Changes the table under whoever looks at it: where they are stays as it was.
pub(in crate::tui) fn keeping<T>(app: &mut App, change: impl FnOnce(&mut App) -> T) -> T {
    let place = trail::actions::place(app);
    let (scroll, is_moved) = (app.detail_scroll, app.chain.is_moved());
    let changed = change(app);
    app.start.key = None;
    app.placed = true;
    list(app);
    settle(app);
    trail::actions::go(app, place);
    app.chain.set_moved(is_moved);
    settle(app);
    app.detail_scroll = scroll;
    changed
}

/// Once the table was read again: what it was before is kept until a compaction is known to be over.
pub(in crate::tui) fn replaced(app: &mut App, old: Intake, was_whole: bool) {
    // What was on its way is of an earlier moment.
    app.live.begin_again();
    app.live.comparison = None;
    app.live.left = None;
    app.live.new.clear();
    if !app.live.is_on {
        app.live.outcome = None;
        return;
    }
    let (before, now) = (old.history.compacted(), app.table.history.compacted());
    app.live.moved = None;
    if was_whole && !app.is_partial() {
        let before = app.live.before.take().unwrap_or(old.history);
        app.live.before = Some(before);
    } else if before != now
        && let Some(now) = now
    {
        let said = format!(
            "kine compacted to {now}. Only a part of the table was read, so what went is not compared \
             with what was foreseen."
        );
        app.live.outcome = Some(Told { said, is_good: false, is_read: false, outcome: None });
    }
}

/// Goes on comparing what went with what was foreseen.
pub(in crate::tui) fn judge(app: &mut App) {
    let Some(comparison) = &mut app.live.comparison else { return };
    match comparison.advance(&app.table.history, &mut SLICE.clone()) {
        Ok(None) => {}
        Ok(Some(outcome)) => {
            app.live.comparison = None;
            tell(app, outcome);
        }
        Err(_) => app.live.comparison = None,
    }
}

/// Tells what came of a compaction. That nothing went while nothing was compacted is no news.
fn tell(app: &mut App, outcome: Outcome) {
    if outcome.before == Some(outcome.reached) && outcome.gone.is_empty() {
        return;
    }
    let said = words::outcome(&outcome);
    let is_good = outcome.is_as_foreseen();
    app.live.outcome = Some(Told { said, is_good, is_read: false, outcome: Some(outcome) });
}
