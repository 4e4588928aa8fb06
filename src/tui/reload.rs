//! What reads the table again, and takes what comes.

use std::time::Duration;

use super::again::Again;
use super::app::{App, Reading};
use super::live;
use super::message::Command;
use super::panes::usage::actions::stop_measuring;
use super::trial;
use crate::source::{Error, Event, Intake};
use crate::text::utc;

/// Reads the table again.
pub(super) fn reload(app: &mut App) -> Vec<Command> {
    app.failed_again = None;
    app.live.begin_again();
    if app.reading == Reading::Done {
        stop_measuring(app);
        app.again = Some(Again::default());
        app.reading_for = Duration::ZERO;
    } else {
        app.remember();
    }
    vec![Command::Reload]
}

/// Stops that; false where nothing is read again.
pub(super) fn stop(app: &mut App) -> bool {
    let was_on = app.again.take().is_some();
    if was_on {
        app.tell(format!("Reading again was stopped: {}.", still(app)));
    }
    was_on
}

/// Takes what a source sends that is read again.
pub(super) fn source(app: &mut App, event: Event) -> Vec<Command> {
    let Some(again) = &mut app.again else { return Vec::new() };
    match (event, &mut again.table) {
        (Event::Opened(opened), _) if app.table.history.len() > app.most_held => {
            app.again = None;
            app.remember();
            app.begin(Intake::new(opened));
            app.reading = Reading::Rows;
        }
        (Event::Opened(opened), table) => *table = Some(Intake::new(opened)),
        (Event::Ended(Ok(())), _) => match app.again.take().and_then(|again| again.table) {
            Some(table) => {
                let was_whole = !app.is_partial();
                let (old, trial) = live::actions::keeping(app, |app| {
                    (app.replace(table), trial::actions::renew(app))
                });
                if !app.live.is_on() {
                    let trial = trial.map(|said| format!(" {said}")).unwrap_or_default();
                    app.tell(format!("Read again{}.{trial}", as_of(app)));
                }
                live::actions::replaced(app, old, was_whole);
            }
            None => keep(app, "the source ended before it was opened"),
        },
        (Event::Ended(Err(error)), _) => keep(app, &error.in_a_line()),
        (event, Some(table)) => {
            if let Err(error) = table.take(event) {
                return fail(app, &error);
            }
        }
        // Nothing comes before a source is open.
        (_, None) => {}
    }
    Vec::new()
}

/// Puts some of the late rows among the others.
pub(super) fn merge(app: &mut App, most: usize) -> Vec<Command> {
    let table = app.again.as_mut().and_then(|again| again.table.as_mut());
    let Some(table) = table else { return Vec::new() };
    match table.merged(most) {
        Ok(history) => history.into_iter().for_each(|history| table.history = history),
        Err(error) => return fail(app, &error),
    }
    Vec::new()
}

fn fail(app: &mut App, error: &Error) -> Vec<Command> {
    keep(app, &error.in_a_line());
    vec![Command::StopReading]
}

/// The old table stays.
fn keep(app: &mut App, why: &str) {
    app.again = None;
    app.failed_again = Some(why.to_owned());
}

/// What is said as long as the last reading has failed.
pub(super) fn failed(app: &App) -> Option<String> {
    let why = app.failed_again.as_ref()?;
    let end = if why.ends_with('.') { "" } else { "." };
    // Last: a long reason is cut off.
    Some(format!("Reading again failed: {}. r tries again. Why: {why}{end}", still(app)))
}

/// `still the whole table as of 2026-11-27 16:05:12 UTC`.
fn still(app: &App) -> String {
    let what = if app.is_partial() { "what was read" } else { "the whole table" };
    format!("still {what}{}", as_of(app))
}

/// ` as of 2026-11-27 16:05:12 UTC`, where the source tells.
fn as_of(app: &App) -> String {
    app.table.opened.moment.at.map(|at| format!(" as of {}", utc(at))).unwrap_or_default()
}
