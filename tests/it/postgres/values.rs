//! Values and their sizes: what is asked for, and what never is; and the explorer as a whole.

use kinescope::source::postgres::statement;
use kinescope::source::{Log, Source};
use kinescope::value::LIMIT;
use serde_json::Value;

use super::{SMALL, small, source};
use crate::support::postgres::{Database, postgres};
use crate::support::program::run_on;
use crate::support::pty::Pty;
use crate::support::screen::{assert_shows, assert_shows_not};
use crate::values::{deployment, look, on};

fn filled() -> (Database<'static>, Source) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (old, new) = (hex(&deployment(2)), hex(&deployment(3)));
    let database = postgres().database();
    database.create_kine_table();
    database.exec(&format!(
        "INSERT INTO kine VALUES \
         (1, 'compact_rev_key', 1, 0, 0, 0, 0, '', NULL), \
         (2, '/registry/deployments/shop/web', 1, 0, 0, 0, 0, '\\x{old}', NULL), \
         (3, '/registry/deployments/shop/web', 0, 0, 2, 2, 0, '\\x{new}', '\\x{old}'), \
         (4, '/registry/Secrets/shop/db', 1, 0, 0, 0, 0, 'hunter2', NULL), \
         (5, '/bootstrap/1f', 1, 0, 0, 0, 0, 'hunter2', NULL), \
         (6, '/registry/configmaps/a', 0, 0, 4, 4, 0, '{{}}', 'hunter2'), \
         (7, '/other', 1, 0, 0, 0, 0, '{{\"kind\":\"Secret\",\"data\":\"hunter2\"}}', NULL), \
         (8, '/long', 1, 0, 0, 0, 0, convert_to('{{\"kind\":\"A\",\"a\":\"' || \
             repeat('x', {LIMIT}) || 'end\"}}', 'UTF8'), NULL), \
         (9, '/plain', 1, 0, 0, 0, 0, 'nine', NULL)"
    ));
    let source = source(&database.url());
    (database, source)
}

#[test]
fn a_value_is_read_as_it_is_stored() {
    let (_database, source) = filled();
    let log = Log::default();
    let mut screen = on(&source, 80, 30);
    look(&mut screen, &source, &log, 3);
    assert_shows(&screen, "Kubernetes' protobuf, apps/v1 Deployment, 74 bytes.");
    assert_shows(&screen, "      - image: nginx:1.27");
    screen.press("<Tab>");
    assert_shows(&screen, "spec.replicas");
    assert_shows(&screen, "  - 2");
    assert_shows(&screen, "  + 3");
    screen.press("<Tab>q");
    look(&mut screen, &source, &log, 8);
    assert_shows(&screen, "NULL: kine found no value before this one");
    screen.press("<Tab><Tab>");
    assert_shows(&screen, "First 256 KiB of 256.0 KiB; the rest was not fetched.");
    screen.press("G");
    assert_shows(&screen, "xxxx");
    assert_shows_not(&screen, "end");
}

