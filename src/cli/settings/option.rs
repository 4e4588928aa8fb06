//! Options that the settings can give a default.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory};
use kinescope::source::Error;

use super::section::Value;
use super::{Given, Settings};
use crate::cli::{Args, secrets, suggest};

/// An option that the settings can give a default.
#[derive(Debug)]
pub(in crate::cli) struct Known {
    /// Its long name.
    pub(in crate::cli) name: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Flag,
}

/// Every option that is a matter of taste, or of the cluster that somebody looks after. What chooses the
/// table or the form of a report is typed: a script would get something other than it was written for.
pub(in crate::cli) const OPTIONS: [Known; 9] = [
    Known { name: "theme", kind: Kind::Word },
    Known { name: "color", kind: Kind::Word },
    Known { name: "ascii", kind: Kind::Flag },
    Known { name: "collation", kind: Kind::Word },
    Known { name: "columns", kind: Kind::Word },
    Known { name: "kine", kind: Kind::Word },
    Known { name: "fail-on", kind: Kind::Word },
    Known { name: "compact-min-retain", kind: Kind::Number },
    Known { name: "compact-batch-size", kind: Kind::Number },
];

impl Known {
    /// The option on the command line: that of every command, or that of the first which has one.
    pub(in crate::cli) fn arg(&self) -> Option<Arg> {
        let root = Args::command();
        let has = |command: &Command| command.get_arguments().find(|it| self.is(it)).cloned();
        has(&root).or_else(|| root.get_subcommands().find_map(has))
    }

    fn is(&self, arg: &Arg) -> bool {
        arg.get_long() == Some(self.name)
    }

    /// A value as the settings write it.
    pub(in crate::cli) fn written(&self, value: &str) -> String {
        match self.kind {
            Kind::Word => super::quoted(value),
            Kind::Number | Kind::Flag => value.to_owned(),
        }
    }
}

/// The value of an option, if the command line would take it.
pub(super) fn checked(known: &Known, value: &Value<'_>) -> Result<Given<String>, Error> {
    let text = match known.kind {
        Kind::Word => value.text()?.to_owned(),
        Kind::Number => value.number()?.to_string(),
        Kind::Flag => value.flag()?.to_string(),
    };
    let Some(arg) = known.arg() else { return Ok(value.given(text)) };
    let values = arg.get_possible_values();
    let alone = Command::new("settings").no_binary_name(true).arg(arg);
    let Err(refused) = alone.try_get_matches_from([format!("--{}={text}", known.name)]) else {
        return Ok(value.given(text));
    };
    let shown = secrets::shown(text.as_ref());
    let names =
        values.iter().filter(|it| !it.is_hide_set()).map(clap::builder::PossibleValue::get_name);
    let names: Vec<&str> = names.collect();
    if let Some(ContextValue::Strings(_)) = refused.get(ContextKind::ValidValue) {
        return Err(value.error(format!("is not {shown}")).hint(
            match suggest::nearest(&text, names.iter().copied()) {
                Some(nearest) => format!("Did you mean {nearest}?"),
                None => format!("Expected {}.", names.join(", ")),
            },
        ));
    }
    let why = refused.source().map(ToString::to_string).unwrap_or_default();
    Err(value.error(format!("is not {shown}")).because(why))
}

impl Settings {
    /// The same, with what was typed of these options.
    #[must_use]
    pub(in crate::cli) fn beside(self, matches: &ArgMatches) -> Self {
        let typed = OPTIONS.iter().filter_map(|known| {
            // As clap calls it.
            let id = known.name.replace('-', "_");
            // Some commands do not have it.
            let mut raw = matches.try_get_raw(&id).ok().flatten()?;
            let is_typed = matches.value_source(&id) == Some(ValueSource::CommandLine);
            let value = raw.next().filter(|_| is_typed)?;
            Some((known.name, value.to_string_lossy().into_owned()))
        });
        Self { typed: typed.collect(), ..self }
    }

    /// What an option is by these settings. What `NO_COLOR` and `CLICOLOR_FORCE` say of colours is said
    /// for the moment, and so wins.
    pub(in crate::cli) fn option(&self, name: &str) -> Option<&Given<String>> {
        if name == "color" && environment_chooses_colour().is_some() {
            return None;
        }
        let given = self.options.iter().find(|(known, _)| *known == name);
        given.map(|(_, given)| given)
    }

    /// The command line, with these settings for defaults.
    pub(in crate::cli) fn applied(&self, command: Command) -> Command {
        let set = |arg: Arg| {
            let value = arg.get_long().and_then(|long| self.option(long));
            match value {
                Some(given) => arg.default_value(given.value.clone()),
                None => arg,
            }
        };
        command.mut_args(set).mut_subcommands(|command| command.mut_args(set))
    }
}

/// The variable that says whether there are colours.
pub(in crate::cli) fn environment_chooses_colour() -> Option<&'static str> {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    ["NO_COLOR", "CLICOLOR_FORCE"].into_iter().find(is_set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_one_of_the_command_line() {
        for known in &OPTIONS {
            let arg = known.arg().unwrap_or_else(|| panic!("no {}", known.name));
            assert_eq!(arg.get_id().as_str(), known.name.replace('-', "_"));
        }
    }
}
