//! The explorer without a terminal: messages in, a picture out.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::Policy;
use kinescope::source::Event;
use kinescope::source::scenario::{self, Scenario};
use kinescope::source::text::Table;
use kinescope::tui::{App, Command, Following, Look, Message, Preferences, Start, update, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier, Style};

/// An explorer that is driven by hand.
pub struct Screen {
    /// The model.
    pub app: App,
    /// What it asked for.
    pub commands: Vec<Command>,
}

impl Screen {
    /// On a scenario, everything read.
    pub fn demo(name: &str, width: u16, height: u16) -> Self {
        let scenario = scenario::find(name).expect("there is such a scenario");
        let mut screen = Self::start(start(scenario), width, height);
        screen.read(scenario.read().expect("the scenario is a table"));
        screen
    }

    /// Before anything is read.
    pub fn start(start: Start, width: u16, height: u16) -> Self {
        Self { app: App::new(start, Size { width, height }), commands: Vec::new() }
    }

    /// Takes a whole table.
    pub fn read(&mut self, table: Table) {
        self.send(Message::Source(Event::Opened(table.opened)));
        self.send(Message::Source(Event::Rows(table.rows)));
        self.send(Message::Source(Event::Rejects(table.unread)));
        if !table.requests.is_empty() {
            self.send(Message::Source(Event::Requests(table.requests)));
        }
        self.send(Message::Source(Event::Ended(Ok(()))));
    }

    pub fn send(&mut self, message: Message) {
        let commands = update(&mut self.app, message);
        self.commands.extend(commands);
        // As the program's loop does each time round.
        while self.app.is_merging() {
            let commands = update(&mut self.app, Message::Merge);
            self.commands.extend(commands);
        }
        while self.app.is_planning() {
            self.work(Message::Plan);
        }
        while self.app.is_listing() {
            self.work(Message::List);
        }
        while self.app.is_drawing() {
            self.work(Message::Draw);
        }
        if self.app.is_auditing() {
            self.work(Message::Audit);
        }
        while self.app.is_counting() {
            self.work(Message::Count);
        }
        while self.app.live.is_judging() {
            self.work(Message::Judge);
        }
    }

    fn work(&mut self, message: Message) {
        let commands = update(&mut self.app, message);
        self.commands.extend(commands);
    }

    /// Presses keys: each character is itself, and `<Enter>`, `<Esc>`, `<Tab>`, `<Up>`, `<Down>`,
    /// `<Left>`, `<Right>`, `<PgDn>`, `<BS>`, `<C-r>` and `<C-c>` are what they say.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while let Some(char) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
            let (code, modifiers) = if let Some((name, after)) = named {
                rest = after;
                match name {
                    "Enter" => (KeyCode::Enter, KeyModifiers::NONE),
                    "Esc" => (KeyCode::Esc, KeyModifiers::NONE),
                    "Tab" => (KeyCode::Tab, KeyModifiers::NONE),
                    "Up" => (KeyCode::Up, KeyModifiers::NONE),
                    "Down" => (KeyCode::Down, KeyModifiers::NONE),
                    "Left" => (KeyCode::Left, KeyModifiers::NONE),
                    "Right" => (KeyCode::Right, KeyModifiers::NONE),
                    "PgDn" => (KeyCode::PageDown, KeyModifiers::NONE),
                    "BS" => (KeyCode::Backspace, KeyModifiers::NONE),
                    "C-r" => (KeyCode::Char('r'), KeyModifiers::CONTROL),
                    "C-c" => (KeyCode::Char('c'), KeyModifiers::CONTROL),
                    other => panic!("no key is called <{other}>"),
                }
            } else {
                rest = &rest[char.len_utf8()..];
                (KeyCode::Char(char), KeyModifiers::NONE)
            };
            self.send(Message::Key(KeyEvent::new(code, modifiers)));
        }
        self
    }

    /// The cells of the screen.
    pub fn buffer(&self) -> Buffer {
        let Size { width, height } = self.app.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| view(&self.app, frame)).expect("a frame");
        terminal.backend().buffer().clone()
    }

    /// A letter for the colour of each character.
    pub fn colours(&self) -> String {
        let buffer = self.buffer();
        plane(&buffer, |at| letter(buffer[at].style(), buffer[at].symbol()))
    }

    /// The characters on the screen.
    pub fn text(&self) -> String {
        let buffer = self.buffer();
        plane(&buffer, |at| buffer[at].symbol().to_owned())
    }

    /// The characters, and below them a letter for the colour of each: so that a wrong colour
    /// shows. `.` is plain, `d` dark, the others the first letter of the colour; a capital is bold,
    /// and `#` is reversed.
    pub fn planes(&self) -> String {
        format!("{}\n{}", self.text(), self.colours())
    }
}

/// How the program starts the explorer on a scenario.
pub fn start(scenario: &'static Scenario) -> Start {
    Start {
        label: format!("demo {}", scenario.name),
        look: Look { glyphs: Glyphs::Unicode, theme: Theme::DEFAULT },
        preferences: Preferences::default(),
        policy: Policy { min_retain: scenario.min_retain, ..Policy::DEFAULT },
        watch: Some(scenario.watch),
        target: scenario.target,
        key: scenario.key.map(|key| key.as_bytes().to_vec()),
        preview: true,
        at: None,
        once: None,
        following: Following::Never("it comes with kinescope".to_owned()),
    }
}

fn plane(buffer: &Buffer, cell: impl Fn((u16, u16)) -> String) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let line: String = (0..buffer.area.width).map(|x| cell((x, y))).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn letter(style: Style, symbol: &str) -> String {
    let has = |modifier| style.add_modifier.contains(modifier);
    let letter = match style.fg {
        _ if has(Modifier::REVERSED) => "#",
        _ if symbol == " " => " ",
        Some(Color::DarkGray) => "d",
        Some(Color::Red) => "r",
        Some(Color::Green) => "g",
        Some(Color::Yellow) => "y",
        Some(Color::Magenta) => "m",
        Some(Color::Cyan) => "c",
        _ if has(Modifier::BOLD) => "b",
        _ => ".",
    };
    if has(Modifier::BOLD) { letter.to_uppercase() } else { letter.to_owned() }
}

/// Asserts that a text is on the screen.
#[track_caller]
pub fn assert_shows(screen: &Screen, text: &str) {
    assert!(screen.text().contains(text), "no {text:?} on\n{}", screen.text());
}

/// Asserts that a text is not on the screen.
#[track_caller]
pub fn assert_shows_not(screen: &Screen, text: &str) {
    assert!(!screen.text().contains(text), "{text:?} on\n{}", screen.text());
}
