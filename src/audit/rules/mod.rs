//! The rules, one file each.

mod auto_increment_step;
mod backlog;
mod broken_link;
mod column_type;
mod compact_rev_key;
mod create_on_live;
mod create_revision;
mod damaged_file;
mod duplicate_index;
mod engine;
mod equal_names;
mod foreign_pointer;
mod forgotten_row;
mod fork;
mod forward_pointer;
mod gap_rows;
mod id_headroom;
mod id_holes;
mod missing_index;
mod name_collation;
mod name_order;
mod narrow_column;
mod newest_rows;
mod null_value;
mod odd_name;
mod odd_value;
mod returned_key;
mod returning_key;
mod revision_reuse;
mod revision_step;
mod second_root;
mod sequence_behind;
mod snapshot_isolation;
mod stale_tombstone;
mod stalled_compaction;
mod uncompacted_row;
mod unique_index;
mod unrecorded_compaction;
mod unwritable_table;
mod view;
mod write_on_tombstone;
mod zero_retain;

use super::Rule;
use crate::history::Dialect;

/// Every rule: those over rows first, then those over the table, then those over the database.
pub const RULES: &[&Rule] = &[
    &fork::RULE,
    &broken_link::RULE,
    &newest_rows::RULE,
    &forward_pointer::RULE,
    &foreign_pointer::RULE,
    &create_on_live::RULE,
    &write_on_tombstone::RULE,
    &second_root::RULE,
    &returned_key::RULE,
    &returning_key::RULE,
    &forgotten_row::RULE,
    &uncompacted_row::RULE,
    &stale_tombstone::RULE,
    &create_revision::RULE,
    &null_value::RULE,
    &odd_value::RULE,
    &odd_name::RULE,
    &equal_names::RULE,
    &compact_rev_key::RULE,
    &unrecorded_compaction::RULE,
    &gap_rows::RULE,
    &id_holes::RULE,
    &revision_step::RULE,
    &backlog::RULE,
    &stalled_compaction::RULE,
    &zero_retain::RULE,
    &unique_index::RULE,
    &missing_index::RULE,
    &duplicate_index::RULE,
    &engine::RULE,
    &view::RULE,
    &unwritable_table::RULE,
    &id_headroom::RULE,
    &narrow_column::RULE,
    &column_type::RULE,
    &name_collation::RULE,
    &snapshot_isolation::RULE,
    &auto_increment_step::RULE,
    &revision_reuse::RULE,
    &name_order::RULE,
    &sequence_behind::RULE,
    &damaged_file::RULE,
];

/// The rules that are about a table in a database of this kind, or about any.
pub fn about(dialect: Dialect) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().filter(move |rule| !rule.is_of_another(dialect))
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
