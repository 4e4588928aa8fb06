//! One table in every sort of place: each question has the same answer, wherever it is asked.
//!
//! A new database is one more [`Engine`], a new question one more line of [`QUESTIONS`].

use kinescope::history::{Part, RowIx};
use kinescope::source::{Intake, Log, Options, Source, Wanted, load, value};
use kinescope::text::Zone;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::mpsc::channel;

use crate::proof::desk::into_kine;
use crate::proof::layout::Layout;
use crate::proof::table::Row;
use crate::support::any::{Database, Engine};
use crate::support::program::{CLUSTER, Ran, file, run, run_on};
use crate::support::server::block_on;
use crate::values::{field, protobuf};

/// Where the table is.
struct Place {
    name: &'static str,
    endpoint: String,
    /// What it is gone with.
    kept: Kept,
}

enum Kept {
    File(#[expect(dead_code, reason = "it is dropped")] TempDir),
    Database(Database),
}

/// What is asked, how, and what must be in the answer.
type Question = (&'static str, fn(&Place) -> String, &'static str);

const QUESTIONS: [Question; 12] = [
    ("all rows", |place| rows(place, None, None), "\n7293 "),
    ("the rows since a revision", |place| rows(place, Some(5500), None), "5501 "),
    ("the rows of a prefix", |place| rows(place, None, Some("/registry/minions/")), "\n5466 "),
    ("the value of a row", |place| values(place, 5466), "\\\"revision\\\": 5466"),
    ("the bytes of values", |place| report(place, &["usage", "--bytes"]), "\"freed_bytes\": 1"),
    ("findings", |place| report(place, &["audit"]), "Revisions 5300 and 5301 both follow 5296"),
    ("a preview", |place| report(place, &["preview"]), "\"removed\": 5614"),
    ("a log", |place| log(place, &["--kind", "delete"]), "\"earliest\": \"2026-11-20T09:2"),
    (
        "a log of a time",
        |place| log(place, &["--from", "09:40", "--to", "2026-11-20T09:41Z"]),
        "\"revision\": 6050,",
    ),
    ("the keys at a revision", |place| report(place, &["keys", "--at", "5890"]), "\"live\": 664"),
    ("what changed", |place| report(place, &["diff", "5880", "5900"]), "\"deleted\": 4"),
    ("a chain", |place| report(place, &["show", "/registry/minions/node-02"]), "5466"),
];

/// 2026-11-20T08:00:00Z.
const EIGHT: i64 = 1_795_161_600_000;

/// A small cluster whose table lost its unique index, with values: its rows as text, after their header,
/// and as they are.
fn cluster() -> (String, Vec<(String, Row)>) {
    let text = std::fs::read_to_string(CLUSTER).expect("it is there");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| cells[at].parse::<u32>().expect("a number");
        let (id, deleted, prev) = (number(0), number(3), number(5));
        // A row a second, and nobody is slow.
        let at = Zone::UTC.rfc3339(EIGHT + i64::from(id) * 1000);
        let kind = if cells[1].contains("/leases/") { "Lease" } else { "Thing" };
        let written = |id| {
            format!(
                "{{\"name\": \"{}\", \"revision\": {id}, \"kind\": \"{kind}\", \
                 \"spec\": {{\"renewTime\": \"{at}\"}}}}",
                cells[1]
            )
        };
        let value = (deleted == 0).then(|| written(id));
        let old_value = (prev != 0).then(|| written(prev));
        let or_null = |it: &Option<String>| it.clone().unwrap_or_else(|| "NULL".to_owned());
        let text = format!("{line}\t{}\t{}\n", or_null(&value), or_null(&old_value));
        let row = Row {
            id: id.into(),
            name: Some(cells[1].as_bytes().to_vec()),
            created: Some(number(2).into()),
            deleted: Some(deleted.into()),
            create_revision: Some(number(4).into()),
            prev_revision: Some(prev.into()),
            lease: Some(number(6).into()),
            value: value.map(String::into_bytes),
            old_value: old_value.map(String::into_bytes),
        };
        (text, row)
    };
    let (header, rows) = text.split_once('\n').expect("a header");
    (format!("{header}\tvalue\told_value\n"), rows.lines().map(row).collect())
}

