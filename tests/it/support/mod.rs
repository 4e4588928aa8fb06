//! What several tests need.

pub mod history;
pub mod screen;
pub(crate) mod server;
