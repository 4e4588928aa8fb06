//! An audit as metrics, in Prometheus' text format.

use std::io::{self, Write};

use super::Audit;
use super::preview::EFFECTS;
use crate::audit::RULES;
use crate::display::words;
use crate::history::compaction::Compactor;
use crate::text::printable;

/// Writes the metrics. `source` is the label that tells tables apart, and `now` when the table was
/// read, in seconds since 1970.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn audit(out: &mut dyn Write, audit: &Audit<'_>, source: &str, now: u64) -> io::Result<()> {
    let history = audit.table.history;
    let mut metrics = Metrics { out, source: label(&printable(source)) };
    metrics.one("rows", "Rows of the table.", history.len() as u64)?;
    metrics.one("keys", "Keys of the table.", history.key_count() as u64)?;
    let current = history.current().unwrap_or_default();
    let compacted = history.compacted();
    metrics.one("revision_current", "The highest revision.", current)?;
    let help = "The revision that compact_rev_key holds; absent when nothing holds it.";
    metrics.family("revision_compacted", help, compacted.map(|it| (String::new(), it)))?;
    metrics.one(
        "backlog_revisions",
        "Revisions between the compact revision and the current one.",
        current.saturating_sub(compacted.unwrap_or_default()),
    )?;
    let unchecked = |rule| audit.unchecked.iter().any(|it| it.rule == rule);
    let findings = RULES.iter().filter(|&&rule| !unchecked(rule)).filter_map(|&rule| {
        let severity = audit.levels.of(rule)?;
        let group = audit.groups.iter().find(|group| group.rule == rule);
        let labels = format!(r#"rule="{}",severity="{severity}""#, rule.name);
        Some((labels, group.map_or(0, |group| group.found.len() as u64)))
    });
    let help = "Findings of each rule that was checked, without the known ones.";
    metrics.family("findings", help, findings)?;
    let rules = audit.unchecked.iter().map(|it| (format!(r#"rule="{}""#, it.rule.name), 1));
    metrics.family("rule_unchecked", "1 for each rule that could not be checked.", rules)?;
    let help = "Findings that the baseline knows.";
    metrics.one("known_findings", help, audit.known as u64)?;
    let effects = EFFECTS.map(|effect| {
        (format!(r#"effect="{}""#, words::effect_word(effect)), audit.after(effect) as u64)
    });
    let help = "Keys that a compaction of everything would change.";
    metrics.family("keys_after_compaction", help, effects)?;
    let help = "Live keys that would come back if they were deleted.";
    metrics.one("keys_waiting", help, audit.verdict.waiting.len() as u64)?;
    let help = "The highest target up to which no key changes state; absent when none ever does.";
    let safe = audit.verdict.safe_target().map(|safe| (String::new(), safe));
    metrics.family("safe_target", help, safe)?;
    let compactor = Compactor::of(history, audit.policy);
    let who = format!(r#"who="{}""#, words::who_word(compactor.who));
    metrics.family("compactor", "Who compacts the table, as its rows show.", [(who, 1)])?;
    let help = "1 when the whole table was read and understood, else 0.";
    metrics.one("complete", help, audit.table.is_whole().into())?;
    let help = "When the audited table was read, in seconds since 1970.";
    metrics.one("last_run_timestamp_seconds", help, now)?;
    let made = audit.table.made.map(|made| {
        let (version, kind) = (label(made.version), label(&printable(audit.table.kind)));
        (format!(r#"version="{version}",kind="{kind}""#), 1)
    });
    let help = "Always 1; its labels hold the version of kinescope and what was read.";
    metrics.family("info", help, made)
}

struct Metrics<'a> {
    out: &'a mut dyn Write,
    source: String,
}

impl Metrics<'_> {
    fn one(&mut self, name: &str, help: &str, value: u64) -> io::Result<()> {
        self.family(name, help, [(String::new(), value)])
    }

    /// A metric with its heading, and a line for each set of labels.
    fn family(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (String, u64)>,
    ) -> io::Result<()> {
        writeln!(self.out, "# HELP kinescope_{name} {help}")?;
        writeln!(self.out, "# TYPE kinescope_{name} gauge")?;
        for (labels, value) in values {
            let comma = if labels.is_empty() { "" } else { "," };
            let source = &self.source;
            writeln!(self.out, r#"kinescope_{name}{{source="{source}"{comma}{labels}}} {value}"#)?;
        }
        Ok(())
    }
}

/// A text as the value of a label.
fn label(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_one_line_in_quotes() {
        assert_eq!(label("db1/kubernetes"), "db1/kubernetes");
        assert_eq!(label("a\"b\\c\nd"), r#"a\"b\\c\nd"#);
    }
}
