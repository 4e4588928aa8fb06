//! What a compaction would do.

use std::io::{self, Write};

use super::pen::Pen;
use super::verdict;
use super::when::when;
use crate::display::{Glyph, Role, words};
use crate::history::compaction::{Effect, Outlook};
use crate::history::{History, RowIx};
use crate::report::preview::EFFECTS;
use crate::report::{Page, Preview};
use crate::text::{count, escape, grouped, printable};

/// Writes the preview.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn preview(out: &mut dyn Write, page: Page, preview: &Preview<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    pen.gaps(&preview.table)?;
    if let Some(verdict) = &preview.verdict {
        verdict::text(&mut pen, &preview.table, verdict)?;
    }
    facts(&mut pen, preview)?;
    if let Some(stop) = preview.stop() {
        pen.paragraph(&stop)?;
    }
    if preview.effects.is_empty() {
        pen.paragraph(&words::no_effect(preview.table.history, &preview.plan))?;
    }
    for effect in EFFECTS {
        affected(&mut pen, preview, effect)?;
    }
    if let Some(of) = &preview.when {
        when(&mut pen, &preview.table, of)?;
    }
    if let Some(danger) = preview.danger() {
        pen.paragraph(danger)?;
    }
    let (history, plan) = (preview.table.history, &preview.plan);
    let outlook = Outlook::of(history, plan.removals(), plan.policy);
    for said in words::compactor(history, &outlook) {
        pen.paragraph(&said)?;
    }
    for note in preview.table.notes {
        pen.paragraph(&printable(note))?;
    }
    if preview.rows {
        rows(&mut pen, preview)?;
    }
    Ok(())
}

fn facts(pen: &mut Pen<'_>, Preview { table, plan, .. }: &Preview<'_>) -> io::Result<()> {
    pen.facts(table, plan.compacted)?;
    pen.field(
        "policy",
        &format!(
            "min-retain {}, batch size {}",
            grouped(plan.policy.min_retain),
            grouped(plan.policy.batch_size)
        ),
    )?;
    pen.field("rule", plan.policy.algorithm.name())?;
    let reached = if plan.reached == plan.requested {
        String::new()
    } else {
        format!(" requested, {} reached", plan.reached)
    };
    pen.field("target", &format!("{}{reached}", plan.requested))?;
    pen.field(
        "result",
        &format!(
            "{} in {}, {} left",
            words::counts(plan),
            count(plan.transactions, "transaction"),
            grouped(plan.after() as u64)
        ),
    )
}

/// What an effect means.
const fn meaning(effect: Effect) -> &'static str {
    match effect {
        Effect::Resurrected => "not live now, live afterwards",
        Effect::Reverted => "live now, and afterwards at an older revision",
        Effect::Lost => "live now, and not afterwards",
    }
}

const fn role(effect: Effect) -> Role {
    match effect {
        Effect::Resurrected => Role::Resurrected,
        Effect::Reverted => Role::Reverted,
        Effect::Lost => Role::Lost,
    }
}

fn affected(pen: &mut Pen<'_>, preview: &Preview<'_>, effect: Effect) -> io::Result<()> {
    let keys = preview.with(effect);
    if keys.is_empty() {
        return Ok(());
    }
    let history = preview.table.history;
    let glyph = pen.page.glyphs.of(Glyph::Effect(effect));
    let heading = format!(
        "{glyph} {} {}: {}",
        count(keys.len() as u64, "key"),
        words::effect_word(effect),
        meaning(effect)
    );
    pen.blank()?;
    pen.wrapped(role(effect), "", "  ", &heading)?;
    for key in keys {
        let change = match key.after {
            Some(after) => {
                format!("{} → {}", key.before.revision, after.revision)
            }
            None => format!("{} → nothing", key.before.revision),
        };
        let change = pen.page.glyphs.text(&change);
        let name = format!("{}  {change}", escape(history.name(key.key)));
        pen.wrapped(Role::Title, "  ", "    ", &name)?;
        pen.wrapped(Role::Text, "    ", "    ", &words::story(history, &preview.plan, key))?;
    }
    Ok(())
}

fn rows(pen: &mut Pen<'_>, Preview { table, plan, .. }: &Preview<'_>) -> io::Result<()> {
    let history = table.history;
    for (heading, survives) in [("removed", false), ("survivors", true)] {
        pen.blank()?;
        pen.line(&[(Role::Title, heading)])?;
        for at in history.iter().filter(|&at| plan.survives(at) == survives) {
            row(pen, history, at)?;
        }
    }
    Ok(())
}

fn row(pen: &mut Pen<'_>, history: &History, at: RowIx) -> io::Result<()> {
    let longest = history.current().unwrap_or_default().to_string().len();
    let id = format!("{:>longest$}  ", history.id(at));
    let kind = format!("{:<6}  ", words::kind_word(history.kind(at)));
    let name = history.row(at).name.map_or("NULL".into(), escape);
    let name = match pen.page.width {
        Some(width) => {
            pen.page.glyphs.cut_middle(&name, width.saturating_sub(id.len() + kind.len()))
        }
        None => name.into_owned(),
    };
    pen.line(&[(Role::Text, &id), (Role::Text, &kind), (Role::Text, &name)])
}
