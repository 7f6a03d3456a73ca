//! The colours, light and dark. Each pair that carries text or a sign meets WCAG AA, which a test computes.

use super::drawing::Class;

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
        }
    }

    /// The colour in the light or the dark theme.
    #[must_use]
    pub fn colour(self, dark: bool) -> &'static str {
        let (day, night) = match self {
            Self::None => ("none", "none"),
            Self::Canvas => ("#fff", "#0d1117"),
            Self::Surface => ("#fff", "#1b232d"),
            Self::Ink => ("#1a222d", "#e7ecf2"),
            Self::Muted => ("#566171", "#a0acbb"),
            Self::Line => ("#64707f", "#8f9cad"),
            Self::Border => ("#c3cbd5", "#3d4a5a"),
            Self::Tint(depth) => match depth % TINTS {
                0 => ("#f5f7fa", "#12181f"),
                1 => ("#ebeff4", "#171e27"),
                2 => ("#e2e8ef", "#1c2530"),
                _ => ("#d9e1ea", "#222c38"),
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
        };
        if dark { night } else { day }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: &str) -> f64 {
        let colour = if colour == "#fff" { "#ffffff" } else { colour };
        let part = |i: usize| {
            let c = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).unwrap()) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: Paint, b: Paint, dark: bool) -> f64 {
        let (a, b) = (luminance(a.colour(dark)), luminance(b.colour(dark)));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
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
        }
    }
}
