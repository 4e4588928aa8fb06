//! The value and the old value of one row, when somebody looks at it.

use tokio::sync::mpsc::Sender;

#[cfg(feature = "mysql")]
use super::mysql;
use super::{Error, Log, Source, text};
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

/// Reads the values of a row, and sends what came of it, once; stops when the receiver is dropped.
///
/// A server is asked anew, and a file is read anew up to the row, so that it may be another one than
/// was read, or none. What is sent to a server is logged.
#[cfg_attr(not(feature = "mysql"), expect(unused, reason = "something is sent to servers only"))]
pub async fn value(source: Source, mut wanted: Wanted, log: Log, found: Sender<Found>) {
    let unknown = |why: &str| Found::Unknown(why.to_owned());
    let once = source.once();
    let what = match source {
        #[cfg(feature = "mysql")]
        Source::Server(endpoint) => tokio::select! {
            // Also while the server is silent.
            () = found.closed() => return,
            row = mysql::value(&endpoint, &mut wanted, &log) => match row {
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
                text(wanted, |id, masked| text::open_and_look(&path, id, masked, go_on))
            })
            .await
        }
        Source::Scenario(scenario) => {
            let (text_of, name) = (scenario.text, scenario.name);
            text(wanted, |id, masked| text::look(text_of, name, id, masked, || true))
        }
        Source::File(_) | Source::Stdin => {
            unknown(&format!("{} cannot be read a second time", once.unwrap_or_default()))
        }
    };
    // Whoever dropped the receiver wants to hear no more.
    drop(found.send(what).await);
}

/// What was found in a text.
type Looked = Result<Result<Option<StoredRow>, String>, Error>;

/// Looks for a row in a text, by reading it: once more before that, where it [points](Wanted::points_at)
/// at one that was not read.
fn text(mut wanted: Wanted, look: impl Fn(Revision, bool) -> Looked) -> Found {
    if let (None, Some(prev)) = (wanted.mask, wanted.points_at) {
        wanted.mask = match look(prev, true) {
            Ok(Ok(row)) => row.and_then(|row| Mask::of_pointed_at(row.name.as_deref())),
            // It is there, and what it is called was not understood.
            Ok(Err(_)) => Some(Mask::Points),
            Err(error) => return Found::Failed(error),
        };
    }
    match look(wanted.id, wanted.mask.is_some()) {
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
