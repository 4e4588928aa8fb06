use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A field of protobuf.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length >= 0x80 {
        field.push(u8::try_from(length & 0x7f).expect("7 bits") | 0x80);
        length >>= 7;
    }
    field.push(u8::try_from(length).expect("7 bits"));
    [&field[..], bytes].concat()
}

/// An object in Kubernetes' protobuf.
fn protobuf(version: &str, kind: &str, object: &[u8]) -> Vec<u8> {
    let meta = [field(1, version.as_bytes()), field(2, kind.as_bytes())].concat();
    [&b"k8s\0"[..], &field(1, &meta), &field(2, object)].concat()
}

/// A member of a `ConfigMap` in protobuf: of its data (2), or of its binary data (3).
fn config_map_of(number: u8, bytes: &[u8]) -> Vec<u8> {
    protobuf("v1", "ConfigMap", &field(number, &[field(1, b"a"), field(2, bytes)].concat()))
}

/// A string in a `ConfigMap`.
fn config_map(string: &str) -> Vec<u8> {
    let object =
        serde_json::json!({"kind": "ConfigMap", "apiVersion": "v1", "data": {"a": string}});
    object.to_string().into_bytes()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

const SECRET: &str = r#"{"apiVersion":"v1","data":{"a":"YQ=="},"kind":"Secret","metadata":{}}"#;
const POD: &str = r#"{"apiVersion":"v1","kind":"Pod","metadata":{},"spec":{"volumes":[{"secret":{"secretName":"a"}}]}}"#;
const YAML: &str = "apiVersion: v1\nkind: Secret\ndata:\n  a: YQ==\n";

/// Every way of wrapping an object in JSON, each with what it is called.
fn wrapped(object: &str) -> Vec<(&'static str, Vec<u8>)> {
    let kind = if object == SECRET { "Secret" } else { "Pod" };
    let bytes = object.as_bytes();
    let of = |kind: &str, member: &str| {
        format!(r#"{{"kind":"{kind}","apiVersion":"v1","{member}":{object}}}"#).into_bytes()
    };
    let annotation = serde_json::json!({"kind": "Service", "metadata": {"annotations": {
        "kubectl.kubernetes.io/last-applied-configuration": object}}});
    let inner = protobuf("v1", kind, &field(1, &field(1, b"a")));
    let raw = |bytes: &[u8]| field(1, bytes);
    vec![
        ("JSON", bytes.to_vec()),
        ("a list", format!(r#"{{"kind":"List","items":[{object}]}}"#).into_bytes()),
        ("a watch event", of("WatchEvent", "object")),
        ("a controller revision", of("ControllerRevision", "data")),
        ("an annotation", annotation.to_string().into_bytes()),
        ("a string", config_map(object)),
        ("a string in a string", config_map(&String::from_utf8(config_map(object)).expect("JSON"))),
        ("an escaped string", config_map(&format!("{:?}", format!("{object:?}")))),
        ("base64", config_map(&base64(bytes))),
        ("base64 for addresses", config_map(&URL_SAFE_NO_PAD.encode(bytes))),
        ("gzip", config_map(&base64(&gzip(bytes)))),
        ("a release of Helm", config_map(&base64(base64(&gzip(bytes)).as_bytes()))),
        ("UTF-16", config_map(&base64(&wide(object)))),
        ("a list in protobuf", protobuf("v1", "List", &field(2, &raw(bytes)))),
        ("protobuf in protobuf", protobuf("v1", "List", &field(2, &raw(&inner)))),
        ("an event in protobuf", protobuf("v1", "WatchEvent", &field(2, &raw(&inner)))),
        ("a table in protobuf", protobuf("v1", "Table", &field(3, &field(3, &raw(bytes))))),
        ("gzip in protobuf", config_map_of(3, &gzip(bytes))),
        ("a string in protobuf", config_map_of(2, bytes)),
        ("base64 in protobuf", config_map_of(2, base64(bytes).as_bytes())),
    ]
}

#[test]
fn a_secret_is_found_in_whatever_it_is_wrapped() {
    for (what, value) in wrapped(SECRET) {
        assert_eq!(mask(&value, false), Some(Mask::Kind), "{what}");
    }
    // And what is none is found nowhere.
    for (what, value) in wrapped(POD) {
        assert_eq!(mask(&value, false), None, "{what}");
    }
}

#[test]
fn json_is_read_as_a_parser_reads_it() {
    for (text, expected) in [
        (r#"{"k\u0069nd":"\u0053ecret"}"#, Some(Mask::Kind)),
        (r#"{"kind":"Secret ","a":1}"#, Some(Mask::Kind)),
        (r#"{"kind":["Secret"]}"#, Some(Mask::Kind)),
        (r#"{"kind":"List","items":[{"kind":"Secret","kind":"Pod","data":{}}]}"#, Some(Mask::Kind)),
        (r#"{"kind":"List","items":[{"kind":"v1.Secret","Data":{"a":"YQ=="}}]}"#, Some(Mask::Kind)),
        (r#"{"kind":"List","items":[{"kind":"Secret","stringdata":{}}]}"#, Some(Mask::Kind)),
        (r#"{"kind":"List","items":[{"kind":"Secret","other":"YQ=="}]}"#, Some(Mask::Kind)),
        // Objects that do not say what they are.
        (r#"{"data":{"a":"YQ=="}}"#, Some(Mask::NoKind)),
        (r#"{"kind":"List","items":[{"metadata":{},"data":{"a":"YQ=="}}]}"#, Some(Mask::NoKind)),
        (r#"{"kind":"a thing","spec":{}}"#, Some(Mask::NoKind)),
        // References.
        (r#"{"kind":"Gateway","a":[{"group":"","kind":"Secret","name":"a"}]}"#, None),
        (
            r#"{"kind":"Event","involvedObject":{"kind":"Secret","namespace":"a","name":"b","uid":"c",
                "apiVersion":"v1","resourceVersion":"7","fieldPath":"data"}}"#,
            None,
        ),
        (r#"{"kind":"SecretStore","spec":{"kind":"ClusterSecretStore","x":1}}"#, None),
        (r#"{"kind":"ConfigMap","data":{"kind":"x","data":"y"}}"#, None),
        (r#"{"health":"true"}"#, None),
        ("{\"data\":{\"a\":\"{\x7f\"},\"kind\":\"ConfigMap\",\"metadata\":{}}", None),
        ("[]", None),
    ] {
        assert_eq!(mask(text.as_bytes(), false), expected, "{text}");
    }
}

#[test]
fn of_the_start_of_json_every_open_object_must_have_said_its_kind() {
    let manifest = serde_json::json!("data:\n  a: YQ==\nkind: Secret\n").to_string();
    let manifest = &manifest[..manifest.len() - 20];
    for (text, expected) in [
        (r#"{"kind":"List","items":[{"apiVersion":"v1","data":{"a":"YQ"#, Some(Mask::NoKind)),
        (r#"{"kind":"List","items":[{"kind":"Secret","na"#, Some(Mask::Kind)),
        (r#"{"data":{"a":"YQ"#, Some(Mask::NoKind)),
        (r#"{"kind":"Sec"#, Some(Mask::NoKind)),
        (r#"[{"data":{"a":"YQ"#, Some(Mask::NoKind)),
        (
            r#"{"kind":"Service","metadata":{"annotations":{"a":"{\"data\":{\"a\":\"YQ"#,
            Some(Mask::NoKind),
        ),
        (&format!(r#"{{"kind":"ConfigMap","data":{{"a":{manifest}"#), Some(Mask::NoKind)),
        (r#"{"kind":"ConfigMap","data":{"a":"some text, and mo"#, None),
        (r#"{"kind":"CustomResourceDefinition","spec":{"versions":[{"name":"v1","sch"#, None),
    ] {
        assert_eq!(mask(text.as_bytes(), true), expected, "{text}");
    }
    let packed = base64(&gzip(SECRET.repeat(50).as_bytes()));
    let value = config_map(&packed);
    assert!(mask(&value[..value.len() - 40], true).is_some());
}

#[test]
fn yaml_is_found_in_every_style() {
    for text in [
        YAML,
        "kind: >-\n  Secret\ndata:\n  a: YQ==\n",
        "kind: !!str Secret",
        "kind: \"\\x53ecret\"",
        "kind: \"Sec\\\n  ret\"",
        "a: &k Secret\nkind: *k",
        "{apiVersion: v1, kind: Secret, data: {a: YQ==}}",
        &format!("kind: {}Secret", " ".repeat(5000)),
        &format!("{}kind: ConfigMap\n---\n{YAML}", "# a comment\n".repeat(500)),
    ] {
        assert_eq!(mask(text.as_bytes(), false), Some(Mask::Kind), "{text}");
        assert_eq!(mask(&config_map(text), false), Some(Mask::Kind), "{text}");
        assert_eq!(mask(&config_map(&base64(text.as_bytes())), false), Some(Mask::Kind), "{text}");
    }
}

#[test]
fn what_cannot_be_unpacked_is_not_said_to_be_none() {
    let zstd = b"\x28\xb5\x2f\xfd\x04\x58\x11\0\0and more of it";
    let bomb = gzip(&vec![b'a'; 2 * BYTES]);
    let mut damaged = gzip(SECRET.repeat(40).as_bytes());
    let half = damaged.len() / 2;
    damaged.truncate(half);
    let deep = (0..DEPTH + 2).fold(vec![0x08, 1], |deep, _| field(1, &deep));
    for value in [
        config_map(&base64(zstd)),
        config_map(&base64(&bomb)),
        config_map_of(3, &bomb),
        protobuf("v1", "Pod", &deep),
    ] {
        let start = value[..value.len().min(60)].escape_ascii();
        assert_eq!(mask(&value, false), Some(Mask::Packed), "{start}");
    }
    assert!(mask(&config_map(&base64(&damaged)), false).is_some());
    let mut damaged = zlib(LATE.as_bytes());
    damaged.truncate(damaged.len() - 5);
    assert!(mask(&config_map(&base64(&damaged)), false).is_some());
    assert!(mask(&config_map(&format!("s3/bucket/{}", base64(&damaged))), false).is_some());
    // Neither a character that no text has, nor an escape, makes it less unclear.
    let zstd_escaped = each(zstd, "", |it| format!("\\x{it:02x}"));
    for text in [format!("\u{7f}{zstd_escaped}"), format!("\u{7f} \\n {}", base64(zstd))] {
        assert_eq!(mask(&config_map(&text), false), Some(Mask::Packed), "{text}");
    }
    let stored = gzip(br#"{"k\u0069nd":"\u0053ector","data":{}} and more"#);
    assert_eq!(mask(&config_map(&python(&stored)), false), None);
    // Escapes that hold others without an end.
    let escapes = format!("\\{}", "u005c".repeat(5000));
    assert_eq!(mask(escapes.as_bytes(), false), Some(Mask::Packed));
}

#[test]
fn an_envelope_counts_wherever_it_begins() {
    let secret = protobuf("v1", "Secret", &field(2, b"hunter2"));
    for value in [
        [b"xyz", &secret[..]].concat(),
        protobuf("v1", "Pod", &field(1, &field(9, &[b"\xff\xff", &secret[..]].concat()))),
        config_map(&base64(&[b"\xff", &secret[..]].concat())),
        // `runtime.Unknown` without the first four bytes.
        protobuf("v1", "ControllerRevision", &field(2, &field(1, &secret[4..]))),
    ] {
        assert_eq!(mask(&value, false), Some(Mask::Kind), "{}", value.escape_ascii());
    }
    assert_eq!(mask(&protobuf("v1", "", b""), false), Some(Mask::NoKind));
    // An event about one, and a ServiceAccount that has one.
    let about =
        [field(1, b"Secret"), field(2, b"default"), field(3, b"a"), field(5, b"v1")].concat();
    assert_eq!(mask(&protobuf("v1", "Event", &field(2, &about)), false), None);
}

/// A manifest of a Secret that says so early, and one that says so late.
const EARLY: &str =
    "kind: Secret\napiVersion: v1\ndata:\n  password: aHVudGVyMg==\nmetadata:\n  name: db\n";
const LATE: &str =
    "apiVersion: v1\ndata:\n  password: aHVudGVyMg==\nkind: Secret\nmetadata:\n  name: db\n";

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Each byte in its own way, and something between them.
fn each(bytes: &[u8], between: &str, byte: impl Fn(u8) -> String) -> String {
    bytes.iter().map(|&it| byte(it)).collect::<Vec<_>>().join(between)
}

/// Bytes as Python prints them.
fn python(bytes: &[u8]) -> String {
    let byte = |byte| match byte {
        b'\\' | b'\'' => format!("\\{}", char::from(byte)),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        b' '..=b'~' => char::from(byte).to_string(),
        byte => format!("\\x{byte:02x}"),
    };
    format!("b'{}'", each(bytes, "", byte))
}

#[test]
fn bytes_are_found_however_they_are_written() {
    let secret = protobuf("v1", "Secret", &field(2, b"hunter2"));
    let hex = |bytes: &[u8], between: &str| each(bytes, between, |it| format!("{it:02x}"));
    for bytes in [
        EARLY.into(),
        LATE.into(),
        SECRET.into(),
        secret,
        gzip(LATE.as_bytes()),
        zlib(LATE.as_bytes()),
    ] {
        let narrow = base64(&bytes);
        let narrow = each(narrow.as_bytes(), "", |it| char::from(it).to_string());
        let narrow: Vec<&str> =
            narrow.as_bytes().chunks(12).map(|it| str::from_utf8(it).expect("ASCII")).collect();
        for text in [
            format!("\\x{}", hex(&bytes, "")),
            format!("COPY kine FROM stdin;\n5\t/a\t\\\\x{}\n", hex(&bytes, "")),
            hex(&bytes, "").to_uppercase(),
            hex(&bytes, ":"),
            format!("data: {} .", hex(&bytes, " ")),
            each(&bytes, ", ", |it| format!("0x{it:02x}")),
            each(&bytes, "", |it| format!("\\x{it:02x}")),
            each(&bytes, "", |it| format!("\\{it:03o}")),
            each(&bytes, "", |it| format!("\\u{it:04x}")),
            each(&bytes, "", |it| format!("%{it:02X}")),
            each(&bytes, "", |it| format!("&#{it};")),
            each(&bytes, "", |it| format!("&#x{it:x};")),
            each(&bytes, "", |it| char::from(it).to_string()),
            python(&bytes),
            format!("data: |\n  {}\nmore: x", narrow.join("\n  ")),
            format!("DO-NOT-EDIT-generated\n{}", base64(&bytes)),
            format!("kubectl-apply-manifest {}", base64(&bytes)),
            format!("helm-release-v1-manifest\n\n  {}", narrow.join("")),
            format!("https://kroki.io/mermaid/svg/{}", URL_SAFE_NO_PAD.encode(&bytes)),
        ] {
            assert_eq!(mask(&config_map(&text), false), Some(Mask::Kind), "{text}");
            let value = config_map_of(2, text.as_bytes());
            assert_eq!(mask(&value, false), Some(Mask::Kind), "{text}");
        }
    }
    // And those of none are shown.
    for bytes in [POD.into(), gzip(POD.as_bytes()), zlib(POD.as_bytes())] {
        for text in [format!("\\x{}", hex(&bytes, "")), python(&bytes), hex(&bytes, " ")] {
            assert_eq!(mask(&config_map(&text), false), None, "{text}");
        }
    }
}

#[test]
fn what_has_data_says_its_kind_in_every_format() {
    let no_kind = Some(Mask::NoKind);
    let object =
        r#"{"apiVersion":"v1","data":{"password":"aHVudGVyMg=="},"metadata":{"name":"db"}}"#;
    let yaml = "apiVersion: v1\ndata:\n  password: aHVudGVyMg==\nmetadata:\n  name: db\n";
    let cbor = b"\xd9\xd9\xf7\xa2\x4aapiVersion\x42v1\x44data\xa1\x48password\x47hunter2";
    for text in [
        object.to_owned(),
        format!("{object} // x"),
        format!("{{\"kind\":\"ConfigMap\"}}\n{object}\n"),
        format!("[{object}]"),
        format!("{{\"items\":[{object}]}}"),
        object.replace("\"metadata\":{\"name\":\"db\"}", "\"kind\":null"),
        object.replace('"', "\\\""),
        yaml.to_owned(),
        yaml.replace("data:", "stringData:"),
        yaml.replace('\n', "\r\n"),
        format!("kind: ConfigMap\n---\n{yaml}"),
        base64(cbor),
        base64(yaml.as_bytes()),
        base64(&zlib(object.as_bytes())),
    ] {
        assert_eq!(mask(text.as_bytes(), false), no_kind, "{text}");
        assert_eq!(mask(&config_map(&text), false), no_kind, "{text}");
    }
    // The value of a row is nothing but an object, or several.
    for text in ["stringData:\n  a: b\n", r#"[{"data":{"a":"b"}}]"#, r#"{"data":{}} // x"#] {
        assert_eq!(mask(text.as_bytes(), false), no_kind, "{text}");
        assert_eq!(mask(&config_map(text), false), None, "{text}");
    }
    // Files that people keep in a ConfigMap.
    for text in [
        "global:\n  scrape_interval: 15s\nscrape_configs:\n- job_name: a\n  metadata: x\ndata:\n  dir: /a\n",
        "persistence:\n  enabled: true\ndata:\n  size: 8Gi\nimage:\n  tag: v1\n",
        "apiVersion: 1\ndatasources:\n- name: a\n  jsonData: {}\n  data: x\n",
        r#"{"status":"success","data":{"result":[]}}"#,
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  b: |\n    data: c\n",
        "kind: Pod\nmetadata: {}\nspec:\n  data: x\n",
    ] {
        assert_eq!(mask(&config_map(text), false), None, "{text}");
        assert_eq!(mask(&config_map(&base64(text.as_bytes())), false), None, "{text}");
    }
}

#[test]
fn a_start_that_ends_within_an_escape_is_cut_off_all_the_same() {
    let secret = LATE.replace("kind", &format!("{}kind", "  k: QUJDQUJD\n".repeat(90)));
    let lines: Vec<String> = base64(secret.as_bytes())
        .as_bytes()
        .chunks(76)
        .map(|it| String::from_utf8_lossy(it).into())
        .collect();
    for between in ["\n", "\\n", "\u{1f}"] {
        let value = config_map(&lines.join(between));
        // Behind the line with `data`, and before that with the kind.
        for end in 400..800 {
            let found = mask(&value[..end], true);
            assert!(found.is_some(), "{}", value[..end].escape_ascii());
        }
    }
    let pretty = serde_json::to_string_pretty(&serde_json::json!({"apiVersion": "v1",
        "data": {"a": "b".repeat(90), "c": "d"}, "kind": "Secret"}));
    let value = config_map(&pretty.expect("JSON"));
    for end in 100..value.len() - 20 {
        assert!(mask(&value[..end], true).is_some(), "{}", value[..end].escape_ascii());
    }
}

#[test]
fn what_a_value_costs_grows_as_it_does() {
    let random = |length: usize| -> Vec<u8> {
        let next = |it: &u32| Some(it.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        std::iter::successors(Some(7), next)
            .map(|it: u32| it.to_be_bytes()[0])
            .take(length)
            .collect()
    };
    let size = 190 << 10;
    let lines = |bytes: &[u8]| each(base64(bytes).as_bytes(), "", |it| char::from(it).to_string());
    let names = "a-name-that-is-long-enough\n".repeat(9000);
    let sums = each(&random(120 << 10), "", |it| format!("{it:02x}"));
    let sums: Vec<_> = sums.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    for value in [
        config_map(&lines(&random(size))),
        config_map_of(3, &random(size)),
        config_map(&names),
        config_map(&sums.join("  a\n")),
        config_map(&python(&random(64 << 10))),
        config_map(&each(&random(80 << 10), " ", |it| format!("{it}"))),
    ] {
        let mut search = Search::new();
        search.bytes(&value, 0, false);
        let start = value[..90].escape_ascii();
        assert_eq!((search.found, search.ends.damaged), (None, 0), "{start}");
        let cost = BYTES - search.left;
        assert!(cost < 64 * value.len(), "{start}: {cost} for {}", value.len());
    }
}
