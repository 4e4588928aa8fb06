//! The model: everything that the screen shows.

use std::time::Duration;

use ratatui::layout::Size;
use tui_input::Input;

use super::again::{Again, MOST_HELD};
use super::find::Within;
use super::layout::Pane;
use super::live::{Following, Live};
use super::moment::Moment;
use super::overlays::help::Help;
use super::overlays::value::ValueSheet;
use super::overlays::{Overlay, Sheet};
use super::palette::Palette;
use super::panes::Listing;
use super::panes::chain::ChainPane;
use super::panes::detail::Detail;
use super::panes::findings::{Audit, Extent};
use super::panes::keys::KeyList;
use super::panes::log::LogList;
use super::panes::log::dates::Dates;
use super::panes::preview::{Foreseen, Preview};
use super::panes::usage::UsageList;
use super::preferences::Preferences;
use super::style::Look;
use super::trail::{Place, Trail};
use super::trial::WhatIf;
use crate::display::{Background, Past, Shown};
use crate::history::compaction::Policy;
use crate::history::lanes::Item;
use crate::history::{History, KeyId, Revision, RowIx};
use crate::source::sql::log::Record;
use crate::source::{Intake, Opened};
use crate::text::printable;

/// How far the reading is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// The source is being opened.
    Opening,
    /// Rows are coming.
    Rows,
    /// Everything was read.
    Done,
    /// It was stopped by hand: what is shown is a part.
    Stopped,
    /// It failed: what is shown is a part. Why, and what to do.
    Failed(String),
}

impl Reading {
    /// Whether rows may still come.
    pub const fn is_on(&self) -> bool {
        matches!(self, Self::Opening | Self::Rows)
    }
}

/// What was there before a row came: how the explorer was started.
#[derive(Debug, Clone)]
pub struct Start {
    /// What is looked at, for the header; never a password.
    pub label: String,
    /// What the screen is drawn with.
    pub look: Look,
    /// How somebody wants it.
    pub preferences: Preferences,
    /// kine's settings.
    pub policy: Policy,
    /// What a scenario says to look at.
    pub watch: Option<&'static str>,
    /// The target that a scenario shows.
    pub target: Option<Revision>,
    /// The key that is selected first.
    pub key: Option<Vec<u8>>,
    /// Whether the preview is on from the start.
    pub preview: bool,
    /// The moment that is looked at once everything is read.
    pub at: Option<Revision>,
    /// What the source is called where it can be read only once.
    pub once: Option<&'static str>,
    /// Whether it is looked at what is written meanwhile.
    pub following: Following,
}

/// A line that is being typed.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What for.
    pub purpose: Purpose,
    /// Where somebody was before.
    pub from: Place,
    /// The line of the chain that was selected then.
    pub line: usize,
    /// What was shown over everything else then.
    pub overlay: Option<Overlay>,
    /// The letters that were looked for then.
    pub sought: String,
    /// How far the details were scrolled then.
    pub scroll: usize,
    /// What has been typed.
    pub input: Input,
}

/// What a line is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Letters to find in what is shown; applied as they are typed.
    Find(Within),
    /// A command, a revision or a key.
    Palette,
    /// The preview's target.
    Target,
}

/// Something to tell, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something could not be done.
    pub is_error: bool,
}

impl Notice {
    fn new(text: &str, is_error: bool) -> Self {
        Self { text: printable(text).into_owned(), is_error }
    }
}

/// Everything that the screen shows.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct App {
    /// How it was started.
    pub start: Start,
    /// The table so far.
    pub table: Intake,
    /// How far the reading is.
    pub reading: Reading,
    /// What is written meanwhile.
    pub live: Live,
    /// The table that is read again, while this one is shown.
    pub again: Option<Again>,
    /// The most rows that are held while a table is read again.
    pub most_held: usize,
    /// Why that failed the last time.
    pub failed_again: Option<String>,
    /// How long the reading or the measuring has gone on, as far as the loop has said.
    pub reading_for: Duration,
    /// The audit.
    pub audit: Audit,
    /// What the pane on the left lists.
    pub listing: Listing,
    /// The list of what fills the table.
    pub usage: UsageList,
    /// The writes of all keys.
    pub log: LogList,
    /// The revision that was marked, to compare others with.
    pub mark: Option<Revision>,
    /// When rows were written.
    pub dates: Dates,
    /// The list of keys.
    pub keys: KeyList,
    /// The chain of the selected key.
    pub chain: ChainPane,
    /// The selected line of the chain in words.
    pub detail: Detail,
    /// The first line of the details that is shown.
    pub detail_scroll: usize,
    /// The pane that has the keyboard.
    pub focus: Pane,
    /// Whether it has the screen, too.
    pub zooms: bool,
    /// The compaction that is looked at.
    pub preview: Option<Preview>,
    /// The moment that is looked at, if that is not the present.
    pub moment: Option<Box<Moment>>,
    /// What is tried on top of what was read.
    pub trial: WhatIf,
    /// Whether it is said which batch removes a row.
    pub batches: bool,
    /// The line that is being typed.
    pub prompt: Option<Prompt>,
    /// What is shown over everything else.
    pub overlay: Option<Overlay>,
    /// What of the help is shown.
    pub help: Help,
    /// The values of a row that is looked at.
    pub value: ValueSheet,
    /// What was sent to the server, as far as the loop has said.
    pub sent: Record,
    /// What is looked for in a chain or a text.
    pub sought: String,
    /// The commands that are offered.
    pub palette: Palette,
    /// Where the line between the list and the chain was dragged to.
    pub divider: Option<u16>,
    /// Whether it is being dragged.
    pub drags: bool,
    /// Whether it is asked what to copy.
    pub copying: bool,
    /// The way back.
    pub trail: Trail,
    /// Something to tell.
    pub notice: Option<Notice>,
    /// The terminal's size.
    pub size: Size,
    /// What the terminal said of its background.
    pub background: Option<Background>,
    /// How many rows the lists were made of.
    pub listed: usize,
    /// Whether the cursor is where somebody wants it: a key was pressed, or named beforehand.
    pub placed: bool,
}

