//! The sheet on which the sections write their lines: collects them, numbers assumptions, says figures in their units.

use rustc_hash::FxHashMap;

use super::{Assumed, Line, Missing, Section, Unit};
use crate::analysis::{Assumption, Facts, Subject};
use crate::compilation::Compilation;
use crate::config::Config;
use crate::model::{AttrId, ComponentId, Connection, ConnectionId, Model, Origin};
use crate::units::{
    Currency, DAY, MONTH, YEAR, format_count, format_money, format_rate, format_share, format_size,
    format_time,
};

/// Everything the sections read, and what they wrote.
pub(super) struct Sheet<'a> {
    pub(super) model: &'a Model,
    pub(super) facts: &'a Facts,
    pub(super) config: &'a Config,
    /// By component, the connections to it that have a caller.
    incoming: Vec<Vec<ConnectionId>>,
    sections: Vec<Section>,
    assumptions: Vec<Assumed>,
    /// The assumptions of the analysis, the first of those about the same.
    known: FxHashMap<(&'a Subject, AttrId), &'a Assumption>,
    /// The numbers of those that lines rest on, by subject and attribute.
    numbers: FxHashMap<(String, String), usize>,
    missing: Vec<Missing>,
}

/// A line in the making.
pub(super) struct Entry {
    pub(super) subject: String,
    pub(super) what: &'static str,
    pub(super) arithmetic: String,
    pub(super) value: f64,
    pub(super) unit: Unit,
    pub(super) assumptions: Vec<usize>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(compilation: &'a Compilation, config: &'a Config) -> Self {
        let (model, facts) = (&compilation.model, &compilation.facts);
        let mut incoming = vec![Vec::new(); model.components.len()];
        for (id, it) in model.connections.enumerate().filter(|(_, it)| it.caller().is_some()) {
            if let Some(list) = it.callee().and_then(|callee| incoming.get_mut(callee.index())) {
                list.push(id);
            }
        }
        Self {
            model,
            facts,
            config,
            incoming,
            sections: Vec::new(),
            assumptions: Vec::new(),
            known: facts.assumptions.iter().rev().map(|it| ((&it.subject, it.attribute), it)).collect(),
            numbers: FxHashMap::default(),
            missing: Vec::new(),
        }
    }

    /// The connections to a component, each with its caller.
    pub(super) fn calls_of(
        &self,
        id: ComponentId,
    ) -> impl Iterator<Item = (ConnectionId, &'a Connection, ComponentId)> + use<'a> {
        let (model, ids) = (self.model, self.incoming.get(id.index()).cloned().unwrap_or_default());
        ids.into_iter().filter_map(|id| {
            let it = &model.connections[id];
            Some((id, it, it.caller()?))
        })
    }

    /// Opens a section; what follows is written into it.
    pub(super) fn section(&mut self, name: &'static str, title: &'static str) {
        self.sections.push(Section { name, title, lines: Vec::new() });
    }

    /// Writes a line, unless its figure has no end.
    pub(super) fn line(&mut self, entry: Entry) {
        if !entry.value.is_finite() {
            return;
        }
        let result = self.show(entry.value, entry.unit);
        let Some(section) = self.sections.last_mut() else { return };
        let mut assumptions = entry.assumptions;
        assumptions.sort_unstable();
        assumptions.dedup();
        section.lines.push(Line {
            subject: entry.subject,
            what: entry.what.to_owned(),
            arithmetic: entry.arithmetic,
            value: entry.value,
            unit: entry.unit,
            result,
            assumptions,
        });
    }

    pub(super) fn lacks(&mut self, subject: &str, attribute: AttrId, gives: &'static str) {
        let missing = Missing { subject: subject.to_owned(), attribute: attribute.name().to_owned(), gives };
        self.missing.push(missing);
    }

    fn show(&self, value: f64, unit: Unit) -> String {
        match unit {
            Unit::PerSecond => format_rate(value),
            Unit::PerDay => format!("{}/day", in_words(value)),
            Unit::Bytes => format_size(value),
            Unit::BytesPerSecond => format!("{}/s", format_size(value)),
            Unit::BytesPerDay => format!("{}/day", format_size(value)),
            Unit::BytesPerYear => format!("{}/year", format_size(value)),
            Unit::Count => in_words(value),
            Unit::Seconds => format_time(value),
            Unit::MoneyPerMonth => format!("{}/month", self.money(value)),
            Unit::Money => self.money(value),
        }
    }

    /// Money in the currency of the file; large sums as counts are written.
    pub(super) fn money(&self, amount: f64) -> String {
        let currency = self.facts.cost.currency.unwrap_or(Currency::Dollar);
        match amount {
            amount if amount >= 1e5 => format!("{}{}", currency.sign(), format_count(amount)),
            amount => format_money(amount, currency),
        }
    }

    fn assume(&mut self, assumed: Assumed) -> usize {
        let next = self.assumptions.len() + 1;
        let key = (assumed.subject.clone(), assumed.attribute.clone());
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.assumptions.push(Assumed { number, ..assumed });
        }
        number
    }

