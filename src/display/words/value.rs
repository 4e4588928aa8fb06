//! What a row's values are, and why they are not shown, in sentences.

use crate::display::label::kind as kind_word;
use crate::history::Kind;
use crate::text::{bytes, count, escape};
use crate::value::kubernetes::{Who, is_known};
use crate::value::{Body, Difference, LIMIT, Mask, Value, Values};

/// Why values are not shown, and what is known of them.
pub fn masked(mask: Mask, [value, old_value]: [Option<u64>; 2]) -> Vec<String> {
    let why = why_masked(mask, "a value of this row");
    let length = |length: Option<u64>| length.map_or("NULL".to_owned(), |it| count(it, "byte"));
    let lengths = format!("Value: {}. Old value: {}.", length(value), length(old_value));
    vec![format!("MASKED: {why}."), lengths]
}

/// Why something is not shown, as the rest of a sentence; `it` is what it would be, such as `the value`.
pub fn why_masked(mask: Mask, it: &str) -> String {
    const NOT_FETCHED: &str = "Only the lengths of its values were asked for";
    match mask {
        Mask::Secret => format!("the key belongs to a Secret. {NOT_FETCHED}"),
        Mask::Bootstrap => {
            format!("k3s keeps its certificates and tokens under this key. {NOT_FETCHED}")
        }
        Mask::Unsure => format!(
            "the key's name is not ASCII, as every Kubernetes name is, so the server may take it \
             for a Secret's. {NOT_FETCHED}"
        ),
        Mask::Points => format!(
            "this row points at a row of another key, whose values are masked, and its old value \
             may be that row's. {NOT_FETCHED}"
        ),
        Mask::Kind => format!("{it} says that it is a Secret, or contains one"),
        Mask::NoKind => {
            format!("{it}, as far as it was fetched, does not say what it is: it may be a Secret")
        }
        Mask::Opaque => {
            format!("{it} is neither JSON, nor Kubernetes' protobuf, nor text: it may be a Secret")
        }
        Mask::Packed => {
            format!("{it} contains something that cannot be unpacked: it may be a Secret")
        }
    }
}

/// The row is not in the table any more.
pub fn value_gone(id: u64) -> String {
    format!(
        "Revision {id} is no longer in the table: it was removed after the table was read, for \
         example by a compaction. r reads the table again."
    )
}

/// The row of that revision has another name now.
pub fn value_of_another(id: u64, name: Option<&[u8]>) -> String {
    let name = name.map_or_else(|| "NULL".into(), escape);
    format!(
        "Revision {id} no longer belongs to the key that was read: its name is {name} now. Its \
         values are not shown. r reads the table again."
    )
}

/// Why there is no value.
pub fn value_unknown(why: &str) -> String {
    format!("The value is unknown: {why}.")
}

/// What a value is, and how long; `old` of the value before.
pub fn about_value(value: Option<&Value>, kind: Kind, old: bool) -> String {
    let Some(value) = value else {
        let why = match kind {
            _ if old => "kine found no value before this one, or kept none",
            Kind::Delete => "kine v0.16.0 and later write none with a delete",
            Kind::Gap => "kine writes none into a gap row",
            _ => "kine writes one with each create and update",
        };
        return format!("NULL: {why}.");
    };
    let typed = |format: &str, name: String| match name.as_str() {
        "" => format.to_owned(),
        name => format!("{format}, {}", escape(name.as_bytes())),
    };
    let what = match &value.body {
        Body::Empty => return "Empty: 0 bytes.".to_owned(),
        Body::Json { typed: Some(it), .. } => typed("JSON", it.name()),
        Body::Json { typed: None, .. } => "JSON".to_owned(),
        Body::Protobuf { typed: it, .. } => typed("Kubernetes' protobuf", it.name()),
        Body::Encrypted { provider, more } => return encrypted(provider, more, value.length),
        Body::Text { .. } => "Text".to_owned(),
        Body::Bytes => "Bytes that are neither text nor an object".to_owned(),
    };
    let fields = about_fields(value);
    if value.is_cut() {
        let (shown, all) = (limit(), bytes(value.length));
        return format!("{what}. First {shown} of {all}; the rest was not fetched.{fields}");
    }
    format!("{what}, {}.{fields}", count(value.length, "byte"))
}

/// Which revision of a key a value is of, and what it is.
pub fn about_revision(name: &str, id: u64, kind: Kind, value: &Value) -> String {
    let what = about_value(Some(value), kind, false);
    format!("{name} at revision {id}, {}. {what}", kind_word(kind))
}

/// What a value is, and how long, before its bytes.
pub fn about_stored(value: &Value) -> String {
    let fields = match &value.body {
        Body::Protobuf { .. } => {
            " Fields are listed by number, as protoc --decode_raw prints them; the bytes follow."
        }
        _ => "",
    };
    if value.is_cut() {
        format!("First {} of {}.{fields}", limit(), bytes(value.length))
    } else {
        format!("{}.{fields}", count(value.length, "byte"))
    }
}

