//! Text, JSON and dot.

use std::collections::BTreeSet;
use std::io;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinescope::audit::{Baseline, Levels};
use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::{Plan, Policy, Verdict, plan};
use kinescope::history::usage::Sort;
use kinescope::history::{History, Profile};
use kinescope::report::handover::{Holds, returns};
use kinescope::report::usage::{Bytes, Wanted};
use kinescope::report::{
    self, Audit, Chain, Compare, Diff, Handover, Keys, Made, Page, Preview, Table, Unwritable,
    Usage,
};
use kinescope::source::{Error, Moment, Position, Reject};
use kinescope::text::escape;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::support::history::picture;
use crate::support::hostile::{assert_harmless, history, names};

/// The table, and what a source says that repeats what it found.
pub(super) struct Case {
    pub(super) history: History,
    notes: Vec<String>,
    unread: Vec<Reject>,
    error: Error,
    moment: Moment,
    levels: Levels,
    wanted: Wanted,
}

impl Case {
    pub(super) fn new() -> Self {
        let said = |name: Vec<u8>| String::from_utf8_lossy(&name).into_owned();
        let all: Vec<String> = names().into_iter().map(said).collect();
        let unread =
            |name: &String| Reject { place: format!("of {name}"), why: "it is odd".into() };
        Self {
            history: history(),
            unread: all.iter().map(unread).collect(),
            error: Error::new(all.concat()).because(all.concat()).hint(all.concat()),
            moment: Moment {
                at: None,
                binlog: Some(Position { file: all.concat(), position: 4 }),
                gtid: Some(all.concat()),
            },
            notes: all,
            levels: Levels::default(),
            wanted: Wanted {
                prefix: Vec::new(),
                depth: 9,
                keys: usize::MAX,
                sort: Sort::Name,
                all: true,
            },
        }
    }

    /// Read to its end.
    pub(super) fn whole(&self) -> Table<'_> {
        Table {
            source: &self.notes[3],
            kind: &self.notes[4],
            history: &self.history,
            notes: &self.notes,
            unread: &[],
            unread_rows: 0,
            partial: None,
            made: Some(Made {
                version: "0.1.0",
                moment: &self.moment,
                server: Some((&self.notes[5], &self.notes[6])),
            }),
        }
    }

    /// Read in part.
    pub(super) fn partial(&self) -> Table<'_> {
        let unread_rows = self.unread.len() as u64;
        Table { unread: &self.unread, unread_rows, partial: Some(&self.error), ..self.whole() }
    }

    pub(super) fn plan(&self) -> Plan {
        let current = self.history.current().unwrap_or_default();
        plan(&self.history, current, Policy::DEFAULT.without_retain())
    }

    pub(super) fn audit<'a>(&'a self, table: Table<'a>) -> Audit<'a> {
        let policy = Policy::DEFAULT.without_retain();
        Audit::new(table, &self.levels, &Baseline::default(), policy, true)
    }

    pub(super) fn usage<'a>(&'a self, table: Table<'a>, plan: &'a Plan) -> Usage<'a> {
        let bytes = Bytes::Unknown(&self.notes[0]);
        Usage::new(table, plan, bytes, &self.wanted).expect("all names begin with nothing")
    }
}

