//! Words that say that something is a Secret.

use super::packed;

/// Whether that is the kind of a Secret, or of a list of them: in any case, among spaces, beside a
/// version or a group (`v1.Secret`, `core/v1, Kind=Secret`), with characters that do not show.
pub(super) fn is_secret(kind: &str) -> bool {
    let plain: String = kind.chars().filter_map(plain).collect();
    plain.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| is_word(word.as_bytes()))
        || is_word(plain.replace(|char: char| !char.is_ascii_alphanumeric(), "").as_bytes())
}

/// Whether that can be a kind at all: `Deployment`.
pub(super) fn is_well_formed(kind: &str) -> bool {
    kind.starts_with(|first: char| first.is_ascii_alphabetic())
        && kind.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The name of a member without what does not count: `stringdata` of `string_data ` and `stringData`.
pub(super) fn member(name: &str) -> String {
    let plain = name.chars().filter_map(plain).filter(char::is_ascii_alphanumeric);
    plain.map(|char| char.to_ascii_lowercase()).collect()
}

/// A character as it is read: fullwidth letters as letters, nothing for what does not show.
fn plain(char: char) -> Option<char> {
    match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        char if char.is_control() && !char.is_whitespace() => None,
        char => Some(char),
    }
}

/// `Secret` or `SecretList`, behind a version or not.
fn is_word(word: &[u8]) -> bool {
    let is = |word: &[u8]| {
        [&b"secret"[..], b"secretlist"].iter().any(|it| it.eq_ignore_ascii_case(word))
    };
    let version = word.strip_prefix(b"v").or_else(|| word.strip_prefix(b"V"));
    let rest = version.map(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        &rest[digits..]
    });
    is(word) || rest.is_some_and(is)
}

/// Whether a text says somewhere that a kind is Secret: YAML in any of its styles, JSON within a text
/// or broken, `Kind=Secret`. It has a member `kind`, or something called so by an anchor, and the word
/// `Secret` that is none: how they belong together is not looked at.
pub(super) fn is_said(text: &[u8]) -> bool {
    let mut said = Said::default();
    let has_anchors = text.contains(&b'&');
    let has_binary = text.windows(BINARY.len()).any(|it| it == BINARY);
    for (start, end) in words(text) {
        let word = &text[start..end];
        if has_binary && packed::base64(word).is_some_and(|it| is_word(&it)) {
            said.secret = true;
        } else if word.eq_ignore_ascii_case(b"kind") {
            let value = value(&text[end..], b"\"'\\> \t\r\n");
            if value.is_some_and(begins_with_it) {
                return true;
            }
            said.member |= has_anchors || value.is_some();
        } else if is_word(word) {
            let is_one = has_anchors || !is_member(text, end, b"\"'\\ \t");
            said.secret |= is_one && !is_part(text, start, end);
        }
        if said.member && said.secret {
            return true;
        }
    }
    false
}

/// Whether what a member holds begins with the word, whatever follows: in something broken even a colon.
fn begins_with_it(value: &[u8]) -> bool {
    words(value).next().is_some_and(|(start, end)| {
        is_word(&value[start..end]) && value[..start].iter().all(|byte| b"\"'\\ \t".contains(byte))
    })
}

/// Whether a text has a member `data` or `stringData`.
pub(super) fn has_data(text: &[u8]) -> bool {
    words(text).any(|(start, end)| {
        [&b"data"[..], b"stringdata"].iter().any(|it| it.eq_ignore_ascii_case(&text[start..end]))
            && is_member(text, end, b"\"'\\ \t\r\n")
    })
}

/// What YAML has before a word in base64.
const BINARY: &[u8] = b"!!binary";

#[derive(Default)]
struct Said {
    member: bool,
    secret: bool,
}

/// Where the words of a text begin and end: runs of letters and digits.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].iter().position(u8::is_ascii_alphanumeric)?;
        let length = text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        at = start + length;
        Some((start, at))
    })
}

/// Whether a word that ends there names a member: a colon or an equals sign follows, after what may be
/// between.
fn is_member(text: &[u8], end: usize, between: &[u8]) -> bool {
    value(&text[end..], between).is_some()
}

/// What follows the colon or equals sign behind the name of a member, and behind what may be between, to
/// which a comment belongs where a line end does.
pub(super) fn value<'t>(text: &'t [u8], between: &[u8]) -> Option<&'t [u8]> {
    let mut rest = text;
    loop {
        let start = rest.iter().position(|byte| !between.contains(byte))?;
        rest = &rest[start..];
        match rest {
            [b':' | b'=', value @ ..] => return Some(value),
            [b'#', ..] if between.contains(&b'\n') => {
                rest = &rest[rest.iter().position(|&byte| byte == b'\n')?..];
            }
            _ => return None,
        }
    }
}

