//! A table as text: what a client printed, somebody pasted into a ticket, or a program exported.
//!
//! ```text
//!   bytes ──sniff──▶ format, heading ──lines──▶ table ─fields──▶ record ──▶ Rows, Reject
//!                         │           └───────▶ json ──objects──────┤
//!                         └──bytes────────────▶ array ─objects──────┘
//! ```
//!
//! The format is told from the content: what `mysql -B` prints (tab-separated, with its escapes),
//! what `mysql -t` prints (a box), a pipe table from a ticket, Markdown or `psql`, CSV with commas
//! or semicolons, JSON lines, and a JSON array of objects. Columns are found by their headings, in
//! any order; others are ignored. Text around a table, such as a prompt, a fence or quote marks, is
//! passed over as long as it cannot be taken for a row.
//!
//! Names are exact in tab-separated text, CSV and JSON. In a box or a pipe table the spaces around
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
mod decoration;
mod flow;
mod json;
mod lines;
mod name;
mod no_table;
mod object;
mod record;
mod row_builder;
mod size;
mod sniff;
mod split;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod store;
mod table;
#[cfg(test)]
mod tests;
mod value;

#[cfg(any(feature = "mysql", feature = "tui"))]
pub use store::Input;
pub use value::{look, open_and_look};

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read};
use std::mem;
use std::path::Path;

use super::{BATCH, Error, Event, Moment, Opened, Options, Rejects};
use crate::history::usage::Size;
use crate::history::{Collation, Columns, Profile, Revision, Rows};
use array::Broken;
use column::{Column, Heading};
use decoration::Dress;
use flow::{Flow, State};
use lines::Lines;
use row_builder::Builder;
use sniff::{Format, HEAD, Sniffed};

/// Why a text whose names are in quotes tells no sizes, as the rest of a sentence.
const DRESSED: &str = "names in this text are not written as they are stored, and values may not be \
                       either";

/// The command that prints a table as this module likes it best.
pub const EXPORT: &str = "mysql -B -e 'SELECT id, name, created, deleted, create_revision, \
                          prev_revision, lease FROM kine ORDER BY id' kubernetes > kine.tsv";

/// Why a text tells no sizes, as the rest of a sentence.
pub const NO_SIZES: &str = "a table as text has them only where it has the columns value and \
                            old_value, separated by tabs or as CSV";

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

/// Reads the table in a file.
///
/// # Errors
///
/// When there is no such file, when it cannot be read, and as [`read`].
pub fn open_and_read(path: &Path, options: &Options) -> Result<Table, Error> {
    let (file, place) = open(path)?;
    read(file, &place, options)
}

/// Measures the values of the rows in a file.
///
/// # Errors
///
/// As [`open_and_read`].
pub fn open_and_measure(
    path: &Path,
    send: &mut dyn FnMut(Vec<Size>) -> bool,
) -> Result<Result<(), String>, Error> {
    let (file, place) = open(path)?;
    measure(file, &place, send)
}

