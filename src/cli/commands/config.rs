//! `config`: the settings, and where each comes from.

use std::io::{self, Write};

use clap::Args as Group;
use kinescope::display::{Change, Role, Theme};
use kinescope::source::Error;
use kinescope::tui::keymap::{Action, BINDINGS, Binding};
use kinescope::tui::keyname::{Keymap, spelled};

use crate::cli::output::printed;
use crate::cli::settings::option::{Known, OPTIONS, environment_chooses_colour};
use crate::cli::settings::{
    FIELDS, NamedSource, Secret, Settings, default_path, quoted, shown_change,
};
use crate::cli::{Status, appearance};

#[derive(Debug, Group)]
pub(in crate::cli) struct Config {
    /// Print an example that has every setting, to begin a file with
    #[arg(long)]
    pub(in crate::cli) default: bool,
}

/// Runs `kinescope config`.
pub(in crate::cli) fn config(args: &Config, settings: &Settings) -> Result<Status, Error> {
    let text = if args.default { example() } else { effective(settings) };
    let mut out = io::stdout().lock();
    let written = out.write_all(appearance::said(&text).as_bytes());
    printed(written.and_then(|()| out.flush()), Status::Clean)
}

/// The settings as they are, which could be read as they are printed.
fn effective(settings: &Settings) -> String {
    let mut text = String::new();
    text.push_str(&match (&settings.path, default_path()) {
        (Some(path), _) => format!(
            "# Read from {}\n",
            kinescope::text::escape(path.as_os_str().as_encoded_bytes())
        ),
        (None, Some(path)) => format!("# No file was read. It would be {}\n", path.display()),
        (None, None) => "# No file was read.\n".to_owned(),
    });
    let mut line = |said: String, from: String| text.push_str(&format!("{said}  # {from}\n"));
    let at = |line: usize| format!("line {line}");
    for known in &OPTIONS {
        let (said, from) = option(known, settings);
        line(said, from);
    }
    line(
        format!("mouse = {}", settings.mouse.as_ref().is_none_or(|it| it.value)),
        settings.mouse.as_ref().map_or_else(default, |it| at(it.line)),
    );
    match &settings.clipboard {
        Some(it) => line(format!("clipboard = {}", quoted(&it.value)), at(it.line)),
        None => line("#clipboard =".to_owned(), "not set".to_owned()),
    }
    if !settings.roles.is_empty() {
        line("\n[roles]".to_owned(), "all others are those of the theme".to_owned());
    }
    for (role, given) in &settings.roles {
        line(format!("{} = {}", role.name(), shown_change(given.value)), at(given.line));
    }
    line("\n[keys]".to_owned(), "ctrl-c always quits".to_owned());
    for binding in bindings() {
        let given = settings.keys.iter().find(|(action, _)| *action == binding.action);
        let from = given.map_or_else(default, |(_, given)| at(given.line));
        line(keys(binding, &settings.keymap), from);
    }
    for source in &settings.sources {
        let (name, at) = (&source.name, at(source.line));
        text.push_str(&format!("\n[source.{name}]  # {at}\n{}", fields(source)));
    }
    text
}

fn default() -> String {
    "default".to_owned()
}

/// An option and its value, and where that comes from.
fn option(known: &Known, settings: &Settings) -> (String, String) {
    let name = known.name;
    let said = |value: &str| format!("{name} = {}", known.written(value));
    let typed = settings.typed.iter().find(|(typed, _)| *typed == name);
    if let Some((_, value)) = typed {
        return (said(value), format!("--{name}"));
    }
    if let Some(given) = settings.option(name) {
        return (said(&given.value), format!("line {}", given.line));
    }
    let arg = known.arg();
    let value = arg.as_ref().and_then(|arg| arg.get_default_values().first());
    let from = match environment_chooses_colour() {
        Some(variable) if name == "color" => format!("{variable} is set"),
        _ => default(),
    };
    match value {
        Some(value) => (said(&value.to_string_lossy()), from),
        None => (format!("#{name} ="), "not set".to_owned()),
    }
}

/// What the settings can bind.
fn bindings() -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(|binding| binding.action != Action::Interrupt)
}

fn keys(binding: &Binding, keymap: &Keymap) -> String {
    let keys = keymap.keys(binding).iter().map(|key| quoted(&spelled(*key)));
    format!("{} = [{}]", binding.action.name(), keys.collect::<Vec<_>>().join(", "))
}

/// What is said of a source. There is no password in it.
fn fields(source: &NamedSource) -> String {
    let NamedSource { named, password, ca, certificate, key, skip_verify, .. } = source;
    let endpoint = kinescope::source::Source::from(named.clone()).to_string();
    let mut text = format!("endpoint = {}\n", quoted(&endpoint));
    let path = |path: &std::path::Path| quoted(&path.to_string_lossy());
    let mut field = |name: &str, value: String| text.push_str(&format!("{name} = {value}\n"));
    match password {
        Some(Secret::Variable(name)) => field("password", quoted(&format!("${{env:{name}}}"))),
        Some(Secret::File(file)) => field("password-file", path(file)),
        None => {}
    }
    for (name, file) in [("ca-file", ca), ("cert-file", certificate), ("key-file", key)] {
        if let Some(file) = file {
            field(name, path(file));
        }
    }
    if *skip_verify {
        field("skip-verify", "true".to_owned());
    }
    text
}

