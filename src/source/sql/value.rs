//! The values of one row: what is asked of a database, and in which order.

use tokio::sync::mpsc::Sender;

use crate::history::Revision;
use crate::source::value::blocking;
use crate::source::{Error, Found, Wanted};
use crate::value::{Mask, Stored, StoredRow};

/// What a row is called, and how long its values are.
pub(in crate::source) enum Named {
    /// There is one such row.
    One {
        /// Its name.
        name: Option<Vec<u8>>,
        /// How many bytes value and old value have; `None` is NULL.
        lengths: [Option<u64>; 2],
    },
    /// There is none.
    Gone,
    /// It cannot be told: why, as the rest of a sentence.
    Unknown(&'static str),
}

/// The beginnings of a row's values, or why they cannot be told, as the rest of a sentence.
pub(in crate::source) type Starts = Result<[Option<Vec<u8>>; 2], &'static str>;

/// A session in one snapshot that is asked for a row.
pub(in crate::source) trait Asked {
    /// Why a value has a length and no bytes, as the rest of a sentence.
    const LOST: &'static str;

    /// What a row is called, and how long its values are.
    async fn named(&mut self, id: Revision) -> Result<Named, Error>;

    /// The first bytes of value and old value, so many of each at most.
    async fn starts(&mut self, id: Revision, most: u64) -> Result<Starts, Error>;
}

/// Of how many rows one session is asked: their values are in memory at the same time.
pub(in crate::source) const AT_ONCE: usize = 64;

/// What a database answered.
pub(in crate::source) enum Answered {
    /// The row; of values that are masked, their lengths alone.
    Row(StoredRow),
    /// There is none.
    Gone,
    /// It does not tell: why, as the rest of a sentence.
    Unknown(&'static str),
}

/// Asks for the values of a row. First for the row's name and their lengths: what is masked, or of
/// another key than was read, is not asked for. Before that, for the name of the row that it points
/// at, if that is to be known.
///
/// # Errors
///
/// When the database is lost. None holds a value.
async fn answer<S: Asked>(session: &mut S, wanted: &mut Wanted) -> Result<Answered, Error> {
    if let (None, Some(prev)) = (wanted.mask, wanted.points_at) {
        wanted.mask = match session.named(prev).await? {
            Named::One { name, .. } => Mask::of_pointed_at(name.as_deref()),
            Named::Gone => None,
            Named::Unknown(_) => Some(Mask::Points),
        };
    }
    let (name, lengths) = match session.named(wanted.id).await? {
        Named::One { name, lengths } => (name, lengths),
        Named::Gone => return Ok(Answered::Gone),
        Named::Unknown(why) => return Ok(Answered::Unknown(why)),
    };
    let most = if wanted.masks(name.as_deref()).is_some() { 0 } else { wanted.most() };
    if most == 0 || name != wanted.name {
        let stored = |length| Stored { length, start: Vec::new() };
        return Ok(Answered::Row(StoredRow { name, values: lengths.map(|it| it.map(stored)) }));
    }
    let starts = match session.starts(wanted.id, most).await? {
        Ok(starts) => starts,
        Err(why) => return Ok(Answered::Unknown(why)),
    };
    let [mut value, mut old_value] = starts;
    for (start, length) in [&mut value, &mut old_value].into_iter().zip(&lengths) {
        match length {
            // SQLite takes the start of no bytes for NULL.
            Some(0) => *start = Some(Vec::new()),
            Some(_) if start.is_none() => return Ok(Answered::Unknown(S::LOST)),
            _ => {}
        }
    }
    let values = [Stored::of(value, lengths[0]), Stored::of(old_value, lengths[1])];
    Ok(Answered::Row(StoredRow { name, values }))
}

/// Asks for the values of rows, one after the other: see [`answer`].
pub(in crate::source) async fn answers<S: Asked>(
    session: &mut S,
    wanted: &mut [Wanted],
) -> Result<Vec<Answered>, Error> {
    let mut answers = Vec::with_capacity(wanted.len());
    for one in wanted {
        answers.push(answer(session, one).await?);
    }
    Ok(answers)
}

/// Judges what was answered, and sends what came of each; whether somebody wants to hear more.
pub(in crate::source) async fn send(
    answered: Result<Vec<Answered>, Error>,
    wanted: &[Wanted],
    found: &Sender<Found>,
) -> bool {
    let answered = match answered {
        Ok(answered) => answered,
        Err(error) => {
            // Whoever dropped the receiver wants to hear no more.
            drop(found.send(Found::Failed(error)).await);
            return false;
        }
    };
    for (answered, wanted) in answered.into_iter().zip(wanted.iter().cloned()) {
        let what = match answered {
            Answered::Row(row) => blocking(move || wanted.judge(row)).await,
            Answered::Gone => Found::Gone,
            Answered::Unknown(why) => Found::Unknown(why.to_owned()),
        };
        if found.send(what).await.is_err() {
            return false;
        }
    }
    true
}
