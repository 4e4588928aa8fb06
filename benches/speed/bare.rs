//! The least that reading can cost: the server's packets, taken from its socket and parsed, with
//! nothing in between.

use std::io::{BufReader, Read, Write};
use std::os::unix::net::UnixStream;

use crate::server::Database;

/// What is read of each row, as text.
const SCAN: &str =
    "SELECT id, name, created, deleted, create_revision, prev_revision, lease FROM kine";

/// Client flags: the protocol of MySQL 4.1 and later, with a database and a plugin's name
/// (`CLIENT_LONG_PASSWORD`, `CONNECT_WITH_DB`, `PROTOCOL_41`, `SECURE_CONNECTION`, `PLUGIN_AUTH`).
const FLAGS: u32 = 1 | 1 << 3 | 1 << 9 | 1 << 15 | 1 << 19;

/// A NULL in a row of text.
const NULL: u8 = 0xfb;
/// A packet that begins so and is short ends a list.
const END: u8 = 0xfe;

/// Reads all rows, and gives how many they are.
pub(crate) fn scan(database: &Database<'_>) -> u64 {
    let mut stream = UnixStream::connect(&database.server.socket).expect("the server listens");
    let mut reader = BufReader::with_capacity(1 << 16, stream.try_clone().expect("a socket"));
    let mut packet = Vec::new();
    next(&mut reader, &mut packet);
    let mut login = Vec::new();
    login.extend(FLAGS.to_le_bytes());
    login.extend(u32::MAX.to_le_bytes());
    login.push(45);
    login.extend([0; 23]);
    // The test servers' root has no password.
    login.extend(b"root\0\0");
    login.extend(database.name.as_bytes());
    login.extend(b"\0mysql_native_password\0");
    send(&mut stream, 1, &login);
    next(&mut reader, &mut packet);
    assert_eq!(packet[0], 0, "root is let in");
    let mut query = vec![3];
    query.extend(SCAN.as_bytes());
    send(&mut stream, 0, &query);

    next(&mut reader, &mut packet);
    let columns = packet[0];
    for _ in 0..=columns {
        next(&mut reader, &mut packet);
    }
    let (mut rows, mut sum) = (0, 0_u64);
    loop {
        next(&mut reader, &mut packet);
        if packet[0] == END && packet.len() < 9 {
            break;
        }
        rows += 1;
        sum = sum.wrapping_add(fields(&packet));
    }
    std::hint::black_box(sum);
    rows
}

fn send(stream: &mut UnixStream, sequence: u8, payload: &[u8]) {
    let length = u32::try_from(payload.len()).expect("it is short").to_le_bytes();
    let mut packet = vec![length[0], length[1], length[2], sequence];
    packet.extend(payload);
    stream.write_all(&packet).expect("the server listens");
}

fn next(reader: &mut impl Read, packet: &mut Vec<u8>) {
    let mut head = [0; 4];
    reader.read_exact(&mut head).expect("the server answers");
    let length = u32::from_le_bytes([head[0], head[1], head[2], 0]);
    packet.resize(usize::try_from(length).expect("a length"), 0);
    reader.read_exact(packet).expect("the server answers");
}

/// Parses a row's columns: numbers into numbers, and the name to where it lies.
fn fields(packet: &[u8]) -> u64 {
    let (mut at, mut sum) = (0, 0_u64);
    for column in 0..7 {
        let length = match packet[at] {
            NULL => {
                at += 1;
                continue;
            }
            // The length in two bytes; no name is longer.
            0xfc => {
                at += 2;
                usize::from(u16::from_le_bytes([packet[at - 1], packet[at]]))
            }
            length => usize::from(length),
        };
        let field = &packet[at + 1..at + 1 + length];
        at += 1 + length;
        sum = sum.wrapping_add(if column == 1 {
            u64::from(field.first().copied().unwrap_or_default())
        } else {
            field.iter().fold(0, |number: u64, digit| {
                number.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0')))
            })
        });
    }
    sum
}
