//! What a write changed: the lines of the value that were not in the old one, and the other way round.

use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::{Body, Changed, Value, dump, fields};

/// How many lines that are the same stand before and after those that are not.
const CONTEXT: usize = 3;

/// How long the smallest difference is looked for; what is found after that is right too, and longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a write changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Nothing; spaces between the words of JSON are not looked at.
    Nothing,
    /// Both are objects, and differ at these places.
    Fields(Vec<Changed>),
    /// They are no objects, or equal ones that are written in another way: these lines, in their order.
    Lines(Vec<Change>),
    /// Nothing in what was fetched; one of the two values is longer than that.
    NotInStart,
    /// One of the two is encrypted: nobody can tell.
    Encrypted,
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A line that both have.
    Same(String),
    /// A line that only the old value has.
    Removed(String),
    /// A line that only the value has.
    Added(String),
    /// Lines that both have, left out.
    Skipped {
        /// How many.
        lines: usize,
        /// What the first line is that changed after them: `spec.replicas`. Empty at the end, and where
        /// lines have no names.
        then: String,
    },
}

impl Difference {
    /// Compares the value before with the one that was written.
    pub(super) fn of(old: Option<&Value>, new: Option<&Value>) -> Self {
        let none = Value { length: 0, bytes: Vec::new(), body: Body::Empty };
        let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
        let is_encrypted = |value: &Value| matches!(value.body, Body::Encrypted { .. });
        if is_encrypted(old) || is_encrypted(new) {
            return Self::Encrypted;
        }
        let lines = match (&old.body, &new.body) {
            // One of the two is not what its kind says: they are compared by the same measure.
            (
                Body::Protobuf { object, fields, .. },
                Body::Protobuf { object: other, fields: others, .. },
            ) if object.is_none() || other.is_none() => [&fields[..], others],
            (old, new) => [old.lines(), new.lines()],
        };
        let changed = changes(lines[0], lines[1]);
        if !changed.is_empty() {
            // Lines may differ in what is no difference of objects: in how a number is written.
            let places = objects(old, new).map(|(old, new)| fields::changed(&old, &new));
            let places = places.filter(|places| !places.is_empty());
            return places.map_or(Self::Lines(changed), Self::Fields);
        }
        if let (
            Body::Protobuf { fields: old_fields, .. },
            Body::Protobuf { fields: new_fields, .. },
        ) = (&old.body, &new.body)
        {
            // What JSON does not tell apart: a field that is missing, and one that is zero.
            let changed = changes(old_fields, new_fields);
            if !changed.is_empty() {
                return Self::Lines(changed);
            }
            // The same fields in another order of bytes.
            let rows = |value: &Value| dump(&value.bytes, 16).collect::<Vec<_>>();
            if old.bytes != new.bytes {
                return Self::Lines(changes(&rows(old), &rows(new)));
            }
        }
        if old.is_cut() || new.is_cut() { Self::NotInStart } else { Self::Nothing }
    }
}

/// Both as trees, if both are whole objects with names.
fn objects(old: &Value, new: &Value) -> Option<(serde_json::Value, serde_json::Value)> {
    let tree = |value: &Value| {
        let is_named = value.object().is_some() || matches!(value.body, Body::Json { .. });
        let tree = value.tree().filter(|_| is_named && !value.is_cut());
        tree.filter(serde_json::Value::is_object)
    };
    Some((tree(old)?, tree(new)?))
}

