//! The manual of the rules: all of them in a list, or one on a page.

use std::io::{self, Write};
use std::rc::Rc;

use unicode_width::UnicodeWidthStr;

use super::chain;
use super::pen::Pen;
use crate::audit::{Example, RULES, Rule, audit_under};
use crate::display::glossary::{TERMS, Term};
use crate::display::{Glyph, Role};
use crate::history::compaction::{Policy, Verdict};
use crate::history::{History, Profile};
use crate::report::{Page, Table};
use crate::source::{Options, text};
use crate::text::{escape, pad};

/// Every rule, the most serious first, and in the order of [`RULES`].
pub fn rules() -> Vec<&'static Rule> {
    let mut rules = RULES.to_vec();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.severity));
    rules
}

/// Lists the rules.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn list(out: &mut dyn Write, page: Page) -> io::Result<()> {
    /// What a summary needs to stand beside a name.
    const LEGIBLE: usize = 30;
    let mut pen = Pen::new(out, page);
    let longest = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    for rule in rules() {
        let glyph = page.glyphs.of(Glyph::Severity(rule.severity));
        let severity = format!("{glyph} {:<7}  ", rule.severity);
        let beside = severity.width() + longest + 2;
        let role = Role::Severity(rule.severity);
        if page.width.is_some_and(|width| width < beside + LEGIBLE) {
            pen.line(&[(role, &severity), (Role::Title, rule.name)])?;
            pen.wrapped(Role::Text, "  ", "  ", rule.summary)?;
        } else {
            let name = pad(rule.name, longest + 2);
            pen.beside(&[(role, &severity), (Role::Title, &name)], rule.summary)?;
        }
    }
    let terms: Vec<&str> = TERMS.iter().map(|term| term.name).collect();
    pen.paragraph(&format!("Words: {}.", terms.join(", ")))?;
    pen.paragraph("kinescope explain RULE or kinescope explain WORD says more.")
}

/// What a word means.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn term(out: &mut dyn Write, page: Page, term: &Term) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    let also = match term.also {
        [] => String::new(),
        also => format!(" (also: {})", also.join(", ")),
    };
    pen.wrapped(Role::Title, "", "", &format!("{}{also}", term.name))?;
    pen.set_in(MARGIN).wrapped(Role::Text, "", "", term.meaning)
}

/// A rule's page: what it finds, why it matters, an example, and what to do.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn page(out: &mut dyn Write, page: Page, rule: &'static Rule) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    let glyph = page.glyphs.of(Glyph::Severity(rule.severity));
    let heading = format!("{}  {}: {}", rule.severity, rule.name, rule.summary);
    pen.wrapped(Role::Severity(rule.severity), &format!("{glyph} "), "  ", &heading)?;
    section(&mut pen, "What it finds", rule.finds)?;
    section(&mut pen, "Why it matters", rule.matters)?;
    match rule.example {
        Example::Rows { broken, .. } => {
            heading_of(&mut pen, "Example")?;
            rows(&mut pen.set_in(MARGIN), broken)?;
            picture(&mut pen, rule, broken, Policy::DEFAULT)?;
        }
        Example::Retaining { min_retain, broken, .. } => {
            heading_of(&mut pen, &format!("Example, with --compact-min-retain {min_retain}"))?;
            rows(&mut pen.set_in(MARGIN), broken)?;
            picture(&mut pen, rule, broken, Policy { min_retain, ..Policy::DEFAULT })?;
        }
        Example::Database { shown, .. }
        | Example::Postgres { shown, .. }
        | Example::Sqlite { shown, .. } => {
            section(&mut pen, "Example", shown)?;
        }
    }
    section(&mut pen, "What to do", rule.remedy)
}

/// How far what stands under a heading is set in.
const MARGIN: usize = 2;

fn heading_of(pen: &mut Pen<'_>, heading: &str) -> io::Result<()> {
    pen.blank()?;
    pen.line(&[(Role::Title, heading)])
}

fn section(pen: &mut Pen<'_>, heading: &str, text: &str) -> io::Result<()> {
    heading_of(pen, heading)?;
    pen.set_in(MARGIN).wrapped(Role::Text, "", "", text)
}

/// A printed table, its columns as wide as they must be; where they do not fit the page, cells follow
/// one another.
fn rows(pen: &mut Pen<'_>, table: &str) -> io::Result<()> {
    let table = pen.page.glyphs.name(table);
    let lines: Vec<Vec<&str>> =
        table.lines().map(|line| line.split('|').map(str::trim).collect()).collect();
    let [headings, rows @ ..] = &lines[..] else { return Ok(()) };
    let cells = |column: usize| lines.iter().filter_map(move |line| line.get(column));
    let columns: Vec<Column> = (0..headings.len())
        .map(|column| Column {
            width: cells(column).map(|cell| cell.width()).max().unwrap_or_default(),
            numbers: cells(column)
                .skip(1)
                .all(|cell| cell.parse::<i64>().is_ok() || *cell == "NULL"),
        })
        .collect();
    let width = columns.iter().map(|column| column.width + BETWEEN.len()).sum::<usize>();
    let fits = pen.page.width.is_none_or(|page| width <= page + BETWEEN.len());
    let mut row = |role, line: &[&str]| {
        if !fits {
            return pen.wrapped(role, "", "  ", &line.join(BETWEEN));
        }
        let cells = line.iter().zip(&columns);
        let cells: Vec<String> = cells.map(|(cell, column)| column.cell(cell)).collect();
        pen.line(&[(role, &cells.join(BETWEEN))])
    };
    row(Role::Dim, headings)?;
    rows.iter().try_for_each(|line| row(Role::Text, line))
}

const BETWEEN: &str = " | ";

struct Column {
    width: usize,
    numbers: bool,
}

impl Column {
    /// A cell as wide as the column: numbers end together, words begin together.
    fn cell(&self, text: &str) -> String {
        if self.numbers { format!("{text:>0$}", self.width) } else { pad(text, self.width) }
    }
}

/// The chain of the key that breaks the rule, where there is one.
fn picture(pen: &mut Pen<'_>, rule: &'static Rule, rows: &str, policy: Policy) -> io::Result<()> {
    let Some(history) = history(rows) else { return Ok(()) };
    let verdict = Rc::new(Verdict::of(&history, policy));
    let findings = audit_under(&history, true, policy, verdict);
    let Some(finding) = findings.of(rule).next() else { return Ok(()) };
    pen.blank()?;
    let mut pen = pen.set_in(MARGIN);
    if let Some(key) = finding.key {
        pen.line(&[(Role::Title, &escape(history.name(key)))])?;
        let table = Table {
            source: rule.name,
            kind: "an example",
            history: &history,
            notes: &[],
            unread: &[],
            unread_rows: 0,
            partial: None,
            made: None,
        };
        chain::picture(&mut pen, table, key)?;
        pen.blank()?;
    }
    pen.wrapped(Role::Text, "", "", &findings.message(&history, finding))
}

fn history(rows: &str) -> Option<History> {
    let table = text::read(rows.as_bytes(), "example", &Options::default()).ok()?;
    // An example is of kine's own schema.
    let mut history = History::new(Profile { is_assumed: false, ..table.opened.profile });
    history.extend(&table.rows).ok()?;
    Some(history)
}
