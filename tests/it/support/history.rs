//! Histories from plain data.

use kinescope::history::{Collation, Columns, Flag, History, Profile, Row, Rows};

/// A row as the recorded cases write it: id, name, created, deleted, create revision, prev
/// revision, lease.
pub type Tuple = (u64, String, i64, i64, u64, u64, i32);

/// A whole table with kine's collation.
pub fn history(rows: &[Tuple]) -> History {
    let mut history = History::new(Profile {
        collation: Collation::kine_default(),
        columns: Columns::ALL,
        excerpt: false,
    });
    let rows: Rows = rows.iter().map(row).collect();
    history.extend(&rows).expect("the rows are in the order of their ids");
    history
}

fn row((id, name, created, deleted, create_revision, prev_revision, lease): &Tuple) -> Row<'_> {
    Row {
        id: *id,
        name: Some(name.as_bytes()),
        created: Flag::from_number(*created),
        deleted: Flag::from_number(*deleted),
        create_revision: Some(*create_revision),
        prev_revision: Some(*prev_revision),
        lease: Some(*lease),
    }
}
