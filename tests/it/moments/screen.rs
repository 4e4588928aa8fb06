//! The explorer as of a revision.

use kinescope::display::{Glyphs, Theme};
use kinescope::history::{Then, Version};
use kinescope::source::text::{self, Table};
use kinescope::source::{Options, scenario};
use kinescope::tui::Message;
use proptest::prelude::*;

use super::world::{World, worlds};
use crate::log_screen::answer;
use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

/// A table that fits a picture: two keys, one of them deleted and forked.
const SMALL: &str = "
    1 compact_rev_key 1 0 0 0
    2 /a              1 0 0 0
    3 /b              1 0 0 0
    4 /a              0 0 2 2
    5 /a              0 0 2 4
    6 /a              0 0 2 4
    7 /b              0 0 3 3
    8 /a              0 1 2 6
    9 /c              1 0 0 0";

/// The same, compacted to 8.
const COMPACTED: &str = "
    1 compact_rev_key 1 0 0 8
    5 /a              0 0 2 4
    7 /b              0 0 3 3
    9 /c              1 0 0 0";

fn table(rows: &str) -> Table {
    let mut tsv = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\n".to_owned();
    for row in rows.lines().filter(|row| !row.trim().is_empty()) {
        tsv += &(row.split_whitespace().collect::<Vec<_>>().join("\t") + "\n");
    }
    text::read(tsv.as_bytes(), "here", &Options::default()).expect("a table")
}

/// An explorer on some rows, all of it drawn in plain characters.
fn explorer(table: Table, glyphs: Glyphs, (width, height): (u16, u16)) -> Screen {
    let mut start = start(scenario::find("gaps").expect("it is there"));
    "here".clone_into(&mut start.label);
    start.look.glyphs = glyphs;
    start.look.theme = Theme::MONO;
    (start.watch, start.target, start.key, start.preview) = (None, None, None, false);
    let mut screen = Screen::start(start, width, height);
    screen.read(table);
    screen
}

fn small(glyphs: Glyphs) -> Screen {
    explorer(table(SMALL), glyphs, (80, 24))
}

/// The moment, if one is looked at, and what is selected.
fn at(screen: &Screen) -> (Option<u64>, String, Option<u64>) {
    let app = &screen.app;
    let key = app.key().map(|key| app.table.history.name(key).to_vec()).unwrap_or_default();
    let row = app.row().map(|at| app.table.history.id(at));
    let moment = app.moment.as_ref().map(|moment| moment.replay.revision());
    (moment, String::from_utf8(key).expect("it is UTF-8"), row)
}

fn here(moment: u64, key: &str, row: u64) -> (Option<u64>, String, Option<u64>) {
    (Some(moment), key.to_owned(), Some(row))
}

#[test]
fn every_pane_is_of_the_moment() {
    for (name, rows, keys) in [
        ("live", SMALL, ":at 5<Enter>"),
        ("deleted", SMALL, ":at 8<Enter>"),
        ("not_there", SMALL, ":at 1<Enter>/a<Enter>"),
        ("compacted", COMPACTED, ":at 4<Enter>"),
        ("unknown", COMPACTED, ":at 6<Enter>/b<Enter>"),
    ] {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let mut screen = explorer(table(rows), glyphs, (80, 24));
            screen.press(keys);
            let name = format!("moment_{name}_{glyphs:?}").to_lowercase();
            insta::assert_snapshot!(name, screen.text());
        }
    }
}

#[test]
fn the_incident_at_every_size() {
    for (width, height) in [(120, 30), (80, 24), (40, 10)] {
        let mut screen = Screen::demo("cluster", width, height);
        screen.press(":5466<Enter>@");
        answer(&mut screen);
        insta::assert_snapshot!(format!("moment_{width}x{height}"), screen.planes());
    }
}

