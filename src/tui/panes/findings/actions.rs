//! Where findings lead: to a key, to its rows, to the keys that a rule found something in.

use super::list::Spot;
use crate::audit::{Finding, Rule};
use crate::history::{KeyId, RowIx};
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::navigate::{go_to, go_to_key};
use crate::tui::panes::Listing;
use crate::tui::panes::keys;
use crate::tui::panes::keys::filter::Filter;

/// The finding that is selected in the list of findings, while that is shown.
pub(in crate::tui) fn finding(app: &App) -> Option<&Finding> {
    match spot(app)? {
        Spot::Finding(at) => app.audit.findings.found.get(at),
        _ => None,
    }
}

/// What is selected in the list of findings, while that is shown.
pub(in crate::tui) fn spot(app: &App) -> Option<Spot> {
    (app.listing == Listing::Findings).then(|| app.audit.list.selected())?
}

/// The key whose chain is to be shown: the one that is selected, or the one of the finding.
pub(in crate::tui) fn key(app: &App) -> Option<KeyId> {
    match app.listing {
        // Beside an empty list it would seem to belong to it.
        Listing::Keys => app.keys.selected.filter(|_| !app.keys.shown.is_empty()),
        Listing::Findings => {
            let key = finding(app)?.key?;
            (app.table.history.key(key).rows > 0).then_some(key)
        }
        Listing::Usage => app.usage.key(),
        Listing::Log => {
            let history = &app.table.history;
            app.log.selected(history).and_then(|at| history.key_at(at))
        }
    }
}

/// The row to look at first of those that show the finding.
pub(in crate::tui) fn evidence(app: &App) -> Option<RowIx> {
    finding(app)?.row()
}

/// The finding whose rows the chain shows, if it shows some: its rule, and the row to look at first.
pub(in crate::tui) fn evidence_in_chain(app: &App) -> Option<(&'static Rule, RowIx)> {
    let finding = finding(app).filter(|_| app.key().is_some())?;
    Some((finding.rule, finding.row()?))
}

/// Once another finding is selected, puts the chain's cursor on the row to look at first.
pub(in crate::tui) fn follow(app: &mut App) {
    let evidence = evidence_in_chain(app);
    if app.chain.evidence == evidence {
        return;
    }
    app.chain.evidence = evidence;
    if let Some((_, at)) = evidence {
        app.chain.select(&app.table.history, app.preview.as_ref(), at);
    }
}

/// Lists what the audit found or what fills the table, or the keys again.
pub(in crate::tui) fn toggle(app: &mut App, listing: Listing) {
    app.focus = Pane::List;
    app.detail_scroll = 0;
    if app.listing == listing {
        if let Some(key) = key(app) {
            app.keys.select_key(key);
        }
        app.listing = Listing::Keys;
    } else {
        app.listing = listing;
        // What a finding means is told beside it, and so is what a prefix has.
        app.chain.compares = false;
    }
}

/// Moves in the list of findings.
pub(in crate::tui) fn step(app: &mut App, lines: isize) {
    let list = &mut app.audit.list;
    list.select(list.cursor.saturating_add_signed(lines));
    app.detail_scroll = 0;
}

/// Enter: folds a heading, or goes to the row that shows a finding.
pub(in crate::tui) fn open(app: &mut App) {
    if app.audit.list.toggle() {
        return;
    }
    match (evidence(app), key(app)) {
        (Some(at), key) => {
            if key.is_some() {
                app.listing = Listing::Keys;
            }
            go_to(app, at);
        }
        (None, Some(key)) => {
            go_to_key(app, key);
            app.focus = Pane::Chain;
        }
        (None, None) if finding(app).is_some() => {
            app.tell("This concerns the table as a whole, not a key.");
        }
        (None, None) => app.focus = Pane::Detail,
    }
}

/// Lists the keys in which the selected rule found something.
pub(in crate::tui) fn filter(app: &mut App) {
    let Some(rule) = rule(app) else {
        app.refuse("Select a rule that found something.");
        return;
    };
    if !app.audit.keys_of(rule).contains(&true) {
        app.refuse(format!("What {} found concerns no key.", rule.name));
        return;
    }
    toggle(app, Listing::Findings);
    keys::actions::filter(app, Filter::Rule(rule));
}

/// The rule whose heading or finding is selected.
fn rule(app: &App) -> Option<&'static Rule> {
    match spot(app)? {
        Spot::Rule(rule) => Some(rule),
        _ => finding(app).map(|finding| finding.rule),
    }
}
