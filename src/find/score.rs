//! How well a name fits what was typed: skim's score, without a matrix.
//!
//! skim looks for the alignment of the query with the name that is worth most: each letter 16, two
//! less in the other case; more at the beginning of a word, and after the letter before it; less for
//! each letter that is passed over. Of a row of its matrix only the columns count in which the
//! letter is, and those are few:
//!
//! ```text
//!            / r e g i s t r y / n o d e - 1      query: r1
//!   r          ■ . . . . . ■                      columns from its first place to its last
//!   1                                    ■        each takes the best of those before it
//! ```
//!
//! So a name of 60 letters costs some 20 ns a letter of the query, and no memory. What it gives is what
//! a matcher of the crate that was never used gives when it is asked for the places too. The crate's own
//! `fuzzy_match` is worth a little more or less where the query has three letters and more: it keeps two
//! rows of the matrix, and finds in them what it left there two letters, or a name, ago.

use memchr::{memchr2_iter, memrchr2};

/// What a letter that was found is worth.
const MATCH: i32 = 16;
/// What is taken off where the case is another.
const OTHER_CASE: i32 = 2;
/// What the first letter that is passed over costs beside [`PASSED`].
const GAP: i32 = 3;
/// What each letter that is passed over costs; and so does whatever is before the first letter, once.
const PASSED: i32 = 1;
/// What a letter is worth at least that follows the one before.
const FOLLOWS: i32 = GAP + PASSED;
/// At the beginning, and after what separates words.
const HEAD: i32 = MATCH / 2;
/// After other punctuation.
const BREAK: i32 = HEAD - 1;
/// A capital after a small letter or a digit.
const CAMEL: i32 = HEAD - 2;

/// Scores names of ASCII letters for one query.
#[derive(Debug)]
pub(super) struct Scorer {
    letters: Vec<Letter>,
    /// Where each letter is at the earliest and at the latest.
    places: Vec<(usize, usize)>,
    /// The alignments that end in the letter before, and in this one: where, and what they are worth.
    before: Vec<(usize, i32)>,
    here: Vec<(usize, i32)>,
    spent: usize,
}

/// A letter of the query: as it was typed, and how it may be written as well.
#[derive(Debug, Clone, Copy)]
struct Letter {
    typed: u8,
    other: u8,
}

impl Scorer {
    /// Of a query that is ASCII, and not empty; a capital in it says that case counts. `None` for any
    /// other query.
    pub(super) fn new(query: &str) -> Option<Self> {
        if query.is_empty() || !query.is_ascii() {
            return None;
        }
        let counts = query.bytes().any(|byte| byte.is_ascii_uppercase());
        let other = |typed: u8| if counts { typed } else { typed.to_ascii_uppercase() };
        let letters = query.bytes().map(|typed| Letter { typed, other: other(typed) });
        Some(Self {
            letters: letters.collect(),
            places: Vec::new(),
            before: Vec::new(),
            here: Vec::new(),
            spent: 0,
        })
    }

    /// What a name of ASCII letters is worth; `None` where it does not have the query's letters in
    /// their order.
    pub(super) fn score(&mut self, name: &[u8]) -> Option<i32> {
        self.spent = 0;
        if let &[letter] = &*self.letters {
            return self.score_one(letter, name);
        }
        if !self.finds(name) {
            return None;
        }
        self.before.clear();
        for (at, (letter, &(first, last))) in self.letters.iter().zip(&self.places).enumerate() {
            self.here.clear();
            // The best of those that leave a gap, as if it had begun at the name's first letter.
            let (mut best, mut next) = (i32::MIN, 0);
            for place in letter.places_in(&name[first..=last]).map(|place| first + place) {
                let bonus = bonus(name, place);
                let worth = if at == 0 {
                    bonus - PASSED
                } else {
                    while let Some(&(end, worth)) =
                        self.before.get(next).filter(|it| it.0 + 1 < place)
                    {
                        best = best.max(worth + narrow(end));
                        next += 1;
                    }
                    let follows = self.before.get(next).filter(|it| it.0 + 1 == place);
                    let follows = follows.map(|&(_, worth)| worth + bonus.max(FOLLOWS));
                    let passed =
                        (best > i32::MIN).then(|| best - narrow(place - 2) - FOLLOWS + bonus);
                    let Some(worth) = follows.max(passed) else { continue };
                    worth
                };
                self.here.push((place, worth + MATCH - letter.other_case(name[place])));
            }
            self.spent += self.here.len();
            std::mem::swap(&mut self.before, &mut self.here);
        }
        self.before.iter().map(|&(_, worth)| worth).max()
    }

    /// What a name is worth to a query of one letter: that at its best place.
    fn score_one(&mut self, letter: Letter, name: &[u8]) -> Option<i32> {
        let mut best = None;
        for place in letter.places_in(name) {
            self.spent += 1;
            let worth = bonus(name, place) - PASSED + MATCH - letter.other_case(name[place]);
            best = best.max(Some(worth));
            if worth >= HEAD - PASSED + MATCH {
                // Only the first letter of all is worth more, and it was looked at first.
                break;
            }
        }
        best
    }

