//! What a revision is, and what it is now.

use super::row_columns::Flags;
use super::{History, KeyId, RowIx};

/// What a row was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The first revision of a generation.
    Create,
    /// A new value for a live key.
    Update,
    /// A tombstone: the key was deleted.
    Delete,
    /// A row named `gap-N`, which kine writes at an id that no write took.
    Gap,
    /// The row named `compact_rev_key`, which holds the compact revision.
    Mark,
}

/// What a row is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The newest row of its key, not deleted: the key's value.
    Live,
    /// The newest row of its key, a tombstone: the key is deleted.
    Deleted,
    /// Not the newest row of its key, and compaction removes it: a row points at it, be it itself,
    /// or it is a tombstone.
    Superseded,
    /// Not the newest row of its key, and [no compaction removes it](History::is_forgotten): the
    /// forgotten sibling of a fork, or what is left of a broken chain.
    Forgotten,
    /// The newest row of its key, but `deleted` is NULL: neither live nor a tombstone to kine's
    /// SQL, and kine's own reading of it fails.
    Unreadable,
    /// Its name is NULL, so it belongs to no key.
    Nameless,
    /// A gap row.
    Gap,
    /// The compact revision's row.
    Mark,
}

impl History {
    /// What a row was written for, as far as its flags and its name say.
    ///
    /// Without a `created` column a row counts as a create when it points at nothing or at a
    /// tombstone, which is where kine's creates point.
    pub fn kind(&self, at: RowIx) -> Kind {
        if self.is_mark(at) {
            return Kind::Mark;
        }
        if self.deleted(at).is_set() {
            return if self.has_gap_name(at) { Kind::Gap } else { Kind::Delete };
        }
        let created = match self.created(at) {
            super::Flag::Unknown => match self.link(at) {
                super::Link::None => true,
                super::Link::Present(prev) => self.deleted(prev).is_set(),
                _ => false,
            },
            flag => flag.is_set(),
        };
        if created { Kind::Create } else { Kind::Update }
    }

    /// Whether a row is what kine writes after the row before it: a create that follows nothing, or an
    /// update or a tombstone that follows a live row of the key, of the same life (`Create`, `Update` and
    /// `Delete` in `sqllog.go`).
    ///
    /// ```text
    ///   3 create ◀── 5 update ◀── 8 update ◀── 9 delete        create revision 3 on all but the first
    /// ```
    ///
    /// Most rows of a table are, and of such a row there is nothing more to ask. It is found out when the
    /// row is linked, since it never changes and the row before it is at hand.
    #[inline]
    pub(crate) fn is_as_written(&self, at: RowIx) -> bool {
        self.store.flags(at).any(Flags::AS_WRITTEN)
    }

    /// What a row is now, by what kine v0.5.1 and later do.
    pub fn standing(&self, at: RowIx) -> Standing {
        let Some(key) = self.key_at(at) else { return Standing::Nameless };
        if key == KeyId::MARK {
            return Standing::Mark;
        }
        if self.key(key).newest == Some(at) {
            return match self.deleted(at) {
                super::Flag::Null => Standing::Unreadable,
                flag if !flag.is_set() => Standing::Live,
                _ if self.has_gap_name(at) => Standing::Gap,
                _ => Standing::Deleted,
            };
        }
        if self.is_forgotten(at) { Standing::Forgotten } else { Standing::Superseded }
    }
}
