//! kine's settings: as they were typed, and whether a table can be compacted so.

use clap::Args as Group;
use kinescope::history::compaction::{Algorithm, Policy, Version};
use kinescope::history::{History, Revision};
use kinescope::report::Table;
use kinescope::source::Error;

use super::parse::{amount, some};

/// kine's settings.
#[derive(Debug, Clone, Copy, Group)]
pub(super) struct Compaction {
    /// Assume that kine keeps this many of the newest revisions
    ///
    /// No row says how many it keeps. In audit, the rules stalled-compaction and zero-retain depend on
    /// it.
    #[arg(long, value_name = "N", default_value_t = Policy::DEFAULT.min_retain,
          value_parser = amount, allow_negative_numbers = true)]
    pub(super) compact_min_retain: u64,
    /// Assume that one transaction of kine covers this many revisions
    #[arg(long, value_name = "N", default_value_t = Policy::DEFAULT.batch_size,
          value_parser = some, allow_negative_numbers = true)]
    pub(super) compact_batch_size: u64,
}

impl Compaction {
    /// The settings, for a version that compacts like that.
    pub(super) const fn policy(self, algorithm: Algorithm, kine: Option<Version>) -> Policy {
        let (min_retain, batch_size) = (self.compact_min_retain, self.compact_batch_size);
        Policy { min_retain, batch_size, algorithm, kine }
    }
}

/// What a version of kine does: by itself, or when it is asked to compact to a target.
pub(super) fn algorithm(kine: Option<Version>, target: Option<Revision>) -> Algorithm {
    match (kine, target) {
        (None, _) => Algorithm::default(),
        (Some(version), None) => Algorithm::of(version),
        (Some(version), Some(_)) => Algorithm::on_request(version),
    }
}

pub(super) fn current(history: &History) -> Revision {
    history.current().unwrap_or_default()
}

/// kine's settings as they were typed.
pub(super) fn policy(
    table: &Table<'_>,
    target: Option<Revision>,
    typed: Compaction,
    kine: Option<Version>,
) -> Result<Policy, Error> {
    let algorithm = algorithm(kine, target);
    if let Some(target) = target {
        check_target(table, target, algorithm)?;
    }
    Ok(typed.policy(algorithm, kine))
}

/// Refuses a target that the table cannot be compacted to. What the current revision is, a table
/// that was read whole tells, or the source of a part.
pub(super) fn check_target(
    table: &Table<'_>,
    target: Revision,
    algorithm: Algorithm,
) -> Result<(), Error> {
    let current = current(table.history);
    let compacted = table.history.compacted().unwrap_or_default();
    let is_known = table.is_whole() || table.history.profile().current.is_some();
    if is_known && target > current {
        return Err(Error::usage(format!(
            "the target {target} is beyond the current revision {current}"
        ))
        .hint(format!("Name a target up to {current}.")));
    }
    // That request did not ask what was compacted before.
    if target < compacted && algorithm != Algorithm::Request {
        return Err(Error::usage(format!(
            "the target {target} is before the compact revision {compacted}"
        ))
        .hint(format!("The table is compacted to {compacted} already: name a later target.")));
    }
    Ok(())
}
