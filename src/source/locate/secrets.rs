//! What was typed, and how far it may be repeated: any word may be an endpoint, and so a password.

use std::borrow::Cow;
use std::path::Path;

use super::Endpoint;

/// A text that was typed, as it may be repeated: what could hold a password is shown without one, or
/// not at all.
pub fn redacted(text: &str) -> Cow<'_, str> {
    if !may_be_endpoint(text) {
        return text.into();
    }
    Cow::Owned(Endpoint::parse(text).map_or_else(|_refused| "***".into(), |it| it.to_string()))
}

/// Whether a text could be an endpoint, also one that is misspelt, was cut short or lacks its scheme:
/// then it is no name of a file, of a rule, or of anything else, and must not be repeated as one.
///
/// What begins as a path or as a key does is none: no user is called so.
pub fn may_be_endpoint(text: &str) -> bool {
    let text = text.trim();
    !text.starts_with(['/', '.']) && (text.contains("://") || may_hold_password(text))
}

/// Whether a text that may be repeated as it is, or not, holds a password for certain or as far as can
/// be told.
pub fn holds_password(text: &str) -> bool {
    may_be_endpoint(text)
        && Endpoint::parse(text).map_or_else(
            |_refused| may_hold_password(text) || text.contains("password="),
            |endpoint| endpoint.has_password(),
        )
}

/// A path that some file names, as it may be repeated: nobody typed it where a path belongs.
pub(in crate::source) fn shown_path(path: &Path) -> Cow<'_, str> {
    let text = path.to_string_lossy();
    if text.contains("://") || may_hold_password(&text) { "***".into() } else { text }
}

/// A user may hold an @ of its own, so the last one counts.
fn may_hold_password(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(credentials, _)| credentials.contains(':'))
}
