//! How things look on the screen: the style of a text, the frame of a pane, the line that is selected.

use std::borrow::Cow;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType};
use unicode_width::UnicodeWidthStr;

use crate::display::{Glyph, Glyphs, Role, Theme};

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

    /// What a line begins with: a sign that it is of a row that has just come, or nothing.
    pub(super) fn start_of(self, is_new: bool) -> Span<'static> {
        if !is_new {
            return Span::raw(" ");
        }
        self.span(self.glyphs.of(Glyph::New).to_string(), Role::Added)
    }

    /// A pane's frame, with a title on the left and one on the right; whether the pane has the
    /// keyboard.
    pub(super) fn block(self, has_focus: bool, title: Line<'_>, right: String) -> Block<'_> {
        let title = if has_focus { self.lit_title(title) } else { title };
        self.framed(if has_focus { Role::Focus } else { Role::Border })
            .title_top(title)
            .title_top(Line::from(self.span(right, Role::Dim)).right_aligned())
    }

    /// The title of the pane that has the keyboard: where no colour tells which that is, it is reversed.
    fn lit_title(self, title: Line<'_>) -> Line<'_> {
        if self.style(Role::Focus).fg.is_some() {
            return title;
        }
        title.patch_style(Modifier::REVERSED)
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

    /// A line of a list; the selected one as a bar, one from end to end, by whether its pane has the
    /// keyboard. Where the bar has a background of its own, text keeps its colour; where it is reversed,
    /// each colour would be another background, so that text has none.
    pub(super) fn bar(self, line: Line<'_>, has_focus: bool, selected: bool) -> Line<'_> {
        if !selected {
            return line;
        }
        let bar = self.style(if has_focus { Role::Selected } else { Role::Remembered });
        let is_reversed = bar.add_modifier.contains(Modifier::REVERSED);
        let spans = line.spans.into_iter().map(|mut span| {
            span.style.bg = None;
            span.style.fg = span.style.fg.filter(|_| !is_reversed && bar.fg.is_none());
            span
        });
        Line { spans: spans.collect(), style: bar, alignment: line.alignment }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::Palette;

    const BARS: [Role; 2] = [Role::Selected, Role::Remembered];

    /// What is drawn is what the contrast was measured of.
    #[test]
    fn a_bar_is_drawn_as_the_theme_has_it() {
        for palette in Palette::ALL {
            let look = Look { glyphs: Glyphs::Unicode, theme: Theme::of(palette) };
            for (bar, has_focus) in BARS.into_iter().zip([true, false]) {
                for role in Role::ALL.into_iter().filter(|role| !BARS.contains(role)) {
                    let line = look.bar(Line::from(look.span("x", role)), has_focus, true);
                    let drawn = line.style.patch(line.spans[0].style);
                    let measured: Style = look.theme.on_bar(role, bar).into();
                    assert_eq!(
                        (drawn.fg, drawn.bg),
                        (measured.fg, measured.bg),
                        "{palette:?} {role:?}"
                    );
                }
            }
        }
    }
}
