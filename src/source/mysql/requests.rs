//! What API servers asked for: the values of the newest rows of `compact_rev_key_apiserver`.

use tokio::sync::mpsc::Sender;

use super::layout::Layout;
use super::wire::Query;
use super::{Session, decode, failure, statement};
use crate::history::{Collation, Revision, Rows, is_requests_name};
use crate::source::requests::{LONGEST, MOST, Newest};
use crate::source::{Error, Event};

/// The ids of such rows, noted as the rows go by: an index over names need not be there.
pub(super) struct Asking<'c> {
    collation: &'c Collation,
    ids: Newest<()>,
}

impl<'c> Asking<'c> {
    pub(super) fn new(collation: &'c Collation) -> Self {
        Self { collation, ids: Newest::default() }
    }

    /// Looks at rows on their way.
    pub(super) fn note(&mut self, rows: &Rows) {
        for row in rows.iter() {
            if row.name.is_some_and(|name| is_requests_name(name, self.collation)) {
                self.ids.put(row.id, ());
            }
        }
    }
}

impl Session<'_> {
    /// Sends the values of the rows that were noted. Each is looked up by its id, so that no other is
    /// touched. Nothing is asked where there are no such rows, where ids are not unique, for then it would
    /// take the whole table, and where the table has no column for values.
    ///
    /// # Errors
    ///
    /// When the server is lost. What it refuses to tell is not known, and is a note.
    pub(super) async fn send_requests(
        &mut self,
        layout: &Layout,
        mut asking: Asking<'_>,
        events: &Sender<Event>,
    ) -> Result<(), Error> {
        let ids = asking.ids.take();
        let database = layout.profile.database.as_ref();
        let has_values = database.is_some_and(|database| database.column("value").is_some());
        let Some(&(last, ())) = ids.last().filter(|_| layout.unique && has_values) else {
            return Ok(());
        };
        // Where there are fewer, the last one is asked for again.
        let all = ids.iter().map(|&(id, ())| id).chain(std::iter::repeat(last));
        let query = all.take(MOST).fold(Query::prepared(statement::REQUESTS), Query::bind);
        let rows = match self.wire.all(query).await? {
            Ok(rows) => rows,
            Err(error) if failure::number(&error).is_some() => {
                let why = failure::words(&error);
                let note =
                    format!("The values of compact_rev_key_apiserver could not be read: {why}.");
                drop(events.send(Event::Note(note)).await);
                return Ok(());
            }
            Err(error) => return Err(failure::reading(self.endpoint, error)),
        };
        if rows.len() < ids.len() {
            let (came, all) = (rows.len() as u64, ids.len() as u64);
            return Err(failure::fewer(self.endpoint, "values", came, all));
        }
        let mut values: Vec<(Revision, Vec<u8>)> = Vec::new();
        for row in &rows {
            let id = decode::id(row).and_then(|id| Revision::try_from(id).ok());
            let value: Option<Vec<u8>> = self.cell(row, 1)?;
            if let (Some(id), Some(value)) = (id, value)
                && value.len() as u64 <= LONGEST
            {
                values.push((id, value));
            }
        }
        if !values.is_empty() {
            drop(events.send(Event::Requests(values)).await);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statement_asks_for_as_many_and_as_much_as_is_kept() {
        assert_eq!(statement::REQUESTS.matches('?').count(), MOST);
        let start = format!("LEFT(CAST(value AS BINARY), {})", LONGEST + 1);
        assert!(statement::REQUESTS.contains(&start), "what is longer must show");
    }
}