/// Whether a word is a part of a name: `my-secret`, `secret_key`.
fn is_part(text: &[u8], start: usize, end: usize) -> bool {
    let joins =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|it| b"-_".contains(it));
    let is_letter =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    joins(start.checked_sub(1)) && is_letter(start.checked_sub(2))
        || joins(Some(end)) && is_letter(Some(end + 1))
}

/// Whether bytes say that a kind is Secret: CBOR and protobuf have only the length of a word between the
/// two, and UTF-16 and UTF-32 have NULs between the letters.
pub(super) fn is_in(bytes: &[u8]) -> bool {
    let mut is_wide = false;
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| b"kKsS".contains(byte)) {
        let here = &bytes[at..];
        if b"kK".contains(byte) {
            let Some(after) = without(here, b"kind") else { continue };
            let word = match *after {
                [b'f' | b'F' | b'j' | b'J', ref word @ ..] => word,
                [b'x' | b'X' | 0x12, 6 | 10, ref word @ ..] => word,
                _ => continue,
            };
            if without(word, b"secret").is_some() {
                return true;
            }
        } else if let [_, 0, ..] = here {
            let letters = here.iter().take(4 * 6).filter(|&&byte| byte != 0);
            is_wide |= letters.map(u8::to_ascii_lowercase).take(6).eq(*b"secret");
        }
    }
    is_wide && is_said(&letters(bytes))
}

/// Bytes without those that are NUL: the letters of UTF-16 and UTF-32, as far as they are ASCII.
pub(super) fn letters(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|&byte| byte != 0).collect()
}

/// What follows a word, if that is there.
fn without<'b>(bytes: &'b [u8], word: &[u8]) -> Option<&'b [u8]> {
    let (start, rest) = bytes.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_in_every_spelling() {
        for kind in [
            "Secret",
            "secret",
            " SECRET",
            "Secret ",
            "SecretList",
            "v1.Secret",
            "Secret.v1",
            "v1/Secret",
            "V1Secret",
            "core/v1, Kind=Secret",
            "Se\u{200b}cret",
            "S e c r e t",
            "Ｓｅｃｒｅｔ",
            "Secret\u{feff}",
            "Se\u{1}cret",
            "Secret.v1.core",
        ] {
            assert!(is_secret(kind), "{kind:?}");
        }
        for kind in ["SecretStore", "ExternalSecret", "SealedSecret", "Secrets", "Pod", "", "v1"] {
            assert!(!is_secret(kind), "{kind:?}");
        }
        assert_eq!(member("string_Data "), "stringdata");
        assert!(is_well_formed("Pod") && !is_well_formed("") && !is_well_formed("a#b"));
    }

    #[test]
    fn a_text_says_it_in_every_style() {
        for text in [
            "apiVersion: v1\nkind: Secret\n",
            "kind: >-\n  Secret",
            "kind: !!str Secret",
            "\"kind\" : 'Secret'",
            "{kind: Secret, a: b}",
            "? kind\n: Secret",
            "? kind # a comment\n  # and another\n: Secret",
            "kind: !!binary U2VjcmV0\n",
            "kind: !!binary |\n  U2VjcmV0TGlzdA==\n",
            "a: &k Secret\nkind: *k",
            "&s Secret: x\nkind: *s",
            "a: &k kind\n*k : Secret",
            "data:\n  a: b\nx: Secret\nkind: *x",
            "cannot update core/v1, Kind=Secret",
            "<kind>Secret</kind>=",
            r#"msg="{\"kind\":\"Secret\",\"data\":{}}""#,
        ] {
            assert!(is_said(text.as_bytes()), "{text}");
        }
        for text in [
            "kind: SecretStore",
            "the secret of being kind",
            "kind: Pod\nvolumes:\n- secret:\n    secretName: a\n",
            "kind: Deployment\nname: my-secret\nx: secret_key\n",
            "kind: ClusterRole\nresources: [secrets]\n",
            "",
        ] {
            assert!(!is_said(text.as_bytes()), "{text}");
        }
        assert!(
            has_data(b"data:\n a") && has_data(b"\\\"stringData\\\": {") && !has_data(b"a data")
        );
    }

    #[test]
    fn bytes_say_it_with_what_is_between_letters_and_words() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        for bytes in [
            &b"\xa2dkindfSecretddata\xa0"[..],
            b"\xa2DkindFsecretDdata\xa0",
            b"\x64kind\x78\x06Secret",
            &wide("kind: Secret"),
            b"k\0\0\0I\0\0\0n\0\0\0d\0\0\0=\0\0\0s\0\0\0e\0\0\0c\0\0\0r\0\0\0e\0\0\0t",
            b"\0k\0i\0n\0d\0=\0s\0e\0c\0r\0e\0t",
        ] {
            assert!(is_in(bytes), "{}", bytes.escape_ascii());
        }
        assert!(!is_in(b"kind of a Secret") && !is_in(b"") && !is_in(&wide("a secret")));
    }
}
