//! What hands expect that know other programs: that `q` closes what is open, that a side can be crossed to,
//! and that a key which does nothing says so.

use kinescope::tui::Command;

use crate::support::screen::{Screen, assert_shows, assert_shows_not};

fn has_quit(screen: &Screen) -> bool {
    screen.commands.iter().any(|command| matches!(command, Command::Quit))
}

fn revision(screen: &Screen) -> Option<u64> {
    screen.app.row().map(|at| screen.app.table.history.id(at))
}

#[test]
fn q_closes_what_is_open_and_only_then_the_program() {
    for (open, shown) in [
        ("/node-0<Enter>", "found by node-0 "),
        ("f", " Keys with findings "),
        ("a/fork<Enter>", "found by fork "),
        ("u/reg<Enter>", "found by reg "),
        ("d", " After: compacted to 6293 "),
        ("<Enter>d", " After: compacted to 6293 "),
        ("?", " Keys and signs "),
        ("S", " Statements sent "),
        ("i", " This table "),
        ("<Enter><Enter>", " Revision 5466: value "),
    ] {
        for close in ["q", ":q<Enter>"] {
            let mut screen = Screen::demo("cluster", 120, 40);
            screen.press(open);
            assert_shows(&screen, shown);
            screen.press(close);
            assert_shows_not(&screen, shown);
            assert!(!has_quit(&screen), "{open} {close}");
            screen.press("q");
            assert!(has_quit(&screen), "{open} {close}");
        }
    }
    // By its name, it is meant.
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("?:quit<Enter>");
    assert!(has_quit(&screen));
}

#[test]
fn commands_run_over_a_text_too() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("?:sta");
    assert_shows(&screen, " : sta");
    assert_shows(&screen, "statements");
    screen.press("<Esc>");
    assert_shows(&screen, " Keys and signs ");
    screen.press(":statements<Enter>");
    assert_shows(&screen, " Statements sent ");
    screen.press(":99999<Enter>");
    assert_shows(&screen, "Revision 99999 is not in the table");
    screen.press("<Esc>");
    assert_shows(&screen, " Statements sent ");
    screen.press(":sort rows<Enter>");
    assert_shows_not(&screen, " Statements sent ");
    assert_shows(&screen, "Keys by rows.");
    screen.press("<Enter><Enter>:5441<Enter>");
    assert_eq!(revision(&screen), Some(5441));
    assert!(screen.app.overlay.is_none());
    assert!(screen.commands.iter().any(|it| matches!(it, Command::StopValue)));
}

#[test]
fn a_text_says_which_keys_do_nothing_there() {
    for sheet in ["?", "S", "i", "<Enter><Enter>"] {
        for (width, height) in [(120, 40), (80, 24)] {
            let mut screen = Screen::demo("cluster", width, height);
            screen.press(sheet).press("f");
            assert_shows(&screen, " That key does nothing here. Esc closes this");
            screen.press("j");
            assert_shows_not(&screen, "That key does nothing here.");
        }
    }
}

#[test]
fn before_and_after_are_two_sides() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("<Enter>d");
    insta::assert_snapshot!("compared_120x30", screen.planes());
    screen.press("k");
    assert_eq!(revision(&screen), Some(5467), "on this side, rows that go are there");
    screen.press("j<Tab>jk");
    assert_eq!(revision(&screen), Some(5466), "on the other, only what is left is");
    screen.press("jj");
    assert_eq!(revision(&screen), Some(5300));
    screen.press("<Enter>");
    assert_shows(&screen, " Revision 5300: value ");
    screen.press("<Esc><Esc>");
    screen.commands.clear();
    screen.press("yp");
    let Some(Command::Copy(_, text)) = screen.commands.pop() else { panic!("nothing was copied") };
    assert!(text.starts_with(" Before "), "{text}");
    assert!(text.contains("| After: compacted to 6293\n"), "{text}");
    let line = text.lines().find(|line| line.contains("5300")).expect("the row");
    assert_eq!(line.matches("5300").count(), 2, "{text}");
    // Round, and back.
    screen.press("<Tab>");
    assert_eq!(format!("{:?}", screen.app.focus), "List");
    screen.press("<Tab><Tab>d");
    assert_eq!(format!("{:?}", screen.app.focus), "Chain");
}

#[test]
fn a_value_is_not_offered_where_there_is_none() {
    use kinescope::source::text::read;
    use kinescope::source::{Options, scenario};

    let hints = |screen: &Screen| screen.text().lines().last().unwrap_or_default().to_owned();
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("<Enter>");
    assert!(!hints(&screen).contains("Enter value"), "{}", hints(&screen));
    let rows = "id\tname\tprev_revision\tvalue\told_value\n1\tcompact_rev_key\t0\tNULL\tNULL\n\
                2\t/a\t0\tfour\tNULL\n";
    let start = crate::support::screen::start(scenario::find("cluster").expect("it is there"));
    let mut screen = Screen::start(start, 120, 30);
    screen.read(read(rows.as_bytes(), "a file", &Options::default()).expect("a table"));
    screen.press("<Tab>");
    assert!(hints(&screen).contains("Enter value"), "{}", hints(&screen));
}

