//! What became of what was said of a table.

use super::Table;
use crate::display::words;
use crate::history::certificate::{self, Certificate};

/// A table, and what it is to a certificate.
#[derive(Debug, Clone)]
pub struct Verification<'a> {
    /// The table.
    pub table: Table<'a>,
    /// What was said.
    pub certificate: &'a Certificate,
    /// What became of it.
    pub found: certificate::Verification,
}

impl<'a> Verification<'a> {
    /// Holds a table against a certificate.
    pub fn new(table: Table<'a>, certificate: &'a Certificate) -> Self {
        Self { table, certificate, found: certificate.verify(table.history) }
    }

    /// What there is to say, each a sentence or more, the most important first.
    pub(in crate::report) fn said(&self) -> Vec<String> {
        words::verification(self.certificate, &self.found, self.table.history)
    }
}
