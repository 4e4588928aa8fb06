//! JSON: in lines, and what it says of its kind.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Whether a text is an object or an array; when it was `cut`, the start of one.
pub(super) fn is_json(text: &str, cut: bool) -> bool {
    if !text.trim_start().starts_with(['{', '[']) {
        return false;
    }
    // A number that was cut off may be none.
    let number = |char: char| matches!(char, '0'..='9' | '.' | 'e' | 'E' | '+' | '-');
    let text = if cut { text.trim_end_matches(number) } else { text };
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => true,
        Err(why) => cut && why.is_eof(),
    }
}

/// How far lines are indented at most: there is no end to how deep JSON can go.
const DEPTH: usize = 64;

/// JSON with a line for each member and element. All else is as it was written: the order, numbers of
/// any length, escapes, names that come twice. A parser with a printer behind it keeps none of these.
/// Of a text that was cut, the lines up to there.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines = Lines { done: Vec::new(), line: String::new(), depth: 0 };
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' => {
                lines.line.push(char);
                while let Some(char) = chars.next() {
                    lines.line.push(char);
                    match char {
                        '\\' => lines.line.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                lines.line.push(char);
                while chars.next_if(|char| is_space(*char)).is_some() {}
                if let Some(end) = chars.next_if(|char| matches!(char, '}' | ']')) {
                    lines.line.push(end);
                } else {
                    lines.depth += 1;
                    lines.end();
                }
            }
            '}' | ']' => {
                lines.depth = lines.depth.saturating_sub(1);
                lines.end();
                lines.line.push(char);
            }
            ',' => {
                lines.line.push(char);
                lines.end();
            }
            ':' => lines.line.push_str(": "),
            char if is_space(char) => {}
            char => lines.line.push(char),
        }
    }
    lines.end();
    lines.done
}

const fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

struct Lines {
    done: Vec<String>,
    line: String,
    depth: usize,
}

impl Lines {
    fn end(&mut self) {
        let next = "  ".repeat(self.depth.min(DEPTH));
        let line = std::mem::replace(&mut self.line, next);
        if !line.trim_start().is_empty() {
            self.done.push(line);
        }
    }
}

/// What an object says of itself.
#[derive(Default)]
struct Top {
    kind: Option<String>,
    api_version: Option<String>,
}

impl Top {
    /// Reads as far as there is an object.
    fn of(bytes: &[u8]) -> Self {
        let mut top = Self::default();
        let mut parser = serde_json::Deserializer::from_slice(bytes);
        // What came before the text was cut off is kept.
        drop(parser.deserialize_map(&mut top));
        top
    }
}

impl<'de> Visitor<'de> for &mut Top {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let Word(word) = map.next_value()?;
            if key.eq_ignore_ascii_case("kind") {
                self.kind = self.kind.take().or(word);
            } else if key.eq_ignore_ascii_case("apiVersion") {
                self.api_version = word;
            }
        }
        Ok(())
    }
}

/// A string, or nothing of anything else.
struct Word(Option<String>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Any {
            Text(String),
            Other(IgnoredAny),
        }
        Ok(Self(match Any::deserialize(deserializer)? {
            Any::Text(text) => Some(text),
            Any::Other(IgnoredAny) => None,
        }))
    }
}

/// The API version and the kind of an object; each may be missing.
pub(super) fn typed(bytes: &[u8]) -> (Option<String>, Option<String>) {
    let top = Top::of(bytes);
    (top.api_version, top.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_everything_but_its_spaces() {
        let text = "{\"b\":1.0,\"a\" : [ ], \"n\":123456789012345678901234567890,\n\
                    \"s\":\"a, \\\"{\\\\\",\"a\":{\"x\":[1,{}, null]}}";
        assert_eq!(
            lines(text),
            [
                "{",
                "  \"b\": 1.0,",
                "  \"a\": [],",
                "  \"n\": 123456789012345678901234567890,",
                "  \"s\": \"a, \\\"{\\\\\",",
                "  \"a\": {",
                "    \"x\": [",
                "      1,",
                "      {},",
                "      null",
                "    ]",
                "  }",
                "}"
            ]
        );
        // Cut off anywhere, it is the start of the same lines.
        let whole = lines(text).join("\n");
        for end in 1..text.len() {
            let cut = lines(&text[..end]).join("\n");
            let open = cut.trim_end_matches(['{', '[', ':', ' ']);
            assert!(whole.starts_with(open), "{cut}");
            assert!(is_json(&text[..end], true), "{cut}");
            assert!(!is_json(&text[..end], false), "{cut}");
        }
    }

    #[test]
    fn there_is_no_depth_that_takes_all_memory() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(is_json(&deep, false));
        let longest = lines(&deep).iter().map(String::len).max();
        assert_eq!(longest, Some(2 * DEPTH + 2));
    }

    #[test]
    fn only_objects_and_arrays_are_json() {
        for (text, expected) in [
            ("{}", true),
            (" [1]\n", true),
            ("1", false),
            ("\"a\"", false),
            ("{]", false),
            ("{} x", false),
            ("", false),
        ] {
            assert_eq!(is_json(text, false), expected, "{text}");
        }
    }
}
