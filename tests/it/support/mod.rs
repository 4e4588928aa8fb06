//! What several tests need.

pub mod history;
pub mod pty;
pub mod screen;
pub(crate) mod server;
