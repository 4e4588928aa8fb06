//! From the fields of a row to a [`Row`], or to the reason why there is none.

use std::fmt::Display;
use std::mem;

use super::cell::{Cell, Cells, hex, short, stored};
use super::column::Column;
use super::decoration::{Dress, Scout};
use super::ids::Ids;
use super::name::is_cut;
use super::row::row;
use super::size::size;
use crate::history::usage::Size;
use crate::history::{Collation, MARK_NAME, Revision, Row, Rows, is_requests_name};
use crate::source::requests::{LONGEST, Newest};
use crate::source::{Reject, Rejects, Why};
use crate::text::count;
use crate::value::StoredRow;

/// The value and the old value of a row, which are looked at only where something of them is wanted.
pub(super) trait Values {
    /// The value, or the old value; `None` where there is no such column. The error says why it cannot be
    /// understood.
    fn value(&self, which: usize) -> Option<Result<Cell<'_>, &'static str>>;
}

/// Rows as they are gathered.
pub(super) struct Builder {
    collation: Collation,
    /// What is taken off names and numbers.
    dress: Dress,
    is_dressed: bool,
    /// What the first rows hold, if they are only looked at.
    scout: Option<Scout>,
    rows: Rows,
    /// Rows that belong before others that were given away, once such are kept apart.
    late: Option<Rows>,
    unread: Rejects,
    ids: Ids,
    /// The sizes of the rows, if they are wanted.
    sizes: Option<Vec<Size>>,
    /// Why they cannot be told.
    unmeasured: Option<&'static str>,
    /// The row whose values are wanted, if one is.
    look: Option<Look>,
    /// Whether there is a row named `compact_rev_key`, and whether one holds a revision.
    mark: Option<bool>,
    /// The row that was taken last, if it is named `compact_rev_key_apiserver`.
    asking: Option<Revision>,
    /// The values of such rows.
    requests: Newest<Vec<u8>>,
    /// How many names were cut off.
    cut_names: u64,
    /// Under which heading rows stand, where it is not the first.
    section: Option<Section>,
    /// What is to be noted at the end.
    notes: Vec<String>,
}

/// What stands under another heading than the first.
#[derive(Debug, Clone, Copy)]
struct Section {
    /// The line of the heading.
    at: u64,
    /// How many rows, and late rows, were held before it.
    rows: usize,
    late: usize,
    /// Whether it is of another table.
    is_another: bool,
}

/// Why the rows of a second table are not taken.
fn of_another(at: u64) -> Why {
    Why::new("it belongs to another table, which begins at line {}", &[&at])
}

/// Why a value is not taken that may not be as it is stored.
const NOT_IN_HEX: &str =
    "it is not in hex, and in this form other values are not as they are stored";

/// Why a value is not taken that may be one of two.
const BLANK: &str = "an empty field may be NULL or an empty value";

/// Why there is none.
const NO_COLUMN: &str = "the text lacks the column value or old_value";

/// Why a row whose name is cut off is not taken.
const CUT: &str = "`name` is cut off (...), so nobody can tell which key it is";

impl Builder {
    pub(super) fn new(collation: Collation) -> Self {
        Self {
            collation,
            dress: Dress::default(),
            is_dressed: false,
            scout: None,
            rows: Rows::new(),
            late: None,
            unread: Rejects::default(),
            ids: Ids::default(),
            sizes: None,
            unmeasured: None,
            look: None,
            mark: None,
            asking: None,
            requests: Newest::default(),
            cut_names: 0,
            section: None,
            notes: Vec::new(),
        }
    }

    /// Takes no rows, and looks at what the first ones carry.
    pub(super) fn scouting(self) -> Self {
        Self { scout: Some(Scout::default()), ..self }
    }

    /// Whether enough rows have been looked at.
    pub(super) fn has_scouted(&self) -> bool {
        self.scout.as_ref().is_some_and(Scout::is_done)
    }

    /// What was seen.
    pub(super) fn scouted(self) -> Scout {
        self.scout.unwrap_or_default()
    }

    /// Takes that off names and numbers.
    pub(super) fn dressed(self, dress: Dress) -> Self {
        Self { is_dressed: dress.is_worn(), dress, ..self }
    }

    /// Sizes of rows are wanted too.
    pub(super) fn with_sizes(self) -> Self {
        Self { sizes: Some(Vec::new()), ..self }
    }

    /// Whether they are.
    const fn wants_sizes(&self) -> bool {
        self.sizes.is_some()
    }

