//! What a source leads to, for every format.

use crate::source::mysql::endpoint::{Endpoint, TlsMode};

/// What is to be known of the way beside its parts.
pub(super) fn notes(endpoint: &Endpoint) -> Vec<String> {
    let mut notes = endpoint.notes.clone();
    let is_checked = matches!(endpoint.tls.mode, TlsMode::VerifyCa | TlsMode::VerifyIdentity);
    if endpoint.tls.ca.is_some() && is_checked {
        notes.push(
            "Besides that file, this machine's own authorities are trusted; kine and k3s trust \
             the file alone. SSL_CERT_FILE names a file to use in their place."
                .to_owned(),
        );
    }
    notes
}
