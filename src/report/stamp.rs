//! When a report was made, by what, and of which moment of the table: so that it stands by itself.

use crate::source::{Moment, Position};
use crate::text::{count, printable, utc};

/// By what a report was made, and what exactly was read for it.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// The version of kinescope.
    pub version: &'a str,
    /// Of which moment the rows are.
    pub moment: &'a Moment,
    /// The server, as `host:port` or the path of a socket, and the database; `None` for text.
    pub server: Option<(&'a str, &'a str)>,
}

impl Made<'_> {
    /// `2026-11-27 16:05:12 UTC by kinescope 0.1.0, binary log mysql-bin.000004 at 4711`.
    pub fn words(&self) -> String {
        let Moment { at, binlog, gtid } = self.moment;
        let at = at.map(|at| format!("{} ", utc(at))).unwrap_or_default();
        let place = match (binlog, gtid) {
            // It is exact, and the other is not.
            (Some(Position { file, position }), _) => format!(", binary log {file} at {position}"),
            (None, Some(gtid)) => format!(", after GTID {}", short(gtid)),
            (None, None) => String::new(),
        };
        printable(&format!("{at}by kinescope {}{place}", self.version)).into_owned()
    }
}

/// The first of the sets of GTIDs, where there are very many.
fn short(gtid: &str) -> String {
    const MOST: usize = 3;
    let sets: Vec<&str> = gtid.split(',').collect();
    match sets.len().saturating_sub(MOST) {
        0 => sets.join(", "),
        more => format!("{} and {}", sets[..MOST].join(", "), count(more as u64, "more set")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_exact_is_said_and_what_is_not_known_is_not() {
        let at = Some(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_795_512));
        let words = |moment: &Moment| Made { version: "0.1.0", moment, server: None }.words();
        let log = Position { file: "mysql-bin.000004".to_owned(), position: 4711 };
        let (binlog, gtid) = (Some(log), Some("a:1-3,b:1,c:4-9,d:1,e:1".to_owned()));
        let cases = [
            (Moment::default(), "by kinescope 0.1.0"),
            (Moment { at, binlog: None, gtid: None }, "2026-11-27 16:05:12 UTC by kinescope 0.1.0"),
            (
                Moment { at, binlog, gtid: gtid.clone() },
                "2026-11-27 16:05:12 UTC by kinescope 0.1.0, binary log mysql-bin.000004 at 4711",
            ),
            (
                Moment { gtid, ..Moment::default() },
                "by kinescope 0.1.0, after GTID a:1-3, b:1, c:4-9 and 2 more sets",
            ),
            (
                Moment { gtid: Some("0-7-6".to_owned()), ..Moment::default() },
                "by kinescope 0.1.0, after GTID 0-7-6",
            ),
        ];
        for (moment, expected) in cases {
            assert_eq!(words(&moment), expected);
        }
    }
}
