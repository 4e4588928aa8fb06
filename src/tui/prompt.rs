//! A line that is being typed.

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};

use super::app::{App, Purpose};
use super::navigate::jump;
use super::panes::keys::actions::step;
use super::panes::preview::actions::aim;

/// A key while a line is being typed. What is looked for follows with [`search`].
pub(super) fn typed(app: &mut App, key: KeyEvent) {
    if matches!(key.code, KeyCode::Up | KeyCode::Down | KeyCode::Enter) {
        search(app);
    }
    let Some(prompt) = &mut app.prompt else { return };
    match (prompt.purpose, key.code) {
        (Purpose::Find, KeyCode::Esc) => {
            app.prompt = None;
            app.keys.query.reset();
            app.list_keys();
        }
        (Purpose::Help, KeyCode::Esc) => {
            app.prompt = None;
            app.help.query.clear();
        }
        (_, KeyCode::Esc) => app.prompt = None,
        (Purpose::Find, KeyCode::Up) => step(app, -1),
        (Purpose::Find, KeyCode::Down) => step(app, 1),
        (Purpose::Find | Purpose::Help, KeyCode::Enter) => app.prompt = None,
        (purpose, KeyCode::Enter) => {
            let text = prompt.input.value().trim().to_owned();
            app.prompt = None;
            match purpose {
                Purpose::Jump => jump(app, &text),
                Purpose::Target => aim(app, &text),
                Purpose::Find | Purpose::Help => {}
            }
        }
        _ => {
            prompt.input.handle_event(&TerminalEvent::Key(key));
        }
    }
}

/// Text that was pasted into it, where the cursor is.
pub(super) fn paste(app: &mut App, text: &str) {
    if let Some(prompt) = &mut app.prompt {
        let typed: Vec<char> = prompt.input.value().chars().collect();
        let (before, after) = typed.split_at(prompt.input.cursor().min(typed.len()));
        let pasted: Vec<char> = text.chars().filter(|char| !char.is_control()).collect();
        let cursor = before.len() + pasted.len();
        prompt.input = Input::new([before, &pasted, after].concat().into_iter().collect());
        prompt.input.handle(InputRequest::SetCursor(cursor));
    }
}

/// Looks for the letters that were typed, if they have changed.
pub(super) fn search(app: &mut App) {
    if let Some(prompt) = app.prompt.as_ref().filter(|prompt| prompt.purpose == Purpose::Find)
        && prompt.input.value() != app.keys.query.value()
    {
        app.keys.query = prompt.input.clone();
        app.keys.look_for(&app.table.history, app.preview.as_ref(), &app.audit);
    }
}
