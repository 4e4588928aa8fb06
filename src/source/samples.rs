//! The starts of the values of some rows, for the times that are in them: no more is kept of them than that.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Error, Log, Source};
use crate::history::clock::{self, Clock, Millis, Stamps};
use crate::history::{History, Revision, RowIx};
use crate::value::{Mask, Stored, stamps};

/// How many bytes of a value are read: an object begins with its metadata, and Leases are short.
pub(super) const START: u64 = 8 << 10;

/// How many rows one statement asks for.
#[cfg(feature = "mysql")]
pub(super) const AT_ONCE: usize = 32;

/// Around how many revisions of a table rows are read for its clock: seven rows each, some hundreds of them.
const SPREAD: usize = 48;

/// Around how many revisions within a part of it.
const WITHIN: usize = 12;

/// How often a time is looked for more closely, at most. Each round leaves a tenth, where anything tells.
const ROUNDS: usize = 12;

/// How many rows are read for one clock at most. Whoever walks through a long log sees wider bounds then,
/// and none that is wrong.
const MOST: usize = 4096;

/// A row that was asked for, as it is now.
#[derive(Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its revision.
    pub id: Revision,
    /// Its name.
    pub name: Option<Vec<u8>>,
    /// The start of its value; `None` is NULL.
    pub value: Option<Stored>,
}

/// A value is not for logs.
impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a source tells nothing.
#[derive(Debug)]
pub enum Untold {
    /// It has no values, or cannot be read again: why, as the rest of a sentence.
    Unknown(String),
    /// They could not be read.
    Failed(Error),
}

impl From<Error> for Untold {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What is found out of when a table's rows were written, by those who ask a source for the rows that tell.
#[derive(Debug, Default)]
pub struct Dating {
    /// What is known.
    pub clock: Clock,
    /// The rows that were read.
    known: Vec<RowIx>,
    /// Why no more can be known.
    pub untold: Option<Untold>,
}

impl Dating {
    /// Nothing but when the table was read, if that is known.
    pub fn new(history: &History, now: Option<Millis>) -> Self {
        Self { clock: Clock::new(history, now), known: Vec::new(), untold: None }
    }

    /// The rows to read from all over the table: enough to know whose clocks are right, and roughly when any
    /// row was written.
    pub fn survey(&self, history: &History) -> Vec<Revision> {
        self.unknown(history, clock::spread(history, SPREAD, |at| may_be_read(history, at)))
    }

    /// The rows that tell best when some rows were written.
    pub fn around(&self, history: &History, revisions: &[Revision]) -> Vec<Revision> {
        let may = |at| may_be_read(history, at);
        let rows = revisions.iter().flat_map(|&id| clock::around(history, id, may)).collect();
        self.unknown(history, rows)
    }

    /// The rows to read from a part of the table, from one revision to another, its ends among them.
    pub fn within(&self, history: &History, first: Revision, last: Revision) -> Vec<Revision> {
        let range = (history.position_before(first), history.position_after(last));
        let rows = clock::between(history, range, WITHIN, |at| may_be_read(history, at));
        self.unknown(history, rows)
    }

    /// Takes what came of rows that were asked for.
    pub fn take(
        &mut self,
        history: &History,
        asked: &[Revision],
        came: Result<Vec<Sample>, Untold>,
    ) {
        match came {
            Ok(samples) => {
                let told: Vec<(RowIx, Stamps)> =
                    samples.iter().filter_map(|sample| told(history, sample)).collect();
                self.clock.extend(history, &told);
                self.known.extend(asked.iter().filter_map(|&id| history.find(id)));
                self.known.sort_unstable();
            }
            Err(why) => self.untold = Some(why),
        }
    }

    /// Why no more can be known, as the rest of a sentence.
    pub fn why_untold(&self) -> Option<String> {
        match self.untold.as_ref()? {
            Untold::Unknown(why) => Some(why.clone()),
            Untold::Failed(error) => Some(error.in_a_line()),
        }
    }

