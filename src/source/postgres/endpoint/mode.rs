//! What is asked of a server's encryption.

use std::fmt;

/// What is asked of a server's encryption, as libpq's `sslmode` has it, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SslMode {
    /// None.
    Disable,
    /// Encryption only where the server wants it.
    Allow,
    /// Encryption if the server offers it, whoever it is.
    #[default]
    Prefer,
    /// Encryption, whoever the server is.
    Require,
    /// A certificate from a trusted authority.
    VerifyCa,
    /// A certificate from a trusted authority for this host.
    VerifyFull,
}

const MODES: [(&str, SslMode); 6] = [
    ("disable", SslMode::Disable),
    ("allow", SslMode::Allow),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];

impl SslMode {
    /// The mode of that name.
    pub(super) fn of(name: &str) -> Option<Self> {
        MODES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode)
    }

    /// Whether it matters who the server is.
    pub fn verifies(self) -> bool {
        self >= Self::VerifyCa
    }

    /// What it means, in words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Disable => "no encryption",
            Self::Allow => {
                "encrypted only if the server demands it, without checking who the server is"
            }
            Self::Prefer => "encrypted if offered, without checking who the server is",
            Self::Require => "encrypted, without checking who the server is",
            Self::VerifyCa => {
                "encrypted, with a server certificate that a trusted authority signed"
            }
            Self::VerifyFull => {
                "encrypted, with a server certificate that a trusted authority signed for this host"
            }
        }
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = MODES.iter().find(|(_, mode)| mode == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}
