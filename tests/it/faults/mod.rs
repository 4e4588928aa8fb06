//! What breaks while kinescope is at work, each with a real server, a real network or a real
//! terminal: what is said, what stays, and the exit status.

mod absurd;
mod capped;
mod changed;
mod cut;
mod fifo;
mod files;
mod hung;
mod killed;
mod pipes;
mod signals;
mod slow;
mod value;

use crate::server::read_all;
use crate::support::program::Ran;
use crate::support::server::Database;

/// Asserts that a command could not tell, or only in part, and says so, and what to do.
#[track_caller]
fn assert_unknown(ran: &Ran, what: &str) {
    let told = format!("{what}:\n{}{}", ran.out, ran.err);
    assert_eq!(ran.status, Some(3), "{told}");
    assert!(!ran.err.contains("panicked"), "{told}");
    let is_marked =
        ["READ ONLY IN PART", "NOT UNDERSTOOD"].iter().any(|mark| ran.out.contains(mark));
    assert!(is_marked || !ran.out.contains("revisions  current"), "{told}");
    assert!(is_marked || ran.err.contains("try: "), "{told}");
}

/// Five rows. They are read once: MySQL knows the password by heart after a login over TLS, and its
/// answers to later logins have always the same length.
fn fill(database: &Database<'_>) {
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) VALUES \
         ('compact_rev_key', 1, 0, 0, 0, 0), ('/a', 1, 0, 0, 0, 0), ('/b', 1, 0, 0, 0, 0), \
         ('/a', 0, 0, 2, 2, 0), ('/b', 0, 1, 3, 3, 0)",
    );
    assert_eq!(read_all(&database.dsn()).history().len(), 5);
}
