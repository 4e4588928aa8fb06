//! `explain`: the manual of the audit's rules.

use std::io::{self, BufWriter, Write};

use kinescope::report;
use kinescope::source::Error;

use super::args::{Explain, Look};
use super::headless::printed;
use super::{Status, look, unknown};

/// Runs `kinescope explain`.
pub(super) fn explain(args: &Explain, look: Look) -> Result<Status, Error> {
    let rule = args.rule.as_deref().map(unknown::rule).transpose()?;
    let page = look::page(look);
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match rule {
        Some(rule) => report::explain::page(&mut out, page, rule),
        None => report::explain::list(&mut out, page),
    };
    printed(written.and_then(|()| out.flush()), Status::Clean)
}
