//! Numbers for people.
//!
//! Only what is counted is [`grouped`]. The id of a row, which is a revision, is written as it is: it
//! gets pasted into SQL, where a comma would make two ids of it.

use std::time::Duration;

/// The number with a comma between thousands: `2,670,706`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The number that somebody wrote, as it is [`grouped`] or without: `2,670,706`, `2_670_706`,
/// `2 670 706`.
pub fn ungrouped(text: &str) -> Option<u64> {
    digits(text).parse().ok()
}

/// Whether that is how somebody writes a number, be it too large for any.
pub fn is_number(text: &str) -> bool {
    let digits = digits(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str) -> String {
    text.chars().filter(|char| !matches!(char, ',' | '_' | ' ')).collect()
}

/// As [`grouped`], for numbers that may be below zero.
pub fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

/// A number and its noun: `1 row`, `2 rows`, `3 batches`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = match number {
        1 => "",
        _ if noun.ends_with("ch") || noun.ends_with('x') => "es",
        _ => "s",
    };
    format!("{} {noun}{plural}", grouped(number))
}

/// How much of the whole a part is: `62.4%`.
pub fn share(part: u64, whole: u64) -> String {
    let whole = u128::from(whole.max(1));
    let thousandths = (u128::from(part) * 1000 + whole / 2) / whole;
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// So many bytes, in the unit that leaves one to four digits before the point: `1.5 GiB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if number < 1024 {
        return format!("{number} B");
    }
    let unit = (number.ilog2() / 10) as usize - 1;
    let one = 1_u128 << (10 * (unit + 1));
    let tenths = (u128::from(number) * 10 + one / 2) / one;
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// A time that something took, in the unit that tells: `0.4 ms`, `310 ms`, `12.5 s`.
pub fn duration(time: Duration) -> String {
    let tenths = (time.as_micros() + 50) / 100;
    let seconds = (time.as_millis() + 50) / 100;
    match tenths {
        0..100 => format!("{}.{} ms", tenths / 10, tenths % 10),
        100..10_000 => format!("{} ms", tenths / 10),
        _ => format!(
            "{}.{} s",
            grouped(u64::try_from(seconds / 10).unwrap_or(u64::MAX)),
            seconds % 10
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let cases: [(u64, &str); 6] = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (2_670_706, "2,670,706"),
            (100_000, "100,000"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(signed(i64::MIN), "-9,223,372,036,854,775,808");
        assert_eq!(
            [count(1, "row"), count(1000, "row"), count(2, "batch")],
            ["1 row", "1,000 rows", "2 batches"]
        );
    }

    #[test]
    fn times_are_in_the_unit_that_tells() {
        let cases = [
            (0, "0.0 ms"),
            (449, "0.4 ms"),
            (9_949, "9.9 ms"),
            (9_950, "10 ms"),
            (310_400, "310 ms"),
            (999_900, "999 ms"),
            (1_000_000, "1.0 s"),
            (60_049_000, "60.0 s"),
            (3_600_000_000, "3,600.0 s"),
        ];
        for (micros, text) in cases {
            assert_eq!(duration(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn shares_and_bytes_have_one_decimal() {
        assert_eq!(
            [share(0, 0), share(1, 3), share(2, 3), share(u64::MAX, u64::MAX)],
            ["0.0%", "33.3%", "66.7%", "100.0%"]
        );
        let cases: [(u64, &str); 7] = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (1_048_575, "1024.0 KiB"),
            (3 << 30, "3.0 GiB"),
            (u64::MAX, "16.0 EiB"),
        ];
        for (number, text) in cases {
            assert_eq!(bytes(number), text);
        }
    }
}
