//! What stands in the file.

use kinescope::display::Role;
use kinescope::source::Error;
use kinescope::text::escape;
use kinescope::tui::keymap::{Action, BINDINGS};
use kinescope::tui::keyname::{self, Keymap, Twice};
use toml::de::DeTable;

use super::section::{Place, Section, Value};
use super::{Bound, Chosen, NamedSource, Settings, colour, option};

impl Settings {
    /// Understands the text of a file, which is shown by that name.
    ///
    /// # Errors
    ///
    /// All are [usage](Error::usage) and name the file and the line; none repeats what may be a password.
    pub(in crate::cli) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let place = Place { file, text };
        let table = DeTable::parse(text).map_err(|error| {
            let line = place.line(error.span().unwrap_or_default());
            // Its own words repeat the line.
            place.error(line, format!("this is not TOML: {}", error.message()))
        })?;
        let mut top = Section::new(place, "setting", "", table.get_ref()).only(&known())?;
        let mut settings = Self::default();
        for known in &option::OPTIONS {
            if let Some(value) = top.take(known.name) {
                settings.options.push((known.name, option::checked(known, &value)?));
            }
        }
        if let Some(value) = top.take("mouse") {
            settings.mouse = Some(value.given(value.flag()?));
        }
        if let Some(value) = top.take("clipboard") {
            settings.clipboard = Some(value.given(value.text()?.to_owned()));
        }
        if let Some(value) = top.take("roles") {
            settings.roles = roles(&value)?;
        }
        if let Some(value) = top.take("keys") {
            settings.keys = keys(&value)?;
            settings.keymap = keymap(place, &settings.keys)?;
        }
        if let Some(value) = top.take("source") {
            let named = value.section("source")?.rest().into_iter();
            settings.sources = named
                .map(|(name, value)| NamedSource::parse(name, &value))
                .collect::<Result<_, _>>()?;
        }
        Ok(settings)
    }
}

/// Everything that the file can say at its top.
fn known() -> Vec<&'static str> {
    let options = option::OPTIONS.iter().map(|option| option.name);
    options.chain(["mouse", "clipboard", "roles", "keys", "source"]).collect()
}

fn roles(value: &Value<'_>) -> Result<Vec<Chosen>, Error> {
    let mut section = value.section("role")?.only(&Role::ALL.map(Role::name))?;
    let mut roles = Vec::new();
    for role in Role::ALL {
        if let Some(value) = section.take(role.name()) {
            roles.push((role, value.given(colour::change(&value)?)));
        }
    }
    Ok(roles)
}

fn keys(value: &Value<'_>) -> Result<Vec<Bound>, Error> {
    let mut keys = Vec::new();
    let actions = BINDINGS.iter().map(|binding| binding.action);
    // Whatever else is bound, that one leads out.
    let names: Vec<(Action, String)> = actions
        .filter(|action| *action != Action::Interrupt)
        .map(|action| (action, action.name()))
        .collect();
    let known: Vec<&str> = names.iter().map(|(_, name)| &**name).collect();
    let mut section = value.section("action")?.only(&known)?;
    for (action, name) in &names {
        if let Some(value) = section.take(name) {
            let parsed = value.texts()?.into_iter().map(|text| {
                keyname::parse(text).map_err(|why| {
                    value.error(format!("names no key: {}", escape(text.as_bytes()))).hint(why)
                })
            });
            keys.push((*action, value.given(parsed.collect::<Result<Vec<_>, _>>()?)));
        }
    }
    Ok(keys)
}

