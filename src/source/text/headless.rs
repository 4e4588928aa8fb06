//! Rows without a heading: kine's 7 or 9 columns, known by what they hold.

use super::column::{Column, Heading};
use super::drawing::in_ascii;
use super::lines::{Around, Drawing, is_fence, quote_marks, without_end};
use super::name::is_of_kine;
use super::split::{Split, is_numeral};
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
    Rows(Box<Headless>),
    /// They look like that, and contradict each other.
    Ambiguous,
}

/// Looks for rows that have as many fields as columns are named.
pub(super) fn named(head: &[u8], skip: usize, names: &str) -> Option<Headless> {
    let heading = Heading::new(names.as_bytes(), names.split(',').map(str::as_bytes));
    let place = |column: Column| heading.places[column as usize];
    let (id, name) = (place(Column::Id)?, place(Column::Name)?);
    let is_row = |fields: &[&[u8]]| is_numeral(fields[id]) && !is_numeral(fields[name]);
    first(head, skip, |line| {
        let split = splits().into_iter().find(|split| {
            let fields = split.fields(line, Some(heading.width)).unwrap_or_default();
            fields.len() == heading.width && is_row(&fields)
        })?;
        Some((split, heading.clone()))
    })
    .map(|((split, heading), start, around)| Headless { split, heading, start, around })
}

/// The first line of which something is known: that, where it begins, and what comes before it.
fn first<T>(
    head: &[u8],
    skip: usize,
    known: impl Fn(&[u8]) -> Option<T>,
) -> Option<(T, usize, Around)> {
    let mut start = skip;
    let mut fenced = false;
    for (before, raw) in (0..).zip(head[skip..].split_inclusive(|&byte| byte == b'\n')) {
        let marks = quote_marks(raw);
        let line = without_end(&raw[marks..], true);
        fenced ^= is_fence(line);
        if let Some(found) = known(&in_ascii(line)) {
            let (quoted, crlf) = (marks > 0, raw.ends_with(b"\r\n"));
            let drawing = Drawing { is_unicode: true, is_ruled: false };
            let around = Around { before, quoted, crlf, drawing, fenced };
            return Some((found, start, around));
        }
        start += raw.len();
    }
    None
}

/// Looks for rows of kine's columns in the beginning of a text.
pub(super) fn find(head: &[u8], skip: usize) -> Option<Found> {
    let kines = |line: &[u8]| {
        splits().into_iter().find_map(|split| {
            let mut widths = [FEW, COLUMNS.len()].into_iter();
            let width = widths.find(|&width| Row::of(line, &split, width).is_some())?;
            Some((split, width))
        })
    };
    let ((split, width), ..) = first(head, skip, kines)?;
    // What comes before it may be a row as well that is not understood.
    let ((), start, around) = first(head, skip, |line| {
        let fields = split.fields(line, Some(width)).ok()?;
        (fields.len() == width && is_numeral(fields[0])).then_some(())
    })?;
    let rows = head[start..].split(|&byte| byte == b'\n').take(ENOUGH);
    let mut rows = rows.filter_map(|line| {
        let line = in_ascii(without_end(&line[quote_marks(line)..], true));
        Row::of(&line, &split, width)
    });
    if !rows.all(|row| row.is_sound()) {
        return Some(Found::Ambiguous);
    }
    let heading = Heading::new(b"", COLUMNS[..width].iter().map(|name| name.as_bytes()));
    Some(Found::Rows(Box::new(Headless { split, heading, start, around })))
}

fn splits() -> [Split; 5] {
    [
        Split::Tabs,
        Split::Bars { rule: None, bare: true },
        Split::Separated { by: b',', padded: false },
        Split::Separated { by: b';', padded: false },
        Split::Spaces { starts: None },
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
        number(bare(0)).ok()?.filter(|_| is_of_kine(name))?;
        number(bare(6)).ok()?;
        let mut numbers = [None; 4];
        for (number_of, at) in numbers.iter_mut().zip(2..) {
            *number_of = number(bare(at)).ok()?;
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

/// What is no number, where one should be.
struct NoNumber;

/// A whole number, or NULL.
fn number(field: &[u8]) -> Result<Option<u64>, NoNumber> {
    match field {
        b"" | b"NULL" | b"\\N" => Ok(None),
        field if field.iter().all(u8::is_ascii_digit) => {
            let number = str::from_utf8(field).ok().and_then(|digits| digits.parse().ok());
            number.map(Some).ok_or(NoNumber)
        }
        _ => Err(NoNumber),
    }
}
