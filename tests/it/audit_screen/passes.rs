//! The audit while the table is read, and afterwards.

use kinescope::audit::{Finding, audit};
use kinescope::history::{Profile, Rows};
use kinescope::source::{Error, Event, scenario};
use kinescope::tui::{Message, update};

use super::{assert_shows, assert_shows_not, plain, read, revision};
use crate::support::screen::Screen;

/// What the screen's audit found, without what it was told from.
fn found(screen: &Screen) -> &[Finding] {
    &screen.app.audit.findings.found
}

#[test]
fn slices_find_what_one_pass_finds_also_when_rows_come_in_between() {
    for scenario in scenario::SCENARIOS {
        for batch in [1, 7, 1000] {
            let table = read(scenario.name);
            let rows: Vec<_> = table.rows.iter().collect();
            let mut screen = plain(80, 24);
            screen.send(Message::Source(Event::Opened(table.opened.clone())));
            for batch in rows.chunks(if rows.len() > 100 { 997 } else { batch }) {
                screen.send(Message::Source(Event::Rows(batch.iter().copied().collect())));
            }
            screen.send(Message::Source(Event::Ended(Ok(()))));
            while screen.app.is_auditing() {
                screen.send(Message::Audit);
            }
            let whole = audit(&screen.app.table.history, true);
            assert_eq!(found(&screen), whole.found, "{}", scenario.name);
            assert_eq!(screen.app.audit.findings.unchecked, whole.unchecked, "{}", scenario.name);
        }
    }
}

#[test]
fn findings_come_while_the_table_is_read_and_are_said_to_be_so_far() {
    let table = read("cluster");
    let rows: Vec<_> = table.rows.iter().collect();
    let mut screen = plain(120, 40);
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    screen.press("a");
    assert_shows(&screen, "Auditing the rows…");
    let mut passes = Vec::new();
    for batch in rows.chunks(500) {
        update(&mut screen.app, Message::Source(Event::Rows(batch.iter().copied().collect())));
        let before = screen.app.audit.finished;
        while screen.app.is_auditing() {
            update(&mut screen.app, Message::Audit);
        }
        if screen.app.audit.finished > before {
            passes.push(screen.app.table.history.len());
        }
    }
    assert_eq!(passes, [500, 1000, 2000, 4000], "one each time that the table has doubled");
    assert_shows(&screen, " No findings so far");
    assert_shows(&screen, "Findings so far");
    // What was found stays until the next pass is done.
    update(&mut screen.app, Message::Source(Event::Ended(Ok(()))));
    assert!(screen.app.is_auditing());
    assert_shows(&screen, "Findings so far");
    screen.send(Message::Audit);
    assert!(!screen.app.is_auditing());
    assert_shows_not(&screen, "so far");
    assert_shows(&screen, "⊗ 17");
    // Read again, the audit begins anew.
    screen.press("r");
    let again = [Event::Opened(table.opened), Event::Rows(table.rows), Event::Ended(Ok(()))];
    for event in again {
        assert_shows(&screen, "⊗ 17");
        update(&mut screen.app, Message::Source(event));
    }
    // So few rows are audited at once.
    assert!(!screen.app.is_auditing());
    assert_shows(&screen, "⊗ 17");
    assert_shows(&screen, " Findings ");
}

#[test]
fn what_was_read_in_part_is_audited_as_a_part() {
    let table = read("cluster");
    let profile = Profile { excerpt: false, ..table.opened.profile.clone() };
    let opened = kinescope::source::Opened { profile, ..table.opened };
    let rows: Rows = table.rows.iter().take(5300).collect();
    for stopped in [true, false] {
        let mut screen = plain(120, 60);
        screen.send(Message::Source(Event::Opened(opened.clone())));
        screen.send(Message::Source(Event::Rows(rows.clone())));
        if stopped {
            screen.press("<Esc>");
        } else {
            screen.send(Message::Source(Event::Ended(Err(Error::new("it broke")))));
        }
        screen.press("a");
        assert_shows(&screen, "Findings in part");
        screen.press("G");
        assert_shows(&screen, "not checked");
        assert_eq!(found(&screen), audit(&screen.app.table.history, false).found);
        screen.press("gG");
        let unchecked = &screen.app.audit.findings.unchecked;
        assert!(unchecked.iter().any(|it| it.why == "only a part of the table was read"));
    }
}

#[test]
fn what_is_selected_stays_selected_when_more_is_found() {
    let table = read("cluster");
    let rows: Vec<_> = table.rows.iter().collect();
    let mut screen = plain(120, 40);
    screen.send(Message::Source(Event::Opened(table.opened)));
    let (first, rest) = rows.split_at(5400);
    screen.send(Message::Source(Event::Rows(first.iter().copied().collect())));
    screen.send(Message::Audit);
    screen.press("aG");
    while revision(&screen) != Some(5226) {
        screen.press("k");
    }
    screen.press("<Tab>j<Tab><Tab>");
    let row = revision(&screen);
    let line = screen.app.audit.list.cursor;
    screen.send(Message::Source(Event::Rows(rest.iter().copied().collect())));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    assert_ne!(screen.app.audit.list.cursor, line);
    assert_eq!(revision(&screen), row, "the chain's cursor was not moved either");
    screen.press("jk");
    assert_eq!(revision(&screen), Some(5226));
}

#[test]
fn an_empty_table_has_no_findings() {
    let mut screen = plain(80, 24);
    let table = read("gaps");
    screen.send(Message::Source(Event::Opened(table.opened)));
    screen.press("a");
    assert_shows(&screen, "Auditing the rows…");
    screen.press("jk<Enter>f<Tab><Tab><Tab>");
    screen.send(Message::Source(Event::Ended(Ok(()))));
    assert_shows(&screen, "No findings");
    assert_shows(&screen, "The table has no rows.");
    screen.press("jk<Enter>fzpn<PgDn>Ggca");
    assert_shows(&screen, " Keys ");
}
