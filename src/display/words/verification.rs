//! What became of what was said of a table, in sentences.

use super::effect_word;
use crate::history::certificate::{Certificate, KeyNow, Outcome, Promise, Verification};
use crate::history::{History, Revision};
use crate::text::{count, escape, grouped};

/// How many revisions or keys are named.
const MOST: usize = 10;

/// What became of a certificate, the most important first.
pub fn verification(
    certificate: &Certificate,
    found: &Verification,
    history: &History,
) -> Vec<String> {
    let mut said = vec![outcome(certificate, found, history)];
    let lists = match found.outcome {
        Outcome::Differently => [
            ("", &found.missing),
            ("Rows of the certificate whose fate is another one now: ", &found.unexpected),
        ],
        _ => [
            ("Rows that are missing: ", &found.missing),
            ("Rows that should not be there: ", &found.unexpected),
        ],
    };
    let lists = lists.into_iter().filter(|(_, ids)| !ids.is_empty());
    said.extend(lists.map(|(what, ids)| format!("{what}{}.", some(ids, Revision::to_string))));
    if !found.altered.is_empty() {
        let range = |(first, last): &(Revision, Revision)| format!("{first} to {last}");
        said.push(format!(
            "Rows that are not what they were are among {}.",
            some(&found.altered, range)
        ));
    }
    if found.unread > 0 && found.outcome != Outcome::Older {
        let blocks = count(found.unread as u64, "block");
        said.push(format!(
            "Rows of {blocks} of up to 1,000 ids could be counted, but not compared column by column: \
             the certificate has a hash for all of them together."
        ));
    }
    said.extend(found.keys.iter().take(MOST).map(key));
    if let Some(more) = found.keys.len().checked_sub(MOST).filter(|&more| more > 0) {
        said.push(format!("And {}.", count(more as u64, "more key")));
    }
    said
}

fn outcome(certificate: &Certificate, found: &Verification, history: &History) -> String {
    let Certificate { current, reached, .. } = certificate;
    let now = history.compacted().unwrap_or_default();
    let newer = match found.newer {
        0 => String::new(),
        newer => format!(" {} came since.", count(newer as u64, "newer row")),
    };
    match found.outcome {
        Outcome::Same => "This is the table of the certificate: every row is the same.".to_owned(),
        Outcome::Grown => format!(
            "Every row of the certificate is there and the same, and a compaction to {reached} still has \
             the same effect.{newer}"
        ),
        Outcome::Differently => format!(
            "Every row of the certificate is there and the same, but with the newer ones a compaction to \
             {reached} has another effect.{newer} Make a new certificate."
        ),
        Outcome::Kept => format!(
            "KEPT: the table was compacted to {reached}, and of the rows up to {current} exactly the {} that \
             were to stay are there, every one the same.{newer}",
            grouped(
                certificate.survivors.iter().map(|block| block.ids.iter().count() as u64).sum()
            )
        ),
        Outcome::UnderWay => format!(
            "The table is compacted to {now}, and the certificate is of a compaction to {reached}: so far no \
             row is gone that was to stay.{newer}"
        ),
        Outcome::Beyond => format!(
            "The table is compacted to {now}, further than {reached}, to which the certificate goes: every \
             row that was to go is gone. Rows that were to stay may have gone later, and that the \
             certificate cannot tell.{newer}"
        ),
        Outcome::Broken => format!(
            "CHANGED: the table is not what the certificate says, neither before the compaction to \
             {reached} nor after it.{newer}"
        ),
        Outcome::Older => format!(
            "This is not the table of the certificate, or it is that of an earlier time: the certificate \
             knows rows up to {current}, compacted to {}.",
            certificate.compacted.unwrap_or_default()
        ),
    }
}

/// The first of some things.
fn some<T>(all: &[T], name: impl Fn(&T) -> String) -> String {
    let named: Vec<String> = all.iter().take(MOST).map(name).collect();
    match all.len().saturating_sub(MOST) {
        0 => named.join(", "),
        more => format!("{} and {} more", named.join(", "), grouped(more as u64)),
    }
}

/// `/registry/minions/a: would have come back at 7, and stays as it is now.`
fn key(key: &KeyNow) -> String {
    let name = key.then.as_ref().or(key.now.as_ref()).map_or(&[][..], |promise| &promise.name);
    let what = |promise: &Option<Promise>| match promise {
        None => "unchanged".to_owned(),
        Some(Promise { effect, after: None, .. }) => effect_word(*effect).to_owned(),
        Some(Promise { effect, after: Some(after), .. }) => {
            format!("{} at {after}", effect_word(*effect))
        }
    };
    format!("{}: {} by the certificate, {} now.", escape(name), what(&key.then), what(&key.now))
}
