//! What begins a trial, goes on with it, and ends it.

use std::collections::BTreeSet;

use super::{Step, applied, repair, view};
use crate::display::words;
use crate::history::lanes::Item;
use crate::history::{History, NoTrial, Revision, RowIx};
use crate::text::count;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::layout::Pane;
use crate::tui::live;
use crate::tui::message::Command;
use crate::tui::overlays::Sheet;
use crate::tui::panes::usage::actions::stop_measuring;
use crate::tui::panes::{Listing, findings};

/// The rules that find stray rows.
const OF_STRAYS: [&str; 4] = ["fork", "forgotten-row", "returned-key", "returning-key"];

/// What a key of the trial does.
pub(in crate::tui) fn act(app: &mut App, action: Action) -> Vec<Command> {
    let done = match action {
        Action::TakeAway => wanted(app).and_then(|rows| take_away(app, rows)),
        Action::Undo => undo(app),
        _ => redo(app),
    };
    said(app, done)
}

/// `:strays`: takes all stray rows away.
pub(in crate::tui) fn take_strays(app: &mut App) -> Vec<Command> {
    let history = &app.table.history;
    let strays = history.keys().flat_map(|(key, _)| history.strays(key));
    let rows: BTreeSet<Revision> = strays.map(|at| history.id(at)).collect();
    let done = if rows.is_empty() {
        Err("There are no stray rows.".to_owned())
    } else {
        take_away(app, rows)
    };
    said(app, done)
}

/// `:repair`: applies what mends the table.
pub(in crate::tui) fn mend(app: &mut App) -> Vec<Command> {
    let done = mended(app).map(|mended| go_on(app, Step::Repaired, mended));
    said(app, done)
}

/// `:discard`: back to what was read.
pub(in crate::tui) fn discard(app: &mut App) -> Vec<Command> {
    let done = may_change(app).and_then(|()| {
        if !app.trial.is_on() {
            return Err(NONE.to_owned());
        }
        while let Some(step) = app.trial.steps.pop() {
            app.trial.undone.push(step);
        }
        let commands = step_back(app)?;
        app.tell("The trial is discarded: this is the table as it was read.");
        Ok(commands)
    });
    said(app, done)
}

const NONE: &str = "There is no trial: x on a row shows the table without it.";

fn said(app: &mut App, done: Result<Vec<Command>, String>) -> Vec<Command> {
    done.unwrap_or_else(|why| {
        app.refuse(why);
        Vec::new()
    })
}

/// Whether the table can be another now.
fn may_change(app: &App) -> Result<(), String> {
    let why = if app.is_reading() || app.is_merging() {
        "The table is still being read: a trial needs all of it."
    } else if app.live.is_on() {
        "The table is followed, and a trial stays as it is: F stops following first."
    } else if app.moment.is_some() {
        "That is of the present: Esc goes back to it."
    } else {
        return Ok(());
    };
    Err(why.to_owned())
}

/// The rows that are to be taken away where the cursor is.
fn wanted(app: &App) -> Result<BTreeSet<Revision>, String> {
    let history = &app.table.history;
    let one = |at: RowIx| Ok(BTreeSet::from([history.id(at)]));
    match (app.subject(), app.listing) {
        (Pane::List, Listing::Log) => match app.log.selected(history) {
            Some(at) => one(at),
            None => Err("No row is selected.".to_owned()),
        },
        (Pane::List, Listing::Findings) => strays_found(app),
        (Pane::List, _) => Err("Select a row of a chain or of the log, or a finding about stray \
                                rows: x shows the table without it."
            .to_owned()),
        _ => match app.chain.selected() {
            Some(Item::Row(at) | Item::Foreign(at)) => one(at),
            Some(Item::Fold { .. }) => {
                Err("These are several rows: Enter unfolds them, and x takes one away.".to_owned())
            }
            Some(Item::Absent(id, _)) => Err(format!("Revision {id} is not in the table.")),
            None => Err("No row is selected.".to_owned()),
        },
    }
}

/// The stray rows of the key that a finding is about.
fn strays_found(app: &App) -> Result<BTreeSet<Revision>, String> {
    let Some(finding) = findings::actions::finding(app) else {
        return Err("Select a single finding: x shows the table without its stray rows.".to_owned());
    };
    let history = &app.table.history;
    let is_about = OF_STRAYS.contains(&finding.rule.name);
    let strays = finding.key.filter(|_| is_about).map(|key| history.strays(key));
    let rows: BTreeSet<_> = strays.into_iter().flatten().map(|at| history.id(at)).collect();
    if rows.is_empty() {
        return Err(format!(
            "{} is not about stray rows: Enter goes to its row, and x there takes it away.",
            finding.rule.name
        ));
    }
    Ok(rows)
}

/// The table as a repair would leave it.
fn mended(app: &App) -> Result<History, String> {
    may_change(app)?;
    let history = &app.table.history;
    let columns = history.profile().columns;
    if app.is_partial() || history.may_be_a_part() || !columns.created || !columns.deleted {
        return Err("What mends a table is known only where all of it was read.".to_owned());
    }
    let repair = repair(history);
    if repair.steps.is_empty() {
        return Err("There is nothing that a repair would change.".to_owned());
    }
    Ok(repair.mended(history))
}

