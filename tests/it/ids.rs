//! The ids of rows are written in plain digits wherever they stand, and can be pasted into SQL; only
//! what is counted has separators.
//!
//! The table has ids of ten digits and few rows, so that whatever has a separator would be an id.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io;

use kinescope::audit::{Baseline, Example, Levels, RULES, audit};
use kinescope::display::glossary::TERMS;
use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::Policy;
use kinescope::history::{Database, History, Profile, Row};
use kinescope::repair::{Choices, Repair};
use kinescope::report::{self, Audit, Page};
use kinescope::source::text;
use kinescope::source::text::Table;
use kinescope::source::{Found, Options};
use kinescope::tui::{Look, Message, Preferences, Start};

use crate::support::program::{file, run};
use crate::support::screen::{Screen, assert_shows};

/// A row of the table, by its number there.
const fn id(row: u64) -> u64 {
    2_000_000_000 + row
}

/// Row, key, what it was written for, and the row that it points at. Of everything that is said of a
/// row, or of a few rows, there is one.
const ROWS: &str = "
    10 compact_rev_key create 16
    11 /registry/returned update 1
    12 /registry/returned update 2
    13 /registry/stale delete 3
    14 /registry/uncompacted create
    15 /registry/uncompacted update 14
    16 /registry/uncompacted update 15
    17 /registry/forked create
    18 /registry/forked update 17
    19 /registry/forked update 17
    20 /registry/forked update 18
    21 /registry/forked update 19
    22 /registry/forked delete 20
    23 /registry/pointed-at create
    24 /registry/pointing create
    25 /registry/pointing update 23
    26 gap delete
    27 /registry/broken create
    29 /registry/broken update 28
    30 /registry/far-forward update 99
    31 /registry/forward create
    32 /registry/forward update 33
    33 /registry/forward update 31
    34 /registry/itself update 34
    35 /registry/created-twice create
    36 /registry/created-twice create 35
    37 /registry/written-dead create
    38 /registry/written-dead delete 37
    39 /registry/written-dead update 38
    40 /registry/odd-create create
    41 /registry/odd-create odd 40
    42 NULL update
    43 /registry/begun-twice create
    44 /registry/begun-twice create
    45 /registry/unreadable create
    46 /registry/unreadable blank 45
    47 /registry/lost-predecessor update 29
    48 /registry/live create
    49 /registry/live update 48
    50 /registry/leased create
    51 /registry/left blank
    52 /registry/left create
    53 /registry/leased update 52
    54 /registry/long create
    55 /registry/long update 54
    56 /registry/long update 55
    57 /registry/long update 56
    58 /registry/long update 57
    59 /registry/long update 58
    60 /registry/long update 59
    61 /registry/long update 60
    62 /registry/long update 61
    63 /registry/long update 62
    64 /registry/long update 63
    65 /registry/long update 64
    66 /registry/long update 65
    67 /registry/long update 66
    68 /registry/long update 67
    69 /registry/long update 68
    70 /registry/long update 69
";

const FORKED: &str = "/registry/forked";
const CURRENT: u64 = id(70);
const COMPACTED: u64 = id(16);

/// What stands in the way of a compaction, and what else cannot be in the same table.
const DAMAGE: [&str; 5] = [
    "28 /registry/broken update 10",
    "71 compact_rev_key create 17",
    "71 compact_rev_key create 90",
    "71 gap delete 70",
    "71 /registry/gone update 6\n72 /registry/gone delete 7",
];

/// The id and the name of each row.
fn rows() -> impl Iterator<Item = (u64, &'static str)> {
    ROWS.trim().lines().map(|line| {
        let mut words = line.split_whitespace();
        let row = words.next().and_then(|row| row.parse().ok()).expect("a row's number");
        (id(row), words.next().expect("a name"))
    })
}

/// Every key, as it is named.
fn keys() -> BTreeSet<&'static str> {
    rows().map(|(_, name)| name).filter(|name| name.starts_with('/')).collect()
}