    /// How many places of letters the last name was scored by, each some nanoseconds.
    pub(super) const fn spent(&self) -> usize {
        self.spent
    }

    /// Whether a name has the query's letters in their order.
    pub(super) fn finds(&mut self, name: &[u8]) -> bool {
        self.find_places(name).is_some()
    }

    /// Finds where each letter can be: not before the first place that leaves room for those before
    /// it, nor after the last that leaves room for the others.
    fn find_places(&mut self, name: &[u8]) -> Option<()> {
        self.places.clear();
        let mut from = 0;
        for letter in &self.letters {
            let first = from + letter.places_in(name.get(from..)?).next()?;
            self.places.push((first, first));
            from = first + 1;
        }
        let mut to = name.len();
        for (letter, place) in self.letters.iter().zip(&mut self.places).rev() {
            to = memrchr2(letter.typed, letter.other, &name[..to])?;
            place.1 = to;
        }
        Some(())
    }
}

impl Letter {
    fn places_in(self, name: &[u8]) -> impl Iterator<Item = usize> {
        memchr2_iter(self.typed, self.other, name)
    }

    /// What is taken off where it is written so.
    const fn other_case(self, written: u8) -> i32 {
        if written == self.typed { 0 } else { OTHER_CASE }
    }
}

/// What a place is worth by the character before it; of the first it counts twice.
fn bonus(name: &[u8], place: usize) -> i32 {
    let Some(before) = place.checked_sub(1) else { return 2 * HEAD };
    match (Kind::of(name[before]), Kind::of(name[place])) {
        (Kind::Separator, _) => HEAD,
        (Kind::Punctuation, _) => BREAK,
        (Kind::Small | Kind::Digit, Kind::Capital) => CAMEL,
        _ => 0,
    }
}

/// What skim takes a character for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Separator,
    Punctuation,
    Digit,
    Capital,
    Small,
}

impl Kind {
    #[inline]
    const fn of(byte: u8) -> Self {
        KINDS[byte as usize]
    }

    const fn look_up(byte: u8) -> Self {
        match byte {
            b' ' | b'/' | b'\\' | b'|' | b'(' | b')' | b'[' | b']' | b'{' | b'}' => Self::Separator,
            b'!'..=b'\'' | b'*'..=b'.' | b':'..=b'@' | b'^'..=b'`' | b'~' => Self::Punctuation,
            b'0'..=b'9' => Self::Digit,
            b'A'..=b'Z' => Self::Capital,
            _ => Self::Small,
        }
    }
}

/// What each character is taken for.
const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Small; 256];
    let mut byte: u8 = 0;
    while byte < u8::MAX {
        kinds[byte as usize] = Kind::look_up(byte);
        byte += 1;
    }
    kinds
};

/// A place in a name: no name is longer than a row may be.
fn narrow(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use fuzzy_matcher::FuzzyMatcher;
    use fuzzy_matcher::skim::SkimMatcherV2;
    use proptest::prelude::*;

    use super::*;

    /// What a matcher says that was never used.
    fn skim(name: &str, query: &str) -> Option<i64> {
        let matcher = SkimMatcherV2::default().smart_case();
        matcher.fuzzy_indices(name, query).map(|(score, _)| score)
    }

    fn score(name: &str, query: &str) -> Option<i64> {
        Scorer::new(query).expect("ASCII").score(name.as_bytes()).map(i64::from)
    }

    #[test]
    fn a_name_is_worth_what_skim_says() {
        for (name, query, expected) in [
            ("/registry/minions/node-02", "node", Some(83)),
            ("/registry/minions/node-02", "n2", Some(31)),
            ("/registry/minions/node-02", "2n", None),
            ("fooBar", "fB", Some(48)),
            ("fooBar", "fb", Some(46)),
        ] {
            assert_eq!(
                (score(name, query), skim(name, query)),
                (expected, expected),
                "{name} {query}"
            );
        }
    }

    #[test]
    fn a_used_matcher_of_the_crate_says_otherwise() {
        // Why nothing is listed in the order of its `fuzzy_match`.
        let used = SkimMatcherV2::default();
        let asked = ["/registry/11e", "11-1-e", "1e11e"].map(|name| used.fuzzy_match(name, "11e"));
        let fresh = SkimMatcherV2::default().fuzzy_match("1e11e", "11e");
        assert_eq!((asked[2], fresh, score("1e11e", "11e")), (Some(65), Some(62), Some(62)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4000, ..Default::default() })]

        #[test]
        fn any_name_is_worth_what_skim_says(
            name in "[-/._a-cA-C0-2]{0,14}|[ -~]{0,30}|(/[a-d]{1,3}){1,6}(-[0-9]){0,3}",
            query in "[-/._a-cA-C0-2]{1,5}|[ -~]{1,4}|[a-d/]{1,8}",
        ) {
            prop_assert_eq!(score(&name, &query), skim(&name, &query), "{} in {}", query, name);
        }
    }
}
