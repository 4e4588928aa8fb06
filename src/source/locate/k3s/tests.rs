use std::path::Path;

use super::*;
use crate::source::mysql::endpoint::{Address, Endpoint, TlsMode};

/// A machine with these files.
fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it is under the root")).expect("ours");
        std::fs::write(path, text).expect("ours");
    }
    root
}

/// The endpoint that is set.
fn endpoint_of(root: &Path) -> Result<Endpoint, Error> {
    Named::from_k3s(root).map(|named| match named {
        Named::Endpoint(endpoint) => endpoint.my_sql(),
        other => panic!("{other:?} is no endpoint"),
    })
}

/// What is found there, the root's own path left out.
fn found(files: &[(&str, &str)]) -> Result<Endpoint, String> {
    let root = machine(files);
    endpoint_of(root.path()).map_err(|error| {
        let said = format!("{} {}", error.in_full(), error.what_to_do().unwrap_or_default());
        assert!(!said.contains("sesame") && !format!("{error:?}").contains("sesame"), "{said}");
        said.replace(&root.path().display().to_string(), "")
    })
}

const CONFIG: &str = "etc/rancher/k3s/config.yaml";
const SERVICE: &str = "etc/systemd/system/k3s.service";
const AGENT: &str = "etc/systemd/system/k3s-agent.service";
const SERVICE_ENV: &str = "etc/systemd/system/k3s.service.env";

/// As k3s' installer writes it.
const UNIT: &str = "[Unit]\nDescription=Lightweight Kubernetes\n\n[Service]\nType=notify\n\
    EnvironmentFile=-/etc/default/%N\nExecStartPre=-/sbin/modprobe overlay\n\
    ExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'--datastore-endpoint' \\\n\
    \t'mysql://u:it'\\''s %%5@tcp(unit)/k' \\\n\n";

#[test]
fn later_words_win_as_k3s_has_it() {
    let env =
        |host: &str| format!("K3S_TOKEN=x\nK3S_DATASTORE_ENDPOINT='mysql://u@tcp({host})/'\n");
    let yaml = |host: &str| {
        format!(
            "# mine\nwrite-kubeconfig-mode: \"0644\"\ntls-san:\n  - a\n  - b\n\
                 datastore-endpoint: \"mysql://u:pw@tcp({host})/\"\n"
        )
    };
    let drop_in =
        "[Service]\nEnvironment=\"K3S_DATASTORE_ENDPOINT=mysql://u@tcp(unit-env)/\" A=b\n";
    let more = "datastore-endpoint+: mysql://u@tcp(more)/\n";
    // Each is weaker than the next.
    let files = [
        ("etc/systemd/system/k3s.service.d/10-env.conf", drop_in.to_owned(), "unit-env"),
        ("etc/default/k3s", env("default"), "default"),
        ("etc/sysconfig/k3s", env("sysconfig"), "sysconfig"),
        (SERVICE_ENV, env("service-env"), "service-env"),
        (CONFIG, yaml("config"), "config"),
        ("etc/rancher/k3s/config.yaml.d/10-first.yaml", yaml("first"), "first"),
        ("etc/rancher/k3s/config.yaml.d/20-more.YML", more.to_owned(), "more"),
        (SERVICE, UNIT.to_owned(), "unit"),
    ];
    for count in 1..=files.len() {
        let some: Vec<_> = files[..count].iter().map(|(path, text, _)| (*path, &**text)).collect();
        let endpoint = found(&some).expect("an endpoint");
        let (path, _, host) = &files[count - 1];
        assert_eq!(endpoint.short(), format!("{host}/{}", endpoint.database));
        let place = endpoint.origins.address.expect("it was said");
        assert!(place.ends_with(path), "{place}");
    }
    let endpoint = found(&[(SERVICE, UNIT)]).expect("an endpoint");
    assert_eq!(endpoint.password(), Some("it's %5"));
    assert!(endpoint.origins.user.expect("said").starts_with("--datastore-endpoint in "));
}

