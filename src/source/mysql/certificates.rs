//! The files that vouch for the server or the account, read before the server is asked.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sqlx::mysql::MySqlConnectOptions;
use tokio_rustls::rustls::pki_types::SubjectPublicKeyInfoDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::endpoint::{Endpoint, TlsMode};
use crate::source::Error;
use crate::source::sql::pem;

/// What is in the files. Each is read once, so that it may be a pipe.
#[derive(Default)]
pub(super) struct Certificates {
    /// The authorities to trust beside the system's.
    authorities: Option<Vec<u8>>,
    /// The client's certificate and its key.
    client: Option<(Vec<u8>, Vec<u8>)>,
    /// The server's key for passwords.
    public_key: Option<Vec<u8>>,
}

impl Certificates {
    /// Reads the files: those of TLS unless nothing is to be encrypted, and the server's public key
    /// unless everything is.
    ///
    /// # Errors
    ///
    /// When a file is missing, or is not what it is given for. No error repeats what is in a file.
    pub(super) fn read(endpoint: &Endpoint) -> Result<Self, Error> {
        let Endpoint { tls, public_key, .. } = endpoint;
        let public_key = public_key.as_deref().filter(|_| tls.mode < TlsMode::Required);
        let public_key = public_key.map(public).transpose()?;
        if tls.mode == TlsMode::Disabled {
            return Ok(Self { public_key, ..Self::default() });
        }
        let (certificate, key) = (tls.certificate.as_deref(), tls.key.as_deref());
        let client = pem::client(certificate, key, ["ssl-cert", "ssl-key"])?;
        let authorities = tls.ca.as_deref().map(pem::certificates).transpose()?;
        Ok(Self { authorities, client, public_key })
    }

    /// Hands them to the driver.
    pub(super) fn give(&self, mut options: MySqlConnectOptions) -> MySqlConnectOptions {
        if let Some(authorities) = &self.authorities {
            options = options.ssl_ca_from_pem(authorities.clone());
        }
        if let Some((certificate, key)) = &self.client {
            options = options.ssl_client_cert_from_pem(certificate).ssl_client_key_from_pem(key);
        }
        options
    }

    /// The client's certificate and its key.
    pub(super) const fn client(&self) -> Option<&(Vec<u8>, Vec<u8>)> {
        self.client.as_ref()
    }

    /// The server's public key, with which a password may be encrypted.
    pub(super) fn public_key(&self) -> Option<&[u8]> {
        self.public_key.as_deref()
    }
}

/// The server's public key, as servers show theirs and the driver reads it. MySQL's own file ends in a
/// NUL, and what prints its variable may write `\n` for the ends of its lines.
fn public(path: &Path) -> Result<Vec<u8>, Error> {
    let text = String::from_utf8_lossy(&pem::read(path, "public key")?).replace("\\n", "\n");
    let begin = text.find("-----BEGIN").unwrap_or_default();
    let key = SubjectPublicKeyInfoDer::from_pem_slice(&text.as_bytes()[begin..]);
    let Some(key) = key.ok().filter(|key| key.windows(RSA.len()).any(|part| part == RSA)) else {
        return Err(Error::new(format!("{} holds no MySQL public key", path.display())).hint(
            "MySQL writes its own to public_key.pem in its data directory, and SHOW STATUS LIKE \
             'Caching_sha2_password_rsa_public_key' prints it.",
        ));
    };
    let lines = BASE64_STANDARD.encode(key);
    let lines = lines.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>();
    let lines = lines.join("\n");
    Ok(format!("-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n").into_bytes())
}

/// What a key of RSA says it is: 1.2.840.113549.1.1.1.
const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const KEY: &str = include_str!("../../../tests/fixtures/public-key.pem");

    #[test]
    fn a_public_key_is_taken_as_servers_and_clients_write_it() {
        let taken = |text: &str| {
            let mut file = tempfile::NamedTempFile::new().expect("a file");
            file.write_all(text.as_bytes()).expect("ours");
            public(file.path()).map(|key| String::from_utf8(key).expect("it is text"))
        };
        for text in [
            KEY.to_owned(),
            // MySQL's own file.
            format!("{KEY}\0"),
            KEY.replace('\n', "\r\n"),
            // mysql -N -e "SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'"
            format!("Caching_sha2_password_rsa_public_key\t{}\n", KEY.replace('\n', "\\n")),
        ] {
            assert_eq!(taken(&text).expect(&text), KEY);
        }
        for text in ["", "sesame", include_str!("../../../tests/fixtures/version-1.pem")] {
            let error = taken(text).expect_err(text).to_string();
            assert!(error.ends_with(" holds no MySQL public key"), "{error}");
        }
    }
}
