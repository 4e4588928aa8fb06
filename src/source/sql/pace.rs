//! How many rows one statement asks for.

use std::time::Duration;

/// How long the server should work on one page. Shorter, and the round trips show; longer, and a
/// server that is slow for others too would be kept busy by one statement.
const AIM: Duration = Duration::from_millis(250);

/// The first page, which shows how fast the server is.
const FIRST: u64 = 5_000;
const LEAST: u64 = 1_000;
const MOST: u64 = 100_000;

/// How many rows to ask for after a full page of `limit` rows that took that long.
fn next(limit: u64, took: Duration) -> u64 {
    let limit = match () {
        () if took > AIM => limit / 2,
        () if took < AIM / 2 => limit.saturating_mul(2),
        () => limit,
    };
    limit.clamp(LEAST, MOST)
}

/// The size of pages, which follows the time that they take.
///
/// ```text
///   rows of a page   the last row came   then
///   ──────────────   ─────────────────   ────────────────────────────────────────────────
///   all              yes or no           the next page, larger or smaller
///   fewer            yes                 it was the last page
///   fewer            no                  something cuts answers: pages of so many from now on
///   none             no                  half as many: what is too long is held back whole
/// ```
///
/// That a page is short proves nothing: a proxy may have cut it. Ids rise, and a limit cuts at the
/// end, so that nothing is missing before the last row that came.
pub(in crate::source) struct Pace {
    limit: u64,
    /// What was found to come through.
    most: u64,
}

/// What follows a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Then {
    /// Another one.
    Next,
    /// Nothing: all rows are there.
    End,
    /// Nothing, though there are more: not even one row comes.
    Stuck,
}

impl Pace {
    /// Small pages first.
    pub(in crate::source) const fn new() -> Self {
        Self { limit: FIRST, most: MOST }
    }

    /// How many rows the next statement asks for.
    pub(in crate::source) const fn limit(&self) -> u64 {
        self.limit
    }

    /// Takes how many rows came and how long that took, and whether the last of all has come.
    pub(in crate::source) fn after(
        &mut self,
        (received, took): (u64, Duration),
        is_all: bool,
    ) -> Then {
        if received < self.limit {
            if is_all {
                return Then::End;
            }
            self.most = if received > 0 { received } else { self.limit / 2 };
        }
        self.limit = next(self.limit, took).min(self.most);
        if self.limit == 0 { Then::Stuck } else { Then::Next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_the_time_that_they_take() {
        let ms = Duration::from_millis;
        // (rows, milliseconds, rows of the next page)
        let cases = [
            (5_000, 10, 10_000),
            (5_000, 124, 10_000),
            (5_000, 125, 5_000),
            (5_000, 250, 5_000),
            (5_000, 251, 2_500),
            (1_500, 9_000, 1_000),
            (1_000, 60_000, 1_000),
            (80_000, 10, 100_000),
            (100_000, 10, 100_000),
        ];
        for (limit, took, expected) in cases {
            assert_eq!(next(limit, ms(took)), expected, "{limit} rows in {took} ms");
        }
        // A server that reads 1,000,000 rows a second gets large pages, one that reads 2,000 small
        // ones, and neither works for much longer than was aimed at.
        for rows_per_ms in [1000, 100, 10, 2] {
            let mut limit = FIRST;
            for _ in 0..20 {
                limit = next(limit, ms(limit / rows_per_ms));
            }
            let took = ms(limit / rows_per_ms);
            assert!(limit == LEAST || took <= AIM, "{limit} rows in {took:?}");
            assert!(limit == MOST || took >= AIM / 4, "{limit} rows in {took:?}");
        }
    }

    #[test]
    fn the_last_row_ends_the_pages_and_a_short_one_does_not() {
        let ms = Duration::from_millis;
        let mut pace = Pace::new();
        assert_eq!(pace.after((FIRST, ms(0)), false), Then::Next);
        assert_eq!(pace.limit(), 2 * FIRST);
        // A proxy lets 100 rows through.
        assert_eq!(pace.after((100, ms(0)), false), Then::Next);
        assert_eq!(pace.limit(), 100);
        assert_eq!(pace.after((100, ms(0)), false), Then::Next);
        assert_eq!(pace.limit(), 100, "nothing is asked for that is not let through");
        assert_eq!(pace.after((7, ms(0)), true), Then::End);
        assert_eq!(Pace::new().after((0, ms(0)), true), Then::End);
        // What was said to be the last row need not be.
        assert_eq!(Pace::new().after((FIRST, ms(0)), true), Then::Next);
    }

    #[test]
    fn where_nothing_comes_less_is_asked_for() {
        let mut pace = Pace::new();
        let mut asked = vec![pace.limit()];
        while pace.after((0, Duration::ZERO), false) == Then::Next {
            asked.push(pace.limit());
        }
        assert_eq!(asked, [5000, 2500, 1250, 625, 312, 156, 78, 39, 19, 9, 4, 2, 1]);
        // Once one comes, it goes on from there.
        let mut pace = Pace::new();
        assert_eq!(pace.after((0, Duration::ZERO), false), Then::Next);
        assert_eq!(pace.after((2500, Duration::ZERO), false), Then::Next);
        assert_eq!(pace.limit(), 2500);
    }
}
