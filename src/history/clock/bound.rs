//! What one time in a value says of when rows were written, and whose times contradict those of others.

use super::{Millis, Stamps, is_lease};
use crate::history::{Flag, History, KeyId, Revision, RowIx};

/// How far clocks may be apart that are called right: a second, which is also what a time in whole seconds
/// leaves open.
pub const SKEW: Millis = 1000;

/// How long after its own time a write can be stored. An API server gives a request up after a minute
/// (`--request-timeout`).
pub const LATENCY: Millis = 60_000;

/// Whose clock a time is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Witness {
    /// Whoever read the table.
    Reader,
    /// Whoever renews the Lease under a key: for most, the node of that name.
    Lease(KeyId),
    /// The API server that created the object under a key.
    Object(KeyId),
}

/// A bound for when the row of a revision was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bound {
    /// Of this row; an earliest time is also one of all rows after it, a latest of all before.
    pub(super) revision: Revision,
    pub(super) time: Millis,
    pub(super) side: Side,
    pub(super) witness: Witness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Earliest,
    Latest,
}

/// What the times in a row's value say.
///
/// | time | says |
/// | --- | --- |
/// | a Lease was renewed | the row was written then or later, within [`LATENCY`]; the row that it points at was written before: whoever renews a Lease has had the answer to its last renewal (`controller.go` in client-go's `lease`, `leaderelection.go`) |
/// | the object was created | the row that created it was written then or later; if no time in the value is later, within [`LATENCY`]: an object that was moved here from elsewhere has been changed since, or tells by others that it is old |
/// | anything else | the row was written then or later |
pub(super) fn of(history: &History, at: RowIx, stamps: Stamps) -> impl Iterator<Item = Bound> {
    let revision = history.id(at);
    let key = history.key_at(at);
    let bound = move |revision, time: Option<Millis>, side, lease: bool| {
        let witness = if lease { Witness::Lease(key?) } else { Witness::Object(key?) };
        Some(Bound { revision, time: time?, side, witness })
    };
    let renewed = stamps.renewed.filter(|_| key.is_some_and(|key| is_lease(history, key)));
    let prev = history.row(at).prev_revision.filter(|&prev| prev > 0 && prev < revision);
    let creates = history.created(at) == Flag::Yes;
    let create_revision = history.create_revision(at).filter(|&of| of > 0 && of <= revision);
    let created = if creates { Some(revision) } else { create_revision };
    // A second was cut off.
    let is_new =
        creates && stamps.renewed.max(stamps.latest) < stamps.created.map(|at| at + LATENCY);
    let stored = |time: Option<Millis>| time.map(|time| time + LATENCY);
    [
        bound(revision, renewed, Side::Earliest, true),
        bound(revision, stored(renewed), Side::Latest, true),
        prev.and_then(|prev| bound(prev, renewed, Side::Latest, true)),
        bound(created.unwrap_or(revision), stamps.created, Side::Earliest, false),
        bound(revision, stored(stamps.created).filter(|_| is_new), Side::Latest, false),
        bound(revision, stamps.latest, Side::Earliest, false),
    ]
    .into_iter()
    .flatten()
}

/// Those whose times contradict the times of more others than theirs do, in order. What is left
/// contradicts nothing by more than [`SKEW`].
///
/// Where as many say one thing as say another, nobody can tell who is right: none of them is believed.
pub(super) fn disagreeing(bounds: &[Bound]) -> Vec<Witness> {
    let mut conflicts = conflicts(bounds);
    let mut out = Vec::new();
    while !conflicts.is_empty() {
        let mut counts: Vec<(Witness, usize)> = Vec::new();
        for witness in conflicts.iter().flat_map(|&(one, other)| [one, other]) {
            match counts.binary_search_by_key(&witness, |&(it, _)| it) {
                Ok(at) => counts[at].1 += 1,
                Err(at) => counts.insert(at, (witness, 1)),
            }
        }
        let most = counts.iter().map(|&(_, count)| count).max().unwrap_or_default();
        let worst = counts.iter().filter(|&&(_, count)| count == most).map(|&(it, _)| it);
        out.extend(worst);
        out.sort_unstable();
        let is_in = |witness| out.binary_search(&witness).is_err();
        conflicts.retain(|&(one, other)| is_in(one) && is_in(other));
    }
    out
}

/// Each two that contradict each other, once: one says that a row was written at a time or later, and the
/// other that the same or a later row was written before that. One can contradict itself.
fn conflicts(bounds: &[Bound]) -> Vec<(Witness, Witness)> {
    let mut found = Vec::new();
    // Where nothing is wrong, nobody is compared with everybody.
    let (latest, earliest): (Vec<&Bound>, Vec<&Bound>) =
        bounds.iter().partition(|bound| bound.side == Side::Latest);
    let highest: Vec<Millis> = earliest
        .iter()
        .scan(Millis::MIN, |highest, early| {
            *highest = early.time.max(*highest);
            Some(*highest)
        })
        .collect();
    for late in &latest {
        let before = earliest.partition_point(|early| early.revision <= late.revision);
        if before == 0 || highest[before - 1] <= late.time + 2 * SKEW {
            continue;
        }
        let wrong = earliest[..before].iter().filter(|early| early.time > late.time + 2 * SKEW);
        found.extend(
            wrong.map(|early| (late.witness.min(early.witness), late.witness.max(early.witness))),
        );
    }
    found.sort_unstable();
    found.dedup();
    found
}
