//! How two tables differ, in words.

use crate::history::compare::{
    Apart, Behind, Comparison, KeyDifference, Lack, Now, SchemaDifference, Side,
};
use crate::history::{History, RowIx};
use crate::text::{count, grouped};

/// A table in a word.
pub const fn side(side: Side) -> &'static str {
    match side {
        Side::First => "first",
        Side::Second => "second",
    }
}

/// How a row differs: `created and lease differ`, `only in the first`.
pub fn apart(apart: Apart) -> String {
    match apart {
        Apart::Differs(columns) => {
            let names: Vec<&str> = columns.names().collect();
            match names.as_slice() {
                [only] => format!("{only} differs"),
                [first @ .., last] => format!("{} and {last} differ", first.join(", ")),
                [] => "nothing differs".to_owned(),
            }
        }
        Apart::OnlyIn(of, Lack::Missing) => format!("only in the {}", side(of)),
        Apart::OnlyIn(of, Lack::Newer) => {
            format!("only in the {}, newer than all of the {}", side(of), side(of.other()))
        }
        Apart::OnlyIn(of, Lack::Compacted) => {
            format!("only in the {}, compacted away in the {}", side(of), side(of.other()))
        }
    }
}

/// Whether the tables have one history, in a sentence.
pub fn histories(comparison: &Comparison, behind: Option<Behind>) -> String {
    let parts = comparison.rows.iter().find(|row| row.apart.is_difference());
    let compacted = Side::BOTH.map(|side| comparison.only_in(side, Lack::Compacted));
    let further = match compacted {
        [0, 0] => "",
        [_, 0] => ", and the second was compacted further",
        [0, _] => ", and the first was compacted further",
        [..] => ", and each was compacted where the other was not",
    };
    if let Some(row) = parts {
        return format!("The tables part at revision {}: {}.", row.id, apart(row.apart));
    }
    let goes_on = |of| comparison.only_in(of, Lack::Newer) > 0;
    match behind.filter(|it| goes_on(it.side.other())) {
        Some(Behind { side: of, ends_at, other_ends_at }) => format!(
            "The tables have one history up to {ends_at}, where the {} ends; the {} goes on to \
             {other_ends_at}{further}.",
            side(of),
            side(of.other())
        ),
        None if further.is_empty() => "Each row of one table is in the other.".to_owned(),
        None => format!("The tables have one history{further}."),
    }
}

/// How many keys differ and how, in sentences.
pub fn key_states(comparison: &Comparison, tables: [&History; 2]) -> Vec<String> {
    let keys = &comparison.keys;
    if keys.is_empty() {
        return vec!["Each key has the same state in both.".to_owned()];
    }
    let only = |side| keys.iter().filter(|key| key.live_only_in() == Some(side)).count();
    let [first, second] = Side::BOTH.map(only);
    let both = keys.len() - first - second;
    let parts = [
        (first, "live in the first alone"),
        (second, "live in the second alone"),
        (both, "live at different revisions"),
    ];
    let parts = parts.into_iter().filter(|(some, _)| *some > 0);
    let parts: Vec<String> =
        parts.map(|(some, what)| format!("{} {what}", grouped(some as u64))).collect();
    let all = count(keys.len() as u64, "key");
    let mut said = vec![match parts.as_slice() {
        [_] => {
            let are = if keys.len() == 1 { "is" } else { "are" };
            let what = [(first, "the first alone"), (second, "the second alone")];
            let place = what.into_iter().find(|(some, _)| *some > 0);
            let how =
                place.map_or("at different revisions".to_owned(), |it| format!("in {}", it.1));
            format!("{all} {are} live {how}.")
        }
        _ => format!("{all} differ: {}.", parts.join(", ")),
    }];
    let newer = keys.iter().filter(|key| key.is_newer).count();
    if newer > 0 {
        let end = tables.map(|table| table.current().unwrap_or_default());
        said.push(format!(
            "{} of them only by what was written after {}, where one table ends.",
            grouped(newer as u64),
            end[0].min(end[1])
        ));
    }
    for of in Side::BOTH {
        let is_back = |key: &&KeyDifference| {
            key.live_only_in() == Some(of) && !key.is_newer && key.is_back(tables)
        };
        let back = keys.iter().filter(is_back).count();
        if back > 0 {
            let (are, they) = if back == 1 { ("is", "it") } else { ("are", "they") };
            said.push(format!(
                "{} {are} live in the {} at a revision before the tombstone in the {}: {they} came \
                 back, or the deletion is missing.",
                count(back as u64, "key"),
                side(of),
                side(of.other())
            ));
        }
    }
    said
}

/// What a key is in one of the tables: `5466`, `deleted 5890`, `not there`.
pub fn now(history: &History, now: Now) -> String {
    let id = |at: RowIx| history.id(at);
    match now {
        Now::Absent => "not there".to_owned(),
        Now::Live(at) => id(at).to_string(),
        Now::Deleted(at) => format!("deleted {}", id(at)),
    }
}

/// What differs beside the rows, in a sentence.
pub fn schema(difference: &SchemaDifference) -> String {
    let SchemaDifference { what, name, declared } = difference;
    let what = match name {
        Some(name) => format!("{what} {name}"),
        None => (*what).to_owned(),
    };
    match declared {
        [Some(first), Some(second)] => {
            format!("{what}: {first} in the first, {second} in the second")
        }
        [Some(first), None] => format!("{what}: {first} in the first alone"),
        [None, Some(second)] => format!("{what}: {second} in the second alone"),
        [None, None] => what,
    }
}

/// What watchers would miss where one table stands in for the other, and how to prevent that.
pub fn behind(behind: Behind) -> String {
    let Behind { side: of, ends_at, other_ends_at } = behind;
    let (short, long) = (side(of), side(of.other()));
    format!(
        "The {short} ends {} before the {long}. If the {short} is to take the place of the {long}, as \
         after a restore, raise its next id from {} to {} or higher before kine starts: whoever has \
         watched the {long} up to {other_ends_at} misses what is written to the {short} as {} to \
         {other_ends_at}.",
        count(behind.gap(), "revision"),
        ends_at.saturating_add(1),
        other_ends_at.saturating_add(1),
        ends_at.saturating_add(1)
    )
}
