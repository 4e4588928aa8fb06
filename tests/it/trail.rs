//! Where Esc leads, step by step, and what `-` goes back and forth between.

use crate::support::screen::{Screen, assert_shows, assert_shows_not};

/// What is selected, and in which pane: list, key, line of the chain, and whether there is a preview.
fn place(screen: &Screen) -> String {
    let app = &screen.app;
    let key = app.key().map(|key| app.table.history.name(key).to_vec()).unwrap_or_default();
    let row = app.row().map(|at| app.table.history.id(at));
    format!(
        "{:?} {:?} {} {row:?} {:?} {} {} {} {:?} {} {:?} {:?}",
        app.listing,
        app.focus,
        String::from_utf8_lossy(&key),
        app.preview.as_ref().map(|it| it.target),
        app.keys.query.value(),
        app.keys.filter.title(),
        app.chain.compares,
        app.keys.sort,
        app.batches,
        app.chain.picture.lines.len(),
        app.usage.sort,
    ) + &String::from_utf8_lossy(app.usage.prefix())
        + app.usage.query()
}

/// Each of these leads somewhere, and one Esc leads back to where it was pressed.
#[test]
fn esc_leads_back_step_by_step() {
    let mut screen = Screen::demo("cluster", 120, 30);
    let ways = [
        "<Tab>",
        "p",
        "p",
        "a",
        "jj<Enter>",
        "c",
        "t5889<Enter>",
        ")",
        "u",
        "<Enter>",
        "j<Enter>",
        "/node-07<Enter>",
        "f",
        ":5466<Enter>",
        "d",
        "z",
        "a",
        "ss",
        "b",
        "u",
        "s",
        "a",
        "<Enter>",
    ];
    let mut places = Vec::new();
    for keys in ways {
        let (moves, step) = keys.split_at(keys.find(|char| char != 'j').unwrap_or_default());
        screen.press(moves);
        places.push((keys, place(&screen)));
        screen.press(step);
    }
    // From a pane to the list and back is no way.
    while let Some((keys, was)) = places.pop() {
        if place(&screen) != was {
            screen.press("<Esc>");
        }
        assert_eq!(place(&screen), was, "back from {keys}");
    }
}

#[test]
fn a_finding_is_selected_again_after_its_row() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("ajjj");
    let finding = screen.app.audit.list.cursor;
    screen.press("<Enter>pp<Esc><Esc><Esc>");
    assert_shows(&screen, " Findings ");
    assert_eq!(screen.app.audit.list.cursor, finding);
}

#[test]
fn a_search_that_is_left_leaves_everything_as_it_was() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("jjj");
    let was = place(&screen);
    for search in ["/pods<Esc>", "/zzzz<Down><Esc>", ":node-07<Esc>", "ct12<Esc>c"] {
        screen.press(search);
        assert_eq!(place(&screen), was, "{search}");
        assert_shows(&screen, " 816/816 ");
    }
}

#[test]
fn a_target_that_was_moved_and_a_jump_to_the_end_are_taken_back() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("<Tab>");
    let was = place(&screen);
    screen.press("G");
    screen.press("<Left><Left>[");
    assert_ne!(place(&screen), was);
    screen.press("<Esc><Esc>");
    assert_eq!(place(&screen), was);
    // From pane to pane and back, one at a time.
    screen.press("<Tab><Esc>");
    assert_eq!(place(&screen), was);
    screen.press("32");
    assert_eq!(format!("{:?}", screen.app.focus), "Chain");
    // Without a slip of the target.
    screen.press("hl");
    assert!(place(&screen).contains("6293"), "{}", place(&screen));
}

/// Each of these is undone by one Esc, wherever the keyboard is.
#[test]
fn what_shows_something_in_another_way_is_undone() {
    let fold = "<Down><Down>";
    for (before, step) in [
        ("", "s"),
        ("", "ss"),
        ("", "b"),
        ("<Tab>", "z"),
        ("<Tab>gj", "z"),
        (&*format!("<Tab>g{fold}"), "<Enter>"),
        ("u", "s"),
        ("", "d"),
        ("<Tab>d", "<Tab>"),
    ] {
        let mut screen = Screen::demo("cluster", 120, 30);
        screen.press(before);
        let was = (place(&screen), screen.text());
        screen.press(step);
        screen.press("<Esc>");
        assert_eq!(place(&screen), was.0, "{before} {step}");
        assert_eq!(screen.text(), was.1, "{before} {step}");
    }
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("a");
    let was = screen.text();
    screen.press("<Enter>");
    assert_ne!(screen.text(), was, "a heading is folded");
    screen.press("<Esc>");
    assert_eq!(screen.text(), was);
}