fn changes(old: &[String], new: &[String]) -> Vec<Change> {
    let deadline = Instant::now().checked_add(PATIENCE);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, old, new, deadline);
    if ops.iter().all(|op| matches!(op, DiffOp::Equal { .. })) {
        return Vec::new();
    }
    let mut changes = Vec::new();
    let [mut removed, mut added] = [old, new].map(Path::new);
    for (at, op) in ops.iter().enumerate() {
        if let DiffOp::Equal { new_index, len, .. } = *op {
            let next = ops.get(at + 1);
            let before = if at == 0 { 0 } else { CONTEXT };
            let after = if next.is_none() { 0 } else { CONTEXT };
            let then = || match next {
                None => String::new(),
                Some(next) if next.new_range().is_empty() => removed.of(next.old_range().start),
                Some(next) => added.of(next.new_range().start),
            };
            same(&new[new_index..new_index + len], (before, after), then, &mut changes);
        } else {
            changes.extend(old[op.old_range()].iter().cloned().map(Change::Removed));
            changes.extend(new[op.new_range()].iter().cloned().map(Change::Added));
        }
    }
    changes
}

/// Lines that both have: the first and the last of them.
fn same(
    lines: &[String],
    (first, last): (usize, usize),
    then: impl FnOnce() -> String,
    changes: &mut Vec<Change>,
) {
    let skipped = lines.len().saturating_sub(first + last);
    // A line is as good as the word that it was left out.
    let (head, tail) =
        if skipped < 2 { (lines.len(), lines.len()) } else { (first, lines.len() - last) };
    changes.extend(lines[..head].iter().cloned().map(Change::Same));
    if head < tail {
        changes.push(Change::Skipped { lines: skipped, then: then() });
    }
    changes.extend(lines[tail..].iter().cloned().map(Change::Same));
}

/// Where lines stand in the tree that their indentation draws.
struct Path<'l> {
    lines: &'l [String],
    next: usize,
    /// What is open at the next line: how far it is set in, and its name.
    open: Vec<(usize, &'l str)>,
}

impl<'l> Path<'l> {
    const fn new(lines: &'l [String]) -> Self {
        Self { lines, next: 0, open: Vec::new() }
    }

    /// The name of a line, after those of what it is in. Lines are asked for in their order.
    fn of(&mut self, at: usize) -> String {
        for line in self.lines.get(self.next..at).unwrap_or_default() {
            let (indent, name) = named(line);
            self.open.retain(|(outer, _)| *outer < indent);
            self.open.extend(name.map(|name| (indent, name)));
        }
        self.next = self.next.max(at);
        let (indent, name) = self.lines.get(at).map_or((0, None), |line| named(line));
        let open = self.open.iter().filter(|(outer, _)| *outer < indent).map(|(_, name)| *name);
        open.chain(name).collect::<Vec<_>>().join(".")
    }
}

/// How far a line is set in, the dash of a list counted, and the name with which it begins, if it does:
/// in YAML, JSON, and protobuf by numbers.
fn named(line: &str) -> (usize, Option<&str>) {
    let text = line.trim_start_matches([' ', '-']);
    let name = if let Some(quoted) = text.strip_prefix('"') {
        quoted.split_once("\":").map(|(name, _)| name)
    } else {
        let whole = text.strip_suffix(':').or_else(|| text.strip_suffix(" {"));
        whole.or_else(|| text.split_once(": ").map(|(name, _)| name))
    };
    (line.len() - text.len(), name.filter(|name| !name.is_empty() && !name.contains(' ')))
}

#[cfg(test)]
mod tests {
    use super::super::{LIMIT, Stored, Values};
    use super::*;

    fn difference(old: Option<&[u8]>, new: Option<&[u8]>) -> Difference {
        let [old, new] = [old, new].map(|bytes| bytes.map(Stored::whole));
        Values::of(new.as_ref(), old.as_ref()).expect("it is no Secret").difference
    }

    /// As it could be printed.
    fn drawn(difference: Difference) -> Vec<String> {
        let Difference::Lines(changes) = difference else { panic!("{difference:?}") };
        let line = |change| match change {
            Change::Same(line) => format!("  {line}"),
            Change::Removed(line) => format!("- {line}"),
            Change::Added(line) => format!("+ {line}"),
            Change::Skipped { lines, then } => format!("~ {lines} {then}").trim_end().to_owned(),
        };
        changes.into_iter().map(line).collect()
    }

