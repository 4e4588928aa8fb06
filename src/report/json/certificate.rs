//! `kinescope.certificate/v1`: what a table was, and what a compaction was said to leave of it; and
//! `kinescope.verification/v1`: what became of that.

use std::fmt::Write as _;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::compaction::rule;
use super::origin::Origin;
use super::{Gaps, Name};
use crate::history::Revision;
use crate::history::certificate::{Block, Certificate, KeyNow, Outcome, Promise};
use crate::history::compaction::{Algorithm, Effect, Policy};
use crate::report::{Table, Verification};

const SCHEMA: &str = "kinescope.certificate/v1";

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    #[serde(flatten)]
    content: Content,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

/// What is read again.
#[derive(Serialize, Deserialize)]
struct Content {
    revisions: Revisions,
    policy: Settings,
    target: Reached,
    rows: Rows,
    keys: Vec<Key>,
    table: Vec<Hashed>,
    survivors: Vec<Hashed>,
}

#[derive(Serialize, Deserialize)]
struct Revisions {
    current: Revision,
    compacted: Option<Revision>,
}

#[derive(Serialize, Deserialize)]
struct Settings {
    min_retain: u64,
    batch_size: u64,
    rule: String,
}

#[derive(Serialize, Deserialize)]
struct Reached {
    reached: Revision,
}

#[derive(Serialize, Deserialize)]
struct Rows {
    before: usize,
    after: usize,
}

#[derive(Serialize, Deserialize)]
struct Key {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_base64: Option<String>,
    effect: Happens,
    /// Null when no row is left.
    after: Option<Revision>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Happens {
    Resurrected,
    Reverted,
    Lost,
}

#[derive(Serialize, Deserialize)]
struct Hashed {
    ids: String,
    sha256: String,
}

/// Writes a certificate of a table.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn certificate(
    out: &mut dyn Write,
    table: &Table<'_>,
    certificate: &Certificate,
) -> io::Result<()> {
    let rows = |blocks: &[Block]| blocks.iter().map(|block| block.ids.iter().count()).sum();
    let Certificate { current, compacted, reached, policy, .. } = *certificate;
    let content = Content {
        revisions: Revisions { current, compacted },
        policy: Settings {
            min_retain: policy.min_retain,
            batch_size: policy.batch_size,
            rule: rule(policy.algorithm).to_owned(),
        },
        target: Reached { reached },
        rows: Rows { before: rows(&certificate.table), after: rows(&certificate.survivors) },
        keys: certificate.keys.iter().map(Key::of).collect(),
        table: certificate.table.iter().map(Hashed::of).collect(),
        survivors: certificate.survivors.iter().map(Hashed::of).collect(),
    };
    let document = Document {
        schema: SCHEMA,
        source: table.source,
        origin: Origin::of(table),
        content,
        gaps: Gaps::of(table),
    };
    super::write(out, &document)
}

/// Why a text is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum NoCertificate {
    /// It is not JSON, or lacks what a certificate has.
    #[error("it is not a certificate that kinescope wrote")]
    Malformed,
    /// It is something else that kinescope printed, or from a later version.
    #[error("its schema is {0}, and only {SCHEMA} is a certificate")]
    Schema(String),
}

/// Reads a certificate.
///
/// # Errors
///
/// When it is none.
pub fn read_certificate(text: &[u8]) -> Result<Certificate, NoCertificate> {
    let malformed = |_repeats_it| NoCertificate::Malformed;
    let schema = super::schema(text).ok_or(NoCertificate::Malformed)?;
    if schema != SCHEMA {
        let is_ours = schema.starts_with("kinescope.");
        return Err(if is_ours { NoCertificate::Schema(schema) } else { NoCertificate::Malformed });
    }
    let content: Content = serde_json::from_slice(text).map_err(malformed)?;
    content.certificate().ok_or(NoCertificate::Malformed)
}

