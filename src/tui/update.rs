//! What each message changes.

use crossterm::event::{KeyEvent, KeyEventKind, KeyModifiers};

use super::act::act;
use super::app::App;
use super::follow::follow;
use super::intake::{merge, source, tick};
use super::keymap::Action;
use super::message::{Command, Message};
use super::overlays::value_actions;
use super::panes::{log, preview, usage};
use super::prompt::paste;
use super::typing::typed;
use super::{copy, live, moment, mouse, reload, trial};

/// How many rows are merged at a time. Keys wait for one such slice at most.
const MERGED: usize = 1 << 15;

/// Changes the model by one message, and gives what the loop must do for it.
pub fn update(app: &mut App, message: Message) -> Vec<Command> {
    let mut commands = change(app, message);
    follow(app);
    commands.extend(live::actions::go_on(app));
    commands.extend(log::actions::due(app));
    commands.extend(live::actions::due(app));
    commands
}

/// Changes the model by one message; what follows from that is for the caller.
pub(super) fn change(app: &mut App, message: Message) -> Vec<Command> {
    match message {
        Message::Source(event) if app.again.is_some() => reload::source(app, event),
        Message::Source(event) => source(app, event),
        Message::Measured(measured) => {
            usage::actions::measured(app, measured);
            Vec::new()
        }
        Message::Found(found) => value_actions::take(app, found),
        Message::Sampled(asked, came) => {
            log::actions::take(app, &asked, came);
            Vec::new()
        }
        Message::Looked(looked) => {
            live::actions::take(app, looked);
            Vec::new()
        }
        Message::Key(key) => pressed(app, key),
        Message::Keys(keys) => pressed_all(app, &keys),
        Message::Mouse(event) => mouse::moved(app, event),
        Message::Paste(text) => {
            paste(app, &text);
            Vec::new()
        }
        Message::Action(action) => match at_any_time(action) {
            Some(command) => vec![command],
            None => act(app, action),
        },
        Message::Resize(width, height) => {
            app.size = ratatui::layout::Size { width, height };
            Vec::new()
        }
        Message::Background(background) => {
            app.background = Some(background);
            // Meanwhile somebody may have chosen colours that do not hang on it.
            if app.start.preferences.asks_background {
                app.start.look.theme = app.start.look.theme.on(background);
            }
            Vec::new()
        }
        Message::Clock(reading_for) => {
            app.reading_for = reading_for;
            Vec::new()
        }
        Message::Sent(sent) => {
            app.sent = sent;
            Vec::new()
        }
        Message::Tick => {
            tick(app);
            moment::actions::tick(app);
            Vec::new()
        }
        Message::Merge if app.table.merge.is_some() => merge(app, MERGED),
        Message::Merge => reload::merge(app, MERGED),
        Message::Plan => {
            preview::actions::work(app);
            Vec::new()
        }
        Message::List => {
            app.keys.advance(&app.table.history, app.preview.as_ref(), &app.audit);
            Vec::new()
        }
        Message::Draw => {
            app.chain.advance(&app.table.history, app.preview.as_ref());
            Vec::new()
        }
        Message::Audit => {
            audit(app);
            Vec::new()
        }
        Message::Count => {
            let App { usage, keys, table, preview, .. } = app;
            usage.advance(&table.history, preview.as_ref(), || keys.by_name(&table.history));
            Vec::new()
        }
        Message::Judge => {
            live::actions::judge(app);
            Vec::new()
        }
    }
}

/// A slice of the audit; the lists follow what it found.
fn audit(app: &mut App) {
    if !app.audit.is_running() {
        trial::actions::audit(app);
        return;
    }
    let was_known = app.audit.verdict.is_some();
    let is_new = app.audit.advance(&app.table.history);
    let is_judged = app.audit.verdict.is_some() && !was_known;
    if (is_new || is_judged) && app.keys.depends_on_audit() {
        app.list_keys();
    }
    if is_new || is_judged {
        open_on_the_worst(app);
    }
}

/// A table with trouble is opened at the key of which the worst becomes, unless somebody has gone
/// elsewhere meanwhile.
fn open_on_the_worst(app: &mut App) {
    if !app.placed
        && let Some(key) = app.audit.worst_key(&app.table.history)
    {
        app.keys.select_key(key);
        app.placed = app.audit.is_final();
    }
}

fn pressed(app: &mut App, key: KeyEvent) -> Vec<Command> {
    app.notice = None;
    app.placed = true;
    app.dates.sought = None;
    let action = app.start.preferences.keys.resolve(key);
    if let Some(command) = action.and_then(at_any_time) {
        return vec![command];
    }
    if moment::actions::stop(app) {
        return Vec::new();
    }
    if app.copying {
        return copy::actions::chosen(app, key);
    }
    if app.prompt.is_some() {
        return typed(app, key);
    }
    if action.is_none() {
        app.refuse("That key does nothing here. ? lists the keys, : the commands.");
    }
    action.map_or_else(Vec::new, |action| act(app, action))
}

/// Keys one after the other, of which an interrupt comes first wherever it is. What a line is typed
/// for follows when they are all in it.
fn pressed_all(app: &mut App, keys: &[KeyEvent]) -> Vec<Command> {
    let resolve = |key| app.start.preferences.keys.resolve(key);
    if keys.iter().any(|&key| resolve(key) == Some(Action::Interrupt)) {
        return vec![Command::Interrupt];
    }
    let mut commands = Vec::new();
    let mut rest = keys;
    while let Some((&key, after)) = rest.split_first() {
        // Letter by letter, a line would be gone through once for each.
        let letters: String = match app.prompt {
            Some(_) => rest.iter().map_while(letter).collect(),
            None => String::new(),
        };
        if letters.is_empty() {
            commands.extend(pressed(app, key));
            rest = after;
        } else {
            app.notice = None;
            app.placed = true;
            paste(app, &letters);
            rest = &rest[letters.chars().count()..];
        }
        if app.prompt.is_none() {
            follow(app);
        }
    }
    commands
}

/// The letter that a key stands for in a line that is typed.
fn letter(key: &KeyEvent) -> Option<char> {
    let is_plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
    let letter = key.code.as_char().filter(|letter| !letter.is_control());
    letter.filter(|_| is_plain && key.kind != KeyEventKind::Release)
}

/// What a key does whatever the screen shows.
const fn at_any_time(action: Action) -> Option<Command> {
    match action {
        Action::Interrupt => Some(Command::Interrupt),
        Action::Suspend => Some(Command::Suspend),
        _ => None,
    }
}
