//! Who compacts a table, by the rows that kine v0.16.4 left under one, two and three API servers and
//! under its own clock (`tests/fixtures/compactors`, whose README says what was seen next).

use kinescope::audit::audit_under;
use kinescope::display::words;
use kinescope::history::History;
use kinescope::history::compaction::{
    Algorithm, Compactor, Outlook, Policy, Removals, Stop, Verdict, Who, obstacle,
};
use kinescope::source::{Options, text};
use kinescope::tui::Start;

use crate::requests::unpacked;
use crate::support::history::{excerpt, picture};
use crate::support::screen::{Screen, assert_shows, start};

fn table(name: &str) -> History {
    read(&unpacked(name))
}

fn read(text: &[u8]) -> History {
    let table = text::read(text, "here", &Options::default()).expect("it is a table");
    let mut history = History::new(table.opened.profile);
    history.extend(&table.rows).expect("in order");
    for (id, value) in &table.requests {
        history.note_request(*id, value);
    }
    history
}

fn retaining(min_retain: u64) -> Policy {
    Policy { min_retain, ..Policy::DEFAULT }
}

/// A table of a compact revision, the rows of API servers (id, prev revision and value), and a newest
/// row.
fn asked(compacted: u64, requests: &[(u64, u64, &str)], newest: u64) -> History {
    let mut text =
        "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\tvalue\n".to_owned();
    text += &format!("1\tcompact_rev_key\t1\t0\t0\t{compacted}\t0\t\n");
    for (id, prev, value) in requests {
        let created = u8::from(*prev == 0);
        text +=
            &format!("{id}\tcompact_rev_key_apiserver\t{created}\t0\t203\t{prev}\t0\t{value}\n");
    }
    text += &format!("{newest}\t/x\t1\t0\t0\t0\t0\t\n");
    read(text.as_bytes())
}

/// The columns without values.
fn without_values(name: &str) -> History {
    let text = String::from_utf8(unpacked(name)).expect("text");
    let cut = |line: &str| line.split('\t').take(7).collect::<Vec<_>>().join("\t") + "\n";
    read(text.lines().map(cut).collect::<String>().as_bytes())
}

#[test]
fn the_rows_tell_who_compacts_and_where_the_next_round_ends() {
    // (the table, what is retained, who, what the next round asks for and reaches if nobody writes,
    // where kine's own clock ends)
    let stalled = Who::Stalled { asked: 5007, due: 5007, rounds: 3, keeps: 4804 };
    let stopped = Who::ApiServerStopped { silent: 3000, usual: Some(501) };
    let cases = [
        ("api-server-compacted", 1000, Who::ApiServer, Some((4306, 3657)), 3656),
        ("two-api-servers", 1000, Who::ApiServer, Some((4706, 3957)), 3956),
        ("nobody-compacts", 1000, Who::Nobody(2602), None, 1602),
        ("x-api-server-capped", 1000, Who::ApiServerCapped, Some((6930, 6051)), 6050),
        ("x-api-server-stopped", 1000, stopped, Some((7381, 7381)), 9381),
        ("x-api-server-asks-kine-fails", 1000, stalled, Some((6208, 5309)), 5308),
        ("x-kine-compacts", 1000, Who::Alone, Some((2105, 1856)), 1855),
        ("x-two-steady", 10, Who::ApiServer, Some((2005, 2005)), 2595),
        ("x-two-then-b-dies", 1000, Who::ApiServer, Some((6157, 5158)), 5157),
        ("x-v0.11.12", 1000, Who::Alone, None, 4402),
    ];
    for (name, retain, who, next, alone) in cases {
        let compactor = Compactor::of(&table(name), retaining(retain));
        assert_eq!(compactor.who, who, "{name}");
        assert_eq!(compactor.next.map(|next| (next.asks, next.reaches)), next, "{name}");
        assert_eq!(compactor.alone, Some(alone), "{name}");
        assert_eq!(compactor.changed_hands, name == "two-api-servers", "{name}");
    }
}