/// The first rows as text, and in a database of every sort.
fn places(most: usize) -> Vec<Place> {
    let (header, rows) = cluster();
    let (text, rows): (Vec<String>, Vec<Row>) = rows.into_iter().take(most).unzip();
    places_of(&(header + &text.concat()), &rows)
}

/// A table as text, and in a database of every sort.
fn places_of(text: &str, rows: &[Row]) -> Vec<Place> {
    let (directory, path) = file(text.as_bytes());
    let endpoint = path.display().to_string();
    let text = Place { name: "text", endpoint, kept: Kept::File(directory) };
    let databases = Engine::all().into_iter().map(|engine| place(engine, rows));
    std::iter::once(text).chain(databases).collect()
}

fn place(engine: Engine, rows: &[Row]) -> Place {
    let database = engine.database();
    // As kine makes it today, without the unique index.
    Layout::all(engine)[0].create(&database);
    for rows in rows.chunks(2000) {
        database.exec(&format!("INSERT{}", into_kine(engine.dialect(), rows)));
    }
    let endpoint = database.endpoint();
    Place { name: engine.product(), endpoint, kept: Kept::Database(database) }
}

impl Place {
    /// What the program says there.
    fn run(&self, arguments: &[&str]) -> Ran {
        // An endpoint holds a password, and a file is no endpoint.
        if self.endpoint.contains("://") {
            return run_on(&self.endpoint, arguments);
        }
        let (command, rest) = arguments.split_first().expect("a command");
        run(&[&[*command, &self.endpoint], rest].concat())
    }
}

fn read(place: &Place, options: Options) -> Intake {
    let source = Source::parse(&place.endpoint).expect("a source");
    let loaded = block_on(load(source, options, &Log::default(), |_| {}));
    let loaded = loaded.unwrap_or_else(|error| panic!("{}: {}", place.name, error.in_a_line()));
    assert!(loaded.error.is_none(), "{}: {:?}", place.name, loaded.error);
    assert!(loaded.table.rejects.is_empty(), "{}: {:?}", place.name, loaded.table.rejects);
    loaded.table
}

/// Rows, a line each.
fn rows(place: &Place, since: Option<u64>, prefix: Option<&str>) -> String {
    let prefix = prefix.map(str::to_owned);
    let part = (since.is_some() || prefix.is_some()).then_some(Part { since, prefix });
    let history = read(place, Options { part, ..Options::default() }).history;
    let line = |at: RowIx| {
        let row = history.row(at);
        let name = row.name.map(|name| name.escape_ascii().to_string());
        format!(
            "\n{} {name:?} {:?} {:?} {:?} {:?} {:?}",
            row.id, row.created, row.deleted, row.create_revision, row.prev_revision, row.lease
        )
    };
    history.iter().map(line).collect()
}

/// Both values of a row.
fn values(place: &Place, revision: u64) -> String {
    let history = read(place, Options::default()).history;
    let wanted = Wanted::of(&history, history.find(revision).expect("it is there"));
    let source = Source::parse(&place.endpoint).expect("a source");
    block_on(async {
        let (sender, mut found) = channel(1);
        value(source, wanted, Log::default(), sender).await;
        format!("{:#?}", found.recv().await.expect("an answer"))
    })
}

/// A report, without what it says of the place.
fn report(place: &Place, arguments: &[&str]) -> String {
    let ran = place.run(&[arguments, &["--format", "json"]].concat());
    assert_eq!(ran.err, "", "{}: {arguments:?}", place.name);
    let mut report: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let all = report.as_object_mut().expect("an object");
    for of_the_place in ["source", "made", "unchecked", "summary", "severities", "notes"] {
        all.remove(of_the_place);
    }
    let newest = all["read"]["newest"].take();
    all.insert("read".to_owned(), newest);
    // A text does not say whether there is an index.
    if let Some(Value::Object(danger)) = all.get_mut("danger") {
        danger.remove("unique_index");
    }
    if let Some(Value::Array(findings)) = all.get_mut("findings") {
        findings.retain(|it| it["revisions"].as_array().is_some_and(|it| !it.is_empty()));
    }
    serde_json::to_string_pretty(&report).expect("it was JSON")
}

