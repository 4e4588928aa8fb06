//! The words that the program uses, and where they are explained.

use kinescope::audit::{RULES, Severity};
use kinescope::display::glossary::{TERMS, term};
use kinescope::display::{Label, Shown, words};
use kinescope::history::compaction::{Effect, Policy, plan};
use kinescope::history::lanes::Item;
use kinescope::history::{History, KeyId, Kind};
use kinescope::source::{Options, text};
use kinescope::tui::overlays::help::view::SIGNS;

use crate::support::screen::{Screen, assert_shows, assert_shows_not};

/// Every word stands for itself: numbers and signs around it do not count.
fn parts(said: &str) -> impl Iterator<Item = String> {
    let said = said.split([',', ':', '→', '·']).map(|part| {
        let part = part.trim_matches(|char: char| !char.is_alphabetic());
        part.to_lowercase()
    });
    said.filter(|part| !part.is_empty()).collect::<Vec<_>>().into_iter()
}

/// What the labels, titles and states of a table's rows and keys say, as it is and compacted.
fn of_table(table: &[u8]) -> Vec<String> {
    let table = text::read(table, "here", &Options::default()).expect("a table");
    let mut history = History::new(table.opened.profile);
    history.extend(&table.rows).expect("rows");
    let current = history.current().expect("rows");
    let plan = plan(&history, current, Policy::DEFAULT.without_retain());
    let mut said = Vec::new();
    for (key, _) in history.keys().filter(|&(key, _)| key != KeyId::MARK) {
        let now = words::key_now(&history, key);
        said.extend(parts(&now).map(|part| part.split(" at").next().unwrap_or_default().into()));
        let effect = plan.effect_on(&history, key);
        for plan in [None, Some(&plan)] {
            let effect = effect.filter(|_| plan.is_some());
            let shown = Shown { plan, effect, batches: true, ..Shown::of(&history) };
            for at in history.rows_of(key) {
                let label = Label::of(&shown, Item::Row(at));
                said.extend(parts(&label.what).chain(parts(&label.fate)));
            }
        }
    }
    said
}

#[test]
fn explain_knows_every_word_of_labels_legends_findings_and_the_header() {
    let mut said: Vec<String> = Vec::new();
    for scenario in kinescope::source::scenario::SCENARIOS {
        said.extend(of_table(scenario.text));
    }
    let effects = [Effect::Resurrected, Effect::Reverted, Effect::Lost];
    said.extend(effects.map(words::effect_word).map(str::to_owned));
    let kinds = [Kind::Create, Kind::Update, Kind::Delete, Kind::Gap, Kind::Mark];
    said.extend(kinds.map(words::kind_word).map(str::to_owned));
    said.extend(Severity::ALL.map(|severity| severity.name().to_owned()));
    // A sign is called by what stands before its meaning, where that is not a whole clause.
    let signs = SIGNS.iter().filter_map(|(_, meaning)| meaning.split_once(':'));
    said.extend(signs.map(|(word, _)| word).filter(|word| !word.contains(' ')).map(str::to_owned));
    let header = Screen::demo("cluster", 200, 30).text();
    let header = header.lines().next().expect("a header");
    let header = header.trim_start_matches(" kinescope  demo cluster");
    let columns = header.split("  ").flat_map(|part| part.split('·'));
    said.extend(columns.flat_map(parts).filter(|word| !word.contains("tab-separated")));
    for word in ["created", "prev", "lease", "life"] {
        said.push(word.to_owned());
    }
    said.sort_unstable();
    said.dedup();
    assert!(said.len() > 20, "{said:?}");
    let is_explained = |word: &str| term(word).is_some() || RULES.iter().any(|it| it.name == word);
    let unknown: Vec<&String> = said.iter().filter(|word| !is_explained(word)).collect();
    assert_eq!(unknown, Vec::<&String>::new(), "of {said:?}");
}

#[test]
fn the_words_that_people_ask_for_are_explained() {
    let asked = "superseded, min-retain, backlog, batch, target, compact revision, current revision, \
                 verdict, layer, waiting, safe target, missing predecessor, horizon, collation, \
                 tombstone, lease, TTL, resurrected, returned, reverted, lost, zombie, stray, \
                 forgotten, fork, gap row, spelling, compact_rev_key, compact_rev_key_apiserver, \
                 pointer, points at, kine's own clock, tick, round";
    for word in asked.split(", ") {
        assert!(term(word).is_some(), "{word}");
    }
}

#[test]
fn the_help_turns_to_the_words_and_letters_choose_some() {
    for (width, height) in [(80, 24), (40, 10)] {
        let mut screen = Screen::demo("cluster", width, height);
        screen.press("?");
        insta::assert_snapshot!(format!("help_keys_{width}x{height}"), screen.text());
        screen.press("/batch");
        insta::assert_snapshot!(format!("help_keys_found_{width}x{height}"), screen.text());
        screen.press("<Enter><Tab>");
        insta::assert_snapshot!(format!("help_words_found_{width}x{height}"), screen.text());
        screen.press("<Esc>");
        insta::assert_snapshot!(format!("help_words_{width}x{height}"), screen.text());
    }
}

#[test]
fn escape_takes_the_letters_back_and_then_closes_the_help() {
    let mut screen = Screen::demo("incident-408", 100, 100);
    screen.press("?<Tab>/ZOMB");
    assert_shows(&screen, "find: ZOMB");
    assert_shows(&screen, "Another word for a key that is resurrected");
    assert_shows_not(&screen, "backlog");
    screen.press("xyz");
    assert_shows(&screen, "Nothing here has these letters.");
    screen.press("<Esc>");
    assert_shows(&screen, TERMS[0].name);
    assert_shows_not(&screen, "Nothing here has these letters.");
    screen.press("/zomb<Enter><Tab>");
    assert_shows(&screen, " Keys and signs found by zomb (Tab: words) ");
    screen.press("<Esc>");
    assert_shows(&screen, " Keys and signs (Tab: words) ");
    assert_shows(&screen, "quit at once");
    screen.press("<Esc>");
    assert_shows_not(&screen, "quit at once");
}
