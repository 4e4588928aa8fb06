//! The URL form: `mysql://user:p%40ss@host:3306/database?ssl-mode=VERIFY_CA`.

use url::Url;

use super::{Address, Endpoint, Error, go, parameters, percent_decoded, said};
use crate::source::locate::foreign::QUOTES;
use crate::source::locate::placeholder;

/// Understands what follows the scheme as the rest of a URL.
pub(super) fn endpoint(rest: &str) -> Result<Endpoint, Error> {
    // A raw `/`, `?` or `#` in a password ends the host, and what is then left of the password would
    // be taken for a database or a parameter, and shown.
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..authority].rsplit('@').next().unwrap_or_default();
    if placeholder::is_one(host) {
        return Err(placeholder::refuse("endpoint's host"));
    }
    if is_of_go(rest) {
        return Err(network(rest));
    }
    if rest[authority..].contains(['@', '#']) {
        return Err(unclear().hint(
            "Percent-encode the password in a URL, or give it raw in Go's form: \
             mysql://user:password@tcp(host:3306)/database.",
        ));
    }
    let url = Url::parse(&format!("mysql://{rest}"))
        .map_err(|source| unclear().because(source).hint(FORMS))?;
    let host = percent_decoded(url.host_str().unwrap_or_default())?;
    let path = percent_decoded(url.path().strip_prefix('/').unwrap_or_default())?;
    if path.contains('/') {
        return Err(Error::usage("the endpoint's path is more than a database name").hint(FORMS));
    }
    let address = match go::tcp(&host)? {
        Address::Tcp { host, port } => Address::Tcp { host, port: url.port().unwrap_or(port) },
        unix @ Address::Unix(_) => unix,
    };
    let user = percent_decoded(url.username())?;
    let password = url.password().map(percent_decoded).transpose()?;
    // As in sqlx and the server's own client programs run by root; a URL cannot tell an empty name
    // from none.
    let is_user_said = !user.is_empty();
    let user = if is_user_said { &user } else { "root" };
    let mut endpoint =
        Endpoint::new(user, address).with_password(password.as_deref()).with_database(path);
    endpoint.origins.user = said(is_user_said);
    endpoint.origins.address = said(!host.is_empty());
    endpoint.unlike_go(
        "it is a URL, and go-sql-driver wants user:password@tcp(host:port)/database with a raw \
         password",
    );
    parameters::apply(&mut endpoint, url.query().unwrap_or_default())?;
    Ok(endpoint)
}

/// Refuses what has no scheme and is not in Go's form.
pub(super) fn no_scheme(text: &str) -> Error {
    let error = match text {
        "" => Error::usage("the endpoint is empty"),
        _ if text.starts_with('#') => Error::usage("the endpoint is a comment"),
        _ if is_of_go(text) => return network(text),
        _ => Error::usage("the endpoint has no scheme, and does not have the form of k3s and kine"),
    };
    error.hint(FORMS)
}

/// Refuses what has something before its scheme, which kine would take for the scheme's part.
pub(super) fn not_a_scheme(text: &str) -> Error {
    let before = text.split_once("://").map_or(text, |(before, _)| before);
    let hint = if before.starts_with("jdbc:") {
        FORMS
    } else if before.contains(QUOTES) {
        "Remove the quotes: they belong to a shell or to YAML."
    } else if before.contains(['=', ':']) {
        "Remove the name before the endpoint. If it is part of the password, put mysql:// before \
         it all."
    } else {
        "Remove what is before mysql://; it may be an invisible character."
    };
    Error::usage("something stands before the endpoint's scheme").hint(hint)
}

/// Whether what follows the password is in Go's form, or was meant to be.
fn is_of_go(text: &str) -> bool {
    let end = text.rsplit('@').next().unwrap_or_default();
    let host = end.find(['/', '?', '#']).map_or(end, |at| &end[..at]);
    host.contains(['(', ')'])
}

fn network(text: &str) -> Error {
    if text.contains("\\(") || text.contains("\\)") {
        return Error::usage("backslashes stand before the endpoint's parentheses")
            .hint("Remove the backslashes: they were meant for a shell, but none removed them.");
    }
    Error::usage(
        "the endpoint's network is neither tcp(…) nor unix(…), or the / after it is missing",
    )
    .hint(FORMS)
}

const FORMS: &str = "Give mysql://user:password@tcp(host:3306)/database, as k3s does, or a mysql:// URL; for a socket \
     unix(/path/to/socket) in place of tcp(…).";

fn unclear() -> Error {
    Error::usage("the endpoint is neither a URL nor in the form of k3s and kine")
}
