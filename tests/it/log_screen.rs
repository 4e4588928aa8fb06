//! The log in the explorer: all keys by revision, and when rows were written.

use insta::assert_snapshot;
use kinescope::source::{Sample, Untold};
use kinescope::text::Zone;
use kinescope::tui::{Command, Message};
use kinescope::value::Stored;

use crate::support::screen::{Screen, assert_shows, assert_shows_not};

/// 2026-11-20T08:00:00Z.
const EIGHT: i64 = 1_795_161_600_000;

/// The rows that were asked for, once.
fn asked(screen: &mut Screen) -> Option<Vec<u64>> {
    let mut asked = screen.commands.drain(..).filter_map(|command| match command {
        Command::Sample(ids) => Some(ids),
        _ => None,
    });
    asked.next_back()
}

/// Answers as a source does: each Lease was renewed in the second of its revision.
pub(crate) fn answer(screen: &mut Screen) {
    while let Some(asked) = asked(screen) {
        let history = &screen.app.table.history;
        let sample = |&id: &u64| {
            let at = history.find(id).expect("it is there");
            let time = Zone::UTC.rfc3339(EIGHT + i64::try_from(id).expect("it fits") * 1000);
            let value = format!("{{\"kind\":\"Lease\",\"spec\":{{\"renewTime\":\"{time}\"}}}}");
            let name = history.row(at).name.map(<[u8]>::to_vec);
            Sample { id, name, value: Some(Stored::whole(value.as_bytes())) }
        };
        let samples = asked.iter().map(sample).collect();
        screen.send(Message::Sampled(asked, Ok(samples)));
    }
}

fn opened(width: u16, height: u16) -> Screen {
    let mut screen = Screen::demo("cluster", width, height);
    screen.press("L");
    answer(&mut screen);
    screen
}

#[test]
fn the_log_at_every_size() {
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 10)] {
        let screen = opened(width, height);
        assert_snapshot!(format!("log_{width}x{height}"), screen.planes());
    }
    let mut zoomed = opened(80, 24);
    zoomed.press("Z");
    assert_snapshot!("log_zoomed_80x24", zoomed.text());
}

#[test]
fn values_are_asked_for_once_somebody_looks_and_never_those_of_secrets() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("jjj<Enter>");
    assert_eq!(asked(&mut screen), None);
    screen.press("<Esc>L");
    let first = asked(&mut screen).expect("it asks");
    let history = &screen.app.table.history;
    let is_secret = |id: &u64| {
        let at = history.find(*id).expect("it is there");
        history.row(at).name.is_some_and(|name| String::from_utf8_lossy(name).contains("secrets"))
    };
    assert!(first.len() < 400 && !first.iter().any(is_secret), "{first:?}");
    // What is awaited is not asked for again.
    screen.press("jj");
    assert_eq!(asked(&mut screen), None);
}

#[test]
fn the_chain_follows_the_log_and_leads_back_into_it() {
    let mut screen = opened(120, 40);
    screen.press(":5890<Enter>");
    assert_shows(&screen, "minions/node-02");
    screen.press("L");
    assert_eq!(screen.app.row().map(|at| screen.app.table.history.id(at)), Some(5890));
    assert_shows(&screen, "5890  11-20 ");
    // Row by row, whatever the key.
    screen.press("k");
    assert_eq!(screen.app.row().map(|at| screen.app.table.history.id(at)), Some(5891));
    screen.press("<Enter>");
    assert_shows(&screen, "minions/node-05");
    screen.press("<Esc>");
    assert_shows(&screen, " Log ");
    assert_eq!(screen.app.row().map(|at| screen.app.table.history.id(at)), Some(5891));
}

#[test]
fn the_log_lists_one_kind_or_what_has_some_letters() {
    let mut screen = opened(120, 40);
    screen.press("f");
    assert_shows(&screen, "Log of deletes");
    assert_shows(&screen, "154 writes");
    screen.press("/minions<Enter>");
    assert_shows(&screen, " 4 writes");
    screen.press("ffff");
    assert_shows(&screen, "All writes.");
    assert_shows_not(&screen, "7,293 writes");
    screen.press("/<Esc>");
    assert_shows_not(&screen, " 4 writes");
}

#[test]
fn a_time_leads_to_its_rows() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":09:40<Enter>");
    assert_shows(&screen, "L, the log, finds it out");
    screen.press("<Esc><Esc>L");
    answer(&mut screen);
    // What was looked for before hides nothing.
    screen.press("f:09:40<Enter>");
    assert_shows(&screen, "may be of that time.");
    assert_shows(&screen, "7,293 writes");
    let id = screen.app.row().map(|at| screen.app.table.history.id(at)).expect("a row");
    assert!((5990..6070).contains(&id), "{id}");
}

#[test]
fn parentheses_lead_from_one_row_of_trouble_to_the_next() {
    let mut screen = Screen::demo("cluster", 120, 40);
    let id = |screen: &Screen| {
        let at = screen.app.row().expect("a row is selected");
        screen.app.table.history.id(at)
    };
    screen.press("L((");
    let older = id(&screen);
    screen.press("(");
    let oldest = id(&screen);
    assert!(oldest < older && older < 7293, "{oldest} {older}");
    screen.press(")");
    assert_eq!(id(&screen), older);
    // There is nothing newer than the newest.
    screen.press("g)");
    assert_shows(&screen, "No newer write is a fork, a gap, forgotten, or a finding's.");
    // 5122 and 5123 both follow 7.
    screen.press(":5200<Enter>L");
    screen.press("(");
    assert!((5122..5200).contains(&id(&screen)), "{}", id(&screen));
}

#[test]
fn the_rows_of_a_marked_key_stand_in_a_lane() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":5466<Enter>mL");
    let text = screen.text();
    let signs = |id: &str| {
        let line = text.lines().find(|line| line.contains(id)).expect("it is on the screen");
        line.split_whitespace().skip_while(|word| !word.starts_with(id)).nth(1).map(str::to_owned)
    };
    assert!(text.contains("5466* ◇ ◇ update"), "{text}");
    assert_eq!(signs("5465").as_deref(), Some("│"));
    // The key has no row that is so new.
    screen.press(":7000<Enter>L");
    assert_shows(&screen, "│ 7000    ○ update");
}

#[test]
fn a_table_without_times_says_why() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("L");
    let asked = asked(&mut screen).expect("it asks");
    let why = "this text holds no values".to_owned();
    screen.send(Message::Sampled(asked, Err(Untold::Unknown(why))));
    assert_shows(&screen, "When rows were written cannot be told: this text holds no values.");
    assert_shows(&screen, "7293  ● update");
    screen.press(":2026-11-20T09:40Z<Enter>");
    assert_shows(&screen, "this text holds no values");
}
