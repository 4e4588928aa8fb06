//! `explain`: the manual of the audit's rules, and of the words.

use std::io::{self, BufWriter, Write};

use clap::Args as Group;
use kinescope::audit::{self, Rule};
use kinescope::display::glossary;
use kinescope::display::glossary::Term;
use kinescope::report;
use kinescope::source::Error;

use crate::cli::appearance::Look;
use crate::cli::output::printed;
use crate::cli::{Status, appearance, suggest};

#[derive(Debug, Group)]
pub(in crate::cli) struct Explain {
    /// Explain this rule or word, such as fork or tombstone
    ///
    /// Without it, all of them are listed.
    #[arg(value_name = "WORD")]
    pub(in crate::cli) rule: Option<String>,
}

/// What a page is about.
enum Explained {
    Rule(&'static Rule),
    Term(&'static Term),
}

/// Of what is a rule's name and a word as well, the rule says more.
fn explained(name: &str) -> Result<Explained, Error> {
    let rule = audit::find(name).map(Explained::Rule);
    let term = || glossary::term(name).map(Explained::Term);
    rule.or_else(term).ok_or_else(|| suggest::explained(name))
}

/// Runs `kinescope explain`.
pub(in crate::cli) fn explain(args: &Explain, look: Look) -> Result<Status, Error> {
    let rule = args.rule.as_deref().map(explained).transpose()?;
    let page = appearance::page(look);
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match rule {
        Some(Explained::Rule(rule)) => report::text::explain::page(&mut out, page, rule),
        Some(Explained::Term(term)) => report::text::explain::term(&mut out, page, term),
        None => report::text::explain::list(&mut out, page),
    };
    printed(written.and_then(|()| out.flush()), Status::Clean)
}
