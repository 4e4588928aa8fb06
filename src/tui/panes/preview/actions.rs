//! What changes the preview: its target, its rule, and whether there is one.

use super::{Preview, Turned};
use crate::display::words;
use crate::history::History;
use crate::history::compaction::Verdict;
use crate::text::ungrouped;
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::navigate::go_to_key;
use crate::tui::panes::Listing;
use crate::tui::panes::keys::filter::Filter;
use crate::tui::panes::preview;
use crate::tui::screen::areas;

pub(in crate::tui) fn toggle_preview(app: &mut App) {
    app.chain.compares = false;
    app.batches = false;
    if app.preview.take().is_some() {
        if app.keys.filter == Filter::Affected {
            app.keys.filter = Filter::All;
        }
    } else if app.table.history.is_empty() {
        app.refuse("The table is empty: there is nothing to compact.");
        return;
    } else {
        app.show_preview(app.start.policy, app.start.target);
    }
    app.list_keys();
}

/// The target that was typed.
pub(in crate::tui) fn aim(app: &mut App, text: &str) {
    let current = app.table.history.current().unwrap_or_default();
    let lowest = preview::lowest(&app.table.history);
    match ungrouped(text) {
        None if text.is_empty() => {}
        None => app.refuse(format!("{text} is not a revision.")),
        Some(target) if target > current => {
            app.refuse(format!("The target {target} is beyond the current revision {current}."));
        }
        Some(target) if target < lowest => {
            app.refuse(format!("The target {target} is before the compact revision {lowest}."));
        }
        Some(target) => with_preview(app, |preview, history| preview.aim(history, target)),
    }
}

/// To the next target at which a key's state changes.
pub(in crate::tui) fn turn(app: &mut App, up: bool) {
    let mut turned = None;
    with_preview(app, |preview, history| turned = Some(preview.turn(history, up)));
    if let Some(turned) = turned {
        show_turned(app, turned);
    }
}

/// Goes on with what is being worked out, for a slice.
pub(in crate::tui) fn work(app: &mut App) {
    let Some(preview) = &mut app.preview else { return };
    if !preview.advance(&app.table.history) {
        return;
    }
    let wanted = preview.take_wanted();
    if app.keys.depends_on_preview() {
        app.list_keys();
    }
    if let Some(up) = wanted {
        // What was said of the search is over with it; what was said since then stays.
        drop(app.notice.take_if(|notice| notice.text == SEEKING));
        turn(app, up);
    }
}

const SEEKING: &str = "Looking for the next target at which a key's state changes.";

/// Says which keys turned, and selects the first of them.
fn show_turned(app: &mut App, turned: Turned) {
    let turns = match turned {
        Turned::Found(turns) => turns,
        Turned::NoneThatWay(up) => return app.refuse(none_that_way(app, up)),
        Turned::Sought => return app.tell(SEEKING),
    };
    let (Some(first), Some(preview)) = (turns.first(), &app.preview) else { return };
    let said = words::turned(&app.table.history, preview.target, &turns);
    app.listing = Listing::Keys;
    go_to_key(app, first.key);
    app.tell(said);
}

/// That no key changes at a higher or lower target, and what that means.
fn none_that_way(app: &App, up: bool) -> String {
    let verdict = app.audit.verdict.as_deref();
    let safe = verdict.and_then(Verdict::safe_target);
    let target = app.preview.as_ref().map(|preview| preview.target).unwrap_or_default();
    let current = app.table.history.current().unwrap_or_default();
    let last = verdict.and_then(|verdict| verdict.turns.last()).map(|turn| turn.target);
    match safe {
        Some(safe) if !up && safe < target => {
            format!("No lower target changes a key's state: safe up to {safe}.")
        }
        _ if up && last > Some(current) => format!(
            "No target up to {current} changes a key's state, but a compaction after the next \
             writes does."
        ),
        _ => {
            let way = if up { "higher" } else { "lower" };
            format!("No {way} target changes a key's state.")
        }
    }
}

/// Shows the chain before and after, or the details again.
pub(in crate::tui) fn compare(app: &mut App) {
    with_preview(app, |_, _| {});
    app.chain.compares = !app.chain.compares && app.preview.is_some();
    // Each way, the pane on the right is another one now.
    let is_hidden = app.chain.compares && areas(app).pane(Pane::Chain).is_empty();
    if app.focus == Pane::Detail || is_hidden {
        app.focus = Pane::Chain;
    }
}

/// Moves the target, and lists the keys whose effect follows from it.
pub(in crate::tui) fn with_preview(app: &mut App, change: impl FnOnce(&mut Preview, &History)) {
    let Some(preview) = &mut app.preview else {
        app.refuse("c shows the compaction preview.");
        return;
    };
    change(preview, &app.table.history);
    if !preview.is_working() && app.keys.depends_on_preview() {
        app.list_keys();
    }
}
