//! How the JSON is laid out: a line for each field of the document and for each object in a list,
//! and nothing but ASCII.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Lays out one document.
pub(super) struct Layout {
    /// The lists and objects that are open; true for a list.
    open: Vec<bool>,
}

impl Layout {
    pub(super) const fn new() -> Self {
        Self { open: Vec::new() }
    }

    fn new_line(&self, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        write!(out, "\n{:1$}", "", self.open.len())
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open.push(true);
        out.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open.pop();
        out.write_all(b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        if self.open.last() == Some(&true) {
            self.new_line(out)?;
        }
        self.open.push(false);
        out.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        match (first, self.open.len()) {
            (true, 1) => self.new_line(out),
            (true, _) => Ok(()),
            (false, 1) => {
                out.write_all(b",")?;
                self.new_line(out)
            }
            (false, _) => out.write_all(b", "),
        }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open.pop();
        if self.open.is_empty() {
            out.write_all(b"\n")?;
        }
        out.write_all(b"}")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        ascii(out, fragment)
    }
}

/// Lays out a document in one line.
pub(super) struct OneLine;

impl Formatter for OneLine {
    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        ascii(out, fragment)
    }
}

/// A piece of a string in nothing but ASCII.
fn ascii<W: ?Sized + Write>(out: &mut W, fragment: &str) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = rest.find(|char: char| !(' '..='~').contains(&char)) {
        out.write_all(&rest.as_bytes()[..at])?;
        let Some(char) = rest[at..].chars().next() else { break };
        for unit in char.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        rest = &rest[at + char.len_utf8()..];
    }
    out.write_all(rest.as_bytes())
}
