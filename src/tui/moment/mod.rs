//! The explorer as of a revision: everything on the screen is what the table was then, until somebody goes
//! back to the present.
//!
//! ```text
//!    the present ──@──▶ as of 5466 ──→──▶ 5467 ──]──▶ 5470 ──w──▶ 5471, 5472 …
//!                ◀──────────────────────────Esc──────────────────────────────
//! ```
//!
//! The verdict, the audit, the preview and what fills the table are of the present, and are not shown
//! meanwhile.

pub(in crate::tui) mod actions;
pub(in crate::tui) mod view;

use super::trail::Place;
use crate::history::{History, Replay, Revision};

/// How many ticks a write is shown while writes are played: half a second.
const BEAT: u8 = 5;

/// The moment that is looked at.
#[derive(Debug)]
pub struct Moment {
    /// The table then.
    pub replay: Replay,
    /// Where somebody was in the present.
    pub(in crate::tui) from: Place,
    /// While writes are played: how many ticks the one that is shown has been.
    ticks: Option<u8>,
}

impl Moment {
    /// A moment of a table, for somebody who was there in the present.
    pub fn new(history: &History, revision: Revision, from: Place) -> Self {
        Self { replay: Replay::new(history, revision), from, ticks: None }
    }

    /// Whether writes are played.
    pub const fn is_playing(&self) -> bool {
        self.ticks.is_some()
    }

    /// Begins to play, or stops.
    pub fn play(&mut self, plays: bool) {
        self.ticks = plays.then_some(0);
    }

    /// Time has passed; gives whether the next write is due.
    pub fn tick(&mut self) -> bool {
        let Some(ticks) = &mut self.ticks else { return false };
        *ticks = (*ticks + 1) % BEAT;
        *ticks == 0
    }
}
