//! What a row is, whoever is asked: the audit, `show`, `preview` and the explorer say the same of it.

mod agree;
mod oracle;
mod table;

use kinescope::audit::audit;
use kinescope::display::{Shown, words};
use kinescope::history::compaction::{Algorithm, Policy, Reason, aftermath, plan};
use kinescope::history::{Absence, History, Link, Part, Profile, Standing, Unknown};
use serde_json::Value;

use crate::support::history::{excerpt, picture, picture_in};
use crate::support::program::run;

/// A table of the fixtures.
macro_rules! fixture {
    ($name:literal) => {
        concat!("tests/fixtures/truth/", $name)
    };
}

/// What a command prints of a table, its lines joined.
fn said(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!(ran.err, "", "{arguments:?}");
    ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&run(arguments).out).expect("it is JSON")
}

fn shown(table: &str, key: &str) -> Value {
    json(&["show", table, key, "--format", "json"])
}

/// What a column of each row of a chain holds: `standing`, or `link`.
fn of_rows<'a>(chain: &'a Value, column: &str) -> Vec<(u64, &'a Value)> {
    let rows = chain["rows"].as_array().expect("rows");
    rows.iter().map(|row| (row["id"].as_u64().expect("an id"), &row[column])).collect()
}

#[test]
fn a_compaction_that_was_not_recorded_explains_a_chain_as_well() {
    let table = fixture!("unrecorded.txt");
    let audit = run(&["audit", table]);
    assert_eq!(audit.status, Some(0), "{}", audit.out);
    assert!(audit.out.contains("unrecorded-compaction (1)"), "{}", audit.out);
    let text = said(&["show", table, "/registry/pods/a"]);
    assert!(text.contains("~ 7 compacted away"), "{text}");
    assert!(!text.contains("roken link"), "{text}");
    assert!(
        text.contains(
            "Revision 8 follows 7, which is gone: the rows show a compaction to at least 8, which \
             compact_rev_key does not record."
        ),
        "{text}"
    );
    assert_eq!(shown(table, "/registry/pods/a")["rows"][0]["link"]["why"], "compacted");
}

#[test]
fn a_row_that_points_at_itself_is_superseded_and_removed() {
    let table = fixture!("self-pointer.txt");
    let text = said(&["show", table, "/a"]);
    assert!(text.contains("4 update points at itself superseded"), "{text}");
    assert!(text.contains("kine never writes that, and compaction removes such a row."), "{text}");
    assert!(!text.contains("no compaction removes"), "{text}");
    let standings: Vec<_> = of_rows(&shown(table, "/a"), "standing")
        .into_iter()
        .map(|(id, it)| format!("{id} {}", it.as_str().unwrap_or_default()))
        .collect();
    assert_eq!(standings, ["2 superseded", "4 superseded", "6 live"]);
    let preview =
        json(&["preview", table, "--compact-min-retain", "0", "--rows", "--format", "json"]);
    assert_eq!(preview["removed"], serde_json::json!([2, 4]));
    let audit = said(&["audit", table]);
    assert!(!audit.contains("obody points at") && !audit.contains("forgotten"), "{audit}");
}

#[test]
fn the_pointer_of_a_row_whose_name_is_null_does_not_count() {
    let table = fixture!("null-name.txt");
    let nobody = "obody points at it except 4, which compaction ignores because its name is NULL, so \
                  no compaction removes it";
    let audit = said(&["audit", table]);
    assert!(audit.contains(nobody), "{audit}");
    assert!(audit.contains("Revision 4 has NULL in name: kine fails when it reads it."), "{audit}");
    let text = said(&["show", table, "/a"]);
    assert!(text.contains("◇ 3 update FORGOTTEN"), "{text}");
    assert!(text.contains(nobody), "{text}");
    assert_eq!(of_rows(&shown(table, "/a"), "standing")[1], (3, &Value::from("forgotten")));
    let planned = json(&["show", table, "/a", "--preview", "--format", "json"]);
    assert_eq!(of_rows(&planned, "reason")[1], (3, &Value::from("forgotten")));
}

