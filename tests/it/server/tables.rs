//! What arrives of a table: the ones that kine ever made, and what people make of them.

use kinescope::history::compaction::{Effect, Policy, plan};
use kinescope::history::{Flag, Revision, Row};

use super::{on_a_new_table, on_every_server, read_all};

#[test]
fn an_incident_is_read_and_kines_compaction_foreseen() {
    on_every_server(|server| {
        let before = server.database();
        before.load("incident-before.sql.gz");
        // The estimate of rows that a server gives right after a load may be an old one.
        before.exec("ANALYZE TABLE kine");
        let before = read_all(&before.dsn());
        let history = before.history();
        assert_eq!(before.unread.first(), []);
        assert_eq!((history.len(), history.forks()), (7293, 17));
        assert_eq!((history.current(), history.compacted()), (Some(7293), Some(0)));
        let opened = before.opened.as_ref().expect("it was opened");
        assert_eq!(opened.profile.collation.name(), "ascii_general_ci");
        assert!(opened.profile.collation.folds());
        let kind = if server.mariadb { "MariaDB " } else { "MySQL " };
        assert!(opened.kind.starts_with(kind), "{}", opened.kind);
        assert!(opened.expected.is_none_or(|rows| (1000..50_000).contains(&rows)), "{opened:?}");
        assert_eq!(opened.notes, Vec::<String>::new());

        let plan = plan(history, 6293, Policy::DEFAULT);
        assert_eq!((plan.reached, plan.after(), plan.removed()), (6293, 1679, 5614));
        let effects: Vec<_> = plan.effects(history);
        let back: Vec<(&[u8], Effect, Revision)> = effects
            .iter()
            .map(|it| {
                let after = it.after.expect("it is live").revision;
                (history.name(it.key), it.effect, after)
            })
            .collect();
        assert_eq!(
            back,
            [
                (&b"/registry/minions/node-02"[..], Effect::Resurrected, 5466),
                (b"/registry/minions/node-05", Effect::Resurrected, 5549),
                (b"/registry/minions/node-07", Effect::Resurrected, 5539),
            ]
        );
        assert_eq!(plan.layers(history, &effects[0]), [5466, 5300, 5247, 5122]);

        let after = server.database();
        after.load("incident-after.sql.gz");
        let after = read_all(&after.url());
        let survivors: Vec<_> = history
            .iter()
            .filter(|&at| plan.survives(at))
            .map(|at| (history.id(at), plan.prev_after(history, at)))
            .collect();
        let found: Vec<_> = after.rows().iter().map(|row| (row.id, row.prev_revision)).collect();
        assert_eq!(found.len(), 1679);
        assert_eq!(survivors, found);
        assert_eq!(after.history().compacted(), Some(6293));
    });
}

#[test]
fn an_empty_table_has_no_rows() {
    on_a_new_table(|database| {
        let outcome = read_all(&database.dsn());
        assert_eq!((outcome.rows(), outcome.unread.count()), (vec![], 0));
        assert_eq!(outcome.opened.expect("it was opened").expected, None);
    });
}

#[test]
fn every_column_arrives_as_it_is_stored() {
    const MAX: u64 = u64::MAX;
    on_a_new_table(|database| {
        database.exec(&format!(
            "INSERT INTO kine VALUES \
             (1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), \
             (2, '/a', 1, 0, 0, 0, 15, 'value', 'old'), \
             (3, '', 2, -1, 9223372036854775808, 9223372036854775807, -2147483648, NULL, NULL), \
             ({}, '/b', 0, 1, {MAX}, {MAX}, 2147483647, NULL, NULL)",
            MAX - 1
        ));
        let outcome = read_all(&database.dsn());
        let row = |id, name, flags: (Flag, Flag), create_revision, prev_revision, lease| Row {
            id,
            name,
            created: flags.0,
            deleted: flags.1,
            create_revision,
            prev_revision,
            lease,
        };
        let (half, other) = (Some(1 << 63), Some((1 << 63) - 1));
        assert_eq!(
            outcome.rows(),
            [
                row(1, None, (Flag::Null, Flag::Null), None, None, None),
                row(2, Some(b"/a"), (Flag::Yes, Flag::No), Some(0), Some(0), Some(15)),
                row(3, Some(b""), (Flag::Odd, Flag::Odd), half, other, Some(i32::MIN)),
                row(
                    MAX - 1,
                    Some(b"/b"),
                    (Flag::No, Flag::Yes),
                    Some(MAX),
                    Some(MAX),
                    Some(i32::MAX)
                ),
            ]
        );
        assert_eq!(outcome.unread.first(), []);
    });
}

