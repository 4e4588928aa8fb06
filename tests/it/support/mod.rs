//! What several tests need.

pub mod history;
pub mod server;
