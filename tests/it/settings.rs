//! The settings: a file that the program reads and never writes, beside what is typed.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::support::program::{CLUSTER, Ran, kinescope, ran};
use crate::support::pty::Pty;

/// A home with settings in it.
struct Home {
    directory: TempDir,
}

impl Home {
    fn new(settings: &str) -> Self {
        let home = Self { directory: tempfile::tempdir().expect("a directory") };
        fs::create_dir_all(home.path().parent().expect("its folder")).expect("a folder");
        fs::write(home.path(), settings).expect("a file");
        home
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join(".config/kinescope/config.toml")
    }

    fn at(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// Runs the program at home, with more in its environment.
    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = kinescope();
        command.env("HOME", self.directory.path()).envs(environment.iter().copied());
        command.args(arguments).stdin(Stdio::null());
        ran(command.output().expect("the program runs"))
    }

    /// What it says, as if it were everybody's home.
    fn shown(&self, text: &str) -> String {
        text.replace(&*self.directory.path().to_string_lossy(), "/home/me")
    }
}

#[test]
fn what_is_typed_wins_over_the_environment_and_that_over_the_file() {
    let home = Home::new("fail-on = \"never\"\n");
    let audit = ["audit", CLUSTER];
    assert_eq!(home.run(&audit, &[]).status, Some(0));
    assert_eq!(home.run(&["audit", CLUSTER, "--fail-on", "error"], &[]).status, Some(1));
    // Another file, or none.
    let other = home.at("other.toml");
    fs::write(&other, "fail-on = \"warning\"\n").expect("a file");
    let other = other.to_string_lossy().into_owned();
    assert_eq!(home.run(&audit, &[("KINESCOPE_CONFIG", &other)]).status, Some(1));
    assert_eq!(home.run(&audit, &[("KINESCOPE_CONFIG", "")]).status, Some(1));
    let file = home.path().to_string_lossy().into_owned();
    let typed = ["--config", &file, "audit", CLUSTER];
    assert_eq!(home.run(&typed, &[("KINESCOPE_CONFIG", &other)]).status, Some(0));
    // Where it belongs.
    let elsewhere = Home::new("fail-on = \"warning\"\n");
    let folder = elsewhere.at(".config").to_string_lossy().into_owned();
    assert_eq!(home.run(&audit, &[("XDG_CONFIG_HOME", &folder)]).status, Some(1));
    assert_eq!(home.run(&audit, &[("XDG_CONFIG_HOME", "relative")]).status, Some(0));
}

#[test]
fn signs_and_colours_are_set() {
    let home = Home::new("ascii = true\ncolor = \"always\"\n[roles]\nerror = { fg = \"201\" }\n");
    let audit = ["audit", CLUSTER];
    let set = home.run(&audit, &[]).out;
    assert!(set.is_ascii() && set.contains("\x1b[1m\x1b[38;5;201m"), "{set}");
    assert!(!home.run(&["--ascii=false", "audit", CLUSTER], &[]).out.is_ascii());
    // That is said for the moment.
    for said in [&["--color", "never", "audit", CLUSTER][..], &audit] {
        let environment: &[_] = if said.len() == 2 { &[("NO_COLOR", "1")] } else { &[] };
        assert!(!home.run(said, environment).out.contains('\x1b'));
    }
}

#[test]
fn a_typo_is_told_with_its_line_and_the_nearest_word() {
    let home = Home::new("# mine\ntheme = \"dark\"\n[keys]\nqiut = [\"Q\"]\n");
    let refused = home.run(&["explain", "fork"], &[]);
    assert_eq!((refused.status, &*refused.out), (Some(2), ""));
    let said = "kinescope: /home/me/.config/kinescope/config.toml:4: there is no action qiut\n  \
                try: Did you mean quit?\n";
    assert_eq!(home.shown(&refused.err), said);
    // What tells how to write them works all the same.
    for arguments in [&["help", "settings"][..], &["config", "--default"], &["completions", "bash"]]
    {
        assert_eq!(home.run(arguments, &[]).status, Some(0), "{arguments:?}");
    }
}

#[test]
fn a_file_that_others_can_write_to_is_not_read() {
    let home = Home::new("clipboard = \"sh\"\n");
    let run = |mode, refused: Option<&str>| {
        fs::set_permissions(home.path(), Permissions::from_mode(mode)).expect("it is ours");
        let ran = home.run(&["explain", "fork"], &[]);
        assert_eq!(ran.status, Some(if refused.is_some() { 2 } else { 0 }), "{mode:o}");
        assert!(ran.err.contains(refused.unwrap_or_default()), "{}", ran.err);
    };
    let others = Some("others can write to it");
    for (mode, refused) in [(0o602, others), (0o622, others), (0o644, None), (0o600, None)] {
        run(mode, refused);
    }
    // A group with others in it, and another user: who gives files away must be root.
    let (nobody, users) = (65534, 100);
    if fs::metadata(home.path()).expect("it is there").uid() == 0 {
        chown(home.path(), None, Some(users)).expect("we may");
        run(0o664, others);
        run(0o644, None);
        chown(home.path(), None, Some(0)).expect("we may");
        // root's own group has root alone.
        run(0o664, None);
        chown(home.path(), Some(nobody), None).expect("we may");
        run(0o644, Some("somebody else owns it"));
        chown(home.path(), Some(0), None).expect("we may");
        run(0o644, None);
    }
    let ran = home.run(&["--config", "/nonexistent/config.toml", "explain", "fork"], &[]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("--config names it."), "{}", ran.err);
}

