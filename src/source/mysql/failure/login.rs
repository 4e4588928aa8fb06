//! What keeps an account out: its password, its rights, its state, or its way to log in.

use crate::source::Error;
use crate::source::mysql::endpoint::{Endpoint, TlsMode};

/// The server said no to the account, with a number and in words; `None` when the number has to do
/// with something else.
pub(super) fn refused(endpoint: &Endpoint, number: u16, words: &str) -> Option<Error> {
    let database = &endpoint.database;
    let account = account(endpoint);
    if number == 1045 && endpoint.password().is_none() && words.contains("using password: NO") {
        let error = Error::new(format!("{endpoint} does not let {account} in"));
        return Some(error.hint(denied(endpoint)).for_want_of_a_password());
    }
    let (what, hint) = match number {
        1045 => (format!("{endpoint} does not let {account} in"), denied(endpoint)),
        // Only ways without a password are told by that number.
        1698 => (
            format!("{endpoint} does not let {account} in"),
            "The account logs in without a password, by who runs the program on the server's own \
             machine: as that user (sudo -u USER), with unix(/path/to/the/server's/socket). Or use \
             an account with a password."
                .to_owned(),
        ),
        1044 => (
            format!("{account} may not use the database {database} at {endpoint}"),
            format!(
                "Check the database's name after the last slash; if it is right, {}",
                grant(endpoint)
            ),
        ),
        1142 | 1143 => (
            format!("{account} may not read the table kine at {endpoint}"),
            format!("To read it, {}", grant(endpoint)),
        ),
        1040 => (
            format!("{endpoint} has no connection to spare"),
            "Try again later. An administrator sees who has them with SHOW PROCESSLIST, and may SET \
             GLOBAL max_connections to more."
                .to_owned(),
        ),
        1203 | 1226 => (
            format!("{account} has used up what {endpoint} allows it"),
            if words.contains("connections") {
                "Close the account's other sessions, or use an account of its own: kine and k3s \
                 keep theirs open. ALTER USER ... WITH MAX_USER_CONNECTIONS 0 lifts an account's \
                 own limit."
            } else {
                "The limit counts for an hour: try again later, or use another account. ALTER USER \
                 ... WITH MAX_QUERIES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 lifts it."
            }
            .to_owned(),
        ),
        1129 => (
            format!("{endpoint} accepts no connection from this host"),
            "Too many attempts from here failed: let an administrator run FLUSH HOSTS, or connect \
             from another host."
                .to_owned(),
        ),
        1130 => (
            format!("{endpoint} accepts no connection from this host"),
            "No account may log in from here: let an administrator CREATE USER for this host, or \
             connect from another one."
                .to_owned(),
        ),
        1820 | 1862 => (
            format!("the password of {account} at {endpoint} has expired"),
            format!(
                "Let an administrator run ALTER USER {account}@'%' IDENTIFIED BY '...' (the \
                 account's own host for %), and give k3s and kine the new password, too, if they \
                 use the account."
            ),
        ),
        3118 | 4151 => (
            format!("the account {account} at {endpoint} is locked"),
            format!(
                "Let an administrator run ALTER USER {account}@'%' ACCOUNT UNLOCK (the account's \
                 own host for %), or use another account."
            ),
        ),
        3159 if endpoint.tls.mode == TlsMode::Disabled => (
            format!("{endpoint} accepts encrypted connections only"),
            "Leave out tls=false or ssl-mode=DISABLED.".to_owned(),
        ),
        3159 => (
            format!("{endpoint} accepts encrypted connections only, and offers no encryption"),
            "On its own machine its socket counts as safe: unix(/path/to/socket). Elsewhere an \
             administrator has to set up TLS on the server."
                .to_owned(),
        ),
        _ => return None,
    };
    Some(Error::new(what).hint(hint))
}

/// Without TLS the password would go out under a public key that anybody may have shown.
pub(in crate::source::mysql) fn unvouched(endpoint: &Endpoint) -> Error {
    let encrypt = match endpoint.tls.mode {
        TlsMode::Disabled => {
            "Leave out tls=false or ssl-mode=DISABLED, so that the session is \
                              encrypted"
        }
        _ => {
            "The server offers no TLS, or somebody in between hides it: have TLS set up there, and \
              demand it with tls=true"
        }
    };
    Error::new(format!(
        "{endpoint} wants the password encrypted with a key that nobody vouches for; it was not sent"
    ))
    .because("without TLS, whoever is in between can show a key of their own, and read the password")
    .hint(format!(
        "{encrypt}. Or name the server's own key, --server-public-key FILE: it is public_key.pem in \
         its data directory, and SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key' prints it. \
         Or use an SSH tunnel to 127.0.0.1, or the server's socket on its own machine."
    ))
}

