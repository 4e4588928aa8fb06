//! What people and tables hand in may be anything: parsers answer or refuse, and never panic.
//!
//! `KINESCOPE_FUZZ_INPUTS` is how many inputs each parser is given.

use std::path::PathBuf;
use std::sync::OnceLock;

use kinescope::audit::audit;
use kinescope::history::History;
use kinescope::source::locate::{Named, redacted};
use kinescope::source::mysql::endpoint::{ClientFile, Endpoint};
use kinescope::source::{Options, Source, text};
use kinescope::value::{Difference, Stored, Values};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// How many inputs a parser is given.
pub(crate) fn inputs() -> u32 {
    let inputs = std::env::var("KINESCOPE_FUZZ_INPUTS").ok();
    let inputs = inputs.map(|text| text.parse().expect("KINESCOPE_FUZZ_INPUTS is a number"));
    inputs.unwrap_or(2_000)
}

/// Pieces of the forms that endpoints have, so that the parser is led beyond its first look.
const PIECES: [&str; 33] = [
    "mysql://",
    "mysql:",
    "//",
    "u",
    ":",
    "p",
    "@",
    "tcp(",
    "unix(",
    ")",
    "/",
    "kine",
    "?",
    "&",
    "=",
    "tls",
    "true",
    "skip-verify",
    "[::1]",
    "127.0.0.1",
    "3306",
    "99999",
    "%",
    "%40",
    "%zz",
    "#",
    "timeout",
    "1h1ms",
    "-1s",
    "k3s=",
    "é",
    "\0",
    "SESAME",
];

fn endpoint() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    let rest = vec(piece, 0..24).prop_map(|pieces| pieces.concat());
    (prop_oneof![3 => Just("mysql://"), 1 => Just("")], rest)
        .prop_map(|(scheme, rest)| format!("{scheme}{rest}"))
}

/// Pieces of option files.
const OPTIONS: [&str; 24] = [
    "[client]",
    "[client-mariadb]",
    "[",
    "]",
    "\n",
    "\n",
    "user",
    "password",
    "host",
    "port",
    "database",
    "protocol",
    "tcp",
    "ssl-ca",
    "ssl",
    "=",
    "=",
    "\"",
    "'",
    "\\t",
    "\\",
    "#",
    "3306",
    "\npassword=SESAME\n",
];

/// Pieces of units.
const UNIT: [&str; 18] = [
    "[Service]\n",
    "\nExecStart=k3s server ",
    "\nExecStart=",
    "\nEnvironment=",
    "\nEnvironmentFile=",
    "-",
    "/etc/x",
    "%N",
    "%",
    "--datastore-endpoint",
    "=",
    "mysql://u:SESAME@tcp(h)/k",
    "\"",
    "'",
    "\\",
    "\n",
    "$$",
    "${E}",
];

/// Pieces of environment files.
const ENVIRONMENT: [&str; 12] = [
    "K3S_DATASTORE_ENDPOINT",
    "K3S_DATASTORE_CAFILE",
    "A",
    "=",
    "=",
    "mysql://u:SESAME@tcp(h)/k",
    "\"",
    "'",
    "\\",
    "\n",
    "\n#",
    " ",
];

/// Pieces of k3s' configuration.
const CONFIGURATION: [&str; 18] = [
    "datastore-endpoint",
    "datastore-cafile+",
    ": ",
    ":",
    "mysql://u:SESAME@tcp(h)/k",
    "\n",
    "\n- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\n---\n",
    "&a ",
    "*a",
    "|\n ",
    ".nan",
];

