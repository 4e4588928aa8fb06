//! What keys do in the explorer.

use std::time::Duration;

use kinescope::display::{Glyphs, Theme};
use kinescope::history::Profile;
use kinescope::source::{Error, Event, Moment, Opened, Options, Reject, scenario, text};
use kinescope::tui::{Command, Message};

use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

/// The lines of the screen that hold a text.
fn lines_with(screen: &Screen, text: &str) -> Vec<String> {
    screen.text().lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
}

/// The table of `cluster` before anything was compacted or looked at.
fn cluster(width: u16, height: u16) -> Screen {
    let mut screen = Screen::demo("cluster", width, height);
    screen.press("c");
    screen
}

#[test]
fn letters_find_keys_and_are_highlighted() {
    let mut screen = cluster(120, 30);
    screen.press("/min02");
    assert_shows(&screen, "found by min02▏");
    assert_shows(&screen, " 1/816 ");
    // The letters that were found are set off: bold cyan. The line is not the selected one.
    screen.press("<Enter><Tab>");
    let text = screen.text();
    let (at, line) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains("✗ /registry/minions/node-02"))
        .expect("the key");
    let colours = screen.colours();
    let colours = colours.lines().nth(at).expect("a line of colours");
    let found: String = line
        .chars()
        .zip(colours.chars())
        .filter(|&(_, colour)| colour == 'C')
        .map(|it| it.0)
        .collect();
    assert_eq!(found, "min02");
    screen.press("<Tab><Tab><Esc>");
    assert_shows(&screen, " 816/816 ");
    assert_shows(&screen, "/registry/minions/node-02");
}

#[test]
fn a_longer_query_narrows_and_a_shorter_one_widens_again() {
    let mut screen = cluster(120, 30);
    screen.press("/node-0");
    let wide = screen.app.keys.shown.len();
    screen.press("7");
    let narrow = screen.app.keys.shown.clone();
    assert!(narrow.len() < wide);
    let fresh = {
        let mut screen = cluster(120, 30);
        screen.press("/node-07");
        screen.app.keys.shown
    };
    assert_eq!(narrow, fresh);
    screen.send(Message::Key(crossterm::event::KeyCode::Backspace.into()));
    assert_eq!(screen.app.keys.shown.len(), wide);
    screen.press("zzz");
    assert_shows(&screen, " 0/816 ");
}

#[test]
fn keys_are_sorted_by_name_by_rows_and_by_trouble() {
    let mut screen = Screen::demo("cluster", 120, 30);
    let first = |screen: &Screen| screen.app.table.history.name(screen.app.keys.shown[0]).to_vec();
    assert_eq!(first(&screen), b"/registry/events/ns-1/web-0001.1");
    screen.press("s");
    assert_eq!(first(&screen), b"/registry/leases/kube-node-lease/node-19");
    screen.press("s");
    assert_eq!(first(&screen), b"/registry/minions/node-02");
    assert_shows(&screen, "Keys by trouble.");
}

#[test]
fn keys_are_filtered_by_findings_and_by_what_a_compaction_does() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("f");
    assert_shows(&screen, " Keys with findings ");
    assert_shows(&screen, "7 keys with an error or a warning.");
    assert_shows(&screen, " 7/816 ");
    screen.press("f");
    assert_shows(&screen, " Keys affected ");
    assert_shows(&screen, " 3/816 ");
    screen.press("{");
    assert_shows(&screen, " 0/816 ");
    assert_shows(&screen, "This compaction changes no");
    screen.press("f");
    assert_shows(&screen, " 816/816 ");
}

