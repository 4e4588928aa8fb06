//! What if: a trial in the explorer.

use std::path::Path;

use kinescope::history::compaction::Prospect;
use kinescope::source::Event;
use kinescope::source::scenario;
use kinescope::tui::{Command, Message};

use crate::support::pty::Pty;
use crate::support::screen::{Screen, assert_shows, assert_shows_not};

/// What is looked at: the rows, the key and the row that are selected, the target.
fn looked_at(screen: &Screen) -> (usize, Vec<u8>, Option<u64>, Option<u64>) {
    let app = &screen.app;
    let history = &app.table.history;
    let key = app.key().map(|key| history.name(key).to_vec()).unwrap_or_default();
    let row = app.row().map(|at| history.id(at));
    (history.len(), key, row, app.preview.as_ref().map(|preview| preview.target))
}

/// Where a key comes back, one deletion after the other.
fn layers(screen: &Screen, key: &str) -> Vec<u64> {
    let app = &screen.app;
    let key = app.table.history.find_key(key.as_bytes()).expect("a key");
    let verdict = app.audit.verdict.as_ref().expect("a verdict");
    verdict.layers(&app.table.history, key)
}

/// Until nothing is left to do.
fn settled(screen: &mut Screen) {
    while screen.app.is_auditing() {
        screen.send(Message::Audit);
    }
}

#[test]
fn a_trial_at_every_size() {
    for (width, height) in [(120, 30), (80, 24)] {
        let mut screen = Screen::demo("cluster", width, height);
        screen.press(":5466<Enter>x");
        settled(&mut screen);
        insta::assert_snapshot!(format!("trial_{width}x{height}"), screen.planes());
        screen.press("i");
        settled(&mut screen);
        insta::assert_snapshot!(format!("trial_about_{width}x{height}"), screen.text());
    }
}

#[test]
fn a_row_goes_and_comes_back_and_goes_again() {
    const KEY: &str = "/registry/minions/node-02";
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":5466<Enter>");
    settled(&mut screen);
    let (rows, key, row, target) = looked_at(&screen);
    let before = (screen.text(), layers(&screen, KEY));
    assert_eq!(before.1, [5466, 5300, 5247, 5122]);
    assert_eq!(row, Some(5466));
    screen.press("x");
    settled(&mut screen);
    // The target stays, and the next older row is selected.
    assert_eq!(looked_at(&screen), (rows - 1, key.clone(), Some(5462), target));
    // 5466 hid the row that it pointed at.
    assert_eq!(layers(&screen, KEY), [5462, 5300, 5247, 5122]);
    assert_shows(&screen, "TRIAL: without 5466 ");
    screen.press("x");
    assert_shows(&screen, "TRIAL: without 5462 and 5466 ");
    screen.press("UU");
    settled(&mut screen);
    assert_shows(&screen, "Undone: 5466 is back. This is the table as it was read.");
    assert_eq!(looked_at(&screen), (rows, key, Some(5466), target));
    assert_eq!(layers(&screen, KEY), before.1);
    // But for what was just said, the screen is what it was.
    let but_last = |text: &str| text.lines().take(29).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(but_last(&screen.text()), but_last(&before.0));
    screen.press("U");
    assert_shows(&screen, "There is no trial: x on a row shows the table without it.");
    screen.press("<C-r><C-r>");
    assert_shows(&screen, "TRIAL: without 5462 and 5466 ");
    screen.press("<C-r>");
    assert_shows(&screen, "No step was undone.");
    screen.press(":discard<Enter>");
    assert_shows(&screen, "The trial is discarded");
    assert_shows_not(&screen, "TRIAL");
    assert_eq!(looked_at(&screen).0, rows);
    // It can be taken up again, until another one begins.
    screen.press("<C-r>");
    assert_shows(&screen, "TRIAL: without 5466 ");
    screen.press("Ux<C-r>");
    assert_shows(&screen, "No step was undone.");
}

#[test]
fn all_strays_go_and_nothing_changes_any_more() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":strays<Enter>");
    settled(&mut screen);
    assert_eq!(screen.app.audit.verdict.as_ref().map(|it| it.worst()), Some(Prospect::Stays));
    assert_shows(&screen, "TRIAL -");
    screen.press(":strays<Enter>");
    assert_shows(&screen, "There are no stray rows.");
}

#[test]
fn a_repair_is_tried() {
    let mut screen = Screen::demo("cluster", 120, 30);
    settled(&mut screen);
    screen.press(":repair<Enter>");
    settled(&mut screen);
    assert_shows(&screen, "TRIAL: repaired");
    assert_eq!(screen.app.audit.verdict.as_ref().map(|it| it.worst()), Some(Prospect::Stays));
    screen.press("i");
    settled(&mut screen);
    assert_shows(&screen, "Findings gone: ");
    screen.press("<Esc>:repair<Enter>");
    assert_shows(&screen, "There is nothing that a repair would change.");
    screen.press("<Esc>U");
    assert_shows(&screen, "The repair is undone. This is the table as it was read.");
}

