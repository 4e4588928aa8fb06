//! How a history grows: rows are interned, linked to the rows before them, and appended to their keys.

use std::hint::black_box;

use super::{History, KeyId, NameId, Older, Revision, Row, RowIx, Rows};

/// Why a row was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// Two rows have one id, which a primary key forbids.
    #[error("revision {0} occurs twice")]
    Twice(Revision),
    /// The rows are not in the order of their ids.
    #[error("revision {id} comes after revision {after}: rows must come in the order of their ids")]
    Order {
        /// The row that came too late.
        id: Revision,
        /// The row before it.
        after: Revision,
    },
    /// There are more rows than can be counted.
    #[error("the table has more rows than the 2,147,483,646 that can be held")]
    TooMany,
}

/// How many rows a key has, in most tables at least.
const ROWS_A_KEY: usize = 8;
/// How many rows are linked at once.
const BLOCK: usize = 64;
/// How many rows there are at most, so that 32 bits count twice as many things of them.
const MOST_ROWS: usize = i32::MAX as usize - 1;

/// Rows are linked a block at a time, and each block in phases:
///
/// ```text
///            row 1    row 2    row 3   …
///   take     ──────────────────────────▶   ids, as long as they ascend
///   find     ──────────────────────────▶   the rows that they point at
///   fetch    ──────────────────────────▶   what is known of those: name, key, node
///   intern   ──────────────────────────▶   names are compared, columns are filled
///   link     ──────────────────────────▶   edges
///   append   ──────────────────────────▶   keys: forks, the newest row
/// ```
///
/// A row that is pointed at is anywhere, mostly not in the cache, and to link a row is little work once
/// it is. One row after the other would wait for memory five times each; a phase waits for many rows at
/// once.
impl History {
    /// Makes room for that many more rows, where that is not done in parts.
    pub fn reserve(&mut self, rows: usize) {
        self.graph.reserve(rows);
        self.keys.reserve(rows / ROWS_A_KEY);
    }

    /// Adds a batch of rows.
    ///
    /// # Errors
    ///
    /// As [`History::append`].
    pub fn extend(&mut self, rows: &Rows) -> Result<(), PushError> {
        self.append(&mut rows.iter())
    }

    /// Adds the row with the next higher id and links it.
    ///
    /// # Errors
    ///
    /// As [`History::append`].
    pub fn push(&mut self, row: Row<'_>) -> Result<(), PushError> {
        self.append(&mut std::iter::once(row))
    }

