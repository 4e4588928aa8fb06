//! The names of fields, as `assets/kubernetes/names.txt` has them.
//!
//! ```text
//! package apps.v1 apps/v1        a package, and the API version of its kinds
//! DeploymentSpec                 a message
//! 1 replicas int32 *             a field: its number, name and type, and how it stands in JSON
//! 3 template core.v1.PodTemplateSpec !
//! ```
//!
//! | sign | what the Go type says |
//! | --- | --- |
//! | `*` | a pointer: what is there is shown, also when it is zero |
//! | `!` | not `omitempty`: what is missing is shown as zero, or as null |
//! | `0` | `omitzero`: a message that is zero is not shown |
//! | `.` | its fields stand among those of the message around it |
//! | `=` | the message is this field, and nothing else |
//! | `@name` | what `kubectl apply` tells elements of the list apart by; several are separated by commas |

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table, which a script makes of Kubernetes' own definitions.
const NAMES: &str = include_str!("../../../assets/kubernetes/names.txt");

/// A message by its package and name: `core.v1`, `Pod`.
pub(super) type Name = (&'static str, &'static str);

/// What a field holds, once or each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Bytes,
    Bool,
    Int32,
    Int64,
    Double,
    Message(Name),
}

/// How often it holds that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    List,
    /// From texts to it.
    Map,
}

/// Where it stands in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Under its name.
    Named,
    /// Its fields stand among those around it.
    Inline,
    /// In place of its message.
    Whole,
}

/// A field of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) number: u64,
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) shape: Shape,
    pub(super) place: Place,
    /// Whether zero is something other than nothing.
    pub(super) is_pointer: bool,
    /// Whether it is shown when there is nothing in it.
    pub(super) is_always_shown: bool,
    /// Whether a message is not shown when there is nothing in it.
    pub(super) is_omitted_when_zero: bool,
    /// The fields by which its elements are told apart, with commas between them; empty where their order does.
    pub(super) keys: &'static str,
}

/// The whole table.
pub(super) struct Schema {
    /// The packages, by API version.
    packages: BTreeMap<&'static str, &'static str>,
    /// The fields of each message, by their numbers.
    messages: BTreeMap<Name, Vec<Field>>,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::of(NAMES));

impl Schema {
    /// The table, which is taken apart when it is asked for first.
    pub(super) fn get() -> &'static Self {
        &SCHEMA
    }

    fn of(names: &'static str) -> Self {
        let mut schema = Self { packages: BTreeMap::new(), messages: BTreeMap::new() };
        let mut message = ("", "");
        for line in names.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            match (words.next().unwrap_or_default(), words.next(), words.next()) {
                ("package", Some(package), version) => {
                    message.0 = package;
                    if let Some(version) = version {
                        schema.packages.insert(version, package);
                    }
                }
                (number, Some(name), Some(kind)) => {
                    let signs = words.next().unwrap_or_default();
                    let field = Field::of(message.0, number, name, kind, signs);
                    schema.messages.entry(message).or_default().extend(field);
                }
                (name, ..) => {
                    message.1 = name;
                    schema.messages.insert(message, Vec::new());
                }
            }
        }
        schema
    }

    /// The message that holds the objects of a kind.
    pub(super) fn kind(&self, api_version: &str, kind: &str) -> Option<Name> {
        let package = *self.packages.get(api_version)?;
        self.messages.keys().copied().find(|name| *name == (package, kind))
    }

    /// The field of a message that has a name in JSON.
    pub(super) fn field(&self, message: Name, name: &str) -> Option<Field> {
        self.fields(message).iter().find_map(|field| match (field.place, field.kind) {
            (Place::Inline, Kind::Message(inner)) => self.field(inner, name),
            _ => (field.name == name).then_some(*field),
        })
    }

    /// The fields of a message; none of one that is not in the table.
    pub(super) fn fields(&self, message: Name) -> &[Field] {
        self.messages.get(&message).map_or(&[], Vec::as_slice)
    }
}

impl Field {
    fn of(
        package: &'static str,
        number: &str,
        name: &'static str,
        kind: &'static str,
        signs: &'static str,
    ) -> Option<Self> {
        let (signs, keys) = signs.split_once('@').unwrap_or((signs, ""));
        let (shape, kind) = match (kind.strip_prefix("[]"), kind.strip_prefix("{}")) {
            (Some(kind), _) => (Shape::List, kind),
            (_, Some(kind)) => (Shape::Map, kind),
            _ => (Shape::One, kind),
        };
        let kind = match kind {
            "string" => Kind::Text,
            "bytes" => Kind::Bytes,
            "bool" => Kind::Bool,
            "int32" => Kind::Int32,
            "int64" => Kind::Int64,
            "double" => Kind::Double,
            message => Kind::Message(message.rsplit_once('.').unwrap_or((package, message))),
        };
        let place = match () {
            () if signs.contains('.') => Place::Inline,
            () if signs.contains('=') => Place::Whole,
            () => Place::Named,
        };
        Some(Self {
            number: number.parse().ok()?,
            name,
            kind,
            shape,
            place,
            is_pointer: signs.contains('*'),
            is_always_shown: signs.contains('!'),
            is_omitted_when_zero: signs.contains('0'),
            keys,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_understood() {
        let schema = Schema::get();
        let fields = NAMES.lines().filter(|line| line.starts_with(|it: char| it.is_ascii_digit()));
        let known: usize = schema.messages.values().map(Vec::len).sum();
        assert_eq!(known, fields.count());
        let of = |version, kind| schema.kind(version, kind);
        assert_eq!(of("v1", "Pod"), Some(("core.v1", "Pod")));
        assert_eq!(of("rbac.authorization.k8s.io/v1", "Role"), Some(("rbac.v1", "Role")));
        assert_eq!(of("autoscaling/v2beta2", "Scale"), None);
        assert_eq!((of("v1", "pod"), of("v9", "Pod"), of("", "")), (None, None, None));
    }

    #[test]
    fn every_message_that_a_field_holds_is_in_the_table() {
        let schema = Schema::get();
        for (message, fields) in &schema.messages {
            for field in fields {
                if let Kind::Message(inner) = field.kind {
                    let is_there = schema.messages.contains_key(&inner);
                    assert!(is_there, "{message:?} {} is {inner:?}", field.name);
                }
            }
            for field in fields.iter().filter(|field| !field.keys.is_empty()) {
                let Kind::Message(element) = field.kind else {
                    panic!("{message:?} {}", field.name)
                };
                let has = |key| schema.field(element, key).is_some();
                assert!(field.keys.split(',').all(has), "{message:?} {}", field.name);
            }
            let whole = fields.iter().filter(|field| field.place == Place::Whole).count();
            assert!(whole == 0 || fields.len() == 1, "{message:?}");
        }
    }

    /// What Go keeps by value must end.
    #[test]
    fn no_message_holds_itself() {
        fn depth(schema: &Schema, message: Name, so_far: usize) {
            assert!(so_far < 20, "{message:?}");
            for field in schema.fields(message) {
                if let (Kind::Message(inner), Shape::One, false) =
                    (field.kind, field.shape, field.is_pointer)
                {
                    depth(schema, inner, so_far + 1);
                }
            }
        }
        let schema = Schema::get();
        for message in schema.messages.keys() {
            depth(schema, *message, 0);
        }
    }
}
