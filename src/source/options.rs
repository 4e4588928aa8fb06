//! What is asked of a source, beside its place.

use crate::history::{Collation, Part};

/// What is asked of a source, beside its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// How the names of a table as text compare. The text does not say; without a word it is
    /// [kine's default](Collation::kine_default). A server knows.
    pub collation: Option<Collation>,
    /// The part of the table that is wanted; without one, all of it.
    pub part: Option<Part>,
}
