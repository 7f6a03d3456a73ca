//! Path data of SVG, short. It knows steps alone.

use std::fmt::Write as _;

use crate::diagram::layout::Point;
use crate::diagram::scene::Step;

/// Path data, each step from the one before: short. What is printed is what the next step starts from, so roundings do
/// not add up.
pub(super) fn path(steps: &[Step]) -> String {
    let mut out = String::new();
    let (mut at, mut start) = ((0, 0), (0, 0));
    let whole = |p: &Point| (signed_tenths(p.x), signed_tenths(p.y));
    for step in steps {
        match step {
            Step::Move(p) => {
                at = whole(p);
                start = at;
                out.push('M');
                push_numbers(&mut out, &[at.0, at.1]);
            }
            Step::Line(p) => {
                let to = whole(p);
                match (to.0 - at.0, to.1 - at.1) {
                    (0, 0) => {}
                    (0, dy) => push(&mut out, 'v', &[dy]),
                    (dx, 0) => push(&mut out, 'h', &[dx]),
                    (dx, dy) => push(&mut out, 'l', &[dx, dy]),
                }
                at = to;
            }
            Step::Curve(a, b, p) => {
                let (a, b, to) = (whole(a), whole(b), whole(p));
                let from = |p: (i64, i64)| [p.0 - at.0, p.1 - at.1];
                push(&mut out, 'c', &[from(a), from(b), from(to)].concat());
                at = to;
            }
            Step::Bend(a, p) => {
                let (a, to) = (whole(a), whole(p));
                push(&mut out, 'q', &[a.0 - at.0, a.1 - at.1, to.0 - at.0, to.1 - at.1]);
                at = to;
            }
            Step::Circle(c, r) => {
                let (c, r) = (whole(c), signed_tenths(*r));
                at = (c.0 - r, c.1);
                push(&mut out, 'M', &[at.0, at.1]);
                push(&mut out, 'a', &[r, r, 0, 10, 0, 2 * r, 0]);
                push(&mut out, 'a', &[r, r, 0, 10, 0, -2 * r, 0]);
            }
            Step::Close => {
                out.push('z');
                at = start;
            }
        }
    }
    out
}

#[expect(clippy::cast_possible_truncation, reason = "coordinates are far below 2^53")]
fn signed_tenths(value: f64) -> i64 {
    (value * 10.0).round() as i64
}

fn push(out: &mut String, letter: char, tenths: &[i64]) {
    out.push(letter);
    push_numbers(out, tenths);
}

/// Numbers given in tenths; a minus sign parts two numbers as well as a blank does.
fn push_numbers(out: &mut String, tenths: &[i64]) {
    for (i, &n) in tenths.iter().enumerate() {
        if i > 0 && n >= 0 {
            out.push(' ');
        }
        let (sign, n) = (if n < 0 { "-" } else { "" }, n.unsigned_abs());
        let _ = match (n / 10, n % 10) {
            (whole, 0) => write!(out, "{sign}{whole}"),
            (0, part) => write!(out, "{sign}.{part}"),
            (whole, part) => write!(out, "{sign}{whole}.{part}"),
        };
    }
}
