//! Tables as SQL: every way in which a program dumps them gives the rows, the values and the schema.

use std::fs::File;
use std::io::Read as _;

use flate2::read::GzDecoder;
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{Dialect, History};
use kinescope::source::text::{Table, look, measure};
use kinescope::source::{Options, text};
use kinescope::value::LIMIT;
use proptest::prelude::*;
use serde_json::Value;

use super::{picture, read, unread};

/// A row as it is made up: id, name, prev revision, value, old value.
type Made = (u64, String, u64, Vec<u8>, Option<Vec<u8>>);
/// How a program writes a dump, and what it is called.
type Form = (&'static str, fn(&[Made]) -> String);

const NAMES: &str =
    "id, name, created, deleted, create_revision, prev_revision, lease, value, old_value";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// What MySQL makes of what is not seen, of quotes and of backslashes.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for char in String::from_utf8_lossy(bytes).chars() {
        match char {
            '\0' => text += "\\0",
            '\n' => text += "\\n",
            '\r' => text += "\\r",
            '\x1a' => text += "\\Z",
            '\'' | '"' | '\\' => text.extend(['\\', char]),
            _ => text.push(char),
        }
    }
    text
}

fn doubled(text: &str) -> String {
    text.replace('\'', "''")
}

/// Each row in parentheses; `name` and `bytes` say how a name and a value are written.
fn tuples(
    rows: &[Made],
    name: impl Fn(&str) -> String,
    bytes: impl Fn(&[u8]) -> String,
) -> Vec<String> {
    let tuple = |(id, key, prev, value, old): &Made| {
        let old = old.as_ref().map_or_else(|| "NULL".to_owned(), |old| bytes(old));
        format!("({id},{},0,0,0,{prev},-1,{},{old})", name(key), bytes(value))
    };
    rows.iter().map(tuple).collect()
}

const MYSQL_TABLE: &str = "\
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `kine`;
CREATE TABLE `kine` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(630) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `created` int(11) DEFAULT NULL,
  `deleted` int(11) DEFAULT NULL,
  `create_revision` bigint(20) unsigned DEFAULT NULL,
  `prev_revision` bigint(20) unsigned DEFAULT NULL,
  `lease` int(11) DEFAULT NULL,
  `value` mediumblob DEFAULT NULL,
  `old_value` mediumblob DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `kine_name_prev_revision_uindex` (`name`,`prev_revision`),
  KEY `kine_name_index` (`name`),
  KEY `kine_name_id_index` (`name`,`id`),
  KEY `kine_id_deleted_index` (`id`,`deleted`),
  KEY `kine_prev_revision_index` (`prev_revision`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
";

fn framed(rows: &[String], by: &str) -> String {
    let insert = match rows {
        [] => String::new(),
        rows => format!("INSERT INTO `kine` VALUES {};\n", rows.join(by)),
    };
    format!(
        "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n-- Server version\t8.0.36\n\n\
         INSERT INTO `other` VALUES (1,'INSERT INTO `kine` VALUES (1);');\n{MYSQL_TABLE}\
         LOCK TABLES `kine` WRITE;\n/*!40000 ALTER TABLE `kine` DISABLE KEYS */;\n{insert}\
         /*!40000 ALTER TABLE `kine` ENABLE KEYS */;\nUNLOCK TABLES;\n"
    )
}

fn mysqldump(rows: &[Made]) -> String {
    let quote = |name: &str| format!("'{}'", escaped(name.as_bytes()));
    let rows: Vec<Made> = rows.iter().cloned().map(as_text).collect();
    framed(&tuples(&rows, quote, |bytes| format!("_binary '{}'", escaped(bytes))), ",")
}

fn hex_blob(rows: &[Made]) -> String {
    let quote = |name: &str| format!("'{}'", escaped(name.as_bytes()));
    // `mariadb-dump` begins a line for each row, and writes nothing as a string.
    let bytes =
        |bytes: &[u8]| if bytes.is_empty() { "''".to_owned() } else { format!("0x{}", hex(bytes)) };
    framed(&tuples(rows, quote, bytes), ",\n")
}

fn php_my_admin(rows: &[Made]) -> String {
    let quote = |name: &str| format!("'{}'", escaped(name.as_bytes()).replace("\\'", "''"));
    let rows = tuples(rows, quote, |bytes| format!("0x{}", hex(bytes)));
    let names = NAMES.split(", ").map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (table, keys) = MYSQL_TABLE.split_once("  PRIMARY KEY").expect("it has keys");
    let keys = format!(
        "ADD PRIMARY KEY{}",
        keys.replace("  KEY", "  ADD KEY").replace("  UNIQUE", "  ADD UNIQUE")
    );
    let (keys, engine) = keys.split_once("\n)").expect("it ends");
    let inserts: String =
        rows.iter().map(|row| format!("INSERT INTO `kine` ({names}) VALUES\n{row};\n")).collect();
    format!(
        "-- phpMyAdmin SQL Dump\nSET SQL_MODE = \"NO_AUTO_VALUE_ON_ZERO\";\nSTART TRANSACTION;\n{}\n){engine}\
         {inserts}\nALTER TABLE `kine`\n  {keys};\nCOMMIT;\n",
        table.trim_end().trim_end_matches(',')
    )
}

fn sqlite(rows: &[Made]) -> String {
    let name = |name: &str| {
        let text = doubled(name);
        if text.contains('\n') {
            // As its shell does, by something that the text does not have (`unused_string`).
            let others = (0..).map(|at| format!("(\\n{at})"));
            let mut all = ["\\n", "\\012"].map(str::to_owned).into_iter().chain(others);
            let unused = all.find(|it| !text.contains(it)).expect("there is always another");
            return format!("replace('{}','{unused}',char(10))", text.replace('\n', &unused));
        }
        format!("'{text}'")
    };
    let rows: Vec<Made> = rows.to_vec();
    let inserts: String = tuples(&rows, name, |bytes| format!("X'{}'", hex(bytes).to_lowercase()))
        .iter()
        .map(|row| format!("INSERT INTO kine VALUES{row};\n"))
        .collect();
    format!(
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE kine\n\t(\n\tid INTEGER PRIMARY KEY \
         AUTOINCREMENT,\n\tname TEXT,\n\tcreated INTEGER,\n\tdeleted INTEGER,\n\tcreate_revision INTEGER,\n\
         \tprev_revision INTEGER,\n\tlease INTEGER,\n\tvalue BLOB,\n\told_value BLOB\n\t);\n{inserts}\
         INSERT INTO sqlite_sequence VALUES('kine',9);\nCREATE INDEX kine_name_index ON kine (name);\n\
         CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision);\nCOMMIT;\n"
    )
}

