//! What keys do to the help.

use tui_input::Input;

use crate::tui::app::{App, Prompt, Purpose};
use crate::tui::keymap::Action;
use crate::tui::overlays::Sheet;

/// Keys that are the help's own; whether this is one.
pub(in crate::tui) fn act(app: &mut App, action: Action) -> bool {
    match action {
        Action::NextPane | Action::PreviousPane => app.help.page = app.help.page.other(),
        Action::Find => {
            let input = Input::new(app.help.query.clone());
            app.prompt = Some(Prompt { purpose: Purpose::Help, input });
        }
        Action::Back if !app.help.query.is_empty() => app.help.query.clear(),
        _ => return false,
    }
    app.open(Sheet::Help);
    true
}

/// Takes the letters that are typed, if they have changed.
pub(in crate::tui) fn search(app: &mut App) {
    if let Some(prompt) = app.prompt.as_ref().filter(|prompt| prompt.purpose == Purpose::Help)
        && prompt.input.value() != app.help.query
    {
        app.help.query = prompt.input.value().to_owned();
        app.open(Sheet::Help);
    }
}
