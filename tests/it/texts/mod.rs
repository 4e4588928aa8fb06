//! Tables as people have them: each is understood rightly, or counted as not understood.

mod doubtful;
mod dressed;
mod dumps;
mod headless;
mod reports;
mod sizes;
mod spellings;

use kinescope::history::{Flag, Row, Rows};
use kinescope::source::Options;
use kinescope::source::text;
use kinescope::source::text::Table;

fn read(text: &[u8]) -> Table {
    text::read(text, "the test", &Options::default()).expect("the text holds a table")
}

/// A line a row: id, name, created, deleted, create revision, prev revision.
fn picture(rows: &Rows) -> Vec<String> {
    let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let flag = |flag: Flag| match flag {
        Flag::Yes => "1",
        Flag::No => "0",
        _ => "-",
    };
    let line = |row: Row<'_>| {
        format!(
            "{} {} {} {} {} {}",
            row.id,
            String::from_utf8_lossy(row.name.unwrap_or(b"-")),
            flag(row.created),
            flag(row.deleted),
            number(row.create_revision),
            number(row.prev_revision)
        )
    };
    rows.iter().map(line).collect()
}

fn unread(table: &Table) -> Vec<String> {
    table.unread.first().iter().map(|unread| format!("{}: {}", unread.place, unread.why)).collect()
}