#[test]
fn what_should_be_gone_is_named_once() {
    let table = fixture!("forward.txt");
    let audit = said(&["audit", table]);
    let gone = "Revision 2 should be gone: the table is compacted to 5, and 4 and 5 point there.";
    assert!(audit.contains(gone), "{audit}");
    // The mark is the last row.
    assert!(
        audit.contains("Revision 6 points forward to 99, which is not in the table."),
        "{audit}"
    );
    assert!(!audit.contains("broken-link"), "{audit}");
    let chain = shown(table, "/a");
    let links = of_rows(&chain, "link");
    assert_eq!(links[3].1["why"], "forward");
    let text = said(&["show", table, "/a"]);
    assert!(!text.contains("roken link"), "{text}");
}

#[test]
fn where_the_mark_stands_does_not_matter() {
    let above = "11 /b update <- 10
                 13 /c update <- 12
                 14 /d create
                 15 /d update <- 14
                 17 /e update <- 16";
    let marked = |first: &str, last: &str| picture(&format!("{first}\n{above}\n{last}"));
    let horizon = |history: &History| {
        let horizon = history.horizon();
        (horizon.recorded, horizon.compacted(), horizon.unrecorded())
    };
    for marks in [("1 compact_rev_key mark <- 0", ""), ("", "18 compact_rev_key mark <- 0")] {
        let history = marked(marks.0, marks.1);
        assert_eq!(horizon(&history), (Some(0), 13, Some(13)));
        assert_eq!(absence(&history, 13), Absence::Compacted);
        assert_eq!(absence(&history, 17), Absence::Broken);
    }
    // A mark that comes late vouches for rows that seemed to be untouched, and those after them show
    // one compaction more.
    for marks in [
        ("1 compact_rev_key mark <- 15", ""),
        ("", "18 compact_rev_key mark <- 15"),
        ("1 compact_rev_key mark <- 12", "18 compact_rev_key mark <- 15"),
    ] {
        let history = marked(marks.0, marks.1);
        assert_eq!(horizon(&history), (Some(15), 17, Some(17)));
        assert_eq!(absence(&history, 17), Absence::Compacted);
    }
}

fn absence(history: &History, id: u64) -> Absence {
    match history.link(history.find(id).expect("it is in the table")) {
        Link::Missing(_, why) => why,
        link => panic!("{id}: {link:?}"),
    }
}

#[test]
fn a_row_that_an_older_one_points_forward_at_was_not_there_to_be_compacted() {
    // A compaction to 9 or beyond would have removed 9.
    let history = picture(
        "1 compact_rev_key mark <- 0
         5 /a update <- 9
         8 /b update <- 7
         9 /a create
        11 /c update <- 10",
    );
    assert_eq!(history.horizon().unrecorded(), Some(8));
    assert_eq!(absence(&history, 8), Absence::Compacted);
    assert_eq!(absence(&history, 11), Absence::Broken);
    // One whose name is NULL points at nothing.
    let history = picture(
        "1 compact_rev_key mark <- 0
         5 - update <- 9
         9 /a create
        10 - update <- 9
        12 /c update <- 11",
    );
    assert_eq!(history.horizon().unrecorded(), Some(12));
}

#[test]
fn what_cannot_be_told_says_why() {
    let rows = "8 /a update <- 7
                9 /b create";
    assert_eq!(absence(&excerpt(rows), 8), Absence::Unexplained(Unknown::CompactRevision));
    // A whole table that lost its mark shows all the same how far it was compacted.
    assert_eq!(absence(&picture(rows), 8), Absence::Compacted);
    let part = Part { since: Some(5), prefix: None };
    let marked =
        format!("1 compact_rev_key mark <- 0\n{rows}\n10 /b update <- 3\n11 - update <- 6");
    let history = picture_in(&marked, Profile { part: Some(part), ..Profile::kine_default() });
    assert_eq!(absence(&history, 8), Absence::Unexplained(Unknown::FirstRows));
    assert_eq!(absence(&history, 10), Absence::Unexplained(Unknown::Part));
    assert_eq!(absence(&history, 11), Absence::Unexplained(Unknown::Name));
    let key = history.find_key(b"/a").expect("a key");
    assert!(!history.is_broken(key));
    let shown = Shown::of(&history);
    let about = |id| words::about(&shown, history.find(id).expect("a row")).join(" ");
    assert!(
        about(8).contains(
            "Its predecessor 7 is not in this table; without the first rows of the table, nobody \
             can tell whether a compaction removed it."
        ),
        "{}",
        about(8)
    );
    assert!(about(11).contains("does not follow a row whose name is NULL"), "{}", about(11));
}

