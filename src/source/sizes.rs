//! How many bytes the values of rows have, for sources that tell.

use tokio::sync::mpsc::{Sender, channel};

#[cfg(feature = "mysql")]
use super::mysql;
use super::text;
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

/// Measures the values of the rows from one id up to another, until all are or the receiver is
/// dropped.
///
/// A server is asked anew, and a file is read anew: what was written or deleted since shows as a size
/// without a row, or as a row without a size. What is sent to a server is logged.
#[cfg_attr(not(feature = "mysql"), expect(unused, reason = "something is sent to servers only"))]
pub async fn measure(
    source: Source,
    range: (Revision, Revision),
    log: Log,
    sizes: Sender<Measured>,
) {
    let once = source.once();
    match source {
        #[cfg(feature = "mysql")]
        Source::Server(endpoint) => mysql::measure(&endpoint, range, &log, sizes).await,
        Source::File(path) if once.is_none() => {
            text(range, sizes, move |send| text::open_and_measure(&path, send)).await;
        }
        Source::Scenario(scenario) => {
            text(range, sizes, move |send| text::measure(scenario.text, scenario.name, send)).await;
        }
        Source::File(_) | Source::Stdin => {
            let why = format!("{} cannot be read a second time", once.unwrap_or_default());
            drop(sizes.send(Measured::Unknown(why)).await);
        }
    }
}

/// Measures text where waiting for it stops nothing else.
async fn text(
    (first, last): (Revision, Revision),
    sizes: Sender<Measured>,
    measure: impl FnOnce(&mut dyn FnMut(Vec<Size>) -> bool) -> Result<Result<(), String>, Error>
    + Send
    + 'static,
) {
    let measuring = tokio::task::spawn_blocking(move || {
        let measured = measure(&mut |mut some| {
            some.retain(|size| (first..=last).contains(&size.id));
            sizes.blocking_send(Measured::Sizes(some)).is_ok()
        });
        let ended = match measured {
            Ok(Ok(())) => Measured::Ended(Ok(())),
            Ok(Err(why)) => Measured::Unknown(why),
            Err(error) => Measured::Ended(Err(error)),
        };
        // Whoever dropped the receiver wants to hear no more.
        drop(sizes.blocking_send(ended));
    });
    drop(measuring.await);
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
