//! The files that TLS is given, looked at before the server is: what is wrong with one of them is
//! said of that one, and not of the connection.

use std::path::Path;

use sqlx::mysql::MySqlConnectOptions;

use crate::source::Error;
use crate::source::endpoint::{Tls, TlsMode};

/// What is in the files. Each is read once, so that it may be a pipe.
#[derive(Default)]
pub(super) struct Certificates {
    /// The authorities to trust beside the system's.
    authorities: Option<Vec<u8>>,
    /// The client's certificate and its key.
    client: Option<(Vec<u8>, Vec<u8>)>,
}

impl Certificates {
    /// Reads the files, unless nothing is to be encrypted.
    ///
    /// # Errors
    ///
    /// When a file is missing, or is not what it is given for. No error repeats what is in a file.
    pub(super) fn read(tls: &Tls) -> Result<Self, Error> {
        if tls.mode == TlsMode::Disabled {
            return Ok(Self::default());
        }
        let certificates = |path: &Path| pem(path, "certificate", "CERTIFICATE");
        let client = match (&tls.certificate, &tls.key) {
            (Some(certificate), Some(path)) => Some((certificates(certificate)?, key(path)?)),
            (None, None) => None,
            (Some(_), None) => {
                return Err(Error::usage("there is a certificate to show, and no key to it")
                    .hint("Name the key as well: --key-file, or ssl-key in the endpoint."));
            }
            (None, Some(_)) => {
                return Err(Error::usage("there is a key, and no certificate to show").hint(
                    "Name the certificate as well: --cert-file, or ssl-cert in the endpoint.",
                ));
            }
        };
        let authorities = tls.ca.as_deref().map(certificates).transpose()?;
        Ok(Self { authorities, client })
    }

    /// Hands them to the driver.
    pub(super) fn give(self, mut options: MySqlConnectOptions) -> MySqlConnectOptions {
        if let Some(authorities) = self.authorities {
            options = options.ssl_ca_from_pem(authorities);
        }
        if let Some((certificate, key)) = self.client {
            options = options.ssl_client_cert_from_pem(certificate).ssl_client_key_from_pem(key);
        }
        options
    }
}

fn key(path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = pem(path, "private key", "PRIVATE KEY")?;
    // PKCS #8 says it in the label, OpenSSL's older format in a line of its own.
    if has(&bytes, "ENCRYPTED PRIVATE KEY") || has(&bytes, "Proc-Type: 4,ENCRYPTED") {
        let path = path.display();
        return Err(Error::new(format!("the key in {path} is encrypted with a passphrase")).hint(
            format!(
                "kinescope asks for none. Where only you can read it, decrypt a copy: umask 077; \
                 openssl pkey -in {path} -out plain.pem"
            ),
        ));
    }
    Ok(bytes)
}

/// Reads a file that has a section of that name, whose label ends so.
fn pem(path: &Path, what: &str, label: &str) -> Result<Vec<u8>, Error> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|why| {
        Error::new(format!("cannot read the TLS file {name}"))
            .because(why)
            .hint("Check the path, and that you may read the file; `kinescope connect` says who named it.")
    })?;
    if !has(&bytes, &format!("{label}-----")) {
        return Err(Error::new(format!("{name} holds no {what} (-----BEGIN {label}-----)"))
            .hint("TLS files are text, PEM. From DER: openssl x509 -inform der, openssl pkey -inform der."));
    }
    Ok(bytes)
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
