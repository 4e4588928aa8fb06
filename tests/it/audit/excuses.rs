//! What is no damage, and what cannot be told.

use kinescope::audit::{Findings, audit};
use kinescope::history::{Columns, History, Profile};

use super::examples::lines;
use crate::support::history::{excerpt, picture, picture_in};

/// The findings, a line each. The pictures have no create revisions, so what is said of those is
/// left out.
fn found(history: &History) -> Vec<String> {
    let findings = audit(history, true);
    said(history, &findings)
}

fn said(history: &History, findings: &Findings) -> Vec<String> {
    let said = lines(history, findings);
    said.into_iter().filter(|line| !line.contains(" create-revision ")).collect()
}

fn unchecked(findings: &Findings) -> Vec<String> {
    let all = findings
        .unchecked
        .iter()
        .filter(|it| it.why != "they need a database, and this is a table as text");
    all.map(|it| format!("{}: {}", it.rule.name, it.why)).collect()
}

#[test]
fn a_compacted_table_has_missing_predecessors() {
    let history = picture(
        "1 compact_rev_key mark <- 20
         7 /never-touched create
        18 /updated-below update <- 12
        21 /updated-below update <- 18
        22 /created-again create <- 19
        23 /created-again update <- 22
        24 /created-again delete <- 23
        25 /new create",
    );
    assert_eq!(found(&history), [] as [&str; 0]);
}

#[test]
fn a_compaction_by_hand_explains_what_is_missing() {
    // `DELETE` by hand up to 20, or the Compact request of kine v0.11.12: the mark stays at 0.
    let history = picture(
        "1 compact_rev_key mark <- 0
         7 /never-touched create
        18 /updated-below update <- 12
        22 /created-again create <- 19
        23 /updated-below update <- 18
        24 /created-again update <- 22",
    );
    assert_eq!(
        found(&history),
        [
            "info unrecorded-compaction -: The rows show a compaction to at least 19, but \
             compact_rev_key says 0.",
            "info id-holes -: 2 revisions have no row: 20 to 21."
        ]
    );
}

#[test]
fn a_row_that_was_lost_later_is_not_explained_by_it() {
    let history = picture(
        "1 compact_rev_key mark <- 0
        18 /a update <- 12
        19 /a update <- 18
        20 /b create
        22 /b update <- 21
        23 /c delete <- 17",
    );
    let found = found(&history);
    let broken: Vec<_> = found.iter().filter(|line| line.contains(" broken-link ")).collect();
    assert_eq!(
        broken,
        [
            "error broken-link /b: Revision 22 follows 21, which is not in the table, and \
             compaction up to 18 does not explain that.",
            "error broken-link /c: Revision 23 follows 17, which is not in the table, and \
             compaction up to 18 does not explain that.",
        ]
    );
}

#[test]
fn the_trace_of_issue_408_is_seen_after_the_tombstone_is_gone() {
    // Three siblings of which the newest is live again; a key with a forgotten row that was never
    // deleted; and one that was updated since the compaction.
    let history = picture(
        "1 compact_rev_key mark <- 90
        22 /node-02 update <- 20
        30 /node-00 update <- 29
        47 /node-02 update <- 45
        66 /node-02 update <- 62
        89 /node-00 update <- 88
        91 /node-00 update <- 89",
    );
    let found = found(&history);
    assert_eq!(
        found[0],
        "error returned-key /node-02: Live at 66. The table is compacted to 90, and nobody points at \
         the older 22 and 47. A deleted key whose tombstone was compacted \
         looks like that; so does a forked key that was not written since. Each time that it is \
         deleted and compacted, it comes back: at 47, then at 22."
    );
}

#[test]
fn compact_rev_key_can_be_wrong_in_many_ways() {
    let cases = [
        ("2 /a create", "There is no row named compact_rev_key."),
        (
            "1 compact_rev_key mark <- 9\n2 /a create",
            "The compact revision in 1 is 9, beyond the current revision 2.",
        ),
        ("1 compact_rev_key mark <- -\n2 /a create", "The compact revision in 1 is NULL."),
        ("1 compact_rev_key update <- 0\n2 /a create", "Revision 1 is not a create."),
        (
            "1 compact_rev_key delete <- 0\n2 /a create",
            "Revision 1 is not a create. Revision 1 is a tombstone: compaction removes it.",
        ),
        (
            "1 compact_rev_key mark <- 0\n2 Compact_Rev_Key mark <- 1",
            "There are 2 rows named compact_rev_key.",
        ),
    ];
    for (rows, expected) in cases {
        let history = picture(rows);
        let findings = audit(&history, true);
        let finding = findings.found.iter().find(|it| it.rule.name == "compact-rev-key");
        let message = finding.map(|finding| findings.message(&history, finding));
        assert_eq!(message.as_deref(), Some(expected), "{rows}");
    }
    assert_eq!(found(&picture("")), [] as [&str; 0], "an empty table is what kine begins with");
}

#[test]
fn what_a_part_of_a_table_cannot_tell_is_not_said() {
    let rows = "5 /a update <- 3
                6 /a update <- 3
                9 /a update <- 8";
    let history = excerpt(rows);
    let findings = audit(&history, true);
    assert_eq!(
        said(&history, &findings),
        [
            "error fork /a: Revisions 5 and 6 both follow 3. Revisions 5 and 6 are forgotten: if the \
          key is deleted, it comes back at 6, and each time it is deleted again, at 5."
        ]
    );
    insta::assert_snapshot!(unchecked(&findings).join("\n"));
    // The same rows as the beginning of a table that is still being read.
    let findings = audit(&picture(rows), false);
    let unchecked = unchecked(&findings);
    assert!(unchecked.iter().all(|it| it.ends_with("only a part of the table was read")));
    assert!(unchecked.iter().any(|it| it.starts_with("returned-key: ")), "{unchecked:#?}");
}

#[test]
fn a_column_that_is_missing_leaves_rules_unchecked() {
    let columns = Columns { created: false, deleted: false, create_revision: false, lease: false };
    let history = picture_in("", Profile { columns, ..Profile::kine_default() });
    let unchecked = unchecked(&audit(&history, true));
    for line in [
        "create-on-live: there is no column created",
        "create-revision: there is no column created",
        "returned-key: there is no column deleted",
    ] {
        assert!(unchecked.iter().any(|it| it == line), "{line}: {unchecked:#?}");
    }
}

#[test]
fn gap_rows_that_outnumber_writes_are_told_without_a_step() {
    let mut rows = "1 compact_rev_key mark <- 0\n2 /a create".to_owned();
    let mut last = 2;
    for id in 3..400 {
        // Two or three gap rows after each write.
        if id % 7 == 3 || id % 7 == 6 {
            rows += &format!("\n{id} /a update <- {last}");
            last = id;
        } else {
            rows += &format!("\n{id} gap-{id} delete");
        }
    }
    let found = found(&picture(&rows));
    assert_eq!(
        found[0],
        "warning revision-step -: Gap rows outnumber writes: 283 gap rows beside 116 writes above \
         the compact revision."
    );
}
