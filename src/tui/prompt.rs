//! A line that is being typed.

use tui_input::{Input, InputRequest};

use super::app::{App, Prompt, Purpose};
use super::find::Within;
use super::trail;

/// Begins to type a line.
pub(super) fn ask(app: &mut App, purpose: Purpose, input: Input) {
    app.prompt = Some(Prompt {
        purpose,
        input,
        from: trail::actions::place(app),
        line: app.chain.cursor,
        overlay: app.overlay,
        sought: match purpose {
            Purpose::Find(Within::Help) => app.help.query.clone(),
            _ => app.sought.clone(),
        },
        scroll: app.detail_scroll,
    });
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
