//! A moment of the table as it is typed: a revision.

use std::ffi::OsStr;

use kinescope::history::Revision;
use kinescope::report::Table;
use kinescope::source::Error;
use kinescope::text::escape;

use super::parse;

/// A moment of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// As the revision left it.
    Revision(Revision),
}

impl At {
    /// Understands a moment, for clap.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        parse::revision(text).map(Self::Revision)
    }

    /// Understands an argument that is one.
    pub(super) fn of(argument: &OsStr) -> Result<Self, Error> {
        let text = argument.to_string_lossy();
        Self::parse(&text).map_err(|why| {
            let shown = escape(argument.as_encoded_bytes());
            Error::usage(format!("{shown} is no moment of the table: {why}"))
        })
    }

    /// The revision of that moment in a table that was read.
    ///
    /// # Errors
    ///
    /// When it is beyond the current revision, as far as that is known.
    pub(super) fn resolve(self, table: &Table<'_>) -> Result<Revision, Error> {
        let Self::Revision(revision) = self;
        let current = table.history.current().unwrap_or_default();
        let is_known = table.is_whole() || table.history.profile().current.is_some();
        if is_known && revision > current {
            return Err(Error::usage(format!(
                "the revision {revision} is beyond the current revision {current}"
            ))
            .hint(format!("Name a revision up to {current}.")));
        }
        Ok(revision)
    }
}
