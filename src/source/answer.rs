//! What `connect` tells of a database: the way to it, and what answers there.

use super::Error;

/// The way to a database, and what is to be known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Its parts, in the order in which they are shown.
    pub parts: Vec<Part>,
    /// What the reader should know, each a sentence.
    pub notes: Vec<String>,
}

/// A part of the way to a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is called: `server`, `ssl-mode`.
    pub name: &'static str,
    /// What it is.
    pub told: Told,
    /// Who said it: `KINE_ENDPOINT`, `--ca-file`. `None` where nobody did.
    pub origin: Option<String>,
    /// Why it is so where nobody said it, as a clause.
    pub without: &'static str,
}

/// What a part of the way is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// As it may be shown.
    Text(String),
    /// The same, and what it means.
    Meaning(String, &'static str),
    /// A password: whether it is set.
    Password(bool),
    /// Nobody named one, and there is no default.
    Nothing,
}

/// What a server says of itself, of the session and of the account. A session that is not read-only
/// gives no answer.
#[derive(Debug)]
pub struct Answer {
    /// Which server it is: `MariaDB 10.11.6`.
    pub server: String,
    /// Who reads; `None` where there are no accounts, as of a file.
    pub account: Option<Account>,
    /// What else is to be known of it, each with its name; one without belongs to the one before.
    pub facts: Vec<(&'static str, String)>,
    /// The table, or why it cannot be read.
    pub table: Result<AnsweredTable, Error>,
}

/// Who reads, and over which connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The protocol and the cipher, if the session is encrypted.
    pub cipher: Option<String>,
    /// The account that the server took the user for: `kine@%`.
    pub name: Option<String>,
    /// What is enough for reading, in the server's words: `SELECT ON kubernetes.kine`.
    pub needs: String,
    /// What the account may do, in the server's words, passwords left out.
    pub grants: Vec<String>,
    /// Whether the account is granted more than reading, as far as the grants say so themselves: a
    /// role's are not among them.
    pub may_write: bool,
}

/// A table whose columns are kine's and may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredTable {
    /// Whether it is a view.
    pub is_view: bool,
    /// The storage engine.
    pub engine: Option<String>,
    /// How many rows there are, by the server's estimate.
    pub rows: Option<u64>,
}
