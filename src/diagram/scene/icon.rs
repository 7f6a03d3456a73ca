//! Reads the drawing of an icon.

use super::{Icon, Point, Step};

/// An icon's drawing at a place, scaled.
#[must_use]
pub fn steps(icon: Icon, at: Point, scale: f64) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut words = icon.steps.split(' ');
    while let Some(word) = words.next() {
        let (Some(letter), rest) = (word.get(..1), word.get(1..).unwrap_or_default()) else { break };
        let mut numbers = std::iter::once(rest).chain(words.by_ref()).map_while(|n| n.parse::<f64>().ok());
        let mut point = || {
            let (x, y) = (numbers.next()?, numbers.next()?);
            Some(Point { x: at.x + x * scale, y: at.y + y * scale })
        };
        let step = match letter {
            "M" => point().map(Step::Move),
            "L" => point().map(Step::Line),
            "C" => point().zip(point()).zip(point()).map(|((a, b), c)| Step::Curve(a, b, c)),
            "O" => {
                let centre = point();
                centre.zip(numbers.next()).map(|(c, r)| Step::Circle(c, r * scale))
            }
            _ => Some(Step::Close),
        };
        steps.extend(step);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::shape;
    use crate::model::Kind;

    #[test]
    fn every_icon_is_read_whole() {
        for kind in Kind::all().map(Kind::as_str).chain(["unheard_of", "phone"]) {
            let icon = shape::icon(kind, None);
            let letters = icon.steps.chars().filter(char::is_ascii_uppercase).count();
            let found = steps(icon, Point::default(), 1.0);
            assert_eq!(found.len(), letters, "{kind}");
            for step in found {
                if let Step::Move(a) | Step::Line(a) | Step::Curve(_, _, a) = step {
                    assert!((0.0..=20.0).contains(&a.x) && (0.0..=20.0).contains(&a.y), "{kind}: {a:?}");
                }
            }
        }
    }

    #[test]
    fn every_kind_has_an_icon_of_its_own() {
        let mut icons: Vec<Icon> = Kind::all().map(|k| shape::icon(k.as_str(), None)).collect();
        let count = icons.len();
        icons.sort_unstable();
        icons.dedup();
        assert_eq!(icons.len(), count);
    }
}