#[test]
fn help_finds_commands_without_a_key_and_says_what_filters_it() {
    let mut screen = Screen::demo("cluster", 80, 24);
    screen.press("?/save");
    assert_shows(&screen, "Keys and signs found by save ");
    assert_shows(&screen, ":save");
    screen.press("<Enter><Esc>");
    assert_shows(&screen, " Keys and signs (Tab: words) ");
    // What was typed and left changes nothing.
    screen.press("/fork<Enter>/xx<Esc>");
    assert_shows(&screen, "Keys and signs found by fork ");
}

#[test]
fn a_verdict_is_not_cut_in_the_middle_of_a_list() {
    let screen = Screen::demo("cluster", 80, 24);
    let text = screen.text();
    let verdict: Vec<&str> = text.lines().skip(1).take(2).collect();
    let end = "4 live keys would come back if they were deleted …";
    assert!(verdict.concat().trim_end().ends_with(end), "{verdict:?}");
}

/// The sizes of values stand beside rows once they are measured.
#[test]
fn a_wide_chain_says_batches_and_sizes() {
    use kinescope::history::usage::Size;
    use kinescope::source::Measured;
    use kinescope::tui::Message;

    let mut screen = Screen::demo("cluster", 200, 60);
    screen.press("um");
    let sizes = [5466, 5462, 5441];
    let sizes = sizes.map(|id| Size { id, value: 1200, old_value: 300 });
    screen.send(Message::Measured(Measured::Sizes(sizes.to_vec())));
    screen.send(Message::Measured(Measured::Ended(Ok(()))));
    screen.press("<Esc>a<Esc>a<Esc>:5466<Enter>");
    let text = screen.text();
    let line = |id: &str| text.lines().find(|line| line.contains(id)).expect("a row").to_owned();
    assert!(line(" 5462  update").contains("1.5 KiB"), "{text}");
    assert!(line(" 5462  update").contains("batch 6"), "{text}");
}

/// While rows come, the cursor stays on the newest row of the key, until somebody moves it.
#[test]
fn the_cursor_stays_on_the_newest_row_while_rows_come() {
    use kinescope::source::text::read;
    use kinescope::source::{Event, Options};
    use kinescope::tui::{Message, Start};

    let table = |rows: &str| {
        let text =
            format!("id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n{rows}");
        read(text.as_bytes(), "rows", &Options::default()).expect("a table")
    };
    let start = crate::support::screen::start(
        kinescope::source::scenario::find("lifecycle").expect("it is there"),
    );
    let start = Start { key: None, preview: false, target: None, ..start };
    let mut screen = Screen::start(start, 120, 30);
    let first = table("1\t/a\t1\t0\t0\t0\t0\n2\t/a\t0\t0\t1\t1\t0\n");
    screen.send(Message::Source(Event::Opened(first.opened)));
    let come = |screen: &mut Screen, rows| {
        screen.send(Message::Source(Event::Rows(rows)));
        screen.send(Message::Tick);
    };
    come(&mut screen, first.rows);
    assert_eq!(revision(&screen), Some(2));
    come(&mut screen, table("3\t/a\t0\t0\t1\t2\t0\n4\t/a\t0\t0\t1\t3\t0\n").rows);
    assert_eq!(revision(&screen), Some(4));
    screen.press("<Tab>j");
    assert_eq!(revision(&screen), Some(3));
    come(&mut screen, table("5\t/a\t0\t0\t1\t4\t0\n").rows);
    assert_eq!(revision(&screen), Some(3), "where somebody moved it");
}

/// A table in which nothing is wrong says so on the first screen, with what moved last.
#[test]
fn a_healthy_table_says_so_and_what_moved_last() {
    for (width, height, newest) in [
        (80, 24, "Newest: 10 delete web.started, 9 update web, 8 create web, 7 delete web\n"),
        (40, 24, "Newest: 10 delete web.started\n"),
    ] {
        let mut screen = Screen::demo("lifecycle", width, height);
        while screen.app.is_auditing() {
            screen.send(kinescope::tui::Message::Audit);
        }
        let text = screen.text();
        let said = text.lines().skip(1).take(4).map(str::trim).collect::<Vec<_>>().join(" ");
        assert!(said.starts_with("No key changes state, however far"), "{text}");
        assert!(
            width < 80 || said.contains("The audit found no errors and no warnings; "),
            "{text}"
        );
        assert!(text.contains(newest), "{text}");
    }
    let screen = Screen::demo("cluster", 120, 40);
    assert_shows_not(&screen, "Newest:");
    assert_shows_not(&screen, "The audit found no errors");
}
