//! A text that is read to its end, its rows on their way out as they come.

use std::io::{self, BufRead};

use super::Table;
use super::array::{self, Broken};
use super::column::{self, PerColumn};
use super::flow::Flow;
use super::form::{self, Form, Step};
use super::format::{Format, Sniffed};
use super::html::Html;
use super::json;
use super::lines::Lines;
use super::nest;
use super::opened_text::{OpenedText, unreadable};
use super::pasted::Pasted;
use super::row_builder::Builder;
use super::schema::Schema;
use super::sql::Dump;
use super::table;
use super::unquoted::Unquoted;
use super::vertical::Vertical;
use crate::history::{Collation, Columns, Profile};
use crate::source::{Error, Moment, Opened, Options};

/// What is noted of a text without a heading.
const HEADLESS: &str = "There is no heading: the columns are taken as kine's, in its order.";

/// What a text told by its end.
struct Told {
    /// What its format is called.
    kind: &'static str,
    /// The columns that it has.
    present: PerColumn<bool>,
    notes: Vec<String>,
    /// What it says of the table apart from its rows, if it is SQL.
    schema: Option<Schema>,
}

/// What is known before the first row.
struct Known<'k> {
    place: &'k str,
    options: &'k Options,
    /// How names compare, where the text tells.
    collation: Option<Collation>,
    /// Whether its values are as they were.
    has_values: bool,
    notes: Vec<String>,
}

/// Reads the table. What has not gone on before it ends comes back, and all notes.
pub(super) fn gather(
    opened_text: OpenedText<'_>,
    place: &str,
    options: &Options,
    flow: &mut Flow<'_>,
) -> Result<Table, Error> {
    let teller =
        opened_text.sniffed.teller(&opened_text.head).filter(|_| options.collation.is_none());
    let mut known = Known {
        place,
        options,
        collation: teller.map(|_| Collation::binary()),
        has_values: opened_text.has_values().is_ok(),
        notes: teller.map(note_on_teller).into_iter().chain(opened_text.dress.notes()).collect(),
    };
    let mut builder = opened_text.builder();
    builder.collate(known.collation().0);
    let is_ended = opened_text.head[..opened_text.sniffed.start].ends_with(b"\n");
    let (sniffed, rest) = opened_text.into_rest();
    let told = known.read(sniffed, rest, is_ended, &mut builder, flow);
    // What came before a failure is sent before it.
    let told = told.inspect_err(|_| flow.finish(&mut builder))?;

    let mut notes = told.notes;
    notes.extend(known.notes.iter().cloned());
    notes.extend(notes_on(column::columns(told.present)));
    notes.extend(told.schema.as_ref().map(Schema::notes).unwrap_or_default());
    notes.extend(builder.drain_notes());
    if told.schema.is_none() || builder.has_come() {
        notes.extend(builder.note_on_mark());
    }
    let mut profile = known.profile(told.present, told.schema.as_ref());
    if told.schema.is_some() {
        flow.learn(&profile);
    }
    flow.finish(&mut builder);
    let requests = builder.drain_requests();
    let (mut rows, unread) = builder.finish();
    if let Some(part) = &options.part {
        profile.current = rows.last_id();
        profile.part = Some(part.clone());
        rows = rows.iter().filter(|row| profile.takes(row.id, row.name)).collect();
    }
    let (kind, moment) = (told.kind.to_owned(), Moment::default());
    let (expected, has_values) = (u64::try_from(rows.len()).ok(), known.has_values);
    let opened = Opened { profile, kind, moment, expected, has_values, notes };
    Ok(Table { opened, rows, unread, requests })
}

