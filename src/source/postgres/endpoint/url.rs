//! The URL: `postgres://user:p%40ss@host:5432/database?sslmode=verify-full`.

use std::borrow::Cow;

use url::Url;

use super::{Endpoint, Error, Password, SslMode, said};
use crate::source::locate::placeholder;

const FORM: &str = "Give postgres://user:password@host:5432/database, as k3s does, with a percent-encoded \
                    password; for a socket postgres://user@/database?host=/run/postgresql.";

/// Stands where there is no host, while the rest is taken apart.
const NO_HOST: &str = "localhost";

/// Understands what follows the scheme.
pub(super) fn endpoint(rest: &str) -> Result<Endpoint, Error> {
    // A raw `/`, `?` or `#` in a password ends the host, and what is then left of the password would
    // be taken for a database or a parameter, and shown.
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..authority].rsplit('@').next().unwrap_or_default();
    if placeholder::is_one(host) {
        return Err(placeholder::refuse("endpoint's host"));
    }
    if host.contains(',') {
        return Err(several_hosts());
    }
    if host.contains('(') {
        return Err(Error::usage("the endpoint's host is in the form of MySQL").hint(FORM));
    }
    if rest[authority..].contains(['@', '#']) {
        return Err(
            unclear().hint("Percent-encode the password: @ is %40, / is %2F, # is %23, ? is %3F.")
        );
    }
    // libpq takes a URL without a host, which is none elsewhere.
    let at = authority - host.len();
    let is_hostless = host.is_empty() || host.starts_with(':');
    let name = if is_hostless { NO_HOST } else { "" };
    let url = Url::parse(&format!("postgres://{}{name}{}", &rest[..at], &rest[at..]))
        .map_err(|source| unclear().because(source).hint(FORM))?;
    let mut endpoint = Endpoint::nothing();
    let mut part = |keyword, text: &str| -> Result<(), Error> {
        let value = decoded(text)?;
        if !value.is_empty() {
            endpoint.set(keyword, &value, said(true));
        }
        Ok(())
    };
    part("user", url.username())?;
    let host = url.host_str().filter(|_| !is_hostless).unwrap_or_default();
    part("host", host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host))?;
    part("port", &url.port().map(|port| port.to_string()).unwrap_or_default())?;
    part("dbname", url.path().strip_prefix('/').unwrap_or_default())?;
    if let Some(password) = url.password() {
        endpoint.password = Password::new(&decoded(password)?).map(|it| (it, said(true)));
    }
    let query = url.query().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        parameter(&mut endpoint, &name, &value)?;
    }
    if endpoint.database().contains('/') {
        return Err(Error::usage("the endpoint's path is more than a database name").hint(FORM));
    }
    Ok(endpoint)
}

/// The keywords that are understood, as they are in libpq; `search_path` is a setting of the session, as
/// which libpq's Go cousins take every other word.
pub(super) const KNOWN: [&str; 14] = [
    "application_name",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "passfile",
    "port",
    "search_path",
    "service",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
];

/// What makes the session safer than kinescope would, and so is not passed over, with the values that
/// do not.
const STRICT: [(&str, &[&str]); 9] = [
    ("channel_binding", &["disable", "prefer"]),
    ("gssencmode", &["disable", "prefer"]),
    ("require_auth", &[]),
    ("requirepeer", &[]),
    ("sslcrl", &[]),
    ("sslcrldir", &[]),
    ("sslnegotiation", &["postgres"]),
    ("sslpassword", &[]),
    ("ssl_min_protocol_version", &["TLSv1", "TLSv1.1", "TLSv1.2"]),
];

/// Applies a parameter; refuses those that demand what is not done here, and notes all others.
pub(super) fn parameter(endpoint: &mut Endpoint, name: &str, value: &str) -> Result<(), Error> {
    if let Some(keyword) = KNOWN.into_iter().find(|known| *known == name) {
        let value = checked(keyword, value)?;
        if !value.is_empty() {
            endpoint.set(keyword, value, said(true));
        }
        return Ok(());
    }
    match name {
        "user" => endpoint.set("user", value, said(true)),
        "password" => endpoint.password = Password::new(value).map(|it| (it, said(true))),
        // Names are taken as they are stored; the other is used where libpq's user names none.
        "client_encoding" | "fallback_application_name" => {}
        _ if name.is_empty()
            || !name.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it)) =>
        {
            return Err(Error::usage("the endpoint's parameters are not name=value pairs")
                .hint("Separate them with &, and percent-encode their values."));
        }
        _ if STRICT.iter().any(|(strict, lax)| *strict == name && !lax.contains(&value)) => {
            return Err(Error::usage(format!(
                "the endpoint's parameter {name} asks for what kinescope does not do"
            ))
            .hint("Leave it out; sslmode=verify-full encrypts and verifies who the server is."));
        }
        _ if STRICT.iter().any(|(strict, _)| *strict == name) => {}
        _ if ["tls", "ssl", "usessl", "encrypt"].contains(&&*name.to_ascii_lowercase()) => {
            return Err(Error::usage(format!(
                "the endpoint's parameter {name} asks for TLS in another client's words"
            ))
            .hint(
                "Write sslmode=verify-full to encrypt and verify the server, sslmode=require to \
                   encrypt only, or sslmode=disable to do without.",
            ));
        }
        _ => endpoint.notes.push(format!("The endpoint's parameter {name} was ignored.")),
    }
    Ok(())
}

/// A value that makes sense.
pub(super) fn checked<'v>(keyword: &str, value: &'v str) -> Result<&'v str, Error> {
    let expected = match keyword {
        _ if value.is_empty() => return Ok(value),
        "sslmode" if SslMode::of(value).is_none() => {
            "disable, allow, prefer, require, verify-ca or verify-full"
        }
        "host" | "hostaddr" if value.contains(',') => return Err(several_hosts()),
        "port" if value.contains(',') => return Err(several_hosts()),
        "port" if value.parse::<u16>().is_err() => "a port",
        "options" if options(value).is_none() => "-c name=value, once or several times",
        "connect_timeout" if value.parse::<u32>().is_err() => "a number of seconds",
        _ => return Ok(value),
    };
    Err(Error::usage(format!("the endpoint's parameter {keyword} is not {expected}")))
}

/// The settings of a session in the server's own words: `-c name=value`, `--name=value`. A space in a value
/// has a backslash before it.
pub(super) fn options(text: &str) -> Option<Vec<(String, String)>> {
    let mut words = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => words.last_mut()?.push(letters.next()?),
            ' ' => words.push(String::new()),
            _ => words.last_mut()?.push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    let mut words = words.into_iter();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("-c").or_else(|| word.strip_prefix("--")) {
            Some("") => words.next()?,
            Some(setting) => setting.to_owned(),
            None => return None,
        };
        let (name, value) = setting.split_once('=')?;
        // As the server has it, a dash in a name is an underscore.
        settings.push((name.replace('-', "_"), value.to_owned()));
    }
    Some(settings)
}

fn decoded(text: &str) -> Result<String, Error> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|source| {
        Error::usage("a part of the endpoint is not UTF-8 once its % signs are decoded")
            .because(source)
    })
}

fn several_hosts() -> Error {
    Error::usage("the endpoint names several hosts").hint("Name one of them.")
}

fn unclear() -> Error {
    Error::usage("the endpoint is not a URL as PostgreSQL has it")
}
