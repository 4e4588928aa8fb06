//! A table as far as it has come: the events of a source, folded into a history.

use super::{Error, Event, Opened, Reject, Rejects, Why};
use crate::history::{History, Merge, PushError, Revision, Rows};

/// What has come of a table.
#[derive(Debug)]
pub struct Intake {
    /// What the source told before its first row, and what it wanted known since.
    pub opened: Opened,
    /// The rows.
    pub history: History,
    /// The rows that could not be understood.
    pub rejects: Rejects,
    /// How many entries of indexes have been read, where they come before the rows.
    pub entries: usize,
    /// Rows that came late, on their way among the others.
    pub merge: Option<Merge>,
}

impl Intake {
    /// Nothing but what a source tells first.
    pub fn new(opened: Opened) -> Self {
        let history = opened.history();
        Self { opened, history, rejects: Rejects::default(), entries: 0, merge: None }
    }

    /// Takes what came. A row that the history does not take is left out, and none in silence. What came
    /// before an [`Event::Opened`] is forgotten; that the reading ended is for the reader to know.
    ///
    /// # Errors
    ///
    /// When there are more rows than a history holds.
    pub fn take(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Opened(opened) => *self = Self::new(opened),
            Event::Rows(rows) => self.add(&rows)?,
            Event::Learned(profile) => {
                self.history.learn(*profile);
                self.opened.profile = self.history.profile().clone();
            }
            Event::Late(rows) => self.merge = Some(Merge::new(&self.history, rows)),
            Event::Requests(values) => {
                for (id, value) in values {
                    self.history.note_request(id, &value);
                }
            }
            Event::Progress(entries) => self.entries = entries,
            Event::Note(note) => self.opened.notes.push(note),
            Event::Rejects(rejects) => self.rejects.extend(rejects),
            Event::Ended(_) => {}
        }
        Ok(())
    }

    /// Puts so many of the late rows among the others; the history with all of them, once they are.
    ///
    /// # Errors
    ///
    /// When there are more rows than a history holds, or one that is there already.
    pub fn merged(&mut self, most: usize) -> Result<Option<History>, Error> {
        let Some(mut merge) = self.merge.take() else { return Ok(None) };
        let no_table = |why| Error::new("the rows do not make a table").because(why);
        if merge.step(&self.history, most).map_err(no_table)? {
            return Ok(Some(merge.finish()));
        }
        self.merge = Some(merge);
        Ok(None)
    }

    fn add(&mut self, rows: &Rows) -> Result<(), Error> {
        let mut rows = rows.iter();
        while let Err(why) = self.history.append(&mut rows) {
            match why {
                PushError::TooMany => {
                    return Err(Error::new("the table is too large").because(why));
                }
                PushError::Twice(id) => self.leave_out(id, "it occurs twice".into()),
                PushError::Order { id, after } => {
                    let words = "it comes after revision {}: rows must come in the order of their \
                                 ids";
                    self.leave_out(id, Why::new(words, &[&after]));
                }
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, id: Revision, why: Why) {
        self.rejects.push(|| Reject { place: format!("revision {id}"), why });
    }
}
