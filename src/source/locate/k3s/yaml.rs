//! As much of YAML as k3s' configuration may hold, whatever else is in it.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// A value. It may be a password, so it has no `Debug`.
pub(super) enum Yaml {
    /// A scalar, as text; nothing is the empty one.
    Text(String),
    /// Several, of which each may be anything.
    List(Vec<Self>),
    /// Names and values, in order.
    Map(Vec<(String, Self)>),
}

impl Yaml {
    /// The last of several values, or the one that there is.
    pub(super) fn last(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::List(mut values) => values.pop().map(Self::last).unwrap_or_default(),
            Self::Map(_) => String::new(),
        }
    }
}

/// The first of several documents, which is the one that k3s reads.
pub(super) fn first_document(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}');
    let mut has_begun = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
        let is_mark =
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if is_mark && has_begun {
            return &text[..at];
        }
        let is_comment = line.trim().is_empty() || line.starts_with(['#', '%']);
        has_begun |= is_mark || !is_comment;
        at += line.len();
    }
    text
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Yaml;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_owned()))
    }

    fn visit_bytes<E>(self, _value: &[u8]) -> Result<Yaml, E> {
        Ok(Yaml::Text(String::new()))
    }

    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Text(String::new()))
    }

    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Text(String::new()))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Yaml, D::Error> {
        Yaml::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Yaml, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(Yaml::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Yaml, A::Error> {
        let mut map = Vec::new();
        while let Some((key, value)) = entries.next_entry::<Yaml, Yaml>()? {
            map.push((key.last(), value));
        }
        Ok(Yaml::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_document_is_taken() {
        for (text, first) in [
            ("a: b\n---\nc: d\n", "a: b\n"),
            ("# x\n\n---\na: b\n...\nc", "# x\n\n---\na: b\n"),
            ("%YAML 1.1\n---\na: b\n---", "%YAML 1.1\n---\na: b\n"),
            ("\u{feff}---\n--- \na: b", "---\n"),
            ("a: ---\nb: |\n ---\n", "a: ---\nb: |\n ---\n"),
            ("", ""),
        ] {
            assert_eq!(first_document(text), first, "{text}");
        }
    }
}
