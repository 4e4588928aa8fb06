//! What speaks like a server, and announces what cannot be.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use crate::support::program::kinescope;

/// `[length, 3 bytes][sequence][payload]`
fn packet(sequence: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is short").to_le_bytes();
    [&length[..3], &[sequence], payload].concat()
}

/// A number in its longest form.
fn number(value: u64) -> Vec<u8> {
    [&[0xFE][..], &value.to_le_bytes()].concat()
}

/// The endpoint of a server that lets everybody in, makes the session read-only, and answers the first
/// question so.
fn answering(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            // It may have hung up.
            drop(serve(&client.expect("a session"), &answer));
        }
    });
    format!("mysql://u@tcp(127.0.0.1:{port})/k?timeout=5s&readTimeout=5s")
}

fn serve(mut client: &TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let hello = [
        &b"\x0a10.11.0-absurd\0\x01\0\0\0aaaaaaaa\0"[..],
        // It knows protocol 4.1, a database, and plugins; utf8mb4, commits by itself.
        &[0x08, 0x82, 0x2D, 0x02, 0x00, 0x08, 0x00, 21],
        &[0; 10],
        b"bbbbbbbbbbbb\0mysql_native_password\0",
    ]
    .concat();
    let done = [0, 0, 0, 2, 0, 0, 0];
    let mut asked = [0; 4096];
    for reply in [packet(0, &hello), packet(2, &done), packet(1, &done), answer.to_vec()] {
        client.write_all(&reply)?;
        if client.read(&mut asked)? == 0 {
            break;
        }
    }
    Ok(())
}

/// How the program ends that may have 4 GB of addresses, and what it says.
fn end(answer: Vec<u8>) -> (Option<i32>, String) {
    let program = kinescope();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v 4000000; exec \"$@\"", "sh"]).arg(program.get_program());
    shell.args(["connect", &answering(answer)]).stdin(Stdio::null()).env("HOME", "/nonexistent");
    let output = shell.output().expect("the shell runs");
    let status = output.status.code().or_else(|| Some(128 + output.status.signal()?));
    (status, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn lengths_that_cannot_be_are_garbage() {
    let answers = [
        // So many columns; a column whose name is so long; one, of which nothing comes.
        packet(1, &number(u64::MAX >> 2)),
        [packet(1, &[1]), packet(2, &[&number(1 << 40)[..], b"def"].concat())].concat(),
        [packet(1, &[1]), packet(2, &[])].concat(),
    ];
    for answer in answers {
        let (status, said) = end(answer);
        assert_eq!(status, Some(3), "{said}");
        assert!(said.contains("sent garbled data") && said.contains("  try: "), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn a_packet_takes_no_more_memory_than_comes_of_it() {
    // The parts of a packet of 4 GB, of which the third never ends.
    let part = |sequence| packet(sequence, &vec![b'x'; 0xFF_FF_FF]);
    let parts = [packet(1, &[1]), part(2), part(3), b"\xFF\xFF\xFF\x04xxxx".to_vec()].concat();
    let (status, said) = end(parts);
    assert_eq!(status, Some(3), "{said}");
    assert!(said.contains("sent nothing for 5 s"), "{said}");
}

/// The driver makes room for as many columns as are announced, before the first of them comes; what
/// there is no memory for ends the program there and then, and nothing in it can prevent that.
#[test]
fn columns_beyond_all_memory_end_the_program() {
    let (status, said) = end(packet(1, &number(1 << 40)));
    assert_eq!(status, Some(134), "{said}");
    assert!(said.contains("memory allocation of ") && said.contains(" failed"), "{said}");
}
