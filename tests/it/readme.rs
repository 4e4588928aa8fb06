//! The README: its picture is the program's, and every command in it is run.

use std::path::Path;

use crate::support::screen::Screen;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    std::fs::read_to_string(path).expect("the README")
}

/// The picture in the README, between the fences that follow its comment.
#[test]
fn the_picture_is_the_real_screen() {
    let readme = readme();
    let (before, rest) = readme.split_once("<!-- screen:").expect("the picture's comment");
    let (comment, rest) = rest.split_once("```text\n").expect("the picture");
    let (picture, after) = rest.split_once("```\n").expect("the picture's end");
    let screen = Screen::demo("cluster", 116, 34).text();
    if std::env::var_os("UPDATE_README").is_some() {
        let text = format!("{before}<!-- screen:{comment}```text\n{screen}```\n{after}");
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), text)
            .expect("the README is written");
        return;
    }
    assert!(picture == screen, "UPDATE_README=1 tests/run writes this picture:\n{screen}");
}

/// What is between ```` ```sh ```` fences starts the explorer or the tests: the explorer is run in
/// `terminal.rs`, and the tests run now.
#[test]
fn commands_without_output_are_known() {
    let readme = readme();
    let commands: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|block| block.split_once("```"))
        .flat_map(|(block, _)| block.lines())
        .collect();
    assert_eq!(commands, ["cargo run --release -- demo", "tests/run"]);
}

#[test]
fn commands_with_output_print_it() {
    trycmd::TestCases::new()
        .register_bin("kinescope", Path::new(env!("CARGO_BIN_EXE_kinescope")))
        .env("LC_ALL", "C.UTF-8")
        .case("README.md");
}
