//! What is said when there is nothing to read.

use super::{on_a_new_table, on_every_server, read_all, said};
use crate::support::server::{Database, PASSWORD, USER};

/// What an endpoint that cannot be read says; never a password.
fn failure(endpoint: &str) -> String {
    let outcome = read_all(endpoint);
    assert!(outcome.opened.is_none(), "{:?}", outcome.opened);
    let error = outcome.ended.expect_err(endpoint);
    let said = said(&error);
    assert!(!error.is_usage(), "{said}");
    assert!(!format!("{said} {error:?}").contains(PASSWORD), "{said} {error:?}");
    assert!(!said.contains("NOTHING TO DO"), "{said}");
    said
}

#[test]
fn what_is_no_kine_table_is_refused_by_name() {
    on_every_server(|server| {
        let database = server.database();
        let none = failure(&database.dsn());
        assert!(none.contains("there is no table kine at mysql://kine:***@tcp("), "{none}");
        // (columns, what is said of them)
        let tables = [
            ("id BIGINT PRIMARY KEY, name TEXT, old TEXT", "it has no columns created, deleted"),
            (
                "id BIGINT PRIMARY KEY, name TEXT, created INT, deleted INT, create_revision INT, \
                 prev_revision INT",
                "it has no column lease",
            ),
            (
                "id BIGINT PRIMARY KEY, name INT, created INT, deleted INT, create_revision INT, \
                 prev_revision VARCHAR(9), lease INT",
                "name is int, not text, and prev_revision is varchar, not an integer",
            ),
        ];
        for (columns, expected) in tables {
            database.exec(&format!("CREATE TABLE kine ({columns})"));
            let said = failure(&database.dsn());
            assert!(said.contains(expected), "{said}");
            database.exec("DROP TABLE kine");
        }
    });
}

#[test]
fn what_cannot_be_reached_is_said_in_words() {
    on_every_server(|server| {
        let database = server.database();
        let (dsn, port) = (database.dsn(), server.port);
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let closed = free.local_addr().expect("it is bound").port();
        drop(free);
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let silent_port = silent.local_addr().expect("it is bound").port();
        // (endpoint, what is said)
        let cases = [
            (dsn.replace(PASSWORD, "wrong"), "does not let 'kine' in (1045 (28000): Access denied"),
            (dsn.replace(&database.name, "nowhere"), "there is no database nowhere"),
            (
                dsn.replace(&port.to_string(), &closed.to_string()),
                "cannot connect to mysql://kine:***@tcp(",
            ),
            (dsn.replace("127.0.0.1", "nowhere.invalid"), "whether this machine can resolve it"),
            (format!("mysql://{USER}@unix(/nowhere/s)/"), "where its socket is"),
            (
                format!("mysql://{USER}@tcp(127.0.0.1:{silent_port})/?timeout=200ms"),
                "did not answer within 0.2 s",
            ),
        ];
        for (endpoint, expected) in cases {
            let said = failure(&endpoint);
            assert!(said.contains(expected), "{said}");
        }
        if server.mariadb {
            let said = failure(&format!("{dsn}?tls=true"));
            assert!(
                said.contains("cannot encrypt") && said.contains("offers no encryption"),
                "{said}"
            );
        }
    });
}

#[test]
fn a_right_to_the_table_alone_is_enough() {
    on_a_new_table(|database| {
        let Database { server, name } = database;
        database.exec(&format!(
            "INSERT INTO kine (name) VALUES ('/a'); \
             CREATE USER reader_{name} IDENTIFIED BY 'a/b@c:d'; \
             GRANT SELECT ON {name}.kine TO reader_{name}; \
             CREATE USER narrow_{name} IDENTIFIED BY 'a/b@c:d'; \
             GRANT SELECT (id, name, created) ON {name}.kine TO narrow_{name}; \
             CREATE USER nobody_{name} IDENTIFIED BY 'a/b@c:d'; \
             CREATE USER old_{name} IDENTIFIED BY 'a/b@c:d' PASSWORD EXPIRE; \
             CREATE USER locked_{name} IDENTIFIED BY 'a/b@c:d' ACCOUNT LOCK; \
             CREATE USER safe_{name} IDENTIFIED BY 'a/b@c:d' REQUIRE SSL; \
             GRANT SELECT ON {name}.kine TO old_{name}, locked_{name}, safe_{name}"
        ));
        let endpoint = |user: &str| {
            format!("mysql://{user}_{name}:a/b@c:d@tcp(127.0.0.1:{})/{name}", server.port)
        };
        assert_eq!(read_all(&endpoint("reader")).rows().len(), 1);
        let said = failure(&endpoint("narrow"));
        assert!(said.contains("no columns deleted") && said.contains("rights to single"), "{said}");
        // (account, what is said)
        let cases =
            [("nobody", "GRANT SELECT ON"), ("old", "has expired"), ("locked", "is locked")];
        for (account, expected) in cases {
            let said = failure(&endpoint(account));
            assert!(said.contains(expected), "{said}");
        }
        let said = failure(&format!("{}?tls=false", endpoint("safe")));
        assert!(said.contains("demands encryption"), "{said}");
    });
}
