//! A sheet of text over everything.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::Clear;

use super::super::app::App;
use super::super::overlay::{Overlay, Sheet};
use super::super::paint::span;
use super::{framed, help, statements};
use crate::face::Role;

/// How many lines a sheet has.
pub(in crate::tui) fn sheet_lines(app: &App, sheet: Sheet) -> usize {
    lines(app, sheet).len()
}

fn lines(app: &App, sheet: Sheet) -> Vec<Line<'static>> {
    match sheet {
        Sheet::Help => help::lines(app),
        Sheet::Statements => statements::lines(app),
    }
}

/// Draws it.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, overlay: Overlay) {
    let screen = frame.area();
    let lines = lines(app, overlay.sheet);
    let (title, right, area) = match overlay.sheet {
        Sheet::Help => (" Keys and signs ", String::new(), centred(screen, 76, lines.len())),
        // It may grow at any time.
        Sheet::Statements => (" Statements sent ", statements::summary(app), screen),
    };
    frame.render_widget(Clear, area);
    let block = framed(app, Role::Focus);
    let inner = block.inner(area);
    // The terminal may be larger than when it was scrolled.
    let top = overlay.top.min(lines.len().saturating_sub(usize::from(inner.height)));
    let below = lines.len().saturating_sub(top + usize::from(inner.height));
    let more = if below > 0 { format!(" {below} more lines ") } else { String::new() };
    let block = block
        .title_top(Line::from(span(app, title, Role::Title)))
        .title_top(Line::from(span(app, right, Role::Dim)).right_aligned())
        .title_bottom(Line::from(span(app, more, Role::Dim)).right_aligned());
    frame.render_widget(block, area);
    let shown = lines.into_iter().skip(top).take(usize::from(inner.height));
    frame.render_widget(shown.collect::<Text<'_>>(), inner);
}

/// The middle of the screen, for that many columns and lines within a frame.
fn centred(screen: Rect, width: u16, lines: usize) -> Rect {
    let width = screen.width.min(width);
    let height = screen.height.min(u16::try_from(lines + 2).unwrap_or(u16::MAX));
    Rect::new((screen.width - width) / 2, (screen.height - height) / 2, width, height)
}
