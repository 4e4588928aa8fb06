//! The row that is meant by KEY or KEY@REV, and its values.

use std::ffi::{OsStr, OsString};

use kinescope::find::{closest, key_named};
use kinescope::history::{History, KeyId, Revision, RowIx};
use kinescope::report::Table;
use kinescope::source::locate::may_be_endpoint;
use kinescope::source::{Error, Extent, Found, Log, Source, Wanted};
use kinescope::text::{escape, printable, unescape, ungrouped};
use tokio::sync::mpsc::channel;

use super::interrupt::interruptible;
use super::{Context, Status, say, secrets};

/// SOURCE and KEY of two words. A single one is the KEY, and SOURCE comes from the options or the
/// environment.
pub(super) fn source_and_key(
    context: &Context,
    command: &str,
    source: Option<OsString>,
    key: Option<OsString>,
) -> Result<(Source, OsString), Error> {
    if let (Some(source), Some(key)) = (&source, &key) {
        return Ok((context.server.source(Some(source.clone()))?, key.clone()));
    }
    let key = source.or(key).unwrap_or_default();
    if may_be_endpoint(&key.to_string_lossy()) {
        return Err(only_one(command, &key));
    }
    let source = context.server.found(None)?;
    Ok((source.ok_or_else(|| only_one(command, &key))?, key))
}

fn only_one(command: &str, argument: &OsStr) -> Error {
    let argument = secrets::shown(argument);
    Error::usage(format!("{command} needs a SOURCE and a KEY, and got only {argument}"))
        .hint("Name both, or set KINESCOPE_ENDPOINT and name the key.")
}

/// That there is no such key, and which are close to it.
pub(super) fn not_found(table: &Table<'_>, name: &[u8]) -> String {
    let place = if table.is_whole() { "the table" } else { "the part of the table that was read" };
    // It may have been typed as it is shown.
    let name = escape(&unescape(name)).into_owned();
    let mut text = format!("kinescope: there is no key {name} in {place}\n");
    if let Some(error) = table.partial {
        text.push_str(&format!("  why: {}\n", printable(&error.in_full())));
        let hint = error.what_to_do().map(printable);
        text.extend(hint.map(|hint| format!("  try: {hint}\n")));
    }
    let closest = closest(table.history, &name, usize::MAX, 5);
    if !closest.is_empty() {
        text.push_str("  closest: ");
        text.push_str(&closest.join("\n           "));
        text.push('\n');
    }
    text
}

/// A key, and the revision that was typed behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Typed<'t> {
    key: Option<KeyId>,
    /// What stands for the key.
    name: &'t [u8],
    revision: Option<Revision>,
}

impl<'t> Typed<'t> {
    /// Takes KEY@REV apart. A key whose own name ends like that is that key.
    fn of(history: &History, typed: &'t [u8]) -> Self {
        if let Some(key) = key_named(history, typed) {
            return Self { key: Some(key), name: typed, revision: None };
        }
        let parts = typed.iter().rposition(|&byte| byte == b'@').and_then(|at| {
            let revision = str::from_utf8(&typed[at + 1..]).ok().and_then(ungrouped)?;
            Some((&typed[..at], revision))
        });
        match parts {
            Some((name, revision)) => {
                Self { key: key_named(history, name), name, revision: Some(revision) }
            }
            None => Self { key: None, name: typed, revision: None },
        }
    }
}

/// What was meant by KEY or KEY@REV.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    pub(super) key: KeyId,
    /// The row in force then, or now.
    pub(super) at: RowIx,
    /// The revision, if one was typed.
    pub(super) revision: Option<Revision>,
}

/// How a command ends that found nothing: in a part of a table that may be for the part.
pub(super) fn absent(table: &Table<'_>) -> Status {
    if table.is_whole() { Status::Something } else { Status::Unknown }
}

