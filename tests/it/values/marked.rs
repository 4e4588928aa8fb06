//! Two revisions that are compared: a marked one with another, and what may come back with what was
//! deleted last.

use kinescope::source::text::Input;
use kinescope::source::{Log, Source};
use kinescope::tui::Command;

use super::{found, on};
use crate::support::screen::{Screen, assert_shows, assert_shows_not};

fn node(ready: &str, beat: u8, image: &str) -> String {
    format!(
        r#"{{"kind":"Node","apiVersion":"v1","metadata":{{"name":"a","managedFields":[{{"time":"{beat}"}}]}},"status":{{"conditions":[{{"type":"Ready","status":"{ready}","lastHeartbeatTime":"{beat}"}}],"images":[{{"names":["{image}"]}}]}}}}"#
    )
}

/// ```text
///   2 create ◀── 3 update ◀── 5 delete       4 was forgotten, and may come back
///            ◀── 4 update
///   6 create, of a Secret; 7 create, of another key
/// ```
fn table() -> (tempfile::TempDir, Source) {
    let directory = tempfile::tempdir().expect("a directory");
    let (created, seen, lost) =
        (node("True", 1, "web:1"), node("Unknown", 3, "web:1"), node("True", 4, "web:1"));
    let rows = [
        (2, "/a", 0, 0, created.as_str(), ""),
        (3, "/a", 0, 2, &seen, &created),
        (4, "/a", 0, 2, &lost, &created),
        (5, "/a", 1, 3, "", &seen),
        (6, "/registry/secrets/x", 0, 0, "hunter2", ""),
        (7, "/b", 0, 0, "replicas: 2", ""),
    ];
    let mut text =
        "id\tname\tdeleted\tprev_revision\tvalue\told_value\n1\tcompact_rev_key\t0\t0\t\t\n"
            .to_owned();
    for (id, name, deleted, prev, value, old) in rows {
        text.push_str(&format!("{id}\t{name}\t{deleted}\t{prev}\t{value}\t{old}\n"));
    }
    let path = directory.path().join("kine.tsv");
    std::fs::write(&path, text).expect("a file");
    (directory, Source::from(Input::File(path)))
}

/// Answers what the screen asks for, until it asks for nothing more.
fn answer(screen: &mut Screen, source: &Source) {
    while screen.commands.iter().any(|command| matches!(command, Command::Value(_))) {
        found(screen, source, &Log::default());
    }
}

fn go(screen: &mut Screen, source: &Source, keys: &str) {
    screen.press(keys);
    answer(screen, source);
}

#[test]
fn a_marked_revision_is_compared_with_any_other() {
    let (_directory, source) = table();
    let mut screen = on(&source, 100, 24);
    go(&mut screen, &source, ":2<Enter>m");
    assert_shows(&screen, " Revision 2 is marked: d compares another one with it.");
    assert_shows(&screen, " 2* create ");
    go(&mut screen, &source, ":3<Enter>d");
    insta::assert_snapshot!("marked_100x24", screen.text());
    // What changes with every write, on demand; and the values themselves.
    screen.press("z");
    assert_shows(&screen, "status.conditions[type=Ready].lastHeartbeatTime");
    assert_shows(&screen, "z hides 2 changes of managedFields, resourceVersion or heartbeats.");
    screen.press("<Tab>");
    assert_shows(&screen, " Revision 3: value of 2 ");
    screen.press("<Tab>");
    assert_shows(&screen, " Revision 3: as stored ");
    // The next one along the chain, compared with the same.
    go(&mut screen, &source, "<Tab><Tab>P");
    assert_shows(&screen, " Revision 5: what differs from 2 ");
    // The side is that of before, for a value that is compared with none.
    go(&mut screen, &source, "qV");
    assert_shows(&screen, " Revision 5: value ");
    // Of another key, and of a Secret.
    go(&mut screen, &source, "q:7<Enter>d");
    assert_shows(&screen, "compared with /a");
    screen.press("G");
    assert_shows(&screen, "+ replicas: 2");
    screen.press("<Tab><Tab>");
    assert_shows(&screen, " Revision 7: as stored ");
    go(&mut screen, &source, "q:6<Enter>d");
    assert_shows(&screen, "MASKED: the key belongs to a Secret.");
    assert_shows_not(&screen, "hunter2");
    // The other way round, too.
    go(&mut screen, &source, "qm:2<Enter>d");
    assert_shows(&screen, "MASKED: the key belongs to a Secret.");
    screen.press("q:6<Enter>d");
    assert_shows(&screen, " This is the marked revision: select another one.");
    screen.press("m");
    assert_shows(&screen, " Revision 6 is marked no more.");
}

#[test]
fn what_may_come_back_is_compared_with_what_was_deleted() {
    let (_directory, source) = table();
    let mut screen = on(&source, 100, 24);
    go(&mut screen, &source, ":4<Enter>d");
    assert_shows(&screen, " Revision 4: what differs from 3 ");
    assert_shows(&screen, "status.conditions[type=Ready].status");
    assert_shows(&screen, "  - Unknown");
    assert_shows(&screen, "  + \"True\"");
    // Nothing to compare it with.
    for revision in [3, 7] {
        screen.press(&format!("q:{revision}<Enter>d"));
        assert_shows(&screen, " m marks a revision, and then d compares another one with it.");
    }
    // With a preview, the key compares the chain before and after.
    screen.press(":4<Enter>cd");
    assert_shows(&screen, " After: compacted to ");
}

#[test]
fn values_that_are_gone_are_told_with_their_own_revision() {
    let (directory, source) = table();
    let mut screen = on(&source, 100, 24);
    screen.press(":2<Enter>m:3<Enter>");
    let path = directory.path().join("kine.tsv");
    let text = std::fs::read_to_string(&path).expect("it is there");
    std::fs::write(&path, text.replace("2\t/a\t0\t0", "2\t/z\t0\t0")).expect("a file");
    go(&mut screen, &source, "d");
    assert_shows(
        &screen,
        "Revision 2 no longer belongs to the key that was read: its name is /z now.",
    );
}
