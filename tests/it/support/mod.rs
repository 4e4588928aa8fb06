//! What several tests need.

pub mod history;
pub(crate) mod server;