#[test]
fn files_and_sockets_are_taken_from_under_the_root() {
    let root = machine(&[
        (CONFIG, "datastore-cafile: /etc/ca.pem\ndatastore-endpoint: mysql://u@tcp(h)/\n"),
        ("etc/default/k3s", "export K3S_DATASTORE_CERTFILE=/c.pem\nK3S_DATASTORE_KEYFILE=k.pem\n"),
    ]);
    let endpoint = endpoint_of(root.path()).expect("an endpoint");
    assert_eq!(endpoint.tls.ca, Some(root.path().join("etc/ca.pem")));
    assert_eq!(endpoint.tls.certificate, Some(root.path().join("c.pem")));
    assert_eq!(endpoint.tls.key.as_deref(), Some(Path::new("k.pem")));
    assert_eq!(endpoint.tls.mode, TlsMode::VerifyIdentity);
    assert!(endpoint.origins.ca.expect("said").starts_with("datastore-cafile in "));
    let root = machine(&[(CONFIG, "datastore-endpoint: mysql://u@unix(/run/s)/")]);
    let endpoint = endpoint_of(root.path()).expect("an endpoint");
    assert_eq!(endpoint.address, Address::Unix(root.path().join("run/s")));
}

#[test]
fn the_configuration_may_be_elsewhere() {
    let other = ("srv/k3s.yaml", "datastore-endpoint: mysql://u@tcp(other)/");
    for (path, text) in [
        (SERVICE, "ExecStart=k3s server -c /srv/k3s.yaml"),
        (SERVICE, "ExecStart=\nExecStart=k3s server --config=/srv/k3s.yaml"),
        (SERVICE_ENV, "K3S_CONFIG_FILE=/srv/k3s.yaml"),
    ] {
        let endpoint = found(&[other, (path, text), (CONFIG, "datastore-endpoint: mysql://u@/")]);
        assert_eq!(endpoint.expect(text).short(), "other/kubernetes");
    }
    for missing in
        ["K3S_CONFIG_FILE=/no/such", "K3S_CONFIG_FILE=/no/such\nK3S_DATASTORE_ENDPOINT=mysql://"]
    {
        let error = found(&[(SERVICE_ENV, missing)]).expect_err(missing);
        assert!(error.contains("names /no/such, which is not there"), "{error}");
    }
    let error = found(&[(SERVICE_ENV, "K3S_CONFIG_FILE=u:sesame@h")]).expect_err("no file");
    assert!(error.contains("does not name a file"), "{error}");
    let error = found(&[(SERVICE_ENV, "K3S_CONFIG_FILE=https://x/y")]).expect_err("a URL");
    assert!(error.contains("does not name a file"), "{error}");
}

