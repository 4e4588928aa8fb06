//! How wide text is on a terminal, and how it is cut, folded and filled to a width.
//!
//! Cells are counted as terminals do, and no grapheme is cut in two.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Text cut to a width; `mark` stands for what is cut off at the end.
pub fn cut_end(text: &str, width: usize, mark: char) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let Some(room) = width.checked_sub(1) else { return String::new() };
    let mut cut = take(text.graphemes(true), room).concat();
    cut.push(mark);
    cut
}

/// Text cut to a width at its start, since a name's end says most. Also how many characters were
/// cut off, and how many stand for them.
pub fn cut_start(text: &str, width: usize, mark: char) -> (String, usize, usize) {
    if text.width() <= width {
        return (text.to_owned(), 0, 0);
    }
    let kept = end_of(text, width.saturating_sub(1));
    let gone = text.chars().count() - kept.chars().count();
    if width == 0 {
        return (String::new(), gone, 0);
    }
    (format!("{mark}{kept}"), gone, 1)
}

/// Text cut to a width in its middle, where both ends tell more.
pub fn cut_middle(text: &str, width: usize, mark: char) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let Some(room) = width.checked_sub(1) else { return String::new() };
    let mut cut = take(text.graphemes(true), room / 3).concat();
    let tail = end_of(text, room - cut.width());
    cut.push(mark);
    cut.push_str(tail);
    cut
}

/// The text, and spaces up to a width.
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// The end of a text, as much as a width holds.
pub fn end_of(text: &str, width: usize) -> &str {
    let kept: usize = take(text.graphemes(true).rev(), width).iter().map(|it| it.len()).sum();
    &text[text.len() - kept..]
}

/// Text in as many lines of a width as it needs, with every character: broken where a line is full,
/// and what follows indented a little more than the start.
pub fn fold(text: &str, width: usize) -> Vec<String> {
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
        assert_eq!(cut_end("kinescope", 9, '…'), "kinescope");
        assert_eq!(cut_end("kinescope", 5, '…'), "kine…");
        assert_eq!(cut_end("kinescope", 0, '…'), "");
        assert_eq!(cut_end("日本語", 4, '…'), "日…");
        assert_eq!(cut_start("/registry/a", 5, '…'), ("…ry/a".to_owned(), 7, 1));
        assert_eq!(cut_start("/registry/a", 11, '…'), ("/registry/a".to_owned(), 0, 0));
        assert_eq!(cut_start("/registry/a", 0, '…'), (String::new(), 11, 0));
        assert_eq!(end_of("日本語", 5), "本語");
    }

    #[test]
    fn a_cut_in_the_middle_keeps_both_ends() {
        let cases = [
            ("/registry/pods/a", 16, "/registry/pods/a"),
            ("/registry/pods/a", 10, "/re…pods/a"),
            ("/registry/pods/a", 1, "…"),
            ("/registry/pods/a", 0, ""),
            ("一二三四", 5, "…三四"),
            ("e\u{301}e\u{301}e\u{301}", 2, "…e\u{301}"),
        ];
        for (text, width, expected) in cases {
            assert_eq!(cut_middle(text, width, '…'), expected);
        }
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
