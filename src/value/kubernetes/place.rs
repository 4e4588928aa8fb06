//! What Kubernetes' definitions say of a place in an object.

use serde_json::Value;

use super::schema::{Field, Kind, Name, Schema, Shape};

/// A place in an object, and what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::value) enum Place {
    /// A message with these fields.
    Message(Name),
    /// A map of such messages.
    Map(Name),
    /// An object of a kind that is not known: its `metadata` is that of every other.
    Custom,
    /// Nothing is known of it.
    Unknown,
}

impl Place {
    /// The object itself.
    pub(in crate::value) fn object(tree: &Value) -> Self {
        let text = |name: &str| tree.get(name).and_then(Value::as_str).unwrap_or_default();
        let name = Schema::get().kind(text("apiVersion"), text("kind"));
        name.map_or(Self::Custom, Self::Message)
    }

    /// A member of it, or an element of that if it is a list; and by which fields those are told apart,
    /// with commas between them. Empty where their order tells them apart.
    pub(in crate::value) fn member(self, name: &str) -> (Self, &'static str) {
        match self {
            Self::Message(message) => {
                Schema::get().field(message, name).map_or((Self::Unknown, ""), Self::of)
            }
            Self::Map(message) => (Self::Message(message), ""),
            Self::Custom if name == "metadata" => (Self::Message(("meta.v1", "ObjectMeta")), ""),
            Self::Custom | Self::Unknown => (Self::Unknown, ""),
        }
    }

    fn of(field: Field) -> (Self, &'static str) {
        match (field.kind, field.shape) {
            (Kind::Message(name), Shape::Map) => (Self::Map(name), ""),
            (Kind::Message(name), Shape::One | Shape::List) => (Self::Message(name), field.keys),
            _ => (Self::Unknown, ""),
        }
    }
}
