//! `explain`: the manual of the audit's rules, and of the words.

use std::io::{self, BufWriter, Write};

use kinescope::audit::Rule;
use kinescope::display::glossary;
use kinescope::display::glossary::Term;
use kinescope::report;
use kinescope::source::Error;

use super::args::{Explain, Look};
use super::headless::printed;
use super::{Status, look, unknown};

/// What a page is about.
enum Explained {
    Rule(&'static Rule),
    Term(&'static Term),
}

/// Of what is a rule's name and a word as well, the rule says more.
fn explained(name: &str) -> Result<Explained, Error> {
    let term = || glossary::term(name).map(Explained::Term);
    unknown::rule(name).map(Explained::Rule).or_else(|error| term().ok_or(error))
}

/// Runs `kinescope explain`.
pub(super) fn explain(args: &Explain, look: Look) -> Result<Status, Error> {
    let rule = args.rule.as_deref().map(explained).transpose()?;
    let page = look::page(look);
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match rule {
        Some(Explained::Rule(rule)) => report::explain::page(&mut out, page, rule),
        Some(Explained::Term(term)) => report::explain::term(&mut out, page, term),
        None => report::explain::list(&mut out, page),
    };
    printed(written.and_then(|()| out.flush()), Status::Clean)
}
