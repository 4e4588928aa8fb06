//! What watches a table: the alerts for Prometheus and the `CronJob` for Kubernetes, as far as they can be tested
//! without either.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::program::{CLUSTER, run};

const RULES: &str = "assets/prometheus/kinescope.rules.yml";

fn yaml(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&path).expect("it is there");
    serde_saphyr::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The metrics of a table.
fn written() -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("kinescope.prom");
    let ran = run(&["audit", CLUSTER, "--textfile", file.to_str().expect("UTF-8")]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""));
    fs::read_to_string(file).expect("the metrics")
}

/// What is between braces after the names of metrics: `rule="fork"`.
fn matchers(expression: &str) -> impl Iterator<Item = &str> {
    let parts = expression.split('{').skip(1).filter_map(|part| part.split('}').next());
    parts.flat_map(|part| part.split(','))
}

#[test]
fn the_alerts_are_on_metrics_that_are_written() {
    let written = written();
    let is_word = |char: char| char == '_' || char.is_ascii_alphanumeric();
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|char| !is_word(char)).map(str::to_owned).collect()
    };
    let known = words(&written);
    let document = yaml(RULES);
    let rules = document["groups"][0]["rules"].as_array().expect("rules");
    assert!(rules.len() >= 5, "{document}");
    let mut names = BTreeSet::new();
    for rule in rules {
        let expression = rule["expr"].as_str().expect("an expression");
        let asked: Vec<String> =
            words(expression).into_iter().filter(|word| word.starts_with("kinescope_")).collect();
        assert!(!asked.is_empty(), "{expression}");
        assert!(asked.iter().all(|metric| known.contains(metric)), "{expression}\n{written}");
        for matcher in matchers(expression) {
            assert!(
                written.contains(matcher),
                "{matcher} of {expression} is in none of\n{written}"
            );
        }
        assert!(names.insert(rule["alert"].as_str().expect("a name")), "{rule}");
        let is_known =
            ["critical", "warning"].contains(&rule["labels"]["severity"].as_str().expect("one"));
        assert!(is_known, "{rule}");
        for text in ["summary", "description"] {
            let text = rule["annotations"][text].as_str().expect("a text");
            for label in text.split("$labels.").skip(1) {
                let label: String = label.chars().take_while(|&char| is_word(char)).collect();
                assert!(written.contains(&format!("{label}=\"")), "{label} of {text}");
            }
        }
    }
}

/// Where Prometheus is not installed, nothing is tested.
#[test]
fn promtool_takes_the_alerts() {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "rules", RULES]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let Ok(output) = promtool.output() else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// Its command is one of this version, and fails where something is broken.
#[test]
fn the_cron_job_fails_on_what_is_broken() {
    let job = yaml("assets/kubernetes/cronjob.yaml");
    assert_eq!((&job["apiVersion"], &job["kind"]), (&"batch/v1".into(), &"CronJob".into()));
    let pod = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let image = container["image"].as_str().expect("an image");
    assert!(image.ends_with(concat!(":", env!("CARGO_PKG_VERSION"))), "{image}");
    let arguments: Vec<&str> =
        container["args"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let [command, "--endpoint-file", file, options @ ..] = &arguments[..] else {
        panic!("{arguments:?}")
    };
    let mount = &container["volumeMounts"][0];
    let directory = mount["mountPath"].as_str().expect("a path");
    assert_eq!(Path::new(file).parent(), Some(Path::new(directory)));
    assert_eq!(mount["name"], pod["volumes"][0]["name"]);
    let ran = run(&[&[*command, CLUSTER][..], options].concat());
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""));
    let healthy = run(&[&[*command, "assets/scenarios/lifecycle.tsv"][..], options].concat());
    assert_eq!((healthy.status, healthy.err.as_str()), (Some(0), ""));
}
