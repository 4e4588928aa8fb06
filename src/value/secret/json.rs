//! JSON, looked through for objects that are, or may be, Secrets.

use super::objects::Told;
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
    told: Told,
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
    fn new(is_array: bool, member: String) -> Self {
        Self {
            is_array,
            member,
            next: if is_array { Next::Value } else { Next::Name },
            kind: Kind::Unsaid,
            told: Told::default(),
            reference: Some(0),
        }
    }

    /// Takes a name.
    fn name(&mut self, name: &str) {
        self.member = kind::member(name);
        self.told.member(&self.member);
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

/// The objects and arrays that are open, of JSON or of something like it.
pub(super) struct Frames {
    open: Vec<Frame>,
    /// How many of them are objects.
    objects: usize,
    /// Whether they are the value of a row, and not within it.
    is_value: bool,
}

impl Frames {
    pub(super) const fn new(depth: usize) -> Self {
        Self { open: Vec::new(), objects: 0, is_value: depth == 0 }
    }

    /// Opens an object or an array.
    pub(super) fn enter(&mut self, is_array: bool) {
        let mut member = String::new();
        if let Some(around) = self.open.last_mut() {
            // What is nested is no name of anything.
            around.reference = None;
            if is_array {
                member.clone_from(&around.member);
            }
        }
        self.objects += usize::from(!is_array);
        self.open.push(Frame::new(is_array, member));
    }

    /// Closes the last, and judges it: everything is known of it.
    pub(super) fn leave(&mut self, search: &mut Search) {
        let Some(frame) = self.open.pop() else { return };
        if frame.is_array {
            // `"kind": ["Secret"]`.
            if let Some(around) = self.open.last_mut().filter(|_| frame.kind == Kind::Secret) {
                around.kind = Kind::Secret;
            }
            return;
        }
        self.objects -= 1;
        // Nothing but arrays is around it.
        let is_value = self.is_value && self.objects == 0;
        if frame.kind == Kind::Secret && (is_value || !frame.names_one()) {
            search.say(Mask::Kind);
        }
        if frame.kind == Kind::Unsaid && frame.told.may_be_a_secret(is_value) {
            search.say(Mask::NoKind);
        }
    }

    /// What comes is a name, or the next element of an array.
    pub(super) fn next(&mut self) {
        if let Some(frame) = self.open.last_mut() {
            frame.next = if frame.is_array { Next::Value } else { Next::Name };
        }
    }

    /// What comes is a value.
    pub(super) fn value(&mut self) {
        if let Some(frame) = self.open.last_mut() {
            frame.next = Next::Value;
        }
    }

    /// Takes a string: a name, or a value.
    pub(super) fn word(&mut self, search: &mut Search, word: &str) {
        let is_root = self.is_value && self.open.len() == 1;
        let Some(frame) = self.open.last_mut() else { return };
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

    /// Judges the objects that were cut off. The outermost must have said what it is, and so must whatever
    /// has data: what is around them may be a list of Secrets.
    pub(super) fn cut(&self, search: &mut Search) {
        let objects = self.open.iter().filter(|frame| !frame.is_array);
        for (at, frame) in objects.enumerate() {
            if frame.kind == Kind::Secret {
                search.say(Mask::Kind);
            }
            if frame.kind == Kind::Unsaid && (at == 0 || frame.told.has_data) {
                search.say(Mask::NoKind);
            }
        }
    }
}

/// Looks through JSON; when it was `cut`, through the start of it. Everything is looked at: members
/// that come twice, in any spelling, however deep they are.
pub(super) fn search(search: &mut Search, text: &str, depth: usize, cut: bool) {
    let mut frames = Frames::new(depth);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if search.is_over() {
            return;
        }
        let mut end = first.len_utf8();
        match first {
            '{' | '[' => frames.enter(first == '['),
            '}' | ']' => frames.leave(search),
            ',' => frames.next(),
            ':' => frames.value(),
            '"' => {
                let length = string(&rest[1..]);
                let is_whole = length < rest.len() - 1;
                let written = &rest.as_bytes()[1..=length];
                let plain = escapes::of_a_string(written);
                let plain = plain.as_deref().unwrap_or(written);
                if is_whole {
                    frames.word(search, &String::from_utf8_lossy(plain));
                }
                search.bytes(plain, depth + 1, cut && !is_whole);
                end = (length + 2).min(rest.len());
            }
            _ => {}
        }
        rest = &rest[end..];
    }
    if cut {
        frames.cut(search);
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
