//! What was to be replaced before it came here: `${db_password}`, `$(DB_HOST)`, `{{ .Values.dsn }}`,
//! `<password>`, and `$DSN` where that is all.
//!
//! k3s and kine replace nothing, and neither does kinescope. A host cannot be called so; a user or a
//! password can.

use crate::source::Error;

/// Whether a part of an endpoint holds such a thing.
pub(in crate::source) fn is_one(part: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && name.chars().all(|it| it.is_ascii_alphanumeric() || "_-. :".contains(it))
    };
    let between = |open: &str, close: &str| {
        let inner = part.split_once(open).and_then(|(_, rest)| rest.split_once(close));
        inner.map(|(name, _)| name)
    };
    let whole = |open, close| part.strip_prefix(open).and_then(|it| it.strip_suffix(close));
    between("${", "}").is_some_and(is_name)
        || between("$(", ")").is_some_and(is_name)
        || between("{{", "}}").is_some()
        || whole("<", ">").is_some_and(is_name)
        || part.strip_prefix('$').is_some_and(|name| {
            name.len() > 2 && name.chars().all(|it| it.is_ascii_uppercase() || it == '_')
        })
}

/// Whether a text is one, and no endpoint with one in it.
pub(in crate::source) fn is_all(text: &str) -> bool {
    is_one(text) && !text.contains(['@', '/'])
}

/// Refuses a part that cannot be called so.
pub(in crate::source) fn refuse(part: &str) -> Error {
    Error::usage(format!("the {part} is a variable that nothing expanded")).hint(
        "Write out its value: neither kinescope nor k3s nor kine expands variables in an \
         endpoint, and a shell does not do so in single quotes.",
    )
}
