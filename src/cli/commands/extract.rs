//! `extract`: a manifest of what a key was.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args as Group};
use kinescope::history::{History, RowIx};
use kinescope::report::object;
use kinescope::source::{Error, Extent, Found};
use kinescope::text::{escape, printable};
use kinescope::value::kubernetes::{Manifest, NoManifest};
use kinescope::value::{Body, Value, Values};

use super::get::unavailable;
use crate::cli::appearance::{glyphs, zone};
use crate::cli::output::printed;
use crate::cli::row::{Meant, row, source_and_key, values};
use crate::cli::{Context, Status, say, textfile};

#[derive(Debug, Group)]
#[command(override_usage = "kinescope extract [OPTIONS] [SOURCE] <KEY[@REV|TIME]>")]
#[command(group = ArgGroup::new("words").required(true).multiple(true))]
pub(in crate::cli) struct Extract {
    /// Read this table
    #[arg(value_name = "SOURCE", group = "words")]
    pub(in crate::cli) source: Option<OsString>,
    /// Take the value of this key at this revision or time; without one, the newest
    ///
    /// At a deletion it is the value before.
    #[arg(value_name = "KEY[@REV|TIME]", group = "words")]
    pub(in crate::cli) key: Option<OsString>,
    /// Write the manifest to a new file that only you can read
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) to: Option<PathBuf>,
    /// Extract a value also if it is a Secret's, after you have confirmed it on the terminal
    ///
    /// It is written to a file alone, in plain text.
    #[arg(long, requires = "to")]
    pub(in crate::cli) reveal_secrets: bool,
}

/// Runs `kinescope extract`.
pub(in crate::cli) async fn extract(args: Extract, context: &Context) -> Result<Status, Error> {
    if args.reveal_secrets && !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Error::usage("--reveal-secrets needs a terminal to confirm it on"));
    }
    let (source, typed) = source_and_key(context, "extract", args.source, args.key)?;
    let read = context.read(source).await?;
    let table = read.table();
    let history = table.history;
    let zone = zone(context.look);
    let Meant { key, at, revision } = match row(&read, typed.as_encoded_bytes(), &zone).await? {
        Ok(found) => found,
        Err(status) => return Ok(status),
    };
    let (id, name) = (history.id(at), escape(history.name(key)).into_owned());
    let mut found = values(&read.source, &read.log, history, at, Extent::Whole).await;
    if let (Found::Masked { .. }, Some(to)) = (&found, args.to.as_deref())
        && args.reveal_secrets
    {
        confirm(&name, id, to)?;
        found = values(&read.source, &read.log, history, at, Extent::Revealed).await;
    }
    let values = match found {
        Found::Values(values) => *values,
        found => return Err(unavailable(found, id, &name)),
    };
    let value = former(history, at, values).ok_or_else(|| {
        Error::new(format!("revision {id} of {name} holds no value to extract"))
            .hint("kinescope show SOURCE KEY --all lists the other revisions.")
    })?;
    let manifest = manifest(&value).map_err(|why| {
        Error::new(format!("revision {id} of {name} makes no manifest")).because(why)
    })?;
    let mut comments = vec![format!("{name} as of revision {id}, extracted by kinescope.")];
    if !manifest.taken_off.is_empty() {
        comments.push(format!("Taken off: {}.", manifest.taken_off.join(", ")));
    }
    let is_sure = table.is_whole() || revision == Some(id);
    let status = if is_sure { Status::Clean } else { Status::Unknown };
    let Some(to) = args.to else {
        let mut out = BufWriter::new(io::stdout().lock());
        let terminal = io::stdout().is_terminal().then(|| glyphs(context.look));
        let written = object::as_yaml(&mut out, terminal, &comments, &manifest.tree);
        return printed(written.and_then(|()| out.flush()), status);
    };
    let mut bytes = Vec::new();
    let written = object::as_yaml(&mut bytes, None, &comments, &manifest.tree);
    written.map_err(|why| Error::new("cannot write the manifest").because(why))?;
    textfile::write_new(&to, &bytes)?;
    Ok(status)
}

/// The value that the key had: of a deletion, the one before.
fn former(history: &History, at: RowIx, values: Values) -> Option<Value> {
    let Values { value, old_value, .. } = values;
    if history.deleted(at).is_set() { old_value.or(value) } else { value }
}

/// The manifest of a value, or why there is none.
fn manifest(value: &Value) -> Result<Manifest, String> {
    let unnamed = match &value.body {
        Body::Protobuf { object: Some(object), .. } => &object.unnamed[..],
        Body::Protobuf { typed, .. } => {
            let kind = escape(typed.name().as_bytes()).into_owned();
            return Err(format!("the fields of {kind} have no names here"));
        }
        Body::Encrypted { provider, .. } => {
            return Err(format!("the value is encrypted at rest by {}", printable(provider)));
        }
        _ => &[],
    };
    let tree = value.tree().unwrap_or_default();
    Manifest::of(&tree, unnamed).map_err(|why| match why {
        NoManifest::NotAnObject => {
            "the value is no object with an API version, a kind and a name".to_owned()
        }
        NoManifest::NotApplied => "nobody applies an object of this kind".to_owned(),
    })
}

/// Asks whether a Secret is to be written. Nothing but the end of its name is taken for a yes.
fn confirm(name: &str, id: u64, to: &Path) -> Result<(), Error> {
    let word = name.rsplit('/').find(|word| !word.is_empty()).unwrap_or(name);
    let to = escape(to.as_os_str().as_encoded_bytes()).into_owned();
    say(&format!(
        "{name} at revision {id} is masked: it is, or may be, a Secret.\nIt will be written to {to} in plain \
         text. Type {word} to go on: "
    ));
    let mut typed = String::new();
    let read = io::stdin().read_line(&mut typed);
    read.map_err(|why| Error::new("nothing was confirmed").because(why))?;
    if typed.trim_end_matches(['\r', '\n']) == word {
        return Ok(());
    }
    Err(Error::usage("nothing was written: it was not confirmed")
        .hint(format!("Type {word}, the end of the key's name.")))
}