#[test]
fn what_leads_nowhere_is_refused_in_words() {
    // (file, its text, what is said)
    let cases = [
        (CONFIG, "token: sesame", "there is no SQLite database in "),
        (CONFIG, "datastore-endpoint: ''", "there is no SQLite database in "),
        (CONFIG, "datastore-endpoint:", "there is no SQLite database in "),
        (CONFIG, "datastore-endpoint: nats://u:sesame@h/", "config.yaml: a nats://"),
        (CONFIG, "datastore-endpoint: u:sesame@tcp(h)/", "takes it for the path of a SQLite"),
        (
            CONFIG,
            "datastore-endpoint: mysql://u:sesame@udp(h)/",
            "config.yaml: the endpoint's network",
        ),
        (CONFIG, "datastore-endpoint: \"mysql://u:sesame", "is not the YAML"),
        (
            CONFIG,
            "a: b\n  datastore-endpoint: sesame",
            "is not the YAML of k3s' configuration (line ",
        ),
        (CONFIG, "- sesame", "is not the YAML"),
        (
            CONFIG,
            "datastore-endpoint: mysql://\ndatastore-cafile: mysql://u:sesame@h/",
            "datastore-cafile in /etc/rancher/k3s/config.yaml seems to be an endpoint",
        ),
        ("etc/passwd", "", "there is no k3s and no rke2 under "),
        (CONFIG, "datastore-endpoint: ${EP}", "is a variable that nothing expanded"),
        (CONFIG, "datastore-endpoint: mysql:/u:sesame@tcp(h)/", "has one slash"),
        (SERVICE, "ExecStart=/bin/sh -c 'exec k3s server'", "is not a k3s or rke2 command"),
        (SERVICE, "ExecStart=k3s server --datastore-endpoint ${EP}", "is a variable"),
        (SERVICE, "ExecStart=k3s server --datastore-endpoint=$EP", "is a variable"),
        (SERVICE, "EnvironmentFile=/etc/sesam.env\nExecStart=k3s server", "sesam.env, the Env"),
        (
            SERVICE,
            "EnvironmentFile=-/etc/sesam.env\nExecStart=k3s server",
            "there is no SQLite database in ",
        ),
        (SERVICE, "EnvironmentFile=/etc/*.env\nExecStart=k3s server", "is a pattern"),
        (SERVICE, "ExecStart=k3s agent --server x", "is an agent"),
        (AGENT, "ExecStart=k3s agent", "is an agent"),
    ];
    for (path, text, said) in cases {
        let error = found(&[(path, text)]).expect_err(text);
        assert!(error.contains(said), "{text}: {error}");
    }
    let root = machine(&[("etc/rancher/k3s/config.yaml/x", "")]);
    let error = endpoint_of(root.path()).expect_err("it is a directory");
    assert!(error.to_string().contains("cannot read "), "{error}");
    assert_eq!(
        found(&[(CONFIG, "# nothing\n"), (SERVICE_ENV, "K3S_DATASTORE_ENDPOINT=mysql://")])
            .expect("kine's default")
            .user,
        "root"
    );
}

#[test]
fn files_that_the_service_names_are_read() {
    let secrets = ("etc/k3s-secrets.env", "K3S_DATASTORE_ENDPOINT='mysql://u@tcp(secret)/'\n");
    let drop_in = "etc/systemd/system/k3s.service.d/10-env.conf";
    let weaker = (SERVICE_ENV, "K3S_DATASTORE_ENDPOINT=mysql://u@tcp(weaker)/");
    for named in ["EnvironmentFile=/etc/k3s-secrets.env", "EnvironmentFile=-/etc/%N-secrets.env"] {
        for path in [SERVICE, drop_in] {
            let endpoint = found(&[(path, named), secrets, weaker]).expect(named);
            assert_eq!(endpoint.short(), "secret/kubernetes", "{path} {named}");
            assert_eq!(endpoint.notes, Vec::<String>::new());
        }
    }
    let taken_back = format!("{}\nEnvironmentFile=\n", "EnvironmentFile=/etc/k3s-secrets.env");
    let endpoint = found(&[(SERVICE, &taken_back), secrets, weaker]).expect("the other");
    assert_eq!(endpoint.short(), "weaker/kubernetes");
    // What cannot be followed is told where something else is found, too.
    let endpoint = found(&[(SERVICE, "ExecStart=/opt/start-k3s.sh"), weaker]).expect("the other");
    assert_eq!(endpoint.notes.len(), 1, "{:?}", endpoint.notes);
    // Something may start it.
    let nice =
        "ExecStart=/usr/bin/nice /usr/local/bin/k3s server --datastore-endpoint=mysql://u:a$$b@/";
    assert_eq!(found(&[(SERVICE, nice)]).expect("an endpoint").password(), Some("a$b"));
}

#[test]
fn variables_in_several_lines_are_read_as_systemd_does() {
    let text = "A=\"x\nK3S_DATASTORE_ENDPOINT=mysql://u@tcp(inside)/\"\n\
                K3S_DATASTORE_ENDPOINT=mysql://u@tcp(re\\\nal)/\n";
    assert_eq!(found(&[(SERVICE_ENV, text)]).expect("an endpoint").short(), "real/kubernetes");
    let text = "K3S_DATASTORE_ENDPOINT=mysql://u@tcp(real)/\n\
                A=\"x\nK3S_DATASTORE_ENDPOINT=mysql://u@tcp(inside)/\"\n";
    assert_eq!(found(&[(SERVICE_ENV, text)]).expect("an endpoint").short(), "real/kubernetes");
}

