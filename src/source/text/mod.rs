//! A table as text: what a client printed, somebody pasted into a ticket, or a program exported.
//!
//! ```text
//!   bytes ──packed──▶ sniff ──▶ format, heading ──lines──▶ table ──fields──▶ builder ──▶ Rows, Reject
//!                                 │          └───────────▶ json ──objects──────┤
//!                                 ├──bytes──▶ array, nest ────────objects──────┤
//!                                 └──bytes──▶ form: sql, html, vertical ──rows─┘
//! ```
//!
//! The format is told from the content. A table has a line for each row, split by tabs as `mysql -B`
//! does, by bars and boxes of ASCII or Unicode, by commas, semicolons or spaces. A `form` has not: SQL
//! dumps, HTML, and what is printed vertically. JSON is read as lines, as an array, or for rows somewhere
//! inside. Columns are found by their headings, in any order, and others are ignored; without a heading
//! they are known by what they hold. Text around a table, such as a prompt, a fence or quote marks, is
//! passed over as long as it cannot be taken for a row.
//!
//! A dump also tells the schema, as far as its indexes after the rows; and so does a schema that is
//! pasted alone.
//!
//! Names are exact in SQL, tab-separated text, CSV and JSON. In a box or a pipe table the spaces around
//! a name are the drawing's, and a name that itself begins or ends with a space cannot be told from
//! one that does not; such spaces are dropped, which kine's own collation does at the end as well.
//!
//! A character that is not seen, as in the colours of a terminal, may be the client's, the chat's or the
//! name's own: such a name is not understood, unless it is in hex.
//!
//! Whatever is in the table and cannot be understood is a [`Reject`](super::Reject), never silence: a text that
//! was cut short must not look like a small table. Where only the end of the last line is missing,
//! tab-separated text counts as cut, in its last field perhaps: `mysql -B` ends every line. CSV is
//! often written so, and that is a note. An object of JSON lines ends by itself.

mod array;
mod cell;
mod client;
mod column;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod contents;
mod decoration;
mod drawing;
mod elsewhere;
mod etcd;
mod flow;
mod footer;
mod form;
mod format;
mod gather;
mod headless;
mod html;
mod ids;
mod json;
mod lines;
mod name;
mod nest;
mod no_table;
mod object;
mod opened_text;
mod packed;
mod pasted;
mod record;
mod row;
mod row_builder;
mod schema;
mod size;
mod sniff;
mod split;
mod sql;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod store;
mod table;
#[cfg(test)]
mod tests;
mod unquoted;
mod value;
mod vertical;

pub use row_builder::Seen;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use store::Input;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub(in crate::source) use store::Text;
pub use value::look;

use std::fs::{self, File};
use std::io::{self, Read};
use std::mem;
use std::path::Path;

use super::{BATCH, Error, Event, Opened, Options, Rejects};
use crate::history::usage::Size;
use crate::history::{Revision, Rows};
use column::Heading;
use flow::{Flow, State};
use gather::gather;
use opened_text::{OpenedText, unreadable};

/// The command that prints a table as this module likes it best.
pub const EXPORT: &str = "mysql -B -e 'SELECT id, name, created, deleted, create_revision, \
                          prev_revision, lease FROM kine ORDER BY id' kubernetes > kine.tsv";

/// Why a text tells no sizes, as the rest of a sentence.
pub const NO_SIZES: &str = "a table as text has them only where it has the columns value and \
                            old_value, separated by tabs, as CSV or as an SQL dump";

/// A table that was read to its end.
#[derive(Debug, Clone)]
pub struct Table {
    /// What is known of it; its profile is always that of an excerpt.
    pub opened: Opened,
    /// The rows, in the order of their ids, each id once.
    pub rows: Rows,
    /// What was there and could not be understood, in the order of the text.
    pub unread: Rejects,
    /// The values of the newest rows named `compact_rev_key_apiserver`, as [`Event::Requests`] has them.
    pub requests: Vec<(Revision, Vec<u8>)>,
}

/// Whether a text names columns, separated by commas, with those that are needed, and each of kine's once.
pub fn is_heading(text: &str) -> bool {
    let heading = Heading::new(b"", text.split(',').map(str::as_bytes));
    heading.twice.is_none() && column::missing(heading.present()).is_empty()
}

/// Reads the table in a file.
///
/// # Errors
///
/// When there is no such file, when it cannot be read, and as [`read`].
pub fn open_and_read(path: &Path, options: &Options) -> Result<Table, Error> {
    let (file, place) = open(path)?;
    read(file, &place, options)
}

/// Measures the values of the rows in a file: as [`measure`].
///
/// # Errors
///
/// As [`open_and_read`].
pub fn open_and_measure(
    path: &Path,
    heading: Option<&str>,
    send: &mut dyn FnMut(Vec<Size>) -> bool,
) -> Result<Result<(), String>, Error> {
    let (file, place) = open(path)?;
    measure(file, &place, heading, send)
}

