//! What may stand between kinescope and a server: a proxy that knows not every statement.

use std::io::{Read, Write, copy};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

/// Passes one session on from a new socket to the server's, but for a statement: that one it
/// refuses.
pub(crate) fn refuse(statement: &'static str, server: &Path, socket: &Path) {
    let listener = UnixListener::bind(socket).expect("a new socket");
    let server = UnixStream::connect(server).expect("the server's socket");
    std::thread::spawn(move || {
        let (client, _) = listener.accept().expect("a session");
        let (from, to) = (server.try_clone(), client.try_clone());
        let (mut from, mut to) = (from.expect("a second handle"), to.expect("a second handle"));
        let answers = std::thread::spawn(move || copy(&mut from, &mut to));
        // It ends with the session, however that ends.
        drop(pass_on(statement, client, &server));
        drop(server.shutdown(Shutdown::Both));
        drop(answers.join());
    });
}

fn pass_on(
    statement: &str,
    mut client: UnixStream,
    mut server: &UnixStream,
) -> std::io::Result<()> {
    loop {
        // `[length, 3 bytes][sequence][command][argument]`
        let mut head = [0; 4];
        client.read_exact(&mut head)?;
        let [one, two, three, sequence] = head;
        let mut packet = vec![0; u32::from_le_bytes([one, two, three, 0]) as usize];
        client.read_exact(&mut packet)?;
        if packet.get(1..) == Some(statement.as_bytes()) {
            // ER_UNKNOWN_COM_ERROR.
            let refusal = [&[0xFF, 0x17, 0x04][..], b"#08S01Unknown command"].concat();
            let length = u8::try_from(refusal.len()).expect("it is short");
            client.write_all(&[length, 0, 0, sequence + 1])?;
            client.write_all(&refusal)?;
        } else {
            server.write_all(&head)?;
            server.write_all(&packet)?;
        }
    }
}
