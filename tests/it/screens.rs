//! Screens as pictures.

use crate::support::screen::Screen;

#[test]
fn the_explorer_on_an_incident() {
    let screen = Screen::demo("incident-408", 120, 30);
    insta::assert_snapshot!(screen.planes());
}

#[test]
fn the_explorer_on_a_cluster() {
    for (width, height) in [(120, 40), (80, 24), (40, 10), (200, 60)] {
        let mut screen = Screen::demo("cluster", width, height);
        screen.press("<Enter>");
        insta::assert_snapshot!(format!("cluster_{width}x{height}"), screen.text());
    }
}
