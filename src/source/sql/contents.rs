//! All rows with their values: pages by id, of about so many bytes each.

use tokio::sync::mpsc::Sender;

use crate::history::Revision;
use crate::source::contents::Outbox;
use crate::source::{Content, Demand, Error, Event};

/// About how many bytes one statement asks for. A server sends them while they are taken, and its limit on
/// the time of a statement holds for whoever is slow to take them as well.
const PAGE: u64 = 16 << 20;

/// How many rows the first one asks for: nobody knows yet how long they are.
const FIRST: u64 = 16;

/// A session in one snapshot that is asked for rows.
pub(in crate::source) trait Paged {
    /// How many rows one statement asks for at most.
    const MOST: u64;

    /// Gives so many rows from an id on, in the order of their ids.
    async fn page(
        &mut self,
        first: Revision,
        limit: u64,
        out: &mut Outbox<'_>,
    ) -> Result<Came, Error>;
}

/// What a page had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::source) struct Came {
    /// How many rows.
    pub(in crate::source) rows: u64,
    /// How many bytes.
    pub(in crate::source) bytes: u64,
    /// The id of the last one.
    pub(in crate::source) last: Option<Revision>,
    /// Whether nobody wants more.
    pub(in crate::source) is_unwanted: bool,
}

impl Came {
    /// Counts a row.
    pub(in crate::source) const fn count(&mut self, id: Revision, bytes: usize) {
        self.rows += 1;
        self.bytes += bytes as u64;
        self.last = Some(id);
    }
}

/// Says how the reading of the rows ended, and then sends those with values, if they are wanted. Gives the
/// session back, for it to be closed.
pub(in crate::source) async fn after_rows<S: Paged>(
    read: Result<Option<S>, Error>,
    events: Sender<Event>,
    demand: Demand,
) -> Option<(S, Sender<Content>, Result<(), Error>)> {
    let (ended, session) = match read {
        Ok(session) => (Ok(()), session),
        Err(error) => (Err(error), None),
    };
    // Nobody is left to tell that there is nobody left.
    drop(events.send(Event::Ended(ended)).await);
    drop(events);
    let mut session = session?;
    let rows = demand.wanted().await?;
    let ended = tokio::select! {
        biased;
        () = rows.closed() => return None,
        ended = send(&mut session, &rows) => ended,
    };
    Some((session, rows, ended))
}

/// Sends all rows. That none are missing, whoever takes them knows.
async fn send(session: &mut impl Paged, rows: &Sender<Content>) -> Result<(), Error> {
    let mut out = Outbox::new(rows);
    let (mut next, mut limit) = (Some(0), FIRST);
    while let Some(first) = next {
        let came = session.page(first, limit, &mut out).await?;
        // A page that is short proves nothing: a proxy may have cut it.
        let Some(last) = came.last.filter(|_| !came.is_unwanted) else { break };
        limit = fitting(came).clamp(1, most_of(session));
        next = last.checked_add(1);
    }
    out.send().await;
    Ok(())
}

const fn most_of<S: Paged>(_: &S) -> u64 {
    S::MOST
}

/// How many rows such as these have as many bytes as a page should.
const fn fitting(came: Came) -> u64 {
    let each = came.bytes / if came.rows == 0 { 1 } else { came.rows };
    PAGE / if each == 0 { 1 } else { each }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_as_many_rows_as_fit() {
        let fitting = |rows, bytes| fitting(Came { rows, bytes, ..Came::default() });
        assert_eq!(fitting(16, 16 << 20), 16);
        assert_eq!(fitting(16, 16 * 1024), 16 * 1024);
        assert_eq!(fitting(1, 32 << 20), 0);
        assert_eq!(fitting(0, 0), PAGE);
    }
}
