//! Kubernetes' protobuf: the envelope, and the fields of what is in it.
//!
//! An object is stored as `k8s\0` and a `runtime.Unknown`
//! (`k8s.io/apimachinery/pkg/runtime/generated.proto`): a `TypeMeta` of API version and kind, and the
//! object's own bytes. What those fields are called is in each kind's own definition; without it they
//! have numbers, as `protoc --decode_raw` prints them.

use super::typed::Typed;

/// What every such value begins with.
pub(super) const MAGIC: &[u8] = b"k8s\0";

/// How deep messages are looked into.
const DEPTH: usize = 32;

/// Of a field that is neither text nor a message, how many bytes are printed.
const BYTES: usize = 16;

/// What a field holds.
pub(super) enum Content<'b> {
    /// A number, however it is written.
    Number(u64),
    /// Bytes that were announced; fewer where the message was cut.
    Bytes(&'b [u8]),
}

/// The fields of a message, as far as they are whole; of the last one its start, where the message
/// was `cut`.
pub(super) struct Fields<'b> {
    rest: &'b [u8],
    cut: bool,
}

impl<'b> Fields<'b> {
    /// The fields of a message, or, where it was `cut`, of the start of one.
    pub(super) const fn new(message: &'b [u8], cut: bool) -> Self {
        Self { rest: message, cut }
    }

    /// Whether nothing follows.
    pub(super) const fn is_over(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'b> Iterator for Fields<'b> {
    /// A number and what it holds; `None` once, where no field begins.
    type Item = Option<(u64, Content<'b>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut rest = self.rest;
        let field = field(&mut rest, self.cut);
        self.rest = if field.is_some() { rest } else { &[] };
        // What was cut off within a field is no mistake.
        if field.is_none() && self.cut { None } else { Some(field) }
    }
}

fn field<'b>(rest: &mut &'b [u8], cut: bool) -> Option<(u64, Content<'b>)> {
    let tag = varint(rest)?;
    let number = tag >> 3;
    if number == 0 || number >= 1 << 29 {
        return None;
    }
    let content = match tag & 7 {
        0 => Content::Number(varint(rest)?),
        1 => Content::Number(u64::from_le_bytes(*take(rest, 8)?.first_chunk()?)),
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            let length = if cut { length.min(rest.len()) } else { length };
            Content::Bytes(take(rest, length)?)
        }
        5 => Content::Number(u64::from(u32::from_le_bytes(*take(rest, 4)?.first_chunk()?))),
        _ => return None,
    };
    Some((number, content))
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

pub(super) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(rest, 1)?.first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// The type in an envelope, and the object's bytes. One that gives two types is none.
pub(super) fn envelope(bytes: &[u8], cut: bool) -> Option<(Typed, &[u8])> {
    let mut typed = None;
    let mut raw: &[u8] = &[];
    for field in Fields::new(bytes.strip_prefix(MAGIC)?, cut) {
        match field? {
            (1, Content::Bytes(_)) if typed.is_some() => return None,
            (1, Content::Bytes(meta)) => typed = Some(type_meta(meta)?),
            (2, Content::Bytes(object)) => raw = object,
            _ => {}
        }
    }
    Some((typed?, raw))
}

/// The fields of a message that are bytes, and whether nothing follows each of them.
pub(super) fn fields(message: &[u8], cut: bool) -> impl Iterator<Item = (&[u8], bool)> {
    let mut fields = Fields::new(message, cut);
    std::iter::from_fn(move || {
        loop {
            if let (_, Content::Bytes(bytes)) = fields.next()?? {
                return Some((bytes, fields.rest.is_empty()));
            }
        }
    })
}

/// Whether bytes are the fields of a message.
pub(super) fn is_message(bytes: &[u8], cut: bool) -> bool {
    Fields::new(bytes, cut).all(|field| field.is_some())
}

/// A message as a type, if it can be one.
pub(super) fn type_meta(bytes: &[u8]) -> Option<Typed> {
    let mut typed = Typed::default();
    for field in Fields::new(bytes, false) {
        match field? {
            (1, Content::Bytes(text)) => {
                str::from_utf8(text).ok()?.clone_into(&mut typed.api_version);
            }
            (2, Content::Bytes(_)) if !typed.kind.is_empty() => return None,
            (2, Content::Bytes(text)) => {
                str::from_utf8(text).ok()?.clone_into(&mut typed.kind);
            }
            _ => {}
        }
    }
    Some(typed)
}

/// A line for each field, those within a field indented; `None` where the bytes are no message.
pub(super) fn lines(message: &[u8], cut: bool) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    write(message, cut, 0, &mut lines).then_some(lines)
}

