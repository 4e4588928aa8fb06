//! The list of findings: a heading for each rule, its findings under it, and what is folded.
//!
//! ```text
//!   ▾ ⊗ fork                     17      a heading, and how many belong to it
//!       /registry/minions/node-00        those, as long as it is not folded
//!       …
//!   ▸ ⚠ create-revision       1,204
//!   ▸   not checked              10
//! ```
//!
//! Lines are not made before they are drawn: a list of a million findings is as quick as one of ten.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::audit::{Finding, Findings, Rule};
use crate::history::History;
use crate::tui::find::has;

/// A heading with more than this under it begins folded, unless a key is among it that changes.
const MANY: usize = 20;

/// How many findings one step looks through: a few milliseconds.
const STEP: usize = 1 << 15;

/// What a line of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Nothing was found.
    Clean,
    /// The heading of a rule's findings.
    Rule(&'static Rule),
    /// A finding, by its place in [`Findings::found`].
    Finding(usize),
    /// The heading of what could not be checked.
    Unchecked,
    /// A rule that could not be checked, by its place in [`Findings::unchecked`].
    NotChecked(usize),
}

/// A heading and what belongs to it: a stretch of the findings, or of what was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    heading: Spot,
    members: Range<usize>,
    /// Those of them that have the letters that are looked for; all of them where none are.
    found: Option<Vec<usize>>,
    folded: bool,
    /// Whether it is folded as long as nobody has folded or unfolded it.
    begins_folded: bool,
}

impl Group {
    const fn new(heading: Spot, members: Range<usize>) -> Self {
        Self { heading, members, found: None, folded: false, begins_folded: false }
    }

    /// How many of its members are listed.
    fn listed(&self) -> usize {
        self.found.as_ref().map_or(self.members.len(), Vec::len)
    }

    fn lines(&self) -> usize {
        match &self.found {
            Some(found) if found.is_empty() => 0,
            _ if self.folded => 1,
            _ => 1 + self.listed(),
        }
    }

    /// One of those that are listed.
    fn member(&self, nth: usize) -> Spot {
        let at = match &self.found {
            Some(found) => found[nth],
            None => self.members.start + nth,
        };
        match self.heading {
            Spot::Unchecked => Spot::NotChecked(at),
            _ => Spot::Finding(at),
        }
    }

    /// Which of those that are listed a member is.
    fn nth(&self, at: usize) -> Option<usize> {
        match &self.found {
            Some(found) => found.binary_search(&at).ok(),
            None => self.members.contains(&at).then(|| at - self.members.start),
        }
    }

    /// What its folding is remembered by.
    const fn name(&self) -> &'static str {
        match self.heading {
            Spot::Rule(rule) => rule.name,
            _ => "",
        }
    }
}

/// What is listed of the findings, and which line is selected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    cursor: usize,
    query: String,
    folds: BTreeMap<&'static str, bool>,
}

/// The list of findings.
#[derive(Debug, Default)]
pub struct FindingList {
    groups: Vec<Group>,
    /// The headings that were folded or unfolded by hand.
    folds: BTreeMap<&'static str, bool>,
    /// The line that is selected.
    pub cursor: usize,
    /// The letters that are looked for.
    query: String,
    /// The group that is looked through, and from which member on.
    looking: Option<(usize, usize)>,
}

impl FindingList {
    /// Forgets the findings; what was folded stays.
    pub fn forget(&mut self) {
        self.groups.clear();
        self.cursor = 0;
    }

    /// Lists new findings. What was selected in the old ones stays so, if it is still there.
    pub fn rebuild(&mut self, history: &History, old: &Findings, new: &Findings) {
        let selected = self.selected();
        self.groups.clear();
        if new.found.is_empty() {
            self.groups.push(Group::new(Spot::Clean, 0..0));
        }
        let mut start = 0;
        for group in new.found.chunk_by(|one, other| one.rule == other.rule) {
            let members = start..start + group.len();
            start = members.end;
            let is_urgent = group.iter().any(|finding| new.changes(history, finding));
            self.push(Spot::Rule(group[0].rule), members, is_urgent);
        }
        if !new.unchecked.is_empty() {
            self.push(Spot::Unchecked, 0..new.unchecked.len(), false);
        }
        self.fold();
        self.begin_to_look();
        self.advance(history, new);
        let place = selected.and_then(|spot| self.find(old, new, spot));
        self.select(place.unwrap_or(self.cursor));
    }

    fn push(&mut self, heading: Spot, members: Range<usize>, is_urgent: bool) {
        let mut group = Group::new(heading, members);
        group.begins_folded = group.members.len() > MANY && !is_urgent;
        self.groups.push(group);
    }

    /// Folds what was folded by hand, or begins so.
    fn fold(&mut self) {
        for group in &mut self.groups {
            group.folded = self.folds.get(group.name()).copied().unwrap_or(group.begins_folded);
        }
    }

    /// Where a line of the old findings is among the new ones.
    fn find(&self, old: &Findings, new: &Findings, spot: Spot) -> Option<usize> {
        let same = |one: &Finding, other: &Finding| {
            one.key == other.key && one.rows.first() == other.rows.first()
        };
        match spot {
            Spot::Finding(at) => {
                let finding = &old.found[at];
                let mut among = self.members(Spot::Rule(finding.rule));
                let same = among.find(|&at| same(finding, &new.found[at]));
                self.place_of(same.map_or(Spot::Rule(finding.rule), Spot::Finding))
            }
            Spot::NotChecked(at) => {
                let rule = old.unchecked[at].rule;
                let at = new.unchecked.iter().position(|unchecked| unchecked.rule == rule)?;
                self.place_of(Spot::NotChecked(at))
            }
            heading => self.place_of(heading),
        }
    }