fn open(path: &Path) -> Result<(File, String), Error> {
    let place = path.display().to_string();
    let file = File::open(path).map_err(|why| {
        let hint = match why.kind() {
            io::ErrorKind::NotFound => {
                "Check the path. A server is given as mysql://USER@tcp(HOST)/DATABASE."
            }
            io::ErrorKind::PermissionDenied => "Check who may read the file.",
            _ => "Check the path.",
        };
        Error::new(format!("cannot open {place}")).because(why).hint(hint)
    })?;
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
/// sent is wrong, too.
///
/// # Errors
///
/// As [`read`].
pub fn measure(
    mut input: impl Read,
    place: &str,
    send: &mut dyn FnMut(Vec<Size>) -> bool,
) -> Result<Result<(), String>, Error> {
    let failed = |why| unreadable(place, why);
    let Begun { head, sniffed, dress } = begin(&mut input, place)?;
    let Sniffed { format, start, around, heading } = sniffed;
    let Format::Text(split) = format else { return Ok(Err(NO_SIZES.to_owned())) };
    if !split.is_exact() || heading.values.contains(&None) {
        return Ok(Err(NO_SIZES.to_owned()));
    }
    if dress.hides_sizes() {
        return Ok(Err(DRESSED.to_owned()));
    }
    let mut builder = Builder::new(Collation::kine_default()).dressed(dress).with_sizes();
    let rest = Cursor::new(&head[start..]).chain(BufReader::new(input));
    let mut lines = Lines::new(rest, around);
    let mut wanted = true;
    let read = table::read(&mut lines, split, &heading, true, &mut builder, |builder, _, _| {
        if builder.measured() >= BATCH {
            wanted = send(builder.drain_sizes());
        }
        wanted && builder.why_unmeasured().is_none()
    });
    // What came before a failure is sent before it.
    if wanted {
        send(builder.drain_sizes());
    }
    read.map_err(failed)?;
    Ok(builder.why_unmeasured().map_or(Ok(()), |why| Err(why.to_owned())))
}

/// A text of which the beginning was looked at.
struct Begun {
    /// The beginning, which is read no second time.
    head: Vec<u8>,
    /// What it is.
    sniffed: Sniffed,
    /// How its names are written.
    dress: Dress,
}

/// Looks at the beginning of a text: whether it is a table, and which.
fn begin(input: &mut impl Read, place: &str) -> Result<Begun, Error> {
    let mut head = Vec::new();
    let read = input.by_ref().take(HEAD).read_to_end(&mut head);
    read.map_err(|why| unreadable(place, why))?;
    let sniffed = sniff::sniff(&head, place)?;
    let dress = scout(&head, &sniffed, place)?;
    Ok(Begun { head, sniffed, dress })
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
    // Reading from memory does not fail, and what is wrong with a row is said when it is read.
    match format {
        Format::Text(split) => {
            let go_on = |builder: &mut Builder, _, _| !builder.has_scouted();
            drop(table::read(&mut lines, split.clone(), heading, true, &mut builder, go_on));
        }
        Format::JsonLines => {
            let present = heading.present();
            drop(json::read_lines(&mut lines, present, &mut builder, &mut Flow::default()));
        }
        Format::JsonArray => {
            let opened = |present| Opened {
                profile: excerpt(column::columns(present)),
                kind: String::new(),
                moment: Moment::default(),
                expected: None,
                notes: Vec::new(),
            };
            drop(array::read_array(
                rows,
                around.before,
                "",
                opened,
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

fn unreadable(place: &str, why: io::Error) -> Error {
    Error::new(format!("cannot read {place} to its end")).because(why)
}

/// Reads the table in a text. `place` is what the reader calls it, for errors.
///
/// # Errors
///
/// When the input cannot be read, or holds no table with the columns `id`, `name` and
/// `prev_revision`. Rows that make no sense are no error: they are in [`Table::unread`].
pub fn read(input: impl Read, place: &str, options: &Options) -> Result<Table, Error> {
    gather(input, place, options, &mut Flow::default())
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
    let mut flow = if options.part.is_none() { Flow::new(send, length) } else { Flow::default() };
    let read = gather(input, place, options, &mut flow);
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

/// Reads the table. What has not gone on before it ends comes back, and all notes.
fn gather(
    mut input: impl Read,
    place: &str,
    options: &Options,
    flow: &mut Flow<'_>,
) -> Result<Table, Error> {
    let failed = |why| unreadable(place, why);
    let Begun { head, sniffed, dress } = begin(&mut input, place)?;
    let teller = sniffed.teller(&head).filter(|_| options.collation.is_none());
    let Sniffed { format, start, around, heading } = sniffed;
    let told = teller.map(|_| Collation::binary());
    let collation = options.collation.clone().or(told);
    let is_assumed = collation.is_none();
    let collation = collation.unwrap_or_else(Collation::kine_default);
    let known: Vec<String> = teller.map(note_on_teller).into_iter().chain(dress.notes()).collect();
    let mut builder = Builder::new(collation.clone()).dressed(dress);
    let rest = Cursor::new(&head[start..]).chain(BufReader::new(input));
    let mut lines = Lines::new(rest, around);
    let opened = |present| {
        let columns = column::columns(present);
        let profile = Profile { collation: collation.clone(), is_assumed, ..excerpt(columns) };
        let (kind, moment) = (String::new(), Moment::default());
        let notes = [known.clone(), notes_on(columns)].concat();
        Opened { profile, kind, moment, expected: None, notes }
    };
    if !matches!(format, Format::JsonArray) {
        flow.open(opened(heading.present()));
    }
    // What came before a failure is sent before it.
    let cut = |why, flow: &mut Flow<'_>, builder: &mut Builder| {
        flow.finish(builder);
        failed(why)
    };
    let (kind, present, mut notes) = match format {
        Format::JsonLines => {
            json::read_lines(&mut lines, heading.present(), &mut builder, flow)
                .map_err(|why| cut(why, flow, &mut builder))?;
            (json::LINES, heading.present(), Vec::new())
        }
        Format::JsonArray => {
            let text = lines.into_rest();
            let read = array::read_array(text, around.before, place, opened, &mut builder, flow);
            let present = read.map_err(|broken| match broken {
                Broken::Unreadable(why) => cut(why, flow, &mut builder),
                Broken::NoTable(error) => error,
            })?;
            (array::ARRAY, present, Vec::new())
        }
        Format::Text(split) => {
            let ended = head[..start].ends_with(b"\n");
            let (kind, notes) = table::read(
                &mut lines,
                split,
                &heading,
                ended,
                &mut builder,
                |builder, kind, bytes| flow.pass(builder, kind, bytes),
            )
            .map_err(|why| cut(why, flow, &mut builder))?;
            (kind, heading.present(), notes)
        }
    };
    let columns = column::columns(present);
    notes.extend(known);
    notes.extend(notes_on(columns));
    notes.extend(builder.drain_notes());
    notes.extend(builder.note_on_mark());
    flow.finish(&mut builder);
    let requests = builder.drain_requests();
    let (collation, mut rows, unread) = builder.finish();
    let mut profile = Profile { collation, is_assumed, ..excerpt(columns) };
    if let Some(part) = &options.part {
        profile.current = rows.last_id();
        profile.part = Some(part.clone());
        rows = rows.iter().filter(|row| profile.takes(row.id, row.name)).collect();
    }
    let (kind, moment) = (kind.to_owned(), Moment::default());
    let opened = Opened { profile, kind, moment, expected: u64::try_from(rows.len()).ok(), notes };
    Ok(Table { opened, rows, unread, requests })
}

fn excerpt(columns: Columns) -> Profile {
    Profile { columns, excerpt: true, ..Profile::kine_default() }
}

fn notes_on(columns: Columns) -> Vec<String> {
    columns.missing().into_iter().map(what_is_missing).collect()
}

fn note_on_teller(program: &str) -> String {
    format!(
        "{program} printed this: its database compares names byte by byte, so that names that differ in \
         case are different keys."
    )
}

fn what_is_missing(column: &str) -> String {
    let so = match column {
        "created" => "a row that points at nothing or at a tombstone is taken as a create",
        "deleted" => "nothing is known to be a tombstone",
        "create_revision" => "what a row says of its key's creation is not known",
        _ => "TTLs are not known",
    };
    format!("There is no `{column}` column: {so}.")
}

/// A text that has a heading, but not the one that is needed.
fn lacks_columns(place: &str, heading: &Heading, missing: &[Column]) -> Error {
    let missing: Vec<String> =
        missing.iter().map(|column| format!("`{}`", column.name())).collect();
    Error::new(format!("the table in {place} has no column {}", missing.join(", ")))
        .because(format!("its heading names {}", heading.described()))
        .hint(format!("Print the columns that are needed: {EXPORT}"))
}
