//! When the rows were written that are on the screen: asked of the source while somebody looks at the log or
//! at a row, and not before everything is read.

use crate::history::Revision;
use crate::source::Dating;
use crate::text::TypedTime;

/// What is known of when rows were written, and what is asked for.
#[derive(Debug, Default)]
pub struct Dates {
    /// What is known; `None` where nobody has asked.
    pub dating: Option<Dating>,
    /// Whether an answer is awaited.
    pub is_asking: bool,
    /// The rows that were asked about last: first and last.
    pub about: Option<(Revision, Revision)>,
    /// The time whose revisions are looked for, to go there.
    pub sought: Option<TypedTime>,
}

impl Dates {
    /// Why it cannot be told when rows were written, if that is known: a sentence.
    pub fn why_untold(&self) -> Option<String> {
        let why = self.dating.as_ref().and_then(Dating::why_untold)?;
        Some(format!("When rows were written cannot be told: {why}."))
    }
}
