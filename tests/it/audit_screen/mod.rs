//! The audit in the explorer: keys in, findings and where they lead out.

mod passes;

use kinescope::audit::Severity;
use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{History, Row, Rows};
use kinescope::source::Options;
use kinescope::source::scenario::{self, Scenario};
use kinescope::source::text;
use kinescope::source::text::Table;

use crate::support::screen::{Screen, assert_shows, assert_shows_not, start};

fn scenario(name: &str) -> &'static Scenario {
    scenario::find(name).expect("there is such a scenario")
}

fn read(name: &str) -> Table {
    scenario(name).read().expect("the scenario is a table")
}

/// A screen without a preview and without a word about what to look at.
fn plain(width: u16, height: u16) -> Screen {
    let mut start = start(scenario("gaps"));
    (start.preview, start.watch, start.key) = (false, None, None);
    "here".clone_into(&mut start.label);
    Screen::start(start, width, height)
}

/// A screen on a table as text.
fn on(text: &str, width: u16, height: u16) -> Screen {
    let table = text::read(text.as_bytes(), "here", &Options::default());
    let mut screen = plain(width, height);
    screen.read(table.expect("a table"));
    screen
}

/// The cluster as the compaction of the incident left it: the rows of `incident-after`.
fn compacted(width: u16, height: u16) -> Screen {
    let table = read("cluster");
    let mut history = History::new(table.opened.profile.clone());
    history.extend(&table.rows).expect("the rows are in the order of their ids");
    let plan = plan(&history, 6293, Policy::DEFAULT);
    let left = history
        .iter()
        .filter(|&at| plan.survives(at))
        .map(|at| Row { prev_revision: plan.prev_after(&history, at), ..history.row(at) });
    let rows: Rows = left.collect();
    let mut screen = plain(width, height);
    screen.read(Table { rows, ..table });
    screen
}

const HEALTHY: &str = "id,name,created,deleted,create_revision,prev_revision,lease\n\
                       1,compact_rev_key,1,0,0,0,0\n\
                       2,/registry/pods/a,1,0,0,0,0\n\
                       3,/registry/pods/a,0,0,2,2,0\n";

#[test]
fn findings_are_listed_beside_their_chain_and_what_they_mean() {
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        let mut screen = Screen::demo("cluster", width, height);
        screen.press("ca");
        insta::assert_snapshot!(format!("rule_{width}x{height}"), screen.text());
        screen.press("jjc");
        let picture = if width == 120 { screen.planes() } else { screen.text() };
        insta::assert_snapshot!(format!("finding_{width}x{height}"), picture);
    }
}

#[test]
fn what_a_compaction_left_of_an_incident_is_found() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut screen = compacted(width, height);
        screen.press("aj");
        insta::assert_snapshot!(format!("compacted_{width}x{height}"), screen.text());
    }
}

#[test]
fn a_healthy_table_is_said_to_have_no_findings_and_what_was_not_checked() {
    for (width, height) in [(120, 24), (40, 10)] {
        let mut screen = on(HEALTHY, width, height);
        screen.press("a");
        insta::assert_snapshot!(format!("healthy_{width}x{height}"), screen.text());
    }
    let mut screen = on(HEALTHY, 120, 30);
    screen.press("aj");
    assert_shows(&screen, "13 rules could not be");
    assert_shows(&screen, "They need a database, and");
    screen.press("j");
    assert_shows(&screen, "Not checked: they need a");
    screen.press("<Enter>f");
    assert_shows(&screen, "Select a rule that found something.");
}

/// Where the cursor of the chain is.
fn revision(screen: &Screen) -> Option<u64> {
    screen.app.row().map(|at| screen.app.table.history.id(at))
}

