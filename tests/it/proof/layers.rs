//! A key that came back, deleted again and compacted again, until it stays away.

use kinescope::history::compaction::{KeyEffect, Plan, Policy};
use kinescope::history::{History, KeyId};

use super::compare::{Wrong, same};
use super::desk::Desk;
use super::kine;
use super::table::Row;
use crate::support::any::{Client, is_duplicate};

/// Compares the layers of the first affected key that has any. How many there are; 0 when none was
/// tried.
pub async fn check(
    desk: &mut Desk<impl Client>,
    history: &History,
    plan: &Plan,
) -> Result<usize, Wrong> {
    // Nobody deletes compact_rev_key; and the tombstone of revision 0, which no kine writes, would
    // point at nothing.
    let tried = |it: KeyEffect| {
        let layers = plan.layers(history, &it);
        let is_tried = it.key != KeyId::MARK && !layers.is_empty() && !layers.contains(&0);
        is_tried.then_some((it, layers))
    };
    let tried = plan.effects(history).into_iter().find_map(tried);
    let Some((effect, expected)) = tried else { return Ok(0) };
    // An id that nobody points at; nor at the next, which a mark may need.
    let rows = desk.rows().await?;
    let taken = rows.iter().flat_map(|row| [Some(row.id), row.prev_revision]).flatten().max();
    let mut id = taken.unwrap_or_default().saturating_add(2);
    let key = history.name(effect.key);
    let mut layers = vec![expected[0]];
    loop {
        let live = layers[layers.len() - 1];
        if id >= desk.highest.min(u64::MAX / 2) {
            return Ok(0);
        }
        match desk.insert(&[row(id, key, true, live)]).await {
            Ok(()) => {}
            // A row of the key points at the live one already: kine could not delete it.
            Err(error) if is_duplicate(&error) => return Ok(0),
            Err(error) => return Err(error.into()),
        }
        if kine::compacted(&mut desk.connection).await?.is_none() {
            // kine is started again.
            desk.connection.run("DELETE FROM kine WHERE name = 'compact_rev_key'").await?;
            desk.insert(&[row(id - 1, b"compact_rev_key", false, 0)]).await?;
        }
        // A row that points forward would count in one batch and not in another.
        let batch_size = if history.points_forward() { id } else { id.div_ceil(7) };
        let policy = Policy { min_retain: 0, batch_size, ..Policy::DEFAULT };
        kine::compact(&mut desk.connection, id, policy).await?;
        let Some(next) = desk.newest(key).await?.filter(|it| it.live) else { break };
        layers.push(next.revision);
        if layers.len() > rows.len() {
            break;
        }
        id += 2;
    }
    same("the layers", &layers, &expected)?;
    Ok(layers.len())
}

/// A tombstone, or a mark.
fn row(id: u64, name: &[u8], deleted: bool, prev_revision: u64) -> Row {
    Row {
        id,
        name: Some(name.to_vec()),
        created: Some(i64::from(!deleted)),
        deleted: Some(i64::from(deleted)),
        create_revision: Some(0),
        prev_revision: Some(prev_revision),
        lease: Some(0),
        value: None,
        old_value: None,
    }
}
