//! Who said each part of an endpoint.

/// Who said a part: `KINE_ENDPOINT`, `--ca-file`, `[client] in ~/.my.cnf`; `None` where nobody
/// did, and the part is what kine takes then.
pub type Origin = Option<String>;

/// What the endpoint itself is called until it is known where it came from.
const ENDPOINT: &str = "the endpoint";

/// Who said each part of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origins {
    /// The user.
    pub user: Origin,
    /// The password.
    pub password: Origin,
    /// The host and the port, or the socket.
    pub address: Origin,
    /// The database.
    pub database: Origin,
    /// How the connection is encrypted, if it was said in words rather than by a file.
    pub tls: Origin,
    /// The authorities' file.
    pub ca: Origin,
    /// The certificate's file.
    pub certificate: Origin,
    /// The key's file.
    pub key: Origin,
    /// The file of the server's public key.
    pub public_key: Origin,
}

/// The endpoint itself, if it said the part.
pub(super) fn said(part: bool) -> Origin {
    part.then(|| ENDPOINT.to_owned())
}

impl Origins {
    /// Names the place of the endpoint wherever the endpoint itself is the origin.
    pub(super) fn name(&mut self, place: &str) {
        let Self { user, password, address, database, tls, ca, certificate, key, public_key } =
            self;
        for origin in [user, password, address, database, tls, ca, certificate, key, public_key] {
            if origin.as_deref() == Some(ENDPOINT) {
                *origin = Some(place.to_owned());
            }
        }
    }
}