fn lines(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => select(pieces).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

/// A file or a directory of a test's own.
fn place(name: &str) -> PathBuf {
    static DIRECTORY: OnceLock<tempfile::TempDir> = OnceLock::new();
    DIRECTORY.get_or_init(|| tempfile::tempdir().expect("a directory")).path().join(name)
}

/// Tables in the forms in which they are read.
const TABLES: [&str; 6] = [
    "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\n\
     1\tcompact_rev_key\t1\t0\t0\t0\t0\n2\t/a\t1\t0\t0\t0\t0\n3\t/a\t0\t1\t2\t2\tNULL\n",
    "+----+------+---------------+\n| id | name | prev_revision |\n+----+------+---------------+\n\
     |  1 | /a   |             0 |\n|  2 | /b\tx |          NULL |\n+----+------+---------------+\n\
     2 rows in set (0.00 sec)\n",
    "*************************** 1. row ***************************\n\
     \x20          id: 1\n         name: /a\nprev_revision: 0\n1 row in set\n",
    "id,name,prev_revision,deleted\n1,\"/a,\"\"b\",0,0\n2,/a,1,1\n",
    "{\"id\":1,\"name\":\"/a\",\"prev_revision\":0}\n{\"id\":2,\"name\":\"\\u00e9\",\"prev_revision\":null}\n",
    "[{\"id\":1,\"name\":\"/a\",\"prev_revision\":0},{\"id\":\"2\",\"name\":null,\"prev_revision\":1}]",
];

/// One of them, and what befell it.
fn printed() -> impl Strategy<Value = Vec<u8>> {
    let blow = (
        any::<Index>(),
        0..12_usize,
        vec(
            prop_oneof![
                6 => select(b"\t\n\r|+- \"\\,;N0129{}[]:".as_slice()),
                1 => any::<u8>(),
            ],
            0..6,
        ),
    );
    (select(&TABLES[..]), vec(blow, 0..6)).prop_map(|(text, blows)| {
        let mut text = text.as_bytes().to_vec();
        for (at, length, put) in blows {
            if !text.is_empty() {
                let at = at.index(text.len());
                let end = (at + length).min(text.len());
                text.splice(at..end, put);
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(inputs()))]

    #[test]
    fn an_endpoint_is_understood_or_refused(text in endpoint()) {
        let shown = redacted(&text);
        match Endpoint::parse(&text) {
            Ok(endpoint) => {
                let is_password = endpoint.password().is_some_and(|it| it.contains("SESAME"));
                if is_password && text.matches("SESAME").count() == 1 {
                    let said = format!("{endpoint} {endpoint:?} {} {shown}", endpoint.short());
                    prop_assert!(!said.contains("SESAME"), "{said:?}");
                }
            }
            Err(error) => {
                let said = format!("{error} {error:?} {}", error.in_full());
                prop_assert!(!said.contains("SESAME"), "{said:?}");
            }
        }
    }

    #[test]
    fn an_option_file_is_read_or_refused(text in lines(&OPTIONS)) {
        let path = place("my.cnf");
        std::fs::write(&path, text).expect("it is ours");
        let endpoint = Endpoint::parse("mysql://").expect("kine's default");
        match ClientFile::read(&path).and_then(|file| endpoint.with_client_file(file)) {
            Ok(endpoint) => {
                let said = format!("{endpoint} {endpoint:?} {}", endpoint.short());
                prop_assert!(!said.contains("SESAME") || endpoint.password().is_none(), "{said}");
                prop_assert!(!endpoint.to_string().contains(char::is_control), "{endpoint}");
            }
            Err(error) => prop_assert!(!format!("{error:?}").contains("SESAME"), "{error:?}"),
        }
    }

    #[test]
    fn the_files_of_k3s_are_read_or_refused(
        unit in lines(&UNIT),
        environment in lines(&ENVIRONMENT),
        configuration in lines(&CONFIGURATION),
    ) {
        let root = place("k3s");
        for (path, text) in [
            ("etc/systemd/system/k3s.service", unit),
            ("etc/default/k3s", environment),
            ("etc/rancher/k3s/config.yaml", configuration),
        ] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("a directory")).expect("it is ours");
            std::fs::write(&path, text).expect("it is ours");
        }
        match Named::from_k3s(&root) {
            Ok(named) => {
                let source = Source::from(named).to_string();
                prop_assert!(!source.contains("SESAME"), "{source}");
                prop_assert!(!source.contains(char::is_control), "{source}");
            }
            Err(error) => {
                let said = format!("{error:?} {}", error.in_full());
                prop_assert!(!said.contains("SESAME"), "{said}");
            }
        }
    }

    #[test]
    fn a_secret_is_masked_whatever_befalls_it(bytes in befallen(), cut in any::<bool>()) {
        let whole = Stored::whole(&bytes);
        let stored = Stored { length: whole.length + u64::from(cut), ..whole };
        prop_assert!(Values::of(Some(&stored), None).is_err());
        prop_assert!(Values::of(None, Some(&stored)).is_err());
    }

    #[test]
    fn a_value_may_be_anything(old in value(), new in value(), cut in any::<bool>()) {
        let [old, new] = [old, new].map(|bytes| {
            let whole = Stored::whole(&bytes);
            Stored { length: whole.length + u64::from(cut), ..whole }
        });
        if let Ok(values) = Values::of(Some(&new), Some(&old)) {
            prop_assert!(old != new || !matches!(values.difference, Difference::Lines(_)));
        }
    }

    #[test]
    fn a_printed_table_is_read_or_refused(text in printed()) {
        read(&text)?;
    }

    #[test]
    fn anything_is_read_or_refused(text in vec(any::<u8>(), 0..300)) {
        read(&text)?;
    }
}

/// The start of a value of some kind, and anything after it.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let starts: [&[u8]; 7] = [
        b"",
        b"{\"kind\":\"Node\",\"a\":[1,{}",
        b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod\x12",
        b"k8s\0",
        b"k8s:enc:",
        b"k8s:enc:kms:v2:",
        b"text\n",
    ];
    let bytes = vec(
        prop_oneof![4 => select(b"{}[]\",:\\ \x08\x0a\x12\x1aa0".as_slice()), 1 => any::<u8>()],
        0..60,
    );
    (select(starts.to_vec()), bytes).prop_map(|(start, rest)| [start, &rest].concat())
}