#[test]
fn the_target_moves_and_everything_follows() {
    let mut screen = Screen::demo("cluster", 120, 40);
    assert_shows(&screen, "removes 5,614 of 7,293 rows");
    assert_shows(&screen, "☠ 3 resurrected");
    // node-02's tombstone is 5890: below it, nothing comes back.
    screen.press("t5889<Enter>");
    assert_shows(&screen, " 5889   removes");
    let before = lines_with(&screen, "minions/node-02 ");
    screen.press("<Right>");
    assert_shows(&screen, " 5890   removes");
    assert_ne!(lines_with(&screen, "minions/node-02 "), before);
    screen.press("<Left>");
    assert_eq!(lines_with(&screen, "minions/node-02 "), before);
    screen.press("]");
    assert_shows(&screen, " 6000   removes");
    screen.press("[");
    assert_shows(&screen, " 5000   removes");
    screen.press("}");
    assert_shows(&screen, " 7293   removes");
    assert_shows(&screen, "it compacts to 7293 once the current revision is 8293");
    screen.press("{");
    assert_shows(&screen, "removes 0 of 7,293 rows");
    screen.press("t7294<Enter>");
    assert_shows(&screen, "The target 7294 is beyond the current revision 7293.");
    screen.press("tx<Enter>");
    assert_shows(&screen, "x is not a revision.");
}

#[test]
fn how_large_a_terminal_must_be_is_said_whole_or_not_at_all() {
    let cases = [
        (39, 10, "kinescope needs 40x10; this is 39x10"),
        (40, 9, "kinescope needs 40x10; this is 40x9"),
        (20, 5, "kinescope needs\n40x10; this is 20x5"),
        (20, 1, "needs 40x10"),
        (10, 2, "needs\n40x10"),
        (5, 1, "40x10"),
        (4, 3, ""),
    ];
    for (width, height, said) in cases {
        assert_eq!(cluster(width, height).text().trim_end(), said, "{width}x{height}");
    }
}

#[test]
fn a_source_that_is_silent_is_said_to_be_waited_for() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 120, 30);
    assert_shows_not(&screen, "Waiting");
    screen.send(Message::Clock(Duration::from_millis(3200)));
    assert_shows(&screen, "opening, 3 s");
    assert_shows(&screen, "Waiting for the first row, 3 s.");
    let table = scenario::find("cluster").expect("cluster").read().expect("a table");
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    assert_shows(&screen, "Waiting for the first row, 3 s.");
    screen.send(Message::Source(Event::Rows(table.rows.iter().take(100).collect())));
    assert_shows_not(&screen, "Waiting");
}

#[test]
fn what_an_empty_list_had_selected_is_not_shown_beside_it() {
    let mut screen = Screen::demo("cluster", 120, 30);
    assert_shows(&screen, "48 more");
    screen.press("/zzzzq<Enter>");
    assert_shows(&screen, " Keys found by zzzzq ");
    assert_shows_not(&screen, "48 more");
    screen.press("<Esc>");
    assert_shows(&screen, "48 more");
}

#[test]
fn the_title_says_which_keys_and_in_which_order() {
    let mut screen = Screen::demo("cluster", 170, 30);
    screen.press("fss");
    assert_shows(&screen, " Keys with findings, by trouble ");
    screen.press("f");
    assert_shows(&screen, " Keys affected, by trouble ");
    screen.press("/node<Enter>");
    assert_shows(&screen, " Keys found by node, affected, by trouble ");
}

#[test]
fn what_is_wrong_is_counted_where_there_is_little_room_and_in_one_place() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":kine request<Enter>");
    assert_shows(&screen, "as request  ⊗ 17  ⋎ 17 forks");
    let screen = cluster(40, 10);
    assert_shows(&screen, "⊗ 17  ⋎ 17");
}

#[test]
fn what_a_scenario_is_about_is_said_whole_on_a_small_terminal() {
    let mut screen = Screen::demo("cluster", 60, 24);
    assert_shows_not(&screen, "and stays deleted.");
    screen.press("i");
    assert_shows(&screen, "What to look at");
}

