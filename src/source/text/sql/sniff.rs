//! Whether a text is SQL, and whose.

use crate::history::Dialect;

/// How the lines of SQL begin, in lower case, and whose it is where that tells.
const SIGNS: [(&str, Option<Dialect>); 19] = [
    ("/*!", Some(Dialect::MySql)),
    ("/*m!", Some(Dialect::MySql)),
    ("-- mysql dump", Some(Dialect::MySql)),
    ("-- mariadb dump", Some(Dialect::MySql)),
    ("-- phpmyadmin sql dump", Some(Dialect::MySql)),
    ("lock tables ", Some(Dialect::MySql)),
    ("insert into `", Some(Dialect::MySql)),
    ("replace into `", Some(Dialect::MySql)),
    ("create table `", Some(Dialect::MySql)),
    ("-- postgresql database dump", Some(Dialect::Postgres)),
    ("set standard_conforming_strings", Some(Dialect::Postgres)),
    ("copy ", Some(Dialect::Postgres)),
    ("pragma foreign_keys=", Some(Dialect::Sqlite)),
    ("begin transaction;", Some(Dialect::Sqlite)),
    ("insert into ", None),
    ("insert ignore into ", None),
    ("replace into ", None),
    ("insert or ", None),
    ("create table ", None),
];

/// What only one database has in `CREATE TABLE`, in lower case.
const TYPES: [(&str, Dialect); 8] = [
    ("auto_increment", Dialect::MySql),
    ("engine=", Dialect::MySql),
    ("character set", Dialect::MySql),
    ("mediumblob", Dialect::MySql),
    ("autoincrement", Dialect::Sqlite),
    ("integer primary key", Dialect::Sqlite),
    ("bytea", Dialect::Postgres),
    ("bigserial", Dialect::Postgres),
];

/// How a line of SQL begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Begins {
    /// A dump, or a statement that has rows.
    Rows,
    /// A statement that says what a table is.
    Schema,
}

/// What a line of SQL begins.
pub(in super::super) fn begins(line: &[u8]) -> Option<Begins> {
    let line = beginning(line);
    let is_copy = line.starts_with("copy ");
    let (sign, _) = SIGNS.iter().find(|(sign, _)| line.starts_with(sign))?;
    match *sign {
        "create table " | "create table `" => Some(Begins::Schema),
        _ if is_copy => line.contains(" from stdin").then_some(Begins::Rows),
        _ => Some(Begins::Rows),
    }
}

/// The beginning of a line, in lower case.
fn beginning(line: &[u8]) -> String {
    const ENOUGH: usize = 400;
    let line = line.trim_ascii_start();
    String::from_utf8_lossy(&line[..line.len().min(ENOUGH)]).to_ascii_lowercase()
}

/// Whose SQL the beginning of a text is.
pub(in super::super) fn dialect(head: &[u8]) -> Option<Dialect> {
    let mut in_create = false;
    for line in head.split(|&byte| byte == b'\n') {
        let line = beginning(line);
        if let Some((_, Some(dialect))) = SIGNS.iter().find(|(sign, _)| line.starts_with(sign)) {
            return Some(*dialect);
        }
        in_create |= line.starts_with("create table");
        if in_create && let Some((_, dialect)) = TYPES.iter().find(|(it, _)| line.contains(it)) {
            return Some(*dialect);
        }
        in_create &= !line.trim_end().ends_with(';');
    }
    None
}
