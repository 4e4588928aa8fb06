//! The table as a log: which rows, and when they were written.

use super::Table;
use crate::history::clock::{Clock, Witness, Written};
use crate::history::{LogFilter, RowIx};
use crate::text::{Zone, count, escape};

/// A log of a table, the newest row first.
#[derive(Debug, Clone, Copy)]
pub struct Log<'a> {
    /// The table.
    pub table: Table<'a>,
    /// Which rows.
    pub filter: &'a LogFilter,
    /// How many of them at most; `None` for all.
    pub most: Option<usize>,
    /// When rows were written, as far as that was found out.
    pub clock: &'a Clock,
    /// Why nothing more could be found out, as the rest of a sentence.
    pub untold: Option<&'a str>,
    /// Where times are shown.
    pub zone: &'a Zone,
}

impl Log<'_> {
    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = RowIx> + '_ {
        self.filter.rows(self.table.history).take(self.most.unwrap_or(usize::MAX))
    }

    /// When a row was written.
    pub(in crate::report) fn written(&self, at: RowIx) -> Written {
        self.clock.at(self.table.history.id(at))
    }

    /// What is to be known of the times, each a sentence.
    pub(in crate::report) fn about_times(&self) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(why) = self.untold {
            said.push(format!("When rows were written cannot be told: {why}."));
        } else if self.clock.is_empty() {
            said.push(
                "When rows were written cannot be told: no value that was read holds a time that can \
                 be believed."
                    .to_owned(),
            );
        }
        let names: Vec<String> = self.clock.disagreeing().iter().map(|it| self.name(*it)).collect();
        if !names.is_empty() {
            const MOST: usize = 3;
            let more = names.len().saturating_sub(MOST);
            let more = if more > 0 {
                format!(" and {}", count(more as u64, "more key"))
            } else {
                String::new()
            };
            let names = names[..names.len().min(MOST)].join(", ");
            said.push(format!(
                "The times in {names}{more} contradict those in other keys and are not used: a clock \
                 may be wrong, or the object was copied from elsewhere."
            ));
        }
        said
    }

    fn name(&self, witness: Witness) -> String {
        match witness {
            Witness::Reader => "this machine's own clock".to_owned(),
            Witness::Lease(key) | Witness::Object(key) => {
                escape(self.table.history.name(key)).into_owned()
            }
        }
    }
}
