//! The character for each thing, in Unicode and in ASCII.

use std::borrow::Cow;

use crate::audit::Severity;
use crate::history::compaction::Effect;
use crate::history::lanes::Shape;
use crate::history::{Absence, Standing};
use crate::text;

/// What is drawn with one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// A row, by what it is now.
    Standing(Standing),
    /// At a moment: a row that had not been written, or a key that was not there.
    NotYet,
    /// At a moment: a key that was live at a revision that is gone.
    LiveGone,
    /// At a moment: what it was cannot be told.
    Unknown,
    /// A row above its key's newest: a tombstone with a generation after it.
    Tombstone,
    /// A row that makes its key live again, or puts it back, or a key that this happens to.
    Effect(Effect),
    /// A predecessor that is not in the table.
    Absent(Absence),
    /// A row of another key.
    Foreign,
    /// A key with a fork.
    Fork,
    /// A warning in a report.
    Warning,
    /// A finding of an audit, by how much it matters.
    Severity(Severity),
    /// A heading: whether what belongs to it is hidden.
    Folded(bool),
    /// A stretch of the strip: rows that are removed, rows that stay, both, none.
    Strip(Strip),
    /// The bar of the target, up to it and after it.
    Bar(bool),
    /// The target on its bar.
    Target,
    /// The ends of the bar.
    BarEnds(bool),
    /// Marks the line that is selected.
    Cursor,
    /// Stands for what was cut off.
    Ellipsis,
    /// Leads from one thing to the next.
    Arrow,
    /// A row that has just come, or a key that it changed.
    New,
    /// A row that a compaction has just taken.
    Gone,
}

/// A stretch of the table by fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strip {
    /// No rows.
    Empty,
    /// All rows are removed.
    Removed,
    /// Some are, some are not.
    Mixed,
    /// All rows survive.
    Survives,
    /// A row in it brings a deleted key back, or puts a live one back.
    Affected,
}

/// A set of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Box drawing and symbols, each one cell wide.
    #[default]
    Unicode,
    /// ASCII only, for `--ascii` and for locales that are not UTF-8.
    Ascii,
}

impl Glyphs {
    /// The character for a thing.
    pub const fn of(self, glyph: Glyph) -> char {
        let (unicode, ascii) = match glyph {
            Glyph::Standing(Standing::Live) => ('●', '*'),
            Glyph::Standing(Standing::Superseded) => ('○', 'o'),
            Glyph::Standing(Standing::Deleted) | Glyph::Tombstone => ('✗', 'x'),
            Glyph::Standing(Standing::Forgotten) => ('◇', 'f'),
            Glyph::Standing(Standing::Unreadable | Standing::Nameless) | Glyph::Unknown => {
                ('?', '?')
            }
            Glyph::NotYet => ('◦', 'n'),
            Glyph::LiveGone => ('◌', '%'),
            Glyph::Standing(Standing::Gap) => ('·', 'g'),
            Glyph::Standing(Standing::Mark) => ('◆', '@'),
            Glyph::Effect(Effect::Resurrected) | Glyph::Strip(Strip::Affected) => ('☠', 'Z'),
            Glyph::Effect(Effect::Reverted) => ('↶', '<'),
            Glyph::Effect(Effect::Lost) => ('∅', 'L'),
            Glyph::Absent(Absence::Compacted | Absence::Unexplained(_)) => ('~', '^'),
            Glyph::Absent(Absence::Broken) => ('!', '!'),
            Glyph::Foreign => ('▷', '>'),
            Glyph::Fork => ('⋎', 'Y'),
            Glyph::Warning | Glyph::Severity(Severity::Warning) => ('⚠', 'W'),
            Glyph::Severity(Severity::Error) => ('⊗', 'E'),
            Glyph::Severity(Severity::Info) => ('i', 'i'),
            Glyph::Folded(true) => ('▸', '+'),
            Glyph::Folded(false) => ('▾', '-'),
            Glyph::Strip(Strip::Empty) => (' ', ' '),
            Glyph::Strip(Strip::Removed) => ('░', '.'),
            Glyph::Strip(Strip::Mixed) => ('▒', ':'),
            Glyph::Strip(Strip::Survives) => ('█', '#'),
            Glyph::Bar(true) => ('━', '='),
            Glyph::Bar(false) => ('─', '-'),
            Glyph::Target => ('●', 'O'),
            Glyph::BarEnds(true) => ('◂', '<'),
            Glyph::BarEnds(false) => ('▸', '>'),
            Glyph::Cursor => ('▏', '|'),
            Glyph::Ellipsis => ('…', '~'),
            Glyph::Arrow => ('→', '>'),
            Glyph::New => ('+', '+'),
            Glyph::Gone => ('-', '-'),
        };
        match self {
            Self::Unicode => unicode,
            Self::Ascii => ascii,
        }
    }

    /// The character for a lane's shape; a node has that of its line's [`Label`](super::Label).
    pub const fn lane(self, shape: Shape, node: char) -> char {
        let (unicode, ascii) = match shape {
            Shape::Blank => (' ', ' '),
            Shape::Node => return node,
            Shape::Through => ('│', '|'),
            Shape::Folded => ('┆', ':'),
            Shape::Trunk => ('├', '|'),
            Shape::Joins => ('┴', '\''),
            Shape::Ends => ('╯', '\''),
            Shape::Across => ('─', '-'),
            Shape::Crosses => ('┼', '+'),
        };
        match self {
            Self::Unicode => unicode,
            Self::Ascii => ascii,
        }
    }

