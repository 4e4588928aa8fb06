//! kinescope shows every revision that kine keeps in its table, says what is broken in it, and shows
//! what a compaction will do before it is done.
//!
//! [`source`] gives rows to [`history`]; [`audit`] runs its rules over it; [`report`] and `tui` show
//! both:
//!
//! ```text
//!   server ─┐
//!   file ───┼─▶ source ──rows──▶ history ──▶ audit ──▶ report ──▶ text, JSON, dot, metrics
//!   demo ───┘                    graph       rules └─▶ tui
//!                                chain, lanes
//!                                compaction
//! ```
//!
//! [`history`] is the core. It knows no terminal, no socket and no clock, and builds without the
//! features `mysql` and `tui`. [`value`] is what one row's value holds, for whoever looks at one, and
//! which values nobody sees.

pub mod audit;
pub mod display;
pub mod find;
pub mod history;
pub mod place;
pub mod report;
pub mod source;
pub mod text;
#[cfg(feature = "tui")]
pub mod tui;
pub mod value;