#[test]
fn sources_have_names() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join(CLUSTER);
    let home = Home::new(&format!(
        "[source.dump]\nendpoint = {:?}\n[source.prod]\n\
         endpoint = \"mysql://kine@tcp(127.0.0.1:1)/kine\"\npassword = \"${{env:KINE_PASSWORD}}\"\n\
         [source.lab]\nendpoint = \"postgres://kine@127.0.0.1:1/kine?sslmode=disable\"\n\
         password-file = \"~/password\"\n",
        table.to_string_lossy(),
    ));
    let audit = home.run(&["audit", "@dump"], &[]);
    assert_eq!(audit.status, Some(1));
    assert!(audit.out.contains("node-02"), "{}", audit.out);
    assert_eq!(home.run(&["show", "@dump", "minions/node-02"], &[]).status, Some(0));
    let refused = home.run(&["audit", "@dmup"], &[]);
    assert_eq!(refused.status, Some(2));
    let said = "kinescope: the settings name no source @dmup\n  try: Did you mean @dump?\n";
    assert_eq!(refused.err, said);
    // The explorer's word is a source, too; here it has no terminal.
    assert!(home.run(&["@dump"], &[]).err.contains("needs a terminal"));
    assert!(home.run(&["@dmup"], &[]).err.contains("Did you mean @dump?"));
    // Passwords come from where they are, and go nowhere.
    let unset = home.run(&["connect", "@prod"], &[]);
    assert_eq!(unset.status, Some(2));
    assert!(unset.err.contains("KINE_PASSWORD is not set, and @prod wants it"), "{}", unset.err);
    fs::write(home.at("password"), "sesame\n").expect("a file");
    fs::set_permissions(home.at("password"), Permissions::from_mode(0o644)).expect("it is ours");
    let environment = [("KINE_PASSWORD", "sesame")];
    for (source, from) in [("@prod", "KINE_PASSWORD"), ("@lab", "/password")] {
        let ran = home.run(&["connect", source], &environment);
        // Nobody answers there.
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        assert!(ran.out.contains(from) && ran.out.contains(source), "{}", ran.out);
        assert!(!(ran.out.clone() + &ran.err).contains("sesame"), "{}{}", ran.out, ran.err);
        assert_eq!(ran.out.contains("everybody can read it"), source == "@lab", "{}", ran.out);
    }
}

/// What settings say of keys, which is a line for each action there is.
fn of_keys(settings: &str) -> String {
    let (_, keys) = settings.split_once("[keys]").expect("keys");
    let (_, keys) = keys.split_once('\n').expect("a line for each");
    let end = keys.find("\n\n[").or_else(|| keys.find("\n\n# How")).expect("more");
    keys[..end].to_owned() + "\n"
}

#[test]
fn the_settings_are_printed_with_where_each_comes_from() {
    let home = Home::new(
        "theme = \"light\"\ncolor = \"always\"\nfail-on = \"warning\"\nclipboard = \"wl-copy\"\n\
         [keys]\nquit = [\"Q\", \"ctrl-x\"]\nmark = []\n[roles]\n\
         error = { fg = \"bright-red\", modifiers = [\"bold\", \"underline\"] }\n\
         [source.prod]\nendpoint = \"mysql://kine@tcp(db1:3306)/kine\"\n\
         password-file = \"/run/secrets/kine\"\nca-file = \"/etc/kine/ca.pem\"\n",
    );
    let before = fs::metadata(home.path()).expect("it is there").modified().expect("a time");
    let ran = home.run(&["--theme", "dark", "config"], &[("NO_COLOR", "1")]);
    assert_eq!((ran.status, &*ran.err), (Some(0), ""));
    let rest = ran.out.replace(&of_keys(&ran.out), "...\n");
    assert!(of_keys(&ran.out).contains("\nquit = [\"Q\", \"ctrl-x\"]  # line 6\n"));
    assert!(of_keys(&ran.out).contains("\nmark = []  # line 7\n"));
    assert!(of_keys(&ran.out).contains("\nhelp = [\"?\", \"f1\"]  # default\n"));
    assert_snapshot!("settings_config", home.shown(&rest));
    // What was printed says the same.
    let again = home.at("again.toml");
    fs::write(&again, &ran.out).expect("a file");
    let again = home.run(&["--config", &again.to_string_lossy(), "config"], &[("NO_COLOR", "1")]);
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(values(&again.out), values(&ran.out));
    let example = home.run(&["config", "--default"], &[]).out;
    assert!(
        of_keys(&example).contains("\n# read the table again\n#reload = [\"r\"]\n"),
        "{example}"
    );
    assert_snapshot!("settings_example", example.replace(&of_keys(&example), "...\n"));
    // Nothing was written.
    let after = fs::metadata(home.path()).expect("it is there").modified().expect("a time");
    let beside = fs::read_dir(home.at(".config/kinescope")).expect("it is there").count();
    assert_eq!((after, beside), (before, 1));
}

#[test]
fn keys_that_were_chosen_are_those_of_the_explorer() {
    let home = Home::new("[keys]\nquit = [\"Q\"]\nusage = [\"f3\"]\nmark = []\n");
    let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let file = home.path().to_string_lossy().into_owned();
    let mut pty = Pty::start(program, &["--config", &file, "demo", "cluster"], 140, 60);
    pty.wait_for("↶ 0 reverted").wait_for("Q quit").wait_for("F3 usage");
    pty.press("qu\x1bOR").wait_for("Usage");
    pty.press("?").wait_for("F3        what fills the table").wait_for("no key    mark a revision");
    pty.press("\x1b").wait_until_gone("no key");
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
    pty.assert_restored();
}
