//! A key while a line is being typed.

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent};
use tui_input::backend::crossterm::EventHandler;

use super::app::{App, Purpose};
use super::find::{self, Within};
use super::follow::follow;
use super::message::Command;
use super::navigate::step;
use super::panes::preview::actions::aim;
use super::{palette, trail};

/// What the key does. What is looked for follows with [`follow`](super::follow::follow).
pub(super) fn typed(app: &mut App, key: KeyEvent) -> Vec<Command> {
    let Some(purpose) = app.prompt.as_ref().map(|prompt| prompt.purpose) else { return Vec::new() };
    if matches!(key.code, KeyCode::Up | KeyCode::Down | KeyCode::Enter | KeyCode::Tab) {
        find::actions::follow(app);
        palette::actions::follow(app);
    }
    match (purpose, key.code) {
        (_, KeyCode::Esc) => leave(app),
        (Purpose::Palette, KeyCode::Enter) => return palette::run::run(app),
        (Purpose::Palette, _) if palette::actions::typed(app, key) => {}
        (Purpose::Find(Within::List(_)), KeyCode::Up) => step(app, -1),
        (Purpose::Find(Within::List(_)), KeyCode::Down) => step(app, 1),
        (Purpose::Find(_), KeyCode::Enter) => done(app),
        (Purpose::Target, KeyCode::Enter) => aim_there(app),
        _ => {
            if let Some(prompt) = &mut app.prompt {
                prompt.input.handle_event(&TerminalEvent::Key(key));
            }
        }
    }
    Vec::new()
}

/// Leaves the line: everything is as it was before.
fn leave(app: &mut App) {
    let Some(prompt) = app.prompt.take() else { return };
    match prompt.purpose {
        Purpose::Find(Within::Help) => app.help.query = prompt.sought,
        Purpose::Find(_) => app.sought = prompt.sought,
        Purpose::Palette | Purpose::Target => {}
    }
    app.overlay = prompt.overlay;
    trail::actions::go(app, prompt.from);
    follow(app);
    app.detail_scroll = prompt.scroll;
}

/// What was found stays.
fn done(app: &mut App) {
    let Some(prompt) = app.prompt.take() else { return };
    trail::actions::leave(app, prompt.from, None);
}

/// To the target that was typed; one that cannot be stays there to be mended.
fn aim_there(app: &mut App) {
    let Some(prompt) = app.prompt.take() else { return };
    aim(app, prompt.input.value().trim());
    if app.notice.as_ref().is_some_and(|notice| notice.is_error) {
        app.prompt = Some(prompt);
    } else {
        trail::actions::leave(app, prompt.from, None);
    }
}
