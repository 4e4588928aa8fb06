//! A table as SQL that makes it: `mysqldump`, `mariadb-dump`, `pg_dump`, `sqlite3 .dump`, phpMyAdmin.
//!
//! A dump is read statement by statement, and of a statement with rows no more than one row is held.
//! Statements about other tables are passed over. Whose SQL it is decides what a backslash in a string
//! is; where that is not known, a string that has one is not understood.

mod copy;
mod rows;
pub(super) mod scan;
mod sniff;
mod values;

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::cell::{Cell, byte};
use super::column::{Heading, PerColumn};
use super::form::{Form, Step};
use super::row_builder::Builder;
use super::schema::{Piece, Schema};
use crate::history::{Dialect, Product, Server};
use crate::source::{Error, Why};

use scan::{Backslash, Scanner, Token};
pub(super) use sniff::{Begins, begins, dialect};
use values::{Broken, Field, Values};

/// What it is called.
const DUMP: &str = "an SQL dump";

/// What is noted of a table without rows.
pub(super) const NO_ROWS: &str =
    "The text has no rows: only what it says of the table itself is checked.";

/// kine's columns, in the order in which it makes them.
pub(super) const COLUMNS: [&str; 9] = [
    "id",
    "name",
    "created",
    "deleted",
    "create_revision",
    "prev_revision",
    "lease",
    "value",
    "old_value",
];

/// How many pieces a statement about the table may have. kine's has some seventy.
const MOST_PIECES: usize = 4096;

/// Where in a dump the next thing comes.
enum State {
    /// A statement.
    Between,
    /// A row in parentheses.
    Rows,
    /// A line of `COPY`, whose rows are of this table or of another.
    Copy {
        is_ours: bool,
    },
    Over,
}

/// A dump that is being read.
pub(super) struct Dump<R> {
    scanner: Scanner<R>,
    schema: Schema,
    values: Values,
    state: State,
    heading: Heading,
    /// The columns of the first rows, and whose table they are of.
    first: Option<(PerColumn<bool>, String)>,
    /// The database that statements are about.
    database: String,
    /// Whether the rows that come now are not to be taken: why.
    refusal: Option<Why>,
    /// The first word of the next statement, if it was read already.
    word: Option<String>,
    /// What has been opened, and must be closed before the text ends.
    open: [bool; 3],
    notes: Vec<String>,
}

/// What a dump opens and closes.
#[derive(Debug, Clone, Copy)]
enum Frame {
    Lock,
    Transaction,
    Postgres,
}

impl<R: BufRead> Dump<R> {
    /// A text of which so many lines were passed over.
    pub(super) fn new(input: R, before: u64, dialect: Option<Dialect>) -> Self {
        let backslash = match dialect {
            Some(Dialect::MySql) => Backslash::Escapes,
            Some(_) => Backslash::Plain,
            None => Backslash::Unclear,
        };
        Self {
            scanner: Scanner::new(input, before, backslash),
            schema: Schema::new(dialect),
            values: Values::default(),
            state: State::Between,
            heading: Heading::default(),
            first: None,
            database: String::new(),
            refusal: None,
            word: None,
            open: [false; 3],
            notes: Vec::new(),
        }
    }

    /// Whether rows of the table have begun.
    const fn has_begun(&self) -> bool {
        self.first.is_some()
    }

    /// Ends a text that cannot be read on.
    fn end(&mut self) -> Step {
        self.schema.is_whole = true;
        self.state = State::Over;
        Step::Over
    }

    fn cut(&mut self, builder: &mut Builder) -> Step {
        builder
            .refuse("end of file", "its last statement is not closed: the text may have been cut");
        self.end()
    }

    fn broken(&mut self, broken: Broken, line: u64, builder: &mut Builder) -> Step {
        if broken == Broken::Cut {
            return self.cut(builder);
        }
        let why = "a string of it may end at one of several quotes; what follows was not read";
        builder.refuse(Line(line), why);
        self.end()
    }

    fn next(&mut self) -> io::Result<Piece> {
        let mut text = Vec::new();
        let token = self.scanner.next(&mut text)?;
        Ok(Piece { token, text: String::from_utf8_lossy(&text).into_owned() })
    }

    /// Reads a statement, or what begins one that has rows.
    fn statement(&mut self, builder: &mut Builder) -> io::Result<Option<Step>> {
        let word = match self.word.take() {
            Some(word) => word,
            None => match self.first_word(builder)? {
                Ok(Some(word)) => word,
                Ok(None) => return Ok(None),
                Err(step) => return Ok(Some(step)),
            },
        };
        match word.to_ascii_lowercase().as_str() {
            "insert" | "replace" => self.insert(builder),
            "copy" => self.copy(builder),
            "create" | "alter" => self.define(word, builder),
            "use" => {
                self.database = self.next()?.text.to_lowercase();
                self.skip(builder)
            }
            "lock" => self.frame(Frame::Lock, true, builder),
            "unlock" => self.frame(Frame::Lock, false, builder),
            "begin" | "start" => self.frame(Frame::Transaction, true, builder),
            "commit" => self.frame(Frame::Transaction, false, builder),
            "rollback" => {
                let why = "the dump was rolled back: whoever wrote it failed";
                builder.refuse(Line(self.scanner.line()), why);
                self.frame(Frame::Transaction, false, builder)
            }
            "delete" | "update" | "truncate" | "merge" | "load" => self.change(builder),
            "delimiter" => self.delimited(builder),
            known if PASSED_OVER.contains(&known) => self.skip(builder),
            // Somebody's words.
            _ => {
                self.scanner.rest_of_line(&mut Vec::new())?;
                Ok(None)
            }
        }
    }

