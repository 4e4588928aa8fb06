//! `kinescope.audit/v1`: what is broken; and the findings of such a document, as a baseline.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::compaction::Revisions;
use super::origin::Origin;
use super::verdict::{Verdict, WhoCompacts};
use super::{Gaps, Name};
use crate::audit::{Baseline, Identity, Severity};
use crate::history::Revision;
use crate::history::compaction::Effect;
use crate::report::{Audit, sql};

const SCHEMA: &str = "kinescope.audit/v1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    verdict: Verdict,
    revisions: Revisions,
    rows: usize,
    keys: usize,
    /// The most serious first.
    findings: Vec<Found>,
    /// How many findings each rule has; rules without any are left out.
    summary: BTreeMap<&'static str, usize>,
    severities: Severities,
    /// How many findings were left out, as known already.
    known: usize,
    unchecked: Vec<Unchecked>,
    /// The rules that were left out on request.
    ignored: Vec<&'static str>,
    after_compaction: After,
    /// The revision to which the rows show a compaction that `compact_rev_key` does not tell of.
    #[serde(skip_serializing_if = "Option::is_none")]
    compacted_effective: Option<Revision>,
    compactor: WhoCompacts,
    writers: Writers,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Found {
    rule: &'static str,
    severity: &'static str,
    /// Null when it is about the table, the database, or rows without a name.
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_base64: Option<String>,
    revisions: Vec<Revision>,
    message: String,
    /// The rows of the key that `kinescope repair` deletes, with the first finding of the key. Left out
    /// where there are none, and where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    stray: Option<Vec<Revision>>,
}

/// How many findings of each severity there are.
#[derive(Serialize)]
struct Severities {
    error: usize,
    warning: usize,
    info: usize,
}

#[derive(Serialize)]
struct Unchecked {
    rule: &'static str,
    why: &'static str,
}

/// What a compaction of everything, with nothing retained, does to how many keys.
#[derive(Serialize)]
struct After {
    resurrected: usize,
    reverted: usize,
    lost: usize,
    /// The revision that it reaches.
    reached: Revision,
}

/// Which versions of kine wrote the newest rows.
#[derive(Serialize)]
struct Writers {
    /// The first that may have; null where that is not known.
    from: Option<String>,
    /// The first that did not any more; null where that is not known.
    before: Option<String>,
    /// The rows that tell, the newest first.
    rows: Vec<Revision>,
    /// In words, each a paragraph.
    message: Vec<String>,
}

/// Writes the audit.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn audit(out: &mut dyn Write, audit: &Audit<'_>) -> io::Result<()> {
    let history = audit.table.history;
    // A key may have thousands of findings, and as many stray rows: once is enough.
    let mut told = BTreeSet::new();
    let found = audit.found().map(|(group, finding)| {
        let key = finding.key.filter(|&key| told.insert(key));
        let Name { name, name_base64 } = Name::new(finding.key.map(|key| history.name(key)));
        Found {
            rule: group.rule.name,
            severity: group.severity.name(),
            key: name,
            key_base64: name_base64,
            revisions: finding.rows.iter().map(|&at| history.id(at)).collect(),
            message: audit.message(finding),
            stray: key
                .and_then(|key| sql::deleted(&audit.table, &audit.verdict, key))
                .map(|rows| rows.into_iter().map(|at| history.id(at)).collect()),
        }
    });
    let groups = audit.groups.iter();
    let document = Document {
        schema: SCHEMA,
        source: audit.table.source,
        origin: Origin::of(&audit.table),
        verdict: Verdict::of(&audit.table, &audit.verdict),
        revisions: Revisions::of(history),
        rows: history.len(),
        keys: history.key_count(),
        findings: found.collect(),
        summary: groups.map(|group| (group.rule.name, group.found.len())).collect(),
        severities: Severities {
            error: audit.count(Severity::Error),
            warning: audit.count(Severity::Warning),
            info: audit.count(Severity::Info),
        },
        known: audit.known,
        unchecked: audit
            .unchecked
            .iter()
            .map(|it| Unchecked { rule: it.rule.name, why: it.why })
            .collect(),
        ignored: audit.levels.ignored().map(|rule| rule.name).collect(),
        after_compaction: After {
            resurrected: audit.after(Effect::Resurrected),
            reverted: audit.after(Effect::Reverted),
            lost: audit.after(Effect::Lost),
            reached: audit.verdict.end,
        },
        compacted_effective: audit.unrecorded,
        compactor: WhoCompacts::of(history, audit.verdict.whole(), audit.policy),
        writers: Writers {
            from: audit.writers.from().map(|it| it.to_string()),
            before: audit.writers.before().map(|it| it.to_string()),
            rows: audit.writers.rows.iter().map(|&(id, _)| id).collect(),
            message: audit.writers(),
        },
        gaps: Gaps::of(&audit.table),
    };
    super::write(out, &document)
}

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum NoBaseline {
    /// It is not JSON, or lacks what an audit has. A parser's reason would repeat what is there, and the
    /// file may be any.
    #[error("it is not an audit that kinescope printed as JSON")]
    Malformed,
    /// It is something else that kinescope printed, or from a later version.
    #[error("its schema is {0}, and only {SCHEMA} is a baseline")]
    Schema(String),
}

