//! What every name of a text carries that is not of the name, and every number that is not of the
//! number: quotes, backticks, `b'…'`, hex, grouped digits.
//!
//! Programs write names as their language does, and people paste them as their chat does. Every key of
//! Kubernetes begins with a slash, and kine's own rows are named `compact_rev_key` and `gap-N`: so the
//! first rows tell. What all of them carry is taken off, from every row. Where no name is one of these
//! even so, the text is refused. A row that does not carry it, or that carries something where the first
//! rows do not, is not understood: no name is ever guessed at. Only hex says of every byte that it is the
//! name's.

use std::borrow::Cow;

use super::cell::{Cell, Cells, byte};
use super::column::{Column, PerColumn};
use super::name::{
    ESCAPED_MARK, is_cut, is_like_mark, is_of_kine, is_own, is_plain, is_seen, without_padding,
};
use super::split::without_escape;
use crate::source::Why;

/// How many rows are looked at before the first is taken. Ids are unique: one of so many has four
/// digits, which shows whether they are grouped.
const FIRST_ROWS: usize = 1100;

/// How many things are taken off one inside the other: `**` around a backtick, and blanks in that.
const DEEPEST: usize = 3;

/// What the first rows hold.
#[derive(Debug, Default)]
pub(super) struct Scout {
    rows: usize,
    fields: PerColumn<Vec<Vec<u8>>>,
}

impl Scout {
    /// Looks at a row.
    pub(super) fn see(&mut self, cells: &Cells<'_>) {
        let is_heading = |text: &Cell<'_>| match text {
            Cell::Text(text) => {
                str::from_utf8(text).is_ok_and(|it| Column::from_heading(it) == Some(Column::Id))
            }
            _ => false,
        };
        if self.is_done() || cells[Column::Id as usize].as_ref().is_some_and(is_heading) {
            return;
        }
        self.rows += 1;
        for ((seen, cell), column) in self.fields.iter_mut().zip(cells).zip(Column::ALL) {
            if let Some(Cell::Text(text)) = cell {
                let text: &[u8] = text;
                seen.push(if column == Column::Name { text } else { text.trim_ascii() }.to_vec());
            }
        }
    }

    /// Whether no more rows are needed.
    pub(super) const fn is_done(&self) -> bool {
        self.rows >= FIRST_ROWS
    }

    /// What they carry. `escaped` says that the heading has its underscores escaped, as Markdown does.
    pub(super) fn dress(self, escaped: bool) -> Dress {
        let mut dress = Dress::default();
        let mut numbers: Vec<Vec<u8>> = Vec::new();
        for (column, fields) in Column::ALL.into_iter().zip(self.fields) {
            let is_name = column == Column::Name;
            let is_right = if is_name { is_of_kine } else { is_number };
            let (mut layers, mut fields) = layers(fields, is_right);
            if let Some(width) = padded_to(&fields).filter(|_| is_name) {
                layers.push(Layer::Padding(width));
                for name in &mut fields {
                    name.truncate(without_padding(name).len());
                }
            }
            if is_name {
                dress.is_foreign = fields.iter().any(|name| !name.is_empty())
                    && !fields.iter().any(|name| is_of_kine(name));
            }
            if is_name && (escaped || fields.iter().any(|name| name == ESCAPED_MARK)) {
                layers.push(Layer::Escapes);
            }
            if !is_name {
                dress.floats[column as usize] =
                    !fields.is_empty() && fields.iter().all(|it| whole_float(it).is_some());
                numbers.extend(fields);
            }
            dress.layers[column as usize] = layers;
        }
        dress.grouped = SEPARATORS.into_iter().find(|&by| are_grouped(&numbers, by));
        dress
    }
}

/// What the fields of a text carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dress {
    /// What is taken off, the outermost first.
    layers: PerColumn<Vec<Layer>>,
    /// Which columns have a point and zeros after each number.
    floats: PerColumn<bool>,
    /// What stands between each three digits of a number.
    grouped: Option<u8>,
    /// Whether no name is one of kine's, whatever is taken off.
    is_foreign: bool,
}

/// Something that is around what a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// Marks before and after, by their place in [`MARKS`].
    Marks(usize),
    /// Digits of bytes between marks, by their place in [`HEX`].
    Hex(usize),
    /// Blanks before it.
    Blanks,
    /// Blanks after it, up to so many bytes.
    Padding(usize),
    /// A backslash before each underscore.
    Escapes,
}

