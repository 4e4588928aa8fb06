//! What stands between the driver and a server while an account logs in, where nothing may be encrypted and
//! somebody may listen.
//!
//! A server that asks for the password as it is gets it from the driver, as from libpq. So does a machine
//! in the middle that says it is that server. The gate looks at what the server asks for, and ends the
//! login where it would be that.
//!
//! ```text
//! driver ── socket of this program ── gate ── the server's address
//! ```
//!
//! It also stands there where the server has another address than its name leads to: the driver asks for the
//! name, and finds the gate.
//!
//! As soon as the driver encrypts, or the server lets the account in, bytes are copied as they come.

use std::io;

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpStream, UnixStream};

use super::endpoint::{Address, Endpoint, SslMode};
use crate::source::sql::driver_socket::DriverSocket;
use crate::source::sql::stream::{copy_both, tcp};

/// What a client that would encrypt says first, after the length of it.
const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// The server asks for the password as it is, or lets the account in.
const CLEARTEXT: u32 = 3;
const LET_IN: u32 = 0;

/// No message of a login is longer.
const LONGEST: usize = 1 << 20;

/// Whether the driver is not left alone with the server.
pub(super) fn is_watched(endpoint: &Endpoint) -> bool {
    let is_far = matches!(endpoint.address(), Address::Tcp { .. });
    is_far && endpoint.password().is_some() && endpoint.mode() < SslMode::Require
}

/// How a login through the gate went, as far as the gate goes.
pub(super) enum Passed {
    /// The rest is between the driver and the server.
    Through,
    /// The server asked for the password as it is, and did not get it.
    WantsItBare,
}

/// A gate that waits for its driver.
pub(super) struct Gate {
    socket: DriverSocket,
    server: TcpStream,
    /// Whether nobody can be in between.
    is_near: bool,
}

impl Gate {
    /// Reaches the server at a host and a port.
    pub(super) async fn open(host: &str, port: u16) -> io::Result<Self> {
        let (server, is_near) = tcp(host, port).await?;
        let socket = DriverSocket::open(&format!("/.s.PGSQL.{port}"))?;
        Ok(Self { socket, server, is_near })
    }

    /// Leads the driver to the gate. The host is still the one that a certificate has to name.
    pub(super) fn lead(&self, options: PgConnectOptions) -> PgConnectOptions {
        options.socket(self.socket.path())
    }

    /// Passes the login on, to its end or to where the driver encrypts.
    pub(super) async fn pass(self) -> io::Result<Passed> {
        let Self { socket, mut server, is_near } = self;
        let mut driver = socket.driver().await?;
        let mut first = beginning(&mut driver).await?;
        if first.get(4..) == Some(&SSL_REQUEST) {
            server.write_all(&first).await?;
            let answer = server.read_u8().await?;
            driver.write_u8(answer).await?;
            if answer == b'S' {
                tokio::spawn(copy_both(driver, Box::new(server)));
                return Ok(Passed::Through);
            }
            first = beginning(&mut driver).await?;
        }
        server.write_all(&first).await?;
        let passed = {
            let (mut questions, mut to_driver) = driver.split();
            let (mut answers, mut to_server) = server.split();
            tokio::select! {
                // The driver says only what it is asked for: at the end nothing is on its way.
                ended = copy(&mut questions, &mut to_server) => ended.map(|_| Passed::Through)?,
                passed = watch(&mut answers, &mut to_driver, is_near) => passed?,
            }
        };
        if matches!(passed, Passed::Through) {
            tokio::spawn(copy_both(driver, Box::new(server)));
        }
        Ok(passed)
    }
}

/// Passes on what the server says until it lets the account in, or does not.
async fn watch(
    answers: &mut (impl AsyncRead + Unpin),
    to_driver: &mut (impl tokio::io::AsyncWrite + Unpin),
    is_near: bool,
) -> io::Result<Passed> {
    loop {
        let kind = answers.read_u8().await?;
        let message = body(answers).await?;
        let asked = message.get(4..8).and_then(|code| code.try_into().ok()).map(u32::from_be_bytes);
        if kind == b'R' && asked == Some(CLEARTEXT) && !is_near {
            return Ok(Passed::WantsItBare);
        }
        to_driver.write_u8(kind).await?;
        to_driver.write_all(&message).await?;
        if kind == b'E' || kind == b'R' && asked == Some(LET_IN) {
            return Ok(Passed::Through);
        }
    }
}

/// What the driver says first: a length, and so many bytes with it.
async fn beginning(driver: &mut UnixStream) -> io::Result<Vec<u8>> {
    body(driver).await
}

async fn body(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = stream.read_u32().await?;
    let rest = usize::try_from(length).ok().and_then(|length| length.checked_sub(4));
    let rest = rest.filter(|&rest| rest <= LONGEST).ok_or_else(|| {
        io::Error::other("what answers is not PostgreSQL: it sends something of an absurd length")
    })?;
    let mut message = length.to_be_bytes().to_vec();
    message.resize(4 + rest, 0);
    stream.read_exact(&mut message[4..]).await?;
    Ok(message)
}
