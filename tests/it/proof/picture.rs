//! A table that fails, as a picture.

use std::fmt;

use super::table::{Case, Row};

/// A line a row, and what is asked below them.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "    {row:?}")?;
        }
        write!(
            f,
            "    compacted to {}, {} retained, {} revisions a batch",
            self.target, self.min_retain, self.batch_size
        )
    }
}

/// `7 "/a" <- 5  created 0  deleted 1`; what is as usual is left out.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |it: Option<u64>| it.map_or("NULL".to_owned(), |it| it.to_string());
        let flag = |it: Option<i64>| it.map_or("NULL".to_owned(), |it| it.to_string());
        let name = match &self.name {
            Some(name) => format!("\"{}\"", name.escape_ascii()),
            None => "NULL".to_owned(),
        };
        write!(f, "{:>5} {name:<12} <- {:<5}", self.id, number(self.prev_revision))?;
        write!(f, " created {}  deleted {}", flag(self.created), flag(self.deleted))?;
        write!(f, "  create {}  lease {}", number(self.create_revision), flag(self.lease))?;
        for (what, value) in [("value", &self.value), ("old", &self.old_value)] {
            if let Some(value) = value {
                write!(f, "  {what} \"{}\"", value.escape_ascii())?;
            }
        }
        Ok(())
    }
}