    /// How many lines it has.
    pub fn len(&self) -> usize {
        self.groups.iter().map(Group::lines).sum()
    }

    /// Whether nothing that was found has the letters that are looked for.
    pub fn is_nothing_found(&self) -> bool {
        !self.query.is_empty() && !self.groups.is_empty() && self.at(0).is_none()
    }

    /// Whether no pass has finished.
    pub const fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// What a line is.
    pub fn at(&self, line: usize) -> Option<Spot> {
        let mut first = 0;
        for group in &self.groups {
            let after = first + group.lines();
            if line < after {
                return Some(match line - first {
                    0 => group.heading,
                    below => group.member(below - 1),
                });
            }
            first = after;
        }
        None
    }

    /// What is selected.
    pub fn selected(&self) -> Option<Spot> {
        self.at(self.cursor)
    }

    /// The line of something, or of the heading that it is folded under.
    fn place_of(&self, spot: Spot) -> Option<usize> {
        let mut first = 0;
        for group in &self.groups {
            if group.heading == spot {
                return Some(first);
            }
            let at = match (spot, group.heading) {
                (Spot::Finding(at), Spot::Rule(_)) | (Spot::NotChecked(at), Spot::Unchecked) => {
                    Some(at)
                }
                _ => None,
            };
            if let Some(nth) = at.and_then(|at| group.nth(at)) {
                return Some(first + if group.folded { 0 } else { 1 + nth });
            }
            first += group.lines();
        }
        None
    }

    fn group_of(&self, heading: Spot) -> Option<usize> {
        self.groups.iter().position(|group| group.heading == heading)
    }

    /// The places of what belongs to a heading.
    pub fn members(&self, heading: Spot) -> Range<usize> {
        self.group_of(heading).map_or(0..0, |at| self.groups[at].members.clone())
    }

    /// The line of the heading of a rule, if that found something.
    pub fn place_of_rule(&self, rule: &'static Rule) -> Option<usize> {
        self.place_of(Spot::Rule(rule))
    }

    /// How many of what belongs to a heading are listed.
    pub fn listed(&self, heading: Spot) -> usize {
        self.group_of(heading).map_or(0, |at| self.groups[at].listed())
    }

    /// The letters that are looked for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Lists what has some letters: a rule with all that it found, or a finding of a key.
    pub fn look_for(&mut self, letters: &str, history: &History, findings: &Findings) {
        letters.clone_into(&mut self.query);
        self.begin_to_look();
        self.cursor = 0;
        self.advance(history, findings);
    }

    /// What is listed, and what is selected in it.
    pub fn place(&self) -> Place {
        Place { cursor: self.cursor, query: self.query.clone(), folds: self.folds.clone() }
    }

    /// Lists what was listed before, and selects what was selected.
    pub fn go(&mut self, place: Place, history: &History, findings: &Findings) {
        let Place { cursor, query, folds } = place;
        if self.folds != folds {
            self.folds = folds;
            self.fold();
        }
        if self.query != query {
            self.look_for(&query, history, findings);
        }
        self.select(cursor);
    }

    fn begin_to_look(&mut self) {
        let is_on = !self.query.is_empty();
        self.looking = is_on.then_some((0, 0));
        for group in &mut self.groups {
            group.found = is_on.then(Vec::new);
        }
    }

    /// Whether there is more to look through.
    pub const fn is_looking(&self) -> bool {
        self.looking.is_some()
    }

    /// Looks through some more.
    pub fn advance(&mut self, history: &History, findings: &Findings) {
        let mut left = STEP;
        while let Some((at, next)) = self.looking
            && left > 0
        {
            let Some(group) = self.groups.get_mut(at) else {
                self.looking = None;
                break;
            };
            let members = group.members.clone();
            let end = members.end.min((members.start + next).saturating_add(left));
            let rule = |place: usize| match group.heading {
                Spot::Unchecked => findings.unchecked[place].rule,
                _ => findings.found[place].rule,
            };
            let has = |place: &usize| {
                let key = match group.heading {
                    Spot::Unchecked => None,
                    _ => findings.found[*place].key,
                };
                has(rule(*place).name.as_bytes(), &self.query)
                    || key.is_some_and(|key| has(history.name(key), &self.query))
            };
            let places = members.start + next..end;
            left -= places.len().min(left);
            let found: Vec<usize> = places.filter(has).collect();
            group.found.get_or_insert_default().extend(found);
            let is_done = end == members.end;
            self.looking = Some(if is_done { (at + 1, 0) } else { (at, end - members.start) });
            left = left.saturating_sub(1);
        }
        self.select(self.cursor);
    }

    /// Whether what belongs to a heading is folded.
    pub fn is_folded(&self, heading: Spot) -> bool {
        self.group_of(heading).is_some_and(|at| self.groups[at].folded)
    }

    /// Selects a line, or the last one.
    pub fn select(&mut self, line: usize) {
        self.cursor = line.min(self.len().saturating_sub(1));
    }

    /// Folds or unfolds the heading that is selected. False when none is.
    pub fn toggle(&mut self) -> bool {
        let group = self.selected().and_then(|spot| self.group_of(spot));
        let Some(group) = group.map(|at| &mut self.groups[at]) else { return false };
        if group.members.is_empty() {
            return false;
        }
        group.folded = !group.folded;
        self.folds.insert(group.name(), group.folded);
        true
    }
}
