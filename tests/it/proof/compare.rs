//! What kine did to a table beside what was foreseen.

use std::collections::BTreeMap;
use std::fmt::Debug;

use kinescope::history::compaction::{Effect, Plan, Policy, Reason, Stop, plan};
use kinescope::history::{Flag, History, Revision, RowIx};

use super::desk::Desk;
use super::kine::{self, Listed};
use super::layers;
use super::table::{Case, Row};
use crate::support::any::Client;

/// What a table was, for the tally.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    pub stop: Option<Stop>,
    pub effects: Vec<Effect>,
    /// How often the key whose layers were tried came back.
    pub layers: usize,
    pub transactions: u64,
    pub removed: usize,
    pub rows: usize,
    pub forks: usize,
    /// Whether one transaction would have left other rows than the batches do.
    pub batches_matter: bool,
}

/// Why a table is not as foreseen.
#[derive(Debug)]
pub enum Wrong {
    /// In words.
    Differs(String),
    /// The database refused something.
    Refused(sqlx::Error),
}

impl From<sqlx::Error> for Wrong {
    fn from(error: sqlx::Error) -> Self {
        Self::Refused(error)
    }
}

/// A key as the database groups it: its newest row before, and what is listed of it after.
type Keys = BTreeMap<Revision, (bool, Option<Listed>)>;

/// Loads the table, foresees the compaction, lets kine do it, and compares.
pub async fn check(desk: &mut Desk<impl Client>, case: &Case) -> Result<Seen, Wrong> {
    desk.fill(&case.rows).await?;
    let before = desk.rows().await?;
    let groups = desk.groups().await?;
    let listed = desk.listed().await?;
    let history = desk.read().await.map_err(Wrong::Differs)?;
    same("the rows as kinescope reads them", &as_read(&before), &read(&history))?;

    let policy =
        Policy { min_retain: case.min_retain, batch_size: case.batch_size, ..Policy::DEFAULT };
    let foreseen = plan(&history, case.target, policy);
    let ran = kine::compact(&mut desk.connection, case.target, policy).await?;

    // To kine's SQL a mark that is missing and one that is NULL are the same NULL.
    let foreseen_stop = match foreseen.stop {
        Stop::NullMark => Stop::NoMark,
        stop => stop,
    };
    same("why it ends", &ran.stop, &foreseen_stop)?;
    same("how many transactions", &(ran.transactions.len() as u64), &foreseen.transactions)?;
    let batches: Vec<_> = ran.transactions.iter().filter(|it| it.removed > 0).copied().collect();
    same("the transactions that remove rows", &batches, &transactions(&foreseen))?;
    let survivors = desk.rows().await?;
    same("the rows that are left", &survivors, &left(&before, &history, &foreseen))?;
    same("how many rows are left", &survivors.len(), &foreseen.after())?;
    same("how many rows go", &(before.len() - survivors.len()), &foreseen.removed())?;
    if let Some(compacted) = kine::compacted(&mut desk.connection).await? {
        same("the compact revision", &compacted, &foreseen.reached)?;
    }

    let listed_after = desk.listed().await?;
    let keys = keys(&groups, &listed, &listed_after);
    same("the keys kine lists", &keys, &foreseen_keys(&history, &foreseen))?;
    let effects = effects(&keys);
    same("what becomes of keys", &effects, &foreseen_effects(&history, &foreseen))?;
    reasons(&history, &foreseen)?;

    let layers = layers::check(desk, &history, &foreseen).await?;
    let at_once = plan(&history, case.target, Policy { batch_size: u64::MAX, ..policy });
    Ok(Seen {
        stop: Some(foreseen.stop),
        effects: effects.into_iter().map(|(_, effect, _)| effect).collect(),
        layers,
        transactions: foreseen.transactions,
        removed: foreseen.removed(),
        rows: before.len(),
        forks: history.forks(),
        batches_matter: foreseen.reached == at_once.reached
            && foreseen.removed() != at_once.removed(),
    })
}

/// Two things that must be equal, as the database has it and as kinescope has it.
pub fn same<T: Debug + PartialEq>(what: &str, database: &T, ours: &T) -> Result<(), Wrong> {
    if database == ours {
        return Ok(());
    }
    Err(Wrong::Differs(format!("{what}:\n  the database: {database:#?}\n  kinescope: {ours:#?}")))
}

/// What is compared of a row that kinescope has read: it reads no values, and of a flag only what
/// matters.
type Read = (Revision, Option<Vec<u8>>, [Flag; 2], [Option<u64>; 2], Option<i64>);

fn as_read(rows: &[Row]) -> Vec<Read> {
    let flag = |flag: Option<i64>| flag.map_or(Flag::Null, Flag::from_number);
    rows.iter()
        .map(|row| {
            let flags = [flag(row.created), flag(row.deleted)];
            let revisions = [row.create_revision, row.prev_revision];
            (row.id, row.name.clone(), flags, revisions, row.lease)
        })
        .collect()
}

