//! What several tests need.

pub mod history;
