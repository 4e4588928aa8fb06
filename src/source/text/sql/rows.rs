//! The rows of a dump: of `INSERT`, and of `COPY`.

use std::io::{self, BufRead};

use super::scan::Token;
use super::{COLUMNS, Dump, Line, State, copy};
use crate::source::Why;
use crate::source::text::cell::Cells;
use crate::source::text::column::{Column, Heading};
use crate::source::text::form::Step;
use crate::source::text::lines::TOO_LONG;
use crate::source::text::row_builder::Builder;
use crate::source::text::schema::Piece;

impl<R: BufRead> Dump<R> {
    /// Reads the beginning of a statement that has rows.
    pub(super) fn insert(&mut self, builder: &mut Builder) -> io::Result<Option<Step>> {
        let line = self.scanner.line();
        let mut is_into = false;
        while !is_into {
            let piece = self.next()?;
            if piece.token != Token::Word {
                return self.skip(builder);
            }
            is_into = piece.is("into");
        }
        let (table, before, mut next) = self.name()?;
        if !Self::is_kine(&table) {
            return self.skip_from(&next, builder);
        }
        let mut names = None;
        if next.token == Token::Sign(b'(') {
            names = Some(self.names()?);
            next = self.next()?;
        }
        while next.is("overriding") || next.is("system") || next.is("user") || next.is("value") {
            next = self.next()?;
        }
        if !next.is("values") {
            builder.refuse(Line(line), "its rows are those of a query, and not written out");
            return self.skip_from(&next, builder);
        }
        self.state = State::Rows;
        if self.next_row()? {
            return Ok(self.begin(names, &before, line));
        }
        self.skip(builder)
    }

    /// Goes into the next parenthesis, if that comes.
    fn next_row(&mut self) -> io::Result<bool> {
        let mut piece = self.next()?;
        if piece.is("row") {
            piece = self.next()?;
        }
        Ok(piece.token == Token::Sign(b'('))
    }

    /// Passes over the rest of a statement, of which a piece was read.
    fn skip_from(&mut self, piece: &Piece, builder: &mut Builder) -> io::Result<Option<Step>> {
        match piece.token {
            Token::Sign(b';') => Ok(None),
            _ => self.skip(builder),
        }
    }

    /// The names up to a closing parenthesis.
    fn names(&mut self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        loop {
            let piece = self.next()?;
            match piece.token {
                Token::Word | Token::Quoted | Token::String => names.push(piece.text),
                Token::Sign(b',') => {}
                _ => return Ok(names),
            }
        }
    }

    /// Begins rows that have these columns, in this order, or those of the table.
    fn begin(&mut self, names: Option<Vec<String>>, before: &str, line: u64) -> Option<Step> {
        let of_table = || self.schema.columns.iter().map(|column| column.name.clone()).collect();
        let mut names = names.unwrap_or_else(of_table);
        if names.is_empty() {
            names = COLUMNS.map(str::to_owned).to_vec();
            if !self.has_begun() {
                self.notes.push(
                    "The text does not name the columns: they are taken as kine's, in its order."
                        .to_owned(),
                );
            }
        }
        self.heading = Heading::new(b"", names.iter().map(String::as_bytes));
        // `public` is where PostgreSQL puts a table for which nothing else is said.
        let place = if before.is_empty() || before == "public" { &self.database } else { before };
        let (present, place) = (self.heading.present(), place.to_owned());
        let Some((first, first_place)) = &self.first else {
            self.first = Some((present, place));
            return Some(Step::Begun(self.heading.clone()));
        };
        let is_other = *first_place != place;
        if is_other && self.refusal.is_none() {
            self.notes
                .push(format!("Another table kine begins at line {line}. Only the first is read."));
        }
        self.refusal = if is_other {
            Some("it is of another table kine than the first rows".into())
        } else if *first != present {
            Some("it has other columns than the first rows".into())
        } else {
            None
        };
        None
    }

