//! Whether a value holds a Secret, in whatever it is wrapped.
//!
//! ```text
//!   value ─┬─▶ JSON, CBOR ─▶ objects, each string ─┐
//!          ├─▶ protobuf ───▶ envelopes, each field ─┼─▶ again, until nothing is wrapped any more
//!          ├─▶ text ───────▶ escapes, base64, hex ──┤
//!          └─▶ bytes ──────▶ gzip, zlib, UTF-16 ────┘
//! ```
//!
//! What is looked for is an object that says that it is a Secret. Where objects can be told apart, as in
//! JSON, one that only refers to a Secret is none; in a text the words are enough.

mod cbor;
mod escapes;
mod json;
mod kind;
mod objects;
mod packed;

use std::borrow::Cow;

use super::json::is_json;
use super::{Mask, Typed, body, protobuf};
use packed::Unpacked;

/// How deep things are looked into that are wrapped in others.
const DEPTH: usize = 64;

/// No shorter text says `kind: Secret`, and none is a packed one that does.
const SHORTEST: usize = 11;

/// How many bytes are looked at, what was unwrapped included: a value of 256 KiB that is wrapped as
/// people wrap it needs a few times its length, and one of bytes without any sense fifty times that.
const BYTES: usize = 32 << 20;

/// What an attempt to unpack costs at least, in bytes.
const ATTEMPT: usize = 4 << 10;

/// How often the escapes of a text are undone.
const ESCAPED: usize = 16;

/// Looks through a value, or, when it was `cut`, through the start of one: whether it is, or may be, a
/// Secret's.
pub(super) fn mask(value: &[u8], cut: bool) -> Option<Mask> {
    let mut search = Search::new();
    search.bytes(value, 0, cut);
    search.found.or((search.ends.damaged > 0).then_some(Mask::Packed))
}

/// What was looked through, and what came of it.
struct Search {
    /// How many more bytes are looked at.
    left: usize,
    found: Option<Mask>,
    ends: Ends,
}

/// How many packed things were unpacked to their end, and how many could not be.
#[derive(Clone, Copy, Default)]
struct Ends {
    whole: usize,
    damaged: usize,
}

/// How it went to unpack what is in bytes, in each way of reading them.
#[derive(Clone, Copy, Default)]
struct Attempts {
    /// Whether there was something once, and all of it was whole.
    is_one_whole: bool,
    /// Whether something was damaged once.
    is_one_damaged: bool,
}

impl Search {
    const fn new() -> Self {
        Self { left: BYTES, found: None, ends: Ends { whole: 0, damaged: 0 } }
    }

    /// Whether nothing that comes makes a difference.
    fn is_over(&self) -> bool {
        self.found == Some(Mask::Kind) || self.left == 0
    }

    /// Takes a reason. That it is a Secret counts for more than that it may be one.
    fn say(&mut self, mask: Mask) {
        if self.found.is_none() || mask == Mask::Kind {
            self.found = Some(mask);
        }
    }

    /// Whether so many bytes may be looked at, so deep.
    fn enters(&mut self, bytes: usize, depth: usize) -> bool {
        if self.is_over() {
            return false;
        }
        self.left = self.left.saturating_sub(bytes);
        if self.left == 0 || depth > DEPTH {
            self.say(Mask::Packed);
            return false;
        }
        true
    }

    /// Looks through bytes of which nothing is known.
    fn bytes(&mut self, bytes: &[u8], depth: usize, cut: bool) {
        if self.part(bytes, depth, cut) || !self.enters(2 * bytes.len(), depth) {
            return;
        }
        if kind::is_in(bytes) || holds_an_envelope(bytes) {
            return self.say(Mask::Kind);
        }
        if protobuf::is_message(bytes, cut) {
            self.fields(bytes, depth, cut);
        }
        self.envelopes(bytes, depth, cut);
        cbor::search(self, bytes, depth, cut);
        let mut attempts = Attempts::default();
        self.attempt(&mut attempts, |search| search.unpack(bytes, depth, cut));
        self.each_undone(bytes, &mut attempts, depth, cut);
        self.texts(bytes, depth, cut);
        if bytes.contains(&0) {
            self.attempt(&mut attempts, |search| search.letters(bytes, depth + 1, cut));
        }
        self.settle(attempts);
    }

    /// Looks through the letters of what may be UTF-16 or UTF-32.
    fn letters(&mut self, bytes: &[u8], depth: usize, cut: bool) {
        let letters = kind::letters(bytes);
        if !self.part(&letters, depth, cut) {
            self.text(&letters, depth, cut);
            self.texts(&letters, depth, cut);
        }
    }

