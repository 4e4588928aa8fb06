//! The rows with all their columns: pages of the primary key, in the order of ids.

use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::decode::{self, Number, Signs};
use super::layout::Layout;
use super::page::{Page, bind_id};
use super::requests::Asking;
use super::wire::Query;
use super::{Session, failure, statement};
use crate::history::{Profile, Rows};
use crate::source::sql::pace::{Pace, Then};
use crate::source::{Error, Event, Rejects};

impl Session<'_> {
    /// Sends all rows of the part that was asked for, up to the newest.
    ///
    /// # Errors
    ///
    /// When the server fails, or not all rows come; those that came before have been sent.
    pub(super) async fn send_rows(
        &mut self,
        layout: &Layout,
        newest: Option<Number>,
        asking: &mut Asking<'_>,
        events: &Sender<Event>,
    ) -> Result<(), Error> {
        let profile = &layout.profile;
        let since = profile.part.as_ref().and_then(|part| part.since).filter(|_| layout.unique);
        let mut last = since.map(Number::from);
        // Only a unique id can say where the next page begins. What has none comes before all others.
        let lacks_id = last.is_none() && layout.may_lack_id();
        if !layout.unique || lacks_id && self.count(statement::COUNT_WITHOUT_ID).await? > 0 {
            return self.send_in_one_piece(profile, asking, events).await;
        }
        if let Some(since) = last {
            let mut marks = self.marks(profile).await?;
            marks.retain(|id| Number::from(id) <= since);
            if !marks.send(asking, events).await {
                return Ok(());
            }
        }
        let mut pace = Pace::new();
        loop {
            let query = match last {
                None => Query::prepared(statement::FIRST_PAGE),
                Some(id) => bind_id(Query::prepared(statement::NEXT_PAGE), id),
            };
            let mut page = self.page(query.bind(pace.limit()), last)?;
            if !page.send(profile, &mut last, asking, events).await? {
                return Ok(());
            }
            match pace.after(page.came(), last >= newest) {
                Then::Next => {}
                Then::End => return Ok(()),
                // Without snapshots the newest may be gone since.
                Then::Stuck if last >= self.newest().await? => return Ok(()),
                Then::Stuck => return Err(failure::ends_early(self.endpoint, last)),
            }
        }
    }

    async fn send_in_one_piece(
        &mut self,
        profile: &Profile,
        asking: &mut Asking<'_>,
        events: &Sender<Event>,
    ) -> Result<(), Error> {
        let counted = self.count(statement::COUNT).await?;
        let query = Query::prepared(statement::FIRST_PAGE).bind(u64::MAX);
        let mut page = self.page(query, None)?;
        if !page.send(profile, &mut None, asking, events).await? {
            return Ok(());
        }
        let (received, _) = page.came();
        self.check_count(received, counted, statement::COUNT).await
    }

    /// The rows named `compact_rev_key` and `compact_rev_key_apiserver`, by their names: they are part
    /// of every part.
    pub(super) async fn marks(&mut self, profile: &Profile) -> Result<Batch, Error> {
        let mut batch = Batch::default();
        let counted = self.count(statement::COUNT_MARKS).await?;
        let mut page = self.page(Query::prepared(statement::MARKS), None)?;
        while page.batch(|row| batch.take(row, profile, &mut None)).await? {}
        let (received, _) = page.came();
        self.check_count(received, counted, statement::COUNT_MARKS).await?;
        Ok(batch)
    }
}

impl Page<'_> {
    /// Sends the rows on as they come; false when nobody takes them.
    ///
    /// # Errors
    ///
    /// When the server fails. What came before a failure is sent before it.
    async fn send(
        &mut self,
        profile: &Profile,
        last: &mut Option<Number>,
        asking: &mut Asking<'_>,
        events: &Sender<Event>,
    ) -> Result<bool, Error> {
        loop {
            let mut batch = Batch::default();
            let outcome = self.batch(|row| batch.take(row, profile, last)).await;
            if !batch.send(asking, events).await {
                return Ok(false);
            }
            if !outcome? {
                return Ok(true);
            }
        }
    }
}

/// Rows on their way.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) rows: Rows,
    pub(super) unread: Rejects,
    pub(super) signs: Signs,
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
        match decode::row(row, &mut self.signs, last) {
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
        self.unread.is_empty() || events.send(Event::Rejects(self.unread)).await.is_ok()
    }
}
