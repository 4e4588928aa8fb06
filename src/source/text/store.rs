//! Texts as a source of the program: a file, standard input, or a table that comes with it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use tokio::sync::mpsc::Sender;

use super::row_builder::Seen;
use super::{contents, open, value};
use crate::history::Revision;
use crate::source::contents::Outbox;
use crate::source::samples::{self, Sample, Untold};
use crate::source::scenario::Scenario;
use crate::source::store::{Doing, Store};
use crate::source::{Content, Demand, Error, Event, Found, Log, Measured, Options, Wanted};
use crate::value::{Mask, StoredRow};

/// What standard input is called.
const STDIN: &str = "standard input";

/// Where a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A table that comes with the program.
    Scenario(&'static Scenario),
}

/// As it was typed: standard input is `-`.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("-"),
            Self::Scenario(scenario) => f.write_str(scenario.name),
        }
    }
}

/// A text that is read, and looked into again for values.
#[derive(Debug, Clone)]
pub(in crate::source) struct Text {
    input: Input,
    /// The columns that were named when it was read. Without them it cannot be understood later either.
    heading: Arc<OnceLock<String>>,
}

impl From<Input> for Text {
    fn from(input: Input) -> Self {
        Self { input, heading: Arc::default() }
    }
}

/// As the input.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.input.fmt(f)
    }
}

impl Store for Text {
    fn short(&self) -> String {
        match &self.input {
            Input::File(path) => match path.file_name() {
                Some(name) => name.display().to_string(),
                None => path.display().to_string(),
            },
            Input::Stdin => STDIN.to_owned(),
            Input::Scenario(scenario) => scenario.name.to_owned(),
        }
    }

    fn once(&self) -> Option<&'static str> {
        match &self.input {
            Input::File(path) => {
                let is_pipe = path.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir());
                is_pipe.then_some("a pipe")
            }
            Input::Stdin => Some(STDIN),
            Input::Scenario(_) => None,
        }
    }

    fn read<'a>(
        &'a self,
        options: &'a Options,
        _log: &'a Log,
        events: Sender<Event>,
    ) -> Doing<'a, ()> {
        let (text, options) = (self.clone(), options.clone());
        if let Some(heading) = &options.heading {
            text.heading.get_or_init(|| heading.clone());
        }
        let reading = tokio::task::spawn_blocking(move || {
            text.input.stream(&options, &mut |mut event| {
                if let Event::Opened(opened) = &mut event {
                    opened.moment.at = Some(SystemTime::now());
                }
                events.blocking_send(event).is_ok()
            });
        });
        // A panic has been printed already, and the channel is closed without an end.
        Box::pin(async { drop(reading.await) })
    }

    fn contents<'a>(
        &'a self,
        options: &'a Options,
        log: &'a Log,
        events: Sender<Event>,
        demand: Demand,
    ) -> Doing<'a, ()> {
        let text = self.clone();
        Box::pin(async move {
            self.read(options, log, events).await;
            let sending = tokio::task::spawn_blocking(move || {
                let Some(rows) = demand.wanted_blocking() else { return };
                let ended = text.send_contents(&rows);
                // Whoever dropped the receiver wants to hear no more.
                drop(rows.blocking_send(Content::Ended(ended)));
            });
            // What a panic says may be a piece of a value; the channel is closed without an end.
            drop(sending.await);
        })
    }

    fn values<'a>(
        &'a self,
        wanted: Vec<Wanted>,
        _log: &'a Log,
        found: Sender<Found>,
    ) -> Doing<'a, ()> {
        Box::pin(async move {
            for some in wanted.chunks(value::AT_ONCE) {
                let (text, some, gone) = (self.clone(), some.to_vec(), found.clone());
                let all = move || text.found_all(some, || !gone.is_closed());
                // What a panic says may be a piece of a value.
                let all = tokio::task::spawn_blocking(all).await.unwrap_or_else(|_panic| {
                    vec![Found::Failed(Error::new("the values could not be understood"))]
                });
                for what in all {
                    let is_last = matches!(what, Found::Failed(_));
                    // Whoever dropped the receiver wants to hear no more.
                    if found.send(what).await.is_err() || is_last {
                        return;
                    }
                }
            }
        })
    }

    fn sample<'a>(
        &'a self,
        ids: &'a [Revision],
        _log: &'a Log,
    ) -> Doing<'a, Result<Vec<Sample>, Untold>> {
        let (text, ids) = (self.clone(), ids.to_vec());
        Box::pin(samples::blocking(move |go_on| {
            if let Some(once) = text.once() {
                return Err(Untold::Unknown(not_again(once)));
            }
            let seen = text.look_for(&ids, samples::START, go_on).map_err(Untold::Failed)?;
            let seen = seen.map_err(Untold::Unknown)?;
            // Of a row that is not understood nothing is told.
            let row = |(id, row): Seen| {
                row.ok().map(|StoredRow { name, values: [value, _] }| Sample { id, name, value })
            };
            Ok(seen.into_iter().filter_map(row).collect())
        }))
    }

    fn measure<'a>(
        &'a self,
        range: (Revision, Revision),
        _log: &'a Log,
        sizes: Sender<Measured>,
    ) -> Doing<'a, ()> {
        let text = self.clone();
        let measuring = tokio::task::spawn_blocking(move || {
            let ended = text.measured(range, &sizes);
            // Whoever dropped the receiver wants to hear no more.
            drop(sizes.blocking_send(ended));
        });
        Box::pin(async { drop(measuring.await) })
    }
}