#[test]
fn whatever_else_the_configuration_holds_the_endpoint_is_found() {
    let ours = "datastore-endpoint: mysql://u@tcp(h)/";
    for text in [
        format!("{ours}\n---\n"),
        format!("{ours}\n---\ndatastore-endpoint: mysql://u@tcp(other)/\n"),
        format!("---\n{ours}\n...\n- not: {{ YAML\n"),
        format!("~: x\n{ours}\n"),
        format!("x: .nan\ny: .inf\nz: -.inf\n~: x\n{ours}\n"),
        format!("1: x\ntrue: y\n2.5: z\n[a, b]: c\n{ours}\n"),
        format!("a: {{b: [c, ~]}}\n{ours}\n"),
        format!("datastore-endpoint: x\n{ours}\n"),
        "datastore-endpoint: [a, mysql://u@tcp(h)/]".to_owned(),
    ] {
        let endpoint = found(&[(CONFIG, &text)]).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(endpoint.short(), "h/kubernetes", "{text}");
    }
}

#[test]
fn what_a_shell_left_is_named_with_whom_it_keeps_out() {
    let option = |endpoint: &str| format!("ExecStart=k3s server '--datastore-endpoint={endpoint}'");
    for (endpoint, said) in [
        (
            "\"mysql://root:sesame@tcp(h:1)/k\"",
            "k3s.service, which k3s cannot use either: something stands before the endpoint's scheme",
        ),
        (
            "mysql://root:sesame@tcp(h:1)/k\"",
            "k3s.service, which k3s cannot use either: quotes are part of the endpoint",
        ),
        (
            "mysql://root:sesame@tcp\\(h:1\\)/k",
            "k3s.service, which k3s cannot use either: backslashes stand before the endpoint's paren",
        ),
    ] {
        let error = found(&[(SERVICE, &option(endpoint))]).expect_err(endpoint);
        assert!(error.contains(said) && error.contains("Remove the "), "{error}");
    }
}

#[test]
fn a_form_that_k3s_cannot_use_is_read_and_noted() {
    // (endpoint, password, why)
    let cases = [
        ("mysql://c:p%25w$x@h:1/k", Some("p%w$x"), "it is a URL, and go-sql-driver wants user:"),
        ("mariadb://u@tcp(h)/k", None, "kine wants the scheme in lower case"),
        ("MySQL://u@tcp(h)/k", None, "kine wants the scheme in lower case"),
        ("mysql://u@tcp(h)/k?ssl-mode=REQUIRED", None, "go-sql-driver has no ssl-mode"),
    ];
    for (endpoint, password, why) in cases {
        let found = found(&[(CONFIG, &format!("datastore-endpoint: {endpoint}"))]);
        let found = found.expect(endpoint);
        assert_eq!(found.password(), password, "{endpoint}");
        let note = &found.notes[0];
        assert!(note.starts_with("k3s itself cannot use this endpoint: "), "{note}");
        assert!(note.contains(why) && !note.contains("p%w$x"), "{note}");
    }
    for endpoint in ["mysql://u:p%25@tcp(h)/k?tls=true&parseTime=true", "mysql://"] {
        let found = found(&[(CONFIG, &format!("datastore-endpoint: {endpoint}"))]);
        assert!(!found.expect(endpoint).notes.iter().any(|note| note.contains("itself")));
    }
}

