//! How many bytes the values of rows have, for sources that tell.

use super::{Error, Log, Source, mysql};
use crate::history::History;
use crate::history::usage::Sizes;

/// Measures the values of a history's rows. `None` where the source has none; the error where the
/// measuring ended early. `progress` is told how many rows were measured.
pub async fn sizes(
    source: &Source,
    history: &History,
    log: &Log,
    progress: impl Fn(usize),
) -> Option<(Sizes, Option<Error>)> {
    match source {
        Source::Server(endpoint) => {
            let mut sizes = Sizes::new(history);
            let measured = mysql::sizes(endpoint, history, &mut sizes, log, progress).await;
            Some((sizes, measured.err()))
        }
        Source::File(_) | Source::Stdin | Source::Scenario(_) => None,
    }
}
