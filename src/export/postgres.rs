//! A dump for PostgreSQL: one transaction, of which all is done or nothing.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{Head, Writer, comments, hex, schema};
use crate::source::{Doing, WholeRow};

/// A dump that is being written.
pub(super) struct Dump {
    out: BufWriter<File>,
    next: u64,
    line: Vec<u8>,
}

impl Dump {
    pub(super) fn begin(path: &Path, head: &Head) -> io::Result<Self> {
        let mut out = BufWriter::new(File::create(path)?);
        comments(&mut out, head)?;
        writeln!(out, "\n\\set ON_ERROR_STOP on\n")?;
        writeln!(out, "BEGIN;")?;
        writeln!(out, "SET LOCAL client_encoding = 'UTF8';")?;
        writeln!(out, "SET LOCAL standard_conforming_strings = on;")?;
        writeln!(out, "SET LOCAL statement_timeout = 0;\n")?;
        writeln!(out, "{}\n", schema::POSTGRES)?;
        writeln!(out, "COPY kine ({}) FROM stdin;", schema::COLUMNS)?;
        Ok(Self { out, next: head.next, line: Vec::new() })
    }

    fn row(&mut self, row: &WholeRow) -> io::Result<()> {
        let line = &mut self.line;
        line.clear();
        line.extend_from_slice(row.id.to_string().as_bytes());
        line.push(b'\t');
        match &row.name {
            None => line.extend_from_slice(NULL),
            Some(name) => text(line, name),
        }
        number(line, row.created);
        number(line, row.deleted);
        number(line, row.create_revision);
        number(line, row.prev_revision);
        number(line, row.lease);
        for value in [&row.value, &row.old_value] {
            line.push(b'\t');
            match value {
                None => line.extend_from_slice(NULL),
                Some(bytes) => {
                    line.extend_from_slice(b"\\\\x");
                    hex(line, bytes);
                }
            }
        }
        line.push(b'\n');
        self.out.write_all(line)
    }
}

const NULL: &[u8] = b"\\N";

impl Writer for Dump {
    fn rows<'a>(&'a mut self, rows: &'a [WholeRow]) -> Doing<'a, io::Result<()>> {
        Box::pin(async { rows.iter().try_for_each(|row| self.row(row)) })
    }

    fn finish(mut self: Box<Self>) -> Doing<'static, io::Result<Option<u64>>> {
        Box::pin(async move {
            writeln!(self.out, "\\.\n\n{}\n", schema::POSTGRES_INDEXES)?;
            let (last, is_given) = (self.next.saturating_sub(1).max(1), self.next > 1);
            writeln!(self.out, "SELECT setval('kine_id_seq', {last}, {is_given});\n")?;
            writeln!(self.out, "COMMIT;")?;
            self.out.flush()?;
            Ok(None)
        })
    }
}

/// Writes a text as `COPY` reads it.
fn text(line: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            b'\t' => line.extend_from_slice(b"\\t"),
            byte => line.push(byte),
        }
    }
}

fn number(line: &mut Vec<u8>, number: Option<impl ToString>) {
    line.push(b'\t');
    match number {
        None => line.extend_from_slice(NULL),
        Some(number) => line.extend_from_slice(number.to_string().as_bytes()),
    }
}