    /// The lanes of a line as text, two cells a lane, at most `most` lanes; what is cut off is
    /// marked.
    pub fn lanes(self, shapes: &[Shape], node: char, most: usize) -> String {
        let mut text = String::new();
        for shape in shapes.iter().take(most) {
            text.push(self.lane(*shape, node));
            text.push(if shape.joins_right() { self.lane(Shape::Across, node) } else { ' ' });
        }
        if shapes.len() > most {
            text.pop();
            text.push(self.of(Glyph::Ellipsis));
        }
        text
    }

    /// Keys on the keyboard: their arrows are words where ASCII is asked for.
    pub fn keys(self, label: &str) -> String {
        match self {
            Self::Unicode => label.to_owned(),
            Self::Ascii => self.text(&label.replace("←→", "Left/Right").replace('→', "Right")),
        }
    }

    /// A name that is [escaped](crate::text::escape) in these characters: where ASCII is asked for, the
    /// others are escaped as well. A terminal that is not UTF-8 would take some of their bytes for
    /// the start of a control sequence.
    pub fn name(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Ascii if !name.is_ascii() => {
                let spelled = |char: char| match char {
                    char if char.is_ascii() => String::from(char),
                    char => format!("\\u{{{:x}}}", char as u32),
                };
                Cow::Owned(name.chars().map(spelled).collect())
            }
            Self::Unicode | Self::Ascii => Cow::Borrowed(name),
        }
    }

    /// A name in these characters, [cut at its end](text::cut_end) to a width.
    pub fn cut_end(self, name: &str, width: usize) -> String {
        text::cut_end(&self.name(name), width, self.of(Glyph::Ellipsis))
    }

    /// A name in these characters, [cut at its start](text::cut_start) to a width.
    pub fn cut_start(self, name: &str, width: usize) -> (String, usize, usize) {
        text::cut_start(&self.name(name), width, self.of(Glyph::Ellipsis))
    }

    /// A name in these characters, [cut in its middle](text::cut_middle) to a width.
    pub fn cut_middle(self, name: &str, width: usize) -> String {
        text::cut_middle(&self.name(name), width, self.of(Glyph::Ellipsis))
    }

    /// A sentence of kinescope's own in these characters: arrows, dots and dashes are spelled in
    /// ASCII where that is asked for, and what is in a name in it is escaped.
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Unicode => text.to_owned(),
            Self::Ascii if text.is_ascii() => text.to_owned(),
            Self::Ascii => self
                .name(
                    &text
                        .replace('→', "->")
                        .replace('…', "...")
                        .replace('·', "-")
                        .replace('↑', "Up")
                        .replace('↓', "Down")
                        .replace('←', "Left")
                        .replace('▸', ">"),
                )
                .into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthChar;

    use super::*;

    #[test]
    fn an_arrow_on_the_keyboard_is_a_word_in_ascii() {
        let cases = [("→ l", "Right l"), ("← h", "Left h"), ("←→", "Left/Right"), ("S", "S")];
        for (label, ascii) in cases {
            assert_eq!(Glyphs::Ascii.keys(label), ascii);
            assert_eq!(Glyphs::Unicode.keys(label), label);
        }
        assert_eq!(Glyphs::Ascii.text("1 → 2"), "1 -> 2");
        assert_eq!(Glyphs::Ascii.text("é → 2"), "\\u{e9} -> 2");
        assert_eq!(Glyphs::Ascii.name("é→"), "\\u{e9}\\u{2192}");
        assert_eq!(Glyphs::Unicode.name("é→"), "é→");
    }

    #[test]
    fn every_glyph_is_one_cell_and_ascii_is_ascii() {
        use Glyph::{Absent, Bar, BarEnds, Effect as E, Standing as S};
        let glyphs = [
            S(Standing::Live),
            S(Standing::Deleted),
            S(Standing::Superseded),
            S(Standing::Forgotten),
            S(Standing::Unreadable),
            S(Standing::Nameless),
            S(Standing::Gap),
            S(Standing::Mark),
            Glyph::NotYet,
            Glyph::LiveGone,
            Glyph::Unknown,
            Glyph::Tombstone,
            E(Effect::Resurrected),
            E(Effect::Reverted),
            E(Effect::Lost),
            Absent(Absence::Compacted),
            Absent(Absence::Broken),
            Absent(Absence::Unexplained(crate::history::Unknown::Part)),
            Glyph::Foreign,
            Glyph::Fork,
            Glyph::Warning,
            Glyph::Severity(Severity::Error),
            Glyph::Severity(Severity::Warning),
            Glyph::Severity(Severity::Info),
            Glyph::Folded(true),
            Glyph::Folded(false),
            Glyph::Strip(Strip::Empty),
            Glyph::Strip(Strip::Removed),
            Glyph::Strip(Strip::Mixed),
            Glyph::Strip(Strip::Survives),
            Glyph::Strip(Strip::Affected),
            Bar(true),
            Bar(false),
            Glyph::Target,
            BarEnds(true),
            BarEnds(false),
            Glyph::Cursor,
            Glyph::Ellipsis,
            Glyph::Arrow,
        ];
        for glyph in glyphs {
            assert_eq!(Glyphs::Unicode.of(glyph).width(), Some(1), "{glyph:?}");
            assert!(Glyphs::Ascii.of(glyph).is_ascii(), "{glyph:?}");
        }
        // What differs stays different; the target's bar and what points somewhere stand by themselves.
        let apart = |glyph: &Glyph| {
            !matches!(glyph, Bar(_) | BarEnds(_) | Glyph::Target | Glyph::Arrow | Glyph::Folded(_))
        };
        for one in glyphs.into_iter().filter(apart) {
            for other in glyphs.into_iter().filter(apart) {
                let same = |set: Glyphs| set.of(one) == set.of(other);
                assert_eq!(same(Glyphs::Unicode), same(Glyphs::Ascii), "{one:?} {other:?}");
            }
        }
    }
}
