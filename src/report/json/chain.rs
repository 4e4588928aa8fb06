//! `kinescope.chain/v1`: one key's rows, how they are linked, and what a compaction does to them.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::compaction::{Change, Ending, KeyState, Policy, Revisions, Target, rule};
use super::origin::Origin;
use super::times::Bounds;
use super::verdict::KeyVerdict;
use super::{Gaps, Name};
use crate::display::words;
use crate::history::compaction::{Plan, Reason};
use crate::history::{
    Absence, Flag, History, KeyId, Kind, Link, Revision, RowIx, Standing, chain as life,
};
use crate::report::Chain;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    source: &'a str,
    #[serde(flatten)]
    origin: Origin<'a>,
    revisions: Revisions,
    #[serde(flatten)]
    name: Name,
    verdict: KeyVerdict,
    /// The newest row; null for a key without one.
    state: Option<KeyState>,
    rows: Vec<Row>,
    forks: Vec<Fork>,
    /// The rows that the newest one does not go back to; left out where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    strays: Option<Vec<Revision>>,
    generations: Vec<Generation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compaction: Option<Compaction>,
    #[serde(flatten)]
    gaps: Gaps<'a>,
}

#[derive(Serialize)]
struct Row {
    id: Revision,
    /// Where it differs from the key's: the collation takes both for one.
    #[serde(flatten)]
    name: Option<Name>,
    #[serde(flatten)]
    columns: Columns,
    kind: &'static str,
    standing: &'static str,
    link: Arrow,
    /// The rows that point here.
    successors: Vec<Revision>,
    #[serde(flatten)]
    outcome: Option<Outcome>,
    /// Left out where it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Bounds>,
}

/// The columns; those that the source does not have are left out.
#[derive(Serialize)]
struct Columns {
    #[serde(skip_serializing_if = "is_unknown", serialize_with = "flag")]
    created: Flag,
    #[serde(skip_serializing_if = "is_unknown", serialize_with = "flag")]
    deleted: Flag,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_revision: Option<Nullable<Revision>>,
    prev_revision: Option<Revision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease: Option<Nullable<i32>>,
}

/// A column that the source has, whose value may be NULL.
#[derive(Serialize)]
#[serde(transparent)]
struct Nullable<T>(Option<T>);

#[derive(Serialize)]
struct Arrow {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<Revision>,
    /// Whose row it leads to, where that is another key's.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Name>,
    /// Why it is missing: `compacted`, `broken`, `unexplained`; or `forward`, for an id above the
    /// row's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

#[derive(Serialize)]
struct Fork {
    prev: Revision,
    rows: Vec<Revision>,
}

#[derive(Serialize)]
struct Generation {
    first: Revision,
    last: Revision,
    rows: usize,
}

#[derive(Serialize)]
struct Compaction {
    target: Target,
    policy: Policy,
    batches: u64,
    /// What happens to the key; null when its state does not change.
    effect: Option<&'static str>,
    #[serde(flatten)]
    change: Option<Change>,
    rule: &'static str,
    stop: Ending,
}

#[derive(Serialize)]
struct Outcome {
    fate: &'static str,
    reason: &'static str,
    /// The row that the reason speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Revision>,
    /// The transaction that removes the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<u64>,
}

/// Writes the chain, the oldest row first.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn chain(out: &mut dyn Write, chain: &Chain<'_>) -> io::Result<()> {
    let Chain { table, key, plan, .. } = *chain;
    let history = table.history;
    let mut rows: Vec<RowIx> = history.rows_of(key).collect();
    rows.reverse();
    let ids = |rows: Vec<RowIx>| rows.into_iter().map(|at| history.id(at)).collect();
    let document = Document {
        schema: "kinescope.chain/v1",
        source: table.source,
        origin: Origin::of(&table),
        revisions: Revisions::of(history),
        name: Name::new(Some(history.name(key))),
        verdict: KeyVerdict::of(&table, chain.verdict, key),
        state: history.key(key).newest.map(|at| KeyState::new(history.id(at), history.is_live(at))),
        rows: rows.into_iter().map(|at| row(chain, at)).collect(),
        forks: history
            .forks_of(key)
            .into_iter()
            .map(|fork| Fork { prev: fork.prev, rows: ids(fork.rows) })
            .collect(),
        strays: (table.is_whole() && !history.may_be_a_part()).then(|| ids(history.strays(key))),
        generations: history
            .generations(key)
            .into_iter()
            .map(|life::Generation { first, last, rows }| Generation {
                first: history.id(first),
                last: history.id(last),
                rows,
            })
            .collect(),
        compaction: plan.map(|plan| {
            let effect = plan.effect_on(history, key);
            Compaction {
                target: Target::of(plan),
                policy: Policy::of(plan),
                batches: plan.transactions,
                effect: effect.as_ref().map(|effect| words::effect_word(effect.effect)),
                change: effect.map(|effect| Change::of(history, plan, &effect)),
                rule: rule(plan.policy.algorithm),
                stop: Ending::of(plan),
            }
        }),
        gaps: Gaps::of(&table),
    };
    super::write(out, &document)
}

