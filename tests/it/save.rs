//! `:save FILE` writes a report of what is shown to a new file, and `:theme` chooses the colours.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use kinescope::display::{Background, Palette, Theme};
use kinescope::tui::save::{Format, Report, Saving};
use kinescope::tui::{Command, Message, NamedTheme};

use crate::support::pty::Pty;
use crate::support::screen::{Screen, assert_shows, assert_shows_not};

fn saved(screen: &mut Screen, keys: &str) -> Saving {
    screen.commands.clear();
    screen.press(keys);
    match screen.commands.pop() {
        Some(Command::Save(saving)) => saving,
        other => panic!("{keys}: {other:?}\n{}", screen.text()),
    }
}

#[test]
fn what_is_shown_is_what_is_saved() {
    let mut screen = Screen::demo("cluster", 120, 40);
    let mut what = |keys: &str| saved(&mut screen, keys).report.words();
    assert_eq!(what(":save x.txt<Enter>"), "the preview");
    assert_eq!(what("a:save x.md<Enter>"), "the audit");
    assert_eq!(what("u:save x.json<Enter>"), "what fills the table");
    assert_eq!(what("u<Enter>:save x.dot<Enter>"), "the chain");
    assert_eq!(what("d:save x<Enter>"), "the chain before and after");
    assert_eq!(what("q?:save x<Enter>"), "the help");
    assert_eq!(what(":w x<Enter>"), "the help");
    assert_eq!(what("i:save a file with spaces.txt<Enter>"), "what is known of the table");
    assert_eq!(what("<Esc>1c:save x<Enter>"), "the list of keys");
}

#[test]
fn files_are_offered_and_the_end_of_a_name_says_the_format() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":save ");
    assert_shows(&screen, "preview.md");
    assert_shows(&screen, "the preview as Markdown");
    let saving = saved(&mut screen, "<Down><Down><Enter>");
    let expected =
        Saving { report: Report::Preview, format: Format::Json, path: "preview.json".to_owned() };
    assert_eq!(saving, expected);
    assert_eq!(saved(&mut screen, ":save /tmp/now.MD<Enter>").format, Format::Markdown);
    screen.press(":save x.dot<Enter>");
    assert_shows(&screen, "There is no dot for Graphviz of the preview, only .txt, .md, .json.");
    assert_shows(&screen, " : save x.dot");
}

/// In the real program, which writes it.
#[test]
fn a_report_goes_into_a_new_file_and_never_into_one_that_is_there() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    fs::write(at("old.md"), "mine").expect("a file");
    std::os::unix::fs::symlink(at("nothing"), at("link")).expect("a link");
    let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let mut pty = Pty::start(program, &["demo", "cluster"], 120, 40);
    pty.wait_for("☠ 3 resurrected").wait_for("/registry/minions/node-02 ─");
    let mut save = |keys: &str, name: &str, said: &str| {
        pty.press(&format!("{keys}:save {}\r", at(name).display())).wait_for(said);
    };
    save("", "preview.json", "Saved the preview in ");
    save("a", "audit.md", "Saved the audit in ");
    save("a", "preview.txt", "Saved the preview in ");
    save("\t", "chain.dot", "Saved the chain in ");
    // What was typed is still there, to be mended.
    save("", "old.md", "There is no Markdown of the chain");
    pty.press("\x1b").wait_until_gone("There is no Markdown");
    pty.press("1");
    let mut save = |name: &str, said: &str| {
        let typed = format!("save {}", at(name).display());
        pty.press(&format!(":{typed}\r")).wait_for(said).wait_for(&typed);
        pty.press("\x1b").wait_until_gone(said);
    };
    save("old.md", "is there already, and is not written over.");
    save("link", "is there already, and is not written over.");
    save("no such directory/x.txt", "There is no such directory to put");
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
    assert_eq!(fs::read_to_string(at("old.md")).expect("it is there"), "mine");
    assert!(!at("nothing").exists());
    let read = |name: &str| fs::read_to_string(at(name)).expect("it was written");
    let mode = fs::metadata(at("audit.md")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(read("preview.json").contains("\"schema\": \"kinescope.preview/v1\""));
    assert!(read("preview.json").contains("\"removed\": 5614"), "{}", read("preview.json"));
    assert!(read("audit.md").contains("fork"));
    assert!(read("chain.dot").contains("digraph"));
    let text = read("preview.txt");
    assert!(text.contains("removes 5,614 of 7,293 rows") && !text.contains('\x1b'), "{text}");
}

fn themes() -> Vec<NamedTheme> {
    let theme = |name: &str, palette, asks_background| NamedTheme {
        name: name.to_owned(),
        help: format!("the theme {name}"),
        theme: Theme::of(palette),
        asks_background,
    };
    vec![
        theme("auto", Palette::Own, true),
        theme("light", Palette::Light, false),
        theme("mono", Palette::Mono, false),
    ]
}

#[test]
fn a_theme_is_chosen_at_once() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press(":theme light<Enter>");
    assert_shows(&screen, "There are no colours: NO_COLOR or --color turns them off.");
    screen.press("<Esc>");
    screen.app.start.preferences.themes = themes();
    let palette = |screen: &Screen| screen.app.start.look.theme;
    screen.press(":theme <Tab><Tab>");
    assert_shows(&screen, " : theme light");
    assert_shows(&screen, "the theme mono");
    screen.press("<Enter>");
    assert_eq!(palette(&screen), Theme::of(Palette::Light));
    assert_shows(&screen, "The theme is light.");
    screen.press(":theme dusk<Enter>");
    assert_shows(&screen, "After theme comes one of auto, light, mono.");
    screen.press("<Esc>");
    assert_shows_not(&screen, "After theme");
    // What hangs on the background asks for it, once.
    screen.commands.clear();
    screen.press(":theme auto<Enter>");
    assert!(matches!(screen.commands.pop(), Some(Command::AskBackground)));
    screen.send(Message::Background(Background::Dark));
    assert_eq!(palette(&screen), Theme::of(Palette::Dark));
    // Over a text, which stays.
    screen.press("?:theme mono<Enter>:theme auto<Enter>");
    assert_eq!(palette(&screen), Theme::of(Palette::Dark));
    assert_shows(&screen, " Keys and signs ");
    assert!(screen.commands.is_empty());
    screen.press(":theme light<Enter>");
    screen.send(Message::Background(Background::Dark));
    assert_eq!(palette(&screen), Theme::of(Palette::Light), "it does not hang on that");
}
