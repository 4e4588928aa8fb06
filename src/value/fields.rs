//! What is not the same in two objects, by where it stands.
//!
//! ```text
//!   before                    after                     changed
//!   spec:                     spec:                     spec.containers[name=web].image
//!     containers:               containers:               - nginx:1.25
//!     - name: log               - name: web               + nginx:1.27
//!     - name: web                 image: nginx:1.27     spec.replicas
//!       image: nginx:1.25       - name: log               + 3
//!                               replicas: 3
//! ```
//!
//! Elements of a list are told apart by the fields that Kubernetes tells them apart by. Where it has none,
//! or two have the same, what the lists begin and end with alike is left out, and the rest stand for each
//! other in their order.

use std::collections::BTreeMap;

use serde_json::Value;

use super::kubernetes::Place;

/// A place at which two objects are not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Where: `spec.containers[name=web].image`, not yet safe to print.
    pub path: String,
    /// What stood there before, if anything did.
    pub before: Option<Value>,
    /// What stands there now, if anything does.
    pub after: Option<Value>,
    /// Whether it changes with every write, or only says that something is still there.
    pub is_noise: bool,
}

/// All such places, in the order of the alphabet, and of lists in theirs.
pub(super) fn changed(before: &Value, after: &Value) -> Vec<Changed> {
    let mut found =
        Finder { is_lease: after["kind"] == "Lease", path: String::new(), all: Vec::new() };
    found.compare(Place::object(after), "", Some(before), Some(after));
    found.all
}

struct Finder {
    is_lease: bool,
    path: String,
    all: Vec<Changed>,
}

impl Finder {
    /// Compares what stands at the path, which is a member of the place or itself; lists in it by these keys.
    fn compare(&mut self, place: Place, keys: &str, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (before, after) if before == after => {}
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
                names.sort_unstable();
                names.dedup();
                for name in names {
                    let (inner, keys) = place.member(name);
                    self.within(&step(name), |it| {
                        it.compare(inner, keys, before.get(name), after.get(name));
                    });
                }
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) => {
                match (named(keys, before), named(keys, after)) {
                    (Some(old), Some(new)) => self.by_name(place, &old, &new),
                    _ => self.by_order(place, before, after),
                }
            }
            (before, after) => self.all.push(Changed {
                is_noise: self.is_noise(),
                path: self.path.trim_start_matches('.').to_owned(),
                before: before.cloned(),
                after: after.cloned(),
            }),
        }
    }

    fn by_name<'v>(&mut self, place: Place, before: &[Named<'v>], after: &[Named<'v>]) {
        let of =
            |all: &[Named<'v>]| -> BTreeMap<String, &'v Value> { all.iter().cloned().collect() };
        let (old, new) = (of(before), of(after));
        for (name, value) in before {
            let new = new.get(name).copied();
            self.within(&format!("[{name}]"), |it| it.compare(place, "", Some(value), new));
        }
        for (name, value) in after.iter().filter(|(name, _)| !old.contains_key(name)) {
            self.within(&format!("[{name}]"), |it| it.compare(place, "", None, Some(value)));
        }
    }

    fn by_order(&mut self, place: Place, before: &[Value], after: &[Value]) {
        let same = before.iter().zip(after).take_while(|(old, new)| old == new).count();
        let (old, new) = (&before[same..], &after[same..]);
        let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new);
        let tail = tail.count();
        let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
        for at in 0..old.len().max(new.len()) {
            self.within(&format!("[{}]", same + at), |it| {
                it.compare(place, "", old.get(at), new.get(at));
            });
        }
    }

    fn within(&mut self, step: &str, compare: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(step);
        compare(self);
        self.path.truncate(length);
    }

    /// Every write sets the first two; the others say only that a node or a holder is still there.
    fn is_noise(&self) -> bool {
        let path = self.path.as_str();
        path.starts_with(".metadata.managedFields")
            || path == ".metadata.resourceVersion"
            || (path.starts_with(".status.conditions[") && path.ends_with(".lastHeartbeatTime"))
            || (self.is_lease && path == ".spec.renewTime")
    }
}

/// A member, as it stands in a path.
fn step(name: &str) -> String {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-');
    if !name.is_empty() && name.chars().all(is_plain) {
        format!(".{name}")
    } else {
        format!("[{}]", Value::from(name))
    }
}

/// An element of a list, and what tells it apart: `name=web`.
type Named<'v> = (String, &'v Value);

