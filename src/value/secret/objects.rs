//! Objects in a text that is no JSON as a whole: YAML, and JSON among other words. It is no parser: what
//! is left out, put before or cut off must not hide an object.

use super::kind;

/// What the members of an object tell of it, but for its kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    /// Whether it has `data` or `stringData`.
    pub(super) has_data: bool,
    /// Whether it has what every object of Kubernetes has beside its kind.
    is_object: bool,
}

impl Told {
    /// Takes a member, by its [name](kind::member).
    pub(super) fn member(&mut self, name: &str) {
        self.has_data |= matches!(name, "data" | "stringdata");
        self.is_object |= matches!(name, "apiversion" | "metadata");
    }

    /// Whether an object that does not say its kind may be a Secret. That a file of a `ConfigMap` has
    /// `data` is no rare thing; a `value` of a row should be an object.
    pub(super) const fn may_be_a_secret(self, is_value: bool) -> bool {
        self.has_data && (self.is_object || is_value)
    }
}

/// Whether a text has an object that may be a Secret and does not say its kind; `is_value` when the text
/// is the value of a row.
pub(super) fn may_be_a_secret(text: &[u8], is_value: bool) -> bool {
    let mut objects = Objects { open: Vec::new(), flows: 0, arrays: 0, is_value, is_found: false };
    for line in text.split(|&byte| byte == b'\n') {
        objects.line(line);
        if objects.is_found {
            return true;
        }
    }
    objects.close_all();
    objects.is_found
}

/// An object or an array that is open.
struct Open {
    place: Place,
    told: Told,
    has_kind: bool,
}

/// How an object is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In lines whose members begin at that column.
    Lines(usize),
    /// In braces.
    Braces,
    /// In brackets, as an array is.
    Brackets,
}

struct Objects {
    open: Vec<Open>,
    /// How many of them are in braces or brackets. These are the last.
    flows: usize,
    /// How many of them are arrays.
    arrays: usize,
    is_value: bool,
    is_found: bool,
}

impl Objects {
    fn line(&mut self, line: &[u8]) {
        let (column, is_item, rest) = indented(line);
        if rest.starts_with(b"#") {
            return;
        }
        if column == 0 && (rest.starts_with(b"---") || rest.starts_with(b"...")) {
            return self.close_all();
        }
        // What begins like this is in no braces: some of a text have no end.
        let begins = column == 0 && rest.first().is_some_and(u8::is_ascii_alphabetic);
        match member(rest).filter(|_| begins || self.flows == 0) {
            Some((name, value)) => {
                self.leave(column, is_item);
                let place = Place::Lines(column);
                if self.open.last().is_none_or(|open| open.place != place) {
                    self.enter(place);
                }
                self.take(&name, value);
                self.flow(value);
            }
            None => self.flow(rest),
        }
    }

    /// Closes what has no member at that column, or, with the next item of a list, one.
    fn leave(&mut self, column: usize, is_item: bool) {
        while let Some(open) = self.open.last() {
            if let Place::Lines(at) = open.place
                && (at < column || at == column && !is_item)
            {
                return;
            }
            self.close();
        }
    }

    fn enter(&mut self, place: Place) {
        self.flows += usize::from(!matches!(place, Place::Lines(_)));
        self.arrays += usize::from(place == Place::Brackets);
        self.open.push(Open { place, told: Told::default(), has_kind: false });
    }

    /// Takes a member of the last object.
    fn take(&mut self, name: &str, value: &[u8]) {
        if let Some(open) = self.open.last_mut() {
            open.told.member(name);
            open.has_kind |= name == "kind" && is_said(value);
        }
    }

    /// Closes the last.
    fn close(&mut self) {
        let Some(Open { place, told, has_kind }) = self.open.pop() else { return };
        self.flows -= usize::from(!matches!(place, Place::Lines(_)));
        self.arrays -= usize::from(place == Place::Brackets);
        let is_value = self.is_value && self.open.len() == self.arrays;
        self.is_found |= !has_kind && told.may_be_a_secret(is_value);
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
    }

