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
pub(super) struct Pace {
    limit: Option<u64>,
}

impl Pace {
    /// Small pages first.
    pub(super) const fn new() -> Self {
        Self { limit: Some(FIRST) }
    }

    /// Everything in one piece.
    pub(super) const fn unlimited() -> Self {
        Self { limit: None }
    }

    /// How many rows the next statement asks for.
    pub(super) fn limit(&self) -> u64 {
        self.limit.unwrap_or(u64::MAX)
    }

    /// Takes what came of a page; false when it was the last one.
    pub(super) fn goes_on(&mut self, received: u64, took: Duration) -> bool {
        let Some(limit) = self.limit else { return false };
        self.limit = Some(next(limit, took));
        received >= limit
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
    fn a_page_that_is_not_full_is_the_last() {
        let mut pace = Pace::new();
        assert!(pace.goes_on(FIRST, Duration::ZERO));
        assert_eq!(pace.limit(), 2 * FIRST);
        assert!(!pace.goes_on(FIRST, Duration::ZERO));
        let mut pace = Pace::unlimited();
        assert!(!pace.goes_on(1_000_000, Duration::ZERO));
    }
}
