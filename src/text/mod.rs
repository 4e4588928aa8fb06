//! Words and widths, whatever they are about: what is printed as itself and what is escaped, how
//! numbers, moments and rates are written, and where a line is broken. Nothing here knows kine.

mod escape;
mod instant;
mod number;
mod rate;
mod width;
mod wrap;
mod zone;

pub use escape::{escape, is_plain, printable, unescape};
pub use instant::{rfc3339, utc};
pub use number::{bytes, count, duration, grouped, is_number, share, signed, ungrouped};
pub use rate::Pace;
pub use width::{cut_end, cut_middle, cut_start, end_of, fold, pad};
pub use wrap::wrap;
pub use zone::{TypedTime, Zone};
