//! The login, packet by packet.

use tokio::net::UnixStream;

use super::encryption::Encryption;
use super::packets::Side;
use super::{Stopped, Stream, Way, failure};
use crate::source::mysql::endpoint::Endpoint;

/// `CLIENT_SSL`, in the second byte of a side's capabilities.
const TLS: u8 = 0x08;

/// How a client begins, before it encrypts and after: capabilities, the longest packet, a character
/// set, and room.
const BEGINNING: usize = 32;

/// A login that passes through the gate.
pub(super) struct Login<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) driver: Side<UnixStream>,
    pub(super) server: Side<Box<dyn Stream>>,
    pub(super) way: Way,
    /// The server's public key, as PEM, if somebody vouches for one.
    pub(super) key: Option<&'a [u8]>,
    /// Whether the server said last that the password is checked by `caching_sha2_password`.
    pub(super) is_caching: bool,
}

impl Login<'_> {
    /// Passes the login on, to its end or to where the driver encrypts; gives both streams.
    pub(super) async fn pass(
        mut self,
        encryption: Option<Encryption>,
    ) -> Result<(UnixStream, Box<dyn Stream>), Stopped> {
        let mut greeting = self.server.receive().await?;
        // The driver would send the password at once, allowed or not.
        let names = |plugin: &[u8]| greeting.windows(plugin.len()).any(|window| window == plugin);
        let is_bare = names(BARE);
        self.is_caching = names(CACHING);
        if is_bare && !self.endpoint.cleartext_password {
            return Err(Stopped::Gate(failure::wants_it_bare(self.endpoint)));
        }
        if encryption.is_some() {
            let offers = tls_flags(&mut greeting).filter(|flags| **flags & TLS != 0);
            let flags = offers.ok_or_else(|| Stopped::Driver(sqlx::Error::Tls(NO_TLS.into())))?;
            *flags &= !TLS;
        }
        self.driver.send(&greeting).await?;
        if greeting.first() == Some(&ERROR) {
            return Ok(self.streams());
        }
        let mut response = self.driver.receive().await?;
        if response.len() == BEGINNING && response[1] & TLS != 0 {
            self.server.send(&response).await?;
            return Ok(self.streams());
        }
        if let Some(encryption) = encryption {
            self = self.encrypted(encryption, &mut response).await?;
        }
        loop {
            self.answer(&response).await?;
            if self.is_over().await? {
                return Ok(self.streams());
            }
            response = self.driver.receive().await?;
        }
    }

    /// Encrypts what follows on the server's side, as the driver would have.
    async fn encrypted(
        mut self,
        encryption: Encryption,
        response: &mut [u8],
    ) -> Result<Self, Stopped> {
        let Some(beginning) = response.get_mut(..BEGINNING) else {
            return Err(Stopped::Driver(sqlx::Error::Protocol(
                "a login begins with something else".to_owned(),
            )));
        };
        beginning[1] |= TLS;
        self.server.send(beginning).await?;
        self.server.stream = encryption.over(self.server.stream).await?;
        self.way = Way::Encrypted;
        Ok(self)
    }

    /// Passes on what the driver says, unless it asks for the key: that is given where somebody
    /// vouches for one, and asked for where nobody can be in between.
    async fn answer(&mut self, response: &[u8]) -> Result<(), Stopped> {
        let asks_for_key = matches!(response, [1 | 2]);
        match self.key {
            Some(key) if asks_for_key => {
                self.driver.send(&[&[MORE], key].concat()).await?;
                let encrypted = self.driver.receive().await?;
                self.server.send(&encrypted).await?;
            }
            None if asks_for_key && self.way == Way::Network => {
                return Err(Stopped::Gate(failure::unvouched(self.endpoint)));
            }
            _ => self.server.send(response).await?,
        }
        Ok(())
    }

    /// Passes on what the server says, up to what the driver has to answer; whether that ends the
    /// login.
    async fn is_over(&mut self) -> Result<bool, Stopped> {
        loop {
            let answer = self.server.receive().await?;
            if let [SWITCH, plugin @ ..] = &answer[..] {
                self.is_caching = plugin.starts_with(CACHING);
            }
            if self.wants_password(&answer) {
                let password = self.endpoint.password().unwrap_or_default();
                self.server.send(&[password.as_bytes(), b"\0"].concat()).await?;
                continue;
            }
            self.driver.send(&answer).await?;
            match answer[..] {
                [OK | ERROR, ..] => return Ok(true),
                // The password was known by heart.
                [MORE, 3] => {}
                _ => return Ok(false),
            }
        }
    }

    /// Whether the password itself is wanted, where it is safe: the driver would encrypt it with a key.
    fn wants_password(&self, answer: &[u8]) -> bool {
        let asks = self.is_caching && answer == [MORE, 4];
        match self.way {
            Way::Encrypted => asks || answer.starts_with(b"\xfesha256_password\0"),
            // To the other plugin a socket is not safe enough.
            Way::Socket => asks,
            Way::Loopback | Way::Network => false,
        }
    }

    fn streams(self) -> (UnixStream, Box<dyn Stream>) {
        (self.driver.stream, self.server.stream)
    }
}

const OK: u8 = 0x00;
const MORE: u8 = 0x01;
const ERROR: u8 = 0xff;
const SWITCH: u8 = 0xfe;

/// The plugin that sends the password as it is.
const BARE: &[u8] = b"mysql_clear_password";

/// The plugin that is content with a hash, where it knows the password, and asks for it elsewhere.
const CACHING: &[u8] = b"caching_sha2_password";

/// As the driver says it.
const NO_TLS: &str = "server does not support TLS";

/// The byte of a greeting that has the flag: `[10][version]\0[session, 4][challenge, 8][0][flags, 2]`.
fn tls_flags(greeting: &mut [u8]) -> Option<&mut u8> {
    let version = greeting.iter().position(|byte| *byte == 0)?;
    greeting.get_mut(version + 1 + 4 + 8 + 1 + 1)
}
