//! Moments of time, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use humantime::format_rfc3339_seconds;

/// The last second that RFC 3339 can write, in the year 9999.
const LAST: u64 = 253_402_300_799;

/// A moment as programs read it: `2026-11-27T16:05:12Z`.
pub fn rfc3339(at: SystemTime) -> String {
    // A clock that is as wrong as that is shown as wrong as can be.
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let since = std::time::Duration::from_secs(since.as_secs().min(LAST));
    format_rfc3339_seconds(UNIX_EPOCH + since).to_string()
}

/// A moment as people read it: `2026-11-27 16:05:12 UTC`.
pub fn utc(at: SystemTime) -> String {
    rfc3339(at).replace('T', " ").replace('Z', " UTC")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn any_clock_has_a_time() {
        let after = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(rfc3339(after(1_795_795_512)), "2026-11-27T16:05:12Z");
        assert_eq!(utc(after(1_795_795_512)), "2026-11-27 16:05:12 UTC");
        assert_eq!(utc(UNIX_EPOCH - Duration::from_secs(1)), "1970-01-01 00:00:00 UTC");
        assert_eq!(utc(after(LAST + 1)), "9999-12-31 23:59:59 UTC");
    }
}