#[test]
fn a_click_is_undone_and_the_wheel_only_where_it_leads_to_another_pane() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    use kinescope::tui::Message;

    let mouse = |screen: &mut Screen, kind, column, row| {
        let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        screen.send(Message::Mouse(event));
    };
    let mut screen = Screen::demo("cluster", 120, 30);
    let was = place(&screen);
    for (column, row) in [(10, 9), (60, 9), (10, 20)] {
        let before = place(&screen);
        mouse(&mut screen, MouseEventKind::Down(MouseButton::Left), column, row);
        assert_ne!(place(&screen), before);
    }
    screen.press("<Esc><Esc><Esc>");
    assert_eq!(place(&screen), was);
    mouse(&mut screen, MouseEventKind::ScrollDown, 60, 9);
    mouse(&mut screen, MouseEventKind::ScrollDown, 60, 9);
    screen.press("<Esc>");
    assert_eq!(place(&screen), was);
    mouse(&mut screen, MouseEventKind::ScrollDown, 10, 9);
    let moved = place(&screen);
    screen.press("<Enter><Esc>");
    assert_eq!(place(&screen), moved, "as after three times down");
}

/// What was looked for before, and how far a text was scrolled, outlive a line that is left.
#[test]
fn a_line_that_is_left_leaves_everything_as_it_was() {
    for (before, line) in [
        ("", "t58<Esc>"),
        ("<Tab>/SURV<Enter>", "t58<Esc>"),
        ("<Tab>/SURV<Enter>", ":pods<Esc>"),
        ("<Tab>/SURV<Enter>", "/dele<Esc>"),
        ("3jj", "t58<Esc>"),
        ("a/fork<Enter>", "/xyz<Esc>"),
        ("u/reg<Enter>", "/xyz<Esc>"),
        ("d", "t58<Esc>"),
    ] {
        let mut screen = Screen::demo("cluster", 90, 24);
        screen.press(before);
        let sought = screen.app.sought.clone();
        screen.press("<Up>");
        let was = screen.text();
        screen.press(line);
        assert_eq!(screen.text(), was, "{before} {line}");
        assert_eq!(screen.app.sought, sought, "{before} {line}");
    }
}

/// `t` shows the preview to type its target in.
#[test]
fn a_target_that_is_not_typed_leaves_no_preview() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("c");
    assert_shows_not(&screen, "compact to");
    screen.press("t58<Esc>");
    assert_shows_not(&screen, "compact to");
}

#[test]
fn the_last_view_is_one_key_away() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("-");
    assert_shows(&screen, "There is no view before this one.");
    let keys = place(&screen);
    screen.press("a");
    let findings = place(&screen);
    for _ in 0..3 {
        screen.press("-");
        assert_eq!(place(&screen), keys);
        screen.press("-");
        assert_eq!(place(&screen), findings);
    }
}

/// Rows and keys are found again in the table that was read since.
#[test]
fn the_way_back_outlives_a_reload() {
    use kinescope::source::{Event, scenario};
    use kinescope::tui::Message;

    let mut screen = Screen::demo("cluster", 120, 30);
    let was = place(&screen);
    screen.press("a<Enter>j<Enter>p");
    screen.app.start.once = None;
    screen.press("r");
    let table = scenario::find("cluster").expect("cluster").read().expect("a table");
    screen.send(Message::Source(Event::Opened(table.opened.clone())));
    screen.send(Message::Source(Event::Rows(table.rows)));
    screen.send(Message::Source(Event::Ended(Ok(()))));
    screen.press("<Esc><Esc><Esc><Esc>");
    assert_eq!(place(&screen), was);
}
