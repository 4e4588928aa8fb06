//! What is not written, and what is left behind then: nothing.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{export, row};
use crate::proof::desk::into_kine;
use crate::proof::table::Row;
use crate::support::any::Engine;
use crate::support::program::{file, kinescope, run, run_with_stdin};
use crate::support::sqlite::Database;

const SOURCE: &str = "tests/fixtures/incident-after.sql.gz";

/// The names in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).expect("ours");
    entries.map(|it| it.expect("ours").file_name().to_string_lossy().into_owned()).collect()
}

/// A database of SQLite with these rows.
fn sqlite(rows: &[Row]) -> Database {
    let database = Database::new();
    database.create("TEXT");
    database.exec(&format!("INSERT{}", into_kine(Engine::Sqlite.dialect(), rows)));
    database
}

/// What is said of a table that is not written, and that nothing is left of it.
#[track_caller]
fn refused(source: &str, file: &str, more: &[&str], status: i32) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join(file).display().to_string();
    let ran = run(&[&["export", source, "--to", &to], more].concat());
    assert_eq!((ran.status, ran.out.as_str()), (Some(status), ""), "{}", ran.err);
    assert_eq!(names(directory.path()), Vec::<String>::new());
    ran.err.replace(&to, "FILE")
}

#[test]
fn what_does_not_fit_is_said_before_anything_is_written() {
    let mark = || row(1, "compact_rev_key", false, 0, Some(b""));
    let cases: [(Vec<Row>, &str, &[&str]); 7] = [
        (
            vec![mark(), row(2, "/a", false, 0, None), row(3, "/A", false, 0, None)],
            "kine.sql",
            &["equal in the new database, and would become one key, in 1 row: revision 3 (/A)"],
        ),
        (
            vec![mark(), row(2, "/registry/caf\u{e9}", false, 0, None)],
            "kine.sql",
            &["Names are not ASCII, as kine's column is, in 1 row: revision 2 (/registry/café)"],
        ),
        (
            vec![mark(), row(2, &"/x".repeat(400), false, 0, None)],
            "kine.sql",
            &["more than 630 bytes"],
        ),
        (
            vec![mark(), row(2, &"/x".repeat(2000), false, 0, None)],
            "kine.pg.sql",
            &["more than 2600 bytes"],
        ),
        (
            vec![mark(), row(2, "/a", false, 0, None), row(3, "/a", false, 0, None)],
            "kine.db",
            &["cannot be made", "revision 3 (/a)", "--repaired"],
        ),
        (
            vec![mark(), row(2, "/a", false, 0, Some(&vec![7; 16_777_216]))],
            "kine.sql",
            &["longer than 16,777,215 bytes", "revision 2"],
        ),
        (
            vec![mark(), Row { created: Some(1 << 40), ..row(2, "/a", false, 0, None) }],
            "kine.db",
            &["revision 2 does not fit into SQLite", "its created is out of the range"],
        ),
    ];
    for (rows, file, expected) in cases {
        let database = sqlite(&rows);
        let said = refused(&database.path().display().to_string(), file, &[], 3);
        for words in expected {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    // The same names are fit for a database that compares bytes.
    let database = sqlite(&[mark(), row(2, "/a", false, 0, None), row(3, "/A", false, 0, None)]);
    let directory = tempfile::tempdir().expect("a directory");
    export(&database.path().display().to_string(), &directory.path().join("kine.pg.sql"), &[]);
}

#[test]
fn names_that_only_the_source_folds_become_keys_of_their_own_and_that_is_said() {
    let text = "CREATE TABLE `kine` (`id` bigint unsigned NOT NULL AUTO_INCREMENT, `name` varchar(630) \
                CHARACTER SET ascii COLLATE ascii_general_ci, `created` int, `deleted` int, \
                `create_revision` bigint unsigned, `prev_revision` bigint unsigned, `lease` int, `value` \
                mediumblob, `old_value` mediumblob, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n\
                INSERT INTO `kine` VALUES (1,'compact_rev_key',1,0,0,0,0,'',NULL),\
                (2,'/a',1,0,0,0,0,'x',NULL),(3,'/A',0,0,2,2,0,'y',NULL);\n";
    let (_kept, path) = file(text.as_bytes());
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join("kine.db").display().to_string();
    let ran = run(&["export", &path.display().to_string(), "--to", &to]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let said = "Names that the source takes for one key differ in their bytes, and become keys of their \
                own, in 2 rows: revision 2 (/a), 3 (/A).";
    assert!(ran.err.contains(said), "{}", ran.err);
    let told: String = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains(said), "{told}");
}

#[test]
fn a_table_that_is_not_known_in_whole_is_not_written() {
    for (text, why) in [
        ("id\tname\tprev_revision\n1\tcompact_rev_key\t0\n2\t/a\t0\n", "created, deleted"),
        (
            "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n\
             1\tcompact_rev_key\t1\t0\t0\t0\t0\n2\t/a\t1\t0\t0\t0\t0\n",
            "value and",
        ),
        (
            "id,name,created,deleted,create_revision,prev_revision,lease,value,old_value\n\
             1,compact_rev_key,1,0,0,0,0,,\n2,/a,1,0,0,0,0,x,\n",
            "an empty field may be NULL or an empty value",
        ),
        (
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value) \
             VALUES (1,'compact_rev_key',1,0,0,0,0,''),(2,'/a',1,0,0,0,0,'x');\n",
            "lacks the column value or old_value",
        ),
        ("INSERT INTO kine VALUES (2,'/a',1,0,0,0,0,'x',NULL);\n", "no compact_rev_key"),
        (
            "INSERT INTO kine VALUES (1,'compact_rev_key',1,0,0,0,0,'',NULL),(2,'/a',1,0,",
            "not understood",
        ),
        (
            "INSERT INTO kine VALUES (1,'compact_rev_key',1,0,0,0,0,'',NULL),(2,'/a',7,0,0,0,0,'x',NULL);\n",
            "created of revision 2 is neither 0 nor 1",
        ),
    ] {
        let (_kept, path) = file(text.as_bytes());
        let said = refused(&path.display().to_string(), "kine.db", &[], 3);
        assert!(said.contains(why), "{why}: {said}");
    }
    for more in [["--since", "5"], ["--prefix", "/a"]] {
        assert!(refused(SOURCE, "kine.db", &more, 2).contains("only a whole table"));
    }
}

#[test]
fn a_file_is_new_and_its_name_says_for_which_database_it_is() {
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join("kine.sql");
    export(SOURCE, &to, &[]);
    let mode = to.metadata().expect("it was written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(&to).expect("ours");
    let ran = run(&["export", SOURCE, "--to", &to.display().to_string()]);
    assert_eq!(ran.status, Some(3));
    assert!(ran.err.contains("Name a file that is not there yet."), "{}", ran.err);
    assert_eq!(std::fs::read(&to).expect("ours"), before);
    assert_eq!(names(directory.path()), ["kine.sql"]);
    for name in ["kine", "kine.sql.gz", "kine.txt"] {
        let said = refused(SOURCE, name, &[], 2);
        assert!(said.contains(".pg.sql for PostgreSQL"), "{said}");
    }
    assert!(refused(SOURCE, "no/kine.sql", &[], 3).contains("directory exists"));
    let to = directory.path().join("stdin.sql").display().to_string();
    let ran = run_with_stdin(&["export", "-", "--to", &to], b"");
    assert!(ran.status == Some(2) && ran.err.contains("only once"), "{}", ran.err);
    assert_eq!(names(directory.path()), ["kine.sql"]);
}

#[test]
fn etcd_is_not_read_and_what_does_is_said() {
    let mut bolt = vec![0; 4096];
    bolt[16..20].copy_from_slice(&0xED0C_DAED_u32.to_le_bytes());
    let (_kept, path) = file(&bolt);
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::create_dir_all(directory.path().join("member/snap")).expect("ours");
    std::fs::write(directory.path().join("member/snap/db"), &bolt).expect("ours");
    for source in [path.as_path(), directory.path()] {
        let said = refused(&source.display().to_string(), "kine.db", &[], 3);
        assert!(said.contains("etcd") && said.contains("kinescope help moving"), "{said}");
    }
}

#[test]
fn a_disk_that_is_full_leaves_nothing() {
    for name in ["kine.sql", "kine.pg.sql", "kine.db"] {
        let directory = tempfile::tempdir().expect("a directory");
        let to = directory.path().join(name);
        let program = env!("CARGO_BIN_EXE_kinescope");
        let mut shell = Command::new("sh");
        // No file may have more than 64 KiB.
        let line =
            format!("trap '' XFSZ; ulimit -f 128; exec '{program}' export '{SOURCE}' --to \"$1\"");
        shell.args(["-c", &line, "sh"]).arg(&to).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = shell.output().expect("sh runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{name}: {said}");
        assert!(said.contains("the new table cannot be written"), "{name}: {said}");
        assert!(said.contains("free space"), "{name}: {said}");
        assert_eq!(names(directory.path()), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_signal_leaves_nothing() {
    let engine = Engine::all().into_iter().find(|it| it.product() == "PostgreSQL").expect("one");
    let database = engine.database();
    let crate::support::any::Database::Postgres(it) = &database else { panic!("it is") };
    it.create_kine_table();
    it.exec("INSERT INTO kine (name, created, deleted, prev_revision) VALUES ('compact_rev_key', 1, 0, 0)");
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join("kine.sql");
    crate::support::server::block_on(async {
        let mut connection = it.server.connect(&it.name).await;
        // Whoever reads the table waits for this to end.
        sqlx::raw_sql("BEGIN; LOCK TABLE kine").execute(&mut connection).await.expect("ours");
        let mut command = kinescope();
        command.args(["export", &database.endpoint(), "--to"]).arg(&to);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program runs");
        let start = Instant::now();
        while names(directory.path()).is_empty() {
            assert!(start.elapsed() < Duration::from_mins(1), "no file is begun");
            std::thread::sleep(Duration::from_millis(10));
        }
        // It listens to signals once it reads.
        std::thread::sleep(Duration::from_millis(500));
        let pid = Pid::from_child(&child);
        kill_process(pid, Signal::TERM).expect("it runs");
        assert_eq!(child.wait().expect("it ends").code(), Some(143));
    });
    assert_eq!(names(directory.path()), Vec::<String>::new());
}
