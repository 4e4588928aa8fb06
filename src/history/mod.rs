//! The core: every revision of a kine table, linked, and what follows from that.
//!
//! A [`History`] is filled with [`Row`]s in the order of their ids and then asked: for a key's
//! [`chain`], for what a row [is](History::standing), for its picture
//! ([`lanes`]), and for what a compaction would do ([`compaction`]). Nothing here knows a terminal,
//! a socket or a clock.

mod as_of;
pub mod certificate;
pub mod chain;
pub mod clock;
pub mod collation;
mod column;
pub mod compaction;
pub mod compare;
mod database;
mod diff;
pub mod graph;
mod horizon;
mod index;
mod indexes;
pub mod key;
pub mod lanes;
mod linking;
mod log;
mod merge;
mod profile;
mod replay;
mod request;
pub mod row;
mod row_columns;
pub mod row_state;
pub(crate) mod runs;
mod stray;
#[cfg(test)]
mod tests;
mod trial;
pub mod usage;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::Range;

pub use crate::history::linking::PushError;
pub use as_of::{AsOf, Doubt, KeyThen, Then, Version};
pub use chain::{Absence, Fork, Generation, Link, Unknown};
pub use collation::Collation;
pub use database::{Column, Database, Index, IndexPart, Product, Server};
pub use diff::{Change, Diff, KeyDiff, diff, resource_prefix};
pub use graph::{Edge, RowIx};
pub use horizon::Horizon;
pub use indexes::UNIQUE_INDEX;
pub use key::{Key, KeyId, MARK_NAME, NameId};
pub use log::LogFilter;
pub use merge::Merge;
pub use profile::{Dialect, Part, Profile};
pub use replay::Replay;
pub use request::{REQUESTS_NAME, Request, RequestValue, is_requests_name};
pub use row::{Columns, Flag, Revision, Row, Rows};
pub use row_state::{Kind, Standing};
pub use trial::{NoTrial, Trial};

use rustc_hash::FxHashMap;

use crate::history::row_columns::{Flags, Older, Store};
use graph::Graph;
use key::Keys;

/// Every revision of a table, by id and by key.
///
/// A row costs 15 bytes, 8 in the graph and 16 there if it points at one; a name is held once.
/// What grows, grows in parts, so that no row waits until others have been moved.
#[derive(Debug)]
pub struct History {
    profile: Profile,
    store: Store,
    graph: Graph,
    keys: Keys,
    /// Rows whose predecessor has a higher id and has not come yet, by that id.
    waiting: BTreeMap<Revision, Vec<RowIx>>,
    /// How many rows of a tangled key have a prev revision.
    prevs: FxHashMap<(KeyId, Revision), u32>,
    /// Rows that point forward or at themselves.
    misdirected: usize,
    horizon: Horizon,
    nameless: usize,
    forks: usize,
    /// Keys that have rows.
    keyed: usize,
    /// What the values of the rows named `compact_rev_key_apiserver` say, by id.
    requests: BTreeMap<Revision, RequestValue>,
}

/// A row without its name, which every look at a whole table would have to fetch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells {
    pub(crate) id: Revision,
    pub(crate) has_name: bool,
    /// Whether it is named `compact_rev_key`.
    pub(crate) is_mark: bool,
    pub(crate) created: Flag,
    pub(crate) deleted: Flag,
    pub(crate) create_revision: Option<Revision>,
    pub(crate) prev_revision: Option<Revision>,
    pub(crate) lease: Option<i32>,
}

impl History {
    /// No rows yet.
    pub fn new(profile: Profile) -> Self {
        let keys = Keys::new(profile.collation.clone());
        Self {
            profile,
            store: Store::default(),
            graph: Graph::new(),
            keys,
            waiting: BTreeMap::new(),
            prevs: FxHashMap::default(),
            misdirected: 0,
            horizon: Horizon::default(),
            nameless: 0,
            forks: 0,
            keyed: 0,
            requests: BTreeMap::new(),
        }
    }

    /// No rows yet, of a table of which as much is known as of this one.
    #[must_use]
    pub fn like(&self) -> Self {
        Self { requests: self.requests.clone(), ..Self::new(self.profile.clone()) }
    }

