//! How many bytes values have: read on request, after the rows.

use sqlx::Row as _;
use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::decode::Number;
use super::endpoint::Endpoint;
use super::wire::Query;
use super::{Session, failure, statement};
use crate::history::Revision;
use crate::history::usage::Size;
use crate::source::sql::pace::{Pace, Then};
use crate::source::{Error, Log, Measured};

/// Measures the values of the rows from one id up to another: page by page, in one snapshot, which is
/// a later one than that of the rows. Ends early, without a word, when the receiver is dropped.
///
/// All errors are sent; what was measured before is kept.
pub(super) async fn measure(
    endpoint: &Endpoint,
    range: (Revision, Revision),
    log: &Log,
    sizes: Sender<Measured>,
) {
    let outcome = tokio::select! {
        // Also while the server is silent.
        () = sizes.closed() => return,
        outcome = send_sizes(endpoint, range, log, &sizes) => outcome,
    };
    // Nobody is left to tell that there is nobody left.
    drop(sizes.send(Measured::Ended(outcome)).await);
}

async fn send_sizes(
    endpoint: &Endpoint,
    (mut first, last): (Revision, Revision),
    log: &Log,
    sizes: &Sender<Measured>,
) -> Result<(), Error> {
    let mut session = Session::open(endpoint, log).await?;
    let server = session.server().await?;
    session.limit_statements(&server, &mut Vec::new()).await?;
    session.fetch(statement::SNAPSHOT).await?;
    let end = session.last_size(first, last).await?;
    let mut before = None;
    // Each row may have values of a megabyte, which are all read: the pages follow the time.
    let mut pace = Pace::new();
    loop {
        let query = Query::prepared(statement::SIZES).bind(first).bind(last).bind(pace.limit());
        let mut page = session.page(query, before)?;
        loop {
            let (mut batch, mut odd) = (Vec::new(), None);
            let take = |row: &MySqlRow| {
                match size(row) {
                    Ok(size) => {
                        before = Some(size.id.into());
                        first = size.id.saturating_add(1);
                        batch.push(size);
                    }
                    Err(why) => odd = Some(why),
                }
                before
            };
            let outcome = page.batch(take).await;
            if sizes.send(Measured::Sizes(batch)).await.is_err() {
                return Ok(());
            }
            if let Some(why) = odd {
                let what = format!("a size at {endpoint} cannot be understood");
                return Err(Error::new(what).because(why));
            }
            if !outcome? {
                break;
            }
        }
        match pace.after(page.came(), before >= end) {
            Then::Next => {}
            Then::End => break,
            // Without snapshots the last may be gone since.
            Then::Stuck if before >= session.last_size(first, last).await? => break,
            Then::Stuck => return Err(failure::ends_early(endpoint, before)),
        }
    }
    session.wire.close().await;
    Ok(())
}

impl Session<'_> {
    /// The last row that will come.
    async fn last_size(
        &mut self,
        first: Revision,
        last: Revision,
    ) -> Result<Option<Number>, Error> {
        self.one_number(Query::prepared(statement::LAST_SIZE).bind(first).bind(last)).await
    }
}

/// A row of the answer. No column is negative: the ids are those of a history, and the others
/// lengths. The length of NULL is NULL.
fn size(row: &MySqlRow) -> Result<Size, sqlx::Error> {
    let number =
        |at: usize| row.try_get_unchecked::<Option<u64>, _>(at).map(Option::unwrap_or_default);
    Ok(Size { id: number(0)?, value: number(1)?, old_value: number(2)? })
}
