//! Which key or word somebody means by what was typed.

#[cfg(feature = "tui")]
mod closest;
mod named;
#[cfg(feature = "tui")]
mod score;

#[cfg(feature = "tui")]
pub use closest::closest;
pub use named::key_named;
#[cfg(feature = "tui")]
pub use score::Scorer;