fn keymap(place: Place<'_>, keys: &[Bound]) -> Result<Keymap, Error> {
    let chosen = keys.iter().map(|(action, given)| (*action, given.value.clone())).collect();
    Keymap::new(chosen).map_err(|Twice { key, actions }| {
        let lines = keys.iter().filter(|(action, _)| actions.contains(action));
        let line = lines.map(|(_, given)| given.line).max().unwrap_or(1);
        let [one, other] = actions.map(Action::name);
        let key = keyname::spelled(key);
        place
            .error(line, format!("{key} is bound twice: to {one} and to {other}"))
            .hint(format!("Give {one} or {other} other keys. [] is none at all."))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Given;
    use super::*;

    #[track_caller]
    fn refused(text: &str) -> (String, String) {
        let error = Settings::parse("config.toml", text).expect_err("it makes no sense");
        assert!(error.is_usage());
        (error.in_full(), error.what_to_do().unwrap_or_default().to_owned())
    }

    #[test]
    fn what_is_said_is_taken_with_its_line() {
        let text = "theme = \"light\"\nascii = true\ncompact-min-retain = 5\nmouse = false\n\
                    clipboard = \"wl-copy\"\n[keys]\nmark = []\nvalue = [\"f3\", \"ctrl-x\"]\n\
                    [roles]\nerror = { fg = \"#ff0000\", modifiers = [\"bold\"] }\n\
                    [source.prod]\nendpoint = \"mysql://kine@tcp(db1:3306)/kine\"\n";
        let settings = Settings::parse("config.toml", text).expect("it makes sense");
        let options: Vec<(&str, &str, usize)> = settings
            .options
            .iter()
            .map(|(name, given)| (*name, &*given.value, given.line))
            .collect();
        let expected =
            [("theme", "light", 1), ("ascii", "true", 2), ("compact-min-retain", "5", 3)];
        assert_eq!(options, expected);
        assert_eq!(settings.mouse, Some(Given { value: false, line: 4 }));
        assert_eq!(settings.clipboard.map(|it| it.line), Some(5));
        let lines: Vec<usize> = settings.keys.iter().map(|(_, given)| given.line).collect();
        assert_eq!(lines, [8, 7], "in the order of the help");
        assert_eq!(settings.roles[0].1.line, 10);
        assert_eq!((&*settings.sources[0].name, settings.sources[0].line), ("prod", 11));
    }

    #[test]
    fn a_typo_names_the_file_the_line_and_the_nearest_word() {
        for (text, what, hint) in [
            (
                "\nthme = \"dark\"\n",
                "config.toml:2: there is no setting thme",
                "Did you mean theme?",
            ),
            ("theme = \"lihgt\"", "config.toml:1: theme is not lihgt", "Did you mean light?"),
            (
                "[keys]\nqiut = \"Q\"",
                "config.toml:2: there is no action qiut",
                "Did you mean quit?",
            ),
            (
                "[roles]\n\nerorr = {}",
                "config.toml:3: there is no role erorr",
                "Did you mean error?",
            ),
            (
                "[roles]\nerror = { fgg = 1 }",
                "config.toml:2: there is no part fgg",
                "Did you mean fg?",
            ),
            ("[source.a]\nendpiont = \"x\"", "there is no part endpiont", "Did you mean endpoint?"),
            (
                "[roles.error]\nfg = \"bleu\"",
                "roles.error.fg is no colour: bleu",
                "Did you mean blue?",
            ),
            (
                "[roles.error]\nmodifiers=\"bolt\"",
                "there is no modifier bolt",
                "Did you mean bold?",
            ),
            ("xyzzy = 1", "there is no setting xyzzy", "Expected theme, "),
        ] {
            let (said, hinted) = refused(text);
            assert!(said.contains(what) && hinted.starts_with(hint), "{said}: {hinted}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (text, what) in [
            ("theme = ", "config.toml:1: this is not TOML: "),
            ("a = 1\na = 2", "config.toml:2: this is not TOML: duplicate key"),
            ("theme = 1", "theme needs a text in quotes"),
            ("mouse = \"yes\"", "mouse is true or false, without quotes"),
            ("ascii = 1", "ascii is true or false, without quotes"),
            ("compact-min-retain = -1", "compact-min-retain is a number, without quotes"),
            ("compact-batch-size = 0", "compact-batch-size is not 0: expected 1 or more"),
            ("collation = \"x\"", "collation is not x: expected kine, binary"),
            ("keys = 1", "keys is a table: [keys]"),
            ("[keys]\nquit = 1", "keys.quit is a list of texts in quotes"),
            ("[keys]\nquit = \"hyper-q\"", "config.toml:2: keys.quit names no key: hyper-q"),
            ("[keys]\nvalue = \"u\"", "config.toml:2: u is bound twice: to usage and to value"),
            ("[keys]\nvalue = \"W\"\nusage = \"W\"", "config.toml:3: W is bound twice: to usage"),
            ("[keys]\ninterrupt = \"x\"", "there is no action interrupt"),
            ("[keys]\nvalue = \"ctrl-c\"", "ctrl-c is bound twice: to value and to interrupt"),
        ] {
            let (said, _) = refused(text);
            assert!(said.contains(what), "{said}");
        }
    }
}
