//! What a text is, and where its rows begin.

use super::column::Heading;
use super::lines::Around;
use super::schema::Schema;
use super::split::Split;
use super::vertical::Layout;
use crate::history::Dialect;

/// How much of a text is searched for a heading.
pub(super) const HEAD: u64 = 1 << 20;

/// How a table is written.
#[derive(Debug)]
pub(super) enum Format {
    /// A line per row, after a line with the headings.
    Text(Split),
    /// An object per line.
    JsonLines,
    /// One array of objects.
    JsonArray,
    /// No rows, and what is said of the table.
    Schema(Box<Schema>),
    /// JSON with rows somewhere inside.
    Json,
    /// HTML.
    Html,
    /// A line for each column of a row.
    Vertical(Layout),
    /// SQL that makes the table, and whose it is.
    Sql(Option<Dialect>),
}

/// What was found.
#[derive(Debug)]
pub(super) struct Sniffed {
    pub(super) format: Format,
    /// Where the first row begins: after the heading, or at the first object.
    pub(super) start: usize,
    /// What the text up to there tells of its lines.
    pub(super) around: Around,
    /// The columns. An array names them only in its first object.
    pub(super) heading: Heading,
}

/// Where a text begins whose columns are named where its rows are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    pub(super) start: usize,
    /// How many lines come before it.
    pub(super) before: u64,
    /// Whether it is a quotation.
    pub(super) quoted: bool,
}

impl Sniffed {
    /// A text from there on, whose columns are named where its rows are.
    pub(super) fn elsewhere(format: Format, beginning: Beginning) -> Self {
        let Beginning { start, before, quoted } = beginning;
        let around = Around { before, quoted, ..Around::default() };
        Self { format, start, around, heading: Heading::default() }
    }
}