fn row(chain: &Chain<'_>, at: RowIx) -> Row {
    let Chain { table, key, plan, times, .. } = *chain;
    let history = table.history;
    let row = history.row(at);
    let known = history.profile().columns;
    let mut successors: Vec<Revision> = history.successors(at).map(|by| history.id(by)).collect();
    successors.sort_unstable();
    Row {
        id: row.id,
        name: (row.name != Some(history.name(key))).then(|| Name::new(row.name)),
        columns: Columns {
            created: row.created,
            deleted: row.deleted,
            create_revision: known.create_revision.then_some(Nullable(row.create_revision)),
            prev_revision: row.prev_revision,
            lease: known.lease.then_some(Nullable(row.lease)),
        },
        kind: kind(history.kind(at)),
        standing: standing(history.standing(at)),
        link: link(history, key, at),
        successors,
        outcome: plan.map(|plan| outcome(history, plan, at)),
        written: times.map(|times| Bounds::of(times.written(history, at), times.zone)),
    }
}

fn link(history: &History, key: KeyId, at: RowIx) -> Arrow {
    let to = |r#type, prev: RowIx| {
        let elsewhere = history.key_at(prev) != Some(key);
        Arrow {
            r#type,
            prev: Some(history.id(prev)),
            key: elsewhere.then(|| Name::new(history.row(prev).name)),
            why: None,
        }
    };
    match history.link(at) {
        Link::None => Arrow { r#type: "none", prev: None, key: None, why: None },
        Link::Present(prev) => to("present", prev),
        Link::Forward(prev) => to("forward", prev),
        Link::Itself => to("self", at),
        Link::Missing(prev, why) => {
            let why = match why {
                Absence::Compacted => "compacted",
                Absence::Broken => "broken",
                Absence::Unexplained(_) => "unexplained",
            };
            Arrow { r#type: "missing", prev: Some(prev), key: None, why: Some(why) }
        }
        Link::Ahead(prev) => {
            Arrow { r#type: "missing", prev: Some(prev), key: None, why: Some("forward") }
        }
    }
}

fn outcome(history: &History, plan: &Plan, at: RowIx) -> Outcome {
    let (reason, by) = match plan.reason(history, at) {
        Reason::PointedAt(by) => ("pointed-at", Some(by)),
        Reason::Tombstone => ("tombstone", None),
        Reason::CompactRevision => ("compact-revision", None),
        Reason::PointedAtFromAbove(by) => ("pointed-at-from-above", Some(by)),
        Reason::AboveTarget => ("above-target", None),
        Reason::Newest => ("newest", None),
        Reason::Forgotten => ("forgotten", None),
        Reason::Nameless => ("nameless", None),
        Reason::NotCounted(by) => ("not-counted", Some(by)),
        Reason::Untouched => ("untouched", None),
        Reason::Mark => ("mark", None),
    };
    Outcome {
        fate: if plan.survives(at) { "survives" } else { "removed" },
        reason,
        by: by.map(|by| history.id(by)),
        batch: plan.batch_of(at).map(|batch| batch.number),
    }
}

pub(super) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Create => "create",
        Kind::Update => "update",
        Kind::Delete => "delete",
        Kind::Gap => "gap",
        Kind::Mark => "mark",
    }
}

pub(super) const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Live => "live",
        Standing::Deleted => "deleted",
        Standing::Superseded => "superseded",
        Standing::Forgotten => "forgotten",
        Standing::Unreadable => "unreadable",
        Standing::Nameless => "nameless",
        Standing::Gap => "gap",
        Standing::Mark => "mark",
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_unknown(flag: &Flag) -> bool {
    *flag == Flag::Unknown
}

/// 0 or 1, null, or the word that it is neither.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn flag<S: Serializer>(flag: &Flag, serializer: S) -> Result<S::Ok, S::Error> {
    match flag {
        Flag::Unknown | Flag::Null => serializer.serialize_none(),
        Flag::No => serializer.serialize_u8(0),
        Flag::Yes => serializer.serialize_u8(1),
        Flag::Odd => serializer.serialize_str("odd"),
    }
}
