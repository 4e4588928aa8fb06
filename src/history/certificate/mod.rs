//! What a table was, and what a compaction was said to leave of it: to be held against the table later.
//!
//! ```text
//!   table when it was read      1 2 3 │ 4 5 6 7 │ 8 9        for each block of ids: which rows, and a hash
//!   what stays of it            1   3 │     6   │ 8 9        the same of those that stay
//! ```
//!
//! A hash is of every column but the values, which are not read. The prev revision of `compact_rev_key` is
//! left out of it: it is the compact revision, which every compaction moves.

mod ids;
mod verify;

pub use ids::{Ids, NotIds};
pub use verify::{KeyNow, Outcome, Verification};

use sha2::{Digest, Sha256};

use super::compaction::{Effect, KeyEffect, Plan, Policy};
use super::{Flag, History, Revision, RowIx};

/// How many ids one block has.
pub const BLOCK: Revision = 1000;

/// Some rows of a block of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Which.
    pub ids: Ids,
    /// SHA-256 of them.
    pub hash: [u8; 32],
}

/// What a compaction does to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The key's name.
    pub name: Vec<u8>,
    /// What happens to it.
    pub effect: Effect,
    /// The revision that it then has; `None` when no row is left.
    pub after: Option<Revision>,
}

/// What a table was, and what a compaction leaves of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The highest id.
    pub current: Revision,
    /// The compact revision.
    pub compacted: Option<Revision>,
    /// The revision that is compacted to.
    pub reached: Revision,
    /// With which settings.
    pub policy: Policy,
    /// All rows.
    pub table: Vec<Block>,
    /// Those that stay.
    pub survivors: Vec<Block>,
    /// The keys that change, in the order of their names' bytes.
    pub keys: Vec<Promise>,
}

impl Certificate {
    /// Of a compaction of a history, which is to be a whole table.
    pub fn of(history: &History, plan: &Plan) -> Self {
        Self {
            current: history.current().unwrap_or_default(),
            compacted: history.compacted(),
            reached: plan.reached,
            policy: plan.policy,
            table: blocks(history, history.iter()),
            survivors: blocks(history, history.iter().filter(|&at| plan.survives(at))),
            keys: promises(history, plan),
        }
    }
}

fn promises(history: &History, plan: &Plan) -> Vec<Promise> {
    let promise = |effect: KeyEffect| Promise {
        name: history.name(effect.key).to_vec(),
        effect: effect.effect,
        after: effect.after.map(|after| after.revision),
    };
    let mut all: Vec<Promise> = plan.effects(history).into_iter().map(promise).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// Rows by blocks of ids. Blocks without a row are left out.
fn blocks(history: &History, rows: impl Iterator<Item = RowIx>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut of, mut ids, mut hash) = (None, Ids::default(), Sha256::new());
    for at in rows {
        let id = history.id(at);
        if of.is_some_and(|of| of != id / BLOCK) {
            let ids = std::mem::take(&mut ids);
            blocks.push(Block { ids, hash: hash.finalize_reset().into() });
        }
        of = Some(id / BLOCK);
        ids.push(id);
        add(&mut hash, history, at);
    }
    if of.is_some() {
        blocks.push(Block { ids, hash: hash.finalize().into() });
    }
    blocks
}

/// Each number in 8 bytes, little-endian, after a byte that says whether it is there; a name after its
/// length; flags as a letter.
fn add(hash: &mut Sha256, history: &History, at: RowIx) {
    let row = history.row(at);
    let mut number = |number: Option<u64>| {
        hash.update([u8::from(number.is_some())]);
        hash.update(number.unwrap_or_default().to_le_bytes());
    };
    number(Some(row.id));
    number(row.prev_revision.filter(|_| !history.is_mark(at)));
    number(row.create_revision);
    number(row.lease.map(|lease| u64::from(lease.cast_unsigned())));
    number(row.name.map(|name| name.len() as u64));
    hash.update(row.name.unwrap_or_default());
    hash.update([letter(row.created), letter(row.deleted)]);
}

const fn letter(flag: Flag) -> u8 {
    match flag {
        Flag::Unknown => b'?',
        Flag::Null => b'n',
        Flag::No => b'0',
        Flag::Yes => b'1',
        Flag::Odd => b'x',
    }
}
