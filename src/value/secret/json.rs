//! JSON, looked through for objects that are, or may be, Secrets.

use super::{Search, escapes, kind};
use crate::value::Mask;

/// An object or an array that is open.
struct Frame {
    is_array: bool,
    /// The member that comes, or whose value comes, by its [name](kind::member); of an array the one
    /// that the array is of.
    member: String,
    next: Next,
    kind: Kind,
    has_data: bool,
    has_metadata: bool,
    /// How many members it has, as long as all are such as a reference has.
    reference: Option<u32>,
}

/// What the next string is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Name,
    Value,
}

/// What an object has said of its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Unsaid,
    Other,
    /// That it is a Secret, perhaps among others.
    Secret,
}

impl Frame {
    const fn new(is_array: bool, member: String) -> Self {
        Self {
            is_array,
            member,
            next: if is_array { Next::Value } else { Next::Name },
            kind: Kind::Unsaid,
            has_data: false,
            has_metadata: false,
            reference: Some(0),
        }
    }

    /// Takes a name.
    fn name(&mut self, name: &str) {
        self.member = kind::member(name);
        self.has_data |= matches!(self.member.as_str(), "data" | "stringdata");
        self.has_metadata |= self.member == "metadata";
        let is_such = REFERENCE.contains(&self.member.as_str());
        self.reference = self.reference.filter(|_| is_such).map(|members| members + 1);
    }

    /// Whether it names a Secret, and has nothing of one: `{"kind":"Secret","name":"a"}`.
    fn names_one(&self) -> bool {
        self.reference.is_some_and(|members| members > 1)
    }
}

/// What a reference to an object has: `ObjectReference`, `OwnerReference` and their likes.
const REFERENCE: [&str; 13] = [
    "kind",
    "apiversion",
    "apigroup",
    "group",
    "version",
    "name",
    "namespace",
    "uid",
    "resourceversion",
    "fieldpath",
    "key",
    "controller",
    "blockownerdeletion",
];

/// Looks through JSON; when it was `cut`, through the start of it. Everything is looked at: members
/// that come twice, in any spelling, however deep they are.
pub(super) fn search(search: &mut Search, text: &str, depth: usize, cut: bool) {
    let mut frames: Vec<Frame> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if search.is_over() {
            return;
        }
        let mut end = first.len_utf8();
        match first {
            '{' | '[' => {
                let member = match frames.last_mut() {
                    Some(frame) => {
                        // What is nested is no name of anything.
                        frame.reference = None;
                        if first == '[' { frame.member.clone() } else { String::new() }
                    }
                    None => String::new(),
                };
                frames.push(Frame::new(first == '[', member));
            }
            '}' | ']' => {
                if let Some(frame) = frames.pop() {
                    let is_root = frames.is_empty();
                    closed(search, &frame, is_root && depth == 0);
                    // `"kind": ["Secret"]`.
                    let says_it = frame.is_array && frame.kind == Kind::Secret;
                    if let Some(around) = frames.last_mut().filter(|_| says_it) {
                        around.kind = Kind::Secret;
                    }
                }
            }
            ',' => {
                if let Some(frame) = frames.last_mut() {
                    frame.next = if frame.is_array { Next::Value } else { Next::Name };
                }
            }
            ':' => {
                if let Some(frame) = frames.last_mut() {
                    frame.next = Next::Value;
                }
            }
            '"' => {
                let length = string(&rest[1..]);
                let is_whole = length < rest.len() - 1;
                let written = &rest.as_bytes()[1..=length];
                let plain = escapes::undone(written);
                let plain = plain.as_deref().unwrap_or(written);
                let is_root = depth == 0 && frames.len() == 1;
                if let Some(frame) = frames.last_mut().filter(|_| is_whole) {
                    word(search, frame, &String::from_utf8_lossy(plain), is_root);
                }
                search.bytes(plain, depth + 1, cut && !is_whole);
                end = (length + 2).min(rest.len());
            }
            _ => {}
        }
        rest = &rest[end..];
    }
    if cut {
        open(search, &frames);
    }
}

/// How many bytes a string has up to its closing quote, or to the end.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// Takes a string: a name, or a value.
fn word(search: &mut Search, frame: &mut Frame, word: &str, is_root: bool) {
    if frame.next == Next::Name {
        frame.name(word);
    } else if frame.member == "kind" {
        if kind::is_secret(word) {
            frame.kind = Kind::Secret;
        } else if frame.kind == Kind::Unsaid {
            frame.kind = Kind::Other;
        }
        if is_root && !kind::is_well_formed(word) {
            search.say(Mask::NoKind);
        }
    }
}

/// Judges an object of which everything is known.
fn closed(search: &mut Search, frame: &Frame, is_value: bool) {
    if frame.is_array {
        return;
    }
    if frame.kind == Kind::Secret && (is_value || !frame.names_one()) {
        search.say(Mask::Kind);
    }
    if frame.kind == Kind::Unsaid && frame.has_data && (is_value || frame.has_metadata) {
        search.say(Mask::NoKind);
    }
}

/// Judges the objects that were cut off. The outermost must have said what it is, and so must whatever
/// has data: what is around them may be a list of Secrets.
fn open(search: &mut Search, frames: &[Frame]) {
    let objects = frames.iter().filter(|frame| !frame.is_array);
    for (at, frame) in objects.enumerate() {
        if frame.kind == Kind::Secret {
            search.say(Mask::Kind);
        }
        if frame.kind == Kind::Unsaid && (at == 0 || frame.has_data) {
            search.say(Mask::NoKind);
        }
    }
}