/// The table as text. With `more` in it as well.
fn tsv(more: &str) -> String {
    let mut text = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n".to_owned();
    let mut created = HashMap::new();
    for line in ROWS.trim().lines().chain(more.lines()) {
        let [row, name, what, ref prev @ ..] = line.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("{line}: no row");
        };
        let id = |row: &str| id(row.parse().expect("a row's number"));
        let name = if name == "gap" { format!("gap-{}", id(row)) } else { name.to_owned() };
        let prev = prev.first().map_or(0, |prev| id(prev));
        let create_revision = match what {
            "create" => 0,
            "odd" => id("7"),
            _ => *created.get(&name).unwrap_or(&id("1")),
        };
        if what == "create" {
            created.insert(name.clone(), id(row));
        }
        let deleted = match what {
            "delete" => "1",
            "blank" => "NULL",
            _ => "0",
        };
        let row = id(row);
        let is_create = u8::from(what == "create");
        writeln!(text, "{row}\t{name}\t{is_create}\t{deleted}\t{create_revision}\t{prev}\t0")
            .expect("a string takes all");
    }
    text
}

/// The numbers in a text that have a comma between thousands.
fn separated(text: &str) -> BTreeSet<&str> {
    let is_separated = |number: &&str| {
        let (first, rest) = number.split_once(',').unwrap_or_default();
        matches!(first.len(), 1..=3) && rest.split(',').all(|digits| digits.len() == 3)
    };
    text.split(|char: char| char != ',' && !char.is_ascii_digit())
        .map(|number| number.trim_matches(','))
        .filter(is_separated)
        .collect()
}

/// Asserts that no number has separators but those counts, and that no id has separators of another
/// kind.
#[track_caller]
fn assert_plain(what: &str, text: &str, counts: &[&str]) {
    let mut separated = separated(text);
    separated.retain(|number| !counts.contains(number));
    assert!(separated.is_empty(), "{what}: {separated:?} in\n{text}");
    for separator in [" ", "_", ".", "'", "\u{a0}", "\u{2009}", "\u{202f}"] {
        let id = format!("2{separator}000{separator}000");
        assert!(!text.contains(&id), "{what}: {id} in\n{text}");
    }
}

/// Asserts that all of them are there, as they would be pasted.
#[track_caller]
fn assert_tells(what: &str, text: &str, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        let is_there =
            text.split(|char: char| !char.is_ascii_digit()).any(|number| number == id.to_string());
        assert!(is_there, "{what}: no {id} in\n{text}");
    }
}

/// Asserts that a sentence is there, wherever its lines end.
#[track_caller]
fn assert_says(text: &str, sentence: &str) {
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains(sentence), "no {sentence:?} in\n{text}");
}

#[test]
fn numbers_with_separators_are_found() {
    let text = "Stray: 5,226, 5,236 and 5,237; (1,234,567), 8,191 rows";
    let found = ["1,234,567", "5,226", "5,236", "5,237", "8,191"];
    assert_eq!(separated(text), found.into());
    let text =
        "Stray: 5226, 5236 and 5237, [2000000017,2000000018,0], {\"a\":1,\"b\":2}, 1,23, ,456,";
    assert_eq!(separated(text), BTreeSet::new());
}

/// A table that the program is asked about.
struct Asked {
    path: String,
    /// Holds the file.
    _directory: tempfile::TempDir,
}

impl Asked {
    fn about(table: &str) -> Self {
        let (directory, path) = file(table.as_bytes());
        let path = path.to_str().expect("the path is UTF-8").to_owned();
        Self { path, _directory: directory }
    }

    /// Runs a command on the table and asserts that all it says is plain.
    #[track_caller]
    fn says(&self, command: &str, arguments: &[&str], counts: &[&str]) -> String {
        let all = [&[command, &self.path][..], arguments].concat();
        let ran = run(&all);
        let said = format!("{}{}", ran.out, ran.err);
        let status = ran.status.expect("it ends by itself");
        assert!(status <= 3, "{all:?}: {status}: {said}");
        assert_plain(&format!("{all:?}"), &said, counts);
        said
    }
}

