//! Names, held once each, and the keys that the collation makes of them.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::column::Column;
use super::{Collation, Flag, Revision, RowIx};

/// A name, byte for byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

impl NameId {
    /// What a row has whose name is NULL.
    pub(super) const NULL: Self = Self(u32::MAX);
}

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
///
/// ```text
///   bytes    [/registry/pods/a/registry/pods/b…][…64 KiB][…]
///   names      ▲ page, start, length; its key              16 bytes a name
///   keys         newest, deleted, rows, forks …            32 bytes a key
///   tables     64 of them, by the hash                     8 bytes a name, and 1 to find it by
/// ```
///
/// None of it moves as it grows but one of the tables at a time, which is short, and knows the hashes
/// of its names.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "it holds names, and the keys made of them")]
pub struct Keys {
    collation: Collation,
    /// Every name's bytes, one after the other; no name is in two pages.
    bytes: Vec<Vec<u8>>,
    names: Column<Name>,
    keys: Column<Key>,
    /// The first spelling of each key by the hash of its folded form, so that one probe finds most names
    /// and all equals; every other spelling by the hash of its bytes, so that many of one key are told
    /// apart without being gone through.
    tables: Vec<HashTable<Filed>>,
    folded: Vec<u8>,
}

/// A spelling of a key's name: where it is, and whose.
#[derive(Debug, Clone, Copy)]
struct Name {
    page: u32,
    start: u32,
    len: u32,
    key: KeyId,
}

/// A name in a table, with the hash that it is found by.
#[derive(Debug, Clone, Copy)]
struct Filed {
    hash: Hash,
    name: NameId,
}

/// Half of a hash, which is enough to tell a table and a place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hash(u32);

impl Hash {
    #[expect(clippy::cast_possible_truncation, reason = "one half holds what both did")]
    fn of(bytes: &[u8]) -> Self {
        let hash = FxBuildHasher.hash_one(bytes);
        Self((hash >> 32 ^ hash) as u32)
    }

    /// Which of the tables.
    const fn table(self) -> usize {
        (self.0 >> 16) as usize % TABLES
    }

    /// What the table takes: its lowest bits are a place, and its highest tell the names there apart.
    fn spread(self) -> u64 {
        u64::from(self.0) << 32 | u64::from(self.0)
    }
}

/// How many tables there are: with 10,000,000 names, each makes room for 160,000 at a time at most.
const TABLES: usize = 64;
/// The bytes of a page, unless a name is longer.
const PAGE: usize = 1 << 16;

/// The name of kine's own row that holds the compact revision.
pub const MARK_NAME: &[u8] = b"compact_rev_key";

impl Keys {
    /// No names yet but that of the mark.
    pub fn new(collation: Collation) -> Self {
        let mut keys = Self {
            collation,
            bytes: vec![Vec::new()],
            names: Column::default(),
            keys: Column::default(),
            tables: vec![HashTable::new(); TABLES],
            folded: Vec::new(),
        };
        keys.intern(MARK_NAME);
        keys
    }

    /// Makes room for that many more keys.
    pub(super) fn reserve(&mut self, more: usize) {
        for table in &mut self.tables {
            table.reserve(more / TABLES, |filed| filed.hash.spread());
        }
    }

    /// The id of the name and of its key; both are made if they are new.
    pub fn intern(&mut self, name: &[u8]) -> (NameId, KeyId) {
        let mut hash = Hash::of(self.collation.fold(name, &mut self.folded));
        let first = self.find_filed(hash, |known| self.collation.equal(known, name));
        if let Some(first) = first {
            if self.bytes_of(first) == name {
                return (first, self.key_of(first));
            }
            hash = Hash::of(name);
            if let Some(id) = self.find_filed(hash, |known| known == name) {
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
        self.keep(name, key);
        let filed = Filed { hash, name: id };
        self.tables[hash.table()].insert_unique(hash.spread(), filed, |filed| filed.hash.spread());
        (id, key)
    }

    /// Keeps the bytes of a name.
    fn keep(&mut self, name: &[u8], key: KeyId) {
        if self.bytes.last().is_none_or(|page| page.len() + name.len() > PAGE) {
            self.bytes.push(Vec::with_capacity(PAGE.max(name.len())));
        }
        let page = self.bytes.len() - 1;
        let bytes = &mut self.bytes[page];
        let name_at =
            Name { page: index(page), start: index(bytes.len()), len: index(name.len()), key };
        bytes.extend_from_slice(name);
        self.names.push(name_at);
    }

    fn find_filed(&self, hash: Hash, is_it: impl Fn(&[u8]) -> bool) -> Option<NameId> {
        let is_it = |filed: &Filed| filed.hash == hash && is_it(self.bytes_of(filed.name));
        self.tables[hash.table()].find(hash.spread(), is_it).map(|filed| filed.name)
    }

    /// The key of that name, in the column's collation.
    pub fn find(&self, name: &[u8]) -> Option<KeyId> {
        let hash = Hash::of(self.collation.fold(name, &mut Vec::new()));
        self.find_filed(hash, |known| self.collation.equal(known, name)).map(|id| self.key_of(id))
    }

    /// A name's bytes.
    pub fn bytes_of(&self, name: NameId) -> &[u8] {
        let Name { page, start, len, .. } = self.names[name.0 as usize];
        &self.bytes[page as usize][start as usize..][..len as usize]
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
        self.keys.len() == 0
    }

    /// The keys in the order in which they were first seen.
    pub fn iter(&self) -> impl Iterator<Item = (KeyId, &Key)> {
        self.keys.iter().enumerate().map(|(at, key)| (KeyId(index(at)), key))
    }

    /// How names compare.
    pub const fn collation(&self) -> &Collation {
        &self.collation
    }
}

/// A count as the 32 bits that are kept of it. [`History`](super::History) refuses more rows than that,
/// there are never more names than rows, and one; and none has 4 GiB, which is more than a server sends
/// and a text may have.
fn index(at: usize) -> u32 {
    u32::try_from(at).expect("names are counted in 32 bits, as rows are, and so is what one has")
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
