//! Streams to servers, where something is to be seen of what passes.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, copy};
use tokio::net::{TcpStream, UnixStream};

/// A stream to a server.
pub(in crate::source) trait Stream:
    AsyncRead + AsyncWrite + Send + Unpin
{
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Reaches a server over the network; whether that is this machine's loopback.
pub(in crate::source) async fn tcp(host: &str, port: u16) -> io::Result<(TcpStream, bool)> {
    let stream = TcpStream::connect((host, port)).await?;
    // Questions are short, and each is waited for.
    stream.set_nodelay(true)?;
    let is_near = stream.peer_addr()?.ip().to_canonical().is_loopback();
    Ok((stream, is_near))
}

/// Copies what comes from either side to the other, until one of them ends.
pub(in crate::source) async fn copy_both(driver: UnixStream, server: Box<dyn Stream>) {
    let (mut questions, mut to_driver) = driver.into_split();
    let (mut answers, mut to_server) = tokio::io::split(server);
    // How it ends shows at the driver's side: it finds nobody there.
    tokio::select! {
        _ended = copy(&mut questions, &mut to_server) => {}
        _ended = copy(&mut answers, &mut to_driver) => {}
    }
}
