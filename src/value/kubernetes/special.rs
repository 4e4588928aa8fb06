//! Messages that are something other than an object in JSON: moments, quantities, what is embedded.

use std::time::{Duration, UNIX_EPOCH};

use humantime::{format_rfc3339_micros, format_rfc3339_seconds};
use serde_json::{Map, Value};

use super::schema::Name;
use crate::value::protobuf::{Content, Fields};

/// How a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// `2026-01-02T03:04:05Z`; what is not set is null.
    Time,
    /// The same with six digits of a second.
    MicroTime,
    /// As Go writes a length of time: `1h2m0s`.
    Duration,
    /// The text in it: `500m`.
    Quantity,
    /// The one or the other.
    IntOrString,
    /// JSON in bytes, put in its place.
    Embedded,
    /// A schema, or several.
    OrArray,
    /// A schema, or whether there may be anything.
    OrBool,
    /// A schema, or names.
    OrStringArray,
}

/// The second in which Go's time begins: it is no time.
const GO_ZERO: i64 = -62_135_596_800;

/// The first second of the year 10,000, which has no name in four digits.
const END: u64 = 253_402_300_800;

impl Special {
    /// How a message is written, if it is no plain object.
    pub(super) fn of(name: Name) -> Option<Self> {
        Some(match name {
            ("meta.v1", "Time" | "Timestamp") => Self::Time,
            ("meta.v1", "MicroTime") => Self::MicroTime,
            ("meta.v1", "Duration") => Self::Duration,
            ("resource", "Quantity" | "QuantityValue") => Self::Quantity,
            ("intstr", "IntOrString") => Self::IntOrString,
            ("meta.v1", "FieldsV1") | ("runtime", "RawExtension") => Self::Embedded,
            ("apiextensions.v1" | "apiextensions.v1beta1", name) => match name {
                "JSON" => Self::Embedded,
                "JSONSchemaPropsOrArray" => Self::OrArray,
                "JSONSchemaPropsOrBool" => Self::OrBool,
                "JSONSchemaPropsOrStringArray" => Self::OrStringArray,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// The message as JSON; the members of one that stands for one of two things are known already.
    pub(super) fn value(
        self,
        members: Map<String, Value>,
        bytes: &[u8],
        cut: bool,
    ) -> Option<Value> {
        match self {
            Self::Time | Self::MicroTime => self.moment(bytes),
            Self::Duration => Some(Value::String(length(number(bytes, 1)?.cast_signed()))),
            Self::Quantity => {
                let quantity = text(content(bytes, 1, cut)?, cut)?;
                Some(Value::from(if quantity.is_empty() { "0" } else { quantity }))
            }
            Self::IntOrString if number(bytes, 1)? == 1 => {
                Some(Value::from(text(content(bytes, 3, cut)?, cut)?))
            }
            Self::IntOrString => {
                Some(Value::from(i32::try_from(number(bytes, 2)?.cast_signed()).ok()?))
            }
            Self::Embedded => Some(embedded(content(bytes, 1, cut)?, cut)),
            Self::OrArray | Self::OrBool | Self::OrStringArray => Some(self.either(members)),
        }
    }

    /// Whether its members decide what it is.
    pub(super) const fn has_members(self) -> bool {
        matches!(self, Self::OrArray | Self::OrBool | Self::OrStringArray)
    }

    /// Null where it is not set; none where it has no name.
    fn moment(self, bytes: &[u8]) -> Option<Value> {
        let seconds = number(bytes, 1)?.cast_signed();
        if bytes.is_empty() || seconds == GO_ZERO {
            return Some(Value::Null);
        }
        let seconds = u64::try_from(seconds).ok().filter(|&seconds| seconds < END)?;
        let moment = UNIX_EPOCH + Duration::from_secs(seconds);
        Some(Value::String(match self {
            Self::MicroTime => {
                let nanos = u32::try_from(number(bytes, 2)?).ok()?;
                let nanos = Some(nanos).filter(|&nanos| nanos < 1_000_000_000)?;
                format_rfc3339_micros(moment + Duration::from_nanos(nanos.into())).to_string()
            }
            _ => format_rfc3339_seconds(moment).to_string(),
        }))
    }

    /// What stands for one of two things.
    fn either(self, mut members: Map<String, Value>) -> Value {
        let schema = members.remove("schema");
        match self {
            Self::OrArray => members.remove("jSONSchemas").or(schema).unwrap_or_default(),
            Self::OrStringArray => members.remove("property").or(schema).unwrap_or_default(),
            _ => schema.unwrap_or(Value::Bool(members.contains_key("allows"))),
        }
    }
}

/// JSON that is kept as bytes. What is none, or was cut, is a text.
fn embedded(bytes: &[u8], cut: bool) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| {
        Value::String(text(bytes, cut).map_or_else(|| hex(bytes), str::to_owned))
    })
}

/// A text; of one that was cut, up to its last whole character.
pub(super) fn text(bytes: &[u8], cut: bool) -> Option<&str> {
    match str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(why) if cut && why.error_len().is_none() => {
            str::from_utf8(&bytes[..why.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// Bytes as digits: `0x0a05`.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".to_owned(), |digits, byte| digits + &format!("{byte:02x}"))
}

/// The number in a field of a message, 0 where it is missing; none of bytes that are no message.
fn number(bytes: &[u8], wanted: u64) -> Option<u64> {
    let mut last = 0;
    for field in Fields::new(bytes, false) {
        match field? {
            (number, Content::Number(it)) if number == wanted => last = it,
            _ => {}
        }
    }
    Some(last)
}

/// The bytes in a field of a message, no byte where it is missing; as [`number`].
fn content(bytes: &[u8], wanted: u64, cut: bool) -> Option<&[u8]> {
    let mut last: &[u8] = &[];
    for field in Fields::new(bytes, cut) {
        match field? {
            (number, Content::Bytes(it)) if number == wanted => last = it,
            _ => {}
        }
    }
    Some(last)
}

/// A length of time as Go writes it, from its nanoseconds: `1h30m0s`, `1.5s`, `250ms`.
fn length(nanos: i64) -> String {
    const SECOND: u64 = 1_000_000_000;
    let sign = if nanos < 0 { "-" } else { "" };
    let all = nanos.unsigned_abs();
    let (unit, name) = match all {
        0 => return "0s".to_owned(),
        1..1_000 => (1, "ns"),
        1_000..1_000_000 => (1_000, "µs"),
        1_000_000..SECOND => (1_000_000, "ms"),
        _ => (SECOND, "s"),
    };
    let minutes = if unit == SECOND { all / SECOND / 60 } else { 0 };
    let rest = all - minutes * 60 * SECOND;
    let digits = unit.ilog10() as usize;
    let fraction = match rest % unit {
        0 => String::new(),
        rest => format!(".{}", format!("{rest:0digits$}").trim_end_matches('0')),
    };
    let before = match (minutes / 60, minutes % 60) {
        (0, 0) => String::new(),
        (0, minutes) => format!("{minutes}m"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    };
    format!("{sign}{before}{}{fraction}{name}", rest / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_written_as_go_does() {
        for (nanos, expected) in [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1µs"),
            (2_200_000, "2.2ms"),
            (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"),
            (18_367_001_000_000, "5h6m7.001s"),
            (480_000_000_001, "8m0.000000001s"),
            (-90_000_000_000, "-1m30s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            assert_eq!(length(nanos), expected);
        }
    }
}
