//! Small objects, as they are stored and as they are shown.

use proptest::prelude::*;

use super::*;
use crate::value::protobuf;

/// What a field of a message holds.
enum Field<'a> {
    Number(i64),
    Text(&'a str),
    Message(Vec<u8>),
}

use Field::{Message, Number, Text};

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).expect("7 bits") | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).expect("7 bits"));
    bytes
}

/// The fields of a message, by their numbers.
fn message(fields: &[(u64, Field<'_>)]) -> Vec<u8> {
    let field = |(number, field): &(u64, Field<'_>)| match field {
        Number(it) => [varint(number << 3), varint(it.cast_unsigned())].concat(),
        Text(text) => {
            [varint(number << 3 | 2), varint(text.len() as u64), text.as_bytes().to_vec()].concat()
        }
        Message(bytes) => {
            [varint(number << 3 | 2), varint(bytes.len() as u64), bytes.clone()].concat()
        }
    };
    fields.iter().flat_map(field).collect()
}

fn typed(api_version: &str, kind: &str) -> Typed {
    Typed { api_version: api_version.to_owned(), kind: kind.to_owned() }
}

fn named(api_version: &str, kind: &str, fields: &[(u64, Field<'_>)]) -> Object {
    Object::of(&typed(api_version, kind), &message(fields), false).expect("it is one")
}

fn moment(seconds: i64) -> Vec<u8> {
    message(&[(1, Number(seconds)), (2, Number(0))])
}

/// Metadata as every API server writes it: what is not a pointer in Go is there, also when it is empty.
fn metadata(name: &str) -> Vec<u8> {
    message(&[
        (1, Text(name)),
        (2, Text("")),
        (3, Text("shop")),
        (4, Text("")),
        (5, Text("uid-1")),
        (6, Text("")),
        (7, Number(0)),
        (8, Message(moment(1_767_225_600))),
        (11, Message(message(&[(1, Text("tier")), (2, Text("on"))]))),
        (11, Message(message(&[(1, Text("app")), (2, Text("web"))]))),
    ])
}

#[test]
fn an_object_is_shown_as_kubectl_prints_it() {
    let port = message(&[
        (1, Text("http")),
        (2, Text("TCP")),
        (3, Number(80)),
        (4, Message(message(&[(1, Number(1)), (2, Number(0)), (3, Text("web"))]))),
        (5, Number(0)),
    ]);
    let other = message(&[
        (3, Number(81)),
        (4, Message(message(&[(1, Number(0)), (2, Number(8081)), (3, Text(""))]))),
    ]);
    let spec = message(&[
        (1, Message(port)),
        (1, Message(other)),
        (3, Text("10.43.7.7")),
        (7, Text("")),
        // A pointer: what is there is shown.
        (20, Number(0)),
        // And what nobody knows is kept.
        (300, Text("x")),
    ]);
    let object = named(
        "v1",
        "Service",
        &[(1, Message(metadata("web"))), (2, Message(spec)), (3, Message(Vec::new()))],
    );
    let expected = "\
apiVersion: v1
kind: Service
metadata:
  creationTimestamp: \"2026-01-01T00:00:00Z\"
  labels:
    app: web
    tier: \"on\"
  name: web
  namespace: shop
  uid: uid-1
spec:
  \"300\": x
  allocateLoadBalancerNodePorts: false
  clusterIP: \"10.43.7.7\"
  ports:
  - name: http
    port: 80
    protocol: TCP
    targetPort: web
  - port: 81
    targetPort: 8081
status:
  loadBalancer: {}";
    assert_eq!(object.lines.join("\n"), expected);
    assert_eq!(object.unnamed, ["spec.300"]);
}

#[test]
fn messages_that_stand_for_something_else_are_shown_as_that() {
    let quantity = |text| message(&[(1, Text(text))]);
    let entry = |name, value| message(&[(1, Text(name)), (2, Message(value))]);
    let limits = message(&[
        (1, Message(entry("memory", quantity("64Mi")))),
        (1, Message(entry("cpu", quantity("")))),
    ]);
    let container = message(&[
        (1, Text("main")),
        (2, Text("nginx")),
        (8, Message(limits)),
        // Its handler stands among its own fields.
        (
            10,
            Message(message(&[
                (1, Message(message(&[(1, Message(message(&[(1, Text("true"))])))]))),
                (2, Number(5)),
            ])),
        ),
    ]);
    let volume = message(&[
        (1, Text("v")),
        (2, Message(message(&[(2, Message(message(&[(1, Text("Memory"))])))]))),
    ]);
    let spec = message(&[(1, Message(volume)), (2, Message(container))]);
    let pod = named("v1", "Pod", &[(1, Message(metadata("p"))), (2, Message(spec))]);
    let expected = "\
spec:
  containers:
  - image: nginx
    livenessProbe:
      exec:
        command:
        - \"true\"
      initialDelaySeconds: 5
    name: main
    resources:
      limits:
        cpu: \"0\"
        memory: 64Mi
  volumes:
  - emptyDir:
      medium: Memory
    name: v
status: {}";
    let lines = pod.lines.join("\n");
    assert!(lines.ends_with(expected), "{lines}");

    let micro = message(&[(1, Number(1_767_225_600)), (2, Number(1_500_000))]);
    let spec = message(&[(1, Text("node-1")), (2, Number(40)), (4, Message(micro))]);
    let lease = named("coordination.k8s.io/v1", "Lease", &[(2, Message(spec))]);
    assert_eq!(lease.tree["spec"]["renewTime"], "2026-01-01T00:00:00.001500Z");

    let rule = message(&[(1, Text("get")), (2, Text(""))]);
    let role = named("rbac.authorization.k8s.io/v1", "ClusterRole", &[(2, Message(rule))]);
    let rule = serde_json::json!([{"apiGroups": [""], "verbs": ["get"]}]);
    assert_eq!(role.tree["rules"], rule);
    // What Go does not leave out is null where there is nothing.
    let role = named("rbac.authorization.k8s.io/v1", "ClusterRole", &[]);
    let bare = serde_json::json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {}, "rules": null,
    });
    assert_eq!(role.tree, bare);

    let revision = |raw| {
        let data = message(&[(1, Text(raw))]);
        let fields = [(1, Message(Vec::new())), (2, Message(data)), (3, Number(-1))];
        named("apps/v1", "ControllerRevision", &fields).tree
    };
    let tree = revision("{\"spec\":{\"b\":1,\"a\":[1.5]}}");
    assert_eq!(tree["data"], serde_json::json!({"spec": {"a": [1.5], "b": 1}}));
    assert_eq!(
        (&tree["revision"], &revision("{").as_object().expect("one")["data"]),
        (&(-1).into(), &"{".into())
    );

    let map = message(&[(1, Text("a.bin")), (2, Text("\u{1}\n"))]);
    let config = named("v1", "ConfigMap", &[(3, Message(map))]);
    assert_eq!(config.tree["binaryData"]["a.bin"], "AQo=");
}

#[test]
fn a_schema_of_a_custom_resource_is_shown_as_it_was_written() {
    let schema = |fields: &[(u64, Field<'_>)]| message(fields);
    let text = schema(&[(5, Text("string"))]);
    let property =
        |name, schema: Vec<u8>| Message(message(&[(1, Text(name)), (2, Message(schema))]));
    let with =
        |number, inner: Vec<u8>| schema(&[(number, Message(message(&[(1, Message(inner))])))]);
    let or_bool = |allows| schema(&[(30, Message(message(&[(1, Number(allows))])))]);
    let top = schema(&[
        (3, Text("#/x")),
        (5, Text("object")),
        (29, property("items", with(24, text))),
        (29, property("closed", or_bool(0))),
        (29, property("open", or_bool(1))),
        (29, property("default", with(8, b"{\"a\":1}".to_vec()))),
        (38, Number(1)),
    ]);
    let validation = message(&[(1, Message(top))]);
    let version =
        message(&[(1, Text("v1")), (2, Number(1)), (3, Number(0)), (4, Message(validation))]);
    let spec = message(&[(1, Text("a.io")), (7, Message(version))]);
    let crd =
        named("apiextensions.k8s.io/v1", "CustomResourceDefinition", &[(2, Message(spec))]).tree;
    let version = &crd["spec"]["versions"][0];
    let expected = serde_json::json!({
        "$ref": "#/x",
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": true,
        "properties": {
            "items": {"items": {"type": "string"}},
            "closed": {"additionalProperties": false},
            "open": {"additionalProperties": true},
            "default": {"default": {"a": 1}},
        },
    });
    assert_eq!(version["schema"]["openAPIV3Schema"], expected);
    assert_eq!((&version["served"], &version["storage"]), (&true.into(), &false.into()));
}

#[test]
fn what_is_not_known_or_not_of_its_kind_has_no_names() {
    let of = |kind, bytes: &[u8]| Object::of(&typed("v1", kind), bytes, false);
    assert_eq!(of("Pot", b""), None);
    for damaged in [
        // A number, a text and a message where they are none.
        message(&[(1, Number(1))]),
        message(&[(2, Message(message(&[(3, Message(vec![0xff]))])))]),
        message(&[(1, Text("\u{7f}x"))]),
        vec![0x0a, 9, 1],
    ] {
        assert_eq!(of("Pod", &damaged), None, "{damaged:?}");
    }
    let tree = numbered(&typed("v1", "Pot"), &message(&[(1, Text("a")), (1, Text("b"))]), false);
    let expected = serde_json::json!({"apiVersion": "v1", "kind": "Pot", "1": ["a", "b"]});
    assert_eq!(tree, Some(expected));
}

/// A pod of some depth.
fn pod() -> Vec<u8> {
    let container = message(&[(1, Text("main")), (2, Text("caf\u{e9}")), (3, Text("sh"))]);
    let spec = message(&[(2, Message(container.clone())), (2, Message(container))]);
    let status = message(&[(1, Text("Running")), (7, Message(moment(1_767_225_600)))]);
    message(&[(1, Message(metadata("p"))), (2, Message(spec)), (3, Message(status))])
}

#[test]
fn of_what_was_cut_as_much_is_shown_as_there_is() {
    let pod = pod();
    let whole = Object::of(&typed("v1", "Pod"), &pod, false).expect("it is one").tree;
    let mut largest = 0;
    for end in 0..pod.len() {
        let cut = Object::of(&typed("v1", "Pod"), &pod[..end], true).expect("it is the start");
        let size = cut.tree.to_string().len();
        // Fields that Go leaves out are left out of whole messages alone.
        assert!(size + 200 > largest, "{end}: {}", cut.tree);
        largest = largest.max(size);
        if let Some(name) = cut.tree["metadata"]["name"].as_str() {
            assert!("p".starts_with(name));
        }
    }
    assert!(largest + 200 > whole.to_string().len());
}

/// What lines of YAML say.
fn read(lines: &[String]) -> Value {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    serde_saphyr::from_str(&text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

proptest! {
    #[test]
    fn no_bytes_are_too_damaged(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end: prop::sample::Index,
        cut: bool,
        kind in prop::sample::select(&["Pod", "Service", "Node", "Event", "Secret", "List"][..]),
    ) {
        let mut bytes = pod();
        for (at, byte) in at {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(end.index(bytes.len() + 1));
        let object = Object::of(&typed("v1", kind), &bytes, cut);
        if let Some(object) = object {
            prop_assert_eq!(read(&object.lines), object.tree);
        }
        drop(numbered(&typed("v1", kind), &bytes, cut));
        drop(protobuf::lines(&bytes, cut));
    }

    /// What YAML could take for something else is in quotes.
    #[test]
    fn a_tree_is_the_same_after_yaml(texts in prop::collection::vec(any::<String>(), 1..6)) {
        let members = texts.iter().map(|text| (text.clone(), Value::from(text.as_str())));
        let tree = serde_json::json!({"list": texts, "map": members.collect::<Map<_, _>>()});
        prop_assert_eq!(read(&yaml(&tree)), tree);
    }
}

#[test]
fn words_that_yaml_takes_for_others_stay_texts() {
    for text in [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "null",
        "~",
        "",
        "true",
        "1",
        "1.0",
        "0x1f",
        "1e3",
        "12:30:45",
        "2026-01-01",
        ".inf",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "'a'",
        "\"",
        "{}",
        "[a]",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "a\nb",
        "a\n",
        "\n",
        " a",
        "a ",
        "\ta",
        "a\r\nb",
        "\u{85}",
        "\u{2028}",
        "\u{feff}a",
        "\u{1b}[2J",
        "?",
        "-",
        "---",
        "...",
        "=",
        "<<",
        "0o7",
        "1_000",
        "\u{7f}",
    ] {
        let tree = serde_json::json!({"a": text, "b": [text], text: 1});
        assert_eq!(read(&yaml(&tree)), tree);
    }
}
