//! How a history grows: each row is interned, linked to the row before it, and appended to its key.

use super::{
    Edge, History, IS_MARK, KeyId, NULL_CREATE, NULL_LEASE, NULL_NAME, NULL_PREV, NameId, Older,
    Revision, Row, RowIx, Rows, Stored,
};

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
    /// There are more rows than 32 bits count.
    #[error("the table has more rows than the 4,294,967,294 that can be held")]
    TooMany,
}

/// How many rows a key has, in most tables at least.
const ROWS_A_KEY: usize = 8;

impl History {
    /// Makes room for that many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows);
        self.older.reserve(rows);
        self.graph.reserve(rows);
        self.keys.reserve(rows / ROWS_A_KEY);
    }

    /// Adds a batch of rows.
    ///
    /// # Errors
    ///
    /// As [`History::push`]; the rows before the one in error have been added.
    pub fn extend(&mut self, rows: &Rows) -> Result<(), PushError> {
        rows.iter().try_for_each(|row| self.push(row))
    }

    /// Adds the row with the next higher id and links it.
    ///
    /// # Errors
    ///
    /// When the id is not higher than the last one, or 32 bits cannot count another row.
    pub fn push(&mut self, row: Row<'_>) -> Result<(), PushError> {
        match self.rows.last().map(|row| row.id) {
            Some(last) if last == row.id => return Err(PushError::Twice(row.id)),
            Some(last) if last > row.id => {
                return Err(PushError::Order { id: row.id, after: last });
            }
            _ => {}
        }
        let prev = row.prev_revision.filter(|&prev| prev < row.id).and_then(|prev| self.find(prev));
        let at = self.graph.push().ok_or(PushError::TooMany)?;
        let (name, key) = self.intern(row.name.unwrap_or_default(), prev);
        let key = row.name.is_some().then_some(key);
        let mut bits = 0;
        for (null, bit) in [
            (row.name.is_none(), NULL_NAME),
            (row.prev_revision.is_none(), NULL_PREV),
            (row.create_revision.is_none(), NULL_CREATE),
            (row.lease.is_none(), NULL_LEASE),
            (key == Some(KeyId::MARK), IS_MARK),
        ] {
            bits |= if null { bit } else { 0 };
        }
        self.index.push(row.id, at.0);
        self.rows.push(Stored {
            id: row.id,
            prev_revision: row.prev_revision.unwrap_or_default(),
            create_revision: row.create_revision.unwrap_or_default(),
            name,
            lease: row.lease.unwrap_or_default(),
            created: row.created,
            deleted: row.deleted,
            bits,
        });
        self.resolve_waiting(at);
        self.link_prev(at, key, prev);
        self.append_to_key(at, key, name);
        self.watch(at);
        Ok(())
    }

    /// The ids of a name and of its key. Most rows are of the key of the row that they point at, and
    /// are named as that is: to look there first saves most searches.
    fn intern(&mut self, name: &[u8], prev: Option<RowIx>) -> (NameId, KeyId) {
        if let Some(prev) = prev {
            let known = self.rows[prev.index()].name;
            if self.keys.bytes_of(known) == name {
                return (known, self.keys.key_of(known));
            }
        }
        self.keys.intern(name)
    }

    /// Rows that pointed forward at an id that has come now.
    fn resolve_waiting(&mut self, at: RowIx) {
        if self.waiting.is_empty() {
            return;
        }
        for from in self.waiting.remove(&self.rows[at.index()].id).unwrap_or_default() {
            self.graph.link(from, at, Edge::Forward);
        }
    }

    /// Links a new row to its predecessor, and counts the fork that this may make.
    fn link_prev(&mut self, at: RowIx, key: Option<KeyId>, older: Option<RowIx>) {
        let Stored { id, prev_revision: prev, bits, .. } = self.rows[at.index()];
        if bits & (NULL_PREV | IS_MARK) == IS_MARK {
            self.record(prev);
        }
        if bits & (NULL_PREV | IS_MARK) != 0 {
            if let Some(key) = key.filter(|&key| self.keys.get(key).newest.is_some()) {
                self.tangle(key);
            }
            return;
        }
        let prev_at = if prev == id { Some(at) } else { older };
        if let Some(key) = key {
            self.count_fork(at, key, prev, prev_at);
        }
        if prev == 0 {
            return;
        }
        let mut misdirected = false;
        match prev_at {
            Some(itself) if itself == at => {
                self.graph.link(at, at, Edge::Itself);
                self.misdirected += 1;
                misdirected = true;
            }
            Some(older) => {
                self.graph.link(at, older, Edge::Present);
                misdirected = self.key_at(older) != key;
            }
            None if prev > id => {
                self.waiting.entry(prev).or_default().push(at);
                self.misdirected += 1;
                misdirected = true;
            }
            None => {
                self.graph.link_to_void(at);
                if let (Some(key), Some(needed)) = (key, self.explained_at(at)) {
                    let key = self.keys.get_mut(key);
                    key.missing_up_to = key.missing_up_to.max(needed);
                }
            }
        }
        if let Some(key) = key.filter(|_| misdirected) {
            self.keys.get_mut(key).misdirected = true;
        }
    }

    /// Counts the fork that a row makes when a row of its key has the same prev revision already.
    ///
    /// On a healthy chain each row is its key's first or points at the row before it, and then no
    /// other row of the key can. Only a key with a row of another sort is worth a table of its prev
    /// revisions.
    fn count_fork(&mut self, at: RowIx, id: KeyId, prev: Revision, prev_at: Option<RowIx>) {
        let key = self.keys.get(id);
        let follows = key.newest.is_none() || prev_at == key.newest;
        if follows && prev < self.rows[at.index()].id && !key.tangled {
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
            if let Some(prev) = self.prev_of(older) {
                self.prevs.insert((id, prev), 1);
            }
        }
    }

    fn append_to_key(&mut self, at: RowIx, key: Option<KeyId>, name: NameId) {
        let Some(key) = key else {
            self.nameless += 1;
            self.older.push(None);
            return;
        };
        let key = self.keys.get_mut(key);
        self.keyed += usize::from(key.rows == 0);
        self.older.push(key.newest.and_then(|older| Older::new(older.0 + 1)));
        key.respelled |= key.rows > 0 && key.name != name;
        key.newest = Some(at);
        key.deleted = self.rows[at.index()].deleted;
        key.name = name;
        key.rows += 1;
    }
}
