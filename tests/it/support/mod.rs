//! What several tests need.

pub(crate) mod any;
pub mod certificates;
pub mod history;
pub mod hostile;
pub(crate) mod postgres;
pub mod program;
pub(crate) mod proxy;
pub mod pty;
pub(crate) mod relay;
pub mod screen;
pub(crate) mod server;
pub(crate) mod sqlite;
