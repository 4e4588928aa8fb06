//! What a row's value holds: JSON, Kubernetes' protobuf, or a text; what changed in it; and
//! which values are never shown.
//!
//! ```text
//!   Stored ──mask──▶ Mask, and nothing else
//!      └────body───▶ Body ──difference──▶ Difference
//! ```
//!
//! Nothing here makes text safe for a terminal: whoever prints a line escapes it.

mod body;
mod difference;
mod dump;
mod json;
mod mask;
mod protobuf;
mod secret;
mod stamps;
mod typed;

pub use body::Body;
pub use difference::{Change, Difference};
pub use dump::{dump, per_row};
pub use mask::Mask;
pub use stamps::stamps;
pub use typed::Typed;

/// How many bytes of a value are fetched and shown at most: 256 KiB, of up to 16 MiB that the column
/// holds. etcd, and so nearly every object, ends at 1.5 MiB.
pub const LIMIT: u64 = 256 << 10;

/// A value as it is stored, of a long one the start.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// How many bytes it has.
    pub length: u64,
    /// The first of them, up to [`LIMIT`].
    pub start: Vec<u8>,
}

impl Stored {
    /// A value of which all bytes are here.
    pub fn whole(bytes: &[u8]) -> Self {
        let most = usize::try_from(LIMIT).unwrap_or(usize::MAX).min(bytes.len());
        Self { length: bytes.len() as u64, start: bytes[..most].to_vec() }
    }

    /// The start of a value, and how many bytes it has; `None` is NULL.
    pub fn of(start: Option<Vec<u8>>, length: Option<u64>) -> Option<Self> {
        let start = start?;
        Some(Self { length: length.unwrap_or_default().max(start.len() as u64), start })
    }

    /// Whether bytes are missing.
    pub const fn is_cut(&self) -> bool {
        (self.start.len() as u64) < self.length
    }
}

/// A row as it is stored: its name and both values; `None` is NULL. Of values that are masked the
/// start is empty.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// The name.
    pub name: Option<Vec<u8>>,
    /// Value and old value.
    pub values: [Option<Stored>; 2],
}

/// A value that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// How many bytes it has.
    pub length: u64,
    /// Of how many of them the body was made.
    pub shown: u64,
    /// What it holds.
    pub body: Body,
}

impl Value {
    /// Understands a value, if it is certainly none of a Secret.
    fn of(stored: &Stored) -> Result<Self, Mask> {
        let body = Body::of(&stored.start, stored.is_cut());
        match (Mask::of_value(&stored.start, stored.is_cut(), body.as_ref()), body) {
            (None, Some(body)) => {
                Ok(Self { length: stored.length, shown: stored.start.len() as u64, body })
            }
            (mask, _) => Err(mask.unwrap_or(Mask::Opaque)),
        }
    }

    /// Whether this is only the start of it.
    pub const fn is_cut(&self) -> bool {
        self.shown < self.length
    }
}

/// Both values of a row. `None` is NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// What was written.
    pub value: Option<Value>,
    /// What kine found there before.
    pub old_value: Option<Value>,
    /// What the write changed.
    pub difference: Difference,
}

impl Values {
    /// Understands both.
    ///
    /// # Errors
    ///
    /// When one of them is, or may be, of a Secret: then neither is to be shown.
    pub fn of(value: Option<&Stored>, old_value: Option<&Stored>) -> Result<Self, Mask> {
        let [value, old_value] = [value, old_value].map(|it| it.map(Value::of).transpose());
        let (value, old_value) = (value?, old_value?);
        let difference = Difference::of(old_value.as_ref(), value.as_ref());
        Ok(Self { value, old_value, difference })
    }
}
