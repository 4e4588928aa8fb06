//! What keys do to the values of a row: they are asked for when somebody does, and never waited for.

use super::Sheet;
use super::value::{Against, Asked, Page, Side, State};
use crate::display::Role;
use crate::history::RowIx;
use crate::history::lanes::Item;
use crate::source::{Found, Wanted};
use crate::text::escape;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::mark;
use crate::tui::message::Command;
use crate::tui::navigate::{predecessor, successor};
use crate::tui::reload;
use crate::value::Values;

/// Asks for the values of the selected row, and shows them once they come.
pub(in crate::tui) fn ask(app: &mut App) -> Vec<Command> {
    let Some(at) = app.row() else {
        app.refuse(match app.chain.selected() {
            Some(Item::Fold { .. }) => "This line stands for several revisions. Enter shows them.",
            Some(_) => "This revision is not in the table.",
            None => "No revision is selected.",
        });
        return Vec::new();
    };
    forget(app);
    let wanted = Wanted::of(&app.table.history, at);
    app.value.asked = Some(Asked {
        id: wanted.id,
        key: shown(&wanted),
        kind: app.table.history.kind(at),
        state: State::Coming,
        against: None,
    });
    app.value.laid = None;
    app.open(Sheet::Value);
    vec![Command::Value(wanted)]
}

/// The key of a row, safe to print.
fn shown(wanted: &Wanted) -> String {
    let name = wanted.name.as_deref();
    name.map_or_else(|| "NULL".to_owned(), |name| escape(name).into_owned())
}

/// Compares the selected row with the one that it is to be compared with; said where there is none.
pub(in crate::tui) fn against(app: &mut App) -> Vec<Command> {
    match mark::other(app) {
        Ok(with) => compare(app, with),
        Err(why) => {
            app.refuse(why);
            Vec::new()
        }
    }
}

/// Asks for the values of the selected row and of another one, and shows how they differ.
fn compare(app: &mut App, with: RowIx) -> Vec<Command> {
    let commands = ask(app);
    let history = &app.table.history;
    let first = Wanted::of(history, with);
    let (id, key, kind) = (first.id, shown(&first), history.kind(with));
    let Some(asked) = app.value.asked.as_mut().filter(|_| !commands.is_empty()) else {
        return commands;
    };
    let then = commands.into_iter().find_map(|command| match command {
        Command::Value(wanted) => Some(wanted),
        _ => None,
    });
    let side = std::mem::replace(&mut app.value.side, Side::Difference);
    asked.against = Some(Against { id, key, kind, value: None, then, side });
    vec![Command::Value(first)]
}

/// Takes what came of it; of two rows, asks for the second once the first is here.
pub(in crate::tui) fn take(app: &mut App, found: Found) -> Vec<Command> {
    let asked = app.value.asked.as_mut().filter(|it| matches!(it.state, State::Coming));
    let Some(asked) = asked else { return Vec::new() };
    let found = match (found, &mut asked.against) {
        (Found::Values(values), Some(against)) => match against.then.take() {
            Some(then) => {
                against.value = values.value;
                return vec![Command::Value(then)];
            }
            None => Found::Values(Box::new(Values::between(against.value.take(), values.value))),
        },
        (found, _) => found,
    };
    asked.state = State::Found(found);
    app.value.laid = None;
    Vec::new()
}

/// Looks at no values any more.
fn forget(app: &mut App) {
    let asked = app.value.asked.take();
    if let Some(against) = asked.and_then(|asked| asked.against) {
        app.value.side = against.side;
    }
}

/// Keys that are the sheet's own; `None` for the others.
pub(in crate::tui) fn act(app: &mut App, action: Action) -> Option<Vec<Command>> {
    match action {
        Action::NextPane | Action::Right | Action::TargetUp => turn(app, app.value.side.next()),
        Action::PreviousPane | Action::Left | Action::TargetDown => {
            turn(app, app.value.side.previous());
        }
        Action::Predecessor => return Some(go(app, predecessor)),
        Action::Successor => return Some(go(app, successor)),
        Action::Reload if app.start.once.is_none() => {
            app.overlay = None;
            let reload = reload::reload(app);
            return Some([Command::StopValue].into_iter().chain(reload).collect());
        }
        Action::Back if app.value.is_coming() => {
            if let Some(asked) = &mut app.value.asked {
                asked.state = State::Stopped;
            }
            app.value.laid = None;
            return Some(vec![Command::StopValue]);
        }
        Action::Unfold => {
            app.value.shows_noise = !app.value.shows_noise;
            app.value.laid = None;
        }
        Action::Mark => mark::mark(app),
        Action::Compare => return Some(against(app)),
        Action::Value | Action::Back | Action::Quit | Action::Open => {
            app.overlay = None;
            return Some(vec![Command::StopValue]);
        }
        _ => return None,
    }
    Some(Vec::new())
}

fn turn(app: &mut App, side: Side) {
    app.value.side = side;
    app.open(Sheet::Value);
}

/// To another row, and its values; where there is none, that is said.
fn go(app: &mut App, to: fn(&mut App)) -> Vec<Command> {
    let at = app.row();
    to(app);
    if app.row() == at {
        app.open(Sheet::Value);
        return Vec::new();
    }
    let with = app.value.asked.as_ref().and_then(Asked::compared);
    let with = with.and_then(|id| app.table.history.find(id));
    match with.filter(|&with| Some(with) != app.row()) {
        Some(with) => compare(app, with),
        None => ask(app),
    }
}

/// Makes the lines that are shown, if they are not what they were.
pub(in crate::tui) fn lay(app: &mut App) {
    if app.overlay.is_none_or(|overlay| overlay.sheet != Sheet::Value) {
        // Nobody keeps what nobody looks at.
        forget(app);
        app.value.lines = Vec::new();
        return;
    }
    let laid = Some((app.size.width, app.value.side));
    if app.value.laid == laid {
        return;
    }
    let Some(asked) = &app.value.asked else { return };
    let width = usize::from(app.size.width.saturating_sub(4));
    let (glyphs, shows_noise) = (app.start.look.glyphs, app.value.shows_noise);
    let mut sheet = Page { width, glyphs, lines: Vec::new(), shows_noise };
    sheet.exact(&asked.key, Role::Title);
    if let Some(against) = asked.against.as_ref().filter(|against| against.key != asked.key) {
        sheet.exact(&format!("compared with {}", against.key), Role::Title);
    }
    sheet.state(asked, app.value.side);
    app.value.lines = sheet.lines;
    app.value.laid = laid;
}
