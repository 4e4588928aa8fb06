//! One object, as `kubectl` prints it, for programs and for people.

use std::io::{self, Write};

use serde_json::Value;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::display::Glyphs;
use crate::text::printable;
use crate::value::kubernetes::yaml;

/// Writes comments, a line each, and what follows them as YAML. On a terminal, which has these glyphs,
/// what could steer it is shown escaped; elsewhere YAML is exact.
///
/// # Errors
///
/// Those of the writer.
pub fn as_yaml(
    out: &mut dyn Write,
    terminal: Option<Glyphs>,
    comments: &[String],
    tree: &Value,
) -> io::Result<()> {
    let comments = comments.iter().map(|comment| format!("# {}", printable(comment)));
    for line in comments.chain(yaml(tree)) {
        match terminal {
            Some(glyphs) => writeln!(out, "{}", glyphs.name(&printable(&line)))?,
            None => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

/// Writes a tree as JSON. What could steer a terminal is escaped, as JSON lets it be.
///
/// # Errors
///
/// Those of the writer.
pub fn as_json(out: &mut dyn Write, tree: &Value) -> io::Result<()> {
    let layout = Layout(PrettyFormatter::with_indent(b"    "));
    let mut serializer = Serializer::with_formatter(&mut *out, layout);
    serde::Serialize::serialize(tree, &mut serializer)?;
    writeln!(out)
}

/// The layout of `kubectl`, with escapes.
struct Layout(PrettyFormatter<'static>);

impl Formatter for Layout {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for char in fragment.chars() {
            let mut letters = [0; 4];
            let text = char.encode_utf8(&mut letters);
            if printable(text) == *text {
                out.write_all(text.as_bytes())?;
                continue;
            }
            let mut units = [0; 2];
            for unit in char.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("memory is there");
        String::from_utf8(out).expect("it is UTF-8")
    }

    #[test]
    fn what_could_steer_a_terminal_is_escaped() {
        let tree =
            json!({"a": "caf\u{e9}\u{202e}\u{9b}2J\u{1b}[2J", "\u{7f}": [1, {}], "b": "x\u{200b}"});
        let out = written(|out| as_json(out, &tree));
        let expected = "{\n    \"a\": \"café\\u202e\\u009b2J\\u001b[2J\",\n    \"b\": \"x\\u200b\",\n    \
                        \"\\u007f\": [\n        1,\n        {}\n    ]\n}\n";
        assert_eq!(out, expected);
        assert_eq!(serde_json::from_str::<Value>(&out).expect("it is JSON"), tree);
        let comments = ["one\u{1b}".to_owned()];
        let shown = written(|out| as_yaml(out, Some(Glyphs::Unicode), &comments, &tree));
        assert!(!shown.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7f}']), "{shown}");
        assert!(shown.starts_with("# one\\x1b\n"), "{shown}");
        let exact = written(|out| as_yaml(out, None, &comments, &tree));
        assert_eq!(serde_saphyr::from_str::<Value>(&exact).expect("it is YAML"), tree);
    }
}
