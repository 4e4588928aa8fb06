//! The values of a row.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::value::Asked;
use crate::text::bytes;
use crate::tui::app::App;

/// The revision, and which of its values is shown.
pub(in crate::tui) fn title(app: &App) -> String {
    let Some(asked) = &app.value.asked else { return String::new() };
    let side = app.value.side.name(asked.compared());
    let title = format!(" Revision {}: {side} ", asked.id);
    if title.width() + size(app).width() + 2 > usize::from(app.size.width) {
        return format!(" {}: {side} ", asked.id);
    }
    title
}

/// How many bytes it has.
pub(in crate::tui) fn size(app: &App) -> String {
    app.value.length().map_or_else(String::new, |length| format!(" {} ", bytes(length)))
}

/// The keys that lead on.
pub(in crate::tui) fn hints(app: &App) -> Vec<(&'static str, String)> {
    let compared = app.value.asked.as_ref().and_then(Asked::compared);
    let next = app.value.values().is_some().then(|| ("Tab", app.value.side.next().name(compared)));
    let more = [("p P", "revision"), ("/", "find")].map(|(keys, what)| (keys, what.to_owned()));
    next.into_iter().chain(more).collect()
}

/// So many of the lines, from one on: there may be very many.
pub(in crate::tui) fn lines(app: &App, top: usize, height: usize) -> Vec<Line<'_>> {
    let lines = app.value.lines.iter().skip(top).take(height);
    lines
        .map(|(text, role)| Line::from(vec![Span::raw(" "), app.start.look.span(text, *role)]))
        .collect()
}
