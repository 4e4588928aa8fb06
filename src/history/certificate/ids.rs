//! Revisions, as the runs that they make.

use std::fmt::{self, Display};
use std::str::FromStr;

use crate::history::Revision;

/// Revisions in ascending order, as runs: `1-3,7,9-12`. A table of a million rows has few of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// The first and the last of each run. No two touch.
    runs: Vec<(Revision, Revision)>,
}

/// Not such runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("revisions are not listed as 1-3,7 lists them")]
pub struct NotIds;

impl Ids {
    /// Adds a revision that is higher than all that are there; others are not added.
    pub(super) fn push(&mut self, id: Revision) {
        match self.runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(id) => *last = id,
            Some((_, last)) if *last >= id => {}
            _ => self.runs.push((id, id)),
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Revision> + '_ {
        self.runs.iter().flat_map(|&(first, last)| first..=last)
    }

    /// The first and the last.
    pub fn ends(&self) -> Option<(Revision, Revision)> {
        Some((self.runs.first()?.0, self.runs.last()?.1))
    }
}

impl Extend<Revision> for Ids {
    fn extend<I: IntoIterator<Item = Revision>>(&mut self, ids: I) {
        ids.into_iter().for_each(|id| self.push(id));
    }
}

impl Display for Ids {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.runs.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            if first == last {
                write!(out, "{comma}{first}")?;
            } else {
                write!(out, "{comma}{first}-{last}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Ids {
    type Err = NotIds;

    fn from_str(text: &str) -> Result<Self, NotIds> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<Revision>().ok().filter(|_| digits).ok_or(NotIds)
        };
        let mut runs: Vec<(Revision, Revision)> = Vec::new();
        for run in text.split(',').filter(|_| !text.is_empty()) {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            let (first, last) = (number(first)?, number(last)?);
            // A block of a certificate ends soon: what does not is none, and would be walked for ever.
            let is_run = first <= last && last - first < super::BLOCK;
            if !is_run || runs.last().is_some_and(|(_, before)| *before >= first) {
                return Err(NotIds);
            }
            runs.push((first, last));
        }
        Ok(Self { runs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_written_and_read() {
        for text in ["", "1", "1-3,7,9-12", "18446744073709551615"] {
            let ids: Ids = text.parse().expect(text);
            assert_eq!(ids.to_string(), text);
            let mut again = Ids::default();
            again.extend(ids.iter());
            assert_eq!(again, ids);
        }
        for text in
            ["x", "1,", "3-1", "1,1", "5,3", "+1", "1-9000000", "1-2-3", "18446744073709551616"]
        {
            assert_eq!(text.parse::<Ids>(), Err(NotIds), "{text}");
        }
    }
}
