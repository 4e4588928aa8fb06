//! A text of which the beginning was looked at: what it is, and how its names are written.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use super::array;
use super::column::{self, Heading, PerColumn};
use super::decoration::Dress;
use super::flow::Flow;
use super::form::{Form, Step};
use super::format::{Format, HEAD, Sniffed};
use super::html::Html;
use super::json;
use super::lines::Lines;
use super::nest;
use super::packed::Unpacked;
use super::row_builder::Builder;
use super::sniff;
use super::sql::Dump;
use super::table;
use super::unquoted::{Unquoted, unquoted};
use super::vertical::Vertical;
use super::{EXPORT, NO_SIZES};
use crate::history::Collation;
use crate::source::{Error, Opened};

/// Why a text whose names are in quotes tells no sizes, as the rest of a sentence.
const DRESSED: &str = "names in this text are not written as they are stored, and values may not be \
                       either";

/// Why a text tells no values, as the rest of a sentence.
pub(super) const NO_VALUES: &str = "this table has neither a value nor an old_value column";

/// Why a text does not tell the values that it has, as the rest of a sentence.
pub(super) const NOT_EXACT: &str = "a table as text holds them byte for byte only if it is separated \
                                    by tabs, or is CSV or an SQL dump; and in hex, if it is HTML or \
                                    has a line for each column";

/// A text of which the beginning was looked at.
pub(super) struct OpenedText<'r> {
    /// The beginning, which is read no second time.
    pub(super) head: Vec<u8>,
    /// What it is.
    pub(super) sniffed: Sniffed,
    /// How its names are written.
    pub(super) dress: Dress,
    /// What follows the beginning.
    input: Unpacked<'r>,
}

impl<'r> OpenedText<'r> {
    /// Looks at the beginning of a text: whether it is a table, and which.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no table.
    ///
    /// `columns` names the columns of rows without a heading.
    pub(super) fn new(
        input: impl Read + 'r,
        place: &str,
        columns: Option<&str>,
    ) -> Result<Self, Error> {
        let mut input = Unpacked::new(input).map_err(|why| unreadable(place, why))?;
        let mut head = Vec::new();
        let read = input.by_ref().take(HEAD).read_to_end(&mut head);
        read.map_err(|why| unreadable(place, why))?;
        let sniffed = sniff::sniff(&head, place, columns)?;
        let dress = scout(&head, &sniffed, place)?;
        Ok(Self { head, sniffed, dress, input })
    }

    /// Whether the text was packed: how many bytes it has is not known then.
    pub(super) const fn was_packed(&self) -> bool {
        self.input.was_packed()
    }

    /// What takes its rows.
    pub(super) fn builder(&self) -> Builder {
        Builder::new(Collation::kine_default()).dressed(self.dress.clone())
    }

    /// The text from its first row on.
    pub(super) fn into_rest(self) -> (Sniffed, impl BufRead + use<'r>) {
        let mut start = Cursor::new(self.head);
        start.set_position(self.sniffed.start as u64);
        (self.sniffed, start.chain(BufReader::new(self.input)))
    }

    /// Whether values are in the text byte for byte, and both of them. The error says why not, as the rest
    /// of a sentence.
    pub(super) fn has_sizes(&self) -> Result<(), &'static str> {
        match &self.sniffed.format {
            Format::Sql(_) => Ok(()),
            Format::Text(split) if !split.is_exact() => Err(NO_SIZES),
            Format::Text(_) if self.sniffed.heading.values.contains(&None) => Err(NO_SIZES),
            Format::Text(_) if self.dress.hides_sizes() => Err(DRESSED),
            Format::Text(_) => Ok(()),
            _ => Err(NO_SIZES),
        }
    }

    /// Whether values are in the text byte for byte, or may be. The error says why not, as the rest of a
    /// sentence.
    pub(super) fn has_values(&self) -> Result<(), &'static str> {
        let heading = match &self.sniffed.format {
            Format::Sql(_) => return Ok(()),
            Format::Html => &self.heading_in_html(),
            Format::Text(_) | Format::Vertical(_) => &self.sniffed.heading,
            _ => return Err(NOT_EXACT),
        };
        match &self.sniffed.format {
            _ if heading.values == [None; 2] => Err(NO_VALUES),
            Format::Text(split) if !split.is_exact() => Err(NOT_EXACT),
            _ => Ok(()),
        }
    }

    /// The columns of HTML, which are named among its rows; none where they are far from its beginning.
    fn heading_in_html(&self) -> Heading {
        let Sniffed { start, around, .. } = &self.sniffed;
        let mut html = Html::new(Unquoted::new(&self.head[*start..], around.quoted), around.before);
        let mut builder = Builder::new(Collation::kine_default()).scouting();
        // Reading from memory does not fail.
        match html.advance(&mut builder) {
            Ok(Step::Begun(heading)) => heading,
            _ => Heading::default(),
        }
    }

    /// Reads a text that has values, until `go_on` is false after a row.
    pub(super) fn read_values(
        self,
        builder: &mut Builder,
        mut go_on: impl FnMut(&mut Builder) -> bool,
    ) -> io::Result<()> {
        let (Sniffed { format, around, heading, .. }, rest) = self.into_rest();
        match format {
            Format::Text(split) => {
                let mut lines = Lines::new(rest, around);
                let pass = |builder: &mut Builder, _, _| go_on(builder);
                table::read(&mut lines, split, &heading, true, builder, pass).map(|_| ())
            }
            Format::Sql(dialect) => {
                let rest = Unquoted::new(rest, around.quoted);
                let mut dump = Dump::new(rest, around.before, dialect);
                read_form(&mut dump, builder, go_on)
            }
            Format::Html => {
                let rest = Unquoted::new(rest, around.quoted);
                read_form(&mut Html::new(rest, around.before), builder.in_hex(), go_on)
            }
            Format::Vertical(layout) => {
                let mut rows = Vertical::new(Lines::new(rest, around), layout);
                read_form(&mut rows, builder.in_hex(), go_on)
            }
            _ => Ok(()),
        }
    }
}

