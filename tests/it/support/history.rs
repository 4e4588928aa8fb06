//! Histories from plain data.

use kinescope::history::{Flag, History, Profile, Row, Rows};

/// A row as the recorded cases write it: id, name, created, deleted, create revision, prev
/// revision, lease.
pub type Tuple = (u64, String, i64, i64, u64, u64, i32);

/// A whole table with kine's collation.
pub fn history(rows: &[Tuple]) -> History {
    let mut history = History::new(Profile::kine_default());
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

/// Compares a picture with one that is indented in the source.
#[track_caller]
pub fn assert_picture(drawn: &str, picture: &str) {
    let lines = || picture.lines().filter(|line| !line.trim().is_empty());
    let indent = lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let expected: String = lines().map(|line| format!("{}\n", line[indent..].trim_end())).collect();
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

/// A table from a picture, a line a row: `id key what <- prev`, where `what` is `create`, `update`,
/// `delete`, or `mark` for `compact_rev_key`'s row; no arrow is no prev revision. The key `-` and
/// the prev revision `-` are NULL; `blank` is an update whose `deleted` is NULL, and `odd` one where
/// it is neither 0 nor 1.
///
/// ```text
/// 1 compact_rev_key mark <- 0
/// 3 /a create
/// 4 /a update <- 3
/// ```
pub fn picture(text: &str) -> History {
    picture_in(text, Profile::kine_default())
}

/// The same, for a table that may be a part.
pub fn excerpt(text: &str) -> History {
    picture_in(text, Profile { excerpt: true, ..Profile::kine_default() })
}

pub fn picture_in(text: &str, profile: Profile) -> History {
    let mut history = History::new(profile);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [id, name, what, ref link @ ..] = words[..] else { panic!("{line}: no row") };
        let prev = match link {
            [] => Some(0),
            ["<-", "-"] => None,
            ["<-", prev] => Some(prev.parse().expect("a revision")),
            _ => panic!("{line}: no link"),
        };
        history
            .push(Row {
                id: id.parse().expect("a revision"),
                name: (name != "-").then_some(name.as_bytes()),
                created: if matches!(what, "create" | "mark") { Flag::Yes } else { Flag::No },
                deleted: match what {
                    "delete" => Flag::Yes,
                    "odd" => Flag::Odd,
                    "blank" => Flag::Null,
                    _ => Flag::No,
                },
                create_revision: Some(0),
                prev_revision: prev,
                lease: Some(0),
            })
            .expect("the rows are in the order of their ids");
    }
    history
}
