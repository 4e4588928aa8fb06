//! What was sent to the server: every statement whole, how often, and what came of it.

use std::time::Duration;

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::app::{App, Reading};
use crate::display::Role;
use crate::source::sql::log::{Entry, Outcome};
use crate::text::{count, duration, grouped, printable, wrap};

/// From this width on, the numbers stand before the statements, and not above.
const WIDE: usize = 72;

/// How many statements there are, and how many rows came.
pub(in crate::tui) fn summary(app: &App) -> String {
    let sum = |number: fn(&Entry) -> u64| app.sent.entries.iter().map(number).sum();
    let statements = count(sum(|it| it.times), "statement");
    let took: Duration = app.sent.entries.iter().map(|it| it.took).sum();
    match () {
        () if app.sent.entries.is_empty() => String::new(),
        () if usize::from(app.size.width) < WIDE => format!(" {statements} "),
        () => format!(" {statements}, {}, {} ", count(sum(|it| it.rows), "row"), duration(took)),
    }
}

/// The list, in the order in which they were sent.
pub(in crate::tui) fn lines(app: &App) -> Vec<Line<'static>> {
    let width = usize::from(app.size.width.saturating_sub(2));
    let mut list = List { app, width, columns: None, written: Vec::new() };
    if app.sent.entries.is_empty() {
        let sentence = match app.reading {
            Reading::Opening => "Nothing has been sent yet.",
            _ => "Nothing was sent to a server: this table came as text.",
        };
        list.say(1, sentence, Role::Text);
        return list.written;
    }
    if app.sent.forgotten > 0 {
        let older = count(app.sent.forgotten, "older line");
        list.say(1, &format!("{older} of this list were dropped."), Role::Internal);
    }
    list.head();
    let sessions = app.sent.entries.iter().map(|entry| entry.session);
    let is_one = sessions.clone().min() == sessions.max();
    let mut session = 0;
    for entry in &app.sent.entries {
        if session != entry.session && !is_one {
            list.say(1, &format!("Session {}", entry.session), Role::Title);
        }
        session = entry.session;
        list.entry(entry);
    }
    list.written
}

struct List<'a> {
    app: &'a App,
    width: usize,
    /// How wide the numbers are, where they have columns.
    columns: Option<[usize; 3]>,
    written: Vec<Line<'static>>,
}

const HEADINGS: [&str; 3] = ["times", "rows", "time"];

impl List<'_> {
    /// The headings of columns, where there are any.
    fn head(&mut self) {
        if self.width + 2 < WIDE {
            return;
        }
        let mut columns = HEADINGS.map(str::len);
        for entry in &self.app.sent.entries {
            for (width, number) in columns.iter_mut().zip(numbers(entry)) {
                *width = number.width().max(*width);
            }
        }
        let headings = columned(columns, &HEADINGS.map(str::to_owned));
        self.written.push(Line::from(self.app.start.look.span(headings + "statement", Role::Dim)));
        self.columns = Some(columns);
    }

    /// A statement, what it was given, and how it ended if that was not well.
    fn entry(&mut self, entry: &Entry) {
        let numbers = numbers(entry);
        let before = if let Some(columns) = self.columns {
            columned(columns, &numbers)
        } else {
            let [_, _, time] = numbers;
            let times = format!("{}, {}", count(entry.times, "time"), count(entry.rows, "row"));
            self.say(1, &format!("{times}, {time}"), Role::Dim);
            "   ".to_owned()
        };
        let indent = before.width();
        let start = self.written.len();
        self.say(indent, entry.sql, Role::Text);
        if let Some(first) = self.written.get_mut(start).and_then(|line| line.spans.first_mut()) {
            *first = self.app.start.look.span(before, Role::Dim);
        }
        if !entry.given.is_empty() {
            let last = if entry.times > 1 { "last given" } else { "given" };
            let given = printable(&entry.given);
            self.say(indent, &format!("{last} {given}"), Role::Dim);
        }
        match &entry.outcome {
            Outcome::Answered => {}
            Outcome::UnderWay => self.say(indent, "no answer yet", Role::Internal),
            Outcome::Left => {
                self.say(indent, "stopped before the end of its answer", Role::Internal);
            }
            Outcome::Failed(why) => {
                let why = printable(why);
                self.say(indent, &format!("failed: {why}"), Role::Lost);
            }
        }
    }

    /// Text in as many lines as it needs.
    fn say(&mut self, indent: usize, text: &str, role: Role) {
        let app = self.app;
        let text = app.start.look.glyphs.text(text);
        let lines = wrap(&text, self.width.saturating_sub(indent + 1), true);
        self.written.extend(lines.into_iter().map(|line| {
            Line::from(vec![
                Span::raw(" ".repeat(indent)),
                app.start.look.span(line.into_owned(), role),
            ])
        }));
    }
}

/// How many times, how many rows, how long.
fn numbers(entry: &Entry) -> [String; 3] {
    [grouped(entry.times), grouped(entry.rows), duration(entry.took)]
}

fn columned(columns: [usize; 3], texts: &[String; 3]) -> String {
    let cells = columns.iter().zip(texts);
    cells.map(|(width, text)| format!(" {text:>width$} ")).collect::<String>() + " "
}
