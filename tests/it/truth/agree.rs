//! Random tables: every report and the explorer's words say of each row what is so.
//!
//! `KINESCOPE_TABLES` is how many tables are looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use kinescope::audit::{Baseline, Levels, Severity};
use kinescope::display::{Glyphs, Label, Shown, Theme, words};
use kinescope::history::compaction::{Algorithm, Effect, Plan, Policy, Prospect, plan};
use kinescope::history::lanes::Item;
use kinescope::history::{History, KeyId, Revision};
use kinescope::report::{self, Audit, Chain, Page, Preview};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};

use super::oracle::{Oracle, Truth, Why};
use super::table::{Table, table};

fn tables() -> u32 {
    let tables = std::env::var("KINESCOPE_TABLES").ok();
    let tables = tables.map(|text| text.parse().expect("KINESCOPE_TABLES is a number"));
    tables.unwrap_or(10_000)
}

/// A quarter of the tables, so that they are looked at side by side.
fn a_quarter() -> Result<(), TestError<(u64, Vec<u64>)>> {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(ProptestConfig { cases: tables().div_ceil(4), ..config });
    runner.run(&(any::<u64>(), vec(any::<u64>(), 1..10)), |(how, numbers)| {
        let table = table(how, &numbers);
        let told = std::panic::catch_unwind(|| agree(&table, how));
        prop_assert!(told.is_ok(), "{}", drawn(&table));
        Ok(())
    })
}

#[test]
fn everybody_says_the_same_of_a_row() -> Result<(), TestError<(u64, Vec<u64>)>> {
    a_quarter()
}

#[test]
fn everybody_says_the_same_of_a_row_2() -> Result<(), TestError<(u64, Vec<u64>)>> {
    a_quarter()
}

#[test]
fn everybody_says_the_same_of_a_row_3() -> Result<(), TestError<(u64, Vec<u64>)>> {
    a_quarter()
}

#[test]
fn everybody_says_the_same_of_a_row_4() -> Result<(), TestError<(u64, Vec<u64>)>> {
    a_quarter()
}

/// The table, a line a row.
fn drawn(table: &Table) -> String {
    let rows: String = table.rows.iter().map(|row| format!("{row:?}\n")).collect();
    format!("{rows}{:?}", table.profile)
}

fn agree(table: &Table, how: u64) {
    let oracle = Oracle::of(table);
    let history = table.history();
    let policy = Policy { batch_size: 1 << 40, ..Policy::DEFAULT.without_retain() };
    compactions(&history, &oracle, policy);
    horizon(table, &history, &oracle);
    let read = report::Table {
        made: None,
        source: "here",
        kind: "rows",
        history: &history,
        notes: &[],
        unread: &[],
        unread_rows: 0,
        partial: None,
    };
    // The text and the JSON say each message as it is.
    audits(read, &oracle, how);
    let preview =
        Preview::new(read, None, Policy { algorithm: Algorithm::Request, ..policy }, true);
    let removed = previews(&preview, &oracle);
    let verdict = preview.verdict.as_ref().expect("all was asked for");
    for (key, _) in history.keys().filter(|&(key, _)| key != KeyId::MARK) {
        let chain =
            Chain { table: read, key, verdict, plan: Some(&preview.plan), all: true, times: None };
        let document: json::Chain = json(|out| report::json::chain(out, &chain));
        for row in &document.rows {
            let truth = &oracle.rows[&row.id];
            let fate = if removed.contains(&row.id) { "removed" } else { "survives" };
            assert_eq!(row.fate, fate, "{row:?}");
            let is_carried_out = is_carried_out(&preview.plan, &history);
            let is_forgotten = truth.standing == "forgotten" && is_carried_out;
            assert_eq!(row.reason == "forgotten", is_forgotten, "{row:?}");
        }
        chains(&Chain { plan: None, ..chain }, &document, &oracle);
    }
    explored(&history, &oracle, None);
    explored(&history, &oracle, Some(&preview.plan));
}

/// What is looked at of the documents.
mod json {
    use std::collections::BTreeSet;

