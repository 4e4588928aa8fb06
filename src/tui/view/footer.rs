//! The last line: what is being typed, something to tell, or the keys to press.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::app::{App, Prompt, Purpose};
use super::super::keys::{Action, BINDINGS, Binding};
use super::super::paint::{cut_end, span};
use crate::face::{Role, escape};

/// Draws the line.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    if let Some(prompt) = &app.prompt {
        draw_prompt(app, prompt, frame, area);
    } else if let Some(notice) = &app.notice {
        let role = if notice.is_error { Role::Lost } else { Role::Text };
        let text = cut_end(&format!(" {}", notice.text), width, app.start.glyphs);
        frame.render_widget(Line::from(span(app, text, role)), area);
    } else {
        frame.render_widget(hints(app, width), area);
    }
}

fn draw_prompt(app: &App, prompt: &Prompt, frame: &mut Frame<'_>, area: Rect) {
    let label = match prompt.purpose {
        Purpose::Find => " find keys: ",
        Purpose::Jump => " go to revision or key: ",
        Purpose::Target => " compact to revision: ",
    };
    let text = escape(prompt.input.value().as_bytes()).into_owned();
    let room = usize::from(area.width).saturating_sub(label.len() + 1);
    let scroll = prompt.input.visual_scroll(room);
    let shown: String = text.chars().skip(scroll).collect();
    let at = label.len() + prompt.input.visual_cursor().saturating_sub(scroll);
    frame.render_widget(Line::from(vec![span(app, label, Role::Title), Span::raw(shown)]), area);
    let x = area.x.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
    frame.set_cursor_position(Position::new(x.min(area.right().saturating_sub(1)), area.y));
}

/// The keys that have a word for this line, the first of each, as many as fit.
fn hints(app: &App, width: usize) -> Line<'static> {
    let mut line = vec![Span::raw(" ")];
    let mut used = 1;
    let fits = |binding: &&Binding| binding.action != Action::Left || app.preview.is_some();
    for binding in BINDINGS.iter().filter(fits) {
        let Some((keys, hint)) = binding.hint else { continue };
        let label = app.start.glyphs.text(keys);
        let length = label.width() + hint.width() + 4;
        if used + length > width {
            continue;
        }
        used += length;
        line.push(span(app, label, Role::Key));
        line.push(span(app, format!(" {hint}   "), Role::Dim));
    }
    Line::from(line)
}
