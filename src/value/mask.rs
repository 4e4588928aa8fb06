//! Which values are never shown. The rule is here and nowhere else.
//!
//! | masked | how it is known | is it fetched? |
//! | --- | --- | --- |
//! | every Secret | a segment of the key's path is `secrets`, whatever is before it | no |
//! | k3s' certificates and tokens | the key's first segment is `bootstrap` | no |
//! | a key that may be one of these | its name is NULL, or goes beyond ASCII | no |
//! | a row that points at a row of such a key | its old value may be that row's; where that row was not read, its name is asked for first | no |
//! | a Secret under another key, or within a value | an object says that its kind is Secret | yes |
//! | what may be one | an object with `data` or `stringData`, and `apiVersion` or `metadata` beside it, does not say its kind; or the value itself has data and does not, or not in the start of a long one | yes |
//! | what is not understood | it is neither JSON, nor Kubernetes' protobuf, nor a printable text | yes |
//! | what cannot be unpacked | it is compressed, and damaged, too large, or in a way that is not known here; or it is wrapped too often | yes |
//!
//! Names are compared as the most lenient collation would: in any case, control characters and the
//! spaces around a segment not counted. What a collation takes letters beyond ASCII for is not
//! repeated here: Kubernetes writes none into a key, and such a key is masked. What was fetched is
//! dropped before it is shown, and so are the other value of the row and what changed.
//!
//! A value [is looked through](secret) in JSON, YAML, protobuf and CBOR, in lists and in strings of others,
//! with escapes, base64, hexadecimal digits, gzip, zlib, UTF-16 and UTF-32 undone, as often as they were
//! done. What only refers to a Secret is none.
//!
//! Not masked is a password that somebody put where none belongs: into a `ConfigMap`, a Pod's
//! environment, an annotation, a custom resource; nor a Secret that is written in a way that is not named
//! here: in base32, in deflate without a header (every word would have to be tried), in a hex dump between
//! offsets, or in strings that a program puts together.

use super::body::Body;
use super::secret;
use crate::history::{History, RowIx};

/// Why a value is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// The key is a Secret's.
    Secret,
    /// The key is one in which k3s keeps its certificates and tokens.
    Bootstrap,
    /// The name is NULL or not ASCII: whose key it is cannot be told.
    Unsure,
    /// The row points at one of another key, whose values are masked.
    Points,
    /// The value, or something in it, says that its kind is Secret.
    Kind,
    /// What the value is, it does not say, or not in the start that was fetched.
    NoKind,
    /// The value is neither a text, nor JSON, nor an object in protobuf.
    Opaque,
    /// Something in the value is packed further than is unpacked here.
    Packed,
}

impl Mask {
    /// Whether the values of a key are to be masked.
    pub fn of_name(name: Option<&[u8]>) -> Option<Self> {
        let Some(name) = name.filter(|name| name.is_ascii()) else { return Some(Self::Unsure) };
        let counted = name.iter().filter(|byte| !byte.is_ascii_control());
        let folded: Vec<u8> = counted.map(u8::to_ascii_lowercase).collect();
        let mut segments = folded.split(|&byte| byte == b'/').map(<[u8]>::trim_ascii);
        if segments.clone().any(|segment| segment == b"secrets") {
            return Some(Self::Secret);
        }
        let first = segments.find(|segment| !segment.is_empty());
        (first == Some(b"bootstrap")).then_some(Self::Bootstrap)
    }

    /// Whether the values of a row are to be masked.
    pub fn of_row(history: &History, at: RowIx) -> Option<Self> {
        let name = |at| history.row(at).name;
        Self::of_name(name(at)).or_else(|| {
            let prev = history.prev(at)?;
            Self::of_pointed_at(name(prev))
        })
    }

    /// Whether the values of a row are to be masked that points at one of that name.
    pub fn of_pointed_at(name: Option<&[u8]>) -> Option<Self> {
        Self::of_name(name).map(|_| Self::Points)
    }