#[test]
fn a_target_before_the_compact_revision_is_refused() {
    let table: &[u8] = b"id,name,prev_revision\n1,compact_rev_key,10\n12,/a,0\n13,/a,12\n";
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 120, 30);
    screen.read(text::read(table, "here", &Options::default()).expect("a table"));
    screen.press("t9<Enter>");
    assert_shows(&screen, "The target 9 is before the compact revision 10.");
}

#[test]
fn revisions_and_keys_can_be_jumped_to() {
    let mut screen = cluster(120, 30);
    screen.press(":5,650<Enter>");
    assert_shows(&screen, "Revision 5650");
    let row = screen.app.row().expect("a row is selected");
    assert_eq!(screen.app.table.history.id(row), 5650);
    screen.press(":/registry/minions/NODE-07<Enter>");
    assert_eq!(screen.app.key(), screen.app.table.history.find_key(b"/registry/minions/node-07"));
    screen.press(":99999<Enter>");
    assert_shows(&screen, "Revision 99999 is not in the table; the last is 7293.");
    screen.press("<Esc>:nothing<Enter>");
    assert_shows(&screen, "No key is named nothing.");
    // Letters are enough, and the best match is chosen.
    screen.press("<Esc>:minions/node-5<Enter>");
    assert_eq!(screen.app.key(), screen.app.table.history.find_key(b"/registry/minions/node-05"));
    screen.press(":zzzz<Enter>");
    assert_shows(&screen, "No key is named zzzz. / finds keys by some of their letters.");
}

#[test]
fn a_key_that_is_filtered_out_can_be_jumped_to() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("ff/node-02<Enter>:2<Enter>");
    assert_eq!(screen.app.key(), screen.app.table.history.find_key(b"/registry/health"));
}

#[test]
fn folds_open_and_close() {
    let mut screen = cluster(120, 40);
    screen.press(":5889<Enter>");
    assert_shows(&screen, "48 more");
    screen.press("j<Enter>");
    assert_shows_not(&screen, "48 more");
    assert_shows(&screen, "5883");
    screen.press("z");
    assert_shows(&screen, "48 more");
    screen.press("z");
    assert_shows_not(&screen, " more ");
}

#[test]
fn links_lead_from_row_to_row() {
    let mut screen = Screen::demo("cluster", 120, 40);
    let at = |screen: &Screen| screen.app.table.history.id(screen.app.row().expect("a row"));
    assert_eq!(at(&screen), 5466);
    screen.press("p");
    assert_eq!(at(&screen), 5462);
    screen.press("P");
    assert_eq!(at(&screen), 5466);
    screen.press("P");
    assert_shows(&screen, "Nobody points at this row.");
}

#[test]
fn another_keys_row_leads_to_its_key() {
    let mut screen = Screen::demo("cross-key", 120, 40);
    let secret = screen.app.key();
    assert_shows(&screen, "∅ 1 lost");
    let line = screen
        .app
        .chain
        .picture
        .lines
        .iter()
        .position(|line| matches!(line.item, Some(kinescope::history::lanes::Item::Foreign(_))))
        .expect("another key's row is drawn");
    screen.press("<Enter>g");
    for _ in 0..line {
        screen.press("j");
    }
    screen.press("<Enter>");
    assert_ne!(screen.app.key(), secret);
}

#[test]
fn panes_take_turns() {
    let mut screen = cluster(60, 20);
    assert_shows(&screen, " Keys ");
    screen.press("<Tab>");
    assert_shows_not(&screen, " Keys ");
    screen.press("<Tab>");
    assert_shows(&screen, " Revision ");
    screen.press("<Tab>");
    assert_shows(&screen, " Keys ");
    screen.press("lh");
    assert_shows(&screen, " Keys ");
}

