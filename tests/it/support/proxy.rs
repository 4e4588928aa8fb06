//! What may stand between kinescope and a server: a proxy that knows not every statement, and one
//! that does to the answers what a bad network does.

use std::io::{Read, Write, copy};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::server::{Database, PASSWORD, USER};

/// What a network does to the bytes that a server sends. They are counted from the first of a session.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// None.
    None,
    /// It hangs up after so many.
    Cut(usize),
    /// It lets so many through, and the rest once somebody says so.
    Hold(usize, Gate),
    /// One of them comes as that one, or, where it is that one, as its opposite.
    Garble(usize, u8),
    /// So many come in a second.
    Slow(usize),
}

/// What holds a session. It is open for good once it was opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<Held>, Condvar)>);

#[derive(Debug, Default)]
struct Held {
    is_reached: bool,
    is_open: bool,
}

impl Gate {
    /// Waits until a session is held.
    pub(crate) fn wait(&self) {
        let (held, changed) = &*self.0;
        let held = held.lock().expect("nobody panics here");
        let patience = Duration::from_secs(30);
        let waited = changed.wait_timeout_while(held, patience, |held| !held.is_reached);
        assert!(!waited.expect("nobody panics here").1.timed_out(), "so many bytes never came");
    }

    /// Lets everything through.
    pub(crate) fn open(&self) {
        let (held, changed) = &*self.0;
        held.lock().expect("nobody panics here").is_open = true;
        changed.notify_all();
    }

    fn pass(&self) {
        let (held, changed) = &*self.0;
        let mut held = held.lock().expect("nobody panics here");
        held.is_reached = true;
        changed.notify_all();
        drop(changed.wait_while(held, |held| !held.is_open));
    }
}

/// A proxy that passes on everything, but for its fault.
pub(crate) struct Proxy {
    port: u16,
    fault: Arc<Mutex<Fault>>,
}

impl Proxy {
    /// Listens on a free port of the loopback, as long as the test process lives.
    pub(crate) fn start(server_port: u16, fault: Fault) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let fault = Arc::new(Mutex::new(fault));
        let shared = Arc::clone(&fault);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.expect("a session");
                let fault = shared.lock().expect("nobody panics here").clone();
                // A server that is down hangs up at once.
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port));
                let Ok(server) = server else { continue };
                std::thread::spawn(move || relay(&fault, &client, &server));
            }
        });
        Self { port, fault }
    }

    /// Does something else to the sessions that begin from now on.
    pub(crate) fn set(&self, fault: Fault) {
        *self.fault.lock().expect("nobody panics here") = fault;
    }

    /// A server's endpoint by way of this proxy, in Go's form. What is encrypted differs each time.
    pub(crate) fn dsn(&self, database: &Database<'_>) -> String {
        let Database { name, .. } = database;
        format!("mysql://{USER}:{PASSWORD}@tcp(127.0.0.1:{})/{name}?tls=false", self.port)
    }
}

fn relay(fault: &Fault, client: &TcpStream, server: &TcpStream) {
    let (from, to) = (client.try_clone(), server.try_clone());
    let (mut from, mut to) = (from.expect("a second handle"), to.expect("a second handle"));
    let questions = std::thread::spawn(move || {
        drop(copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Both));
    });
    // It ends with the session, however that ends.
    drop(answer(fault, client, server));
    drop(client.shutdown(Shutdown::Both));
    drop(server.shutdown(Shutdown::Both));
    drop(questions.join());
}

fn answer(fault: &Fault, mut client: &TcpStream, mut server: &TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    let mut sent = 0;
    loop {
        let length = server.read(&mut buffer)?;
        let bytes = &mut buffer[..length];
        if bytes.is_empty() {
            return Ok(());
        }
        match *fault {
            Fault::Cut(after) if sent + length >= after => {
                return client.write_all(&bytes[..after - sent]);
            }
            Fault::Hold(after, ref gate) if (sent..sent + length).contains(&after) => {
                let (before, rest) = bytes.split_at(after - sent);
                client.write_all(before)?;
                gate.pass();
                client.write_all(rest)?;
            }
            Fault::Garble(at, garbage) => {
                if let Some(byte) = at.checked_sub(sent).and_then(|at| bytes.get_mut(at)) {
                    *byte = if *byte == garbage { !garbage } else { garbage };
                }
                client.write_all(bytes)?;
            }
            Fault::Slow(per_second) => {
                for bytes in bytes.chunks((per_second / 20).max(1)) {
                    client.write_all(bytes)?;
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            _ => client.write_all(bytes)?,
        }
        sent += length;
    }
}

/// What a proxy says to a statement that it does not pass on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    /// That it does not know it.
    Refusal,
    /// That it is done.
    Done,
}

impl Reply {
    const fn packet(self) -> &'static [u8] {
        match self {
            // ER_UNKNOWN_COM_ERROR.
            Self::Refusal => b"\xFF\x17\x04#08S01Unknown command",
            // No rows, no warnings; commits by itself.
            Self::Done => b"\0\0\0\x02\0\0\0",
        }
    }
}

/// Passes one session on from a new socket to the server's, but for a statement: to that one it
/// replies by itself.
pub(crate) fn intercept(statement: &'static str, reply: Reply, server: &Path, socket: &Path) {
    let listener = UnixListener::bind(socket).expect("a new socket");
    let server = UnixStream::connect(server).expect("the server's socket");
    std::thread::spawn(move || {
        let (client, _) = listener.accept().expect("a session");
        let (from, to) = (server.try_clone(), client.try_clone());
        let (mut from, mut to) = (from.expect("a second handle"), to.expect("a second handle"));
        let answers = std::thread::spawn(move || copy(&mut from, &mut to));
        // It ends with the session, however that ends.
        drop(pass_on(statement, reply, client, &server));
        drop(server.shutdown(Shutdown::Both));
        drop(answers.join());
    });
}

fn pass_on(
    statement: &str,
    reply: Reply,
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
            let reply = reply.packet();
            let length = u8::try_from(reply.len()).expect("it is short");
            client.write_all(&[length, 0, 0, sequence + 1])?;
            client.write_all(reply)?;
        } else {
            server.write_all(&head)?;
            server.write_all(&packet)?;
        }
    }
}
