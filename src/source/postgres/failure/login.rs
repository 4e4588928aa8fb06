//! What keeps an account out: its password, its rights, its way to log in, or `pg_hba.conf`.

use crate::source::Error;
use crate::source::postgres::endpoint::{Endpoint, SslMode};

/// The server does not let the account in from here, in this way.
pub(in crate::source::postgres) const NOT_LET_IN: &str = "28000";

/// The server said no to the account; `None` when the code has to do with something else.
pub(super) fn refused(endpoint: &Endpoint, code: &str, message: &str) -> Option<Error> {
    let account = account(endpoint);
    let database = endpoint.database();
    let out = || Error::new(format!("{endpoint} does not let {account} in"));
    Some(match code {
        "28P01" if endpoint.password().is_none() => out()
            .hint(
                "No password was given. --ask-password asks for one; ~/.pgpass or PGPASSWORD can hold \
                 it.",
            )
            .for_want_of_a_password(),
        "28P01" => {
            let mut hint = "Check the user and the password: in a URL it is percent-encoded.".to_owned();
            if endpoint.password().is_some_and(crate::source::locate::placeholder::is_one) {
                hint.push_str(
                    " The password looks like a variable that nothing expanded, such as ${NAME}: write \
                     out its value.",
                );
            }
            out().hint(hint)
        }
        NOT_LET_IN => out().hint(not_let_in(endpoint, message)),
        "3D000" => Error::new(format!("there is no database {database} at {endpoint}")).hint(
            "Name kine's database after the last slash; kine's own default is kubernetes.",
        ),
        "42501" if message.contains("for database") => {
            Error::new(format!("{account} may not use the database {database} at {endpoint}")).hint(
                format!(
                    "Check the database's name after the last slash; if it is right, have an \
                     administrator run GRANT CONNECT ON DATABASE {} TO {account}.",
                    name(database)
                ),
            )
        }
        "42501" => Error::new(format!("{account} may not read the table kine at {endpoint}")).hint(
            format!(
                "Have an administrator run GRANT SELECT ON kine TO {account}; of a view, its owner must \
                 be able to read what is behind it."
            ),
        ),
        "53300" => Error::new(format!("{endpoint} has no free connection")).hint(
            "Try again later. pg_stat_activity shows who holds them; max_connections and the role's own \
             CONNECTION LIMIT say how many there may be.",
        ),
        _ => return None,
    })
}

/// The server takes the password as it is, and nothing would hide it.
pub(in crate::source::postgres) fn wants_it_bare(endpoint: &Endpoint) -> Error {
    Error::new(format!(
        "{endpoint} wants the password of {} unencrypted, so it was not sent",
        account(endpoint)
    ))
    .because("without TLS, anybody in between can read it, or ask for it in the server's place")
    .hint(
        "Encrypt the session with sslmode=require, or sslmode=verify-full to know who the server is. If the \
         server offers no TLS, have it ask by scram-sha-256 (pg_hba.conf), or use an SSH tunnel to 127.0.0.1, \
         or the server's socket on its own machine.",
    )
}

/// What to do where a rule of the server's keeps everybody out who comes like this.
fn not_let_in(endpoint: &Endpoint, message: &str) -> String {
    let is = |what: &str| message.contains(what);
    if is("Peer authentication") || is("Ident authentication") {
        return "The server takes the user of the system for the account: run kinescope as that user \
                (sudo -u USER), or name the host in the endpoint and give a password."
            .to_owned();
    }
    if is("ertificate authentication") || is("requires a valid client certificate") {
        return "The server demands a certificate whose name is the user's: --cert-file and --key-file, \
                or sslcert and sslkey in the endpoint."
            .to_owned();
    }
    if is("does not exist") || is("not permitted to log in") {
        return "Check the user: CREATE ROLE ... LOGIN makes one that may log in.".to_owned();
    }
    let hint = "No rule of the server's pg_hba.conf lets this user in from here. Have an administrator \
                add one";
    match endpoint.mode() {
        SslMode::Disable | SslMode::Allow if is("no encryption") || is("SSL off") => format!(
            "{hint}; or the server demands encryption: leave out sslmode={}.",
            endpoint.mode()
        ),
        _ if is("no encryption") || is("SSL off") => format!(
            "{hint}. The rule may be there for encrypted sessions only, and the server offers no \
             encryption, or this is a socket."
        ),
        _ => format!("{hint}."),
    }
}

/// The account logs in in a way that the driver does not have.
pub(super) fn unsupported(endpoint: &Endpoint, why: &str) -> Option<Error> {
    let way = ["Gss", "Sspi", "Kerberos", "Scm", "SASL"].into_iter().find(|way| why.contains(way));
    let is_way = why.contains("unsupported authentication") || why.contains("unsupported SASL");
    let way = way.filter(|_| is_way)?;
    Some(
        Error::new(format!(
            "cannot log in to {endpoint}: {} uses {way}, which kinescope does not support",
            account(endpoint)
        ))
        .hint(
            "Have an administrator create another account for reading, with a password: CREATE ROLE \
             kinescope LOGIN PASSWORD '...'; GRANT SELECT ON kine TO kinescope. scram-sha-256, md5, \
             password, peer, cert and trust work.",
        ),
    )
}

/// A name as SQL has it.
pub(super) fn name(name: &str) -> String {
    let is_plain = name.starts_with(|it: char| it.is_ascii_lowercase() || it == '_')
        && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// The account as SQL has it.
pub(super) fn account(endpoint: &Endpoint) -> String {
    name(&endpoint.user())
}
