//! How a connection is encrypted, and what says so beside the endpoint.

use std::fmt;
use std::path::PathBuf;

use super::{Address, Endpoint, PORT};
use crate::source::sql::endpoint::{TlsFiles, add};

/// How a connection is encrypted, and with which files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// What is asked of the server.
    pub mode: TlsMode,
    /// The authorities to trust beside the system's, as PEM.
    pub ca: Option<PathBuf>,
    /// The client's certificate, as PEM.
    pub certificate: Option<PathBuf>,
    /// The client's key, as PEM.
    pub key: Option<PathBuf>,
    /// What go-sql-driver's own parameter `tls` said, if that was what chose the mode.
    pub(super) driver: Option<String>,
}

/// What is asked of a server's encryption, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum TlsMode {
    /// None.
    Disabled,
    /// Encryption if the server offers it, whoever it is.
    #[default]
    Preferred,
    /// Encryption, whoever the server is.
    Required,
    /// A certificate from a trusted authority.
    VerifyCa,
    /// A certificate from a trusted authority for this host.
    VerifyIdentity,
}

impl TlsMode {
    /// Whether it matters who the server is.
    pub fn verifies(self) -> bool {
        self >= Self::VerifyCa
    }
}

/// As `ssl-mode` has it.
impl fmt::Display for TlsMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disabled => "DISABLED",
            Self::Preferred => "PREFERRED",
            Self::Required => "REQUIRED",
            Self::VerifyCa => "VERIFY_CA",
            Self::VerifyIdentity => "VERIFY_IDENTITY",
        })
    }
}

impl Endpoint {
    /// Adds TLS files that were given beside the endpoint, as kine's and k3s' variables and options
    /// do. What is there already is kept, but for what go-sql-driver's `tls` says: kine puts its own
    /// configuration in its place as soon as it has a file, and that verifies the server's name. An
    /// `ssl-mode`, which only kinescope understands, is kept.
    #[must_use]
    pub fn with_tls_files(mut self, files: TlsFiles) -> Self {
        let TlsFiles { ca, certificate, key } = files;
        if let Some((_, who)) = ca.as_ref().or(certificate.as_ref()) {
            match &self.tls.driver {
                Some(said) if self.tls.mode < TlsMode::VerifyIdentity => {
                    self.notes.push(format!(
                        "tls={said} in the endpoint has no effect with {who}: kine then encrypts, \
                         and verifies who the server is."
                    ));
                    self.origins.tls = None;
                    self.tls.mode = TlsMode::VerifyIdentity;
                }
                None if self.tls.mode == TlsMode::Preferred => {
                    self.tls.mode = TlsMode::VerifyIdentity;
                }
                _ => {}
            }
        }
        // The same where it was told nothing else: a socket in the file system has no TLS.
        let any = ca.is_some() || certificate.is_some() || key.is_some();
        if any && self.origins.address.is_none() && matches!(self.address, Address::Unix(_)) {
            self.address = Address::Tcp { host: "127.0.0.1".to_owned(), port: PORT };
        }
        let (tls, origins) = (&mut self.tls, &mut self.origins);
        add(&mut tls.ca, &mut origins.ca, ca);
        add(&mut tls.certificate, &mut origins.certificate, certificate);
        add(&mut tls.key, &mut origins.key, key);
        self
    }

    /// As [`with_tls_files`](Self::with_tls_files), where what is given now wins.
    #[must_use]
    pub fn with_other_tls_files(mut self, files: TlsFiles) -> Self {
        let (tls, origins) = (&mut self.tls, &mut self.origins);
        for (given, file, origin) in [
            (&files.ca, &mut tls.ca, &mut origins.ca),
            (&files.certificate, &mut tls.certificate, &mut origins.certificate),
            (&files.key, &mut tls.key, &mut origins.key),
        ] {
            if given.is_some() {
                (*file, *origin) = (None, None);
            }
        }
        self.with_tls_files(files)
    }

    /// Does without looking at who the server is, as kine's `--skip-verify` says, unless the
    /// endpoint says in words how it is encrypted.
    #[must_use]
    pub fn with_skip_verify(mut self, origin: &str) -> Self {
        if self.origins.tls.is_none() {
            self.tls.mode = TlsMode::Required;
            self.origins.tls = Some(origin.to_owned());
        }
        self
    }

    /// As [`with_skip_verify`](Self::with_skip_verify), where the variable is kine's own: with TLS
    /// files it counts, whatever go-sql-driver's `tls` says. Without any kine does not look at it.
    #[must_use]
    pub fn with_skip_verify_of_kine(mut self, variable: &str) -> Self {
        let Tls { ca, certificate, driver, .. } = &self.tls;
        if driver.is_some() && (ca.is_some() || certificate.is_some()) {
            self.origins.tls = None;
        }
        self.with_skip_verify(variable)
    }
}

impl Endpoint {
    /// Notes what is odd once all is said of the endpoint: that the password may be read on its way, and
    /// that a part looks like a variable.
    #[must_use]
    pub fn noted_if_odd(mut self) -> Self {
        for part in self.unexpanded() {
            self.notes.push(format!(
                "The {part} looks like a variable that nothing expanded. kinescope takes it as it \
                 is, as k3s and kine do."
            ));
        }
        let is_far = matches!(self.address, Address::Tcp { .. });
        if self.cleartext_password && is_far && self.tls.mode < TlsMode::Required {
            self.notes.push(
                "With allowCleartextPasswords, the password is sent unencrypted unless the \
                 connection is encrypted, and nothing demands that: tls=true does."
                    .to_owned(),
            );
        }
        self
    }
}
