//! What a new table has.

use std::io::{self, Write};

use super::pen::Pen;
use crate::report::{Export, Page};
use crate::text::printable;

/// Writes what a new table has.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn export(out: &mut dyn Write, page: Page, export: &Export<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    for (name, value) in export.facts() {
        pen.field(name, &printable(&value))?;
    }
    pen.made(&export.table)?;
    for said in export.words() {
        pen.paragraph(&printable(&said))?;
    }
    Ok(())
}
