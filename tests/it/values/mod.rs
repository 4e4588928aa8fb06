//! The value of a revision: on the screen, from files and from servers.

mod marked;
mod parts;
mod screen;
mod secrets;
mod server;

use kinescope::source::{Found, Log, Options, Source, stream, value};
use kinescope::tui::{Command, Message};
use tokio::sync::mpsc::channel;

use crate::support::screen::Screen;
use crate::support::server::block_on;
use crate::usage::screen::plain;

/// The explorer after everything was read.
pub(crate) fn on(source: &Source, width: u16, height: u16) -> Screen {
    on_part(source, Options::default(), width, height)
}

/// The explorer after everything was read that is wanted.
fn on_part(source: &Source, options: Options, width: u16, height: u16) -> Screen {
    let mut screen = plain(width, height);
    block_on(async {
        let (sender, mut events) = channel(1);
        tokio::spawn(stream(source.clone(), options, Log::default(), sender));
        while let Some(event) = events.recv().await {
            screen.send(Message::Source(event));
        }
    });
    screen
}

/// Does what the explorer asked for last, if it asked for a value; gives the revision.
fn found(screen: &mut Screen, source: &Source, log: &Log) -> u64 {
    let mut asked = screen.commands.drain(..).filter_map(|command| match command {
        Command::Value(wanted) => Some(wanted),
        _ => None,
    });
    let wanted = asked.next_back().expect("the explorer asks for a value");
    drop(asked);
    let id = wanted.id;
    let mut all: Vec<Found> = block_on(async {
        let (sender, mut found) = channel(1);
        tokio::spawn(value(source.clone(), wanted, log.clone(), sender));
        let mut all = Vec::new();
        while let Some(message) = found.recv().await {
            all.push(message);
        }
        all
    });
    let only = all.pop().filter(|_| all.is_empty()).expect("one answer");
    screen.send(Message::Found(only));
    id
}

/// Goes to a revision and looks at its value.
pub(crate) fn look(screen: &mut Screen, source: &Source, log: &Log, revision: u64) {
    screen.press(&format!(":{revision}<Enter>V"));
    assert_eq!(found(screen, source, log), revision);
}

/// A field of protobuf.
pub fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        field.push(u8::try_from(length & 0x7f).expect("7 bits") | 0x80);
        length >>= 7;
    }
    field.push(u8::try_from(length).expect("7 bits"));
    [&field[..], bytes].concat()
}

/// An object in Kubernetes' protobuf.
pub fn protobuf(version: &str, kind: &str, object: &[u8]) -> Vec<u8> {
    let meta = [field(1, version.as_bytes()), field(2, kind.as_bytes())].concat();
    let rest = [field(3, b""), field(4, b"")].concat();
    [&b"k8s\0"[..], &field(1, &meta), &field(2, object), &rest].concat()
}

/// A Deployment with so many replicas.
pub(crate) fn deployment(replicas: u8) -> Vec<u8> {
    let meta = [field(1, b"web"), field(3, b"shop")].concat();
    let container = [field(1, b"main"), field(2, b"nginx:1.27")].concat();
    let template = field(2, &field(2, &container));
    let spec = [vec![0x08, replicas], field(3, &template)].concat();
    protobuf("apps/v1", "Deployment", &[field(1, &meta), field(2, &spec)].concat())
}