/// What was seen afterwards, with so many more writes: the request is the newest row's id, or more
/// where another API server took over, and kine gets there as far as is not retained.
#[test]
fn the_next_round_is_the_one_that_was_seen() {
    // (the table, what is retained, MAX(id) when the round was fired, the compact revision then)
    let seen = [
        ("api-server-compacted", 1000, 4656 + 901, 4306),
        ("two-api-servers", 1000, 4956 + 1201, 4706),
        ("x-api-server-capped", 1000, 7381, 6381),
        ("x-two-steady", 10, 2605 + 901, 2005),
    ];
    for (name, retain, current, compacted) in seen {
        let compactor = Compactor::of(&table(name), retaining(retain));
        let asks = compactor.next.expect("an API server wrote a row").asks;
        assert_eq!(asks.min(current - retain), compacted, "{name}");
    }
}

fn said(name: &str) -> Vec<String> {
    paragraphs(&table(name), Policy::DEFAULT)
}

fn paragraphs(history: &History, policy: Policy) -> Vec<String> {
    words::compactor(history, &outlook(history, policy))
}

fn outlook(history: &History, policy: Policy) -> Outlook {
    Outlook::of(history, &Removals::of(history, policy), policy)
}

fn evidence(history: &History) -> String {
    words::who(history, &Compactor::of(history, Policy::DEFAULT))
}

#[test]
fn who_compacts_is_said_with_its_evidence() {
    let [who, next, unknown] = &said("api-server-compacted")[..] else {
        panic!("three paragraphs")
    };
    assert_eq!(
        who,
        "An API server compacts this table: it last asked for 3005, and the table is compacted to \
         3005."
    );
    assert_eq!(
        next,
        "Its next round asks for 4306, or more if another API server takes over; kine keeps the \
         newest 1,000 revisions, so it ends at 3657 if nobody writes until then. Catching up to 3656 \
         takes 1 round and 1 transaction, and removes 630 rows."
    );
    assert_eq!(
        unknown,
        "The rows do not say how many revisions kine keeps (assumed: 1,000), how often anybody \
         compacts, or whether a server still runs."
    );
    let firsts = [
        (
            "two-api-servers",
            "An API server compacts this table: it last asked for 3305, and the table is \
             compacted to 3305. Its newest row comes from a different API server, or from one \
             that was restarted.",
        ),
        (
            "x-api-server-asks-kine-fails",
            "Compaction is requested but does not happen: 3 rounds of an API server asked for up \
             to 5007. If kine keeps no more than the newest 1,000 revisions, the table should be \
             compacted to at least 5007, but it is compacted to 1404. kine reports success even \
             when it fails; its log has the reason (Compact failed). Or kine keeps more: all is \
             well if it keeps about 4,804 (--compact-min-retain 4804).",
        ),
        (
            "x-kine-compacts",
            "kine compacts this table by its own clock, or somebody did by hand: it is compacted \
             to 1705, and an API server last asked for 1204. Two API servers asking at once can \
             leave the same trace. As long as kine has an interval, it ignores what the API \
             server asks for.",
        ),
    ];
    for (name, first) in firsts {
        assert_eq!(said(name)[0], first, "{name}");
    }
}

#[test]
fn an_unrecorded_compaction_is_not_nobodys() {
    let text = std::fs::read("tests/fixtures/truth/unrecorded.txt").expect("it is there");
    let history = read(&text);
    let reached = history.horizon().unrecorded().expect("it is shown");
    assert_eq!(Compactor::of(&history, Policy::DEFAULT).who, Who::Unrecorded(reached));
    let said = evidence(&history);
    assert!(
        said.starts_with(&format!(
            "Somebody compacted this table to {reached} without recording it, by hand or by a Compact \
             request of kine v0.11.9 to v0.13.15; compact_rev_key says 0."
        )),
        "{said}"
    );
}

