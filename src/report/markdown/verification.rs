//! What became of a certificate.

use std::io::{self, Write};

use super::{gaps, prose};
use crate::report::Verification;

/// Writes it.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn verification(out: &mut dyn Write, verification: &Verification<'_>) -> io::Result<()> {
    writeln!(out, "# What became of a certificate\n")?;
    gaps(out, &verification.table)?;
    for said in verification.said() {
        writeln!(out, "{}\n", prose(&said))?;
    }
    Ok(())
}