    /// Whether a value is, or may be, a Secret's; `cut` when it is the start of one. Its body is `None`
    /// where it was not understood.
    pub(super) fn of_value(bytes: &[u8], cut: bool, body: Option<&Body>) -> Option<Self> {
        // What is encrypted is not shown.
        if matches!(body, Some(Body::Empty | Body::Encrypted { .. })) {
            return None;
        }
        let found = secret::mask(bytes, cut);
        match body {
            _ if found == Some(Self::Kind) => found,
            // What it is may stand after what it holds.
            None | Some(Body::Text { .. }) if cut => Some(Self::NoKind),
            None => Some(Self::Opaque),
            Some(_) => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LIMIT, Stored, Values};
    use super::*;
    use crate::history::{Flag, Profile, Row, Rows};

    #[test]
    fn keys_that_hold_secrets_are_known_however_they_are_spelled() {
        use Mask::{Bootstrap, Secret, Unsure};
        let cases: [(&[u8], Option<Mask>); 22] = [
            (b"/registry/secrets/default/db", Some(Secret)),
            (b"/registry/Secrets/default/db", Some(Secret)),
            (b"/REGISTRY/SECRETS/DEFAULT/DB", Some(Secret)),
            (b"/kubernetes.io/secrets/default/db", Some(Secret)),
            (b"registry/secrets/default/db", Some(Secret)),
            (b"secrets", Some(Secret)),
            (b"/a/b/secrets", Some(Secret)),
            (b"/registry/secrets ", Some(Secret)),
            (b"/registry/ secrets/a", Some(Secret)),
            // Some collations pass over control characters; a UTF-16 column has NULs.
            (b"/registry/sec\x01rets/a", Some(Secret)),
            (b"\0/\0s\0e\0c\0r\0e\0t\0s\0/\0a", Some(Secret)),
            (b"/bootstrap/6c2d", Some(Bootstrap)),
            (b"/Bootstrap", Some(Bootstrap)),
            (b"bootstrap/6c2d", Some(Bootstrap)),
            // Fullwidth letters and accents: one key with `secrets` to some collations.
            ("/registry/ｓｅｃｒｅｔｓ/a".as_bytes(), Some(Unsure)),
            ("/registry/sécrets/a".as_bytes(), Some(Unsure)),
            (b"/registry/\xff", Some(Unsure)),
            (b"/registry/pods/default/secrets-reader", None),
            (b"/registry/external-secrets.io/secretstores/a", None),
            (b"/registry/configmaps/default/bootstrap", None),
            (b"compact_rev_key", None),
            (b"", None),
        ];
        for (name, mask) in cases {
            assert_eq!(Mask::of_name(Some(name)), mask, "{}", String::from_utf8_lossy(name));
        }
        assert_eq!(Mask::of_name(None), Some(Unsure));
    }

    #[test]
    fn a_row_that_points_at_a_secret_is_masked_too() {
        let mut rows = Rows::new();
        let named = [(1, "/secrets/a", 0), (2, "/pods/b", 1), (3, "/pods/b", 2), (4, "/c", 9)];
        for (id, name, prev) in named {
            rows.push(Row {
                id,
                name: Some(name.as_bytes()),
                created: Flag::No,
                deleted: Flag::No,
                create_revision: None,
                prev_revision: Some(prev),
                lease: None,
            });
        }
        let mut history = History::new(Profile::kine_default());
        history.extend(&rows).expect("they are in order");
        let masks: Vec<_> = history.iter().map(|at| Mask::of_row(&history, at)).collect();
        assert_eq!(masks, [Some(Mask::Secret), Some(Mask::Points), None, None]);
    }

    fn mask(bytes: &[u8]) -> Option<Mask> {
        let stored = Stored::whole(bytes);
        let masks = [
            Values::of(Some(&stored), None),
            Values::of(None, Some(&stored)),
            Values::of(Some(&Stored::whole(b"{}")), Some(&stored)),
        ]
        .map(Result::err);
        assert!(masks.iter().all(|mask| *mask == masks[0]), "{masks:?}");
        masks[0]
    }

    #[test]
    fn a_secret_is_known_by_its_kind_under_any_key() {
        let long = |start: &str| {
            let rest = "x".repeat(usize::try_from(LIMIT).expect("it fits"));
            format!("{start}{rest}\"}}").into_bytes()
        };
        let secret = Some(Mask::Kind);
        let deep = format!("{{\"a\":{}", "[".repeat(1000));
        let deep = format!("{deep}{{\"kind\":\"Secret\",\"data\":1}}{}}}", "]".repeat(1000));
        let cases: [(&[u8], Option<Mask>); 31] = [
            (deep.as_bytes(), secret),
            (br#"{"kind":"Secret","apiVersion":"v1","data":{"a":"YQ=="}}"#, secret),
            (br#"{"data":{"a":"YQ=="}, "kind" : "Secret"}"#, secret),
            (br#"{"kind":"Pod","kind":"Secret"}"#, secret),
            (br#"{"Kind":"secret"}"#, secret),
            (br#"{"kind":"List","items":[{"kind":"Secret","data":{}}]}"#, secret),
            (br#"{"spec":{"template":{"stringData":{},"kind":"Secret"}}}"#, secret),
            (br#"{"kind":"SecretList"}"#, secret),
            (b"apiVersion: v1\nkind: Secret\n", secret),
            (b"kind: 'Secret'", secret),
            (b"\xd9\xd9\xf7\xa2dkindfSecretddata\xa0", secret),
            (b"k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12\x02hi", secret),
            // Its envelope is cut off.
            (b"k8s\0\x0a\x7f\x0a\x02v1\x12\x06Secret", secret),
            (b"\xa2dkindjSecretListeitems\x80", secret),
            (&long("data: "), Some(Mask::NoKind)),
            (&long("\u{1}\0"), Some(Mask::NoKind)),
            (b"k8s\0\x0a\x04\x0a\x02v1\x12\x02hi", Some(Mask::NoKind)),
            (&long(r#"{"kind":"Secret","x":""#), secret),
            (&long(r#"{"a":[{"kind":"Secret"}],"kind":"A","x":""#), secret),
            (&long(r#"{"data":""#), Some(Mask::NoKind)),
            (b"\xff\x00", Some(Mask::Opaque)),
            (b"a\x12\x03b", Some(Mask::Opaque)),
            (b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod\x12\x02\xff\xff", Some(Mask::Opaque)),
            (b"k8s:enc:identity:v1:k:{\"kind\":\"Secret\",\"data\":1}", secret),
            (b"k8s:enc:identity:v1:k:\xff", Some(Mask::Opaque)),
            (b"7|v", None),
            (b"k8s:enc:aescbc:v1:key1:\xff", None),
            (&long(r#"{"kind":"ConfigMap","data":""#), None),
            (br#"{"kind":"Gateway","tls":{"ref":{"kind":"Secret","name":"a"}}}"#, None),
            (b"kind: SecretStore", None),
            (b"the secret of being kind", None),
        ];
        for (bytes, expected) in cases {
            let start = String::from_utf8_lossy(&bytes[..bytes.len().min(70)]);
            assert_eq!(mask(bytes), expected, "{start}");
        }
    }
}
