//! What keys are called in the settings, and what each does there.

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keymap::{Action, BINDINGS, Binding};

/// A key with what is held beside it. Shift is part of a character, and counts for no other key but Tab.
pub type Key = (KeyCode, KeyModifiers);

/// What each key does: as [`BINDINGS`] has it, but for the actions that keys were chosen for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    chosen: Vec<(Action, Vec<Key>)>,
}

/// A key that would do two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Twice {
    /// The key.
    pub key: Key,
    /// What it would do.
    pub actions: [Action; 2],
}

impl Keymap {
    /// Takes the keys that were chosen for some actions, in place of those that they have otherwise.
    ///
    /// # Errors
    ///
    /// When a key would do two things.
    pub fn new(chosen: Vec<(Action, Vec<Key>)>) -> Result<Self, Twice> {
        let map = Self { chosen };
        let all = || BINDINGS.iter().map(|it| (it.action, map.keys(it)));
        for (at, (one, keys)) in all().enumerate() {
            for (other, others) in all().skip(at + 1) {
                if let Some(&key) = keys.iter().find(|key| others.contains(key)) {
                    return Err(Twice { key, actions: [one, other] });
                }
            }
        }
        Ok(map)
    }

    /// What a key does, if anything.
    pub fn resolve(&self, key: KeyEvent) -> Option<Action> {
        // Shift is part of the character already.
        let key = (key.code, key.modifiers.difference(KeyModifiers::SHIFT));
        let binding = BINDINGS.iter().find(|binding| self.keys(binding).contains(&key));
        binding.map(|binding| binding.action)
    }

    /// The keys of an action.
    pub fn keys<'a>(&'a self, binding: &'a Binding) -> &'a [Key] {
        self.chosen(binding).unwrap_or(binding.keys)
    }

    fn chosen(&self, binding: &Binding) -> Option<&[Key]> {
        let chosen = self.chosen.iter().find(|(action, _)| *action == binding.action);
        chosen.map(|(_, keys)| &**keys)
    }

    /// The keys as the help spells them.
    pub fn label(&self, binding: &Binding) -> Cow<'static, str> {
        match self.chosen(binding) {
            None => binding.label.into(),
            Some([]) => "no key".into(),
            Some(keys) => keys.iter().map(|key| short(*key)).collect::<Vec<_>>().join(" ").into(),
        }
    }

    /// The keys on the bottom line, which has these for them otherwise; `None` where there are none.
    pub fn hint(&self, binding: &Binding, otherwise: &'static str) -> Option<Cow<'static, str>> {
        match self.chosen(binding) {
            None => Some(otherwise.into()),
            Some(keys) => keys.first().map(|key| short(*key).into()),
        }
    }
}

impl Action {
    /// What the settings call it: `page-up`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for char in format!("{self:?}").chars() {
            if char.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(char.to_ascii_lowercase());
        }
        name
    }
}

/// Keys that are no characters: their name in the settings, and on the screen.
const NAMED: [(KeyCode, &str, &str); 16] = [
    (KeyCode::Enter, "enter", "Enter"),
    (KeyCode::Esc, "esc", "Esc"),
    (KeyCode::Tab, "tab", "Tab"),
    (KeyCode::BackTab, "shift-tab", "S-Tab"),
    (KeyCode::Char(' '), "space", "Space"),
    (KeyCode::Backspace, "backspace", "Bksp"),
    (KeyCode::Delete, "delete", "Del"),
    (KeyCode::Insert, "insert", "Ins"),
    (KeyCode::Up, "up", "↑"),
    (KeyCode::Down, "down", "↓"),
    (KeyCode::Left, "left", "←"),
    (KeyCode::Right, "right", "→"),
    (KeyCode::Home, "home", "Home"),
    (KeyCode::End, "end", "End"),
    (KeyCode::PageUp, "page-up", "PgUp"),
    (KeyCode::PageDown, "page-down", "PgDn"),
];

/// Understands the name of a key: `Z`, `/`, `ctrl-w`, `alt-x`, `f5`, `page-up`.
///
/// # Errors
///
/// Says what a key is called, or why no terminal sends this one.
pub fn parse(name: &str) -> Result<Key, String> {
    let (modifier, bare) = match (name.strip_prefix("ctrl-"), name.strip_prefix("alt-")) {
        (Some(bare), _) => (KeyModifiers::CONTROL, bare),
        (_, Some(bare)) => (KeyModifiers::ALT, bare),
        _ => (KeyModifiers::NONE, name),
    };
    let mut chars = bare.chars();
    let code = match (chars.next(), chars.next()) {
        (Some(char), None) if !char.is_control() && !char.is_whitespace() => KeyCode::Char(char),
        _ => named(bare).ok_or_else(|| {
            let names: Vec<&str> = NAMED.iter().map(|(_, name, _)| *name).collect();
            format!(
                "Expected a character, {} or f1 to f12, with ctrl- or alt- before it at most.",
                names.join(", ")
            )
        })?,
    };
    match (modifier, code) {
        (KeyModifiers::CONTROL, KeyCode::Char('i' | 'I')) => {
            Err("Terminals send Tab for it: write tab.".to_owned())
        }
        (KeyModifiers::CONTROL, KeyCode::Char('m' | 'M')) => {
            Err("Terminals send Enter for it: write enter.".to_owned())
        }
        (KeyModifiers::CONTROL, KeyCode::Char(char)) => {
            Ok((KeyCode::Char(char.to_ascii_lowercase()), modifier))
        }
        _ => Ok((code, modifier)),
    }
}

