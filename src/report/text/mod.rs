//! Reports to read: on a terminal, or in a pipe.

mod audit;
mod chain;
mod compare;
#[cfg(feature = "mysql")]
pub mod connect;
mod diff;
pub mod explain;
#[cfg(feature = "mysql")]
mod export;
mod keys;
mod log;
mod pen;
mod preview;
mod usage;
mod verdict;

pub use audit::audit;
pub use chain::chain;
pub use compare::compare;
pub use diff::diff;
#[cfg(feature = "mysql")]
pub use export::export;
pub use keys::keys;
pub use log::log;
pub use preview::preview;
pub use usage::usage;