#[test]
fn steps_go_write_by_write_and_esc_goes_back_at_once() {
    let mut screen = small(Glyphs::Unicode);
    screen.press("<Tab>jj");
    let before = at(&screen);
    assert_eq!(before, (None, "/a".to_owned(), Some(5)));
    screen.press("@");
    assert_eq!(at(&screen), here(5, "/a", 5));
    screen.press("<Right>");
    assert_eq!(at(&screen), here(6, "/a", 6));
    screen.press("<Right>");
    assert_eq!(at(&screen), here(7, "/b", 7));
    assert_shows(&screen, "→ ● /b");
    assert_shows(&screen, "update 7 ");
    // Of the selected key: 3 created it.
    screen.press("[");
    assert_eq!(at(&screen), here(3, "/b", 3));
    assert_shows(&screen, "◦ /c");
    screen.press("]]");
    assert_shows(&screen, "The key has no newer write.");
    assert_eq!(at(&screen), here(7, "/b", 7));
    screen.press("}");
    assert_eq!(at(&screen), here(9, "/c", 9));
    assert_shows(&screen, "That is the newest. 9 created /c. 2 keys were");
    screen.press("<Right>");
    assert_shows(&screen, "That is the newest write.");
    screen.press("{<Left>");
    assert_shows(&screen, "That is the oldest write that any row tells of.");
    screen.press("<Esc>");
    assert_eq!(at(&screen), before);
    // The last view is one key away.
    screen.press("-");
    assert_eq!(at(&screen).0, Some(1));
    screen.press("q");
    assert_shows(&screen, "This is the present again; q quits.");
    assert_eq!(at(&screen), before);
}

/// What was opened meanwhile is closed first, but `q` leaves it all.
#[test]
fn esc_closes_what_was_opened_and_q_is_in_the_present_at_once() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":5466<Enter>");
    let before = at(&screen);
    for keys in ["<Esc><Esc>", "q"] {
        screen.press("@<Right>1/node-07<Enter>");
        assert_shows(&screen, "found by node-07");
        assert_eq!(at(&screen).0, Some(5467));
        screen.press(keys);
        assert_eq!(at(&screen), before, "{keys}");
        assert_shows_not(&screen, "found by");
        // The preview was on, and is again.
        assert!(screen.app.preview.is_some(), "{keys}");
    }
}

#[test]
fn what_is_of_the_present_is_not_shown() {
    let mut screen = Screen::demo("cluster", 120, 30);
    assert_shows(&screen, "can come back");
    screen.press(":at 5466<Enter>");
    for text in ["can come back", "compact to", "⋎", "☠", "The unique index was lost"] {
        assert_shows_not(&screen, text);
    }
    assert_shows(&screen, "AS OF 5466");
    assert_shows(&screen, "The present is 7293.");
    for keys in ["a", "c", "u", "i", "b", "d", "("] {
        screen.press(keys);
        assert_shows(&screen, "That is of the present: Esc goes back to it.");
        assert_eq!(at(&screen).0, Some(5466), "{keys}");
    }
    screen.press("f");
    assert_shows(&screen, "with findings now");
}

#[test]
fn writes_are_played_until_a_key_is_pressed() {
    let mut screen = small(Glyphs::Unicode);
    screen.press("w");
    assert_shows(&screen, "@ shows the table as of a row");
    screen.press(":at 2<Enter>w");
    assert_shows(&screen, "Playing the writes. Any key stops.");
    let mut passed = vec![];
    for _ in 0..12 {
        screen.send(Message::Tick);
        passed.push(at(&screen).0.expect("a moment"));
    }
    assert_eq!(passed, [2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4]);
    // The key does nothing else.
    screen.press("q");
    assert_eq!(at(&screen).0, Some(4));
    for _ in 0..20 {
        screen.send(Message::Tick);
    }
    assert_eq!(at(&screen).0, Some(4));
    // It ends with the newest.
    screen.press("w");
    assert!(screen.app.is_playing());
    for _ in 0..50 {
        screen.send(Message::Tick);
    }
    assert_eq!(at(&screen).0, Some(9));
    assert!(!screen.app.is_playing());
}

#[test]
fn a_time_leads_to_the_last_write_before_it() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":at 09:40<Enter>");
    assert_eq!(at(&screen).0, None);
    answer(&mut screen);
    let moment = at(&screen).0.expect("it is there");
    assert!((5900..6000).contains(&moment), "{moment}");
    let said =
        format!("is taken for revision {moment}, the last that is known to have been written");
    assert_shows(&screen, &said);
    assert_shows(&screen, &format!("as of revision {moment}, written between 2026-11-20 09:"));
    screen.press("<Esc>");
    assert_eq!(at(&screen).0, None);
    // Now that times are known, at once; and before all of them there is nothing.
    screen.press(":at 2026-11-20T09:40Z<Enter>");
    answer(&mut screen);
    assert_eq!(at(&screen).0, Some(moment));
    screen.press(":at 2020-01-01<Enter>");
    answer(&mut screen);
    assert_shows(&screen, "No row is known to have been written before 2020-01-01");
    assert_eq!(at(&screen).0, Some(moment));
}