#[test]
fn what_a_compact_request_does_is_not_who_compacts() {
    let request = Policy { algorithm: Algorithm::Request, ..Policy::DEFAULT };
    for name in ["api-server-compacted", "nobody-compacts", "x-v0.11.12"] {
        let history = table(name);
        let by_itself = outlook(&history, Policy::DEFAULT);
        assert_eq!(outlook(&history, request), by_itself, "{name}");
    }
}

#[test]
fn an_older_kine_is_not_told_of_what_it_does_not_know() {
    let nobody = table("nobody-compacts");
    let said = |history: &History, version: &str| {
        let kine = Some(version.parse().expect("a version"));
        paragraphs(history, Policy { kine, ..Policy::DEFAULT }).join(" ")
    };
    let old = said(&nobody, "v0.11.12");
    assert!(!old.contains("API server") && !old.contains("--compact-interval"), "{old}");
    assert!(old.contains("kine's own clock would end at 1602"), "{old}");
    assert!(old.contains("takes 2 ticks and"), "{old}");
    let flags = said(&nobody, "v0.13.15");
    assert!(!flags.contains("API server") && flags.contains("--compact-interval"), "{flags}");
    let today = said(&nobody, "v0.16.4");
    assert!(
        today.contains("no API server asked") && today.contains("--compact-interval"),
        "{today}"
    );
    // Its rows are there.
    let asked = said(&table("api-server-compacted"), "v0.11.12");
    assert!(asked.contains("An API server compacts this table"), "{asked}");
}

#[test]
fn a_value_that_was_not_read_is_no_evidence() {
    let history = without_values("two-api-servers");
    let compactor = Compactor::of(&history, Policy::DEFAULT);
    assert_eq!(compactor.who, Who::ApiServerOrAlone);
    let newest = compactor.request.expect("it is there");
    assert_eq!((newest.asked(), newest.asked_at_least()), (None, 2905));
    assert_eq!(
        evidence(&history),
        "An API server compacts this table, or kine does by its own clock: an API server last \
         asked for at least 2905, and the table is compacted to 3305. The value of its newest \
         row, which says what it asked for, was not read: export the value of the rows named \
         compact_rev_key_apiserver, too."
    );
    // What was asked for at least was done: the same as with the value.
    let one = without_values("api-server-compacted");
    assert_eq!(Compactor::of(&one, Policy::DEFAULT).who, Who::ApiServer);
    // No round can have asked for what was written after its row.
    let beyond = asked(1705, &[(1404, 1204, "")], 2000);
    assert_eq!(Compactor::of(&beyond, Policy::DEFAULT).who, Who::Alone);
}

#[test]
fn a_kine_that_keeps_more_looks_stalled_and_that_is_said() {
    let ids: Vec<u64> = (6500..=11_000).step_by(500).collect();
    let values: Vec<String> = ids.iter().map(|id| format!("13|{}", id - 500)).collect();
    let rows: Vec<_> = ids.iter().zip(&values).map(|(&id, it)| (id, id - 500, &**it)).collect();
    let history = asked(6000, &rows, 11_200);
    let said = evidence(&history);
    assert!(said.contains("If kine keeps no more than the newest 1,000 revisions, "), "{said}");
    assert!(
        said.contains("all is well if it keeps about 5,000 (--compact-min-retain 5000)"),
        "{said}"
    );
    assert_eq!(Compactor::of(&history, retaining(5000)).who, Who::ApiServerCapped);
}

