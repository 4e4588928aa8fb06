//! How fast something goes on, for whoever waits for it.

use std::time::Duration;

use super::grouped;

/// How fast rows come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// `812,000 rows/s`
    pub rate: String,
    /// `4 s left`, where it is known how many rows to expect.
    pub left: Option<String>,
}

impl Pace {
    /// The pace at which so many rows of all that are expected came in that time; `None` as long as
    /// it is too short to tell.
    pub fn of(rows: u64, all: Option<u64>, took: Duration) -> Option<Self> {
        const ENOUGH: Duration = Duration::from_millis(500);
        let milliseconds = u64::try_from(took.as_millis()).ok()?;
        let per_second = rows.checked_mul(1000)? / milliseconds.max(1);
        if took < ENOUGH || per_second == 0 {
            return None;
        }
        // Three digits say enough of what changes all the time.
        let unit = 10_u64.pow(per_second.ilog10().saturating_sub(2));
        let left = all.map(|all| match all.saturating_sub(rows).div_ceil(per_second) {
            seconds @ 0..100 => format!("{} s left", grouped(seconds)),
            seconds => format!("{} min left", grouped(seconds.div_ceil(60))),
        });
        Some(Self { rate: format!("{} rows/s", grouped(per_second / unit * unit)), left })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_what_came() {
        let told = |rows, all, milliseconds| {
            let pace = Pace::of(rows, all, Duration::from_millis(milliseconds))?;
            Some(format!("{} {}", pace.rate, pace.left.unwrap_or_default()))
        };
        assert_eq!(
            told(1_234_567, Some(2_000_000), 1000).as_deref(),
            Some("1,230,000 rows/s 1 s left")
        );
        assert_eq!(told(400, Some(120_000), 1000).as_deref(), Some("400 rows/s 5 min left"));
        assert_eq!(told(400, None, 1000).as_deref(), Some("400 rows/s "));
        assert_eq!(told(400, Some(399), 1000).as_deref(), Some("400 rows/s 0 s left"));
        assert_eq!(told(400, None, 499), None);
        assert_eq!(told(1, None, 1001), None);
    }
}
