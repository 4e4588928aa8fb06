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
mod repair;
mod usage;
mod verdict;
mod verification;
mod when;

pub use audit::audit;
pub use chain::chain;
pub use compare::compare;
pub use diff::diff;
#[cfg(feature = "mysql")]
pub use export::export;
pub use keys::keys;
pub use log::log;
pub use preview::preview;
pub use repair::repair;
pub use usage::usage;
pub use verification::verification;
