//! Reports to read: on a terminal, or in a pipe.

mod audit;
mod chain;
#[cfg(feature = "mysql")]
pub mod connect;
pub mod explain;
mod log;
mod pen;
mod preview;
mod usage;
mod verdict;

pub use audit::audit;
pub use chain::chain;
pub use log::log;
pub use preview::preview;
pub use usage::usage;
