//! Where rows come from: a server, or a table as text.
//!
//! A source is opened and then read as a stream of [`Event`]s over a bounded channel: what is known
//! of the table, its rows in the order of their ids, and how it ended. Whoever drops the receiver
//! stops the reading.

#[cfg(any(feature = "mysql", feature = "tui"))]
mod answer;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod contents;
mod error;
mod event;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod follow;
mod intake;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod load;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub mod locate;
mod moment;
#[cfg(feature = "mysql")]
pub mod mysql;
mod options;
#[cfg(feature = "mysql")]
pub mod postgres;
mod rejects;
mod requests;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod samples;
pub mod scenario;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod sizes;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub mod sql;
#[cfg(feature = "mysql")]
pub mod sqlite;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod store;
pub mod text;
#[cfg(any(feature = "mysql", feature = "tui"))]
mod value;

#[cfg(any(feature = "mysql", feature = "tui"))]
pub use answer::{Account, Answer, AnsweredTable, Part, Told, Way};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use contents::{BLOCK, Block, Content, Contents, Demand, Sums, WholeRow, load_contents};
pub use error::Error;
pub use event::{Event, Opened};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use follow::{AGAIN, Follower, Looked, News, look};
pub use intake::Intake;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use load::{Loaded, Progress, load, stream};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use locate::Source;
pub use moment::{Moment, Position};
pub use options::{ColumnChoice, Options};
pub use rejects::{Reject, Rejects, Why};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use samples::{Dating, Sample, TableClock, Untold};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use sizes::{Measured, measure, range, sizes};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use sql::log::Log;
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use store::{Database, Doing, Store};
#[cfg(any(feature = "mysql", feature = "tui"))]
pub use value::{Extent, Found, Wanted, value};

/// How many rows a batch holds at most.
pub const BATCH: usize = 4096;
