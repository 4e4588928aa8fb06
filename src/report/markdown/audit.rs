//! What is broken, and what to do.

use std::io::{self, Write};

use super::{code, facts, gaps, ours, pairs, prose, verdict, who_compacts};
use crate::audit::Finding;
use crate::report::Audit;
use crate::report::audit::Group;
use crate::text::count;

/// Writes the audit.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn audit(out: &mut dyn Write, audit: &Audit<'_>) -> io::Result<()> {
    writeln!(out, "# What is broken in a kine table\n")?;
    gaps(out, &audit.table)?;
    verdict(out, &audit.table, &audit.verdict)?;
    let facts = facts(&audit.table, audit.table.history.compacted());
    pairs(out, facts.into_iter().chain([("result", audit.tally())]))?;
    writers(out, audit)?;
    rules(out, audit)?;
    who_compacts(out, &audit.table, audit.verdict.whole(), audit.policy)?;
    unchecked(out, audit)?;
    for note in audit.table.notes {
        writeln!(out, "{}\n", prose(note))?;
    }
    writeln!(out, "`kinescope explain RULE` says more about each rule.")
}

/// Which versions of kine wrote the rows, and what those do wrong.
pub(super) fn writers(out: &mut dyn Write, audit: &Audit<'_>) -> io::Result<()> {
    audit.writers().iter().try_for_each(|said| writeln!(out, "{}\n", prose(said)))
}

/// What each rule found.
pub(super) fn rules(out: &mut dyn Write, audit: &Audit<'_>) -> io::Result<()> {
    audit.groups.iter().try_for_each(|group| rule(out, audit, group))
}

/// What was not looked at, if anything was not.
pub(super) fn unchecked(out: &mut dyn Write, audit: &Audit<'_>) -> io::Result<()> {
    let not_looked_at = audit.not_looked_at();
    if !not_looked_at.is_empty() {
        writeln!(out, "## What was not checked\n")?;
    }
    not_looked_at.iter().try_for_each(|said| writeln!(out, "{}\n", prose(said)))
}

fn rule(out: &mut dyn Write, audit: &Audit<'_>, group: &Group) -> io::Result<()> {
    let Group { rule, severity, found } = group;
    writeln!(out, "## {severity}: {}\n", prose(rule.summary))?;
    let found = count(found.len() as u64, "finding");
    writeln!(out, "{found} of rule `{}`.\n", rule.name)?;
    let (listed, more) = audit.listed(group);
    for finding in listed {
        item(out, audit, finding)?;
    }
    if let Some(more) = more {
        writeln!(out, "- {more} (`--all` lists them)")?;
    }
    writeln!(out, "\n**Why it matters.** {}\n", ours(rule.matters))?;
    writeln!(out, "**What to do.** {}\n", ours(rule.remedy))
}

fn item(out: &mut dyn Write, audit: &Audit<'_>, finding: &Finding) -> io::Result<()> {
    let message = prose(&audit.message(finding));
    match finding.key {
        Some(key) => writeln!(out, "- {}: {message}", code(audit.table.history.name(key))),
        None => writeln!(out, "- {message}"),
    }
}
