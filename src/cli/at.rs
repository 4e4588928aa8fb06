//! A place in a table's history, as it is typed: a revision, or a time that the table's clock finds.

use kinescope::history::clock::Millis;
use kinescope::history::{History, Revision};
use kinescope::source::{Error, TableClock, Untold};
use kinescope::text::{TypedTime, Zone};

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

/// The revisions that a place may be: the last that is known to be before it, and the first that is known
/// to be after it, each `None` where none is; and the moment, where it was given by one. A revision is both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) before: Option<Revision>,
    pub(super) after: Option<Revision>,
}

impl At {
    /// Finds a moment in a table.
    ///
    /// # Errors
    ///
    /// When the table does not tell times.
    pub(super) async fn moment(
        &self,
        history: &History,
        clock: &mut TableClock,
        zone: &Zone,
    ) -> Result<Option<Found>, Error> {
        let Self::Time(text) = self else { return Ok(None) };
        clock.survey(history).await;
        let time = match zone.parse(text) {
            Some(TypedTime::Moment(at)) => at,
            Some(TypedTime::OfDay(time)) => zone.last(time, newest(history, clock, text)?),
            None => return Err(untold(clock, text)),
        };
        let (before, after) = clock.find(history, time).await;
        if clock.clock.is_empty() {
            return Err(untold(clock, text));
        }
        Ok(Some(Found { before, after }))
    }
}

/// When the newest row was written, at the latest.
fn newest(history: &History, clock: &TableClock, text: &str) -> Result<Millis, Error> {
    let written = clock.clock.at(history.current().unwrap_or_default());
    let newest = written.earliest.and(written.latest).or(written.earliest);
    newest.ok_or_else(|| untold(clock, text))
}

/// Says that a time cannot be found.
fn untold(clock: &TableClock, text: &str) -> Error {
    let error = Error::new(format!("this table does not tell which revision is of {text}"));
    let error = match &clock.untold {
        Some(Untold::Unknown(why)) => error.because(why.clone()),
        Some(Untold::Failed(why)) => error.because(why.in_a_line()),
        None => error.because("no value that was read holds a time that can be believed"),
    };
    error.hint("Name a revision.")
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
