//! The program in a pipe: what it prints, and the exit status it leaves.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::program::{
    CLUSTER, INCIDENT, file, kinescope, ran, run, run_with_stdin, undated,
};
use crate::support::server::{PASSWORD, servers};

const NODE_02: &str = "/registry/minions/node-02";
const NODE: &str = "/registry/minions/prod-instance-1735943640622";

#[test]
fn the_cluster_is_previewed_as_the_sample_says() {
    let ran = run(&["preview", CLUSTER, "--target", "6293", "--format", "json", "--rows"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""));
    let json: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    let expected = [
        ("/schema", json!("kinescope.preview/v1")),
        ("/source", json!(CLUSTER)),
        ("/revisions", json!({"current": 7293, "compacted": 0})),
        ("/policy", json!({"min_retain": 1000, "batch_size": 1000})),
        ("/target", json!({"requested": 6293, "reached": 6293})),
        ("/batches", json!(7)),
        ("/rows", json!({"before": 7293, "removed": 5614, "after": 1679})),
        (
            "/keys/resurrected/0",
            json!({
                "name": "/registry/minions/node-02",
                "before": {"revision": 5890, "live": false},
                "after": {"revision": 5466, "live": true},
                "layers": [5466, 5300, 5247, 5122],
            }),
        ),
        ("/keys/resurrected/1/after/revision", json!(5549)),
        ("/keys/resurrected/2/after/revision", json!(5539)),
        ("/keys/reverted", json!([])),
        ("/keys/lost", json!([])),
        ("/removed/0", json!(3)),
        ("/removed/1", json!(4)),
        ("/survivors/0", json!({"id": 1, "name": "compact_rev_key", "prev_revision": 6293})),
        ("/partial", json!(null)),
    ];
    for (pointer, value) in expected {
        assert_eq!(json.pointer(pointer), Some(&value), "{pointer}");
    }
    assert_eq!(json.pointer("/keys/resurrected").and_then(Value::as_array).map(Vec::len), Some(3));
    let length = |pointer| json.pointer(pointer).and_then(Value::as_array).map(Vec::len);
    assert_eq!((length("/removed"), length("/survivors")), (Some(5614), Some(1679)));
}

#[test]
fn a_preview_without_rows_lists_none() {
    let ran = run(&["preview", CLUSTER, "--format", "json"]);
    let json: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!((json.get("removed"), json.get("survivors")), (None, None));
    // Without a target it is what kine would do by itself: the same as above.
    assert_eq!(json["target"]["requested"], 6293);
    let ran = run(&["preview", CLUSTER]);
    assert_snapshot!("cli_preview", undated(&ran.out));
}

