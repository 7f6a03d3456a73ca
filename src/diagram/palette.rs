//! The colours: light, dark, black on white, and those that a reader sets. Each built-in pair that carries text or a sign meets WCAG AA, which a test computes.

use std::borrow::Cow;

use super::drawing::Class;
use super::sign::Tone;
use crate::config::{Colour, Colours, Shades};

/// What something is painted with; the theme says which colour that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paint {
    /// Nothing.
    None,
    /// The page.
    Canvas,
    /// A node.
    Surface,
    /// Text.
    Ink,
    /// Text of second rank.
    Muted,
    /// Edges.
    Line,
    /// The border of a group.
    Border,
    /// A group by its depth.
    Tint(usize),
    /// The sign of a class.
    Accent(Class),
    /// Behind small text in the colour of a class.
    Soft(Class),
    /// Around it, where paper shows no tint.
    Hem,
    /// The ink of a sign.
    Tone(Tone),
    /// Behind a sign.
    Wash(Tone),
}

/// Which colours are in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those that the reader's system asks for.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Black on white.
    Print,
}

/// What a picture is coloured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A light screen.
    Light,
    /// A dark screen.
    Dark,
    /// Black ink on paper.
    Print,
}

impl Theme {
    /// The mode that holds where nothing asks for another.
    #[must_use]
    pub fn mode(self) -> Mode {
        match self {
            Self::Auto | Self::Light => Mode::Light,
            Self::Dark => Mode::Dark,
            Self::Print => Mode::Print,
        }
    }
}

/// Depths beyond this repeat.
pub const TINTS: usize = 4;

