//! Names, held once each, and the keys that the collation makes of them.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::{Collation, Flag, Revision, RowIx};

/// A name, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

/// A key: all names that are equal in the column's collation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(super) u32);

impl KeyId {
    /// The key named `compact_rev_key`, whose rows are a mark and no history. It exists in every
    /// [`Keys`], with or without rows.
    pub const MARK: Self = Self(0);

    /// The key's place in the order in which keys were first seen.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of one key without walking its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The row with the highest id, which decides the key's state. `None` for a name that no row
    /// of the table has, as that of [`KeyId::MARK`] may be.
    pub newest: Option<RowIx>,
    /// What the newest row's `deleted` holds, so that a key's state is known without its row.
    pub deleted: Flag,
    /// The name that the newest row spells.
    pub name: NameId,
    /// How many rows the key has.
    pub rows: u32,
    /// How many forks: distinct prev revisions that more than one of its rows names.
    pub forks: u32,
    /// The highest revision at which the table must have been compacted for every missing
    /// predecessor of this key to be no damage (0 when none is missing).
    pub missing_up_to: Revision,
    /// Whether a row of the key points at another key's row, forward, or at itself.
    pub misdirected: bool,
    /// Whether a row of the key is neither its first nor points at the row before it.
    pub tangled: bool,
    /// Whether another spelling of the name than [`Key::name`] occurs.
    pub respelled: bool,
}

/// All names, and the keys they belong to.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "it holds names, and the keys made of them")]
pub struct Keys {
    collation: Collation,
    /// Every name's bytes, one after the other.
    bytes: Vec<u8>,
    names: Vec<Name>,
    keys: Vec<Key>,
    /// The first spelling of each key by the hash of its folded form, so that one probe finds most names
    /// and all equals; every other spelling by the hash of its bytes, so that many of one key are told
    /// apart without being gone through.
    table: HashTable<NameId>,
    folded: Vec<u8>,
}

/// A spelling of a key's name.
#[derive(Debug, Clone, Copy)]
struct Name {
    /// Where it ends in the bytes of all.
    end: usize,
    key: KeyId,
    /// Whether it is the first that was seen of its key.
    is_first: bool,
}

/// The name of kine's own row that holds the compact revision.
pub const MARK_NAME: &[u8] = b"compact_rev_key";

impl Keys {
    /// No names yet but that of the mark.
    pub fn new(collation: Collation) -> Self {
        let mut keys = Self {
            collation,
            bytes: Vec::new(),
            names: Vec::new(),
            keys: Vec::new(),
            table: HashTable::new(),
            folded: Vec::new(),
        };
        keys.intern(MARK_NAME);
        keys
    }

    /// Makes room for that many more keys. To find it later would be to go through all names again.
    pub(super) fn reserve(&mut self, more: usize) {
        self.names.reserve(more);
        self.keys.reserve(more);
        let Self { table, names, bytes, collation, .. } = self;
        table.reserve(more, |&id| filed_under(collation, bytes, names, id));
    }

    /// The id of the name and of its key; both are made if they are new.
    pub fn intern(&mut self, name: &[u8]) -> (NameId, KeyId) {
        let mut scratch = std::mem::take(&mut self.folded);
        let mut hash = hash_of(&self.collation, name, &mut scratch);
        self.folded = scratch;
        let equal = |id: &NameId| self.collation.equal(self.bytes_of(*id), name);
        let first = self.table.find(hash, equal).copied();
        if let Some(first) = first {
            let is_it = |id: &NameId| self.bytes_of(*id) == name;
            if is_it(&first) {
                return (first, self.key_of(first));
            }
            hash = FxBuildHasher.hash_one(name);
            if let Some(&id) = self.table.find(hash, is_it) {
                return (id, self.key_of(id));
            }
        }
        let id = NameId(index(self.names.len()));
        let key = if let Some(first) = first {
            self.key_of(first)
        } else {
            self.keys.push(Key {
                newest: None,
                deleted: Flag::Unknown,
                name: id,
                rows: 0,
                forks: 0,
                missing_up_to: 0,
                misdirected: false,
                tangled: false,
                respelled: false,
            });
            KeyId(index(self.keys.len() - 1))
        };
        self.bytes.extend_from_slice(name);
        self.names.push(Name { end: self.bytes.len(), key, is_first: first.is_none() });
        let Self { table, names, bytes, collation, .. } = self;
        table.insert_unique(hash, id, |&id| filed_under(collation, bytes, names, id));
        (id, key)
    }

