//! What an object must lose to be made anew.

use serde_json::{Map, Value};

/// An object that `kubectl apply` takes, and what was taken off it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The object.
    pub tree: Value,
    /// What was taken off, as paths, in their order.
    pub taken_off: Vec<String>,
}

/// Why an object makes no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoManifest {
    /// It is no object that says its API version, its kind and its name.
    NotAnObject,
    /// It is an object that nobody applies: an Event, or what the API server keeps for itself.
    NotApplied,
}

/// What the API server fills in and keeps for itself.
const METADATA: [&str; 9] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
    // The owners have other UIDs by now, or are gone: the garbage collector would delete it again.
    "ownerReferences",
];

/// What `kubectl apply` writes itself.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The labels by which a Job finds its pods, which it makes up itself.
const JOB: [&str; 4] = [
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

impl Manifest {
    /// Takes off an object what belongs to its former life. Fields that have no name go too: they are
    /// `unnamed`, as paths.
    ///
    /// # Errors
    ///
    /// When it is nothing that can be applied.
    pub fn of(tree: &Value, unnamed: &[String]) -> Result<Self, NoManifest> {
        let mut manifest = Self { tree: tree.clone(), taken_off: Vec::new() };
        let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
        let is_object = is_text(&tree["apiVersion"])
            && is_text(&tree["kind"])
            && is_text(&tree["metadata"]["name"]);
        if !is_object {
            return Err(NoManifest::NotAnObject);
        }
        if matches!(tree["kind"].as_str(), Some("Event" | "RangeAllocation")) {
            return Err(NoManifest::NotApplied);
        }
        manifest.take(&[], "status");
        for name in METADATA {
            manifest.take(&["metadata"], name);
        }
        manifest.take(&["metadata", "annotations"], LAST_APPLIED);
        manifest.drop_if_empty(&["metadata"], "annotations");
        let is_made_up = tree["spec"]["manualSelector"] != Value::Bool(true);
        if tree["kind"] == "Job" && is_made_up {
            manifest.take(&["spec"], "selector");
            for label in JOB {
                manifest.take(&["metadata", "labels"], label);
                manifest.take(&["spec", "template", "metadata", "labels"], label);
            }
            manifest.drop_if_empty(&["metadata"], "labels");
        }
        if tree["kind"] == "PersistentVolume" {
            // The claim has another UID by now: with the old one, it would not be bound again.
            for name in ["resourceVersion", "uid"] {
                manifest.take(&["spec", "claimRef"], name);
            }
        }
        without_unset_times(&mut manifest.tree);
        if !unnamed.is_empty() {
            without_numbers(&mut manifest.tree, &mut Vec::new(), unnamed);
            manifest.taken_off.extend_from_slice(unnamed);
        }
        Ok(manifest)
    }

    fn take(&mut self, path: &[&str], name: &str) {
        let taken = at(&mut self.tree, path).and_then(|members| members.remove(name));
        if taken.is_some() {
            self.taken_off.push([path, &[name]].concat().join("."));
        }
    }

    fn drop_if_empty(&mut self, path: &[&str], name: &str) {
        if let Some(members) = at(&mut self.tree, path)
            && members.get(name).is_some_and(|it| it.as_object().is_some_and(Map::is_empty))
        {
            members.remove(name);
        }
    }
}

/// The members of what is at a path.
fn at<'t>(tree: &'t mut Value, path: &[&str]) -> Option<&'t mut Map<String, Value>> {
    path.iter().try_fold(tree, |tree, name| tree.get_mut(name))?.as_object_mut()
}

/// Takes off the moments of creation in templates, which are null.
fn without_unset_times(tree: &mut Value) {
    match tree {
        Value::Object(members) => {
            if members.get("creationTimestamp").is_some_and(Value::is_null) {
                members.remove("creationTimestamp");
            }
            members.values_mut().for_each(without_unset_times);
        }
        Value::Array(all) => all.iter_mut().for_each(without_unset_times),
        _ => {}
    }
}

/// Takes off what is at these paths; the elements of a list have no part in one.
fn without_numbers(tree: &mut Value, path: &mut Vec<String>, unnamed: &[String]) {
    match tree {
        Value::Object(members) => members.retain(|name, value| {
            path.push(name.clone());
            let is_named = !unnamed.contains(&path.join("."));
            if is_named {
                without_numbers(value, path, unnamed);
            }
            path.pop();
            is_named
        }),
        Value::Array(all) => all.iter_mut().for_each(|it| without_numbers(it, path, unnamed)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_belongs_to_a_former_life_is_taken_off() {
        let object = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": "pi",
                "uid": "a",
                "generation": 2,
                "annotations": {LAST_APPLIED: "{}"},
                "labels": {"job-name": "pi", "app": "x"},
                "ownerReferences": [{"uid": "b"}],
            },
            "spec": {
                "17": 1,
                "selector": {"matchLabels": {"controller-uid": "a"}},
                "template": {
                    "metadata": {"creationTimestamp": null, "labels": {"job-name": "pi"}},
                    "spec": {"containers": [{"name": "pi", "99": "x"}]},
                },
            },
            "status": {"succeeded": 1},
        });
        let unnamed = ["spec.17", "spec.template.spec.containers.99"].map(str::to_owned);
        let manifest = Manifest::of(&object, &unnamed).expect("it is an object");
        let expected = json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": "pi", "labels": {"app": "x"}},
            "spec": {
                "template": {
                    "metadata": {"labels": {}},
                    "spec": {"containers": [{"name": "pi"}]},
                },
            },
        });
        assert_eq!(manifest.tree, expected);
        let taken_off = [
            "status",
            "metadata.generation",
            "metadata.uid",
            "metadata.ownerReferences",
            "metadata.annotations.kubectl.kubernetes.io/last-applied-configuration",
            "spec.selector",
            "metadata.labels.job-name",
            "spec.template.metadata.labels.job-name",
            "spec.17",
            "spec.template.spec.containers.99",
        ];
        assert_eq!(manifest.taken_off, taken_off);
        let volume = json!({
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "a"},
            "spec": {"claimRef": {"name": "b", "uid": "c", "resourceVersion": "1"}},
        });
        let manifest = Manifest::of(&volume, &[]).expect("it is an object");
        assert_eq!(manifest.tree["spec"]["claimRef"], json!({"name": "b"}));
        // A selector that somebody chose stays.
        let mut chosen = object;
        chosen["spec"]["manualSelector"] = true.into();
        let manifest = Manifest::of(&chosen, &unnamed).expect("it is an object");
        assert!(manifest.tree["spec"]["selector"].is_object());
    }

    #[test]
    fn what_is_no_object_is_no_manifest() {
        for tree in [json!(null), json!([1]), json!({"kind": "Pod", "apiVersion": "v1"})] {
            assert_eq!(Manifest::of(&tree, &[]), Err(NoManifest::NotAnObject));
        }
        let event = json!({"apiVersion": "v1", "kind": "Event", "metadata": {"name": "a"}});
        assert_eq!(Manifest::of(&event, &[]), Err(NoManifest::NotApplied));
    }
}