#[test]
fn a_picture_of_what_is_left_knows_how_far_the_table_was_compacted() {
    // Of these rows alone /b would seem to be compacted to 6.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /b create
         6 /b update <- 5",
    );
    let key = history.find_key(b"/b").expect("a key");
    assert_eq!(absence(&history, 6), Absence::Broken);
    for algorithm in [Algorithm::Batches, Algorithm::Request] {
        let policy = Policy { algorithm, ..Policy::DEFAULT.without_retain() };
        let after = aftermath(&history, &plan(&history, 3, policy), key);
        assert_eq!(absence(&after, 6), Absence::Broken, "{algorithm:?}");
    }
    // What the compaction itself removes is explained, recorded or not.
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a update <- 3",
    );
    let key = history.find_key(b"/a").expect("a key");
    for algorithm in [Algorithm::Batches, Algorithm::Request] {
        let policy = Policy { algorithm, ..Policy::DEFAULT.without_retain() };
        let after = aftermath(&history, &plan(&history, 3, policy), key);
        assert_eq!(absence(&after, 3), Absence::Compacted, "{algorithm:?}");
    }
}

#[test]
fn what_is_forgotten_is_what_no_compaction_removes() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 /a delete <- 2
         5 /a update <- 5
         6 /a update <- 9
         7 /a blank <- 2
         8 - update <- 3
         9 /a create
        10 /a update <- 2
        11 /c create <- 10
        12 /a create",
    );
    let plan = plan(&history, 12, Policy::DEFAULT.without_retain());
    let is = |id| {
        let at = history.find(id).expect("a row");
        assert_eq!(history.standing(at) == Standing::Forgotten, history.is_forgotten(at), "{id}");
        assert_eq!(
            plan.reason(&history, at) == Reason::Forgotten,
            history.is_forgotten(at),
            "{id}"
        );
        assert_eq!(plan.survives(at), history.is_forgotten(at), "{id}");
        history.standing(at)
    };
    for (id, standing) in [
        // Pointed at by rows of its key.
        (2, Standing::Superseded),
        // By a row without a name alone.
        (3, Standing::Forgotten),
        // A tombstone that deletes nothing.
        (4, Standing::Superseded),
        // By itself.
        (5, Standing::Superseded),
        (6, Standing::Forgotten),
        // Neither live nor deleted.
        (7, Standing::Forgotten),
        // From below.
        (9, Standing::Superseded),
        // By a row of another key.
        (10, Standing::Superseded),
    ] {
        assert_eq!(is(id), standing, "{id}");
    }
    let shown = Shown::of(&history);
    let about = |id| words::about(&shown, history.find(id).expect("a row")).remove(0);
    assert_eq!(
        about(4),
        "Superseded: its key has a newer row, so this tombstone deletes nothing. Compaction \
         removes it."
    );
    assert_eq!(about(5), "Superseded: the row itself points at it.");
    assert_eq!(
        about(3),
        "Forgotten: nobody points at this row except 8, which compaction ignores because its name is \
         NULL, and it is not the newest of its key, so no compaction removes it."
    );
}

#[test]
fn a_key_does_not_come_back_at_a_row_that_is_not_live() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a blank <- 2
         4 /a update <- 2
         5 /a delete <- 4",
    );
    let findings = audit(&history, true);
    let fork = findings.found.iter().find(|it| it.rule.name == "fork").expect("a fork");
    assert_eq!(
        findings.message(&history, fork),
        "Revisions 3 and 4 both follow 2. Revision 3 is forgotten: once the tombstone 5 is \
         compacted, what is left of the key is 3, whose deleted column is NULL. Stray: 3."
    );
}
