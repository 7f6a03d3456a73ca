//! Reads a quantity from its text, and says what is wrong with one that cannot be read.

use super::{Currency, Quantity, Scale, SizeUnit, TimeUnit, Unit};

/// Why a quantity could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitMistake {
    /// What is wrong.
    pub kind: UnitMistakeKind,
    /// Where in the text the wrong part starts, in bytes.
    pub start: usize,
    /// The units that were probably meant, the nearest first; each would replace the wrong part.
    pub nearest: Vec<&'static str>,
}

/// The ways in which a quantity can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitMistakeKind {
    /// The text is no number at all, such as `1.2.3` or `1_`.
    Number,
    /// A sign before the number.
    Sign,
    /// An exponent, or a number too large to hold.
    Exponent,
    /// A bare `m`: minutes are `min`, million is `M`.
    BareM,
    /// No such unit.
    UnknownUnit,
    /// What stands behind `/` is no unit of time.
    UnknownTime,
}

const TIMES: &[(&str, f64)] = &[
    ("ns", 1e-9),
    ("us", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("min", 60.0),
    ("h", 3600.0),
    ("d", 86_400.0),
    ("w", 604_800.0),
    ("month", 2_592_000.0),
    ("y", 31_536_000.0),
    ("second", 1.0),
    ("minute", 60.0),
    ("hour", 3600.0),
    ("day", 86_400.0),
    ("week", 604_800.0),
    ("year", 31_536_000.0),
];

const SIZES: &[(&str, u64)] = &[
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("PB", 1_000_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
];

const BITS: &[(&str, u64)] = &[("Kbps", 1_000), ("Mbps", 1_000_000), ("Gbps", 1_000_000_000)];

const SCALES: &[(&str, Unit)] = &[
    ("k", Unit::Thousand),
    ("M", Unit::Million),
    ("B", Unit::BytesOrBillion),
    ("%", Unit::Percent),
    ("x", Unit::Times),
];

/// Other words for units, in small letters and without an `s` at the end.
const OTHER_WORDS: &[(&[&str], &str)] = &[
    (&["nano", "nsec", "nanosecond"], "ns"),
    (&["micro", "usec", "microsecond", "µ", "μ"], "us"),
    (&["milli", "msec", "millisecond"], "ms"),
    (&["sec"], "s"),
    (&["mn", "minut"], "min"),
    (&["hr", "std"], "h"),
    (&["dy"], "d"),
    (&["wk"], "w"),
    (&["mo", "mon", "mth"], "month"),
    (&["yr", "annum"], "y"),
    (&["byte"], "B"),
    (&["kbyte", "kilobyte"], "KB"),
    (&["mbyte", "megabyte"], "MB"),
    (&["gbyte", "gigabyte"], "GB"),
    (&["tbyte", "terabyte"], "TB"),
    (&["pbyte", "petabyte"], "PB"),
    (&["kbit"], "Kbps"),
    (&["mbit"], "Mbps"),
    (&["gbit"], "Gbps"),
    (&["thousand"], "k"),
    (&["million", "mio", "mill"], "M"),
    (&["billion", "bn", "mrd"], "B"),
    (&["percent", "pct"], "%"),
    (&["time", "fold"], "x"),
    (&["tp", "op", "req", "request"], "rps"),
];

/// Every unit of the language, for completion and suggestions.
pub fn unit_names() -> impl Iterator<Item = &'static str> + Clone {
    let scales = SCALES.iter().map(|(name, _)| *name);
    let times = TIMES.iter().map(|(name, _)| *name);
    let sizes = SIZES.iter().map(|(name, _)| *name);
    let bits = BITS.iter().map(|(name, _)| *name);
    scales.chain(times).chain(sizes).chain(bits).chain(["rps", "qps"])
}

/// Reads `[$]DIGITS[UNIT][/TIME]`, such as `99.95%`, `2k/s`, `$120/month`, `5GB`.
///
/// # Errors
/// What is wrong, where, and which unit was probably meant.
pub fn read_quantity(text: &str) -> Result<Quantity, UnitMistake> {
    let (currency, body) = read_currency(text);
    let offset = text.len() - body.len();
    let mistake = |kind, start: usize| UnitMistake { kind, start: offset + start, nearest: Vec::new() };
    if body.starts_with(['-', '+']) {
        return Err(mistake(UnitMistakeKind::Sign, 0));
    }
    let end = body.find(|c: char| !(c.is_ascii_digit() || c == '_' || c == '.')).unwrap_or(body.len());
    let (digits, rest) = body.split_at(end);
    let value = read_digits(digits).ok_or_else(|| mistake(UnitMistakeKind::Number, 0))?;
    if is_exponent(rest) || !value.is_finite() {
        return Err(mistake(UnitMistakeKind::Exponent, end));
    }
    let (unit_text, per_text) = match rest.split_once('/') {
        Some((unit, per)) => (unit, Some(per)),
        None => (rest, None),
    };
    let unit =
        read_unit(unit_text).map_err(|(kind, nearest)| UnitMistake { kind, start: offset + end, nearest })?;
    let per = match per_text {
        None => None,
        Some(per) => Some(time_unit(per).ok_or_else(|| UnitMistake {
            kind: UnitMistakeKind::UnknownTime,
            start: offset + end + unit_text.len() + 1,
            nearest: nearest_of(per, TIMES.iter().map(|(name, _)| *name)),
        })?),
    };
    Ok(Quantity { digits: value, fractional: digits.contains('.'), unit, per, currency })
}

fn read_currency(text: &str) -> (Option<Currency>, &str) {
    for currency in [Currency::Dollar, Currency::Euro, Currency::Pound] {
        if let Some(rest) = text.strip_prefix(currency.sign()) {
            return (Some(currency), rest);
        }
    }
    (None, text)
}

/// Digits with `_` between digits and an optional fraction.
fn read_digits(text: &str) -> Option<f64> {
    let group = |part: &str| {
        !part.is_empty() && !part.starts_with('_') && !part.ends_with('_') && part.bytes().all(|b| b != b'.')
    };
    let fine = match text.split_once('.') {
        Some((whole, fraction)) => group(whole) && group(fraction),
        None => group(text),
    };
    fine.then(|| text.replace('_', "").parse().ok()).flatten()
}

fn is_exponent(rest: &str) -> bool {
    let Some(behind) = rest.strip_prefix(['e', 'E']) else { return false };
    let digits = behind.strip_prefix(['+', '-']).unwrap_or(behind);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

fn read_unit(text: &str) -> Result<Unit, (UnitMistakeKind, Vec<&'static str>)> {
    if text.is_empty() {
        return Ok(Unit::None);
    }
    if let Some((_, unit)) = SCALES.iter().find(|(name, _)| *name == text) {
        return Ok(*unit);
    }
    if let Some(unit) = time_unit(text) {
        return Ok(Unit::Time(unit));
    }
    if let Some((name, bytes)) = SIZES.iter().find(|(name, _)| *name == text) {
        return Ok(Unit::Size(SizeUnit { name, bytes: *bytes }));
    }
    if let Some((_, bits)) = BITS.iter().find(|(name, _)| *name == text) {
        return Ok(Unit::BitsPerSecond(*bits));
    }
    match text {
        "rps" | "qps" => return Ok(Unit::PerSecond(Scale::One)),
        "krps" | "kqps" => return Ok(Unit::PerSecond(Scale::Thousand)),
        "Mrps" | "Mqps" => return Ok(Unit::PerSecond(Scale::Million)),
        "m" => return Err((UnitMistakeKind::BareM, vec!["min", "M"])),
        _ => {}
    }
    Err((UnitMistakeKind::UnknownUnit, nearest_of(text, unit_names())))
}

/// The unit of time of that name.
fn time_unit(text: &str) -> Option<TimeUnit> {
    TIMES.iter().find(|(name, _)| *name == text).map(|(name, seconds)| TimeUnit { name, seconds: *seconds })
}

/// The names that differ in case alone, else the nearest within two edits.
fn nearest_of(text: &str, names: impl Iterator<Item = &'static str> + Clone) -> Vec<&'static str> {
    if text.len() > 16 {
        return Vec::new();
    }
    let same: Vec<&str> = names.clone().filter(|name| name.eq_ignore_ascii_case(text)).collect();
    if !same.is_empty() {
        return same;
    }
    let plural = text.strip_suffix('s').and_then(|singular| names.clone().find(|name| *name == singular));
    if let Some(singular) = plural {
        return vec![singular];
    }
    let small = text.to_lowercase();
    let word = small.strip_suffix('s').unwrap_or(&small);
    let other = OTHER_WORDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, unit)| *unit);
    if let Some(unit) = other.filter(|unit| names.clone().any(|name| name == *unit)) {
        return vec![unit];
    }
    let near = names.map(|name| (strsim::damerau_levenshtein(name, text), name));
    let best = near.filter(|(distance, name)| *distance <= 2 && *distance < name.len().max(text.len())).min();
    best.map(|(_, name)| vec![name]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Cost, Rate, Share, Size, Time};

    fn read(text: &str) -> Quantity {
        read_quantity(text).unwrap()
    }

    #[test]
    fn every_dimension_reads() {
        assert_eq!(read("1_000.5ms").time(), Some(Time(1.0005)));
        assert_eq!(read("100M/month").rate(), Some(Rate(100e6 / 2_592_000.0)));
        assert_eq!(read("3rps").rate(), Some(Rate(3.0)));
        assert_eq!(read("4KiB").size(), Some(Size(4096.0)));
        assert_eq!(read("99.95%").share(), Some(Share(0.9995)));
        assert_eq!(read("0.5").share(), Some(Share(0.5)));
        assert_eq!(read("101%").share(), None);
        assert_eq!(read("10x").factor().unwrap().0, 10.0);
        assert_eq!(read("8Mbps").bandwidth().unwrap().0, 1e6);
        assert_eq!(read("1.5M").count(), Some(1_500_000));
        assert_eq!(read("1.5").count(), None);
        let cost = Cost { per_month: 144.0, currency: Currency::Dollar };
        assert_eq!(read("$0.20/h").cost().map(|c| (c.per_month - cost.per_month).abs() < 1e-9), Some(true));
    }

    #[test]
    fn b_is_a_byte_or_a_billion_by_what_is_wanted() {
        assert_eq!(read("5B").size(), Some(Size(5.0)));
        assert_eq!(read("5B").count(), Some(5_000_000_000));
        assert_eq!(read("5B/s").bandwidth().unwrap().0, 5.0);
        assert_eq!(read("5B/s").rate().unwrap().0, 5e9);
    }

    #[test]
    fn mistakes_name_the_unit_that_was_meant() {
        let kind = |text: &str| read_quantity(text).unwrap_err();
        assert_eq!(kind("5m").nearest, ["min", "M"]);
        assert_eq!(kind("5kB").nearest, ["KB"]);
        assert_eq!(kind("5secs").kind, UnitMistakeKind::UnknownUnit);
        for (text, unit) in [
            ("5secs", "s"),
            ("5sec", "s"),
            ("10millis", "ms"),
            ("10msec", "ms"),
            ("3hrs", "h"),
            ("3Hours", "hour"),
            ("2gb", "GB"),
            ("2gigabytes", "GB"),
            ("4mins", "min"),
            ("5µs", "us"),
            ("2yrs", "y"),
            ("9percent", "%"),
            ("7mio", "M"),
            ("8tps", "rps"),
            ("100mbit", "Mbps"),
            ("1/sec", "s"),
            ("1/mo", "month"),
        ] {
            assert_eq!(kind(text).nearest, [unit], "{text}");
        }
        assert_eq!(kind("5days").nearest, ["day"]);
        assert_eq!(kind("2k/sec").kind, UnitMistakeKind::UnknownTime);
        assert_eq!(kind("1e400").kind, UnitMistakeKind::Exponent);
        assert_eq!(kind("-3").kind, UnitMistakeKind::Sign);
        assert_eq!(kind("1__").kind, UnitMistakeKind::Number);
    }
}
