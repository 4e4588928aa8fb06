//! What every database shares: the log of what is sent to it, how its answers are taken and how much is
//! asked for at a time, and what endpoints have in common.

#[cfg(feature = "mysql")]
pub(in crate::source) mod answer;
#[cfg(feature = "mysql")]
pub(in crate::source) mod contents;
#[cfg(feature = "mysql")]
pub(in crate::source) mod driver_socket;
#[cfg(feature = "mysql")]
pub(in crate::source) mod encryption;
#[cfg(feature = "mysql")]
pub mod endpoint;
#[cfg_attr(not(feature = "mysql"), expect(unused, reason = "something is sent to servers only"))]
pub mod log;
#[cfg(feature = "mysql")]
pub(in crate::source) mod pace;
#[cfg(feature = "mysql")]
pub(in crate::source) mod panics;
#[cfg(feature = "mysql")]
pub(in crate::source) mod pem;
#[cfg(feature = "mysql")]
pub(in crate::source) mod stream;
#[cfg(feature = "mysql")]
pub(in crate::source) mod value;
