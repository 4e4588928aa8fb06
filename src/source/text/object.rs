//! One object of JSON, of which nothing is held but the columns of a row.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::cell::{Cell, Cells};
use super::column::{Column, is_value};
use crate::history::REQUESTS_NAME;
use crate::source::Why;

/// What a row was read from: an object, or something else in its place.
pub(super) struct Object {
    /// The columns, or why there are none.
    pub(super) cells: Result<Cells<'static>, Why>,
    /// The value, if the name before it is `compact_rev_key_apiserver`. Other values are not held, not
    /// even while the object is read.
    pub(super) value: Option<Cell<'static>>,
    /// The names that it has, of very many the first ones and those of columns; `None` where it is no
    /// object.
    pub(super) names: Option<Vec<String>>,
}

/// How many names of an object are of use in a message.
const NAMES: usize = 100;

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Objects)
    }
}

struct Objects;

impl<'de> Visitor<'de> for Objects {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut cells = Ok(Cells::default());
        let mut value = None;
        let mut names = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let column = Column::from_heading(&name);
            let is_wanted = column.is_none() && is_asking(&cells) && is_value(&name);
            if names.len() < NAMES || column.is_some() {
                names.push(name);
            }
            let Some(column) = column else {
                if is_wanted {
                    value = map.next_value::<Scalar>()?.0;
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
                continue;
            };
            let Scalar(cell) = map.next_value()?;
            let Ok(known) = &mut cells else { continue };
            let name = column.name();
            match cell {
                None => {
                    cells = Err(Why::new("`{}` is neither a number nor a string", &[&name]));
                }
                Some(cell) if known[column as usize].is_none() => {
                    known[column as usize] = Some(cell);
                }
                Some(_) => cells = Err(Why::new("it has `{}` twice", &[&name])),
            }
        }
        Ok(Object { cells, value, names: Some(names) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Object, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(no_object())
    }

    fn visit_unit<E>(self) -> Result<Object, E> {
        Ok(no_object())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Object, E> {
        Ok(no_object())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Object, E> {
        Ok(no_object())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Object, E> {
        Ok(no_object())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Object, E> {
        Ok(no_object())
    }

    fn visit_str<E>(self, _: &str) -> Result<Object, E> {
        Ok(no_object())
    }
}

fn no_object() -> Object {
    Object { cells: Err("it is not an object".into()), value: None, names: None }
}

/// Whether a name has come that may be `compact_rev_key_apiserver`: whether it is, the collation tells.
pub(super) fn is_asking(cells: &Result<Cells<'static>, Why>) -> bool {
    let Ok(cells) = cells else { return false };
    let Some(Cell::Text(name)) = &cells[Column::Name as usize] else { return false };
    name.get(..REQUESTS_NAME.len()).is_some_and(|it| it.eq_ignore_ascii_case(REQUESTS_NAME))
}

/// What a column holds; `None` where no column can.
pub(super) struct Scalar(pub(super) Option<Cell<'static>>);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Scalars)
    }
}

/// Makes it.
pub(super) struct Scalars;

impl<'de> Visitor<'de> for Scalars {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a string")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar(Some(Cell::Null)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        // As it is written: 1.0 is no whole number.
        Ok(Number::from_f64(number).map_or(Scalar(None), |number| text(number.to_string())))
    }

    fn visit_str<E>(self, string: &str) -> Result<Scalar, E> {
        Ok(text(string.to_owned()))
    }

    fn visit_string<E: de::Error>(self, string: String) -> Result<Scalar, E> {
        Ok(text(string))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }
}

fn text(text: String) -> Scalar {
    Scalar(Some(Cell::Text(Cow::Owned(text.into_bytes()))))
}