/// What a source of the example says: each part, in words, and as it is written.
const SOURCE: [(&str, &str, &str); FIELDS.len()] = [
    (
        "endpoint",
        "an endpoint as on the command line, or the path of a file",
        "\"mysql://kine@tcp(db1:3306)/kine\"",
    ),
    ("password", "the variable that holds the password", "\"${env:KINE_PASSWORD}\""),
    ("password-file", "or the file whose first line is the password", "\"~/.kine-password\""),
    ("ca-file", "as --ca-file, --cert-file and --key-file", "\"/etc/kine/ca.pem\""),
    ("cert-file", "", "\"/etc/kine/client.pem\""),
    ("key-file", "", "\"/etc/kine/client.key\""),
    ("skip-verify", "as --skip-verify", "false"),
];

/// A file that has every setting, and changes none.
fn example() -> String {
    let mut text = String::from(
        "# The settings of kinescope, each as it is where nothing is set, or with an example.\n\
         # Save this as ~/.config/kinescope/config.toml, and remove the # before what you change.\n\
         # What is typed on the command line wins.\n",
    );
    let mut say = |words: &str, said: &str| {
        if !words.is_empty() {
            text.push_str(&format!("\n# {words}\n"));
        }
        text.push_str(&format!("{said}\n"));
    };
    for known in &OPTIONS {
        let Some(arg) = known.arg() else { continue };
        let values = arg.get_possible_values();
        let values = values.iter().filter(|it| !it.is_hide_set());
        let values: Vec<&str> = values.map(clap::builder::PossibleValue::get_name).collect();
        let mut words = arg.get_help().map(ToString::to_string).unwrap_or_default();
        if values.len() > 2 {
            words.push_str(&format!(": {}", values.join(", ")));
        }
        let default = arg.get_default_values().first();
        let value = default.map(|it| it.to_string_lossy().into_owned());
        // What is not set otherwise has an example.
        let value = value.unwrap_or_else(|| match known.name {
            "kine" => "v0.11.12".to_owned(),
            _ => "kine".to_owned(),
        });
        say(&words, &format!("#{} = {}", known.name, known.written(&value)));
    }
    say(
        "Whether the mouse is the explorer's; otherwise the terminal selects text with it",
        "#mouse = true",
    );
    say("A command that takes what is copied on its standard input", "#clipboard = \"wl-copy\"");
    say("Keys by action. [] is none; ctrl-c always quits", "[keys]");
    for binding in bindings() {
        say(binding.help, &format!("#{}", keys(binding, &Keymap::default())));
    }
    say(
        "How single roles look: fg and bg are red or bright-red, a number from 0 to 255, or #rrggbb;\n\
         # modifiers are bold, dim, italic, underline and reverse. What is left out is the theme's",
        "[roles]",
    );
    for role in Role::ALL {
        let style = Theme::DEFAULT.style(role);
        let effects = style.get_effects();
        let change = Change {
            fg: style.get_fg_color(),
            bg: style.get_bg_color(),
            effects: (effects != anstyle::Effects::new()).then_some(effects),
        };
        say(role.meaning(), &format!("#{} = {}", role.name(), shown_change(change)));
    }
    say("Sources with a name, for kinescope @prod and kinescope audit @prod", "#[source.prod]");
    for (name, words, value) in SOURCE {
        say(words, &format!("#{name} = {value}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::settings::Given;

    /// The example with everything in it set.
    fn uncommented() -> String {
        let lines = example();
        let lines = lines.lines().map(|line| match line.strip_prefix('#') {
            Some(set) if !set.starts_with(' ') => set,
            _ => line,
        });
        // It has both, to show them.
        let lines = lines.filter(|line| !line.starts_with("password-file"));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_example_has_every_setting_as_it_is_without_one() {
        let settings = Settings::parse("example", &uncommented()).expect("it can be read");
        for known in &OPTIONS {
            let given = settings.options.iter().find(|(name, _)| *name == known.name);
            let (_, given) = given.unwrap_or_else(|| panic!("no {}", known.name));
            let arg = known.arg().expect("it is an option");
            if let Some(default) = arg.get_default_values().first() {
                assert_eq!(given.value, default.to_string_lossy(), "{}", known.name);
            }
        }
        assert!(settings.mouse.is_some_and(|it| it.value) && settings.clipboard.is_some());
        for binding in bindings() {
            let given = settings.keys.iter().find(|(action, _)| *action == binding.action);
            assert_eq!(given.map(|(_, Given { value, .. })| &**value), Some(binding.keys));
        }
        for role in Role::ALL {
            assert!(settings.roles.iter().any(|(known, _)| *known == role), "{role:?}");
        }
        assert_eq!(SOURCE.map(|(name, ..)| name), FIELDS);
        assert_eq!(settings.sources.len(), 1);
    }

    #[test]
    fn the_example_as_it_is_sets_nothing() {
        let settings = Settings::parse("example", &example()).expect("it can be read");
        assert_eq!(effective(&settings), effective(&Settings::default()));
    }

    #[test]
    fn what_is_printed_can_be_read_and_is_printed_again() {
        let text = uncommented() + "\n[source.dump]\nendpoint = \"/var/dump \\\"1\\\".sql\"\n";
        let settings = Settings::parse("example", &text).expect("it can be read");
        let first = effective(&settings);
        let again = effective(&Settings::parse("again", &first).expect("it can be read"));
        let values = |text: &str| -> Vec<String> {
            let lines = text.lines().map(|line| line.split("  # ").next().unwrap_or_default());
            lines.map(str::to_owned).collect()
        };
        assert_eq!(values(&first), values(&again));
        assert!(first.contains("endpoint = \"/var/dump \\\"1\\\".sql\"\n"), "{first}");
    }
}
