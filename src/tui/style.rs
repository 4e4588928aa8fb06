//! How things look on the screen: the style of a text, the frame of a pane, the line that is selected.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType};
use unicode_width::UnicodeWidthStr;

use crate::display::{Glyphs, Role, Theme};

/// What the screen is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The characters to draw with.
    pub glyphs: Glyphs,
    /// The colours.
    pub theme: Theme,
}

impl Look {
    /// How text of a role looks.
    pub(super) fn style(self, role: Role) -> Style {
        self.theme.style(role).into()
    }

    /// Text in the colour of its role.
    pub(super) fn span<'a>(self, text: impl Into<Cow<'a, str>>, role: Role) -> Span<'a> {
        Span::styled(text, self.style(role))
    }

    /// A pane's frame, with a title on the left and one on the right; whether the pane has the
    /// keyboard.
    pub(super) fn block(self, has_focus: bool, title: Line<'_>, right: String) -> Block<'_> {
        self.framed(if has_focus { Role::Focus } else { Role::Border })
            .title_top(title)
            .title_top(Line::from(self.span(right, Role::Dim)).right_aligned())
    }

    /// A frame in the characters that the terminal has.
    pub(super) fn framed(self, role: Role) -> Block<'static> {
        let block = Block::bordered().border_style(self.style(role));
        match self.glyphs {
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

    /// How the selected line of a pane looks, by whether the pane has the keyboard; every other line
    /// is plain.
    pub(super) fn selection(self, has_focus: bool, selected: bool) -> Style {
        match (selected, has_focus) {
            (false, _) => Style::new(),
            (true, true) => self.style(Role::Selected),
            (true, false) => self.style(Role::Remembered),
        }
    }
}

/// The first line of a window of that height that has the cursor in its middle, as far as the
/// list's ends allow.
pub(super) fn window(cursor: usize, lines: usize, height: usize) -> usize {
    cursor.saturating_sub(height / 2).min(lines.saturating_sub(height))
}

/// A line with text at its right edge; `left` must leave the room.
pub(super) fn spread<'a>(mut left: Vec<Span<'a>>, right: Vec<Span<'a>>, width: usize) -> Line<'a> {
    let used = |spans: &[Span<'_>]| spans.iter().map(|span| span.content.width()).sum::<usize>();
    let room = width.saturating_sub(used(&left) + used(&right));
    left.push(Span::raw(" ".repeat(room)));
    left.extend(right);
    Line::from(left)
}
