//! What a clean-up by hand leaves that keeps the newest row of each key: one finding, which hides none.

use kinescope::audit::{Severity, audit};
use kinescope::history::compaction::{Policy, plan};

use super::examples::lines;
use crate::support::history::picture;

/// The findings that are worse than what is only worth knowing. A picture's create revisions are all 0.
fn found(rows: &str) -> Vec<String> {
    let history = picture(rows);
    let mut findings = audit(&history, true);
    findings.found.retain(|finding| {
        finding.rule.severity > Severity::Info && finding.rule.name != "create-revision"
    });
    lines(&history, &findings)
}

const LEFT: &str = "1 compact_rev_key mark <- 0
    5 /a update <- 4
    6 /b create
    9 /c delete <- 8
    12 /d update <- 11
    15 /e update <- 14";

const ONE: &str = "warning newest-rows -: 4 keys have only their newest row left, and compaction \
                   up to 0 does not explain that: it seems that somebody deleted the older ones \
                   by hand. That changes no key, and none can come back.";

#[test]
fn a_clean_up_is_one_finding_and_changes_no_key() {
    assert_eq!(found(LEFT), [ONE]);
    let history = picture(LEFT);
    let all = plan(&history, 15, Policy::DEFAULT.without_retain());
    assert_eq!((all.effects(&history).len(), all.removed()), (0, 1), "the tombstone alone goes");
}

#[test]
fn a_key_that_has_more_rows_has_its_own_finding() {
    let rows = format!("{LEFT}\n16 /f update <- 13\n17 /f update <- 16\n19 /f update <- 18");
    let broken = |id: u64, prev: u64| {
        format!(
            "error broken-link /f: Revision {id} follows {prev}, which is not in the table, and \
             compaction up to 5 does not explain that."
        )
    };
    let found = found(&rows);
    let broken_links = [broken(16, 13), broken(19, 18)];
    assert_eq!(found[..2], broken_links, "{found:#?}");
    assert!(found[2..].contains(&format!("{ONE} 1 key has more rows.")), "{found:#?}");
    assert!(found.iter().any(|it| it.starts_with("warning forgotten-row /f")), "{found:#?}");
}

#[test]
fn a_row_or_two_that_lost_those_before_them_are_damage() {
    let rows = "1 compact_rev_key mark <- 0
        2 /a create
        3 /a update <- 2
        4 /b create
        5 /b update <- 4
        9 /c update <- 8
        12 /d update <- 11";
    let rules: Vec<String> =
        found(rows).iter().map(|it| it.split(':').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(rules, ["error broken-link /c", "error broken-link /d"]);
}
