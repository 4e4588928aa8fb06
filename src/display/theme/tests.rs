//! Whether text can be read: contrast as WCAG 2 measures it, and what eyes see that lack a colour.

use anstyle::{AnsiColor, Color, RgbColor};
use anstyle_lossy::color_to_rgb;
use anstyle_lossy::palette::VGA;

use super::*;
use crate::audit::Severity;

/// Backgrounds that people have: black, VS Code, One Dark, Solarized, Nord.
const DARK: [u32; 5] = [0x00_0000, 0x1e_1e1e, 0x28_2c34, 0x00_2b36, 0x2e_3440];
/// White, Solarized, the grey of some.
const LIGHT: [u32; 3] = [0xff_ffff, 0xfd_f6e3, 0xee_eeee];

/// Every palette of fixed colours; the backgrounds that it is for; the contrast of its text with them.
const FIXED: [(Palette, &[u32], f64); 6] = [
    (Palette::Dark, &DARK, 4.5),
    (Palette::Light, &LIGHT, 4.5),
    (Palette::ColourBlindDark, &DARK, 4.5),
    (Palette::ColourBlindLight, &LIGHT, 4.5),
    // More is asked of these, on backgrounds that are as they should be for that.
    (Palette::HighContrastDark, &[0x00_0000, 0x1e_1e1e], 7.0),
    (Palette::HighContrastLight, &[0xff_ffff, 0xfd_f6e3], 7.0),
];

const BARS: [Role; 2] = [Role::Selected, Role::Remembered];

fn rgb(hex: u32) -> RgbColor {
    let [_, r, g, b] = hex.to_be_bytes();
    RgbColor(r, g, b)
}

/// How much light each part of a colour gives.
fn linear(color: RgbColor) -> [f64; 3] {
    [color.r(), color.g(), color.b()].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

fn luminance(color: RgbColor) -> f64 {
    let [r, g, b] = linear(color);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: RgbColor, other: RgbColor) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// A colour that is the same everywhere.
#[track_caller]
fn fixed(color: Option<Color>) -> RgbColor {
    match color.expect("it has a colour") {
        Color::Ansi256(number) if number.index() >= 16 => color_to_rgb(number.into(), VGA),
        other => panic!("{other:?} differs from terminal to terminal"),
    }
}

#[test]
fn text_can_be_read_on_every_background() {
    for (palette, backgrounds, most) in FIXED {
        let theme = Theme::of(palette);
        for role in Role::ALL.into_iter().filter(|role| !BARS.contains(role)) {
            let text = fixed(theme.style(role).get_fg_color());
            // A line need not be read.
            let is_line = matches!(role, Role::Border | Role::Focus);
            let least = if is_line { 2.5 } else { most };
            for background in backgrounds {
                let measured = contrast(text, rgb(*background));
                assert!(measured >= least, "{palette:?} {role:?} {background:06x} {measured:.2}");
            }
        }
    }
}

#[test]
fn a_bar_has_one_background_on_which_everything_can_be_read() {
    for (palette, backgrounds, _) in FIXED {
        let theme = Theme::of(palette);
        for bar in BARS {
            let ground = fixed(theme.style(bar).get_bg_color());
            for role in Role::ALL.into_iter().filter(|role| !BARS.contains(role)) {
                let style = theme.on_bar(role, bar);
                assert_eq!(fixed(style.get_bg_color()), ground, "{palette:?} {role:?}");
                assert_eq!(style.get_fg_color(), theme.style(role).get_fg_color());
                let measured = contrast(fixed(style.get_fg_color()), ground);
                let is_line = matches!(role, Role::Border | Role::Focus);
                let least = if is_line { 2.4 } else { 4.5 };
                assert!(measured >= least, "{palette:?} {role:?} on {bar:?} {measured:.2}");
            }
        }
        let [bar, elsewhere] = BARS.map(|bar| fixed(theme.style(bar).get_bg_color()));
        assert_ne!(bar, elsewhere, "{palette:?}");
        for background in backgrounds {
            assert_ne!(bar, rgb(*background), "{palette:?} {background:06x}");
        }
    }
    // Reversed, text of another colour would make a background of its own.
    for palette in [Palette::Own, Palette::ColourBlind, Palette::Mono, Palette::HighContrast] {
        for role in Role::ALL {
            let style = Theme::of(palette).on_bar(role, Role::Selected);
            assert_eq!((style.get_fg_color(), style.get_bg_color()), (None, None), "{palette:?}");
            assert!(style.get_effects().contains(Effects::INVERT));
        }
    }
}

/// What eyes without the cones for red, or for green, make of a colour (Machado, Oliveira and Fernandes
/// 2009).
const PROTAN: [[f64; 3]; 3] = [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
];
const DEUTAN: [[f64; 3]; 3] = [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_820, 0.042_940, 0.968_881],
];