/// What is put around a name: what stands before it and after it, and what it is called.
const MARKS: [(&str, &str, &str); 13] = [
    ("b'", "'", "written as b'…'"),
    ("b\"", "\"", "written as b\"…\""),
    ("u'", "'", "written as u'…'"),
    ("'", "'", "in single quotes"),
    ("\"", "\"", "in double quotes"),
    ("`", "`", "in backticks"),
    ("**", "**", "in asterisks"),
    ("*", "*", "in asterisks"),
    ("\u{201c}", "\u{201d}", "in typographic quotes"),
    ("\u{2018}", "\u{2019}", "in typographic quotes"),
    ("&quot;", "&quot;", "in quotes"),
    ("&#39;", "&#39;", "in quotes"),
    ("<code>", "</code>", "in <code>"),
];

/// How the bytes of a name are written as digits.
const HEX: [(&str, &str); 6] =
    [("0x", ""), ("0X", ""), ("\\x", ""), ("X'", "'"), ("x'", "'"), ("", "")];

/// What may stand between digits.
const SEPARATORS: [u8; 4] = *b",'_ ";

/// Beyond this a number that was stored as floating point may have lost digits.
const EXACT: u64 = 1 << 53;

impl Layer {
    fn all() -> impl Iterator<Item = Self> {
        let marks = (0..MARKS.len()).map(Self::Marks);
        marks.chain((0..HEX.len()).map(Self::Hex)).chain([Self::Blanks])
    }

    /// What is inside, if this is around it.
    fn off(self, text: &[u8]) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Marks(which) => {
                let (before, after, _) = MARKS[which];
                Some(Cow::Borrowed(between(text, before, after)?))
            }
            Self::Hex(which) => {
                let (before, after) = HEX[which];
                let (pairs, []) = between(text, before, after)?.as_chunks() else { return None };
                // `0x` is how an empty name is written; without marks it may be anything.
                if pairs.is_empty() && before.is_empty()
                    || !pairs.as_flattened().iter().all(u8::is_ascii_hexdigit)
                {
                    return None;
                }
                Some(Cow::Owned(pairs.iter().map(|&pair| byte(pair)).collect()))
            }
            Self::Blanks => {
                let trimmed = text.trim_ascii();
                (text.first() == Some(&b' ')).then_some(Cow::Borrowed(trimmed))
            }
            Self::Padding(width) => {
                let trimmed = without_padding(text);
                let is_so =
                    text.len() == width || text.len() > width && trimmed.len() == text.len();
                is_so.then_some(Cow::Borrowed(trimmed))
            }
            Self::Escapes => {
                // An underscore without one is not of this dress.
                let mut places = (0..text.len()).filter(|&at| text[at] == b'_');
                places
                    .all(|at| at > 0 && text[at - 1] == b'\\')
                    .then(|| without_escape(text, *b"\\_"))
            }
        }
    }

    /// What names are in, for a note.
    const fn words(self) -> &'static str {
        match self {
            Self::Marks(which) => MARKS[which].2,
            Self::Hex(_) => "written in hex",
            Self::Blanks | Self::Padding(_) => "padded with blanks",
            Self::Escapes => "written with a backslash before each underscore",
        }
    }
}

impl Dress {
    /// Whether something is taken off.
    pub(super) fn is_worn(&self) -> bool {
        self.layers.iter().any(|layers| !layers.is_empty())
            || self.floats.contains(&true)
            || self.grouped.is_some()
    }

    /// Whether no name of the first rows is one of kine's: they may be written in a way that is not known
    /// here.
    pub(super) const fn is_foreign(&self) -> bool {
        self.is_foreign
    }