#[test]
fn an_endpoint_of_postgresql_is_taken_with_its_files() {
    let config = "datastore-endpoint: postgres://u:p%40ss@db1/k3s\ndatastore-cafile: /ca.pem\n";
    let root = machine(&[(CONFIG, config)]);
    let named = Named::from_k3s(root.path()).expect("it is set");
    let Named::Endpoint(super::super::Endpoint::Postgres(endpoint)) = named else {
        panic!("{named:?}")
    };
    assert_eq!(endpoint.to_string(), "postgres://u:***@db1:5432/k3s");
    assert_eq!(endpoint.password(), Some("p@ss"));
    assert_eq!(endpoint.ca(), Some(&*root.path().join("ca.pem")));
    assert!(endpoint.mode().verifies(), "as kine does with a file");
    let root = machine(&[(CONFIG, "datastore-endpoint: postgres://u@/k3s?host=/run/pg")]);
    let named = Named::from_k3s(root.path()).expect("it is set");
    let Named::Endpoint(endpoint) = named else { panic!("{named:?}") };
    let host = root.path().join("run/pg").display().to_string();
    assert_eq!(endpoint.to_string(), format!("postgres://u@/k3s?host={host}"));
}

/// rke2's files are those of k3s under its own name.
#[test]
fn the_endpoint_of_rke2_is_found_too() {
    let config = "etc/rancher/rke2/config.yaml";
    let ours = "datastore-endpoint: mysql://u:pw@tcp(config)/";
    let unit = "EnvironmentFile=-/etc/%N.env\nExecStart=/usr/bin/rke2 server";
    let variable = "RKE2_DATASTORE_ENDPOINT=mysql://u@tcp(env)/";
    // (files, host)
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[(config, ours)], "config"),
        (&[("etc/rancher/rke2/config.yaml.d/1.yaml", ours), (config, "token: x")], "config"),
        (&[("etc/default/rke2-server", variable)], "env"),
        (
            &[
                ("usr/lib/systemd/system/rke2-server.service", unit),
                ("etc/rke2-server.env", variable),
                ("etc/default/rke2-server", "RKE2_DATASTORE_ENDPOINT=mysql://u@tcp(weaker)/"),
            ],
            "env",
        ),
        (
            &[(
                "usr/local/lib/systemd/system/rke2-server.service",
                "ExecStart=/usr/local/bin/rke2 server --datastore-endpoint mysql://u@tcp(unit)/",
            )],
            "unit",
        ),
        // Where both are, k3s' own comes first.
        (&[(config, ours), (CONFIG, "datastore-endpoint: mysql://u@tcp(k3s)/")], "k3s"),
    ];
    for (files, host) in cases {
        let endpoint = found(files).unwrap_or_else(|why| panic!("{files:?}: {why}"));
        assert_eq!(endpoint.short(), format!("{host}/kubernetes"), "{files:?}");
    }
    let agent = ("etc/systemd/system/rke2-agent.service", "ExecStart=rke2 agent");
    for (files, said) in [
        (&[(config, "token: sesame")], "rke2 under  has no datastore-endpoint"),
        (&[agent], "rke2 under  is an agent, which has no datastore"),
    ] {
        let error = found(files).expect_err(said);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn without_an_endpoint_it_is_the_database_of_k3s() {
    const DATABASE: &str = "SQLite format 3\0";
    for (files, path) in [
        (&[("var/lib/rancher/k3s/server/db/state.db", DATABASE)][..], "k3s/server/db/state.db"),
        (
            &[("data/server/db/state.db", DATABASE), (CONFIG, "data-dir: /data")],
            "data/server/db/state.db",
        ),
        (
            &[
                ("var/lib/rancher/k3s/server/db/state.db", DATABASE),
                (CONFIG, "datastore-endpoint: sqlite://"),
            ],
            "k3s/server/db/state.db",
        ),
        (
            &[
                ("other.db", DATABASE),
                (CONFIG, "datastore-endpoint: sqlite:///other.db?_journal=WAL"),
            ],
            "other.db",
        ),
    ] {
        let root = machine(files);
        let named = Named::from_k3s(root.path()).unwrap_or_else(|why| panic!("{files:?}: {why}"));
        let Named::Sqlite(database) = named else { panic!("{named:?}") };
        assert!(database.to_string().ends_with(path), "{database}");
        assert!(database.to_string().starts_with(&*root.path().to_string_lossy()), "{database}");
    }
}
