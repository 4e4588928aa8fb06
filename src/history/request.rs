//! What API servers asked kine to compact to, as their own rows say.

use super::{Collation, History, KeyId, Revision, RowIx};

/// The name of the key in which an API server keeps account of its compactions (`compact_rev_key` in
/// the API server, stored under this name since kine v0.13.16, PR 490).
pub const REQUESTS_NAME: &[u8] = b"compact_rev_key_apiserver";

/// Whether a name is that of the key, as its column's collation compares.
pub fn is_requests_name(name: &[u8], collation: &Collation) -> bool {
    // Asked of every row: most names are told apart by their length.
    name.len() >= REQUESTS_NAME.len() && collation.equal(name, REQUESTS_NAME)
}

/// A row of `compact_rev_key_apiserver`: the round of an API server that wrote it.
///
/// Each round, by default every five minutes, the API server writes one more version and asks for the
/// revision that it knows of the version before, or of its own last try:
///
/// ```text
///   id    prev   value
///   203   0      1|0        the first round: nothing is asked for
///   3005  1604   3|1604     asked for 1604
///   4306  3005   4|3005     asked for 3005; the next round asks for 4306
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The row.
    pub row: RowIx,
    /// Its id, which the next round asks for.
    pub id: Revision,
    /// The id of the version before; 0 for none.
    pub prev: Revision,
    /// What its value says, where that was read and understood.
    pub value: Option<RequestValue>,
}

/// The value of such a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestValue {
    /// The version that the API server compares, counted from 1.
    pub version: u64,
    /// The revision that was asked for in that round; `None` where kine v0.13.16 to v0.14.3 wrote the
    /// version alone.
    pub asked: Option<Revision>,
}

impl RequestValue {
    /// Understands `4|3005`, or `4` as older versions wrote it.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?;
        let (version, asked) = match text.split_once('|') {
            Some((version, asked)) => (version, Some(asked.parse().ok()?)),
            None => (text, None),
        };
        Some(Self { version: version.parse().ok()?, asked })
    }
}

impl Request {
    /// The revision that was asked for in the round that wrote the row; `None` where its value was not
    /// read. The first row asks for nothing, and where kine stored the version alone, it is the
    /// version before, as with one API server that was not restarted.
    pub fn asked(&self) -> Option<Revision> {
        match self.value {
            Some(value) => Some(value.asked.unwrap_or(self.prev)),
            None => (self.prev == 0).then_some(0),
        }
    }

    /// The least that was asked for: no round asks for less than the version before.
    pub fn asked_at_least(&self) -> Revision {
        self.asked().unwrap_or(self.prev)
    }
}

impl History {
    /// Takes what the value of a row says, if that is a row of `compact_rev_key_apiserver`; values are
    /// not kept of any other. May come before the row or after it.
    pub fn note_request(&mut self, id: Revision, value: &[u8]) {
        if let Some(value) = RequestValue::parse(value) {
            self.requests.insert(id, value);
        }
    }

    /// Takes what is known of the values of those rows in another history of the same table.
    pub fn note_requests_of(&mut self, other: &Self) {
        self.requests.extend(&other.requests);
    }

    /// The key of those rows.
    pub fn requests_key(&self) -> Option<KeyId> {
        self.find_key(REQUESTS_NAME)
    }

    /// What API servers asked for, as far as their rows are there, the newest first.
    pub fn requests(&self) -> impl Iterator<Item = Request> + '_ {
        let rows = self.requests_key().into_iter().flat_map(|key| self.rows_of(key));
        rows.filter(|&row| !self.deleted(row).is_set()).map(|row| {
            let id = self.id(row);
            let prev = self.prev_revision(row).unwrap_or_default();
            Request { row, id, prev, value: self.requests.get(&id).copied() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_version_and_what_was_asked_for() {
        let of = |version, asked| Some(RequestValue { version, asked });
        let cases: [(&str, Option<RequestValue>); 8] = [
            ("4|3005", of(4, Some(3005))),
            ("1|0", of(1, Some(0))),
            ("4", of(4, None)),
            ("", None),
            ("|", None),
            ("4|", None),
            ("x|3", None),
            ("4|3005|1", None),
        ];
        for (value, expected) in cases {
            assert_eq!(RequestValue::parse(value.as_bytes()), expected, "{value}");
        }
    }
}
