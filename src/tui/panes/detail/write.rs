//! What is selected, put into words.

use super::writer::Writer;
use super::{Detail, Made, finding};
use crate::display::words::Field;
use crate::display::{Role, words};
use crate::history::KeyId;
use crate::history::lanes::Item;
use crate::history::usage::{Kind, Node};
use crate::text::{count, escape};
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::panes::findings::Extent;
use crate::tui::panes::preview::Foreseen;
use crate::tui::panes::{findings, log, usage};
use crate::tui::screen::areas;

impl Detail {
    /// Makes the words anew if what they say has changed.
    pub fn refresh(app: &mut App) {
        let area = areas(app).pane(Pane::Detail);
        let row_first = match app.focus {
            Pane::List => false,
            Pane::Chain => true,
            Pane::Detail => app.detail.row_first,
        };
        let nameless = || findings::actions::evidence(app).map(Item::Row);
        let item = app.chain.selected().or_else(nameless);
        let row = match item {
            Some(Item::Row(at) | Item::Foreign(at)) => Some(at),
            _ => None,
        };
        let made = Made {
            item,
            spot: findings::actions::spot(app),
            part: usage::actions::part(app).map(|part| (part, app.usage.finished)),
            passes: (app.audit.finished, app.audit.verdict.is_some(), app.audit.outlook.is_some()),
            row_first,
            key: app.key(),
            drawing: app.chain.is_drawing(),
            rows: app.listed,
            past: app.past(),
            written: row.and_then(|at| log::actions::written(app, at)),
            target: app.foreseen().map(|it| (it.plan().requested, it.plan().policy.algorithm)),
            width: usize::from(area.width.saturating_sub(4)),
            short: area.height < TALL,
        };
        if app.detail.made.as_ref() == Some(&made) {
            return;
        }
        let mut writer = Writer {
            width: made.width,
            short: made.short,
            glyphs: app.start.look.glyphs,
            lines: Vec::new(),
        };
        let title = match made.spot {
            None if let Some((part, _)) = made.part => writer.part(app, part),
            None => writer.row(app, made.item, made.key),
            Some(spot) if made.row_first && made.item.is_some() => {
                let title = writer.row(app, made.item, made.key);
                writer.space();
                finding::write(&mut writer, app, spot);
                title
            }
            Some(spot) => {
                let title = finding::write(&mut writer, app, spot);
                if made.item.is_some() {
                    writer.space();
                    let row = writer.lines.len();
                    let heading = writer.row(app, made.item, made.key);
                    writer.lines.insert(row, (heading, Role::Title));
                }
                title.to_owned()
            }
        };
        app.detail = Self { title, lines: writer.lines, row_first, made: Some(made) };
        app.detail_scroll = 0;
    }
}

/// From this height on there is room for a line for each column, and between paragraphs.
const TALL: u16 = 16;

impl Writer {
    /// A line of the chain, and its key; gives the pane's title.
    fn row(&mut self, app: &App, item: Option<Item>, key: Option<KeyId>) -> String {
        let title = self.item(app, item, key);
        self.key(app, key);
        title
    }

    /// The selected line; gives what it is called.
    fn item(&mut self, app: &App, item: Option<Item>, key: Option<KeyId>) -> String {
        match item {
            None => "Revision".to_owned(),
            Some(Item::Row(at) | Item::Foreign(at)) => {
                let shown = app.shown();
                self.say(&words::title(&shown, at), Role::Title);
                let mut fields =
                    words::fields(&app.table.history, at, app.chain.picture.generation_of(at));
                let written = log::actions::written(app, at);
                let zone = &app.start.preferences.zone;
                let written = written.and_then(|written| words::written(written, zone));
                fields.extend(written.map(|value| Field { name: "written", value }));
                // First what becomes of the key, then what this row has to do with it.
                let prospect = prospect(app, key).filter(|_| shown.past.is_none());
                let sentences: Vec<String> =
                    prospect.into_iter().chain(words::about(&shown, at)).collect();
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
                format!("Revision {}", app.table.history.id(at))
            }
            Some(Item::Fold { newest, oldest, rows }) => {
                // While it is drawn anew, its rows may be of several fates.
                let fate = match app.foreseen().filter(|_| !app.chain.is_drawing()) {
                    Some(foreseen) if !foreseen.plan().survives(newest) => {
                        ", removed by compaction"
                    }
                    Some(_) => ", which survive compaction",
                    None => "",
                };
                self.say(&format!("{}{fate}", count(rows as u64, "plain update")), Role::Title);
                self.paragraph(&format!(
                    "From {} up to {}, each pointing at the one before. Enter shows them, z shows \
                     every row.",
                    app.table.history.id(oldest),
                    app.table.history.id(newest)
                ));
                "Folded".to_owned()
            }
            Some(Item::Absent(id, why)) => {
                self.say("not in the table", Role::Title);
                self.paragraph(&words::absent(&app.table.history, why));
                let past = app.past().and_then(|past| words::key_then(&app.table.history, &past));
                self.paragraphs(past.as_slice());
                format!("Revision {id}")
            }
        }
    }

    /// A part of the table.
    fn part(&mut self, app: &App, part: Node) -> String {
        let Some(usage) = app.usage.usage() else { return String::new() };
        self.say(&words::usage_part(usage, &app.table.history, None, part), Role::Title);
        let plan = app.foreseen().map(Foreseen::plan);
        self.paragraphs(&words::about_part(usage, &app.table.history, part, plan));
        if let Some(outlook) = app.audit.outlook.as_ref().filter(|_| part.kind == Kind::Table) {
            self.paragraph(&words::who(&app.table.history, &outlook.compactor));
        }
        let title = match part.kind {
            Kind::Gaps => "Gap rows",
            Kind::Nameless => "Rows",
            Kind::Table | Kind::Prefix | Kind::Key => "Prefix",
        };
        title.to_owned()
    }

    /// The key that the chain is of.
    fn key(&mut self, app: &App, key: Option<KeyId>) {
        let Some(key) = key else { return };
        self.space();
        self.say(&escape(app.table.history.name(key)), Role::Dim);
        let now = if app.moment.is_some() { "now " } else { "" };
        self.say(&format!("{now}{}", words::key_now(&app.table.history, key)), Role::Dim);
    }
}

/// What becomes of a key in the end, where the preview does not tell already.
fn prospect(app: &App, key: Option<KeyId>) -> Option<String> {
    let (verdict, key) = app.audit.verdict.as_ref().zip(key)?;
    let is_told = app.foreseen().is_some_and(|foreseen| foreseen.effect(key).is_some());
    let is_whole = app.extent() == Extent::Whole;
    words::prospect(&app.table.history, verdict, key, is_whole).filter(|_| !is_told)
}
