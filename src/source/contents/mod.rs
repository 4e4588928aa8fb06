//! All rows of a table with their values, read in pieces that fit into memory: for a copy of it, and to
//! compare it with another.
//!
//! ```text
//!   one snapshot:  rows without values ─▶ History ─▶ is it fit? ── go ─▶ every row, with its values
//!                                            └─────── each is compared with what was read before ─┘
//! ```
//!
//! The values are asked for only when the rows are known, and in the same snapshot: what is decided from
//! the rows holds for what comes. Secrets are among them, so nothing of a value is ever shown or logged.

mod row;
mod sums;

pub use row::WholeRow;
pub use sums::{BLOCK, Block, Sums};

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Error, Event, Loaded, Log, Options, Progress, Source, load};
use crate::history::{History, Revision, RowIx};

/// How many pieces wait at most for whoever takes them.
const WAITING: usize = 2;

/// How many bytes of rows are put into one piece; one row may have more.
pub(super) const PIECE: usize = 1 << 20;

/// What reading values sends: any number of `Rows`, and one `Ended`.
#[expect(missing_debug_implementations, reason = "it holds Secrets")]
pub enum Content {
    /// The next rows.
    Rows(Vec<WholeRow>),
    /// Everything was read, or that failed after what was sent before.
    Ended(Result<(), Error>),
}

/// Where rows with values go, once somebody wants them.
#[expect(missing_debug_implementations, reason = "it holds Secrets")]
pub struct Demand {
    go: oneshot::Receiver<()>,
    rows: Sender<Content>,
}

impl Demand {
    /// Waits until they are wanted; `None` where they are not.
    pub(super) async fn wanted(self) -> Option<Sender<Content>> {
        self.go.await.ok().map(|()| self.rows)
    }

    /// As [`wanted`](Self::wanted), where waiting stops nothing else.
    pub(super) fn wanted_blocking(self) -> Option<Sender<Content>> {
        self.go.blocking_recv().ok().map(|()| self.rows)
    }
}

/// The rows of a table that was loaded, with their values, as they come.
#[expect(missing_debug_implementations, reason = "it holds Secrets")]
pub struct Contents {
    go: Option<oneshot::Sender<()>>,
    rows: Receiver<Content>,
    reading: JoinHandle<()>,
    /// Which rows have come, a bit each.
    came: Vec<u64>,
    count: usize,
}

impl Drop for Contents {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// Reads a source into a history, and keeps its snapshot for the values.
///
/// # Errors
///
/// As [`load`](super::load).
pub async fn load_contents(
    source: Source,
    options: Options,
    log: &Log,
    progress: impl Fn(Progress),
) -> Result<(Loaded, Contents), Error> {
    let (sender, mut events) = channel::<Event>(load::WAITING);
    let (go, gone) = oneshot::channel();
    let (rows, received) = channel(WAITING);
    let (log, demand) = (log.clone(), Demand { go: gone, rows });
    let reading = tokio::spawn(async move {
        source.contents(&options, &log, sender, demand).await;
    });
    let contents = Contents { go: Some(go), rows: received, reading, came: Vec::new(), count: 0 };
    let loaded = load::gather(&mut events, progress).await?;
    Ok((loaded, contents))
}

impl Contents {
    /// The next rows, each with its place in the history that was loaded; `None` after the last.
    ///
    /// # Errors
    ///
    /// When the source fails, has no values, or has other rows than before.
    pub async fn next(
        &mut self,
        history: &History,
    ) -> Result<Option<Vec<(RowIx, WholeRow)>>, Error> {
        if let Some(go) = self.go.take() {
            self.came = vec![0; history.len().div_ceil(64)];
            // Whoever does not listen has ended, and that shows below.
            let _ = go.send(());
        }
        match self.rows.recv().await {
            Some(Content::Rows(rows)) => {
                let placed = rows.into_iter().map(|row| Ok((self.place(history, &row)?, row)));
                placed.collect::<Result<_, _>>().map(Some)
            }
            Some(Content::Ended(ended)) => {
                ended?;
                self.check_end(history).map(|()| None)
            }
            None => Err(Error::new("the reading broke off").because("the source went silent")),
        }
    }

    /// The place of a row, if it is the one that was read there before and has not come yet.
    fn place(&mut self, history: &History, row: &WholeRow) -> Result<RowIx, Error> {
        let at = history.find(row.id).filter(|&at| history.row(at) == row.as_row());
        let at = at.ok_or_else(|| changed(row.id))?;
        let (word, bit) = (at.index() / 64, 1 << (at.index() % 64));
        if self.came[word] & bit != 0 {
            return Err(changed(row.id));
        }
        self.came[word] |= bit;
        self.count += 1;
        Ok(at)
    }

    fn check_end(&self, history: &History) -> Result<(), Error> {
        if self.count == history.len() {
            return Ok(());
        }
        let lacks = |at: &RowIx| self.came[at.index() / 64] >> (at.index() % 64) & 1 == 0;
        let first = history.iter().find(lacks).map(|at| history.id(at)).unwrap_or_default();
        Err(changed(first))
    }
}

/// A row is another when its values are read.
fn changed(id: Revision) -> Error {
    Error::new(format!("the table changed while it was read: revision {id} is not what it was"))
        .because("its values do not come with the same row")
        .hint("Stop kine, or read a dump or a replica that nobody writes to.")
}

/// Rows on their way, in pieces.
pub(super) struct Outbox<'s> {
    rows: Vec<WholeRow>,
    bytes: usize,
    to: &'s Sender<Content>,
}

impl<'s> Outbox<'s> {
    pub(super) const fn new(to: &'s Sender<Content>) -> Self {
        Self { rows: Vec::new(), bytes: 0, to }
    }

    /// Takes a row; true when it is time to send.
    pub(super) fn put(&mut self, row: WholeRow) -> bool {
        self.bytes += row.bytes();
        self.rows.push(row);
        self.bytes >= PIECE
    }

    fn piece(&mut self) -> Option<Content> {
        self.bytes = 0;
        let rows = std::mem::take(&mut self.rows);
        (!rows.is_empty()).then_some(Content::Rows(rows))
    }

    /// Sends what was taken; false when nobody wants it.
    #[cfg(feature = "mysql")]
    pub(super) async fn send(&mut self) -> bool {
        let Some(piece) = self.piece() else { return true };
        self.to.send(piece).await.is_ok()
    }

    /// As [`send`](Self::send), where waiting stops nothing else.
    pub(super) fn send_blocking(&mut self) -> bool {
        let Some(piece) = self.piece() else { return true };
        self.to.blocking_send(piece).is_ok()
    }
}
