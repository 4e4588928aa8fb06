//! Whether the terminal's background is dark or light: asked of it by OSC 11.
//!
//! The answer comes among what is typed, whenever it comes, and to the terminal's reader it looks like
//! keys: `Alt-]`, then `11;rgb:1e1e/1e1e/1e1e` and an end. It is taken out there. So nothing waits for an
//! answer, a terminal that gives none costs nothing, and no key is lost.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::display::Background;

/// How long after the question an answer is waited for when the program ends: what came later would
/// stand on the shell's line.
const PATIENCE: Duration = Duration::from_millis(100);

/// How old a question may be that is waited for: who has not answered by then will not.
const RECENT: Duration = Duration::from_secs(1);

/// Who has not answered by then never will, and what looks like an answer was typed.
const LATEST: Duration = Duration::from_secs(10);

/// What an answer begins with, after `Alt-]`.
const START: &str = "11;rgb:";

/// No answer is longer.
const LONGEST: usize = 40;

/// A question, and as much of its answer as has come.
#[derive(Debug, Default)]
pub(super) struct Question {
    asked: Option<Instant>,
    begun: Vec<KeyEvent>,
}

impl Question {
    /// Asks the terminal.
    ///
    /// # Errors
    ///
    /// When it cannot be written to.
    pub(super) fn ask(&mut self) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(b"\x1b]11;?\x1b\\")?;
        out.flush()?;
        self.asked = Some(Instant::now());
        Ok(())
    }

    /// How much longer the end of the program waits for an answer, if it does.
    pub(super) fn patience(&self) -> Option<Duration> {
        let since = self.asked?.elapsed();
        (since < RECENT).then_some(PATIENCE)
    }

    /// Takes the answer out of what was typed. What only looked like one at first is given back.
    pub(super) fn take(&mut self, keys: Vec<KeyEvent>) -> (Vec<KeyEvent>, Option<Background>) {
        if self.asked.is_none_or(|asked| asked.elapsed() > LATEST) {
            return ([std::mem::take(&mut self.begun), keys].concat(), None);
        }
        let mut typed = Vec::with_capacity(keys.len());
        let mut found = None;
        for key in keys {
            let is_start = is_alt(key, ']');
            if self.begun.is_empty() && !is_start {
                typed.push(key);
                continue;
            }
            let is_end = is_alt(key, '\\') || is_control_g(key);
            if let Some(background) = background(&self.text()).filter(|_| is_end) {
                found = Some(background);
                self.begun.clear();
                self.asked = None;
                continue;
            }
            self.begun.push(key);
            if is_end || !self.may_go_on() {
                typed.append(&mut self.begun);
            }
        }
        (typed, found)
    }

    /// What followed the start.
    fn text(&self) -> String {
        self.begun.iter().skip(1).filter_map(|key| key.code.as_char()).collect()
    }

    /// Whether what has come may be the beginning of an answer.
    fn may_go_on(&self) -> bool {
        let plain = |key: &KeyEvent| (key.modifiers - KeyModifiers::SHIFT).is_empty();
        let text = self.text();
        let fits = match text.strip_prefix(START) {
            Some(colour) => colour.chars().all(|char| char.is_ascii_hexdigit() || char == '/'),
            None => START.starts_with(&text),
        };
        fits && self.begun.len() <= LONGEST && self.begun.iter().skip(1).all(plain)
    }
}

fn is_alt(key: KeyEvent, char: char) -> bool {
    key.code == KeyCode::Char(char) && key.modifiers == KeyModifiers::ALT
}

fn is_control_g(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('g') && key.modifiers == KeyModifiers::CONTROL
}

/// What `11;rgb:1e1e/1e1e/1e1e` says: each part has one to four digits.
fn background(text: &str) -> Option<Background> {
    let mut parts = text.strip_prefix(START)?.split('/').map(|part| {
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1)?;
        let part = u32::from_str_radix(part, 16).ok()?;
        (most > 0).then(|| f64::from(part) / f64::from(most))
    });
    let (r, g, b) = (parts.next()??, parts.next()??, parts.next()??);
    // As bright as eyes find it, near enough.
    let is_light = 0.299 * r + 0.587 * g + 0.114 * b > 0.5;
    parts.next().is_none().then_some(if is_light { Background::Light } else { Background::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the terminal's reader makes of bytes that it takes for keys.
    fn keys(text: &str) -> Vec<KeyEvent> {
        let mut keys = Vec::new();
        let mut alt = KeyModifiers::NONE;
        for char in text.chars() {
            let key = match char {
                '\x1b' => {
                    alt = KeyModifiers::ALT;
                    continue;
                }
                '\x07' => KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL),
                char if char.is_ascii_uppercase() => {
                    KeyEvent::new(KeyCode::Char(char), KeyModifiers::SHIFT)
                }
                char => KeyEvent::new(KeyCode::Char(char), alt),
            };
            alt = KeyModifiers::NONE;
            keys.push(key);
        }
        keys
    }

    /// What is left of keys that come in two pieces, and what they told.
    fn taken(text: &str, at: usize) -> (Vec<KeyEvent>, Option<Background>) {
        let mut question = Question { asked: Some(Instant::now()), begun: Vec::new() };
        let mut all = keys(text);
        let rest = all.split_off(at.min(all.len()));
        let (mut left, first) = question.take(all);
        let (after, second) = question.take(rest);
        left.extend(after);
        // What is kept back looks like an answer still.
        left.append(&mut question.begun);
        (left, first.or(second))
    }

    #[test]
    fn an_answer_is_taken_out_of_what_is_typed() {
        let cases = [
            ("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "", Some(Background::Dark)),
            ("j\x1b]11;rgb:ffff/ffff/ffff\x07k", "jk", Some(Background::Light)),
            ("/x\x1b]11;rgb:FD/F6/E3\x07", "/x", Some(Background::Light)),
            ("\x1b]11;rgb:0/2b/36\x1b\\q", "q", Some(Background::Dark)),
            // No answer, and what cannot be one: all of it was typed.
            ("jkq", "jkq", None),
            ("\x1b]11;rgb:1e1e/1e1e\x07q", "\x1b]11;rgb:1e1e/1e1e\x07q", None),
            ("\x1b]11;rgb:///\x07", "\x1b]11;rgb:///\x07", None),
            ("\x1b]4;1;rgb:0/0/0\x07", "\x1b]4;1;rgb:0/0/0\x07", None),
            ("\x1b]\x1b]q", "\x1b]\x1b]q", None),
            ("\x1b]11;rgb:1x", "\x1b]11;rgb:1x", None),
        ];
        for (text, left, told) in cases {
            for at in 0..=text.len() {
                assert_eq!(taken(text, at), (keys(left), told), "{text:?} in two at {at}");
            }
        }
        let endless = format!("\x1b]11;rgb:{}", "f".repeat(100));
        assert_eq!(taken(&endless, 50), (keys(&endless), None));
    }

    #[test]
    fn nobody_who_was_not_asked_answers() {
        let answer = keys("\x1b]11;rgb:0/0/0\x07");
        assert_eq!(Question::default().take(answer.clone()), (answer, None));
    }
}
