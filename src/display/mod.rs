//! How things are drawn and called, the same in every report and on every screen.
//!
//! What something looks like is decided in three steps: [`Label`] finds the glyph, the words and
//! the [`Role`] of a line; [`Glyphs`] gives the character; [`Theme`] gives the colour, last and in
//! one place. A meaning never hangs on colour alone.

pub mod glossary;
mod glyph;
mod label;
mod past;
mod theme;
pub mod words;

pub use glyph::{Glyph, Glyphs, Strip};
pub use label::{Label, Shown};
pub use past::{Past, RowThen, then_sign};
pub use theme::{Background, Change, Palette, Role, Theme};