impl Known<'_> {
    /// How names compare, and whether that is only taken for granted.
    fn collation(&self) -> (Collation, bool) {
        let told = self.options.collation.clone().or_else(|| self.collation.clone());
        let is_assumed = told.is_none();
        (told.unwrap_or_else(Collation::kine_default), is_assumed)
    }

    fn profile(&self, present: PerColumn<bool>, schema: Option<&Schema>) -> Profile {
        let (collation, is_assumed) = self.collation();
        let profile = Profile { collation, is_assumed, ..excerpt(column::columns(present)) };
        match schema {
            Some(schema) => schema.tell(profile),
            None => profile,
        }
    }

    /// What a source tells before its first row.
    fn opened(&self, present: PerColumn<bool>, schema: Option<&Schema>) -> Opened {
        let notes = [self.notes.clone(), notes_on(column::columns(present))].concat();
        let profile = self.profile(present, schema);
        Opened { profile, has_values: self.has_values, notes, ..Opened::nothing() }
    }

    fn unreadable(&self, why: io::Error) -> Error {
        unreadable(self.place, why)
    }

    /// Reads what follows the heading.
    fn read(
        &mut self,
        sniffed: Sniffed,
        rest: impl BufRead,
        is_ended: bool,
        builder: &mut Builder,
        flow: &mut Flow<'_>,
    ) -> Result<Told, Error> {
        let Sniffed { format, around, heading, .. } = sniffed;
        let present = heading.present();
        let told = |kind, present, notes| Told { kind, present, notes, schema: None };
        match format {
            Format::JsonLines => {
                flow.open(self.opened(present, None));
                let mut lines = Lines::new(rest, around);
                json::read_lines(&mut lines, present, builder, flow)
                    .map_err(|why| self.unreadable(why))?;
                Ok(told(json::LINES, present, Vec::new()))
            }
            Format::JsonArray => {
                let opened = |present| self.opened(present, None);
                let rest = Unquoted::new(rest, around.quoted);
                let read =
                    array::read_array(rest, around.before, self.place, opened, builder, flow);
                let present = read.map_err(|broken| match broken {
                    Broken::Unreadable(why) => self.unreadable(why),
                    Broken::NoTable(error) => error,
                })?;
                Ok(told(array::ARRAY, present, Vec::new()))
            }
            Format::Json => {
                let opened = |present| self.opened(present, None);
                let rest = Unquoted::new(rest, around.quoted);
                let read = nest::read_nested(rest, around.before, opened, builder, flow);
                let present = read.map_err(|broken| match broken {
                    Broken::Unreadable(why) => self.unreadable(why),
                    Broken::NoTable(error) => error,
                })?;
                Ok(told(nest::NESTED, present.unwrap_or([true; 7]), Vec::new()))
            }
            Format::Text(split) => {
                if heading.line.is_empty() {
                    self.notes.push(HEADLESS.to_owned());
                }
                flow.open(self.opened(present, None));
                let mut lines = Lines::new(rest, around);
                let pass = |builder: &mut Builder, kind, bytes| flow.pass(builder, kind, bytes);
                let read = table::read(&mut lines, split, &heading, is_ended, builder, pass);
                let (kind, notes) = read.map_err(|why| self.unreadable(why))?;
                Ok(told(kind, present, notes))
            }
            Format::Sql(dialect) => {
                let rest = Unquoted::new(rest, around.quoted);
                self.read_form(&mut Dump::new(rest, around.before, dialect), builder, flow)
            }
            Format::Schema(schema) => self.read_form(&mut Pasted(*schema), builder, flow),
            Format::Html => {
                let rest = Unquoted::new(rest, around.quoted);
                self.read_form(&mut Html::new(rest, around.before), builder, flow)
            }
            Format::Vertical(layout) => {
                let lines = Lines::new(rest, around);
                self.read_form(&mut Vertical::new(lines, layout), builder, flow)
            }
        }
    }

    fn read_form(
        &mut self,
        form: &mut impl Form,
        builder: &mut Builder,
        flow: &mut Flow<'_>,
    ) -> Result<Told, Error> {
        let mut present = [true; 7];
        loop {
            match form.advance(builder).map_err(|why| self.unreadable(why))? {
                Step::Begun(heading) => {
                    if let Some(error) = form::lacks(self.place, &heading) {
                        return Err(error);
                    }
                    present = heading.present();
                    self.learn(form.schema());
                    builder.collate(self.collation().0);
                    flow.open(self.opened(present, form.schema()));
                }
                Step::Row if !flow.pass(builder, form.kind(), form.bytes()) => break,
                Step::Over => break,
                Step::Row => {}
            }
        }
        if let Some(error) = form.nothing(self.place) {
            return Err(error);
        }
        self.learn(form.schema());
        let schema = form.schema().cloned();
        Ok(Told { kind: form.kind(), present, notes: form.notes(), schema })
    }

    /// Takes how names compare, where that is told.
    fn learn(&mut self, schema: Option<&Schema>) {
        if let Some(schema) = schema {
            self.collation = schema.collation();
        }
    }
}

/// What a history must know of a text with these columns.
fn excerpt(columns: Columns) -> Profile {
    Profile { columns, excerpt: true, ..Profile::kine_default() }
}

fn notes_on(columns: Columns) -> Vec<String> {
    columns.missing().into_iter().map(what_is_missing).collect()
}

fn note_on_teller(program: &str) -> String {
    format!(
        "{program} printed this: its database compares names byte by byte, so that names that differ in \
         case are different keys."
    )
}

fn what_is_missing(column: &str) -> String {
    let so = match column {
        "created" => "a row that points at nothing or at a tombstone is taken as a create",
        "deleted" => "nothing is known to be a tombstone",
        "create_revision" => "what a row says of its key's creation is not known",
        _ => "TTLs are not known",
    };
    format!("There is no `{column}` column: {so}.")
}
