//! A revision that was marked, to compare another one with it.

use super::app::App;
use crate::history::{History, RowIx};

/// Marks the selected revision, or takes the mark off it.
pub(super) fn mark(app: &mut App) {
    let Some(at) = app.row() else {
        app.refuse("No revision is selected. m marks one in a chain or in the log.");
        return;
    };
    let id = app.table.history.id(at);
    if app.mark.take_if(|mark| *mark == id).is_some() {
        app.tell(format!("Revision {id} is marked no more."));
    } else {
        app.mark = Some(id);
        app.tell(format!("Revision {id} is marked: d compares another one with it."));
    }
}

/// What the selected row is compared with: the marked one; and where none is marked, of a row whose key was
/// deleted, the last one before that.
///
/// # Errors
///
/// Why there is none.
pub(super) fn other(app: &App) -> Result<RowIx, String> {
    const HOW: &str = "m marks a revision, and then d compares another one with it. With the preview (c), d \
                       shows the chain before and after.";
    let (history, selected) = (&app.table.history, app.row());
    let Some(id) = app.mark else {
        return selected
            .and_then(|at| last_before_deletion(history, at))
            .ok_or_else(|| HOW.to_owned());
    };
    match history.find(id) {
        Some(with) if Some(with) != selected => Ok(with),
        Some(_) => Err("This is the marked revision: select another one.".to_owned()),
        None => Err(format!("Revision {id}, which was marked, is no longer in the table.")),
    }
}

/// The last value of a row's key before it was deleted, where it is; none for that itself.
///
/// ```text
///   5441 ◀── 5462 ◀── 5466 delete       5462 is the last; 5452 may come back, and is compared with it
///        ◀── 5452
/// ```
fn last_before_deletion(history: &History, at: RowIx) -> Option<RowIx> {
    let newest = history.key(history.key_at(at)?).newest?;
    let last = history.prev(newest).filter(|_| history.deleted(newest).is_set())?;
    let is_live = history.key_at(last) == history.key_at(at) && !history.deleted(last).is_set();
    (is_live && last != at).then_some(last)
}
