//! How things are drawn and called, the same in every report and on every screen.
//!
//! What something looks like is decided in three steps: [`Label`] finds the glyph, the words and
//! the [`Role`] of a line; [`Glyphs`] gives the character; [`Theme`] gives the colour, last and in
//! one place. A meaning never hangs on colour alone.

#[cfg(feature = "tui")]
mod closest;
mod escape;
pub mod glossary;
mod glyph;
mod instant;
mod label;
mod named;
mod number;
mod pace;
mod theme;
pub mod words;
mod wrap;

#[cfg(feature = "tui")]
pub use closest::closest;
pub use escape::{escape, printable, unescape};
pub use glyph::{Glyph, Glyphs, Strip};
pub use instant::{rfc3339, utc};
pub use label::{Label, Shown};
pub use named::key_named;
pub use number::{bytes, count, duration, grouped, is_number, share, signed, ungrouped};
pub use pace::Pace;
pub use theme::{Role, Theme};
pub use wrap::wrap;
