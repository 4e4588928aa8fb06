//! `usage --bytes` of a text: right, or refused with the reason.

use crate::support::program::run;

/// What is said of bytes of a table with these values, an old value beside each, as CSV or separated by
/// tabs.
fn said(by: char, values: &[&str]) -> String {
    let mut text = "id,name,prev_revision,created,deleted,create_revision,lease,value,old_value\n\
                    1,compact_rev_key,0,1,0,0,0,,\n"
        .replace(',', &by.to_string());
    for (at, value) in values.iter().enumerate() {
        let (id, name) = (at + 2, format!("/registry/pods/a/{at}"));
        text += &format!("{id},{name},0,1,0,0,0").replace(',', &by.to_string());
        text += &format!("{by}{value}{by}\n");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kine");
    std::fs::write(&path, text).expect("a file");
    let ran = run(&["usage", path.to_str().expect("UTF-8"), "--bytes"]);
    assert_eq!(ran.err, "");
    let is_said = |line: &&str| line.contains("in values") || line.contains("Bytes are unknown");
    let at = ran.out.lines().position(|line| is_said(&line)).expect("something is said of bytes");
    let lines: Vec<&str> = ran.out.lines().skip(at).take(3).map(str::trim).collect();
    lines.join(" ")
}

#[test]
fn hex_is_measured_by_its_bytes() {
    for (by, values) in [
        (',', ["0x6B387300", "0x"]),
        ('\t', ["0x6B387300", "0x"]),
        (',', ["\\x6b387300", "\\x"]),
        ('\t', ["\\x6b387300", "\\x"]),
        ('\t', ["\\\\x6b387300", "\\\\x"]),
        (',', ["X'6b387300'", "X''"]),
        (',', ["\"k8s\0\"", ""]),
        ('\t', ["k8s\\0", ""]),
    ] {
        let said = said(by, &values);
        assert!(
            said.contains("4 bytes in values") || said.contains("4 B in values"),
            "{values:?}: {said}"
        );
    }
}

#[test]
fn values_that_are_not_what_is_stored_have_no_size() {
    for (by, values, why) in [
        (',', ["{\"a\":1}", "k8s"], "cut at their first NUL byte"),
        ('\t', ["k8s", "k8s"], "cut at their first NUL byte"),
        ('\t', ["k8s\\000\\012", ""], "escaped"),
        (',', ["k8s\\000\\012", ""], "escaped"),
        (',', ["BLOB", "BLOB"], "a word in place of each value"),
        (',', ["(BLOB - 12 KB)", ""], "a word in place of each value"),
        (',', ["[binary data]", ""], "a word in place of each value"),
        (',', ["b'k8s\\x00'", ""], "written as b'"),
        ('\t', ["{\"kind\":\"Po...", ""], "cut off"),
    ] {
        let values = values.map(|it| {
            if by == ',' && it.contains('"') {
                format!("\"{}\"", it.replace('"', "\"\""))
            } else {
                it.to_owned()
            }
        });
        let said = said(by, &values.each_ref().map(String::as_str));
        assert!(
            said.starts_with("Bytes are unknown: ") && said.contains(why),
            "{values:?}: {said}"
        );
    }
}