#[test]
fn rows_arrive_while_keys_are_pressed() {
    let table = scenario::find("cluster").expect("cluster").read().expect("a table");
    let rows: Vec<_> = table.rows.iter().collect();
    let mut screen = Screen::start(start(scenario::find("cluster").expect("cluster")), 120, 30);
    assert_shows(&screen, "opening");
    screen.send(Message::Source(Event::Opened(Opened {
        expected: Some(7293),
        ..table.opened.clone()
    })));
    for (at, batch) in rows.chunks(1000).enumerate() {
        screen.send(Message::Source(Event::Rows(batch.iter().copied().collect())));
        screen.send(Message::Tick);
        if at == 3 {
            assert_shows(&screen, "reading 54 %   4,000 rows");
            screen.send(Message::Clock(Duration::from_millis(3200)));
            assert_shows(&screen, "reading 54 %, 3 s left   4,000 rows");
            assert_shows(&screen, "1,250 rows/s");
            assert_shows(&screen, "4,000 rows");
            screen.press("/health");
            assert_shows(&screen, "/registry/health");
            screen.press("<Esc>jjj");
        }
    }
    screen.send(Message::Source(Event::Ended(Ok(()))));
    assert_shows_not(&screen, "reading");
    let whole = Screen::demo("cluster", 120, 30);
    assert_eq!(screen.text(), whole.text(), "loaded in batches, and at once");
}

#[test]
fn what_was_read_in_part_never_looks_whole() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 120, 30);
    let table = scenario::find("cluster").expect("cluster").read().expect("a table");
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    let rows: Vec<_> = table.rows.iter().take(100).collect();
    screen.send(Message::Source(Event::Rows(rows.into_iter().collect())));
    screen.press("<Esc>");
    assert!(matches!(screen.commands[..], [Command::StopReading]));
    assert_shows(&screen, "PARTIAL");
    assert_shows(
        &screen,
        "PARTIAL: reading was stopped; this is only part of the table. r reads again.",
    );

    screen.press("r");
    assert!(matches!(screen.commands[..], [Command::StopReading, Command::Reload]));
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    let rows: Vec<_> = table.rows.iter().take(200).collect();
    screen.send(Message::Source(Event::Rows(rows.into_iter().collect())));
    let error = Error::new("The connection to db1 was lost").because("broken pipe");
    screen.send(Message::Source(Event::Ended(Err(error))));
    assert_shows(&screen, "PARTIAL");
    assert_shows(&screen, "The connection to db1 was lost: broken pipe");
    assert_shows(&screen, "200 rows");
}

#[test]
fn the_list_follows_a_second_reading_after_a_part_from_its_first_rows() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 120, 30);
    let table = scenario::find("cluster").expect("cluster").read().expect("a table");
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    screen.send(Message::Source(Event::Rows(table.rows.iter().take(7000).collect())));
    screen.press("<Esc>r");
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    assert_shows_not(&screen, "/registry/health");
    screen.send(Message::Source(Event::Rows(table.rows.iter().take(100).collect())));
    screen.send(Message::Tick);
    assert_shows(&screen, "/registry/health");
}

#[test]
fn why_it_is_a_part_is_said_where_there_is_little_room() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 40, 10);
    let table = scenario::find("cluster").expect("cluster").read().expect("a table");
    screen.send(Message::Source(Event::Opened(table.opened)));
    screen.send(Message::Source(Event::Rows(table.rows)));
    let error = Error::new("the connection to db1 was lost").because("broken pipe");
    screen.send(Message::Source(Event::Ended(Err(error))));
    assert_shows(&screen, "\n PARTIAL, r reads again: the connectio…\n");
}

#[test]
fn rows_that_were_not_understood_are_said() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 120, 30);
    let mut table = scenario::find("gaps").expect("gaps").read().expect("a table");
    table.unread.push(|| Reject { place: "line 7".into(), why: "the id is no number".into() });
    screen.read(table);
    assert_shows(&screen, "PARTIAL");
    assert_shows(&screen, "Not understood, line 7: the id is no number.");
}

