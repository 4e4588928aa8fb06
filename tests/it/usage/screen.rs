//! What fills the table, in the explorer: keys in, prefixes and their numbers out.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use insta::assert_snapshot;
use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::Policy;
use kinescope::history::usage::Usage;
use kinescope::history::{Flag, Row, Rows};
use kinescope::source::Options;
use kinescope::source::text::{Table, read};
use kinescope::source::{Event, scenario};
use kinescope::tui::{Look, Message, Preferences, Start, update};

use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

/// An explorer without a preview, before anything is read.
pub(crate) fn plain(width: u16, height: u16) -> Screen {
    let start = Start {
        label: "db1/kubernetes".to_owned(),
        look: Look { glyphs: Glyphs::Unicode, theme: Theme::DEFAULT },
        preferences: Preferences::default(),
        policy: Policy::DEFAULT,
        watch: None,
        target: None,
        key: None,
        preview: false,
        at: None,
        once: None,
        following: kinescope::tui::Following::default(),
    };
    Screen::start(start, width, height)
}

fn cluster() -> Table {
    scenario::find("cluster").expect("it is there").read().expect("it is a table")
}

#[test]
fn prefixes_at_every_size() {
    for (width, height) in [(120, 40), (80, 24), (40, 10), (200, 60)] {
        let mut screen = Screen::demo("cluster", width, height);
        screen.press("u<Enter>");
        assert_snapshot!(format!("prefixes_{width}x{height}"), screen.planes());
    }
    let mut start = start(scenario::find("cluster").expect("it is there"));
    start.look.glyphs = Glyphs::Ascii;
    let mut screen = Screen::start(start, 80, 24);
    screen.read(cluster());
    screen.press("u<Enter>jj<Enter>");
    assert!(screen.text().is_ascii());
    assert_snapshot!("keys_in_ascii", screen.text());
}

#[test]
fn a_prefix_opens_and_is_left_again() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("u");
    assert_shows(&screen, "┌ Usage ─");
    assert_shows(&screen, " compact_rev_key ");
    screen.press("<Enter>");
    assert_shows(&screen, "┌ Usage /registry/ ─");
    assert_shows(&screen, "7,292 rows ┐");
    // The only prefix of a prefix is passed.
    screen.press("<Enter>");
    assert_shows(&screen, "eases/kube-node-lease/  4,550 rows ┐");
    assert_shows(&screen, "┌ …istry/leases/kube-node-lease/node-19 ");
    screen.press("j");
    assert_shows(&screen, "┌ …istry/leases/kube-node-lease/node-03 ");
    // On a key, Enter goes to its chain, and Esc comes back.
    screen.press("<Enter>j");
    assert_shows(&screen, "eases/kube-node-lease/  4,550 rows ┐");
    screen.press("<Esc><BS>");
    assert_shows(&screen, "┌ Usage /registry/ ─");
    assert_shows(&screen, "┌ Busiest keys ");
    assert_shows(&screen, " /registry/leases/ ");
    screen.press("<BS><BS>");
    assert_shows(&screen, "┌ Usage ─");
    assert_shows(&screen, "This is the whole table.");
    // Whoever comes again is where they were.
    screen.press("<Enter>jj<Enter>uuj");
    assert_shows(&screen, "┌ Usage /registry/minions/ ");
    assert_shows(&screen, "┌ /registry/minions/node-01 ");
    // The key goes along to the list of keys.
    screen.press("u");
    assert_shows(&screen, "┌ Keys ");
    assert_shows(&screen, "┌ /registry/minions/node-01 ");
    screen.press("u<Esc>");
    assert_shows(&screen, "┌ Keys ");
    screen.press("<BS>");
    assert_shows(&screen, "u shows what fills the table, by prefix.");
}

#[test]
fn without_a_preview_the_arrows_go_up_and_down_the_tree() {
    let mut screen = plain(120, 40);
    screen.read(cluster());
    screen.press("u<Right>");
    assert_shows(&screen, "┌ Usage /registry/ ─");
    assert_shows_not(&screen, "A compaction to");
    screen.press("<Right>");
    assert_shows(&screen, "eases/kube-node-lease/  4,550 rows ┐");
    screen.press("<Left>");
    assert_shows(&screen, "┌ Usage /registry/ ─");
    screen.press("<Left>");
    assert_shows(&screen, "┌ Usage ─");
    screen.press("c");
    assert_shows(&screen, "leaves 1,678.");
}