    /// What was known before the rows came.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Takes what became known of the table besides, when its rows had come: indexes, the dialect, and what
    /// a server would say. How names compare stays as it was.
    pub fn learn(&mut self, profile: Profile) {
        let Profile { unique_index, dialect, database, .. } = profile;
        let current = self.profile.current.max(profile.current);
        self.profile = Profile { current, unique_index, dialect, database, ..self.profile.clone() };
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.store.ids.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every row, in the order of ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = RowIx> + ExactSizeIterator + use<> {
        (0..self.graph.rows()).map(RowIx)
    }

    /// The rows from one position up to, and without, another.
    pub fn rows_at(
        &self,
        positions: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = RowIx> + use<> {
        let position = |at: usize| u32::try_from(at.min(self.len())).unwrap_or(u32::MAX);
        (position(positions.start)..position(positions.end)).map(RowIx)
    }

    /// A row.
    pub fn row(&self, at: RowIx) -> Row<'_> {
        let flags = self.store.flags(at);
        Row {
            id: self.id(at),
            name: self.name_at(at).map(|name| self.keys.bytes_of(name)),
            created: flags.created(),
            deleted: flags.deleted(),
            create_revision: self.store.create_revision(at),
            prev_revision: self.prev_revision(at),
            lease: self.store.lease(at),
        }
    }

    /// A row without its name; `prev` is the [row that it points at](Self::prev), which whoever looks at
    /// both has.
    pub(crate) fn cells(&self, at: RowIx, prev: Option<RowIx>) -> Cells {
        let flags = self.store.flags(at);
        Cells {
            id: self.id(at),
            has_name: !flags.any(Flags::NULL_NAME),
            is_mark: flags.any(Flags::IS_MARK),
            created: flags.created(),
            deleted: flags.deleted(),
            create_revision: self.store.create_revision(at),
            prev_revision: self.store.prev_revision(at, || prev),
            lease: self.store.lease(at),
        }
    }

    /// Brings into the cache what is kept of the rows that some rows point at, which are anywhere: the
    /// loads of all are on their way at the same time, where one look after the other would wait for each.
    pub(crate) fn fetch_prevs(&self, rows: impl Iterator<Item = RowIx>) {
        for prev in rows.filter_map(|at| self.prev(at)) {
            black_box((self.store.ids.get(prev), self.store.name(prev)));
            self.store.fetch(prev);
        }
    }

    /// Whether two rows are of one key.
    pub(crate) fn is_same_key(&self, one: RowIx, other: RowIx) -> bool {
        // Most rows of a key spell its name the same way.
        let (name, its) = (self.store.name(one), self.store.name(other));
        let are_named = name != NameId::NULL && its != NameId::NULL;
        are_named && (name == its || self.keys.key_of(name) == self.keys.key_of(its))
    }

    /// The columns of a row that are NULL, in the table's order, although kine reads them into what
    /// cannot be NULL: into texts, numbers and flags (`scan` in `sqllog.go`). A column that the source
    /// does not have is none of them.
    pub fn nulls(&self, at: RowIx) -> impl Iterator<Item = &'static str> + use<> {
        let flags = self.store.flags(at);
        let columns = self.profile.columns;
        let nulls = [
            (flags.any(Flags::NULL_NAME), "name"),
            (flags.created() == Flag::Null, "created"),
            (flags.deleted() == Flag::Null, "deleted"),
            (columns.create_revision && flags.any(Flags::NULL_CREATE), "create_revision"),
            (flags.any(Flags::NULL_PREV), "prev_revision"),
            (columns.lease && flags.any(Flags::NULL_LEASE), "lease"),
        ];
        nulls.into_iter().filter_map(|(null, name)| null.then_some(name))
    }

    /// A row's revision.
    pub fn id(&self, at: RowIx) -> Revision {
        self.store.ids.get(at)
    }

    /// A row's `deleted` column.
    pub fn deleted(&self, at: RowIx) -> Flag {
        self.store.flags(at).deleted()
    }

    /// Whether the row is one of those named `compact_rev_key`, as the collation compares.
    pub fn is_mark(&self, at: RowIx) -> bool {
        self.store.flags(at).any(Flags::IS_MARK)
    }

    /// Whether kine's compaction follows the row's prev revision: its name is not NULL, and not
    /// `compact_rev_key` (`name != 'compact_rev_key'` is unknown for NULL).
    pub fn is_pointer(&self, at: RowIx) -> bool {
        !self.store.flags(at).any(Flags::NULL_NAME | Flags::IS_MARK | Flags::NULL_PREV)
    }

    /// A row's `created` column.
    pub(crate) fn created(&self, at: RowIx) -> Flag {
        self.store.flags(at).created()
    }

    /// A row's create revision.
    pub(crate) fn create_revision(&self, at: RowIx) -> Option<Revision> {
        self.store.create_revision(at)
    }

    /// Whether kine would give a gap row the name of a row.
    fn has_gap_name(&self, at: RowIx) -> bool {
        self.store.flags(at).any(Flags::IS_GAP_NAME)
    }

    fn name_at(&self, at: RowIx) -> Option<NameId> {
        Some(self.store.name(at)).filter(|&name| name != NameId::NULL)
    }

    fn prev_revision(&self, at: RowIx) -> Option<Revision> {
        self.store.prev_revision(at, || self.prev(at))
    }

    /// The row with that id.
    pub fn find(&self, id: Revision) -> Option<RowIx> {
        self.store.ids.find(id)
    }

    /// The first row whose id is higher than that, as a position; the number of rows if none is.
    pub fn position_after(&self, id: Revision) -> usize {
        id.checked_add(1).map_or(self.len(), |next| self.position_before(next))
    }

    /// The first row whose id is not lower than that, as a position.
    pub fn position_before(&self, id: Revision) -> usize {
        self.store.ids.rank(id)
    }

    /// The current revision: MAX(id) of the table, also where its row was left out.
    pub fn current(&self) -> Option<Revision> {
        self.profile.current.max(self.store.ids.last())
    }

