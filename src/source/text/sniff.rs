//! Which format a text is in, and where its heading is.

use std::borrow::Cow;

use serde_json::Value;

use super::column::{self, Column, Heading, lacks_columns};
use super::drawing::in_ascii;
use super::elsewhere::{Elsewhere, Line};
use super::format::{Beginning, Format, HEAD, Sniffed};
use super::headless::{self, Found, Headless};
use super::lines::{Around, Drawing, Lines, is_fence, quote_marks, without_end};
use super::no_table::Signs;
use super::pasted;
use super::split::{Split, is_numeral, is_rule, starts};
use super::{EXPORT, Error, record};

/// Finds the heading in the beginning of a text.
///
/// A line that names the three needed columns is a heading, whatever comes before it. A list of columns
/// in a query has commas, too: with commas it is one where a row follows, or where there is no other.
/// Beyond a NUL there is no text to look at, except in the rows of a table.
///
/// `columns` names the columns of rows without a heading.
pub(super) fn sniff(head: &[u8], place: &str, columns: Option<&str>) -> Result<Sniffed, Error> {
    if let Some((what, hint)) = foreign(head) {
        return Err(fault(place, what).hint(hint));
    }
    let bom = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let whole = (head.len() as u64) < HEAD;
    if whole && head[bom..].trim_ascii().is_empty() {
        return Err(fault(place, "it is empty").hint(format!("Export the table: {EXPORT}")));
    }
    if let Some(columns) = columns {
        return named(head, bom, place, columns);
    }
    let mut separated = None;
    let mut elsewhere = Elsewhere::default();
    let mut partial: Option<Heading> = None;
    let mut signs = Signs::default();
    let mut start = bom;
    let mut boxed = false;
    let mut blank = true;
    let mut fenced = false;
    for (before, raw) in (0u64..).zip(head[bom..].split_inclusive(|&byte| byte == b'\n')) {
        if raw.contains(&0) && separated.is_none() {
            break;
        }
        let end = start + raw.len();
        let marks = quote_marks(raw);
        let line = without_end(&raw[marks..], true);
        let ascii = in_ascii(line);
        let line = &*ascii;
        let seen = Line { text: line, start, marks, before, is_first: blank, fenced };
        if let Some(found) = elsewhere.see(head, seen) {
            return Ok(found);
        }
        for (format, heading) in candidates(line) {
            if let Some(column) = heading.twice {
                return Err(fault(place, &format!("its heading names `{}` twice", column.name()))
                    .hint(format!("Print each column once: {EXPORT}")));
            }
            if !column::missing(heading.present()).is_empty() {
                // One column's name is a word like any other.
                let is_spaced = matches!(format, Format::Text(Split::Spaces { .. }));
                if !is_spaced
                    && heading.known() >= partial.as_ref().map_or(2, |best| best.known() + 1)
                {
                    partial = Some(heading);
                }
                continue;
            }
            let objects = matches!(format, Format::JsonLines);
            let mut found = Sniffed {
                format,
                start: if objects { start } else { end },
                around: Around {
                    before: before + u64::from(!objects),
                    quoted: marks > 0,
                    crlf: raw.ends_with(b"\r\n"),
                    fenced,
                    drawing: Drawing {
                        is_unicode: matches!(ascii, Cow::Owned(_)),
                        is_ruled: boxed && are_ruled(&head[end..]),
                    },
                },
                heading,
            };
            match &mut found.format {
                Format::Text(split @ Split::Spaces { .. })
                    if !has_row(&head[end..], found.around, split, &found.heading) =>
                {
                    continue;
                }
                Format::Text(split @ Split::Separated { .. })
                    if separated.is_some()
                        || !has_row(&head[end..], found.around, split, &found.heading) =>
                {
                    separated.get_or_insert(found);
                    continue;
                }
                Format::Text(Split::Bars { rule, .. }) if boxed => *rule = Some(Vec::new()),
                _ => {}
            }
            return Ok(found);
        }
        boxed = line.trim_ascii().starts_with(b"+") && is_rule(line);
        if separated.is_none() {
            signs.see(line);
        }
        fenced ^= is_fence(line);
        blank &= line.trim_ascii().is_empty();
        start = end;
    }
    if let Some(found) = separated.or_else(|| elsewhere.end(head)) {
        return Ok(found);
    }
    headless(head, bom, place, &signs)?.ok_or_else(|| no_heading(head, place, &signs, partial))
}

