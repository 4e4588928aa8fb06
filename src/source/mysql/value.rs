//! The values of one row: read on request, by a connection of its own.

use sqlx::Row as _;
use sqlx::mysql::MySqlRow;
use tokio::sync::mpsc::Sender;

use super::endpoint::Endpoint;
use super::wire::Query;
use super::{Session, failure, statement};
use crate::history::Revision;
use crate::source::value::blocking;
use crate::source::{Error, Found, Log, Wanted};
use crate::value::{LIMIT, Mask, Stored, StoredRow};

/// What a server answered.
enum Answered {
    /// The row; of values that are masked, their lengths alone.
    Row(StoredRow),
    /// There is none.
    Gone,
    /// It does not tell: why, as the rest of a sentence.
    Unknown(&'static str),
}

/// Reads the values of a row, and sends what came of it, once; stops when the receiver is dropped.
pub(super) async fn send(endpoint: &Endpoint, mut wanted: Wanted, log: &Log, found: Sender<Found>) {
    let answered = tokio::select! {
        // Also while the server is silent.
        () = found.closed() => return,
        answered = value(endpoint, &mut wanted, log) => answered,
    };
    let what = match answered {
        Ok(Answered::Row(row)) => blocking(move || wanted.judge(row)).await,
        Ok(Answered::Gone) => Found::Gone,
        Ok(Answered::Unknown(why)) => Found::Unknown(why.to_owned()),
        Err(error) => Found::Failed(error),
    };
    // Whoever dropped the receiver wants to hear no more.
    drop(found.send(what).await);
}

/// What a row is called, and how long its values are.
enum Named {
    One {
        name: Option<Vec<u8>>,
        lengths: [Option<u64>; 2],
    },
    Gone,
    /// It cannot be told: why, as the rest of a sentence.
    Unknown(&'static str),
}

/// Asks for the values of a row, up to [`LIMIT`] bytes of each. First, in the same snapshot, for the
/// row's name and their lengths: what is masked, or of another key than was read, is not asked for. Before
/// that, for the name of the row that it points at, if that is to be known.
///
/// # Errors
///
/// When the server cannot be reached, refuses, or is lost. None holds a password or a value.
async fn value(endpoint: &Endpoint, wanted: &mut Wanted, log: &Log) -> Result<Answered, Error> {
    let mut session = Session::open(endpoint, log).await?;
    let server = session.server().await?;
    session.limit_statements(&server, &mut Vec::new()).await?;
    session.fetch(statement::SNAPSHOT).await?;
    let answered = session.value(wanted).await?;
    session.wire.close().await;
    Ok(answered)
}

impl Session<'_> {
    async fn value(&mut self, wanted: &mut Wanted) -> Result<Answered, Error> {
        if let (None, Some(prev)) = (wanted.mask, wanted.points_at) {
            wanted.mask = match self.named(prev).await? {
                Named::One { name, .. } => Mask::of_pointed_at(name.as_deref()),
                Named::Gone => None,
                Named::Unknown(_) => Some(Mask::Points),
            };
        }
        let (name, lengths) = match self.named(wanted.id).await? {
            Named::One { name, lengths } => (name, lengths),
            Named::Gone => return Ok(Answered::Gone),
            Named::Unknown(why) => return Ok(Answered::Unknown(why)),
        };
        let is_masked = wanted.mask.is_some() || Mask::of_name(name.as_deref()).is_some();
        if is_masked || name != wanted.name {
            let stored = |length| Stored { length, start: Vec::new() };
            return Ok(Answered::Row(StoredRow { name, values: lengths.map(|it| it.map(stored)) }));
        }
        let value = Query::prepared(statement::VALUE).bind(LIMIT).bind(LIMIT).bind(wanted.id);
        let rows = self.wire.all(value).await?;
        let rows = rows.map_err(|error| failure::reading(self.endpoint, error))?;
        // An engine without snapshots may have lost it in between, and a proxy may hold it back.
        let Some(row) = rows.first() else {
            return Ok(Answered::Unknown("the row was there, but its values did not come"));
        };
        let starts: [Option<Vec<u8>>; 2] = [self.cell(row, 0)?, self.cell(row, 1)?];
        let is_lost =
            |(start, length): (&Option<Vec<u8>>, &Option<u64>)| start.is_none() && length.is_some();
        if starts.iter().zip(&lengths).any(is_lost) {
            return Ok(Answered::Unknown(
                "its values are longer than the server can handle (max_allowed_packet)",
            ));
        }
        let [value, old_value] = starts;
        let stored = |start: Option<Vec<u8>>, length: Option<u64>| {
            let start = start?;
            Some(Stored { length: length.unwrap_or_default().max(start.len() as u64), start })
        };
        let values = [stored(value, lengths[0]), stored(old_value, lengths[1])];
        Ok(Answered::Row(StoredRow { name, values }))
    }

    /// Asks for the name of a row, and for how long its values are.
    async fn named(&mut self, id: Revision) -> Result<Named, Error> {
        let rows = match self.wire.all(Query::prepared(statement::LENGTHS).bind(id)).await? {
            Ok(rows) => rows,
            Err(error) if failure::number(&error) == Some(failure::UNKNOWN_COLUMN) => {
                return Ok(Named::Unknown("the table lacks the column value or old_value"));
            }
            Err(error) => return Err(failure::reading(self.endpoint, error)),
        };
        let row = rows.first();
        let row = row.ok_or_else(|| failure::cut(self.endpoint, "not even a count came"))?;
        match self.cell::<u64>(row, 0)? {
            Some(1) => {}
            Some(0) => return Ok(Named::Gone),
            _ => return Ok(Named::Unknown("another row has the same revision")),
        }
        let lengths = [self.cell(row, 2)?, self.cell(row, 3)?];
        Ok(Named::One { name: self.cell(row, 1)?, lengths })
    }

    /// A cell of one of these answers, whichever type the column has.
    pub(super) fn cell<'r, T>(&self, row: &'r MySqlRow, at: usize) -> Result<Option<T>, Error>
    where
        T: sqlx::Decode<'r, sqlx::MySql>,
    {
        row.try_get_unchecked(at).map_err(|why| {
            Error::new(format!("a value at {} cannot be understood", self.endpoint)).because(why)
        })
    }
}
