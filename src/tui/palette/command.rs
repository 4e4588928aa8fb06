//! The commands: every action by its name, and those that take a word.

use std::sync::LazyLock;

use crate::audit::RULES;
use crate::history::compaction::Algorithm;
use crate::history::usage;
use crate::tui::keymap::{Action, BINDINGS, Binding};
use crate::tui::panes::keys::filter::Sort;

/// A command.
#[derive(Debug)]
pub struct Command {
    /// Its name.
    pub name: String,
    /// The keys that do the same, if some do.
    pub binding: Option<&'static Binding>,
    /// What it does.
    pub help: &'static str,
    /// What it does, for the program.
    pub does: Does,
}

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// What a key does.
    Action(Action),
    /// The same, with a word that says more.
    Said(Action, Word),
    /// Compacts as another version of kine, in the preview.
    Algorithm,
    /// Saves what is shown.
    Save,
    /// Goes to a moment of the table.
    At,
    /// Chooses the colours.
    Theme,
    /// Tries something, or no more.
    Tries(Wish),
}

/// What is tried by name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// The table without any stray row.
    Strays,
    /// What a repair would make of it.
    Repair,
    /// What was read again.
    Discard,
}

/// A word that may stand after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// An order of what is listed.
    Sort,
    /// Which keys are listed.
    Filter,
    /// A rule of the audit.
    Rule,
    /// A target.
    Target,
    /// What is copied.
    Copied,
}

/// All commands, in the order of their names.
pub static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    let mut commands: Vec<Command> = BINDINGS
        .iter()
        .filter(|binding| binding.action != Action::Palette)
        .map(|binding| Command {
            name: binding.action.name(),
            binding: Some(binding),
            help: binding.help,
            does: said(binding.action),
        })
        .collect();
    let more = WITHOUT_KEY.iter().map(|&(name, help, does)| Command {
        name: name.to_owned(),
        binding: None,
        help,
        does,
    });
    commands.extend(more);
    commands.sort_by(|one, other| one.name.cmp(&other.name));
    commands
});

/// Those that no key does: name, help, and what they do.
const WITHOUT_KEY: [(&str, &str, Does); 7] = [
    ("at", "see the table as of a revision or a time: at 5890, at 02:10", Does::At),
    ("discard", "end the trial: the table as it was read", Does::Tries(Wish::Discard)),
    (
        "kine",
        "preview the compaction of an older version of kine, or of today's again",
        Does::Algorithm,
    ),
    (
        "repair",
        "what if: see the table as kinescope repair would leave it",
        Does::Tries(Wish::Repair),
    ),
    ("save", "save what is shown in a new file: .txt, .md or .json", Does::Save),
    ("strays", "what if: see the table without any stray row", Does::Tries(Wish::Strays)),
    ("theme", "choose the colours", Does::Theme),
];

const fn said(action: Action) -> Does {
    let word = match action {
        Action::Sort => Word::Sort,
        Action::Filter => Word::Filter,
        Action::Audit => Word::Rule,
        Action::Preview | Action::Target => Word::Target,
        Action::Copy => Word::Copied,
        _ => return Does::Action(action),
    };
    Does::Said(action, word)
}

/// Commands are compared by name.
impl PartialEq for Command {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Command {}

impl Command {
    /// The words that may stand after it whatever is shown, each with what it stands for; none where it
    /// takes no word, or any.
    pub fn words(&self) -> Vec<(String, String)> {
        let pair = |word: &str, help: &str| (word.to_owned(), help.to_owned());
        match self.does {
            Does::Said(_, Word::Sort) => {
                let keys = [Sort::Name, Sort::Rows, Sort::Trouble];
                let keys = keys.map(|sort| pair(sort.name(), "the list of keys"));
                let parts = [usage::Sort::Keys, usage::Sort::Bytes, usage::Sort::Freed];
                let parts = parts.map(|sort| pair(usage_word(sort), "the list of prefixes"));
                keys.into_iter().chain(parts).collect()
            }
            Does::Said(_, Word::Filter) => {
                let named = [
                    pair("all", "every key"),
                    pair("findings", "keys with an error or a warning"),
                    pair("affected", "keys that this compaction changes"),
                ];
                let rules = RULES.iter().map(|rule| pair(rule.name, rule.summary));
                named.into_iter().chain(rules).collect()
            }
            Does::Said(_, Word::Rule) => {
                RULES.iter().map(|rule| pair(rule.name, rule.summary)).collect()
            }
            Does::Said(_, Word::Copied) => crate::tui::copy::What::ALL
                .iter()
                .map(|what| pair(what.name(), what.help()))
                .collect(),
            Does::Algorithm => {
                Algorithm::ALL.iter().map(|rule| pair(rule.short_name(), rule.name())).collect()
            }
            Does::Action(_)
            | Does::Said(_, Word::Target)
            | Does::At
            | Does::Save
            | Does::Theme
            | Does::Tries(_) => Vec::new(),
        }
    }

    /// Whether a word may stand after it.
    pub const fn takes_word(&self) -> bool {
        !matches!(self.does, Does::Action(_) | Does::Tries(_))
    }

    /// Whether it means nothing without a word.
    pub const fn needs_word(&self) -> bool {
        matches!(self.does, Does::Algorithm | Does::At | Does::Save | Does::Theme)
    }
}

/// The word for an order of prefixes.
pub(super) const fn usage_word(sort: usage::Sort) -> &'static str {
    match sort {
        usage::Sort::Rows => "rows",
        usage::Sort::Keys => "keys",
        usage::Sort::Bytes => "bytes",
        usage::Sort::Freed => "freed",
        usage::Sort::Name => "name",
    }
}