    use serde::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct Audit {
        pub(super) findings: Vec<Finding>,
        pub(super) compacted_effective: Option<u64>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    pub(super) struct Finding {
        pub(super) rule: String,
        pub(super) revisions: BTreeSet<u64>,
        pub(super) message: String,
    }

    #[derive(Deserialize)]
    pub(super) struct Preview {
        pub(super) removed: BTreeSet<u64>,
        pub(super) survivors: Vec<Survivor>,
    }

    #[derive(Deserialize)]
    pub(super) struct Survivor {
        pub(super) id: u64,
    }

    #[derive(Deserialize)]
    pub(super) struct Chain {
        pub(super) rows: Vec<Row>,
    }

    #[derive(Debug, Deserialize)]
    pub(super) struct Row {
        pub(super) id: u64,
        pub(super) standing: String,
        pub(super) link: Link,
        pub(super) fate: String,
        pub(super) reason: String,
    }

    #[derive(Debug, Deserialize)]
    pub(super) struct Link {
        pub(super) why: Option<String>,
    }
}

/// Whether a plan goes as far as the table does.
fn is_carried_out(plan: &Plan, history: &History) -> bool {
    plan.transactions > 0 && Some(plan.reached) == history.current()
}

/// Of the rows of keys, one DELETE up to the current revision leaves the newest ones and those that
/// are forgotten. In batches others may stay, where a row points forward.
fn compactions(history: &History, oracle: &Oracle, policy: Policy) {
    let current = history.current().unwrap_or_default();
    for (algorithm, batch_size) in [
        (Algorithm::Request, u64::MAX / 4),
        (Algorithm::Batches, u64::MAX / 4),
        (Algorithm::Batches, 3),
    ] {
        let plan = plan(history, current, Policy { algorithm, batch_size, ..policy });
        if !is_carried_out(&plan, history) {
            continue;
        }
        let is_exact = batch_size > 3 || !history.points_forward();
        for at in
            history.iter().filter(|&at| history.key_at(at).is_some_and(|it| it != KeyId::MARK))
        {
            let truth = &oracle.rows[&history.id(at)];
            let stays = plan.survives(at);
            assert!(stays || truth.is_removed, "{algorithm:?} takes {}", history.id(at));
            assert!(
                !is_exact || stays != truth.is_removed,
                "{algorithm:?} leaves {}",
                history.id(at)
            );
            assert_eq!(history.is_forgotten(at), truth.standing == "forgotten");
        }
    }
}

/// How far the table was compacted, and of which rows that depends on nothing but all rows.
fn horizon(table: &Table, history: &History, oracle: &Oracle) {
    let horizon = history.horizon();
    assert_eq!(horizon.recorded, oracle.recorded);
    assert_eq!(horizon.unrecorded(), oracle.unrecorded);
    for (key, _) in history.keys().filter(|&(key, _)| key != KeyId::MARK) {
        let is_broken = history.rows_of(key).any(|at| oracle.rows[&history.id(at)].is_broken());
        assert_eq!(history.is_broken(key), is_broken);
        assert_eq!(words::key_now(history, key).contains("a broken link"), is_broken);
        let forgotten: BTreeSet<_> = history.forgotten(key).map(|at| history.id(at)).collect();
        let is = |&id: &Revision| oracle.rows[&id].standing == "forgotten";
        let ids = history.rows_of(key).map(|at| history.id(at));
        assert_eq!(forgotten, ids.filter(is).collect());
    }
    for row in &table.rows {
        let at = history.find(row.id).expect("it is there");
        assert_eq!(history.nulls(at).next().is_some(), oracle.rows[&row.id].has_null);
    }
}

impl Truth {
    fn is_broken(&self) -> bool {
        matches!(self.missing, Some((_, Why::Broken)))
    }

    /// The word beside the row.
    fn fate(&self) -> &'static str {
        match self.standing {
            "forgotten" => "FORGOTTEN",
            "unreadable" => "UNREADABLE",
            "nameless" => "NO NAME",
            "mark" => "",
            standing => standing,
        }
    }
}

fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory can be written to");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

