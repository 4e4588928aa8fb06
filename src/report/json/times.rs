//! When rows were written.

use serde::Serialize;

use crate::history::clock::{Millis, Written};
use crate::text::Zone;

/// When something was written; null where nothing tells.
#[derive(Serialize)]
pub(super) struct Bounds {
    earliest: Option<String>,
    latest: Option<String>,
}

impl Bounds {
    /// The bounds, in whole seconds, none of which is narrower than it is known.
    pub(super) fn of(written: Written, zone: &Zone) -> Self {
        let text = |at: Millis| zone.rfc3339(at);
        Self {
            earliest: written.earliest.map(text),
            latest: written.latest.map(|at| text(at.saturating_add(999))),
        }
    }
}
