//! `get`, `extract` and `decode`: what they print, what they refuse, and what is written where. What they
//! say of each database is in `conformance.rs`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::program::{Ran, file, run, run_with_stdin};
use crate::support::pty::Pty;
use crate::values::{deployment, field, protobuf};

/// Id, name, prev revision, deleted, value, old value.
type Row<'a> = (u64, &'a str, u64, u8, Option<&'a [u8]>, Option<&'a [u8]>);

/// Rows with their values in digits: of a Deployment, a key that was cut by a compaction, a custom
/// resource, a text, a Secret, what is encrypted, and a kind that nobody knows.
fn table() -> (tempfile::TempDir, String) {
    let secret = protobuf(
        "v1",
        "Secret",
        &[
            field(1, &field(1, b"db")),
            field(2, &[field(1, b"password"), field(2, b"hunter2")].concat()),
        ]
        .concat(),
    );
    let unknown = protobuf("a.io/v1", "Odd", &field(1, &field(1, b"\x1b[2J\xe2\x80\xae")));
    let unnamed = protobuf(
        "v1",
        "Namespace",
        &[field(1, &field(1, b"shop")), field(2, &field(15, b"x"))].concat(),
    );
    let custom = br#"{"kind":"App","apiVersion":"a.io/v1","metadata":{"name":"x","uid":"u","managedFields":[{"manager":"helm","operation":"Apply","time":"2026-01-01T00:00:00Z"}]},"spec":{"on":"yes"},"status":{"ok":true}}"#;
    let name = "/registry/deployments/shop/web";
    let rows: [Row<'_>; 12] = [
        (1, "compact_rev_key", 3, 0, Some(b""), None),
        (4, name, 0, 0, Some(&deployment(2)), None),
        (5, "/registry/a.io/apps/shop/x", 0, 0, Some(custom), None),
        (6, name, 4, 0, Some(&deployment(3)), Some(&deployment(2))),
        (7, name, 6, 1, None, Some(&deployment(3))),
        (8, "/registry/secrets/shop/db", 0, 0, Some(&secret), None),
        (9, "/registry/odd/x", 0, 0, Some(&unknown), None),
        (10, "/registry/namespaces/shop", 0, 0, Some(&unnamed), None),
        (11, "/text", 0, 0, Some(b"two\nlines"), None),
        (12, "/encrypted", 0, 0, Some(b"k8s:enc:aescbc:v1:key1:\x01\x9f"), None),
        (13, "/registry/pods/old", 2, 0, Some(&protobuf("v1", "Pod", b"")), None),
        (14, "/hidden", 0, 0, Some(&secret), None),
    ];
    let mut text = "id\tname\tprev_revision\tdeleted\tvalue\told_value\n".to_owned();
    for (id, name, prev, deleted, value, old_value) in rows {
        let digits = |it: Option<&[u8]>| match it {
            None => "NULL".to_owned(),
            Some(bytes) => format!("0x{}", hex(bytes)),
        };
        let (value, old_value) = (digits(value), digits(old_value));
        text += &format!("{id}\t{name}\t{prev}\t{deleted}\t{value}\t{old_value}\n");
    }
    let (directory, path) = file(text.as_bytes());
    (directory, path.display().to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[track_caller]
fn assert_ran(ran: &Ran, status: i32, shows: &str) {
    let all = format!("{}{}", ran.out, ran.err);
    assert!(all.contains(shows) && ran.status == Some(status), "{:?}: {all}", ran.status);
    assert!(!all.contains("hunter2") && !all.contains("aHVudGVyMg"), "{all}");
}

#[test]
fn a_value_is_given_as_it_was_then() {
    let (_directory, table) = table();
    let get = |key: &str, more: &[&str]| run(&[&["get", &table, key], more].concat());
    let newest = get("/registry/a.io/apps/shop/x", &[]);
    let expected = "\
# /registry/a.io/apps/shop/x at revision 5, create. JSON, a.io/v1 App, 199 bytes.
# Fields set by helm: Apply at 2026-01-01T00:00:00Z.
apiVersion: a.io/v1
kind: App
metadata:
  managedFields:
  - manager: helm
    operation: Apply
    time: \"2026-01-01T00:00:00Z\"
  name: x
  uid: u
spec:
  \"on\": \"yes\"
status:
  ok: true
";
    assert_eq!((newest.status, newest.out.as_str(), newest.err.as_str()), (Some(0), expected, ""));
    for (key, status, shows) in [
        ("shop/web@4", 0, "  replicas: 2\n"),
        // Between two revisions it is the one before.
        ("shop/web@5", 0, "# The newest revision of this key is 7.\n"),
        ("shop/web@5", 0, "  replicas: 2\n"),
        ("shop/web@6", 0, "  replicas: 3\n"),
        ("shop/web", 1, "The last value is that of revision 6: kinescope get SOURCE /registry"),
        ("shop/web@13", 1, "was deleted at revision 7"),
        ("shop/web@15", 2, "revision 15 is beyond the current revision 14"),
        ("shop/web@2", 3, "cannot be told"),
        ("shop/x@4", 1, "was not there at revision 4"),
        ("shop/nope", 1, "there is no key shop/nope in the table"),
        ("shop/nope@4", 1, "there is no key shop/nope in the table"),
        ("/text", 0, "|-\n  two\n  lines\n"),
        ("/encrypted", 3, "Encrypted at rest by aescbc"),
        ("odd/x", 0, "kind: Odd\n"),
        ("namespaces/shop", 0, "1 field has no name here and stands under its number: spec.15.\n"),
        ("namespaces/shop", 0, "spec:\n  \"15\": x\n"),
        ("shop/db", 3, "the key belongs to a Secret"),
        ("/hidden", 3, "a value of this row says that it is a Secret"),
    ] {
        assert_ran(&get(key, &[]), status, shows);
    }
    let json = get("shop/x", &["--output", "json"]);
    assert_ran(&json, 0, "    \"kind\": \"App\",\n");
    assert!(serde_json::from_str::<serde_json::Value>(&json.out).is_ok(), "{}", json.out);
    assert_eq!(get("shop/web@6", &["-o", "raw"]).out.as_bytes(), deployment(3));
    // What could steer a terminal is escaped where a terminal may be.
    assert_ran(&get("odd/x", &["-o", "json"]), 0, "\\u001b[2J\\u202e");
}

#[test]
fn a_terminal_is_given_no_bytes_and_nothing_that_steers_it() {
    let (_directory, table) = table();
    let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let raw = Pty::start(program, &["get", &table, "odd/x", "-o", "raw"], 100, 10);
    raw.wait_for("the bytes of a value could disturb this terminal");
    let yaml = Pty::start(program, &["get", &table, "odd/x"], 100, 10);
    yaml.wait_for("\\u{202e}");
}

#[test]
fn a_manifest_is_what_the_key_was() {
    let (_directory, table) = table();
    let extract = |key: &str| run(&["extract", &table, key]);
    let expected = "\
# /registry/deployments/shop/web as of revision 7, extracted by kinescope.
# Taken off: status.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  replicas: 3
  selector: null
  strategy: {}
  template:
    metadata: {}
    spec:
      containers:
      - image: nginx:1.27
        name: main
        resources: {}
";
    let deleted = extract("shop/web@7");
    assert_eq!(
        (deleted.status, deleted.out.as_str(), deleted.err.as_str()),
        (Some(0), expected, "")
    );
    assert_eq!(extract("shop/web").out, expected);
    for (key, status, shows) in [
        ("shop/web@4", 0, "  replicas: 2\n"),
        ("shop/x", 0, "# Taken off: status, metadata.managedFields, metadata.uid.\n"),
        ("namespaces/shop", 0, "# Taken off: status, spec.15.\n"),
        ("odd/x", 3, "the fields of a.io/v1 Odd have no names here"),
        ("/text", 3, "the value is no object with an API version"),
        ("/encrypted", 3, "the value is encrypted at rest by aescbc"),
        ("shop/db", 3, "--reveal-secrets --to FILE"),
        ("/hidden", 3, "--reveal-secrets --to FILE"),
    ] {
        assert_ran(&extract(key), status, shows);
    }
}

#[test]
fn a_manifest_goes_to_a_new_file_that_only_its_owner_reads() {
    let (directory, table) = table();
    let to = directory.path().join("web.yaml");
    let path = to.display().to_string();
    let written = run(&["extract", &table, "shop/web@7", "--to", &path]);
    assert_eq!((written.status, written.out.as_str(), written.err.as_str()), (Some(0), "", ""));
    assert_eq!(fs::metadata(&to).expect("it is there").permissions().mode() & 0o777, 0o600);
    let before = fs::read(&to).expect("it is there");
    let again = run(&["extract", &table, "shop/web@4", "--to", &path]);
    assert_ran(&again, 3, "Name a file that is not there yet.");
    assert_eq!(fs::read(&to).expect("it is there"), before);
    let names = fs::read_dir(directory.path()).expect("it is there").count();
    assert_eq!(names, 2, "nothing else is left behind");
}

#[test]
fn a_secret_is_written_once_somebody_confirms_it_on_a_terminal() {
    let (directory, table) = table();
    let to = directory.path().join("db.yaml");
    let path = to.display().to_string();
    let arguments = ["extract", &table, "shop/db@8", "--reveal-secrets", "--to", &path];
    assert_ran(&run(&arguments), 2, "--reveal-secrets needs a terminal");
    assert_ran(&run(&arguments[..4]), 2, "--to <FILE>");
    let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let mut asked = Pty::start(program, &arguments, 100, 20);
    asked.wait_for("Type db to go on:");
    assert!(!asked.contents().contains("hunter2"));
    asked.press("yes\r").wait_for("nothing was written: it was not confirmed");
    assert!(!to.exists());
    let mut asked = Pty::start(program, &arguments, 100, 20);
    asked.wait_for("Type db to go on:");
    asked.press("db\r");
    assert_eq!(asked.wait(), 0);
    assert!(!asked.contents().contains("hunter2"));
    let written = fs::read_to_string(&to).expect("it is there");
    let password = STANDARD.encode("hunter2");
    assert!(written.contains(&format!("data:\n  password: {password}\n")), "{written}");
    assert_eq!(fs::metadata(&to).expect("it is there").permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_value_from_anywhere_is_decoded() {
    let value = deployment(2);
    let digits = hex(&value);
    let base64 = STANDARD.encode(&value);
    let with_line_end = [&value[..], b"\n"].concat();
    let plain = run_with_stdin(&["decode"], &value);
    assert_ran(
        &plain,
        0,
        "# Kubernetes' protobuf, apps/v1 Deployment, 74 bytes.\napiVersion: apps/v1\n",
    );
    for (arguments, input) in [
        (&["decode", "-"][..], &with_line_end[..]),
        (&["decode", "--hex"], digits.as_bytes()),
        (&["decode", "--hex"], format!("0x{digits}\n").as_bytes()),
        (&["decode", "--base64"], base64.as_bytes()),
    ] {
        assert_eq!(run_with_stdin(arguments, input).out, plain.out, "{arguments:?}");
    }
    let (_directory, path) = file(&value);
    assert_eq!(run(&["decode", &path.display().to_string()]).out, plain.out);
    let secret = br#"{"kind":"Secret","apiVersion":"v1","data":{"a":"aHVudGVyMg=="}}"#;
    for (arguments, input, status, shows) in [
        (&["decode"][..], &secret[..], 3, "the value says that it is a Secret"),
        (&["decode", "--hex"], b"6b3", 2, "Expected two for each byte"),
        (&["decode", "--base64"], b"?", 2, "this is not base64"),
        (&["decode"], b"\xff\x00", 3, "the value is neither JSON"),
        (&["decode"], b"", 3, "Empty: 0 bytes"),
        (&["decode", "-o", "json"], b"{\"a\":[1]}", 0, "\"a\": [\n        1\n    ]"),
        (&["decode", "no/such/file"], b"", 3, "cannot read no/such/file"),
    ] {
        assert_ran(&run_with_stdin(arguments, input), status, shows);
    }
}
