//! What is handed to others: the Debian package, and the crate.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::program::{CLUSTER, environment, kinescope, run, undated};

/// When the package was made, it is told.
const MADE: &str = "1700000000";

/// What a program prints, which must end well.
#[track_caller]
fn out(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

/// Makes the package of the program that is tested. It is not compressed, which takes longest.
fn made(directory: &Path) -> PathBuf {
    let mut command = Command::new("assets/package/deb");
    command.env_clear().envs(environment()).current_dir(env!("CARGO_MANIFEST_DIR"));
    // cargo tells whose licences belong into the package.
    let cargo = ["HOME", "CARGO_HOME", "RUSTUP_HOME"].into_iter();
    command.envs(cargo.filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.env("SOURCE_DATE_EPOCH", MADE).env("DPKG_DEB_COMPRESSOR_TYPE", "none");
    command.env("DEBFULLNAME", "Somebody").env("DEBEMAIL", "somebody@example.org");
    let package = out(command.arg(env!("CARGO_BIN_EXE_kinescope")).arg(directory));
    PathBuf::from(package.trim_end())
}

fn dpkg_deb(arguments: &[&str], package: &Path) -> Command {
    let mut command = Command::new("dpkg-deb");
    command.args(arguments).arg(package).env("TZ", "UTC");
    command
}

/// The files of the package but for its man pages, whose names are asked of the program.
const FILES: [&str; 13] = [
    "./lib/systemd/system/kinescope-audit.service",
    "./lib/systemd/system/kinescope-audit.timer",
    "./usr/bin/kinescope",
    "./usr/share/bash-completion/completions/kinescope",
    "./usr/share/doc/kinescope/changelog.Debian.gz",
    "./usr/share/doc/kinescope/changelog.gz",
    "./usr/share/doc/kinescope/copyright",
    "./usr/share/doc/kinescope/examples/config.toml",
    "./usr/share/doc/kinescope/examples/cronjob.yaml",
    "./usr/share/doc/kinescope/examples/kinescope.rules.yml",
    "./usr/share/doc/kinescope/licences.gz",
    "./usr/share/fish/vendor_completions.d/kinescope.fish",
    "./usr/share/zsh/vendor-completions/_kinescope",
];

/// Other systems may have dpkg-deb too, and nothing that a package could depend on: nothing is tested
/// there.
#[test]
fn a_debian_package_holds_what_it_should() {
    if !Path::new("/etc/debian_version").exists() {
        return;
    }
    let kept = tempfile::tempdir().expect("a directory");
    let package = made(kept.path());
    let version = concat!(env!("CARGO_PKG_VERSION"), "-1");
    let name = package.file_name().and_then(|name| name.to_str()).expect("a name");
    assert!(name.starts_with(&format!("kinescope_{version}_")), "{name}");

    listed(&package);
    let field = |name| out(dpkg_deb(&["--field"], &package).arg(name)).trim_end().to_owned();
    assert_eq!((field("Package"), field("Version")), ("kinescope".into(), version.into()));
    assert_eq!(field("Maintainer"), "Somebody <somebody@example.org>");
    assert!(field("Depends").contains("libc6 (>= 2."), "{}", field("Depends"));

    let root = kept.path().join("root");
    out(dpkg_deb(&["--extract"], &package).arg(&root));
    out(dpkg_deb(&["--control"], &package).arg(root.join("DEBIAN")));
    let mut sums = Command::new("md5sum");
    out(sums.args(["--check", "--strict", "--quiet", "DEBIAN/md5sums"]).current_dir(&root));
    let size = fs::metadata(root.join("usr/bin/kinescope")).expect("it is there").len() / 1024;
    let installed: u64 = field("Installed-Size").parse().expect("a number");
    assert!(
        (size..size + 1024).contains(&installed),
        "{installed} KiB, {size} of them the program"
    );
    works(&root);
    audits_by_the_hour(&root.join("lib/systemd/system"));

    let again = made(&kept.path().join("again"));
    let (one, other) = (fs::read(package).expect("one"), fs::read(again).expect("another"));
    assert!(one == other, "the same program made two packages that differ");
}

/// What the package lists is all there is, of root, and changed by nobody else.
fn listed(package: &Path) {
    let man = tempfile::tempdir().expect("a directory");
    run(&["help", "--man", man.path().to_str().expect("UTF-8")]);
    let mut expected = BTreeSet::from(FILES.map(str::to_owned));
    for page in fs::read_dir(man.path()).expect("it is there") {
        let page = page.expect("ours").file_name().into_string().expect("UTF-8");
        let section = page.rsplit('.').next().expect("a section");
        expected.insert(format!("./usr/share/man/man{section}/{page}.gz"));
    }
    let mut files = BTreeSet::new();
    for line in out(&mut dpkg_deb(&["--contents"], package)).lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [mode, owner, _, date, time, path] = words[..] else { panic!("{line}") };
        assert_eq!((owner, date, time), ("root/root", "2023-11-14", "22:13"), "{line}");
        let usual = match path {
            "./usr/bin/kinescope" => "-rwxr-xr-x",
            _ if path.ends_with('/') => "drwxr-xr-x",
            _ => "-rw-r--r--",
        };
        assert_eq!(mode, usual, "{line}");
        if !path.ends_with('/') {
            files.insert(path.to_owned());
        }
    }
    assert_eq!(files, expected);
}

/// The program in the package, its settings and its completions are those that were tested.
fn works(root: &Path) {
    let packed = |arguments: &[&str]| {
        let mut command = Command::new(root.join("usr/bin/kinescope"));
        command.env_clear().envs(environment()).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = command.args(arguments).output().expect("it runs");
        undated(&String::from_utf8(output.stdout).expect("it is UTF-8"))
    };
    for arguments in [&["--version"][..], &["preview", CLUSTER], &["demo", "--list"]] {
        let (packed, tested) = (packed(arguments), undated(&run(arguments).out));
        assert!(!packed.is_empty() && packed == tested, "{arguments:?}: {packed}");
    }
    let read = |path: &str| fs::read_to_string(root.join("usr/share").join(path)).expect("text");
    let settings = read("doc/kinescope/examples/config.toml");
    assert_eq!(settings, run(&["config", "--default"]).out);
    let shells = [
        ("bash", "bash-completion/completions/kinescope"),
        ("fish", "fish/vendor_completions.d/kinescope.fish"),
        ("zsh", "zsh/vendor-completions/_kinescope"),
    ];
    for (shell, path) in shells {
        assert!(read(path).starts_with(&run(&["completions", shell]).out), "{shell}");
    }
    assert!(read("doc/kinescope/copyright").contains("\n Permission is hereby granted"));
    let packed = fs::read(root.join("usr/share/doc/kinescope/licences.gz")).expect("it is there");
    let mut licences = String::new();
    let mut unpacked = flate2::read::GzDecoder::new(&packed[..]);
    unpacked.read_to_string(&mut licences).expect("it is text");
    for text in ["\ntokio v1", "\ntokio-1", "Copyright (c) Tokio Contributors"] {
        assert!(licences.contains(text), "{text:?} is not in it");
    }
}

/// The units are sound, as far as systemd can tell, and their command writes metrics.
fn audits_by_the_hour(units: &Path) {
    let path = units.join("kinescope-audit.service");
    let unit = fs::read_to_string(&path).expect("the unit").replace("\\\n", " ");
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a command");
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["/usr/bin/kinescope", arguments @ ..] = &words[..] else { panic!("{line}") };
    let [command, "--endpoint-file", "/etc/kinescope/endpoint", options @ .., file] = arguments
    else {
        panic!("{line}")
    };
    let metrics = units.join(Path::new(file).file_name().expect("a name"));
    let mut audit = kinescope();
    out(audit.args([command, CLUSTER]).args(options).arg(&metrics));
    let written = fs::read_to_string(metrics).expect("the metrics");
    assert!(written.contains("kinescope_complete 1"), "{written}");

    let unit = unit.replace("/usr/bin/kinescope", env!("CARGO_BIN_EXE_kinescope"));
    fs::write(&path, unit).expect("ours");
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no"]).args([&path, &units.join("kinescope-audit.timer")]);
    if Command::new("systemd-analyze").arg("--version").output().is_ok() {
        out(&mut verify);
    }
}

/// What the repository has is in the crate, so that the tests run from it; crates.io takes 10 MB. A crate
/// that was unpacked is no repository: nothing is tested there.
#[test]
fn the_crate_holds_the_whole_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".git").exists() {
        return;
    }
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let listed = out(&mut git);
    let ours: BTreeSet<&str> = listed.lines().filter(|path| root.join(path).exists()).collect();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["package", "--list", "--offline", "--allow-dirty"]).current_dir(root);
    let packed = out(&mut cargo);
    let made = [".cargo_vcs_info.json", "Cargo.toml.orig"];
    let packed: BTreeSet<&str> = packed.lines().filter(|path| !made.contains(path)).collect();
    assert_eq!(packed, ours);
    let size = |path: &&str| fs::metadata(root.join(path)).expect("it is there").len();
    let size: u64 = ours.iter().map(size).sum();
    assert!(size < 10_000_000, "{size} bytes");
}
