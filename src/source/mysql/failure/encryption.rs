//! What TLS finds wrong.

use crate::source::Error;
use crate::source::mysql::endpoint::Endpoint;
use crate::source::sql::encryption::{Words, hint, refused_certificate};

/// In the driver's words: the other side's certificate, or the client's own, is not taken.
pub(in crate::source::mysql) const UNREADABLE: &str = "invalid peer certificate";

const WORDS: Words = Words {
    asks: "tls, ssl-mode",
    verify_ca: "ssl-mode=VERIFY_CA",
    ca: "ssl-ca",
    certificate: "ssl-cert",
    server_ca: "ssl_ca",
    off: "tls=false",
};

/// The session was not encrypted, and so there is none. `why` is the driver's word for it.
pub(super) fn failed(endpoint: &Endpoint, why: &str) -> Error {
    let shows = endpoint.tls.certificate.is_some();
    Error::new(format!("cannot encrypt the connection to {endpoint}"))
        .hint(hint(&WORDS, why, shows))
}

/// What to do where the server does not take what it was shown.
pub(super) fn refused() -> String {
    refused_certificate(&WORDS)
}
