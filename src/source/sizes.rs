//! How many bytes the values of rows have, for sources that tell.

use tokio::sync::mpsc::{Sender, channel};

use super::{Error, Log, Source};
use crate::history::usage::{Size, Sizes};
use crate::history::{History, Revision};

/// How many batches wait at most for whoever takes them.
const WAITING: usize = 8;

/// What measuring sends: any number of `Sizes`, and one `Ended` or `Unknown`.
#[derive(Debug)]
pub enum Measured {
    /// The next sizes.
    Sizes(Vec<Size>),
    /// The source has none, or those that were sent may be wrong: why, as the rest of a sentence.
    Unknown(String),
    /// Everything was measured, or that failed after what was sent before.
    Ended(Result<(), Error>),
}

/// The ids of the first and the last row of a history, whose values are to be measured; `None`
/// where it has no rows.
pub fn range(history: &History) -> Option<(Revision, Revision)> {
    let first = history.iter().next()?;
    Some((history.id(first), history.id(history.iter().next_back()?)))
}

/// Measures the values of a source's rows from one id up to another: see
/// [`Store::measure`](super::Store::measure).
pub async fn measure(
    source: Source,
    range: (Revision, Revision),
    log: Log,
    sizes: Sender<Measured>,
) {
    source.measure(range, &log, sizes).await;
}

/// Measures the values of a history's rows: what could be measured, and the error where that ended
/// early. `progress` is told how many rows were measured.
///
/// # Errors
///
/// Why the source has no sizes, as the rest of a sentence.
pub async fn sizes(
    source: &Source,
    history: &History,
    log: &Log,
    progress: impl Fn(usize),
) -> Result<(Sizes, Option<Error>), String> {
    let mut sizes = Sizes::new(history);
    let Some(range) = range(history) else { return Ok((sizes, None)) };
    let (sender, mut measured) = channel(WAITING);
    let measuring = tokio::spawn(measure(source.clone(), range, log.clone(), sender));
    let ended = loop {
        match measured.recv().await {
            Some(Measured::Sizes(some)) => {
                sizes.extend(history, &some);
                progress(sizes.measured());
            }
            Some(Measured::Unknown(why)) => return Err(why),
            Some(Measured::Ended(ended)) => break ended,
            None => {
                break Err(Error::new("the measuring broke off").because("the source went silent"));
            }
        }
    };
    measuring.abort();
    Ok((sizes, ended.err()))
}