    /// Adds rows as they come and links them.
    ///
    /// # Errors
    ///
    /// When a row's id is not higher than the last one, or 32 bits cannot count another row. The rows
    /// before that one have been added, and those after it are still to come.
    pub fn append<'a>(
        &mut self,
        rows: &mut impl Iterator<Item = Row<'a>>,
    ) -> Result<(), PushError> {
        let mut block = Vec::with_capacity(rows.size_hint().0.clamp(1, BLOCK));
        loop {
            block.clear();
            let taken = self.take(rows, &mut block);
            self.link_block(&block);
            taken?;
            if block.len() < BLOCK {
                return Ok(());
            }
        }
    }

    /// Takes rows, and their ids: all but one that cannot be, and those after it.
    fn take<'a>(
        &mut self,
        rows: &mut impl Iterator<Item = Row<'a>>,
        block: &mut Vec<Row<'a>>,
    ) -> Result<(), PushError> {
        for row in rows.take(BLOCK) {
            match self.store.ids.last() {
                Some(last) if last == row.id => return Err(PushError::Twice(row.id)),
                Some(after) if after > row.id => {
                    return Err(PushError::Order { id: row.id, after });
                }
                _ if self.len() == MOST_ROWS => return Err(PushError::TooMany),
                _ => {}
            }
            self.store.ids.push(row.id);
            block.push(row);
        }
        Ok(())
    }

    /// Links rows that were taken.
    fn link_block(&mut self, block: &[Row<'_>]) {
        let first = self.len() - block.len();
        // 0 is no pointer, not even where a row has that id.
        let points_back =
            |row: &Row<'_>| row.prev_revision.filter(|&prev| prev != 0 && prev < row.id);
        let prevs: Vec<Option<RowIx>> = block
            .iter()
            .map(|row| points_back(row).and_then(|prev| self.store.ids.find(prev)))
            .collect();
        self.fetch(first, &prevs);
        let keys: Vec<Option<KeyId>> =
            block.iter().zip(&prevs).map(|(row, &prev)| self.keep(row, prev)).collect();
        self.graph.add(block.len());
        let rows = || (first..).map(RowIx::at).zip(block).zip(&prevs);
        for ((at, row), &prev) in rows() {
            self.link_prev(at, row, prev);
        }
        for (((at, row), &prev), &key) in rows().zip(&keys) {
            self.append_to_key(at, row, key, prev);
            self.watch(at);
        }
    }

    /// Brings into the cache what is known of rows before the block. Nothing is made of it yet: so the
    /// loads of many rows are on their way at the same time.
    fn fetch(&self, first: usize, prevs: &[Option<RowIx>]) {
        let known = || prevs.iter().flatten().copied().filter(|prev| prev.index() < first);
        let names: Vec<NameId> = known().map(|prev| self.store.name(prev)).collect();
        let fetch_key = |name: NameId| {
            let bytes = self.keys.bytes_of(name);
            black_box((bytes.first().copied(), bytes.last().copied()));
            self.keys.key_of(name)
        };
        let named = names.iter().copied().filter(|&name| name != NameId::NULL);
        let keys: Vec<KeyId> = named.map(fetch_key).collect();
        for &key in &keys {
            black_box(self.keys.get(key).newest);
        }
        for prev in known() {
            self.store.fetch(prev);
            black_box(self.graph.is_pointed_at(prev));
        }
    }

    /// Keeps what a row holds, and its name; gives its key.
    fn keep(&mut self, row: &Row<'_>, prev: Option<RowIx>) -> Option<KeyId> {
        let named = row.name.map(|name| self.intern(name, prev));
        let name = named.map_or(NameId::NULL, |(name, _)| name);
        let key = named.map(|(_, key)| key);
        self.store.push(row, prev, name, key == Some(KeyId::MARK));
        key
    }

    /// The ids of a name and of its key. Most rows are of the key of the row that they point at, and
    /// are named as that is: to look there first saves most searches.
    fn intern(&mut self, name: &[u8], prev: Option<RowIx>) -> (NameId, KeyId) {
        let known = prev.map(|prev| self.store.name(prev)).filter(|&known| known != NameId::NULL);
        if let Some(known) = known.filter(|&known| self.keys.bytes_of(known) == name) {
            return (known, self.keys.key_of(known));
        }
        self.keys.intern(name)
    }

    /// Links a row to the one that it points at, and to it those that pointed forward at it.
    fn link_prev(&mut self, at: RowIx, row: &Row<'_>, prev_at: Option<RowIx>) {
        if !self.waiting.is_empty() {
            for from in self.waiting.remove(&row.id).unwrap_or_default() {
                self.graph.link(from, at);
            }
        }
        let Some(prev) = row.prev_revision.filter(|&prev| prev != 0 && !self.is_mark(at)) else {
            return;
        };
        if let Some(prev) = prev_at {
            self.graph.link(at, prev);
        } else if prev == row.id {
            self.graph.link(at, at);
            self.misdirected += 1;
        } else if prev > row.id {
            self.waiting.entry(prev).or_default().push(at);
            self.misdirected += 1;
        } else {
            self.graph.link_to_void(at);
        }
    }

    /// Appends a row to its key, and counts the fork that this may make.
    fn append_to_key(
        &mut self,
        at: RowIx,
        row: &Row<'_>,
        id: Option<KeyId>,
        prev_at: Option<RowIx>,
    ) {
        let is_mark = id == Some(KeyId::MARK);
        if let Some(compacted) = row.prev_revision.filter(|_| is_mark) {
            self.record(compacted, at);
        }
        let Some(id) = id else {
            self.nameless += 1;
            return;
        };
        match row.prev_revision {
            Some(prev) if !is_mark => {
                self.count_fork(id, row.id, prev, prev_at);
                if prev != 0 {
                    self.judge_prev(at, id, row.id, prev, prev_at);
                }
            }
            _ if self.keys.get(id).newest.is_some() => self.tangle(id),
            _ => {}
        }
        let name = self.store.name(at);
        let key = self.keys.get_mut(id);
        self.keyed += usize::from(key.rows == 0);
        let older = match key.newest {
            None => Older::None,
            Some(_) if key.newest == prev_at && !is_mark => Older::Prev,
            Some(newest) => Older::Other(newest),
        };
        self.store.set_older(at, older);
        key.respelled |= key.rows > 0 && key.name != name;
        key.newest = Some(at);
        key.deleted = row.deleted;
        key.name = name;
        key.rows += 1;
    }

    /// Notes of a key what a row of it points at that is not there, or not where it should be.
    fn judge_prev(
        &mut self,
        at: RowIx,
        id: KeyId,
        own: Revision,
        prev: Revision,
        prev_at: Option<RowIx>,
    ) {
        let is_foreign = |prev| !self.is_same_key(at, prev);
        if prev >= own || prev_at.is_some_and(is_foreign) {
            self.keys.get_mut(id).misdirected = true;
        } else if prev_at.is_none()
            && let Some(needed) = self.explained_at(at)
        {
            let key = self.keys.get_mut(id);
            key.missing_up_to = key.missing_up_to.max(needed);
        }
    }

    /// Counts the fork that a row makes when a row of its key has the same prev revision already.
    ///
    /// On a healthy chain each row is its key's first or points at the row before it, and then no
    /// other row of the key can. Only a key with a row of another sort is worth a table of its prev
    /// revisions.
    fn count_fork(&mut self, id: KeyId, own: Revision, prev: Revision, prev_at: Option<RowIx>) {
        let key = self.keys.get(id);
        let follows = key.newest.is_none() || prev_at == key.newest;
        if follows && prev < own && !key.tangled {
            return;
        }
        self.tangle(id);
        let rows = self.prevs.entry((id, prev)).or_default();
        *rows += 1;
        if *rows == 2 {
            self.keys.get_mut(id).forks += 1;
            self.forks += 1;
        }
    }

    /// Notes that a row of the key, which is about to be appended, does not follow the row before it.
    fn tangle(&mut self, id: KeyId) {
        if self.keys.get(id).tangled {
            return;
        }
        self.keys.get_mut(id).tangled = true;
        let older: Vec<RowIx> = self.rows_of(id).collect();
        for older in older.into_iter().rev() {
            if let Some(prev) = self.prev_revision(older) {
                self.prevs.insert((id, prev), 1);
            }
        }
    }
}
