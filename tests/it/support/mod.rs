//! What several tests need.

pub mod history;
pub(crate) mod proxy;
pub mod pty;
pub mod screen;
pub(crate) mod server;
