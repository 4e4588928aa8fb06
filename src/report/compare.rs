//! How two tables differ.

use super::Table;
use crate::display::words;
use crate::history::History;
use crate::history::compare::{Apart, Behind, Comparison, KeyDifference, Lack, Row, Side, Values};
use crate::text::{count, grouped};

/// Two tables, and how they differ.
#[derive(Debug, Clone)]
pub struct Compare<'a> {
    /// The tables.
    pub tables: [Table<'a>; 2],
    /// How they differ.
    pub comparison: Comparison,
    /// Which of them ends before the other.
    pub behind: Option<Behind>,
    /// Whether values were compared, too.
    pub has_values: bool,
    /// Whether long lists are given whole.
    pub all: bool,
}

/// How many keys or rows are listed where not all are.
const MOST: usize = 20;

impl<'a> Compare<'a> {
    /// Compares two tables, and their values where these are given.
    pub fn new(tables: [Table<'a>; 2], values: Option<[Values<'_>; 2]>, all: bool) -> Self {
        let [first, second] = tables.map(|table| table.history);
        let comparison = Comparison::with_values(first, second, values);
        let behind = Behind::of(first, second);
        Self { tables, comparison, behind, has_values: values.is_some(), all }
    }

    /// Whether values were compared, in words.
    pub(in crate::report) const fn values(&self) -> &'static str {
        if self.has_values { "compared" } else { "not compared" }
    }

    /// Whether both tables were read whole, or as far as was asked for.
    pub fn is_whole(&self) -> bool {
        self.tables.iter().all(Table::is_understood)
    }

    /// Their rows.
    pub(in crate::report) fn histories(&self) -> [&'a History; 2] {
        self.tables.map(|table| table.history)
    }

    /// What there is to say, each a sentence or more, the most important first.
    pub(in crate::report) fn verdict(&self) -> Vec<String> {
        let mut said = vec![words::histories(&self.comparison, self.behind)];
        said.extend(words::key_states(&self.comparison, self.histories()));
        let schema = match &self.comparison.schema {
            None => "Columns and indexes are not compared: one of the sources does not tell them.",
            Some(all) if all.is_empty() => "Columns and indexes are declared alike.",
            Some(_) => "Columns or indexes are declared differently.",
        };
        said.push(schema.to_owned());
        let parts = self.histories().map(History::may_be_a_part);
        let parts = [Side::First, Side::Second].into_iter().zip(parts).filter(|(_, is)| *is);
        said.extend(parts.map(|(side, _)| {
            let side = words::side(side);
            format!(
                "The {side} has no compact_rev_key, and may be a part of a table: what it lacks need not \
                 be missing there."
            )
        }));
        said
    }

    /// Names and values: what the rows have in common.
    pub(in crate::report) fn facts(&self) -> Vec<(&'static str, String)> {
        let differ = self.comparison.count(|apart| matches!(apart, Apart::Differs(_)));
        let same = grouped(self.comparison.same_rows as u64);
        let mut facts =
            vec![("rows", format!("{same} the same, {} differ", grouped(differ as u64)))];
        for (side, name) in [(Side::First, "only first"), (Side::Second, "only second")] {
            let other = words::side(side.other());
            let lacks = [
                (Lack::Missing, format!("missing in the {other}")),
                (Lack::Newer, format!("newer than all of the {other}")),
                (Lack::Compacted, format!("compacted away in the {other}")),
            ];
            let some =
                lacks.into_iter().map(|(lack, what)| (self.comparison.only_in(side, lack), what));
            let some = some.filter(|(rows, _)| *rows > 0);
            let some: Vec<String> =
                some.map(|(rows, what)| format!("{} {what}", grouped(rows as u64))).collect();
            if !some.is_empty() {
                facts.push((name, some.join(", ")));
            }
        }
        let values = if self.has_values { "compared, by their hashes" } else { self.values() };
        facts.push(("values", values.to_owned()));
        facts
    }

    /// The keys that differ, and how many more are not listed.
    pub(in crate::report) fn keys(&self) -> (&[KeyDifference], usize) {
        cut(&self.comparison.keys, self.all)
    }

    /// The rows in which the histories differ, and how many more are not listed.
    pub(in crate::report) fn rows(&self) -> (Vec<Row>, usize) {
        let rows = self.comparison.rows.iter().filter(|row| row.apart.is_difference());
        let rows: Vec<Row> = rows.copied().collect();
        let (listed, more) = cut(&rows, self.all);
        (listed.to_vec(), more)
    }

    /// A key's name.
    pub(in crate::report) fn key_name(&self, key: &KeyDifference) -> &'a [u8] {
        let [first, second] = self.histories();
        match key.keys {
            [Some(key), _] => first.name(key),
            [None, Some(key)] => second.name(key),
            [None, None] => &[],
        }
    }

    /// What a key is in both: `first 5466, second deleted 5890`.
    pub(in crate::report) fn key_story(&self, key: &KeyDifference) -> String {
        let [first, second] = self.histories();
        let (one, other) = (words::now(first, key.now[0]), words::now(second, key.now[1]));
        let newer = if key.is_newer { ", written since" } else { "" };
        format!("first {one}, second {other}{newer}")
    }

    /// The name of a row, and of another one that has its id.
    pub(in crate::report) fn row_names(&self, row: &Row) -> Vec<Option<&'a [u8]>> {
        let names = self.histories().into_iter().zip(row.at);
        let mut names: Vec<_> = names.filter_map(|(of, at)| Some(of.row(at?).name)).collect();
        names.dedup();
        names
    }

    /// `first, mysql://…`: a table and how large it is.
    pub(in crate::report) fn table(&self, at: usize) -> String {
        let Table { history, kind, .. } = self.tables[at];
        let compacted = history.compacted();
        format!(
            "{} ({kind}): {}, {}, current {}, compacted {}",
            self.tables[at].place(),
            count(history.len() as u64, "row"),
            count(history.key_count() as u64, "key"),
            history.current().unwrap_or_default(),
            compacted.map_or_else(|| "unknown".to_owned(), |id| id.to_string())
        )
    }
}

fn cut<T>(all: &[T], whole: bool) -> (&[T], usize) {
    // One more takes no more room than to say so.
    let listed = if whole || all.len() <= MOST + 1 { all } else { &all[..MOST] };
    (listed, all.len() - listed.len())
}
