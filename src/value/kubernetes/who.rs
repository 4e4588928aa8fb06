//! Who had to do with an object, as far as it says so.

use serde_json::Value;

/// Somebody who had to do with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A program that set fields of it.
    Manager {
        /// What it calls itself: `kubelet`.
        name: String,
        /// `Apply` or `Update`.
        operation: String,
        /// The part of the object that it wrote to: `status`.
        subresource: Option<String>,
        /// When it last changed which fields it sets, or one of them.
        time: Option<String>,
    },
    /// Whoever holds a Lease.
    Holder {
        /// A node, or a process.
        name: String,
        /// When it last said so.
        time: Option<String>,
    },
    /// Whoever reported an Event.
    Reporter {
        /// The program: `kubelet`.
        name: String,
        /// The node or the pod in which it runs.
        instance: Option<String>,
    },
}

impl Who {
    /// Everybody whom an object names: managers, the last one to write first, and before them who holds or
    /// reports it.
    pub fn of(object: &Value) -> Vec<Self> {
        let text = |from: &Value, name: &str| {
            let text = from.get(name)?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        let mut all = Vec::new();
        let spec = &object["spec"];
        match object["kind"].as_str() {
            Some("Lease") => {
                let name = text(spec, "holderIdentity");
                all.extend(name.map(|name| Self::Holder { name, time: text(spec, "renewTime") }));
            }
            Some("Event") => {
                let names = ["reportingComponent", "reportingController"];
                let name = names.iter().find_map(|name| text(object, name));
                let sources = [&object["source"], &object["deprecatedSource"]];
                let source = sources.into_iter().find(|source| source.get("component").is_some());
                let name = name.or_else(|| text(source?, "component"));
                let instance = text(object, "reportingInstance").or_else(|| text(source?, "host"));
                all.extend(name.map(|name| Self::Reporter { name, instance }));
            }
            _ => {}
        }
        let managers = object["metadata"]["managedFields"].as_array().into_iter().flatten();
        let mut managers: Vec<(Option<String>, Self)> = managers
            .filter_map(|entry| {
                let time = text(entry, "time");
                let manager = Self::Manager {
                    name: text(entry, "manager")?,
                    operation: text(entry, "operation").unwrap_or_default(),
                    subresource: text(entry, "subresource"),
                    time: time.clone(),
                };
                Some((time, manager))
            })
            .collect();
        managers.sort_by(|(one, _), (other, _)| other.cmp(one));
        all.extend(managers.into_iter().map(|(_, manager)| manager));
        all
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As it could be printed.
    fn drawn(object: &Value) -> Vec<String> {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let who = |who| match who {
            Who::Manager { name, operation, subresource, time } => {
                format!("{name} {operation} {} {}", or_none(subresource), or_none(time))
            }
            Who::Holder { name, time } => format!("held by {name} {}", or_none(time)),
            Who::Reporter { name, instance } => format!("from {name} {}", or_none(instance)),
        };
        Who::of(object).into_iter().map(who).collect()
    }

    #[test]
    fn an_object_names_who_had_to_do_with_it() {
        let managed = json!([
            {"manager": "kubectl", "operation": "Apply", "time": "2026-01-01T00:00:00Z"},
            {"manager": "kubelet", "operation": "Update", "subresource": "status",
             "time": "2026-01-02T00:00:00Z"},
            {"manager": "old"},
            {"operation": "Update"},
            7,
        ]);
        let managers = [
            "kubelet Update status 2026-01-02T00:00:00Z",
            "kubectl Apply - 2026-01-01T00:00:00Z",
            "old  - -",
        ];
        assert_eq!(
            drawn(&json!({"kind": "Pod", "metadata": {"managedFields": managed}})),
            managers
        );
        for (object, expected) in [
            (
                json!({"kind": "Lease", "spec": {"holderIdentity": "a", "renewTime": "t"}}),
                "held by a t",
            ),
            (
                json!({"kind": "Event", "source": {"component": "kubelet", "host": "n"}}),
                "from kubelet n",
            ),
            (
                json!({"kind": "Event", "reportingController": "c", "reportingInstance": "i",
                       "deprecatedSource": {"component": "x"}}),
                "from c i",
            ),
        ] {
            assert_eq!(drawn(&object), [expected]);
        }
        for nobody in [json!({"kind": "Lease"}), json!(null), json!({"kind": "Event"})] {
            assert_eq!(drawn(&nobody), [""; 0]);
        }
    }
}
