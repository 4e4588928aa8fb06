//! The value and the old value of one row, when somebody looks at it.

use tokio::sync::mpsc::Sender;

use super::{Error, Log, Source};
use crate::history::{History, Link, Revision, RowIx};
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
    /// The revision that it points at, where a row of that may be in the table and was not read because
    /// only a part was. What that row is called is asked for first: its values may be masked, and then so
    /// are those of this one.
    pub points_at: Option<Revision>,
}

impl Wanted {
    /// A row of a history.
    pub fn of(history: &History, at: RowIx) -> Self {
        let name = history.row(at).name.map(<[u8]>::to_vec);
        let points_at = match history.link(at) {
            Link::Missing(prev, _) | Link::Ahead(prev) => Some(prev),
            _ => None,
        };
        let points_at = points_at.filter(|&prev| history.profile().may_leave_out(prev));
        Self { id: history.id(at), name, mask: Mask::of_row(history, at), points_at }
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

/// Reads the values of a row of a source: see [`Store::value`](super::Store::value).
pub async fn value(source: Source, wanted: Wanted, log: Log, found: Sender<Found>) {
    source.value(wanted, &log, found).await;
}

/// Does what takes long where waiting for it stops nothing else.
pub(super) async fn blocking(work: impl FnOnce() -> Found + Send + 'static) -> Found {
    // What a panic says may be a piece of the value.
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_panic| Found::Failed(Error::new("the value could not be understood")))
}