    /// What was taken off, each a sentence.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let worn = self.layers[Column::Name as usize].iter().map(|layer| layer.words());
        let worn: Vec<&str> = worn.collect();
        if !worn.is_empty() {
            notes.push(format!("Every name is {}: that was removed.", worn.join(" and ")));
        }
        let is_worn = |column: Column| {
            column != Column::Name
                && (self.floats[column as usize] || !self.layers[column as usize].is_empty())
        };
        let columns: Vec<String> = Column::ALL
            .into_iter()
            .filter(|&column| is_worn(column))
            .map(|column| format!("`{}`", column.name()))
            .collect();
        if !columns.is_empty() {
            notes.push(format!("Read as whole numbers: {}.", columns.join(", ")));
        }
        if let Some(by) = self.grouped {
            notes.push(format!("Digits are in groups: \"{}\" was removed.", char::from(by)));
        }
        notes
    }

    /// Why values cannot be measured: what is around names may be around them, too. `None` where it is
    /// not, or is seen.
    pub(super) fn hides_sizes(&self) -> bool {
        let layers = &self.layers[Column::Name as usize];
        layers.iter().any(|layer| !matches!(layer, Layer::Hex(_)))
    }

    /// The fields of a row, without what is taken off.
    pub(super) fn off<'c>(&self, cells: &'c Cells<'_>) -> Result<Cells<'c>, Why> {
        let mut plain: Cells<'c> = Default::default();
        for column in Column::ALL {
            let at = column as usize;
            plain[at] = match &cells[at] {
                Some(Cell::Text(text)) if column == Column::Name => {
                    Some(Cell::Text(self.name_off(text)?))
                }
                Some(Cell::Text(text)) => Some(Cell::Text(self.number_off(column, text)?)),
                Some(Cell::Exact(bytes)) => Some(Cell::Exact(Cow::Borrowed(bytes))),
                Some(Cell::Null) => Some(Cell::Null),
                Some(Cell::Blank) => Some(Cell::Blank),
                None => None,
            };
        }
        Ok(plain)
    }

    /// A name without what is taken off; as it is, where it does not carry that.
    pub(super) fn bare_name<'n>(&self, name: &'n [u8]) -> Cow<'n, [u8]> {
        self.name_off(name).unwrap_or(Cow::Borrowed(name))
    }

    fn name_off<'n>(&self, name: &'n [u8]) -> Result<Cow<'n, [u8]>, Why> {
        let layers = &self.layers[Column::Name as usize];
        let mut bare = Cow::Borrowed(name);
        for &layer in layers {
            bare = off(layer, bare).ok_or_else(|| {
                Why::new("`name` is not {}, as those of the first rows are", &[&layer.words()])
            })?;
            // Whether the marks within are doubled, escaped or plain, nobody can tell.
            if let Layer::Marks(which) = layer {
                let (before, after, words) = MARKS[which];
                let has = |mark: &str| bare.windows(mark.len()).any(|it| it == mark.as_bytes());
                if bare.contains(&b'\\') && !layers.contains(&Layer::Escapes)
                    || has(after)
                    || has(before)
                {
                    return Err(Why::new(
                        "`name` is {}, so nobody can tell which characters inside belong to it",
                        &[&words],
                    ));
                }
            }
        }
        Ok(bare)
    }

    fn number_off<'n>(&self, column: Column, text: &'n [u8]) -> Result<Cow<'n, [u8]>, Why> {
        let name = column.name();
        let mut bare = Cow::Borrowed(text.trim_ascii());
        for &layer in &self.layers[column as usize] {
            bare = off(layer, bare).ok_or_else(|| {
                Why::new("`{}` is not {}, as those of the first rows are", &[&name, &layer.words()])
            })?;
        }
        if self.floats[column as usize]
            && let Some(digits) = whole_float(&bare)
        {
            if str::from_utf8(digits)
                .ok()
                .and_then(|it| it.parse().ok())
                .is_none_or(|it: u64| it > EXACT)
            {
                return Err(Why::new(
                    "`{}` was stored as floating point, and is so large that digits may be lost",
                    &[&name],
                ));
            }
            return Ok(Cow::Owned(digits.to_vec()));
        }
        match self.grouped {
            Some(by) => match grouped(&bare, by) {
                Some(digits) => Ok(Cow::Owned(digits)),
                None if is_long(&bare) => {
                    Err(Why::new("the digits of `{}` are not in groups, unlike others", &[&name]))
                }
                None => Ok(bare),
            },
            None => Ok(bare),
        }
    }

    /// Why a name is not to be taken as it is now, when all that is known to be around it is off.
    pub(super) fn doubt(&self, name: &[u8]) -> Option<Why> {
        const STRANGE: &str = "`name` is neither a path nor a row of kine's own, so it may not be written as it is \
             stored";
        let is_hex = |layer: &Layer| matches!(layer, Layer::Hex(_));
        let is_exact = self.layers[Column::Name as usize].iter().any(is_hex);
        if !is_exact && !is_seen(name) {
            return Some(UNSEEN.into());
        }
        if name.starts_with(b"/") || name.is_empty() || is_own(name) {
            return None;
        }
        if is_exact {
            return is_like_mark(name).then(|| STRANGE.into());
        }
        if name == ESCAPED_MARK {
            return Some(undressed(Layer::Escapes));
        }
        let mut worn = Layer::all().filter(|&layer| layer != Layer::Blanks);
        let is_right = |name: &[u8]| is_of_kine(name) || is_like_mark(name);
        let worn = worn.find(|layer| layer.off(name).is_some_and(|it| is_right(&it)));
        let is_strange = || is_like_mark(name) || !is_plain(name);
        worn.map(undressed).or_else(|| is_strange().then(|| STRANGE.into()))
    }
}

/// Why a name with such a character is not taken.
const UNSEEN: &str = "`name` has an invisible character, such as a terminal's colours: nobody can \
                      tell whether it belongs to the key";

