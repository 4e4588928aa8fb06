//! What may follow the `?`: go-sql-driver's parameters, and those of URLs (`ssl-…`).

use std::time::Duration;

use super::{Address, Endpoint, Error, Tls, TlsMode, file, said};

/// Applies each parameter, and notes those that mean nothing here.
pub(super) fn apply(endpoint: &mut Endpoint, query: &str) -> Result<(), Error> {
    let mut mode = None;
    let mut driver = None;
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let value = value.as_ref();
        // Clients of MySQL spell each in their own way.
        let plain = name.replace(['-', '_'], "").to_ascii_lowercase();
        match plain.as_str() {
            "sslmode" => {
                mode = Some(ssl_mode(value).ok_or_else(|| wrong("ssl-mode", SSL_MODES))?);
                driver = None;
            }
            "sslca" | "sslrootcert" => endpoint.tls.ca = Some(file(value)),
            "sslcert" => endpoint.tls.certificate = Some(file(value)),
            "sslkey" => endpoint.tls.key = Some(file(value)),
            "serverpublickeypath" => {
                endpoint.public_key = Some(file(value));
                endpoint.origins.public_key = said(true);
            }
            "socket" => {
                endpoint.address = Address::Unix(file(value));
                endpoint.origins.address = said(true);
            }
            _ => {
                if name == "tls" {
                    mode = Some(tls(value)?);
                    driver = Some(value.to_owned());
                } else {
                    of_the_driver(endpoint, &name, value)?;
                }
                continue;
            }
        }
        endpoint.unlike_go(&format!(
            "go-sql-driver has no {name}, and treats it as a session variable"
        ));
    }
    // kine verifies the server's name as soon as it is given a file.
    let Tls { ca, certificate, key, .. } = &endpoint.tls;
    let files = ca.is_some() || certificate.is_some();
    endpoint.origins.ca = said(ca.is_some());
    endpoint.origins.certificate = said(certificate.is_some());
    endpoint.origins.key = said(key.is_some());
    endpoint.origins.tls = said(mode.is_some());
    endpoint.tls.driver = driver;
    endpoint.tls.mode = match mode {
        Some(mode) => mode,
        None if files => TlsMode::VerifyIdentity,
        None => TlsMode::default(),
    };
    Ok(())
}

/// Applies one that go-sql-driver has, but for `tls`; refuses those that ask for TLS in words that
/// nobody here understands, and notes all others.
fn of_the_driver(endpoint: &mut Endpoint, name: &str, value: &str) -> Result<(), Error> {
    match name {
        "timeout" => endpoint.connect_timeout = duration("timeout", value)?,
        "readTimeout" => endpoint.read_timeout = duration("readTimeout", value)?,
        "allowCleartextPasswords" => {
            endpoint.cleartext_password =
                boolean(value).ok_or_else(|| wrong("allowCleartextPasswords", "true or false"))?;
        }
        // They choose how names are converted and compared, and kinescope takes the bytes as
        // they are stored.
        "charset" | "collation" => {}
        _ if !is_parameter_name(name) => {
            return Err(Error::usage("the endpoint's parameters are not name=value pairs")
                .hint("Separate them with &, and percent-encode their values."));
        }
        _ if asks_for_tls(name) => {
            return Err(Error::usage(format!(
                "the endpoint's parameter {name} asks for TLS in another client's words"
            ))
            .hint(
                "Write tls=true to encrypt and verify the server, tls=skip-verify to encrypt \
                 only, or tls=false to do without. Or use ssl-mode, ssl-ca, ssl-cert and ssl-key, \
                 as MySQL's own programs do.",
            ));
        }
        _ => endpoint.notes.push(format!("The endpoint's parameter {name} was ignored.")),
    }
    Ok(())
}

/// Whether a name that is not understood may say how a session is encrypted, or whom it trusts.
fn asks_for_tls(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["ssl", "tls", "certificate", "truststore", "keystore", "encrypt"]
        .iter()
        .any(|word| name.contains(word))
}

/// Whether the name can be repeated: nobody's password by accident.
fn is_parameter_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it))
}

/// go-sql-driver's `tls`. `kine` is the configuration that kine registers for its certificate flags.
fn tls(value: &str) -> Result<TlsMode, Error> {
    match (boolean(value), value.to_ascii_lowercase().as_str()) {
        (Some(true), _) | (None, "kine") => Ok(TlsMode::VerifyIdentity),
        (Some(false), _) => Ok(TlsMode::Disabled),
        (None, "skip-verify") => Ok(TlsMode::Required),
        (None, "preferred") => Ok(TlsMode::Preferred),
        _ => Err(wrong("tls", "true, false, skip-verify or preferred")),
    }
}

pub(super) const SSL_MODES: &str = "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY";

/// What MySQL's own programs call `ssl-mode`, also in the words that PostgreSQL and MariaDB's
/// connectors have for the same.
pub(super) fn ssl_mode(value: &str) -> Option<TlsMode> {
    match value.to_ascii_uppercase().replace('-', "_").as_str() {
        "DISABLED" | "DISABLE" => Some(TlsMode::Disabled),
        "PREFERRED" | "PREFER" => Some(TlsMode::Preferred),
        "REQUIRED" | "REQUIRE" | "TRUST" => Some(TlsMode::Required),
        "VERIFY_CA" => Some(TlsMode::VerifyCa),
        "VERIFY_IDENTITY" | "VERIFY_FULL" => Some(TlsMode::VerifyIdentity),
        _ => None,
    }
}

fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "true" | "TRUE" | "True" => Some(true),
        "0" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// A duration as Go writes it: `30s`, `1m30s`, `1.5h`. Zero means no limit.
fn duration(name: &str, value: &str) -> Result<Option<Duration>, Error> {
    let wrong = || wrong(name, "a duration such as 10s or 1m30s");
    let mut seconds = 0.0;
    let mut rest = value;
    while !rest.is_empty() && rest != "0" {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.').ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|it: char| it.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let scale = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(wrong()),
        };
        seconds += number.parse::<f64>().map_err(|source| wrong().because(source))? * scale;
        rest = tail;
    }
    let duration =
        Duration::try_from_secs_f64(seconds).map_err(|source| wrong().because(source))?;
    Ok((!value.is_empty() && !duration.is_zero()).then_some(duration))
}

fn wrong(name: &str, expected: &str) -> Error {
    Error::usage(format!("the endpoint's parameter {name} is not {expected}"))
}
