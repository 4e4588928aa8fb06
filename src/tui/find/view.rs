//! What was found, on the screen.

use ratatui::text::{Line, Span};

use super::Within;
use crate::display::{Glyph, Role};
use crate::text::printable;
use crate::tui::app::{App, Purpose};

/// `found by node-0`, for the title of a list; with a cursor while it is typed.
pub(in crate::tui) fn found_by(app: &App, within: Within, query: &str) -> Option<Span<'static>> {
    if query.is_empty() {
        return None;
    }
    let look = app.start.look;
    let typed = app.prompt.as_ref().is_some_and(|it| it.purpose == Purpose::Find(within));
    let cursor = if typed { String::from(look.glyphs.of(Glyph::Cursor)) } else { String::new() };
    let query = printable(query);
    let query = look.glyphs.name(&query);
    Some(look.span(format!("found by {query}{cursor}"), Role::Match))
}

/// A line of a text with the letters that were looked for set off.
pub(in crate::tui) fn lit<'a>(app: &App, line: Line<'a>) -> Line<'a> {
    let sought = app.sought.as_bytes();
    if sought.is_empty() || !super::has(line.to_string().as_bytes(), &app.sought) {
        return line;
    }
    let lit = app.start.look.style(Role::Match);
    let mut spans = Vec::new();
    for span in line.spans {
        let text = span.content.into_owned();
        let mut rest = text.as_str();
        while let Some(at) =
            rest.as_bytes().windows(sought.len()).position(|it| it.eq_ignore_ascii_case(sought))
            && let (Some(before), Some(found)) = (rest.get(..at), rest.get(at..at + sought.len()))
        {
            spans.push(Span::styled(before.to_owned(), span.style));
            spans.push(Span::styled(found.to_owned(), lit));
            rest = &rest[at + sought.len()..];
        }
        spans.push(Span::styled(rest.to_owned(), span.style));
    }
    Line { spans, ..line }
}