    /// Reads a row in parentheses, and what follows it.
    pub(super) fn row(&mut self, builder: &mut Builder) -> io::Result<Step> {
        let line = self.scanner.line();
        if let Err(broken) = self.values.read(&mut self.scanner)? {
            return Ok(self.broken(broken, line, builder));
        }
        self.take(line, builder);
        let next = self.next()?;
        if next.token == Token::Sign(b',') && self.next_row()? {
            return Ok(Step::Row);
        }
        Ok(match next.token {
            Token::Sign(b';') => {
                self.state = State::Between;
                Step::Row
            }
            // The last statement that is pasted may lack its end. One of a dump does not.
            Token::Open => self.cut(builder),
            Token::End => {
                self.state = State::Between;
                Step::Row
            }
            Token::Sign(b',') => {
                let why = "no row follows a comma: the text may have been cut";
                builder.refuse(Line(self.scanner.line()), why);
                self.skip(builder)?.unwrap_or(Step::Row)
            }
            // The end of the statement was forgotten.
            Token::Word if next.is("insert") || next.is("copy") => {
                self.word = Some(next.text);
                self.state = State::Between;
                Step::Row
            }
            _ => self.skip(builder)?.unwrap_or(Step::Row),
        })
    }

    /// Reads the beginning of `COPY … FROM stdin`.
    pub(super) fn copy(&mut self, builder: &mut Builder) -> io::Result<Option<Step>> {
        let line = self.scanner.line();
        let (table, before, mut next) = self.name()?;
        let mut names = None;
        if next.token == Token::Sign(b'(') {
            names = Some(self.names()?);
            next = self.next()?;
        }
        let mut is_plain = next.is("from");
        loop {
            next = self.next()?;
            match next.token {
                Token::Sign(b';') => break,
                Token::End | Token::Open | Token::Endless => return Ok(Some(self.cut(builder))),
                _ => is_plain &= next.is("stdin"),
            }
        }
        self.scanner.rest_of_line(&mut Vec::new())?;
        let is_ours = table.eq_ignore_ascii_case("kine");
        self.state = State::Copy { is_ours: is_ours && is_plain };
        if is_ours && !is_plain {
            builder.refuse(Line(line), "it has options of COPY that are not understood here");
            return Ok(None);
        }
        Ok(if is_ours { self.begin(names, &before, line) } else { None })
    }

    /// Reads a line of `COPY`.
    pub(super) fn line(
        &mut self,
        is_ours: bool,
        builder: &mut Builder,
    ) -> io::Result<Option<Step>> {
        let number = self.scanner.line();
        let mut line = Vec::new();
        let is_ended = self.scanner.rest_of_line(&mut line)?;
        let text = line.strip_suffix(b"\r").unwrap_or(&line);
        if text == b"\\." {
            self.state = State::Between;
            return Ok(None);
        }
        if !is_ended {
            return Ok(Some(self.cut(builder)));
        }
        if !is_ours {
            return Ok(None);
        }
        self.values.refill(|buffer, fields| copy::fields(text, buffer, fields));
        self.take(number, builder);
        Ok(Some(Step::Row))
    }

    /// Takes the row that was read.
    fn take(&mut self, line: u64, builder: &mut Builder) {
        let place = Line(line);
        if self.scanner.was_too_long() {
            return builder.refuse(place, TOO_LONG);
        }
        if let Some(why) = &self.refusal {
            return builder.refuse(place, why.clone());
        }
        let (found, width) = (self.values.fields.len(), self.heading.width);
        if found != width {
            let fields = if found == 1 { "value" } else { "values" };
            let why = Why::new("it has {} {}, the table {} columns", &[&found, &fields, &width]);
            return builder.refuse(place, why);
        }
        match self.cells() {
            Ok(cells) => builder.take_with(place, &cells, self),
            Err(why) => builder.refuse(place, why),
        }
    }

    fn cells(&self) -> Result<Cells<'_>, Why> {
        let mut cells: Cells<'_> = Cells::default();
        for ((cell, at), column) in cells.iter_mut().zip(self.heading.places).zip(Column::ALL) {
            let Some(found) = at.and_then(|at| self.values.cell(at)) else { continue };
            let name = column.name();
            *cell = Some(found.map_err(|why| Why::new("`{}`: {}", &[&name, &why]))?);
        }
        Ok(cells)
    }
}