/// The account's plugin takes the password as it is, and that was not allowed.
pub(in crate::source::mysql) fn wants_it_bare(endpoint: &Endpoint) -> Error {
    let account = account(endpoint);
    Error::new(format!("{endpoint} wants the password of {account} as it is")).hint(
        "An account of PAM or LDAP does that. If you trust the server with it, encrypt and allow it: \
         tls=true&allowCleartextPasswords=true.",
    )
}

/// The account logs in with a plugin that the driver does not have, or was not allowed to use.
pub(super) fn unsupported(endpoint: &Endpoint, why: &str) -> Option<Error> {
    if why.contains("mysql_cleartext_plugin disabled") {
        return Some(wants_it_bare(endpoint));
    }
    let (_, plugin) = why.split_once("unknown authentication plugin: ")?;
    let plugin = plugin.split(' ').next().unwrap_or_default();
    let account = account(endpoint);
    Some(
        Error::new(format!(
            "cannot log in to {endpoint}: {account} logs in with {}, which kinescope does not know",
            name(plugin)
        ))
        .hint(format!(
            "Let an administrator make another account to read with: CREATE USER 'kinescope'@'%' \
             IDENTIFIED BY '...'; GRANT SELECT ON {} TO 'kinescope'@'%'. mysql_native_password, \
             caching_sha2_password and accounts of a socket work.",
            table(endpoint)
        )),
    )
}

/// A plugin as servers call it: they tell clients another name.
fn name(plugin: &str) -> &str {
    match plugin {
        "client_ed25519" => "MariaDB's ed25519",
        "auth_gssapi_client" | "authentication_kerberos_client" => "Kerberos (GSSAPI)",
        "dialog" => "a dialog (PAM)",
        other => other,
    }
}

/// What to do about a refusal that names no reason.
fn denied(endpoint: &Endpoint) -> String {
    if endpoint.password().is_none() {
        return "No password was given: --ask-password asks for one; [client] of ~/.my.cnf may hold \
                it."
            .to_owned();
    }
    let mut hint = "Check the user and the password; in the form user:password@tcp(host)/ the \
                    password is raw, in a URL it is percent-encoded."
        .to_owned();
    if endpoint.public_key.is_some() && endpoint.tls.mode < TlsMode::Required {
        hint.push_str(
            " Check that --server-public-key is this server's: another's gets nobody in.",
        );
    }
    if endpoint.unexpanded().iter().any(|part| *part != "database") {
        hint.push_str(
            " What was given looks like a variable that nobody expanded, such as ${NAME}: write what \
             it stands for.",
        );
    }
    match endpoint.tls.mode {
        // What MariaDB says to an account that REQUIREs SSL, and MySQL, too.
        TlsMode::Disabled => hint.push_str(
            " Or the account, or the server, demands encryption: leave out tls=false or \
             ssl-mode=DISABLED.",
        ),
        _ if endpoint.tls.certificate.is_none() => hint.push_str(
            " Or more is demanded: a certificate (REQUIRE X509: --cert-file and --key-file), or \
             encryption that the server does not offer.",
        ),
        _ => hint.push_str(
            " Or the account demands another certificate than --cert-file: SHOW CREATE USER tells.",
        ),
    }
    hint
}

/// A right to the table, as a clause that ends a sentence.
pub(super) fn grant(endpoint: &Endpoint) -> String {
    format!(
        "let an administrator run GRANT SELECT ON {} TO {}@'%' (the account's own host for %).",
        table(endpoint),
        account(endpoint)
    )
}

/// kine's table as SQL names it.
fn table(endpoint: &Endpoint) -> String {
    let database = &endpoint.database;
    let is_plain = database.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if is_plain {
        format!("{database}.kine")
    } else {
        format!("`{}`.kine", database.replace('`', "``"))
    }
}

/// The account as SQL names it, but for its host, which only the server knows.
fn account(endpoint: &Endpoint) -> String {
    format!("'{}'", endpoint.user.replace('\\', "\\\\").replace('\'', "''"))
}