/// The elements of a list with what tells them apart, if something does.
fn named<'v>(keys: &str, list: &'v [Value]) -> Option<Vec<Named<'v>>> {
    let name = |element: &Value| -> Option<String> {
        let parts = keys.split(',').filter_map(|key| {
            let text = match element.get(key)? {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            Some(format!("{key}={text}"))
        });
        let parts: Vec<String> = parts.collect();
        (!parts.is_empty()).then(|| parts.join(","))
    };
    let named: Option<Vec<_>> =
        list.iter().map(|element| Some((name(element)?, element))).collect();
    let named = named.filter(|_| !keys.is_empty())?;
    let mut names: Vec<&String> = named.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    let is_apart = names.windows(2).all(|pair| pair[0] != pair[1]);
    is_apart.then_some(named)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `path: before -> after`, noise in parentheses.
    fn drawn(before: &Value, after: &Value) -> Vec<String> {
        let shown = |value: Option<Value>| value.map_or("nothing".to_owned(), |it| it.to_string());
        let line = |it: Changed| {
            let line = format!("{}: {} -> {}", it.path, shown(it.before), shown(it.after));
            if it.is_noise { format!("({line})") } else { line }
        };
        changed(before, after).into_iter().map(line).collect()
    }

    #[test]
    fn places_are_named_as_kubernetes_tells_them_apart() {
        let pod = |containers: Value, more: Value| {
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": more,
                "spec": {"containers": containers}})
        };
        let port =
            |number: u16, protocol: &str| json!({"containerPort": number, "protocol": protocol});
        let before = pod(
            json!([{"name": "log", "image": "a"}, {"name": "web", "image": "b", "args": ["x", "y"],
                "ports": [port(53, "TCP"), port(53, "UDP")]}, {"name": "gone"}]),
            json!({"labels": {"app.kubernetes.io/name": "a", "tier": "1"}, "resourceVersion": "7"}),
        );
        let after = pod(
            json!([{"name": "web", "image": "c", "args": ["x", "z", "y"],
                "ports": [port(53, "TCP"), port(54, "UDP")]},
                {"name": "log", "image": "a"}, {"name": "new"}]),
            json!({"labels": {"app.kubernetes.io/name": "b", "tier": "1"}, "resourceVersion": "8",
                "managedFields": [{"manager": "m"}]}),
        );
        let expected = [
            r#"metadata.labels["app.kubernetes.io/name"]: "a" -> "b""#,
            r#"(metadata.managedFields: nothing -> [{"manager":"m"}])"#,
            r#"(metadata.resourceVersion: "7" -> "8")"#,
            r#"spec.containers[name=web].args[1]: nothing -> "z""#,
            r#"spec.containers[name=web].image: "b" -> "c""#,
            // Two elements have one key.
            "spec.containers[name=web].ports[1].containerPort: 53 -> 54",
            r#"spec.containers[name=gone]: {"name":"gone"} -> nothing"#,
            r#"spec.containers[name=new]: nothing -> {"name":"new"}"#,
        ];
        assert_eq!(drawn(&before, &after), expected);
        assert_eq!(drawn(&before, &before), [""; 0]);
    }

    #[test]
    fn heartbeats_are_noise() {
        let node = |beat: &str, ready: &str| {
            json!({"apiVersion": "v1", "kind": "Node", "status": {"conditions": [
                {"type": "Ready", "lastHeartbeatTime": beat, "status": ready}]}})
        };
        assert_eq!(
            drawn(&node("1", "True"), &node("2", "Unknown")),
            [
                r#"(status.conditions[type=Ready].lastHeartbeatTime: "1" -> "2")"#,
                r#"status.conditions[type=Ready].status: "True" -> "Unknown""#,
            ]
        );
        let lease = |kind: &str, at: &str| json!({"kind": kind, "spec": {"renewTime": at}});
        assert_eq!(
            drawn(&lease("Lease", "1"), &lease("Lease", "2")),
            [r#"(spec.renewTime: "1" -> "2")"#]
        );
        assert_eq!(
            drawn(&lease("Other", "1"), &lease("Other", "2")),
            [r#"spec.renewTime: "1" -> "2""#]
        );
    }

    #[test]
    fn of_other_kinds_lists_are_compared_in_their_order() {
        let before = json!({"kind": "Widget", "metadata": {"ownerReferences": [{"uid": "1", "name": "a"}]},
            "spec": {"": 1, "list": [{"name": "a"}, {"name": "b"}]}});
        let after = json!({"kind": "Widget", "metadata": {"ownerReferences": [{"uid": "1", "name": "b"}]},
            "spec": {"": null, "list": [{"name": "b"}]}});
        assert_eq!(
            drawn(&before, &after),
            [
                r#"metadata.ownerReferences[uid=1].name: "a" -> "b""#,
                r#"spec[""]: 1 -> null"#,
                r#"spec.list[0]: {"name":"a"} -> nothing"#,
            ]
        );
        assert_eq!(drawn(&json!([1]), &json!({})), [": [1] -> {}"]);
    }
}
