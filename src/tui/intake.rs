//! What comes from the source, and how the lists follow it.

use super::app::{App, Reading};
use super::message::Command;
use super::panes::preview::Preview;
use crate::display::words;
use crate::history::{Merge, PushError};
use crate::source::Event;

/// Takes what a source sends. Rows are linked at once; the lists follow on the next tick.
pub(super) fn source(app: &mut App, event: Event) -> Vec<Command> {
    match event {
        Event::Opened(opened) => app.begin(opened),
        Event::Rows(rows) => {
            if let Err(error) = app.history.extend(&rows) {
                return fail(app, &error);
            }
        }
        Event::Late(rows) => app.merge = Some(Merge::new(&app.history, rows)),
        Event::Requests(values) => {
            for (id, value) in values {
                app.history.note_request(id, &value);
            }
        }
        Event::Progress(entries) => app.entries = entries,
        Event::Note(note) => app.notes.push(note),
        Event::Rejects(unread) => app.unread.extend(unread),
        Event::Ended(Err(error)) if app.reading == Reading::Opening && app.history.is_empty() => {
            return vec![Command::Fail(error)];
        }
        Event::Ended(result) => {
            if app.reading.is_on() {
                app.reading = match result {
                    Ok(()) => Reading::Done,
                    Err(error) => Reading::Failed(error.in_a_line()),
                };
            }
            let keys = app.history.keys().map(|(key, _)| key);
            app.notes.extend(words::taken_as_one(&app.history, keys));
            list(app);
            arrive(app);
        }
    }
    Vec::new()
}

/// Puts some of the late rows among the others.
pub(super) fn merge(app: &mut App, most: usize) -> Vec<Command> {
    let Some(mut merge) = app.merge.take() else { return Vec::new() };
    match merge.step(&app.history, most) {
        Ok(false) => app.merge = Some(merge),
        Ok(true) => app.merged(merge.finish()),
        Err(error) => return fail(app, &error),
    }
    Vec::new()
}

fn fail(app: &mut App, error: &PushError) -> Vec<Command> {
    app.reading = Reading::Failed(format!("The rows make no table: {error}."));
    vec![Command::StopReading]
}

/// Once everything is there: the key and the preview that the explorer was started for.
pub(super) fn arrive(app: &mut App) {
    if app.start.preview && app.preview.is_none() && !app.history.is_empty() {
        app.preview = Some(Preview::new(&app.history, app.start.policy, app.start.target));
        app.list_keys();
    }
    if let Some(key) = app.start.key.take().and_then(|name| app.history.find_key(&name)) {
        app.keys.select_key(key);
        app.placed = true;
    }
}

/// Lists keys and plans anew.
pub(super) fn list(app: &mut App) {
    if let Some(preview) = &mut app.preview {
        preview.refresh(&app.history);
    }
    app.list_keys();
    app.listed = app.history.len();
}

/// The lists follow the rows that came, or a search goes on.
///
/// Where there are very many rows, the lists follow only when a part more has come: to sort keys and
/// to plan takes longer the more there are, and all that together must not take longer than the
/// reading.
pub(super) fn tick(app: &mut App) {
    const MANY: usize = 1 << 18;
    let new = app.history.len().saturating_sub(app.listed);
    let is_part = app.listed < MANY || new > app.listed / 8;
    let is_early = app.reading.is_on() && !is_part;
    if is_early || new == 0 || app.is_listing() {
        app.keys.search_on(&app.history);
    } else {
        list(app);
    }
}

/// How many rows the chain is drawn from. While rows come, it follows as the lists do; a key of very
/// many rows only each time that it has grown by a part, so that drawing it does not take longer than
/// reading it.
pub(super) fn chain_rows(app: &App) -> usize {
    const MANY: usize = 4096;
    let rows = app.key().map_or(0, |key| app.history.key(key).rows as usize);
    if !app.reading.is_on() || rows < MANY {
        return app.listed;
    }
    let part = (rows.ilog2() - 2) as usize;
    rows >> part << part
}
