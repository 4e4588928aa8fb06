//! Which key or word somebody means by what was typed.

#[cfg(feature = "tui")]
mod closest;
#[cfg(feature = "tui")]
mod matcher;
mod named;
#[cfg(feature = "tui")]
mod score;

#[cfg(feature = "tui")]
pub use closest::closest;
#[cfg(feature = "tui")]
pub use matcher::Matcher;
pub use named::key_named;