#[test]
fn of_what_is_masked_nothing_but_the_length_is_sent() {
    let (database, source) = filled();
    let mut screen = on(&source, 120, 30);
    let mut look_at = |revision| {
        let looking = || look(&mut screen, &source, &Log::default(), revision);
        let ((), sent) = database.server.logged(&database.name, looking);
        assert!(sent.iter().all(|sql| statement::ALL.contains(&&**sql)), "{sent:#?}");
        let is_asked = sent.iter().any(|sql| sql == statement::VALUE);
        let shown = screen.text();
        assert!(!shown.contains("hunter2"), "{shown}");
        screen.press("q");
        (is_asked, shown)
    };
    for (revision, why) in [
        (4, "the key belongs to a Secret"),
        (5, "k3s keeps its certificates"),
        (6, "this row points at a row of another key"),
    ] {
        let (is_asked, shown) = look_at(revision);
        assert!(!is_asked && shown.contains(&format!("MASKED: {why}")), "{shown}");
        let length = if revision == 6 { "2 bytes" } else { "7 bytes" };
        assert!(shown.contains(length), "{shown}");
    }
    // Only its value says what it is.
    let (is_asked, shown) = look_at(7);
    assert!(
        is_asked && shown.contains("MASKED: a value of this row says that it is a Secret"),
        "{shown}"
    );
    // Another key is in its place by now, or none.
    database.exec("UPDATE kine SET name = '/registry/secrets/x' WHERE id = 9");
    let (is_asked, shown) = look_at(9);
    assert!(!is_asked && shown.contains("its name is /registry/secrets/x now"), "{shown}");
    database.exec("DELETE FROM kine WHERE id = 8");
    let (is_asked, shown) = look_at(8);
    assert!(!is_asked && shown.contains("no longer"), "{shown}");
    database.exec("ALTER TABLE kine DROP COLUMN old_value");
    let (is_asked, shown) = look_at(3);
    assert!(!is_asked && shown.contains("lacks the column value or old_value"), "{shown}");
}

#[test]
fn bytes_are_those_that_the_server_holds() {
    let database = postgres().database();
    database.create_kine_table();
    database.exec(
        "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, \
         old_value) VALUES \
         (1, 'compact_rev_key', 1, 0, 0, 0, 0, '', NULL), \
         (2, '/registry/a/x', 1, 0, 0, 0, 0, repeat('x', 10)::bytea, NULL), \
         (3, '/registry/a/x', 0, 0, 2, 2, 0, repeat('x', 70000)::bytea, repeat('x', 10)::bytea), \
         (4, 'gap-4', 0, 1, 0, 0, 0, NULL, NULL), \
         (5, '/registry/b', 1, 0, 0, 0, 0, NULL, repeat('y', 300)::bytea)",
    );
    let ran = run_on(&database.url(), &["usage", "--bytes", "--format=json"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    let json: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let sizes = serde_json::json!({"values": 70010, "old_values": 310, "rows_without_size": 0,
                                   "sizes_without_row": 0, "partial": null});
    assert_eq!(json["sizes"], sizes);
    assert_eq!(json["usage"]["bytes"], 70320);
    database.exec("ALTER TABLE kine DROP COLUMN old_value");
    let ran = run_on(&database.url(), &["usage", "--bytes"]);
    assert!(ran.out.contains("lacks the column value or old_value"), "{}{}", ran.out, ran.err);
}

#[test]
fn what_an_api_server_asked_for_is_read_with_the_rows() {
    let database = small();
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) VALUES \
         ('compact_rev_key_apiserver', 1, 0, 0, 0, 0, '1|0'), \
         ('compact_rev_key_apiserver', 0, 0, 6, 6, 0, convert_to(repeat('7', 64), 'UTF8'))",
    );
    let table = super::read(&database.url());
    let kept: Vec<_> = table.history.requests().filter_map(|it| it.value).collect();
    assert_eq!(kept.len(), 1, "what is longer is something else: {kept:?}");
}

#[test]
fn the_explorer_reads_looks_and_reads_again() {
    let database = small();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let mut pty = Pty::start_on(&database.url(), program, &[], 160, 50);
    pty.wait_for("5 rows").wait_until_gone("reading");
    pty.press("/podsb\r").wait_for("/registry/pods/b");
    pty.press("V").wait_for("JSON");
    pty.press("q");
    pty.press("a").wait_for("No findings");
    database.exec(
        SMALL
            .replace("/pods/", "/nodes/")
            .replace("'compact_rev_key', 1, 0, 0, 0", "'/x', 1, 0, 0, 0")
            .as_str(),
    );
    pty.press("r").wait_for("10 rows");
    pty.press("S").wait_for("DECLARE kinescope");
    pty.press("\x1b").wait_until_gone("DECLARE kinescope");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}
