//! kinescope shows every revision that kine keeps in its table, says what is broken in it, and shows
//! what a compaction will do before it is done.
//!
//! [`source`] gives rows to [`history`]; [`report`] and `tui` show it:
//!
//! ```text
//!   server ─┐
//!   file ───┼─▶ source ──rows──▶ history ──▶ report ──▶ text, JSON, dot
//!   demo ───┘                    graph           └────▶ tui
//!                                chain, lanes
//!                                compaction
//! ```
//!
//! [`history`] is the core. It knows no terminal, no socket and no clock, and builds without the
//! features `mysql` and `tui`.

pub mod audit;
pub mod face;
pub mod history;
pub mod report;
pub mod source;
#[cfg(feature = "tui")]
pub mod tui;