#[test]
fn every_chain_names_its_rows_in_plain_digits() {
    let table = Asked::about(&tsv(""));
    let target = id(30).to_string();
    for key in keys() {
        let of_key = || rows().filter(|&(_, name)| name == key).map(|(id, _)| id);
        for format in ["text", "json", "dot"] {
            let arguments = [key, "--format", format, "--all"];
            let said = table.says("show", &arguments, &[]);
            assert_tells(&said, &said, of_key());
            let aimed = [&arguments[..], &["--target", &target]].concat();
            table.says("show", &aimed, &[]);
            table.says("show", &[&arguments[..], &["--preview"]].concat(), &[]);
            table.says("show", &arguments[..3], &[]);
        }
    }
    let stray =
        format!("Revisions {} and {} are stray: the key's newest row, {}", id(19), id(21), id(22));
    assert_says(&table.says("show", &[FORKED], &[]), &stray);
}

#[test]
fn every_preview_names_its_rows_in_plain_digits() {
    let table = Asked::about(&tsv(""));
    let few: &[&str] = &["--compact-min-retain", "5", "--compact-batch-size", "7"];
    let targets = [16, 22, 30, 67, 70].map(|row| id(row).to_string());
    for format in ["text", "json", "markdown"] {
        for rows in [&["--format", format][..], &["--format", format, "--rows"]] {
            let said = table.says("preview", &[rows, few].concat(), &[]);
            // The target, and a key that comes back.
            assert_tells(format, &said, [CURRENT, COMPACTED, id(65), id(22), id(21)]);
            for target in &targets {
                let aimed = [rows, few, &["--target", target]].concat();
                assert_tells(format, &table.says("preview", &aimed, &[]), [CURRENT]);
                for kine in ["v0.5.0", "v0.6.0", "v0.11.12", "v0.13.2", "v0.14.0"] {
                    table.says("preview", &[&aimed[..], &["--kine", kine]].concat(), &[]);
                }
            }
            // Settings are counts.
            table.says("preview", rows, &["1,000"]);
        }
        for more in DAMAGE {
            let damaged = Asked::about(&tsv(more));
            damaged.says("preview", &[&["--format", format][..], few].concat(), &[]);
        }
        let unmarked: String = tsv("")
            .split_inclusive('\n')
            .filter(|line| !line.contains("compact_rev_key"))
            .collect();
        // Nothing was compacted then: how far it lags behind is the current revision itself.
        let backlog = "2,000,000,070";
        let unmarked = Asked::about(&unmarked);
        let arguments = ["--format", format, "--target", &targets[1]];
        unmarked.says("preview", &arguments, &[backlog, "1,000", "2,000,000"]);
    }
    for part in [["--since", &targets[1]], ["--prefix", "/registry/f"]] {
        let said = table.says("preview", &[few, &part].concat(), &[]);
        assert_tells(part[0], &said, [CURRENT]);
    }
}

#[test]
fn every_finding_names_its_rows_in_plain_digits() {
    let table = Asked::about(&tsv(""));
    for format in ["text", "json", "markdown"] {
        let said = table.says("audit", &["--format", format, "--all"], &["1,000"]);
        let rows = [
            11, 12, 13, 14, 18, 19, 21, 22, 23, 25, 26, 28, 29, 32, 33, 34, 35, 36, 38, 39, 41, 43,
            44, 46, 99,
        ];
        assert_tells(format, &said, rows.into_iter().map(id).chain([CURRENT, COMPACTED]));
        table.says("audit", &["--format", format], &["1,000"]);
        let part = ["--format", format, "--since", &id(20).to_string()];
        table.says("audit", &part, &["1,000"]);
    }
    for more in DAMAGE {
        let damaged = Asked::about(&tsv(more));
        damaged.says("audit", &[], &["1,000"]);
        damaged.says("usage", &["--compact-min-retain", "0"], &[]);
        damaged.says("show", &["compact_rev_key"], &[]);
    }
    let stray = format!("Stray: {} and {}.", id(19), id(21));
    assert_says(&table.says("audit", &[], &["1,000"]), &stray);
    let metrics = std::path::Path::new(&table.path).with_file_name("kine.prom");
    table.says("audit", &["--textfile", metrics.to_str().expect("UTF-8")], &["1,000"]);
    let written = std::fs::read_to_string(metrics).expect("the metrics");
    assert_plain("metrics", &written, &[]);
    assert_tells("metrics", &written, [CURRENT, COMPACTED]);
}

