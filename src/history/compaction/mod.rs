//! What a compaction does to the table, row for row, as kine does it.
//!
//! In one transaction, for a target R, kine deletes (`CompactSQL` in `pkg/drivers/mysql/mysql.go`,
//! unchanged in meaning since v0.5.1)
//!
//! ```text
//! every row that a row with id <= R points at, unless that one is named compact_rev_key;
//! every row with deleted <> 0 and id <= R
//! ```
//!
//! and nothing else: not recursively, without a look at names, at create revisions or at what is
//! newest. So the sibling that nobody points at outlives the tombstone:
//!
//! ```text
//!   before     ✗ 9 ──▶ 7 ──▶ 4         compacted at 9
//!              ○ 8 ────────▶ 4         9 goes (tombstone), 7 and 4 go (pointed at)
//!   after      ● 8                     8 stays, and the key is live again
//! ```
//!
//! [`plan`] runs kine's loop over a [`History`](super::History); the [`Plan`] it makes says which rows go in which
//! batch, and answers [why](Plan::reason) and [what that does to keys](Plan::effects).

mod aftermath;
mod algorithm;
mod changes;
mod compactor;
mod effect;
mod forecast;
mod moment;
mod obstacle;
mod outcome;
mod outlook;
mod plan;
mod policy;
mod reach;
mod reason;
mod removals;
mod turning_points;
mod verdict;
mod writers;

pub use aftermath::aftermath;
pub use algorithm::{Algorithm, Version};
pub use changes::Changes;
pub use compactor::{Compactor, Round, Who};
pub use effect::{Effect, KeyEffect, State};
pub use forecast::{Forecast, Forecaster, INTERVAL, Rate, Unforeseen, WINDOW};
pub use moment::Moment;
pub use obstacle::obstacle;
pub use outcome::{Comparison, Outcome};
pub use outlook::{CatchUp, Outlook};
pub use plan::{Batch, Plan, Stop, plan};
pub use policy::Policy;
pub use reason::Reason;
pub use removals::{Removals, Removing};
pub use turning_points::{Turn, Turns, turning_points};
pub use verdict::{Prospect, Search, Verdict, Waiting};
pub use writers::{Sign, Writers};
