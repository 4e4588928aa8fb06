//! The files that vouch for a server or an account, looked at before the server is: what is wrong with
//! one of them is said of that one, and not of the connection.

use std::path::Path;

use crate::place::read_at_most;
use crate::source::Error;

/// Reads certificates.
///
/// # Errors
///
/// When the file is missing or holds none. No error repeats what is in it.
pub(in crate::source) fn certificates(path: &Path) -> Result<Vec<u8>, Error> {
    pem(path, "certificate", "CERTIFICATE")
}

/// A client's certificate and its key.
type Shown = (Vec<u8>, Vec<u8>);

/// Reads the client's certificate and its key, which are given together. `names` are those that the
/// endpoint has for them.
///
/// # Errors
///
/// When one of them is missing, or is not what it is given for. No error repeats what is in a file.
pub(in crate::source) fn client(
    certificate: Option<&Path>,
    key_file: Option<&Path>,
    names: [&str; 2],
) -> Result<Option<Shown>, Error> {
    let [certificate_name, key_name] = names;
    match (certificate, key_file) {
        (Some(certificate), Some(path)) => Ok(Some((certificates(certificate)?, key(path)?))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::usage("there is a certificate to show, but no key for it")
            .hint(format!("Give the key as well: --key-file, or {key_name} in the endpoint."))),
        (None, Some(_)) => {
            Err(Error::usage("there is a key, but no certificate to show").hint(format!(
                "Give the certificate as well: --cert-file, or {certificate_name} in the endpoint."
            )))
        }
    }
}

fn key(path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = pem(path, "private key", "PRIVATE KEY")?;
    // PKCS #8 says it in the label, OpenSSL's older format in a line of its own.
    if has(&bytes, "ENCRYPTED PRIVATE KEY") || has(&bytes, "Proc-Type: 4,ENCRYPTED") {
        let path = path.display();
        return Err(Error::new(format!("the key in {path} is encrypted with a passphrase")).hint(
            format!(
                "kinescope does not ask for one. Decrypt a copy that only you can read: umask \
                 077; openssl pkey -in {path} -out plain.pem"
            ),
        ));
    }
    Ok(bytes)
}

/// Reads a file that has a section of that name, whose label ends so.
fn pem(path: &Path, what: &str, label: &str) -> Result<Vec<u8>, Error> {
    let name = path.display();
    let bytes = read(path, "TLS file")?;
    if !has(&bytes, &format!("{label}-----")) {
        return Err(Error::new(format!("{name} holds no {what} (-----BEGIN {label}-----)")).hint(
            "TLS files must be PEM, which is text. Convert DER with openssl x509 -inform \
             der or openssl pkey -inform der.",
        ));
    }
    Ok(bytes)
}

/// No file of certificates is longer; a device never ends.
const LONGEST: u64 = 16 << 20;

/// Reads a file of a few kilobytes; `what` names it in an error.
pub(in crate::source) fn read(path: &Path, what: &str) -> Result<Vec<u8>, Error> {
    read_at_most(path, LONGEST).map_err(|why| {
        Error::new(format!("cannot read the {what} {}", path.display())).because(why).hint(
            "Check the path, and that you can read the file; `kinescope connect` shows \
             where the path comes from.",
        )
    })
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
