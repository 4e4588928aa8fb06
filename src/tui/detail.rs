//! The selected line of the chain, in words.

use super::app::App;
use super::layout::Pane;
use crate::face::{Role, count, escape, grouped, words, wrap};
use crate::history::lanes::Item;
use crate::history::{Absence, KeyId, Revision};

/// What the words were made for; when it changes, they are made again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Made {
    item: Option<Item>,
    key: Option<KeyId>,
    rows: usize,
    target: Option<Revision>,
    width: usize,
    short: bool,
}

/// The selected line of the chain, in lines that fit the pane.
#[derive(Debug, Default)]
pub struct Detail {
    /// What the pane is called.
    pub title: String,
    /// The lines.
    pub lines: Vec<(String, Role)>,
    made: Option<Made>,
}

impl Detail {
    /// Makes the words anew if what they say has changed.
    pub fn refresh(app: &mut App) {
        let area = app.areas().pane(Pane::Detail);
        let made = Made {
            item: app.chain.selected(),
            key: app.key(),
            rows: app.listed,
            target: app.preview.as_ref().map(|preview| preview.target),
            width: usize::from(area.width.saturating_sub(4)),
            short: area.height < TALL,
        };
        if app.detail.made.as_ref() == Some(&made) {
            return;
        }
        let mut writer = Writer { width: made.width, short: made.short, lines: Vec::new() };
        let title = writer.item(app, made.item);
        writer.key(app, made.key);
        app.detail = Self { title, lines: writer.lines, made: Some(made) };
        app.detail_scroll = 0;
    }
}

/// From this height on there is room for a line for each column, and between paragraphs.
const TALL: u16 = 16;

struct Writer {
    width: usize,
    short: bool,
    lines: Vec<(String, Role)>,
}

impl Writer {
    /// The selected line; gives the pane's title.
    fn item(&mut self, app: &App, item: Option<Item>) -> String {
        match item {
            None => "Revision".to_owned(),
            Some(Item::Row(at) | Item::Foreign(at)) => {
                let shown = app.shown();
                self.say(&words::title(&shown, at), Role::Title);
                let fields = words::fields(&app.history, at);
                let sentences = words::about(&shown, at);
                if self.short {
                    // The reason is what people look for; the columns can be scrolled to.
                    self.paragraphs(&sentences);
                    let fields: Vec<String> =
                        fields.iter().map(|it| format!("{} {}", it.name, it.value)).collect();
                    self.say(&fields.join(", "), Role::Dim);
                } else {
                    for field in fields {
                        self.say(&format!("{:<8} {}", field.name, field.value), Role::Text);
                    }
                    self.paragraphs(&sentences);
                }
                format!("Revision {}", grouped(app.history.id(at)))
            }
            Some(Item::Fold { newest, oldest, rows }) => {
                let fate = match &app.preview {
                    Some(preview) if !preview.plan.survives(newest) => ", removed by compaction",
                    Some(_) => ", which survive compaction",
                    None => "",
                };
                self.say(&format!("{}{fate}", count(rows as u64, "plain update")), Role::Title);
                self.paragraph(&format!(
                    "From {} up to {}, each pointing at the one before. Enter shows them, z shows \
                     every row.",
                    grouped(app.history.id(oldest)),
                    grouped(app.history.id(newest))
                ));
                "Folded".to_owned()
            }
            Some(Item::Absent(id, why)) => {
                let unexplained;
                let text = match why {
                    Absence::Compacted => {
                        "Compacted away, as it should be: a row that is not above the compact \
                         revision points at it, or it was a tombstone that is not above it."
                    }
                    Absence::Broken => {
                        "Missing, and compaction does not explain it: a row above the compact \
                         revision points at it. Somebody deleted it by hand, it was lost, or this text \
                         leaves it out."
                    }
                    Absence::Unexplained => {
                        unexplained = format!(
                            "Not in this table, and {} nobody can tell whether a compaction removed \
                             it.",
                            words::missing_column(&app.history)
                        );
                        &unexplained
                    }
                };
                self.say("not in the table", Role::Title);
                self.paragraph(text);
                format!("Revision {}", grouped(id))
            }
        }
    }

    /// The key that the chain is of.
    fn key(&mut self, app: &App, key: Option<KeyId>) {
        let Some(key) = key else { return };
        self.space();
        self.say(&escape(app.history.name(key)), Role::Dim);
        self.say(&words::key_now(&app.history, key), Role::Dim);
    }

    fn space(&mut self) {
        if !self.short {
            self.lines.push((String::new(), Role::Text));
        }
    }

    fn paragraphs(&mut self, sentences: &[String]) {
        for sentence in sentences {
            self.paragraph(sentence);
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.space();
        self.say(text, Role::Text);
    }

    fn say(&mut self, text: &str, role: Role) {
        self.lines
            .extend(wrap(text, self.width, true).into_iter().map(|line| (line.into_owned(), role)));
    }
}
