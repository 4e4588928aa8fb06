//! A table as it would be with some rows more, or fewer: to see what would follow. Nothing is changed.
//!
//! ```text
//!   5 ◀── 6 ◀── 9 ✗      without 7      5 ◀── 6 ◀── 9 ✗
//!     ◀── 7
//! ```

use std::collections::BTreeSet;

use super::{Flag, History, Revision, Row, RowIx};

/// What is different in a trial.
#[derive(Debug, Clone, Default)]
pub struct Trial<'t> {
    /// Rows that are taken away.
    pub without: BTreeSet<Revision>,
    /// Rows that are put in. One with the id of a row that is there takes its place; what its source has no
    /// column for stays as it was.
    pub with: Option<&'t History>,
}

/// Why there is no such trial.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoTrial {
    /// A row that is to be taken away is not there.
    #[error("revision {0} is not in the table")]
    Absent(Revision),
    /// A row is to be put in, and it is not known what it is.
    #[error("revision {0} is a new row, and there is no column {1} for it")]
    Unknown(Revision, &'static str),
    /// There are more rows than a history holds.
    #[error("there are too many rows")]
    TooMany,
}

impl Trial<'_> {
    /// The table as it would be.
    ///
    /// # Errors
    ///
    /// When a row is to be taken away that is not there, or a new one is to be put in of which the source
    /// does not tell everything.
    pub fn of(&self, history: &History) -> Result<History, NoTrial> {
        if let Some(&absent) = self.without.iter().find(|&&id| history.find(id).is_none()) {
            return Err(NoTrial::Absent(absent));
        }
        let mut after = history.like();
        let mut old =
            history.iter().filter(|&at| !self.without.contains(&history.id(at))).peekable();
        let mut new = self.with.into_iter().flat_map(History::iter).peekable();
        loop {
            let id = |at: &RowIx| self.with.map(|with| with.id(*at));
            let (before, put) = (old.peek().map(|&at| history.id(at)), new.peek().and_then(id));
            let row = match (before, put) {
                (None, None) => return Ok(after),
                (Some(before), put) if put.is_none_or(|put| before < put) => {
                    old.next().map(|at| history.row(at))
                }
                (before, put) => {
                    let replaced = old.next_if(|_| before == put).map(|at| history.row(at));
                    let row = new.next().zip(self.with).map(|(at, with)| (with.row(at), with));
                    row.map(|(row, with)| filled(row, with, replaced)).transpose()?
                }
            };
            let Some(row) = row else { return Ok(after) };
            after.push(row).map_err(|_full| NoTrial::TooMany)?;
        }
    }
}

/// A row that is put in, with what its source has no column for.
fn filled<'r>(row: Row<'r>, with: &History, replaced: Option<Row<'_>>) -> Result<Row<'r>, NoTrial> {
    let columns = with.profile().columns;
    let Some(was) = replaced else {
        // The create revision and the lease of a row change nothing that is asked here.
        return match (columns.created, columns.deleted) {
            (false, _) => Err(NoTrial::Unknown(row.id, "created")),
            (_, false) => Err(NoTrial::Unknown(row.id, "deleted")),
            _ => Ok(row),
        };
    };
    let flag = |is: Flag, was: Flag, has: bool| if has { is } else { was };
    Ok(Row {
        created: flag(row.created, was.created, columns.created),
        deleted: flag(row.deleted, was.deleted, columns.deleted),
        create_revision: if columns.create_revision {
            row.create_revision
        } else {
            was.create_revision
        },
        lease: if columns.lease { row.lease } else { was.lease },
        ..row
    })
}
