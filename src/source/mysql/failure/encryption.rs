//! What TLS finds wrong.

use crate::source::Error;
use crate::source::mysql::endpoint::Endpoint;

/// In the driver's words: the other side's certificate, or the client's own, is not taken.
pub(in crate::source::mysql) const UNREADABLE: &str = "invalid peer certificate";

/// The session was not encrypted, and so there is none. `why` is the driver's word for it.
pub(super) fn failed(endpoint: &Endpoint, why: &str) -> Error {
    Error::new(format!("cannot encrypt the connection to {endpoint}")).hint(hint(endpoint, why))
}

fn hint(endpoint: &Endpoint, why: &str) -> &'static str {
    let is = |what: &str| why.contains(what);
    if is("does not support TLS") {
        "The server offers no encryption. Leave out what asks for it (tls, ssl-mode, --ca-file, \
         --skip-verify), or have an administrator set up TLS on the server."
    } else if is("NotValidForName") || is("not valid for name") {
        "The certificate is for another name, or for none. Name the host as the certificate does, \
         or check only who signed it, with ssl-mode=VERIFY_CA."
    } else if is("UnsupportedCertVersion") {
        "The certificate, the server's or --cert-file's, is X.509 version 1, and only version 3 \
         names the hosts it is for. Make a new one: openssl x509 -req -in server.csr -CA ca.pem \
         -CAkey ca-key.pem -days 3650 -extfile names.cnf, where names.cnf says \
         subjectAltName=DNS:HOST. --skip-verify encrypts without checking who the server is."
    } else if is("CaUsedAsEndEntity") {
        "The server shows an authority's own certificate (CA:TRUE), as one that signed itself \
         often is. Give it a certificate that the authority signed; --skip-verify only encrypts."
    } else if is("UnknownIssuer") || is("root certificates") {
        "Give the authority that signed the server's certificate: --ca-file /path/to/ca.pem, or \
         ssl-ca in the endpoint. --skip-verify encrypts without checking who the server is."
    } else if is("Expired") || is("expired") || is("NotValidYet") || is("not valid yet") {
        "Check this machine's clock, and have an administrator renew the server's certificate. \
         --skip-verify encrypts without checking who the server is."
    } else if is("KeyMismatch") {
        "The key belongs to another certificate: `openssl x509 -pubkey -noout -in CERT` and `openssl \
         pkey -pubout -in KEY` must print the same."
    } else if endpoint.tls.certificate.is_some() && is("received fatal alert") {
        REFUSED_CERTIFICATE
    } else if is("Invalid certificate ") || is("base64") || is("section") || is("BadEncoding") {
        "One of the TLS files is damaged: `openssl x509 -in CERT -text` and `openssl pkey -in KEY \
         -check` show which."
    } else {
        "kinescope speaks TLS 1.2 and 1.3. On a trusted network, use tls=false to do without."
    }
}

/// The server does not take what it was shown.
pub(super) const REFUSED_CERTIFICATE: &str = "The server may not accept the client's certificate \
    (--cert-file, ssl-cert): an authority in the server's own ssl_ca must have signed it, and it \
    must not have expired.";
