//! The rows without the pages that hold values: what compaction needs, from three of kine's indexes.
//!
//! ```text
//!   kine_name_id_index        by name  ──▶ (id, name) ──sort──┐
//!   kine_prev_revision_index  by prev  ──▶ (id, prev) ──sort──┤ by id
//!   kine_id_deleted_index     by id    ──▶ (id, deleted) ─────┴──▶ rows
//! ```
//!
//! Every index of `InnoDB` ends in the primary key, so an entry tells whose it is. Between one row's
//! columns and the next one's the table itself has their values, and an index nothing. The unique
//! index would do for two of these; but in an incident it is the one that is missing.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::decode::{self, Number};
use super::page::bind_id;
use super::read_rows::Batch;
use super::requests::Asking;
use super::wire::Query;
use super::{Session, failure, statement};
use crate::history::{Flag, Revision, Row};
use crate::source::sql::pace::{Pace, Then};
use crate::source::{Error, Event, Reject, Why};

impl Session<'_> {
    /// Sends all rows, with what compaction needs.
    ///
    /// # Errors
    ///
    /// When the server fails, or the indexes do not tell of the same rows.
    pub(super) async fn send_covered(
        &mut self,
        newest: Option<Number>,
        asking: &mut Asking<'_>,
        events: &Sender<Event>,
    ) -> Result<(), Error> {
        let endpoint = self.endpoint;
        let mut told = Told::default();
        if !self.names(&mut told, events).await? || !self.links(&mut told, events).await? {
            return Ok(());
        }
        let (mut last, mut pace) = (None, Pace::new());
        loop {
            let query = match last {
                None => Query::prepared(statement::FIRST_IDS),
                Some(id) => bind_id(Query::prepared(statement::NEXT_IDS), id),
            };
            let mut page = self.page(query.bind(pace.limit()), last)?;
            loop {
                let mut batch = Batch::default();
                let take = |row: &MySqlRow| {
                    match told.complete(row, &mut last) {
                        Ok(row) => batch.rows.push(row),
                        Err(unread) => batch.unread.push(|| unread),
                    }
                    last
                };
                let outcome = page.batch(take).await;
                if !batch.send(asking, events).await {
                    return Ok(());
                }
                if !outcome? {
                    break;
                }
            }
            let then = pace.after(page.came(), last >= newest);
            let is_left_over = match then {
                Then::Next => last.is_some() && told.is_left_over(last),
                Then::End => told.is_left_over(None),
                Then::Stuck => return Err(failure::ends_early(endpoint, last)),
            };
            if is_left_over {
                return Err(failure::indexes_differ(endpoint));
            }
            if then == Then::End {
                return Ok(());
            }
            told.shrink();
        }
    }

    /// Learns the names; false when nobody wants to know any more.
    async fn names(&mut self, told: &mut Told, events: &Sender<Event>) -> Result<bool, Error> {
        let end = self.last(Query::text(statement::LAST_NAME)).await?;
        let (mut last, mut pace) = (None, Pace::new());
        loop {
            let mut query = Query::prepared(statement::FIRST_NAMES);
            if let Some(last) = last {
                query = Query::prepared(statement::NEXT_NAMES);
                query = bind_id(bind_id(bind_id(query, last), last), last);
            }
            let mut page = self.page(query.bind(pace.limit()), None)?;
            let mut take = |row: &MySqlRow| {
                last = decode::id(row);
                told.name(last, decode::name(row));
                None
            };
            while page.batch(&mut take).await? {}
            let then = pace.after(page.came(), last == end);
            if events.send(Event::Progress(told.len())).await.is_err() {
                return Ok(false);
            }
            match then {
                Then::Next => {}
                Then::End => {
                    told.names.sort_unstable_by_key(|&(id, _)| Reverse(id));
                    return Ok(true);
                }
                Then::Stuck => return Err(failure::ends_early(self.endpoint, last)),
            }
        }
    }

    /// Learns the prev revisions; false when nobody wants to know any more.
    async fn links(&mut self, told: &mut Told, events: &Sender<Event>) -> Result<bool, Error> {
        let end = self.last(Query::text(statement::LAST_LINK)).await?;
        let (mut last, mut pace) = (None, Pace::new());
        loop {
            let mut query = Query::prepared(statement::FIRST_LINKS);
            if let Some((prev, id)) = last {
                query = Query::prepared(statement::NEXT_LINKS);
                query = bind_id(bind_id(bind_id(query, prev), prev), id);
            }
            let mut page = self.page(query.bind(pace.limit()), None)?;
            let mut take = |row: &MySqlRow| {
                let (id, prev) = (decode::id(row), decode::number(row, 1).ok().flatten());
                last = prev.zip(id);
                told.link(id, prev);
                None
            };
            while page.batch(&mut take).await? {}
            let at = last.map(|(_, id)| id);
            let then = pace.after(page.came(), at == end);
            if events.send(Event::Progress(told.len())).await.is_err() {
                return Ok(false);
            }
            match then {
                Then::Next => {}
                Then::End => {
                    told.links.sort_unstable_by_key(|&(id, _)| Reverse(id));
                    return Ok(true);
                }
                Then::Stuck => return Err(failure::ends_early(self.endpoint, at)),
            }
        }
    }
}