/// A log, a line for each row.
fn log(place: &Place, arguments: &[&str]) -> String {
    let ran = place.run(&[&["log", "--format", "json"], arguments].concat());
    assert_eq!((ran.err.as_str(), ran.status), ("", Some(0)), "{}: {arguments:?}", place.name);
    ran.out
}

/// The first lines that are not the same.
fn difference(one: &str, other: &str) -> Option<String> {
    let lines =
        |text: &str| text.lines().map(str::to_owned).chain(["its end".to_owned()]).collect();
    let (one, other): (Vec<String>, Vec<String>) = (lines(one), lines(other));
    let mut pairs = one.iter().zip(&other);
    pairs.find(|(one, other)| one != other).map(|(one, other)| format!("{one}\n  beside {other}"))
}

#[test]
fn each_question_has_one_answer() {
    let places = places(usize::MAX);
    let mut faults = Vec::new();
    for (question, ask, shows) in QUESTIONS {
        let expected = ask(&places[0]);
        assert!(expected.contains(shows), "{question}: {expected}");
        for place in &places[1..] {
            if let Some(how) = difference(&ask(place), &expected) {
                faults.push(format!("{question}, {}:\n  {how}", place.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A pod that is made, scheduled and deleted, and a Secret, as API servers store them.
fn objects() -> (String, Vec<Row>) {
    let pod = |node: &str| {
        let metadata = [field(1, b"web"), field(3, b"shop"), field(5, b"uid-1")].concat();
        let spec = [field(2, &field(1, b"main")), field(10, node.as_bytes())].concat();
        protobuf("v1", "Pod", &[field(1, &metadata), field(2, &spec)].concat())
    };
    let (made, scheduled) = (pod(""), pod("node-1"));
    let secret =
        protobuf("v1", "Secret", &field(2, &[field(1, b"a"), field(2, b"hunter2")].concat()));
    let name = "/registry/pods/shop/web";
    let rows = [
        (1, "compact_rev_key", 0, 0, Some(Vec::new()), None),
        (2, name, 0, 0, Some(made.clone()), None),
        (3, "/registry/secrets/shop/db", 0, 0, Some(secret), None),
        (4, name, 2, 0, Some(scheduled.clone()), Some(made)),
        (5, name, 4, 1, None, Some(scheduled)),
    ];
    let mut text =
        "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\tvalue\told_value\n"
            .to_owned();
    let mut all = Vec::new();
    for (id, name, prev, deleted, value, old_value) in rows {
        let created = i64::from(prev == 0);
        let digits = |it: &Option<Vec<u8>>| match it {
            None => "NULL".to_owned(),
            Some(bytes) => bytes.iter().fold("0x".to_owned(), |all, it| all + &format!("{it:02x}")),
        };
        let (written, old) = (digits(&value), digits(&old_value));
        text += &format!("{id}\t{name}\t{created}\t{deleted}\t0\t{prev}\t0\t{written}\t{old}\n");
        all.push(Row {
            id,
            name: Some(name.as_bytes().to_vec()),
            created: Some(created),
            deleted: Some(deleted),
            create_revision: Some(0),
            prev_revision: Some(prev),
            lease: Some(0),
            value,
            old_value,
        });
    }
    (text, all)
}

#[test]
fn an_object_is_the_same_wherever_it_is_kept() {
    let (text, rows) = objects();
    let places = places_of(&text, &rows);
    let asked: [(&[&str], i32, &str); 10] = [
        (&["get", "shop/web@4"], 0, "  nodeName: node-1\n"),
        (&["get", "shop/web@3", "--output", "json"], 0, "\"name\": \"main\""),
        (&["get", "shop/web"], 1, "The last value is that of revision 4"),
        (&["get", "shop/web@5"], 1, "The table does not record who deleted the key"),
        (&["get", "shop/db"], 3, "the key belongs to a Secret"),
        (&["get", "compact_rev_key"], 3, "Empty: 0 bytes"),
        (&["get", "shop/web@4", "--output", "raw"], 0, "k8s\0\n\t\n\u{2}v1\u{12}\u{3}Pod"),
        (&["extract", "shop/web@5"], 0, "Taken off: status, metadata.uid.\napiVersion: v1\n"),
        (&["extract", "shop/web@2"], 0, "  - name: main\n"),
        (&["extract", "shop/db@3"], 3, "--reveal-secrets"),
    ];
    for (arguments, status, shows) in asked {
        let expected = places[0].run(arguments);
        let all = format!("{}{}", expected.out, expected.err);
        assert!(all.contains(shows), "{arguments:?}: {all}");
        assert!(!all.contains("hunter2") && !all.contains("aHVudGVyMg"), "{arguments:?}: {all}");
        assert_eq!(expected.status, Some(status), "{arguments:?}: {all}");
        for place in &places[1..] {
            let ran = place.run(arguments);
            let ours = (&ran.out, &ran.err, ran.status);
            let theirs = (&expected.out, &expected.err, expected.status);
            assert_eq!(ours, theirs, "{arguments:?} in {}", place.name);
        }
    }
}

/// Whatever is written to one of two places, and only that, is what they are told to differ in.
#[test]
fn two_places_hold_one_table_until_one_of_them_is_written_to() {
    let places = places(600);
    let compared = |one: &Place, other: &Place| {
        let ran = run(&["compare", &one.endpoint, &other.endpoint, "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.out)
            .unwrap_or_else(|_| panic!("{} and {}: {}", one.name, other.name, ran.err));
        (ran.status, report)
    };
    for (one, other) in places.iter().zip(&places[1..]) {
        let (status, report) = compared(one, other);
        assert_eq!(report["rows"]["same"], 600, "{} and {}: {report:#}", one.name, other.name);
        assert_eq!((status, &report["differs"]), (Some(0), &Value::Bool(false)), "{report:#}");
    }
    for place in &places[1..] {
        let Kept::Database(database) = &place.kept else { panic!("{} is a file", place.name) };
        database.exec("UPDATE kine SET lease = 7 WHERE id = 300");
        database.exec("DELETE FROM kine WHERE id = 400");
        database.exec("DELETE FROM kine WHERE id > 590");
        let (status, report) = compared(&places[0], place);
        assert_eq!((status, &report["parts_at"]), (Some(1), &Value::from(300)), "{}", place.name);
        let rows = report["differing_rows"].as_array().expect("rows");
        let rows: Vec<_> =
            rows.iter().map(|row| (&row["id"], &row["columns"][0], &row["only_in"])).collect();
        let (lease, first, null) = (Value::from("lease"), Value::from("first"), Value::Null);
        let expected = [(&Value::from(300), &lease, &null), (&Value::from(400), &null, &first)];
        assert_eq!(rows, expected, "{}", place.name);
        assert_eq!(report["behind"]["gap"], 10, "{}", place.name);
    }
}

#[test]
fn each_database_is_named_and_what_it_is_sent_is_logged() {
    for place in &places(9)[1..] {
        let connected = place.run(&["connect"]);
        assert!(connected.out.contains(place.name), "{}: {}", place.name, connected.out);
        let directory = tempfile::tempdir().expect("a directory");
        let log = directory.path().join("log");
        let ran = place.run(&["preview", "--log", &log.to_string_lossy()]);
        assert_eq!(ran.err, "", "{}", place.name);
        let log = std::fs::read_to_string(&log).expect("the log");
        let is_sent = |line: &str| line.contains("\tsent\t") && line.contains("FROM kine");
        assert!(log.lines().any(is_sent), "{}: {log}", place.name);
    }
}