#[test]
fn the_chain_and_the_details_follow_what_is_selected() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("aj");
    // What comes back is listed first.
    assert_eq!(revision(&screen), Some(5122));
    assert_shows(&screen, "┌ /registry/minions/node-02 ");
    assert_shows(&screen, "⊗ error: fork");
    assert_shows(&screen, "Revisions 5122 and 5123");
    assert_shows(&screen, "Why it matters");
    // Another finding of the same key, which a fold would hide.
    screen.press("j");
    assert_eq!(revision(&screen), Some(5226));
    screen.press("jjj");
    assert_eq!(revision(&screen), Some(5194));
    assert_shows(&screen, "┌ /registry/minions/node-05 ");
    // In the chain, the row comes first; the finding is still there.
    screen.press("<Tab>j");
    assert_ne!(revision(&screen), Some(5194));
    assert_shows(&screen, "┌ Revision 5");
    screen.press("<Tab>G");
    assert_shows(&screen, "What to do");
    screen.press("<Tab>k");
    assert_eq!(revision(&screen), Some(5450));
    screen.press("g");
    assert_eq!(screen.app.key(), None);
    assert_shows(&screen, "Select a finding of the rule to see its");
    assert_shows(&screen, "What it finds");
}

#[test]
fn a_finding_leads_to_its_key() {
    let mut screen = Screen::demo("cluster", 120, 40);
    screen.press("/health<Enter>ajj<Enter>");
    assert_shows(&screen, " Keys ");
    assert_eq!(revision(&screen), Some(5226));
    assert_shows(&screen, "┌ Revision 5226 ");
    // Enter went to the chain: j is its next row.
    screen.press("j");
    assert_ne!(revision(&screen), Some(5226));
    // Back in the list of findings, everything is as it was.
    screen.press("a");
    assert_eq!(revision(&screen), Some(5226));
    // And back again by Esc, the key stays selected.
    let key = screen.app.key();
    screen.press("<Esc>");
    assert_shows(&screen, " Keys ");
    assert_eq!(screen.app.keys.selected, key);
    screen.press("aga");
    assert_eq!(screen.app.keys.selected, key, "a heading is about no key");
}

#[test]
fn rules_are_folded_and_unfolded() {
    let mut screen = Screen::demo("cross-key", 120, 40);
    screen.press("a");
    let all = screen.app.audit.list.len();
    screen.press("<Enter>");
    assert_eq!(screen.app.audit.list.len(), all - 3);
    assert_shows(&screen, "▸ ⊗ foreign-pointer");
    screen.press("j");
    assert_shows(&screen, "warning: forgotten-row");
    screen.press("k<Enter>");
    assert_shows(&screen, "▾ ⊗ foreign-pointer");
    assert_eq!(screen.app.audit.list.len(), all);
}

#[test]
fn a_rule_that_found_much_begins_folded() {
    let mut text = String::from("id,name,created,deleted,create_revision,prev_revision\n");
    text += "1,compact_rev_key,1,0,0,0\n";
    (2..30).for_each(|id| text += &format!("{id},/registry/pods/{id},0,0,1,{}\n", id + 100));
    let mut screen = on(&text, 120, 40);
    screen.press("a");
    assert_shows(&screen, "▸ ⊗ forward-pointer                    28 ");
    assert_shows_not(&screen, "/registry/pods/");
    screen.press("<Enter>j");
    assert_shows(&screen, "▾ ⊗ forward-pointer                    28 ");
    assert_eq!(revision(&screen), Some(10), "names are in order: 10 comes before 2");
    // It stays as it was put, also when the table is read again.
    screen.press("r");
    let table = text::read(text.as_bytes(), "here", &Options::default());
    screen.read(table.expect("a table"));
    assert_shows(&screen, "▾ ⊗ forward-pointer                    28 ");
}

#[test]
fn keys_are_filtered_by_what_was_found() {
    let mut screen = Screen::demo("cluster", 120, 30);
    screen.press("cf");
    assert_shows(&screen, " Keys with findings ");
    assert_shows(&screen, " 7/816 ");
    screen.press("f");
    assert_shows(&screen, " 816/816 ");
    for keys in ["af", "ajjjf"] {
        screen.press(keys);
        assert_shows(&screen, " Keys ");
        assert_shows(&screen, " Keys with fork ");
        assert_shows(&screen, "7 keys with a finding of fork.");
        // Back to the findings, and to every key.
        screen.press("<Esc>");
        assert_shows(&screen, " Findings ");
        screen.press("<Esc>");
        assert_shows(&screen, " 816/816 ");
    }
    screen.press("aff");
    assert_shows(&screen, " 816/816 ");
}

