//! Endpoints that kine, k3s or Kubernetes know and that lead to no table that kinescope reads.

use super::scheme::split_scheme;
use crate::source::Error;

/// Refuses a scheme that lacks a slash. By its form it would be the user `mysql`.
pub(in crate::source) fn one_slash(text: &str) -> Option<Error> {
    let (scheme, rest) = text.split_once(":/")?;
    let is = |names: [&str; 2]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
    let hint = match () {
        () if rest.starts_with('/') => return None,
        () if is(["mysql", "mariadb"]) => {
            "Write mysql://. If mysql is the user, and the password begins with a slash, put mysql:// \
             before it all."
        }
        () if is(["postgres", "postgresql"]) => "Write postgres://.",
        () => return None,
    };
    Some(Error::usage("the endpoint's scheme has one slash and needs two").hint(hint))
}

/// Refuses quotes around an endpoint that is not refused for what stands before its scheme.
pub(in crate::source) fn quoted(text: &str) -> Option<Error> {
    let (begins, ends) = (text.starts_with(QUOTES), text.ends_with(QUOTES));
    let has_scheme = split_scheme(text).0.is_some();
    ((begins || ends) && (has_scheme || !text.contains("://"))).then(|| {
        Error::usage("quotes are part of the endpoint")
            .hint("Remove the quotes: they belong to a shell or to YAML.")
    })
}

/// What a shell takes away, and what it leaves when it is told too often.
pub(in crate::source) const QUOTES: [char; 3] = ['"', '\'', '`'];

/// Says what an endpoint of that scheme is, and what to give instead.
pub(in crate::source) fn refuse(scheme: &str) -> Error {
    const KINES: &str = "Give the endpoint of the database that kine itself uses: what k3s has in \
                         --datastore-endpoint or K3S_DATASTORE_ENDPOINT.";
    let (what, hint) = match scheme {
        "sqlite" | "litestream" => (
            "a sqlite:// endpoint is a file",
            "Give it as SOURCE, or give the path of the file itself.",
        ),
        "http" | "https" => {
            ("an http:// endpoint is etcd's API: etcd, or kine in front of its database", KINES)
        }
        "unix" | "unixs" => ("a unix:// endpoint is kine's own socket, not its database", KINES),
        "nats" | "jetstream" => {
            ("a nats:// endpoint is NATS JetStream, where kine has no table", KINES)
        }
        "dqlite" => {
            ("a dqlite:// endpoint is Dqlite, which no version of kinescope can read", KINES)
        }
        "t4" => ("a t4:// endpoint is T4, where kine has no table", KINES),
        "file" => ("a file:// endpoint is not understood", "Give the path of the file itself."),
        _ => {
            return Error::usage(
                "the endpoint's scheme does not lead to a kine table on a server that kinescope reads",
            )
            .hint(
                "Give mysql://user:password@tcp(host:3306)/database, \
                 postgres://user:password@host:5432/database, or the path of a file.",
            );
        }
    };
    Error::usage(what).hint(hint)
}
