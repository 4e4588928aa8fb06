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
            "The account needs no password, but only the user of that name on the server's own \
             machine can use it: run kinescope as that user (sudo -u USER), with \
             unix(/path/to/the/server's/socket). Or use an account with a password."
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
            format!("{endpoint} has no free connection"),
            "Try again later. An administrator can see who holds them with SHOW PROCESSLIST, and \
             can raise the limit with SET GLOBAL max_connections."
                .to_owned(),
        ),
        1203 | 1226 => (
            format!("{account} has used up its limit at {endpoint}"),
            if words.contains("connections") {
                "Close the account's other sessions, or use an account of its own: kine and k3s \
                 keep theirs open. ALTER USER ... WITH MAX_USER_CONNECTIONS 0 lifts an account's \
                 own limit."
            } else {
                "The limit is per hour: try again later, or use another account. ALTER USER ... \
                 WITH MAX_QUERIES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 lifts it."
            }
            .to_owned(),
        ),
        1129 => (
            format!("{endpoint} accepts no connection from this host"),
            "Too many attempts from here failed. Have an administrator run FLUSH HOSTS, or \
             connect from another host."
                .to_owned(),
        ),
        1130 => (
            format!("{endpoint} accepts no connection from this host"),
            "No account may log in from here. Have an administrator CREATE USER for this host, or \
             connect from another one."
                .to_owned(),
        ),
        1820 | 1862 => (
            format!("the password of {account} at {endpoint} has expired"),
            format!(
                "Have an administrator run ALTER USER {account}@'%' IDENTIFIED BY '...' (the \
                 account's own host for %), and give k3s and kine the new password if they use \
                 the account."
            ),
        ),
        3118 | 4151 => (
            format!("the account {account} at {endpoint} is locked"),
            format!(
                "Have an administrator run ALTER USER {account}@'%' ACCOUNT UNLOCK (the account's \
                 own host for %), or use another account."
            ),
        ),
        3159 if endpoint.tls.mode == TlsMode::Disabled => (
            format!("{endpoint} accepts encrypted connections only"),
            "Leave out tls=false or ssl-mode=DISABLED.".to_owned(),
        ),
        3159 => (
            format!("{endpoint} accepts encrypted connections only, and offers no encryption"),
            "On its own machine, use its socket, which counts as safe: unix(/path/to/socket). \
             From elsewhere, have an administrator set up TLS on the server."
                .to_owned(),
        ),
        _ => return None,
    };
    Some(Error::new(what).hint(hint))
}

/// Without TLS the password would go out under a public key that anybody may have shown.
pub(in crate::source::mysql) fn unvouched(endpoint: &Endpoint) -> Error {
    let encrypt = match endpoint.tls.mode {
        TlsMode::Disabled => "Leave out tls=false or ssl-mode=DISABLED to encrypt the session",
        _ => {
            "The server offers no TLS, or somebody in between hides it. Have TLS set up there, \
             and demand it with tls=true"
        }
    };
    Error::new(format!(
        "{endpoint} wants the password encrypted with a key that nobody vouches for, so it was \
         not sent"
    ))
    .because("without TLS, anybody in between can present their own key and read the password")
    .hint(format!(
        "{encrypt}. Or give the server's own key with --server-public-key FILE: it is \
         public_key.pem in the data directory, and SHOW STATUS LIKE \
         'Caching_sha2_password_rsa_public_key' prints it. Or use an SSH tunnel to 127.0.0.1, or \
         the server's socket on its own machine."
    ))
}

/// The account's plugin takes the password as it is, and that was not allowed.
pub(in crate::source::mysql) fn wants_it_bare(endpoint: &Endpoint) -> Error {
    let account = account(endpoint);
    Error::new(format!("{endpoint} wants the password of {account} unencrypted")).hint(
        "Accounts of PAM and LDAP do that. If you trust the server with the password, encrypt the \
         session and allow it: tls=true&allowCleartextPasswords=true.",
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
            "cannot log in to {endpoint}: {account} uses {}, which kinescope does not support",
            name(plugin)
        ))
        .hint(format!(
            "Have an administrator create another account for reading: CREATE USER \
             'kinescope'@'%' IDENTIFIED BY '...'; GRANT SELECT ON {} TO 'kinescope'@'%'. \
             mysql_native_password, caching_sha2_password and socket accounts work.",
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
        return "No password was given. --ask-password asks for one; [client] in ~/.my.cnf can \
                hold it."
            .to_owned();
    }
    let mut hint = "Check the user and the password. In the form user:password@tcp(host)/ the \
                    password is raw; in a URL it is percent-encoded."
        .to_owned();
    if endpoint.public_key.is_some() && endpoint.tls.mode < TlsMode::Required {
        hint.push_str(" Check that --server-public-key is this server's key: no other works.");
    }
    if endpoint.unexpanded().iter().any(|part| *part != "database") {
        hint.push_str(
            " The password looks like a variable that nothing expanded, such as ${NAME}: write \
             out its value.",
        );
    }
    match endpoint.tls.mode {
        // What MariaDB says to an account that REQUIREs SSL, and MySQL, too.
        TlsMode::Disabled => hint.push_str(
            " Or the account or the server demands encryption: leave out tls=false or \
             ssl-mode=DISABLED.",
        ),
        _ if endpoint.tls.certificate.is_none() => hint.push_str(
            " Or more is demanded: a certificate (REQUIRE X509: --cert-file and --key-file), or \
             encryption that the server does not offer.",
        ),
        _ => hint.push_str(
            " Or the account demands a certificate other than --cert-file: SHOW CREATE USER shows \
             which.",
        ),
    }
    hint
}

/// A right to the table, as a clause that ends a sentence.
pub(super) fn grant(endpoint: &Endpoint) -> String {
    format!(
        "have an administrator run GRANT SELECT ON {} TO {}@'%' (the account's own host for %).",
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
