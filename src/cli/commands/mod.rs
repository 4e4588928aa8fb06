//! The commands: each with its arguments, what it reads, and what it prints.

pub(super) mod audit;
pub(super) mod compare;
pub(super) mod completions;
pub(super) mod config;
pub(super) mod connect;
pub(super) mod decode;
pub(super) mod diff;
pub(super) mod explain;
pub(super) mod explore;
pub(super) mod export;
pub(super) mod extract;
pub(super) mod get;
pub(super) mod handover;
pub(super) mod help;
pub(super) mod keys;
pub(super) mod log;
pub(super) mod preview;
pub(super) mod repair;
pub(super) mod show;
pub(super) mod usage;
pub(super) mod verify;
pub(super) mod watch;