#[test]
fn standard_input_is_a_source() {
    let input = std::fs::read(INCIDENT).expect("the scenario is there");
    let by_name = run(&["show", INCIDENT, NODE]);
    let piped = run_with_stdin(&["show", "-", NODE], &input);
    assert_eq!((by_name.status, piped.status), (Some(0), Some(0)));
    let piped = undated(&piped.out);
    assert_eq!(undated(&by_name.out).replace(INCIDENT, "standard input"), piped);
    assert_snapshot!("cli_show", piped);
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path().to_str().expect("its path is UTF-8");
    let whole = std::fs::read(CLUSTER).expect("the scenario is there");
    let (_kept, unended) = file(&whole[..whole.len() - 1]);
    let unended = unended.to_str().expect("its path is UTF-8");
    let (_kept, truncated) = file(&whole[..whole.len() - 12]);
    let truncated = truncated.to_str().expect("its path is UTF-8");
    let show = |file| vec!["show", file, "/registry/health"];
    // (arguments, status, what is printed, what is said to be wrong)
    let cases: Vec<(Vec<&str>, i32, &str, &str)> = vec![
        (
            vec!["preview", "assets/scenarios/lifecycle.tsv"],
            0,
            "No key changes state, however far",
            "",
        ),
        (vec!["preview", CLUSTER], 1, "3 keys resurrected", ""),
        (vec!["preview", INCIDENT], 1, "1 deleted key can come back", ""),
        (vec!["preview", INCIDENT, "--only-target"], 0, "changes no key's state", ""),
        (vec!["preview", CLUSTER, "--target", "5889"], 1, "Safe up to 5889.", ""),
        (vec!["preview", CLUSTER, "--target", "5889", "--only-target"], 0, "target     5889", ""),
        (vec!["preview", CLUSTER, "--target", "5890", "--only-target"], 1, "1 key resurrected", ""),
        (show(CLUSTER), 0, "/registry/health", ""),
        (vec!["show", CLUSTER, "/registry/minions/nod-02"], 1, "", "/registry/minions/node-02"),
        (vec!["preview", "no/such/file"], 3, "", "No such file"),
        (vec!["preview", directory], 3, "", "directory"),
        (vec!["preview", "Cargo.toml"], 3, "", "no kine table"),
        (vec!["preview", "/dev/null"], 3, "", "kinescope: "),
        (vec!["preview", env!("CARGO_BIN_EXE_kinescope")], 3, "", "it is not text"),
        (vec!["preview", truncated], 3, "resurrected", ""),
        (vec!["preview", truncated], 3, "NOT UNDERSTOOD", ""),
        (show(truncated), 3, "NOT UNDERSTOOD", ""),
        (vec!["preview", unended], 3, "end of file: the last line", ""),
        (show(unended), 3, "NOT UNDERSTOOD", ""),
        (vec!["show", truncated, "/none"], 3, "", "in the part of the table that was read"),
        (
            vec!["preview", CLUSTER, "--target", "7294"],
            2,
            "",
            "7294 is beyond the current revision 7293",
        ),
        (vec!["preview", CLUSTER, "--target", "7293"], 1, "keeps the newest 1,000", ""),
        (vec!["preview", CLUSTER, "--target", "7294"], 2, "", "Name a target up to 7293."),
        (vec!["preview", CLUSTER, "--target", "6,293"], 1, "target     6293\n", ""),
        (vec!["show", CLUSTER, NODE_02, "--target", "6,293"], 0, "SURVIVES", ""),
        (
            vec!["preview", CLUSTER, "--target", "x"],
            2,
            "",
            "'x' for '--target <REV|TIME>': expected a",
        ),
        (
            vec!["preview", CLUSTER, "--target", "-1"],
            2,
            "",
            "'-1' for '--target <REV|TIME>': expected a",
        ),
        (
            vec!["audit", CLUSTER, "--since", "99999999999999999999"],
            2,
            "",
            "this revision is too high",
        ),
        (vec!["preview", CLUSTER, "--compact-batch-size", "0"], 2, "", "batch-size"),
        (vec!["preview", CLUSTER, "--collation", "kin"], 2, "", "collation"),
        (vec!["preview", CLUSTER, "--collation", "binary"], 1, "resurrected", ""),
        (vec!["preview", "nats://u:sesame@h/kine"], 2, "", "kinescope: "),
        (vec!["preview", "mysql://root@tcp(127.0.0.1:1)/kine"], 3, "", "127.0.0.1:1"),
        (vec!["preview"], 2, "", "no table was given"),
        (vec!["show", NODE], 2, "", "show needs a SOURCE and a KEY, and got only "),
        (vec!["show"], 2, "", "Usage: kinescope show [OPTIONS] [SOURCE] <KEY>"),
        (vec!["show", "--all"], 2, "", "Usage: kinescope show [OPTIONS] [SOURCE] <KEY>"),
        (vec!["show", CLUSTER, NODE_02, "x"], 2, "", "unexpected argument 'x'"),
        (vec!["demo", "none"], 2, "", "incident-408"),
        (vec!["demo", "--list"], 0, "incident-408", ""),
        (vec!["demo"], 2, "", "needs a terminal"),
        (vec!["--ascii", "preview", CLUSTER], 1, "3 keys resurrected", ""),
        (vec![CLUSTER, "show", "/a", "/b"], 2, "", "stands before the command"),
        (vec!["--version"], 0, "kinescope", ""),
    ];
    for (arguments, status, out, err) in cases {
        let ran = run(&arguments);
        let told = format!("{arguments:?}\n{}{}", ran.out, ran.err);
        assert_eq!(ran.status, Some(status), "{told}");
        assert!(ran.out.contains(out), "{told}");
        assert!(ran.err.contains(err) && (err.is_empty() == ran.err.is_empty()), "{told}");
        assert!(!told.contains('\x1b') && !ran.err.contains("sesame"), "{told}");
    }
}