/// Why a name that carries something is not taken where others carry nothing.
fn undressed(layer: Layer) -> Why {
    Why::new("`name` is {}, and others are not", &[&layer.words()])
}

/// What all fields carry, and what is in that.
fn layers(
    mut fields: Vec<Vec<u8>>,
    is_right: impl Fn(&[u8]) -> bool,
) -> (Vec<Layer>, Vec<Vec<u8>>) {
    // What is cut off has lost its end.
    fields.retain(|field| !is_cut(field) && !field.ends_with(b".."));
    let whole = fields.clone();
    let mut layers = Vec::new();
    while layers.len() < DEEPEST && !fields.iter().any(|field| is_right(field)) {
        let is_worn = |layer: &Layer| fields.iter().all(|field| layer.off(field).is_some());
        let Some(layer) = Layer::all().find(is_worn).filter(|_| !fields.is_empty()) else { break };
        let bare = |field: Vec<u8>| layer.off(&field).map(Cow::into_owned).unwrap_or_default();
        fields = fields.into_iter().map(bare).collect();
        layers.push(layer);
    }
    if fields.iter().any(|field| is_right(field)) { (layers, fields) } else { (Vec::new(), whole) }
}

/// How wide a column is whose names are padded with blanks: such of several lengths fill it.
fn padded_to(names: &[Vec<u8>]) -> Option<usize> {
    let width = names.first()?.len();
    let first = without_padding(names.first()?).len();
    let are_padded =
        names.iter().all(|name| name.len() == width && is_of_kine(without_padding(name)));
    let differ = names.iter().any(|name| without_padding(name).len() != first);
    (are_padded && differ).then_some(width)
}

fn off(layer: Layer, text: Cow<'_, [u8]>) -> Option<Cow<'_, [u8]>> {
    match text {
        Cow::Borrowed(text) => layer.off(text),
        Cow::Owned(text) => layer.off(&text).map(|bare| Cow::Owned(bare.into_owned())),
    }
}

fn between<'t>(text: &'t [u8], before: &str, after: &str) -> Option<&'t [u8]> {
    text.strip_prefix(before.as_bytes())?.strip_suffix(after.as_bytes())
}

fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|byte| byte.is_ascii_digit() || b",'_ .eE+".contains(byte))
}

/// Whether a number has four digits or more, none of them apart from the others.
fn is_long(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    digits.len() > 3 && digits.iter().all(u8::is_ascii_digit)
}

/// Whether numbers have something between each three digits. A comma may also stand before three
/// decimals: then zero is `0,000`, and no number ends in anything but zeros.
fn are_grouped(numbers: &[Vec<u8>], by: u8) -> bool {
    let is_decimal = |digits: &[u8]| by == b',' && digits.ends_with(b"000");
    let is_zero = |number: &[u8]| number.starts_with(&[b'0', by]);
    numbers.iter().any(|it| grouped(it, by).is_some_and(|digits| !is_decimal(&digits)))
        && !numbers.iter().any(|it| is_long(it) || is_zero(it))
}

/// The digits of a number that are in groups of three. None begins with zero.
fn grouped(text: &[u8], by: u8) -> Option<Vec<u8>> {
    let mut groups = text.split(|&byte| byte == by);
    let first = groups.next()?;
    let are_digits = |group: &[u8]| group.iter().all(u8::is_ascii_digit);
    let mut digits = first.to_vec();
    let mut more = false;
    for group in groups {
        if group.len() != 3 || !are_digits(group) {
            return None;
        }
        digits.extend_from_slice(group);
        more = true;
    }
    let is_first = (1..=3).contains(&first.len()) && !first.starts_with(b"0");
    (more && is_first && are_digits(first)).then_some(digits)
}

/// The digits before the point of a number that has nothing but zeros after it.
fn whole_float(text: &[u8]) -> Option<&[u8]> {
    let point = text.iter().position(|&byte| byte == b'.')?;
    let (digits, zeros) = (&text[..point], &text[point + 1..]);
    let is_so = !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && !zeros.is_empty()
        && zeros.iter().all(|&byte| byte == b'0');
    is_so.then_some(digits)
}

/// Whether a number is written with an exponent: `8.53E+06`.
pub(super) fn has_exponent(text: &[u8]) -> bool {
    let Some(at) = text.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e')) else {
        return false;
    };
    let (digits, exponent) = (&text[..at], &text[at + 1..]);
    let exponent = exponent.strip_prefix(b"+").unwrap_or(exponent);
    let are_digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    are_digits(exponent)
        && digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|byte| byte.is_ascii_digit() || b".,".contains(byte))
}