    /// The values of those rows are wanted too, so many bytes of each at most; with 0, only how long they
    /// are.
    pub(super) fn looking_for(self, ids: &[Revision], most: u64) -> Self {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let look = Look { ids, most, every: false, in_hex: false, found: Vec::new() };
        Self { look: Some(look), ..self }
    }

    /// The values of all rows are wanted, each whole and as it is stored.
    #[cfg(feature = "mysql")]
    pub(super) fn looking_at_all(self) -> Self {
        let look =
            Look { ids: Vec::new(), most: u64::MAX, every: true, in_hex: false, found: Vec::new() };
        Self { look: Some(look), ..self }
    }

    /// Gives away the rows and what was found of their values, but for the last, as long as its values may go
    /// on.
    #[cfg(feature = "mysql")]
    pub(super) fn drain_seen(&mut self, is_over: bool) -> (Rows, Vec<Seen>) {
        let given = self.rows.len().saturating_sub(usize::from(!is_over));
        let mut rows = mem::take(&mut self.rows);
        self.rows = rows.iter().skip(given).collect();
        rows.truncate(given);
        let found = self.look.as_mut().map(|look| {
            let given = look.found.len().saturating_sub(usize::from(!is_over));
            look.found.drain(..given).collect()
        });
        (rows, found.unwrap_or_default())
    }

    /// From a text that holds byte for byte only what it has in hex.
    pub(super) fn in_hex(&mut self) -> &mut Self {
        self.look.iter_mut().for_each(|look| look.in_hex = true);
        self
    }

    /// Whether the row that was taken last is one whose values are wanted.
    fn looks_here(&self) -> bool {
        let is_wanted = |look: &Look| {
            let id = self.rows.last_id();
            id.is_some_and(|id| look.every || look.ids.binary_search(&id).is_ok())
        };
        self.look.as_ref().is_some_and(is_wanted)
    }

    /// Takes value and old value of the row that was taken last.
    fn look(&mut self, cells: [Result<Cell<'_>, &'static str>; 2]) {
        let last = self.rows.len().checked_sub(1).and_then(|last| self.rows.get(last));
        let Some((look, row)) = self.look.as_mut().zip(last) else { return };
        let (id, name) = (row.id, row.name.map(<[u8]>::to_vec));
        let [value, old_value] = cells.map(|cell| match cell? {
            Cell::Text(text) if look.in_hex && hex(&text).is_none() => Err(NOT_IN_HEX),
            Cell::Blank if look.every => Err(BLANK),
            cell => Ok(stored(&cell, look.most)),
        });
        let row = value.and_then(|value| Ok(StoredRow { name, values: [value, old_value?] }));
        let unclear = |why| format!("the value of revision {id} cannot be understood: {why}");
        look.found.push((id, row.map_err(unclear)));
    }

    /// Whether all rows whose values are wanted have come.
    pub(super) fn has_found(&self) -> bool {
        self.look.as_ref().is_some_and(|look| look.found.len() >= look.ids.len())
    }

    /// Takes a line that has not as many fields as a row. Where it follows the row whose values are
    /// wanted, these may go on in it, and what they are cannot be told from their start.
    pub(super) fn misfit(&mut self) {
        let found = self.look.as_mut().and_then(|look| look.found.last_mut());
        if let Some((id, found @ Ok(_))) = found
            && self.rows.last_id() == Some(*id)
        {
            *found = Err(format!(
                "the line after revision {id} is not a row, so its values may go on there"
            ));
        }
    }

    /// What was found of those rows.
    pub(super) fn found(self) -> Vec<Seen> {
        self.look.map(|look| look.found).unwrap_or_default()
    }

    /// Takes the lengths of value and old value of the row that was taken last. Where one cannot be told,
    /// those of others may be as wrong and look right.
    fn measure(&mut self, lengths: [Result<u64, &'static str>; 2]) {
        match (lengths, &mut self.sizes, self.rows.last_id()) {
            ([Ok(value), Ok(old_value)], Some(sizes), Some(id)) => {
                sizes.push(Size { id, value, old_value });
            }
            ([Err(why), _] | [_, Err(why)], ..) => self.unmeasured = self.unmeasured.or(Some(why)),
            _ => {}
        }
    }

    /// Why sizes cannot be told, as the rest of a sentence, if a value showed that they cannot.
    pub(super) const fn why_unmeasured(&self) -> Option<&'static str> {
        self.unmeasured
    }