#[test]
fn options_stand_anywhere_among_the_words_of_show() {
    let options = ["--target", "6293", "--all", "--format", "json"];
    let plain = run(&[&["show", CLUSTER, NODE_02], &options[..]].concat());
    assert_eq!((plain.status, plain.err.as_str()), (Some(0), ""));
    let plain = undated(&plain.out);
    for between in [0, 2, 3, 5] {
        let (before, after) = options.split_at(between);
        let words = [&["show", CLUSTER], before, &[NODE_02], after].concat();
        let ran = run(&words);
        assert_eq!((ran.status, undated(&ran.out)), (Some(0), plain.clone()), "{words:?}");
        let words = [&["show"], before, &[CLUSTER], after, &[NODE_02]].concat();
        assert_eq!(undated(&run(&words).out), plain, "{words:?}");
    }
}

#[test]
fn a_misspelt_command_is_told_as_one() {
    let cases: [(&[&str], &str, &str); 9] = [
        (&["prevew"], "prevew", "kinescope preview"),
        (&["prevew", CLUSTER], "prevew", "kinescope preview"),
        (&["prevew", CLUSTER, "--target", "5", "--format=json"], "prevew", "kinescope preview"),
        (&["prevew", "--rows", CLUSTER], "prevew", "kinescope preview"),
        (&["--theme", "mono", "shwo", CLUSTER, "/a"], "shwo", "kinescope show"),
        (&["dem", "--list"], "dem", "kinescope demo"),
        (&["xyz\x1b[2J", "x"], "xyz\\x1b[2J", "mysql://"),
        (&["db1"], "db1", "mysql://"),
        (&[""], "\"\"", "mysql://"),
    ];
    for (arguments, word, hint) in cases {
        let ran = run(arguments);
        let expected = format!("kinescope: {word} is neither a command nor a file\n  try: ");
        assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        let said = ran.err.strip_prefix(&expected).unwrap_or_else(|| panic!("{}", ran.err));
        assert!(said.contains(hint), "{said}");
    }
    // What may be a source is none of these, nor is what clap is right about.
    for arguments in [
        &["no-such.tsv", "x"][..],
        &["LICENSE", "x"],
        &["no/such", "x"],
        &["db1:3306", "x"],
        &["u@h", "x"],
        &["-", "x"],
        &["preview", CLUSTER, "x"],
        &["--thme", "prevew"],
        &["LICENSE"],
    ] {
        let ran = run(arguments);
        assert_eq!(ran.status, Some(2), "{}", ran.err);
        assert!(!ran.err.contains("neither a command"), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(run(&["prevew", "--help"]).status, Some(0));
}

#[test]
fn a_target_before_the_compact_revision_is_refused() {
    let table = b"id\tname\tcreated\tdeleted\tprev_revision\n\
                  1\tcompact_rev_key\t1\t0\t9\n12\t/a\t1\t0\t0\n";
    let (_kept, path) = file(table);
    let path = path.to_str().expect("its path is UTF-8");
    let ran = run(&["preview", path, "--target", "8"]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("8 is before the compact revision 9"), "{}", ran.err);
}

#[test]
fn the_environment_names_the_source() {
    let mut command = kinescope();
    command.args(["show", "/a"]).env("KINE_ENDPOINT", "mysql://root:sesame@tcp(127.0.0.1:1)/kine");
    let ran = ran(command.output().expect("the program runs"));
    assert_eq!(ran.status, Some(3), "{}", ran.err);
    assert!(ran.err.contains("127.0.0.1:1") && !ran.err.contains("sesame"), "{}", ran.err);
}

#[test]
fn a_variable_that_is_no_utf8_is_not_passed_over() {
    let latin1 = OsStr::from_bytes(b"mysql://root:sesame\xe9@tcp(127.0.0.1:1)/kine");
    for variable in ["KINESCOPE_ENDPOINT", "KINE_ENDPOINT", "K3S_DATASTORE_ENDPOINT"] {
        for arguments in [&["preview"][..], &["show", "/a"], &[]] {
            let output = kinescope().args(arguments).env(variable, latin1).output();
            let ran = ran(output.expect("the program runs"));
            assert_eq!((ran.status, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
            let said = format!("{variable}: the endpoint is not UTF-8");
            assert!(ran.err.contains(&said) && !ran.err.contains("sesame"), "{}", ran.err);
        }
    }
    // One that comes before it is enough.
    let mut command = kinescope();
    command.arg("preview").env("KINE_ENDPOINT", latin1);
    command.env("KINESCOPE_ENDPOINT", "mysql://root@tcp(127.0.0.1:1)/kine");
    assert_eq!(ran(command.output().expect("the program runs")).status, Some(3));
}

#[test]
fn a_server_is_a_source() {
    for server in servers() {
        let database = server.database();
        database.load("incident-before.sql.gz");
        let dsn = database.dsn();
        let ran = run(&["preview", &dsn, "--target", "6293"]);
        let told = format!("{}{}", ran.out, ran.err);
        assert_eq!(ran.status, Some(1), "{told}");
        assert!(ran.out.contains("5,614 of 7,293 rows in 7 transactions, 1,679 left"), "{told}");
        assert!(!told.contains(PASSWORD), "{told}");
        // The chain is the same as from text, and the environment may name the source.
        let mut command = kinescope();
        let served = command.args(["show", NODE_02]).env("KINE_ENDPOINT", &dsn).output();
        let served = crate::support::program::ran(served.expect("the program runs"));
        assert_eq!((served.status, served.err.as_str()), (Some(0), ""));
        let chain = |out: &str| out.split_once("\nsource").expect("the end").0.to_owned();
        assert_eq!(chain(&served.out), chain(&run(&["show", CLUSTER, NODE_02]).out));
        // What goes wrong is told, and no password with it.
        let empty = server.database().dsn();
        let wrong = dsn.replace(PASSWORD, "sesame");
        for (endpoint, what) in [(empty, "kine"), (wrong, "Access denied")] {
            let ran = run(&["preview", &endpoint]);
            assert_eq!(ran.status, Some(3), "{}", ran.err);
            assert!(ran.err.contains(what) && ran.out.is_empty(), "{}", ran.err);
            assert!(!ran.err.contains("sesame") && !ran.err.contains(PASSWORD), "{}", ran.err);
        }
    }
}

#[test]
fn an_interrupt_ends_the_reading() {
    use std::os::unix::process::ExitStatusExt;
    const INTERRUPT: i32 = 2;
    let mut child =
        kinescope().args(["preview", "-"]).stdin(Stdio::piped()).spawn().expect("the program runs");
    // Waiting for the child would close its input, and an input that ends is read to its end.
    let input = child.stdin.take();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().expect("kill is there");
    let ended = child.wait().expect("the program ends");
    drop(input);
    // On a very slow machine it is not yet awake, and the signal itself ends it.
    assert!(ended.code() == Some(130) || ended.signal() == Some(INTERRUPT), "{sent} {ended}");
}

#[test]
fn colours_are_shown_where_they_are_wanted() {
    let colour = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = kinescope();
        command.args(["show", INCIDENT, NODE]).args(arguments);
        command.envs(variables.iter().copied());
        ran(command.output().expect("the program runs")).out.contains('\x1b')
    };
    assert!(!colour(&[], &[]), "a pipe has none");
    assert!(colour(&["--color", "always"], &[]));
    assert!(colour(&["--color", "always"], &[("NO_COLOR", "1")]), "the command line wins");
    assert!(colour(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colour(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colour(&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0")]));
}

#[test]
fn ascii_is_drawn_where_it_must_be() {
    let arguments = ["show", INCIDENT, NODE, "--preview"];
    assert!(!run(&arguments).out.is_ascii());
    assert!(run(&[&arguments[..], &["--ascii"]].concat()).out.is_ascii());
    for locale in ["C", ""] {
        let mut command = kinescope();
        let ran = ran(command.args(arguments).env("LANG", locale).output().expect("it runs"));
        assert!(ran.out.is_ascii(), "{locale:?}: {}", ran.out);
    }
}

#[test]
fn a_key_that_is_no_utf8_is_found_as_bytes_and_as_printed() {
    let name = b"/registry/caf\xe9\x1b[2J";
    let head = b"id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n";
    // In hex, a text has such a name for sure.
    let digits: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    let row = format!("7\t0x{digits}\t1\t0\t0\t0\t0\n");
    let (_kept, path) = file(&[head, row.as_bytes()].concat());
    for key in [OsStr::from_bytes(name), OsStr::new("/registry/caf\\xe9\\x1b[2J")] {
        let json = run(&[OsStr::new("show"), path.as_os_str(), key, OsStr::new("--format=json")]);
        assert_eq!((json.status, json.err.as_str()), (Some(0), ""));
        let json: Value = serde_json::from_str(&json.out).expect("it is JSON");
        assert_eq!(json["name"], "/registry/caf\\xe9\\x1b[2J");
        assert_eq!(json["name_base64"], "L3JlZ2lzdHJ5L2NhZukbWzJK");
        let text = run(&[OsStr::new("show"), path.as_os_str(), key]);
        assert!(text.out.starts_with("/registry/caf\\xe9\\x1b[2J\n"), "{}", text.out);
    }
    let half = run(&[OsStr::new("show"), path.as_os_str(), OsStr::new("caf\\xe9")]);
    assert_eq!(half.status, Some(1));
    let said = "there is no key caf\\xe9 in the table\n  closest: /registry/caf\\xe9\\x1b[2J\n";
    assert!(half.err.contains(said), "{}", half.err);
}

/// The preview of a table whose last two ids end at `max`, compacted up to there.
fn compacted_at(max: u64) -> Value {
    let table = format!(
        "id,name,created,deleted,create_revision,prev_revision,lease\n1,compact_rev_key,1,0,0,0,0\n\
         {},/a,1,0,0,0,0\n{max},/a,0,0,0,{},0\n",
        max - 1,
        max - 1
    );
    let (_kept, path) = file(table.as_bytes());
    let path = path.to_str().expect("its path is UTF-8");
    let target = max.to_string();
    let json = ["--format=json", "--compact-min-retain=0", "--rows", "--target", &target];
    let ran = run(&[&["preview", path], &json[..]].concat());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    serde_json::from_str(&ran.out).expect("it is JSON")
}

#[test]
fn ids_may_be_as_high_as_64_bits_are_but_kine_counts_in_63() {
    let max = u64::MAX / 2;
    let json = compacted_at(max);
    assert_eq!(json["target"], json!({"requested": max, "reached": max}));
    assert_eq!(json["removed"], json!([max - 1]));
    assert_eq!(json["survivors"][0]["prev_revision"], json!(max));

    let json = compacted_at(u64::MAX);
    assert_eq!(json["target"], json!({"requested": u64::MAX, "reached": 0}));
    assert_eq!(json["removed"], json!([]));
    assert_eq!(json["stop"]["reason"], "too-large");
}
