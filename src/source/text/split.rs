//! How a line becomes fields, and a field becomes what it holds.

use std::borrow::Cow;

use super::cell::Cell;

/// How the fields of a line are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Split {
    /// By tabs, with the escapes that `mysql -B` writes.
    Tabs,
    /// By bars, padded with spaces.
    Bars {
        /// The line under the heading of a box, `+---+-----+`: it says where the bars are, so that
        /// a bar within a name is not taken for one of them.
        rule: Option<Vec<u8>>,
        /// Whether the heading has no bar at its ends, so that a bar at the end of a line may
        /// stand before an empty field.
        bare: bool,
    },
    /// By spaces alone.
    Spaces {
        /// At which character each column begins, where a line of dashes under the heading says so.
        starts: Option<Vec<usize>>,
    },
    /// By a character, with fields in quotes where needed.
    Separated {
        by: u8,
        /// Whether the heading has spaces after its separators: then rows have them too.
        padded: bool,
    },
}

impl Split {
    /// Splits a line into fields as they are written.
    ///
    /// Quotes in CSV are taken strictly. A lenient reader lets one forgotten quote swallow the rows
    /// up to the next one, without a word.
    pub(super) fn fields<'l>(
        &self,
        line: &'l [u8],
        width: Option<usize>,
    ) -> Result<Vec<&'l [u8]>, &'static str> {
        match self {
            Self::Tabs => Ok(line.split(|&byte| byte == b'\t').collect()),
            Self::Bars { rule, bare } => Ok(bars(line.trim_ascii(), rule.as_deref(), *bare, width)),
            Self::Separated { by, padded } => separated(line, *by, *padded),
            Self::Spaces { starts: Some(starts) } => at_starts(line, starts),
            Self::Spaces { starts: None } => {
                Ok(line.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).collect())
            }
        }
    }

    /// Splits a line of a pipe table at those bars alone that have a space on both sides, so that a
    /// value may have one: `4306 | compact_rev_key_apiserver | 3005 | 4|3005`.
    pub(super) fn padded<'l>(&self, line: &'l [u8], width: usize) -> Option<Vec<&'l [u8]>> {
        let Self::Bars { bare, .. } = self else { return None };
        let line = line.trim_ascii();
        let is_space =
            |at: Option<usize>| at.and_then(|at| line.get(at)).is_none_or(|&it| it == b' ');
        let is_between = |at: usize| is_space(at.checked_sub(1)) && is_space(Some(at + 1));
        let fields = at_bars(line, *bare, Some(width), is_between);
        (fields.len() == width).then_some(fields)
    }

    /// What stands between fields.
    pub(super) const fn separator(&self) -> u8 {
        match self {
            Self::Tabs => b'\t',
            Self::Bars { .. } => b'|',
            Self::Spaces { .. } => b' ',
            Self::Separated { by, .. } => *by,
        }
    }

    /// Whether a field holds what the table does, byte for byte.
    pub(super) const fn is_exact(&self) -> bool {
        match self {
            Self::Tabs | Self::Separated { .. } => true,
            Self::Bars { .. } | Self::Spaces { .. } => false,
        }
    }

    /// What a field holds.
    pub(super) fn cell<'l>(&self, field: &'l [u8]) -> Result<Cell<'l>, &'static str> {
        let text = match self {
            Self::Tabs => return unescape(field),
            Self::Separated { padded, .. } => match field {
                [b'"', inner @ .., b'"'] => return Ok(Cell::Text(without_escape(inner, *b"\"\""))),
                _ if *padded => field.trim_ascii(),
                _ => field,
            },
            Self::Bars { .. } | Self::Spaces { .. } => field.trim_ascii(),
        };
        Ok(match (text, self) {
            (b"", _) => Cell::Blank,
            (b"NULL" | b"\\N", _) => Cell::Null,
            // Markdown writes a bar within a cell so.
            (_, Self::Bars { rule: None, .. }) => Cell::Text(without_escape(text, *b"\\|")),
            _ => Cell::Text(Cow::Borrowed(text)),
        })
    }
}

/// Whether a field may be a number, in whatever marks and groups: it has digits, and no letters.
pub(super) fn is_numeral(field: &[u8]) -> bool {
    field.iter().any(u8::is_ascii_digit) && !field.iter().any(u8::is_ascii_alphabetic)
}

/// Whether a line is drawn rather than written: `+----+---+`, `|---|:-:|`, `---+---`.
pub(super) fn is_rule(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.iter().all(|byte| b"+-|=: ".contains(byte))
        && line.windows(2).any(|two| two == b"--" || two == b"==")
        || line.starts_with(b"|-") && line.iter().all(|byte| b"-|: ".contains(byte))
}

/// What is drawn of a line: all of it, or what stands behind a timestamp, as `journalctl` puts one before
/// each line.
pub(super) fn drawn(line: &[u8]) -> Option<&[u8]> {
    if is_rule(line) {
        return Some(line);
    }
    let bar = line.iter().position(|&byte| byte == b'|');
    let start = bar.or_else(|| line.windows(2).position(|two| two == b"+-" || two == b"+="))?;
    Some(&line[start..]).filter(|rule| start > 0 && is_rule(rule))
}

fn bars<'l>(
    line: &'l [u8],
    rule: Option<&[u8]>,
    bare: bool,
    width: Option<usize>,
) -> Vec<&'l [u8]> {
    if let Some(fields) = rule.and_then(|rule| under_rule(line, rule)) {
        return fields;
    }
    at_bars(line, bare, width, |at| rule.is_some() || at == 0 || line[at - 1] != b'\\')
}

