//! Markdown, as a parser of Markdown sees it.

use std::collections::BTreeSet;

use kinescope::report;
use kinescope::text::escape;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::reports::{Case, compare, diff, handover, keys, preview, written};
use crate::support::hostile::{assert_harmless, names};

/// What a document is made of.
#[derive(Default)]
pub(super) struct Document {
    /// The text of each cell of tables.
    cells: BTreeSet<String>,
    /// What stands in code elsewhere.
    code: BTreeSet<String>,
    /// What is bold.
    bold: BTreeSet<String>,
}

/// Parses with all that tickets understand, and refuses what none of our documents has.
pub(super) fn parse(text: &str) -> Document {
    let mut document = Document::default();
    let mut cell: Option<String> = None;
    let mut bold: Option<String> = None;
    for event in Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::BlockQuote(None)
                | Tag::CodeBlock(_)
                | Tag::List(None)
                | Tag::Item
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow,
            )
            | Event::SoftBreak => {}
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => document.cells.extend(cell.take()),
            Event::Start(Tag::Strong) => bold = Some(String::new()),
            Event::End(TagEnd::Strong) => document.bold.extend(bold.take()),
            Event::End(_) => {}
            Event::Code(code) => match &mut cell {
                Some(cell) => cell.push_str(&code),
                None => drop(document.code.insert(code.into_string())),
            },
            Event::Text(text) => {
                cell.iter_mut().chain(&mut bold).for_each(|into| into.push_str(&text));
            }
            // Of the contents, to a part of the same document.
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with('#') => {}
            // The indent of a prefix in usage.
            other => panic!("{other:?} is of no document of ours"),
        }
    }
    document
}

/// Asserts that every name is in a set, after whatever stands before it.
#[track_caller]
fn assert_named(what: &str, set: &BTreeSet<String>) {
    for name in names() {
        let name = escape(&name);
        let found = set.iter().any(|text| text.trim_start_matches('\u{a0}') == name);
        assert!(found, "{what}: no {name}");
    }
}

#[test]
fn a_preview_is_names_in_cells_and_in_code() {
    let case = Case::new();
    let text = written(|out| report::markdown::preview(out, &preview(case.whole())));
    assert_harmless("preview", &text);
    let document = parse(&text);
    assert_named("cells", &document.cells);
    assert_named("code", &document.code);
    assert_eq!(document.bold.iter().collect::<Vec<_>>(), ["lost", "resurrected"]);
}

#[test]
fn an_audit_is_names_in_code() {
    let case = Case::new();
    let text = written(|out| report::markdown::audit(out, &case.audit(case.whole())));
    assert_harmless("audit", &text);
    let document = parse(&text);
    assert_named("code", &document.code);
    let ours = ["What to do.", "Why it matters.", "lost", "resurrected"];
    assert_eq!(document.bold.iter().collect::<Vec<_>>(), ours);
}

#[test]
fn a_handover_is_names_in_code_and_links_to_its_parts() {
    let case = Case::new();
    for table in [case.whole(), case.partial()] {
        let handover = handover(table, case.audit(table));
        let text = written(|out| report::markdown::handover(out, &handover));
        assert_harmless("handover", &text);
        assert_named("code", &parse(&text).code);
    }
}

#[test]
fn usage_is_names_in_cells() {
    let case = Case::new();
    let plan = case.plan();
    let text = written(|out| report::markdown::usage(out, &case.usage(case.whole(), &plan)));
    assert_harmless("usage", &text);
    let document = parse(&text);
    assert_named("cells", &document.cells);
    assert!(document.bold.is_empty());
}

#[test]
fn what_a_source_says_is_no_markup() {
    let case = Case::new();
    let table = case.partial();
    let plan = case.plan();
    for text in [
        written(|out| report::markdown::preview(out, &preview(table))),
        written(|out| report::markdown::audit(out, &case.audit(table))),
        written(|out| report::markdown::usage(out, &case.usage(table, &plan))),
        written(|out| report::markdown::keys(out, &keys(table))),
        written(|out| report::markdown::diff(out, &diff(table))),
        written(|out| report::markdown::compare(out, &compare(table))),
    ] {
        assert_harmless("markdown", &text);
        let document = parse(&text);
        assert!(document.bold.contains("This is a part of the table, and may be wrong."));
    }
}
