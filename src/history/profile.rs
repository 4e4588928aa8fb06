//! What must be known of a table before its rows can be understood.

use super::{Collation, Columns, Database, MARK_NAME, Revision, is_requests_name};

/// What must be known of a table before its rows can be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// How the `name` column compares.
    pub collation: Collation,
    /// Whether that is only taken for granted: a text does not tell.
    pub is_assumed: bool,
    /// The columns that the source has.
    pub columns: Columns,
    /// Whether the rows may be a part of a table: what somebody pasted or exported. Then a
    /// `compact_rev_key` that is not among them may still exist.
    pub excerpt: bool,
    /// The part of the table that was asked for, where it was not all of it.
    pub part: Option<Part>,
    /// The current revision, MAX(id), where the row that has it may be outside the part.
    pub current: Option<Revision>,
    /// Whether a unique index lets no two rows of a key have one prev revision, as kine's does.
    /// `None` where the source does not tell.
    pub unique_index: Option<bool>,
    /// Whose SQL the database understands: of a text, which does not tell, MySQL's.
    pub dialect: Dialect,
    /// What a server says of the table, where one was asked.
    pub database: Option<Box<Database>>,
}

impl Profile {
    /// A whole table as kine makes it on MySQL.
    pub fn kine_default() -> Self {
        Self {
            collation: Collation::kine_default(),
            is_assumed: false,
            columns: Columns::ALL,
            excerpt: false,
            part: None,
            current: None,
            unique_index: None,
            dialect: Dialect::MySql,
            database: None,
        }
    }

    /// Whether a row is in the part that was asked for. The rows named `compact_rev_key` always
    /// are: without them nothing that is missing could be explained. So are those named
    /// `compact_rev_key_apiserver`, which tell who compacts the table.
    pub fn takes(&self, id: Revision, name: Option<&[u8]>) -> bool {
        let Some(Part { since, prefix }) = &self.part else { return true };
        let is_account = name.is_some_and(|name| {
            self.collation.equal(name, MARK_NAME) || is_requests_name(name, &self.collation)
        });
        let begins = |prefix: &String| {
            name.is_some_and(|name| self.collation.begins(name, prefix.as_bytes()))
        };
        is_account || (since.is_none_or(|since| id > since) && prefix.as_ref().is_none_or(begins))
    }

    /// Whether a row with that id may be in the table and was left out, because it is outside the
    /// part that was asked for.
    pub fn may_leave_out(&self, id: Revision) -> bool {
        self.part.as_ref().is_some_and(|part| {
            // A row of another key may have any id.
            part.prefix.is_some() || part.since.is_some_and(|since| id <= since)
        })
    }
}

/// Whose SQL a database understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// MySQL and MariaDB.
    #[default]
    MySql,
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A part of a table: of its rows those to which all that is set applies, and those named
/// `compact_rev_key` and `compact_rev_key_apiserver`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Only rows with a higher id.
    pub since: Option<Revision>,
    /// Only rows whose name begins so, as the column's collation compares.
    pub prefix: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_its_rows_and_the_accounts_of_compactions() {
        let part = |since, prefix: Option<&str>| Profile {
            part: Some(Part { since, prefix: prefix.map(str::to_owned) }),
            ..Profile::kine_default()
        };
        let rows: [(u64, Option<&[u8]>); 7] = [
            (0, Some(b"compact_rev_key_APIServer")),
            (1, Some(b"Compact_Rev_Key ")),
            (2, Some(b"/a")),
            (3, Some(b"/A/b")),
            (4, Some(b"/b")),
            (5, None),
            (6, Some(b"/a")),
        ];
        let cases: [(Profile, &[u64]); 5] = [
            (Profile::kine_default(), &[0, 1, 2, 3, 4, 5, 6]),
            (part(Some(3), None), &[0, 1, 4, 5, 6]),
            (part(None, Some("/a ")), &[0, 1, 2, 3, 6]),
            (part(Some(2), Some("/a")), &[0, 1, 3, 6]),
            (part(None, Some("/a/")), &[0, 1, 3]),
        ];
        for (profile, taken) in cases {
            let ids = rows.iter().filter(|(id, name)| profile.takes(*id, *name));
            assert_eq!(ids.map(|(id, _)| *id).collect::<Vec<_>>(), taken, "{:?}", profile.part);
        }
        assert!(part(None, Some("/a")).may_leave_out(7));
        let since = part(Some(3), None);
        assert_eq!([3, 4].map(|id| since.may_leave_out(id)), [true, false]);
        assert!(!Profile::kine_default().may_leave_out(1));
    }
}
