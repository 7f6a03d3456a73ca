//! The table of the figures that are assumed: its keys in `archc.toml`, what they are, what they may be.

use super::Assumed;
use crate::units::read_quantity;

/// An assumed figure as a setting.
#[derive(Debug)]
pub struct Figure {
    /// The table of `archc.toml` that it stands in.
    pub section: &'static str,
    /// Its key there.
    pub key: &'static str,
    /// What it measures.
    pub measure: Measure,
    /// What it says.
    pub meaning: &'static str,
    /// Its value.
    pub get: fn(&Assumed) -> f64,
    /// Its place.
    pub slot: fn(&mut Assumed) -> &mut f64,
}

/// What a figure measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// A share from 0 to 1.
    Share,
    /// A share above 0, up to 1.
    Part,
    /// A time, in seconds.
    Time,
    /// A time above zero, in seconds.
    Span,
    /// A factor of 1 or more.
    Factor,
    /// Money for a gigabyte.
    Price,
}

macro_rules! figures {
    ($($section:literal $key:literal $field:ident $measure:ident $meaning:literal;)*) => {
        /// All of them, by section.
        pub static FIGURES: &[Figure] = &[$(Figure {
            section: $section,
            key: $key,
            measure: Measure::$measure,
            meaning: $meaning,
            get: |assumed| assumed.$field,
            slot: |assumed| &mut assumed.$field,
        }),*];
    };
}

figures! {
    "assumed" "replica" replica Part "availability of one replica";
    "assumed" "zone" zone Part "availability of a zone";
    "assumed" "region" region Part "availability of a region";
    "assumed" "domain" domain Part "availability of a cluster, and of any other group that fails together";
    "assumed" "external" external Part "availability of somebody else's system";
    "assumed" "managed" managed Part "availability of a managed component without a published one";
    "assumed" "mttr" mttr Span "mean time to repair";
    "assumed" "peak_factor" peak_factor Factor "peak over average";
    "assumed" "tail_factor" tail_factor Factor "99th percentile of a component's own work over its median";
    "assumed" "rtt_zone" rtt_zone Time "round trip within a zone";
    "assumed" "rtt_region" rtt_region Time "round trip within a region";
    "assumed" "rtt_far" rtt_far Time "round trip between regions";
    "assumed" "retention" retention Span "how long data is kept";
    "assumed" "backoff_base" backoff_base Time "first pause between two tries";
    "assumed" "hot_share" hot_share Share "share of a day's reads that a cache of unknown size keeps";
    "assumed" "target_utilization" target_utilization Part "how busy a replica may be where replicas are counted";
    "prices" "zone" price_zone Price "a gigabyte from zone to zone, at each of its two ends";
    "prices" "region" price_region Price "a gigabyte that leaves a region for another";
    "prices" "egress" price_egress Price "a gigabyte that leaves for the internet";
}

impl Figure {
    /// Whether it may have a value.
    pub fn allows(&self, value: f64) -> bool {
        let fine = match self.measure {
            Measure::Share => (0.0..=1.0).contains(&value),
            Measure::Part => value > 0.0 && value <= 1.0,
            Measure::Time | Measure::Price => value >= 0.0,
            Measure::Span => value > 0.0,
            Measure::Factor => value >= 1.0,
        };
        fine && value.is_finite()
    }

    /// A value with its unit, as text.
    pub fn read(&self, text: &str) -> Option<f64> {
        let quantity = read_quantity(text.trim()).ok()?;
        match self.measure {
            Measure::Share | Measure::Part => quantity.share().map(|it| it.0),
            Measure::Time | Measure::Span => quantity.time().map(|it| it.0),
            Measure::Factor => quantity.factor().map(|it| it.0).or_else(|| quantity.number()),
            Measure::Price => quantity.money().map(|it| it.amount).or_else(|| quantity.number()),
        }
    }

    /// What it may be, in words.
    pub fn wanted(&self) -> &'static str {
        match self.measure {
            Measure::Share => "a share from 0 to 1, such as 0.2 or \"20%\"",
            Measure::Part => "a share above 0 and up to 1, such as 0.999 or \"99.9%\"",
            Measure::Time => "a time, such as \"80ms\"; a bare number counts seconds",
            Measure::Span => "a time above zero, such as \"30min\"; a bare number counts seconds",
            Measure::Factor => "a factor of at least 1, such as 3 or \"3x\"",
            Measure::Price => "a price of at least 0 for a gigabyte, such as 0.02 or \"$0.02\"",
        }
    }

    /// The unit of a bare number.
    pub fn unit(&self) -> &'static str {
        match self.measure {
            Measure::Share | Measure::Part => "share",
            Measure::Time | Measure::Span => "seconds",
            Measure::Factor => "times",
            Measure::Price => "a gigabyte",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_assumed_figure_and_allows_its_default() {
        let assumed = Assumed::default();
        let fields = toml::Value::try_from(&assumed).unwrap();
        assert_eq!(fields.as_table().unwrap().len(), FIGURES.len());
        for figure in FIGURES {
            assert!(figure.allows((figure.get)(&assumed)), "{}", figure.key);
            let field =
                if figure.section == "prices" { format!("price_{}", figure.key) } else { figure.key.into() };
            assert_eq!(fields.get(field).unwrap().as_float(), Some((figure.get)(&assumed)));
            *(figure.slot)(&mut assumed.clone()) = 1.0;
        }
    }
}