fn read(history: &History) -> Vec<Read> {
    history
        .iter()
        .map(|at| {
            let row = history.row(at);
            let flags = [row.created, row.deleted];
            let revisions = [row.create_revision, row.prev_revision];
            (row.id, row.name.map(<[u8]>::to_vec), flags, revisions, row.lease.map(i64::from))
        })
        .collect()
}

fn transactions(plan: &Plan) -> Vec<kine::Transaction> {
    plan.batches()
        .map(|batch| kine::Transaction {
            number: batch.number,
            target: batch.target,
            removed: batch.removed as u64,
        })
        .collect()
}

/// The rows that are left by plan, every column.
fn left(before: &[Row], history: &History, plan: &Plan) -> Vec<Row> {
    before
        .iter()
        .filter_map(|row| {
            let at = history.find(row.id)?;
            let prev_revision = plan.prev_after(history, at);
            plan.survives(at).then(|| Row { prev_revision, ..row.clone() })
        })
        .collect()
}

/// The keys as the database has them: `groups` says which rows are of one key.
fn keys(groups: &BTreeMap<Revision, Revision>, before: &[Listed], after: &[Listed]) -> Keys {
    let mut keys: Keys = before.iter().map(|it| (it.revision, (it.live, None))).collect();
    for listed in after {
        let newest = groups[&listed.revision];
        keys.get_mut(&newest).expect("every key was listed before").1 = Some(*listed);
    }
    keys
}

fn foreseen_keys(history: &History, plan: &Plan) -> Keys {
    let listed = |at: RowIx| Listed { revision: history.id(at), live: history.is_live(at) };
    history
        .keys()
        .filter_map(|(id, key)| {
            let newest = listed(key.newest?);
            let after = history.rows_of(id).find(|&at| plan.survives(at));
            Some((newest.revision, (newest.live, after.map(listed))))
        })
        .collect()
}

type Affected = (Revision, Effect, Option<Listed>);

/// What became of the keys that are not as they were.
fn effects(keys: &Keys) -> Vec<Affected> {
    keys.iter()
        .filter_map(|(&newest, &(live, after))| {
            let effect = match (live, after.is_some_and(|after| after.live)) {
                (false, true) => Effect::Resurrected,
                (true, false) => Effect::Lost,
                (true, true) if after.is_some_and(|after| after.revision != newest) => {
                    Effect::Reverted
                }
                _ => return None,
            };
            Some((newest, effect, after))
        })
        .collect()
}

fn foreseen_effects(history: &History, plan: &Plan) -> Vec<Affected> {
    let mut effects: Vec<Affected> = plan
        .effects(history)
        .into_iter()
        .map(|it| {
            let after = it.after.map(|it| Listed { revision: it.revision, live: it.live });
            (it.before.revision, it.effect, after)
        })
        .collect();
    effects.sort_by_key(|it| it.0);
    effects
}

/// The reason that is given for each row is one that kine's statement knows.
fn reasons(history: &History, plan: &Plan) -> Result<(), Wrong> {
    for at in history.iter() {
        let reason = plan.reason(history, at);
        let points = |by: RowIx| history.prev(by) == Some(at);
        let holds = match (reason, plan.batch_of(at)) {
            (Reason::PointedAt(by), Some(batch)) => {
                points(by) && history.is_pointer(by) && history.id(by) <= batch.target
            }
            (Reason::Tombstone, Some(batch)) => {
                history.deleted(at).is_set() && history.id(at) <= batch.target
            }
            (Reason::PointedAtFromAbove(by), None) => {
                points(by) && history.is_pointer(by) && history.id(by) > plan.reached
            }
            (Reason::NotCounted(by), None) => {
                points(by) && history.is_pointer(by) && !plan.survives(by)
            }
            (Reason::AboveTarget, None) => history.id(at) > plan.reached,
            (Reason::Newest | Reason::Forgotten | Reason::Nameless, None) => {
                let key = history.key_at(at).map(|key| history.key(key).newest == Some(at));
                let expected = match key {
                    None => Reason::Nameless,
                    Some(true) => Reason::Newest,
                    Some(false) => Reason::Forgotten,
                };
                history.id(at) <= plan.reached
                    && !history.deleted(at).is_set()
                    && !history.successors(at).any(|by| history.is_pointer(by))
                    && reason == expected
            }
            (Reason::Untouched, None) => plan.transactions == 0,
            (Reason::Mark, None) => history.is_mark(at),
            _ => false,
        };
        if !holds {
            let row = history.row(at);
            return Err(Wrong::Differs(format!("revision {} is no {reason:?}", row.id)));
        }
    }
    Ok(())
}
