//! The value and the old value of one row, when somebody looks at it.

use tokio::sync::mpsc::Sender;

#[cfg(feature = "mysql")]
use super::mysql;
use super::{Error, Log, Source, text};
use crate::history::{History, Revision, RowIx};
use crate::value::{Mask, StoredRow, Values};

/// A row whose values are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its revision.
    pub id: Revision,
    /// Its name, as it was read. The row of that revision may be of another key by now.
    pub name: Option<Vec<u8>>,
    /// Why its values are not to be fetched, if they are not: then their lengths are.
    pub mask: Option<Mask>,
}

impl Wanted {
    /// A row of a history.
    pub fn of(history: &History, at: RowIx) -> Self {
        let name = history.row(at).name.map(<[u8]>::to_vec);
        Self { id: history.id(at), name, mask: Mask::of_row(history, at) }
    }
}

/// What came of it.
#[derive(Debug)]
pub enum Found {
    /// The values.
    Values(Box<Values>),
    /// They are not shown.
    Masked {
        /// Why.
        mask: Mask,
        /// How many bytes value and old value have; `None` is NULL.
        lengths: [Option<u64>; 2],
    },
    /// The row is no longer there.
    Gone,
    /// The row of that revision has another name now, or none.
    Another(Option<Vec<u8>>),
    /// The source does not tell values: why, as the rest of a sentence.
    Unknown(String),
    /// They could not be read.
    Failed(Error),
}

impl Wanted {
    /// What a row is to whoever wanted that one.
    pub(super) fn judge(&self, row: StoredRow) -> Found {
        let StoredRow { name, values: [value, old_value] } = row;
        if name != self.name {
            return Found::Another(name);
        }
        let lengths = [&value, &old_value].map(|it| it.as_ref().map(|it| it.length));
        if let Some(mask) = self.mask.or_else(|| Mask::of_name(name.as_deref())) {
            return Found::Masked { mask, lengths };
        }
        match Values::of(value.as_ref(), old_value.as_ref()) {
            Ok(values) => Found::Values(Box::new(values)),
            Err(mask) => Found::Masked { mask, lengths },
        }
    }
}

/// Reads the values of a row, and sends what came of it, once; stops when the receiver is dropped.
///
/// A server is asked anew, and a file is read anew up to the row, so that it may be another one than
/// was read, or none. What is sent to a server is logged.
#[cfg_attr(not(feature = "mysql"), expect(unused, reason = "something is sent to servers only"))]
pub async fn value(source: Source, wanted: Wanted, log: Log, found: Sender<Found>) {
    let unknown = |why: &str| Found::Unknown(why.to_owned());
    let once = source.once();
    let what = match source {
        #[cfg(feature = "mysql")]
        Source::Server(endpoint) => tokio::select! {
            // Also while the server is silent.
            () = found.closed() => return,
            row = mysql::value(&endpoint, &wanted, &log) => match row {
                Ok(mysql::Answered::Row(row)) => blocking(move || wanted.judge(row)).await,
                Ok(mysql::Answered::Gone) => Found::Gone,
                Ok(mysql::Answered::Unknown(why)) => unknown(why),
                Err(error) => Found::Failed(error),
            },
        },
        Source::File(path) if once.is_none() => {
            let gone = found.clone();
            blocking(move || {
                let go_on = || !gone.is_closed();
                text(&wanted, text::open_and_look(&path, wanted.id, wanted.mask.is_some(), go_on))
            })
            .await
        }
        Source::Scenario(scenario) => {
            let (text_of, name) = (scenario.text, scenario.name);
            let look = text::look(text_of, name, wanted.id, wanted.mask.is_some(), || true);
            text(&wanted, look)
        }
        Source::File(_) | Source::Stdin => {
            unknown(&format!("{} cannot be read a second time", once.unwrap_or_default()))
        }
    };
    // Whoever dropped the receiver wants to hear no more.
    drop(found.send(what).await);
}

/// What reading a text gave.
fn text(wanted: &Wanted, looked: Result<Result<Option<StoredRow>, String>, Error>) -> Found {
    match looked {
        Ok(Ok(Some(row))) => wanted.judge(row),
        Ok(Ok(None)) => Found::Gone,
        Ok(Err(why)) => Found::Unknown(why),
        Err(error) => Found::Failed(error),
    }
}

/// Does what takes long where waiting for it stops nothing else.
async fn blocking(work: impl FnOnce() -> Found + Send + 'static) -> Found {
    // What a panic says may be a piece of the value.
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_panic| Found::Failed(Error::new("the value could not be understood")))
}
