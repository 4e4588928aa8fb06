//! What stands before `://`.

/// The part before `://`, if it can be a scheme, and what follows. Anything else may be a password.
pub(in crate::source) fn split_scheme(text: &str) -> (Option<&str>, &str) {
    match text.split_once("://") {
        Some((scheme, rest))
            if scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.chars().all(|it| it.is_ascii_alphanumeric() || "+-.".contains(it)) =>
        {
            (Some(scheme), rest)
        }
        _ => (None, text),
    }
}
