mod requests;
mod round_trip;
mod stream;

use super::*;
use crate::history::{Collation, Columns, Flag, Row};

/// The rows of most pictures here.
const ROWS: &str = "\
1 compact_rev_key 0 No
4 /registry/a 0 No
6 /registry/a 4 Yes
7 NULL NULL Null";

fn table(text: &str) -> Table {
    read(text.as_bytes(), "test", &Options::default()).expect("the text holds a table")
}

/// What is wrong, why, and what to do.
fn error(text: impl AsRef<[u8]>) -> [String; 3] {
    let error = read(text.as_ref(), "FILE", &Options::default()).expect_err("no table");
    let why = std::error::Error::source(&error).map(ToString::to_string);
    [error.to_string(), why.unwrap_or_default(), error.what_to_do().unwrap_or_default().to_owned()]
}

/// A row per line: id, name, prev revision, deleted.
fn picture(table: &Table) -> String {
    let or_null = |text: Option<String>| text.unwrap_or_else(|| "NULL".to_owned());
    let row = |row: Row<'_>| {
        let name = or_null(row.name.map(|name| name.escape_ascii().to_string()));
        let prev = or_null(row.prev_revision.map(|prev| prev.to_string()));
        format!("{} {name} {prev} {:?}", row.id, row.deleted)
    };
    table.rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn unread(table: &Table) -> Vec<String> {
    table.unread.first().iter().map(|unread| format!("{}: {}", unread.place, unread.why)).collect()
}

/// A table in a mail that was answered twice.
const MAIL: &str = "\
> > > what does the table say?
> >
> > | id | name            | prev_revision | deleted |
> > | -: | :-------------- | ------------: | ------: |
> > |  1 | compact_rev_key |             0 |       0 |
> > |  4 | /registry/a     |             0 |       0 |
> > |  6 | /registry/a     |             4 |       1 |
> > |  7 | NULL            |          NULL |    NULL |
> >
> > see above.
";

