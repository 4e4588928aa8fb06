//! A Secret that is wrapped at random is masked, and what is wrapped in the same way and is none is shown.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use kinescope::value::{Body, LIMIT, Stored, Values};
use proptest::prelude::*;
use serde_json::json;

use super::{field, protobuf};

/// A manifest in one of the ways in which one is written, with a password.
fn manifest(style: usize, kind: &str, password: &str) -> Vec<u8> {
    let start: String = kind.chars().take(1).collect();
    let (code, rest) = (u32::from(kind.as_bytes()[0]), &kind[1..]);
    let text = match style {
        0 => format!(r#"{{"apiVersion":"v1","kind":"{kind}","stringData":{{"a":"{password}"}}}}"#),
        1 => format!(r#"{{"data":{{"a":"{password}"}},"k\u0069nd":"\u{code:04x}{rest}"}}"#),
        2 => format!("kind: {kind}\nstringData:\n  a: {password}\n"),
        3 => format!("kind: >-\n  {kind}\nstringData:\n  a: {password}\n"),
        4 => format!("kind: !!str \"\\x{code:02x}{rest}\"\nstringData: {{a: {password}}}\n"),
        5 => format!("x: &k {kind}\nstringData:\n  a: {password}\nkind: *k\n"),
        6 => format!("{{kind: \"{start}\\\n    {rest}\", stringData: {{a: {password}}}}}"),
        7 => format!("? kind\n: '{kind}'\nstringData:\n  a: {password}\n"),
        8 => {
            format!("a: b\n---\nstringData:\n  a: {password}\n{}kind: {kind}\n", "#\n".repeat(200))
        }
        _ => {
            let entry = [field(1, b"a"), field(2, password.as_bytes())].concat();
            return protobuf("v1", kind, &field(2, &entry));
        }
    };
    text.into_bytes()
}

fn lines(text: &str, width: usize) -> String {
    let lines = text.as_bytes().chunks(width).map(String::from_utf8_lossy);
    lines.collect::<Vec<_>>().join("\n  ")
}

fn packed<W: Write>(mut encoder: W, bytes: &[u8]) -> W {
    encoder.write_all(bytes).expect("memory");
    encoder
}

/// Wraps bytes once. What holds a text only is given other bytes in base64.
fn wrapped(how: usize, bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(bytes.clone()).ok().filter(|text| !text.contains('\0'));
    let text = text.unwrap_or_else(|| STANDARD.encode(&bytes));
    match how {
        0 => STANDARD.encode(bytes).into(),
        1 => URL_SAFE.encode(bytes).into(),
        2 => format!("a: |\n  {}\nb: c\n", lines(&STANDARD.encode(bytes), 76)).into(),
        3 => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
        4 => {
            let encoder = GzEncoder::new(Vec::new(), Compression::default());
            packed(encoder, &bytes).finish().expect("memory")
        }
        5 => {
            let encoder = ZlibEncoder::new(Vec::new(), Compression::best());
            packed(encoder, &bytes).finish().expect("memory")
        }
        6 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        7 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        8 => text.chars().flat_map(|char| u32::from(char).to_le_bytes()).collect(),
        9 => json!(text).to_string().into(),
        10 => {
            json!({"kind": "Service", "metadata": {"annotations": {"a": text}}}).to_string().into()
        }
        11 => protobuf("v1", "List", &field(2, &field(1, &bytes))),
        12 => format!("a sentence before {}, and one after", URL_SAFE_NO_PAD.encode(bytes)).into(),
        13 => text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").into(),
        14 => format!("\\x{}", each(&bytes, "", |it| format!("{it:02x}"))).into(),
        15 => each(&bytes, ":", |it| format!("{it:02x}")).into(),
        16 => format!("{{{}}}", each(&bytes, ", ", |it| format!("0x{it:02x}"))).into(),
        17 => each(&bytes, "", |it| format!("\\x{it:02x}")).into(),
        18 => each(&bytes, "", |it| format!("\\{it:03o}")).into(),
        19 => each(&bytes, "", |it| format!("%{it:02x}")).into(),
        20 => each(&bytes, "", |it| format!("&#{it};")).into(),
        21 => json!(each(&bytes, "", |it| char::from(it).to_string())).to_string().into(),
        22 => {
            let encoder = ZlibEncoder::new(Vec::new(), Compression::best());
            let mut packed = packed(encoder, &bytes).finish().expect("memory");
            // A window of 4 KiB, and none of these is larger.
            packed[..2].copy_from_slice(if bytes.len() < 4096 { b"\x48\x89" } else { b"\x78\xda" });
            packed
        }
        23 => format!("a: |\n  {}\nb: c\n", lines(&STANDARD.encode(bytes), 12)).into(),
        24 => format!("a-name-that-is-long-enough\n{}", STANDARD.encode(bytes)).into(),
        _ => format!("https://example.org/a/{}", URL_SAFE_NO_PAD.encode(bytes)).into(),
    }
}

const WAYS: usize = 26;

/// Each byte in its own way, and something between them.
fn each(bytes: &[u8], between: &str, byte: impl Fn(u8) -> String) -> String {
    bytes.iter().map(|&it| byte(it)).collect::<Vec<_>>().join(between)
}

/// A value that is shown, with bytes somewhere in it.
fn carrier(which: usize, bytes: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(bytes).map_or_else(|_| STANDARD.encode(bytes), str::to_owned);
    match which {
        0 => {
            json!({"kind": "ConfigMap", "apiVersion": "v1", "data": {"a": text}}).to_string().into()
        }
        1 => json!({"kind": "List", "items": [{"kind": "Event", "message": text}]})
            .to_string()
            .into(),
        2 => protobuf(
            "v1",
            "ConfigMap",
            &field(2, &[field(1, b"a"), field(2, text.as_bytes())].concat()),
        ),
        3 => protobuf("v1", "ConfigMap", &field(3, &[field(1, b"a"), field(2, bytes)].concat())),
        _ => protobuf("v1", "List", &field(2, &field(1, bytes))),
    }
}

fn ways() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..WAYS, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_secret_is_masked_however_it_is_wrapped(
        style in 0..10_usize,
        ways in ways(),
        which in 0..5_usize,
        password in "[a-z]{4}[0-9]{6}[A-Z]{4}",
    ) {
        let bytes = ways.iter().fold(manifest(style, "Secret", &password), |it, &how| wrapped(how, it));
        for value in [carrier(which, &bytes), bytes] {
            let values = Values::of(Some(&Stored::whole(&value)), None);
            prop_assert!(values.is_err(), "{}", value.escape_ascii());
        }
    }

    #[test]
    fn what_is_none_is_shown_however_it_is_wrapped(
        style in 0..10_usize,
        ways in ways(),
        which in 0..5_usize,
        password in "[a-z]{4}[0-9]{6}[A-Z]{4}",
    ) {
        let bytes = ways.iter().fold(manifest(style, "Sector", &password), |it, &how| wrapped(how, it));
        let value = carrier(which, &bytes);
        prop_assume!(value.len() as u64 <= LIMIT);
        let values = Values::of(Some(&Stored::whole(&value)), None);
        prop_assert!(values.is_ok(), "{values:?}: {}", value.escape_ascii());
    }
}

/// Objects of a real cluster that only refer to Secrets.
#[test]
fn what_refers_to_a_secret_is_shown() {
    let reference =
        |kind: &str| json!({"apiVersion": "v1", "kind": kind, "name": "a", "namespace": "b"});
    for object in [
        json!({"kind": "Pod", "spec": {
            "volumes": [
                {"secret": {"secretName": "a"}},
                {"projected": {"sources": [{"secret": {"name": "a"}}, {"serviceAccountToken": {}}]}},
            ],
            "containers": [{"env": [{"valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]}],
        }}),
        json!({"kind": "ClusterRole", "rules": [{"apiGroups": [""], "resources": ["secrets"]}]}),
        json!({"kind": "SecretStore", "spec": {"provider": {"vault": {}}}}),
        json!({"kind": "ServiceAccount", "secrets": [{"name": "a-token"}]}),
        json!({"kind": "Gateway", "spec": {"tls": {"certificateRefs": [{"kind": "Secret", "name": "a"}]}}}),
        json!({"kind": "Event", "involvedObject": reference("Secret")}),
        json!({"kind": "Service", "metadata": {"ownerReferences": [reference("Secret")]}}),
        json!({"kind": "ConfigMap", "data": {"pod.yaml":
            "kind: Pod\nspec:\n  volumes:\n  - secret:\n      secretName: my-secret\n"}}),
    ] {
        let text = object.to_string();
        let values = Values::of(Some(&Stored::whole(text.as_bytes())), None).expect("it is none");
        let body = values.value.map(|value| value.body);
        assert!(matches!(body, Some(Body::Json { typed: Some(_), .. })), "{text}");
    }
}
