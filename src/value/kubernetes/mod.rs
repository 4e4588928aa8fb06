//! What is Kubernetes' own definition: the names of fields, and how an object stands in JSON and YAML.
//!
//! ```text
//!   names.txt ──▶ schema ─┐
//!   bytes ────────────────┴─ decode ──▶ Object ─┬─▶ yaml
//!                              └ special        ├─▶ who
//!                                               └─▶ manifest
//! ```

mod decode;
mod manifest;
mod place;
mod schema;
mod special;
mod who;
mod yaml;

pub use manifest::{Manifest, NoManifest};
pub(super) use place::Place;
pub use who::Who;
pub use yaml::yaml;

use serde_json::{Map, Value};

use super::typed::Typed;
use decode::Decoder;
use schema::Schema;

/// An object with the names of its fields, as an API server would give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// As JSON. Names are in the order of the alphabet, as `kubectl` prints them.
    pub tree: Value,
    /// Where fields are that no known version names, as paths: `spec.17`. They stand under their numbers.
    pub unnamed: Vec<String>,
    /// The tree as YAML, a line each.
    pub lines: Vec<String>,
}

impl Object {
    /// Names the fields of an object, or, when it was `cut`, of its start; `None` where its kind is not
    /// known, or the bytes are none of that kind.
    pub(super) fn of(typed: &Typed, raw: &[u8], cut: bool) -> Option<Self> {
        let name = Schema::get().kind(&typed.api_version, &typed.kind)?;
        let mut decoder = Decoder::new();
        let Value::Object(members) = decoder.message(name, raw, cut)? else { return None };
        let tree = with_type(typed, members);
        let mut unnamed = decoder.unnamed;
        unnamed.sort_unstable();
        unnamed.dedup();
        Some(Self { lines: yaml(&tree), tree, unnamed })
    }
}

/// The same without its lines: only the tree is looked at.
pub(super) fn tree(typed: &Typed, raw: &[u8], cut: bool) -> Option<Value> {
    let name = Schema::get().kind(&typed.api_version, &typed.kind)?;
    let members = Decoder::new().message(name, raw, cut)?;
    let Value::Object(members) = members else { return None };
    Some(with_type(typed, members))
}

/// Whether the fields of a kind have names here.
pub fn is_known(typed: &Typed) -> bool {
    Schema::get().kind(&typed.api_version, &typed.kind).is_some()
}

/// An object of a kind that is not known: its fields under their numbers.
pub(super) fn numbered(typed: &Typed, raw: &[u8], cut: bool) -> Option<Value> {
    decode::numbered(raw, cut, 0).map(|members| with_type(typed, members))
}

fn with_type(typed: &Typed, mut members: Map<String, Value>) -> Value {
    members.insert("apiVersion".to_owned(), typed.api_version.clone().into());
    members.insert("kind".to_owned(), typed.kind.clone().into());
    Value::Object(members)
}

#[cfg(test)]
mod tests;