#[test]
fn parts_come_in_the_order_that_is_asked_for() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("u<Enter>");
    let first = |screen: &Screen| {
        let text = screen.text();
        let line = text.lines().nth(6).expect("the first part").to_owned();
        line.split_whitespace().nth(1).expect("its name").to_owned()
    };
    assert_eq!(first(&screen), "leases/");
    screen.press("j");
    screen.press("s");
    assert_shows(&screen, "Those with the most keys first.");
    // Of 377 keys each, the lower name comes first; what was selected still is.
    assert_eq!(first(&screen), "events/");
    assert_shows(&screen, " /registry/pods/ ");
    screen.press("s");
    assert_shows(&screen, "by freed rows");
    assert_eq!(first(&screen), "leases/");
    assert_shows(&screen, "3,520 │");
    // Without a preview nothing goes, and rows count again.
    screen.press("c");
    assert_shows_not(&screen, "by freed rows");
    assert_shows(&screen, "4,550 │");
    screen.press("sss");
    assert_shows(&screen, "Those with the most rows first.");
}

#[test]
fn what_goes_follows_the_target() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("u<Enter>");
    assert_shows(&screen, "leaves 1,030.");
    screen.press("{");
    assert_shows(&screen, "of them (0.0%) and leaves");
    screen.press("}");
    assert_shows(&screen, "leaves 30.");
}

#[test]
fn rows_are_counted_while_they_come() {
    let table = cluster();
    let rows: Vec<_> = table.rows.iter().collect();
    let mut screen = plain(120, 40);
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    screen.press("u");
    assert_shows(&screen, "Counting rows…");
    screen.press("jk<Enter><BS>s");
    let mut counts = Vec::new();
    for batch in rows.chunks(500) {
        let before = screen.app.usage.usage().map_or(0, Usage::rows);
        screen.send(Message::Source(Event::Rows(batch.iter().copied().collect())));
        let after = screen.app.usage.usage().map_or(0, Usage::rows);
        if after > before {
            counts.push(after);
        }
    }
    assert_eq!(counts, [500, 1000, 2000, 4000], "one each time that the table has doubled");
    assert_shows(&screen, "┌ Usage so far by keys ");
    screen.press("<Enter>j");
    // A count that is under way is not shown.
    update(&mut screen.app, Message::Source(Event::Ended(Ok(()))));
    assert!(screen.app.is_counting());
    assert_shows(&screen, "so far");
    screen.press("sss");
    assert_shows_not(&screen, "so far");
    assert_shows(&screen, "7,292 rows ┐");
    // Read again, it is counted anew, and the place is found again.
    screen.press("<Enter>r");
    screen.send(Message::Source(Event::Opened(table.opened)));
    screen.send(Message::Source(Event::Rows(rows[..100].iter().copied().collect())));
    assert_shows(&screen, "┌ Usage /registry/pods/ by keys ");
    // So few rows are counted at once.
    update(&mut screen.app, Message::Source(Event::Ended(Ok(()))));
    assert_shows(&screen, "┌ Usage /registry/pods/ by keys ");
    assert_shows_not(&screen, "Counting rows…");
    let mut screen = plain(120, 40);
    screen.send(Message::Source(Event::Opened(cluster().opened)));
    screen.send(Message::Source(Event::Rows(rows[..100].iter().copied().collect())));
    screen.press("<Esc>u");
    assert_shows(&screen, "┌ Usage in part ");
    assert_shows(&screen, "PARTIAL");
}

#[test]
fn rows_that_a_plan_does_not_know_wait_for_another() {
    let table = cluster();
    let mut screen = plain(120, 40);
    screen.send(Message::Source(Event::Opened(table.opened)));
    let rows: Vec<_> = table.rows.iter().collect();
    screen.send(Message::Source(Event::Rows(rows[..3000].iter().copied().collect())));
    screen.press("cu");
    // A late row that is there already ends the reading, after others that no plan was made for.
    screen.send(Message::Source(Event::Rows(rows[3000..7000].iter().copied().collect())));
    screen.send(Message::Source(Event::Late(rows[..1].iter().copied().collect())));
    assert_shows(&screen, "in part");
    assert_shows_not(&screen, " of them (");
    screen.send(Message::Tick);
    assert_shows(&screen, "PARTIAL");
    assert_shows(&screen, " of them (");
}

#[test]
fn a_prefix_that_is_gone_is_left() {
    let table = cluster();
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("u<Enter>jjj<Enter>");
    assert_shows(&screen, "┌ Usage /registry/events/ns-1/ ");
    screen.press("r");
    screen.send(Message::Source(Event::Opened(table.opened)));
    let few = table.rows.iter().take(30).collect();
    screen.send(Message::Source(Event::Rows(few)));
    assert_shows(&screen, "┌ Usage /registry/events/ns-1/ ");
    screen.send(Message::Source(Event::Ended(Ok(()))));
    assert_shows(&screen, "┌ Usage /registry/ ");
}

