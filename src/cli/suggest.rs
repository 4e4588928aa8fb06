//! A first word that is neither a command nor a source: most likely a command that is misspelt; and
//! names of rules that are.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, CommandFactory};
use kinescope::audit::{RULES, Rule, find};
use kinescope::display::glossary;
use kinescope::source::Error;
use kinescope::text::escape;

use super::Args;
use super::manual::TOPICS;

/// What is wrong with the first word of arguments that clap refuses, if it is that word.
pub(super) fn first(arguments: impl Iterator<Item = OsString>) -> Option<Error> {
    // Whatever follows is the business of the command that was meant.
    let rest = Arg::new("rest").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    let rest = rest.value_parser(clap::value_parser!(OsString));
    let matches = Args::command().arg(rest).try_get_matches_from(arguments).ok()?;
    if matches.subcommand_name().is_some() {
        return None;
    }
    word(matches.get_one::<OsString>("source")?)
}

/// What is wrong with a word that stands where a command or a source does, if anything is. What
/// could be a path, a host or an endpoint is a source.
pub(super) fn word(word: &OsStr) -> Option<Error> {
    let bytes = word.as_encoded_bytes();
    let source = word == "-" || bytes.iter().any(|byte| b"/.:@".contains(byte));
    if source || Path::new(word).exists() {
        return None;
    }
    let shown = shown(bytes);
    let error = Error::usage(format!("{shown} is neither a command nor a file"));
    let commands = Args::command().get_subcommands().cloned().collect();
    // The closest is the last.
    Some(error.hint(closest(word, commands).pop().map_or_else(
        || {
            "kinescope --help lists the commands. Write a server as \
             mysql://USER@tcp(HOST)/DATABASE."
                .to_owned()
        },
        |command| format!("kinescope {command}"),
    )))
}

/// The rule of that name, or what is wrong with the name.
pub(super) fn rule(name: &str) -> Result<&'static Rule, Error> {
    find(name).ok_or_else(|| unknown("rule", name, RULES.iter().map(|rule| rule.name)))
}

/// What is wrong with a word that `explain` does not know.
pub(super) fn explained(name: &str) -> Error {
    let words = glossary::TERMS.iter().map(|term| term.name);
    unknown("rule and no word", name, RULES.iter().map(|rule| rule.name).chain(words))
}

/// Says that there is none of that name, and which come closest.
fn unknown(what: &str, name: &str, known: impl Iterator<Item = &'static str>) -> Error {
    // What is a rule's name and a word as well is one name.
    let known: BTreeSet<&str> = known.collect();
    let mut closest = closest(OsStr::new(name), known.into_iter().map(Command::new).collect());
    closest.reverse();
    let error = Error::usage(format!("there is no {what} {}", shown(name.as_bytes())));
    error.hint(if closest.is_empty() {
        "kinescope explain lists the rules and the words.".to_owned()
    } else {
        format!("{}. kinescope explain lists all of them.", closest.join(", or "))
    })
}

/// What is wrong with the name of a topic that is none.
pub(super) fn topic(name: &str) -> Error {
    let error = Error::usage(format!("there is no topic {}", shown(name.as_bytes())));
    if find(name).is_some() || glossary::term(name).is_some() {
        return error.hint(format!("kinescope explain {name}"));
    }
    let topics = TOPICS.iter().map(|topic| Command::new(topic.name));
    let commands = Args::command().get_subcommands().cloned().collect::<Vec<_>>();
    let closest = closest(OsStr::new(name), topics.chain(commands).collect());
    error.hint(closest.last().map_or_else(
        || "kinescope help lists all topics.".to_owned(),
        |closest| format!("kinescope help {closest}, or kinescope help for all topics."),
    ))
}

/// The name that is the most like a word, if one is like it at all.
pub(super) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let commands = names.map(|name| Command::new(name.to_owned())).collect();
    closest(OsStr::new(word), commands).pop()
}

fn shown(word: &[u8]) -> Cow<'_, str> {
    if word.is_empty() { "\"\"".into() } else { escape(word) }
}

/// The commands that clap takes a word for, the closest last.
fn closest(word: &OsStr, commands: Vec<Command>) -> Vec<String> {
    let only = Command::new("kinescope").disable_help_subcommand(true);
    let only = only.subcommands(commands).subcommand_required(true);
    let Err(error) = only.try_get_matches_from([OsStr::new("kinescope"), word]) else {
        return Vec::new();
    };
    match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(names)) => names.clone(),
        _ => Vec::new(),
    }
}
