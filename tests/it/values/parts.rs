//! A value of a table of which only a part was read: the row that its row points at may be in the rest.

use kinescope::history::Part;
use kinescope::source::mysql::statement::{LENGTHS, VALUE};
use kinescope::source::text::Input;
use kinescope::source::{Log, Options, Source};

use super::{found, look, on, on_part};
use crate::server::{assert_same, is_listed, is_statement, on_a_new_table};
use crate::support::screen::{assert_shows, assert_shows_not};

/// Name, prev revision and old value of the rows from 10 on. Those from 20 on are of `/a`.
const ROWS: [(u64, &str, u64, &str); 10] = [
    (10, "/bootstrap/abc", 0, ""),
    (11, "/registry/Secrets/a", 0, ""),
    (12, "/registry/pods/a", 0, ""),
    // The row that it points at was compacted.
    (20, "/a/compacted", 9, "plain"),
    (21, "/a/bootstrap", 10, "hunter2"),
    (22, "/a/secret", 11, "hunter2"),
    (23, "/a/pod", 12, "plain"),
    (24, "/a/ahead", 31, "hunter2"),
    (25, "/a/own", 23, "plain"),
    (31, "/b/secrets/a", 0, ""),
];

/// The rows that point at a masked one.
const MASKED: [u64; 3] = [21, 22, 24];

/// The parts that have the rows of `/a`, and no other that one points at; and all of it.
fn parts() -> [Option<Part>; 4] {
    let prefix = || Some("/a".to_owned());
    [
        Some(Part { since: None, prefix: prefix() }),
        Some(Part { since: Some(12), prefix: prefix() }),
        Some(Part { since: Some(19), prefix: None }),
        None,
    ]
}

/// Looks at each value of `/a`; `watched` is told what is looked at, and looks.
fn look_at_all(source: &Source, mut watched: impl FnMut(u64, &Log, &mut dyn FnMut())) {
    for part in parts() {
        let options = Options { part: part.clone(), ..Options::default() };
        let mut screen = on_part(source, options, 160, 30);
        for (id, ..) in &ROWS[3..9] {
            let log = Log::default();
            watched(*id, &log, &mut || look(&mut screen, source, &log, *id));
            for _ in 0..3 {
                if MASKED.contains(id) {
                    assert_shows(&screen, "MASKED: this row points at a row of another key");
                    assert_shows(&screen, "Old value: 7 bytes.");
                } else {
                    assert_shows_not(&screen, "MASKED");
                }
                assert_shows_not(&screen, "hunter2");
                screen.press("<Tab>");
            }
            screen.press("q");
        }
    }
}

#[test]
fn what_a_row_of_a_file_points_at_is_known_though_it_was_not_read() {
    let heading =
        "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\tvalue\told_value\n";
    let line = |(id, name, prev, old): &(u64, &str, u64, &str)| {
        format!("{id}\t{name}\t0\t0\t0\t{prev}\t0\tnew\t{old}\n")
    };
    let mark = "1\tcompact_rev_key\t0\t0\t0\t9\t0\t\tNULL\n";
    let table = tempfile::tempdir().expect("a directory");
    let path = table.path().join("kine.tsv");
    let text = [heading, mark].concat() + &ROWS.iter().map(line).collect::<String>();
    std::fs::write(&path, text).expect("a file");
    let source = Source::from(Input::File(path.clone()));
    look_at_all(&source, |_, _, look| look());
    // What that row is called is not understood any more.
    let options = Options { part: parts()[0].clone(), ..Options::default() };
    let mut screen = on_part(&source, options, 160, 30);
    screen.press(":23<Enter>V");
    let broken =
        "12\t/registry/pods/a\t0\t0\t0\t0\t0\t\\\told\n23\t/a/pod\t0\t0\t0\t12\t0\tnew\told\n";
    std::fs::write(&path, format!("{heading}{broken}")).expect("a file");
    found(&mut screen, &source, &Log::default());
    assert_shows(&screen, "MASKED: ");
}

#[test]
fn what_a_row_of_a_server_points_at_is_asked_for_before_its_values() {
    on_a_new_table(|database| {
        let row = |(id, name, prev, old): &(u64, &str, u64, &str)| {
            format!("({id}, '{name}', 0, 0, 0, {prev}, 0, 'new', '{old}')")
        };
        let rows = ROWS.iter().map(row).collect::<Vec<_>>().join(", ");
        database.exec(&format!(
            "INSERT INTO kine VALUES (1, 'compact_rev_key', 0, 0, 0, 9, 0, '', NULL), {rows}"
        ));
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let mut asked = Vec::new();
        look_at_all(&source, |id, log, look| {
            let ((), sent) = database.server.executed(&database.name, look);
            let count = |sql| sent.iter().filter(|sent| is_statement(sent, sql)).count();
            assert_eq!(count(VALUE), usize::from(!MASKED.contains(&id)), "{id}: {sent:#?}");
            assert!(sent.iter().all(|sent| is_listed(sent)), "{sent:#?}");
            assert_same(&log.record(), &sent);
            asked.push(count(LENGTHS));
        });
        // What was read already is not asked for again.
        assert_eq!(asked[0..6], [2, 2, 2, 2, 2, 1]);
        assert_eq!(asked[6..12], [2, 2, 2, 2, 2, 1]);
        assert_eq!(asked[12..18], [2, 2, 2, 2, 1, 1]);
        assert_eq!(asked[18..24], [1; 6]);
        let screen = on(&source, 80, 24);
        assert_shows_not(&screen, "hunter2");
    });
}
