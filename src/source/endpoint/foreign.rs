//! Endpoints that kine, k3s or Kubernetes know and that lead to no MySQL table.

use super::Error;

/// Says what an endpoint of that scheme is, and what to give instead.
pub(super) fn refuse(scheme: &str) -> Error {
    const KINES: &str = "Give the endpoint of the database that kine itself uses: what k3s has in \
                         --datastore-endpoint or K3S_DATASTORE_ENDPOINT.";
    let (what, hint) = match scheme {
        "postgres" | "postgresql" => (
            "a postgres:// endpoint is PostgreSQL, which this version does not read",
            "Export the table and read that: psql --csv -c 'SELECT id, name, created, deleted, \
             create_revision, prev_revision, lease FROM kine' | kinescope --collation binary -",
        ),
        "sqlite" | "litestream" => (
            "a sqlite:// endpoint is SQLite, which this version does not read",
            "Export the table and read that: sqlite3 -readonly -header -csv \
             /var/lib/rancher/k3s/server/db/state.db 'SELECT id, name, created, deleted, \
             create_revision, prev_revision, lease FROM kine' | kinescope --collation binary -",
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
                "the endpoint's scheme is none that leads to a kine table on MySQL or MariaDB",
            )
            .hint("Give mysql://user:password@tcp(host:3306)/database, or the path of a file.");
        }
    };
    Error::usage(what).hint(hint)
}
