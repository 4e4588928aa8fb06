//! Rows without a heading: kine's 7 or 9 columns, known by what they hold.

use super::column::Heading;
use super::lines::{Around, is_fence, quote_marks, without_end};
use super::name::is_of_kine;
use super::split::Split;
use super::sql::COLUMNS;

/// How many rows are looked at.
const ENOUGH: usize = 1100;

/// How many columns there are without the values.
const FEW: usize = 7;

/// Rows without a heading.
pub(super) struct Headless {
    pub(super) split: Split,
    pub(super) heading: Heading,
    /// Where the first of them begins, and how many lines come before it.
    pub(super) start: usize,
    pub(super) around: Around,
}

/// What is known of the columns of a text without a heading.
pub(super) enum Found {
    /// They are kine's, in its order.
    Rows(Headless),
    /// They look like that, and contradict each other.
    Ambiguous,
}

/// Looks for rows of kine's columns in the beginning of a text.
pub(super) fn find(head: &[u8], skip: usize) -> Option<Found> {
    let mut start = skip;
    let mut fenced = false;
    for (before, raw) in (0..).zip(head[skip..].split_inclusive(|&byte| byte == b'\n')) {
        let marks = quote_marks(raw);
        let line = without_end(&raw[marks..], true);
        fenced ^= is_fence(line);
        for split in splits() {
            for width in [FEW, COLUMNS.len()] {
                if Row::of(line, &split, width).is_none_or(|row| !row.is_sound()) {
                    continue;
                }
                let rows = head[start..].split(|&byte| byte == b'\n');
                let mut rows = rows.take(ENOUGH).filter_map(|line| {
                    Row::of(without_end(&line[quote_marks(line)..], true), &split, width)
                });
                if !rows.all(|row| row.is_sound()) {
                    return Some(Found::Ambiguous);
                }
                let names = COLUMNS[..width].iter().map(|name| name.as_bytes());
                let heading = Heading::new(b"", names);
                let (quoted, crlf) = (marks > 0, raw.ends_with(b"\r\n"));
                let around = Around { before, quoted, crlf, fenced, ..Around::default() };
                return Some(Found::Rows(Headless { split, heading, start, around }));
            }
        }
        start += raw.len();
    }
    None
}

fn splits() -> [Split; 4] {
    [
        Split::Tabs,
        Split::Bars { rule: None, bare: true },
        Split::Separated { by: b',', padded: false },
        Split::Separated { by: b';', padded: false },
    ]
}

/// The numbers of a row: created, deleted, create revision, prev revision; `None` is NULL.
struct Row {
    is_mark: bool,
    numbers: [Option<u64>; 4],
}

impl Row {
    /// What a line holds, if it may be a row of kine's.
    fn of(line: &[u8], split: &Split, width: usize) -> Option<Self> {
        let fields = split.fields(line, Some(width)).ok().filter(|it| it.len() == width)?;
        let bare = |at: usize| {
            let field = fields[at].trim_ascii();
            let inner = field.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\""));
            inner.unwrap_or(field)
        };
        let name = bare(1);
        number(bare(0))?.filter(|_| is_of_kine(name))?;
        number(bare(6))?;
        let mut numbers = [None; 4];
        for (number_of, at) in numbers.iter_mut().zip(2..) {
            *number_of = number(bare(at))?;
        }
        Some(Self { is_mark: !name.starts_with(b"/"), numbers })
    }

    /// Whether it is such as kine writes, where its columns are in kine's order: a key was created before it
    /// was changed, and nothing is deleted that was not there.
    fn is_sound(&self) -> bool {
        let [created, deleted, create, prev] = self.numbers.map(Option::unwrap_or_default);
        let are_flags = created <= 1 && deleted <= 1 && created + deleted <= 1;
        are_flags && (self.is_mark || (prev == 0 || create <= prev) && !(deleted == 1 && prev == 0))
    }
}

/// A whole number, or NULL; `None` where it is neither.
fn number(field: &[u8]) -> Option<Option<u64>> {
    match field {
        b"" | b"NULL" | b"\\N" => Some(None),
        field if field.iter().all(u8::is_ascii_digit) => {
            str::from_utf8(field).ok()?.parse().ok().map(Some)
        }
        _ => None,
    }
}
