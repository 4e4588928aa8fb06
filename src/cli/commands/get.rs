//! `get`: a key's value, with the names of its fields.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};

use clap::{ArgGroup, Args as Group, ValueEnum};
use kinescope::display::words;
use kinescope::history::{History, Kind, RowIx};
use kinescope::report::object;
use kinescope::source::{Error, Extent, Found};
use kinescope::text::{escape, printable};
use kinescope::value::Value;
use kinescope::value::kubernetes::Who;

use crate::cli::appearance::{Look, glyphs, zone};
use crate::cli::output::printed;
use crate::cli::row::{Meant, absent, row, source_and_key, values};
use crate::cli::{Context, Status, say};

#[derive(Debug, Group)]
#[command(override_usage = "kinescope get [OPTIONS] [SOURCE] <KEY[@REV|TIME]>")]
#[command(group = ArgGroup::new("words").required(true).multiple(true))]
pub(in crate::cli) struct Get {
    /// Read this table
    #[arg(value_name = "SOURCE", group = "words")]
    pub(in crate::cli) source: Option<OsString>,
    /// Print the value of this key: the newest, or that of a revision or a time
    #[arg(value_name = "KEY[@REV|TIME]", group = "words")]
    pub(in crate::cli) key: Option<OsString>,
    /// Choose the output format; raw is the value byte for byte
    #[arg(long, short, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
}

/// How a value is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Output {
    #[default]
    Yaml,
    Json,
    Raw,
}

/// Runs `kinescope get`.
pub(in crate::cli) async fn get(args: Get, context: &Context) -> Result<Status, Error> {
    args.output.check()?;
    let (source, typed) = source_and_key(context, "get", args.source, args.key)?;
    let read = context.read(source).await?;
    let table = read.table();
    let history = table.history;
    let zone = zone(context.look);
    let Meant { key, at, revision } = match row(&read, typed.as_encoded_bytes(), &zone).await? {
        Ok(found) => found,
        Err(status) => return Ok(status),
    };
    let name = escape(history.name(key)).into_owned();
    if history.deleted(at).is_set() {
        say(&deleted(history, at, &name));
        return Ok(absent(&table));
    }
    let found = values(&read.source, &read.log, history, at, Extent::Whole).await;
    let id = history.id(at);
    let value = match found {
        Found::Values(values) => values.value,
        found => return Err(unavailable(found, id, &name)),
    };
    let Some(value) = value else {
        return Err(Error::new(format!("{name} has no value at revision {id}: it is NULL")));
    };
    let is_sure = table.is_whole() || revision == Some(id);
    let status = if is_sure { Status::Clean } else { Status::Unknown };
    let mut comments = vec![words::about_revision(&name, id, history.kind(at), &value)];
    if let Some(newest) = history.key(key).newest.filter(|&newest| newest != at) {
        let id = history.id(newest);
        comments.push(format!("The newest revision of this key is {id}."));
    }
    print(&value, &comments, args.output, context.look, status)
}

impl Output {
    /// Refuses bytes on a terminal, which could do anything there.
    fn check(self) -> Result<(), Error> {
        if self == Self::Raw && io::stdout().is_terminal() {
            return Err(Error::usage("the bytes of a value could disturb this terminal")
                .hint("Write them to a file with > FILE, or look at them with | xxd."));
        }
        Ok(())
    }
}

/// Prints a value, with comments where they can be.
pub(in crate::cli) fn print(
    value: &Value,
    comments: &[String],
    output: Output,
    look: Look,
    status: Status,
) -> Result<Status, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let tree = value.tree();
    let written = match (output, tree) {
        (Output::Raw, _) => out.write_all(&value.bytes),
        (Output::Json, Some(tree)) => object::as_json(&mut out, &tree),
        (Output::Yaml, Some(tree)) => {
            let who = Who::of(&tree);
            let who = who.iter().map(words::about_who);
            let comments: Vec<String> = comments.iter().cloned().chain(who).collect();
            let terminal = io::stdout().is_terminal().then(|| glyphs(look));
            object::as_yaml(&mut out, terminal, &comments, &tree)
        }
        (Output::Yaml | Output::Json, None) => {
            let what = words::about_value(Some(value), Kind::Update, false);
            return Err(Error::new("this value is no object that can be printed")
                .because(what.trim_end_matches('.'))
                .hint("kinescope get --output raw writes its bytes to a file or a pipe."));
        }
    };
    printed(written.and_then(|()| out.flush()), status)
}

/// That a key is deleted, and where its last value is.
fn deleted(history: &History, at: RowIx, name: &str) -> String {
    let id = history.id(at);
    let before = history.prev(at).filter(|&prev| history.key_at(prev) == history.key_at(at));
    let last = before.filter(|&prev| !history.deleted(prev).is_set());
    let hint = match last {
        Some(prev) => {
            let prev = history.id(prev);
            format!("The last value is that of revision {prev}: kinescope get SOURCE {name}@{prev}")
        }
        None => format!(
            "The deletion may hold the last value: kinescope extract SOURCE {name}@{id} makes a \
             manifest of it."
        ),
    };
    let who = words::WHO_DELETED;
    let text = format!("kinescope: {name} was deleted at revision {id}\n  why: {who}\n");
    printable_lines(&(text + &format!("  try: {hint}\n")))
}

fn printable_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", printable(line))).collect()
}

/// Why there are no values.
pub(in crate::cli) fn unavailable(found: Found, id: u64, name: &str) -> Error {
    let what = format!("the value of {name} at revision {id} is not here");
    match found {
        Found::Failed(error) => error,
        Found::Masked { mask, .. } => {
            Error::new(format!("the value of {name} at revision {id} is masked"))
                .because(words::why_masked(mask, "a value of this row"))
                .hint(
                    "kinescope extract --reveal-secrets --to FILE writes a manifest to a new file, \
                     after you have confirmed it.",
                )
        }
        Found::Gone => Error::new(what).because("the row was removed after the table was read"),
        Found::Another(_) => {
            Error::new(what).because("the row of that revision is another key's by now")
        }
        Found::Unknown(why) => Error::new(what).because(why),
        Found::Values(_) => Error::new(what),
    }
}
