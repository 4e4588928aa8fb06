//! Reports as pictures, at several widths.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use insta::assert_snapshot;
use kinescope::audit::{Baseline, Levels};
use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::{Algorithm, Policy, Verdict, plan};
use kinescope::history::usage::Sort;
use kinescope::history::{Flag, History, Profile, Revision, Row};
use kinescope::report::usage::{Bytes, Wanted};
use kinescope::report::{self, Audit, Chain, Made, Page, Preview, Table, Usage};
use kinescope::source::{Moment, Position, Reject};
use serde_json::{Value, json};

use crate::support::history::{excerpt, picture, picture_in};

/// A fork, a broken link, a pointer from another key and one to it, and a name that would clear
/// the screen.
fn damaged() -> History {
    picture(
        "1 compact_rev_key mark <- 2
         3 /registry/pods/default/web\x1b[2J create
         4 /registry/pods/default/web\x1b[2J update <- 3
         5 /registry/pods/default/web\x1b[2J update <- 4
         6 /registry/pods/default/web\x1b[2J update <- 4
         7 /registry/pods/default/web\x1b[2J update <- 6
         8 /registry/pods/default/web\x1b[2J update <- 7
         9 /registry/pods/default/web\x1b[2J update <- 8
        10 /registry/pods/default/web\x1b[2J update <- 9
        11 /registry/pods/default/web\x1b[2J update <- 10
        13 /registry/pods/default/web\x1b[2J update <- 12
        14 /registry/secrets/kube-system/a-rather-long-name-of-another-key create
        15 /registry/pods/default/web\x1b[2J update <- 14
        16 /registry/secrets/kube-system/a-rather-long-name-of-another-key update <- 13
        17 /registry/pods/default/web\x1b[2J update <- 18
        18 /registry/pods/default/web\x1b[2J update <- 17
        19 /registry/pods/default/web\x1b[2J delete <- 19",
    )
}

const WEB: &[u8] = b"/registry/pods/default/web\x1b[2J";

const PIPE: Page =
    Page { width: None, glyphs: Glyphs::Unicode, theme: Theme::DEFAULT, color: false };

const fn wide(width: usize) -> Page {
    Page { width: Some(width), ..PIPE }
}

const fn table(history: &History) -> Table<'_> {
    Table {
        source: "damaged.tsv",
        kind: "tab-separated text",
        history,
        notes: &[],
        unread: &[],
        unread_rows: 0,
        partial: None,
        made: None,
    }
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory can be written to");
    let text = String::from_utf8(bytes).expect("reports are UTF-8");
    assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{text:?}");
    assert!(text.lines().all(|line| !line.ends_with(' ')), "{text:?}");
    text
}

fn chain(history: &History, key: &[u8], target: Option<Revision>, page: Page) -> String {
    let key = history.find_key(key).expect("the key is in the table");
    let plan = target.map(|target| plan(history, target, Policy::DEFAULT.without_retain()));
    let chain = Chain {
        table: table(history),
        key,
        verdict: &Verdict::of(history, Policy::DEFAULT),
        plan: plan.as_ref(),
        all: false,
        times: None,
    };
    written(|out| report::text::chain(out, page, &chain))
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

#[test]
fn a_chain_fits_its_page() {
    let history = damaged();
    assert_snapshot!("chain_in_a_pipe", chain(&history, WEB, None, PIPE));
    for width in [40, 80, 120] {
        let text = chain(&history, WEB, None, wide(width));
        assert!(widest(&text) <= width, "{text}");
        assert_snapshot!(format!("chain_{width}"), text);
    }
    let page = Page { glyphs: Glyphs::Ascii, ..wide(80) };
    let text = chain(&history, WEB, Some(19), page);
    assert!(text.is_ascii(), "{text}");
    assert_snapshot!("chain_planned_ascii_80", text);
    for width in 1..40 {
        for target in [None, Some(19)] {
            let text = chain(&history, WEB, target, wide(width));
            let drawn = text.lines().skip_while(|line| !line.is_empty());
            let drawn: String = drawn.skip(1).take(13).map(|line| format!("{line}\n")).collect();
            // An id is never cut, nor are the last lanes.
            assert!(widest(&drawn) <= width.max(19), "{width}:\n{drawn}");
        }
    }
}

/// What is said of `/a` below its chain, each paragraph a line.
fn said(history: &History, all: bool) -> Vec<String> {
    let key = history.find_key(b"/a").expect("the key is in the table");
    let chain = Chain {
        table: table(history),
        key,
        verdict: &Verdict::of(history, Policy::DEFAULT),
        plan: None,
        all,
        times: None,
    };
    let text = written(|out| report::text::chain(out, PIPE, &chain));
    text.split("\n\n").skip(2).map(|said| said.trim_end().replace('\n', " ")).collect()
}

#[test]
fn a_row_that_kine_cannot_read_is_said() {
    let null = |id: u64, deleted: bool, lease: bool, prev: bool| Row {
        id,
        name: Some(b"/a"),
        created: if id == 2 { Flag::Yes } else { Flag::No },
        deleted: if deleted { Flag::Null } else { Flag::No },
        create_revision: Some(2),
        prev_revision: (!prev).then(|| if id == 2 { 0 } else { id - 1 }),
        lease: (!lease).then_some(0),
    };
    let mut history = picture("1 compact_rev_key mark <- 0");
    history.push(null(2, false, false, false)).expect("the next row");
    history.push(null(3, true, false, false)).expect("the next row");
    assert_eq!(
        said(&history, false),
        ["Revision 3 has NULL in deleted: kine fails when it reads it."]
    );
    for id in 4..12 {
        history.push(null(id, id == 5, true, false)).expect("the next row");
    }
    let expected = |ids| {
        [
            "Revision 3 has NULL in deleted: kine fails when it reads it.".to_owned(),
            "Revision 5 has NULL in deleted, lease: kine fails when it reads it.".to_owned(),
            format!("Revisions {ids} have NULL in lease: kine fails when it reads them."),
        ]
    };
    assert_eq!(said(&history, false), expected("4, 6, 7, 8 (2 more) and 11"));
    assert_eq!(said(&history, true), expected("4, 6, 7, 8, 9, 10 and 11"));
    history.push(null(12, false, false, true)).expect("the next row");
    assert!(said(&history, false).contains(
        &"Revision 12 has NULL in prev_revision: kine fails when it reads it.".to_owned()
    ));
}

#[test]
fn a_pointer_without_a_name_is_said_not_to_count() {
    let history = picture(
        "1 compact_rev_key mark <- 0
         2 /a create
         3 /a update <- 2
         4 - update <- 2
         5 /b create
         6 - update <- 5",
    );
    assert_eq!(
        said(&history, false),
        ["Revision 4, whose name is NULL, points at revision 2 of this key: kine's compaction \
             ignores that pointer."]
    );
    // v0.5.0 counts it.
    let policy = Policy { algorithm: Algorithm::LosesRows, ..Policy::DEFAULT.without_retain() };
    let plan = plan(&history, 3, policy);
    let key = history.find_key(b"/a").expect("the key is in the table");
    let chain = Chain {
        table: table(&history),
        key,
        verdict: &Verdict::of(&history, Policy::DEFAULT),
        plan: Some(&plan),
        all: false,
        times: None,
    };
    let text = written(|out| report::text::chain(out, PIPE, &chain)).replace('\n', " ");
    let so = "points at revision 2 of this key: compaction follows the revision and never looks at";
    assert!(text.contains(&format!("Revision 4, whose name is NULL, {so}")), "{text}");
}

#[test]
fn a_long_list_of_revisions_is_cut_unless_all_is_asked_for() {
    let rows: String = (3..30).map(|id| format!("{id} /a update <- 2\n")).collect();
    let history = picture(&format!("1 compact_rev_key mark <- 0\n2 /a create\n{rows}"));
    let short = said(&history, false);
    let fork = "Fork: revisions 3, 4, 5, 6 (22 more) and 29 all follow 2, ";
    let forgotten = "Revisions 3, 4, 5, 6 (21 more) and 28 are forgotten: ";
    assert!(short[0].starts_with(fork) && short[1].starts_with(forgotten), "{short:#?}");
    let all = said(&history, true);
    assert!(all[0].contains(", 17, 18, ") && all[1].contains(", 17, 18, "), "{all:#?}");
    let rows: String = (30..40).map(|id| format!("{id} /a update <- {}\n", id - 10)).collect();
    let history = excerpt(&rows);
    let missing = "20, 21, 22, 23 (5 more) and 29 are not in this table; ";
    assert!(said(&history, false).iter().any(|said| said.starts_with(missing)));
    assert!(said(&history, true).iter().any(|said| said.starts_with("20, 21, 22, 23, 24, 25, ")));
}

#[test]
fn colours_change_nothing_but_colours() {
    let history = damaged();
    let page = Page { color: true, ..wide(80) };
    let key = history.find_key(WEB).expect("the key is in the table");
    let chain_ = Chain {
        table: table(&history),
        key,
        verdict: &Verdict::of(&history, Policy::DEFAULT),
        plan: None,
        all: true,
        times: None,
    };
    let mut coloured = Vec::new();
    report::text::chain(&mut coloured, page, &chain_).expect("memory can be written to");
    assert!(coloured.contains(&0x1b));
    let stripped = anstream::adapter::strip_bytes(&coloured).into_vec();
    let plain = written(|out| report::text::chain(out, wide(80), &chain_));
    let lines = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&String::from_utf8_lossy(&stripped)), lines(&plain));
}

/// What is said of a table that was read from a server on a certain day.
fn said_when(moment: &Moment, page: Page) -> Vec<String> {
    let history = damaged();
    let made = Made { version: "0.1.0", moment, server: Some(("db1:3306", "kubernetes")) };
    let table = Table {
        source: "mysql://kine:***@tcp(db1:3306)/kubernetes",
        kind: "MariaDB 10.11.6",
        made: Some(made),
        ..table(&history)
    };
    let policy = Policy::DEFAULT.without_retain();
    let (levels, plan) = (Levels::default(), plan(&history, 19, policy));
    let audit = Audit::new(table, &levels, &Baseline::default(), policy, false);
    let preview = Preview::new(table, None, policy, false);
    let wanted = Wanted { prefix: Vec::new(), depth: 1, keys: 1, sort: Sort::Rows, all: false };
    let usage = Usage::new(table, &plan, Bytes::NotAsked, &wanted).expect("all of it");
    let key = history.find_key(WEB).expect("the key is in the table");
    let chain = Chain {
        table,
        key,
        verdict: &Verdict::of(table.history, Policy::DEFAULT),
        plan: None,
        all: false,
        times: None,
    };
    vec![
        written(|out| report::text::chain(out, page, &chain)),
        written(|out| report::text::preview(out, page, &preview)),
        written(|out| report::text::audit(out, page, &audit)),
        written(|out| report::text::usage(out, page, &usage)),
        written(|out| report::markdown::preview(out, &preview)),
        written(|out| report::markdown::audit(out, &audit)),
        written(|out| report::markdown::usage(out, &usage)),
        written(|out| report::dot::text(out, &chain)),
        written(|out| report::json::chain(out, &chain)),
        written(|out| report::json::preview(out, &preview)),
        written(|out| report::json::audit(out, &audit)),
        written(|out| report::json::usage(out, &usage)),
    ]
}

#[test]
fn every_report_says_when_and_of_what_it_was_made() {
    let at = Some(UNIX_EPOCH + Duration::from_secs(1_795_795_512));
    let log = Position { file: "mysql-bin.000004".to_owned(), position: 4711 };
    let gtid = Some("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-42".to_owned());
    let exact = Moment { at, binlog: Some(log), gtid };
    let about = Moment { binlog: None, ..exact.clone() };
    let read = "2026-11-27 16:05:12 UTC by kinescope 0.1.0";
    let json = json!({"at": "2026-11-27T16:05:12Z", "kinescope": "0.1.0"});
    for (moment, place) in [
        (&exact, ", binary log mysql-bin.000004 at 4711"),
        (&about, ", after GTID 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-42"),
        (&Moment { gtid: None, ..about.clone() }, ""),
    ] {
        let reports = said_when(moment, wide(200));
        for (at, report) in reports.iter().enumerate().take(8) {
            let report = report.replace("\n           ", " ");
            let line = report.lines().find(|line| line.contains(read)).expect("it says when");
            let place = if (4..7).contains(&at) { place.replace('_', "\\_") } else { place.into() };
            assert!(line.contains(&format!("{read}{place}")), "{line}");
            assert!(report.contains("db1:3306)/kubernetes"), "{report}");
            assert!(report.contains("MariaDB 10.11.6") && report.contains("19"), "{report}");
        }
        for report in &reports[8..] {
            let document: Value = serde_json::from_str(report).expect("it is JSON");
            let read = &document["read"];
            assert_eq!(document["made"], json);
            assert_eq!((&read["kind"], &read["newest"]), (&json!("MariaDB 10.11.6"), &json!(19)));
            assert_eq!(read["server"], "db1:3306");
            assert_eq!(read["database"], "kubernetes");
            let binlog = moment.binlog.as_ref();
            let binlog = binlog.map(|it| json!({"file": it.file, "position": it.position}));
            assert_eq!(read.get("binlog"), binlog.as_ref());
            assert_eq!(read.get("gtid"), moment.gtid.as_ref().map(|it| json!(it)).as_ref());
        }
    }
    for width in [40, 80] {
        let texts =
            said_when(&exact, wide(width)).into_iter().chain(said_when(&about, wide(width)));
        for text in texts.filter(|text| text.contains("\nread       2026")) {
            assert!(widest(&text) <= width, "{text}");
        }
    }
    assert_snapshot!("usage_of_a_moment_40", said_when(&exact, wide(40))[3]);
    assert_snapshot!("chain_of_a_moment_80", said_when(&about, wide(80))[0]);
}

#[test]
fn a_chain_is_a_digraph() {
    let history = damaged();
    let key = history.find_key(WEB).expect("the key is in the table");
    let plan = plan(&history, 19, Policy::DEFAULT.without_retain());
    let chain = Chain {
        table: table(&history),
        key,
        verdict: &Verdict::of(&history, Policy::DEFAULT),
        plan: Some(&plan),
        all: false,
        times: None,
    };
    assert_snapshot!("chain_dot", written(|out| report::dot::text(out, &chain)));
}

/// A node of a digraph, or an edge: the words before what is in brackets.
fn statements(dot: &str) -> Vec<Vec<&str>> {
    let lines = dot.lines().filter_map(|line| line.split_once(" [").map(|(words, _)| words));
    lines.map(|line| line.trim().split(" -> ").collect()).collect()
}

/// Two branches that are written by turns, a long way down to where they fork.
fn branches(rows: u64) -> History {
    let mut text = "1 compact_rev_key mark <- 0\n2 /a create\n3 /a update <- 2\n".to_owned();
    for id in 4..4 + rows {
        text += &format!("{id} /a update <- {}\n", if id < 6 { 3 } else { id - 2 });
    }
    picture(&text)
}

#[test]
fn long_runs_are_a_node_of_their_branch() {
    for (rows, target) in [(40, None), (41, None), (40, Some(20)), (6, None)] {
        let history = branches(rows);
        let key = history.find_key(b"/a").expect("the key is in the table");
        let plan = target.map(|target| plan(&history, target, Policy::DEFAULT.without_retain()));
        let dot = |all| {
            let chain = Chain {
                table: table(&history),
                key,
                verdict: &Verdict::of(&history, Policy::DEFAULT),
                plan: plan.as_ref(),
                all,
                times: None,
            };
            written(|out| report::dot::text(out, &chain))
        };
        let (folded, whole) = (dot(false), dot(true));
        assert!(!whole.contains("more"), "{whole}");
        let nodes = |text: &str| statements(text).iter().filter(|it| it.len() == 1).count();
        // `node` and `edge` are told how to look, and are none.
        let edges = |text: &str| statements(text).iter().filter(|it| it.len() == 2).count();
        let rows = history.key(key).rows as usize;
        assert_eq!((nodes(&whole), edges(&whole)), (rows + 2, rows - 1));
        if rows < 10 {
            assert_eq!(folded, whole);
            continue;
        }
        assert_eq!(folded.matches("style=dotted").count(), if target.is_some() { 4 } else { 2 });
        // Every node but the first has an edge, and every edge leads from node to node.
        let said: BTreeSet<&str> =
            statements(&folded).iter().filter(|it| it.len() == 1).map(|it| it[0]).collect();
        let mut froms = BTreeSet::new();
        for edge in statements(&folded).iter().filter(|it| it.len() == 2) {
            assert!(edge.iter().all(|node| said.contains(node)), "{edge:?} in\n{folded}");
            assert!(froms.insert(edge[0]), "{edge:?} twice in\n{folded}");
        }
        assert_eq!(froms.len() + 3, said.len(), "{folded}");
        let hidden: usize = folded
            .match_indices(" more")
            .map(|(at, _)| folded[..at].rsplit('"').next().and_then(|it| it.parse::<usize>().ok()))
            .map(|more| more.expect("a number"))
            .sum();
        assert_eq!(nodes(&folded) - 2 + hidden - folded.matches("more").count(), rows);
        drawn(&folded);
    }
}

/// Whether Graphviz can read it, where that is installed.
fn drawn(dot: &str) {
    let child =
        Command::new("dot").arg("-Tplain").stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
    let Ok(mut child) = child else { return };
    child.stdin.take().expect("a pipe").write_all(dot.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success(), "{dot}");
}

#[test]
fn a_chain_is_json() {
    let history = damaged();
    let key = history.find_key(WEB).expect("the key is in the table");
    let plan = plan(&history, 19, Policy::DEFAULT.without_retain());
    let chain = Chain {
        table: table(&history),
        key,
        verdict: &Verdict::of(&history, Policy::DEFAULT),
        plan: Some(&plan),
        all: false,
        times: None,
    };
    let text = written(|out| report::json::chain(out, &chain));
    serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON");
    assert_snapshot!("chain_json", text);
}

#[test]
fn the_incident_is_told_on_its_chain() {
    let history = excerpt(
        "2670700 /registry/minions/node update <- 2670699
         2670702 /registry/minions/node update <- 2670699
         2670706 /registry/minions/node update <- 2670699
         2670711 /registry/minions/node update <- 2670708
         8530560 /registry/minions/node delete <- 2670711",
    );
    let node = b"/registry/minions/node";
    assert_snapshot!("incident_now", chain(&history, node, None, wide(80)));
    assert_snapshot!("incident_compacted", chain(&history, node, Some(8_530_560), wide(80)));
}

fn preview(history: &History, target: Option<Revision>, policy: Policy, page: Page) -> String {
    let preview = Preview::new(table(history), target, policy, true);
    written(|out| report::text::preview(out, page, &preview))
}

#[test]
fn a_preview_tells_what_changes() {
    let history = damaged();
    let all = Policy::DEFAULT.without_retain();
    assert_snapshot!("preview_80", preview(&history, None, all, wide(80)));
    assert_snapshot!("preview_40", preview(&history, None, all, wide(40)));
    let ascii = Page { glyphs: Glyphs::Ascii, ..wide(80) };
    assert!(preview(&history, None, all, ascii).is_ascii());
    let retained = Policy { min_retain: 4, ..Policy::DEFAULT };
    assert_snapshot!("preview_retained", preview(&history, Some(19), retained, PIPE));
}

#[test]
fn a_preview_says_when_nothing_happens() {
    let healthy = picture("1 compact_rev_key mark <- 0\n2 /a create\n3 /a update <- 2");
    assert_snapshot!("preview_healthy", preview(&healthy, None, Policy::DEFAULT, PIPE));
    let compacted = picture("1 compact_rev_key mark <- 3\n3 /a create\n4 /a update <- 3");
    assert_snapshot!("preview_compacted", preview(&compacted, Some(3), Policy::DEFAULT, PIPE));
    assert_snapshot!("preview_empty", preview(&picture(""), None, Policy::DEFAULT, PIPE));
}

fn unread(line: u32) -> Reject {
    Reject { place: format!("line {line}"), why: "the id is \u{1b}[2J".into() }
}

#[test]
fn a_partial_table_never_looks_whole() {
    let history = picture("1 compact_rev_key mark <- 0\n2 /a create");
    let error = kinescope::source::Error::new("the server went away").because("it was stopped");
    let unread: Vec<Reject> = (3..15).map(unread).collect();
    let unread_rows = 1_000_000;
    let partial = Some(&error);
    let table = Table { unread: &unread, unread_rows, partial, ..table(&history) };
    let preview = Preview::new(table, None, Policy::DEFAULT, false);
    let page = wide(80);
    assert_snapshot!("partial", written(|out| report::text::preview(out, page, &preview)));
    assert_snapshot!("partial_json", written(|out| report::json::preview(out, &preview)));
}

#[test]
fn names_of_every_kind_are_json() {
    let mut history = picture("1 compact_rev_key mark <- 0");
    let names: [Option<&[u8]>; 4] = [
        Some(b"caf\xe9"),
        Some("/registry/\u{202e}\u{1f600}\x7f\"\\".as_bytes()),
        None,
        Some(b"/registry/last"),
    ];
    for (id, name) in (u64::MAX - 3..=u64::MAX).zip(names) {
        let row = kinescope::history::Row {
            id,
            name,
            created: kinescope::history::Flag::Yes,
            deleted: kinescope::history::Flag::No,
            create_revision: None,
            prev_revision: None,
            lease: None,
        };
        history.push(row).expect("the rows are in the order of their ids");
    }
    let preview = Preview::new(table(&history), None, Policy::DEFAULT, true);
    let text = written(|out| report::json::preview(out, &preview));
    assert!(text.is_ascii());
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(json["survivors"][2]["name"], "/registry/\u{202e}\u{1f600}\x7f\"\\");
    assert_eq!(json["survivors"][4]["id"], u64::MAX);
    assert_snapshot!("names_json", text);
}

#[test]
fn a_preview_says_what_may_bring_keys_back_whatever_it_does() {
    const NO_INDEX: &str = "There is no unique index on name and prev_revision, so more forks can \
                            arise. `kinescope audit` says what to do.";
    const WAITS: &str = "1 live key would come back if it were deleted: a.";
    let fork = "1 compact_rev_key mark <- 0\n2 /a create\n3 /a update <- 2\n4 /a update <- 2";
    let stray = "1 compact_rev_key mark <- 4\n3 /a update <- 2\n5 /a update <- 4";
    let sound = "1 compact_rev_key mark <- 0\n2 /a create\n3 /a update <- 2";
    let cases = [
        (fork, None, true),
        (fork, Some(false), true),
        (stray, None, true),
        (sound, Some(false), false),
        (sound, Some(true), false),
        (sound, None, false),
    ];
    for (rows, unique_index, waits) in cases {
        let profile = Profile { unique_index, ..Profile::kine_default() };
        let history = picture_in(rows, profile);
        let preview = Preview::new(table(&history), Some(2), Policy::DEFAULT, false);
        assert_eq!(preview.effects, [], "{rows}");
        let text = written(|out| report::text::preview(out, wide(200), &preview));
        let markdown = written(|out| report::markdown::preview(out, &preview));
        for report in [text, markdown] {
            let report = report.replace('\n', " ").replace('\\', "");
            assert_eq!(report.contains(WAITS), waits, "{report}");
            assert_eq!(report.contains(NO_INDEX), unique_index == Some(false), "{report}");
        }
    }
}
