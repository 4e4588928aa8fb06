//! What a write changed: the lines of the value that were not in the old one, and the other way round.

use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::{Body, Value, dump};

/// How many lines that are the same stand before and after those that are not.
const CONTEXT: usize = 3;

/// How long the smallest difference is looked for; what is found after that is right too, and longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a write changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Nothing; spaces between the words of JSON are not looked at.
    Nothing,
    /// These lines, in their order.
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
    /// So many lines that both have, left out.
    Skipped(usize),
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
            return Self::Lines(changed);
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

fn changes(old: &[String], new: &[String]) -> Vec<Change> {
    let deadline = Instant::now().checked_add(PATIENCE);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, old, new, deadline);
    if ops.iter().all(|op| matches!(op, DiffOp::Equal { .. })) {
        return Vec::new();
    }
    let mut changes = Vec::new();
    let last = ops.len() - 1;
    for (at, op) in ops.into_iter().enumerate() {
        if let DiffOp::Equal { new_index, len, .. } = op {
            let before = if at == 0 { 0 } else { CONTEXT };
            let after = if at == last { 0 } else { CONTEXT };
            same(&new[new_index..new_index + len], before, after, &mut changes);
        } else {
            changes.extend(old[op.old_range()].iter().cloned().map(Change::Removed));
            changes.extend(new[op.new_range()].iter().cloned().map(Change::Added));
        }
    }
    changes
}

/// Lines that both have: the first and the last of them.
fn same(lines: &[String], first: usize, last: usize, changes: &mut Vec<Change>) {
    let skipped = lines.len().saturating_sub(first + last);
    // A line is as good as the word that it was left out.
    let (head, tail) =
        if skipped < 2 { (lines.len(), lines.len()) } else { (first, lines.len() - last) };
    changes.extend(lines[..head].iter().cloned().map(Change::Same));
    if head < tail {
        changes.push(Change::Skipped(skipped));
    }
    changes.extend(lines[tail..].iter().cloned().map(Change::Same));
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
            Change::Skipped(lines) => format!("~ {lines}"),
        };
        changes.into_iter().map(line).collect()
    }

    #[test]
    fn what_changed_stands_between_lines_that_did_not() {
        let members: String = (0..9).map(|at| format!("\"k{at}\":{at},")).collect();
        let of = |replicas: u8| format!("{{{members}\"replicas\":{replicas},\"z\":0}}");
        let (old, new) = (of(2), of(3));
        assert_eq!(
            drawn(difference(Some(old.as_bytes()), Some(new.as_bytes()))),
            [
                "~ 7",
                "    \"k6\": 6,",
                "    \"k7\": 7,",
                "    \"k8\": 8,",
                "-   \"replicas\": 2,",
                "+   \"replicas\": 3,",
                "    \"z\": 0",
                "  }",
            ]
        );
        assert_eq!(drawn(difference(None, Some(b"a\nb"))), ["+ a", "+ b"]);
        assert_eq!(drawn(difference(Some(b"a"), None)), ["- a"]);
        // Fields of protobuf, and its bytes where those say nothing.
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