impl Content {
    fn certificate(self) -> Option<Certificate> {
        let Settings { min_retain, batch_size, rule: name } = self.policy;
        let algorithm = Algorithm::ALL.into_iter().find(|&it| rule(it) == name)?;
        let policy = Policy { min_retain, batch_size: batch_size.max(1), algorithm, kine: None };
        let blocks = |all: Vec<Hashed>| -> Option<Vec<Block>> {
            all.into_iter().map(Hashed::block).collect()
        };
        Some(Certificate {
            current: self.revisions.current,
            compacted: self.revisions.compacted,
            reached: self.target.reached,
            policy,
            table: blocks(self.table)?,
            survivors: blocks(self.survivors)?,
            keys: self.keys.into_iter().map(Key::promise).collect::<Option<_>>()?,
        })
    }
}

impl Key {
    fn of(promise: &Promise) -> Self {
        let Name { name, name_base64 } = Name::new(Some(&promise.name));
        let effect = Happens::of(promise.effect);
        Self { name: name.unwrap_or_default(), name_base64, effect, after: promise.after }
    }

    fn promise(self) -> Option<Promise> {
        let name = match self.name_base64 {
            Some(encoded) => STANDARD.decode(encoded).ok()?,
            None => self.name.into_bytes(),
        };
        Some(Promise { name, effect: self.effect.effect(), after: self.after })
    }
}

impl Happens {
    const fn of(effect: Effect) -> Self {
        match effect {
            Effect::Resurrected => Self::Resurrected,
            Effect::Reverted => Self::Reverted,
            Effect::Lost => Self::Lost,
        }
    }

    const fn effect(self) -> Effect {
        match self {
            Self::Resurrected => Effect::Resurrected,
            Self::Reverted => Effect::Reverted,
            Self::Lost => Effect::Lost,
        }
    }
}

impl Hashed {
    fn of(block: &Block) -> Self {
        let mut sha256 = String::with_capacity(64);
        for byte in block.hash {
            // A String takes everything.
            let _ = write!(sha256, "{byte:02x}");
        }
        Self { ids: block.ids.to_string(), sha256 }
    }

    fn block(self) -> Option<Block> {
        let (digits, []) = self.sha256.as_bytes().as_chunks::<2>() else { return None };
        let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Vec<u8> = digits.iter().map(byte).collect::<Option<_>>()?;
        Some(Block { ids: self.ids.parse().ok()?, hash: bytes.try_into().ok()? })
    }
}

#[derive(Serialize)]
struct Verified<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    outcome: &'static str,
    /// In words.
    message: Vec<String>,
    newer_rows: usize,
    missing: &'a [Revision],
    unexpected: &'a [Revision],
    altered: Vec<Range>,
    blocks_not_compared: usize,
    keys: Vec<KeyChanged>,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Range {
    first: Revision,
    last: Revision,
}

#[derive(Serialize)]
struct KeyChanged {
    #[serde(flatten)]
    name: Name,
    then: Option<Change>,
    now: Option<Change>,
}

#[derive(Serialize)]
struct Change {
    effect: Happens,
    after: Option<Revision>,
}

impl Change {
    fn of(promise: &Promise) -> Self {
        Self { effect: Happens::of(promise.effect), after: promise.after }
    }
}

/// Writes what became of a certificate.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn verification(out: &mut dyn Write, verification: &Verification<'_>) -> io::Result<()> {
    let Verification { table, found, .. } = verification;
    let key = |key: &KeyNow| KeyChanged {
        name: Name::new(key.then.as_ref().or(key.now.as_ref()).map(|it| it.name.as_slice())),
        then: key.then.as_ref().map(Change::of),
        now: key.now.as_ref().map(Change::of),
    };
    let document = Verified {
        schema: "kinescope.verification/v1",
        source: table.source,
        origin: Origin::of(table),
        outcome: outcome(found.outcome),
        message: verification.said(),
        newer_rows: found.newer,
        missing: &found.missing,
        unexpected: &found.unexpected,
        altered: found.altered.iter().map(|&(first, last)| Range { first, last }).collect(),
        blocks_not_compared: found.unread,
        keys: found.keys.iter().map(key).collect(),
        gaps: Gaps::of(table),
    };
    super::write(out, &document)
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Same => "same",
        Outcome::Grown => "grown",
        Outcome::Differently => "other-effect",
        Outcome::Kept => "kept",
        Outcome::UnderWay => "under-way",
        Outcome::Beyond => "compacted-further",
        Outcome::Broken => "changed",
        Outcome::Older => "older",
    }
}