pub(super) fn preview(table: Table<'_>) -> Preview<'_> {
    Preview::new(table, None, Policy::DEFAULT.without_retain(), true)
}

/// With nothing of values, which are read elsewhere.
pub(super) fn handover<'a>(table: Table<'a>, audit: Audit<'a>) -> Handover<'a> {
    let returns = returns(table.history, &audit.verdict);
    let holds = returns.iter().map(|_| Holds::Unknown(table.kind.to_owned())).collect();
    Handover { preview: preview(table), audit, repair: Err(Unwritable::Part), returns, holds }
}

/// The keys at the last moment.
pub(super) fn keys(table: Table<'_>) -> Keys<'_> {
    Keys::new(table, table.history.current().unwrap_or_default(), true, b"")
}

/// All that ever changed.
pub(super) fn diff(table: Table<'_>) -> Diff<'_> {
    Diff::new(table, (0, table.history.current().unwrap_or_default()), true, b"")
}

/// The table beside one with other rows. Long lists are cut short, since JSON has all of each anyway.
pub(super) fn compare(table: Table<'_>) -> Compare<'_> {
    static OTHER: LazyLock<History> =
        LazyLock::new(|| picture("1 /registry/a create\n2000 /registry/b create"));
    Compare::new([table, Table { history: &OTHER, ..table }], None, false)
}

pub(super) fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory can be written to");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

const PIPE: Page =
    Page { width: None, glyphs: Glyphs::Unicode, theme: Theme::DEFAULT, color: false };

/// Every report that is text on a page.
fn texts(case: &Case, table: Table<'_>, page: Page) -> Vec<(String, String)> {
    let plan = case.plan();
    let mut texts = vec![
        ("preview".to_owned(), written(|out| report::text::preview(out, page, &preview(table)))),
        ("audit".to_owned(), written(|out| report::text::audit(out, page, &case.audit(table)))),
        (
            "usage".to_owned(),
            written(|out| report::text::usage(out, page, &case.usage(table, &plan))),
        ),
        ("connect".to_owned(), written(|out| report::text::connect::text(out, page, &table))),
        ("keys".to_owned(), written(|out| report::text::keys(out, page, &keys(table)))),
        ("diff".to_owned(), written(|out| report::text::diff(out, page, &diff(table)))),
        ("compare".to_owned(), written(|out| report::text::compare(out, page, &compare(table)))),
    ];
    // What a source says stands below each chain.
    let table = Table { notes: &[], unread: &[], unread_rows: 0, partial: None, ..table };
    for (key, _) in table.history.keys() {
        for plan in [None, Some(&plan)] {
            let chain = Chain {
                table,
                key,
                verdict: &Verdict::of(table.history, Policy::DEFAULT),
                plan,
                all: true,
                times: None,
            };
            let name = escape(table.history.name(key));
            texts.push((
                format!("chain of {name}"),
                written(|out| report::text::chain(out, page, &chain)),
            ));
        }
    }
    texts
}

#[test]
fn no_text_harms_a_terminal_whatever_its_width() {
    let case = Case::new();
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        for width in [None, Some(40), Some(80), Some(120)] {
            for table in [case.whole(), case.partial()] {
                for (what, text) in texts(&case, table, Page { width, glyphs, ..PIPE }) {
                    let what = format!("{what}, {glyphs:?}, {width:?}");
                    assert_harmless(&what, &text);
                    assert!(glyphs == Glyphs::Unicode || text.is_ascii(), "{what}: {text}");
                    let width = width.unwrap_or(usize::MAX);
                    let wide = text.lines().find(|line| line.width() > width);
                    assert!(wide.is_none(), "{what}: {wide:?}");
                }
            }
        }
    }
}

#[test]
fn colours_are_the_only_sequences() {
    let case = Case::new();
    for (what, text) in texts(&case, case.partial(), Page { color: true, ..PIPE }) {
        let mut parts = text.split('\x1b');
        let plain = parts.next().unwrap_or_default().to_owned();
        let rest = parts.map(|part| {
            let sequence = part.strip_prefix('[').and_then(|part| part.split_once('m'));
            let (numbers, text) = sequence.unwrap_or_else(|| panic!("{what}: {part:?}"));
            assert!(
                numbers.bytes().all(|it| it.is_ascii_digit() || it == b';'),
                "{what}: {part:?}"
            );
            text
        });
        assert_harmless(&what, &(plain + &rest.collect::<String>()));
    }
}

#[test]
fn every_name_is_told_whole_and_each_differently() {
    let case = Case::new();
    let told: BTreeSet<String> = names().iter().map(|name| escape(name).into_owned()).collect();
    assert_eq!(told.len(), names().len());
    for (what, text) in texts(&case, case.whole(), PIPE).into_iter().take(3) {
        for name in &told {
            assert!(text.contains(name.as_str()), "{what} without {name}");
        }
    }
}

#[test]
fn names_that_the_collation_takes_for_one_are_told_apart() {
    let (bytewise, mut history) = (history(), History::new(Profile::kine_default()));
    for at in bytewise.iter() {
        history.push(bytewise.row(at)).expect("the rows are in the order of their ids");
    }
    let case = Case { history, ..Case::new() };
    let text = written(|out| report::text::audit(out, PIPE, &case.audit(case.whole())));
    assert_harmless("audit", &text);
    for name in ["\"/registry/A\"", "\"/registry/a\"", "\"/registry/a\\x20\""] {
        assert!(text.contains(name), "no {name} in\n{text}");
    }
}

/// Every name in a document, as it is in the table.
fn named(value: &Value, names: &mut BTreeSet<Vec<u8>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| named(item, names)),
        Value::Object(object) => {
            for (field, encoded) in [("name", "name_base64"), ("key", "key_base64")] {
                match (object.get(field), object.get(encoded)) {
                    (_, Some(Value::String(encoded))) => {
                        names.insert(STANDARD.decode(encoded).expect("it is base64"));
                    }
                    (Some(Value::String(name)), _) => {
                        names.insert(name.clone().into_bytes());
                    }
                    _ => {}
                }
            }
            object.values().for_each(|value| named(value, names));
        }
        _ => {}
    }
}

#[test]
fn json_gives_every_name_back() {
    let case = Case::new();
    let plan = case.plan();
    let (whole, partial) = (case.whole(), case.partial());
    for table in [whole, partial] {
        let documents = [
            written(|out| report::json::preview(out, &preview(table))),
            written(|out| report::json::audit(out, &case.audit(table))),
            written(|out| report::json::usage(out, &case.usage(table, &plan))),
            written(|out| report::json::keys(out, &keys(table))),
            written(|out| report::json::diff(out, &diff(table))),
            written(|out| report::json::compare(out, &compare(table))),
            case.history
                .keys()
                .map(|(key, _)| {
                    let chain = Chain {
                        table,
                        key,
                        verdict: &Verdict::of(table.history, Policy::DEFAULT),
                        plan: Some(&plan),
                        all: false,
                        times: None,
                    };
                    written(|out| report::json::chain(out, &chain))
                })
                .collect(),
        ];
        for text in documents {
            assert!(text.is_ascii());
            assert_harmless("json", &text);
            let mut found = BTreeSet::new();
            for document in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
                named(&document.expect("it is JSON"), &mut found);
            }
            for name in names() {
                assert!(found.contains(&name), "{} in {text}", escape(&name));
            }
        }
    }
}

