//! Prints figures for people: as many digits as carry meaning, in the unit that reads best.

use super::{Currency, DAY, YEAR};

/// Rounds to `digits` significant digits.
pub fn round_significant(value: f64, digits: u32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let magnitude = value.abs().log10().floor() as i32;
    let places = digits as i32 - 1 - magnitude;
    let scale = 10f64.powi(places.abs());
    if places >= 0 { (value * scale).round() / scale } else { (value / scale).round() * scale }
}

/// A number with three significant digits, thousands parted by a blank from 10 000 on.
fn plain(value: f64) -> String {
    let mut out = String::with_capacity(12);
    push_plain(&mut out, value);
    out
}

/// Findings are full of figures, so those of few digits are written without the search for the shortest text of a float.
fn push_plain(out: &mut String, value: f64) {
    let size = value.abs();
    if !(1e-3..1e15).contains(&size) {
        return push_any(out, value);
    }
    if value < 0.0 {
        out.push('-');
    }
    if size >= 1000.0 {
        let whole = size.round() as u64;
        if whole >= 10_000 {
            out.push_str(&group_thousands(&whole.to_string()));
        } else {
            push_digits(out, whole, 0);
        }
        return;
    }
    // thousandths of the place of the first digit, as `round_significant` rounds them
    let places = 2 - size.log10().floor() as i32;
    push_digits(out, (size * 10f64.powi(places)).round() as u64, places as usize);
}

