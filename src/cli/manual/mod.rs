//! The manual: a page for each topic, written in Markdown in `assets/manual`.

mod markdown;
mod page;
mod roff;

pub(super) use markdown::{Block, Span};
pub(super) use page::page;
pub(super) use roff::{MARK, ascii, man_page, section};

/// What a page of the manual is about.
#[derive(Debug)]
pub(super) struct Topic {
    /// What is typed to see it.
    pub(super) name: &'static str,
    /// The page: a title, a sentence that sums it up, and what there is to say.
    markdown: &'static str,
}

macro_rules! topics {
    ($($name:literal),+ $(,)?) => {
        &[$(Topic {
            name: $name,
            markdown: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"), "/assets/manual/", $name, ".md"
            )),
        }),+]
    };
}

/// Every topic, in the order in which a reader needs them.
pub(super) const TOPICS: &[Topic] = topics![
    "verdict",
    "chains",
    "times",
    "explorer",
    "settings",
    "values",
    "compaction",
    "certificates",
    "rules",
    "mending",
    "space",
    "moments",
    "moving",
    "reports",
    "prometheus",
    "sources",
    "postgres",
    "sqlite",
    "connecting",
    "logins",
    "text",
    "failures",
    "exit-status",
    "promises",
    "development",
];

/// The topic of that name.
pub(super) fn find(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

impl Topic {
    /// What the page says.
    pub(super) fn blocks(&self) -> Vec<Block> {
        markdown::blocks(self.markdown)
    }

    /// The page's first sentence, without its full stop.
    pub(super) fn summary(&self) -> String {
        let blocks = self.blocks();
        let first = blocks.iter().find_map(|block| match block {
            Block::Paragraph(text) => Some(markdown::plain(text)),
            _ => None,
        });
        let first = first.unwrap_or_default();
        let sentence = first.split_once(". ").map_or(&*first, |(sentence, _)| sentence);
        sentence.trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::Args;

    /// How long a summary may be, to stand beside its name on a line of 80.
    const LINE: usize = 65;

    #[test]
    fn every_page_is_a_topic() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/manual");
        let pages = fs::read_dir(folder).expect("the manual").map(|entry| {
            entry.expect("a page").file_name().into_string().expect("its name is UTF-8")
        });
        let listed = TOPICS.iter().map(|topic| format!("{}.md", topic.name));
        assert_eq!(listed.collect::<BTreeSet<_>>(), pages.collect::<BTreeSet<_>>());
    }

    #[test]
    fn a_page_begins_with_a_title_and_a_sentence_for_the_list() {
        for topic in TOPICS {
            let blocks = topic.blocks();
            let [Block::Heading(1, _), Block::Paragraph(_), rest @ ..] = &blocks[..] else {
                panic!("{} begins otherwise", topic.name)
            };
            let titles = rest.iter().filter(|block| matches!(block, Block::Heading(1, _)));
            assert_eq!(titles.count(), 0, "{} has one title", topic.name);
            let summary = topic.summary();
            assert!((20..=LINE).contains(&summary.len()), "{}: {summary}", topic.name);
        }
    }

    /// `kinescope help` takes both.
    #[test]
    fn no_topic_is_called_as_a_command() {
        let command = Args::command();
        for topic in TOPICS {
            assert!(command.find_subcommand(topic.name).is_none(), "{}", topic.name);
        }
    }
}
