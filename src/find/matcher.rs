//! Whether a name has what was typed, how well it fits, and where.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::score::Scorer;

/// What is matched with all care has no more letters, times those of the query: of a longer name the
/// first match is taken, which costs as much as the name has letters.
const CAREFUL: usize = 1 << 16;

/// Matches names with one query, whose letters must be in a name in their order. A capital in the query
/// says that case counts.
#[derive(Debug)]
pub struct Matcher {
    query: String,
    /// Tells what an ASCII name is worth, if the query is ASCII.
    scorer: Option<Scorer>,
}

impl Matcher {
    /// Of a query.
    pub fn new(query: &str) -> Self {
        Self { query: query.to_owned(), scorer: Scorer::new(query) }
    }

    /// What is looked for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// How well a name fits, more for better, if it does; and what telling that cost, each some
    /// nanoseconds.
    pub fn score(&mut self, name: &str) -> (Option<i64>, usize) {
        let cells = name.len().saturating_mul(self.query.len());
        match self.scorer.as_mut().filter(|_| name.is_ascii()) {
            Some(scorer) if cells <= CAREFUL => {
                let score = scorer.score(name.as_bytes()).map(i64::from);
                (score, scorer.spent())
            }
            // Most names are told apart before.
            Some(scorer) => {
                let is_found = scorer.finds(name.as_bytes());
                (is_found.then(|| self.matched_score(name)).flatten(), name.len())
            }
            None => (self.matched_score(name), cells.min(CAREFUL) + name.len()),
        }
    }

    /// Which characters of a name the query found.
    pub fn places(&self, name: &str) -> Vec<usize> {
        self.matched(name).map(|(_, at)| at).unwrap_or_default()
    }

    fn matched_score(&self, name: &str) -> Option<i64> {
        self.matched(name).map(|(score, _)| score)
    }

    /// What the crate's matcher says: a new one each time, since what one says depends on the names that
    /// it was asked before.
    fn matched(&self, name: &str) -> Option<(i64, Vec<usize>)> {
        let matcher = SkimMatcherV2::default().smart_case().element_limit(CAREFUL);
        matcher.fuzzy_indices(name, &self.query)
    }
}