fn open(path: &Path) -> Result<(File, String), Error> {
    let place = path.display().to_string();
    let file = File::open(path).map_err(|why| {
        let hint = match why.kind() {
            io::ErrorKind::NotFound => {
                "Check the path. A server is given as mysql://USER@tcp(HOST)/DATABASE."
            }
            io::ErrorKind::PermissionDenied => {
                "Check who may read it. What k3s keeps is root's: run kinescope with sudo."
            }
            _ => "Check the path.",
        };
        Error::new(format!("cannot open {place}")).because(why).hint(hint)
    })?;
    if let Some(error) = etcd::refused(path) {
        return Err(error);
    }
    if file.metadata().is_ok_and(|file| file.is_dir()) {
        return Err(Error::new(format!("cannot read a table from {place}"))
            .because("it is a directory")
            .hint("Name the file that holds the table."));
    }
    Ok((file, place))
}

/// Measures the values of the rows in a text, and gives them to `send` until that is false. The inner
/// error says why it does not have them byte for byte, as the rest of a sentence: what is drawn has
/// lost spaces, in JSON values are encoded as whoever wrote it likes, and a value may show that what was
/// sent is wrong, too. `heading` is that of [`Options`].
///
/// # Errors
///
/// As [`read`].
pub fn measure(
    input: impl Read,
    place: &str,
    heading: Option<&str>,
    send: &mut dyn FnMut(Vec<Size>) -> bool,
) -> Result<Result<(), String>, Error> {
    let opened_text = OpenedText::new(input, place, heading)?;
    if let Err(why) = opened_text.has_sizes() {
        return Ok(Err(why.to_owned()));
    }
    let mut builder = opened_text.builder().with_sizes();
    let mut wanted = true;
    let read = opened_text.read_values(&mut builder, |builder| {
        if builder.measured() >= BATCH {
            wanted = send(builder.drain_sizes());
        }
        wanted && builder.why_unmeasured().is_none()
    });
    // What came before a failure is sent before it.
    if wanted {
        send(builder.drain_sizes());
    }
    read.map_err(|why| unreadable(place, why))?;
    Ok(builder.why_unmeasured().map_or(Ok(()), |why| Err(why.to_owned())))
}

/// Reads the table in a text. `place` is what the reader calls it, for errors.
///
/// # Errors
///
/// When the input cannot be read, or holds no table with the columns `id`, `name` and
/// `prev_revision`. Rows that make no sense are no error: they are in [`Table::unread`].
pub fn read(input: impl Read, place: &str, options: &Options) -> Result<Table, Error> {
    gather(
        OpenedText::new(input, place, options.heading.as_deref())?,
        place,
        options,
        &mut Flow::default(),
    )
}

/// Reads the table in a file and gives it to `send`, as [`Event`] describes, until that is false.
///
/// As [`stream`], and no file is waited for longer because it is a pipe.
pub fn open_and_stream(path: &Path, options: &Options, send: &mut dyn FnMut(Event) -> bool) {
    let (file, place) = match open(path) {
        Ok(opened) => opened,
        Err(error) => {
            send(Event::Ended(Err(error)));
            return;
        }
    };
    let length = file.metadata().ok().filter(fs::Metadata::is_file).map(|file| file.len());
    stream(file, &place, length, options, send);
}

/// Reads the table in a text, of so many bytes where that is known, and gives it to `send`, as
/// [`Event`] describes, until that is false.
///
/// Rows are sent as they are read, and not held. Held until the text ends are those of a part, since
/// its profile has the highest id; and those of a table that is out of order, which has to be sorted.
/// Where that shows only after rows were sent, only those are held that belong among them.
pub fn stream(
    input: impl Read,
    place: &str,
    length: Option<u64>,
    options: &Options,
    send: &mut dyn FnMut(Event) -> bool,
) {
    let opened_text = match OpenedText::new(input, place, options.heading.as_deref()) {
        Ok(opened_text) => opened_text,
        Err(error) => {
            send(Event::Ended(Err(error)));
            return;
        }
    };
    let length = length.filter(|_| !opened_text.was_packed());
    let mut flow = if options.part.is_none() { Flow::new(send, length) } else { Flow::default() };
    let read = gather(opened_text, place, options, &mut flow);
    match (flow.state(), read) {
        (State::Unwanted, _) => {}
        (State::Whole | State::Waiting, read) => send_whole(read, send),
        (State::Flowing, Err(error)) => {
            send(Event::Ended(Err(error)));
        }
        (State::Flowing, Ok(Table { opened, .. })) => {
            let late = |note: &String| !flow.notes().contains(note);
            let late: Vec<String> = opened.notes.into_iter().filter(late).collect();
            let _ = late.into_iter().map(Event::Note).chain([Event::Ended(Ok(()))]).all(send);
        }
    }
}

/// Sends a table that was read to its end, in batches.
pub(super) fn send_whole(table: Result<Table, Error>, send: &mut dyn FnMut(Event) -> bool) {
    let Table { opened, rows, unread, requests } = match table {
        Ok(table) => table,
        Err(error) => {
            send(Event::Ended(Err(error)));
            return;
        }
    };
    if !send(Event::Opened(opened)) {
        return;
    }
    let mut batch = Rows::new();
    for row in rows.iter() {
        batch.push(row);
        if batch.len() == BATCH && !send(Event::Rows(mem::take(&mut batch))) {
            return;
        }
    }
    let rows = (!batch.is_empty()).then_some(Event::Rows(batch));
    let unread = (!unread.is_empty()).then_some(Event::Rejects(unread));
    let requests = (!requests.is_empty()).then_some(Event::Requests(requests));
    let rest = rows.into_iter().chain(unread).chain(requests);
    let _ = rest.chain([Event::Ended(Ok(()))]).all(send);
}
