//! A tree as YAML, as `kubectl get -o yaml` sets it.

use serde_json::Value;
use serde_saphyr::{SerializerOptions, ser_options, to_fmt_writer_with_options};

/// The lines of a tree: lists as far left as their name, texts of several lines as such, and no line
/// broken, so that a line stands for one thing. What could be taken for a number or a truth by one of
/// YAML's versions is in quotes.
pub fn yaml(tree: &Value) -> Vec<String> {
    let options: SerializerOptions = ser_options! {
        folded_wrap_chars: usize::MAX,
        compact_list_indent: true,
        prefer_block_scalars: true,
    };
    let mut text = String::new();
    match to_fmt_writer_with_options(&mut text, tree, options) {
        Ok(()) => text.lines().map(str::to_owned).collect(),
        // JSON is YAML, too.
        Err(_) => vec![tree.to_string()],
    }
}