/// Secrets, each with how many of its bytes say that it is one; nothing of it is to be seen whatever
/// the others are.
const SECRETS: [(&[u8], usize); 4] = [
    (br#"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"},"data":{"a":"aHVudGVyMg=="}}"#, 16),
    (b"k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12\x09\x12\x07hunter2", 18),
    (b"\xd9\xd9\xf7\xa2dkindfSecretddata\x67hunter2", 16),
    (b"kind: Secret\ndata:\n  a: hunter2\n", 13),
];

/// What may befall a value after its first bytes, of which the last of those parts may be missing.
fn befallen() -> impl Strategy<Value = Vec<u8>> {
    let bytes = vec(prop_oneof![4 => select(b"{}[]\",:\\ \x0a\x12\x1aa0"), 1 => any::<u8>()], 0..6);
    let blow = (any::<Index>(), 0..12_usize, bytes);
    (select(&SECRETS[..]), vec(blow, 0..6)).prop_map(|((secret, kind), blows)| {
        let mut bytes = secret.to_vec();
        for (at, length, put) in blows {
            let at = kind + at.index(bytes.len() - kind + 1);
            bytes.splice(at..(at + length).min(bytes.len()).max(at), put);
        }
        bytes
    })
}

/// Reads a text, and links and audits what was read of it.
fn read(text: &[u8]) -> Result<(), TestCaseError> {
    let Ok(table) = text::read(text, "the text", &Options::default()) else { return Ok(()) };
    let mut history = History::new(table.opened.profile);
    prop_assert_eq!(history.extend(&table.rows), Ok(()));
    // No row is made of nothing.
    prop_assert!((history.len() as u64 + table.unread.count()) <= text.len() as u64);
    let _found = audit(&history, true);
    Ok(())
}
