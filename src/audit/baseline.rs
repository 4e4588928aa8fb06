//! Findings that are known already.

use rustc_hash::FxHashSet;

use super::Finding;
use crate::history::{History, Revision};

/// What tells one finding from another, from one audit to the next: the message may change with the
/// rest of the table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The name of the rule.
    pub rule: String,
    /// The key's name.
    pub key: Option<Vec<u8>>,
    /// The revisions that show it; none when it is about the whole table or the database.
    pub revisions: Vec<Revision>,
}

impl Identity {
    /// That of a finding.
    pub fn of(history: &History, finding: &Finding) -> Self {
        Self {
            rule: finding.rule.name.to_owned(),
            key: finding.key.map(|key| history.name(key).to_vec()),
            revisions: finding.rows.iter().map(|&at| history.id(at)).collect(),
        }
    }
}

/// Findings that are known already, from an earlier audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    known: FxHashSet<Identity>,
}

impl Baseline {
    /// Whether a finding is one of them.
    pub fn knows(&self, history: &History, finding: &Finding) -> bool {
        !self.known.is_empty() && self.known.contains(&Identity::of(history, finding))
    }
}

impl FromIterator<Identity> for Baseline {
    fn from_iter<T: IntoIterator<Item = Identity>>(known: T) -> Self {
        Self { known: known.into_iter().collect() }
    }
}
