//! A schema that was pasted alone: `SHOW CREATE TABLE`, `SHOW INDEX`, `DESCRIBE`, psql's `\d`.

use std::io;

use super::drawing::in_ascii;
use super::form::{Form, Step};
use super::lines::{quote_marks, without_end};
use super::row_builder::Builder;
use super::schema::Schema;
use super::split::{Split, is_rule};
use super::sql::{Dump, NO_ROWS, dialect};
use crate::history::{Collation, Dialect};
use crate::source::Error;

/// What it is called.
const SCHEMA: &str = "a schema";

/// What a row of each listing is made of, the columns of MySQL's `SHOW INDEX` and `DESCRIBE`, and of psql's
/// `\d`.
const INDEXES: [&str; 5] = ["table", "non_unique", "key_name", "seq_in_index", "column_name"];
const COLUMNS: [&str; 5] = ["field", "type", "null", "key", "default"];
const DESCRIBED: [&str; 4] = ["column", "type", "nullable", "default"];

/// A schema that was pasted alone.
pub(super) struct Pasted(pub(super) Schema);

impl Form for Pasted {
    fn advance(&mut self, _: &mut Builder) -> io::Result<Step> {
        Ok(Step::Over)
    }

    fn bytes(&self) -> u64 {
        0
    }

    fn kind(&self) -> &'static str {
        SCHEMA
    }

    fn notes(&mut self) -> Vec<String> {
        vec![NO_ROWS.to_owned()]
    }

    fn schema(&self) -> Option<&Schema> {
        Some(&self.0)
    }

    fn nothing(&self, _: &str) -> Option<Error> {
        None
    }
}

/// What a text without rows says of the table; `None` if that is nothing.
pub(super) fn find(text: &[u8]) -> Option<Schema> {
    let lines = text.split(|&byte| byte == b'\n').map(|line| &line[quote_marks(line)..]);
    let text = &lines.collect::<Vec<_>>().join(&b'\n');
    let mut schema = created(text).unwrap_or_else(|| Schema::new(Some(Dialect::MySql)));
    let mut listing: Option<(Split, Vec<String>)> = None;
    for line in text.split(|&byte| byte == b'\n') {
        let line = in_ascii(without_end(line, true)).into_owned();
        if is_rule(&line) {
            continue;
        }
        if line.trim_ascii() == b"Indexes:" && schema.dialect == Some(Dialect::Postgres) {
            schema.begin_indexes();
        }
        if let Some(found) = heading(&line) {
            if found.1.iter().any(|name| name == INDEXES[2]) {
                schema.begin_indexes();
            } else if found.1.iter().any(|name| name == DESCRIBED[2]) {
                schema.dialect = Some(Dialect::Postgres);
            }
            listing = Some(found);
            continue;
        }
        if schema.dialect == Some(Dialect::Postgres) {
            index(&mut schema, &line);
        }
        let Some((split, names)) = &listing else { continue };
        let Ok(fields) = split.fields(&line, Some(names.len())) else { continue };
        if fields.len() != names.len() {
            listing = None;
            continue;
        }
        let field = |name: &str| {
            let at = names.iter().position(|known| known == name)?;
            let text = String::from_utf8_lossy(fields[at]).trim().to_owned();
            Some(text).filter(|text| !text.is_empty() && text != "NULL")
        };
        if field(INDEXES[0]).is_some_and(|table| table.eq_ignore_ascii_case("kine")) {
            let unique = field(INDEXES[1]).as_deref() == Some("0");
            let prefix = field("sub_part").and_then(|part| part.parse().ok());
            if let (Some(name), Some(column)) = (field(INDEXES[2]), field(INDEXES[4])) {
                schema.add_part(&name, unique, &column, prefix);
            }
        } else if let (Some(name), Some(kind)) =
            (field(COLUMNS[0]).or_else(|| field(DESCRIBED[0])), field("type"))
        {
            let nullable = field("null").is_none_or(|null| null == "YES");
            let extra = field("extra").unwrap_or_default();
            schema.describe(&name, &kind, nullable, field("default"), &extra);
        }
    }
    schema.is_whole = true;
    schema.is_known().then_some(schema)
}

/// The columns of a listing, if a line names them.
fn heading(line: &[u8]) -> Option<(Split, Vec<String>)> {
    for split in [Split::Tabs, Split::Bars { rule: None, bare: false }] {
        let fields = split.fields(line, None).unwrap_or_default();
        let names: Vec<String> = fields
            .iter()
            .map(|field| String::from_utf8_lossy(field).trim().to_ascii_lowercase())
            .collect();
        let has = |all: &[&str]| all.iter().all(|name| names.iter().any(|it| it == name));
        if has(&INDEXES) || has(&COLUMNS) || has(&DESCRIBED) {
            // psql draws no bars at the ends, and leaves fields empty there.
            let bare = has(&DESCRIBED) && !line.trim_ascii().starts_with(b"|");
            let split = match split {
                Split::Bars { rule, .. } => Split::Bars { rule, bare },
                other => other,
            };
            return Some((split, names));
        }
    }
    None
}

/// Takes an index of psql's list: `"kine_pkey" PRIMARY KEY, btree (id)`.
fn index(schema: &mut Schema, line: &[u8]) {
    let line = String::from_utf8_lossy(line);
    let Some((name, rest)) = line.trim().strip_prefix('"').and_then(|it| it.split_once('"')) else {
        return;
    };
    let Some((_, columns)) = rest.split_once("btree (") else { return };
    let Some((columns, rest_of_line)) = columns.split_once(')') else { return };
    let is_unique = rest.contains("UNIQUE") || rest.contains("PRIMARY KEY");
    let is_partial = rest_of_line.contains("WHERE");
    for column in columns.split(',') {
        let column = column.split_whitespace().next().unwrap_or_default();
        schema.add_part(name, is_unique && !is_partial, column, None);
    }
}

/// What `SHOW CREATE TABLE` printed. `mysql -B` prints its line ends as `\n`.
fn created(text: &[u8]) -> Option<Schema> {
    const BEGIN: &[u8] = b"CREATE TABLE ";
    let start = text.windows(BEGIN.len()).position(|it| it == BEGIN)?;
    let text = String::from_utf8_lossy(&text[start..]);
    let first = text.lines().next().unwrap_or_default();
    let text = if first.contains("(\\n") { text.replace("\\n", "\n") } else { text.into_owned() };
    // What follows its last line may be anything.
    let end = text.match_indices("\n)").next().map_or(text.len(), |(at, _)| at + 1);
    let end = text[end..].find('\n').map_or(text.len(), |length| end + length);
    let text = &text[..end];
    let dialect = dialect(text.as_bytes());
    let mut dump = Dump::new(text.as_bytes(), 0, dialect);
    let mut builder = Builder::new(Collation::kine_default());
    // Reading from memory does not fail.
    while !matches!(dump.advance(&mut builder), Ok(Step::Over) | Err(_)) {}
    dump.schema().filter(|schema| schema.is_known() && builder.refused() == 0).cloned()
}
