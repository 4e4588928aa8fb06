//! One row of the table, as kine stores it, and batches of rows on their way from a source.

/// A row's id: the position of one write in the order of all writes.
pub type Revision = u64;

/// What one of kine's two flag columns, `created` and `deleted`, holds.
///
/// kine writes 0 and 1 and nothing else, but the columns are nullable integers, and a pasted table
/// may lack them altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Flag {
    /// The source has no such column.
    #[default]
    Unknown,
    /// The column is NULL: kine cannot read such a row, and its SQL takes the flag as not set.
    Null,
    /// 0.
    No,
    /// 1.
    Yes,
    /// Another number. kine's SQL asks for `<> 0`, so the flag counts as set.
    Odd,
}

impl Flag {
    /// Whether `flag <> 0` is true in SQL.
    pub const fn is_set(self) -> bool {
        matches!(self, Self::Yes | Self::Odd)
    }

    /// Whether a row with this in its `deleted` makes its key live, as long as it is the newest:
    /// 0, or nothing known.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::No | Self::Unknown)
    }

    /// The flag that a number in the column means.
    pub const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::No,
            1 => Self::Yes,
            _ => Self::Odd,
        }
    }
}

/// One row. Every column but `id` may be NULL, and every column but `id`, `name` and
/// `prev_revision` may be missing from the source; [`Columns`] tells the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// The row's revision.
    pub id: Revision,
    /// The key, as bytes: old tables are not ASCII only. `None` is NULL.
    pub name: Option<&'a [u8]>,
    /// Set on the first row of a generation.
    pub created: Flag,
    /// Set on a tombstone.
    pub deleted: Flag,
    /// The revision that began the generation; 0 on that row itself, and on tombstones that kine
    /// v0.16.0 and later write.
    pub create_revision: Option<Revision>,
    /// The row before this one; 0 for none. On `compact_rev_key` it is the compact revision.
    pub prev_revision: Option<Revision>,
    /// The TTL in seconds; 0 for none.
    pub lease: Option<i32>,
}

impl Row<'_> {
    /// The same, as from a source that has only some of the columns.
    #[must_use]
    pub fn only(self, columns: Columns) -> Self {
        let flag = |is_there, flag| if is_there { flag } else { Flag::Unknown };
        Self {
            created: flag(columns.created, self.created),
            deleted: flag(columns.deleted, self.deleted),
            create_revision: self.create_revision.filter(|_| columns.create_revision),
            lease: self.lease.filter(|_| columns.lease),
            ..self
        }
    }
}

/// Which of the columns that kinescope can do without are in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each column is there or not")]
pub struct Columns {
    /// Whether `created` is there.
    pub created: bool,
    /// Whether `deleted` is there. Without it nothing is known to be a tombstone.
    pub deleted: bool,
    /// Whether `create_revision` is there.
    pub create_revision: bool,
    /// Whether `lease` is there.
    pub lease: bool,
}

impl Columns {
    /// Every column, as in a table that kine made.
    pub const ALL: Self = Self { created: true, deleted: true, create_revision: true, lease: true };

    /// The names of the columns that are not there.
    pub fn missing(self) -> Vec<&'static str> {
        [
            (self.created, "created"),
            (self.deleted, "deleted"),
            (self.create_revision, "create_revision"),
            (self.lease, "lease"),
        ]
        .into_iter()
        .filter_map(|(present, name)| (!present).then_some(name))
        .collect()
    }
}

/// A batch of rows that owns its names in one allocation: 48 bytes a row, and its name.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    names: Vec<u8>,
    rows: Vec<Owned>,
}

/// A row whose name is a range of `Rows::names`.
#[derive(Debug, Clone, Copy)]
struct Owned {
    id: Revision,
    create_revision: Revision,
    prev_revision: Revision,
    name: usize,
    name_len: u32,
    lease: i32,
    created: Flag,
    deleted: Flag,
    /// Which of name, create revision, prev revision and lease are NULL.
    nulls: u8,
}

const NULL_NAME: u8 = 1;
const NULL_CREATE: u8 = 2;
const NULL_PREV: u8 = 4;
const NULL_LEASE: u8 = 8;

impl Rows {
    /// An empty batch.
    pub const fn new() -> Self {
        Self { names: Vec::new(), rows: Vec::new() }
    }

    /// Adds a copy of the row.
    ///
    /// # Panics
    ///
    /// If its name has 4 GiB, which no server sends and no text may have.
    pub fn push(&mut self, row: Row<'_>) {
        let null = |is_null, bit| if is_null { bit } else { 0 };
        let name = row.name.unwrap_or_default();
        self.rows.push(Owned {
            id: row.id,
            create_revision: row.create_revision.unwrap_or_default(),
            prev_revision: row.prev_revision.unwrap_or_default(),
            name: self.names.len(),
            name_len: u32::try_from(name.len()).expect("a name has no 4 GiB"),
            lease: row.lease.unwrap_or_default(),
            created: row.created,
            deleted: row.deleted,
            nulls: null(row.name.is_none(), NULL_NAME)
                | null(row.create_revision.is_none(), NULL_CREATE)
                | null(row.prev_revision.is_none(), NULL_PREV)
                | null(row.lease.is_none(), NULL_LEASE),
        });
        self.names.extend_from_slice(name);
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The highest id in the batch, were it sorted: the id of its last row.
    pub fn last_id(&self) -> Option<Revision> {
        self.rows.last().map(|owned| owned.id)
    }

    /// The rows, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows.iter().map(|owned| self.row(owned))
    }

    /// The row at a place.
    pub fn get(&self, at: usize) -> Option<Row<'_>> {
        self.rows.get(at).map(|owned| self.row(owned))
    }

    fn row(&self, owned: &Owned) -> Row<'_> {
        let unless = |bit| owned.nulls & bit == 0;
        Row {
            id: owned.id,
            name: unless(NULL_NAME)
                .then(|| &self.names[owned.name..owned.name + owned.name_len as usize]),
            created: owned.created,
            deleted: owned.deleted,
            create_revision: unless(NULL_CREATE).then_some(owned.create_revision),
            prev_revision: unless(NULL_PREV).then_some(owned.prev_revision),
            lease: unless(NULL_LEASE).then_some(owned.lease),
        }
    }

    /// Keeps only so many of the first rows.
    pub fn truncate(&mut self, len: usize) {
        self.rows.truncate(len);
    }

    /// Puts the rows in the order of their ids, as [`History`](super::History) wants them. Rows of
    /// one id keep their order.
    pub fn sort(&mut self) {
        self.rows.sort_by_key(|owned| owned.id);
    }
}

impl<'a> FromIterator<Row<'a>> for Rows {
    fn from_iter<I: IntoIterator<Item = Row<'a>>>(rows: I) -> Self {
        let mut batch = Self::new();
        for row in rows {
            batch.push(row);
        }
        batch
    }
}
