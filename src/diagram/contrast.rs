//! How well colours of one's own can be told apart. It knows which paint lies on which, not what either shows.

use super::drawing::Class;
use super::palette::{Mode, Paint, TINTS, Theme};
use crate::config::Colours;

/// Two colours that are hard to tell apart, of which at least one is the reader's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Faint {
    /// `light.ink`
    pub over: String,
    /// Its colour.
    pub colour: String,
    /// `light.canvas`
    pub ground: String,
    /// Its colour.
    pub ground_colour: String,
    /// Their contrast, 1 to 21.
    pub contrast: f64,
    /// What WCAG AA asks for.
    pub least: f64,
}

/// For text and for lines.
const LEAST: (f64, f64) = (4.5, 3.0);

/// The worst pair of each ink that falls short of WCAG AA in a theme.
#[must_use]
pub fn faint(theme: Theme, own: &Colours) -> Vec<Faint> {
    let modes: &[Mode] = match theme {
        Theme::Auto => &[Mode::Light, Mode::Dark],
        Theme::Light => &[Mode::Light],
        Theme::Dark => &[Mode::Dark],
        Theme::Print => &[],
    };
    let mut out = Vec::new();
    for &mode in modes {
        for (ink, least) in inks() {
            let pairs = grounds(ink).into_iter().filter_map(|ground| pair(ink, ground, least, mode, own));
            out.extend(pairs.min_by(|a, b| a.contrast.total_cmp(&b.contrast)));
        }
    }
    out
}

fn inks() -> impl Iterator<Item = (Paint, f64)> {
    let (text, line) = LEAST;
    let classes =
        [Class::Actor, Class::Traffic, Class::Compute, Class::Data, Class::Messaging, Class::Platform];
    [(Paint::Ink, text), (Paint::Muted, text), (Paint::Line, line)]
        .into_iter()
        .chain(classes.map(|class| (Paint::Accent(class), line)))
}

/// What an ink is drawn on.
fn grounds(ink: Paint) -> Vec<Paint> {
    let mut out = vec![Paint::Canvas, Paint::Surface];
    out.extend((0..TINTS).map(Paint::Tint));
    if matches!(ink, Paint::Line) {
        out.retain(|ground| *ground != Paint::Surface);
    }
    out
}

fn pair(ink: Paint, ground: Paint, least: f64, mode: Mode, own: &Colours) -> Option<Faint> {
    let (colour, ground_colour) = (ink.of(mode, own), ground.of(mode, own));
    let built_in = Colours::default();
    if colour == ink.of(mode, &built_in) && ground_colour == ground.of(mode, &built_in) {
        return None;
    }
    let contrast = contrast(&colour, &ground_colour)?;
    (contrast < least).then(|| Faint {
        over: key(mode, ink),
        colour: colour.into_owned(),
        ground: key(mode, ground),
        ground_colour: ground_colour.into_owned(),
        contrast,
        least,
    })
}

/// As `archc.toml` writes it.
fn key(mode: Mode, paint: Paint) -> String {
    let mode = if mode == Mode::Dark { "dark" } else { "light" };
    let name = match paint {
        Paint::Canvas => "canvas",
        Paint::Surface => "surface",
        Paint::Ink => "ink",
        Paint::Muted => "muted",
        Paint::Line => "line",
        Paint::Accent(class) => class.as_str(),
        _ => "tints",
    };
    format!("{mode}.{name}")
}

/// The contrast of two colours as WCAG 2 reckons it; none where one is no `#rgb` or `#rrggbb`.
#[must_use]
pub fn contrast(a: &str, b: &str) -> Option<f64> {
    let (a, b) = (luminance(a)?, luminance(b)?);
    Some((a.max(b) + 0.05) / (a.min(b) + 0.05))
}

fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#')?;
    let width = if digits.len() == 3 { 1 } else { 2 };
    let mut sum = 0.0;
    for (i, weight) in [0.2126, 0.7152, 0.0722].into_iter().enumerate() {
        let part = digits.get(i * width..(i + 1) * width)?;
        let value = u8::from_str_radix(part, 16).ok()?;
        let value = f64::from(if width == 1 { value * 17 } else { value }) / 255.0;
        let linear = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        sum += weight * linear;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_is_21_and_short_colours_are_read() {
        assert!((contrast("#000", "#ffffff").unwrap() - 21.0).abs() < 1e-9);
        // of WebAIM's checker
        assert!((contrast("#777777", "#fff").unwrap() - 4.48).abs() < 0.005);
        assert_eq!(contrast("none", "#fff"), None);
    }

    #[test]
    fn only_what_is_ones_own_is_told_and_the_worst_pair_alone() {
        let of = |text: &str, theme| faint(theme, &toml::from_str(text).unwrap());
        assert_eq!(of("", Theme::Auto), []);
        let told = of("light = { ink = '#eee', surface = '#eeeeee' }", Theme::Light);
        let [ink, ..] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((ink.over.as_str(), ink.ground.as_str()), ("light.ink", "light.surface"));
        assert!((ink.contrast - 1.0).abs() < 1e-9);
        assert_eq!(of("light = { ink = '#eee' }", Theme::Dark), []);
        assert_eq!(of("light = { ink = '#eee' }", Theme::Print), []);
        let dark = of("dark = { canvas = '#ffffff' }", Theme::Auto);
        assert!(dark.iter().all(|f| f.ground == "dark.canvas") && dark.len() > 3, "{dark:?}");
    }
}