/// What is meant by KEY or KEY@REV; where there is no such row, that is said, and this is how the command ends.
///
/// # Errors
///
/// When the revision makes no sense in the table.
pub(super) fn row(table: &Table<'_>, typed: &[u8]) -> Result<Result<Meant, Status>, Error> {
    let history = table.history;
    let Typed { key, name, revision } = Typed::of(history, typed);
    let Some(key) = key else {
        say(&not_found(table, name));
        return Ok(Err(absent(table)));
    };
    let Some(at) = in_force(history, key, revision)? else {
        say(&not_yet(history, key, revision));
        return Ok(Err(absent(table)));
    };
    Ok(Ok(Meant { key, at, revision }))
}

/// The row of a key that was in force at a revision, or is now; none where there was none yet.
fn in_force(
    history: &History,
    key: KeyId,
    revision: Option<Revision>,
) -> Result<Option<RowIx>, Error> {
    let Some(revision) = revision else { return Ok(history.key(key).newest) };
    let own = history.find(revision).filter(|&at| history.key_at(at) == Some(key));
    if own.is_some() {
        return Ok(own);
    }
    let current = history.current().unwrap_or_default();
    if revision > current {
        return Err(Error::usage(format!(
            "revision {revision} is beyond the current revision {current}"
        )));
    }
    let compacted = history.compacted().unwrap_or_default();
    if revision < compacted {
        let name = escape(history.name(key));
        return Err(Error::usage(format!(
            "{name} has no row at {revision}, and the table is compacted to {compacted}: what the \
             key was then cannot be told"
        ))
        .hint("kinescope show SOURCE KEY --all lists its revisions."));
    }
    Ok(history.rows_of(key).find(|&at| history.id(at) < revision))
}

/// That a key did not exist at a revision.
fn not_yet(history: &History, key: KeyId, revision: Option<Revision>) -> String {
    let name = escape(history.name(key));
    let at = revision.map_or_else(String::new, |revision| format!(" at revision {revision}"));
    format!(
        "kinescope: {name} did not exist yet{at}\n  try: kinescope show SOURCE KEY --all lists its \
         revisions.\n"
    )
}

/// Reads the values of a row, so much of them.
pub(super) async fn values(
    source: &Source,
    log: &Log,
    history: &History,
    at: RowIx,
    extent: Extent,
) -> Found {
    let wanted = Wanted::of(history, at).with(extent);
    interruptible(async {
        let (sender, mut found) = channel(1);
        let read = source.value(wanted, log, sender);
        let (found, ()) = tokio::join!(found.recv(), read);
        found.unwrap_or_else(|| Found::Unknown("no answer came".to_owned()))
    })
    .await
}

#[cfg(test)]
mod tests {
    use kinescope::history::{Collation, Flag, Profile, Row};

    use super::*;

    fn history(names: &[&str]) -> History {
        let mut history =
            History::new(Profile { collation: Collation::binary(), ..Profile::kine_default() });
        for (id, name) in (1..).zip(names) {
            let row = Row {
                id,
                name: Some(name.as_bytes()),
                created: Flag::Yes,
                deleted: Flag::No,
                create_revision: Some(0),
                prev_revision: Some(0),
                lease: Some(0),
            };
            history.push(row).expect("ids ascend");
        }
        history
    }

    #[test]
    fn a_revision_behind_a_key_is_taken_off_unless_it_is_of_the_name() {
        let history = history(&["/a", "/b@5", "/c@x", "/d/e"]);
        for (typed, name, revision) in [
            ("/a", Some("/a"), None),
            ("/a@7", Some("/a"), Some(7)),
            ("/a@6,293", Some("/a"), Some(6293)),
            ("/b@5", Some("/b@5"), None),
            ("/b@5@1", Some("/b@5"), Some(1)),
            ("/c@x", Some("/c@x"), None),
            ("e@2", Some("/d/e"), Some(2)),
            ("/b", None, None),
            ("/b@6", None, Some(6)),
            ("@1", None, Some(1)),
            ("", None, None),
        ] {
            let found = Typed::of(&history, typed.as_bytes());
            let key = found.key.map(|key| history.name(key));
            assert_eq!((key, found.revision), (name.map(str::as_bytes), revision), "{typed}");
        }
    }
}
