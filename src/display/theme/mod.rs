//! The one place where a meaning gets its colour.

mod palette;
mod role;
#[cfg(test)]
mod tests;

use anstyle::{Color, Effects, Style};

pub use palette::{Background, Palette};
pub use role::Role;

/// What the colours are: those of a palette, and what was chosen for single roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    palette: Palette,
    chosen: &'static [(Role, Change)],
}

/// What is chosen for a role; all else is as the palette has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// The colour of the text.
    pub fg: Option<Color>,
    /// The colour behind it.
    pub bg: Option<Color>,
    /// Bold, underlined and so on: these, and no others.
    pub effects: Option<Effects>,
}

impl Theme {
    /// The terminal's own 16 colours, so that they fit its background.
    pub const DEFAULT: Self = Self::of(Palette::Own);
    /// No colours: bold, dim, underlined and reversed.
    pub const MONO: Self = Self::of(Palette::Mono);

    /// The colours of a palette.
    pub const fn of(palette: Palette) -> Self {
        Self { palette, chosen: &[] }
    }

    /// The same, but for what was chosen for single roles. Of two choices for one the later counts.
    #[must_use]
    pub const fn with(self, chosen: &'static [(Role, Change)]) -> Self {
        Self { chosen, ..self }
    }

    /// The same on a background that is known now.
    #[must_use]
    pub const fn on(self, background: Background) -> Self {
        Self { palette: self.palette.on(background), ..self }
    }

    /// How text of a role looks.
    pub fn style(self, role: Role) -> Style {
        let mut style = self.palette.style(role);
        for (_, change) in self.chosen.iter().filter(|(of, _)| *of == role) {
            let Change { fg, bg, effects } = *change;
            // A background that is chosen takes the place of reversing.
            let kept = match bg {
                Some(_) => style.get_effects().remove(Effects::INVERT),
                None => style.get_effects(),
            };
            style = Style::new()
                .fg_color(fg.or(style.get_fg_color()))
                .bg_color(bg.or(style.get_bg_color()))
                .effects(effects.unwrap_or(kept));
        }
        style
    }

    /// How text of a role looks on a bar, [`Role::Selected`] or [`Role::Remembered`]: so that the bar
    /// is one, from end to end. Where it has a background of its own, text keeps its colour. Where it is
    /// reversed, each colour would be another background, so that text has none.
    pub fn on_bar(self, role: Role, bar: Role) -> Style {
        let (text, bar) = (self.style(role), self.style(bar));
        let is_reversed = bar.get_effects().contains(Effects::INVERT);
        let fg = text.get_fg_color().filter(|_| !is_reversed);
        Style::new()
            .fg_color(bar.get_fg_color().or(fg))
            .bg_color(bar.get_bg_color().or(text.get_bg_color().filter(|_| !is_reversed)))
            .effects(bar.get_effects().insert(text.get_effects()))
    }
}