    /// How many sizes have been gathered.
    pub(super) fn measured(&self) -> usize {
        self.sizes.as_ref().map_or(0, Vec::len)
    }

    /// Gives away the sizes that were gathered.
    pub(super) fn drain_sizes(&mut self) -> Vec<Size> {
        self.sizes.as_mut().map(mem::take).unwrap_or_default()
    }

    /// Whether a name is `compact_rev_key_apiserver`.
    pub(super) fn is_asking(&self, name: &[u8]) -> bool {
        is_requests_name(&self.dress.bare_name(name), &self.collation)
    }

    /// Whether the row that was taken last has that name: then its value is wanted.
    const fn asks_here(&self) -> bool {
        self.asking.is_some()
    }

    /// Takes the value of the row that was taken last, if it is one that is wanted.
    pub(super) fn ask(&mut self, value: &Cell<'_>) {
        if let (Some(id), Some(value)) = (self.asking, short(value, LONGEST)) {
            self.requests.put(id, value);
        }
    }

    /// Gives away the values that were wanted.
    pub(super) fn drain_requests(&mut self) -> Vec<(Revision, Vec<u8>)> {
        self.requests.take()
    }

    /// Takes the row at a place; false when it makes no sense.
    pub(super) fn take(&mut self, place: impl Display, cells: &Cells<'_>) -> bool {
        self.try_take(cells).unwrap_or_else(|why| {
            self.refuse(place, why);
            false
        })
    }

    /// Takes the row at a place, and what is wanted of its values.
    pub(super) fn take_with(
        &mut self,
        place: impl Display,
        cells: &Cells<'_>,
        values: &impl Values,
    ) {
        if self.take(place, cells) {
            self.take_values(values);
        }
    }

    /// Takes what is wanted of the values of the row that was taken last.
    pub(super) fn take_values(&mut self, values: &impl Values) {
        let value = |which| values.value(which);
        if self.asks_here()
            && let Some(Ok(value)) = value(0)
        {
            self.ask(&value);
        }
        if self.wants_sizes()
            && let [Some(value), Some(old_value)] = [value(0), value(1)]
        {
            // What cannot be understood has no size, and is not guessed at.
            if let [Ok(value), Ok(old_value)] = [value, old_value] {
                self.measure([size(&value), size(&old_value)]);
            }
        }
        if self.looks_here() {
            let none = if self.look.as_ref().is_some_and(|look| look.every) {
                Err(NO_COLUMN)
            } else {
                Ok(Cell::Null)
            };
            self.look([0, 1].map(|which| value(which).unwrap_or(none.clone())));
        }
    }

    /// Compares names so from now on. No row has come yet.
    pub(super) fn collate(&mut self, collation: Collation) {
        self.collation = collation;
    }

    /// Takes a row; false when rows are only looked at. The error says why it makes no sense.
    pub(super) fn try_take(&mut self, cells: &Cells<'_>) -> Result<bool, Why> {
        if let Some(scout) = &mut self.scout {
            scout.see(cells);
            return Ok(false);
        }
        let bare;
        let cells = if self.is_dressed {
            bare = self.dress.off(cells)?;
            &bare
        } else {
            cells
        };
        let row = row(cells)?;
        if let Some(Section { at, is_another: true, .. }) = self.section {
            return Err(of_another(at));
        }
        let is_exact = matches!(cells[Column::Name as usize], Some(Cell::Exact(_)));
        if let Some(name) = row.name.filter(|_| !is_exact) {
            if is_cut(name) {
                self.cut_names += 1;
                return Err(CUT.into());
            }
            if let Some(why) = self.dress.doubt(name) {
                return Err(why);
            }
        }
        let ascends = self.ids.ascends(row.id);
        if !self.ids.insert(row.id) {
            return Err(match self.section.map(|section| section.at) {
                Some(at) => {
                    self.notes.push(format!(
                        "A second table begins at line {at}: revision {} is in both. Only the first is \
                         read.",
                        row.id
                    ));
                    self.leave_section();
                    of_another(at)
                }
                None => "there already is a row with the same `id`".into(),
            });
        }
        if row.name.is_some_and(|name| self.collation.equal(name, MARK_NAME)) {
            self.mark = Some(self.mark == Some(true) || row.prev_revision.is_some());
        }
        self.asking = row.name.is_some_and(|name| self.is_asking(name)).then_some(row.id);
        // Where sizes are wanted, of a row that was taken nothing but the id is.
        let row = if self.wants_sizes() { Row { name: None, ..row } } else { row };
        match &mut self.late {
            Some(late) if !ascends => late.push(row),
            _ => self.rows.push(row),
        }
        Ok(true)
    }