/// The same rows, as many revisions later.
fn raised(history: &History) -> History {
    let mut raised = History::new(history.profile().clone());
    for at in history.iter() {
        let row = history.row(at);
        // No row is 0, but the compact revision may be.
        let raise = |revision| if revision == 0 { 0 } else { id(revision) };
        let is_gap = row.name.is_some_and(|name| name.starts_with(b"gap-"));
        let gap = is_gap.then(|| format!("gap-{}", id(row.id)).into_bytes());
        let row = Row {
            id: id(row.id),
            name: gap.as_deref().or(row.name),
            create_revision: row.create_revision.map(raise),
            prev_revision: row.prev_revision.map(if history.is_mark(at) { id } else { raise }),
            ..row
        };
        raised.push(row).expect("the rows are in order");
    }
    raised
}

/// What is said of raised rows, as it is said of the others, if its ids are in plain digits.
fn lowered(text: &str) -> String {
    let mut lowered = String::new();
    for part in text.split_inclusive(|char: char| !char.is_ascii_digit()) {
        let number = part.trim_end_matches(|char: char| !char.is_ascii_digit());
        match number.parse::<u64>().ok().and_then(|number| number.checked_sub(id(0))) {
            Some(row) => lowered += &format!("{row}{}", &part[number.len()..]),
            None => lowered += part,
        }
    }
    lowered
}

#[test]
fn every_rule_tells_of_rows_in_plain_digits() {
    for &rule in RULES {
        let Example::Rows { broken, .. } = rule.example else { continue };
        // A table that was compacted to 0 is another one than where that is raised.
        if rule.name == "backlog" {
            continue;
        }
        let table = text::read(broken.as_bytes(), "here", &Options::default()).expect("a table");
        let mut history = History::new(table.opened.profile);
        history.extend(&table.rows).expect("the rows are in order");
        let raised = raised(&history);
        let [told, told_raised] = [&history, &raised].map(|history| -> Vec<String> {
            let findings = audit(history, true);
            findings.found.iter().map(|finding| findings.message(history, finding)).collect()
        });
        let lowered: Vec<String> = told_raised.iter().map(|message| lowered(message)).collect();
        assert_eq!(lowered, told, "{}: {told_raised:?}", rule.name);
    }
}

#[test]
fn what_fills_a_table_and_where_a_source_leads_are_told_in_plain_digits() {
    let table = Asked::about(&tsv(""));
    for format in ["text", "json", "markdown"] {
        let said = table.says("usage", &["--format", format, "--all"], &["1,000"]);
        assert_tells(format, &said, [CURRENT, COMPACTED]);
    }
    for format in ["text", "json"] {
        let said = table.says("connect", &["--format", format], &[]);
        assert_tells(format, &said, [CURRENT, COMPACTED]);
    }
}

#[test]
fn errors_name_revisions_in_plain_digits_and_separators_can_be_typed() {
    let table = Asked::about(&tsv(""));
    for (target, named) in
        [("2,000,000,099", [id(99), CURRENT]), ("2_000_000_009", [id(9), COMPACTED])]
    {
        for (command, key) in [("preview", None), ("show", Some(FORKED))] {
            let arguments: Vec<&str> = key.into_iter().chain(["--target", target]).collect();
            let said = table.says(command, &arguments, &[]);
            assert_tells(command, &said, named);
        }
    }
    let said = table.says(
        "preview",
        &["--target", "2,000,000,030", "--compact-min-retain", "0"],
        &["1,000"],
    );
    assert!(said.contains("target     2000000030\n"), "{said}");
}

/// What the manual says has nothing but counts in separators.
#[test]
fn the_manual_writes_revisions_in_plain_digits() {
    let list = run(&["explain"]).out;
    let mut pages = vec![list];
    let terms = TERMS.iter().map(|term| term.name);
    let rules = report::text::explain::rules().into_iter().map(|rule| rule.name);
    pages.extend(rules.chain(terms).map(|word| run(&["explain", word]).out));
    pages.push(run(&["--help"]).out);
    let commands = [
        "demo", "show", "preview", "audit", "handover", "usage", "keys", "diff", "compare",
        "export", "connect", "explain", "help",
    ];
    pages.extend(commands.map(|command| run(&[command, "--help"]).out));
    for page in &pages {
        assert!(!page.is_empty());
        // Backlogs, batches, and what is retained.
        assert_plain("the manual", page, &["200,000", "100,000", "3,603", "1,000"]);
    }
    assert_tells("the manual", &pages.concat(), [2_147_483_647]);
}