    /// Looks through what may be a text, JSON, or an object in protobuf; false if it is none.
    fn part(&mut self, bytes: &[u8], depth: usize, cut: bool) -> bool {
        if let Some(text) = body::text(bytes, cut) {
            let is_json =
                is_json(text, cut) || cut && is_json(text.trim_end_matches(is_of_an_escape), cut);
            // JSON may have a character in it that no text has.
            if is_json || body::is_printable(text) {
                if bytes.len() >= SHORTEST && self.enters(bytes.len(), depth) {
                    self.printable(text, is_json, depth, cut);
                }
                return true;
            }
        }
        let Some((typed, raw)) = protobuf::envelope(bytes, cut) else { return false };
        if typed.is_secret() {
            self.say(Mask::Kind);
        } else if !kind::is_well_formed(&typed.kind) {
            self.say(Mask::NoKind);
        } else if self.enters(raw.len(), depth) {
            if kind::is_in(raw) || holds_an_envelope(raw) {
                self.say(Mask::Kind);
            }
            self.message(raw, depth + 1, cut);
        }
        true
    }

    /// Looks through the texts among bytes that are none: what base64 stands for is one behind what a word
    /// before it does.
    fn texts(&mut self, bytes: &[u8], depth: usize, cut: bool) {
        let mut end = 0;
        for chunk in bytes.utf8_chunks() {
            let text = chunk.valid().as_bytes();
            end += text.len() + chunk.invalid().len();
            if text.len() >= SHORTEST && text.len() < bytes.len() {
                self.text(text, depth + 1, cut && end == bytes.len());
            }
        }
    }

    /// Looks through the objects in protobuf that begin after something else.
    fn envelopes(&mut self, bytes: &[u8], depth: usize, cut: bool) {
        let mut rest = bytes.get(1..).unwrap_or_default();
        while let Some(at) =
            rest.windows(protobuf::MAGIC.len()).position(|it| it == protobuf::MAGIC)
        {
            let envelope = protobuf::envelope(&rest[at..], true);
            let raw = envelope.map_or(&[][..], |(_, raw)| raw);
            if !raw.is_empty() {
                self.message(raw, depth + 1, cut);
            }
            rest = &rest[at + protobuf::MAGIC.len() + raw.len()..];
        }
    }

    /// Looks through a text that somebody reads.
    fn printable(&mut self, text: &str, is_json: bool, depth: usize, cut: bool) {
        if is_json {
            return json::search(self, text, depth, cut);
        }
        let bytes = text.as_bytes();
        self.text(bytes, depth, cut);
        // A short message can be a text, too: its first field's number is a line end.
        if text.starts_with('\n') && protobuf::is_message(bytes, cut) {
            self.fields(bytes, depth, cut);
        }
    }

    /// Looks through what should be a message. What is none is looked through as bytes.
    fn message(&mut self, bytes: &[u8], depth: usize, cut: bool) {
        // What is packed can be a message by chance.
        if protobuf::is_message(bytes, cut) && !packed::begins(bytes) {
            self.fields(bytes, depth, cut);
        } else {
            self.bytes(bytes, depth, cut);
        }
    }

    /// Looks through the fields of a message.
    fn fields(&mut self, bytes: &[u8], depth: usize, cut: bool) {
        if protobuf::type_meta(bytes).is_some_and(|it| it.api_version == "v1" && it.is_secret()) {
            self.say(Mask::Kind);
        }
        for (field, is_last) in protobuf::fields(bytes, cut) {
            if !self.enters(1, depth) {
                return;
            }
            let cut = cut && is_last;
            if !self.part(field, depth + 1, cut) {
                self.message(field, depth + 1, cut);
            }
        }
    }

    /// Looks through a text that is no JSON, or that only may be a text.
    fn text(&mut self, text: &[u8], depth: usize, cut: bool) {
        let mut attempts = Attempts::default();
        self.each_undone(text, &mut attempts, depth, cut);
        self.settle(attempts);
    }

    /// Takes what came of all attempts.
    fn settle(&mut self, attempts: Attempts) {
        let Attempts { is_one_whole, is_one_damaged } = attempts;
        self.ends.damaged += usize::from(is_one_damaged && !is_one_whole);
    }