impl Input {
    fn stream(&self, options: &Options, send: &mut dyn FnMut(Event) -> bool) {
        match self {
            Self::File(path) => super::open_and_stream(path, options, send),
            Self::Stdin => super::stream(io::stdin().lock(), STDIN, None, options, send),
            Self::Scenario(scenario) => {
                super::send_whole(super::read(scenario.text, scenario.name, options), send);
            }
        }
    }
}

impl Text {
    fn heading(&self) -> Option<&str> {
        self.heading.get().map(String::as_str)
    }

    /// Looks for a row by reading the text: once more before that, where the row
    /// [points](Wanted::points_at) at one that was not read.
    fn found(&self, mut wanted: Wanted, go_on: impl Fn() -> bool) -> Found {
        if let Some(once) = self.once() {
            return Found::Unknown(not_again(once));
        }
        if let (None, Some(prev)) = (wanted.mask, wanted.points_at) {
            wanted.mask = match self.look(prev, 0, &go_on) {
                Ok(Ok(row)) => row.and_then(|row| Mask::of_pointed_at(row.name.as_deref())),
                // It is there, and what it is called was not understood.
                Ok(Err(_)) => Some(Mask::Points),
                Err(error) => return Found::Failed(error),
            };
        }
        match self.look(wanted.id, wanted.most(), &go_on) {
            Ok(Ok(Some(row))) => wanted.judge(row),
            Ok(Ok(None)) => Found::Gone,
            Ok(Err(why)) => Found::Unknown(why),
            Err(error) => Found::Failed(error),
        }
    }

    /// Looks for several rows in one reading.
    fn found_all(&self, wanted: Vec<Wanted>, go_on: impl Fn() -> bool) -> Vec<Found> {
        if let Some(once) = self.once() {
            return wanted.into_iter().map(|_| Found::Unknown(not_again(once))).collect();
        }
        // What a row points at is to be read before it, which is a reading of its own.
        if wanted.len() == 1 || wanted.iter().any(|wanted| wanted.points_at.is_some()) {
            return wanted.into_iter().map(|wanted| self.found(wanted, &go_on)).collect();
        }
        let ids: Vec<Revision> = wanted.iter().map(|wanted| wanted.id).collect();
        let most = wanted.iter().map(Wanted::most).max().unwrap_or_default();
        let mut seen = match self.look_for(&ids, most, go_on) {
            Ok(Ok(seen)) => seen,
            Ok(Err(why)) => {
                return ids.into_iter().map(|_| Found::Unknown(why.clone())).collect();
            }
            Err(error) => return vec![Found::Failed(error)],
        };
        let found = |wanted: Wanted| {
            let place = seen.iter().position(|(id, _)| *id == wanted.id);
            match place.map(|place| seen.swap_remove(place).1) {
                Some(Ok(row)) => wanted.judge(row),
                Some(Err(why)) => Found::Unknown(why),
                None => Found::Gone,
            }
        };
        wanted.into_iter().map(found).collect()
    }

    /// The row of an id; of values that are `masked` only how long they are.
    fn look(
        &self,
        id: Revision,
        most: u64,
        go_on: impl Fn() -> bool,
    ) -> Result<Result<Option<StoredRow>, String>, Error> {
        let seen = self.look_for(&[id], most, go_on)?;
        Ok(seen.and_then(|mut seen| seen.pop().map(|(_, row)| row).transpose()))
    }

    fn look_for(
        &self,
        ids: &[Revision],
        most: u64,
        go_on: impl Fn() -> bool,
    ) -> Result<Result<Vec<Seen>, String>, Error> {
        let heading = self.heading();
        match &self.input {
            Input::File(path) => value::open_and_look(path, heading, ids, most, go_on),
            Input::Scenario(scenario) => {
                value::look(scenario.text, scenario.name, heading, ids, most, go_on)
            }
            Input::Stdin => Ok(Err(not_again(STDIN))),
        }
    }

    fn send_contents(&self, rows: &Sender<Content>) -> Result<(), Error> {
        if let Some(once) = self.once() {
            return Err(Error::new("the values cannot be read").because(not_again(once)));
        }
        let (out, heading) = (&mut Outbox::new(rows), self.heading());
        match &self.input {
            Input::File(path) => {
                let (file, place) = open(path)?;
                contents::send(file, &place, heading, out)
            }
            Input::Scenario(scenario) => contents::send(scenario.text, scenario.name, heading, out),
            Input::Stdin => Err(Error::new("the values cannot be read").because(not_again(STDIN))),
        }
    }

    fn measured(&self, (first, last): (Revision, Revision), sizes: &Sender<Measured>) -> Measured {
        if let Some(once) = self.once() {
            return Measured::Unknown(not_again(once));
        }
        let send = &mut |mut some: Vec<crate::history::usage::Size>| {
            some.retain(|size| (first..=last).contains(&size.id));
            sizes.blocking_send(Measured::Sizes(some)).is_ok()
        };
        let heading = self.heading();
        let measured = match &self.input {
            Input::File(path) => super::open_and_measure(path, heading, send),
            Input::Scenario(scenario) => {
                super::measure(scenario.text, scenario.name, heading, send)
            }
            Input::Stdin => Ok(Err(not_again(STDIN))),
        };
        match measured {
            Ok(Ok(())) => Measured::Ended(Ok(())),
            Ok(Err(why)) => Measured::Unknown(why),
            Err(error) => Measured::Ended(Err(error)),
        }
    }
}

fn not_again(what: &str) -> String {
    format!("{what} cannot be read a second time")
}