/// The table as a server with old columns has it.
fn on_a_server() -> Table {
    let mut table = text::read(tsv("").as_bytes(), "here", &Options::default()).expect("a table");
    let mut database = Database::kine_default();
    for column in database.columns.iter_mut().filter(|it| it.full_type.starts_with("bigint")) {
        "int(11)".clone_into(&mut column.full_type);
    }
    table.opened.profile =
        Profile { database: Some(Box::new(database)), ..Profile::kine_default() };
    table
}

/// How many revisions its columns have left.
const LEFT: &str = "147,483,577";

fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory can be written to");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

#[test]
fn what_a_server_tells_and_its_repair_are_in_plain_digits() {
    let table = on_a_server();
    let mut history = History::new(table.opened.profile);
    history.extend(&table.rows).expect("the rows are in order");
    let table = report::Table {
        made: None,
        source: "here",
        kind: "MariaDB",
        history: &history,
        notes: &[],
        unread: &[],
        unread_rows: 0,
        partial: None,
    };
    let levels = Levels::default();
    let audit = Audit::new(table, &levels, &Baseline::default(), Policy::DEFAULT, true);
    let page = Page { width: None, glyphs: Glyphs::Unicode, theme: Theme::DEFAULT, color: false };
    for text in [
        written(|out| report::text::audit(out, page, &audit)),
        written(|out| report::markdown::audit(out, &audit)),
        written(|out| report::json::audit(out, &audit)),
    ] {
        assert_plain("an audit", &text, &[LEFT, "1,000"]);
        assert_tells("an audit", &text, [2_147_483_647, CURRENT]);
        assert!(text.contains(LEFT), "{text}");
    }
    report::sql::check(&table).expect("it can be repaired");
    let repair = Repair::of(table.history, &audit.verdict, &Choices::default());
    let text = written(|out| report::sql::repair(out, &table, &audit.verdict, &repair));
    assert_plain("a repair", &text, &[]);
    assert_tells("a repair", &text, [id(19), id(21), id(22), CURRENT]);
}

/// The explorer on that table.
fn screen(width: u16, height: u16, glyphs: Glyphs) -> Screen {
    let start = Start {
        label: "here".to_owned(),
        look: Look { glyphs, theme: Theme::DEFAULT },
        preferences: Preferences::default(),
        policy: Policy { min_retain: 5, batch_size: 7, ..Policy::DEFAULT },
        watch: None,
        target: None,
        key: Some(FORKED.as_bytes().to_vec()),
        preview: true,
        at: None,
        once: None,
        following: kinescope::tui::Following::default(),
    };
    let mut screen = Screen::start(start, width, height);
    screen.read(on_a_server());
    screen
}

/// A screen of every size, in either set of characters.
fn everywhere(look: impl Fn(&mut Screen)) {
    for (width, height, glyphs) in [
        (40, 10, Glyphs::Unicode),
        (80, 24, Glyphs::Ascii),
        (120, 40, Glyphs::Unicode),
        (200, 60, Glyphs::Ascii),
    ] {
        look(&mut screen(width, height, glyphs));
    }
}

#[track_caller]
fn assert_screen(what: &str, screen: &Screen) {
    assert_plain(&format!("{what}, {}", screen.app.size), &screen.text(), &[LEFT]);
}

/// Presses keys, and looks after each of them.
#[track_caller]
fn press(screen: &mut Screen, keys: &[&str]) {
    for keys in keys {
        screen.press(keys);
        assert_screen(keys, screen);
    }
}

#[test]
fn every_row_of_the_explorer_is_in_plain_digits() {
    everywhere(|screen| {
        assert_screen("the start", screen);
        press(screen, &["?", "<PgDn>", "<PgDn>", "<Esc>"]);
        for modes in ["", "b", "z", "d", "dc", "z"] {
            press(screen, &[modes]);
            for (row, _) in rows() {
                screen.press(&format!(":{row}<Enter>"));
                assert_screen(modes, screen);
                if screen.app.prompt.is_some() {
                    screen.press("<Esc>");
                }
                // On the others there is a pane in the way.
                if screen.app.size.width >= 120 && row != id(42) && modes != "d" {
                    assert_shows(screen, &format!(" Revision {row} "));
                }
            }
        }
    });
}

