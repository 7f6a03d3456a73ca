//! Quantities: reading `2k/s`, giving each dimension its own type, printing figures. Knows nothing of attributes.

mod date;
mod print;
mod read;

pub use date::Date;
pub use print::{
    format_count, format_money, format_rate, format_share, format_shares_apart, format_size, format_time,
    round_significant,
};
pub use read::{UnitMistake, UnitMistakeKind, read_quantity, unit_names};

/// Seconds of a year of 365 days.
pub const YEAR: f64 = 365.0 * DAY;
/// Seconds of a month of 30 days.
pub const MONTH: f64 = 30.0 * DAY;
/// Seconds of a day.
pub const DAY: f64 = 86_400.0;
/// Minutes of a year of 365 days.
pub const MINUTES_PER_YEAR: f64 = 525_600.0;

/// A number with its unit as written; what it means depends on where it stands.
///
/// `5B` is five bytes where a size is wanted and five billion where a count is; so the reading is left to
/// [`Quantity::count`], [`Quantity::size`] and their like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quantity {
    /// The digits, without suffix or unit.
    pub digits: f64,
    /// Whether the digits have a fraction.
    pub fractional: bool,
    /// The unit behind the digits.
    pub unit: Unit,
    /// What stands behind `/`.
    pub per: Option<TimeUnit>,
    /// The currency before the digits.
    pub currency: Option<Currency>,
}

/// A unit behind the digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// None.
    None,
    /// `k`, thousand.
    Thousand,
    /// `M`, million.
    Million,
    /// `B`: a byte, or a billion.
    BytesOrBillion,
    /// A time.
    Time(TimeUnit),
    /// A size above `B`, with its factor in bytes.
    Size(SizeUnit),
    /// `Kbps` and its like, with the factor in bits a second.
    BitsPerSecond(u64),
    /// `rps`, `qps`.
    PerSecond(Scale),
    /// `%`.
    Percent,
    /// `x`.
    Times,
}

/// A suffix that multiplies a count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scale {
    /// One.
    One,
    /// Thousand.
    Thousand,
    /// Million.
    Million,
    /// Billion.
    Billion,
}

/// A unit of size, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SizeUnit {
    /// As written.
    pub name: &'static str,
    /// Bytes.
    pub bytes: u64,
}

/// A unit of time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TimeUnit {
    /// As written.
    pub name: &'static str,
    /// Seconds.
    pub seconds: f64,
}

impl Eq for TimeUnit {}

/// A currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Currency {
    /// `$`
    Dollar,
    /// `€`
    Euro,
    /// `£`
    Pound,
}

impl Currency {
    /// As written before the amount.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Dollar => "$",
            Self::Euro => "€",
            Self::Pound => "£",
        }
    }
}

/// A time in seconds.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Time(pub f64);

/// A rate per second.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Rate(pub f64);

/// A size in bytes.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Size(pub f64);

/// Bytes per second.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Bandwidth(pub f64);

/// A share from 0 to 1.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Share(pub f64);

/// A factor such as `10x`.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Factor(pub f64);

/// Money, once.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Money {
    /// The amount.
    pub amount: f64,
    /// The currency.
    pub currency: Currency,
}

/// Money over time.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Cost {
    /// The amount for a month of 30 days.
    pub per_month: f64,
    /// The currency.
    pub currency: Currency,
}

impl Unit {
    fn count_factor(self) -> Option<f64> {
        match self {
            Self::None => Some(1.0),
            Self::Thousand => Some(1e3),
            Self::Million => Some(1e6),
            Self::BytesOrBillion => Some(1e9),
            _ => None,
        }
    }

    fn byte_factor(self) -> Option<f64> {
        match self {
            Self::BytesOrBillion => Some(1.0),
            Self::Size(unit) => Some(unit.bytes as f64),
            _ => None,
        }
    }
}

impl Quantity {
    /// A plain number.
    pub fn plain(digits: f64) -> Self {
        Self { digits, fractional: digits.fract() != 0.0, unit: Unit::None, per: None, currency: None }
    }