#[test]
fn a_prefix_of_very_many_keys_is_put_in_order_while_keys_are_answered() {
    let mut screen = plain(120, 40);
    let mut rows = Rows::new();
    // Every seventh key has a row more; the last one has the most.
    let names = (0..120_000).map(|at| format!("/registry/many/{at:06}"));
    let again = (0..120_000).step_by(7).map(|at| format!("/registry/many/{at:06}"));
    let most = std::iter::repeat_n("/registry/many/119999".to_owned(), 5);
    for (id, name) in (1..).zip(names.chain(["/registry/z".to_owned()]).chain(again).chain(most)) {
        let name = Some(name.as_bytes());
        rows.push(Row {
            id,
            name,
            created: Flag::Yes,
            deleted: Flag::No,
            create_revision: None,
            prev_revision: None,
            lease: None,
        });
    }
    screen.send(Message::Source(Event::Opened(cluster().opened)));
    screen.send(Message::Source(Event::Rows(rows)));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    screen.press("u<Enter>");
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    update(&mut screen.app, Message::Key(enter));
    assert_shows(&screen, "┌ Usage /registry/many/ ");
    assert_shows(&screen, "Sorting keys…");
    // Nothing is selected yet, so nothing opens.
    update(&mut screen.app, Message::Key(enter));
    assert_shows(&screen, "Sorting keys…");
    while screen.app.usage.parts.is_empty() {
        update(&mut screen.app, Message::Count);
    }
    let names = |screen: &Screen| {
        let text = screen.text();
        let list = text.lines().skip_while(|line| !line.starts_with("┌ Usage")).skip(1).take(3);
        let lines = list.map(str::to_owned).collect::<Vec<_>>();
        lines.iter().map(|line| line[3..].trim_start()[..7].trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&screen), ["119999", "000000", "000007"]);
    assert!(screen.app.is_counting() && screen.app.usage.parts.len() < 120_000);
    // Whoever moves meanwhile stays where they are.
    let down = KeyEvent::new(KeyCode::Down, KeyModifiers::NONE);
    update(&mut screen.app, Message::Key(down));
    screen.send(Message::Tick);
    assert_eq!((screen.app.usage.parts.len(), screen.app.usage.cursor), (120_000, 1));
    // In another order, the old one stays until the new one is there, and the key stays selected.
    let sort = KeyEvent::new(KeyCode::Char('s'), KeyModifiers::NONE);
    for order in ["by keys", "by name"] {
        update(&mut screen.app, Message::Key(sort));
        assert_shows(&screen, order);
        assert_shows_not(&screen, "Sorting keys…");
        screen.send(Message::Tick);
        assert_shows(&screen, "┌ /registry/many/000000 ");
    }
    assert_eq!(names(&screen), ["000000", "000001", "000002"]);
    screen.press("G");
    assert_shows(&screen, "┌ /registry/many/119999 ");
    screen.press("s");
    assert_eq!((screen.app.usage.cursor, names(&screen)[0].as_str()), (0, "119999"));
}

#[test]
fn gap_rows_and_rows_without_a_name_are_one_entry_each() {
    let text = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n\
                1\tcompact_rev_key\t1\t0\t0\t0\t0\n\
                2\tgap-2\t0\t1\t0\t0\t0\n\
                3\tgap-3\t0\t1\t0\t0\t0\n\
                4\tgap-4\t0\t1\t0\t0\t0\n\
                5\tNULL\t1\t0\t0\t0\t0\n\
                6\tNULL\t1\t0\t0\t0\t0\n";
    let mut screen = plain(120, 30);
    screen.read(read(text.as_bytes(), "a test", &Options::default()).expect("it is a table"));
    screen.press("u");
    assert_shows(&screen, " gap rows (gap-N) ");
    assert_shows(&screen, "3 rows, 50.0% of the table.");
    assert_shows(&screen, "explain gap-rows");
    screen.press("<Enter>");
    assert_shows(&screen, "Gap rows are counted as one");
    screen.press("j");
    assert_shows(&screen, " rows whose name is NULL ");
    screen.press("<Enter>");
    assert_shows(&screen, "These rows belong to no key");
}

#[test]
fn no_size_and_no_key_breaks_the_list_of_prefixes() {
    let keys = [
        "u", "j", "<Tab>", "j", "p", "n", "u", "<Tab>", "<Tab>", "<Enter>", "<Esc>", "u",
        "<Enter>", "s", "<Enter>", "G", "s", "c", "<Right>", "<Right>", "z", "a", "u", "d", "f",
        "u", "<Left>", "<BS>", "s", "c", "s", "/", "n", "<Enter>", "u", ":", "2", "<Enter>", "u",
        "r", "?", "<Esc>", "<PgDn>", "<Esc>", "<Esc>",
    ];
    for scenario in scenario::SCENARIOS {
        for (width, height) in [(1, 1), (39, 9), (40, 10), (79, 15), (80, 16), (110, 24), (300, 99)]
        {
            let ascii = width == 110;
            let mut start = start(scenario);
            start.look.glyphs = if ascii { Glyphs::Ascii } else { Glyphs::Unicode };
            let mut screen = Screen::start(start, width, height);
            screen.read(scenario.read().expect("a table"));
            for key in keys {
                screen.press(key);
                let text = screen.text();
                assert_eq!(text.lines().count(), usize::from(height));
                assert!(!ascii || text.is_ascii(), "{text}");
            }
        }
    }
}
