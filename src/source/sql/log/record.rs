//! What the log keeps in memory.

use std::collections::VecDeque;
use std::time::Duration;

/// How many entries are kept. A reading of any size has fewer than 20.
const MOST: usize = 1000;

/// What was sent, in that order. The oldest entries are forgotten where there are very many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The statements.
    pub entries: VecDeque<Entry>,
    /// How many entries there were before the first.
    pub forgotten: u64,
}

/// A statement that a session sent, as many times as it did so one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which session, from 1.
    pub session: u64,
    /// The statement as it was sent.
    pub sql: &'static str,
    /// The values for its question marks, the last time.
    pub given: String,
    /// How many times it was sent.
    pub times: u64,
    /// How many rows were answered in all.
    pub rows: u64,
    /// How long they were waited for in all.
    pub took: Duration,
    /// How it ended the last time; before that it was answered.
    pub outcome: Outcome,
}

/// How a statement ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has not.
    UnderWay,
    /// It was answered in full.
    Answered,
    /// The answer was not waited for, or not taken to its end.
    Left,
    /// It was refused, or the server was lost: why.
    Failed(String),
}

impl Record {
    /// A statement is sent.
    pub(super) fn begin(&mut self, session: u64, sql: &'static str, given: String) {
        let again = self.entries.back_mut().filter(|last| {
            last.session == session && last.sql == sql && last.outcome == Outcome::Answered
        });
        if let Some(last) = again {
            last.times += 1;
            last.given = given;
            last.outcome = Outcome::UnderWay;
            return;
        }
        if self.entries.len() == MOST {
            self.entries.pop_front();
            self.forgotten += 1;
        }
        let (took, outcome) = (Duration::ZERO, Outcome::UnderWay);
        self.entries.push_back(Entry { session, sql, given, times: 1, rows: 0, took, outcome });
    }

    /// The statement that a session sent last has ended.
    pub(super) fn end(&mut self, session: u64, rows: u64, took: Duration, outcome: Outcome) {
        let sent = self.entries.iter_mut().rfind(|entry| entry.session == session);
        // It may have been forgotten.
        if let Some(entry) = sent {
            entry.rows += rows;
            entry.took += took;
            entry.outcome = outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_statement_again_is_one_entry_and_a_failure_is_never_hidden() {
        let mut record = Record::default();
        let second = Duration::from_secs(1);
        let mut send = |session, sql, given: &str, outcome| {
            record.begin(session, sql, given.to_owned());
            record.end(session, 10, second, outcome);
        };
        send(1, "A", "", Outcome::Answered);
        send(1, "B", "1", Outcome::Answered);
        send(1, "B", "2", Outcome::Answered);
        send(1, "B", "3", Outcome::Failed("lost".to_owned()));
        send(2, "B", "4", Outcome::Left);
        send(2, "B", "5", Outcome::Answered);
        let entries: Vec<_> = record
            .entries
            .iter()
            .map(|it| (it.session, it.sql, it.given.as_str(), it.times, it.rows, it.took.as_secs()))
            .collect();
        assert_eq!(
            entries,
            [
                (1, "A", "", 1, 10, 1),
                (1, "B", "3", 3, 30, 3),
                (2, "B", "4", 1, 10, 1),
                (2, "B", "5", 1, 10, 1)
            ]
        );
        assert_eq!(record.entries[1].outcome, Outcome::Failed("lost".to_owned()));
    }

    #[test]
    fn sessions_that_overlap_end_their_own() {
        let mut record = Record::default();
        record.begin(1, "A", String::new());
        record.begin(2, "A", String::new());
        record.end(1, 7, Duration::ZERO, Outcome::Left);
        assert_eq!((record.entries[0].rows, record.entries[1].rows), (7, 0));
        assert_eq!(record.entries[1].outcome, Outcome::UnderWay);
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_not_is_counted() {
        let mut record = Record::default();
        for session in 0..MOST as u64 + 7 {
            record.begin(session, "A", String::new());
        }
        record.end(3, 1, Duration::ZERO, Outcome::Answered);
        assert_eq!((record.entries.len(), record.forgotten), (MOST, 7));
        assert_eq!(record.entries[0].session, 7);
    }
}