#[test]
fn every_list_of_the_explorer_is_in_plain_digits() {
    everywhere(|screen| {
        press(screen, &["g"]);
        for _ in keys() {
            press(screen, &["j", "<Tab>", "j", "j", "<Tab>", "j", "<Tab>"]);
        }
        press(screen, &["s", "s", "s", "f", "f", "f"]);
        press(screen, &["a", "g"]);
        (0..80).for_each(|_| press(screen, &["j"]));
        press(screen, &["<Enter>", "<Esc>", "a", "u", "g"]);
        for _ in 0..30 {
            press(screen, &["j"]);
        }
        press(screen, &["g", "<Enter>", "j", "j", "<BS>", "<Esc>"]);
    });
    let mut screen = screen(120, 40, Glyphs::Unicode);
    assert_tells("the header", &screen.text(), [CURRENT, COMPACTED]);
    screen.press("ag");
    let mut shown = String::new();
    for _ in 0..80 {
        shown += &screen.press("j").text();
    }
    assert_tells("findings", &shown, [11, 13, 18, 24, 29, 32, 34, 36, 39, 41, 43].map(id));
}

#[test]
fn every_target_of_the_explorer_is_in_plain_digits() {
    everywhere(|screen| {
        press(screen, &["{", ")", ")", ")", "]", "]", "h", "l", "(", "[", "}", "b", "d", "d"]);
        for row in 16..=70 {
            screen.press(&format!("t{}<Enter>", id(row)));
            assert_screen("a target", screen);
            assert_tells("a target", &screen.text(), [id(row)]);
        }
        for _ in 0..8 {
            press(screen, &["{", "]", "]", "}"]);
        }
    });
}

#[test]
fn notices_are_in_plain_digits_and_separators_can_be_typed() {
    let between = format!("the nearest are {} and {}", id(27), id(29));
    let notices = [
        (":2,000,000,028<Enter>", format!("Revision {} is not in the table; {between}.", id(28))),
        (":2_000_000_005<Enter>", format!("; the first is {}.", id(10))),
        (":2,000,000,099<Enter>", format!("; the last is {CURRENT}.")),
        (":2,000,000,042<Enter>", format!("The name of revision {} is NULL", id(42))),
        (
            "t2,000,000,099<Enter>",
            format!("target {} is beyond the current revision {CURRENT}.", id(99)),
        ),
        (
            "t2,000,000,009<Enter>",
            format!("target {} is before the compact revision {COMPACTED}.", id(9)),
        ),
        // Where the broken link leads.
        (":2000000029<Enter>p", format!("Revision {} is not in the table.", id(28))),
    ];
    everywhere(|screen| {
        for (keys, notice) in &notices {
            screen.press(keys);
            if screen.app.size.width >= 120 {
                assert_shows(screen, notice);
            }
            // What was typed is still there, as it was typed.
            if let Some(prompt) = &mut screen.app.prompt {
                prompt.input.reset();
            }
            assert_screen(notice, screen);
            screen.press("<Esc>");
        }
        for prompt in [":", "t"] {
            press(screen, &[prompt, "<Esc>"]);
        }
        screen.press(":2,000,000,029<Enter>");
        let row = screen.app.row().map(|at| screen.app.table.history.id(at));
        assert_eq!(row, Some(id(29)));
        screen.press("t2,000,000,030<Enter>");
        assert_tells("the target", &screen.text(), [id(30)]);
    });
}

#[test]
fn values_are_titled_in_plain_digits() {
    everywhere(|screen| {
        for found in [Found::Gone, Found::Another(None), Found::Unknown("why".to_owned())] {
            screen.press(&format!(":{}<Enter>V", id(20)));
            assert_screen("a value is waited for", screen);
            screen.send(Message::Found(found));
            press(screen, &["<Tab>", "<Tab>", "<Tab>"]);
            assert_tells("a value", &screen.text(), [id(20)]);
            screen.press("q");
        }
    });
}