/// What a text without a heading is, if its rows or its schema tell.
fn headless(head: &[u8], bom: usize, place: &str, signs: &Signs) -> Result<Option<Sniffed>, Error> {
    match headless::find(head, bom).filter(|_| !signs.holds_counts()) {
        Some(Found::Rows(rows)) => return Ok(Some(without_heading(*rows))),
        Some(Found::Ambiguous) => {
            let why = "its rows have no heading, and their columns are not in kine's order";
            let hint = "Say what each column is: --heading id,name,prev_revision,...";
            return Err(fault(place, why).hint(hint));
        }
        None => {}
    }
    let schema = pasted::find(&head[bom..]).map(Box::new);
    let beginning = Beginning { start: bom, before: 0, quoted: false };
    Ok(schema.map(|schema| Sniffed::elsewhere(Format::Schema(schema), beginning)))
}

/// The columns of rows that have no heading, as somebody named them.
fn named(head: &[u8], bom: usize, place: &str, columns: &str) -> Result<Sniffed, Error> {
    let rows = headless::named(head, bom, columns).ok_or_else(|| {
        let why = "no line has as many fields as --heading names columns, with a number under id";
        fault(place, why).hint("Leave --heading out if the text has a heading.")
    })?;
    Ok(without_heading(rows))
}

/// What is said of a text without a heading. `partial` is the line that is most like one.
fn no_heading(head: &[u8], place: &str, signs: &Signs, partial: Option<Heading>) -> Error {
    let whole = (head.len() as u64) < HEAD;
    if let Some((what, hint)) = signs.known() {
        return fault(place, what).hint(hint);
    }
    if let Some(heading) = partial {
        return lacks_columns(place, &heading, &column::missing(heading.present()));
    }
    if let Some((what, hint)) = signs.supposed() {
        return fault(place, what).hint(hint);
    }
    if head.contains(&0) {
        return fault(place, "it is not text").hint(format!("Export the table as text: {EXPORT}"));
    }
    let first = if whole { "" } else { " of its first MiB" };
    fault(place, &format!("no line{first} names the columns id, name and prev_revision")).hint(
        format!(
            "Keep the line with the headings (mysql -N leaves it out), or export the table again: \
             {EXPORT}"
        ),
    )
}

/// A text that is no table.
fn fault(place: &str, why: &str) -> Error {
    Error::new(format!("there is no kine table in {place}")).because(why.to_owned())
}

/// A text whose first row stands under no heading.
fn without_heading(rows: Headless) -> Sniffed {
    let Headless { split, heading, start, around } = rows;
    Sniffed { format: Format::Text(split), start, around, heading }
}

/// Whether a row of a table in CSV is under its heading. Then what is in quotes in its values is theirs,
/// though it looks like another heading.
fn has_row(text: &[u8], around: Around, split: &Split, heading: &Heading) -> bool {
    let mut lines = Lines::new(text, around);
    let mut split = split.clone();
    // Reading from memory does not fail.
    while record::next(&mut lines, &split).unwrap_or(false) {
        if let Split::Spaces { starts: columns } = &mut split
            && is_rule(lines.text())
        {
            *columns = Some(starts(lines.text()));
            continue;
        }
        let Ok(fields) = split.fields(lines.text(), None) else { continue };
        let field = |column: Column| heading.places[column as usize].map(|at| fields[at]);
        if fields.len() == heading.width
            && field(Column::Id).is_some_and(is_numeral)
            && !field(Column::Name).is_some_and(is_numeral)
        {
            return true;
        }
    }
    false
}

/// Whether a line is drawn after each row of a box: the heading's, the first row, a line, a row, a line.
fn are_ruled(text: &[u8]) -> bool {
    let lines = text
        .split(|&byte| byte == b'\n')
        .map(|line| in_ascii(&line[quote_marks(line)..]).into_owned());
    let drawn: Vec<bool> = lines.take(5).map(|line| is_rule(&line)).collect();
    drawn == [true, false, true, false, true]
}