/// The digits of a number below 10 000 with its last `places` behind the point, without zeros at the end.
fn push_digits(out: &mut String, mut digits: u64, mut places: usize) {
    while places > 0 && digits.is_multiple_of(10) {
        digits /= 10;
        places -= 1;
    }
    let mut text = [b'0'; 16];
    let mut at = text.len();
    let mut written = 0;
    while digits > 0 || written <= places {
        if written == places && places > 0 {
            at -= 1;
            if let Some(slot) = text.get_mut(at) {
                *slot = b'.';
            }
        }
        at -= 1;
        if let Some(slot) = text.get_mut(at) {
            *slot = b'0' + (digits % 10) as u8;
        }
        digits /= 10;
        written += 1;
    }
    out.push_str(text.get(at..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default());
}

fn push_any(out: &mut String, value: f64) {
    use std::fmt::Write as _;
    let rounded = if value.abs() >= 1000.0 { value.round() } else { round_significant(value, 3) };
    let _ = if rounded.abs() >= 1e15 { write!(out, "{rounded:e}") } else { write!(out, "{rounded}") };
}

fn group_thousands(digits: &str) -> String {
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) && !out.ends_with('-') {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

fn scaled(value: f64, steps: &[(f64, &str)]) -> String {
    let step =
        steps.iter().rev().find(|(factor, _)| value.abs() >= *factor * 0.9995).or_else(|| steps.first());
    match step {
        Some((factor, unit)) => {
            let mut out = plain(value / factor);
            out.push_str(unit);
            out
        }
        None => plain(value),
    }
}

/// A count: `1 200`, `4.5M`.
pub fn format_count(value: f64) -> String {
    if value.abs() < 1e5 { plain(value) } else { scaled(value, &[(1e3, "k"), (1e6, "M"), (1e9, "B")]) }
}

/// A rate per second: `3.86k/s`; slow ones per minute, hour or day.
pub fn format_rate(per_second: f64) -> String {
    match per_second.abs() {
        0.0 => "0/s".to_owned(),
        rate if rate >= 0.1 => scaled(per_second, &[(1.0, "/s"), (1e3, "k/s"), (1e6, "M/s"), (1e9, "B/s")]),
        rate if rate * 3600.0 >= 1.0 => format!("{}/h", plain(per_second * 3600.0)),
        _ => format!("{}/day", plain(per_second * DAY)),
    }
}

/// A time in seconds, in the unit that reads best: `4 ms`, `52.6 min`.
pub fn format_time(seconds: f64) -> String {
    if seconds == 0.0 {
        return "0 s".to_owned();
    }
    // below any clock: digits would only tell how floats end
    if seconds.abs() < 1e-12 {
        return "≈ 0 s".to_owned();
    }
    let steps = [
        (1e-9, " ns"),
        (1e-6, " µs"),
        (1e-3, " ms"),
        (1.0, " s"),
        (60.0, " min"),
        (3600.0, " h"),
        (DAY, " d"),
        (YEAR, " y"),
    ];
    scaled(seconds, &steps)
}

/// A size in bytes, powers of 1000.
pub fn format_size(bytes: f64) -> String {
    scaled(bytes, &[(1.0, " B"), (1e3, " KB"), (1e6, " MB"), (1e9, " GB"), (1e12, " TB"), (1e15, " PB")])
}

/// A share as a percentage that never rounds up to 100 %: two digits that differ from 9, so `0.99995` is `99.995%`.
pub fn format_share(share: f64) -> String {
    share_to(share, 0)
}

/// Two shares that are compared, with as many digits as tell them apart: `99.9895%` and `99.99%`, where both would be `99.99%`.
pub fn format_shares_apart(one: f64, other: f64) -> (String, String) {
    let both = |more| (share_to(one, more), share_to(other, more));
    (0..=9).map(both).find(|(one, other)| one != other).unwrap_or_else(|| both(0))
}

/// With so many digits more than two that differ from 9.
fn share_to(share: f64, more: usize) -> String {
    // what floats leave of nothing
    if share != 0.0 && share.abs() < 1e-15 {
        return "≈ 0%".to_owned();
    }
    let percent = share * 100.0;
    let missing = 100.0 - percent;
    if missing <= 0.0 {
        return "100%".to_owned();
    }
    if missing < FINEST {
        return ">99.9999999%".to_owned();
    }
    if missing >= 10.0 {
        return format!("{}%", round_significant(percent, 3 + more as u32));
    }
    let places = (1.0 - missing.log10().floor()).clamp(0.0, 12.0) as usize + more;
    let text = format!("{percent:.places$}");
    if text.starts_with("100") {
        return format!(
            "{}%",
            format!("{:.*}", places, 100.0 - 10f64.powi(-(places as i32))).trim_end_matches('0')
        );
    }
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}%")
}

/// Percents missing of 100% below which nobody knows the digits: nine nines.
const FINEST: f64 = 1e-7;

/// Money with its sign, whole above 100.
pub fn format_money(amount: f64, currency: Currency) -> String {
    if amount.abs() >= 100.0 {
        format!("{}{}", currency.sign(), plain(amount.round()))
    } else {
        format!("{}{amount:.2}", currency.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the standard library prints the rounded number.
    fn slowly(value: f64) -> String {
        let rounded = if value.abs() >= 1000.0 { value.round() } else { round_significant(value, 3) };
        if rounded.abs() >= 1e15 {
            return format!("{rounded:e}");
        }
        let text = format!("{rounded}");
        if rounded.abs() >= 10_000.0 { group_thousands(&text) } else { text }
    }

    #[test]
    fn quick_digits_are_the_digits_of_the_float() {
        let mut random = 88_172_645_463_325_252_u64;
        let edges = [
            0.0,
            1.0,
            0.5,
            0.1,
            999.5,
            999.4,
            9999.5,
            1e3,
            1e4,
            1e15,
            1e14,
            0.001,
            0.000_999_9,
            1e-9,
            -3.25,
            -0.0,
        ];
        for edge in edges {
            assert_eq!(plain(edge), slowly(edge), "{edge}");
        }
        for _ in 0..20_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let mantissa = (random >> 11) as f64 / (1u64 << 53) as f64;
            let value = mantissa * 10f64.powi((random % 24) as i32 - 6);
            for value in [value, round_significant(value, 2), -value] {
                assert_eq!(plain(value), slowly(value), "{value:e}");
            }
        }
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(format_rate(3858.02), "3.86k/s");
        assert_eq!(format_rate(0.002), "7.2/h");
        assert_eq!(format_time(0.0042), "4.2 ms");
        assert_eq!(format_time(3153.6), "52.6 min");
        assert_eq!(format_size(6.083e12), "6.08 TB");
        assert_eq!(format_share(0.9999), "99.99%");
        assert_eq!(format_share(0.99979265), "99.979%");
        assert_eq!(format_share(0.5), "50%");
        assert_eq!(format_share(1.0), "100%");
        assert_eq!(format_share(1.0 - 2e-9), "99.9999998%");
        assert_eq!(format_share(1.0 - 1e-12), ">99.9999999%");
        let apart = |one, other| format_shares_apart(one, other);
        assert_eq!(apart(0.999_896, 0.9999), ("99.9896%".to_owned(), "99.99%".to_owned()));
        assert_eq!(apart(0.99, 0.999), ("99%".to_owned(), "99.9%".to_owned()));
        assert_eq!(apart(0.123_41, 0.1234), ("12.341%".to_owned(), "12.34%".to_owned()));
        assert_eq!(apart(0.5, 0.5), ("50%".to_owned(), "50%".to_owned()));
        assert_eq!(format_share(7.13e-34), "≈ 0%");
        assert_eq!(format_time(6.9e-29), "≈ 0 s");
        assert_eq!(format_count(12_345.0), "12 345");
        assert_eq!(format_count(50e6), "50M");
    }
}