fn postgres(rows: &str) -> String {
    format!(
        "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET standard_conforming_strings = on;\n\
         CREATE FUNCTION public.f() RETURNS integer AS $$ begin; return 1; end; $$ LANGUAGE sql;\n\
         CREATE TABLE public.kine (\n    id bigint NOT NULL,\n    name text COLLATE pg_catalog.\"C\",\n    \
         created integer,\n    deleted integer,\n    create_revision bigint,\n    prev_revision bigint,\n    \
         lease integer,\n    value bytea,\n    old_value bytea\n);\n\n{rows}\n\
         SELECT pg_catalog.setval('public.kine_id_seq', 1908, true);\n\n\
         ALTER TABLE ONLY public.kine\n    ADD CONSTRAINT kine_pkey PRIMARY KEY (id);\n\n\
         CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON public.kine USING btree (name, \
         prev_revision);\n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n"
    )
}

fn copy(rows: &[Made]) -> String {
    let field = |text: &str| {
        text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
    };
    let bytes = |bytes: &[u8]| format!("\\\\x{}", hex(bytes).to_lowercase());
    let line = |(id, name, prev, value, old): &Made| {
        let old = old.as_ref().map_or_else(|| "\\N".to_owned(), |old| bytes(old));
        format!("{id}\t{}\t0\t0\t0\t{prev}\t-1\t{}\t{old}\n", field(name), bytes(value))
    };
    let lines: String = rows.iter().map(line).collect();
    postgres(&format!(
        "COPY public.other (id) FROM stdin;\n1\n\\.\n\nCOPY public.kine ({NAMES}) FROM stdin;\n{lines}\\.\n"
    ))
}

fn postgres_inserts(rows: &[Made]) -> String {
    let name = |name: &str| format!("'{}'", doubled(name));
    let bytes = |bytes: &[u8]| format!("'\\x{}'", hex(bytes).to_lowercase());
    let inserts = tuples(rows, name, bytes);
    let inserts = inserts.iter().map(|row| format!("INSERT INTO public.kine VALUES {row};\n"));
    postgres(&inserts.collect::<String>())
}

