//! What a compaction would do, as text.

use std::io::{self, Write};

use super::pen::Pen;
use super::{Page, Table, verdict};
use crate::display::{Glyph, Role, words};
use crate::history::compaction::{Effect, KeyEffect, Outlook, Plan, Policy, Stop, Verdict, plan};
use crate::history::{History, Revision, RowIx};
use crate::text::{count, escape, grouped, printable};

/// A compaction and what it does to every key.
#[derive(Debug, Clone)]
pub struct Preview<'a> {
    /// The table.
    pub table: Table<'a>,
    /// The compaction.
    pub plan: Plan,
    /// The keys that change state.
    pub effects: Vec<KeyEffect>,
    /// What becomes of keys whatever the target; `None` where only the target was asked for.
    pub verdict: Option<Verdict>,
    /// Whether rows are listed.
    pub rows: bool,
}

impl<'a> Preview<'a> {
    /// Plans the compaction to `target`, or as far as the policy lets kine go. The verdict is of what
    /// kine does by itself, whatever the target.
    pub fn new(table: Table<'a>, target: Option<Revision>, policy: Policy, rows: bool) -> Self {
        let history = table.history;
        let target = target.unwrap_or_else(|| policy.reach(history.current().unwrap_or_default()));
        let plan = plan(history, target, policy);
        let effects = plan.effects(history);
        let verdict = Some(Verdict::of(history, policy.by_itself()));
        Self { table, plan, effects, verdict, rows }
    }

    /// Of the target alone.
    #[must_use]
    pub fn only_target(self) -> Self {
        Self { verdict: None, ..self }
    }

    /// Whether the target, or any other, changes a key.
    pub fn changes_keys(&self) -> bool {
        !self.effects.is_empty() || self.verdict.as_ref().is_some_and(Verdict::changes_keys)
    }

    /// The keys to which one effect happens, by name.
    pub fn with(&self, effect: Effect) -> Vec<&KeyEffect> {
        let mut keys: Vec<_> = self.effects.iter().filter(|key| key.effect == effect).collect();
        keys.sort_by_key(|key| self.table.history.name(key.key));
        keys
    }

    /// Why it ends where it ends; `None` when it reaches the target.
    pub fn stop(&self) -> Option<String> {
        stop(self.table.history, &self.plan)
    }

    /// What lets chains fork, where that is known.
    pub fn danger(&self) -> Option<&'static str> {
        (self.table.history.profile().unique_index == Some(false)).then_some(
            "There is no unique index on name and prev_revision: more forks can come about. \
             `kinescope audit` says what to do.",
        )
    }

    /// How many stray rows there are. In a part of a table a row may only seem to be one.
    pub fn strays(&self) -> Option<u64> {
        let history = self.table.history;
        let rows = || history.keys().map(|(key, _)| history.strays(key).len() as u64).sum();
        (self.table.is_whole() && !history.may_be_a_part()).then(rows)
    }
}

/// Why a compaction that was not aimed anywhere else ends where it ends; `None` when it reaches its
/// target.
pub(super) fn stop(history: &History, plan: &Plan) -> Option<String> {
    let reach = history.current().map(|current| plan.policy.reach(current));
    if history.is_empty() {
        return Some("The table is empty: there is nothing to compact.".to_owned());
    }
    match plan.stop {
        // "Compacted already" would be true, but this is why there is nothing to do.
        Stop::AlreadyCompacted if Some(plan.requested) == reach => Some(format!(
            "kine keeps the newest {} (--compact-min-retain), and the table is compacted to {}: \
             there is nothing to compact yet. {NONE_KEPT}",
            count(plan.policy.min_retain, "revision"),
            plan.reached
        )),
        Stop::Retained => words::stop(plan).map(|stop| format!("{stop} {NONE_KEPT}")),
        _ => words::stop(plan),
    }
}

/// How to see what follows once the newest revisions are kept no more.
const NONE_KEPT: &str = "With --compact-min-retain 0 none are kept.";

/// Every effect, the worst to notice late first.
pub(super) const EFFECTS: [Effect; 3] = [Effect::Resurrected, Effect::Lost, Effect::Reverted];

/// Writes the preview.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn text(out: &mut dyn Write, page: Page, preview: &Preview<'_>) -> io::Result<()> {
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
    if let Some(danger) = preview.danger() {
        pen.paragraph(danger)?;
    }
    for said in words::compactor(
        preview.table.history,
        &Outlook::of(preview.table.history, preview.plan.policy),
    ) {
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
