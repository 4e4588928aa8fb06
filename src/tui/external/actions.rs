//! What is given to another program.

use super::External;
use crate::history::Revision;
use crate::tui::app::App;
use crate::tui::copy;
use crate::tui::message::Command;
use crate::tui::overlays::value::Asked;
use crate::value::{Body, Value};

/// The text of what has the keyboard, in a pager.
pub(in crate::tui) fn page(app: &mut App) -> Vec<Command> {
    let text = copy::actions::shown(app).join("\n") + "\n";
    vec![Command::Show(External::Pager, vec![("kinescope.txt".to_owned(), text)])]
}

/// The value that is shown, in an editor.
pub(in crate::tui) fn edit(app: &mut App) -> Vec<Command> {
    let value = app.value.values().and_then(|values| values.value.as_ref());
    let Some(text) = value.and_then(text) else {
        app.refuse("There is no value here to open. A Secret is never opened.");
        return Vec::new();
    };
    vec![Command::Show(External::Editor, vec![(name(app, "value"), text)])]
}

/// The value before and after, in a diff.
pub(in crate::tui) fn compare(app: &mut App) -> Vec<Command> {
    let values = app.value.values();
    let both = values.map(|values| [&values.old_value, &values.value]);
    let [old, new] =
        both.unwrap_or([&None, &None]).each_ref().map(|value| value.as_ref().and_then(text));
    if old.is_none() && new.is_none() {
        app.refuse("There are no values here to compare. A Secret is never opened.");
        return Vec::new();
    }
    let against = app.value.asked.as_ref().and_then(Asked::compared);
    let before = match against {
        Some(id) => file(app, id, "value"),
        None => name(app, "old"),
    };
    let files = [(before, old), (name(app, "value"), new)];
    let files = files.map(|(name, text)| (name, text.unwrap_or_default()));
    vec![Command::Show(External::Diff, files.into())]
}

/// A file's name, by which editors know how to colour it.
fn name(app: &App, what: &str) -> String {
    file(app, app.value.asked.as_ref().map_or(0, |asked| asked.id), what)
}

fn file(app: &App, id: Revision, what: &str) -> String {
    let values = app.value.values().into_iter();
    let mut both = values.flat_map(|values| [&values.value, &values.old_value]).flatten();
    let is_yaml = both.any(|value| value.object().is_some());
    format!("{id}-{what}.{}", if is_yaml { "yaml" } else { "json" })
}

/// A value as lines, where it was understood.
fn text(value: &Value) -> Option<String> {
    match &value.body {
        Body::Empty | Body::Encrypted { .. } | Body::Bytes => None,
        body => Some(body.lines().join("\n") + "\n"),
    }
}