fn named(name: &str) -> Option<KeyCode> {
    let known = NAMED.iter().find(|(_, known, _)| *known == name).map(|(code, ..)| *code);
    known.or_else(|| {
        let number: u8 = name.strip_prefix('f')?.parse().ok()?;
        (1..=12).contains(&number).then_some(KeyCode::F(number))
    })
}

/// A key as the settings have it.
pub fn spelled((code, modifiers): Key) -> String {
    let mut text = String::new();
    if modifiers.contains(KeyModifiers::CONTROL) {
        text.push_str("ctrl-");
    }
    if modifiers.contains(KeyModifiers::ALT) {
        text.push_str("alt-");
    }
    match (NAMED.iter().find(|(known, ..)| *known == code), code) {
        (Some((_, name, _)), _) => text.push_str(name),
        (None, KeyCode::Char(char)) => text.push(char),
        (None, KeyCode::F(number)) => text.push_str(&format!("f{number}")),
        // Nothing else is bound, or can be.
        (None, _) => {}
    }
    text
}

/// A key as the screen has it.
fn short((code, modifiers): Key) -> String {
    let bare = match (NAMED.iter().find(|(known, ..)| *known == code), code) {
        (Some((_, _, name)), _) => (*name).to_owned(),
        (None, KeyCode::Char(char)) if modifiers.contains(KeyModifiers::CONTROL) => {
            char.to_ascii_uppercase().to_string()
        }
        (None, KeyCode::F(number)) => format!("F{number}"),
        (None, code) => code.as_char().map(String::from).unwrap_or_default(),
    };
    let control = if modifiers.contains(KeyModifiers::CONTROL) { "^" } else { "" };
    let alt = if modifiers.contains(KeyModifiers::ALT) { "M-" } else { "" };
    format!("{alt}{control}{bare}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn key(name: &str) -> Key {
        parse(name).expect(name)
    }

    fn binding(action: Action) -> &'static Binding {
        BINDINGS.iter().find(|binding| binding.action == action).expect("it is bound")
    }

    #[test]
    fn every_key_that_is_bound_has_a_name_that_leads_back_to_it() {
        for binding in BINDINGS {
            for key in binding.keys {
                assert_eq!(parse(&spelled(*key)), Ok(*key), "{}", spelled(*key));
                assert!(!short(*key).is_empty());
            }
        }
        for name in ["Z", "ctrl-w", "alt-x", "f12", "ctrl-space", "alt-enter", "-", "ä"] {
            assert_eq!(spelled(key(name)), name);
        }
        assert_eq!(key("ctrl-W"), key("ctrl-w"));
    }

    #[test]
    fn what_no_terminal_sends_is_refused() {
        for name in
            ["", "ctrl-", "F5", "f13", "hyper-x", "shift-up", "ctrl-i", "ctrl-m", "\t", "xy"]
        {
            assert!(parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn every_action_has_a_name_of_its_own() {
        let names: BTreeSet<String> = BINDINGS.iter().map(|it| it.action.name()).collect();
        assert_eq!(names.len(), BINDINGS.len());
        assert!(names.contains("page-up") && names.contains("quit"), "{names:?}");
    }

    #[test]
    fn chosen_keys_take_the_place_of_those_of_an_action() {
        let map = Keymap::new(vec![
            (Action::Value, vec![key("f3"), key("ctrl-x")]),
            (Action::Mark, Vec::new()),
            // The key of another, which has others now.
            (Action::Usage, vec![key("V")]),
        ])
        .expect("no key does two things");
        let does = |name| {
            let (code, modifiers) = key(name);
            map.resolve(KeyEvent::new(code, modifiers))
        };
        assert_eq!(does("f3"), Some(Action::Value));
        assert_eq!(does("ctrl-x"), Some(Action::Value));
        assert_eq!(does("V"), Some(Action::Usage));
        assert_eq!((does("u"), does("m")), (None, None));
        assert_eq!(does("q"), Some(Action::Quit));
        assert_eq!(map.label(binding(Action::Value)), "F3 ^X");
        assert_eq!(map.label(binding(Action::Mark)), "no key");
        assert_eq!(map.label(binding(Action::Quit)), "q");
        assert_eq!(map.hint(binding(Action::Value), "V").as_deref(), Some("F3"));
        assert_eq!(map.hint(binding(Action::Mark), "m"), None);
        assert_eq!(map.hint(binding(Action::Quit), "q").as_deref(), Some("q"));
    }

    #[test]
    fn a_key_does_one_thing() {
        let twice = Keymap::new(vec![(Action::Value, vec![key("u")])]);
        let actions = [Action::Usage, Action::Value];
        assert_eq!(twice, Err(Twice { key: key("u"), actions }));
    }
}
