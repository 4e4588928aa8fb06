//! What keys do to the list of what fills the table: into prefixes and out of them, and the bytes of
//! values, which are measured when somebody asks.

use super::sizes::Bytes;
use super::{name, next};
use crate::display::words;
use crate::history::usage::{Kind, Node, Sizes, Sort, Usage};
use crate::source::{self, Measured};
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::message::Command;
use crate::tui::panes::Listing;

/// Whether the keyboard is in that list.
pub(in crate::tui) fn is_open(app: &App) -> bool {
    app.listing == Listing::Usage && app.focus == Pane::List
}

/// What is selected there, unless it is a key.
pub(in crate::tui) fn part(app: &App) -> Option<Node> {
    let selected = app.usage.selected().filter(|_| app.listing == Listing::Usage);
    selected.filter(|part| part.kind != Kind::Key)
}

/// Into the prefix that is selected, or to the key's chain.
pub(in crate::tui) fn open(app: &mut App) {
    if app.usage.open(&app.table.history) {
        app.detail_scroll = 0;
        return;
    }
    match app.usage.selected().map(|part| part.kind) {
        Some(Kind::Key) => app.focus = Pane::Chain,
        Some(Kind::Gaps) => app.tell("Gap rows are counted as one: / finds each, as gap-N."),
        Some(Kind::Nameless) => app.tell("These rows belong to no key: : goes to one by revision."),
        Some(Kind::Table | Kind::Prefix) | None => {}
    }
}

/// To the prefix above; false where there is none, or nothing of the sort is listed.
pub(in crate::tui) fn above(app: &mut App) -> bool {
    let left = is_open(app) && app.usage.leave(&app.table.history);
    if left {
        app.detail_scroll = 0;
    }
    left
}

/// The same, said where it cannot be done.
pub(in crate::tui) fn go_above(app: &mut App) {
    if app.listing != Listing::Usage {
        app.refuse("u shows what fills the table, by prefix.");
        return;
    }
    app.focus = Pane::List;
    if !above(app) {
        app.tell("This is the whole table.");
    }
}

/// Moves in the list.
pub(in crate::tui) fn step(app: &mut App, lines: isize) {
    app.usage.select(app.usage.cursor.saturating_add_signed(lines));
    app.detail_scroll = 0;
}

/// The next order.
pub(in crate::tui) fn sort(app: &mut App) {
    let bytes = app.usage.usage().is_some_and(Usage::has_bytes);
    let sort = next(app.usage.sort, app.preview.is_some(), bytes);
    app.usage.sort_by(&app.table.history, sort);
    app.tell(match sort {
        Sort::Name => "Prefixes and keys in the order of their names.".to_owned(),
        sort => format!("Those with the most {} first.", name(sort)),
    });
}

/// Asks for the bytes of all values, or for no more of them; said where that cannot be.
pub(in crate::tui) fn measure(app: &mut App) -> Vec<Command> {
    if app.is_reading() {
        app.refuse("Bytes are measured once the rows have been read.");
    } else if stop_measuring(app) {
        return vec![Command::StopMeasuring];
    } else if let Some(range) = source::range(&app.table.history) {
        app.usage.forget_bytes(&app.table.history);
        app.usage.bytes = Bytes::Coming(Sizes::new(&app.table.history));
        app.reading_for = std::time::Duration::ZERO;
        return vec![Command::Measure(range)];
    } else {
        app.refuse("The table has no rows.");
    }
    Vec::new()
}

/// Takes what a source measured.
pub(in crate::tui) fn measured(app: &mut App, measured: Measured) {
    let Bytes::Coming(sizes) = &mut app.usage.bytes else { return };
    match measured {
        Measured::Sizes(some) => sizes.extend(&app.table.history, &some),
        Measured::Unknown(why) => {
            app.usage.bytes = Bytes::NotAsked;
            app.refuse(words::bytes_unknown(&why));
        }
        Measured::Ended(ended) => {
            app.usage.bytes.end(ended.err().map(|error| words::failed(&error.in_a_line())));
        }
    }
}

/// Ends the measuring; what was measured stays. False where nothing is being measured.
pub(in crate::tui) fn stop_measuring(app: &mut App) -> bool {
    let is_coming = app.usage.bytes.is_coming();
    if is_coming {
        app.usage.bytes.end(Some(words::STOPPED.to_owned()));
    }
    is_coming
}
