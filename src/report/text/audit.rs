//! What is broken in a table.

use std::io::{self, Write};

use super::pen::Pen;
use super::verdict;
use crate::display::{Glyph, Role, words};
use crate::history::KeyId;
use crate::history::compaction::Outlook;
use crate::report::audit::Group;
use crate::report::{Audit, Page, sql};
use crate::text::{escape, grouped, printable};

/// Writes the audit.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn audit(out: &mut dyn Write, page: Page, audit: &Audit<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    pen.gaps(&audit.table)?;
    verdict::text(&mut pen, &audit.table, &audit.verdict)?;
    pen.facts(&audit.table, audit.table.history.compacted())?;
    for said in audit.writers() {
        pen.paragraph(&said)?;
    }
    for group in &audit.groups {
        rule(&mut pen, audit, group)?;
    }
    for said in audit.not_looked_at() {
        pen.paragraph(&said)?;
    }
    for note in audit.table.notes {
        pen.paragraph(&printable(note))?;
    }
    let (history, verdict) = (audit.table.history, &audit.verdict);
    let outlook = Outlook::of(history, verdict.whole().removals(), audit.policy);
    for said in words::compactor(history, &outlook) {
        pen.paragraph(&said)?;
    }
    pen.blank()?;
    let role = audit.worst().map_or(Role::Title, Role::Severity);
    pen.wrapped(role, "", "", &audit.tally())?;
    if !audit.groups.is_empty() {
        pen.paragraph("What that means, and what to do:")?;
    }
    for group in &audit.groups {
        pen.line(&[(Role::Text, &format!("  kinescope explain {}", group.rule.name))])?;
    }
    if audit.found().any(|(_, finding)| finding.key.is_some()) {
        pen.paragraph("What happened to a key: kinescope show SOURCE KEY")?;
    }
    if !audit.groups.is_empty() && sql::deletes(&audit.table, &audit.verdict) {
        pen.paragraph("What would fix it: kinescope repair SOURCE")?;
    }
    Ok(())
}

/// A rule and what it found. A key with several findings is named once.
fn rule(pen: &mut Pen<'_>, audit: &Audit<'_>, group: &Group) -> io::Result<()> {
    let Group { rule, severity, found } = group;
    let history = audit.table.history;
    let glyphs = pen.page.glyphs;
    let glyph = glyphs.of(Glyph::Severity(*severity));
    let found = grouped(found.len() as u64);
    pen.blank()?;
    let heading = format!("{severity}  {} ({found}): {}", rule.name, rule.summary);
    pen.wrapped(Role::Severity(*severity), &format!("{glyph} "), "  ", &heading)?;
    let (listed, more) = audit.listed(group);
    let mut named: Option<KeyId> = None;
    for finding in listed {
        if let Some(key) = finding.key.filter(|&key| named != Some(key)) {
            let name = escape(history.name(key));
            let name = match pen.page.width {
                Some(width) => glyphs.cut_middle(&name, width.saturating_sub(2)),
                None => name.into_owned(),
            };
            pen.line(&[(Role::Text, "  "), (Role::Title, &name)])?;
        }
        named = finding.key;
        let margin = if finding.key.is_some() { "    " } else { "  " };
        pen.wrapped(Role::Text, margin, margin, &audit.message(finding))?;
    }
    if let Some(more) = more {
        pen.wrapped(Role::Dim, "  ", "  ", &format!("{more} (--all lists them)"))?;
    }
    Ok(())
}
