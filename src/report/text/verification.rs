//! What became of a certificate.

use std::io::{self, Write};

use super::pen::Pen;
use crate::report::{Page, Verification};

/// Writes it.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn verification(
    out: &mut dyn Write,
    page: Page,
    verification: &Verification<'_>,
) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    pen.gaps(&verification.table)?;
    pen.facts(&verification.table, verification.table.history.compacted())?;
    for said in verification.said() {
        pen.paragraph(&said)?;
    }
    Ok(())
}
