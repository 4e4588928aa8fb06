//! The explorer with a source that panics when it is read: for the test that the terminal is given
//! back all the same.

use kinescope::display::{Glyphs, Theme};
use kinescope::history::compaction::Policy;
use kinescope::source::Log;
use kinescope::tui::{Asking, Following, Look, Preferences, Start, run};

#[tokio::main]
async fn main() {
    let start = Start {
        label: "panicking".to_owned(),
        look: Look { glyphs: Glyphs::Unicode, theme: Theme::DEFAULT },
        preferences: Preferences::default(),
        policy: Policy::DEFAULT,
        watch: None,
        target: None,
        key: None,
        preview: false,
        at: None,
        once: None,
        following: Following::default(),
    };
    Box::pin(run(
        start,
        &Log::default(),
        Asking {
            read: |_| panic!("the source panicked"),
            measure: |_, _| (),
            value: |_, _| (),
            sample: |_, _| (),
            look: |_, _| (),
        },
        |_, _| Ok(0),
    ))
    .await;
}
