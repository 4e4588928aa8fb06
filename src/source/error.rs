//! Why a source could not be opened or read to its end.

/// What failed, why, and what to do about it.
///
/// [`Display`](std::fmt::Display) says what failed; `source()` says why; [`Error::what_to_do`] says what
/// to do. None of them ever holds a password.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Error {
    what: String,
    hint: Option<String>,
    usage: bool,
    wants_password: bool,
    #[source]
    why: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A source that could not be read: exit status 3.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None, usage: false, wants_password: false, why: None }
    }

    /// A source that makes no sense as it was given: exit status 2.
    pub fn usage(what: impl Into<String>) -> Self {
        Self { usage: true, ..Self::new(what) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn because(self, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    /// Says that a password would have helped, where none was given.
    #[cfg(feature = "mysql")]
    #[must_use]
    pub(super) fn for_want_of_a_password(self) -> Self {
        Self { wants_password: true, ..self }
    }

    /// Says first where the error was found: a variable, a file.
    #[must_use]
    pub fn in_place(self, place: &str) -> Self {
        Self { what: format!("{place}: {}", self.what), ..self }
    }

    /// What failed and why, down to the first cause, in a line.
    pub fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut why = std::error::Error::source(self);
        while let Some(cause) = why {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            why = cause.source();
        }
        text
    }

    /// The same, and what to do.
    pub fn in_a_line(&self) -> String {
        let mut text = self.in_full();
        if let Some(hint) = self.what_to_do() {
            text.push_str(". ");
            text.push_str(hint);
        }
        text
    }

    /// What to do, as a sentence.
    pub fn what_to_do(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Whether a server wants a password, and none was given.
    pub const fn wants_password(&self) -> bool {
        self.wants_password
    }

    /// Whether the words on the command line are wrong, rather than what they lead to.
    pub const fn is_usage(&self) -> bool {
        self.usage
    }
}
