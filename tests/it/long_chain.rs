//! The chain of very many rows: drawn in steps, while keys are answered.

use crossterm::event::KeyCode;
use kinescope::history::lanes::{Folding, lanes};
use kinescope::source::text;
use kinescope::source::{Options, scenario};
use kinescope::tui::{Message, Start, update};

use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

/// More than some steps look at.
const ROWS: u64 = 20_000;

/// `/a` and `/c` have a few rows, `/b` has very many.
fn explorer() -> Screen {
    let mut text = String::from("id,name,created,deleted,create_revision,prev_revision,lease\n");
    text += "1,compact_rev_key,1,0,0,0,0\n2,/a,1,0,0,0,0\n3,/c,1,0,0,0,0\n4,/b,1,0,0,0,0\n";
    for id in 5..4 + ROWS {
        text += &format!("{id},/b,0,0,4,{},0\n", id - 1);
    }
    let cluster = scenario::find("cluster").expect("cluster");
    let start = Start { preview: false, target: None, watch: None, key: None, ..start(cluster) };
    let mut screen = Screen::start(start, 120, 30);
    let read = text::read(text.as_bytes(), "here", &Options::default());
    screen.read(read.expect("it is a table"));
    screen
}

/// Presses a key, and nothing else is done yet.
fn press(screen: &mut Screen, key: char) {
    update(&mut screen.app, Message::Key(KeyCode::Char(key).into()));
}

#[test]
fn a_key_is_answered_before_its_chain_is_drawn() {
    let mut screen = explorer();
    screen.press("g");
    press(&mut screen, 'j');
    assert!(screen.app.is_drawing());
    assert_shows(&screen, "Drawing 20,000 rows.");
    // What is known at once: the row that will be selected.
    assert_shows(&screen, " Revision 20003 ");
    assert_shows_not(&screen, "superseded");
    // Another key has its chain at once, and nothing is left of the first.
    press(&mut screen, 'j');
    assert!(!screen.app.is_drawing());
    assert_shows(&screen, " Revision 3 ");
    press(&mut screen, 'k');
    screen.send(Message::Tick);
    assert!(!screen.app.is_drawing());
    assert_shows(&screen, " more ");
    let key = screen.app.table.history.find_key(b"/b").expect("it has rows");
    let folding = Folding { keep: &|_| false, class: &|_| 0 };
    assert_eq!(
        screen.app.chain.picture.lines,
        lanes(&screen.app.table.history, key, Some(&folding))
    );
}

#[test]
fn the_old_picture_of_a_key_stays_until_the_new_one_is_there() {
    let mut screen = explorer();
    screen.press("gj<Tab>");
    assert_shows(&screen, " Revision 20003 ");
    let before = screen.app.chain.picture.lines.clone();
    press(&mut screen, 'z');
    assert!(screen.app.is_drawing());
    assert!(screen.app.chain.picture.lines == before);
    // What is moved to meanwhile stays selected.
    press(&mut screen, 'j');
    let selected = screen.app.row().map(|at| screen.app.table.history.id(at));
    assert_eq!(selected, Some(20_002));
    screen.send(Message::Tick);
    assert_shows(&screen, " Revision 20002 ");
    assert!(screen.app.chain.picture.lines != before);
    // A fold's rows may be of several fates while it is drawn for another target.
    screen.press("zc");
    press(&mut screen, '{');
    assert!(screen.app.is_drawing());
    for line in screen.text().lines().filter(|line| line.contains(" more ")) {
        assert!(!line.contains("removed") && !line.contains("SURVIVES"), "{line}");
    }
}
