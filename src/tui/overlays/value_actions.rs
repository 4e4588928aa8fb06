//! What keys do to the values of a row: they are asked for when somebody does, and never waited for.

use super::Sheet;
use super::value::{Asked, Page, Side, State};
use crate::display::Role;
use crate::history::lanes::Item;
use crate::source::{Found, Wanted};
use crate::text::escape;
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::Command;
use crate::tui::navigate::{predecessor, successor};
use crate::tui::reload;

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
    let wanted = Wanted::of(&app.table.history, at);
    let name = wanted.name.as_deref();
    app.value.asked = Some(Asked {
        id: wanted.id,
        key: name.map_or_else(|| "NULL".to_owned(), |name| escape(name).into_owned()),
        kind: app.table.history.kind(at),
        state: State::Coming,
    });
    app.value.laid = None;
    app.open(Sheet::Value);
    vec![Command::Value(wanted)]
}

/// Takes what came of it.
pub(in crate::tui) fn take(app: &mut App, found: Found) {
    if let Some(asked) = app.value.asked.as_mut().filter(|it| matches!(it.state, State::Coming)) {
        asked.state = State::Found(found);
        app.value.laid = None;
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
    ask(app)
}

/// Makes the lines that are shown, if they are not what they were.
pub(in crate::tui) fn lay(app: &mut App) {
    if app.overlay.is_none_or(|overlay| overlay.sheet != Sheet::Value) {
        // Nobody keeps what nobody looks at.
        app.value.asked = None;
        app.value.lines = Vec::new();
        return;
    }
    let laid = Some((app.size.width, app.value.side));
    if app.value.laid == laid {
        return;
    }
    let Some(asked) = &app.value.asked else { return };
    let width = usize::from(app.size.width.saturating_sub(4));
    let mut sheet = Page { width, glyphs: app.start.look.glyphs, lines: Vec::new() };
    sheet.exact(&asked.key, Role::Title);
    sheet.state(asked, app.value.side);
    app.value.lines = sheet.lines;
    app.value.laid = laid;
}