#[test]
fn keys_carry_their_worst_finding() {
    let text = "id,name,created,deleted,create_revision,prev_revision,lease\n\
                1,compact_rev_key,1,0,0,0,0\n\
                2,/registry/pods/a,1,0,0,0,0\n\
                3,/registry/pods/a,0,0,2,2,0\n\
                4,/registry/pods/b,1,0,0,0,0\n\
                5,/registry/pods/b,0,0,4,2,0\n";
    let mut screen = on(text, 120, 30);
    let worst =
        screen.app.table.history.keys().filter_map(|(key, _)| screen.app.audit.worst(key)).max();
    assert_eq!(worst, Some(Severity::Error));
    assert_shows(&screen, "⊗ ● /registry/pods/b");
    assert_shows_not(&screen, "⊗ ● /registry/pods/a");
    screen.press("ss");
    let first = screen.app.keys.shown[0];
    assert_eq!(screen.app.table.history.name(first), b"/registry/pods/b");
}

#[test]
fn a_finding_about_the_table_leads_to_no_key() {
    let text = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n\
                1\tcompact_rev_key\t1\t0\t0\t0\t0\n\
                2\tNULL\t1\t0\t0\t0\t0\n";
    let mut screen = on(text, 120, 40);
    screen.press("aj");
    assert_shows(&screen, "error: null-value");
    assert_shows(&screen, "This concerns no key");
    // The row is told of all the same.
    screen.press("<Tab>");
    assert_shows(&screen, "┌ Revision 2 ");
    screen.press("<Esc><Enter>");
    assert_shows(&screen, "The name of revision 2 is NULL: it belongs to no key.");
    assert_shows(&screen, " Findings ");

    let mut screen = Screen::demo("gaps", 120, 40);
    screen.press("aj");
    assert_shows(&screen, "This concerns no key");
    screen.press("<Enter>");
    assert_shows(&screen, "This concerns the table as a whole, not a key.");
    assert_shows(&screen, " Findings ");
    screen.press("f");
    assert_shows(&screen, "concerns no key");
}

#[test]
fn no_size_and_no_key_breaks_the_list_of_findings() {
    let keys = [
        "a", "j", "<Tab>", "j", "p", "n", "a", "<Tab>", "<Tab>", "<Enter>", "<Enter>", "c", "G",
        "<Enter>", "z", "a", "d", "f", "f", "a", "f", "f", "a", "/", "n", "<Enter>", "a", "s", "a",
        ":", "2", "<Enter>", "a", "r", "?", "<Esc>", "<PgDn>", "<Esc>", "<Esc>",
    ];
    let all = [Glyphs::Unicode, Glyphs::Ascii];
    for scenario in scenario::SCENARIOS {
        for (width, height) in [(1, 1), (39, 9), (40, 10), (79, 15), (80, 16), (110, 24), (300, 99)]
        {
            let both = matches!(width, 40 | 110);
            for glyphs in if both { &all[..] } else { &all[..1] } {
                let glyphs = *glyphs;
                let mut start = start(scenario);
                (start.look.glyphs, start.look.theme) = (glyphs, Theme::MONO);
                let mut screen = Screen::start(start, width, height);
                screen.read(scenario.read().expect("a table"));
                for key in keys {
                    screen.press(key);
                    let text = screen.text();
                    assert_eq!(text.lines().count(), usize::from(height));
                    let odd: Vec<char> = text.chars().filter(|char| !char.is_ascii()).collect();
                    assert!(glyphs == Glyphs::Unicode || odd.is_empty(), "{odd:?} on\n{text}");
                }
            }
        }
    }
}
