//! What each action does.

use tui_input::Input;

use super::app::{App, Purpose, Reading};
use super::follow::follow;
use super::intake::{arrive, list};
use super::keymap::Action;
use super::layout::Pane;
use super::message::Command;
use super::navigate::{go_to, predecessor, step, successor};
use super::overlays::help::Help;
use super::overlays::{self, Sheet, value_actions};
use super::panes::keys::filter::Filter;
use super::panes::preview::actions::{compare, toggle_preview, turn, with_preview};
use super::panes::{Listing, findings, keys, log, usage};
use super::prompt::ask;
use super::screen::areas;
use super::trail::{self, actions::place};
use super::{copy, external, find, live, mark, moment, palette, reload, trial};
use crate::display::words::capitalized;
use crate::history::Revision;
use crate::history::lanes::Item;

/// Does what an action does to what is shown, and remembers where one was.
pub(super) fn act(app: &mut App, action: Action) -> Vec<Command> {
    if app.overlay.is_some() {
        return overlays::actions::act(app, action);
    }
    if trail::actions::only_moves(action) {
        return perform(app, action);
    }
    let before = place(app);
    let was = app.focus;
    let commands = perform(app, action);
    if app.prompt.is_none() {
        follow(app);
        let now = place(app);
        if was != Pane::List && app.focus == Pane::List && trail::actions::changes_pane(action) {
            app.trail.come_back(&now);
        } else {
            app.trail.leave(before, &now, trail::actions::run(action));
        }
    }
    commands
}

/// What an action does to the panes.
pub(super) fn perform(app: &mut App, action: Action) -> Vec<Command> {
    if moment::actions::act(app, action) {
        return Vec::new();
    }
    let page = isize::try_from(areas(app).lines(app.focus).max(2) - 1).unwrap_or(1);
    match action {
        Action::Up => step(app, -1),
        Action::Down => step(app, 1),
        Action::PageUp => step(app, -page),
        Action::PageDown => step(app, page),
        Action::Top => step(app, isize::MIN + 1),
        Action::Bottom => step(app, isize::MAX),
        Action::TargetDown | Action::TargetUp if app.preview.is_some() => {
            let up = action == Action::TargetUp;
            with_preview(app, |preview, history| preview.step(history, up));
        }
        Action::Left | Action::TargetDown if usage::actions::above(app) => {}
        Action::Right | Action::TargetUp if usage::actions::is_open(app) => {
            usage::actions::open(app);
        }
        Action::Left | Action::TargetDown | Action::PreviousPane => focus(app, Pane::previous),
        Action::Right | Action::TargetUp | Action::NextPane => focus(app, Pane::next),
        Action::FirstPane => focus(app, |_| Pane::List),
        Action::SecondPane => focus(app, |_| Pane::Chain),
        Action::ThirdPane => focus(app, |_| Pane::Detail),
        Action::Open | Action::Forward => return open(app),
        Action::Unfold => app.chain.toggle_folds(&app.table.history, app.preview.as_ref()),
        Action::Value => return value_actions::ask(app),
        Action::Predecessor => predecessor(app),
        Action::Successor => successor(app),
        Action::Audit => findings::actions::toggle(app, Listing::Findings),
        Action::Usage => findings::actions::toggle(app, Listing::Usage),
        Action::Log => log::actions::toggle(app),
        Action::Mark if app.listing == Listing::Usage && app.focus == Pane::List => {
            return usage::actions::measure(app);
        }
        Action::Mark => mark::mark(app),
        Action::Above => usage::actions::go_above(app),
        Action::Find => find::actions::open(app),
        Action::NextMatch => find::actions::next(app, true),
        Action::PreviousMatch => find::actions::next(app, false),
        Action::Copy => copy::actions::ask(app),
        Action::Pager => return external::actions::page(app),
        Action::Editor | Action::Diff => app.refuse("V shows a value; e and D open it from there."),
        Action::Mouse => return vec![give_mouse(app)],
        Action::Sort if app.listing == Listing::Usage => usage::actions::sort(app),
        Action::Sort => {
            app.listing = Listing::Keys;
            app.keys.sort = app.keys.sort.next();
            app.list_keys();
            app.tell(format!("Keys by {}.", app.keys.sort.name()));
        }
        Action::Filter if app.listing == Listing::Findings => findings::actions::filter(app),
        Action::Filter if app.listing == Listing::Log => log::actions::filter(app),
        Action::Filter => {
            app.listing = Listing::Keys;
            keys::actions::filter(app, app.keys.filter.next(app.preview.is_some()));
        }
        Action::Palette => palette::actions::open(app),
        Action::Preview => toggle_preview(app),
        Action::Target => {
            ask(app, Purpose::Target, Input::default());
            if app.preview.is_none() {
                toggle_preview(app);
            }
        }
        Action::BatchDown => with_preview(app, |it, history| it.step_batch(history, false)),
        Action::BatchUp => with_preview(app, |it, history| it.step_batch(history, true)),
        Action::TargetFirst => with_preview(app, |it, history| it.aim(history, 0)),
        Action::TargetLast => with_preview(app, |it, history| it.aim(history, Revision::MAX)),
        Action::TurnDown => turn_or_go(app, false),
        Action::TurnUp => turn_or_go(app, true),
        Action::Batches => {
            with_preview(app, |_, _| {});
            app.batches = !app.batches && app.preview.is_some();
        }
        Action::Compare if app.chain.compares => compare(app),
        Action::Compare if app.mark.is_none() && app.preview.is_some() => compare(app),
        Action::Compare => return value_actions::against(app),
        Action::AsOf => moment::actions::enter(app),
        Action::Play => moment::actions::play(app),
        Action::TakeAway | Action::Undo | Action::Redo => return trial::actions::act(app, action),
        Action::Reload => return reload(app),
        Action::Follow => return live::actions::toggle(app),
        Action::Statements => app.open(Sheet::Statements),
        Action::About => {
            app.live.read();
            app.open(Sheet::About);
        }
        Action::Help => {
            app.help = Help::default();
            app.open(Sheet::Help);
        }
        Action::Back => return back(app),
        Action::Zoom => app.zooms = !app.zooms,
        Action::Last => trail::actions::last(app),
        Action::Quit => return quit(app),
        Action::Suspend => return vec![Command::Suspend],
        Action::Interrupt => return vec![Command::Interrupt],
    }
    Vec::new()
}

