//! Finding keys by some of their letters, a slice of the keys at a time.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use crate::history::{History, KeyId};
use crate::text::escape;

/// What one step costs at most, in letters of names times letters of the query, each some 18 ns: half
/// a frame.
const STEP: usize = 1 << 19;
/// What a key costs that lacks a letter of the query: most of it is that its name must be fetched.
const LOOK: usize = 8;
/// How many letters of a name are passed over in the time that one of them is scored in.
const PASSED: usize = 3;
/// What is matched with all care costs no more than that: of a longer name with a longer query the
/// matcher takes the first match, which costs as much as the name has letters.
const CAREFUL: usize = 1 << 16;
/// How many names are asked for at once.
const AHEAD: usize = 64;

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
    /// The places in the pool that were found, in their order.
    found: Vec<u32>,
    /// The score and the place in the pool, as one number that is lower for what is better.
    hits: Vec<u64>,
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
            found: Vec::new(),
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
        // Names lie all over the memory: to ask for some of them before the first is looked at lets
        // the memory fetch them at the same time.
        let mut names = Vec::with_capacity(AHEAD);
        let mut left = STEP;
        while left > 0 && self.next < self.pool.len() {
            let start = self.next;
            let end = self.pool.len().min(start + AHEAD);
            names.clear();
            names.extend(self.pool[start..end].iter().map(|&key| history.name(key)));
            std::hint::black_box(names.iter().fold(0, |all, name| all ^ ends(name)));
            for (place, name) in (start..end).zip(&names) {
                left = left.saturating_sub(self.look(place, name));
                self.next = place + 1;
                if left == 0 {
                    break;
                }
            }
        }
        // Each time that they have doubled: all merges together cost a few passes.
        if self.is_done() || self.hits.len() - self.sorted >= self.sorted {
            #[expect(clippy::stable_sort_primitive, reason = "it merges what is in order already")]
            self.hits.sort();
            self.sorted = self.hits.len();
            return Some(self.hits.iter().map(|&hit| self.pool[place(hit)]).collect());
        }
        None
    }

    /// Looks at one name; gives what that cost.
    fn look(&mut self, place: usize, name: &[u8]) -> usize {
        if self.scorer.only.is_none() && !has_letters(name, &self.letters) {
            return LOOK + name.len() / PASSED;
        }
        let name = escape(name);
        let cells = name.len().saturating_mul(self.letters.len());
        let is_long = cells > CAREFUL;
        if let Some(score) = self.scorer.score(&name, is_long) {
            self.hits.push(hit(score, place));
            self.found.push(narrow(place));
        }
        LOOK + if is_long { name.len() } else { cells }
    }

    /// The keys that can match a longer query: those that match this one, and those not looked at
    /// yet, in the order of the pool.
    pub fn narrowed(&self) -> Vec<KeyId> {
        let found = self.found.iter().map(|&place| place as usize);
        found.chain(self.next..self.pool.len()).map(|place| self.pool[place]).collect()
    }

    /// Which characters of a name the query found.
    pub fn indices(&self, name: &str) -> Vec<usize> {
        self.scorer.matcher.fuzzy_indices(name, &self.query).map(|(_, at)| at).unwrap_or_default()
    }
}

/// The first byte and the last one, which are in all of the memory that a name takes, or nearly.
fn ends(name: &[u8]) -> u8 {
    name.first().copied().unwrap_or_default() ^ name.last().copied().unwrap_or_default()
}

/// A score and a place in one number, by which they are in order: the best first, and of equals the
/// first. There are never more keys than 32 bits count, and no score is near what they hold.
fn hit(score: i64, place: usize) -> u64 {
    let score = u32::try_from(score.saturating_add(1 << 31).max(0)).unwrap_or(u32::MAX);
    u64::from(!score) << 32 | u64::from(narrow(place))
}

/// A place in 32 bits, which count every key.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The place in it.
const fn place(hit: u64) -> usize {
    (hit & 0xffff_ffff) as usize
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
        let matcher = SkimMatcherV2::default().smart_case().element_limit(CAREFUL);
        Self { matcher, query: query.to_owned(), only, pairs }
    }

    /// What a name scores; of a long one, which the matcher keeps to [`CAREFUL`] only where it is
    /// asked for the places too, what its first match does.
    fn score(&mut self, name: &str, is_long: bool) -> Option<i64> {
        match self.only.filter(|_| name.is_ascii()) {
            Some(only) => self.score_of_one(name, only),
            None if is_long => {
                self.matcher.fuzzy_indices(name, &self.query).map(|(score, _)| score)
            }
            None => self.matcher.fuzzy_match(name, &self.query),
        }
    }

    /// One letter scores by where it is best: at the name's beginning, after a separator, or
    /// anywhere. That depends on nothing but the character before it, so the matcher is asked once
    /// for each such pair instead of for each name.
    fn score_of_one(&mut self, name: &str, only: u8) -> Option<i64> {
        let mut best = None;
        let (lower, upper) = (only.to_ascii_lowercase(), only.to_ascii_uppercase());
        for at in memchr::memchr2_iter(lower, upper, name.as_bytes()) {
            let byte = name.as_bytes()[at];
            let before = at.checked_sub(1).map(|at| name.as_bytes()[at]);
            // A pair of it and itself would be asked for two letters at once.
            let before = match before {
                Some(same) if same.eq_ignore_ascii_case(&byte) => match same {
                    b'a'..=b'z' => Some(if same == b'x' { b'y' } else { b'x' }),
                    b'A'..=b'Z' => Some(if same == b'X' { b'Y' } else { b'X' }),
                    _ => return self.matcher.fuzzy_match(name, &self.query),
                },
                before => before,
            };
            best = best.max(self.score_of_pair(before, byte));
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
    let is_ascii = name.is_ascii();
    if is_ascii && name.len() < letters.len() {
        return false;
    }
    let mut rest = name.iter();
    letters
        .iter()
        .filter(|letter| letter.is_ascii())
        .all(|letter| rest.any(|byte| byte.eq_ignore_ascii_case(letter) || !byte.is_ascii()))
        || !is_ascii
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
                prop_assert_eq!(scorer.score(&name, false), expected, "{} in {}", letter, name);
            }
        }
    }
}
