//! When rows were written, for reports that say it.

use crate::history::History;
use crate::history::RowIx;
use crate::history::clock::{Clock, Witness, Written};
use crate::text::{Zone, count, escape};

/// When rows were written, as far as that was found out.
#[derive(Debug, Clone, Copy)]
pub struct Times<'a> {
    /// What is known.
    pub clock: &'a Clock,
    /// Why nothing more could be found out, as the rest of a sentence.
    pub untold: Option<&'a str>,
    /// Where times are shown.
    pub zone: &'a Zone,
}

impl Times<'_> {
    /// When a row was written.
    pub(super) fn written(&self, history: &History, at: RowIx) -> Written {
        self.clock.at(history.id(at))
    }

    /// Whether nothing is known of any row.
    pub(super) fn are_unknown(&self) -> bool {
        self.clock.is_empty()
    }

    /// What clocks are called where times are shown, when the newest row was written.
    pub(super) fn zone_name(&self, history: &History) -> String {
        let newest = self.clock.at(history.current().unwrap_or_default());
        self.zone.name(newest.latest.or(newest.earliest).unwrap_or_default())
    }

    /// What is to be known of the times, each a sentence.
    pub(super) fn about(&self, history: &History) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(why) = self.untold {
            said.push(format!("When rows were written cannot be told: {why}."));
        } else if self.are_unknown() {
            said.push(
                "When rows were written cannot be told: no value that was read holds a time that can \
                 be believed."
                    .to_owned(),
            );
        }
        let names: Vec<String> =
            self.clock.disagreeing().iter().map(|it| name(history, *it)).collect();
        if !names.is_empty() {
            const MOST: usize = 3;
            let more = match names.len().saturating_sub(MOST) {
                0 => String::new(),
                more => format!(" and {}", count(more as u64, "more key")),
            };
            said.push(format!(
                "The times in {}{more} contradict those in other keys and are not used: a clock may be \
                 wrong, or the object was copied from elsewhere.",
                names[..names.len().min(MOST)].join(", ")
            ));
        }
        said
    }
}

fn name(history: &History, witness: Witness) -> String {
    match witness {
        Witness::Reader => "this machine's own clock".to_owned(),
        Witness::Lease(key) | Witness::Object(key) => escape(history.name(key)).into_owned(),
    }
}
