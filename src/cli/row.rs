//! The row that is meant by KEY, KEY@REV or KEY@TIME, and its values.

use std::ffi::{OsStr, OsString};

use kinescope::display::words;
use kinescope::find::{closest, key_named};
use kinescope::history::{History, KeyId, Revision, RowIx, Then, Version};
use kinescope::report::Table;
use kinescope::source::locate::may_be_endpoint;
use kinescope::source::{Error, Extent, Found, Log, Source, Wanted};
use kinescope::text::{Zone, escape, printable, unescape};
use tokio::sync::mpsc::channel;

use super::at::{At, Found as Around, at, check, find};
use super::context::Read;
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

/// A key, and the place that was typed behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Typed<'t> {
    key: Option<KeyId>,
    /// What stands for the key.
    name: &'t [u8],
    at: Option<At>,
}

impl<'t> Typed<'t> {
    /// Takes KEY@REV apart, and KEY@TIME. A key whose own name ends like that is that key.
    fn of(history: &History, typed: &'t [u8]) -> Self {
        if let Some(key) = key_named(history, typed) {
            return Self { key: Some(key), name: typed, at: None };
        }
        let parts = typed.iter().rposition(|&byte| byte == b'@').and_then(|place| {
            let at = str::from_utf8(&typed[place + 1..]).ok().and_then(|text| at(text).ok())?;
            Some((&typed[..place], at))
        });
        match parts {
            Some((name, at)) => Self { key: key_named(history, name), name, at: Some(at) },
            None => Self { key: None, name: typed, at: None },
        }
    }
}

/// What was meant by KEY, KEY@REV or KEY@TIME.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    pub(super) key: KeyId,
    /// The row in force then, or now.
    pub(super) at: RowIx,
    /// The revision, if one was typed, or a time.
    pub(super) revision: Option<Revision>,
}

/// How a command ends that found nothing: in a part of a table that may be for the part.
pub(super) fn absent(table: &Table<'_>) -> Status {
    if table.is_whole() { Status::Something } else { Status::Unknown }
}

/// What is meant by KEY, KEY@REV or KEY@TIME; where there is no such row, that is said, and this is how the
/// command ends.
///
/// # Errors
///
/// When the revision makes no sense in the table, or what the key was then cannot be told.
pub(super) async fn row(
    read: &Read,
    typed: &[u8],
    zone: &Zone,
) -> Result<Result<Meant, Status>, Error> {
    let table = read.table();
    let history = table.history;
    let Typed { key, name, at } = Typed::of(history, typed);
    let Some(key) = key else {
        say(&not_found(&table, name));
        return Ok(Err(absent(&table)));
    };
    let revision = match at {
        None => None,
        Some(At::Revision(revision)) => Some(check(&table, revision)?),
        Some(At::Time(text)) => {
            let found = find(&text, history, &mut read.clock(), zone).await?;
            Some(only(history, key, &found, zone)?)
        }
    };
    let found = match revision {
        Some(revision) => in_force(history, key, revision)?,
        None => history.key(key).newest,
    };
    let Some(at) = found else {
        say(&not_there(history, key, revision));
        return Ok(Err(absent(&table)));
    };
    Ok(Ok(Meant { key, at, revision }))
}

/// The row of a key that was in force at a revision; none where the key was not there, or was deleted by a row
/// that is gone. The row of the revision itself is that, whatever the key was.
fn in_force(history: &History, key: KeyId, revision: Revision) -> Result<Option<RowIx>, Error> {
    let own = history.find(revision).filter(|&at| history.key_at(at) == Some(key));
    if own.is_some() {
        return Ok(own);
    }
    let name = escape(history.name(key));
    let shows = "kinescope show SOURCE KEY --all lists its revisions.";
    match history.as_of(revision).state(key) {
        Then::Live(Version::Row(at)) | Then::Deleted(Version::Row(at)) => Ok(Some(at)),
        Then::Absent | Then::Deleted(Version::Gone { .. }) => Ok(None),
        Then::Live(Version::Gone { revision: gone, next }) => {
            let next = history.id(next);
            Err(Error::new(format!("the value of {name} at revision {revision} is not here"))
                .because(format!("the key was live then, at {gone}, and that row is gone"))
                .hint(format!(
                    "Revision {next} follows it and holds that value as its old one: V shows both in \
                     the explorer."
                )))
        }
        Then::LiveUnseen { before, .. } => {
            Err(Error::new(format!("the value of {name} at revision {revision} is not here"))
                .because(format!(
                    "the key was live then, at a revision before {before} that is gone"
                ))
                .hint(shows))
        }
        Then::Unknown(doubt) => {
            Err(Error::new(format!("what {name} was at revision {revision} cannot be told"))
                .because(words::doubt(doubt))
                .hint(shows))
        }
    }
}

/// A revision at which a key was what it was at a time. The time may be that of several revisions: then the
/// key must have been the same at all of them.
fn only(history: &History, key: KeyId, found: &Around, zone: &Zone) -> Result<Revision, Error> {
    let time = format!("{} {}", zone.date_time(found.time), zone.name(found.time));
    let first = found.before.unwrap_or_default();
    let last = match found.after {
        Some(after) => after.saturating_sub(1).max(first),
        None => history.current().unwrap_or_default(),
    };
    if history.as_of(first).state(key) == history.as_of(last).state(key) {
        return Ok(last);
    }
    let name = escape(history.name(key));
    let mut written: Vec<Revision> = history
        .rows_of(key)
        .map(|at| history.id(at))
        .filter(|id| (first + 1..=last).contains(id))
        .collect();
    written.reverse();
    let why = match written.as_slice() {
        [] => format!("revisions {first} to {last} may be of that time, and rows between are gone"),
        ids => {
            let ids = words::revisions(ids.iter().copied());
            format!("{ids} may have been written before or after that")
        }
    };
    let error = Error::new(format!("what {name} was at {time} cannot be told")).because(why);
    Err(match written.first() {
        Some(id) => error.hint(format!(
            "Name a revision: {name}@{id}, or {name}@{} for the one before.",
            id.saturating_sub(1)
        )),
        None => error.hint("Name a revision."),
    })
}

/// That a key was not there at a revision, or has no rows.
fn not_there(history: &History, key: KeyId, revision: Option<Revision>) -> String {
    let name = escape(history.name(key));
    let revision = revision.unwrap_or_default();
    let said = match history.as_of(revision).state(key) {
        Then::Deleted(version) => {
            format!(
                "{name} was deleted at revision {}, and that row is gone",
                version.revision(history)
            )
        }
        _ => format!("{name} was not there at revision {revision}"),
    };
    format!("kinescope: {said}\n  try: kinescope show SOURCE KEY --all lists its revisions.\n")
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
            let revision = revision.map(At::Revision);
            let found = Typed::of(&history, typed.as_bytes());
            let key = found.key.map(|key| history.name(key));
            assert_eq!((key, found.at), (name.map(str::as_bytes), revision), "{typed}");
        }
        let found = Typed::of(&history, b"/a@02:10");
        assert_eq!((found.name, found.at), (&b"/a"[..], Some(At::Time("02:10".to_owned()))));
    }
}
