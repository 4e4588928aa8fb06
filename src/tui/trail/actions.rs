//! What leads back.

use super::{Line, Place, Run, Target};
use crate::history::Revision;
use crate::tui::app::App;
use crate::tui::intake::chain_rows;
use crate::tui::keymap::Action;
use crate::tui::moment::Moment;
use crate::tui::panes::findings;

/// Where somebody is.
pub(in crate::tui) fn place(app: &App) -> Place {
    let history = &app.table.history;
    Place {
        listing: app.listing,
        focus: app.focus,
        zooms: app.zooms,
        filter: app.keys.filter,
        sort: app.keys.sort,
        query: app.keys.query.value().to_owned(),
        key: app.keys.selected.map(|key| history.name(key).to_vec()),
        line: app.chain.selected().and_then(|item| Line::of(history, item)),
        folds: app.chain.folds(history),
        findings: app.audit.list.place(),
        usage: app.usage.place(history),
        log: app.log.place(),
        preview: app.preview.as_ref().map(|preview| Target {
            policy: preview.policy,
            target: (!preview.follows).then_some(preview.target),
        }),
        moment: app.moment.as_ref().map(|moment| moment.replay.revision()),
        batches: app.batches,
        compares: app.chain.compares,
    }
}

/// Goes to a place, as far as what was there still is.
pub(in crate::tui) fn go(app: &mut App, place: Place) {
    restore_moment(app, place.moment);
    restore_preview(app, place.preview);
    app.batches = place.batches && app.preview.is_some();
    let is_same_list = app.keys.filter == place.filter && app.keys.sort == place.sort;
    if !is_same_list || app.keys.query.value() != place.query {
        app.keys.filter = place.filter;
        app.keys.sort = place.sort;
        app.keys.query = place.query.into();
        app.list_keys();
    }
    if let Some(key) = place.key.and_then(|name| app.table.history.find_key(&name)) {
        app.keys.select_key(key);
    }
    app.usage.go(&app.table.history, place.usage);
    app.log.go(&app.table.history, place.log);
    app.audit.list.go(place.findings, &app.table.history, &app.audit.findings);
    app.listing = place.listing;
    app.focus = place.focus;
    app.zooms = place.zooms;
    app.chain.compares = place.compares && app.preview.is_some();
    app.detail_scroll = 0;
    app.chain.show(findings::actions::key(app));
    app.chain.listed = chain_rows(app);
    app.chain.past = app.past();
    app.chain.fold(&app.table.history, &place.folds);
    app.chain.refresh(&app.table.history, app.preview.as_ref());
    // The finding is not selected anew: its row was looked at before.
    app.chain.evidence = findings::actions::evidence_in_chain(app);
    if let Some(line) = place.line
        && let Some(at) = app.table.history.find(line.revision)
    {
        app.chain.go_back(&app.table.history, app.preview.as_ref(), at, line.is_fold);
    }
}

fn restore_moment(app: &mut App, wanted: Option<Revision>) {
    match (wanted, &mut app.moment) {
        (None, _) => app.moment = None,
        (Some(revision), Some(moment)) => moment.replay.go(&app.table.history, revision),
        (Some(revision), None) => {
            let moment = Moment::new(&app.table.history, revision, place(app));
            app.moment = Some(Box::new(moment));
        }
    }
}

fn restore_preview(app: &mut App, wanted: Option<Target>) {
    let Some(wanted) = wanted else {
        app.preview = None;
        return;
    };
    match &mut app.preview {
        Some(preview) if preview.policy == wanted.policy => {
            match wanted.target {
                Some(target) => preview.aim(&app.table.history, target),
                None => preview.follow(&app.table.history),
            }
            if !preview.is_working() && app.keys.depends_on_preview() {
                app.list_keys();
            }
        }
        _ => {
            app.show_preview(wanted.policy, wanted.target);
            app.list_keys();
        }
    }
}

/// Whether a key only moves a cursor line by line, goes back itself, or changes the table in a trial: that
/// is no step to go back.
pub(in crate::tui) const fn only_moves(action: Action) -> bool {
    matches!(
        action,
        Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::Back
            | Action::Last
            | Action::TakeAway
            | Action::Undo
            | Action::Redo
    )
}

/// Whether a key leads from pane to pane.
pub(in crate::tui) const fn changes_pane(action: Action) -> bool {
    matches!(
        action,
        Action::Left
            | Action::Right
            | Action::TargetDown
            | Action::TargetUp
            | Action::NextPane
            | Action::PreviousPane
            | Action::FirstPane
    )
}

/// What a key does of which many steps on end are one to go back.
pub(in crate::tui) const fn run(action: Action) -> Option<Run> {
    match action {
        Action::TargetDown | Action::TargetUp | Action::BatchDown | Action::BatchUp => {
            Some(Run::Target)
        }
        Action::Sort => Some(Run::Sort),
        _ => None,
    }
}

/// Remembers where somebody was before, unless that is still where they are.
pub(in crate::tui) fn leave(app: &mut App, before: Place, run: Option<Run>) {
    let now = place(app);
    app.trail.leave(before, &now, run);
}

/// To where one was before; false where that is nowhere.
pub(in crate::tui) fn back(app: &mut App) -> bool {
    let before = app.trail.back(place(app));
    let found = before.is_some();
    if let Some(before) = before {
        go(app, before);
    }
    found
}

/// To the place that was left last, and with the next such step here again.
pub(in crate::tui) fn last(app: &mut App) {
    let now = place(app);
    match app.trail.left.take() {
        Some(left) => {
            go(app, left);
            app.trail.left = Some(now);
        }
        None => app.tell("There is no view before this one."),
    }
}
