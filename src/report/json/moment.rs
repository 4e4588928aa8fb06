//! What several documents say of a key at a moment.

use serde::Serialize;

use crate::display::words;
use crate::history::{AsOf, History, Revision, Then, Version};

/// A moment of the table.
#[derive(Serialize)]
pub(super) struct Moment {
    revision: Revision,
    /// Whether kine answers for it as well: it has not been compacted.
    exact: bool,
    /// Whether every key that was live then has a row that tells of it.
    every_key: bool,
}

impl Moment {
    pub(super) fn of(as_of: &AsOf<'_>) -> Self {
        Self {
            revision: as_of.revision(),
            exact: as_of.is_exact(),
            every_key: as_of.has_every_key(),
        }
    }
}

/// What a key was.
#[derive(Serialize)]
pub(super) struct KeyThen {
    /// `live`, `deleted`, `absent` or `unknown`.
    state: &'static str,
    /// The row that made it so; null where none is named.
    revision: Option<Revision>,
    /// Whether that row is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_revision: Option<Revision>,
    /// The row is older than this one, which replaced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Revision>,
    /// Why it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

impl KeyThen {
    pub(super) fn new(history: &History, then: Then) -> Self {
        let nothing = Self {
            state: words::then_word(then),
            revision: None,
            gone: None,
            create_revision: None,
            before: None,
            why: None,
        };
        match then {
            Then::Absent => nothing,
            Then::Live(version) | Then::Deleted(version) => Self {
                revision: Some(version.revision(history)),
                gone: Some(matches!(version, Version::Gone { .. })),
                create_revision: version.create_revision(history),
                ..nothing
            },
            Then::LiveUnseen { since, before } => Self {
                gone: Some(true),
                create_revision: Some(since),
                before: Some(before),
                ..nothing
            },
            Then::Unknown(doubt) => Self { why: Some(words::doubt_word(doubt)), ..nothing },
        }
    }
}