    #[test]
    fn what_changed_stands_between_lines_that_did_not() {
        let members: String = (0..9).map(|at| format!("k{at}: {at}\n")).collect();
        let of = |replicas: u8| format!("{members}replicas: {replicas}\nz: 0\n");
        let (old, new) = (of(2), of(3));
        assert_eq!(
            drawn(difference(Some(old.as_bytes()), Some(new.as_bytes()))),
            [
                "~ 6 replicas",
                "  k6: 6",
                "  k7: 7",
                "  k8: 8",
                "- replicas: 2",
                "+ replicas: 3",
                "  z: 0",
            ]
        );
        let deep = |image: &str| {
            format!("spec:\n  containers:\n  - a: 1\n    b: 2\n    c: 3\n    image: {image}\n")
        };
        assert_eq!(
            drawn(difference(Some(deep("x").as_bytes()), Some(deep("y").as_bytes())))[..2],
            ["~ 2 spec.containers.image", "    - a: 1"]
        );
        assert_eq!(drawn(difference(None, Some(b"a\nb"))), ["+ a", "+ b"]);
        assert_eq!(drawn(difference(Some(b"a"), None)), ["- a"]);
        // Fields of protobuf by their names.
        let of = |number: u8, bytes: &[u8]| {
            [&[number << 3 | 2, u8::try_from(bytes.len()).expect("few")], bytes].concat()
        };
        let pod = |node: &str| {
            let meta = [of(1, b"v1"), of(2, b"Pod")].concat();
            let pod = of(2, &of(10, node.as_bytes()));
            [b"k8s\0".to_vec(), of(1, &meta), of(2, &pod)].concat()
        };
        let moved = Changed {
            path: "spec.nodeName".to_owned(),
            before: None,
            after: Some("node-1".into()),
            is_noise: false,
        };
        assert_eq!(
            difference(Some(&pod("")), Some(&pod("node-1"))),
            Difference::Fields(vec![moved])
        );
        // A number is written in another way: that is no other object.
        assert_eq!(
            drawn(difference(Some(b"{\"a\":1.0}"), Some(b"{\"a\":1.00}"))),
            ["  {", "-   \"a\": 1.0", "+   \"a\": 1.00", "  }"]
        );
        // By their numbers where they are not what their kind says, and its bytes where those say nothing.
        let of = |bytes: &[u8]| [b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod\x12\x02", bytes].concat();
        let between = |old: &[u8], new: &[u8]| drawn(difference(Some(&of(old)), Some(&of(new))));
        assert_eq!(between(b"\x08\x02", b"\x08\x03"), ["- 1: 2", "+ 1: 3"]);
        assert_eq!(between(b"\x08\x02\x1a\0", b"\x08\x02\x22\0").len(), 3);
    }

    #[test]
    fn what_is_not_known_to_differ_is_not_said_to() {
        let long = |end: u8| {
            let mut bytes = b"{\"kind\":\"A\",\"a\":\"".to_vec();
            bytes.resize(usize::try_from(LIMIT).expect("it fits"), b'a');
            bytes.extend([end, b'"', b'}']);
            bytes
        };
        let encrypted = Some(&b"k8s:enc:aescbc:v1:key1:x"[..]);
        for (old, new, expected) in [
            (Some(&b"a"[..]), Some(&b"a"[..]), Difference::Nothing),
            (None, Some(b""), Difference::Nothing),
            (Some(b"{\"a\":1}"), Some(b"{ \"a\": 1 }"), Difference::Nothing),
            (Some(&long(b'a')), Some(&long(b'b')), Difference::NotInStart),
            (None, encrypted, Difference::Encrypted),
            (encrypted, Some(b"{}"), Difference::Encrypted),
        ] {
            assert_eq!(difference(old, new), expected);
        }
    }
}