    /// A number without a dimension; `k`, `M` and `B` count.
    pub fn number(&self) -> Option<f64> {
        if self.per.is_some() || self.currency.is_some() {
            return None;
        }
        self.unit.count_factor().map(|factor| self.digits * factor)
    }

    /// A whole number; `1.5M` is one, `1.5` is none.
    pub fn count(&self) -> Option<u64> {
        let number = self.number()?;
        let rounded = number.round();
        let whole = (number - rounded).abs() <= 1e-9 * number.abs().max(1.0);
        (whole && (0.0..=9e15).contains(&rounded)).then_some(rounded as u64)
    }

    /// A time.
    pub fn time(&self) -> Option<Time> {
        match (self.unit, self.per, self.currency) {
            (Unit::Time(unit), None, None) => Some(Time(self.digits * unit.seconds)),
            _ => None,
        }
    }

    /// A number over a time, or `rps`.
    pub fn rate(&self) -> Option<Rate> {
        if self.currency.is_some() {
            return None;
        }
        match (self.unit, self.per) {
            (Unit::PerSecond(scale), None) => Some(Rate(self.digits * scale.factor())),
            (unit, Some(per)) => unit.count_factor().map(|factor| Rate(self.digits * factor / per.seconds)),
            _ => None,
        }
    }

    /// A size.
    pub fn size(&self) -> Option<Size> {
        if self.per.is_some() || self.currency.is_some() {
            return None;
        }
        self.unit.byte_factor().map(|factor| Size(self.digits * factor))
    }

    /// A bandwidth: bits a second, or a size over a time.
    pub fn bandwidth(&self) -> Option<Bandwidth> {
        if self.currency.is_some() {
            return None;
        }
        match (self.unit, self.per) {
            (Unit::BitsPerSecond(bits), None) => Some(Bandwidth(self.digits * bits as f64 / 8.0)),
            (unit, Some(per)) => {
                unit.byte_factor().map(|factor| Bandwidth(self.digits * factor / per.seconds))
            }
            _ => None,
        }
    }

    /// A share: a percentage, or a number from 0 to 1. `None` where it is neither or beyond 0 to 1.
    pub fn share(&self) -> Option<Share> {
        if self.per.is_some() || self.currency.is_some() {
            return None;
        }
        let share = match self.unit {
            // the nearest number: a division may miss it by a bit, as 99.9 / 100 does
            Unit::Percent => format!("{}e-2", self.digits).parse().unwrap_or(self.digits / 100.0),
            Unit::None => self.digits,
            _ => return None,
        };
        (0.0..=1.0).contains(&share).then_some(Share(share))
    }

    /// A factor.
    pub fn factor(&self) -> Option<Factor> {
        match (self.unit, self.per, self.currency) {
            (Unit::Times, None, None) => Some(Factor(self.digits)),
            _ => None,
        }
    }

    /// Money, once.
    pub fn money(&self) -> Option<Money> {
        if self.per.is_some() {
            return None;
        }
        let currency = self.currency?;
        self.unit.count_factor().map(|factor| Money { amount: self.digits * factor, currency })
    }

    /// Money over time.
    pub fn cost(&self) -> Option<Cost> {
        let (currency, per) = (self.currency?, self.per?);
        let factor = self.unit.count_factor()?;
        Some(Cost { per_month: self.digits * factor / per.seconds * MONTH, currency })
    }
}

impl Scale {
    fn factor(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Thousand => 1e3,
            Self::Million => 1e6,
            Self::Billion => 1e9,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_the_nearest_number() {
        let share = |text| read_quantity(text).unwrap().share().unwrap().0;
        for (text, nearest) in
            [("99.9%", 0.999), ("99.99%", 0.9999), ("99.995%", 0.999_95), ("7%", 0.07), ("100%", 1.0)]
        {
            assert_eq!(share(text).to_bits(), f64::to_bits(nearest), "{text}");
        }
    }
}
