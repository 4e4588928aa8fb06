//! What a name can be: which names kine's tables have, and which were damaged where they were printed.

use crate::history::{MARK_NAME, REQUESTS_NAME};
use crate::text;

/// The name of the mark's row, its underscores escaped.
pub(super) const ESCAPED_MARK: &[u8] = b"compact\\_rev\\_key";

/// Whether a name is one that kine's tables have: a path, or one of kine's own rows.
pub(super) fn is_of_kine(name: &[u8]) -> bool {
    name.starts_with(b"/") || is_own(name) || name == ESCAPED_MARK
}

/// Whether a name is one that kine gives to rows of its own.
pub(super) fn is_own(name: &[u8]) -> bool {
    let name = without_padding(name);
    let own = |own: &[u8]| name.eq_ignore_ascii_case(own);
    let is_gap = || name.strip_prefix(b"gap-").is_some_and(|it| it.iter().all(u8::is_ascii_digit));
    own(MARK_NAME) || own(REQUESTS_NAME) || is_gap()
}

/// The name without the blanks at its end.
pub(super) fn without_padding(name: &[u8]) -> &[u8] {
    let blanks = name.iter().rev().take_while(|&&byte| byte == b' ').count();
    &name[..name.len() - blanks]
}

/// Whether all of a name is seen. Line ends and tabs are, where the text has its own way to write them.
pub(super) fn is_seen(name: &[u8]) -> bool {
    // Nearly every name. Without a way out of it the loop takes many bytes at once.
    if name.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~')) {
        return true;
    }
    let is_seen = |char: char| text::is_plain(char) || matches!(char, '\t' | '\n');
    name.utf8_chunks().all(|chunk| chunk.valid().chars().all(is_seen))
}

/// Whether a name is the mark's in other words.
pub(super) fn is_like_mark(name: &[u8]) -> bool {
    let has = |part: &[u8]| name.windows(part.len()).any(|it| it.eq_ignore_ascii_case(part));
    has(b"compact") && has(b"rev") && has(b"key")
}

/// Whether a name that is no path has only what names are made of.
pub(super) fn is_plain(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_alphanumeric)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(byte))
}

/// Whether a name was cut off where it is printed, at its end, its beginning or between: no key of
/// Kubernetes has such dots.
pub(super) fn is_cut(name: &[u8]) -> bool {
    const ELLIPSIS: &[u8] = "\u{2026}".as_bytes();
    const DOTS: &[u8] = b"...";
    let has = |part: &[u8]| name.windows(part.len()).any(|it| it == part);
    if !name.is_ascii() {
        // In a name that has other letters beyond ASCII it may be one of them.
        let ellipses = name.windows(ELLIPSIS.len()).filter(|&it| it == ELLIPSIS).count();
        let others = name.iter().filter(|byte| !byte.is_ascii()).count();
        return name.ends_with(ELLIPSIS) || ellipses > 0 && others == ellipses * ELLIPSIS.len();
    }
    if name.starts_with(DOTS) {
        return true;
    }
    let is_of_kine = name.starts_with(b"/") || name.starts_with(b"compact");
    is_of_kine && name.contains(&b'.') && (name.ends_with(&DOTS[1..]) || has(DOTS))
}
