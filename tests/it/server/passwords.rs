//! A machine in the middle that wants the password: what it gets, whatever it says.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use crate::support::program::{Ran, kinescope, ran};
use crate::support::server::own_address;

const PASSWORD: &str = "sesame-and-lilies";

/// The key of whoever is in the middle.
const KEY: &str = include_str!("../../fixtures/public-key.pem");

/// What is said to a client after the greeting, each time it has said something; all of a part is sent
/// at once, as packets.
type Script = &'static [&'static [&'static [u8]]];

const FULL: &[u8] = b"\x01\x04";
const SWITCH: &[u8] = b"\xfesha256_password\0abcdefghijklmnopqrst\0";
const SWITCH_BACK: &[u8] = b"\xfecaching_sha2_password\0abcdefghijklmnopqrst\0";
const SWITCH_TO_CLEAR: &[u8] = b"\xfemysql_clear_password\0abcdefghijklmnopqrst\0";
/// Stands for the key.
const SHOWN: &[u8] = b"";

/// A server with a script, for one client; gives the payloads that the client sent.
fn start(ip: IpAddr, plugin: &str, script: Script) -> (u16, JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind((ip, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let mut greeting = b"\x0a8.4.0\0\x01\0\0\0abcdefgh\0".to_vec();
    // Everything but TLS: a machine in the middle takes the offer away.
    greeting.extend(b"\xff\xf7\xff\x02\0\xff\xdf\x15\0\0\0\0\0\0\0\0\0\0ijklmnopqrst\0");
    greeting.extend(plugin.as_bytes());
    greeting.push(0);
    let session = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("a client");
        let mut number = 0;
        let mut said = Vec::new();
        send(&mut client, &mut number, &[&greeting]);
        for part in script {
            let Some(payload) = receive(&mut client, &mut number) else { return said };
            said.push(payload);
            send(&mut client, &mut number, part);
        }
        while let Some(payload) = receive(&mut client, &mut number) {
            said.push(payload);
        }
        said
    });
    (port, session)
}

/// What the client does not wait for is lost with it.
fn send(client: &mut TcpStream, number: &mut u8, packets: &[&[u8]]) {
    let key = format!("\x01{KEY}");
    let mut bytes = Vec::new();
    for packet in packets {
        let payload = if packet.is_empty() { key.as_bytes() } else { packet };
        let length = u16::try_from(payload.len()).expect("it is short").to_le_bytes();
        bytes.extend([length[0], length[1], 0, *number]);
        bytes.extend(payload);
        *number += 1;
    }
    drop(client.write_all(&bytes));
}

fn receive(client: &mut TcpStream, number: &mut u8) -> Option<Vec<u8>> {
    let mut head = [0; 4];
    match client.read_exact(&mut head) {
        Ok(()) => {}
        Err(why) => {
            let kinds = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset];
            assert!(kinds.contains(&why.kind()), "{why}");
            return None;
        }
    }
    let mut payload = vec![0; usize::from(u16::from_le_bytes([head[0], head[1]]))];
    client.read_exact(&mut payload).expect("all of the packet");
    *number = head[3] + 1;
    Some(payload)
}

fn connect(ip: IpAddr, port: u16, parameters: &str) -> Ran {
    let mut command = kinescope();
    let endpoint = format!("mysql://u:{PASSWORD}@tcp({ip}:{port})/k{parameters}");
    ran(command.arg("connect").env("KINESCOPE_ENDPOINT", endpoint).output().expect("it runs"))
}

/// What may give the password away: it itself, or as much as RSA makes of it.
fn gives_away(said: &[Vec<u8>]) -> bool {
    let is_bare = |payload: &Vec<u8>| {
        payload.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes())
    };
    said.iter().any(|payload| is_bare(payload) || payload.len() == 256)
}

const SHA2: &str = "caching_sha2_password";
const NATIVE: &str = "mysql_native_password";
const CLEAR: &str = "mysql_clear_password";

/// (what is tried, the plugin of the greeting, what follows)
const TRICKS: [(&str, &str, Script); 8] = [
    ("the key, once it is asked for", SHA2, &[&[FULL], &[SHOWN]]),
    ("the key before it is asked for", SHA2, &[&[FULL, SHOWN]]),
    ("known by heart, and then not", SHA2, &[&[b"\x01\x03", FULL, SHOWN], &[SHOWN]]),
    ("another plugin, the key at once", SHA2, &[&[SWITCH, SHOWN], &[SHOWN]]),
    ("another plugin, twice", NATIVE, &[&[SWITCH_BACK], &[SWITCH, SHOWN], &[SHOWN]]),
    ("the key first", "sha256_password", &[&[SHOWN], &[SHOWN]]),
    ("the password itself", CLEAR, &[&[FULL]]),
    ("the password itself, later", SHA2, &[&[SWITCH_TO_CLEAR]]),
];

#[test]
fn a_machine_in_the_middle_does_not_get_the_password() {
    let Some(own) = own_address() else {
        println!("not run on a machine without a network");
        return;
    };
    for parameters in ["", "?tls=false"] {
        for (trick, plugin, script) in TRICKS {
            let (port, session) = start(own, plugin, script);
            let ran = connect(own, port, parameters);
            let said = session.join().expect("it plays its part");
            assert!(!gives_away(&said), "{trick}: {said:?}");
            assert_eq!(ran.status, Some(3), "{trick}: {}{}", ran.out, ran.err);
            assert!(!ran.err.contains(PASSWORD) && !ran.out.contains(PASSWORD), "{trick}");
            let text = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_named = text.contains("a key that nobody vouches for, so it was not sent")
                || text.contains("wants the password of 'u' unencrypted");
            assert!(is_named, "{trick}: {text}");
        }
    }
}

/// A greeting comes before anything is encrypted, and its plugin may be the one that takes the password
/// as it is: who is near is not asked for it either.
#[test]
fn nobody_gets_the_password_itself_unless_that_was_allowed() {
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for parameters in ["", "?tls=false", "?tls=skip-verify", "?tls=true"] {
        for (trick, plugin, script) in &TRICKS[6..] {
            let (port, session) = start(here, plugin, script);
            let ran = connect(here, port, parameters);
            let said = session.join().expect("it plays its part");
            assert!(!gives_away(&said), "{trick} {parameters}: {said:?}");
            assert_eq!(ran.status, Some(3), "{trick} {parameters}: {}{}", ran.out, ran.err);
        }
    }
}

/// The very same scripts work where the password is sent: over the loopback, or where it was allowed.
#[test]
fn the_tricks_work_on_who_trusts_the_server() {
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    for (trick, plugin, script) in &TRICKS[..2] {
        let (port, session) = start(here, plugin, script);
        connect(here, port, "?tls=false");
        assert!(gives_away(&session.join().expect("it plays its part")), "{trick}");
    }
    let (_, plugin, script) = TRICKS[7];
    let (port, session) = start(here, plugin, script);
    connect(here, port, "?tls=false&allowCleartextPasswords=true");
    assert!(gives_away(&session.join().expect("it plays its part")));
}