/// Splits a line at those bars that are between fields.
fn at_bars(
    line: &[u8],
    bare: bool,
    width: Option<usize>,
    is_between: impl Fn(usize) -> bool,
) -> Vec<&[u8]> {
    // As many as there may be at once: a line of bars alone would need thrice that as it grows.
    let mut fields = Vec::with_capacity(line.split(|&byte| byte == b'|').count());
    let mut start = 0;
    for (at, _) in line.iter().enumerate().filter(|&(_, &byte)| byte == b'|') {
        if is_between(at) {
            fields.push(&line[start..at]);
            start = at + 1;
        }
    }
    fields.push(&line[start..]);
    if bare && Some(fields.len()) == width {
        return fields;
    }
    // The bars at the ends are there or not, on any line: people do not copy them all.
    if fields.len() > 1 && fields.last().is_some_and(|last| last.is_empty()) {
        fields.pop();
    }
    if fields.len() > 1 && fields[0].is_empty() {
        fields.remove(0);
    }
    fields
}

/// Splits a line of a box at the places where its rule has corners.
fn under_rule<'l>(line: &'l [u8], rule: &[u8]) -> Option<Vec<&'l [u8]>> {
    if line.len() != rule.len() {
        return None;
    }
    let corners: Vec<usize> =
        rule.iter().enumerate().filter_map(|(at, &byte)| (byte == b'+').then_some(at)).collect();
    corners
        .iter()
        .all(|&at| line[at] == b'|')
        .then(|| corners.windows(2).map(|pair| &line[pair[0] + 1..pair[1]]).collect())
}

/// At which character each column begins, by the line of dashes under the headings: `--  ----  -------`.
pub(super) fn starts(rule: &[u8]) -> Vec<usize> {
    let begins = |at: &usize| rule[*at] == b'-' && (*at == 0 || rule[at - 1] == b' ');
    (0..rule.len()).filter(begins).collect()
}

/// Splits a line at the characters where columns begin.
fn at_starts<'l>(line: &'l [u8], starts: &[usize]) -> Result<Vec<&'l [u8]>, &'static str> {
    let text = str::from_utf8(line)
        .map_err(|_odd| "it is not UTF-8, so that its columns are not known")?;
    let mut places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
    places.push(line.len());
    let place = |start: usize| places.get(start).copied().unwrap_or(line.len());
    if starts
        .iter()
        .any(|&start| start > 0 && ![None, Some(&b' ')].contains(&line.get(place(start - 1))))
    {
        return Err("a field is wider than its column");
    }
    let ends = starts.iter().skip(1).map(|&start| place(start)).chain([line.len()]);
    Ok(starts.iter().zip(ends).map(|(&start, end)| &line[place(start)..end]).collect())
}

fn separated(line: &[u8], by: u8, padded: bool) -> Result<Vec<&[u8]>, &'static str> {
    // As `bars` does.
    let mut fields = Vec::with_capacity(line.split(|&byte| byte == by).count());
    let mut rest = line;
    loop {
        if padded {
            rest = rest.trim_ascii_start();
        }
        let end = if rest.first() == Some(&b'"') {
            closing_quote(rest).ok_or("a quote is not closed")?
        } else {
            let end = rest.iter().position(|&byte| byte == by).unwrap_or(rest.len());
            if rest[..end].contains(&b'"') {
                return Err("a field that does not begin with a quote has one inside");
            }
            end
        };
        fields.push(&rest[..end]);
        match rest.get(end) {
            None => return Ok(fields),
            Some(&byte) if byte == by => rest = &rest[end + 1..],
            Some(_) => return Err("something follows a closing quote"),
        }
    }
}

/// The position after the quote that closes a field.
fn closing_quote(field: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += field.get(at..)?.iter().position(|&byte| byte == b'"')? + 1;
        if field.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// Undoes what `mysql -B` does to a tab, a line end, a NUL and a backslash.
fn unescape(field: &[u8]) -> Result<Cell<'_>, &'static str> {
    if field == b"NULL" || field == b"\\N" {
        return Ok(Cell::Null);
    }
    if !field.contains(&b'\\') || is_bytea(field) {
        return Ok(Cell::Text(Cow::Borrowed(field)));
    }
    let mut text = Vec::with_capacity(field.len());
    let mut bytes = field.iter();
    while let Some(&byte) = bytes.next() {
        text.push(match byte {
            b'\\' => match bytes.next() {
                Some(b't') => b'\t',
                Some(b'n') => b'\n',
                Some(b'0') => 0,
                Some(b'\\') => b'\\',
                _ => return Err("it has a backslash where `mysql -B` writes none"),
            },
            byte => byte,
        });
    }
    Ok(Cell::Text(Cow::Owned(text)))
}

/// Whether a field is bytes as `psql` prints them, `\x6b3873`: `mysql -B` writes no such thing.
fn is_bytea(field: &[u8]) -> bool {
    field
        .strip_prefix(b"\\x")
        .is_some_and(|digits| digits.len() % 2 == 0 && digits.iter().all(u8::is_ascii_hexdigit))
}

/// Replaces each pair of bytes by its second.
pub(super) fn without_escape(text: &[u8], pair: [u8; 2]) -> Cow<'_, [u8]> {
    if !text.windows(2).any(|two| two == pair) {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        let skip = rest.starts_with(&pair);
        plain.push(if skip { pair[1] } else { *first });
        rest = if skip { &tail[1..] } else { tail };
    }
    Cow::Owned(plain)
}
