//! Which key or word somebody means by what was typed.

#[cfg(feature = "tui")]
mod closest;
mod named;

#[cfg(feature = "tui")]
pub use closest::closest;
pub use named::key_named;
