//! Finding keys by some of their letters, a slice of the keys at a time.

use crate::find::Matcher;
use crate::history::{History, KeyId};
use crate::text::escape;

/// What one step costs at most, in places that a letter of the query has in a name, each some 4 ns:
/// half a frame.
const STEP: usize = 1 << 21;
/// What a key costs beside them, and beside the bytes of its name, each of which is looked at: that must be
/// fetched.
const LOOK: usize = 32;
/// What a letter costs to look for.
const LETTER: usize = 4;
/// How many names are asked for at once.
const AHEAD: usize = 64;

/// A search that goes on while the screen answers: each [`step`](Search::step) looks at some more
/// keys, and a new query simply replaces the search.
pub struct Search {
    matcher: Matcher,
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
        f.debug_struct("Search").field("query", &self.query()).finish_non_exhaustive()
    }
}

impl Search {
    /// A search of these keys.
    pub fn new(query: &str, pool: Vec<KeyId>) -> Self {
        Self {
            matcher: Matcher::new(query),
            pool,
            next: 0,
            found: Vec::new(),
            hits: Vec::new(),
            sorted: 0,
        }
    }

    /// What is looked for.
    pub fn query(&self) -> &str {
        self.matcher.query()
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
        let (score, cost) = self.matcher.score(&escape(name));
        if let Some(score) = score {
            self.hits.push(hit(score, place));
            self.found.push(narrow(place));
        }
        LOOK + name.len() + LETTER * self.query().len() + cost
    }

    /// The keys that can match a longer query: those that match this one, and those not looked at
    /// yet, in the order of the pool.
    pub fn narrowed(&self) -> Vec<KeyId> {
        let found = self.found.iter().map(|&place| place as usize);
        found.chain(self.next..self.pool.len()).map(|place| self.pool[place]).collect()
    }

    /// Which characters of a name the query found.
    pub fn indices(&self, name: &str) -> Vec<usize> {
        self.matcher.places(name)
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
