//! A finding, a rule, and what could not be checked, in words.

use super::writer::Writer;
use crate::audit::{Rule, about};
use crate::display::words::capitalized;
use crate::display::{Glyph, Role};
use crate::text::count;
use crate::tui::app::App;
use crate::tui::panes::findings::Extent;
use crate::tui::panes::findings::list::Spot;

/// What is selected in the list of findings; gives the pane's title.
pub(in crate::tui) fn write(writer: &mut Writer, app: &App, spot: Spot) -> &'static str {
    let findings = &app.audit.findings;
    match spot {
        Spot::Clean => {
            clean(writer, app);
            "Audit"
        }
        Spot::Rule(rule) => {
            heading(writer, app, rule);
            summary(writer, rule);
            let found = app.audit.list.members(spot).len() as u64;
            writer.say(&format!("{}.", count(found, "finding")), Role::Text);
            part(writer, "What it finds", rule.finds);
            advice(writer, rule);
            "Rule"
        }
        Spot::Finding(at) => {
            if let Some(finding) = findings.found.get(at) {
                heading(writer, app, finding.rule);
                if !writer.short {
                    summary(writer, finding.rule);
                }
                writer.paragraph(&findings.message(&app.table.history, finding));
                advice(writer, finding.rule);
            }
            "Finding"
        }
        Spot::Unchecked => {
            unchecked(writer, app);
            "Not checked"
        }
        Spot::NotChecked(at) => {
            if let Some(unchecked) = findings.unchecked.get(at) {
                heading(writer, app, unchecked.rule);
                summary(writer, unchecked.rule);
                writer.paragraph(&format!("Not checked: {}.", unchecked.why));
                part(writer, "What it finds", unchecked.rule.finds);
                advice(writer, unchecked.rule);
            }
            "Not checked"
        }
    }
}

/// `⊗ error: fork`.
fn heading(writer: &mut Writer, app: &App, rule: &Rule) {
    let glyph = app.start.look.glyphs.of(Glyph::Severity(rule.severity));
    writer.say(&format!("{glyph} {}: {}", rule.severity, rule.name), Role::Severity(rule.severity));
}

/// What a rule finds, as a sentence of its own.
fn summary(writer: &mut Writer, rule: &Rule) {
    writer.say(&format!("{}.", capitalized(rule.summary)), Role::Dim);
}

fn advice(writer: &mut Writer, rule: &Rule) {
    part(writer, "Why it matters", rule.matters);
    part(writer, "What to do", rule.remedy);
}

fn part(writer: &mut Writer, heading: &str, text: &str) {
    writer.space();
    writer.say(heading, Role::Title);
    writer.say(text, Role::Text);
}

/// What was checked, when nothing was found.
fn clean(writer: &mut Writer, app: &App) {
    let unchecked = app.audit.findings.unchecked.len();
    let rules = about(app.table.history.profile().dialect).count();
    let checked = rules - unchecked;
    writer.say("No findings", Role::Title);
    writer.paragraph(&format!(
        "{} looked at {} and {}, and found nothing.",
        count(checked as u64, "rule"),
        count(app.table.history.len() as u64, "row"),
        count(app.table.history.key_count() as u64, "key"),
    ));
    match app.audit.extent {
        Some(Extent::SoFar) => writer.paragraph("Rows are still coming in, and the audit goes on."),
        Some(Extent::Part) => {
            writer.paragraph("Only a part of the table was read: the rest may hold some.");
        }
        Some(Extent::Whole) | None => {}
    }
    if unchecked > 0 {
        writer.paragraph(&format!(
            "{} could not be checked: the list says why.",
            count(unchecked as u64, "rule")
        ));
    }
}

fn unchecked(writer: &mut Writer, app: &App) {
    let unchecked = &app.audit.findings.unchecked;
    writer.say(
        &format!("{} could not be checked", count(unchecked.len() as u64, "rule")),
        Role::Title,
    );
    let mut reasons: Vec<&str> = Vec::new();
    for why in unchecked.iter().map(|unchecked| unchecked.why) {
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }
    for why in reasons {
        let rules = unchecked.iter().filter(|unchecked| unchecked.why == why);
        let rules: Vec<&str> = rules.map(|unchecked| unchecked.rule.name).collect();
        writer.paragraph(&format!("{}.", capitalized(why)));
        writer.say(&format!("{}.", rules.join(", ")), Role::Dim);
    }
}