/// Looks at what the first rows carry, without taking any. An error says that no name is one of kine's.
fn scout(head: &[u8], sniffed: &Sniffed, place: &str) -> Result<Dress, Error> {
    let Sniffed { format, start, around, heading } = sniffed;
    // The last line of a long text is not whole here.
    let whole = (head.len() as u64) < HEAD;
    let end = head.iter().rposition(|&byte| byte == b'\n').filter(|_| !whole);
    let rows = &head[*start..end.map_or(head.len(), |end| end + 1).max(*start)];
    let mut builder = Builder::new(Collation::kine_default()).scouting();
    let mut lines = Lines::new(rows, *around);
    let bare = unquoted(rows, around.quoted);
    // Reading from memory does not fail, and what is wrong with a row is said when it is read.
    match format {
        // It says byte for byte what is stored.
        Format::Sql(_) | Format::Schema(_) => return Ok(Dress::default()),
        Format::Html => {
            let go_on = |builder: &mut Builder| !builder.has_scouted();
            drop(read_form(&mut Html::new(&*bare, around.before), &mut builder, go_on));
        }
        Format::Vertical(layout) => {
            let go_on = |builder: &mut Builder| !builder.has_scouted();
            drop(read_form(&mut Vertical::new(lines, layout.clone()), &mut builder, go_on));
        }
        Format::Text(split) => {
            let go_on = |builder: &mut Builder, _, _| !builder.has_scouted();
            drop(table::read(&mut lines, split.clone(), heading, true, &mut builder, go_on));
        }
        Format::JsonLines => {
            let present = heading.present();
            drop(json::read_lines(&mut lines, present, &mut builder, &mut Flow::default()));
        }
        Format::Json => {
            let flow = &mut Flow::default();
            drop(nest::read_nested(&*bare, around.before, nobody, &mut builder, flow));
        }
        Format::JsonArray => {
            drop(array::read_array(
                &*bare,
                around.before,
                "",
                nobody,
                &mut builder,
                &mut Flow::default(),
            ));
        }
    }
    let dress = builder.scouted().dress(heading.escaped);
    if dress.is_foreign() { Err(has_no_name(place)) } else { Ok(dress) }
}

/// A table whose names may be written in any way.
fn has_no_name(place: &str) -> Error {
    Error::new(format!("no name in {place} is one of kine's"))
        .because(
            "keys of Kubernetes begin with a slash, and kine's own rows are named compact_rev_key and \
             gap-N: these names may not be written as they are stored",
        )
        .hint(format!("Print names as they are: {EXPORT}"))
}

/// Reads rows until `go_on` is false after one of them.
fn read_form(
    form: &mut impl Form,
    builder: &mut Builder,
    mut go_on: impl FnMut(&mut Builder) -> bool,
) -> io::Result<()> {
    loop {
        match form.advance(builder)? {
            Step::Begun(heading) if !column::missing(heading.present()).is_empty() => return Ok(()),
            Step::Row if !go_on(builder) => return Ok(()),
            Step::Over => return Ok(()),
            Step::Begun(_) | Step::Row => {}
        }
    }
}

/// What is known of a text that is only looked at.
fn nobody(_: PerColumn<bool>) -> Opened {
    Opened::nothing()
}

/// What is said of a text that cannot be read to its end.
pub(super) fn unreadable(place: &str, why: io::Error) -> Error {
    Error::new(format!("cannot read {place} to its end")).because(why)
}
