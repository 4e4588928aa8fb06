//! Of which moment the rows of a source are.

use std::time::SystemTime;

/// Of which moment rows are, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moment {
    /// When it was, by this machine's clock: on a server the moment of the snapshot, for a text when
    /// its first rows were read.
    pub at: Option<SystemTime>,
    /// Where the server's binary log ended in that very moment: the rows have every change up to
    /// there, and none after it. Only a server that keeps this with a snapshot tells.
    pub binlog: Option<Position>,
    /// The GTIDs that the server had executed, asked for just before that moment: the rows may have
    /// a few later changes as well.
    pub gtid: Option<String>,
}

/// A place in a server's binary log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The log's file.
    pub file: String,
    /// How many bytes into it.
    pub position: u64,
}
