//! The panes: each a folder with its state in `mod`, what keys do to it in `actions`, and what it looks
//! like in `view`. State and views know their neighbours; only actions change more than their own.

pub(in crate::tui) mod chain;
pub(in crate::tui) mod detail;
pub(in crate::tui) mod findings;
pub(in crate::tui) mod keys;
pub(in crate::tui) mod log;
pub(in crate::tui) mod preview;
pub(in crate::tui) mod usage;

/// What the pane on the left lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listing {
    /// The keys.
    #[default]
    Keys,
    /// What the audit found.
    Findings,
    /// What fills the table.
    Usage,
    /// The writes of all keys.
    Log,
}
