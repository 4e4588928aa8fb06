//! How serious each rule is taken to be, and which rules count at all.

use super::{RULES, Rule, Severity};

/// How serious each rule is taken to be, and which rules count at all: as the rules say, unless a
/// reader says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    /// The only rules that count; all do when it is empty.
    only: Vec<&'static Rule>,
    /// What was said of single rules; the last word counts. `None` is to ignore the rule.
    set: Vec<(&'static Rule, Option<Severity>)>,
}

impl Levels {
    /// Lets this rule count, and none of which that is not said.
    pub fn only(&mut self, rule: &'static Rule) {
        self.only.push(rule);
    }

    /// Takes a rule to be so serious, or, without a severity, ignores it.
    pub fn set(&mut self, rule: &'static Rule, severity: Option<Severity>) {
        self.set.push((rule, severity));
    }

    /// How serious a rule is taken to be; `None` when it does not count.
    pub fn of(&self, rule: &Rule) -> Option<Severity> {
        if !self.only.is_empty() && !self.only.contains(&rule) {
            return None;
        }
        let said = self.set.iter().rfind(|(known, _)| *known == rule);
        said.map_or(Some(rule.severity), |&(_, severity)| severity)
    }

    /// The rules that do not count, in the order of [`RULES`].
    pub fn ignored(&self) -> impl Iterator<Item = &'static Rule> + '_ {
        RULES.iter().copied().filter(|rule| self.of(rule).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::find;

    fn rule(name: &str) -> &'static Rule {
        find(name).expect("there is such a rule")
    }

    #[test]
    fn the_last_word_on_a_rule_counts() {
        let fork = rule("fork");
        let mut levels = Levels::default();
        assert_eq!(levels.of(fork), Some(fork.severity));
        levels.set(fork, None);
        assert_eq!(levels.of(fork), None);
        assert_eq!(levels.ignored().collect::<Vec<_>>(), [fork]);
        levels.set(fork, Some(Severity::Info));
        assert_eq!(levels.of(fork), Some(Severity::Info));
        assert_eq!(levels.ignored().next(), None);
    }

    #[test]
    fn only_some_rules_may_count() {
        let mut levels = Levels::default();
        levels.only(rule("fork"));
        levels.only(rule("backlog"));
        levels.set(rule("backlog"), Some(Severity::Error));
        levels.set(rule("engine"), Some(Severity::Error));
        let count: Vec<_> =
            RULES.iter().filter_map(|rule| Some((rule.name, levels.of(rule)?))).collect();
        assert_eq!(count, [("fork", Severity::Error), ("backlog", Severity::Error)]);
        assert_eq!(levels.ignored().count(), RULES.len() - 2);
    }
}
