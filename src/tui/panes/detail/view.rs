//! The selected row in words.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use crate::display::{Glyph, Role};
use crate::tui::app::App;
use crate::tui::layout::Pane;

/// Draws the words, from the line that was scrolled to.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let detail = &app.detail;
    let height = usize::from(area.height.saturating_sub(2));
    let top = app.detail_scroll.min(detail.lines.len().saturating_sub(height));
    let below = detail.lines.len().saturating_sub(top + height);
    let more = match below {
        0 => String::new(),
        lines => format!(" {lines} more {} ", app.start.look.glyphs.of(Glyph::Ellipsis)),
    };
    let title = Line::from(app.start.look.span(format!(" {} ", detail.title), Role::Title));
    let block = app
        .start
        .look
        .block(app.focus == Pane::Detail, title, String::new())
        .title_bottom(Line::from(app.start.look.span(more, Role::Dim)).right_aligned());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let lines = detail
        .lines
        .iter()
        .skip(top)
        .take(height)
        .map(|(text, role)| Line::from(app.start.look.span(format!(" {text}"), *role)));
    frame.render_widget(lines.collect::<Text<'_>>(), inner);
}
