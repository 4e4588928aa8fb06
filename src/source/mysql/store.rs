//! The server as a source of the program.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::endpoint::{Endpoint, TlsMode};
use super::{contents, probe, read, sizes, value};
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
        Box::pin(read(self, options, log, events))
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
        Box::pin(sizes::measure(self, range, log, sizes))
    }
}

impl Database for Endpoint {
    fn place(&self) -> Option<(String, String)> {
        Some((self.address.bare(), self.database.clone()))
    }

    fn with_password(&self, password: &str, origin: &str) -> Arc<dyn Database> {
        Arc::new(self.clone().with_password_from(password, origin))
    }

    fn ask<'a>(&'a self, log: &'a Log) -> Doing<'a, Result<Answer, Error>> {
        Box::pin(probe::ask(self, log))
    }

    fn way(&self) -> Way {
        const DEFAULT: &str = "the default";
        let (tls, origins) = (&self.tls, &self.origins);
        let text = |text: &str| Told::Text(text.to_owned());
        let file = |path: &Option<std::path::PathBuf>| {
            path.as_ref().map_or(Told::Nothing, |path| Told::Text(path.display().to_string()))
        };
        let mode = Told::Meaning(tls.mode.to_string(), meaning(tls.mode));
        let by_files = "because TLS files are named";
        let mode_without = if tls.mode == TlsMode::Preferred { "" } else { by_files };
        let parts = [
            ("server", text(&self.address.to_string()), &origins.address, DEFAULT),
            ("user", text(&self.user), &origins.user, DEFAULT),
            ("password", Told::Password(self.password().is_some()), &origins.password, ""),
            ("database", text(&self.database), &origins.database, "kine's default"),
            ("ssl-mode", mode, &origins.tls, mode_without),
            ("ssl-ca", file(&tls.ca), &origins.ca, ""),
            ("ssl-cert", file(&tls.certificate), &origins.certificate, ""),
            ("ssl-key", file(&tls.key), &origins.key, ""),
            ("public key", file(&self.public_key), &origins.public_key, ""),
        ];
        let parts = parts.into_iter().map(|(name, told, origin, without)| Part {
            name,
            told,
            origin: origin.clone(),
            without,
        });
        Way { parts: parts.collect(), notes: self.notes_of_the_way() }
    }
}

impl Endpoint {
    /// What is to be known of the way beside its parts.
    fn notes_of_the_way(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        if self.tls.ca.is_some() && self.tls.mode.verifies() {
            notes.push(
                "Besides that file, this machine's own authorities are trusted; kine and k3s trust \
                 the file alone. SSL_CERT_FILE names a file to use in their place."
                    .to_owned(),
            );
        }
        notes
    }
}

fn meaning(mode: TlsMode) -> &'static str {
    match mode {
        TlsMode::Disabled => "no encryption",
        TlsMode::Preferred => "encrypted if offered, without checking who the server is",
        TlsMode::Required => "encrypted, without checking who the server is",
        TlsMode::VerifyCa => "encrypted, with a server certificate that a trusted authority signed",
        TlsMode::VerifyIdentity => {
            "encrypted, with a server certificate that a trusted authority signed for this host"
        }
    }
}
