//! An object in protobuf as the JSON that an API server would make of it.
//!
//! What is left out of JSON, and what is null there, is what Go's encoder does with Kubernetes' types. What
//! has no name in the table is kept under its number.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value};

use super::schema::{Field, Kind, Name, Place, Schema, Shape};
use super::special::{Special, hex, text};
use crate::value::protobuf::{Content, Fields};

/// How deep messages are looked into: deeper than any schema of a custom resource.
const DEPTH: usize = 96;

/// An object, or as much of it as there is.
pub(super) struct Decoder {
    schema: &'static Schema,
    /// Where fields are that have no name, as paths: `spec.17`.
    pub(super) unnamed: Vec<String>,
    path: Vec<String>,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self { schema: Schema::get(), unnamed: Vec::new(), path: Vec::new() }
    }

    /// A message as JSON; `None` where the bytes are no such message. Of what was `cut`, as much as there
    /// is.
    pub(super) fn message(&mut self, name: Name, bytes: &[u8], cut: bool) -> Option<Value> {
        if self.path.len() >= DEPTH {
            return None;
        }
        let fields = self.schema.fields(name);
        if let Some(special) = Special::of(name) {
            let has_members = special.has_members();
            let members = has_members.then(|| self.members(fields, bytes, cut));
            let members = members.unwrap_or_else(|| Some(Map::new()))?;
            return special.value(members, bytes, cut);
        }
        if let [whole @ Field { place: Place::Whole, .. }] = fields {
            let list = self.members(fields, bytes, cut)?.remove(whole.name);
            return Some(list.unwrap_or_else(|| Value::Array(Vec::new())));
        }
        self.members(fields, bytes, cut).map(Value::Object)
    }

    /// The fields of a message, each under its name.
    fn members(&mut self, fields: &[Field], bytes: &[u8], cut: bool) -> Option<Map<String, Value>> {
        let mut members = Map::new();
        let mut present = vec![false; fields.len()];
        let mut all = Fields::new(bytes, cut);
        while let Some(found) = all.next() {
            let (number, content) = found?;
            // Only the last field of what was cut can itself be.
            let cut = cut && all.is_over();
            let Some(at) = fields.iter().position(|field| field.number == number) else {
                self.unnamed(number, &content, &mut members);
                continue;
            };
            present[at] = true;
            let field = &fields[at];
            self.path.push(field.name.to_owned());
            let taken = self.field(field, &content, cut, &mut members);
            self.path.pop();
            // What cannot be understood for want of its end is left out.
            if taken.is_none() && !cut {
                return None;
            }
        }
        if !cut {
            for (field, is_present) in fields.iter().zip(present) {
                self.settle(field, is_present, &mut members)?;
            }
        }
        Some(members)
    }

    /// Takes what a field holds, or one more of what it holds.
    fn field(
        &mut self,
        field: &Field,
        content: &Content<'_>,
        cut: bool,
        members: &mut Map<String, Value>,
    ) -> Option<()> {
        match (field.shape, content) {
            (Shape::Map, Content::Bytes(entry)) => {
                let (key, value) = self.entry(field, entry, cut)?;
                object(members, field.name)?.insert(key, value);
            }
            (Shape::List, Content::Bytes(packed)) if is_number(field.kind) => {
                let list = array(members, field.name)?;
                for number in packed_numbers(packed) {
                    list.push(scalar(field.kind, &Content::Number(number?), cut)?);
                }
            }
            (Shape::List, _) => {
                let value = self.value(field.kind, content, cut)?;
                array(members, field.name)?.push(value);
            }
            (Shape::One, _) if field.place == Place::Inline => {
                if let Value::Object(inner) = self.value(field.kind, content, cut)? {
                    members.extend(inner);
                }
            }
            (Shape::One, _) => {
                let value = self.value(field.kind, content, cut)?;
                members.insert(field.name.to_owned(), value);
            }
            (Shape::Map, Content::Number(_)) => return None,
        }
        Some(())
    }

    /// A key of a map, and what is there.
    fn entry(&mut self, field: &Field, entry: &[u8], cut: bool) -> Option<(String, Value)> {
        let (mut key, mut value) = (String::new(), None);
        let mut all = Fields::new(entry, cut);
        while let Some(found) = all.next() {
            let cut = cut && all.is_over();
            match found? {
                (1, content @ Content::Bytes(_)) => {
                    scalar(Kind::Text, &content, cut)?.as_str()?.clone_into(&mut key);
                }
                (2, content) => value = Some(self.value(field.kind, &content, cut)?),
                _ => return None,
            }
        }
        let value = match value {
            Some(value) => value,
            None => self.zero(field.kind)?,
        };
        Some((key, value))
    }

    fn value(&mut self, kind: Kind, content: &Content<'_>, cut: bool) -> Option<Value> {
        match (kind, content) {
            (Kind::Message(name), Content::Bytes(bytes)) => self.message(name, bytes, cut),
            (Kind::Message(_), Content::Number(_)) => None,
            _ => scalar(kind, content, cut),
        }
    }

    /// What is shown of a field in which there is nothing.
    fn zero(&mut self, kind: Kind) -> Option<Value> {
        match kind {
            Kind::Text | Kind::Bytes => Some(Value::String(String::new())),
            Kind::Bool => Some(Value::Bool(false)),
            Kind::Int32 | Kind::Int64 | Kind::Double => Some(Value::Number(0.into())),
            Kind::Message(name) => self.message(name, &[], false),
        }
    }

    /// Leaves out what Go would, and adds what it would.
    fn settle(
        &mut self,
        field: &Field,
        is_present: bool,
        members: &mut Map<String, Value>,
    ) -> Option<()> {
        let is_message = matches!(field.kind, Kind::Message(_));
        let is_list = field.shape != Shape::One
            || field.kind == Kind::Bytes
            || matches!(field.kind, Kind::Message(name) if self.is_list(name));
        if field.is_pointer || is_list {
            let is_empty = match members.get(field.name) {
                Some(Value::Array(all)) => all.is_empty(),
                Some(Value::String(text)) => text.is_empty(),
                value => value.is_none(),
            };
            if !is_present && field.is_always_shown {
                members.insert(field.name.to_owned(), Value::Null);
            } else if is_list && !field.is_pointer && is_empty && !field.is_always_shown {
                members.remove(field.name);
            }
        } else if field.place == Place::Inline {
            if let (false, Some(Value::Object(inner))) = (is_present, self.zero(field.kind)) {
                members.extend(inner);
            }
        } else if is_message {
            if field.is_omitted_when_zero {
                if members.get(field.name).is_some_and(Value::is_null) {
                    members.remove(field.name);
                }
            } else if !is_present {
                members.insert(field.name.to_owned(), self.zero(field.kind)?);
            }
        } else if field.is_always_shown {
            if !is_present {
                members.insert(field.name.to_owned(), self.zero(field.kind)?);
            }
        } else if members.get(field.name).is_some_and(is_zero) {
            members.remove(field.name);
        }
        Some(())
    }

    /// Whether a message is a list in Go.
    fn is_list(&self, name: Name) -> bool {
        matches!(self.schema.fields(name), [Field { place: Place::Whole, .. }])
    }

    /// Keeps a field without a name under its number.
    fn unnamed(&mut self, number: u64, content: &Content<'_>, members: &mut Map<String, Value>) {
        let name = number.to_string();
        let value = guess(content, self.path.len());
        match members.get_mut(&name) {
            None => {
                let path = [&self.path[..], std::slice::from_ref(&name)].concat();
                self.unnamed.push(path.join("."));
                members.insert(name, value);
            }
            Some(Value::Array(all)) => all.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
}

/// A message of which nothing is known, by the numbers of its fields.
pub(super) fn numbered(bytes: &[u8], cut: bool, depth: usize) -> Option<Map<String, Value>> {
    if depth >= DEPTH {
        return None;
    }
    let mut members = Map::new();
    for field in Fields::new(bytes, cut) {
        let (number, content) = field?;
        let value = guess(&content, depth + 1);
        match members.entry(number.to_string()) {
            serde_json::map::Entry::Vacant(place) => {
                place.insert(value);
            }
            serde_json::map::Entry::Occupied(mut place) => match place.get_mut() {
                Value::Array(all) => all.push(value),
                one => *one = Value::Array(vec![one.take(), value]),
            },
        }
    }
    Some(members)
}

/// What a field of which nothing is known may hold: a number, a text, a message, or bytes.
fn guess(content: &Content<'_>, depth: usize) -> Value {
    let bytes = match content {
        Content::Number(number) => return Value::Number((*number).into()),
        Content::Bytes(bytes) => bytes,
    };
    let text = str::from_utf8(bytes).ok();
    if let Some(text) = text.filter(|text| !text.contains(char::is_control)) {
        return Value::String(text.to_owned());
    }
    if let Some(members) = numbered(bytes, false, depth) {
        return Value::Object(members);
    }
    Value::String(text.map_or_else(|| hex(bytes), str::to_owned))
}

/// A text, a number, a truth or bytes.
fn scalar(kind: Kind, content: &Content<'_>, cut: bool) -> Option<Value> {
    Some(match (kind, content) {
        (Kind::Text, Content::Bytes(bytes)) => Value::String(text(bytes, cut)?.to_owned()),
        (Kind::Bytes, Content::Bytes(bytes)) => Value::String(STANDARD.encode(bytes)),
        (Kind::Bool, Content::Number(number)) => Value::Bool(*number != 0),
        // Negative numbers of either width are written as 64 bits.
        (Kind::Int32, Content::Number(number)) => {
            Value::Number(i32::try_from(number.cast_signed()).ok()?.into())
        }
        (Kind::Int64, Content::Number(number)) => Value::Number(number.cast_signed().into()),
        (Kind::Double, Content::Number(bits)) => {
            let number = f64::from_bits(*bits);
            // Go writes whole numbers without a fraction.
            let whole = number.to_string().parse::<i64>().ok();
            Value::Number(whole.map(Number::from).or_else(|| Number::from_f64(number))?)
        }
        _ => return None,
    })
}

const fn is_number(kind: Kind) -> bool {
    matches!(kind, Kind::Bool | Kind::Int32 | Kind::Int64)
}

/// Numbers that stand one after the other in one field.
fn packed_numbers(mut packed: &[u8]) -> impl Iterator<Item = Option<u64>> {
    std::iter::from_fn(move || {
        (!packed.is_empty()).then(|| {
            let number = crate::value::protobuf::varint(&mut packed);
            if number.is_none() {
                packed = &[];
            }
            number
        })
    })
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Bool(is) => !is,
        _ => false,
    }
}

fn array<'m>(members: &'m mut Map<String, Value>, name: &str) -> Option<&'m mut Vec<Value>> {
    let all = members.entry(name).or_insert_with(|| Value::Array(Vec::new()));
    all.as_array_mut()
}

fn object<'m>(
    members: &'m mut Map<String, Value>,
    name: &str,
) -> Option<&'m mut Map<String, Value>> {
    let all = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
    all.as_object_mut()
}
