//! A sheet of text over everything.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use super::super::app::{App, Prompt, Purpose};
use super::{Overlay, Sheet};
use super::{about, help, statements, value_view};
use crate::display::Role;
use crate::text::{end_of, printable};
use crate::tui::find::view::lit;
use crate::tui::footer::said;

/// How wide text is, where there is room.
const HELP: u16 = 76;

/// How many lines a sheet has.
pub(in crate::tui) fn sheet_lines(app: &App, sheet: Sheet) -> usize {
    match sheet {
        Sheet::Value => app.value.lines.len(),
        Sheet::Help | Sheet::Statements | Sheet::About => lines(app, sheet, 0, usize::MAX).len(),
    }
}

/// The lines of a sheet, as text.
pub(in crate::tui) fn texts(app: &App, sheet: Sheet) -> Vec<String> {
    let lines = lines(app, sheet, 0, usize::MAX).into_iter();
    lines.map(|line| line.to_string().trim_end().to_owned()).collect()
}

/// So many lines of a sheet, from one on.
fn lines(app: &App, sheet: Sheet, top: usize, height: usize) -> Vec<Line<'_>> {
    let all = match sheet {
        Sheet::Help => {
            help::view::lines(app, usize::from(app.size.width.min(HELP).saturating_sub(2)))
        }
        Sheet::About => about::lines(app, usize::from(app.size.width.min(HELP).saturating_sub(2))),
        Sheet::Statements => statements::lines(app),
        Sheet::Value => return value_view::lines(app, top, height),
    };
    all.into_iter().skip(top).take(height).collect()
}

/// Draws it.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, overlay: Overlay) {
    let screen = frame.area();
    let all = sheet_lines(app, overlay.sheet);
    let (title, right, area) = match overlay.sheet {
        Sheet::Help => {
            // As large as the whole page, while letters choose some of it.
            let width = usize::from(screen.width.min(HELP).saturating_sub(2));
            let area = centred(screen, HELP, help::view::all_lines(app, width));
            (help::view::title(app), String::new(), area)
        }
        Sheet::About => (" This table ".to_owned(), String::new(), centred(screen, HELP, all)),
        // It may grow at any time.
        Sheet::Statements => (" Statements sent ".to_owned(), statements::summary(app), screen),
        Sheet::Value => (value_view::title(app), value_view::size(app), screen),
    };
    frame.render_widget(Clear, area);
    let block = app.start.look.framed(Role::Focus);
    let inner = block.inner(area);
    // The terminal may be larger than when it was scrolled.
    let height = usize::from(inner.height);
    let top = overlay.top.min(all.saturating_sub(height));
    let below = all.saturating_sub(top + height);
    let more = if below > 0 { format!(" {below} more ") } else { String::new() };
    let hint = match overlay.sheet {
        Sheet::Value => value_view::hints(app),
        Sheet::Help | Sheet::Statements | Sheet::About => vec![("/", "find".to_owned())],
    };
    let room = usize::from(inner.width).saturating_sub(more.width());
    let typed = app.prompt.as_ref().filter(|prompt| prompt.purpose != Purpose::Palette);
    let hint = match (typed, &app.notice) {
        (Some(prompt), _) => find(app, prompt, room),
        (None, Some(notice)) => vec![said(app, notice, room), Span::raw(" ")],
        (None, None) => fitting(app, hint, room),
    };
    if typed.is_some() {
        let at = hint.iter().map(Span::width).sum::<usize>().min(room);
        let x = inner.x.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
        frame.set_cursor_position(Position::new(x, area.bottom().saturating_sub(1)));
    }
    let block = block
        .title_bottom(Line::from(hint))
        .title_top(Line::from(app.start.look.span(title, Role::Title)))
        .title_top(Line::from(app.start.look.span(right, Role::Dim)).right_aligned())
        .title_bottom(Line::from(app.start.look.span(more, Role::Dim)).right_aligned());
    frame.render_widget(block, area);
    let shown = lines(app, overlay.sheet, top, height).into_iter().map(|line| lit(app, line));
    frame.render_widget(shown.collect::<Text<'_>>(), inner);
}

/// The letters that are typed to find something, up to the cursor.
fn find(app: &App, prompt: &Prompt, room: usize) -> Vec<Span<'static>> {
    const LABEL: &str = " find: ";
    let typed = printable(prompt.input.value());
    let typed = app.start.look.glyphs.name(&typed);
    let typed = end_of(&typed, room.saturating_sub(LABEL.len() + 1));
    vec![app.start.look.span(LABEL, Role::Title), Span::raw(typed.to_owned())]
}

/// The keys that lead on, as many as there is room for, and first the way back.
fn fitting(app: &App, keys: Vec<(&'static str, String)>, room: usize) -> Vec<Span<'static>> {
    let close = ("Esc", "close".to_owned());
    let width = |(key, word): &(&str, String)| key.width() + word.width() + 3;
    let mut room = room.checked_sub(width(&close));
    let mut shown = Vec::new();
    for hint in keys {
        if let Some(rest) = room.and_then(|room| room.checked_sub(width(&hint))) {
            room = Some(rest);
            shown.push(hint);
        }
    }
    shown.extend(room.map(|_| close));
    let spans = shown.into_iter().flat_map(|(key, word)| {
        [
            app.start.look.span(format!(" {key}"), Role::Key),
            app.start.look.span(format!(" {word} "), Role::Dim),
        ]
    });
    spans.collect()
}

/// The middle of the screen, for that many columns and lines within a frame.
fn centred(screen: Rect, width: u16, lines: usize) -> Rect {
    let width = screen.width.min(width);
    let height = screen.height.min(u16::try_from(lines + 2).unwrap_or(u16::MAX));
    Rect::new((screen.width - width) / 2, (screen.height - height) / 2, width, height)
}
