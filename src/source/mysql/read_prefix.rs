//! The rows of keys under a prefix, found by the index over name and id.

use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::decode::Number;
use super::layout::Layout;
use super::page::bind_id;
use super::read_rows::Batch;
use super::requests::Asking;
use super::wire::Query;
use super::{Session, failure, statement};
use crate::history::Collation;
use crate::source::sql::pace::{Pace, Then};
use crate::source::{BATCH, Error, Event};

impl Session<'_> {
    /// Sends the rows whose name begins so. They come by name, and are held until all are there,
    /// for they must go on by id.
    pub(super) async fn send_named(
        &mut self,
        layout: &Layout,
        prefix: &str,
        asking: &mut Asking<'_>,
        events: &Sender<Event>,
    ) -> Result<(), Error> {
        let profile = &layout.profile;
        let since = profile.part.as_ref().and_then(|part| part.since);
        let pattern = pattern(&profile.collation, prefix);
        // No id is lower.
        let since = since.map_or(i64::MIN.into(), Number::from);
        let mut all = self.marks(profile).await?;
        let end = Query::prepared(statement::LAST_NAMED).bind(pattern.clone());
        let end = self.last(bind_id(end, since)).await?;
        let mut last = None;
        let mut pace = Pace::new();
        loop {
            let query = match last {
                None => Query::prepared(statement::FIRST_NAMED),
                Some(_) => Query::prepared(statement::NEXT_NAMED),
            };
            let mut query = bind_id(query.bind(pattern.clone()), since);
            if let Some(last) = last {
                query = bind_id(bind_id(bind_id(query, last), last), last);
            }
            let mut page = self.page(query.bind(pace.limit()), None)?;
            let mut take = |row: &MySqlRow| {
                let mut id = None;
                all.take(row, profile, &mut id);
                last = id;
                None
            };
            while page.batch(&mut take).await? {}
            match pace.after(page.came(), last == end) {
                Then::Next => {}
                Then::End => break,
                Then::Stuck => return Err(failure::ends_early(self.endpoint, last)),
            }
        }
        let Batch { mut rows, unread, .. } = all;
        rows.sort();
        let mut batch = Batch { unread, ..Batch::default() };
        let mut before = None;
        for row in rows.iter() {
            // A prefix can be one of those names' own.
            if before.replace(row.id) == Some(row.id) {
                continue;
            }
            batch.rows.push(row);
            if batch.rows.len() == BATCH && !std::mem::take(&mut batch).send(asking, events).await {
                return Ok(());
            }
        }
        batch.send(asking, events).await;
        Ok(())
    }
}

/// The pattern of `LIKE` for names that begin so. The escape is not a backslash, which is none in
/// some of the server's SQL modes.
fn pattern(collation: &Collation, prefix: &str) -> String {
    let end = collation.trim(prefix.as_bytes()).len();
    let mut pattern = String::new();
    for char in prefix[..end].chars() {
        if matches!(char, '%' | '_' | '|') {
            pattern.push('|');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_what_it_is_made_of() {
        let kine = Collation::kine_default();
        assert_eq!(pattern(&kine, "/registry/pods/"), "/registry/pods/%");
        assert_eq!(pattern(&kine, "/50%_|\\ "), "/50|%|_||\\%");
        assert_eq!(pattern(&Collation::binary(), "/a "), "/a %");
    }
}