/// How far two colours are from each other for such eyes, in CIE Lab.
fn distance(one: RgbColor, other: RgbColor, eyes: [[f64; 3]; 3]) -> f64 {
    let seen = |color: RgbColor| {
        let light = linear(color);
        let [red, green, blue] = eyes.map(|row| {
            row.iter().zip(light).map(|(part, light)| part * light).sum::<f64>().clamp(0.0, 1.0)
        });
        let [x, y, z] = [
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
        ]
        .map(|it| if it > 0.008_856 { it.cbrt() } else { 7.787 * it + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    };
    let squares = seen(one).into_iter().zip(seen(other)).map(|(one, other)| (one - other).powi(2));
    squares.sum::<f64>().sqrt()
}

#[test]
fn eyes_that_lack_a_colour_tell_danger_from_warning_and_good() {
    for palette in [Palette::ColourBlindDark, Palette::ColourBlindLight] {
        let colour = |role| fixed(Theme::of(palette).style(role).get_fg_color());
        let [danger, warning, good] =
            [Role::Severity(Severity::Error), Role::Severity(Severity::Warning), Role::Live]
                .map(colour);
        for eyes in [PROTAN, DEUTAN] {
            for (one, other) in [(danger, warning), (danger, good), (warning, good)] {
                let apart = distance(one, other, eyes);
                assert!(apart > 30.0, "{palette:?} {one:?} {other:?} {apart:.0}");
            }
        }
        // In grey as well.
        assert!(contrast(danger, warning) > 1.8, "{palette:?}");
    }
    // The 16 have no two colours for it: there a line under it tells, bold or not.
    let style = |role| Theme::of(Palette::ColourBlind).style(role).get_effects();
    for danger in [Role::Severity(Severity::Error), Role::Lost, Role::Broken, Role::Resurrected] {
        assert!(style(danger).contains(Effects::UNDERLINE), "{danger:?}");
    }
    for warning in [Role::Severity(Severity::Warning), Role::Fork, Role::Reverted] {
        assert!(!style(warning).contains(Effects::UNDERLINE), "{warning:?}");
    }
    // And the theme for everybody is not one of those: red and green are one there.
    let colour = |role| fixed(Theme::of(Palette::Dark).style(role).get_fg_color());
    assert!(distance(colour(Role::Live), colour(Role::Lost), DEUTAN) < 30.0);
}

#[test]
fn high_contrast_has_nothing_dim() {
    for role in Role::ALL {
        let style = Theme::of(Palette::HighContrast).style(role);
        assert!(!style.get_effects().contains(Effects::DIMMED), "{role:?}");
    }
}

#[test]
fn what_is_chosen_for_a_role_wins_and_leaves_the_rest() {
    const RED: Change = Change { fg: Some(Color::Ansi(AnsiColor::Red)), bg: None, effects: None };
    const PLAIN: Change = Change { fg: None, bg: None, effects: Some(Effects::new()) };
    let theme = Theme::DEFAULT.with(&[(Role::Key, RED), (Role::Title, PLAIN)]);
    let key = theme.style(Role::Key);
    assert_eq!(key.get_fg_color(), RED.fg);
    assert!(key.get_effects().contains(Effects::BOLD), "as the palette has it");
    assert!(theme.style(Role::Title).is_plain());
    assert_eq!(theme.style(Role::Live), Theme::DEFAULT.style(Role::Live));
    // A background that is learnt of changes the palette, and not the choice.
    let theme = theme.on(Background::Dark);
    assert_eq!(theme.style(Role::Key).get_fg_color(), RED.fg);
    assert_eq!(theme.style(Role::Live), Theme::of(Palette::Dark).style(Role::Live));
    let light = Theme::of(Palette::Light).with(&[(Role::Key, RED), (Role::Title, PLAIN)]);
    assert_eq!(theme.on(Background::Light), light, "who knows better is believed");
    assert_eq!(Theme::MONO.on(Background::Dark), Theme::MONO);
}

#[test]
fn a_bar_that_is_given_a_background_keeps_the_colours_on_it() {
    const BLUE: Change = Change { fg: None, bg: Some(Color::Ansi(AnsiColor::Blue)), effects: None };
    let theme = Theme::DEFAULT.with(&[(Role::Selected, BLUE)]);
    let style = theme.on_bar(Role::Live, Role::Selected);
    assert_eq!(style.get_bg_color(), BLUE.bg);
    assert_eq!(style.get_fg_color(), theme.style(Role::Live).get_fg_color());
    assert!(!style.get_effects().contains(Effects::INVERT));
}

#[test]
fn every_role_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> = Role::ALL.into_iter().map(Role::name).collect();
    assert_eq!(names.len(), Role::ALL.len());
}