impl App {
    /// Nothing read yet.
    pub fn new(start: Start, size: Size) -> Self {
        let live = Live::new(start.following == Following::AtOnce);
        Self {
            start,
            live,
            table: Intake::new(Opened::nothing()),
            reading: Reading::Opening,
            again: None,
            most_held: MOST_HELD,
            failed_again: None,
            reading_for: Duration::ZERO,
            audit: Audit::default(),
            listing: Listing::default(),
            usage: UsageList::default(),
            log: LogList::default(),
            mark: None,
            dates: Dates::default(),
            keys: KeyList::default(),
            chain: ChainPane::default(),
            detail: Detail::default(),
            detail_scroll: 0,
            focus: Pane::List,
            zooms: false,
            preview: None,
            moment: None,
            trial: WhatIf::default(),
            batches: false,
            prompt: None,
            overlay: None,
            help: Help::default(),
            value: ValueSheet::default(),
            sent: Record::default(),
            sought: String::new(),
            palette: Palette::default(),
            divider: None,
            drags: false,
            copying: false,
            trail: Trail::default(),
            notice: None,
            size,
            background: None,
            listed: 0,
            placed: false,
        }
    }

    /// Takes another table; of an earlier one nothing is left but where somebody was.
    pub fn begin(&mut self, table: Intake) {
        if std::mem::take(&mut self.trial).is_on() {
            self.tell("The trial is discarded: the table is read from its start.");
        }
        self.table = table;
        self.forget();
    }

    /// Takes a table that was read again, and gives the old one away. What was looked at will be again.
    pub fn replace(&mut self, table: Intake) -> Intake {
        self.remember_place();
        let old = std::mem::replace(&mut self.table, table);
        self.forget();
        old
    }

    /// Forgets what was made of the rows.
    fn forget(&mut self) {
        self.audit.forget();
        self.forget_views();
    }

    /// The same but for what the audit found.
    fn forget_views(&mut self) {
        self.usage.forget();
        self.log.forget();
        self.dates = Dates::default();
        self.keys.forget();
        self.chain.forget();
        self.preview = None;
        self.moment = None;
        self.listed = 0;
    }

    /// Takes the history with the late rows. What was looked at will be again.
    pub fn merged(&mut self, history: History) {
        if self.start.key.is_none() {
            self.start.key = self.looked_at();
        }
        if self.preview.is_some() {
            self.remember_preview();
        }
        self.table.history = history;
        self.forget();
    }

    /// Shows a trial in the place of what was read; without one, that again.
    pub(super) fn try_out(&mut self, tried: Option<History>) {
        self.trial.exchange(tried, &mut self.table.history, &mut self.audit);
        self.forget_views();
    }

    /// Whether late rows are on their way among the others.
    pub fn is_merging(&self) -> bool {
        self.table.merge.is_some() || self.again.as_ref().is_some_and(Again::is_merging)
    }

    /// Whether rows may still come, of this table or of the next.
    pub const fn is_reading(&self) -> bool {
        self.reading.is_on() || self.again.is_some()
    }

    /// Before the table is read again: what was looked at will be again.
    pub fn remember(&mut self) {
        self.remember_place();
        self.reading = Reading::Opening;
        self.reading_for = Duration::ZERO;
    }

    fn remember_place(&mut self) {
        self.start.key = self.looked_at();
        self.start.preview = false;
        self.remember_preview();
        self.start.at = self.moment.as_ref().map(|moment| moment.replay.revision());
    }

    /// The name of the key that is looked at.
    fn looked_at(&self) -> Option<Vec<u8>> {
        self.key().or(self.keys.selected).map(|key| self.table.history.name(key).to_vec())
    }

    fn remember_preview(&mut self) {
        if let Some(preview) = &self.preview {
            self.start.preview = true;
            self.start.target = (!preview.follows).then_some(preview.target);
            self.start.policy = preview.policy;
        }
    }

