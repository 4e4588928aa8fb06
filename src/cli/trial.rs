//! What is tried: rows that are taken away from what was read, and rows that are put in.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args as Group;
use kinescope::display::words;
use kinescope::history::compaction::{Policy, Verdict};
use kinescope::history::{History, Revision, Trial};
use kinescope::repair::{Choices, Repair};
use kinescope::source::text::Input;
use kinescope::source::{Error, Log, Options, Source, load};
use kinescope::text::{count, escape};

use super::parse::{Revisions, revisions};

/// What is tried.
#[derive(Debug, Clone, Default, Group)]
pub(super) struct Tried {
    /// Look at the table as it would be without these revisions, separated by commas
    ///
    /// Nothing is changed: the report is of a trial, and says so.
    #[arg(long, value_name = "REV", value_parser = revisions)]
    pub(super) without: Vec<Revisions>,
    /// Look at the table as it would be with the rows of this file
    ///
    /// The file is a table as text, such as psql or mysql prints it. A row with the id of one that is
    /// there takes its place, and what the file has no column for stays as it was.
    #[arg(long, value_name = "FILE")]
    pub(super) with: Option<PathBuf>,
    /// Look at the table as kinescope repair would leave it
    ///
    /// It is applied to what --without and --with make of the table.
    #[arg(long)]
    pub(super) repaired: bool,
}

impl Tried {
    /// Whether anything is tried.
    pub(super) const fn is_something(&self) -> bool {
        !self.without.is_empty() || self.with.is_some() || self.repaired
    }

    /// Refuses what holds only for the table as it is.
    pub(super) fn refuse(&self, what: &str) -> Result<(), Error> {
        if self.is_something() {
            return Err(Error::usage(format!(
                "{what} is of the table as it is, and not of a trial"
            ))
            .hint("Leave out --without, --with and --repaired."));
        }
        Ok(())
    }

    /// The table as it would be, and what was tried, as the rest of a sentence.
    pub(super) async fn of(&self, history: &History) -> Result<(History, String), Error> {
        let no = |why: String| Error::usage("this cannot be tried").because(why);
        let with = match &self.with {
            None => None,
            Some(path) => {
                let name = escape(path.as_os_str().as_encoded_bytes()).into_owned();
                let source = Source::from(Input::File(path.clone()));
                let options = Options::default().with_all_columns();
                let loaded = load(source, options, &Log::default(), |_| {}).await?;
                if let Some(error) = loaded.error {
                    return Err(error);
                }
                if let Some(first) = loaded.table.rejects.first().first() {
                    return Err(no(format!("{name}, {}: {}", first.place, first.why.as_str())));
                }
                Some((name, loaded.table.history))
            }
        };
        let without: BTreeSet<Revision> =
            self.without.iter().flat_map(|some| &some.0).copied().collect();
        let said = without.iter().copied();
        let said = (!without.is_empty()).then(|| format!("without {}", words::revisions(said)));
        let put = with
            .as_ref()
            .map(|(name, rows)| format!("with {} of {name}", count(rows.len() as u64, "row")));
        let repaired = self.repaired.then(|| "repaired".to_owned());
        let said: Vec<String> = said.into_iter().chain(put).chain(repaired).collect();
        let trial = Trial { without, with: with.as_ref().map(|(_, rows)| rows) };
        let tried = trial.of(history).map_err(|why| no(why.to_string()))?;
        let tried = if self.repaired {
            let verdict = Verdict::of(&tried, Policy::DEFAULT.by_itself());
            Repair::of(&tried, &verdict, &Choices::default()).mended(&tried)
        } else {
            tried
        };
        Ok((tried, said.join(", ")))
    }
}
