//! Each rule's own example.

use kinescope::audit::{Example, Findings, RULES, Rule, Severity, audit_under, find};
use kinescope::history::compaction::{Policy, Verdict};
use kinescope::history::{Database, Dialect, History};
use kinescope::source::{Options, text};
use kinescope::text::escape;

/// A table as the examples write it. Although it is text, it is the whole table.
fn table(text: &str) -> History {
    let table = text::read(text.as_bytes(), "example", &Options::default())
        .unwrap_or_else(|error| panic!("{}\n{text}", error.in_full()));
    assert!(table.unread.is_empty(), "{:?}\n{text}", table.unread);
    let mut history = History::new(table.opened.profile);
    history.extend(&table.rows).expect("the rows are in the order of their ids");
    history
}

fn database(
    dialect: Dialect,
    mut database: Database,
    change: Option<fn(&mut Database)>,
) -> History {
    if let Some(change) = change {
        change(&mut database);
    }
    let mut history = table(
        "id | name            | created | deleted | create_revision | prev_revision\n \
          1 | compact_rev_key | 1 | 0 | 0 | 0\n \
        120 | /registry/a     | 1 | 0 | 0 | 0",
    );
    let mut profile = history.profile().clone();
    profile.dialect = dialect;
    profile.database = Some(Box::new(database));
    let mut with = History::new(profile);
    history.iter().for_each(|at| with.push(history.row(at)).expect("as before"));
    std::mem::swap(&mut history, &mut with);
    history
}

/// A line a finding: `severity rule key: message`.
pub fn lines(history: &History, findings: &Findings) -> Vec<String> {
    findings
        .found
        .iter()
        .map(|finding| {
            let key = finding.key.map_or("-".into(), |key| escape(history.name(key)).into_owned());
            let message = findings.message(history, finding);
            format!("{} {} {key}: {message}", finding.rule.severity, finding.rule.name)
        })
        .collect()
}

fn twins(rule: &Rule) -> [History; 2] {
    match rule.example {
        Example::Rows { broken, healthy } | Example::Retaining { broken, healthy, .. } => {
            [table(broken), table(healthy)]
        }
        Example::Database { breaks, .. } => [Some(breaks), None]
            .map(|change| database(Dialect::MySql, Database::kine_default(), change)),
        Example::Postgres { breaks, .. } => {
            let healthy = Database::kine_postgres;
            [Some(breaks), None].map(|change| database(Dialect::Postgres, healthy(), change))
        }
        Example::Sqlite { breaks, .. } => {
            let healthy = Database::kine_sqlite;
            [Some(breaks), None].map(|change| database(Dialect::Sqlite, healthy(), change))
        }
    }
}

#[test]
fn each_rule_finds_its_example_and_is_silent_on_the_healthy_twin() {
    let mut shown = String::new();
    for &rule in RULES {
        let [broken, healthy] = twins(rule);
        let policy = match rule.example {
            Example::Retaining { min_retain, .. } => Policy { min_retain, ..Policy::DEFAULT },
            _ => Policy::DEFAULT,
        };
        let audit = |history: &History| {
            audit_under(history, true, policy, Verdict::of(history, policy).into())
        };
        let findings = audit(&broken);
        assert!(findings.of(rule).next().is_some(), "{} does not find its example", rule.name);
        shown += &format!("{}\n", rule.name);
        for line in lines(&broken, &findings) {
            shown += &format!("  {line}\n");
        }
        let findings = audit(&healthy);
        assert_eq!(findings.of(rule).count(), 0, "the healthy twin of {}", rule.name);
        let worst = findings.worst();
        assert!(worst <= Some(Severity::Info), "{}: {:?}", rule.name, lines(&healthy, &findings));
        assert!(
            !findings.unchecked.iter().any(|it| it.rule == rule),
            "{} was not checked",
            rule.name
        );
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn rules_have_names_that_can_be_typed_and_whole_sentences() {
    for &rule in RULES {
        assert_eq!(find(rule.name), Some(rule), "the name is taken twice");
        assert!(rule.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        assert!(!rule.summary.ends_with('.'), "{}", rule.name);
        for text in [rule.finds, rule.matters, rule.remedy] {
            assert!(text.ends_with('.') && !text.contains("  "), "{}: {text}", rule.name);
        }
        // What a text refers to is there.
        for word in [rule.finds, rule.matters, rule.remedy].join(" ").split("rule ").skip(1) {
            let end = word.find(|char: char| !char.is_ascii_lowercase() && char != '-');
            let name = &word[..end.unwrap_or(word.len())];
            assert!(find(name).is_some(), "{}: there is no rule {name}", rule.name);
        }
    }
}
