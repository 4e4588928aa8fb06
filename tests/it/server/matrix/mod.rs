//! Who gets in where, and what keeps the others out: each case is a row, and runs with the real
//! program on every server that it is about. The manual's tables are made of the same rows.

mod cases;
mod run;
mod tables;

pub(crate) use tables::{reads, refusals};

/// One account on one way to a server, and what comes of it.
///
/// In its texts `{user}` stands for the account, `{db}` for the database, `{os}` for the user of the
/// system who runs the tests, and `{tls}` for the directory of
/// [`Certificates`](crate::support::certificates::Certificates), and `{public}` for the server's public
/// key.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// Its row in the manual: several cases may share one.
    pub(crate) row: &'static str,
    /// The account's name, where it is not one of its own.
    pub(crate) user: Option<&'static str>,
    pub(crate) on: On,
    /// What loads a plugin that the case needs, and that not every server comes with.
    pub(crate) plugin: Option<&'static str>,
    /// Whether the server offers TLS.
    pub(crate) offers_tls: bool,
    /// What root runs before, on the database. An account is `{user}`.
    pub(crate) made: &'static [&'static str],
    pub(crate) password: Option<&'static str>,
    pub(crate) over: Over,
    /// What follows the database in the endpoint.
    pub(crate) parameters: &'static str,
    pub(crate) flags: &'static [&'static str],
    pub(crate) before: Before,
    pub(crate) outcome: Outcome,
}

/// The servers that a case is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Both,
    MariaDb,
    MySql,
}

impl On {
    const fn is(self, mariadb: bool) -> bool {
        matches!((self, mariadb), (Self::Both, _) | (Self::MariaDb, true) | (Self::MySql, false))
    }
}

/// The way to the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// TCP, to a name or an address of this machine.
    Tcp(&'static str),
    /// TCP, to an address of this machine that is not the loopback's: as from another machine.
    Network,
    /// The server's socket.
    Socket,
}

/// What is so while the program runs.
#[derive(Clone, Copy)]
pub(crate) enum Before {
    Nothing,
    /// The account was there already, so that the server knows its password by heart.
    LoggedIn,
    /// The account has another session open.
    InUse,
    /// The server has no session to spare.
    Full,
    /// The server shows another certificate than its own.
    Shows(&'static str),
}

#[derive(Clone, Copy)]
pub(crate) enum Outcome {
    /// All rows are read, over a session that is encrypted or is not.
    Read { encrypted: bool },
    /// The program ends with that status.
    Refused { status: i32, says: &'static str, to_do: &'static str },
}
