//! What rows hold, a column each.

use std::hint::black_box;

use super::column::{Column, Exceptions};
use super::index::Ids;
use super::key::NameId;
use super::{Flag, Revision, Row, RowIx};

/// What rows hold beside what the [graph](super::graph) knows of them, in 15 bytes each:
///
/// ```text
///   id            4   its distance from the first of its part
///   name          4   which name it is
///   create        4   how far back the create revision is
///   flags         2   created and deleted, what is NULL, and which of the exceptions it has
///   lease         1   which of the 254 leases that came first
///   exceptions        a prev revision that no row has, a next older row of the key that it does not
///                     point at, and what does not fit: 8 or 12 bytes, for the rows that have them
/// ```
///
/// Where a row points at another, its prev revision is that row's id, and mostly that is also the next
/// older row of its key: neither is kept a second time.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) ids: Ids,
    names: Column<NameId>,
    creates: Column<u32>,
    flags: Column<Flags>,
    leases: Column<u8>,
    /// The leases that came first.
    known_leases: Vec<i32>,
    far_creates: Exceptions<Revision>,
    far_leases: Exceptions<i32>,
    prevs: Exceptions<Revision>,
    older: Exceptions<RowIx>,
}

/// A create revision that is 0, or NULL.
const NOTHING: u32 = u32::MAX - 1;
/// One that is an exception.
const FAR: u32 = u32::MAX;
/// A lease that is an exception.
const RARE: u8 = u8::MAX;

/// What is true of a row, in bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flags(u16);

impl Flags {
    pub(super) const NULL_NAME: u16 = 1;
    pub(super) const NULL_PREV: u16 = 1 << 1;
    pub(super) const NULL_CREATE: u16 = 1 << 2;
    pub(super) const NULL_LEASE: u16 = 1 << 3;
    /// The row belongs to [`KeyId::MARK`](super::KeyId::MARK).
    pub(super) const IS_MARK: u16 = 1 << 4;
    /// Its prev revision is an exception: no row with that id has come yet.
    const PREV_APART: u16 = 1 << 5;
    /// The next older row of its key is the one that it points at.
    const OLDER_IS_PREV: u16 = 1 << 6;
    /// The next older row of its key is an exception.
    const OLDER_APART: u16 = 1 << 7;
    /// Its name is one that kine gives a gap row.
    pub(super) const IS_GAP_NAME: u16 = 1 << 8;
    /// What a row has that is none of a key's history, as kine writes that.
    pub(super) const ODD: u16 = Self::NULL_NAME
        | Self::NULL_PREV
        | Self::NULL_CREATE
        | Self::NULL_LEASE
        | Self::IS_MARK
        | Self::IS_GAP_NAME;
    const CREATED: u32 = 9;
    const DELETED: u32 = 12;
    /// It is [what kine writes](super::History::is_as_written) after the row before it.
    pub(super) const AS_WRITTEN: u16 = 1 << 15;

    /// Whether any of these is true.
    pub(super) const fn any(self, of: u16) -> bool {
        self.0 & of != 0
    }

    pub(super) const fn created(self) -> Flag {
        unpacked(self.0 >> Self::CREATED)
    }

    pub(super) const fn deleted(self) -> Flag {
        unpacked(self.0 >> Self::DELETED)
    }

    /// What is true of a row by itself.
    fn of(row: &Row<'_>, is_mark: bool) -> Self {
        let bits = [
            (row.name.is_none(), Self::NULL_NAME),
            (row.prev_revision.is_none(), Self::NULL_PREV),
            (row.create_revision.is_none(), Self::NULL_CREATE),
            (row.lease.is_none(), Self::NULL_LEASE),
            (is_mark, Self::IS_MARK),
            (is_gap_name(row.name), Self::IS_GAP_NAME),
        ];
        let bits = bits.iter().fold(0, |all, &(is_so, bit)| if is_so { all | bit } else { all });
        let flags = packed(row.created) << Self::CREATED | packed(row.deleted) << Self::DELETED;
        Self(bits | flags)
    }
}

/// Whether kine would give a gap row this name (`gap-` and digits; `sqllog.go`, `poll`).
fn is_gap_name(name: Option<&[u8]>) -> bool {
    name.and_then(|name| name.strip_prefix(b"gap-"))
        .is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

const fn packed(flag: Flag) -> u16 {
    flag as u16
}

const fn unpacked(bits: u16) -> Flag {
    match bits & 7 {
        0 => Flag::Unknown,
        1 => Flag::Null,
        2 => Flag::No,
        3 => Flag::Yes,
        _ => Flag::Odd,
    }
}

/// The next older row of a row's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Older {
    None,
    /// The one that it points at.
    Prev,
    Other(RowIx),
}

