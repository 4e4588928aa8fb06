//! The palette: commands by name, revisions and keys; what is found in lists, chains and texts; what is
//! copied; what the mouse does.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use kinescope::tui::keymap::BINDINGS;
use kinescope::tui::{Command, Message};

use crate::support::screen::{Screen, assert_shows, assert_shows_not};

fn key(screen: &Screen) -> String {
    let key = screen.app.key().map(|key| screen.app.table.history.name(key).to_vec());
    String::from_utf8(key.unwrap_or_default()).expect("it is UTF-8")
}

#[test]
fn every_action_is_a_command() {
    let mut screen = Screen::demo("cluster", 120, 40);
    for binding in BINDINGS {
        let name = binding.action.name();
        if name == "palette" {
            continue;
        }
        screen.press(&format!(":{name}"));
        assert_shows(&screen, &name);
        assert_shows(&screen, &binding.help[..binding.help.len().min(40)]);
        screen.press("<Esc>");
    }
}

#[test]
fn offers_follow_what_is_typed_and_tab_completes() {
    let mut screen = Screen::demo("cluster", 80, 24);
    screen.press(":us");
    insta::assert_snapshot!("palette_80x24", screen.text());
    screen.press("<Tab><Enter>");
    assert_shows(&screen, " Usage ");
    screen.press(":sort <Tab>");
    assert_shows(&screen, " : sort name");
    screen.press("<Tab>");
    assert_shows(&screen, " : sort rows");
    screen.press("<Enter><Esc>");
    assert_shows_not(&screen, " : sort");
}

#[test]
fn keys_are_found_by_any_letters_and_rows_by_their_revision() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":minions/node-07<Enter>");
    assert_eq!(key(&screen), "/registry/minions/node-07");
    // Of names that fit as well, the one in trouble comes first.
    screen.press(":node-07<Enter>");
    assert_eq!(key(&screen), "/registry/minions/node-07");
    screen.press(":min05<Enter>");
    assert_eq!(key(&screen), "/registry/minions/node-05");
    screen.press(":5,466");
    assert_shows(&screen, "revision 5466 /registry/minions/node-02");
    screen.press("<Enter>");
    assert_shows(&screen, " Revision 5466 ");
}

#[test]
fn what_was_typed_outlives_a_refusal_and_is_recalled() {
    let mut screen = Screen::demo("cluster", 120, 40);
    for (line, why) in [
        (":99999", "Revision 99999 is not in the table; the last is 7293."),
        (":quit now", "quit takes no word after it."),
        (":sort sideways", "After sort comes one of name, rows, trouble, keys, bytes, freed."),
        (":audit snapshot-isolation", "snapshot-isolation found nothing"),
        (":preview 99999", "The target 99999 is beyond the current revision 7293."),
    ] {
        screen.press(line).press("<Enter>");
        assert_shows(&screen, why);
        assert_shows(&screen, &format!(" : {}", &line[1..]));
        screen.press("<Esc>");
    }
    screen.press(":sort rows<Enter>:filter findings<Enter>:<Up>");
    assert_shows(&screen, " : filter findings");
    screen.press("<Up>");
    assert_shows(&screen, " : sort rows");
    screen.press("<Down>");
    assert_shows(&screen, " : filter findings");
}

#[test]
fn commands_take_words() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":preview 5889<Enter>");
    assert_shows(&screen, " 5889   removes");
    screen.press(":audit fork<Enter>");
    assert_shows(&screen, " Findings ");
    screen.press(":filter fork<Enter>");
    assert_shows(&screen, " Keys with fork ");
    screen.press(":filter affected<Enter>");
    assert_shows(&screen, " Keys affected ");
}

#[test]
fn what_leaves_the_terminal_is_a_command_too() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":suspend<Enter>");
    assert!(matches!(screen.commands.last(), Some(Command::Suspend)));
    screen.press(":q!<Enter>");
    assert!(matches!(screen.commands.last(), Some(Command::Quit)));
}

#[test]
fn every_list_is_filtered_by_letters() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("a/node-05");
    assert_shows(&screen, "found by node-05▏");
    assert_shows(&screen, "minions/node-05");
    assert_shows_not(&screen, "minions/node-03   ");
    screen.press("<Enter>");
    assert_shows(&screen, "found by node-05 ");
    screen.press("/zzzz");
    assert_shows(&screen, "No finding has these letters.");
    screen.press("<Esc><Esc>u<Enter>/lease");
    assert_shows(&screen, "found by leas");
    assert_shows(&screen, "leases/");
    assert_shows_not(&screen, "minions/  ");
}

#[test]
fn a_chain_is_searched_and_n_goes_on() {
    let mut screen = Screen::demo("cluster", 120, 40);
    let at = |screen: &Screen| screen.app.row().map(|at| screen.app.table.history.id(at));
    screen.press("<Tab>/delete<Enter>");
    assert_eq!(at(&screen), Some(5890));
    screen.press("/SURVIVES");
    assert_eq!(at(&screen), Some(5466));
    screen.press("<Enter>n");
    assert_eq!(at(&screen), Some(5300));
    assert_shows(&screen, "2 of 4 lines with \"SURVIVES\".");
    screen.press("NN");
    assert_shows(&screen, "4 of 4 lines with \"SURVIVES\", from the start again.");
}