const FORMS: [Form; 6] = [
    ("mysqldump --hex-blob", hex_blob),
    ("phpMyAdmin", php_my_admin),
    ("sqlite3 .dump", sqlite),
    ("pg_dump", copy),
    ("pg_dump --inserts", postgres_inserts),
    ("mysqldump", mysqldump),
];

/// The row with values that are text: what mysqldump writes of others is not in UTF-8.
fn as_text((id, name, prev, value, old): Made) -> Made {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned().into_bytes();
    (id, name, prev, text(value), old.map(text))
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let name = prop_oneof![3 => "/registry/[a-z]{1,3}", 1 => "[ -~\n\t]{0,9}", 1 => "/[a-z'\\\\\";(,)\n\r\té]{1,8}"];
    let bytes =
        || proptest::collection::vec(prop_oneof![2 => any::<u8>(), 1 => b' '..=b'~'], 0..12);
    let row = (name, 0..40_u64, bytes(), proptest::option::of(bytes()));
    proptest::collection::btree_map(1..60_u64, row, 0..8)
        .prop_map(|rows| rows.into_iter().map(|(id, (n, p, v, o))| (id, n, p, v, o)).collect())
}

fn assert_reads_back(form: &str, dump: &str, rows: &[Made]) {
    let table = read(dump.as_bytes());
    assert_eq!(unread(&table), [""; 0], "{form}: {dump}");
    let read: Vec<_> = table
        .rows
        .iter()
        .map(|row| (row.id, row.name.map(<[u8]>::to_vec), row.prev_revision, row.lease))
        .collect();
    let expected: Vec<_> = rows
        .iter()
        .map(|(id, name, prev, ..)| (*id, Some(name.clone().into_bytes()), Some(*prev), Some(-1)))
        .collect();
    assert_eq!(read, expected, "{form}: {dump}");
    let mut sizes = Vec::new();
    let measured = measure(dump.as_bytes(), "the dump", None, &mut |some| {
        sizes.extend(some.iter().map(|size| (size.id, size.value, size.old_value)));
        true
    });
    assert_eq!(measured.expect("it is a table"), Ok(()), "{form}: {dump}");
    let length = |bytes: Option<&Vec<u8>>| bytes.map_or(0, Vec::len) as u64;
    let lengths: Vec<_> = rows
        .iter()
        .map(|(id, _, _, value, old)| (*id, length(Some(value)), length(old.as_ref())))
        .collect();
    assert_eq!(sizes, lengths, "{form}: {dump}");
    for (id, _, _, value, old) in rows {
        let seen = look(dump.as_bytes(), "the dump", None, &[*id], LIMIT, || true);
        let seen = seen.expect("it is a table").expect("it has values").pop();
        let row = seen.expect("the row is there").1.expect("it is understood");
        let values = row.values.map(|value| value.map(|value| value.start));
        assert_eq!(values, [Some(value.clone()), old.clone()], "{form}: {dump}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_dumped_reads_back_the_same(rows in made()) {
        for (form, dump) in FORMS {
            let is_text = form == "mysqldump";
            let rows: Vec<Made> =
                if is_text { rows.iter().cloned().map(as_text).collect() } else { rows.clone() };
            assert_reads_back(form, &dump(&rows), &rows);
            assert_reads_back(form, &dump(&rows).replace("INSERT", "insert").replace("VALUES", "values"), &rows);
        }
    }

    #[test]
    fn a_dump_that_is_cut_never_looks_whole(rows in made(), at in any::<prop::sample::Index>()) {
        prop_assume!(rows.len() > 1);
        for (form, dump) in FORMS {
            let dump = dump(&rows);
            let rows_end = dump.rfind(if form == "pg_dump" { "\\.\n" } else { ");\n" }).expect("it has rows");
            let end = at.index(rows_end);
            if !dump.is_char_boundary(end) {
                continue;
            }
            let Ok(table) = text::read(&dump.as_bytes()[..end], "the dump", &Options::default()) else {
                continue;
            };
            let is_said = table.opened.notes.iter().any(|note| note.starts_with("The text has no rows"));
            prop_assert!(table.unread.count() > 0 || is_said, "{form}: {}", &dump[..end]);
        }
    }

    #[test]
    fn no_dump_is_too_strange(rows in made(), at in any::<prop::sample::Index>(), odd in "[ -~\n]{1,4}") {
        for (_, dump) in FORMS {
            let mut dump = dump(&rows).into_bytes();
            let at = at.index(dump.len());
            dump.splice(at..=at, odd.bytes());
            let _ = text::read(dump.as_slice(), "the dump", &Options::default());
        }
    }
}

fn unpacked(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut content = Vec::new();
    let file = File::open(&path).expect(&path);
    GzDecoder::new(file).read_to_end(&mut content).expect("it is gzip");
    content
}

fn packed(name: &str) -> Table {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    text::open_and_read(path.as_ref(), &Options::default()).expect("it is a dump")
}

fn history(table: &Table) -> History {
    let mut history = table.opened.history();
    history.append(&mut table.rows.iter()).expect("they are in order");
    history
}

#[test]
fn dumps_of_postgresql_are_compacted_as_kine_did() {
    for (name, rows) in [("a", 1908), ("b-upgraded", 1370)] {
        let expected = unpacked(&format!("postgres/{name}.expect.json.gz"));
        let expected: Value = serde_json::from_slice(&expected).expect("it is JSON");
        let number = |name: &str| expected[name].as_u64().expect("a number");
        let [before, after] = ["before", "after"].map(|when| {
            let table = packed(&format!("postgres/{name}-{when}.sql.gz"));
            assert_eq!((unread(&table), table.opened.notes.len()), (vec![], 0), "{name} {when}");
            let profile = &table.opened.profile;
            assert_eq!((profile.dialect, profile.unique_index), (Dialect::Postgres, Some(true)));
            assert_eq!(profile.collation.name(), "binary");
            history(&table)
        });
        assert_eq!(before.len(), rows, "{name}");
        let policy = Policy {
            min_retain: number("min_retain"),
            batch_size: number("batch_size"),
            ..Policy::DEFAULT
        };
        let plan = plan(&before, number("reached"), policy);
        let left = before.iter().filter(|&at| plan.survives(at)).map(|at| before.id(at));
        let newest = before.current().expect("it has rows");
        let there = after.iter().map(|at| after.id(at)).filter(|&id| id <= newest);
        assert_eq!(left.collect::<Vec<_>>(), there.collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn a_dump_of_mariadb_tells_what_the_server_would() {
    let table = packed("incident-before.sql.gz");
    assert_eq!((table.rows.len(), unread(&table)), (7293, vec![]));
    let profile = &table.opened.profile;
    assert_eq!(profile.collation.name(), "ascii_general_ci");
    assert!(!profile.is_assumed);
    assert_eq!(profile.unique_index, Some(false));
    let database = profile.database.as_ref().expect("it has a schema");
    let columns: Vec<_> = database
        .columns
        .iter()
        .map(|it| {
            format!("{} {} {}", it.name, it.full_type, it.collation.as_deref().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        columns,
        [
            "id bigint(20) unsigned -",
            "name varchar(630) ascii_general_ci",
            "created int(11) -",
            "deleted int(11) -",
            "create_revision bigint(20) unsigned -",
            "prev_revision bigint(20) unsigned -",
            "lease int(11) -",
            "value mediumblob -",
            "old_value mediumblob -",
        ]
    );
    let indexes: Vec<_> = database.indexes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        indexes,
        [
            "PRIMARY",
            "kine_id_deleted_index",
            "kine_name_id_index",
            "kine_name_index",
            "kine_prev_revision_index",
        ]
    );
    assert!(database.has_unique_id() && database.columns[0].is_auto_increment());
    assert_eq!(database.engine.as_deref(), Some("InnoDB"));
}

#[test]
fn every_form_tells_its_schema() {
    let rows = [(1, "compact_rev_key".to_owned(), 0, Vec::new(), None)];
    for (form, dump) in FORMS {
        let profile = read(dump(&rows).as_bytes()).opened.profile;
        assert_eq!(profile.unique_index, Some(true), "{form}");
        let mysql = form.contains("mysql") || form == "phpMyAdmin";
        assert_eq!(profile.dialect == Dialect::MySql, mysql, "{form}");
        assert_eq!(profile.database.is_some(), profile.dialect != Dialect::Postgres, "{form}");
        if let Some(database) = profile.database {
            let indexes = if mysql { 6 } else { 3 };
            assert_eq!((database.columns.len(), database.indexes.len()), (9, indexes), "{form}");
        }
    }
}

/// What is in a dump beside whole rows of the one table is said.
#[test]
fn what_is_not_understood_is_counted() {
    let insert = "INSERT INTO `kine` (`id`,`name`,`prev_revision`) VALUES ";
    for (dump, rows, said) in [
        (
            format!("{insert}(1,'/a',0),(2,'/a');\n"),
            "1 /a - - - 0",
            "line 1: it has 2 values, the table 3 columns",
        ),
        (
            format!("{insert}(1,'/a',0),\n(2,NOW(),1),(3,'/a',1);\n"),
            "1 /a - - - 0\n3 /a - - - 1",
            "line 2: `name`: it is worked out by SQL that is not understood here",
        ),
        (
            format!("{insert}(1,'/a',0),\n('SESAME','/a',1);\n"),
            "1 /a - - - 0",
            "line 2: `id` is not a whole number",
        ),
        (
            format!("{insert}(1,'/a',0);\n(2,'/a',1);\n"),
            "1 /a - - - 0",
            "line 2: it looks like a row, and no statement is before it",
        ),
        (
            format!("{insert}(1,'/a',0);\nINSERT INTO kine SELECT * FROM old;\n"),
            "1 /a - - - 0",
            "line 2: its rows are those of a query, and not written out",
        ),
        (
            format!("{insert}(1,'/a',0);\nDELETE FROM kine WHERE id = 1;\n"),
            "1 /a - - - 0",
            "line 2: it changes rows of the table, and that is not done here",
        ),
        (
            format!("USE `one`;\n{insert}(1,'/a',0);\nUSE `two`;\n{insert}(2,'/a',1);\n"),
            "1 /a - - - 0",
            "line 4: it is of another table kine than the first rows",
        ),
        (
            format!(
                "{insert}(1,'/a',0);\nINSERT INTO kine (id,name,prev_revision,lease) VALUES (2,'/a',1,0);\n"
            ),
            "1 /a - - - 0",
            "line 2: it has other columns than the first rows",
        ),
        (
            format!("{insert}(1,'/a',0)\n{insert}(1,'/a',0);\n"),
            "1 /a - - - 0",
            "line 2: there already is a row with the same `id`",
        ),
        (
            "INSERT INTO kine (id,name,prev_revision) VALUES (1,'/a',0),(2,'/a\\b',1);\n"
                .to_owned(),
            "1 /a - - - 0",
            "line 1: `name`: it has a backslash, and the text does not say whose SQL it is",
        ),
        (
            "INSERT INTO kine (id,name,prev_revision) VALUES (1,'/a',0),(2,'/a\\',1);\n".to_owned(),
            "1 /a - - - 0",
            "line 1: a string of it may end at one of several quotes; what follows was not read",
        ),
        (
            format!("{insert}(1,'/a',0),\n"),
            "1 /a - - - 0",
            "line 2: no row follows a comma: the text may have been cut",
        ),
        (
            format!("BEGIN TRANSACTION;\n{insert}(1,'/a',0);\nROLLBACK; -- due to errors\n"),
            "1 /a - - - 0",
            "line 3: the dump was rolled back: whoever wrote it failed",
        ),
        (
            format!("LOCK TABLES `kine` WRITE;\n{insert}(1,'/a',0);\n"),
            "1 /a - - - 0",
            "end of file: a table is locked and never unlocked: the text may have been cut",
        ),
    ] {
        let table = read(dump.as_bytes());
        assert_eq!(picture(&table.rows).join("\n"), rows, "{dump}");
        assert_eq!(unread(&table), [said], "{dump}");
    }
}

#[test]
fn a_dump_in_a_mail_is_read_and_one_without_the_table_is_refused() {
    let mail = "Hi,\n\nhere is what it holds; don't worry.\n\n```sql\nINSERT INTO kine (id, name, \
                prev_revision) VALUES\n(1, 'compact_rev_key', 0), -- the mark\n(2, '/a', 0);\n```\n\nThat's \
                all (I hope).\n";
    let table = read(mail.as_bytes());
    assert_eq!(picture(&table.rows), ["1 compact_rev_key - - - 0", "2 /a - - - 0"]);
    assert_eq!(unread(&table), [""; 0]);
    let other = "INSERT INTO `others` VALUES (1,'/a');\n";
    let error = text::read(other.as_bytes(), "FILE", &Options::default()).expect_err("no table");
    assert_eq!(error.to_string(), "there is no table kine in FILE");
    let lacks = "INSERT INTO `kine` (`id`,`name`,`value`) VALUES (1,'/a','SESAME');\n";
    let error = text::read(lacks.as_bytes(), "FILE", &Options::default()).expect_err("no table");
    assert_eq!(
        error.in_a_line().split(". ").next(),
        Some(
            "the table in FILE has no column `prev_revision`: its heading names `id`, `name`, `value`"
        )
    );
}
