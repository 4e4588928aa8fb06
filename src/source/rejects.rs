//! What was there and could not be understood: the first places whole, all of them counted.

use std::borrow::Cow;
use std::fmt::{self, Display};

/// A row that was there and could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it was: `line 7`, `revision 12`.
    pub place: String,
    /// What is wrong with it.
    pub why: Why,
}

/// Why something could not be understood: in the program's own words and in numbers, never in those
/// of what was there.
///
/// Where columns are shifted, anything may stand under any heading: a piece of a Secret under `id`. So
/// a reason cannot hold a cell, a heading or a line of a text, and no place decides which of them may
/// be repeated. The place is enough to find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why(Cow<'static, str>);

/// What may stand in a reason beside its words.
pub(super) trait Ours: Display {}

impl Ours for u64 {}
impl Ours for usize {}
impl Ours for i128 {}
impl Ours for &'static str {}

impl Why {
    /// Puts numbers, and words of the program's own, where `words` has `{}`.
    pub(super) fn new(words: &'static str, parts: &[&dyn Ours]) -> Self {
        let mut words = words.split("{}");
        let mut why = words.next().unwrap_or_default().to_owned();
        for (part, words) in parts.iter().zip(words) {
            why += &format!("{part}{words}");
        }
        Self(why.into())
    }

    /// Adds words.
    pub(super) fn and(self, words: &'static str) -> Self {
        Self(self.0 + words)
    }

    /// The reason, as a clause.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Why {
    fn from(words: &'static str) -> Self {
        Self(words.into())
    }
}

impl Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All that could not be understood of a table, or of a part of it. Of a text that is no table it is
/// every line: so only the first are kept, and none is left uncounted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejects {
    first: Vec<Reject>,
    count: u64,
}

impl Rejects {
    /// How many are kept.
    pub const KEPT: usize = 1000;

    /// Counts one more, and keeps what `unread` says of it as long as it is among the first.
    pub fn push(&mut self, unread: impl FnOnce() -> Reject) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(unread());
        }
    }

    /// Adds those that came later.
    pub fn extend(&mut self, later: Self) {
        self.count += later.count;
        let room = Self::KEPT - self.first.len();
        self.first.extend(later.first.into_iter().take(room));
    }

    /// The first of them, in the order in which they came.
    pub fn first(&self) -> &[Reject] {
        &self.first
    }

    /// How many they are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl FromIterator<Reject> for Rejects {
    fn from_iter<I: IntoIterator<Item = Reject>>(all: I) -> Self {
        let mut refused = Self::default();
        for unread in all {
            refused.push(|| unread);
        }
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(numbers: std::ops::Range<u64>) -> Rejects {
        let unread = |number| Reject { place: format!("line {number}"), why: "odd".into() };
        numbers.map(unread).collect()
    }

    #[test]
    fn the_first_are_kept_and_all_are_counted() {
        let all = lines(0..2500);
        assert_eq!((all.first().len(), all.count()), (Rejects::KEPT, 2500));
        assert_eq!(all.first().last().map(|it| it.place.as_str()), Some("line 999"));
        for parts in [&[0, 0, 2500][..], &[0, 10, 2500], &[0, 999, 1000, 2400, 2500], &[0, 2500]] {
            let mut joined = Rejects::default();
            for pair in parts.windows(2) {
                joined.extend(lines(pair[0]..pair[1]));
            }
            assert_eq!(joined, all, "{parts:?}");
        }
    }

    #[test]
    fn what_is_not_kept_is_not_put_in_words() {
        let mut all = lines(0..1000);
        all.push(|| panic!("nobody reads it"));
        assert_eq!(all.count(), 1001);
    }
}
