//! A row with its values.

use sha2::{Digest as _, Sha256};

use crate::history::{Flag, Revision, Row};

/// A row with all its columns. It may be a Secret's: nothing shows it.
#[expect(missing_debug_implementations, reason = "it holds Secrets")]
#[derive(Clone, PartialEq, Eq)]
pub struct WholeRow {
    /// Its revision.
    pub id: Revision,
    /// The key; `None` is NULL, as in every column.
    pub name: Option<Vec<u8>>,
    /// What `created` holds: kine writes 0 and 1.
    pub created: Option<i64>,
    /// What `deleted` holds.
    pub deleted: Option<i64>,
    /// The revision that began the generation.
    pub create_revision: Option<Revision>,
    /// The row before this one.
    pub prev_revision: Option<Revision>,
    /// The TTL in seconds.
    pub lease: Option<i32>,
    /// The value.
    pub value: Option<Vec<u8>>,
    /// The value before.
    pub old_value: Option<Vec<u8>>,
}

/// What a row takes beside its texts.
const NUMBERS: usize = 64;

impl WholeRow {
    /// The same as a history has it.
    pub fn as_row(&self) -> Row<'_> {
        let flag = |number: Option<i64>| number.map_or(Flag::Null, Flag::from_number);
        Row {
            id: self.id,
            name: self.name.as_deref(),
            created: flag(self.created),
            deleted: flag(self.deleted),
            create_revision: self.create_revision,
            prev_revision: self.prev_revision,
            lease: self.lease,
        }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let texts = [&self.name, &self.value, &self.old_value];
        NUMBERS + texts.into_iter().flatten().map(Vec::len).sum::<usize>()
    }

    /// How many bytes its values have.
    pub fn value_bytes(&self) -> u64 {
        [&self.value, &self.old_value].into_iter().flatten().map(|it| it.len() as u64).sum()
    }

    /// Its value and its old value in a number each: 64 bits of SHA-256. NULL is not as an empty one.
    pub fn value_digests(&self) -> [u64; 2] {
        [&self.value, &self.old_value].map(|value| {
            let mut hash = Sha256::new();
            hash.update([u8::from(value.is_some())]);
            hash.update(value.as_deref().unwrap_or_default());
            let hash: [u8; 32] = hash.finalize().into();
            hash.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
        })
    }

    /// All its columns in one number, whichever database it is in: the first 128 bits of SHA-256 over
    /// each column in its order, as a byte that is 0 for NULL, else 1 and what follows: a number as 8
    /// bytes, the highest first, and a text as its length and its bytes.
    pub fn digest(&self) -> u128 {
        let mut hash = Sha256::new();
        let mut number = |number: Option<[u8; 8]>| match number {
            None => hash.update([0]),
            Some(bytes) => {
                hash.update([1]);
                hash.update(bytes);
            }
        };
        number(Some(self.id.to_be_bytes()));
        number(self.created.map(i64::to_be_bytes));
        number(self.deleted.map(i64::to_be_bytes));
        number(self.create_revision.map(u64::to_be_bytes));
        number(self.prev_revision.map(u64::to_be_bytes));
        number(self.lease.map(|lease| i64::from(lease).to_be_bytes()));
        for text in [&self.name, &self.value, &self.old_value] {
            match text {
                None => hash.update([0]),
                Some(bytes) => {
                    hash.update([1]);
                    hash.update((bytes.len() as u64).to_be_bytes());
                    hash.update(bytes);
                }
            }
        }
        let hash: [u8; 32] = hash.finalize().into();
        let (start, _) = hash.split_at(16);
        start.iter().fold(0, |number, &byte| number << 8 | u128::from(byte))
    }
}
