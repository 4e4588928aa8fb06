//! The rows, by a cursor in the order of their ids.

use std::time::SystemTime;

use sqlx::postgres::PgRow;
use tokio::sync::mpsc::Sender;

use super::decode::{self, Number, bytes};
use super::endpoint::Endpoint;
use super::layout::Layout;
use super::wire::Answer;
use super::{Query, Session, failure, statement};
use crate::history::{Part, Profile, Revision, Rows, is_requests_name};
use crate::source::requests::{LONGEST, Newest};
use crate::source::{Error, Event, Log, Moment, Opened, Options, Rejects};

/// Reads kine's table at the endpoint and sends it, as [`Event`] describes. Ends early, without a
/// word, when the receiver is dropped.
///
/// All errors are sent. None holds a password.
pub(super) async fn read(endpoint: &Endpoint, options: &Options, log: &Log, events: Sender<Event>) {
    let outcome = tokio::select! {
        // Also while the server is silent; and first, or one statement more might be sent.
        biased;
        () = events.closed() => return,
        outcome = send_table(endpoint, options, log, &events) => outcome,
    };
    let outcome = match outcome {
        Ok(Some(session)) => session.close().await,
        outcome => outcome.map(|_nobody_listens| ()),
    };
    // Nobody is left to tell that there is nobody left.
    drop(events.send(Event::Ended(outcome)).await);
}

/// Gives the session in its snapshot, once all has been sent; `None` where nobody listens.
pub(super) async fn send_table<'a>(
    endpoint: &'a Endpoint,
    options: &Options,
    log: &Log,
    events: &Sender<Event>,
) -> Result<Option<Session<'a>>, Error> {
    let mut session = Session::open(endpoint, log).await?;
    let moment = Moment { at: Some(SystemTime::now()), ..Moment::default() };
    let kind = session.server.to_string();
    let layout = session.layout(options).await?;
    let (profile, expected) = (layout.profile.clone(), layout.expected);
    let notes = endpoint.notes.iter().chain(&layout.notes).cloned().collect();
    let opened = Opened { profile, kind, moment, expected, has_values: true, notes };
    if events.send(Event::Opened(opened)).await.is_err() {
        return Ok(None);
    }
    let mut asking = Newest::default();
    if !session.send_rows(&layout, &mut asking, events).await? {
        return Ok(None);
    }
    let requests = session.requests(asking.take(), &layout).await?;
    if !requests.is_empty() {
        drop(events.send(Event::Requests(requests)).await);
    }
    Ok(Some(session))
}

/// The pattern of `LIKE` for names that begin so.
fn pattern(prefix: &str) -> String {
    let mut pattern = String::new();
    for letter in prefix.chars() {
        if matches!(letter, '%' | '_' | '|') {
            pattern.push('|');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// A number as the server has them.
pub(super) fn narrow(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The cursor over the rows of a part, or over all.
fn cursor(part: Option<&Part>) -> Query {
    let Some(Part { since, prefix }) = part else { return Query::text(statement::ROWS) };
    // No id is lower.
    let since = since.map_or(i64::MIN, narrow);
    match prefix {
        Some(prefix) => Query::text(statement::PART).bind(since).bind(pattern(prefix)),
        None => Query::text(statement::SINCE).bind(since),
    }
}

/// Rows on their way.
#[derive(Default)]
struct Batch {
    rows: Rows,
    unread: Rejects,
}

impl Batch {
    /// Takes a row, `last` being the id before it, if it is in the part that was asked for.
    fn take(&mut self, row: &PgRow, profile: &Profile, last: &mut Option<Number>) {
        match decode::row(row, last) {
            Ok(row) if profile.takes(row.id, row.name) => self.rows.push(row),
            Ok(_left_out) => {}
            Err(unread) => self.unread.push(|| unread),
        }
    }

    /// Whether somebody took it. Rows whose values are wanted are noted on the way.
    async fn send(
        self,
        profile: &Profile,
        asking: &mut Newest<()>,
        events: &Sender<Event>,
    ) -> bool {
        for row in self.rows.iter() {
            if row.name.is_some_and(|name| is_requests_name(name, &profile.collation)) {
                asking.put(row.id, ());
            }
        }
        if !self.rows.is_empty() && events.send(Event::Rows(self.rows)).await.is_err() {
            return false;
        }
        self.unread.is_empty() || events.send(Event::Rejects(self.unread)).await.is_ok()
    }
}

impl Session<'_> {
    /// Sends the rows as they come; false when nobody takes them.
    ///
    /// # Errors
    ///
    /// When the server fails, or not all rows come. What came before has been sent.
    async fn send_rows(
        &mut self,
        layout: &Layout,
        asking: &mut Newest<()>,
        events: &Sender<Event>,
    ) -> Result<bool, Error> {
        let profile = &layout.profile;
        self.fetch(cursor(profile.part.as_ref())).await?;
        let (endpoint, mut last) = (self.endpoint, None);
        loop {
            let mut page = self.next_page()?;
            loop {
                let mut batch = Batch::default();
                let outcome = page.batch(|row| batch.take(&row, profile, &mut last)).await;
                if !batch.send(profile, asking, events).await {
                    return Ok(false);
                }
                if !outcome?.map_err(|error| failure::after(endpoint, last, error))? {
                    break;
                }
            }
            if page.so_far().0 == 0 {
                break;
            }
        }
        // Of a part the last row may be another.
        let is_all = profile.part.is_some() || last >= layout.newest;
        if is_all { Ok(true) } else { Err(failure::ends_early(endpoint, last)) }
    }

    /// The next rows of the cursor; none when it is at its end.
    pub(super) fn next_page(&mut self) -> Result<Answer<'_>, Error> {
        self.wire.send(Query::text(statement::NEXT))
    }

    /// The values of the newest rows of `compact_rev_key_apiserver`. Nothing is asked where that would
    /// take the whole table, and where the table has no column for values, or the account may not see it.
    async fn requests(
        &mut self,
        ids: Vec<(Revision, ())>,
        layout: &Layout,
    ) -> Result<Vec<(Revision, Vec<u8>)>, Error> {
        let database = layout.profile.database.as_ref();
        let value = database.and_then(|database| database.column("value"));
        let is_told = value.is_some_and(|value| value.full_type == "bytea") && layout.finds_id;
        let mut values = Vec::new();
        for (id, ()) in ids.into_iter().filter(|_| is_told) {
            let rows = self.fetch(Query::text(statement::REQUEST).bind(narrow(id))).await?;
            if let Some(value) = rows.first().and_then(|row| bytes(row, 0))
                && value.len() as u64 <= LONGEST
            {
                values.push((id, value.to_vec()));
            }
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_what_it_is_made_of() {
        assert_eq!(pattern("/registry/pods/"), "/registry/pods/%");
        assert_eq!(pattern("/50%_|\\ "), "/50|%|_||\\ %");
    }

    #[test]
    fn the_statement_asks_for_as_much_as_is_kept() {
        let start = format!("substr(value, 1, {})", LONGEST + 1);
        assert!(statement::REQUEST.contains(&start), "what is longer must show");
    }
}
