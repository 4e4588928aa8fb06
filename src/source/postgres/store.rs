//! The server as a source of the program.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::endpoint::{Address, Endpoint, SslMode};
use super::{contents, probe, rows, value};
use crate::history::Revision;
use crate::source::store::{Database, Doing, Store};
use crate::source::{
    Answer, Demand, Error, Event, Found, Log, Measured, Options, Part, Sample, Told, Untold,
    Wanted, Way,
};

impl Store for Endpoint {
    fn short(&self) -> String {
        Self::short(self)
    }

    fn database(&self) -> Option<&dyn Database> {
        Some(self)
    }

    fn read<'a>(
        &'a self,
        options: &'a Options,
        log: &'a Log,
        events: Sender<Event>,
    ) -> Doing<'a, ()> {
        Box::pin(rows::read(self, options, log, events))
    }

    fn contents<'a>(
        &'a self,
        options: &'a Options,
        log: &'a Log,
        events: Sender<Event>,
        demand: Demand,
    ) -> Doing<'a, ()> {
        Box::pin(contents::read(self, options, log, events, demand))
    }

    fn values<'a>(
        &'a self,
        wanted: Vec<Wanted>,
        log: &'a Log,
        found: Sender<Found>,
    ) -> Doing<'a, ()> {
        Box::pin(value::send(self, wanted, log, found))
    }

    fn sample<'a>(
        &'a self,
        ids: &'a [Revision],
        log: &'a Log,
    ) -> Doing<'a, Result<Vec<Sample>, Untold>> {
        Box::pin(value::sample(self, ids, log))
    }

    fn measure<'a>(
        &'a self,
        range: (Revision, Revision),
        log: &'a Log,
        sizes: Sender<Measured>,
    ) -> Doing<'a, ()> {
        Box::pin(value::measure(self, range, log, sizes))
    }
}

impl Database for Endpoint {
    fn place(&self) -> Option<(String, String)> {
        Some((self.address().to_string(), Self::database(self).to_owned()))
    }

    fn with_password(&self, password: &str, origin: &str) -> Arc<dyn Database> {
        Arc::new(self.clone().with_password_from(password, origin))
    }

    fn ask<'a>(&'a self, log: &'a Log) -> Doing<'a, Result<Answer, Error>> {
        Box::pin(probe::ask(self, log))
    }

    fn way(&self) -> Way {
        let text = |text: &str| Told::Text(text.to_owned());
        let said = |text: Option<&str>| text.map_or(Told::Nothing, |it| Told::Text(it.to_owned()));
        let file = |path: Option<&Path>| {
            path.map_or(Told::Nothing, |path| Told::Text(path.display().to_string()))
        };
        let address = self.address();
        let is_socket = matches!(address, Address::Unix { .. });
        let (mode, of) = (self.mode(), self.origin("sslmode"));
        let (mode_of, why_mode) = match () {
            () if is_socket => (None, "as over every socket"),
            () if of.is_none() && mode == SslMode::VerifyFull => {
                (None, "because TLS files are named")
            }
            () => (of, ""),
        };
        let host = self.origin("host").or_else(|| self.origin("hostaddr"));
        let password = Told::Password(self.password().is_some());
        let why_password = if self.password().is_some() { "kine's default" } else { "" };
        let parts = [
            ("server", text(&address.to_string()), host, "the default"),
            ("hostaddr", said(self.reached_at()), self.origin("hostaddr"), ""),
            ("user", text(&self.user()), self.origin("user"), "the default"),
            ("password", password, self.password_origin(), why_password),
            ("database", text(Self::database(self)), self.origin("dbname"), "kine's default"),
            ("search_path", said(self.search_path()), self.origin("search_path"), ""),
            ("options", said(self.options()), self.origin("options"), ""),
            ("sslmode", Told::Meaning(mode.to_string(), mode.meaning()), mode_of, why_mode),
            ("sslrootcert", file(self.ca()), self.origin("sslrootcert"), "libpq's default"),
            ("sslcert", file(self.certificate()), self.origin("sslcert"), "libpq's default"),
            ("sslkey", file(self.key()), self.origin("sslkey"), "libpq's default"),
        ];
        let parts = parts.into_iter().map(|(name, told, origin, without)| Part {
            name,
            told,
            origin,
            without,
        });
        let mut notes = self.notes.clone();
        if self.ca().is_some() && mode.verifies() {
            notes.push(
                "Besides that file, this machine's own authorities are trusted; kine and k3s trust \
                 the file alone. SSL_CERT_FILE names a file to use in their place."
                    .to_owned(),
            );
        }
        Way { parts: parts.collect(), notes }
    }
}