    /// Whether something is left to do when time has passed.
    pub fn is_waiting(&self) -> bool {
        self.listed != self.table.history.len()
    }

    /// Whether a list of keys is being made.
    pub const fn is_listing(&self) -> bool {
        self.keys.is_listing()
    }

    /// Whether a chain is being drawn.
    pub const fn is_drawing(&self) -> bool {
        self.chain.is_drawing()
    }

    /// Whether keys are being looked for.
    pub fn is_searching(&self) -> bool {
        self.keys.search.as_ref().is_some_and(|search| !search.is_done())
            || self.palette.is_searching()
            || self.audit.list.is_looking()
    }

    /// Whether the bytes of values are being measured.
    pub const fn is_measuring(&self) -> bool {
        self.usage.bytes.is_coming()
    }

    /// Whether the writes of a table are being played.
    pub fn is_playing(&self) -> bool {
        self.moment.as_deref().is_some_and(Moment::is_playing)
    }

    /// Whether the preview is being worked out.
    pub fn is_planning(&self) -> bool {
        self.preview.as_ref().is_some_and(Preview::is_working)
    }

    /// What the preview's target does, unless that is being worked out.
    pub fn foreseen(&self) -> Option<&Foreseen> {
        self.preview.as_ref().and_then(Preview::foreseen)
    }

    /// Whether the audit is running.
    pub fn is_auditing(&self) -> bool {
        self.audit.is_running() || self.trial.is_auditing()
    }

    /// Whether the rows are being counted that the list of what fills the table shows.
    pub fn is_counting(&self) -> bool {
        self.listing == Listing::Usage && self.usage.is_counting()
    }

    /// Whether the statements are shown that were sent to the server.
    pub fn shows_statements(&self) -> bool {
        self.overlay.is_some_and(|overlay| overlay.sheet == Sheet::Statements)
    }

    /// What of the table there is to audit.
    pub fn extent(&self) -> Extent {
        match self.reading {
            Reading::Opening | Reading::Rows => Extent::SoFar,
            Reading::Done if !self.is_partial() => Extent::Whole,
            Reading::Done | Reading::Stopped | Reading::Failed(_) => Extent::Part,
        }
    }

    /// kine's settings: those that are previewed, or those that it was started with.
    pub fn policy(&self) -> Policy {
        self.preview.as_ref().map_or(self.start.policy, |preview| preview.policy)
    }

    /// Shows the preview.
    pub(super) fn show_preview(&mut self, policy: Policy, target: Option<Revision>) {
        let removals = self.audit.removals();
        self.preview = Some(Preview::new(&self.table.history, policy, target, removals));
    }

    /// Lists the keys anew.
    pub fn list_keys(&mut self) {
        self.keys.rebuild(&self.table.history, self.preview.as_ref(), &self.audit);
    }

    /// The key whose chain is shown.
    pub const fn key(&self) -> Option<KeyId> {
        self.chain.key
    }

    /// What the chain and the details are drawn from.
    pub fn shown(&self) -> Shown<'_> {
        let foreseen = self.foreseen();
        let history = &self.table.history;
        let effect = self.key().and_then(|key| foreseen?.effect_on(history, key));
        let (plan, past) = (foreseen.map(Foreseen::plan), self.past());
        Shown { history, plan, effect, batches: self.batches, past }
    }

    /// What the key was whose chain is shown, at the moment that is looked at; `None` at the present.
    pub fn past(&self) -> Option<Past> {
        self.past_of(self.key()?)
    }

    /// The same of any key.
    pub fn past_of(&self, key: KeyId) -> Option<Past> {
        let (replay, history) = (&self.moment.as_ref()?.replay, &self.table.history);
        Some(Past {
            revision: replay.revision(),
            key,
            then: replay.state(history, key),
            row: replay.row(history, key),
        })
    }

    /// The pane that keys are about: before and after, each side is the chain.
    pub fn subject(&self) -> Pane {
        if self.chain.compares && self.focus == Pane::Detail { Pane::Chain } else { self.focus }
    }

    /// The row that is selected in the chain.
    pub fn row(&self) -> Option<RowIx> {
        self.chain.selected().and_then(Item::row)
    }

    /// Whether rows have values to look at.
    pub const fn has_values(&self) -> bool {
        self.table.opened.has_values && self.start.once.is_none()
    }

    /// Whether what is shown is not the whole table: a part was asked for, the reading ended early,
    /// or rows could not be understood.
    pub fn is_partial(&self) -> bool {
        matches!(self.reading, Reading::Stopped | Reading::Failed(_))
            || !self.table.rejects.is_empty()
            || self.table.history.profile().part.is_some()
    }

    /// Shows a sheet from its start.
    pub(super) fn open(&mut self, sheet: Sheet) {
        self.overlay = Some(Overlay { sheet, top: 0 });
    }

    /// Says something until the next key.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::new(&text.into(), false));
    }

    /// Says that something could not be done, until the next key.
    pub fn refuse(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice::new(&text.into(), true));
    }
}
