//! How a role looks, as the settings write it.

use anstyle::{Ansi256Color, AnsiColor, Color, Effects, RgbColor};
use kinescope::display::Change;
use kinescope::source::Error;
use kinescope::text::escape;

use super::quoted;
use super::section::{Value, unknown};
use crate::cli::suggest;

/// The terminal's own colours.
const NAMES: [(&str, AnsiColor); 16] = [
    ("black", AnsiColor::Black),
    ("red", AnsiColor::Red),
    ("green", AnsiColor::Green),
    ("yellow", AnsiColor::Yellow),
    ("blue", AnsiColor::Blue),
    ("magenta", AnsiColor::Magenta),
    ("cyan", AnsiColor::Cyan),
    ("white", AnsiColor::White),
    ("bright-black", AnsiColor::BrightBlack),
    ("bright-red", AnsiColor::BrightRed),
    ("bright-green", AnsiColor::BrightGreen),
    ("bright-yellow", AnsiColor::BrightYellow),
    ("bright-blue", AnsiColor::BrightBlue),
    ("bright-magenta", AnsiColor::BrightMagenta),
    ("bright-cyan", AnsiColor::BrightCyan),
    ("bright-white", AnsiColor::BrightWhite),
];

const MODIFIERS: [(&str, Effects); 5] = [
    ("bold", Effects::BOLD),
    ("dim", Effects::DIMMED),
    ("italic", Effects::ITALIC),
    ("underline", Effects::UNDERLINE),
    ("reverse", Effects::INVERT),
];

/// What is said of a role.
pub(super) fn change(value: &Value<'_>) -> Result<Change, Error> {
    let mut section = value.section("part")?.only(&["fg", "bg", "modifiers"])?;
    let mut change = Change::default();
    if let Some(fg) = section.take("fg") {
        change.fg = Some(colour(&fg)?);
    }
    if let Some(bg) = section.take("bg") {
        change.bg = Some(colour(&bg)?);
    }
    if let Some(value) = section.take("modifiers") {
        let mut effects = Effects::new();
        for name in value.texts()? {
            let known = MODIFIERS.iter().find(|(known, _)| *known == name);
            let (_, effect) = known.ok_or_else(|| {
                let names = MODIFIERS.map(|(name, _)| name);
                unknown(value.place, value.line, "modifier", name, &names)
            })?;
            effects = effects.insert(*effect);
        }
        change.effects = Some(effects);
    }
    Ok(change)
}

fn colour(value: &Value<'_>) -> Result<Color, Error> {
    let text = value.text()?;
    parse(text).map(shown_by_this_terminal).ok_or_else(|| {
        let nearest = suggest::nearest(text, NAMES.iter().map(|(name, _)| *name));
        value.error(format!("is no colour: {}", escape(text.as_bytes()))).hint(match nearest {
            Some(nearest) => format!("Did you mean {nearest}?"),
            None => {
                "Write red or bright-red, a number from 0 to 255, or #rrggbb, in quotes.".to_owned()
            }
        })
    })
}

fn parse(text: &str) -> Option<Color> {
    if let Some(hex) = text.strip_prefix('#') {
        let is_hex = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let [_, r, g, b] = u32::from_str_radix(hex, 16).ok().filter(|_| is_hex)?.to_be_bytes();
        return Some(RgbColor(r, g, b).into());
    }
    let named = NAMES.iter().find(|(name, _)| *name == text).map(|(_, color)| (*color).into());
    named.or_else(|| Some(Ansi256Color(text.parse().ok()?).into()))
}

/// The nearest of the 256 that every terminal has, unless this one says that it has them all.
fn shown_by_this_terminal(color: Color) -> Color {
    let says = std::env::var_os("COLORTERM");
    let has_all = says.is_some_and(|says| says == "truecolor" || says == "24bit");
    match color {
        Color::Rgb(rgb) if !has_all => anstyle_lossy::rgb_to_xterm(rgb).into(),
        other => other,
    }
}

/// How a role looks, as the settings write it.
pub(in crate::cli) fn shown(change: Change) -> String {
    let mut parts = Vec::new();
    for (name, color) in [("fg", change.fg), ("bg", change.bg)] {
        parts.extend(color.map(|color| format!("{name} = {}", quoted(&spelled(color)))));
    }
    if let Some(effects) = change.effects {
        let names = MODIFIERS.iter().filter(|(_, effect)| effects.contains(*effect));
        let names: Vec<String> = names.map(|(name, _)| quoted(name)).collect();
        parts.push(format!("modifiers = [{}]", names.join(", ")));
    }
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

fn spelled(color: Color) -> String {
    match color {
        Color::Ansi(color) => {
            let name = NAMES.iter().find(|(_, known)| *known == color);
            name.map(|(name, _)| (*name).to_owned()).unwrap_or_default()
        }
        Color::Ansi256(number) => number.index().to_string(),
        Color::Rgb(RgbColor(r, g, b)) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_a_name_a_number_or_its_parts() {
        for (name, color) in NAMES {
            assert_eq!(parse(name), Some(color.into()));
            assert_eq!(spelled(color.into()), name);
        }
        for text in ["0", "255", "#ff8700", "#000000"] {
            assert_eq!(parse(text).map(spelled).as_deref(), Some(text));
        }
        for text in ["256", "-1", "#ff", "#ff870g", "#+f8700", "Red", "redd", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_terminal_may_not_have_is_taken_from_the_256() {
        let orange: Color = RgbColor(0xff, 0x88, 0x02).into();
        // The tests' own environment may say either.
        let says = std::env::var_os("COLORTERM");
        if says.is_none_or(|says| says != "truecolor" && says != "24bit") {
            assert_eq!(shown_by_this_terminal(orange), Ansi256Color(208).into());
        }
        assert_eq!(shown_by_this_terminal(AnsiColor::Red.into()), AnsiColor::Red.into());
    }
}
