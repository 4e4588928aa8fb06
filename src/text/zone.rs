//! Moments as people write them: in a time zone, and as they are typed.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// Milliseconds since 1970 in UTC.
type Millis = i64;

/// Where clocks show what is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A moment that somebody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedTime {
    /// That moment.
    Moment(Millis),
    /// That time of some day.
    OfDay(Time),
}

impl Zone {
    /// Where nothing depends on the machine.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Where this machine is, as its settings say; UTC where they say nothing.
    pub fn local() -> Self {
        Self(TimeZone::system())
    }

    fn zoned(&self, at: Millis) -> ZonedDateTime {
        let end = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_millisecond(at).unwrap_or(end).to_zoned_datetime(self.0.clone())
    }

    /// `2026-11-20 02:10:03`.
    pub fn date_time(&self, at: Millis) -> String {
        self.zoned(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// `02:10:03`.
    pub fn time(&self, at: Millis) -> String {
        self.zoned(at).strftime("%H:%M:%S").to_string()
    }

    /// `2026-11-20T02:10:03Z`, or with how far the zone is from UTC: `2026-11-20T03:10:03+01:00`.
    pub fn rfc3339(&self, at: Millis) -> String {
        let at = self.zoned(at);
        if self.0 == TimeZone::UTC {
            return at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        }
        at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// Whether two moments are of one day.
    pub fn is_one_day(&self, one: Millis, other: Millis) -> bool {
        self.zoned(one).date() == self.zoned(other).date()
    }

    /// What clocks there are called at a moment: `UTC`, `CET`, `+05:30`.
    pub fn name(&self, at: Millis) -> String {
        self.zoned(at).strftime("%Z").to_string()
    }

    /// Understands `2026-11-20T02:10:03Z`, with any zone, with a space for the `T`, with or without seconds;
    /// the same without a zone, which is then this one; a date, which is when that day begins; and
    /// `02:10` or `02:10:03`.
    pub fn parse(&self, text: &str) -> Option<TypedTime> {
        let text = text.trim();
        if !text.starts_with(|char: char| char.is_ascii_digit()) || !text.contains([':', '-']) {
            return None;
        }
        let moment = |at: Timestamp| TypedTime::Moment(at.as_millisecond());
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(moment(at));
        }
        // A zone that was not understood is not passed over.
        if text.ends_with(['Z', 'z', ']']) || text.contains('+') {
            return None;
        }
        if !text.contains('-') {
            return text.parse::<Time>().ok().map(TypedTime::OfDay);
        }
        let here = if text.contains(':') {
            text.parse::<DateTime>().ok()?
        } else {
            text.parse::<Date>().ok()?.to_datetime(Time::midnight())
        };
        here.to_zoned_datetime(self.0.clone()).ok().map(|at| moment(at.timestamp()))
    }

    /// When it was that time of day: the last time up to the later of two moments, unless that is before the
    /// earlier one. Then it is the first time after both.
    pub fn within(&self, time: Time, (first, last): (Option<Millis>, Millis)) -> Millis {
        const DAY: Millis = 24 * 3_600_000;
        let at = self.last(time, last);
        if first.is_some_and(|first| at < first) {
            self.last(time, last.saturating_add(DAY))
        } else {
            at
        }
    }

    /// When it was that time of day last, up to a moment.
    pub fn last(&self, time: Time, until: Millis) -> Millis {
        let until = self.zoned(until);
        let on = |date: Date| date.to_datetime(time).to_zoned_datetime(self.0.clone()).ok();
        let today = on(until.date()).filter(|at| *at <= until);
        let last = today.or_else(|| on(until.date().yesterday().ok()?));
        last.map_or_else(|| until.timestamp(), |at| at.timestamp()).as_millisecond()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20T02:10:03Z.
    const AT: Millis = 1_795_140_603_000;

    fn berlin() -> Zone {
        Zone(TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone"))
    }

    #[test]
    fn a_moment_is_written_where_clocks_show_it() {
        assert_eq!(Zone::UTC.date_time(AT), "2026-11-20 02:10:03");
        assert_eq!(Zone::UTC.rfc3339(AT), "2026-11-20T02:10:03Z");
        assert_eq!(
            (Zone::UTC.name(AT), Zone::UTC.time(AT)),
            ("UTC".to_owned(), "02:10:03".to_owned())
        );
        assert_eq!(berlin().date_time(AT), "2026-11-20 03:10:03");
        assert_eq!(berlin().rfc3339(AT), "2026-11-20T03:10:03+01:00");
        assert_eq!(berlin().name(AT), "CET");
        assert!(Zone::UTC.is_one_day(AT, AT + 1000) && !Zone::UTC.is_one_day(AT, AT + 86_400_000));
        for odd in [Millis::MIN, Millis::MAX] {
            assert!(!Zone::UTC.date_time(odd).is_empty());
        }
    }

    #[test]
    fn a_moment_is_read_as_it_is_typed() {
        let moment = |text: &str| match Zone::UTC.parse(text) {
            Some(TypedTime::Moment(at)) => Some(at - AT),
            _ => None,
        };
        for (text, expected) in [
            ("2026-11-20T02:10:03Z", Some(0)),
            ("2026-11-20T02:10Z", Some(-3000)),
            ("2026-11-20 02:10:03Z", Some(0)),
            ("2026-11-20T03:10:03+01:00", Some(0)),
            ("2026-11-20T02:10:03.5Z", Some(500)),
            ("2026-11-20T02:10", Some(-3000)),
            ("2026-11-20 02:10:03", Some(0)),
            ("2026-11-20", Some(-7_803_000)),
            ("2026-11-20T02:10:03+99:00", None),
            ("2026-13-20", None),
            ("2026-11-20T25:10", None),
            ("5890", None),
            ("5,890", None),
            ("", None),
            ("-1", None),
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
        assert_eq!(berlin().parse("2026-11-20 03:10:03"), Some(TypedTime::Moment(AT)));
        assert_eq!(Zone::UTC.parse("25:10"), None);
        let Some(TypedTime::OfDay(time)) = Zone::UTC.parse("02:10") else { panic!("a time") };
        assert_eq!(Zone::UTC.last(time, AT) - AT, -3000);
        // The table begins after that, and ends before it.
        assert_eq!(Zone::UTC.within(time, (Some(AT - 9000), AT - 4000)) - AT, -3000);
        assert_eq!(Zone::UTC.within(time, (None, AT - 4000)) - AT, -3000 - 86_400_000);
        assert_eq!(Zone::UTC.within(time, (Some(0), AT)) - AT, -3000);
        // It was not yet that time that day.
        assert_eq!(Zone::UTC.last(time, AT - 4000) - AT, -3000 - 86_400_000);
    }
}
