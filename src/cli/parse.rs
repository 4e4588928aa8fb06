//! Numbers that are typed: in plain digits, or with separators, as counts are printed.

use kinescope::history::Revision;
use kinescope::text::{is_number, ungrouped};

/// A revision: `6293` or `6,293`.
pub(super) fn revision(text: &str) -> Result<Revision, String> {
    number(text, "revision")
}

/// Revisions in one word: `5226,5236`. Without separators in them, which commas would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revisions(pub(super) Vec<Revision>);

/// Some revisions, separated by commas.
pub(super) fn revisions(text: &str) -> Result<Revisions, String> {
    text.split(',').map(revision).collect::<Result<_, _>>().map(Revisions)
}

/// How many.
pub(super) fn amount(text: &str) -> Result<u64, String> {
    number(text, "number")
}

/// How many entries a list has.
pub(super) fn entries(text: &str) -> Result<usize, String> {
    amount(text).map(|entries| usize::try_from(entries).unwrap_or(usize::MAX))
}

/// How many, at least one.
pub(super) fn some(text: &str) -> Result<u64, String> {
    match amount(text)? {
        0 => Err("expected 1 or more".to_owned()),
        some => Ok(some),
    }
}

fn number(text: &str, noun: &str) -> Result<u64, String> {
    ungrouped(text).ok_or_else(|| {
        if is_number(text) {
            format!("this {noun} is too high")
        } else {
            format!("expected a {noun}, such as 6293")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_typed() {
        assert_eq!(revision("6293"), Ok(6293));
        assert_eq!(revision("6,293"), Ok(6293));
        assert_eq!(some("1_000"), Ok(1000));
        assert_eq!(some("0"), Err("expected 1 or more".to_owned()));
        let (high, wrong) = ("this revision is too high", "expected a revision, such as 6293");
        let cases = [
            ("18446744073709551616", high),
            ("x", wrong),
            ("-1", wrong),
            ("", wrong),
            (",", wrong),
        ];
        for (text, why) in cases {
            assert_eq!(revision(text), Err(why.to_owned()), "{text:?}");
        }
    }
}