    /// The key of that name, in the column's collation.
    pub fn find(&self, name: &[u8]) -> Option<KeyId> {
        let hash = hash_of(&self.collation, name, &mut Vec::new());
        self.table
            .find(hash, |&id| self.collation.equal(self.bytes_of(id), name))
            .map(|&id| self.key_of(id))
    }

    /// A name's bytes.
    pub fn bytes_of(&self, name: NameId) -> &[u8] {
        bytes_of(&self.bytes, &self.names, name)
    }

    /// The key that a name belongs to.
    pub fn key_of(&self, name: NameId) -> KeyId {
        self.names[name.0 as usize].key
    }

    /// What is known of a key.
    pub fn get(&self, key: KeyId) -> &Key {
        &self.keys[key.index()]
    }

    pub(super) fn get_mut(&mut self, key: KeyId) -> &mut Key {
        &mut self.keys[key.index()]
    }

    /// How many keys there are, that of the mark included even when it has no row.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Always false: the mark's key is always there.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys in the order in which they were first seen.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (KeyId, &Key)> {
        self.keys.iter().enumerate().map(|(at, key)| (KeyId(index(at)), key))
    }

    /// How names compare.
    pub const fn collation(&self) -> &Collation {
        &self.collation
    }
}

/// A position as the 32 bits that are kept of it. [`History`](super::History) refuses more rows
/// than that, and there are never more names than rows, and one.
fn index(at: usize) -> u32 {
    u32::try_from(at).expect("there are no more names than rows, and rows are counted in 32 bits")
}

fn bytes_of<'a>(bytes: &'a [u8], names: &[Name], name: NameId) -> &'a [u8] {
    let at = name.0 as usize;
    let start = if at == 0 { 0 } else { names[at - 1].end };
    &bytes[start..names[at].end]
}

/// What a name is found by: its bytes, unless it is its key's first spelling.
fn filed_under(collation: &Collation, bytes: &[u8], names: &[Name], id: NameId) -> u64 {
    let name = bytes_of(bytes, names, id);
    if names[id.0 as usize].is_first {
        hash_of(collation, name, &mut Vec::new())
    } else {
        FxBuildHasher.hash_one(name)
    }
}

/// What the first spelling of a key, and whoever looks for an equal of it, is found by.
fn hash_of(collation: &Collation, name: &[u8], folded: &mut Vec<u8>) -> u64 {
    FxBuildHasher.hash_one(collation.fold(name, folded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_collation_equates_are_one_key() {
        let mut keys = Keys::new(Collation::kine_default());
        let (foo, key) = keys.intern(b"/registry/Foo");
        let (other, same) = keys.intern(b"/registry/foo ");
        assert_ne!(foo, other);
        assert_eq!(key, same);
        assert_eq!(keys.intern(b"/registry/Foo"), (foo, key));
        assert_eq!(keys.bytes_of(other), b"/registry/foo ");
        assert_eq!(keys.find(b"/REGISTRY/FOO"), Some(key));
        assert_eq!(keys.find(b"/registry/fo"), None);
        assert_eq!(keys.intern(b"COMPACT_REV_KEY").1, KeyId::MARK);
        assert_eq!(keys.len(), 2);
    }

    /// As many as would never end if each were compared with all others.
    #[test]
    fn many_spellings_of_one_key_stay_apart() {
        let spelled = |n: u32| -> Vec<u8> {
            (0..17).map(|at| if n >> at & 1 == 0 { b'a' } else { b'A' }).collect()
        };
        let mut keys = Keys::new(Collation::kine_default());
        let ids: Vec<_> = (0..1 << 17).map(|n| keys.intern(&spelled(n))).collect();
        assert_eq!(keys.len(), 2);
        for (n, (name, key)) in (0..).zip(ids) {
            assert_eq!(keys.bytes_of(name), spelled(n));
            assert_eq!(keys.intern(&spelled(n)), (name, key));
            assert_eq!(keys.find(&spelled(n)), Some(key));
        }
    }

    #[test]
    fn ten_thousand_names_stay_apart() {
        let mut keys = Keys::new(Collation::binary());
        let ids: Vec<_> = (0..10_000).map(|n| keys.intern(format!("/k/{n}").as_bytes())).collect();
        for (n, id) in ids.into_iter().enumerate() {
            assert_eq!(keys.bytes_of(id.0), format!("/k/{n}").as_bytes());
            assert_eq!(keys.find(format!("/k/{n}").as_bytes()), Some(id.1));
        }
    }
}
