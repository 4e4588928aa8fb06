//! Text on its way to the screen: its style, and how it is cut to a width.

use anstyle::{AnsiColor, Color as Ansi, Effects};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::app::App;
use crate::display::{Glyph, Glyphs, Role, Theme};

/// How text of a role looks on the screen.
pub(super) fn style(theme: Theme, role: Role) -> Style {
    let from = theme.style(role);
    let mut style = Style::new();
    if let Some(Ansi::Ansi(color)) = from.get_fg_color() {
        style = style.fg(named(color));
    }
    for (effect, modifier) in [
        (Effects::BOLD, Modifier::BOLD),
        (Effects::DIMMED, Modifier::DIM),
        (Effects::UNDERLINE, Modifier::UNDERLINED),
        (Effects::INVERT, Modifier::REVERSED),
    ] {
        if from.get_effects().contains(effect) {
            style = style.add_modifier(modifier);
        }
    }
    style
}

const fn named(color: AnsiColor) -> Color {
    match color {
        AnsiColor::Black => Color::Black,
        AnsiColor::Red => Color::Red,
        AnsiColor::Green => Color::Green,
        AnsiColor::Yellow => Color::Yellow,
        AnsiColor::Blue => Color::Blue,
        AnsiColor::Magenta => Color::Magenta,
        AnsiColor::Cyan => Color::Cyan,
        AnsiColor::White => Color::Gray,
        AnsiColor::BrightBlack => Color::DarkGray,
        AnsiColor::BrightRed => Color::LightRed,
        AnsiColor::BrightGreen => Color::LightGreen,
        AnsiColor::BrightYellow => Color::LightYellow,
        AnsiColor::BrightBlue => Color::LightBlue,
        AnsiColor::BrightMagenta => Color::LightMagenta,
        AnsiColor::BrightCyan => Color::LightCyan,
        AnsiColor::BrightWhite => Color::White,
    }
}

/// Text in the colour of its role.
pub(super) fn span<'a>(
    app: &App,
    text: impl Into<std::borrow::Cow<'a, str>>,
    role: Role,
) -> Span<'a> {
    Span::styled(text, style(app.start.theme, role))
}

/// Text cut to a width; what is cut off at the end is marked.
pub(super) fn cut_end(text: &str, width: usize, glyphs: Glyphs) -> String {
    let text = &*glyphs.name(text);
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = take(text.graphemes(true), width.saturating_sub(1)).concat();
    if width > 0 {
        cut.push(glyphs.of(Glyph::Ellipsis));
    }
    cut
}

/// Text cut to a width at its start, since a name's end says most. Also how many characters were
/// cut off, and how many stand for them.
pub(super) fn cut_start(text: &str, width: usize, glyphs: Glyphs) -> (String, usize, usize) {
    let text = &*glyphs.name(text);
    if text.width() <= width {
        return (text.to_owned(), 0, 0);
    }
    let mut kept = take(text.graphemes(true).rev(), width.saturating_sub(1));
    kept.reverse();
    let kept = kept.concat();
    let gone = text.chars().count() - kept.chars().count();
    let mark = if width > 0 { String::from(glyphs.of(Glyph::Ellipsis)) } else { String::new() };
    let marks = mark.chars().count();
    (mark + &kept, gone, marks)
}

/// The end of a text, as much as a width holds.
pub(super) fn end_of(text: &str, width: usize) -> &str {
    let kept: usize = take(text.graphemes(true).rev(), width).iter().map(|it| it.len()).sum();
    &text[text.len() - kept..]
}

/// Text in as many lines of a width as it needs, with every character: broken where a line is full,
/// and what follows indented a little more than the start.
pub(super) fn fold(text: &str, width: usize) -> Vec<String> {
    // No character is wider than it has bytes.
    if text.len() <= width {
        return vec![text.to_owned()];
    }
    let indent = text.bytes().take_while(|&byte| byte == b' ').count() + 2;
    let indent = " ".repeat(if indent * 2 <= width { indent } else { 0 });
    if width > 0 && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return fold_ascii(text, width, &indent);
    }
    fold_graphemes(text, width, &indent)
}

/// A value may be one line of hundreds of kilobytes, and to tell its characters apart takes longer
/// than a frame.
fn fold_ascii(text: &str, width: usize, indent: &str) -> Vec<String> {
    let (first, mut rest) = text.split_at(width.min(text.len()));
    let mut lines = vec![first.to_owned()];
    while !rest.is_empty() {
        let (line, after) = rest.split_at((width - indent.len()).min(rest.len()));
        lines.push(format!("{indent}{line}"));
        rest = after;
    }
    lines
}

fn fold_graphemes(text: &str, width: usize, indent: &str) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if used + wide > width && used > indent.len() {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
            used = indent.len();
        }
        line.push_str(grapheme);
        used += wide;
    }
    lines.push(line);
    lines
}

fn take<'a>(graphemes: impl Iterator<Item = &'a str>, width: usize) -> Vec<&'a str> {
    let mut used = 0;
    graphemes
        .take_while(|grapheme| {
            used += grapheme.width();
            used <= width
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_start_and_sentences_their_end() {
        let unicode = Glyphs::Unicode;
        assert_eq!(cut_end("kinescope", 9, unicode), "kinescope");
        assert_eq!(cut_end("kinescope", 5, unicode), "kine…");
        assert_eq!(cut_end("kinescope", 5, Glyphs::Ascii), "kine~");
        assert_eq!(cut_end("kinescope", 0, unicode), "");
        assert_eq!(cut_start("/registry/a", 5, unicode), ("…ry/a".to_owned(), 7, 1));
        assert_eq!(cut_start("/registry/a", 11, unicode), ("/registry/a".to_owned(), 0, 0));
        assert_eq!(cut_end("日本語", 4, unicode), "日…");
        assert_eq!(cut_end("日本語", 4, Glyphs::Ascii), "\\u{~");
        assert_eq!(end_of("日本語", 5), "本語");
    }

    #[test]
    fn what_is_longer_than_a_line_goes_on_in_the_next() {
        assert_eq!(fold("  \"a\": 1", 10), ["  \"a\": 1"]);
        assert_eq!(fold("  \"a\": 123456", 10), ["  \"a\": 123", "    456"]);
        assert_eq!(fold("        abcdef", 10), ["        ab", "cdef"]);
        assert_eq!(fold("日本語", 4), ["日本", "  語"]);
        assert_eq!(fold("日本語", 9), ["日本語"]);
        // The quick way is the other one.
        for text in ["abcdefghijklmnop", "    \"a\": 12345678901234", "a b  c   d    "] {
            for width in 1..20 {
                let indent = text.bytes().take_while(|&byte| byte == b' ').count() + 2;
                let indent = " ".repeat(if indent * 2 <= width { indent } else { 0 });
                let folded = fold_graphemes(text, width, &indent);
                assert_eq!(fold(text, width), folded, "{text:?} at {width}");
            }
        }
        assert_eq!(fold("", 4), [""]);
    }
}