    /// From now on rows stand under another heading, at that line. They may be of another table, which
    /// shows where a revision is in both: as when the table was printed before and after a compaction.
    pub(super) fn begin_section(&mut self, at: u64) {
        let is_another = self.section.is_some_and(|section| section.is_another);
        let (rows, late) = (self.rows.len(), self.late());
        self.section = Some(Section { at, rows, late, is_another });
    }

    /// Takes no more rows of this section and those after it, and gives back those that it has taken, as
    /// far as they have not been given away.
    pub(super) fn leave_section(&mut self) {
        let Some(section) = &mut self.section else { return };
        section.is_another = true;
        let (at, rows, late) = (section.at, section.rows, section.late);
        let kept = [(Some(&mut self.rows), rows), (self.late.as_mut(), late)];
        let mut gone = Vec::new();
        for (taken, kept) in kept {
            if let Some(taken) = taken {
                gone.extend(taken.iter().skip(kept).map(|row| row.id));
                taken.truncate(kept);
            }
        }
        gone.sort_unstable();
        for id in gone {
            self.refuse(format_args!("revision {id}"), of_another(at));
        }
    }

    /// What has to be said once the text ends.
    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// How many rows have been gathered.
    pub(super) const fn gathered(&self) -> usize {
        self.rows.len()
    }

    /// How many rows are kept apart, for they belong before others that were given away.
    pub(super) fn late(&self) -> usize {
        self.late.as_ref().map_or(0, Rows::len)
    }

    /// From now on rows are kept apart that do not belong after all others.
    pub(super) fn keep_late(&mut self) {
        self.late.get_or_insert_default();
    }

    /// Gives away the rows that were kept apart, in the order of their ids.
    pub(super) fn drain_late(&mut self) -> Rows {
        let mut late = self.late.take().unwrap_or_default();
        late.sort();
        late
    }

    /// How many rows could not be understood since the last were given away.
    pub(super) const fn refused(&self) -> u64 {
        self.unread.count()
    }

    /// Whether each row's id was higher than those before it.
    pub(super) fn ascends(&self) -> bool {
        self.ids.others.is_empty()
    }

    /// Gives away what was gathered.
    pub(super) fn drain(&mut self) -> (Rows, Rejects) {
        if let Some(section) = &mut self.section {
            section.rows = 0;
        }
        (mem::take(&mut self.rows), mem::take(&mut self.unread))
    }

    /// Records what could not be understood.
    pub(super) fn refuse(&mut self, place: impl Display, why: impl Into<Why>) {
        self.unread.push(|| Reject { place: place.to_string(), why: why.into() });
    }

    /// What was noted on the way.
    pub(super) fn drain_notes(&mut self) -> Vec<String> {
        let on_names = self.note_on_cut_names();
        mem::take(&mut self.notes).into_iter().chain(on_names).collect()
    }

    /// What has to be said when names were cut off.
    fn note_on_cut_names(&self) -> Option<String> {
        (self.cut_names > 0).then(|| {
            format!(
                "Names are cut off in {}, which are left out: rows of several keys would look \
                 like one key. Print the whole names.",
                count(self.cut_names, "row")
            )
        })
    }

    /// Whether any row has come.
    pub(super) const fn has_come(&self) -> bool {
        !self.ids.ascending.is_empty()
    }

    /// What has to be said when the compact revision is not known.
    pub(super) fn note_on_mark(&self) -> Option<String> {
        let there = match self.mark {
            Some(true) => return None,
            Some(false) => "The compact_rev_key row holds NULL",
            None => "There is no compact_rev_key row",
        };
        Some(format!("{there}: the compact revision is unknown, and 0 is assumed."))
    }

    pub(super) fn finish(self) -> (Rows, Rejects) {
        let Self { mut rows, unread, .. } = self;
        rows.sort();
        (rows, unread)
    }
}

/// A row whose values were wanted, or why they cannot be understood.
pub type Seen = (Revision, Result<StoredRow, String>);

/// Rows whose values are wanted.
struct Look {
    /// In order.
    ids: Vec<Revision>,
    /// How many bytes of each value.
    most: u64,
    /// Whether those of all rows are wanted.
    every: bool,
    /// Whether only those in hex are as they are stored.
    in_hex: bool,
    found: Vec<Seen>,
}
