//! What each message changes.

use crossterm::event::{KeyEvent, KeyEventKind, KeyModifiers};
use tui_input::Input;

use super::app::{App, Listing, Prompt, Purpose, Reading};
use super::intake::{arrive, chain_rows, list, merge, source, tick};
use super::keymap::Action;
use super::layout::Pane;
use super::message::{Command, Message};
use super::navigate::{go_to, predecessor, successor};
use super::overlays::help::Help;
use super::overlays::{self, Sheet, value_actions};
use super::panes::detail::Detail;
use super::panes::keys::filter::Filter;
use super::panes::preview::Preview;
use super::panes::preview::actions::{compare, toggle_preview, turn, with_preview};
use super::panes::{findings, keys, preview, usage};
use super::prompt::{self, paste, typed};
use super::reload;
use crate::display::words::capitalized;
use crate::history::Revision;
use crate::history::lanes::Item;
use crate::tui::screen::areas;

/// How many rows are merged at a time. Keys wait for one such slice at most.
const MERGED: usize = 1 << 15;

/// Changes the model by one message, and gives what the loop must do for it.
pub fn update(app: &mut App, message: Message) -> Vec<Command> {
    let commands = change(app, message);
    follow(app);
    commands
}

fn change(app: &mut App, message: Message) -> Vec<Command> {
    match message {
        Message::Source(event) if app.again.is_some() => reload::source(app, event),
        Message::Source(event) => source(app, event),
        Message::Measured(measured) => {
            usage::actions::measured(app, measured);
            Vec::new()
        }
        Message::Found(found) => {
            value_actions::take(app, found);
            Vec::new()
        }
        Message::Key(key) => pressed(app, key),
        Message::Keys(keys) => pressed_all(app, &keys),
        Message::Paste(text) => {
            paste(app, &text);
            Vec::new()
        }
        Message::Action(action) => act(app, action),
        Message::Resize(width, height) => {
            app.size = ratatui::layout::Size { width, height };
            Vec::new()
        }
        Message::Background(background) => {
            app.start.look.theme = app.start.look.theme.on(background);
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
    }
}

/// What else changes with it.
fn follow(app: &mut App) {
    prompt::search(app);
    overlays::help::actions::search(app);
    app.audit.follow(&app.table.history, app.extent(), app.policy());
    if app.listing == Listing::Usage {
        app.usage.follow(&app.table.history, app.extent(), app.preview.as_ref());
    }
    app.chain.show(findings::actions::key(app));
    app.chain.listed = chain_rows(app);
    app.chain.refresh(&app.table.history, app.preview.as_ref());
    findings::actions::follow(app);
    Detail::refresh(app);
    value_actions::lay(app);
}

/// A slice of the audit; the lists follow what it found.
fn audit(app: &mut App) {
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
    let action = app.start.preferences.keys.resolve(key);
    if let Some(command) = action.and_then(at_any_time) {
        return vec![command];
    }
    if app.prompt.is_some() {
        typed(app, key);
        return Vec::new();
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

fn act(app: &mut App, action: Action) -> Vec<Command> {
    if let Some(command) = at_any_time(action) {
        return vec![command];
    }
    if app.overlay.is_some() {
        return overlays::actions::act(app, action);
    }
    let page = isize::try_from(areas(app).lines(app.focus).max(2) - 1).unwrap_or(1);
    match action {
        Action::Up => step(app, -1),
        Action::Down => step(app, 1),
        Action::PageUp => step(app, -page),
        Action::PageDown => step(app, page),
        Action::Top => step(app, isize::MIN + 1),
        Action::Bottom => step(app, isize::MAX),
        Action::Left | Action::Right if app.preview.is_some() => {
            with_preview(app, |preview, history| preview.step(history, action == Action::Right));
        }
        Action::Left if usage::actions::above(app) => {}
        Action::Right if usage::actions::is_open(app) => usage::actions::open(app),
        Action::Left | Action::PreviousPane => focus(app, Pane::previous),
        Action::Right | Action::NextPane => focus(app, Pane::next),
        Action::Open => open(app),
        Action::Unfold => app.chain.toggle_folds(&app.table.history, app.preview.as_ref()),
        Action::Value => return value_actions::ask(app),
        Action::Predecessor => predecessor(app),
        Action::Successor => successor(app),
        Action::Audit => findings::actions::toggle(app, Listing::Findings),
        Action::Usage => findings::actions::toggle(app, Listing::Usage),
        Action::Measure => return usage::actions::measure(app),
        Action::Above => usage::actions::go_above(app),
        Action::Find => {
            app.listing = Listing::Keys;
            app.focus = Pane::List;
            app.prompt = Some(Prompt { purpose: Purpose::Find, input: app.keys.query.clone() });
        }
        Action::Sort if app.listing == Listing::Usage => usage::actions::sort(app),
        Action::Sort => {
            app.listing = Listing::Keys;
            app.keys.sort = app.keys.sort.next();
            app.list_keys();
            app.tell(format!("Keys by {}.", app.keys.sort.name()));
        }
        Action::Filter if app.listing == Listing::Findings => findings::actions::filter(app),
        Action::Filter => {
            app.listing = Listing::Keys;
            keys::actions::filter(app, app.keys.filter.next(app.preview.is_some()));
        }
        Action::Jump => {
            app.prompt = Some(Prompt { purpose: Purpose::Jump, input: Input::default() });
        }
        Action::Preview => toggle_preview(app),
        Action::Target => {
            if app.preview.is_none() {
                toggle_preview(app);
            }
            app.prompt = Some(Prompt { purpose: Purpose::Target, input: Input::default() });
        }
        Action::BatchDown => with_preview(app, |it, history| it.step_batch(history, false)),
        Action::BatchUp => with_preview(app, |it, history| it.step_batch(history, true)),
        Action::TargetFirst => with_preview(app, |it, history| it.aim(history, 0)),
        Action::TargetLast => with_preview(app, |it, history| it.aim(history, Revision::MAX)),
        Action::TurnDown => turn(app, false),
        Action::TurnUp => turn(app, true),
        Action::Batches => {
            with_preview(app, |_, _| {});
            app.batches = !app.batches && app.preview.is_some();
        }
        Action::Compare => compare(app),
        Action::Algorithm => {
            with_preview(app, Preview::change_rule);
            if let Some(preview) = &app.preview {
                app.tell(format!("Compacts as {}.", preview.policy.algorithm.name()));
            }
        }
        Action::Reload => {
            if let Some(once) = app.start.once {
                app.refuse(format!("{} cannot be read a second time.", capitalized(once)));
            } else {
                return reload::reload(app);
            }
        }
        Action::Statements => app.open(Sheet::Statements),
        Action::About => app.open(Sheet::About),
        Action::Help => {
            app.help = Help::default();
            app.open(Sheet::Help);
        }
        Action::Back => return back(app),
        Action::Quit => return vec![Command::Quit],
        // Done above.
        Action::Suspend | Action::Interrupt => {}
    }
    Vec::new()
}

/// Gives the keyboard to another pane that is on the screen.
fn focus(app: &mut App, to: fn(Pane) -> Pane) {
    app.focus = to(app.focus);
    if app.focus == Pane::Detail && areas(app).pane(Pane::Detail).is_empty() {
        app.focus = to(app.focus);
    }
}

/// One step back: what was chosen last is taken back first.
fn back(app: &mut App) -> Vec<Command> {
    if app.reading.is_on() {
        app.reading = Reading::Stopped;
        app.table.merge = None;
        list(app);
        arrive(app);
        return vec![Command::StopReading];
    }
    if reload::stop(app) {
        return vec![Command::StopReading];
    }
    if usage::actions::stop_measuring(app) {
        return vec![Command::StopMeasuring];
    }
    if app.chain.compares {
        compare(app);
    } else if app.listing != Listing::Keys && app.focus == Pane::List {
        findings::actions::toggle(app, app.listing);
    } else if app.listing == Listing::Keys && !app.keys.query.value().is_empty() {
        app.keys.query.reset();
        app.list_keys();
    } else if app.focus != Pane::List {
        app.focus = app.focus.previous();
    } else if app.keys.filter != Filter::All {
        keys::actions::filter(app, Filter::All);
    } else {
        app.tell("q quits.");
    }
    Vec::new()
}

fn step(app: &mut App, lines: isize) {
    match app.focus {
        Pane::List if app.listing == Listing::Findings => findings::actions::step(app, lines),
        Pane::List if app.listing == Listing::Usage => usage::actions::step(app, lines),
        Pane::List => keys::actions::step(app, lines),
        Pane::Chain => {
            app.chain.step(lines);
            app.detail_scroll = 0;
        }
        Pane::Detail => {
            let most = app.detail.lines.len().saturating_sub(areas(app).lines(Pane::Detail));
            app.detail_scroll = app.detail_scroll.saturating_add_signed(lines).min(most);
        }
    }
}

/// Enter: one step closer to what is selected.
fn open(app: &mut App) {
    match (app.focus, app.chain.selected()) {
        (Pane::List, _) if app.listing == Listing::Findings => findings::actions::open(app),
        (Pane::List, _) if app.listing == Listing::Usage => usage::actions::open(app),
        (Pane::List, _) => app.focus = Pane::Chain,
        (Pane::Chain, Some(Item::Fold { .. })) => {
            app.chain.open(&app.table.history, app.preview.as_ref());
        }
        (Pane::Chain, Some(Item::Foreign(at))) => go_to(app, at),
        (Pane::Chain, _) => focus(app, Pane::next),
        (Pane::Detail, _) => app.focus = Pane::Chain,
    }
}
