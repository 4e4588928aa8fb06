//! The value and the old value of one row, when somebody looks at it.

use tokio::sync::mpsc::Sender;

use super::{Error, Log, Source};
use crate::history::{History, Link, Revision, RowIx};
use crate::value::{LIMIT, Mask, StoredRow, Values};

/// How much of a row's values is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// The first [`LIMIT`] bytes of each, to look at.
    #[default]
    Start,
    /// All of them.
    Whole,
    /// All of them, and also what is masked: somebody has said so, and confirmed it.
    Revealed,
}

/// All bytes that any column holds, as every database can be asked for them.
const ALL: u64 = i32::MAX as u64;

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
    /// How much of them is wanted.
    pub extent: Extent,
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
        let mask = Mask::of_row(history, at);
        Self { id: history.id(at), name, mask, points_at, extent: Extent::Start }
    }

    /// The same, and so much of it. What is to be revealed is not masked.
    #[must_use]
    pub fn with(self, extent: Extent) -> Self {
        match extent {
            Extent::Revealed => Self { mask: None, points_at: None, extent, ..self },
            Extent::Start | Extent::Whole => Self { extent, ..self },
        }
    }

    /// Why the values of a row of that name are not to be fetched, if they are not.
    pub(super) fn masks(&self, name: Option<&[u8]>) -> Option<Mask> {
        match self.extent {
            Extent::Revealed => None,
            Extent::Start | Extent::Whole => self.mask.or_else(|| Mask::of_name(name)),
        }
    }

    /// How many bytes of each value are to be fetched at most.
    pub(super) fn most(&self) -> u64 {
        match self.extent {
            _ if self.mask.is_some() => 0,
            Extent::Start => LIMIT,
            Extent::Whole | Extent::Revealed => ALL,
        }
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
        if let Some(mask) = self.masks(name.as_deref()) {
            return Found::Masked { mask, lengths };
        }
        let values = match self.extent {
            Extent::Revealed => Ok(Values::revealed(value.as_ref(), old_value.as_ref())),
            Extent::Start | Extent::Whole => Values::of(value.as_ref(), old_value.as_ref()),
        };
        match values {
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