    /// The ids of those rows that were not read yet: none where nothing more can be known.
    fn unknown(&self, history: &History, mut rows: Vec<RowIx>) -> Vec<Revision> {
        if self.untold.is_some() || self.known.len() >= MOST {
            return Vec::new();
        }
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|at| self.known.binary_search(at).is_err());
        rows.into_iter().map(|at| history.id(at)).collect()
    }
}

/// A clock of a table, from the source that it was read from. What it is asked for is read when it is
/// asked; what was read is kept.
#[derive(Debug)]
pub struct TableClock {
    source: Source,
    log: Log,
    /// What was found out.
    pub dating: Dating,
}

impl TableClock {
    /// A clock that knows only when the table was read, if that is known.
    pub fn new(source: Source, log: Log, history: &History, now: Option<Millis>) -> Self {
        Self { source, log, dating: Dating::new(history, now) }
    }

    /// What is known.
    pub const fn clock(&self) -> &Clock {
        &self.dating.clock
    }

    /// Reads rows from all over the table.
    pub async fn survey(&mut self, history: &History) {
        let ids = self.dating.survey(history);
        self.read(history, ids).await;
    }

    /// Reads what tells best when some rows were written.
    pub async fn look_at(&mut self, history: &History, revisions: &[Revision]) {
        let ids = self.dating.around(history, revisions);
        self.read(history, ids).await;
    }

    /// Reads rows from a part of the table, from one revision to another.
    pub async fn look_within(&mut self, history: &History, first: Revision, last: Revision) {
        let ids = self.dating.within(history, first, last);
        self.read(history, ids).await;
    }

    /// Finds the last row that was written before a moment, and the first that was written after it, as
    /// closely as the table tells: see [`Clock::revisions`].
    pub async fn find(
        &mut self,
        history: &History,
        time: Millis,
    ) -> (Option<Revision>, Option<Revision>) {
        self.survey(history).await;
        let last = history.current().unwrap_or_default();
        for _ in 0..ROUNDS {
            let (before, after) = self.clock().revisions(time);
            self.look_within(history, before.unwrap_or(0), after.unwrap_or(last)).await;
            if self.clock().revisions(time) == (before, after) {
                break;
            }
        }
        self.clock().revisions(time)
    }

    async fn read(&mut self, history: &History, ids: Vec<Revision>) {
        if !ids.is_empty() {
            let came = self.source.sample(&ids, &self.log).await;
            self.dating.take(history, &ids, came);
        }
    }
}

/// Whether the value of a row may be read: see [`Mask`].
fn may_be_read(history: &History, at: RowIx) -> bool {
    Mask::of_row(history, at).is_none()
}

/// What a row tells, if it is still the row that was read.
fn told(history: &History, sample: &Sample) -> Option<(RowIx, Stamps)> {
    let at = history.find(sample.id)?;
    let is_it = history.row(at).name == sample.name.as_deref();
    let value = sample.value.as_ref().filter(|_| is_it)?;
    Some((at, stamps(value)))
}

/// The ids of a statement that asks for [`AT_ONCE`]: where there are fewer, the last again and again.
#[cfg(feature = "mysql")]
pub(super) fn padded(ids: &[Revision]) -> impl Iterator<Item = Revision> {
    let last = ids.last().copied().unwrap_or_default();
    ids.iter().copied().chain(std::iter::repeat(last)).take(AT_ONCE)
}

/// Does what takes long where waiting for it stops nothing else. It is told to stop, when nobody waits.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, Untold> + Send + 'static,
) -> Result<T, Untold> {
    struct Waiting(Arc<AtomicBool>);
    impl Drop for Waiting {
        fn drop(&mut self) {
            self.0.store(false, Ordering::Relaxed);
        }
    }
    let waiting = Waiting(Arc::new(AtomicBool::new(true)));
    let is_waited_for = Arc::clone(&waiting.0);
    let working =
        tokio::task::spawn_blocking(move || work(&|| is_waited_for.load(Ordering::Relaxed)));
    // What a panic says may be a piece of a value.
    let panicked = || Untold::Failed(Error::new("the values could not be understood"));
    let done = working.await.unwrap_or_else(|_panic| Err(panicked()));
    drop(waiting);
    done
}