/// Where the fields of protobuf have no names, and why.
fn about_fields(value: &Value) -> String {
    const BY_NUMBER: &str = "fields are listed by number, as protoc --decode_raw prints them; the bytes \
                             follow";
    match &value.body {
        Body::Protobuf { object: Some(object), .. } => unnamed(&object.unnamed),
        Body::Protobuf { typed, .. } if is_known(typed) => {
            format!(" It is not what this kind should be, so {BY_NUMBER}.")
        }
        Body::Protobuf { .. } => format!(" This kind is not known here, so {BY_NUMBER}."),
        _ => String::new(),
    }
}

/// That some fields stand under their numbers.
fn unnamed(paths: &[String]) -> String {
    const NAMED: usize = 3;
    let named = paths.iter().take(NAMED).map(|path| escape(path.as_bytes()).into_owned());
    let mut named: Vec<String> = named.collect();
    match paths.len().checked_sub(NAMED) {
        _ if paths.is_empty() => return String::new(),
        None | Some(0) => {}
        Some(more) => named.push(format!("{more} more")),
    }
    let fields = count(paths.len() as u64, "field");
    let stand = if paths.len() == 1 {
        "has no name here and stands"
    } else {
        "have no names here and stand"
    };
    let number = if paths.len() == 1 { "its number" } else { "their numbers" };
    format!(" {fields} {stand} under {number}: {}.", named.join(", "))
}

/// Who had to do with an object.
pub fn about_who(who: &Who) -> String {
    let name = |name: &str| escape(name.as_bytes()).into_owned();
    let at = |time: &Option<String>| {
        time.as_ref().map_or_else(String::new, |time| format!(" at {}", name(time)))
    };
    match who {
        Who::Manager { name: manager, operation, subresource, time } => {
            let part = subresource.as_ref();
            let part = part.map_or_else(String::new, |part| format!(" of {}", name(part)));
            let operation = if operation.is_empty() { "an operation" } else { operation };
            format!("Fields set by {}: {}{part}{}.", name(manager), name(operation), at(time))
        }
        Who::Holder { name: holder, time: None } => format!("Held by {}.", name(holder)),
        Who::Holder { name: holder, time } => {
            format!("Held by {}, renewed{}.", name(holder), at(time))
        }
        Who::Reporter { name: reporter, instance: None } => {
            format!("Reported by {}.", name(reporter))
        }
        Who::Reporter { name: reporter, instance: Some(instance) } => {
            format!("Reported by {} on {}.", name(reporter), name(instance))
        }
    }
}

/// What nothing in the table tells of a deletion.
pub const WHO_DELETED: &str = "The table does not record who deleted the key.";

/// `256 KiB`.
fn limit() -> String {
    bytes(LIMIT).replace(".0 ", " ")
}

fn encrypted(provider: &str, more: &[String], length: u64) -> String {
    format!(
        "Encrypted at rest by {provider} ({}), {}. Only the API server can decrypt it.",
        more.join(", "),
        count(length, "byte")
    )
}

/// That some of the places that differ do so with every write: so many of so many.
pub fn about_noise(noise: usize, all: usize, is_shown: bool) -> String {
    const WHAT: &str = "managedFields, resourceVersion or heartbeats";
    let more = count(noise as u64, if is_shown || noise == all { "change" } else { "more change" });
    match (is_shown, noise == all) {
        (true, _) => format!("z hides {more} of {WHAT}."),
        (false, true) => format!("Nothing but {WHAT} changed. z shows {more}."),
        (false, false) => format!("z shows {more}, of {WHAT}."),
    }
}

/// What a write changed, before the lines that did; between two rows where these revisions are given.
pub fn about_difference(values: &Values, between: Option<(u64, u64)>) -> String {
    let limit = limit();
    let (value, old_value) = (values.value.as_ref(), values.old_value.as_ref());
    let length = |value: Option<&Value>| value.map_or(0, |value| value.length);
    match &values.difference {
        Difference::Lines(_) | Difference::Fields(_) => {
            let (then, now) = match between {
                Some((old, new)) => (format!("at {old}"), format!("at {new}")),
                None => ("before".to_owned(), "now".to_owned()),
            };
            let before = match (old_value, between) {
                (None, None) => "No value before (old_value is NULL)".to_owned(),
                (None, Some(_)) => format!("No value {then} (it is NULL)"),
                (Some(old), _) => format!("{} {then}", count(old.length, "byte")),
            };
            let now = match value {
                None => format!("no value {now} (it is NULL)"),
                Some(value) => format!("{} {now}", count(value.length, "byte")),
            };
            let cut = [value, old_value].into_iter().flatten().any(Value::is_cut);
            let part = if cut {
                format!(" Only the first {limit} of each were fetched and compared.")
            } else {
                String::new()
            };
            format!("{before}, {now}.{part}")
        }
        Difference::Nothing if length(value) != length(old_value) => {
            "Only the spaces between the words of JSON changed.".to_owned()
        }
        Difference::Nothing if between.is_some() => "Both values are the same.".to_owned(),
        Difference::Nothing if length(value) == 0 => {
            "There is no value, and there was none before.".to_owned()
        }
        Difference::Nothing => "Nothing changed: the value is the same as before.".to_owned(),
        Difference::NotInStart => format!(
            "Nothing changed in the first {limit}, which is all that was fetched. Whether \
             anything changed after that is not known."
        ),
        Difference::Encrypted => {
            "The value or the one before it is encrypted at rest, so nobody can tell what \
             changed."
                .to_owned()
        }
    }
}
