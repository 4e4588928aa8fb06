//! Reports as pictures, at several widths.

use insta::assert_snapshot;
use kinescope::face::{Glyphs, Theme};
use kinescope::history::compaction::{Policy, Rule, plan};
use kinescope::history::{Flag, History, Profile, Revision, Row};
use kinescope::report::{self, Chain, Page, Preview, Table};
use kinescope::source::Unread;

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
    Page { width: None, glyphs: Glyphs::Unicode, theme: Theme::Default, color: false };

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
    let chain = Chain { table: table(history), key, plan: plan.as_ref(), all: false };
    written(|out| report::chain::text(out, page, &chain))
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
    let chain = Chain { table: table(history), key, plan: None, all };
    let text = written(|out| report::chain::text(out, PIPE, &chain));
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
             does not count that pointer."]
    );
    // v0.5.0 counts it.
    let policy = Policy { rule: Rule::LosesRows, ..Policy::DEFAULT.without_retain() };
    let plan = plan(&history, 3, policy);
    let key = history.find_key(b"/a").expect("the key is in the table");
    let chain = Chain { table: table(&history), key, plan: Some(&plan), all: false };
    let text = written(|out| report::chain::text(out, PIPE, &chain)).replace('\n', " ");
    let so = "points at revision 2 of this key: compaction goes by the revision and does not look";
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
    let chain_ = Chain { table: table(&history), key, plan: None, all: true };
    let mut coloured = Vec::new();
    report::chain::text(&mut coloured, page, &chain_).expect("memory can be written to");
    assert!(coloured.contains(&0x1b));
    let stripped = anstream::adapter::strip_bytes(&coloured).into_vec();
    let plain = written(|out| report::chain::text(out, wide(80), &chain_));
    let lines = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&String::from_utf8_lossy(&stripped)), lines(&plain));
}

#[test]
fn a_chain_is_a_digraph() {
    let history = damaged();
    let key = history.find_key(WEB).expect("the key is in the table");
    let plan = plan(&history, 19, Policy::DEFAULT.without_retain());
    let chain = Chain { table: table(&history), key, plan: Some(&plan), all: false };
    assert_snapshot!("chain_dot", written(|out| report::dot::text(out, &chain)));
}

#[test]
fn a_chain_is_json() {
    let history = damaged();
    let key = history.find_key(WEB).expect("the key is in the table");
    let plan = plan(&history, 19, Policy::DEFAULT.without_retain());
    let chain = Chain { table: table(&history), key, plan: Some(&plan), all: false };
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
    written(|out| report::preview::text(out, page, &preview))
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

fn unread(line: u32) -> Unread {
    Unread { place: format!("line {line}"), why: "the id is \u{1b}[2J".to_owned() }
}

#[test]
fn a_partial_table_never_looks_whole() {
    let history = picture("1 compact_rev_key mark <- 0\n2 /a create");
    let error = kinescope::source::Error::new("the server went away").because("it was stopped");
    let unread: Vec<Unread> = (3..15).map(unread).collect();
    let unread_rows = 1_000_000;
    let partial = Some(&error);
    let table = Table { unread: &unread, unread_rows, partial, ..table(&history) };
    let preview = Preview::new(table, None, Policy::DEFAULT, false);
    let page = wide(80);
    assert_snapshot!("partial", written(|out| report::preview::text(out, page, &preview)));
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
    const NO_INDEX: &str =
        "There is no unique index on name and prev_revision: forks can come about.";
    const LATER: &str = "keys may come back later, whatever this compaction does.";
    let fork = "1 compact_rev_key mark <- 0\n2 /a create\n3 /a update <- 2\n4 /a update <- 2";
    let stray = "1 compact_rev_key mark <- 4\n3 /a update <- 2\n5 /a update <- 4";
    let sound = "1 compact_rev_key mark <- 0\n2 /a create\n3 /a update <- 2";
    let more = "`kinescope audit` says more.";
    let cases = [
        (fork, None, Some(format!("1 fork: {LATER} {more}"))),
        (fork, Some(false), Some(format!("1 fork: {LATER} {NO_INDEX} {more}"))),
        (stray, None, Some(format!("1 stray row: {LATER} {more}"))),
        (sound, Some(false), Some(format!("{NO_INDEX} {more}"))),
        (sound, Some(true), None),
        (sound, None, None),
    ];
    for (rows, unique_index, danger) in cases {
        let profile = Profile { unique_index, ..Profile::kine_default() };
        let history = picture_in(rows, profile);
        let preview = Preview::new(table(&history), Some(2), Policy::DEFAULT, false);
        assert_eq!(preview.effects, [], "{rows}");
        assert_eq!(preview.danger(), danger, "{rows}");
        let text = written(|out| report::preview::text(out, wide(200), &preview));
        let markdown = written(|out| report::markdown::preview(out, &preview));
        for report in [text, markdown] {
            let report = report.replace('\n', " ");
            assert_eq!(danger.is_some(), report.contains(more), "{report}");
            assert!(danger.as_ref().is_none_or(|danger| report.contains(danger)), "{report}");
        }
    }
}