#[test]
fn a_text_is_searched_and_the_letters_are_lit() {
    let mut screen = Screen::demo("cluster", 100, 24);
    screen.press("i/compact<Enter>n");
    assert_shows(&screen, " This table ");
    let colours = screen.colours();
    assert!(colours.contains("CCCCCCC"), "{colours}");
}

/// What is copied is what the loop is asked to copy.
#[test]
fn what_is_selected_is_copied() {
    let mut screen = Screen::demo("cluster", 120, 40);
    let mut copied = |keys: &str| {
        screen.commands.clear();
        screen.press(keys);
        match screen.commands.pop() {
            Some(Command::Copy(_, text)) => text,
            other => panic!("{keys}: {other:?}"),
        }
    };
    assert_eq!(copied("yi"), "5466");
    assert_eq!(copied("yy"), copied("yr"));
    assert_eq!(copied("yk"), "/registry/minions/node-02");
    assert_eq!(copied("yr"), "5466\t/registry/minions/node-02\t0\t0\t7\t5462\t0\n");
    assert_eq!(
        copied("ys"),
        "SELECT id, name, created, deleted, create_revision, prev_revision, lease FROM kine WHERE \
         name = '/registry/minions/node-02' ORDER BY id;\n"
    );
    assert!(copied(":copy chain<Enter>").contains("☠ 5466  update"));
    assert!(copied("ayp").contains("fork"));
    screen.press("yv");
    assert_shows(&screen, "V shows a value, and y there copies it. A Secret is never copied.");
}

fn mouse(screen: &mut Screen, kind: MouseEventKind, column: u16, row: u16) {
    let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
    screen.send(Message::Mouse(event));
}

#[test]
fn a_click_selects_a_second_one_opens_and_the_wheel_moves() {
    let mut screen = Screen::demo("cluster", 120, 40);
    let text = screen.text();
    let row = text.lines().position(|line| line.contains("minions/node-05 ")).expect("it is there");
    let row = u16::try_from(row).expect("it is on the screen");
    let down = MouseEventKind::Down(MouseButton::Left);
    mouse(&mut screen, down, 10, row);
    assert_eq!(key(&screen), "/registry/minions/node-05");
    assert_eq!(
        screen.app.focus,
        kinescope::tui::app::App::new(screen.app.start.clone(), screen.app.size).focus
    );
    let before = screen.app.keys.cursor;
    mouse(&mut screen, MouseEventKind::ScrollDown, 10, row);
    assert_eq!(screen.app.keys.cursor, before + 3);
    // The line between the list and the chain.
    let edge = text
        .lines()
        .nth(usize::from(row))
        .and_then(|line| {
            line.chars().position(|it| it == '│').map(|_| {
                line.chars().enumerate().filter(|(_, it)| *it == '│').nth(1).expect("an edge").0
            })
        })
        .expect("a line");
    mouse(&mut screen, down, u16::try_from(edge).expect("small"), row);
    mouse(&mut screen, MouseEventKind::Drag(MouseButton::Left), 30, row);
    mouse(&mut screen, MouseEventKind::Up(MouseButton::Left), 30, row);
    let line = screen.text().lines().nth(usize::from(row)).expect("a line").to_owned();
    assert_eq!(line.chars().nth(29), Some('│'), "{line}");
}

/// Before and after, a click selects the row that it is on, on either side, and nothing where none is.
#[test]
fn a_click_before_and_after_selects_the_row_that_is_there() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("<Tab>d");
    let text = screen.text();
    let row = |id: &str| {
        let row = text.lines().position(|line| line.contains(id)).expect("it is there");
        u16::try_from(row).expect("it is on the screen")
    };
    let selected = |screen: &Screen| screen.app.row().map(|at| screen.app.table.history.id(at));
    for (id, column, expected) in
        [("5441", 60, 5441), ("5300", 100, 5300), ("5441", 100, 5441), ("5247", 60, 5247)]
    {
        mouse(&mut screen, MouseEventKind::Down(MouseButton::Left), column, row(id));
        assert_eq!(selected(&screen), Some(expected), "{id} at {column}");
        assert!(screen.app.overlay.is_none());
    }
}

#[test]
fn a_pane_gets_the_whole_screen_and_gives_it_back() {
    let mut screen = Screen::demo("cluster", 80, 24);
    let before = screen.text();
    screen.press("<Tab>Z");
    assert_shows_not(&screen, " Keys ");
    insta::assert_snapshot!("zoomed_80x24", screen.text());
    screen.press("<Esc><Esc>");
    assert_eq!(screen.text(), before);
}

#[test]
fn the_chain_has_fourteen_rows_at_80x24() {
    let screen = Screen::demo("cluster", 80, 24);
    let rows = screen.text().lines().filter(|line| line.chars().nth(32) == Some('│')).count();
    assert!(rows >= 14, "{rows} rows on\n{}", screen.text());
}

#[test]
fn a_key_that_does_nothing_is_said_to() {
    let mut screen = Screen::demo("cluster", 80, 24);
    screen.press("X");
    assert_shows(&screen, "That key does nothing here. ? lists the keys, : the commands.");
}
