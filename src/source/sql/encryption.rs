//! What TLS finds wrong, in words that fit each server's endpoints.

/// What an endpoint calls what a hint speaks of.
pub(in crate::source) struct Words {
    /// What asks for encryption: `tls, ssl-mode`.
    pub(in crate::source) asks: &'static str,
    /// Encryption, a server of an authority's, whatever its name.
    pub(in crate::source) verify_ca: &'static str,
    /// The authorities' file.
    pub(in crate::source) ca: &'static str,
    /// The client's certificate.
    pub(in crate::source) certificate: &'static str,
    /// The server's own authorities.
    pub(in crate::source) server_ca: &'static str,
    /// No encryption.
    pub(in crate::source) off: &'static str,
}

/// What to do about the driver's or the TLS library's words; `shows` says whether the client has a
/// certificate.
pub(in crate::source) fn hint(words: &Words, why: &str, shows: bool) -> String {
    let Words { asks, verify_ca, ca, .. } = words;
    let is = |what: &str| why.contains(what);
    if is("does not support TLS") {
        format!(
            "The server offers no encryption. Leave out what asks for it ({asks}, --ca-file, \
             --skip-verify), or have an administrator set up TLS on the server."
        )
    } else if is("NotValidForName") || is("not valid for name") {
        format!(
            "The certificate is for another name, or for none. Name the host as the certificate does, \
             or check only who signed it, with {verify_ca}."
        )
    } else if is("UnsupportedCertVersion") {
        "The certificate, the server's or --cert-file's, is X.509 version 1, and only version 3 \
         names the hosts it is for. Make a new one: openssl x509 -req -in server.csr -CA ca.pem \
         -CAkey ca-key.pem -days 3650 -extfile names.cnf, where names.cnf says \
         subjectAltName=DNS:HOST. --skip-verify encrypts without checking who the server is."
            .to_owned()
    } else if is("CaUsedAsEndEntity") {
        "The server shows an authority's own certificate (CA:TRUE), as one that signed itself \
         often is. Give it a certificate that the authority signed; --skip-verify only encrypts."
            .to_owned()
    } else if is("UnknownIssuer") || is("root certificates") {
        format!(
            "Give the authority that signed the server's certificate: --ca-file /path/to/ca.pem, or \
             {ca} in the endpoint. --skip-verify encrypts without checking who the server is."
        )
    } else if is("Expired") || is("expired") || is("NotValidYet") || is("not valid yet") {
        "Check this machine's clock, and have an administrator renew the server's certificate. \
         --skip-verify encrypts without checking who the server is."
            .to_owned()
    } else if is("KeyMismatch") {
        "The key belongs to another certificate: `openssl x509 -pubkey -noout -in CERT` and `openssl \
         pkey -pubout -in KEY` must print the same."
            .to_owned()
    } else if shows && is("received fatal alert") {
        refused_certificate(words)
    } else if is("Invalid certificate ") || is("base64") || is("section") || is("BadEncoding") {
        "One of the TLS files is damaged: `openssl x509 -in CERT -text` and `openssl pkey -in KEY \
         -check` show which."
            .to_owned()
    } else {
        format!(
            "kinescope speaks TLS 1.2 and 1.3. On a trusted network, use {} to do without.",
            words.off
        )
    }
}

/// The server does not take the certificate that it was shown.
pub(in crate::source) fn refused_certificate(words: &Words) -> String {
    format!(
        "The server may not accept the client's certificate (--cert-file, {}): an authority in the \
         server's own {} must have signed it, and it must not have expired.",
        words.certificate, words.server_ca
    )
}
