//! What a command prints: in which format, and with which status it ends then.

use std::io::{self, ErrorKind};

use clap::ValueEnum;
use kinescope::source::Error;

use super::Status;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
    /// For a ticket
    Markdown,
}

/// The status of a command whose output was written. A reader who has seen enough and is gone, as
/// `head` is, is no failure.
pub(super) fn printed(written: io::Result<()>, status: Status) -> Result<Status, Error> {
    match written {
        Ok(()) => Ok(status),
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(status),
        Err(why) => Err(Error::new("cannot write the output").because(why)),
    }
}