/// A quoted string at the start of a text of dot's, as dot shows it, and what follows.
fn label(text: &str) -> (String, &str) {
    let mut shown = String::new();
    let mut rest = text.strip_prefix('"').expect("it begins with a quote");
    loop {
        let char = rest.chars().next().expect("the string ends");
        rest = &rest[char.len_utf8()..];
        match char {
            '"' => return (shown, rest),
            '\\' => {
                let escaped = rest.chars().next().expect("a backslash is not the last");
                assert!(matches!(escaped, '\\' | '"' | 'n'), "\\{escaped} in {text}");
                shown.push(if escaped == 'n' { '\n' } else { escaped });
                rest = &rest[1..];
            }
            '&' => {
                let (entity, after) = rest.split_once(';').expect("an entity ends");
                let number = entity.strip_prefix('#').map(|it| it.parse().expect("a number"));
                assert!(number.is_some() || entity == "amp", "{entity}");
                shown.push(number.map_or('&', |it| char::from_u32(it).expect("a character")));
                rest = after;
            }
            char => shown.push(char),
        }
    }
}

#[test]
fn a_name_is_one_label_in_dot() {
    let case = Case::new();
    let table = Table { notes: &[], ..case.whole() };
    let plan = case.plan();
    for (key, _) in case.history.keys() {
        let name = escape(case.history.name(key));
        let chain = Chain {
            table,
            key,
            verdict: &Verdict::of(table.history, Policy::DEFAULT),
            plan: Some(&plan),
            all: false,
            times: None,
        };
        let text = written(|out| report::dot::text(out, &chain));
        assert!(text.is_ascii());
        assert_harmless("dot", &text);
        let mut labels = Vec::new();
        for line in text.lines().filter(|line| line.contains("label=\"")) {
            let (_, rest) = line.split_once("label=").expect("it is there");
            let (label, rest) = label(rest);
            assert!(rest == ";" || rest.starts_with(", "), "{rest:?} in {line}");
            assert!(!rest.contains('"') || rest.contains("fontname=\"monospace"), "{line}");
            labels.push(label);
        }
        assert_eq!(labels[0].lines().next(), Some(&*name), "{text}");
        // Of a key that points at it, its name is in a label as well.
        if let Some(nth) = name.strip_prefix("/of/") {
            let nth: usize = nth.parse().expect("a number");
            let of = format!("of {}", escape(&names()[nth]));
            assert!(
                labels.iter().any(|label| label.lines().any(|line| line == of)),
                "{of} in {text}"
            );
        }
    }
}

#[test]
fn metrics_are_a_line_each() {
    let case = Case::new();
    for source in names() {
        let source = String::from_utf8_lossy(&source);
        let audit = case.audit(case.whole());
        let text = written(|out| report::metrics::audit(out, &audit, &source, 0));
        assert_harmless("metrics", &text);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (label, rest) = label_of(line);
            assert!(rest.starts_with(',') || rest.starts_with('}'), "{label} {rest} in {line}");
        }
    }
}

/// The first label of a metric, and what follows.
fn label_of(line: &str) -> (&str, &str) {
    let (_, value) = line.split_once("{source=\"").expect("a source");
    let mut escaped = false;
    for (at, char) in value.char_indices() {
        match char {
            '"' if !escaped => return (&value[..at], &value[at + 1..]),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    panic!("no end in {line}");
}
