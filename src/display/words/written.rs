//! When a row was written, in words: two bounds, and never a guess between them.

use crate::history::clock::{Millis, Written};
use crate::text::Zone;

/// In a column: the earlier bound, and how long after it at most: `2026-11-20 02:09:58 +12s`.
pub fn written_column(written: Written, zone: &Zone) -> String {
    match (written.earliest, written.latest) {
        (Some(earliest), Some(latest)) => {
            format!(
                "{} +{}",
                zone.date_time(floor(earliest, SECOND)),
                width(ceil(latest, SECOND) - floor(earliest, SECOND))
            )
        }
        (Some(earliest), None) => format!("{} or later", zone.date_time(floor(earliest, SECOND))),
        (None, Some(latest)) => format!("{} or earlier", zone.date_time(ceil(latest, SECOND))),
        (None, None) => "unknown".to_owned(),
    }
}

/// In a sentence, after "it was written": `between 2026-11-20 02:09:58 and 02:10:10 UTC`. `None` where
/// nothing is known.
pub fn written(written: Written, zone: &Zone) -> Option<String> {
    Some(
        match (
            written.earliest.map(|at| floor(at, SECOND)),
            written.latest.map(|at| ceil(at, SECOND)),
        ) {
            (Some(earliest), Some(latest)) => {
                let end = if zone.is_one_day(earliest, latest) {
                    zone.time(latest)
                } else {
                    zone.date_time(latest)
                };
                format!("between {} and {end} {}", zone.date_time(earliest), zone.name(latest))
            }
            (Some(earliest), None) => {
                format!("at {} {} or later", zone.date_time(earliest), zone.name(earliest))
            }
            (None, Some(latest)) => {
                format!("at {} {} or earlier", zone.date_time(latest), zone.name(latest))
            }
            (None, None) => return None,
        },
    )
}

/// When something was written: a sentence, of which the beginning is given.
pub fn dated(what: &str, at: Written, zone: &Zone) -> String {
    match written(at, zone) {
        Some(when) => format!("{what} was written {when}."),
        None => format!("{what} was written at a time that nothing tells."),
    }
}

/// The start of the unit, such as a second, that a moment is in.
pub(super) const fn floor(at: Millis, unit: Millis) -> Millis {
    at.saturating_sub(at.rem_euclid(unit))
}

/// The next start of one.
pub(super) const fn ceil(at: Millis, unit: Millis) -> Millis {
    floor(at.saturating_add(unit - 1), unit)
}

const SECOND: Millis = 1000;

/// How long, so that it is not less: `12s`, `3m`, `5h`, `2d`.
fn width(millis: Millis) -> String {
    const UNITS: [(Millis, Millis, &str); 3] =
        [(1000, 120, "s"), (60_000, 120, "m"), (3_600_000, 48, "h")];
    for (unit, most, name) in UNITS {
        let whole = millis.div_euclid(unit) + i64::from(millis.rem_euclid(unit) > 0);
        if whole <= most {
            return format!("{whole}{name}");
        }
    }
    format!("{}d", millis.div_euclid(86_400_000) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20T02:10:00Z.
    const AT: Millis = 1_795_140_600_000;

    fn bounds(earliest: Option<Millis>, latest: Option<Millis>) -> Written {
        Written { earliest: earliest.map(|at| AT + at), latest: latest.map(|at| AT + at) }
    }

    #[test]
    fn bounds_are_told_and_nothing_between() {
        for (it, column, sentence) in [
            (
                bounds(Some(-1800), Some(8100)),
                "2026-11-20 02:09:58 +11s",
                Some("between 2026-11-20 02:09:58 and 02:10:09 UTC"),
            ),
            (
                bounds(Some(0), Some(86_400_000)),
                "2026-11-20 02:10:00 +24h",
                Some("between 2026-11-20 02:10:00 and 2026-11-21 02:10:00 UTC"),
            ),
            (
                bounds(Some(0), None),
                "2026-11-20 02:10:00 or later",
                Some("at 2026-11-20 02:10:00 UTC or later"),
            ),
            (
                bounds(None, Some(0)),
                "2026-11-20 02:10:00 or earlier",
                Some("at 2026-11-20 02:10:00 UTC or earlier"),
            ),
            (bounds(None, None), "unknown", None),
        ] {
            assert_eq!(written_column(it, &Zone::UTC), column);
            assert_eq!(written(it, &Zone::UTC).as_deref(), sentence);
        }
    }

    #[test]
    fn a_width_is_never_less_than_it_is() {
        let cases =
            [(0, "0s"), (119_001, "120s"), (120_001, "3m"), (7_200_001, "3h"), (172_800_001, "3d")];
        for (millis, expected) in cases {
            assert_eq!(width(millis), expected);
        }
    }
}