/// The same four rows in every format, and what the format is called.
const FORMATS: [(&str, &str); 9] = [
    (
        "tab-separated text",
        "id\tname\tprev_revision\tdeleted\n1\tcompact_rev_key\t0\t0\n4\t/registry/a\t0\t0\n\
             6\t/registry/a\t4\t1\n7\tNULL\tNULL\tNULL\n",
    ),
    (
        "a boxed table",
        "\
mysql> select name, prev_revision, deleted, id from kine;
+-----------------+---------------+---------+----+
| name            | prev_revision | deleted | id |
+-----------------+---------------+---------+----+
| compact_rev_key |             0 |       0 |  1 |
| /registry/a     |             0 |       0 |  4 |
| /registry/a     |             4 |       1 |  6 |
| NULL            |          NULL |    NULL |  7 |
+-----------------+---------------+---------+----+
4 rows in set (0.00 sec)

mysql> Bye
",
    ),
    (
        "a pipe table",
        "\
 deleted | id |      name       | prev_revision
---------+----+-----------------+---------------
       0 |  1 | compact_rev_key |             0
       0 |  4 | /registry/a     |             0
       1 |  6 | /registry/a     |             4
    NULL |  7 | NULL            |
(4 rows)
",
    ),
    (
        "a pipe table",
        "\
Hello, this is what is in it:
```
id|name|prev_revision|deleted
1|compact_rev_key|0|0
| 4 | /registry/a | 0 | 0 |
6|/registry/a|4|1

7|NULL|NULL|NULL
```
Is | that | bad?
",
    ),
    ("a pipe table", MAIL),
    (
        "comma-separated text",
        "\u{feff}ID,\"Name\",value,prev_revision,kine.deleted\r\n1,compact_rev_key,,0,0\r\n\
             4,/registry/a,\"a \"\"quoted\"\"\r\nvalue, in two lines\",0,0\r\n\
             7,NULL,,,\r\n6,\"/registry/a\",x,\"4\",1\r\n",
    ),
    (
        "semicolon-separated text",
        "`kine`.`id`; `name`; `prev_revision`; `deleted`\n1; compact_rev_key; 0; 0\n\
             4; /registry/a; 0; 0\n6; /registry/a; 4; 1\n7; NULL; NULL; NULL\n",
    ),
    (
        "JSON lines",
        r#"{"id": 1, "name": "compact_rev_key", "prev_revision": 0, "deleted": 0}
{"deleted": "0", "prev_revision": "0", "value": {"id": 3}, "name": "/registry/a", "id": "4"}
{"id": 6, "name": "/registry\/a", "prev_revision": 4, "deleted": 1}

{"id": 7, "name": null, "prev_revision": null, "deleted": null}"#,
    ),
    (
        "a JSON array",
        r#"```json
[
  {"id": 1, "name": "compact_rev_key", "prev_revision": 0, "deleted": 0},
  {"id": 4, "name": "/registry/a", "prev_revision": 0, "deleted": 0},
  {"id": 7, "name": null, "prev_revision": null, "deleted": null},
  {"id": 6, "name": "/registry/a", "prev_revision": 4, "deleted": 1}]
```
"#,
    ),
];

#[test]
fn every_format_gives_the_same_rows() {
    for (kind, text) in FORMATS {
        let table = table(text);
        assert_eq!(table.opened.kind, kind, "{text}");
        assert_eq!(picture(&table), ROWS, "{text}");
        assert_eq!(unread(&table), [] as [&str; 0], "{text}");
        assert!(table.opened.profile.excerpt);
        let psql = "psql printed this: its database compares names byte by byte, so that names that \
                    differ in case are different keys.";
        let told = text.contains("(4 rows)\n").then_some(psql);
        assert_eq!(
            table.opened.notes,
            told.into_iter().chain([
                "There is no `created` column: a row that points at nothing or at a tombstone is \
                 taken as a create.",
                "There is no `create_revision` column: what a row says of its key's creation is \
                 not known.",
                "There is no `lease` column: TTLs are not known.",
            ])
            .collect::<Vec<_>>(),
            "{text}"
        );
    }
}

#[test]
fn what_mariadb_printed_is_read() {
    let batch = table(include_str!("../../../../tests/fixtures/mariadb-batch.txt"));
    assert_eq!(batch.opened.profile.columns, Columns::ALL);
    assert_eq!(
        picture(&batch),
        "\
1 compact_rev_key 0 No
2 /registry/health 0 No
3 /registry/pods/default/a 0 No
4 /registry/pods/default/a 3 No
5 /registry/events/e 0 No
6 /registry/pods/default/a 4 Yes
7 /registry/rbac/A|b 0 No
8 /registry/tab\\tnewline\\nback\\\\slash NULL Null
18446744073709551614 NULL 18446744073709551615 No"
    );
    let leases: Vec<_> = batch.rows.iter().map(|row| row.lease).collect();
    assert_eq!(leases[4..7], [Some(3600), Some(0), None]);
    assert_eq!((leases[8], batch.unread.count()), (Some(-1), 0));

    let boxed = table(include_str!("../../../../tests/fixtures/mariadb-table.txt"));
    let without_8 =
        |table: &Table| -> Rows { table.rows.iter().filter(|row| row.id != 8).collect() };
    assert!(boxed.rows.iter().eq(without_8(&batch).iter()), "{}", picture(&boxed));
    assert_eq!((boxed.unread.count(), boxed.opened.notes.len()), (0, 0));

    let session = table(include_str!("../../../../tests/fixtures/mariadb-session.txt"));
    assert_eq!(picture(&session).lines().count(), 7);
    assert_eq!(picture(&session), picture(&batch).lines().take(7).collect::<Vec<_>>().join("\n"));
    assert_eq!(unread(&session), [] as [&str; 0]);
}

#[test]
fn rows_that_make_no_sense_are_said_and_the_others_read() {
    let rows = [
        ("1\t/a\t0\t0\t0", None),
        ("x\t/a\t0\t0\t0", Some("`id` is not a whole number")),
        ("\t/a\t0\t0\t0", Some("`id` is empty")),
        ("NULL\t/a\t0\t0\t0", Some("`id` is NULL")),
        ("-5\t/a\t0\t0\t0", Some("`id` is negative or beyond 64 bits")),
        ("1.5\t/a\t0\t0\t0", Some("`id` is not a whole number")),
        ("2,670,700\t/a\t0\t0\t0", Some("`id` has separators, and numbers are read without them")),
        ("18446744073709551616\t/a\t0\t0\t0", Some("`id` is negative or beyond 64 bits")),
        ("18446744073709551615\t/a\t0\t0\t0", None),
        ("3\t/a\t-1\t0\t0", Some("`prev_revision` is negative or beyond 64 bits")),
        ("3\t/a\t0\t2147483648\t0", Some("`lease` is beyond the 32 bits of an INTEGER column")),
        ("3\t/a\t0\t-2147483648\t0", None),
        ("3\t/b\t0\t0\t0", Some("there already is a row with the same `id`")),
        ("4\t/a\t0\t0", Some("it has 4 fields, the heading 5")),
        ("5\t/a\t0\t0\t0\t0", Some("it has 6 fields, the heading 5")),
        ("6", Some("it has 1 field, the heading 5")),
        ("7\t/a\\x\t0\t0\t0", Some("`name`: it has a backslash where `mysql -B` writes none")),
        ("8\t/a\t0\t0\tyes\u{1b}[31m\u{202e}", Some("`deleted` is not a whole number")),
        ("2\t/a\t0\t0\t2", None),
    ];
    let mut text = "id\tname\tprev_revision\tlease\tdeleted\n".to_owned();
    for (row, _) in rows {
        text += row;
        text += "\n";
    }
    let table = table(&text);
    let expected: Vec<String> = (2..)
        .zip(rows)
        .filter_map(|(line, (_, why))| why.map(|why| format!("line {line}: {why}")))
        .collect();
    assert_eq!(unread(&table), expected);
    let ids: Vec<_> = table.rows.iter().map(|row| (row.id, row.deleted)).collect();
    assert_eq!(ids, [(1, Flag::No), (2, Flag::Odd), (3, Flag::No), (u64::MAX, Flag::No)]);
}

#[test]
fn a_text_that_was_cut_never_looks_clean() {
    let whole = "\
+----+------+---------------+
| id | name | prev_revision |
+----+------+---------------+
|  1 | /a   |             0 |
|  2 | /a   |             1 |
+----+------+---------------+
";
    assert_eq!(unread(&table(whole)), [] as [&str; 0]);
    let heading = whole.find("name").expect("there is a heading") + 30;
    for cut in heading..whole.len() - 32 {
        let table = table(&whole[..cut]);
        assert_eq!(
            unread(&table).last().map(String::as_str),
            Some("end of file: the table's closing line is missing: the text may have been cut"),
            "{}",
            &whole[..cut]
        );
    }
    let cases = [
        ("id,name,prev_revision\n1,/a,0\n2,/a", "line 3: it has 2 fields, the heading 3"),
        ("id,name,prev_revision\n1,\"/a", "line 2: a quote is not closed"),
        (
            "id,name,prev_revision,value\n1,/a,0,\"x\n2,/a,1,\n",
            "lines 2 to 3: a quote is not closed",
        ),
        (
            "id,name,prev_revision,value\n1,/a,0,\"x\n2,/a,1,\"y\"\n3,/a,2,\"\n",
            "lines 2 to 4: something follows a closing quote",
        ),
        ("id|name|prev_revision\n1|/a|0\n2|/a", "line 3: it has 2 fields, the heading 3"),
        ("id|name|prev_revision\n1|/a|0\n(2 rows)\n", "line 3: it says 2 rows, but 1 are here"),
        (
            "{\"id\":1,\"name\":\"/a\",\"prev_revision\":0}\n{\"id\":2,\"na",
            "line 2: the object is cut short",
        ),
        (
            "[{\"id\":1,\"name\":\"/a\",\"prev_revision\":0},\n{\"id\":2,\"na",
            "line 2: the array is not closed: the text may have been cut",
        ),
        (
            "\n[{\"id\":1,\"name\":\"/a\",\"prev_revision\":0},\n 5, x]",
            "object 2: it is not an object",
        ),
        ("[\n{\"id\":1,\"na", "line 2: the array is not closed: the text may have been cut"),
        (
            "{\"id\":1,\"name\":\"/a\",\"prev_revision\":0}\n{\"id\":2,\"name\":\"/a\"}",
            "line 2: it has no `prev_revision`",
        ),
        (
            "+--+\n|id|name|prev_revision|\n+--+\n|1|/a|0|\n+--+\n|2|/a|1|\n",
            "line 6: it comes after the table's closing line",
        ),
    ];
    for (text, expected) in cases {
        let table = table(text);
        assert_eq!(unread(&table).first().map(String::as_str), Some(expected), "{text}");
    }
}

#[test]
fn a_last_line_without_an_end_may_have_been_cut() {
    let why = "end of file: the last line is not terminated, and `mysql -B` always terminates it: \
               its last field may have been cut";
    for (text, rows) in [
        ("id\tname\tprev_revision\n1\t/a\t12", 1),
        ("id\tname\tprev_revision\r\n1\t/a\t12\r", 1),
        ("id\tname\tprev_revision", 0),
    ] {
        let table = table(text);
        assert_eq!((unread(&table), table.rows.len()), (vec![why.to_owned()], rows), "{text}");
    }
    let note = "The last line is not terminated: the text may have been cut.";
    for text in
        ["id,name,prev_revision\n1,/a,12", "id|name|prev_revision\n1|/a|1", "id,name,prev_revision"]
    {
        let table = table(text);
        assert_eq!((table.opened.notes[0].as_str(), table.unread.count()), (note, 0), "{text}");
    }
    for text in [
        "id\tname\tprev_revision\n1\t/a\t12\n",
        "id\tname\tprev_revision\n1\t/a\t12\n  ",
        "```\nid\tname\tprev_revision\n1\t/a\t12\n```",
        "|id|name|prev_revision|\n|1|/a|1|",
        "{\"id\":1,\"name\":\"/a\",\"prev_revision\":0}",
    ] {
        let table = table(text);
        assert_eq!(unread(&table), [] as [&str; 0], "{text}");
        assert!(!table.opened.notes.iter().any(|said| said == note), "{text}");
    }
}

#[test]
fn names_are_exact_where_they_can_be() {
    let exact = ["/a ", "/ a", "/a|b", "/a\\b", "/NULL ", "/a\"b,c", "/ünïcödé", "/a\tb\nc"];
    for name in exact {
        let json = serde_json::json!({"id": 1, "name": name, "prev_revision": 0}).to_string();
        let escaped = name.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n");
        let quoted = name.replace('"', "\"\"");
        for text in [
            format!("id\tprev_revision\tname\r\n1\t0\t{escaped}\r\n"),
            format!("id,prev_revision,name\n1,0,\"{quoted}\"\n"),
            json,
        ] {
            assert_eq!(
                table(&text).rows.iter().next().and_then(|row| row.name),
                Some(name.as_bytes())
            );
        }
    }
    let text = b"id\tname\tprev_revision\n1\t/\xff\t0\n";
    let table = read(&text[..], "test", &Options::default()).expect("a table");
    assert_eq!(picture(&table), "1 /\\xff 0 Unknown");
    let markdown = super::tests::table("|id|name|prev_revision|\n|-|-|-|\n|1|/a\\|b|0|\n");
    assert_eq!(picture(&markdown), "1 /a|b 0 Unknown");
    let blank = super::tests::table("id,name,prev_revision\n1,,0\n2,\"\",0\n3,/a,0\n");
    assert_eq!(picture(&blank), "2  0 Unknown\n3 /a 0 Unknown");
    assert!(unread(&blank)[0].starts_with("line 2: `name` is empty"));
}

#[test]
fn notes_say_what_is_not_known() {
    let notes = |text: &str| table(text).opened.notes;
    let mark =
        "There is no compact_rev_key row: the compact revision is unknown, and 0 is assumed.";
    assert_eq!(
        notes("id\tname\tprev_revision\n"),
        [
            "There is no `created` column: a row that points at nothing or at a tombstone is taken as a create.",
            "There is no `deleted` column: nothing is known to be a tombstone.",
            "There is no `create_revision` column: what a row says of its key's creation is not known.",
            "There is no `lease` column: TTLs are not known.",
            mark,
        ]
    );
    let heading = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n";
    assert_eq!(notes(&format!("{heading}1\tCOMPACT_REV_KEY \t1\t0\t0\t0\t0\n")), [] as [&str; 0]);
    assert_eq!(notes(&format!("{heading}1\t/a\t1\t0\t0\t0\t0\n")), [mark]);
    assert_eq!(
        notes(&format!("{heading}1\tcompact_rev_key\t1\t0\t0\tNULL\t0\n")),
        ["The compact_rev_key row holds NULL: the compact revision is unknown, and 0 is \
             assumed."]
    );
    let text = format!("{heading}1\tCOMPACT_REV_KEY\t1\t0\t0\t0\t0\n");
    let binary = Options { collation: Some(Collation::binary()), ..Options::default() };
    let table = read(text.as_bytes(), "test", &binary).expect("a table");
    assert_eq!(
        (table.opened.notes, table.opened.profile.collation),
        (vec![mark.to_owned()], Collation::binary())
    );
    assert_eq!(notes("[]").len(), 1);
}

#[test]
fn a_text_without_a_table_is_refused_with_advice() {
    let why = |text: &[u8]| error(text)[1].clone();
    assert_eq!(
        error("id\tname\tdeleted\n1\t/a\t0\n"),
        [
            "the table in FILE has no column `prev_revision`".to_owned(),
            "its heading names `id`, `name`, `deleted`".to_owned(),
            format!("Print the columns that are needed: {EXPORT}"),
        ]
    );
    assert_eq!(
        error("{\"id\":1,\"name\":\"/a\"}")[0],
        "the table in FILE has no column `prev_revision`"
    );
    assert_eq!(error("[{\"id\":1}]")[0], "the table in FILE has no column `name`, `prev_revision`");
    assert_eq!(error("id,name,id,prev_revision\n")[1], "its heading names `id` twice");
    assert_eq!(error("")[0], "there is no kine table in FILE");
    assert_eq!(why(b"\xef\xbb\xbf \n\n"), "it is empty");
    assert_eq!(why(b"\x1f\x8b\x08\0"), "what is packed with gzip is cut short");
    assert_eq!(why(b"\x7fELF\0\0"), "it is not text");
    assert_eq!(why(b"SQLite format 3\0..."), "it is an SQLite database");
    assert_eq!(
        why(b"-- MariaDB dump 10.19\nCREATE TABLE `kine` (\n  `id` int,\n"),
        "its SQL makes none, and has no rows of one"
    );
    let none = "no line names the columns id, name and prev_revision";
    assert_eq!(why(b"1\t/a\t0\n"), none);
    assert_eq!(why(b"Dear all,\n\nthe id of my name is lost, see kine.\n"), none);
    assert_eq!(
        why(b"mysql> SELECT id, name, prev_revision FROM kine;\nEmpty set (0.00 sec)\n"),
        none
    );
}

#[test]
fn an_array_hides_no_table_that_follows() {
    let rows = "id\tname\tprev_revision\n1\t/a\t0\n";
    let objects = "[{\"id\":1,\"name\":\"/a\",\"prev_revision\":0}]";
    for before in
        ["[]\n", "[{\n", "[\n", "[{\"a\":1}]\n", "[{\"id\":1},\n", "[INFO] ready\n", "> []\n"]
    {
        let table = table(&format!("{before}{rows}"));
        assert_eq!(table.opened.kind, "tab-separated text", "{before}");
        assert_eq!((picture(&table).as_str(), table.unread.count()), ("1 /a 0 Unknown", 0));
        let table = super::tests::table(&format!("$ dump\n{before}{objects}\n"));
        assert_eq!(table.opened.kind, "a JSON array", "{before}");
        assert_eq!((picture(&table).as_str(), table.unread.count()), ("1 /a 0 Unknown", 0));
    }
    for text in [" \n[]\n", "\u{feff}[ ]", "["] {
        assert_eq!(table(text).opened.kind, "a JSON array", "{text}");
    }
    let none = "no line names the columns id, name and prev_revision";
    for text in ["$ dump\n[]\n", "$ dump\n[{\"id\":1}]\n", "[] x\n", "[5]", "[{\"id\":1}, 5]"] {
        assert_eq!(error(text)[1], none, "{text}");
    }
}

#[test]
fn what_is_binary_is_no_text() {
    for text in [
        "\u{7f}ELF\0\n[]\n",
        "\u{7f}ELF\n\0\nid\tname\tprev_revision\n1\t/a\t0\n",
        "[]\0",
        "kine.tsv\0\0id\tname\tprev_revision\n1\t/a\t0\n",
        "\0\nid,name\n",
    ] {
        assert_eq!(error(text)[1], "it is not text", "{text:?}");
    }
    let within = "id,prev_revision,name,value\n1,0,/a,\"a\0\"\n";
    assert_eq!(picture(&table(within)), "1 /a 0 Unknown");
}

#[test]
fn files_that_cannot_be_read_are_errors() {
    let error = |path: &Path| {
        let error = open_and_read(path, &Options::default()).expect_err("no table");
        format!("{error}: {}", std::error::Error::source(&error).expect("there is a reason"))
    };
    let folder = tempfile::tempdir().expect("a folder");
    assert!(error(folder.path()).ends_with(": it is a directory"));
    assert!(error(&folder.path().join("none")).starts_with("cannot open "));
    let path = folder.path().join("kine.tsv");
    std::fs::write(&path, "id\tname\tprev_revision\n1\t/a\t0\n").expect("a file");
    assert_eq!(open_and_read(&path, &Options::default()).expect("a table").rows.len(), 1);
}

#[test]
fn a_row_that_is_too_long_is_not_understood() {
    let long = "x".repeat(lines::LONGEST);
    let why = "it is longer than 64 MiB, as no row of kine's is";
    let tabs =
        format!("id\tname\tprev_revision\tvalue\n1\t/a\t0\t\n2\t/a\t1\t{long}\n3\t/a\t1\t\n");
    let read = table(&tabs);
    assert_eq!((unread(&read), read.rows.len()), (vec![format!("line 3: {why}")], 2));
    // In CSV nobody knows whether the next line is a row.
    let read = table(&tabs.replace('\t', ","));
    let rest = "what follows was not read";
    assert_eq!((unread(&read), read.rows.len()), (vec![format!("line 3: {why}; {rest}")], 1));
    let read = table(&tabs.replace('\t', ",").replace(",xx", ",\"\nxx"));
    let lines = format!("lines 3 to 4: {why}; {rest}");
    assert_eq!((unread(&read), read.rows.len()), (vec![lines], 1));
    let object = |id, value| format!("{{\"id\":{id},\"name\":\"/a\",\"prev_revision\":0{value}}}");
    let x = format!(",\"x\":\"{long}\"");
    let objects = [object(1, ""), object(2, &x), object(3, "")];
    let read = table(&objects.join("\n"));
    assert_eq!((unread(&read), read.rows.len()), (vec![format!("line 2: {why}")], 2));
    let read = table(&format!("[{}]", objects.join(",\n")));
    assert_eq!((unread(&read), read.rows.len()), (vec![format!("line 2: {why}; {rest}")], 1));
    let name = format!("/{}", "x".repeat(65_535));
    let read =
        table(&format!("id\tname\tprev_revision\n1\t{name}\t0\n2\t{}\t0\n", &name[..65_535]));
    let why = "line 2: `name` has 65536 bytes, more than the 65535 of any VARCHAR";
    assert_eq!((unread(&read), read.rows.len()), (vec![why.to_owned()], 1));
}

#[test]
fn an_array_ends_where_it_ends() {
    let row = "{\"id\":1,\"name\":\"/a`\",\"prev_revision\":0}";
    for end in ["", "\n", " \n```", "```\n \n"] {
        let table = table(&format!("[{row}]{end}"));
        assert_eq!((unread(&table).len(), table.rows.len()), (0, 1), "{end}");
    }
    for (end, why) in [
        ("]", "line 1: it is not JSON, from column 42 on"),
        ("\n x", "line 2: it is not JSON, from column 2 on"),
        ("``", "line 1: it is not JSON, from column 42 on"),
        ("\n```\nx", "line 2: it is not JSON, from column 1 on"),
    ] {
        let table = table(&format!("[{row}]{end}"));
        let why = format!("{why}; what follows was not read");
        assert_eq!((unread(&table), table.rows.len()), (vec![why], 1), "{end}");
    }
    let twice = table(&format!("[{row},{}]", row.replace('}', ",\"id\":2}")));
    assert_eq!(unread(&twice), ["object 2: it has `id` twice"]);
}