impl Paint {
    /// A short name, the same in every picture.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::None => "n".to_owned(),
            Self::Canvas => "c".to_owned(),
            Self::Surface => "u".to_owned(),
            Self::Ink => "i".to_owned(),
            Self::Muted => "m".to_owned(),
            Self::Line => "l".to_owned(),
            Self::Border => "b".to_owned(),
            Self::Tint(depth) => format!("t{}", depth % TINTS),
            Self::Accent(class) => format!("a{}", class as u8),
            Self::Soft(class) => format!("s{}", class as u8),
            Self::Hem => "e".to_owned(),
            Self::Tone(tone) => format!("o{}", tone as u8),
            Self::Wash(tone) => format!("w{}", tone as u8),
        }
    }

    /// The colour in a mode, a reader's own first.
    #[must_use]
    pub fn of(self, mode: Mode, own: &Colours) -> Cow<'static, str> {
        let chosen = match mode {
            Mode::Light => self.chosen(&own.light),
            Mode::Dark => self.chosen(&own.dark),
            Mode::Print => None,
        };
        match chosen {
            Some(colour) => Cow::Owned(colour.as_str().to_owned()),
            None if mode == Mode::Print => Cow::Borrowed(self.printed()),
            None => Cow::Borrowed(self.colour(mode == Mode::Dark)),
        }
    }

    fn chosen(self, shades: &Shades) -> Option<&Colour> {
        match self {
            Self::Canvas => shades.canvas.as_ref(),
            Self::Surface => shades.surface.as_ref(),
            Self::Ink => shades.ink.as_ref(),
            Self::Muted => shades.muted.as_ref(),
            Self::Line => shades.line.as_ref(),
            Self::Border => shades.border.as_ref(),
            Self::Tint(depth) => shades.tints.get(depth.checked_rem(shades.tints.len())?),
            // what is behind a badge must let its colour be read, so it is the node itself where that is set
            Self::Soft(_) => shades.surface.as_ref(),
            Self::Accent(class) => match class {
                Class::Actor => shades.actor.as_ref(),
                Class::Traffic => shades.traffic.as_ref(),
                Class::Compute => shades.compute.as_ref(),
                Class::Data => shades.data.as_ref(),
                Class::Messaging => shades.messaging.as_ref(),
                Class::Platform => shades.platform.as_ref(),
            },
            Self::Hem => shades.surface.as_ref().and(shades.border.as_ref()),
            Self::None | Self::Tone(_) | Self::Wash(_) => None,
        }
    }

    /// On paper: black and white alone, forms say the rest.
    fn printed(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Canvas | Self::Surface | Self::Tint(_) | Self::Soft(_) | Self::Wash(_) => "#fff",
            Self::Ink | Self::Muted | Self::Line | Self::Border | Self::Hem => "#000",
            Self::Accent(_) | Self::Tone(_) => "#000",
        }
    }

    /// The built-in colour of the light or the dark theme.
    #[must_use]
    pub fn colour(self, dark: bool) -> &'static str {
        let (day, night) = match self {
            Self::None | Self::Hem => ("none", "none"),
            Self::Canvas => ("#fff", "#0d1117"),
            Self::Surface => ("#fff", "#10161d"),
            Self::Ink => ("#1a222d", "#e7ecf2"),
            Self::Muted => ("#566171", "#a0acbb"),
            Self::Line => ("#64707f", "#8f9cad"),
            Self::Border => ("#c3cbd5", "#45525f"),
            Self::Tint(depth) => match depth % TINTS {
                0 => ("#f5f7fa", "#161c24"),
                1 => ("#ebeff4", "#1e262f"),
                2 => ("#e2e8ef", "#262f3a"),
                _ => ("#d9e1ea", "#2d3743"),
            },
            Self::Accent(class) => match class {
                Class::Actor => ("#6546b8", "#b9a7f7"),
                Class::Traffic => ("#0a6475", "#5fcbd9"),
                Class::Compute => ("#1a5bb8", "#80b5ff"),
                Class::Data => ("#276b37", "#78cf8e"),
                Class::Messaging => ("#96480a", "#f0ab63"),
                Class::Platform => ("#8a2f6f", "#e79bd0"),
            },
            Self::Soft(class) => match class {
                Class::Actor => ("#f0ecfb", "#2b2547"),
                Class::Traffic => ("#e2f3f5", "#12333b"),
                Class::Compute => ("#e6effc", "#183151"),
                Class::Data => ("#e5f3e8", "#183720"),
                Class::Messaging => ("#fbefe0", "#3c2a12"),
                Class::Platform => ("#f8e9f3", "#3b2234"),
            },
            Self::Tone(tone) => match tone {
                Tone::Good => ("#1d6b3c", "#6fd08c"),
                Tone::Info => ("#2a5a9c", "#8ab8f5"),
                Tone::Warn => ("#8a4b00", "#f2b24c"),
                Tone::Bad => ("#b3191e", "#ff8f87"),
                Tone::Step => ("#6a2fb5", "#c6a5ff"),
            },
            Self::Wash(tone) => match tone {
                Tone::Good => ("#e3f4e8", "#14331f"),
                Tone::Info => ("#e5eefb", "#172c48"),
                Tone::Warn => ("#fdf0d5", "#3a2a0c"),
                Tone::Bad => ("#fde7e6", "#451a1c"),
                Tone::Step => ("#f0e8fc", "#30204d"),
            },
        };
        if dark { night } else { day }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(a: Paint, b: Paint, dark: bool) -> f64 {
        super::super::contrast::contrast(a.colour(dark), b.colour(dark)).unwrap()
    }

    #[test]
    fn text_and_signs_meet_wcag_aa() {
        let classes =
            [Class::Actor, Class::Traffic, Class::Compute, Class::Data, Class::Messaging, Class::Platform];
        let grounds =
            [Paint::Canvas, Paint::Surface, Paint::Tint(0), Paint::Tint(1), Paint::Tint(2), Paint::Tint(3)];
        for dark in [false, true] {
            for ground in grounds {
                for text in [Paint::Ink, Paint::Muted] {
                    assert!(contrast(text, ground, dark) >= 4.5, "{text:?} on {ground:?}, dark {dark}");
                }
                assert!(contrast(Paint::Line, ground, dark) >= 3.0, "lines on {ground:?}, dark {dark}");
                for class in classes {
                    let c = contrast(Paint::Accent(class), ground, dark);
                    assert!(c >= 3.0, "{class:?} on {ground:?}, dark {dark}: {c}");
                }
            }
            for class in classes {
                let c = contrast(Paint::Accent(class), Paint::Soft(class), dark);
                assert!(c >= 4.5, "badge of {class:?}, dark {dark}: {c}");
            }
            for tone in Tone::ALL {
                for ground in grounds {
                    let c = contrast(Paint::Tone(tone), ground, dark);
                    assert!(c >= 3.0, "{tone:?} on {ground:?}, dark {dark}: {c}");
                }
                for ground in [Paint::Wash(tone), Paint::Canvas, Paint::Surface] {
                    let c = contrast(Paint::Tone(tone), ground, dark);
                    assert!(c >= 4.5, "text of {tone:?} on {ground:?}, dark {dark}: {c}");
                }
            }
        }
    }

    #[test]
    fn paper_takes_black_and_white_alone() {
        let own = Colours::default();
        for paint in
            [Paint::Ink, Paint::Border, Paint::Tint(3), Paint::Tone(Tone::Bad), Paint::Wash(Tone::Bad)]
        {
            assert!(matches!(&*paint.of(Mode::Print, &own), "#000" | "#fff"), "{paint:?}");
        }
    }

    #[test]
    fn a_colour_of_ones_own_goes_first() {
        let own: Colours = toml::from_str("dark = { ink = '#abc', tints = ['#111', '#222'] }").unwrap();
        assert_eq!(Paint::Ink.of(Mode::Dark, &own), "#abc");
        assert_eq!(Paint::Tint(3).of(Mode::Dark, &own), "#222");
        assert_eq!(Paint::Ink.of(Mode::Light, &own), Paint::Ink.colour(false));
        assert_eq!(Paint::Tint(0).of(Mode::Light, &own), Paint::Tint(0).colour(false));
    }
}
