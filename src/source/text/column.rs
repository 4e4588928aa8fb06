//! The columns of kine's table, and the headings that name them.

use super::EXPORT;
use crate::history::Columns;
use crate::source::Error;

/// A column that a row is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Name,
    Created,
    Deleted,
    CreateRevision,
    PrevRevision,
    Lease,
}

/// One thing for each [`Column`], by its index.
pub(super) type PerColumn<T> = [T; 7];

impl Column {
    pub(super) const ALL: PerColumn<Self> = [
        Self::Id,
        Self::Name,
        Self::Created,
        Self::Deleted,
        Self::CreateRevision,
        Self::PrevRevision,
        Self::Lease,
    ];

    /// Those without which there is no chain.
    pub(super) const NEEDED: [Self; 3] = [Self::Id, Self::Name, Self::PrevRevision];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Created => "created",
            Self::Deleted => "deleted",
            Self::CreateRevision => "create_revision",
            Self::PrevRevision => "prev_revision",
            Self::Lease => "lease",
        }
    }

    /// The column that a heading names.
    pub(super) fn from_heading(heading: &str) -> Option<Self> {
        let heading = bare(heading)?;
        Self::ALL.into_iter().find(|column| column.name() == heading)
    }
}

/// The columns that are measured or looked at on request. With the rows only the values of those named
/// `compact_rev_key_apiserver` are read.
const VALUES: [&str; 2] = ["value", "old_value"];

/// Whether a heading names the column of the values.
pub(super) fn is_value(heading: &str) -> bool {
    bare(heading).as_deref() == Some(VALUES[0])
}

/// The name in a heading: `id` of `id`, `ID`, `kine.id`, `"id"`, `**id**` and `` `kine`.`id` ``, and
/// `prev_revision` of `prev\_revision`; `None` where it is of another table.
fn bare(heading: &str) -> Option<String> {
    // `# id` is the first heading that MySQL Workbench copies.
    let heading = heading.trim().trim_start_matches("# ").to_ascii_lowercase();
    let bare = |name: &str| name.trim_matches(['`', '"', '\'', '*']).replace("\\_", "_");
    match heading.split_once('.') {
        Some((table, name)) if bare(table) == "kine" => Some(bare(name)),
        Some(_) => None,
        None => Some(bare(&heading)),
    }
}

/// The line that names the columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Heading {
    /// At which place each column is.
    pub(super) places: PerColumn<Option<usize>>,
    /// At which places value and old value are.
    pub(super) values: [Option<usize>; 2],
    /// How many columns there are, those that are ignored included.
    pub(super) width: usize,
    /// A column that is named twice: then nobody knows which is meant.
    pub(super) twice: Option<Column>,
    /// Whether its underscores have a backslash before them, as Markdown escapes them.
    pub(super) escaped: bool,
    /// The line itself.
    pub(super) line: Vec<u8>,
}

impl Heading {
    pub(super) fn new<'a>(line: &[u8], names: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut heading = Self { line: line.to_vec(), ..Self::default() };
        for name in names {
            let name = String::from_utf8_lossy(name);
            if let Some(column) = Column::from_heading(&name) {
                let place = &mut heading.places[column as usize];
                if place.is_some() {
                    heading.twice = Some(column);
                }
                *place = Some(heading.width);
                heading.escaped |= name.contains("\\_");
            } else if let Some(which) =
                VALUES.iter().position(|it| bare(&name).as_deref() == Some(it))
            {
                heading.values[which] = Some(heading.width);
            }
            heading.width += 1;
        }
        heading
    }

    pub(super) fn present(&self) -> PerColumn<bool> {
        self.places.map(|place| place.is_some())
    }

    /// What it names, for errors: kine's columns by their names, and how many others. What is taken
    /// for a heading may be a row, and then what is not kine's is somebody's value.
    pub(super) fn described(&self) -> String {
        let columns = Column::ALL.into_iter().zip(self.places);
        let columns = columns.map(|(column, place)| (column.name(), place));
        let all = columns.chain(VALUES.into_iter().zip(self.values));
        let known: Vec<String> =
            all.filter_map(|(name, place)| place.map(|_| format!("`{name}`"))).collect();
        let others = match self.width - known.len() {
            0 => return known.join(", "),
            1 => "one other column".to_owned(),
            others => format!("{others} other columns"),
        };
        if known.is_empty() { others } else { format!("{} and {others}", known.join(", ")) }
    }

    /// How many of kine's columns it names.
    pub(super) fn known(&self) -> usize {
        self.places.iter().flatten().count()
    }
}

/// The columns that are needed and not there.
pub(super) fn missing(present: PerColumn<bool>) -> Vec<Column> {
    Column::NEEDED.into_iter().filter(|&column| !present[column as usize]).collect()
}

pub(super) const fn columns(present: PerColumn<bool>) -> Columns {
    Columns {
        created: present[Column::Created as usize],
        deleted: present[Column::Deleted as usize],
        create_revision: present[Column::CreateRevision as usize],
        lease: present[Column::Lease as usize],
    }
}

/// A text that has a heading, but not the one that is needed.
pub(super) fn lacks_columns(place: &str, heading: &Heading, missing: &[Column]) -> Error {
    let missing: Vec<String> =
        missing.iter().map(|column| format!("`{}`", column.name())).collect();
    Error::new(format!("the table in {place} has no column {}", missing.join(", ")))
        .because(format!("its heading names {}", heading.described()))
        .hint(format!("Print the columns that are needed: {EXPORT}"))
}