#[test]
fn what_was_asked_for_and_what_was_due_are_told_apart() {
    let rows = [
        (1604, 1404, "3|1404"),
        (1905, 1604, "4|1604"),
        (3005, 1905, "5|1905"),
        (5007, 3005, "6|4400"),
    ];
    let history = asked(1404, &rows, 5300);
    let compactor = Compactor::of(&history, Policy::DEFAULT);
    assert_eq!(compactor.who, Who::Stalled { asked: 4400, due: 3005, rounds: 2, keeps: 3603 });
    // Rows that ask for more than is there are the rounds that are counted.
    let undone: Vec<u64> =
        compactor.undone(&history).into_iter().map(|row| history.id(row)).collect();
    assert_eq!(undone, [3005, 5007]);
    let verdict = Verdict::of(&history, Policy::DEFAULT);
    let findings = audit_under(&history, true, Policy::DEFAULT, verdict.into());
    let stalled = findings.found.iter().find(|it| it.rule.name == "stalled-compaction");
    assert_eq!(stalled.expect("it is found").rows, compactor.undone(&history));
    // Nothing is promised.
    let said = paragraphs(&history, Policy::DEFAULT).join(" ");
    assert!(said.contains("it would end at 4301 if it worked and nobody wrote"), "{said}");
    assert!(said.contains("Catching up to 4300 would take 1 round and "), "{said}");
}

#[test]
fn one_row_tells_no_round() {
    let long_ago = asked(0, &[(203, 0, "1|0")], 500_000);
    assert_eq!(
        Compactor::of(&long_ago, Policy::DEFAULT).who,
        Who::ApiServerStopped { silent: 499_797, usual: None }
    );
    assert_eq!(
        evidence(&long_ago),
        "No API server asks for compaction any more: one wrote one row, 203, 499,797 revisions ago, \
         and nothing since."
    );
    // kine's own clock compacted before the upgrade.
    let upgraded = asked(40_000, &[(41_500, 0, "1|0")], 41_600);
    assert_eq!(
        evidence(&upgraded),
        "An API server wrote one row, 41500, 100 revisions ago, and nothing since. Its first \
         round asks for nothing, and its second for 41500. Before that, kine's own clock or \
         somebody by hand compacted the table to 40000."
    );
    // It compacts further than that row.
    let alone = asked(40_000, &[(203, 0, "1|0")], 41_600);
    assert_eq!(Compactor::of(&alone, Policy::DEFAULT).who, Who::Alone);
}

#[test]
fn two_api_servers_at_once_may_look_like_kine_by_itself() {
    let race = "Two API servers asking at once can leave the same trace.";
    let possible = asked(4700, &[(5000, 4500, "10|4500")], 5800);
    assert!(evidence(&possible).contains(race));
    let beyond = asked(5100, &[(5000, 4500, "10|4500")], 5800);
    assert_eq!(Compactor::of(&beyond, Policy::DEFAULT).who, Who::Alone);
    assert!(!evidence(&beyond).contains(race));
}

#[test]
fn with_nothing_retained_the_own_clock_stops_for_good() {
    let nobody = asked(0, &[], 6);
    let said = paragraphs(&nobody, retaining(0)).join(" ");
    assert!(
        said.contains(
            "would end at 6, after two ticks if nobody writes; with a min-retain of 0 it"
        ),
        "{said}"
    );
    let said = paragraphs(&table("x-v0.11.12"), retaining(0)).join(" ");
    assert!(said.contains("it then stops for good"), "{said}");
}

#[test]
fn of_an_excerpt_no_numbers_are_known() {
    let part = excerpt("2 /a create\n3 /a update <- 2");
    let Outlook { compactor, obstacle, catch_up } =
        outlook(&part, Policy::DEFAULT.without_retain());
    assert_eq!((compactor.who, compactor.alone, compactor.backlog()), (Who::Unknown, None, None));
    assert_eq!((obstacle, catch_up), (None, None));
}

#[test]
fn what_keeps_kine_from_compacting_is_one_question() {
    let tombstone = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\n\
                     1\tcompact_rev_key\t1\t1\t0\t0\n2\t/a\t1\t0\t0\t0\n6\t/b\t1\t0\t0\t0\n";
    let history = read(tombstone.as_bytes());
    let said = paragraphs(&history, Policy::DEFAULT);
    assert_eq!(
        said[0],
        "compact_rev_key is a tombstone: the batch that reaches it deletes compact_rev_key. After \
         that, kine cannot compact until it is restarted."
    );
    let outlook = outlook(&history, Policy::DEFAULT);
    assert_eq!(outlook.obstacle, Some(Stop::MarkRemoved));
    assert_eq!((outlook.compactor.alone, outlook.catch_up), (None, None));
    for algorithm in Algorithm::ALL {
        let policy = Policy { algorithm, ..Policy::DEFAULT };
        assert_eq!(
            Verdict::of(&history, policy).obstacle,
            obstacle(&history, &Removals::of(&history, policy)),
            "{algorithm:?}"
        );
    }
}

