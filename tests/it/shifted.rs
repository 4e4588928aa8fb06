//! Texts in which columns are shifted, so that a piece of a Secret stands where something else belongs:
//! no report and no error repeats it.

use kinescope::source::{Options, text};
use proptest::prelude::*;

use crate::support::program::{Ran, file, kinescope, ran};

/// What nobody may read.
const PASSWORD: &str = "hunter2";

/// What is printed of a text, by every command that reads one, in every format.
fn printed(text: &str) -> Vec<(String, Ran)> {
    let (_kept, path) = file(text.as_bytes());
    let commands: [(&str, &[&str], &[&str]); 4] = [
        ("audit", &[], &["text", "json", "markdown", "sql"]),
        ("preview", &[], &["text", "json", "markdown"]),
        ("show", &["/registry/pods/a"], &["text", "json", "dot"]),
        ("usage", &["--bytes"], &["text", "json", "markdown"]),
    ];
    let mut all = Vec::new();
    for (command, more, formats) in commands {
        for format in formats {
            let mut program = kinescope();
            program.arg(command).arg(&path).args(more).args(["--format", format]);
            let name = format!("{command} --format {format}");
            all.push((name, ran(program.output().expect("the program runs"))));
        }
    }
    all
}

#[test]
fn no_report_repeats_what_it_does_not_understand() {
    let rows = "id\tname\tcreated\tdeleted\tcreate_revision\tprev_revision\tlease\tvalue\told_value\n\
                1\tcompact_rev_key\t1\t0\t0\t0\t0\t\tNULL\n\
                2\t/registry/pods/a\t1\t0\t0\t0\t0\t{}\tNULL\n";
    let texts = [
        // `mysql --raw`: a value with line ends and tabs.
        format!("{rows}3\t/registry/secrets/a\t1\t0\t0\t0\t0\tuser: a\n{PASSWORD}\tNULL\n"),
        format!(
            "{rows}3\t/registry/secrets/a\t1\t0\t0\t0\t0\ta\tb\n{}\n",
            [PASSWORD; 9].join("\t")
        ),
        format!("{rows}{PASSWORD}\t/registry/secrets/a\t1\t0\t0\t0\t0\t\t\n"),
        format!("{rows}3\t/registry/secrets/a\t1\t{PASSWORD}\t0\t0\t0\t\t\n"),
        // CSV without quotes.
        format!("value,id,name,prev_revision\n,2,/registry/pods/a,0\nuser,{PASSWORD},3,/x,0\n"),
        format!("value,id,name,prev_revision\n,2,/registry/pods/a,0\na {PASSWORD},x,3,0\n"),
        format!("id;name;prev_revision;value\n2;/registry/pods/a;0;\n3;/x;{PASSWORD};0\n"),
        // What is taken for a heading, or for the end of a table.
        format!("id\tname\t{PASSWORD}\n2\t/registry/pods/a\t0\n"),
        format!("{{\"id\":2,\"name\":\"/registry/pods/a\",\"{PASSWORD}\":0}}\n"),
        format!("[{{\"id\":2,\"name\":\"/registry/pods/a\",\"{PASSWORD}\":0}}]\n"),
        format!("{rows}{PASSWORD}"),
        // Boxes and JSON.
        format!(
            "|id|name|prev_revision|value|\n|-|-|-|-|\n|2|/registry/pods/a|0||\n\
             |{PASSWORD}|/x|0|a|\n|3|/x|a|{PASSWORD}|0|\n"
        ),
        format!(
            "{{\"id\":2,\"name\":\"/registry/pods/a\",\"prev_revision\":0}}\n\
             {{\"id\":\"{PASSWORD}\",\"name\":\"/x\",\"prev_revision\":0}}\n\
             {{\"id\":3,\"name\":\"/x\",\"prev_revision\":[\"{PASSWORD}\"]}}\n\
             {{\"id\":4,\"name\":\"/x\",\"prev_revision\":0,\"{PASSWORD}\n"
        ),
        format!(
            "[{{\"id\":2,\"name\":\"/registry/pods/a\",\"prev_revision\":0}},\n\
             {{\"id\":\"{PASSWORD}\",\"name\":\"/x\",\"prev_revision\":0}}, {PASSWORD}"
        ),
    ];
    for text in texts {
        for (command, ran) in printed(&text) {
            let all = format!("{}{}", ran.out, ran.err);
            assert!(!all.contains("hunter"), "{command} of {text}\nsays {all}");
            assert!(matches!(ran.status, Some(2 | 3)), "{command} of {text}: {:?}", ran.status);
        }
    }
}

/// Rows of a table with values, in any order of columns, written without a thought for what they hold.
fn careless() -> impl Strategy<Value = String> {
    let column = Just(vec!["id", "name", "prev_revision", "lease", "value", "old_value", "note"]);
    let piece =
        prop::sample::select(vec!["", "\n", "\t", ",", "|", "\"", "'", "0", "\\", "{", ":", " "]);
    let value = prop::collection::vec((piece, any::<bool>()), 0..6).prop_map(|pieces| {
        let pieces = pieces.iter().map(|(piece, secret)| match secret {
            true => format!("{piece}{PASSWORD}"),
            false => (*piece).to_owned(),
        });
        pieces.collect::<String>()
    });
    let values = prop::collection::vec(value, 1..6);
    let between = prop::sample::select(vec!["\t", ",", ";", "|", " | ", ", "]);
    (column.prop_shuffle(), values, between, any::<bool>()).prop_map(
        |(columns, values, by, names)| {
            let mut text = columns.join(by) + "\n";
            if !names {
                text = text.replace("prev_revision", PASSWORD);
            }
            for (id, value) in (2..).zip(values) {
                let cell = |column: &&str| match *column {
                    "id" => id.to_string(),
                    "name" => "/registry/secrets/a".to_owned(),
                    "value" | "old_value" | "note" => value.clone(),
                    _ => "0".to_owned(),
                };
                text += &(columns.iter().map(cell).collect::<Vec<_>>().join(by) + "\n");
            }
            text
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_said_of_a_text_is_of_its_values(text in careless()) {
        let said = match text::read(text.as_bytes(), "a text", &Options::default()) {
            Ok(table) => format!("{:?}{:?}", table.unread, table.opened),
            Err(error) => format!("{} {:?}", error.in_full(), error.what_to_do()),
        };
        prop_assert!(!said.contains("hunter"), "{text}: {said}");
    }
}