    /// What is in braces and brackets on a line.
    fn flow(&mut self, line: &[u8]) {
        let mut at = 0;
        while let Some(first) = line.get(at) {
            at += 1;
            match first {
                b'{' => self.enter(Place::Braces),
                b'[' => self.enter(Place::Brackets),
                b'}' | b']' if self.flows > 0 => self.close(),
                b'a'..=b'z' | b'A'..=b'Z' => {
                    let start = at - 1;
                    at += line[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                    let is_in_braces =
                        self.open.last().is_some_and(|open| open.place == Place::Braces);
                    if is_in_braces && let Some(value) = kind::value(&line[at..], b"\"'\\ \t") {
                        let name = String::from_utf8_lossy(&line[start..at]);
                        self.take(&kind::member(&name), value);
                    }
                }
                _ => {}
            }
        }
    }
}

/// At which column a line begins, behind the dashes of a list; whether there are such; and the rest.
fn indented(line: &[u8]) -> (usize, bool, &[u8]) {
    let start = line.trim_ascii_start();
    let mut rest = start;
    while let Some(item) = rest.strip_prefix(b"- ") {
        rest = item.trim_ascii_start();
    }
    (line.len() - rest.len(), rest.len() < start.len(), rest)
}

/// The name of the member with which a line begins, `kind: Pod` or `? kind`, and what follows it.
fn member(line: &[u8]) -> Option<(String, &[u8])> {
    let asked = line.strip_prefix(b"? ");
    let line = asked.unwrap_or(line);
    let length = line.iter().take_while(|byte| is_of_name(**byte)).count();
    let (name, rest) = line.split_at(length);
    let value = match rest {
        // Its value is on the next line.
        [] | [b'\r' | b'#', ..] if asked.is_some() => b"?",
        [b':', value @ ..] if value.first().is_none_or(u8::is_ascii_whitespace) => value,
        _ => return None,
    };
    Some((kind::member(&String::from_utf8_lossy(name)), value))
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\'' | b'_' | b'-' | b' ')
}

/// Whether there is a value: not nothing, and not null.
fn is_said(value: &[u8]) -> bool {
    let value = value.trim_ascii_start();
    ![&b"null"[..], b"~", b"\"\"", b"''", b"#"].iter().any(|it| value.starts_with(it))
        && !value.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_without_a_kind_is_found_in_every_text() {
        for text in [
            "apiVersion: v1\ndata:\n  a: b\n",
            "metadata: {name: a}\nstringData:\n  a: b\n",
            "'apiVersion' : v1\r\n\"data\":\r\n  a: b\r\n",
            "apiVersion: v1\nkind:\ndata:\n  a: b\n",
            "apiVersion: v1\nkind: null # none\ndata: {a: b}\n",
            "kind: List\nitems:\n- data:\n    a: b\n  metadata:\n    name: a\n",
            "kind: List\nitems:\n  - - metadata:\n        kind: x\n      data:\n        a: b\n",
            "kind: Pod\n---\napiVersion: v1\ndata:\n  kind: Pod\n",
            "? apiVersion\n: v1\n? data # x\n: a: b\n",
            "a: |\n  apiVersion: v1\n  data:\n    a: b\nkind: x\n",
            "{ in no braces\napiVersion: v1\ndata:\n  a: b\n",
            "{apiVersion: v1, data: {a: b}}",
            r#"{"kind":"A"} {"data":{"a":"b"},"metadata":{"name":"x"}}"#,
            r#"[{"data":{"a":"b"},"metadata":{}}"#,
            r#"msg={"apiVersion":"v1","data":{"a":"b"}} and more"#,
            r#"}}{"apiVersion":"v1","kind":null,"data":{"kind":"b"}} // x"#,
        ] {
            assert!(may_be_a_secret(text.as_bytes(), false), "{text}");
        }
        for text in [
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n",
            "? kind\n: ConfigMap\n? apiVersion\n: v1\n? data\n: a: b\n",
            "data:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: a\n",
            "items:\n- data:\n    a: b\n- metadata:\n    name: a\n",
            "data:\n  retention: 7d\n  metadata: x\nmore:\n  apiVersion: v1\n",
            "global:\n  scrape_interval: 15s\ndata:\n- a\n",
            r#"{"kind":"ConfigMap","apiVersion":"v1","data":{"data":"x"}} {"data":[1]}"#,
            "# apiVersion: v1\n# data: x\n",
            "the data: of apiVersion: v1",
            "",
        ] {
            assert!(!may_be_a_secret(text.as_bytes(), false), "{text}");
        }
        for text in ["stringData:\n  a: b\n", r#"[{"data":{}}] x"#, "- data: {}\n"] {
            assert!(may_be_a_secret(text.as_bytes(), true), "{text}");
            assert!(!may_be_a_secret(text.as_bytes(), false), "{text}");
        }
        assert!(!may_be_a_secret(b"spec:\n  data: {}\n", true));
    }
}
