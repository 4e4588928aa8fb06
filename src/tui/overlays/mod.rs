//! What is shown over everything: text that is scrolled and closed again.

pub(in crate::tui) mod about;
pub(in crate::tui) mod actions;
pub mod help;
pub(in crate::tui) mod statements;
pub mod value;
pub(in crate::tui) mod value_actions;
pub(in crate::tui) mod value_view;
pub(in crate::tui) mod view;

/// A sheet, and from which line it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlay {
    /// What is on it.
    pub sheet: Sheet,
    /// The first line that is shown.
    pub top: usize,
}

/// What can be shown over everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// The keys and the signs, or the words.
    Help,
    /// The statements that were sent to the server.
    Statements,
    /// The values of a row.
    Value,
    /// What is known of the table as a whole.
    About,
}