#[test]
fn a_finding_takes_its_strays_away_and_no_other_rows() {
    let mut screen = Screen::demo("cluster", 120, 30);
    settled(&mut screen);
    screen.press(":audit fork<Enter>x");
    assert_shows(&screen, "Select a single finding");
    screen.press("jx");
    settled(&mut screen);
    assert!(screen.app.trial.is_on(), "{}", screen.text());
    let history = &screen.app.table.history;
    let real = &screen.app.trial.real().expect("a trial").history;
    let forked = |history: &kinescope::history::History| {
        history.keys().filter(|&(key, _)| !history.strays(key).is_empty()).count()
    };
    assert_eq!(forked(history), forked(real) - 1);
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("x");
    assert_shows(&screen, "Select a row of a chain or of the log");
}

#[test]
fn the_log_takes_rows_away_too() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("Lx");
    assert_shows(&screen, "TRIAL: without 7293 ");
}

#[test]
fn a_trial_and_what_is_of_the_table_as_it_is_exclude_each_other() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.app.start.following = kinescope::tui::Following::OnRequest;
    screen.press(":5466<Enter>xF");
    assert_shows(&screen, ":discard ends it, and then F follows the table.");
    // The moment is one of the trial.
    screen.press("@");
    assert_shows(&screen, "TRIAL: without 5466  AS OF ");
    screen.press("x");
    assert_shows(&screen, "That is of the present: Esc goes back to it.");
    screen.press(":strays<Enter>");
    assert_shows(&screen, "That is of the present: Esc goes back to it.");
    screen.press("<Esc><Esc>");
    assert_shows_not(&screen, "AS OF");
    assert_shows(&screen, "TRIAL: without 5466 ");
    // Esc leads back, and ends no trial.
    screen.press("<Esc><Esc><Esc><Esc><Esc>");
    assert_shows(&screen, "TRIAL: without 5466 ");
    screen.press(":discard<Enter>F<Tab><Tab>x");
    assert_shows(&screen, "F stops following first.");
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":discard<Enter>");
    assert_shows(&screen, "There is no trial");
}

/// Reads the table again, without some rows.
fn again(screen: &mut Screen, without: &[u64]) {
    let table = scenario::find("cluster").expect("cluster").read().expect("a table");
    screen.press("r");
    assert!(matches!(screen.commands.last(), Some(Command::Reload)));
    screen.send(Message::Source(Event::Opened(table.opened)));
    let rows = table.rows.iter().filter(|row| !without.contains(&row.id)).collect();
    screen.send(Message::Source(Event::Rows(rows)));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    settled(screen);
}

#[test]
fn a_table_read_again_keeps_the_trial_as_far_as_its_rows_are_there() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press(":5466<Enter>xx");
    again(&mut screen, &[]);
    assert_shows(&screen, "The trial goes on.");
    assert_shows(&screen, "TRIAL: without 5462 and 5466 ");
    assert_eq!(looked_at(&screen).0, 7293 - 2);
    again(&mut screen, &[5466]);
    assert_shows(&screen, "The trial goes on; 1 row of it went by itself.");
    assert_shows(&screen, "TRIAL: without 5462 ");
    again(&mut screen, &[5462, 5466]);
    assert_shows(&screen, "The trial is over: its rows are gone.");
    assert_shows_not(&screen, "TRIAL");
    assert_eq!(looked_at(&screen).0, 7293 - 2);
}

#[test]
fn in_a_terminal() {
    let kinescope = Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let mut pty = Pty::start(kinescope, &["demo", "cluster"], 120, 30);
    pty.wait_for("☠ 3 resurrected");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("chain.txt");
    pty.press(":5466\rx").wait_for("TRIAL: without 5466").wait_for("The key comes back at 5462");
    pty.press(&format!(":save {}\r", file.display())).wait_for("Saved the chain");
    let saved = std::fs::read_to_string(&file).expect("it was written");
    assert!(saved.contains("a trial: without 5466"), "{saved}");
    pty.press("U").wait_until_gone("TRIAL").wait_for("The key comes back at 5466");
    pty.press("\x12").wait_for("TRIAL: without 5466");
    pty.press("U").wait_until_gone("TRIAL");
    // The finding that comes first is of node-02.
    pty.press(":audit fork\rjx")
        .wait_for("☠ 2 resurrected")
        .wait_for("2 deleted keys can come back");
    pty.press(":strays\r").wait_for("No key changes state, however far the table is compacted.");
    pty.press("UU").wait_until_gone("TRIAL").wait_for("3 deleted keys can come back");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}
