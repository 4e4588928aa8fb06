//! What can be copied, and the letter for each, above the bottom line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::Clear;

use super::What;
use crate::display::Role;
use crate::tui::app::App;

/// Draws the choice.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>) {
    const WIDTH: u16 = 46;
    let look = app.start.look;
    let screen = frame.area();
    let lines = What::ALL.iter().map(|what| {
        Line::from(vec![
            look.span(format!(" {} ", what.letter()), Role::Key),
            look.span(what.help(), Role::Text),
        ])
    });
    let lines: Text<'_> = lines.collect();
    let height = u16::try_from(lines.lines.len() + 2).unwrap_or(u16::MAX).min(screen.height);
    let width = screen.width.min(WIDTH);
    let area = Rect::new(0, screen.height.saturating_sub(height + 1), width, height);
    frame.render_widget(Clear, area);
    let block = look
        .framed(Role::Focus)
        .title_top(Line::from(look.span(" Copy ", Role::Title)))
        .title_bottom(Line::from(vec![
            look.span(" Esc", Role::Key),
            look.span(" nothing ", Role::Dim),
        ]));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    frame.render_widget(lines, inner);
}