#[test]
fn old_tables_have_signed_integers() {
    on_every_server(|server| {
        let database = server.database();
        database.create_old_kine_table();
        database.exec(
            "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; \
             INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES (-7, '/z', 1, 0, 0, 0, 0), (0, '/y', 1, 0, 0, 0, 0), (1, '/a', 1, 0, 0, 0, 0), \
             (2, '/a', 0, 0, 1, -1, 0), (3, '/a', 0, 0, -5, 2, 0), \
             (2147483647, '/a', 0, 1, 1, 2147483646, NULL)",
        );
        let outcome = read_all(&database.dsn());
        let ids: Vec<_> = outcome.rows().iter().map(|row| (row.id, row.prev_revision)).collect();
        assert_eq!(ids, [(0, Some(0)), (1, Some(0)), (2_147_483_647, Some(2_147_483_646))]);
        let unread: Vec<_> =
            outcome.unread.first().iter().map(|it| format!("{}: {}", it.place, it.why)).collect();
        assert_eq!(
            unread,
            [
                "revision -7: its id is negative: -7",
                "revision 2: its prev revision is negative: -1",
                "revision 3: its create revision is negative: -5",
            ]
        );
        assert_eq!(
            outcome.opened.expect("it was opened").profile.collation.name(),
            "latin1_swedish_ci"
        );
    });
}

#[test]
fn integers_of_every_width_are_read() {
    on_every_server(|server| {
        let database = server.database();
        database.exec(
            "CREATE TABLE kine (id MEDIUMINT PRIMARY KEY, name BLOB, created TINYINT(1), \
             deleted TINYINT UNSIGNED, create_revision INT UNSIGNED, prev_revision SMALLINT, \
             lease BIGINT); \
             INSERT INTO kine VALUES (5, x'00FF80', 1, 0, 4294967295, 3, -2), \
             (6, '/a', 1, 255, 1, -3, 0), (7, '/b', 0, 0, 0, 0, 2147483648)",
        );
        let outcome = read_all(&database.dsn());
        assert_eq!(
            outcome.rows(),
            [Row {
                id: 5,
                name: Some(b"\0\xFF\x80"),
                created: Flag::Yes,
                deleted: Flag::No,
                create_revision: Some(u32::MAX.into()),
                prev_revision: Some(3),
                lease: Some(-2),
            }]
        );
        let unread: Vec<_> = outcome.unread.first().iter().map(|it| it.why.as_str()).collect();
        assert_eq!(
            unread,
            ["its prev revision is negative: -3", "its lease is too large: 2147483648"]
        );
        assert_eq!(outcome.opened.expect("it was opened").profile.collation.name(), "binary");
    });
}

