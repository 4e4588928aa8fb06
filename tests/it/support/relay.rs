//! A proxy that understands what it passes on, and gives other rows than the server did.

use std::collections::HashMap;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::server::{Database, PASSWORD, USER};

/// What a server replies to a statement, and what a client gets in its place.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Rows, each as it is sent.
    Rows(Vec<Vec<u8>>),
    /// That it is done, or that a statement is prepared.
    Done,
    /// An error, in the server's words.
    Refused(String),
}

/// What is done to replies: it is given the statement, and whether its rows are texts.
pub(crate) type Meddle = dyn Fn(&str, bool, Reply) -> Reply + Send + Sync;

/// How a proxy holds rows back of which there are more than it lets through.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cap {
    /// It lets the first ones through.
    Short(usize),
    /// It lets none through, as `maxrows` of `MaxScale` does by itself.
    Empty(usize),
    /// It says that the statement is done, which `maxrows` does too.
    Done(usize),
    /// It says that there are too many.
    Refused(usize),
}

impl Cap {
    pub(crate) fn on(self, reply: Reply) -> Reply {
        let (Self::Short(most) | Self::Empty(most) | Self::Done(most) | Self::Refused(most)) = self;
        match reply {
            Reply::Rows(mut rows) if rows.len() > most => match self {
                Self::Short(_) => {
                    rows.truncate(most);
                    Reply::Rows(rows)
                }
                Self::Empty(_) => Reply::Rows(Vec::new()),
                Self::Done(_) => Reply::Done,
                Self::Refused(_) => Reply::Refused("too many rows".to_owned()),
            },
            reply => reply,
        }
    }
}

/// A proxy that does something to every reply after the login.
pub(crate) struct Relay {
    port: u16,
    meddle: Arc<Mutex<Arc<Meddle>>>,
}

impl Relay {
    /// Listens on a free port of the loopback, as long as the test process lives.
    pub(crate) fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let nothing: Arc<Meddle> = Arc::new(|_, _, reply| reply);
        let meddle = Arc::new(Mutex::new(nothing));
        let shared = Arc::clone(&meddle);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.expect("a session");
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port));
                let server = server.expect("the server listens");
                let meddle = Arc::clone(&shared.lock().expect("nobody panics here"));
                // It ends with the session, however that ends.
                std::thread::spawn(move || {
                    let session = Session::new(&client, &server);
                    drop(session.and_then(|session| session.run(&*meddle)));
                });
            }
        });
        Self { port, meddle }
    }

    /// Does that to the sessions that begin from now on.
    pub(crate) fn set(&self, meddle: impl Fn(&str, bool, Reply) -> Reply + Send + Sync + 'static) {
        *self.meddle.lock().expect("nobody panics here") = Arc::new(meddle);
    }

    /// A server's endpoint by way of this proxy, in Go's form. What is encrypted it cannot read.
    pub(crate) fn dsn(&self, database: &Database<'_>) -> String {
        let Database { name, .. } = database;
        format!("mysql://{USER}:{PASSWORD}@tcp(127.0.0.1:{})/{name}?tls=false", self.port)
    }
}

/// The cells of a row that is a text.
pub(crate) fn cells(row: &[u8]) -> Vec<Option<Vec<u8>>> {
    let (mut cells, mut at) = (Vec::new(), 0);
    while at < row.len() {
        if row[at] == 0xFB {
            cells.push(None);
            at += 1;
            continue;
        }
        let (length, size) = length(&row[at..]);
        cells.push(Some(row[at + size..at + size + length].to_vec()));
        at += size + length;
    }
    cells
}

/// A row of these cells.
pub(crate) fn row(cells: &[Option<Vec<u8>>]) -> Vec<u8> {
    let mut row = Vec::new();
    for cell in cells {
        let Some(cell) = cell else {
            row.push(0xFB);
            continue;
        };
        let length = u16::try_from(cell.len()).expect("it is short");
        row.push(0xFC);
        row.extend(length.to_le_bytes());
        row.extend(cell);
    }
    row
}

/// A number of the protocol, and how many bytes it takes.
fn length(bytes: &[u8]) -> (usize, usize) {
    let number = |size: usize| {
        let mut number = [0; 8];
        number[..size].copy_from_slice(&bytes[1..=size]);
        usize::try_from(u64::from_le_bytes(number)).expect("it is in memory")
    };
    match bytes[0] {
        0xFC => (number(2), 3),
        0xFD => (number(3), 4),
        0xFE => (number(8), 9),
        one => (one.into(), 1),
    }
}

/// One packet: `[length, 3 bytes][sequence][payload]`.
fn read(from: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 4];
    from.read_exact(&mut head)?;
    let [one, two, three, sequence] = head;
    let mut payload = vec![0; u32::from_le_bytes([one, two, three, 0]) as usize];
    from.read_exact(&mut payload)?;
    Ok((sequence, payload))
}

fn write(to: &mut impl Write, sequence: u8, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).expect("it is short").to_le_bytes();
    to.write_all(&[length[0], length[1], length[2], sequence])?;
    to.write_all(payload)
}

/// What the two may have agreed on: that an answer ends in an `OK`, with no `EOF` before its rows.
const DEPRECATE_EOF: u32 = 1 << 24;

/// `COM_QUERY` and the like.
const QUERY: u8 = 0x03;
const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;

struct Session<'s> {
    from_client: BufReader<&'s TcpStream>,
    from_server: BufReader<&'s TcpStream>,
    client: BufWriter<&'s TcpStream>,
    server: BufWriter<&'s TcpStream>,
    has_eof: bool,
    prepared: HashMap<[u8; 4], String>,
}