fn take_away(app: &mut App, rows: BTreeSet<Revision>) -> Result<Vec<Command>, String> {
    may_change(app)?;
    let step = Step::Without(rows);
    let tried =
        applied(std::slice::from_ref(&step), &app.table.history).map_err(|why| sentence(&why))?;
    Ok(go_on(app, step, tried))
}

/// Takes one more step, which leads to a table.
fn go_on(app: &mut App, step: Step, tried: History) -> Vec<Command> {
    app.trial.undone.clear();
    let said = format!("{}, as a trial. U undoes that, i says what changes.", done(&step));
    step_on(app, step, tried, said)
}

fn undo(app: &mut App) -> Result<Vec<Command>, String> {
    may_change(app)?;
    let step = app.trial.steps.pop().ok_or(NONE)?;
    app.trial.undone.push(step.clone());
    let commands = step_back(app)?;
    select_near(app, &step);
    let back = match &step {
        Step::Repaired => "The repair is undone".to_owned(),
        Step::Without(rows) => format!("Undone: {}", rows_back(rows)),
    };
    let whole = if app.trial.is_on() { "" } else { " This is the table as it was read." };
    app.tell(format!("{back}.{whole}"));
    Ok(commands)
}

fn redo(app: &mut App) -> Result<Vec<Command>, String> {
    may_change(app)?;
    let step = app.trial.undone.last().cloned().ok_or("No step was undone.")?;
    let tried =
        applied(std::slice::from_ref(&step), &app.table.history).map_err(|why| sentence(&why))?;
    app.trial.undone.pop();
    let said = format!("{} again.", done(&step));
    Ok(step_on(app, step, tried, said))
}

/// Shows the table that a step leads to, and says so.
fn step_on(app: &mut App, step: Step, tried: History, said: String) -> Vec<Command> {
    let commands = show(app, Some(tried));
    select_near(app, &step);
    app.trial.steps.push(step);
    app.tell(said);
    commands
}

/// `Without 5226`.
fn done(step: &Step) -> String {
    match step {
        Step::Repaired => "Repaired".to_owned(),
        Step::Without(rows) => format!("Without {}", words::revisions(rows.iter().copied())),
    }
}

fn rows_back(rows: &BTreeSet<Revision>) -> String {
    let verb = if rows.len() == 1 { "is" } else { "are" };
    format!("{} {verb} back", words::revisions(rows.iter().copied()))
}

fn sentence(why: &NoTrial) -> String {
    format!("{}.", words::capitalized(&why.to_string()))
}

/// Shows the table after the steps that are left, worked out from what was read.
fn step_back(app: &mut App) -> Result<Vec<Command>, String> {
    let tried = app.trial.tried(&app.table.history).map_err(|why| sentence(&why))?;
    Ok(show(app, tried))
}

/// Shows a trial, or what was read.
fn show(app: &mut App, tried: Option<History>) -> Vec<Command> {
    let was_measured = stop_measuring(app);
    live::actions::keeping(app, |app| app.try_out(tried));
    if was_measured { vec![Command::StopMeasuring] } else { Vec::new() }
}

/// In a chain, selects what is nearest to the row that went or came.
fn select_near(app: &mut App, step: &Step) {
    let (Some(key), Step::Without(rows)) = (app.key(), step) else { return };
    let (history, Some(&id)) = (&app.table.history, rows.last()) else { return };
    if app.focus == Pane::List {
        return;
    }
    let older = history.rows_of(key).find(|&at| history.id(at) <= id);
    if let Some(at) = older.or_else(|| history.rows_of(key).last()) {
        app.chain.select(history, app.preview.as_ref(), at);
    }
}

/// Once the table was read again: the trial goes on, as far as its rows are there still. What there is to say.
pub(in crate::tui) fn renew(app: &mut App) -> Option<String> {
    app.trial.undone.clear();
    app.trial.real.take()?;
    let history = &app.table.history;
    let mut gone = 0;
    for step in &mut app.trial.steps {
        if let Step::Without(rows) = step {
            let all = rows.len();
            rows.retain(|&id| history.find(id).is_some());
            gone += all - rows.len();
        }
    }
    app.trial.steps.retain(|step| *step != Step::Without(BTreeSet::new()));
    let Ok(tried) = app.trial.tried(history) else {
        app.trial.steps.clear();
        return Some("The trial cannot be repeated on it, and is discarded.".to_owned());
    };
    app.try_out(tried);
    Some(match (gone as u64, app.trial.is_on()) {
        (0, _) => "The trial goes on.".to_owned(),
        (gone, true) => format!("The trial goes on; {} of it went by itself.", count(gone, "row")),
        (_, false) => "The trial is over: its rows are gone.".to_owned(),
    })
}

/// Works out what the trial changes, once somebody asks and both tables have been looked at.
pub(in crate::tui) fn follow(app: &mut App) {
    let (extent, policy) = (app.extent(), app.policy());
    let Some(real) = &mut app.trial.real else { return };
    real.audit.follow(&real.history, extent, policy);
    let is_asked = app.overlay.is_some_and(|overlay| overlay.sheet == Sheet::About);
    if app.is_auditing() {
        app.trial.changes = None;
    } else if is_asked && app.trial.changes.is_none() {
        app.trial.changes = Some(view::changes(app));
    }
}

/// A slice of the audit of what was read.
pub(in crate::tui) fn audit(app: &mut App) {
    if let Some(real) = &mut app.trial.real {
        real.audit.advance(&real.history);
    }
}