    /// The number of an assumption of the analysis about an attribute, where it makes one.
    pub(super) fn assumed(&mut self, subject: &Subject, attribute: AttrId) -> Option<usize> {
        let it = *self.known.get(&(subject, attribute))?;
        let path = subject.path(self.model);
        let change = match subject {
            Subject::Nameless(what) => {
                let key = if what.ends_with("zones") {
                    "zone"
                } else if what.ends_with("regions") {
                    "region"
                } else {
                    "egress"
                };
                format!("`archc.toml`, `[prices] {key} = …`")
            }
            _ => format!("`{} = …` on `{path}`", attribute.name()),
        };
        Some(self.assume(Assumed {
            number: 0,
            subject: path,
            attribute: attribute.name().to_owned(),
            value: it.value.clone(),
            source: it.source.clone(),
            change,
        }))
    }

    /// The number of an assumption about a figure of a component that the catalogue or the kind gives.
    pub(super) fn catalogued(&mut self, id: ComponentId, attribute: AttrId, value: String) -> Option<usize> {
        let source = match &self.model.components[id].attrs.get(attribute)?.origin {
            Origin::Catalogue(source) => (*source).to_owned(),
            Origin::Kind => "default".to_owned(),
            _ => return None,
        };
        let path = self.model.path(id).to_owned();
        Some(self.assume(Assumed {
            number: 0,
            attribute: attribute.name().to_owned(),
            value,
            source,
            change: format!("`{} = …` on `{path}`", attribute.name()),
            subject: path,
        }))
    }

    /// The number of a rule of thumb that stands in the configuration.
    pub(super) fn rule(&mut self, key: &'static str, value: f64) -> usize {
        self.assume(Assumed {
            number: 0,
            subject: "archc.toml".to_owned(),
            attribute: key.to_owned(),
            value: format_share(value),
            source: "default".to_owned(),
            change: format!("`archc.toml`, `[assumed] {key} = {value}`"),
        })
    }

    pub(super) fn finish(self) -> (Vec<Section>, Vec<Assumed>, Vec<Missing>) {
        let sections = self.sections.into_iter().filter(|section| !section.lines.is_empty()).collect();
        (sections, self.assumptions, self.missing)
    }
}

/// A span of time by which rates are given.
pub(super) struct Period {
    pub(super) name: &'static str,
    pub(super) seconds: f64,
}

/// The span in which a rate is a whole number, as it was probably written; the day where there is none.
pub(super) fn period(per_second: f64) -> Period {
    const PERIODS: [(&str, f64); 7] = [
        ("s", 1.0),
        ("day", DAY),
        ("month", MONTH),
        ("h", 3600.0),
        ("min", 60.0),
        ("week", 7.0 * DAY),
        ("year", YEAR),
    ];
    let whole = |seconds: f64| {
        let count = per_second * seconds;
        count >= 1.0 && (count - count.round()).abs() <= 1e-9 * count
    };
    let found = PERIODS.iter().find(|(_, seconds)| whole(*seconds));
    let otherwise = if per_second >= 1.0 { ("s", 1.0) } else { ("day", DAY) };
    let (name, seconds) = found.copied().unwrap_or(otherwise);
    Period { name, seconds }
}

/// A rate as it was probably written, and how it becomes one a second: `100M/month ÷ 2 592 000 s/month`.
pub(super) fn per_second(rate: f64) -> String {
    let period = period(rate);
    let count = in_words(rate * period.seconds);
    match period.name {
        "s" => format!("{count}/s"),
        name => format!("{count}/{name} ÷ {} s/{name}", seconds(period.seconds)),
    }
}

/// A count of things; `B` beside bytes would be read as them.
pub(super) fn in_words(value: f64) -> String {
    match value {
        value if value.abs() >= 1e9 => format!("{} billion", format_count(value / 1e9)),
        value => format_count(value),
    }
}

/// Whole seconds with their thousands parted.
pub(super) fn seconds(seconds: f64) -> String {
    let digits = format!("{seconds:.0}");
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Bytes a second as networks count them.
pub(super) fn bits(bytes: f64) -> String {
    let bits = bytes * 8.0;
    let steps = [(1e12, "Tbit/s"), (1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")];
    let (factor, unit) = steps.into_iter().find(|(factor, _)| bits >= *factor).unwrap_or((1.0, "bit/s"));
    format!("{} {unit}", format_count(bits / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_told_as_they_were_written() {
        assert_eq!(per_second(100e6 / MONTH), "100M/month ÷ 2 592 000 s/month");
        assert_eq!(per_second(40.0 / DAY), "40/day ÷ 86 400 s/day");
        assert_eq!(per_second(2000.0), "2000/s");
        assert_eq!(per_second(5.0 / (7.0 * DAY)), "5/week ÷ 604 800 s/week");
        assert_eq!(bits(118e6), "944 Mbit/s");
    }
}
