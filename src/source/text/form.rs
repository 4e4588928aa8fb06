//! What gives the rows of a text one after the other, however they are written.

use std::io;

use super::cell::{Cell, Cells};
use super::column::{Column, Heading, lacks_columns, missing};
use super::row_builder::{Builder, Values};
use super::schema::Schema;
use crate::source::Error;

/// What happened on the way through a text.
pub(super) enum Step {
    /// Rows with these columns begin.
    Begun(Heading),
    /// A row came, or something that was refused.
    Row,
    /// The text is over.
    Over,
}

/// A way to write rows, in which not each of them is a line.
pub(super) trait Form {
    /// Goes on to the next row, and gives it to the builder.
    fn advance(&mut self, builder: &mut Builder) -> io::Result<Step>;

    /// How many bytes of the text have been read.
    fn bytes(&self) -> u64;

    /// What it is called.
    fn kind(&self) -> &'static str;

    /// What should be noted, once the text is over.
    fn notes(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// What it says of the table apart from its rows.
    fn schema(&self) -> Option<&Schema> {
        None
    }

    /// What is said where no rows begin.
    fn nothing(&self, place: &str) -> Option<Error>;
}

/// The row that came in fields, in the order of a heading.
pub(super) struct Fields<'f> {
    pub(super) heading: &'f Heading,
    pub(super) fields: &'f [Cell<'f>],
}

impl Fields<'_> {
    /// The fields of the columns.
    pub(super) fn cells(&self) -> Cells<'_> {
        let mut cells: Cells<'_> = Cells::default();
        for (cell, column) in cells.iter_mut().zip(Column::ALL) {
            let at = self.heading.places[column as usize];
            *cell = at.and_then(|at| self.fields.get(at)).cloned();
        }
        cells
    }
}

impl Values for Fields<'_> {
    fn value(&self, which: usize) -> Option<Result<Cell<'_>, &'static str>> {
        let at = self.heading.values[which]?;
        self.fields.get(at).cloned().map(Ok)
    }
}

/// What is said of a heading that lacks columns, if it does.
pub(super) fn lacks(place: &str, heading: &Heading) -> Option<Error> {
    let missing = missing(heading.present());
    (!missing.is_empty()).then(|| lacks_columns(place, heading, &missing))
}