#[test]
fn what_cannot_be_is_said() {
    let mut screen = small(Glyphs::Unicode);
    for (typed, said) in [
        ("10", "The revision 10 is beyond the current revision 9."),
        ("x", "x is neither a revision, such as 6293, nor a time"),
    ] {
        screen.press(&format!(":at {typed}<Enter>"));
        assert_shows(&screen, said);
        screen.press("<Esc>");
        assert_eq!(at(&screen).0, None);
    }
    // While rows come, nobody knows what was then.
    let mut screen = small(Glyphs::Unicode);
    screen.app.reading = kinescope::tui::app::Reading::Rows;
    screen.press("@");
    assert_shows(&screen, "The table is still being read.");
}

#[test]
fn the_log_leads_to_a_moment_and_shows_it() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":5890<Enter>L@");
    assert_eq!(at(&screen), here(5890, "/registry/minions/node-02", 5890));
    assert_shows(&screen, " Keys at 5890 ");
    screen.press("L");
    assert_shows(&screen, "5891  ◦ delete");
    assert_shows(&screen, "5890  ✗ delete");
    screen.press("<Right>");
    assert_eq!(at(&screen), here(5891, "/registry/minions/node-05", 5891));
    assert_shows(&screen, "5891  ✗ delete");
}

#[test]
fn a_table_that_is_read_again_is_shown_at_the_same_moment() {
    let mut screen = small(Glyphs::Unicode);
    screen.press(":at 5<Enter>r");
    screen.read(table(SMALL));
    assert_eq!(at(&screen), here(5, "/a", 5));
}

/// The table of a world, as text.
fn of_world(world: &World) -> Table {
    let row = |row: &crate::support::history::Tuple| {
        let (id, name, created, deleted, create, prev, _) = row;
        format!("{id} {name} {created} {deleted} {create} {prev}\n")
    };
    table(&world.table.iter().map(row).collect::<String>())
}

/// Whether the list says of each key what the table says that is asked anew.
fn assert_as_of(screen: &Screen) {
    let (app, text) = (&screen.app, screen.text());
    let history = &app.table.history;
    let moment = at(screen).0.expect("a moment");
    for &key in app.keys.shown.iter().filter(|&&key| history.is_of_cluster(key)) {
        let then = history.as_of(moment).state(key);
        let (sign, beside) = match then {
            Then::Absent => ('◦', String::new()),
            Then::Live(at @ Version::Row(_)) => ('●', at.revision(history).to_string()),
            Then::Live(at @ Version::Gone { .. }) => ('◌', at.revision(history).to_string()),
            Then::LiveUnseen { before, .. } => ('◌', format!("<{before}")),
            Then::Deleted(at) => ('✗', at.revision(history).to_string()),
            Then::Unknown(_) => ('?', String::new()),
        };
        let name = String::from_utf8_lossy(history.name(key)).into_owned();
        let line =
            text.lines().find(|line| line.starts_with('│') && line.contains(&format!(" {name} ")));
        let line = line.unwrap_or_else(|| panic!("{name} is not in\n{text}"));
        let line = line.split('│').nth(1).expect("a list");
        assert!(line.contains(&format!("{sign} {name} ")), "{then:?} at {moment}\n{text}");
        // Of the key that was written it is said what for.
        let beside = if line.contains('→') { moment.to_string() } else { beside };
        let is_it = line.trim_end().ends_with(&format!(" {beside}")) || beside.is_empty();
        assert!(is_it, "{then:?} at {moment}\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// At each step, from one end to the other and back.
    #[test]
    fn the_list_says_what_the_table_says(world in worlds()) {
        let mut screen = explorer(of_world(&world), Glyphs::Unicode, (100, 60));
        screen.press(":at 0<Enter>");
        for key in ["<Right>", "<Left>"] {
            let mut last = None;
            while last != at(&screen).0 {
                last = at(&screen).0;
                assert_as_of(&screen);
                screen.press(key);
            }
        }
    }
}