#[test]
fn a_source_that_cannot_be_opened_ends_the_explorer() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 120, 30);
    screen.send(Message::Source(Event::Ended(Err(Error::new("no connection to db1")))));
    assert!(
        matches!(&screen.commands[..], [Command::Fail(error)] if error.to_string() == "no connection to db1")
    );
}

#[test]
fn an_empty_table_is_said_to_be_empty() {
    let mut screen = Screen::start(start(scenario::find("gaps").expect("gaps")), 80, 24);
    screen.send(Message::Source(Event::Opened(Opened {
        profile: Profile::kine_default(),
        kind: "MariaDB 10.11".into(),
        moment: Moment::default(),
        expected: Some(0),
        has_values: true,
        notes: Vec::new(),
    })));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    assert_shows(&screen, "The table has no rows.");
    screen.press("c");
    assert_shows(&screen, "The table is empty: there is nothing to compact.");
    screen.press("jk<Enter><Enter>pPz<PgDn>Gg]t:");
    assert_shows(&screen, "compact to revision: :");
    screen.press("<Esc>:");
    assert_shows(&screen, "commands");
}

#[test]
fn ascii_is_ascii_and_mono_has_no_colour() {
    let mut start = start(scenario::find("incident-408").expect("incident-408"));
    start.look.glyphs = Glyphs::Ascii;
    start.look.theme = Theme::MONO;
    for (width, height) in [(120, 30), (80, 24), (40, 10)] {
        let mut screen = Screen::start(start.clone(), width, height);
        screen.read(scenario::find("incident-408").expect("it").read().expect("a table"));
        for keys in ["", "c", "?", "<Esc><Tab>", "<Tab>", "/n"] {
            screen.press(keys);
            let text = screen.text();
            let odd: Vec<char> = text.chars().filter(|char| !char.is_ascii()).collect();
            assert!(odd.is_empty(), "{odd:?} on\n{text}");
            let planes = screen.planes();
            let colours = &planes[text.len()..];
            assert!(!colours.contains(['r', 'g', 'y', 'm', 'c', 'R', 'Y', 'C']), "{colours}");
        }
    }
}

#[test]
fn no_size_and_no_key_breaks_the_screen() {
    let keys = [
        "", "c", "<Tab>", "<Tab>", "?", "<Down>", "<Esc>", "/", "node", "<Enter>", "z", "G", "]",
        "}", "{", ":", "12", "<Enter>", "s", "f", "f", "<PgDn>", "p", "n", "<Enter>", "<Enter>",
    ];
    for scenario in scenario::SCENARIOS {
        for (width, height) in [
            (1, 1),
            (39, 9),
            (40, 10),
            (41, 11),
            (79, 15),
            (80, 16),
            (109, 17),
            (110, 24),
            (300, 100),
        ] {
            let mut screen = Screen::demo(scenario.name, width, height);
            for key in keys {
                screen.press(key);
                let text = screen.text();
                assert_eq!(text.lines().count(), usize::from(height));
            }
        }
    }
}

#[test]
fn the_help_lists_every_key() {
    let mut screen = Screen::demo("incident-408", 100, 100);
    screen.press("?");
    for binding in kinescope::tui::keymap::BINDINGS {
        assert_shows(&screen, binding.help);
    }
    screen.press("q");
    assert_shows(&screen, " Keys ");
    assert!(screen.commands.is_empty());
    screen.press("q");
    assert!(matches!(screen.commands[..], [Command::Quit]));
}

#[test]
fn the_target_jumps_to_where_a_key_turns() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("(");
    assert_shows(&screen, " 5892   removes");
    screen.press("((");
    assert_shows(&screen, " 5890   removes");
    assert_shows(&screen, "☠ 1 resurrected");
    screen.press("(");
    assert_shows(&screen, "No lower target changes a key's state: safe up to 5889.");
    screen.press("<Left>");
    assert_shows(&screen, "☠ 0 resurrected");
    screen.press("))))");
    assert_shows(&screen, " 5892   removes");
    assert_shows(&screen, "No higher target changes a key's state.");
}

