//! The selected row in words.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use super::super::app::App;
use super::super::layout::Pane;
use super::super::paint::span;
use crate::display::{Glyph, Role};

/// Draws the words, from the line that was scrolled to.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let detail = &app.detail;
    let height = usize::from(area.height.saturating_sub(2));
    let top = app.detail_scroll.min(detail.lines.len().saturating_sub(height));
    let below = detail.lines.len().saturating_sub(top + height);
    let more = match below {
        0 => String::new(),
        lines => format!(" {lines} more {} ", app.start.glyphs.of(Glyph::Ellipsis)),
    };
    let title = Line::from(span(app, format!(" {} ", detail.title), Role::Title));
    let block = super::block(app, Pane::Detail, title, String::new())
        .title_bottom(Line::from(span(app, more, Role::Dim)).right_aligned());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let lines = detail
        .lines
        .iter()
        .skip(top)
        .take(height)
        .map(|(text, role)| Line::from(span(app, format!(" {text}"), *role)));
    frame.render_widget(lines.collect::<Text<'_>>(), inner);
}