fn json<D: serde::de::DeserializeOwned>(
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> D {
    serde_json::from_str(&written(write)).expect("it is JSON")
}

/// The revisions that some rows are.
fn those(oracle: &Oracle, are: impl Fn(&Truth) -> bool) -> BTreeSet<Revision> {
    oracle.rows.iter().filter(|(_, truth)| are(truth)).map(|(&id, _)| id).collect()
}

/// The numbers that a sentence begins with, up to something else than a list.
fn listed(said: &str) -> BTreeSet<Revision> {
    let words = said.split(' ').take_while(|&word| is_listed(word));
    // A full stop, a comma or a colon ends the list, but commas are within it as well.
    words.filter_map(|word| word.trim_end_matches([',', '.', ':']).parse().ok()).collect()
}

/// Whether a word is of a list of numbers.
fn is_listed(word: &str) -> bool {
    word == "and" || word.starts_with(|first: char| first.is_ascii_digit())
}

/// All lists that come after some words.
fn after(said: &str, words: &str) -> BTreeSet<Revision> {
    said.split(words).skip(1).flat_map(listed).collect()
}

/// The rows that a message calls forgotten: `Revisions 3 and 4 are forgotten`.
fn forgotten_in(message: &str) -> BTreeSet<Revision> {
    let said = message.split("Revision").map(|said| said.trim_start_matches('s').trim_start());
    let is = |said: &&str| {
        let mut rest = said.split(' ').skip_while(|&word| is_listed(word));
        matches!(rest.next(), Some("is" | "are")) && rest.next() == Some("forgotten:")
    };
    said.filter(is).flat_map(listed).collect()
}

fn audits(read: report::Table<'_>, oracle: &Oracle, how: u64) {
    let history = read.history;
    let levels = Levels::default();
    let batch_size = if how.is_multiple_of(3) { 1 + how % 4 } else { 1000 };
    let policy = Policy { batch_size, ..Policy::DEFAULT.without_retain() };
    let audit = Audit::new(read, &levels, &Baseline::default(), policy, true);
    let is_checked = |rule| audit.unchecked.iter().all(|unchecked| unchecked.rule.name != rule);
    let mut found: BTreeMap<&str, BTreeSet<Revision>> = BTreeMap::new();
    let mut nobody = BTreeSet::new();
    let mut findings = Vec::new();
    for (group, finding) in audit.found() {
        let revisions: BTreeSet<_> = finding.rows.iter().map(|&at| history.id(at)).collect();
        let message = audit.message(finding);
        found.entry(group.rule.name).or_default().extend(&revisions);
        nobody.extend(forgotten_in(&message));
        nobody.extend(after(&message, "obody points at the older "));
        findings.push(json::Finding { rule: group.rule.name.to_owned(), revisions, message });
    }
    if how.is_multiple_of(8) {
        let document: json::Audit = json(|out| report::json::audit(out, &audit));
        assert_eq!(document.findings, findings);
        assert_eq!(document.compacted_effective, audit.unrecorded);
        let text = flat(&written(|out| report::text::audit(out, PIPE, &audit)));
        for json::Finding { message, .. } in &findings {
            assert!(text.contains(message), "{message}\n{text}");
        }
    }
    foretold(&audit, is_checked("forgotten-row"));
    let found = |rule| found.get(rule).cloned().unwrap_or_default();
    if is_checked("broken-link") {
        // Where a clean-up left the newest rows alone, that is one finding.
        let broken: BTreeSet<_> = &found("broken-link") | &found("newest-rows");
        assert_eq!(broken, those(oracle, Truth::is_broken));
        assert!(found("broken-link").is_disjoint(&found("newest-rows")));
    } else {
        assert!(oracle.may_be_a_part);
    }
    assert_eq!(found("null-value"), those(oracle, |truth| truth.has_null));
    let forgotten = those(oracle, |truth| truth.standing == "forgotten");
    if is_checked("forgotten-row") {
        assert_eq!(nobody, forgotten);
    }
    assert!(nobody.is_subset(&forgotten));
    assert!(found("forgotten-row").is_subset(&forgotten));
    let unrecorded = oracle.unrecorded.filter(|_| is_checked("unrecorded-compaction"));
    assert_eq!(audit.unrecorded, unrecorded);
    for key in found("returned-key").into_iter().filter_map(|id| history.key_at(history.find(id)?))
    {
        assert!(history.may_have_returned(key));
    }
}

/// What findings say of a key's forgotten rows is what the verdict says; and a key that changes is an
/// error.
fn foretold(audit: &Audit<'_>, is_all_checked: bool) {
    let history = audit.table.history;
    if is_all_checked && !audit.verdict.changes.is_empty() {
        assert_eq!(audit.worst(), Some(Severity::Error), "{:?}", audit.verdict);
    }
    let mut told: BTreeMap<KeyId, BTreeSet<Revision>> = BTreeMap::new();
    let mut returned = BTreeSet::new();
    for (group, finding) in audit.found() {
        let Some(key) = finding.key else { continue };
        let message = audit.message(finding);
        if group.rule.name == "returned-key" {
            returned.insert(key);
        }
        let Some((_, then)) = message.split_once(" forgotten: ") else { continue };
        let mut at = &after(then, " at ") | &after(then, " goes back to ");
        if then.contains("he key goes back to it") {
            at.extend(forgotten_in(&message));
        }
        let goes = match audit.verdict.prospect(key) {
            Prospect::Changes(Effect::Resurrected) => "nce ",
            Prospect::Changes(Effect::Lost | Effect::Reverted) => "go",
            Prospect::Flickers | Prospect::Waits => "f the key is deleted",
            Prospect::Stays => {
                assert_eq!(at, BTreeSet::new(), "{message}");
                continue;
            }
        };
        assert!(at.is_empty() || then.contains(goes), "{message}");
        told.entry(key).or_default().extend(at);
    }
    for (key, _) in history.keys().filter(|(key, _)| !returned.contains(key)) {
        let told = told.remove(&key).unwrap_or_default();
        let layers = BTreeSet::from_iter(audit.verdict.layers(history, key));
        assert!(told.is_subset(&layers), "{told:?} {layers:?}");
        let forgotten = history.forgotten(key).map(|at| history.id(at)).collect();
        let named = &layers & &forgotten;
        assert!(!is_all_checked || named.is_subset(&told), "{told:?} {layers:?}");
    }
}

/// In one line.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rows that are removed.
fn previews(preview: &Preview<'_>, oracle: &Oracle) -> BTreeSet<Revision> {
    let json::Preview { removed, survivors } = json(|out| report::json::preview(out, preview));
    let survivors: BTreeSet<_> = survivors.into_iter().map(|row| row.id).collect();
    assert_eq!(&removed | &survivors, those(oracle, |_| true));
    if is_carried_out(&preview.plan, preview.table.history) {
        assert_eq!(removed, those(oracle, |truth| truth.is_removed));
        assert!(those(oracle, |truth| truth.standing == "forgotten").is_subset(&survivors));
    }
    removed
}

const PIPE: Page =
    Page { width: None, glyphs: Glyphs::Unicode, theme: Theme::DEFAULT, color: false };

fn chains(chain: &Chain<'_>, document: &json::Chain, oracle: &Oracle) {
    let mut absent: BTreeMap<Revision, Why> = BTreeMap::new();
    let of_key: BTreeSet<Revision> = document.rows.iter().map(|row| row.id).collect();
    for row in document.rows.iter().rev() {
        let truth = &oracle.rows[&row.id];
        assert_eq!(row.standing, truth.standing, "{row:?}");
        let missing = truth.missing.map(|(_, why)| match why {
            Why::Compacted => "compacted",
            Why::Broken => "broken",
            Why::Unexplained => "unexplained",
        });
        let why = row.link.why.as_deref().filter(|&why| why != "forward");
        assert_eq!(why, missing, "{row:?}");
        // The newest row says what is missing, unless another knows worse.
        if let Some((prev, why)) = truth.missing {
            let known = absent.entry(prev).or_insert(why);
            if why == Why::Broken {
                *known = why;
            }
        }
    }
    let text = written(|out| report::text::chain(out, PIPE, chain));
    let mut parts = text.split("\n\n");
    // What was asked for stands above a part.
    let above = 1 + usize::from(chain.table.history.profile().part.is_some());
    let picture = parts.nth(above).expect("a picture");
    let mut drawn = BTreeSet::new();
    for line in picture.lines() {
        let mut words = line.split(' ').skip_while(|word| word.parse::<Revision>().is_err());
        let Some(id) = words.next().and_then(|id| id.parse().ok()) else { continue };
        assert!(drawn.insert(id), "{picture}");
        let said = words.collect::<Vec<_>>().join(" ");
        let expected = match (oracle.rows.get(&id), absent.get(&id)) {
            (Some(truth), _) => truth.fate(),
            (_, Some(Why::Compacted)) => "compacted away",
            (_, Some(Why::Broken)) => "MISSING: broken link",
            (_, Some(Why::Unexplained)) if said.ends_with("not read") => "not read",
            (_, Some(Why::Unexplained)) => "not in this table",
            (None, None) => panic!("{id} is nothing:\n{picture}"),
        };
        assert!(said.ends_with(expected), "{id} {said}, not {expected}:\n{text}");
    }
    assert!(of_key.is_subset(&drawn) && absent.keys().all(|id| drawn.contains(id)), "{text}");
    let said: Vec<String> = parts.map(flat).collect();
    let said_of = |ends: &[&str]| -> BTreeSet<Revision> {
        let is = |said: &&String| ends.iter().any(|end| said.contains(end));
        let lists = said.iter().filter(is).flat_map(|said| {
            let said = said.strip_prefix("Broken link: revision ").unwrap_or(said);
            let said = said.strip_prefix("Revisions ").unwrap_or(said);
            listed(said.strip_prefix("Revision ").unwrap_or(said))
        });
        lists.collect()
    };
    let those = |are: &dyn Fn(&Truth) -> bool| &those(oracle, are) & &of_key;
    let is_forgotten = |truth: &Truth| truth.standing == "forgotten";
    assert_eq!(said_of(&[" is forgotten:", " are forgotten:"]), those(&is_forgotten), "{text}");
    assert_eq!(said_of(&["Broken link: revision"]), those(&Truth::is_broken), "{text}");
    assert_eq!(said_of(&[" NULL in "]), those(&|truth| truth.has_null), "{text}");
}

/// What the explorer says of a row that is selected.
fn explored(history: &History, oracle: &Oracle, plan: Option<&Plan>) {
    let shown = Shown { plan, ..Shown::of(history) };
    for at in history.iter() {
        let truth = &oracle.rows[&history.id(at)];
        let is = truth.standing;
        let title = words::title(&shown, at);
        let about = words::about(&shown, at).join(" ");
        for word in ["superseded", "forgotten", "live"] {
            assert_eq!(title.contains(&format!(", {word}")), is == word, "{title}");
        }
        let label = Label::of(&shown, Item::Row(at));
        if let Some(plan) = plan {
            let is_removed = !plan.survives(at);
            assert_eq!(title.contains("removed by compaction"), is_removed, "{title}");
            assert_eq!(about.starts_with("Removed"), is_removed, "{about}");
            assert_eq!(label.fate == "removed", is_removed);
            assert_eq!(label.fate == "SURVIVES", is == "forgotten" && !is_removed);
            let keeps = about.starts_with("Stays: this row is forgotten, as nobody points at it");
            assert_eq!(keeps, is == "forgotten" && is_carried_out(plan, history), "{about}");
        } else {
            assert_eq!(label.fate, truth.fate());
            assert_eq!(about.starts_with("Superseded: "), is == "superseded", "{about}");
            assert_eq!(about.starts_with("Forgotten: "), is == "forgotten", "{about}");
        }
        let broken = about.contains("a broken link");
        assert_eq!(broken, truth.is_broken(), "{about}");
        assert_eq!(about.contains(" NULL in "), truth.has_null, "{about}");
    }
}