impl Store {
    /// Adds what a row holds whose id was added before; `prev` is the older row that it points at.
    pub(super) fn push(&mut self, row: &Row<'_>, prev: Option<RowIx>, name: NameId, is_mark: bool) {
        let at = RowIx::at(self.flags.len());
        let mut flags = Flags::of(row, is_mark);
        self.names.push(name);
        let create = match row.create_revision.unwrap_or_default() {
            0 => NOTHING,
            create => match row.id.checked_sub(create).and_then(|back| u32::try_from(back).ok()) {
                Some(back) if back < NOTHING => back,
                _ => FAR,
            },
        };
        if create == FAR {
            self.far_creates.push(at, row.create_revision.unwrap_or_default());
        }
        self.creates.push(create);
        let lease = self.which_lease(row.lease.unwrap_or_default());
        if lease == RARE {
            self.far_leases.push(at, row.lease.unwrap_or_default());
        }
        self.leases.push(lease);
        if let Some(apart) = row.prev_revision.filter(|&id| id != 0)
            && (prev.is_none() || is_mark)
        {
            self.prevs.push(at, apart);
            flags.0 |= Flags::PREV_APART;
        }
        if self.is_as_written(row, prev, name, flags) {
            flags.0 |= Flags::AS_WRITTEN;
        }
        self.flags.push(flags);
    }

    /// Whether a row that is about to be added is what kine writes after the row that it points at: see
    /// [`History::is_as_written`](super::History::is_as_written).
    fn is_as_written(
        &self,
        row: &Row<'_>,
        prev: Option<RowIx>,
        name: NameId,
        flags: Flags,
    ) -> bool {
        use Flag::{No, Yes};
        let is_sound = !flags.any(Flags::ODD)
            && (1..=i64::MAX.unsigned_abs()).contains(&row.id)
            && row.lease.is_some_and(|lease| lease >= 0);
        match (row.created, row.deleted, prev) {
            _ if !is_sound => false,
            (Yes, No, None) => row.create_revision == Some(0) && row.prev_revision == Some(0),
            (No, No | Yes, Some(prev)) => {
                let before = self.flags(prev);
                let life = match before.created() {
                    Yes => row.prev_revision,
                    No => self.create_revision(prev).filter(|&life| life != 0),
                    _ => None,
                };
                name == self.name(prev)
                    && before.deleted() == No
                    && life.is_some()
                    && row.create_revision == life
            }
            _ => false,
        }
    }

    /// Which lease that is.
    #[inline]
    fn which_lease(&mut self, lease: i32) -> u8 {
        let known = self.known_leases.iter().position(|&known| known == lease);
        let which = known.unwrap_or(self.known_leases.len()).min(RARE.into());
        if known.is_none() && which < RARE.into() {
            self.known_leases.push(lease);
        }
        u8::try_from(which).unwrap_or(RARE)
    }

    /// Notes the next older row of the key of a row. Rows come in their order.
    pub(super) fn set_older(&mut self, at: RowIx, older: Older) {
        self.flags[at.index()].0 |= match older {
            Older::None => 0,
            Older::Prev => Flags::OLDER_IS_PREV,
            Older::Other(row) => {
                self.older.push(at, row);
                Flags::OLDER_APART
            }
        };
    }

    #[inline]
    pub(super) fn older(&self, at: RowIx) -> Older {
        match self.flags(at) {
            flags if flags.any(Flags::OLDER_IS_PREV) => Older::Prev,
            flags if flags.any(Flags::OLDER_APART) => {
                self.older.get(at).map_or(Older::None, Older::Other)
            }
            _ => Older::None,
        }
    }

    /// Brings into the cache what is kept of a row beside its id and its name.
    #[inline]
    pub(super) fn fetch(&self, at: RowIx) {
        black_box((self.flags(at), self.creates[at.index()]));
    }

    #[inline]
    pub(super) fn flags(&self, at: RowIx) -> Flags {
        self.flags[at.index()]
    }

    #[inline]
    pub(super) fn name(&self, at: RowIx) -> NameId {
        self.names[at.index()]
    }

    #[inline]
    pub(super) fn create_revision(&self, at: RowIx) -> Option<Revision> {
        if self.flags(at).any(Flags::NULL_CREATE) {
            return None;
        }
        match self.creates[at.index()] {
            NOTHING => Some(0),
            FAR => self.far_creates.get(at),
            back => Some(self.ids.get(at) - Revision::from(back)),
        }
    }

    #[inline]
    pub(super) fn lease(&self, at: RowIx) -> Option<i32> {
        if self.flags(at).any(Flags::NULL_LEASE) {
            return None;
        }
        match self.leases[at.index()] {
            RARE => self.far_leases.get(at),
            which => self.known_leases.get(usize::from(which)).copied(),
        }
    }

    /// The prev revision of a row; `prev` finds the row that it points at, which is asked only where it
    /// is not kept here.
    #[inline]
    pub(super) fn prev_revision(
        &self,
        at: RowIx,
        prev: impl FnOnce() -> Option<RowIx>,
    ) -> Option<Revision> {
        match self.flags(at) {
            flags if flags.any(Flags::NULL_PREV) => None,
            flags if flags.any(Flags::PREV_APART) => self.prevs.get(at),
            _ => Some(prev().map_or(0, |prev| self.ids.get(prev))),
        }
    }
}