/// What the indexes told of rows. Once sorted, the row with the lowest id is the last, so that what
/// has been sent on can be given back.
#[derive(Default)]
struct Told {
    /// Every name once, one after the other, and where each ends.
    spelled: Vec<u8>,
    ends: Vec<usize>,
    /// Ids, and the place of their name in `ends`.
    names: Vec<(Revision, usize)>,
    links: Vec<(Revision, Revision)>,
    /// Rows whose prev revision is none, and why.
    unfit: BTreeMap<Revision, Why>,
}

impl Told {
    /// How many entries have come.
    fn len(&self) -> usize {
        self.names.len() + self.links.len()
    }

    /// Takes a row's name. Equal names come one after the other.
    fn name(&mut self, id: Option<Number>, name: &[u8]) {
        let Some(Ok(id)) = id.map(Revision::try_from) else { return };
        if self.ends.is_empty() || self.spelling(self.ends.len() - 1) != name {
            self.spelled.extend_from_slice(name);
            self.ends.push(self.spelled.len());
        }
        self.names.push((id, self.ends.len() - 1));
    }

    fn spelling(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.spelled[start..self.ends[at]]
    }

    /// Takes a row's prev revision.
    fn link(&mut self, id: Option<Number>, prev: Option<Number>) {
        let (Some(Ok(id)), Some(prev)) = (id.map(Revision::try_from), prev) else { return };
        match decode::fit("prev revision", prev) {
            Ok(prev) => self.links.push((id, prev)),
            Err(why) => drop(self.unfit.insert(id, why)),
        }
    }

    /// The row that an entry by id belongs to. Of what no index told, it has NULL.
    fn complete(&mut self, row: &MySqlRow, last: &mut Option<Number>) -> Result<Row<'_>, Reject> {
        let (id, deleted) = decode::covered(row, last)?;
        let name = self.names.pop_if(|(next, _)| *next == id);
        let link = self.links.pop_if(|(next, _)| *next == id);
        if let Some(why) = self.unfit.remove(&id) {
            return Err(decode::unread_at(id.into(), why));
        }
        Ok(Row {
            id,
            name: name.map(|(_, at)| self.spelling(at)),
            created: Flag::Unknown,
            deleted,
            create_revision: None,
            prev_revision: link.map(|(_, prev)| prev),
            lease: None,
        })
    }

    /// Whether something was told of a row that has not come, up to an id or at all.
    fn is_left_over(&self, up_to: Option<Number>) -> bool {
        let is_passed = |next: Option<Revision>| {
            next.is_some_and(|next| up_to.is_none_or(|last| Number::from(next) <= last))
        };
        is_passed(self.names.last().map(|&(id, _)| id))
            || is_passed(self.links.last().map(|&(id, _)| id))
            || is_passed(self.unfit.first_key_value().map(|(&id, _)| id))
    }

    /// Gives back what is no longer needed.
    fn shrink(&mut self) {
        self.names.shrink_to_fit();
        self.links.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_held_once() {
        let mut told = Told::default();
        for (id, name) in [(3, ""), (9, "/a"), (11, "/a"), (4, "/A"), (5, "/b")] {
            told.name(Some(id), name.as_bytes());
        }
        told.name(Some(-1), b"/c");
        assert_eq!(told.spelled, b"/a/A/b");
        let spelled: Vec<_> = told.names.iter().map(|&(id, at)| (id, told.spelling(at))).collect();
        let expected: [(u64, &[u8]); 5] =
            [(3, b""), (9, b"/a"), (11, b"/a"), (4, b"/A"), (5, b"/b")];
        assert_eq!(spelled, expected);
    }

    #[test]
    fn what_belongs_to_no_row_is_left_over() {
        let mut told = Told::default();
        assert!(!told.is_left_over(None));
        told.link(Some(7), Some(3));
        assert!(told.is_left_over(None), "no row comes any more");
        assert!(told.is_left_over(Some(7)), "the row would have come");
        assert!(!told.is_left_over(Some(6)), "the row may come");
        let mut told = Told::default();
        told.link(Some(5), Some(-1));
        assert!(told.is_left_over(Some(5)) && told.links.is_empty());
    }
}