#[test]
fn batches_are_stepped_and_said() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("b");
    assert_shows(&screen, "removed, batch 6");
    assert_shows(&screen, "7 batches, the last removes 293");
    screen.press("p");
    assert_shows(&screen, "Removed in batch 6, up to");
    screen.press("[");
    assert_shows(&screen, " 6000   removes");
    screen.press("[");
    assert_shows(&screen, "5 batches, the last removes 889");
    screen.press("b");
    assert_shows_not(&screen, "batch 6");
}

#[test]
fn a_chain_is_shown_before_and_after() {
    for (width, height) in [(120, 24), (80, 24), (60, 16)] {
        let mut screen = Screen::demo("incident-408", width, height);
        screen.press("d");
        insta::assert_snapshot!(format!("before_and_after_{width}x{height}"), screen.text());
        screen.press("d");
        assert_shows_not(&screen, "compacted to");
    }
    let mut screen = Screen::demo("cross-key", 120, 24);
    screen.press("d");
    assert_shows(&screen, "No row of the key is left.");
}

#[test]
fn an_older_kine_is_said_to_be_one() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":kine request<Enter>");
    assert_shows(
        &screen,
        "The preview compacts as the Compact request of kine v0.11.9 to v0.13.15.",
    );
    assert_shows(&screen, "as request");
    screen.press(":kine v0.5.0<Enter>");
    assert_shows(&screen, "as v0.5.0");
    screen.press(":kine v0.4.1<Enter>");
    assert_shows(&screen, "as v0.4.1");
    assert_shows(&screen, "kine up to v0.4.1");
    screen.press(":kine today<Enter>");
    assert_shows(&screen, "removes 5,614 of 7,293 rows");
}

#[test]
fn without_a_preview_no_key_is_affected() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("ff");
    assert_shows(&screen, " 3/816 ");
    screen.press("c");
    assert_shows(&screen, " 816/816 ");
}

#[test]
fn the_bottom_line_leads_to_every_screen_and_back() {
    let bottom = |width, keys: &str| {
        let mut screen = Screen::demo("cluster", width, 24);
        screen.press(keys);
        screen.text().lines().last().unwrap_or_default().to_owned()
    };
    let lines =
        [40, 60, 80, 100].map(|width| ["", "a", "u", "<Enter>"].map(|at| bottom(width, at)));
    insta::assert_snapshot!(lines.as_flattened().join("\n"), @r#"
    / find  a audit  ? keys  q quit
    Enter go to row  ? keys  q quit
    Enter open  Bksp up  ? keys  q quit
    Esc back  ←→ target  ? keys  q quit
    / find  a audit  ←→ target  : commands  ? keys  q quit
    Enter go to row  a key list  : commands  ? keys  q quit
    Enter open  Bksp up  ←→ target  : commands  ? keys  q quit
    Esc back  ←→ target  ( ) turns  : commands  ? keys  q quit
    / find  a audit  ←→ target  ( ) turns  d compare  : commands  ? keys  q quit
    Enter go to row  a key list  ←→ target  ( ) turns  : commands  ? keys  q quit
    Enter open  Bksp up  ←→ target  ( ) turns  : commands  ? keys  q quit
    Esc back  ←→ target  ( ) turns  d compare  y copy  : commands  ? keys  q quit
    / find  a audit  ←→ target  ( ) turns  d compare  u usage  Enter chain  : commands  ? keys  q quit
    Enter go to row  a key list  ←→ target  ( ) turns  d compare  / find  : commands  ? keys  q quit
    Enter open  Bksp up  ←→ target  ( ) turns  d compare  m bytes  : commands  ? keys  q quit
    Esc back  ←→ target  ( ) turns  d compare  y copy  p P follow  @ as of  : commands  ? keys  q quit
    "#);
}