impl<'s> Session<'s> {
    fn new(client: &'s TcpStream, server: &'s TcpStream) -> io::Result<Self> {
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        Ok(Self {
            from_client: BufReader::new(client),
            from_server: BufReader::new(server),
            client: BufWriter::new(client),
            server: BufWriter::new(server),
            has_eof: true,
            prepared: HashMap::new(),
        })
    }

    fn run(mut self, meddle: &Meddle) -> io::Result<()> {
        self.login()?;
        loop {
            let question = self.ask()?;
            match question.first() {
                Some(&QUERY) => {
                    let sql = String::from_utf8_lossy(&question[1..]).into_owned();
                    self.answer(&sql, true, meddle)?;
                }
                Some(&PREPARE) => {
                    let sql = String::from_utf8_lossy(&question[1..]).into_owned();
                    self.prepare(sql, meddle)?;
                }
                Some(&EXECUTE) => {
                    let id = [question[1], question[2], question[3], question[4]];
                    let sql = self.prepared.get(&id).cloned().unwrap_or_default();
                    self.answer(&sql, false, meddle)?;
                }
                // Nothing is replied to these: a statement is closed, or the session.
                _ => {}
            }
        }
    }

    /// Passes a packet on from the client.
    fn ask(&mut self) -> io::Result<Vec<u8>> {
        let (sequence, payload) = read(&mut self.from_client)?;
        write(&mut self.server, sequence, &payload)?;
        self.server.flush()?;
        Ok(payload)
    }

    /// Passes a packet on from the server.
    fn reply(&mut self) -> io::Result<Vec<u8>> {
        let (sequence, payload) = read(&mut self.from_server)?;
        write(&mut self.client, sequence, &payload)?;
        self.client.flush()?;
        Ok(payload)
    }

    /// Lets the client in.
    fn login(&mut self) -> io::Result<()> {
        let greeting = self.reply()?;
        // `[10][version, 0][thread, 4][8][0][flags, 2][1][2][flags, 2]`
        let at = greeting.iter().skip(1).position(|&byte| byte == 0).expect("a version") + 2 + 13;
        let flags = [greeting[at], greeting[at + 1], greeting[at + 5], greeting[at + 6]];
        let response = self.ask()?;
        let agreed = [response[0], response[1], response[2], response[3]];
        let both = u32::from_le_bytes(flags) & u32::from_le_bytes(agreed);
        self.has_eof = both & DEPRECATE_EOF == 0;
        loop {
            match *self.reply()?.as_slice() {
                [0, ..] => return Ok(()),
                // The password was known by heart: the `OK` follows.
                [1, 3] => {}
                [0xFF, ..] => return Err(io::ErrorKind::PermissionDenied.into()),
                _ => drop(self.ask()?),
            }
        }
    }

    fn prepare(&mut self, sql: String, meddle: &Meddle) -> io::Result<()> {
        let (sequence, first) = read(&mut self.from_server)?;
        let mut packets = vec![first.clone()];
        if first[0] == 0 {
            let id = [first[1], first[2], first[3], first[4]];
            for count in [&first[7..9], &first[5..7]] {
                let count = u16::from_le_bytes([count[0], count[1]]);
                let ends = u16::from(self.has_eof && count > 0);
                for _ in 0..count + ends {
                    packets.push(read(&mut self.from_server)?.1);
                }
            }
            if let Reply::Refused(why) = meddle(&sql, false, Reply::Done) {
                return self.give(sequence, &[refusal(&why)]);
            }
            self.prepared.insert(id, sql);
        }
        self.give(sequence, &packets)
    }

    /// Gives the client a reply to a statement.
    fn answer(&mut self, sql: &str, is_text: bool, meddle: &Meddle) -> io::Result<()> {
        let (sequence, first) = read(&mut self.from_server)?;
        let (mut head, mut rows) = (vec![first.clone()], Vec::new());
        let mut end = Vec::new();
        let reply = match first[0] {
            0 => Reply::Done,
            0xFF => return self.give(sequence, &head),
            _ => {
                let columns = length(&first).0 + usize::from(self.has_eof);
                for _ in 0..columns {
                    head.push(read(&mut self.from_server)?.1);
                }
                loop {
                    let (_, packet) = read(&mut self.from_server)?;
                    let is_failure = packet[0] == 0xFF;
                    if is_failure || packet[0] == 0xFE && packet.len() < 1 << 16 {
                        end = packet;
                        if is_failure {
                            head.extend(rows);
                            head.push(end);
                            return self.give(sequence, &head);
                        }
                        break;
                    }
                    rows.push(packet);
                }
                Reply::Rows(rows)
            }
        };
        let had_rows = matches!(reply, Reply::Rows(_));
        match meddle(sql, is_text, reply) {
            Reply::Rows(rows) if had_rows => {
                head.extend(rows);
                head.push(end);
                self.give(sequence, &head)
            }
            Reply::Refused(why) => self.give(sequence, &[refusal(&why)]),
            Reply::Done | Reply::Rows(_) => {
                let done = if had_rows { b"\0\0\0\x02\0\0\0".to_vec() } else { first };
                self.give(sequence, &[done])
            }
        }
    }

    fn give(&mut self, first: u8, packets: &[Vec<u8>]) -> io::Result<()> {
        let mut sequence = first;
        for packet in packets {
            write(&mut self.client, sequence, packet)?;
            sequence = sequence.wrapping_add(1);
        }
        self.client.flush()
    }
}

/// `ER_UNKNOWN_ERROR`, in such words.
fn refusal(why: &str) -> Vec<u8> {
    [b"\xFF\x51\x04#HY000", why.as_bytes()].concat()
}
