//! A dump for MySQL and MariaDB.
//!
//! ```text
//!   SET … ─▶ CREATE TABLE, with its indexes ─▶ LOCK TABLES ─▶ INSERT …, INSERT … ─▶ UNLOCK TABLES
//! ```
//!
//! The table never lacks an index, however its loading ends: kine would not make it. Until all rows are
//! there, a kine that is started waits for the lock.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{Head, Writer, comments, hex, schema};
use crate::source::{Doing, WholeRow};

/// How many bytes one statement has at most, but for a row that has more: every server takes as many.
const STATEMENT: u64 = 1_000_000;

/// A dump that is being written.
pub(super) struct Dump {
    out: BufWriter<File>,
    /// How many bytes the statement has that is being written; 0 of none.
    length: u64,
    longest: u64,
    row: Vec<u8>,
}

impl Dump {
    pub(super) fn begin(path: &Path, head: &Head) -> io::Result<Self> {
        let mut out = BufWriter::new(File::create(path)?);
        comments(&mut out, head)?;
        writeln!(out, "\nSET NAMES utf8mb4;")?;
        // Id 0 is kept; what does not fit is refused.
        writeln!(out, "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES';")?;
        writeln!(out, "SET SESSION time_zone = '+00:00';\n")?;
        writeln!(out, "{} AUTO_INCREMENT={};\n", schema::MYSQL, head.next)?;
        writeln!(out, "LOCK TABLES kine WRITE;")?;
        Ok(Self { out, length: 0, longest: 0, row: Vec::new() })
    }

    fn row(&mut self, row: &WholeRow) -> io::Result<()> {
        self.row.clear();
        literal(&mut self.row, row);
        let more = self.row.len() as u64 + 2;
        if self.length > 0 && self.length + more > STATEMENT {
            self.end()?;
        }
        if self.length == 0 {
            let begin = format!("INSERT INTO kine ({}) VALUES", schema::COLUMNS);
            self.length = begin.len() as u64;
            self.out.write_all(begin.as_bytes())?;
            self.out.write_all(b"\n")?;
        } else {
            self.out.write_all(b",\n")?;
        }
        self.length += more;
        self.out.write_all(&self.row)
    }

    fn end(&mut self) -> io::Result<()> {
        if self.length > 0 {
            self.longest = self.longest.max(self.length);
            self.length = 0;
            self.out.write_all(b";\n")?;
        }
        Ok(())
    }
}

impl Writer for Dump {
    fn rows<'a>(&'a mut self, rows: &'a [WholeRow]) -> Doing<'a, io::Result<()>> {
        Box::pin(async { rows.iter().try_for_each(|row| self.row(row)) })
    }

    fn finish(mut self: Box<Self>) -> Doing<'static, io::Result<Option<u64>>> {
        Box::pin(async move {
            self.end()?;
            writeln!(self.out, "UNLOCK TABLES;")?;
            self.out.flush()?;
            Ok(Some(self.longest))
        })
    }
}

/// Writes a row in parentheses.
fn literal(out: &mut Vec<u8>, row: &WholeRow) {
    out.push(b'(');
    out.extend_from_slice(row.id.to_string().as_bytes());
    out.push(b',');
    match &row.name {
        Some(name) if name.iter().all(|&byte| is_plain(byte)) => {
            out.push(b'\'');
            out.extend_from_slice(name);
            out.push(b'\'');
        }
        name => bytes(out, name.as_deref()),
    }
    number(out, row.created);
    number(out, row.deleted);
    number(out, row.create_revision);
    number(out, row.prev_revision);
    number(out, row.lease);
    for value in [&row.value, &row.old_value] {
        out.push(b',');
        bytes(out, value.as_deref());
    }
    out.push(b')');
}

/// Whether a byte means itself in quotes, whatever the server's SQL mode.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'\\')
}

/// In hex, no client and no character set changes a byte.
fn bytes(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        None => out.extend_from_slice(b"NULL"),
        Some([]) => out.extend_from_slice(b"''"),
        Some(bytes) => {
            out.extend_from_slice(b"X'");
            hex(out, bytes);
            out.push(b'\'');
        }
    }
}

fn number(out: &mut Vec<u8>, number: Option<impl ToString>) {
    out.push(b',');
    match number {
        None => out.extend_from_slice(b"NULL"),
        Some(number) => out.extend_from_slice(number.to_string().as_bytes()),
    }
}