    /// Looks through a text, and what is left of it each time that its escapes are undone.
    fn each_undone(&mut self, text: &[u8], attempts: &mut Attempts, depth: usize, cut: bool) {
        let mut text = Cow::Borrowed(text);
        for _ in 0..ESCAPED {
            if !self.enters(text.len(), depth) {
                return;
            }
            if kind::is_said(&text) {
                return self.say(Mask::Kind);
            }
            if cut && depth > 0 && kind::has_data(&text) {
                self.say(Mask::NoKind);
            }
            let is_other = matches!(text, Cow::Owned(_));
            if self.stands_for_bytes(&text, is_other, attempts, depth, cut) {
                return;
            }
            let Some(plain) = escapes::undone(&text) else {
                if !(is_other && self.attempt(attempts, |search| search.part(&text, depth, cut))) {
                    self.plain(&text, depth, cut);
                }
                return;
            };
            // A backslash may be none of an escape.
            for run in packed::runs(&text).iter().filter(|run| run.is_escaped) {
                self.each(packed::digits(&run.text), depth, cut && run.is_last);
            }
            text = plain.into();
        }
        self.say(Mask::Packed);
    }

    /// Looks through the bytes that a text stands for, if they are others than those that it is, or it is
    /// another one as its escapes were undone; true where nothing else is in it.
    fn stands_for_bytes(
        &mut self,
        text: &[u8],
        is_other: bool,
        attempts: &mut Attempts,
        depth: usize,
        cut: bool,
    ) -> bool {
        match escapes::bytes(text) {
            Some(bytes) if is_other || bytes.len() < text.len() => {
                self.attempt(attempts, |search| search.bytes(&bytes, depth + 1, cut));
                bytes.len() == text.len()
            }
            None if is_other && str::from_utf8(text).is_err() => {
                self.attempt(attempts, |search| search.unpack(text, depth, cut));
                false
            }
            _ => false,
        }
    }

    /// Looks through what may have too few of its escapes undone, or too many, or be no UTF-16: what is packed
    /// in it is damaged then. One attempt in which all was whole is enough.
    fn attempt<T>(&mut self, attempts: &mut Attempts, look: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.ends;
        let looked = look(self);
        let is_damaged = self.ends.damaged > before.damaged;
        attempts.is_one_whole |= self.ends.whole > before.whole && !is_damaged;
        attempts.is_one_damaged |= is_damaged;
        self.ends.damaged = before.damaged;
        looked
    }

    /// Looks through a text without escapes: for objects, and for what is in base64 or in digits.
    fn plain(&mut self, text: &[u8], depth: usize, cut: bool) {
        if objects::may_be_a_secret(text, depth == 0) {
            self.say(Mask::NoKind);
        }
        for run in packed::runs(text) {
            self.each(packed::decoded(&run.text), depth, cut && run.is_last);
        }
        for (bytes, is_last) in packed::apart(text) {
            self.bytes(&bytes, depth + 1, cut && is_last);
        }
    }

    /// Looks through each of what something can stand for.
    fn each(&mut self, all: impl Iterator<Item = Vec<u8>>, depth: usize, cut: bool) {
        for bytes in all {
            self.bytes(&bytes, depth + 1, cut);
        }
    }

    /// Looks through what is compressed.
    fn unpack(&mut self, bytes: &[u8], depth: usize, cut: bool) {
        for at in packed::beginnings(bytes) {
            if !self.enters(ATTEMPT, depth) {
                return;
            }
            match packed::unpacked(bytes, at, self.left) {
                None => {}
                Some(Unpacked::Unclear) => self.say(Mask::Packed),
                Some(Unpacked::Bytes(unpacked, is_whole)) => {
                    let ends = &mut self.ends;
                    let end = if is_whole { &mut ends.whole } else { &mut ends.damaged };
                    *end += 1;
                    self.bytes(&unpacked, depth + 1, cut && !is_whole);
                }
            }
        }
    }
}

/// Whether a character can be one of an escape that was cut off.
fn is_of_an_escape(char: char) -> bool {
    char == '\\' || char.is_ascii_alphanumeric()
}

impl Typed {
    fn is_secret(&self) -> bool {
        kind::is_secret(&self.kind)
    }
}

/// Whether an object in protobuf begins in bytes that is a Secret, or that is damaged and has the word.
fn holds_an_envelope(bytes: &[u8]) -> bool {
    /// How far an envelope's type goes at most.
    const TYPE: usize = 512;
    let magic = protobuf::MAGIC;
    let mut starts = bytes.windows(magic.len()).enumerate().filter(|(_, it)| *it == magic);
    starts.any(|(at, _)| {
        let start = &bytes[at..bytes.len().min(at + TYPE)];
        match protobuf::envelope(start, true) {
            Some((typed, _)) => typed.is_secret(),
            None => start.windows(6).any(|word| word.eq_ignore_ascii_case(b"secret")),
        }
    })
}

#[cfg(test)]
mod tests;
