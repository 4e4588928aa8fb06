//! Who said each part of an endpoint.

use crate::source::sql::endpoint::{self, Origin};

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

impl Origins {
    /// Names the place of the endpoint wherever the endpoint itself is the origin.
    pub(super) fn name(&mut self, place: &str) {
        let Self { user, password, address, database, tls, ca, certificate, key, public_key } =
            self;
        let all = [user, password, address, database, tls, ca, certificate, key, public_key];
        endpoint::name(all, place);
    }
}