    /// The word that a statement begins with. None where a line has none, and was passed over.
    fn first_word(&mut self, builder: &mut Builder) -> io::Result<Result<Option<String>, Step>> {
        self.scanner.skip_blanks()?;
        // A command of psql, a fence, or a quotation: of the line, and no more.
        if self.scanner.begins_line()
            && let Some(byte @ (b'\\' | b'`' | b'~' | b'\'' | b'"' | b'>')) = self.scanner.peek()?
        {
            let mut line = Vec::new();
            self.scanner.rest_of_line(&mut line)?;
            if let (b'\\', Some(name)) = (byte, line.strip_prefix(b"\\connect ")) {
                self.database = String::from_utf8_lossy(name).trim().to_lowercase();
            }
            return Ok(Ok(None));
        }
        let line = self.scanner.line();
        let piece = self.next()?;
        self.remark();
        match piece.token {
            Token::Word => return Ok(Ok(Some(piece.text))),
            Token::End => return Ok(Err(self.finish(builder))),
            Token::Open => return Ok(Err(self.cut(builder))),
            Token::Endless => return Ok(Err(self.broken(Broken::Endless, line, builder))),
            Token::Sign(b'(') => {
                builder.refuse(Line(line), "it looks like a row, and no statement is before it");
                self.scanner.rest_of_line(&mut Vec::new())?;
            }
            _ => {}
        }
        Ok(Ok(None))
    }

    /// The text is over: what was opened must be closed.
    fn finish(&mut self, builder: &mut Builder) -> Step {
        let why = match self.open {
            [true, ..] => "a table is locked and never unlocked",
            [_, true, _] => "a transaction is not committed",
            [.., true] => "pg_dump's last line is missing",
            _ => return self.end(),
        };
        builder.refuse("end of file", Why::new("{}: the text may have been cut", &[&why]));
        self.end()
    }

    /// Takes what comments say of the program that wrote the dump.
    fn remark(&mut self) {
        for remark in self.scanner.remarks() {
            let text = String::from_utf8_lossy(&remark);
            let text = text.trim();
            if let Some(version) = text.strip_prefix("Server version") {
                self.schema.server = Some(server(version.trim()));
            } else if text == "PostgreSQL database dump" {
                self.open[Frame::Postgres as usize] = true;
            } else if text == "PostgreSQL database dump complete" {
                self.open[Frame::Postgres as usize] = false;
            }
        }
    }

    fn frame(
        &mut self,
        frame: Frame,
        opens: bool,
        builder: &mut Builder,
    ) -> io::Result<Option<Step>> {
        self.open[frame as usize] = opens;
        self.skip(builder)
    }

    /// Passes over the rest of a statement. Where a line begins one with rows, the end was forgotten.
    fn skip(&mut self, builder: &mut Builder) -> io::Result<Option<Step>> {
        self.state = State::Between;
        loop {
            self.scanner.skip_blanks()?;
            let (begins, line) = (self.scanner.begins_line(), self.scanner.line());
            let piece = self.next()?;
            match piece.token {
                Token::Sign(b';') => return Ok(None),
                Token::End => return Ok(None),
                Token::Open => return Ok(Some(self.cut(builder))),
                Token::Endless => return Ok(Some(self.broken(Broken::Endless, line, builder))),
                Token::Word if begins && ["insert", "copy"].iter().any(|it| piece.is(it)) => {
                    self.word = Some(piece.text);
                    return Ok(None);
                }
                _ => {}
            }
        }
    }

    /// Passes over statements that end otherwise: those of triggers and procedures.
    fn delimited(&mut self, builder: &mut Builder) -> io::Result<Option<Step>> {
        let mut line = Vec::new();
        let mut goes_on = self.scanner.rest_of_line(&mut line)?;
        if line.trim_ascii() == b";" {
            return Ok(None);
        }
        while goes_on {
            line.clear();
            goes_on = self.scanner.rest_of_line(&mut line)?;
            if line.trim_ascii().eq_ignore_ascii_case(b"delimiter ;") {
                return Ok(None);
            }
        }
        Ok(Some(self.cut(builder)))
    }

    /// Whether a table of that name is meant. `.mode insert` calls every table `table`.
    fn is_kine(piece: &str) -> bool {
        piece.eq_ignore_ascii_case("kine") || piece.eq_ignore_ascii_case("table")
    }

