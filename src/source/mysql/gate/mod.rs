//! What stands between the driver and a server while an account logs in, where the driver alone would
//! give away too much, or give up too soon.
//!
//! Without TLS, `caching_sha2_password` and `sha256_password` encrypt the password with a public key
//! that the server shows. The driver takes whatever key comes, so a machine in the middle shows its
//! own and reads the password. MySQL's own client refuses by default (error 2061), and so does the
//! gate, unless it was given the key, or nobody can be in the middle. Other things that the driver does
//! not do by itself: it sends no password over a socket, which is as safe as TLS, and it reads no
//! certificate of X.509 version 1, not even where nothing is verified.
//!
//! ```text
//! driver ── socket of this program ── gate ── the server's address
//! ```
//!
//! The driver takes no stream that others have made, hence the socket. Packets pass one at a time,
//! each side in its turn: what a server sends too early is not seen before it is looked at. After the
//! login, or once the driver encrypts, bytes are copied as they come.

mod encryption;
mod login;
mod packets;

use std::io;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions, MySqlConnection};
use tokio::net::UnixStream;

use super::certificates::Certificates;
use super::endpoint::{Address, Endpoint};
use super::{failure, options};
use crate::source::Error;
use crate::source::sql::driver_socket::DriverSocket;
use crate::source::sql::panics::contained;
use crate::source::sql::stream::{self, Stream, copy_both};
use encryption::Encryption;
use login::Login;
use packets::Side;

/// Connects and logs in.
///
/// # Errors
///
/// When no session comes about. A password that nobody vouches for the way of was not sent.
pub(super) async fn connect(
    endpoint: &Endpoint,
    certificates: &Certificates,
) -> Result<MySqlConnection, Error> {
    let options = certificates.give(options(endpoint));
    let connected = if is_watched(endpoint) {
        through(endpoint, certificates, options.clone(), None).await
    } else {
        let options = match &endpoint.address {
            Address::Tcp { host, port } => options.clone().host(host).port(*port),
            Address::Unix(path) => options.clone().socket(path),
        };
        contained(Box::pin(options.connect())).await.map_err(Stopped::Driver)
    };
    let connected = match connected {
        Err(Stopped::Driver(error)) if is_unread(&error) && !endpoint.tls.mode.verifies() => {
            match Encryption::new(endpoint, certificates) {
                Ok(encryption) => through(endpoint, certificates, options, Some(encryption)).await,
                Err(why) => Err(Stopped::Driver(sqlx::Error::Tls(why))),
            }
        }
        connected => connected,
    };
    connected.map_err(|stopped| match stopped {
        Stopped::Driver(error) => failure::connecting(endpoint, error),
        Stopped::Gate(error) => error,
    })
}

/// Whether the driver is not left alone with the server: wherever it has a password to give. A greeting
/// comes before anything is encrypted, and to one that asks for the password as it is the driver gives
/// it, allowed or not.
fn is_watched(endpoint: &Endpoint) -> bool {
    endpoint.password().is_some()
}

/// Whether it was a certificate, which nobody verifies, that the driver could make nothing of.
fn is_unread(error: &sqlx::Error) -> bool {
    failure::words(error).contains(failure::UNREADABLE)
}

/// Why there is no session.
enum Stopped {
    /// The driver gave up, or the server's side ended.
    Driver(sqlx::Error),
    /// The gate let no more through.
    Gate(Error),
}

impl From<io::Error> for Stopped {
    fn from(why: io::Error) -> Self {
        Self::Driver(why.into())
    }
}

/// Lets the driver log in through a gate. With `encryption` the gate encrypts, and the driver does not.
async fn through(
    endpoint: &Endpoint,
    certificates: &Certificates,
    options: MySqlConnectOptions,
    encryption: Option<Encryption>,
) -> Result<MySqlConnection, Stopped> {
    let (server, way) = reach(&endpoint.address).await?;
    let socket = DriverSocket::open("")?;
    let mut options = options.socket(socket.path());
    if let Address::Tcp { host, .. } = &endpoint.address {
        // Where the driver encrypts, it says for whom.
        options = options.host(host);
    }
    if encryption.is_some() {
        options = options.ssl_mode(sqlx::mysql::MySqlSslMode::Disabled);
    }
    let driver = async { contained(Box::pin(options.connect())).await.map_err(Stopped::Driver) };
    let gate = async {
        let driver = socket.driver().await?;
        let key = certificates.public_key();
        let login = Login {
            endpoint,
            driver: Side::new(driver),
            server: Side::new(server),
            way,
            key,
            is_caching: false,
        };
        let (driver, server) = login.pass(encryption).await?;
        tokio::spawn(copy_both(driver, server));
        Ok(())
    };
    let (connection, ()) = tokio::try_join!(driver, gate)?;
    Ok(connection)
}

/// What lies between this program and the server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Encryption, by the gate.
    Encrypted,
    /// A socket of this machine.
    Socket,
    /// This machine's loopback.
    Loopback,
    /// Whoever is on the network.
    Network,
}

async fn reach(address: &Address) -> io::Result<(Box<dyn Stream>, Way)> {
    match address {
        Address::Tcp { host, port } => {
            let (stream, is_near) = stream::tcp(host, *port).await?;
            let way = if is_near { Way::Loopback } else { Way::Network };
            Ok((Box::new(stream), way))
        }
        Address::Unix(path) => Ok((Box::new(UnixStream::connect(path).await?), Way::Socket)),
    }
}