/// What a line is that stands under another heading, if it is one itself: how its fields are told apart,
/// and the columns. Commas are looked at only where the table has them: queries do, too.
pub(super) fn heading(line: &[u8], under: &Split) -> Option<(Split, Heading)> {
    /// A heading is no longer, and many are refused for what they are.
    const LONGEST: usize = 4096;
    const NEEDED: &[u8] = b"prev";
    let may_be = line.len() <= LONGEST
        && line.windows(NEEDED.len()).any(|it| it.eq_ignore_ascii_case(NEEDED));
    let is_separated = |split: &Split| matches!(split, Split::Separated { .. });
    let is_spaced = |split: &Split| matches!(split, Split::Spaces { .. });
    let texts =
        may_be.then(|| candidates(line)).into_iter().flatten().filter_map(|found| match found {
            (Format::Text(split), heading) => Some((split, heading)),
            _ => None,
        });
    let mut whole = texts.filter(|(split, heading)| {
        heading.twice.is_none()
            && column::missing(heading.present()).is_empty()
            && (!is_separated(split) || is_separated(under))
            && (!is_spaced(split) || is_spaced(under))
    });
    whole.next()
}

/// What a line is a heading of, if it is one.
fn candidates(line: &[u8]) -> Vec<(Format, Heading)> {
    if line.trim_ascii_start().starts_with(b"{") {
        let Ok(Value::Object(object)) = serde_json::from_slice(line) else { return Vec::new() };
        let heading = Heading::new(line, object.keys().map(String::as_bytes));
        return vec![(Format::JsonLines, heading)];
    }
    let trimmed = line.trim_ascii();
    if let Some(names) = trimmed.strip_prefix(b"||") {
        // Jira's headings have two bars where its rows have one.
        let names =
            String::from_utf8_lossy(names.strip_suffix(b"||").unwrap_or(names)).into_owned();
        let heading = Heading::new(line, names.split("||").map(str::as_bytes));
        return vec![(Format::Text(Split::Bars { rule: None, bare: false }), heading)];
    }
    let bare = !trimmed.starts_with(b"|") && !trimmed.ends_with(b"|");
    let padded = line.windows(2).any(|two| two == b", " || two == b"; ");
    let mut candidates = Vec::new();
    for split in [
        Split::Tabs,
        Split::Bars { rule: None, bare },
        Split::Separated { by: b',', padded },
        Split::Separated { by: b';', padded },
        Split::Spaces { starts: None },
    ] {
        let Ok(fields) = split.fields(line, None) else { continue };
        let separated = matches!(split, Split::Separated { .. });
        let is_prose = |field: &&[u8]| field.trim_ascii().contains(&b' ');
        // A row has numbers, though it may have a heading in a value. Lines may be numbered.
        let is_row = fields.iter().skip(1).any(|field| is_numeral(field));
        if fields.len() > 1 && !is_row && !(separated && fields.iter().any(is_prose)) {
            candidates.push((Format::Text(split), Heading::new(line, fields)));
        }
    }
    candidates
}

/// What a file is that is no text but can be made one.
fn foreign(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const FOREIGN: [(&[u8], &str, &str); 5] = [
        (
            b"PGDMP",
            "it is a dump of pg_dump in its own format",
            "Make text of it: pg_restore -f - FILE",
        ),
        (b"BZh", "it is compressed with bzip2", "Unpack it on the way: bzcat FILE | kinescope -"),
        (
            b"\xff\xfe",
            "it is UTF-16, as PowerShell writes files",
            "Convert it on the way: iconv -f UTF-16 -t UTF-8 FILE | kinescope -",
        ),
        (
            b"\xfe\xff",
            "it is UTF-16",
            "Convert it on the way: iconv -f UTF-16 -t UTF-8 FILE | kinescope -",
        ),
        (
            b"SQLite format 3\0",
            "it is an SQLite database",
            "Export its table: sqlite3 -header -csv FILE 'SELECT id, name, created, deleted, \
             create_revision, prev_revision, lease FROM kine ORDER BY id' > kine.csv",
        ),
    ];
    FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic)).map(|&(_, what, hint)| (what, hint))
}