#[derive(Deserialize)]
struct Earlier {
    findings: Vec<EarlierFinding>,
}

#[derive(Deserialize)]
struct EarlierFinding {
    rule: String,
    key: Option<String>,
    key_base64: Option<String>,
    revisions: Vec<Revision>,
}

/// The findings of an audit that was printed earlier. Rules that are not known, as of a later
/// version, do no harm.
///
/// # Errors
///
/// When it is no such document.
pub fn baseline(text: &[u8]) -> Result<Baseline, NoBaseline> {
    let malformed = |_repeats_it| NoBaseline::Malformed;
    let schema = super::schema(text).ok_or(NoBaseline::Malformed)?;
    if schema != SCHEMA {
        let is_ours = schema.starts_with("kinescope.");
        return Err(if is_ours { NoBaseline::Schema(schema) } else { NoBaseline::Malformed });
    }
    let Earlier { findings } = serde_json::from_slice(text).map_err(malformed)?;
    findings.into_iter().map(identity).collect()
}

fn identity(finding: EarlierFinding) -> Result<Identity, NoBaseline> {
    let EarlierFinding { rule, key, key_base64, revisions } = finding;
    let key = match key_base64 {
        Some(encoded) => {
            Some(STANDARD.decode(encoded).map_err(|_no_base64| NoBaseline::Malformed)?)
        }
        None => key.map(String::into_bytes),
    };
    Ok(Identity { rule, key, revisions })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_audit_is_a_baseline() {
        let why = |text: &str| baseline(text.as_bytes()).expect_err("it is none").to_string();
        for text in ["", "[]", "{}", "7", r#"{"schema": "kinescope.audit/v1"}"#] {
            assert_eq!(why(text), "it is not an audit that kinescope printed as JSON", "{text}");
        }
        let schema = "its schema is kinescope.audit/v2, and only kinescope.audit/v1 is a baseline";
        assert_eq!(why(r#"{"schema": "kinescope.audit/v2", "findings": []}"#), schema);
        let odd = r#"{"schema": "kinescope.audit/v1",
                      "findings": [{"rule": "fork", "key_base64": "?", "revisions": []}]}"#;
        assert!(why(odd).starts_with("it is not an audit"));
    }

    #[test]
    fn fields_that_come_later_do_no_harm() {
        let text = r#"{"schema": "kinescope.audit/v1", "more": 1, "findings": [
            {"rule": "fork", "key": "/a", "revisions": [3, 4], "evidence": {}},
            {"rule": "odd-name", "key": "caf\\xe9", "key_base64": "Y2Fm6Q==", "revisions": []},
            {"rule": "of-tomorrow", "key": null, "revisions": []}]}"#;
        let identity = |rule: &str, key: Option<&[u8]>, revisions: &[Revision]| Identity {
            rule: rule.to_owned(),
            key: key.map(<[u8]>::to_vec),
            revisions: revisions.to_vec(),
        };
        let expected = [
            identity("fork", Some(b"/a"), &[3, 4]),
            identity("odd-name", Some(b"caf\xe9"), &[]),
            identity("of-tomorrow", None, &[]),
        ];
        assert_eq!(baseline(text.as_bytes()).expect("it is one"), expected.into_iter().collect());
    }
}
