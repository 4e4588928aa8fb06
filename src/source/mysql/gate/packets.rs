//! The packets of a login: `[length, 3 bytes][number][payload]`.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// No packet of a login is longer, but for what a server makes up.
const LONGEST: usize = 64 * 1024;

/// One side of the gate, which counts its packets for itself.
pub(super) struct Side<S> {
    pub(super) stream: S,
    next: u8,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Side<S> {
    pub(super) const fn new(stream: S) -> Self {
        Self { stream, next: 0 }
    }

    /// Reads one packet and no byte more, and gives its payload.
    pub(super) async fn receive(&mut self) -> io::Result<Vec<u8>> {
        let mut head = [0; 4];
        self.stream.read_exact(&mut head).await?;
        let [one, two, three, number] = head;
        let length = u32::from_le_bytes([one, two, three, 0]) as usize;
        if length > LONGEST {
            return Err(io::Error::other("a packet of the login is longer than any"));
        }
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).await?;
        self.next = number.wrapping_add(1);
        Ok(payload)
    }

    pub(super) async fn send(&mut self, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
        let [one, two, three, _] = length.to_le_bytes();
        let head = [one, two, three, self.next];
        self.next = self.next.wrapping_add(1);
        self.stream.write_all(&[&head, payload].concat()).await?;
        self.stream.flush().await
    }
}
