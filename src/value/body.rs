//! What a value holds.

use super::{dump, json, protobuf};

/// What an object says that it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The group and version: `apps/v1`.
    pub api_version: String,
    /// The kind: `Deployment`.
    pub kind: String,
}

impl Typed {
    /// Both, as they are called together: `apps/v1 Deployment`.
    pub fn name(&self) -> String {
        format!("{} {}", self.api_version, self.kind).trim().to_owned()
    }
}

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
        /// The fields by their numbers, if they can be told apart.
        fields: Option<Vec<String>>,
        /// All of it.
        bytes: Vec<u8>,
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
    /// Anything else.
    Bytes(Vec<u8>),
}

/// What the API server writes before what it encrypts.
const ENCRYPTED: &[u8] = b"k8s:enc:";

impl Body {
    /// Understands a value, or, when it was `cut`, the start of one.
    pub(super) fn of(bytes: &[u8], cut: bool) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        if let Some(rest) = bytes.strip_prefix(ENCRYPTED) {
            return encrypted(rest);
        }
        if let Some((typed, raw)) = protobuf::envelope(bytes, cut) {
            let fields = protobuf::lines(raw, cut);
            return Self::Protobuf { typed, fields, bytes: bytes.to_vec() };
        }
        match text(bytes, cut) {
            Some(text) if json::is_json(text, cut) => {
                let typed = match json::typed(bytes) {
                    (None, None) => None,
                    (version, kind) => Some(Typed {
                        api_version: version.unwrap_or_default(),
                        kind: kind.unwrap_or_default(),
                    }),
                };
                Self::Json { typed, lines: json::lines(text) }
            }
            Some(text) => Self::Text { lines: text.lines().map(str::to_owned).collect() },
            None => Self::Bytes(bytes.to_vec()),
        }
    }

    /// The lines that tell what it holds; those of bytes 16 to a line.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Empty | Self::Encrypted { .. } => Vec::new(),
            Self::Json { lines, .. } | Self::Text { lines } => lines.clone(),
            Self::Protobuf { fields: Some(fields), .. } => fields.clone(),
            Self::Protobuf { bytes, .. } | Self::Bytes(bytes) => dump(bytes, 16).collect(),
        }
    }
}

/// Up to three words before what is encrypted, which is bytes: the provider, the version, the key.
fn encrypted(rest: &[u8]) -> Body {
    const LONGEST: usize = 256;
    let rest = &rest[..rest.len().min(4 * LONGEST)];
    // The last piece is what was encrypted, or its start.
    let mut words: Vec<&[u8]> = rest.splitn(4, |&byte| byte == b':').collect();
    words.pop();
    let is_word = |word: &&&[u8]| {
        word.len() <= LONGEST && word.iter().all(|byte| matches!(byte, b'!'..=b'~'))
    };
    let words = words.iter().take_while(is_word);
    let mut words = words.map(|word| String::from_utf8_lossy(word).into_owned());
    Body::Encrypted { provider: words.next().unwrap_or_default(), more: words.collect() }
}

/// Bytes as a text, if they are one: UTF-8 without characters that no text has. Of what was cut, the
/// last character may not be whole.
fn text(bytes: &[u8], cut: bool) -> Option<&str> {
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
            (b"a\xff", Body::Bytes(b"a\xff".to_vec())),
            (b"a\0", Body::Bytes(b"a\0".to_vec())),
            (b"k8s\0\xff", Body::Bytes(b"k8s\0\xff".to_vec())),
            (b"k8s:enc:aescbc:v1:key1:\x01:\xff", encrypted("aescbc", &["v1", "key1"])),
            (b"k8s:enc:kms:v2:vault:\x0a", encrypted("kms", &["v2", "vault"])),
            (b"k8s:enc:x", encrypted("", &[])),
            (b"k8s:enc:secretbox:v1:k\x1b:abc", encrypted("secretbox", &["v1"])),
        ] {
            assert_eq!(Body::of(bytes, false), expected, "{}", String::from_utf8_lossy(bytes));
        }
        // A character of two bytes, cut in its middle.
        assert_eq!(Body::of(b"caf\xc3", true), text(&["caf"]));
    }
}
