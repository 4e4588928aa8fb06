//! What a row's value holds: JSON, Kubernetes' protobuf, or a text; what changed in it; and
//! which values are never shown.
//!
//! ```text
//!   Stored ──mask──▶ Mask, and nothing else
//!      └────body───▶ Body ─┬─difference──▶ Difference
//!                          └─kubernetes──▶ Object ──▶ YAML, who wrote it, a manifest
//! ```
//!
//! Nothing here makes text safe for a terminal: whoever prints a line escapes it.

mod body;
mod difference;
mod dump;
mod fields;
mod json;
pub mod kubernetes;
mod mask;
mod protobuf;
mod secret;
mod stamps;
mod typed;

pub use body::Body;
pub use difference::{Change, Difference};
pub use dump::{dump, per_row};
pub use fields::Changed;
pub use mask::Mask;
pub use stamps::stamps;
pub use typed::Typed;

use kubernetes::Object;

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
    /// A value of which all bytes are here: as it is shown.
    pub fn whole(bytes: &[u8]) -> Self {
        Self::start_of(bytes, LIMIT)
    }

    /// A value of which all bytes are here, and so many are kept at most.
    pub fn start_of(bytes: &[u8], most: u64) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
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
    /// Those of which the body was made: all of them, or the first.
    pub bytes: Vec<u8>,
    /// What it holds.
    pub body: Body,
}

impl Value {
    /// Understands a value, if it is certainly none of a Secret.
    fn of(stored: &Stored) -> Result<Self, Mask> {
        let body = Body::of(&stored.start, stored.is_cut());
        match (Mask::of_value(&stored.start, stored.is_cut(), body.as_ref()), body) {
            (None, Some(body)) => {
                Ok(Self { length: stored.length, bytes: stored.start.clone(), body })
            }
            (mask, _) => Err(mask.unwrap_or(Mask::Opaque)),
        }
    }

    /// Understands a value of which somebody confirmed that it is to be shown, whatever it holds.
    fn revealed(stored: &Stored) -> Self {
        let body = Body::of(&stored.start, stored.is_cut()).unwrap_or(Body::Bytes);
        Self { length: stored.length, bytes: stored.start.clone(), body }
    }

    /// Whether this is only the start of it.
    pub const fn is_cut(&self) -> bool {
        (self.bytes.len() as u64) < self.length
    }

    /// What it holds as a tree: an object, or a text. None where there is nothing, or nothing that can be
    /// understood, or JSON that is cut off.
    pub fn tree(&self) -> Option<serde_json::Value> {
        match &self.body {
            Body::Empty | Body::Encrypted { .. } | Body::Bytes => None,
            Body::Json { .. } => serde_json::from_slice(&self.bytes).ok(),
            Body::Protobuf { object: Some(object), .. } => Some(object.tree.clone()),
            Body::Protobuf { .. } => {
                let (typed, raw) = protobuf::envelope(&self.bytes, self.is_cut())?;
                kubernetes::numbered(&typed, raw, self.is_cut())
            }
            Body::Text { .. } => Some(String::from_utf8_lossy(&self.bytes).into()),
        }
    }

    /// The object with the names of its fields, where it is in protobuf and of a kind that is known.
    pub const fn object(&self) -> Option<&Object> {
        match &self.body {
            Body::Protobuf { object, .. } => object.as_ref(),
            _ => None,
        }
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
        Ok(Self::between(old_value?, value?))
    }

    /// Values of two rows, as if one had been written over the other.
    #[must_use]
    pub fn between(old: Option<Value>, new: Option<Value>) -> Self {
        let difference = Difference::of(old.as_ref(), new.as_ref());
        Self { value: new, old_value: old, difference }
    }

    /// Understands both, of a row of which somebody confirmed that it is to be shown, whatever it holds.
    pub fn revealed(value: Option<&Stored>, old_value: Option<&Stored>) -> Self {
        let [value, old_value] = [value, old_value].map(|it| it.map(Value::revealed));
        Self { value, old_value, difference: Difference::Nothing }
    }
}
