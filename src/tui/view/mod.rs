//! What the model looks like: every function here borrows the model and draws.

mod about;
mod chain;
mod detail;
mod findings;
mod footer;
mod header;
mod help;
mod keys;
mod preview;
mod sheet;
mod statements;
mod usage;
mod value;

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::app::{App, Listing};
use super::layout::{Pane, SMALLEST};
use super::paint::{span, style};
use crate::display::{Glyphs, Role};
use crate::text::wrap;

pub(super) use header::{verdict_lines, watch_lines};
pub(super) use sheet::sheet_lines;

/// Draws everything.
pub fn view(app: &App, frame: &mut Frame<'_>) {
    let (width, height) = SMALLEST;
    if app.size.width < width || app.size.height < height {
        let lines = too_small(app.size).into_iter().map(Line::from);
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), frame.area());
        return;
    }
    let areas = app.areas();
    header::draw(app, frame, areas.header);
    header::draw_verdict(app, frame, areas.verdict);
    header::draw_watch(app, frame, areas.watch);
    let list = match app.listing {
        Listing::Keys => keys::draw,
        Listing::Findings => findings::draw,
        Listing::Usage => usage::draw,
    };
    for (pane, draw) in [
        (Pane::List, list as fn(&App, &mut Frame<'_>, Rect)),
        (Pane::Chain, chain::draw),
        (Pane::Detail, detail::draw),
    ] {
        let area = areas.pane(pane);
        if !area.is_empty() {
            draw(app, frame, area);
        }
    }
    preview::draw(app, frame, areas.preview);
    footer::draw(app, frame, areas.footer);
    if let Some(overlay) = app.overlay {
        sheet::draw(app, frame, overlay);
    }
}

/// What a terminal has room for of how large it must be. A size that was cut off would be another.
fn too_small(size: Size) -> Vec<String> {
    let (width, height) = SMALLEST;
    let needed = format!("{width}x{height}");
    let all = format!("kinescope needs {needed}; this is {size}");
    let texts = [all, format!("needs {needed}"), needed];
    let lines = |text: &String| -> Vec<String> {
        let lines = wrap(text, usize::from(size.width), false);
        lines.into_iter().map(Cow::into_owned).collect()
    };
    let fits = |lines: &Vec<String>| {
        lines.len() <= usize::from(size.height)
            && lines.iter().all(|line| line.len() <= usize::from(size.width))
    };
    texts.iter().map(lines).find(fits).unwrap_or_default()
}

/// A pane's frame, with a title on the left and one on the right.
fn block<'a>(app: &App, pane: Pane, title: Line<'a>, right: String) -> Block<'a> {
    let role = if app.focus == pane { Role::Focus } else { Role::Border };
    framed(app, role)
        .title_top(title)
        .title_top(Line::from(span(app, right, Role::Dim)).right_aligned())
}

/// A frame in the characters that the terminal has.
fn framed<'a>(app: &App, role: Role) -> Block<'a> {
    let block = Block::bordered().border_style(style(app.start.theme, role));
    match app.start.glyphs {
        Glyphs::Unicode => block.border_type(BorderType::Plain),
        Glyphs::Ascii => block.border_set(ratatui::symbols::border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        }),
    }
}

/// The first line of a window of that height that has the cursor in its middle, as far as the
/// list's ends allow.
fn window(cursor: usize, lines: usize, height: usize) -> usize {
    cursor.saturating_sub(height / 2).min(lines.saturating_sub(height))
}

/// A line with text at its right edge; `left` must leave the room.
fn spread<'a>(mut left: Vec<Span<'a>>, right: Vec<Span<'a>>, width: usize) -> Line<'a> {
    let used = |spans: &[Span<'_>]| spans.iter().map(|span| span.content.width()).sum::<usize>();
    let room = width.saturating_sub(used(&left) + used(&right));
    left.push(Span::raw(" ".repeat(room)));
    left.extend(right);
    Line::from(left)
}

/// How the selected line of a pane looks; every other line is plain.
fn selection(app: &App, pane: Pane, selected: bool) -> Style {
    match (selected, app.focus == pane) {
        (false, _) => Style::new(),
        (true, true) => style(app.start.theme, Role::Selected),
        (true, false) => style(app.start.theme, Role::Remembered),
    }
}
