//! What is foreseen, in words: about when, and that it is at the present rate.

use super::written::{ceil, floor};
use crate::history::Revision;
use crate::history::clock::Millis;
use crate::history::compaction::{Forecast, INTERVAL, Rate, Unforeseen};
use crate::text::{Zone, count, grouped};

/// `At the present rate, kine compacts past 5890 between about 2026-11-20 04:30 and 04:41 UTC.`
pub fn forecast(turns: Revision, forecast: Forecast, zone: &Zone) -> String {
    let from = floor(forecast.earliest, MINUTE);
    let to = ceil(forecast.latest, MINUTE);
    let until = if zone.is_one_day(from, to) { zone.time(to) } else { zone.date_time(to) };
    format!(
        "At the present rate, kine compacts past {turns} between about {} and {} {}.",
        minutes(&zone.date_time(from)),
        minutes(&until),
        zone.name(to)
    )
}

/// How fast that is, and what else is assumed.
pub fn rate(rate: Rate, min_retain: u64) -> String {
    let (least, most) = rate.per_hour();
    let many = if least == most {
        grouped(least)
    } else {
        format!("{} to {}", grouped(least), grouped(most))
    };
    format!(
        "The present rate is {many} revisions an hour. It is assumed that kine compacts every {} minutes \
         and keeps the newest {}.",
        INTERVAL / MINUTE,
        count(min_retain, "revision")
    )
}

/// Why nothing is foreseen: a sentence.
pub fn unforeseen(why: Unforeseen, zone: &Zone) -> String {
    let why = match why {
        Unforeseen::Moment => "of which moment this table is, is not known".to_owned(),
        Unforeseen::StandsStill => "as far as the rows tell, nobody compacts it".to_owned(),
        Unforeseen::Obstacle => "kine cannot compact it as it is".to_owned(),
        Unforeseen::Overdue(since) => format!(
            "kine should have compacted further by {} {}",
            zone.date_time(ceil(since, 1000)),
            zone.name(since)
        ),
        Unforeseen::RowByRow => "kine before v0.5.0 takes as long as its rows take it".to_owned(),
        Unforeseen::Rate => {
            "its rows do not tell closely enough how fast it is written to".to_owned()
        }
    };
    format!("When kine compacts this table further is not foreseen: {why}.")
}

/// What is said where no key changes.
pub const NONE_DATED: &str = "No key changes, so there are no rows to date.";

const MINUTE: Millis = 60_000;

/// Without seconds, where there are none.
fn minutes(time: &str) -> &str {
    time.strip_suffix(":00").unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20T02:10:00Z.
    const AT: Millis = 1_795_140_600_000;

    #[test]
    fn what_is_foreseen_is_about_then_and_at_the_present_rate() {
        let said = |earliest, latest| {
            let it = Forecast { earliest: AT + earliest, latest: AT + latest };
            forecast(5890, it, &Zone::UTC)
        };
        assert_eq!(
            said(59_999, 600_001),
            "At the present rate, kine compacts past 5890 between about 2026-11-20 02:10 and 02:21 UTC."
        );
        assert_eq!(
            said(0, 86_400_000),
            "At the present rate, kine compacts past 5890 between about 2026-11-20 02:10 and 2026-11-21 \
             02:10 UTC."
        );
        let of = Rate { revisions: 6000, shortest: 3_600_000, longest: 4_000_000 };
        assert_eq!(
            rate(of, 1000),
            "The present rate is 5,400 to 6,000 revisions an hour. It is assumed that kine compacts every 5 \
             minutes and keeps the newest 1,000 revisions."
        );
        assert_eq!(
            unforeseen(Unforeseen::Overdue(AT), &Zone::UTC),
            "When kine compacts this table further is not foreseen: kine should have compacted further by \
             2026-11-20 02:10:00 UTC."
        );
    }
}
