//! Sentences in lines.

use std::borrow::Cow;

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// Text in lines of a width, broken between words. A longer word is broken where it must be, or,
/// unless `break_words`, left in one piece.
pub fn wrap(text: &str, width: usize, break_words: bool) -> Vec<Cow<'_, str>> {
    let options = Options::new(width.max(1))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .break_words(break_words);
    textwrap::wrap(text, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_longer_than_a_line_is_broken() {
        assert_eq!(wrap("of /registry/a, too", 11, true), ["of", "/registry/a", ", too"]);
        assert_eq!(wrap("of /registry/a, too", 5, false), ["of", "/registry/a,", "too"]);
        assert_eq!(wrap("", 0, true), [""]);
    }
}
