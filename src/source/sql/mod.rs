//! What every database shares: the log of what is sent to it, and how much is asked for at a time.

#[cfg_attr(not(feature = "mysql"), expect(unused, reason = "something is sent to servers only"))]
pub mod log;
#[cfg(feature = "mysql")]
pub(in crate::source) mod pace;
#[cfg(feature = "mysql")]
pub(in crate::source) mod value;
