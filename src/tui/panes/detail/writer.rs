//! Paragraphs in lines that fit a pane.

use crate::display::{Glyphs, Role};
use crate::text::wrap;

/// Writes paragraphs in lines that fit.
pub(in crate::tui) struct Writer {
    pub(super) width: usize,
    /// Whether there is little room.
    pub(in crate::tui) short: bool,
    pub(super) glyphs: Glyphs,
    pub(super) lines: Vec<(String, Role)>,
}

impl Writer {
    /// A blank line, where there is room for one.
    pub(in crate::tui) fn space(&mut self) {
        if !self.short {
            self.lines.push((String::new(), Role::Text));
        }
    }

    pub(in crate::tui) fn paragraphs(&mut self, sentences: &[String]) {
        for sentence in sentences {
            self.paragraph(sentence);
        }
    }

    /// A paragraph.
    pub(in crate::tui) fn paragraph(&mut self, text: &str) {
        self.space();
        self.say(text, Role::Text);
    }

    /// A line, or several when it is long.
    pub(in crate::tui) fn say(&mut self, text: &str, role: Role) {
        let text = self.glyphs.text(text);
        let lines = wrap(&text, self.width, true);
        self.lines.extend(lines.into_iter().map(|line| (line.into_owned(), role)));
    }
}
