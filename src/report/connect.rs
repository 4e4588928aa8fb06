//! What a source leads to, for every format.

use crate::source::mysql::endpoint::{Endpoint, TlsMode};

/// What is to be known of the way beside its parts.
pub(super) fn notes(endpoint: &Endpoint) -> Vec<String> {
    let mut notes = endpoint.notes.clone();
    let is_checked = matches!(endpoint.tls.mode, TlsMode::VerifyCa | TlsMode::VerifyIdentity);
    if endpoint.tls.ca.is_some() && is_checked {
        notes.push(
            "This machine's own authorities are trusted beside that file; kine and k3s trust the \
             file alone. SSL_CERT_FILE names a file to take in their place."
                .to_owned(),
        );
    }
    notes
}