    /// A name that may have several parts, the last one first; and what comes after it.
    fn name(&mut self) -> io::Result<(String, String, Piece)> {
        let (mut name, mut before) = (self.next()?, String::new());
        loop {
            let next = self.next()?;
            if next.token != Token::Sign(b'.') {
                return Ok((name.text, before, next));
            }
            before = std::mem::replace(&mut name, self.next()?).text;
        }
    }

    /// Takes a statement that says what the table is.
    fn define(&mut self, word: String, builder: &mut Builder) -> io::Result<Option<Step>> {
        let mut pieces = vec![Piece { token: Token::Word, text: word }];
        loop {
            let line = self.scanner.line();
            let piece = self.next()?;
            match piece.token {
                // What is pasted alone has no semicolon.
                Token::Sign(b';') | Token::End => break,
                Token::Open => return Ok(Some(self.cut(builder))),
                Token::Endless => return Ok(Some(self.broken(Broken::Endless, line, builder))),
                _ if pieces.len() == MOST_PIECES => return self.skip(builder),
                _ => pieces.push(piece),
            }
        }
        self.remark();
        // Rows of the first table have come.
        let is_other = self.first.as_ref().is_some_and(|(_, database)| *database != self.database);
        if !is_other {
            self.schema.take(&pieces, |name| name == "kine");
        }
        Ok(None)
    }

    /// What changes rows of the table is not done here, and so its rows are not those that come of it.
    fn change(&mut self, builder: &mut Builder) -> io::Result<Option<Step>> {
        let line = self.scanner.line();
        let mut is_ours = false;
        loop {
            let piece = self.next()?;
            match piece.token {
                Token::Sign(b';') | Token::End => break,
                Token::Open => return Ok(Some(self.cut(builder))),
                Token::Endless => return Ok(Some(self.broken(Broken::Endless, line, builder))),
                Token::Word | Token::Quoted => is_ours |= piece.text.eq_ignore_ascii_case("kine"),
                _ => {}
            }
        }
        if is_ours && self.has_begun() {
            builder.refuse(Line(line), "it changes rows of the table, and that is not done here");
        }
        Ok(None)
    }
}

impl<R: BufRead> Form for Dump<R> {
    fn advance(&mut self, builder: &mut Builder) -> io::Result<Step> {
        loop {
            match self.state {
                State::Over => return Ok(Step::Over),
                State::Between => {
                    if let Some(step) = self.statement(builder)? {
                        return Ok(step);
                    }
                }
                State::Rows => return self.row(builder),
                State::Copy { is_ours } => {
                    if let Some(step) = self.line(is_ours, builder)? {
                        return Ok(step);
                    }
                }
            }
        }
    }

    fn bytes(&self) -> u64 {
        self.scanner.bytes()
    }

    fn kind(&self) -> &'static str {
        DUMP
    }

    fn notes(&mut self) -> Vec<String> {
        let nothing = (!self.has_begun()).then(|| NO_ROWS.to_owned());
        std::mem::take(&mut self.notes).into_iter().chain(nothing).collect()
    }

    fn schema(&self) -> Option<&Schema> {
        Some(&self.schema)
    }

    fn nothing(&self, place: &str) -> Option<Error> {
        (!self.has_begun() && self.schema.columns.is_empty()).then(|| {
            Error::new(format!("there is no table kine in {place}"))
                .because("its SQL makes none, and has no rows of one")
                .hint("Dump the database that kine uses, or its table alone.")
        })
    }
}

/// Statements that say nothing of rows.
const PASSED_OVER: [&str; 24] = [
    "set", "drop", "select", "pragma", "grant", "revoke", "analyze", "comment", "flush", "vacuum",
    "reindex", "reset", "show", "do", "call", "with", "security", "change", "explain", "end",
    "declare", "rename", "optimize", "check",
];

/// Where a row is.
struct Line(u64);

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.0)
    }
}

/// Which server gives that as its version.
fn server(version: &str) -> Server {
    let number = version.split("-MariaDB").next().unwrap_or_default();
    let product = if version.contains("MariaDB") { Product::MariaDb } else { Product::MySql };
    Server { product, version: number.trim_start_matches("5.5.5-").to_owned() }
}

/// The values of the row that was read.
impl<R> super::row_builder::Values for Dump<R> {
    fn value(&self, which: usize) -> Option<Result<Cell<'_>, &'static str>> {
        let at = self.heading.values[which]?;
        let cell = self.values.cell(at)?;
        if self.schema.dialect != Some(Dialect::Postgres) {
            return Some(cell);
        }
        // A bytea is written as the text of its digits.
        let Field::Text(_) = self.values.fields[at] else { return Some(cell) };
        Some(cell.and_then(|cell| {
            let Cell::Exact(text) = &cell else { return Ok(cell) };
            let Some(digits) = copy::bytea(text)? else { return Ok(cell) };
            let (pairs, []) = digits.as_chunks() else { return Err("its digits are not in hex") };
            Ok(Cell::Exact(Cow::Owned(pairs.iter().map(|&pair| byte(pair)).collect())))
        }))
    }
}
