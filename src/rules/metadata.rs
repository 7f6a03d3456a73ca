//! What a rule is: a value of metadata and one function. It must not know any single rule.

use smol_str::{SmolStr, format_smolstr};

use crate::config::Config;
use crate::diagnostic::Severity;
use crate::model::{AttrId, Metric};

use super::{Findings, RuleContext};

/// A rule. Its documentation is the head of the file that holds it: see [`super::doc`].
#[derive(Debug)]
pub struct Rule {
    /// The code, such as `AV001`; stable for ever.
    pub code: &'static str,
    /// The name, such as `single-point-of-failure`.
    pub name: &'static str,
    /// What it is about.
    pub category: Category,
    /// The severities that its findings may have, the worst first.
    pub severities: &'static [Severity],
    /// The numbers in it that `archc.toml` can change.
    pub thresholds: &'static [Threshold],
    /// Codes of the rules whose findings on the same subject say less about the same cause.
    pub silences: &'static [&'static str],
    /// What it cannot judge without: absent means "not assessed".
    pub needs: &'static [Need],
    /// Attributes whose absence counts as no.
    pub expects: &'static [AttrId],
    /// Looks for findings.
    pub check: fn(&RuleContext<'_>, &mut Findings<'_>),
}

impl Rule {
    /// A house rule about annotations: it warns, and needs nothing.
    pub(super) const fn of_annotations(
        code: &'static str,
        name: &'static str,
        check: fn(&RuleContext<'_>, &mut Findings<'_>),
    ) -> Self {
        Self {
            code,
            name,
            category: Category::House,
            severities: &[Severity::Warning],
            thresholds: &[],
            silences: &[],
            needs: &[],
            expects: &[],
            check,
        }
    }

    /// The worst severity that it may have.
    pub fn severity(&self) -> Severity {
        self.severities.first().copied().unwrap_or(Severity::Warning)
    }

    /// The severities as rules are listed: `error/warning`.
    pub fn severity_words(&self) -> String {
        self.severities.iter().map(|severity| severity.as_str()).collect::<Vec<_>>().join("/")
    }

    /// Whether that is its code, in either case, or its name.
    pub fn is_called(&self, code_or_name: &str) -> bool {
        self.code.eq_ignore_ascii_case(code_or_name) || self.name == code_or_name
    }

    /// Whether it is about the file itself, annotations and decisions; these run last, when the other findings are known. A
    /// policy is about the design.
    pub fn is_house(&self) -> bool {
        self.category == Category::House && !self.code.starts_with("PO")
    }

    /// The value of one of its thresholds.
    pub fn threshold(&self, config: &Config, threshold: &Threshold) -> f64 {
        config.threshold(self.code, threshold.key).unwrap_or(threshold.default)
    }
}

/// A number that `archc.toml` can change.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Threshold {
    /// Its key below the code of the rule.
    pub key: &'static str,
    /// Its value unless it is changed.
    pub default: f64,
    /// What it counts: `tries`, `share of the budget`.
    pub unit: &'static str,
    /// What happens beyond it.
    pub meaning: &'static str,
}

/// What a rule cannot judge without.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Need {
    /// An attribute.
    Attribute(AttrId),
    /// An objective.
    Objective(Metric),
}

impl Need {
    /// As it would be written: `capacity`, `slo availability`.
    pub fn words(self) -> SmolStr {
        match self {
            Self::Attribute(id) => SmolStr::new_static(id.name()),
            Self::Objective(metric) => format_smolstr!("slo {}", metric.as_str()),
        }
    }
}

impl From<AttrId> for Need {
    fn from(id: AttrId) -> Self {
        Self::Attribute(id)
    }
}

impl From<Metric> for Need {
    fn from(metric: Metric) -> Self {
        Self::Objective(metric)
    }
}

/// What rules are about; the first letters of their codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Category {
    /// AV
    Availability,
    /// CP
    Capacity,
    /// LT
    Latency,
    /// CS
    Consistency,
    /// CO
    Coupling,
    /// RS
    Resilience,
    /// DA
    Data,
    /// MQ
    Messaging,
    /// CA
    Caching,
    /// OB
    Observability,
    /// SE
    Security,
    /// DR
    Recovery,
    /// CX
    Cost,
    /// HY, PO, DE: about the file itself
    House,
}

const CATEGORIES: &[(Category, &str, &[&str])] = &[
    (Category::Availability, "availability", &["AV"]),
    (Category::Capacity, "capacity", &["CP"]),
    (Category::Latency, "latency", &["LT"]),
    (Category::Consistency, "consistency", &["CS"]),
    (Category::Coupling, "coupling", &["CO"]),
    (Category::Resilience, "resilience", &["RS"]),
    (Category::Data, "data and sharding", &["DA"]),
    (Category::Messaging, "messaging", &["MQ"]),
    (Category::Caching, "caching", &["CA"]),
    (Category::Observability, "observability", &["OB"]),
    (Category::Security, "security and compliance", &["SE"]),
    (Category::Recovery, "operations and recovery", &["DR"]),
    (Category::Cost, "cost and complexity", &["CX"]),
    (Category::House, "house rules", &["HY", "PO", "DE"]),
];

impl Category {
    /// All of them, in the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        CATEGORIES.iter().map(|row| row.0)
    }

    /// As headings say it.
    pub fn as_str(self) -> &'static str {
        CATEGORIES.get(self as usize).map_or("", |row| row.1)
    }

    /// The one word for it in `archc.toml` and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Security => "security",
            Self::Recovery => "recovery",
            Self::Cost => "cost",
            Self::House => "house",
            _ => self.as_str(),
        }
    }

    /// The letters that its codes begin with.
    pub fn prefixes(self) -> &'static [&'static str] {
        CATEGORIES.get(self as usize).map_or(&[], |row| row.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_categories_stand_in_the_order_of_their_enum() {
        assert!(CATEGORIES.iter().enumerate().all(|(i, row)| row.0 as usize == i));
    }
}