/// To where a key's state changes; in the log, to a row of trouble.
fn turn_or_go(app: &mut App, up: bool) {
    if app.listing == Listing::Log && app.focus == Pane::List {
        log::actions::trouble(app, up);
    } else {
        turn(app, up);
    }
}

/// Gives the mouse to the terminal, or takes it.
fn give_mouse(app: &mut App) -> Command {
    app.start.preferences.mouse = !app.start.preferences.mouse;
    let is_ours = app.start.preferences.mouse;
    let whose = if is_ours { "kinescope has the mouse" } else { "The terminal has the mouse" };
    app.tell(format!("{whose}. M changes that."));
    Command::Mouse(is_ours)
}

/// Reads the table again, where that can be done.
fn reload(app: &mut App) -> Vec<Command> {
    if let Some(once) = app.start.once {
        app.refuse(format!("{} cannot be read a second time.", capitalized(once)));
        return Vec::new();
    }
    reload::reload(app)
}

/// Gives the keyboard to another pane.
fn focus(app: &mut App, to: fn(Pane) -> Pane) {
    app.focus = to(app.focus);
}

/// One step back: to where one was; from where one began, the panes and lists to how they were then; and
/// there, what is going on is stopped.
fn back(app: &mut App) -> Vec<Command> {
    if trail::actions::back(app) {
        return Vec::new();
    }
    if app.chain.compares {
        compare(app);
    } else if moment::actions::end(app) {
    } else if app.listing != Listing::Keys && app.focus == Pane::List {
        findings::actions::toggle(app, app.listing);
    } else if app.listing == Listing::Keys && !app.keys.query.value().is_empty() {
        app.keys.query.reset();
        app.list_keys();
    } else if app.focus != Pane::List {
        app.focus = app.focus.previous();
    } else if app.keys.filter != Filter::All {
        keys::actions::filter(app, Filter::All);
    } else if app.reading.is_on() {
        app.reading = Reading::Stopped;
        app.table.merge = None;
        list(app);
        arrive(app);
        return vec![Command::StopReading];
    } else if reload::stop(app) {
        return vec![Command::StopReading];
    } else if usage::actions::stop_measuring(app) {
        return vec![Command::StopMeasuring];
    } else {
        app.tell("q quits.");
    }
    Vec::new()
}

/// `q`: closes what is open or filtered where the keyboard is, and only then the program.
fn quit(app: &mut App) -> Vec<Command> {
    if app.chain.compares {
        compare(app);
        return Vec::new();
    }
    if moment::actions::end(app) {
        app.tell("This is the present again; q quits.");
        return Vec::new();
    }
    if app.focus != Pane::List || !find::actions::forget(app) {
        return vec![Command::Quit];
    }
    app.tell("Everything is listed again; q quits.");
    Vec::new()
}

/// Enter: one step closer to what is selected.
fn open(app: &mut App) -> Vec<Command> {
    match (app.subject(), app.chain.selected()) {
        (Pane::List, _) if app.listing == Listing::Findings => findings::actions::open(app),
        (Pane::List, _) if app.listing == Listing::Usage => usage::actions::open(app),
        (Pane::List, _) if app.listing == Listing::Log => log::actions::open(app),
        (Pane::List, _) => app.focus = Pane::Chain,
        (Pane::Chain, Some(Item::Fold { .. })) => {
            app.chain.open(&app.table.history, app.preview.as_ref());
        }
        (Pane::Chain, Some(Item::Foreign(at))) => go_to(app, at),
        (Pane::Chain, Some(Item::Row(_))) => return value_actions::ask(app),
        (Pane::Chain, _) => focus(app, Pane::next),
        (Pane::Detail, _) => app.focus = Pane::Chain,
    }
    Vec::new()
}