#[test]
fn what_keeps_kine_from_compacting_comes_first() {
    let unmarked = picture("2 /a create\n3 /a update <- 2");
    let said = paragraphs(&unmarked, Policy::DEFAULT);
    assert!(
        said[0].starts_with("kine cannot compact this table: no compact_rev_key holds"),
        "{said:?}"
    );
    assert_eq!(said.len(), 1, "{said:?}");
    let part = excerpt("2 /a create\n3 /a update <- 2");
    let said = paragraphs(&part, Policy::DEFAULT);
    assert_eq!(
        said,
        ["Nobody can tell who compacts this table: compact_rev_key is not among these rows."]
    );
}

/// Which rules about compaction find something.
fn found(history: &History, min_retain: u64) -> Vec<&'static str> {
    let policy = retaining(min_retain);
    let findings = audit_under(history, true, policy, Verdict::of(history, policy).into());
    let names = findings.found.iter().map(|finding| finding.rule.name);
    let about = ["backlog", "stalled-compaction", "zero-retain"];
    names.filter(|name| about.contains(name)).collect()
}

#[test]
fn a_stalled_compaction_and_a_clock_that_stops_are_findings() {
    assert_eq!(found(&table("x-api-server-asks-kine-fails"), 1000), ["stalled-compaction"]);
    for name in ["api-server-compacted", "two-api-servers", "x-api-server-capped"] {
        assert_eq!(found(&table(name), 1000), [""; 0], "{name}");
    }
    assert_eq!(found(&table("x-v0.11.12"), 1000), [""; 0]);
    assert_eq!(found(&table("x-v0.11.12"), 0), ["zero-retain"]);
    // Where an API server drives, kine has no interval.
    assert_eq!(found(&table("x-two-steady"), 0), [""; 0]);
}

#[test]
fn the_explorer_says_who_compacts_on_its_page_about_the_table() {
    let table = text::read(&*unpacked("two-api-servers"), "here", &Options::default());
    let gaps = kinescope::source::scenario::find("gaps").expect("it is there");
    let start = Start { policy: Policy::DEFAULT, target: None, watch: None, ..start(gaps) };
    let mut screen = Screen::start(start, 100, 40);
    screen.read(table.expect("it is a table"));
    screen.press("i");
    assert_shows(&screen, "┌ This table ─");
    assert_shows(&screen, "What becomes of keys in the end");
    assert_shows(&screen, "No key changes state, however far the table is compacted.");
    assert_shows(&screen, "An API server compacts this table: it last asked for 3305");
    assert_shows(&screen, "Its next round asks for 4706, or more if another API server");
    screen.press("i");
    assert_shows(&screen, "┌ Keys ─");
}

#[test]
fn the_first_screen_says_that_compaction_stands_still() {
    for (name, clause) in [
        (
            "x-api-server-asks-kine-fails",
            "Compaction is requested but does not happen: i shows more.",
        ),
        ("x-api-server-stopped", "No API server asks for compaction any more: i shows more."),
    ] {
        let table = text::read(&*unpacked(name), "here", &Options::default());
        let gaps = kinescope::source::scenario::find("gaps").expect("it is there");
        let start = Start { policy: Policy::DEFAULT, target: None, watch: None, ..start(gaps) };
        let mut screen = Screen::start(start, 200, 40);
        screen.read(table.expect("it is a table"));
        assert_shows(&screen, clause);
    }
}
