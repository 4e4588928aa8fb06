//! A place in a table's history, as it is typed: a revision, or a time that the table's clock finds.

use std::ffi::OsStr;

use kinescope::display::words;
use kinescope::history::clock::Millis;
use kinescope::history::{History, Revision};
use kinescope::report::Table;
use kinescope::source::{Error, TableClock};
use kinescope::text::{TypedTime, Zone, escape};

use super::parse::revision;

/// A place in a table's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    /// That revision.
    Revision(Revision),
    /// A time, as it was typed: what it means hangs on the time zone, and `02:10` on the table.
    Time(String),
}

/// Understands `6293`, and whatever [`Zone::parse`] does.
pub(super) fn at(text: &str) -> Result<At, String> {
    if Zone::UTC.parse(text).is_some() {
        return Ok(At::Time(text.to_owned()));
    }
    revision(text).map(At::Revision).map_err(|why| {
        if why.starts_with("expected") {
            "expected a revision, such as 6293, or a time, such as 2026-11-20T02:10Z or 02:10"
                .to_owned()
        } else {
            why
        }
    })
}

impl At {
    /// Understands an argument that is a place.
    pub(super) fn of(argument: &OsStr) -> Result<Self, Error> {
        at(&argument.to_string_lossy()).map_err(|why| {
            let shown = escape(argument.as_encoded_bytes());
            Error::usage(format!("{shown} is no moment of the table: {why}"))
        })
    }
}

/// Refuses a revision that is beyond the current one, as far as that is known.
pub(super) fn check(table: &Table<'_>, revision: Revision) -> Result<Revision, Error> {
    let current = table.history.current().unwrap_or_default();
    let is_known = table.is_whole() || table.history.profile().current.is_some();
    if is_known && revision > current {
        return Err(Error::usage(format!(
            "the revision {revision} is beyond the current revision {current}"
        ))
        .hint(format!("Name a revision up to {current}.")));
    }
    Ok(revision)
}

/// What lies around a moment: the last revision that is known to have been written before it, and the first
/// that is known to have been written after it, each `None` where none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The moment.
    pub(super) time: Millis,
    pub(super) before: Option<Revision>,
    pub(super) after: Option<Revision>,
}

/// Finds what lies around a time that was typed.
///
/// # Errors
///
/// When the table does not tell times.
pub(super) async fn find(
    text: &str,
    history: &History,
    clock: &mut TableClock,
    zone: &Zone,
) -> Result<Found, Error> {
    clock.survey(history).await;
    let time = match zone.parse(text) {
        Some(TypedTime::Moment(at)) => at,
        Some(TypedTime::OfDay(time)) => {
            zone.within(time, (oldest(history, clock), newest(history, clock, text)?))
        }
        None => return Err(untold(history, clock, text)),
    };
    let (before, after) = clock.find(history, time).await;
    if clock.clock().is_empty() {
        return Err(untold(history, clock, text));
    }
    Ok(Found { time, before, after })
}

/// Which of the revisions that may be of a time is meant, where it must be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// The last that is known to have been written before.
    Before,
    /// The last that may have been.
    Until,
}

/// The one revision that a place is, where there must be one, and what is to be said of that.
///
/// # Errors
///
/// When the table does not tell times, or nothing in it is older.
pub(super) async fn one(
    at: &At,
    which: Which,
    history: &History,
    clock: &mut TableClock,
    zone: &Zone,
) -> Result<(Revision, Option<String>), Error> {
    let text = match at {
        At::Revision(revision) => return Ok((*revision, None)),
        At::Time(text) => text,
    };
    let Found { time, before, after } = find(text, history, clock, zone).await?;
    let text = format!("{} {}", zone.date_time(time), zone.name(time));
    if which == Which::Until {
        let last = after
            .map_or_else(|| history.current().unwrap_or_default(), |after| after.saturating_sub(1));
        let first = before.map_or(0, |before| before.saturating_add(1));
        let said = if first <= last {
            format!(
                "{text} is taken for revision {last}, the last that may have been written by then. \
                 Those from {first} on may be later as well."
            )
        } else {
            format!("{text} is taken for revision {last}, the last that was written by then.")
        };
        return Ok((last, Some(said)));
    }
    let Some(before) = before else {
        let what = format!("no row is known to have been written before {text}");
        return Err(Error::new(what).hint("Name a revision, or a later time."));
    };
    Ok((before, Some(words::taken_for(&text, before, after))))
}

/// When the oldest row was written, if that is known.
fn oldest(history: &History, clock: &TableClock) -> Option<Millis> {
    let oldest = history.iter().find_map(|at| clock.clock().at(history.id(at)).earliest);
    oldest.map(|at| at.saturating_sub(1000))
}

/// When the newest row was written, at the latest.
fn newest(history: &History, clock: &TableClock, text: &str) -> Result<Millis, Error> {
    let written = clock.clock().at(history.current().unwrap_or_default());
    let newest = written.earliest.and(written.latest).or(written.earliest);
    newest.ok_or_else(|| untold(history, clock, text))
}

/// Says that a time cannot be found.
fn untold(history: &History, clock: &TableClock, text: &str) -> Error {
    let error = Error::new(format!("this table does not tell which revision is of {text}"));
    let nothing = || "no value that was read holds a time that can be believed".to_owned();
    let error = error.because(clock.dating.why_untold().unwrap_or_else(nothing));
    error.hint(if history.profile().part.is_some() {
        "Read the whole table: the Leases that tell times are in no part. Or name a revision."
    } else {
        "Name a revision."
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_revision_or_a_time() {
        let time = |text: &str| Ok(At::Time(text.to_owned()));
        for (text, expected) in [
            ("6293", Ok(At::Revision(6293))),
            ("6,293", Ok(At::Revision(6293))),
            ("02:10", time("02:10")),
            ("2026-11-20T02:10Z", time("2026-11-20T02:10Z")),
            ("2026-11-20", time("2026-11-20")),
        ] {
            assert_eq!(at(text), expected);
        }
        for wrong in ["x", "", "-1", "25:00", "2026-13-20"] {
            assert!(at(wrong).is_err_and(|why| why.contains("or a time")), "{wrong}");
        }
        assert_eq!(at("18446744073709551616").err().as_deref(), Some("this revision is too high"));
    }
}
