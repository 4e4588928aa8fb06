//! The rows with all their columns: pages of the primary key, in the order of ids.

use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::decode::{self, Number};
use super::layout::Layout;
use super::pace::Pace;
use super::page::bind_id;
use super::requests::Asking;
use super::wire::Query;
use super::{Session, statement};
use crate::history::{Profile, Rows};
use crate::source::{Error, Event, Refused};

impl Session<'_> {
    /// Sends all rows of the part that was asked for.
    ///
    /// # Errors
    ///
    /// When the server fails; the rows that came before have been sent.
    pub(super) async fn send_rows(
        &mut self,
        layout: &Layout,
        asking: &mut Asking<'_>,
        events: &Sender<Event>,
    ) -> Result<(), Error> {
        let profile = &layout.profile;
        // Only a unique id can say where the next page begins.
        let mut pace = if layout.unique { Pace::new() } else { Pace::unlimited() };
        let since = profile.part.as_ref().and_then(|part| part.since).filter(|_| layout.unique);
        let mut last = since.map(Number::from);
        if let Some(since) = last {
            let mut marks = self.marks(profile).await?;
            marks.retain(|id| Number::from(id) <= since);
            if !marks.send(asking, events).await {
                return Ok(());
            }
        }
        let mut without_id = 0;
        loop {
            let query = match last {
                None => Query::prepared(statement::FIRST_PAGE),
                Some(id) => bind_id(Query::prepared(statement::NEXT_PAGE), id),
            };
            let mut page = self.page(query.bind(pace.limit()), last)?;
            loop {
                let mut batch = Batch::default();
                let take = |row: &MySqlRow| {
                    if without_id > 0 {
                        without_id -= 1;
                        return last;
                    }
                    batch.take(row, profile, &mut last)
                };
                let outcome = page.batch(take).await;
                // What came before a failure is sent before it.
                if !batch.send(asking, events).await {
                    return Ok(());
                }
                if !outcome? {
                    break;
                }
            }
            if !pace.goes_on(page.received(), page.took()) {
                return Ok(());
            }
            if last.is_none() {
                // A unique index lets any number of ids be NULL, and nothing comes after NULL: the
                // table is read from its start in one piece, past these rows.
                without_id = page.received();
                pace = Pace::unlimited();
            }
        }
    }

    /// The rows named `compact_rev_key` and `compact_rev_key_apiserver`, by their names: they are part
    /// of every part.
    pub(super) async fn marks(&mut self, profile: &Profile) -> Result<Batch, Error> {
        let mut batch = Batch::default();
        let mut page = self.page(Query::prepared(statement::MARKS), None)?;
        while page.batch(|row| batch.take(row, profile, &mut None)).await? {}
        Ok(batch)
    }
}

/// Rows on their way.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) rows: Rows,
    pub(super) unread: Refused,
}

impl Batch {
    /// Takes a row, `last` being the id before it, if it is in the part that was asked for; gives
    /// its id.
    pub(super) fn take(
        &mut self,
        row: &MySqlRow,
        profile: &Profile,
        last: &mut Option<Number>,
    ) -> Option<Number> {
        match decode::row(row, last) {
            Ok(row) if profile.takes(row.id, row.name) => self.rows.push(row),
            Ok(_) => {}
            Err(unread) => self.unread.push(|| unread),
        }
        *last
    }

    /// Leaves out rows by their ids.
    fn retain(&mut self, keep: impl Fn(u64) -> bool) {
        self.rows = self.rows.iter().filter(|row| keep(row.id)).collect();
    }

    /// Whether somebody took it. Rows whose values are wanted are noted on the way.
    pub(super) async fn send(self, asking: &mut Asking<'_>, events: &Sender<Event>) -> bool {
        asking.note(&self.rows);
        if !self.rows.is_empty() && events.send(Event::Rows(self.rows)).await.is_err() {
            return false;
        }
        self.unread.is_empty() || events.send(Event::Unread(self.unread)).await.is_ok()
    }
}
