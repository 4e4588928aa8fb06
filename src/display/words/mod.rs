//! What kinescope says, in whole sentences: of a row, of a key, of a compaction.
//!
//! The sentences give the reason, not only the fate, and they are the same on the screen and in
//! every report.

mod chain;
mod compactor;
mod comparison;
mod forecast;
mod forgotten;
mod key;
mod link;
mod moment;
mod newest;
mod outcome;
mod part;
mod plan;
mod row;
mod usage;
mod value;
mod verdict;
mod verification;
mod why;
mod writers;
mod written;

pub(crate) use chain::notable;
pub use compactor::{compactor, stands_still, who, who_word};
pub use comparison::{apart, behind, histories, key_states, now, schema, side};
pub use forecast::{NONE_DATED, forecast, rate, unforeseen};
use forgotten::uncapitalized;
pub use forgotten::{Newest, capitalized, forgotten, nobody_points_at};
pub(crate) use key::one_by_one;
pub use key::{effect_word, key_now, story, taken_as_one};
pub use link::{absent, ahead, broken_link, foreign, fork, misdirected, unexplained, unrecorded};
pub use moment::{
    change_meaning, change_word, doubt, doubt_word, doubts, key_then, looked_at, taken_for, then,
    then_word, unlisted,
};
pub use newest::newest;
pub use outcome::{gone, outcome, rows_came};
use part::is_cut_off;
pub use part::{asked_for, no_effect, part, under};
pub use plan::{counts, stop, unreached};
pub use row::{Field, about, fields, nulls, title};
pub use usage::{STOPPED, about_part, bytes_unknown, failed, usage_part, without_size};
pub use value::{
    WHO_DELETED, about_difference, about_noise, about_revision, about_stored, about_value,
    about_who, masked, value_gone, value_of_another, value_unknown, why_masked,
};
pub use verdict::{path, prospect, turned, verdict, would_return};
pub use verification::verification;
pub use writers::{upgrade, writers};

pub use written::{dated, written, written_column};

pub use super::label::kind as kind_word;

use crate::history::{History, RowIx};

/// `5300, 5247 and 5122`.
fn list(history: &History, rows: impl IntoIterator<Item = RowIx>) -> String {
    revisions(rows.into_iter().map(|at| history.id(at)))
}

/// Revisions as a list in words; the middle of a long one is left out.
pub fn revisions(ids: impl IntoIterator<Item = u64>) -> String {
    const MOST: usize = 6;
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    match ids.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if ids.len() <= MOST => format!("{} and {last}", first.join(", ")),
        [.., last] => {
            format!("{} ({} more) and {last}", ids[..MOST - 2].join(", "), ids.len() - MOST + 1)
        }
    }
}
