//! What a value holds.

use super::kubernetes::Object;
use super::typed::Typed;
use super::{json, protobuf};

/// What a value holds. Lines are as they were stored, and not yet safe to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// No byte.
    Empty,
    /// JSON.
    Json {
        /// What it says that it is.
        typed: Option<Typed>,
        /// With a line for each member and element.
        lines: Vec<String>,
    },
    /// Kubernetes' protobuf.
    Protobuf {
        /// What its envelope says that it is.
        typed: Typed,
        /// It with the names of its fields, if its kind is known.
        object: Option<Object>,
        /// The fields by their numbers.
        fields: Vec<String>,
    },
    /// Encrypted by the API server.
    Encrypted {
        /// By what: `aescbc`, `secretbox`, `kms`.
        provider: String,
        /// The version, and the key or the plugin, as far as it says so: `v1`, `key1`.
        more: Vec<String>,
    },
    /// A text.
    Text {
        /// Its lines.
        lines: Vec<String>,
    },
    /// Bytes that are none of these. They are masked, and so are only here where they are revealed.
    Bytes,
}

/// What the API server writes before what it encrypts.
const ENCRYPTED: &[u8] = b"k8s:enc:";

impl Body {
    /// Understands a value, or, when it was `cut`, the start of one; `None` of bytes that are none of
    /// these.
    pub(super) fn of(bytes: &[u8], cut: bool) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::Empty);
        }
        if let Some(body) = bytes.strip_prefix(ENCRYPTED).and_then(encrypted) {
            return Some(body);
        }
        if let Some((typed, raw)) = protobuf::envelope(bytes, cut) {
            let fields = protobuf::lines(raw, cut)?;
            let object = Object::of(&typed, raw, cut);
            return Some(Self::Protobuf { typed, object, fields });
        }
        let text = text(bytes, cut)?;
        if !json::is_json(text, cut) {
            let lines = text.lines().map(str::to_owned).collect();
            return is_printable(text).then_some(Self::Text { lines });
        }
        let typed = match json::typed(bytes) {
            (None, None) => None,
            (version, kind) => Some(Typed {
                api_version: version.unwrap_or_default(),
                kind: kind.unwrap_or_default(),
            }),
        };
        Some(Self::Json { typed, lines: json::lines(text) })
    }

    /// The lines that tell what it holds: fields by their names where they are known, and by their numbers
    /// elsewhere.
    pub fn lines(&self) -> &[String] {
        match self {
            Self::Empty | Self::Encrypted { .. } | Self::Bytes => &[],
            Self::Json { lines, .. } | Self::Text { lines } => lines,
            Self::Protobuf { object: Some(object), .. } => &object.lines,
            Self::Protobuf { fields, .. } => fields,
        }
    }
}

/// What the API server encrypts with. What else stands in this place has not been encrypted.
const PROVIDERS: [&str; 4] = ["aescbc", "aesgcm", "secretbox", "kms"];

/// What stands before what is encrypted, which is bytes: a provider, the version, the key. Without all
/// three it cannot be told what follows.
fn encrypted(rest: &[u8]) -> Option<Body> {
    const LONGEST: usize = 256;
    let mut words = rest[..rest.len().min(4 * LONGEST)].splitn(4, |&byte| byte == b':');
    let mut word = || str::from_utf8(words.next()?).ok();
    let (provider, version, key) = (word()?, word()?, word()?);
    let is_key = key.len() <= LONGEST && key.bytes().all(|byte| matches!(byte, b'!'..=b'~'));
    let is_encrypted = PROVIDERS.contains(&provider) && matches!(version, "v1" | "v2") && is_key;
    words.next().filter(|_| is_encrypted)?;
    let more = [version, key].map(str::to_owned).into();
    Some(Body::Encrypted { provider: provider.to_owned(), more })
}

/// Whether a text is one that somebody reads: it has no control characters but those that lines have,
/// and terminals. An object in protobuf can be UTF-8, too.
pub(super) fn is_printable(text: &str) -> bool {
    !text.contains(|char: char| char.is_ascii_control() && !"\t\n\r\x1b".contains(char))
}

/// Bytes as a text, if they are one: UTF-8 without characters that no text has. Of what was cut, the
/// last character may not be whole.
pub(super) fn text(bytes: &[u8], cut: bool) -> Option<&str> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(why) if cut && why.error_len().is_none() => {
            str::from_utf8(&bytes[..why.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    (!text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_how_they_begin() {
        let text = |lines: &[&str]| Body::Text {
            lines: lines.iter().map(|&line| line.to_owned()).collect(),
        };
        let encrypted = |provider: &str, more: &[&str]| Body::Encrypted {
            provider: provider.to_owned(),
            more: more.iter().map(|&word| word.to_owned()).collect(),
        };
        let typed = Typed { api_version: "v1".to_owned(), kind: "Node".to_owned() };
        let lines = ["{", "  \"kind\": \"Node\",", "  \"apiVersion\": \"v1\"", "}"];
        let lines = lines.map(str::to_owned).into();
        for (bytes, expected) in [
            (&b""[..], Body::Empty),
            (
                b"{\"kind\":\"Node\",\"apiVersion\":\"v1\"}",
                Body::Json { typed: Some(typed), lines },
            ),
            (b"[]", Body::Json { typed: None, lines: vec!["[]".to_owned()] }),
            (b"7|v", text(&["7|v"])),
            (b"a\x1b[2J\r\nb\n", text(&["a\x1b[2J", "b"])),
            (b"{\"a\":", text(&["{\"a\":"])),
            (b"k8s:enc:aescbc:v1:key1:\x01:\xff", encrypted("aescbc", &["v1", "key1"])),
            (b"k8s:enc:kms:v2:vault:\x0a", encrypted("kms", &["v2", "vault"])),
            // Nothing says that these are encrypted.
            (b"k8s:enc:identity:v1:key1:plain", text(&["k8s:enc:identity:v1:key1:plain"])),
            (b"k8s:enc:aescbc:hunter2:x", text(&["k8s:enc:aescbc:hunter2:x"])),
            (b"k8s:enc:secretbox:v1:k\x1b:abc", text(&["k8s:enc:secretbox:v1:k\x1b:abc"])),
        ] {
            let body = Body::of(bytes, false);
            assert_eq!(body, Some(expected), "{}", String::from_utf8_lossy(bytes));
        }
        for bytes in [&b"a\xff"[..], b"a\0", b"a\x12", b"k8s\0\xff", b"k8s:enc:identity:v1:\xff"] {
            assert_eq!(Body::of(bytes, false), None, "{}", String::from_utf8_lossy(bytes));
        }
        // A character of two bytes, cut in its middle.
        assert_eq!(Body::of(b"caf\xc3", true), Some(text(&["caf"])));
    }
}
