//! What a text is that has no heading of kine's table, and what to do about it.

use super::EXPORT;
use super::lines::quote_marks;

/// What a text is, what tells most first. From [`Sign::Spaces`] on a line only seems to be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Counts,
    Schema,
    Vertical,
    Spaces,
    Object,
    Rows,
}

/// What the lines of a text show of what it is.
#[derive(Debug, Default)]
pub(super) struct Signs {
    best: Option<Sign>,
    /// Whether a line came that is not blank.
    begun: bool,
}

impl Signs {
    /// Looks at the next line.
    pub(super) fn see(&mut self, line: &[u8]) {
        /// The beginning of a line is enough.
        const ENOUGH: usize = 2000;
        let line = line[quote_marks(line)..].trim_ascii();
        let line = line[..line.len().min(ENOUGH)].to_ascii_lowercase();
        let sign = sign(&line, !self.begun);
        self.begun |= !line.is_empty();
        self.best = [self.best, sign].into_iter().flatten().min();
    }

    /// Whether the text holds counts.
    pub(super) fn holds_counts(&self) -> bool {
        self.best == Some(Sign::Counts)
    }

    /// What the text surely is, as the rest of a sentence, and what to do.
    pub(super) fn known(&self) -> Option<(&'static str, String)> {
        self.best.filter(|&sign| sign < Sign::Spaces).map(Sign::words)
    }

    /// What the text is if no line is a part of a heading.
    pub(super) fn supposed(&self) -> Option<(&'static str, String)> {
        self.best.map(Sign::words)
    }
}

impl Sign {
    fn words(self) -> (&'static str, String) {
        let or_export = |how: &str| format!("{how}, or export the table as text: {EXPORT}");
        match self {
            Self::Counts => (
                "it holds counts, not revisions",
                format!(
                    "`kinescope usage SOURCE` counts the rows of each prefix and key itself, from \
                     a server or from the table as text: {EXPORT}"
                ),
            ),
            Self::Schema => (
                "it describes a table, and holds no rows",
                or_export("Name the server: `kinescope audit` also checks its columns and indexes"),
            ),
            Self::Vertical => (
                "its rows are printed vertically, without the columns id, name and prev_revision",
                or_export("Print the columns id, name and prev_revision"),
            ),
            Self::Spaces => (
                "its columns are separated only by spaces, and no row is under the headings",
                or_export("Print it with tabs, bars or commas"),
            ),
            Self::Object => (
                "it is JSON, but neither an array of rows nor an object on each line, with the columns \
                 id, name and prev_revision",
                or_export("Print an array of objects"),
            ),
            Self::Rows => (
                "its rows have no heading to say what each column is",
                or_export(
                    "Keep the line with the headings (mysql -N and psql -t leave it out), or say what \
                     each column is: --heading id,name,prev_revision,...",
                ),
            ),
        }
    }
}

/// Whether a line begins HTML.
pub(super) fn is_html(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let begins = |tag: &[u8]| line.get(..tag.len()).is_some_and(|it| it.eq_ignore_ascii_case(tag));
    [&b"<table"[..], b"<tr", b"<html", b"<!doctype"].into_iter().any(begins)
}

/// What a line, in lower case, shows of the text that it is in.
fn sign(line: &[u8], first: bool) -> Option<Sign> {
    let has = |part: &str| line.windows(part.len()).any(|it| it == part.as_bytes());
    let begins = |parts: &[&str]| parts.iter().any(|part| line.starts_with(part.as_bytes()));
    let have = |parts: &[&str]| parts.iter().all(|part| has(part));
    let is_described = have(&["field", "type", "null", "default"]);
    Some(match () {
        () if has("count(") || have(&["compact_rev ", "current_rev"]) => Sign::Counts,
        () if begins(&["create table"]) || is_described || have(&["seq_in_index", "key_name"]) => {
            Sign::Schema
        }
        () if is_vertical(line) => Sign::Vertical,
        () if is_spaced(line) => Sign::Spaces,
        () if first && begins(&["{"]) => Sign::Object,
        () if is_row(line) => Sign::Rows,
        () => return None,
    })
}

/// Whether a line begins a row, or is a column of one, in what `\G` prints.
fn is_vertical(line: &[u8]) -> bool {
    let begins_row = line.starts_with(b"****") && line.windows(5).any(|it| it == b". row")
        || line.starts_with(b"-[ record");
    let column = line.strip_prefix(b"prev_revision").map(<[u8]>::trim_ascii_start);
    let is_column = column.and_then(<[u8]>::split_first).is_some_and(|(mark, value)| {
        b":=|".contains(mark) && value.trim_ascii().iter().all(u8::is_ascii_digit)
    });
    begins_row || is_column
}

/// Whether a line names the columns, with spaces between them alone.
fn is_spaced(line: &[u8]) -> bool {
    let has = |column: &[u8]| line.split(u8::is_ascii_whitespace).any(|word| word == column);
    has(b"id") && has(b"name") && has(b"prev_revision") && !line.contains(&b'|')
}

/// Whether a line is a row of the table: a name, and numbers for the most part.
fn is_row(line: &[u8]) -> bool {
    const LEAST: usize = 6;
    let bare = |field: &[u8]| {
        let is_mark = |byte: &u8| b"\"' ".contains(byte);
        let start = field.iter().take_while(|byte| is_mark(byte)).count();
        let end = field[start..].iter().rev().take_while(|byte| is_mark(byte)).count();
        start..field.len() - end
    };
    [b'\t', b'|', b',', b';'].into_iter().any(|by| {
        let fields = || line.split(|&byte| byte == by).take(LEAST).map(|it| &it[bare(it)]);
        let is_number = |field: &&[u8]| !field.is_empty() && field.iter().all(u8::is_ascii_digit);
        let is_name = |field: &[u8]| field.starts_with(b"/") || field.starts_with(b"compact_rev");
        fields().count() == LEAST
            && fields().filter(is_number).count() >= LEAST - 2
            && fields().any(is_name)
    })
}
