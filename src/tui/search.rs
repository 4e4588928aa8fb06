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
    matcher: SkimMatcherV2,
    /// The keys to look at, in the order that decides between equal scores.
    pool: Vec<KeyId>,
    next: usize,
    /// Score and place in the pool, the best first.
    hits: Vec<(i64, usize)>,
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
            matcher: SkimMatcherV2::default().smart_case(),
            pool,
            next: 0,
            hits: Vec::new(),
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

    /// Looks at some more keys and gives the best first.
    pub fn step(&mut self, history: &History) -> Vec<KeyId> {
        let end = self.pool.len().min(self.next + STEP);
        for place in self.next..end {
            let name = history.name(self.pool[place]);
            if !has_letters(name, &self.letters) {
                continue;
            }
            if let Some(score) = self.matcher.fuzzy_match(&escape(name), &self.query) {
                self.hits.push((score, place));
            }
        }
        self.next = end;
        // The hits so far are in order, so that this merges two runs.
        self.hits.sort_by_key(|&(score, place)| (std::cmp::Reverse(score), place));
        self.hits.iter().map(|&(_, place)| self.pool[place]).collect()
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
        self.matcher.fuzzy_indices(name, &self.query).map(|(_, at)| at).unwrap_or_default()
    }
}

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