#[test]
fn names_arrive_byte_for_byte() {
    // (type, stored as, the bytes in the column)
    let names: [(&str, &str, &[u8]); 5] = [
        ("VARCHAR(630) CHARACTER SET latin1", "_latin1 x'2FE9FF80'", b"/\xE9\xFF\x80"),
        ("VARCHAR(630) CHARACTER SET utf8mb4", "_utf8mb4 x'2FC3A9F09F9880'", "/é😀".as_bytes()),
        ("VARCHAR(630) CHARACTER SET ascii", "_ascii x'2F007F09'", b"/\0\x7F\t"),
        ("VARCHAR(630) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "'/a  '", b"/a  "),
        ("VARBINARY(630)", "x'FF00FE'", b"\xFF\0\xFE"),
    ];
    on_every_server(|server| {
        for (column, stored, bytes) in names {
            let database = server.database();
            database.create("BIGINT UNSIGNED", column);
            database.exec(&format!("INSERT INTO kine (id, name) VALUES (1, {stored})"));
            for endpoint in [database.dsn(), format!("{}?charset=latin1", database.socket_dsn())] {
                let outcome = read_all(&endpoint);
                assert_eq!(outcome.rows()[0].name, Some(bytes), "{column}");
            }
        }
    });
}

#[test]
fn keys_are_grouped_as_the_column_compares() {
    on_every_server(|server| {
        // (collation, keys among the four names)
        let mut cases = vec![
            ("ascii_general_ci", 1),
            ("ascii_bin", 3),
            ("utf8mb4_bin", 3),
            ("latin1_general_cs", 3),
        ];
        if server.mariadb {
            cases.push(("utf8mb4_nopad_bin", 4));
        } else {
            cases.extend([("utf8mb4_0900_ai_ci", 2), ("utf8mb4_0900_bin", 4)]);
        }
        for (collation, keys) in cases {
            let database = server.database();
            let charset = collation.split('_').next().expect("a character set");
            let column = format!("VARCHAR(630) CHARACTER SET {charset} COLLATE {collation}");
            database.create("BIGINT UNSIGNED", &column);
            database.exec("INSERT INTO kine (name) VALUES ('/foo'), ('/Foo'), ('/FOO'), ('/foo ')");
            let outcome = read_all(&database.dsn());
            assert_eq!(outcome.history().keys().count(), keys, "{collation}");
            let theirs = server.ask(&database.name, "SELECT COUNT(DISTINCT name) FROM kine");
            assert_eq!(theirs, keys.to_string(), "{collation}: what the server says");
        }
    });
}

#[test]
fn the_unique_index_is_looked_for() {
    on_every_server(|server| {
        // (what makes it, whether chains can then not fork)
        let cases = [
            ("", false),
            ("CREATE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)", false),
            ("CREATE UNIQUE INDEX u ON kine (name, prev_revision, id)", false),
            (
                "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)",
                true,
            ),
            ("CREATE UNIQUE INDEX u ON kine (name(100), prev_revision)", true),
            ("CREATE UNIQUE INDEX u ON kine (prev_revision, name)", true),
        ];
        for (sql, unique) in cases {
            let database = server.database();
            database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
            if !sql.is_empty() {
                database.exec(sql);
            }
            let opened = read_all(&database.socket_dsn()).opened.expect("it was opened");
            assert_eq!(opened.profile.unique_index, Some(unique), "{sql}");
        }
    });
}

#[test]
fn rows_that_share_an_id_are_not_passed_over() {
    on_every_server(|server| {
        let database = server.database();
        database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
        database.exec(
            "ALTER TABLE kine MODIFY id BIGINT UNSIGNED, DROP PRIMARY KEY; \
             INSERT INTO kine (id, name) VALUES (NULL, '/n'), (1, '/a'), (2, '/b'), (2, '/c'), (3, '/d')",
        );
        let outcome = read_all(&database.dsn());
        assert_eq!(outcome.rows().len(), 3);
        let unread: Vec<_> = outcome.unread.first().iter().map(|it| it.place.as_str()).collect();
        assert_eq!(unread, ["the first row", "revision 2"]);
        let notes = &outcome.opened.as_ref().expect("it was opened").notes;
        assert!(notes.iter().any(|note| note.contains("no unique index")), "{notes:?}");
    });
}

#[test]
fn a_table_without_snapshots_is_noted() {
    on_a_new_table(|database| {
        database.exec("ALTER TABLE kine ENGINE = MyISAM; INSERT INTO kine (name) VALUES ('/a')");
        let outcome = read_all(&format!("{}?parseTime=true", database.dsn()));
        assert_eq!(outcome.rows().len(), 1);
        let notes = outcome.opened.expect("it was opened").notes;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("parseTime") && notes[1].contains("MyISAM"), "{notes:?}");
    });
}