fn write(message: &[u8], cut: bool, depth: usize, lines: &mut Vec<String>) -> bool {
    if depth == DEPTH {
        return false;
    }
    let indent = "  ".repeat(depth);
    let mut fields = Fields::new(message, cut);
    while let Some(field) = fields.next() {
        // Only the last field of what was cut can itself be.
        let cut = cut && fields.rest.is_empty();
        match field {
            None => return false,
            Some((number, Content::Number(content))) => {
                lines.push(format!("{indent}{number}: {content}"));
            }
            Some((number, Content::Bytes(bytes))) => {
                if let Some(text) = text(bytes, false) {
                    lines.push(format!("{indent}{number}: \"{text}\""));
                    continue;
                }
                let start = lines.len();
                lines.push(format!("{indent}{number} {{"));
                if write(bytes, cut, depth + 1, lines) && lines.len() > start + 1 {
                    lines.push(format!("{indent}}}"));
                    continue;
                }
                lines.truncate(start);
                let text = text(bytes, true).map_or_else(|| hex(bytes), |it| format!("\"{it}\""));
                lines.push(format!("{indent}{number}: {text}"));
            }
        }
    }
    true
}

/// Bytes that are a text. What holds control characters is rather a message, since the first fields of
/// one begin with them: `some` are taken where it is none, as long as most of it is not.
fn text(bytes: &[u8], some: bool) -> Option<String> {
    let text = str::from_utf8(bytes).ok()?;
    let controls = text.chars().filter(|char| char.is_control()).count();
    let is_text = controls == 0 || some && controls * 4 <= text.chars().count();
    is_text.then(|| text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t"))
}

fn hex(bytes: &[u8]) -> String {
    let shown: String = bytes.iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect();
    match bytes.len().checked_sub(BYTES) {
        None | Some(0) => format!("0x{shown}"),
        Some(more) => format!("0x{shown}, and {more} more bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of that number with those bytes, which are few.
    fn of(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(bytes.len()).expect("few")], bytes].concat()
    }

    #[test]
    fn an_object_in_its_envelope_has_a_type_and_fields() {
        let meta = [of(1, b"apps/v1"), of(2, b"Deployment")].concat();
        let name = [of(1, b"web"), of(2, b""), of(3, b"default")].concat();
        let spec = [vec![0x08, 3], of(2, b"8080"), of(3, b"two\nlines\x1b[2J"), of(4, b"\xff\x00")]
            .concat();
        let object = [of(1, &name), of(2, &spec)].concat();
        let bytes = [MAGIC, &of(1, &meta), &of(2, &object), &of(3, b""), &of(4, b"")].concat();
        let (typed, raw) = envelope(&bytes, false).expect("it is one");
        assert_eq!(typed.name(), "apps/v1 Deployment");
        let expected = [
            "1 {",
            "  1: \"web\"",
            "  2: \"\"",
            "  3: \"default\"",
            "}",
            "2 {",
            "  1: 3",
            "  2: \"8080\"",
            "  3: \"two\\nlines\x1b[2J\"",
            "  4: 0xff00",
            "}",
        ];
        assert_eq!(lines(raw, false).expect("it is a message"), expected);
        // Cut off after the type, it is known as far as it goes, and never more is made of it.
        for end in MAGIC.len() + 2 + meta.len()..bytes.len() {
            let (cut, raw) = envelope(&bytes[..end], true).expect("it is the start of one");
            assert_eq!(cut, typed);
            assert!(lines(raw, true).expect("as far as it goes").len() <= expected.len());
        }
    }

    #[test]
    fn what_is_no_message_is_none() {
        for bytes in [
            &b"\x00"[..],
            b"\x07",
            b"\x0a\x05ab",
            b"\x08",
            b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(lines(bytes, false), None, "{bytes:?}");
        }
        assert_eq!(envelope(b"k8s\0", false), None);
        assert_eq!(envelope(b"k8s\0\x0a\x03\x12\x01A\x0a\x03\x12\x01B", false), None);
        assert_eq!(envelope(b"k8s\0\x0a\x06\x12\x01A\x12\x01B", false), None);
        assert_eq!(envelope(b"k8s:enc:aescbc:v1:key1:x", false), None);
        // Nested without an end, and no deeper than is looked.
        let deep = (0..40).fold(vec![0x08, 1], |deep, _| of(1, &deep));
        let lines = lines(&deep, false).expect("a message");
        let deepest = format!("{}1: 0x", "  ".repeat(DEPTH - 1));
        assert!(lines.iter().any(|line| line.starts_with(&deepest)), "{lines:#?}");
    }
}
