//! Finding keys by some of their letters, a slice of the keys at a time.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use crate::face::escape;
use crate::history::{History, KeyId};

/// How many keys one step looks at. A step must fit well within a frame.
const STEP: usize = 8_192;

/// A search that goes on while the screen answers: each [`step`](Search::step) looks at some more
/// keys, and a new query simply replaces the search.
pub struct Search {
    query: String,
    /// What the query asks for, to tell most names apart without the matcher.
    letters: Vec<u8>,
    scorer: Scorer,
    /// The keys to look at, in the order that decides between equal scores.
    pool: Vec<KeyId>,
    next: usize,
    /// Score and place in the pool, the best first.
    hits: Vec<(i64, usize)>,
    /// How many of the hits are in that order; those after them were found since.
    sorted: usize,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("query", &self.query).finish_non_exhaustive()
    }
}

impl Search {
    /// A search of these keys.
    pub fn new(query: &str, pool: Vec<KeyId>) -> Self {
        Self {
            query: query.to_owned(),
            letters: query.bytes().filter(|byte| *byte != b' ').collect(),
            scorer: Scorer::new(query),
            pool,
            next: 0,
            hits: Vec::new(),
            sorted: 0,
        }
    }

    /// What is looked for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Whether every key was looked at.
    pub const fn is_done(&self) -> bool {
        self.next >= self.pool.len()
    }

    /// Looks at some more keys, and gives those that were found, the best first, when they are
    /// worth listing anew.
    pub fn step(&mut self, history: &History) -> Option<Vec<KeyId>> {
        let end = self.pool.len().min(self.next + STEP);
        for place in self.next..end {
            let name = history.name(self.pool[place]);
            if !has_letters(name, &self.letters) {
                continue;
            }
            if let Some(score) = self.scorer.score(&escape(name)) {
                self.hits.push((score, place));
            }
        }
        self.next = end;
        // Each time that they have grown by a quarter: all merges together cost a few passes.
        if self.is_done() || (self.hits.len() - self.sorted) * 4 >= self.sorted {
            self.hits.sort_by_key(|&(score, place)| (std::cmp::Reverse(score), place));
            self.sorted = self.hits.len();
            return Some(self.hits.iter().map(|&(_, place)| self.pool[place]).collect());
        }
        None
    }

    /// The keys that can match a longer query: those that match this one, and those not looked at
    /// yet, in the order of the pool.
    pub fn narrowed(&self) -> Vec<KeyId> {
        let mut places: Vec<usize> = self.hits.iter().map(|&(_, place)| place).collect();
        places.sort_unstable();
        places.extend(self.next..self.pool.len());
        places.into_iter().map(|place| self.pool[place]).collect()
    }

    /// Which characters of a name the query found.
    pub fn indices(&self, name: &str) -> Vec<usize> {
        self.scorer.matcher.fuzzy_indices(name, &self.query).map(|(_, at)| at).unwrap_or_default()
    }
}

/// Scores names as the matcher does.
struct Scorer {
    matcher: SkimMatcherV2,
    query: String,
    /// The query, if it is one ASCII letter, which is in nearly every name.
    only: Option<u8>,
    /// What the matcher says of that letter after another one: a place for each pair of ASCII
    /// characters, and what is not asked yet.
    pairs: Vec<Option<i64>>,
}

impl Scorer {
    fn new(query: &str) -> Self {
        let only = match query.as_bytes() {
            [only] if only.is_ascii_graphic() => Some(*only),
            _ => None,
        };
        let pairs = if only.is_some() { vec![None; 2 << 7] } else { Vec::new() };
        let matcher = SkimMatcherV2::default().smart_case();
        Self { matcher, query: query.to_owned(), only, pairs }
    }

    fn score(&mut self, name: &str) -> Option<i64> {
        match self.only.filter(|_| name.is_ascii()) {
            Some(only) => self.score_of_one(name, only),
            None => self.matcher.fuzzy_match(name, &self.query),
        }
    }

    /// One letter scores by where it is best: at the name's beginning, after a separator, or
    /// anywhere. That depends on nothing but the character before it, so the matcher is asked once
    /// for each such pair instead of for each name.
    fn score_of_one(&mut self, name: &str, only: u8) -> Option<i64> {
        let mut best = None;
        let mut before: Option<u8> = None;
        for byte in name.bytes() {
            if byte.eq_ignore_ascii_case(&only) {
                // A pair of it and itself would be asked for two letters at once.
                if before.is_some_and(|before| before.eq_ignore_ascii_case(&byte)) {
                    return self.matcher.fuzzy_match(name, &self.query);
                }
                best = best.max(self.score_of_pair(before, byte));
            }
            before = Some(byte);
        }
        best
    }

    fn score_of_pair(&mut self, before: Option<u8>, byte: u8) -> Option<i64> {
        let is_other_case = usize::from(Some(byte) != self.only);
        let place = usize::from(before.unwrap_or_default()) << 1 | is_other_case;
        if let Some(known) = self.pairs[place] {
            return (known > NO_MATCH).then_some(known);
        }
        let mut pair = String::new();
        pair.extend(before.map(char::from));
        pair.push(char::from(byte));
        let score = self.matcher.fuzzy_match(&pair, &self.query);
        self.pairs[place] = Some(score.unwrap_or(NO_MATCH));
        score
    }
}

/// That a pair does not match.
const NO_MATCH: i64 = i64::MIN;

/// Whether the letters occur in the name in their order, whatever their case: what any match needs.
/// Letters beyond ASCII are not looked at.
fn has_letters(name: &[u8], letters: &[u8]) -> bool {
    let mut rest = name.iter();
    letters
        .iter()
        .filter(|letter| letter.is_ascii())
        .all(|letter| rest.any(|byte| byte.eq_ignore_ascii_case(letter) || !byte.is_ascii()))
        || !name.is_ascii()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn one_letter_scores_as_the_matcher_says(
            letter in "[ -~]",
            names in prop::collection::vec("[-/._a-cA-C0-2]{0,12}|[ -~]{0,20}|\\PC{0,8}", 1..30),
        ) {
            let mut scorer = Scorer::new(&letter);
            for name in names {
                let expected = scorer.matcher.fuzzy_match(&name, &letter);
                prop_assert_eq!(scorer.score(&name), expected, "{} in {}", letter, name);
            }
        }
    }
}
