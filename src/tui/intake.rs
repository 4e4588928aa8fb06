//! What comes from the source, and how the lists follow it.

use super::app::{App, Reading};
use super::live;
use super::message::Command;
use super::moment;
use crate::display::words;
use crate::source::{Error, Event, Intake};

/// Takes what a source sends. Rows are linked at once; the lists follow on the next tick.
pub(super) fn source(app: &mut App, event: Event) -> Vec<Command> {
    match event {
        Event::Opened(opened) => {
            app.begin(Intake::new(opened));
            app.reading = Reading::Rows;
        }
        Event::Ended(Err(error))
            if app.reading == Reading::Opening && app.table.history.is_empty() =>
        {
            return vec![Command::Fail(error)];
        }
        Event::Ended(result) => {
            if app.reading.is_on() {
                app.reading = match result {
                    Ok(()) => Reading::Done,
                    Err(error) => Reading::Failed(error.in_a_line()),
                };
            }
            let keys = app.table.history.keys().map(|(key, _)| key);
            app.table.opened.notes.extend(words::taken_as_one(&app.table.history, keys));
            list(app);
            arrive(app);
        }
        event => {
            if let Err(error) = app.table.take(event) {
                return fail(app, &error);
            }
        }
    }
    Vec::new()
}

/// Puts some of the late rows among the others.
pub(super) fn merge(app: &mut App, most: usize) -> Vec<Command> {
    match app.table.merged(most) {
        Ok(Some(history)) if app.reading.is_on() => app.merged(history),
        Ok(Some(history)) => live::actions::keeping(app, |app| app.merged(history)),
        Ok(None) => {}
        Err(error) => return fail(app, &error),
    }
    Vec::new()
}

fn fail(app: &mut App, error: &Error) -> Vec<Command> {
    app.reading = Reading::Failed(error.in_a_line());
    vec![Command::StopReading]
}

/// Once everything is there: the key and the preview that the explorer was started for.
pub(super) fn arrive(app: &mut App) {
    if app.start.preview && app.preview.is_none() && !app.table.history.is_empty() {
        app.show_preview(app.start.policy, app.start.target);
        app.list_keys();
    }
    if let Some(key) = app.start.key.take().and_then(|name| app.table.history.find_key(&name)) {
        app.keys.select_key(key);
        app.placed = true;
    }
    if let Some(revision) = app.start.at.take() {
        moment::actions::go(app, revision.min(app.table.history.current().unwrap_or_default()));
    }
}

/// Lists keys and plans anew.
pub(super) fn list(app: &mut App) {
    if let Some(preview) = &mut app.preview {
        preview.refresh(&app.table.history, None);
    }
    app.list_keys();
    app.listed = app.table.history.len();
}

/// The lists follow the rows that came, or a search goes on.
///
/// Where there are very many rows, the lists follow only when a part more has come: to sort keys and
/// to plan takes longer the more there are, and all that together must not take longer than the
/// reading.
pub(super) fn tick(app: &mut App) {
    const MANY: usize = 1 << 18;
    let new = app.table.history.len().saturating_sub(app.listed);
    let is_part = app.listed < MANY || new > app.listed / 8;
    let is_early = app.reading.is_on() && !is_part;
    if is_early || new == 0 || app.is_listing() {
        app.keys.search_on(&app.table.history);
        app.palette.search_on(&app.table.history);
        app.audit.list.advance(&app.table.history, &app.audit.findings);
    } else {
        list(app);
    }
}

/// How many rows the chain is drawn from. While rows come, it follows as the lists do; a key of very
/// many rows only each time that it has grown by a part, so that drawing it does not take longer than
/// reading it.
pub(super) fn chain_rows(app: &App) -> usize {
    const MANY: usize = 4096;
    let rows = app.key().map_or(0, |key| app.table.history.key(key).rows as usize);
    if !app.reading.is_on() || rows < MANY {
        return app.listed;
    }
    let part = (rows.ilog2() - 2) as usize;
    rows >> part << part
}
