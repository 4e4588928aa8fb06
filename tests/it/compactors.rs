//! Who compacts a table, by the rows that kine v0.16.4 left under one, two and three API servers and
//! under its own clock (`tests/fixtures/compactors`, whose README says what was seen next).

use kinescope::audit::audit_under;
use kinescope::face::words;
use kinescope::history::History;
use kinescope::history::compaction::{Compactor, Policy, Verdict, Who};
use kinescope::source::{Options, table};
use kinescope::tui::Start;

use crate::requests::unpacked;
use crate::support::history::{excerpt, picture};
use crate::support::screen::{Screen, assert_shows, start};

fn table(name: &str) -> History {
    let table = table::read(&*unpacked(name), name, &Options::default()).expect("it is a table");
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

#[test]
fn the_rows_tell_who_compacts_and_where_the_next_round_ends() {
    // (the table, what is retained, who, what the next round asks for and reaches if nobody writes,
    // where kine's own clock ends)
    let stalled = Who::Stalled { due: 5007, rounds: 3 };
    let stopped = Who::ApiServerStopped { silent: 3000, usual: 501 };
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
        assert_eq!(compactor.alone, alone, "{name}");
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
    words::compactor(&table(name), Policy::DEFAULT)
}

#[test]
fn who_compacts_is_said_with_its_evidence() {
    let [who, next, unknown] = &said("api-server-compacted")[..] else {
        panic!("three paragraphs")
    };
    assert_eq!(
        who,
        "An API server compacts this table: it asked for 3005 last, and the table is compacted to \
         3005."
    );
    assert_eq!(
        next,
        "Its next round asks for 4306, or more if another API server takes over; since kine keeps \
         the newest 1,000 revisions, it ends at 3657 if nobody writes until then. kine's own clock, \
         where it is switched on (--compact-interval), would end at 3656, after two ticks if nobody \
         writes. To catch up to 3656 takes 1 round, which removes 630 rows in 1 transaction."
    );
    assert_eq!(
        unknown,
        "Rows do not tell how many revisions kine keeps (taken to be 1,000), how often anybody \
         compacts, or whether a server still runs."
    );
    let firsts = [
        (
            "two-api-servers",
            "An API server compacts this table: it asked for 3305 last, and the table is compacted \
             to 3305. Another API server than before wrote its newest row, or one that was started \
             again.",
        ),
        (
            "x-api-server-asks-kine-fails",
            "Compaction is asked for and not done: 3 rounds of an API server asked for up to 5007, \
             and the table is compacted to 1404. kine reports success even when it fails; its log \
             has the reason (Compact failed).",
        ),
        (
            "x-kine-compacts",
            "kine compacts this table by its own clock, or somebody did by hand: it is compacted to \
             1705, and an API server asked for no more than 1204. As long as kine has an interval, \
             it does not do what the API server asks for.",
        ),
    ];
    for (name, first) in firsts {
        assert_eq!(said(name)[0], first, "{name}");
    }
}

#[test]
fn what_keeps_kine_from_compacting_comes_first() {
    let unmarked = picture("2 /a create\n3 /a update <- 2");
    let said = words::compactor(&unmarked, Policy::DEFAULT);
    assert!(said[0].starts_with("kine cannot compact this table: no compact_rev_key"), "{said:?}");
    assert_eq!(said.len(), 1, "{said:?}");
    let part = excerpt("2 /a create\n3 /a update <- 2");
    let said = words::compactor(&part, Policy::DEFAULT);
    assert_eq!(
        said,
        ["Who compacts this table cannot be told: compact_rev_key is not among these rows."]
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
    let table = table::read(&*unpacked("two-api-servers"), "here", &Options::default());
    let gaps = kinescope::source::scenario::find("gaps").expect("it is there");
    let start = Start { policy: Policy::DEFAULT, target: None, watch: None, ..start(gaps) };
    let mut screen = Screen::start(start, 100, 40);
    screen.read(table.expect("it is a table"));
    screen.press("i");
    assert_shows(&screen, "┌ This table ─");
    assert_shows(&screen, "What becomes of keys in the end");
    assert_shows(&screen, "No key changes state, however far the table is compacted.");
    assert_shows(&screen, "An API server compacts this table: it asked for 3305 last");
    assert_shows(&screen, "Its next round asks for 4706, or more if another API server");
    screen.press("i");
    assert_shows(&screen, "┌ Keys ─");
}
