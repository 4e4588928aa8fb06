//! Texts in programs of the user's: a pager, an editor, a diff. Such a program has the terminal until it
//! ends. What it is given lies in files that only the user may read, which are gone once it has ended; it
//! never is a Secret.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod program;

/// What shows the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum External {
    /// `$PAGER`.
    Pager,
    /// `$VISUAL` or `$EDITOR`.
    Editor,
    /// `$KINESCOPE_DIFF`, or git's, of two texts.
    Diff,
}