    /// What the newest row named `compact_rev_key` holds, which is what kine read as the compact
    /// revision before v0.5.0.
    pub fn newest_compacted(&self) -> Option<Revision> {
        self.rows_of(KeyId::MARK).next().and_then(|at| self.prev_revision(at))
    }

    /// The key of a row; `None` when its name is NULL.
    pub fn key_at(&self, at: RowIx) -> Option<KeyId> {
        self.name_at(at).map(|name| self.keys.key_of(name))
    }

    /// What is known of a key.
    pub fn key(&self, key: KeyId) -> &Key {
        self.keys.get(key)
    }

    /// A key's name, as its newest row spells it.
    pub fn name(&self, key: KeyId) -> &[u8] {
        self.keys.bytes_of(self.keys.get(key).name)
    }

    /// The key of that name, in the column's collation. A key without rows is not found.
    pub fn find_key(&self, name: &[u8]) -> Option<KeyId> {
        self.keys.find(name).filter(|&key| self.key(key).rows > 0)
    }

    /// Every key that has rows, in the order in which they first came.
    pub fn keys(&self) -> impl Iterator<Item = (KeyId, &Key)> {
        self.keys.iter().filter(|(_, key)| key.rows > 0)
    }

    /// Things of keys in the order of the keys' names, byte by byte; of each key there is one at most.
    pub fn in_order_of_names<T: Copy>(&self, things: &[T], key: impl Fn(&T) -> KeyId) -> Vec<T> {
        let mut places = vec![None; self.key_bound()];
        for thing in things {
            places[key(thing).index()] = Some(*thing);
        }
        let order = usage::sorted_by_name(self, things.iter().map(key));
        order.into_iter().filter_map(|key| places[key.index()]).collect()
    }

    /// How many keys have rows.
    pub const fn key_count(&self) -> usize {
        self.keyed
    }

    /// The keys from a bound on, with or without rows.
    pub fn key_ids_from(&self, bound: usize) -> impl Iterator<Item = KeyId> + use<> {
        (bound..self.keys.len()).filter_map(|at| u32::try_from(at).ok().map(KeyId))
    }

    /// An upper bound of [`KeyId::index`], for tables by key.
    pub const fn key_bound(&self) -> usize {
        self.keys.len()
    }

    /// Whether a key's name begins so, as the column compares; nothing begins every name.
    pub fn begins(&self, key: KeyId, prefix: &[u8]) -> bool {
        prefix.is_empty() || self.profile.collation.begins(self.name(key), prefix)
    }

    /// A key's rows, the newest first.
    pub fn rows_of(&self, key: KeyId) -> impl Iterator<Item = RowIx> + '_ {
        std::iter::successors(self.key(key).newest, |&at| self.older(at))
    }

    /// The next older row of the same key.
    pub fn older(&self, at: RowIx) -> Option<RowIx> {
        match self.store.older(at) {
            Older::None => None,
            Older::Prev => self.prev(at),
            Older::Other(row) => Some(row),
        }
    }

    /// The rows that point at a row, itself included if it does.
    pub fn successors(&self, at: RowIx) -> impl Iterator<Item = RowIx> + '_ {
        self.graph.successors(at)
    }

    /// The row that a row points at, when that is in the table.
    pub fn prev(&self, at: RowIx) -> Option<RowIx> {
        self.graph.prev(at).and_then(|(_, prev)| prev)
    }

    pub(crate) fn edge(&self, at: RowIx) -> Option<(Edge, Option<RowIx>)> {
        self.graph.prev(at)
    }

    /// Whether any row points forward: then compaction in batches may leave more than in one go.
    pub const fn points_forward(&self) -> bool {
        self.misdirected > 0
    }

    /// How many forks there are: pairs of a key and a prev revision that more than one row has.
    pub const fn forks(&self) -> usize {
        self.forks
    }

    /// Whether no two rows of a key can have one prev revision. Where the source does not tell of
    /// the index, it is there as kine makes it, unless the rows say otherwise.
    pub fn is_unique(&self) -> bool {
        self.profile.unique_index.unwrap_or_else(|| self.forks == 0 && !self.is_mark_duplicated())
    }

    /// Whether two rows named `compact_rev_key` hold the same revision, which the unique index on
    /// name and prev revision forbids.
    pub fn is_mark_duplicated(&self) -> bool {
        let mut marks: Vec<_> =
            self.rows_of(KeyId::MARK).filter_map(|at| self.prev_revision(at)).collect();
        marks.sort_unstable();
        !marks.is_sorted_by(|one, next| one < next)
    }

    /// How many rows have no name.
    pub const fn nameless(&self) -> usize {
        self.nameless
    }

    /// Whether a row makes its key live, as long as it is its newest: its `deleted` is 0.
    pub fn is_live(&self, at: RowIx) -> bool {
        self.deleted(at).is_live()
    }

    /// Whether nobody can tell if these are all rows of a table: somebody exported or pasted them,
    /// and `compact_rev_key`, which every table has, is not among them.
    pub fn may_be_a_part(&self) -> bool {
        self.profile.excerpt && self.compacted().is_none()
    }
}
