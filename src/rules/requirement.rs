//! Whether a value is what a policy requires: presence, and comparisons of values of every type. It must not know an element.

use smol_str::SmolStr;

use crate::model::attributes::{AttrId, AttrValue, Type};
use crate::syntax::ast::Comparison;
use crate::units::{format_count, format_money, format_rate, format_share, format_size, format_time};

/// How a value stands to a requirement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// It is as required.
    Met,
    /// It is something else.
    Unmet,
    /// There is none.
    Absent,
}

/// Whether a value, with whether it is but a default of the language, is what a condition asks; without one, whether it is there
/// and does not say no.
pub(super) fn answer(
    attribute: AttrId,
    value: Option<&(AttrValue, bool)>,
    condition: Option<&(Comparison, AttrValue)>,
) -> Answer {
    let Some((value, is_default)) = value else { return Answer::Absent };
    let met = match condition {
        None if *is_default => return Answer::Absent,
        None => !says_no(value),
        Some((comparison, wanted)) => compare(attribute, value, *comparison, wanted),
    };
    if met { Answer::Met } else { Answer::Unmet }
}

fn says_no(value: &AttrValue) -> bool {
    match value {
        AttrValue::Flag(flag) => !flag,
        AttrValue::Word(word) => *word == "none",
        AttrValue::Texts(list) => list.is_empty(),
        AttrValue::Words(list) => list.is_empty(),
        AttrValue::Refs(list) => list.is_empty(),
        _ => false,
    }
}

fn compare(attribute: AttrId, value: &AttrValue, comparison: Comparison, wanted: &AttrValue) -> bool {
    if let (Some(actual), Some(wanted)) = (members(attribute, value), members(attribute, wanted)) {
        return as_sets(&actual, comparison, &wanted);
    }
    if let (AttrValue::Word(actual), AttrValue::Word(wanted)) = (value, wanted) {
        let place = |word: &str| Some(order(attribute)?.iter().position(|known| *known == word)? as f64);
        return match (place(actual), place(wanted)) {
            (Some(actual), Some(wanted)) => comparison.holds(actual, wanted),
            _ => comparison == Comparison::Equal && actual == wanted,
        };
    }
    match (figure(value, comparison), figure(wanted, comparison)) {
        (Some(actual), Some(wanted)) if comparison == Comparison::Equal => {
            let (low, high) = ends(value);
            (actual - wanted).abs() <= 1e-12 * wanted.abs()
                && low.zip(high).is_none_or(|(low, high)| low == high)
        }
        (Some(actual), Some(wanted)) => comparison.holds(actual, wanted),
        _ => comparison == Comparison::Equal && value == wanted,
    }
}

/// The words of an attribute in the order of the reference.
fn order(attribute: AttrId) -> Option<&'static [&'static str]> {
    let types = attribute.spec().uses.iter().flat_map(|usage| usage.types);
    types.filter_map(|it| if let Type::Word(words) = it { Some(*words) } else { None }).next()
}

/// The members of a list; of a single word or name where the attribute takes lists of them.
fn members(attribute: AttrId, value: &AttrValue) -> Option<Vec<SmolStr>> {
    let takes_lists = || {
        let mut types = attribute.spec().uses.iter().flat_map(|usage| usage.types);
        types.any(|it| matches!(it, Type::Names | Type::Words(_)))
    };
    let mut members: Vec<SmolStr> = match value {
        AttrValue::Texts(list) => list.iter().map(|(text, _)| text.clone()).collect(),
        AttrValue::Words(list) => list.iter().map(|word| SmolStr::from(*word)).collect(),
        AttrValue::Refs(list) => list.iter().map(|it| SmolStr::from(format!("{:?}", it.target))).collect(),
        AttrValue::Text(text) if takes_lists() => vec![text.clone()],
        AttrValue::Word(word) if takes_lists() => vec![SmolStr::from(*word)],
        _ => return None,
    };
    members.sort_unstable();
    members.dedup();
    Some(members)
}

fn as_sets(actual: &[SmolStr], comparison: Comparison, wanted: &[SmolStr]) -> bool {
    let holds = |outer: &[SmolStr], inner: &[SmolStr]| inner.iter().all(|it| outer.contains(it));
    match comparison {
        Comparison::Equal => actual == wanted,
        Comparison::AtLeast => holds(actual, wanted),
        Comparison::AtMost => holds(wanted, actual),
        Comparison::Above => holds(actual, wanted) && actual != wanted,
        Comparison::Below => holds(wanted, actual) && actual != wanted,
    }
}

fn ends(value: &AttrValue) -> (Option<f64>, Option<f64>) {
    match value {
        AttrValue::Range(low, high) => (Some(*low as f64), Some(*high as f64)),
        _ => (None, None),
    }
}

/// A value as a number; of a range the end that makes the comparison harder.
fn figure(value: &AttrValue, comparison: Comparison) -> Option<f64> {
    Some(match value {
        AttrValue::Count(count) => *count as f64,
        AttrValue::Number(number) => *number,
        AttrValue::Range(low, high) => match comparison {
            Comparison::AtMost | Comparison::Below => *high as f64,
            _ => *low as f64,
        },
        AttrValue::Time(time) => time.0,
        AttrValue::Rate(rate) => rate.0,
        AttrValue::Size(size) => size.0,
        AttrValue::Bandwidth(bandwidth) => bandwidth.0,
        AttrValue::Share(share) => share.0,
        AttrValue::Factor(factor) => factor.0,
        AttrValue::Money(money) => money.amount,
        AttrValue::Cost(cost) => cost.per_month,
        AttrValue::Date(date) => date.unix_days() as f64,
        // `backup = { every = 1h }` is an interval too
        AttrValue::Record(fields) => {
            return fields
                .iter()
                .find(|(key, _)| key == "every")
                .and_then(|(_, every)| figure(every, comparison));
        }
        _ => return None,
    })
}

/// A value as messages show it.
pub(super) fn show(value: &AttrValue) -> String {
    match value {
        AttrValue::Text(text) => format!("`{text}`"),
        AttrValue::Texts(list) => {
            let texts: Vec<&str> = list.iter().map(|(text, _)| text.as_str()).collect();
            format!("`[{}]`", texts.join(", "))
        }
        AttrValue::Flag(flag) => format!("`{flag}`"),
        AttrValue::Count(count) => format_count(*count as f64),
        AttrValue::Number(number) => format_count(*number),
        AttrValue::Range(low, high) => format!("{low}..{high}"),
        AttrValue::Time(time) => format_time(time.0),
        AttrValue::Rate(rate) => format_rate(rate.0),
        AttrValue::Size(size) => format_size(size.0),
        AttrValue::Bandwidth(bandwidth) => format!("{}/s", format_size(bandwidth.0)),
        AttrValue::Share(share) => format_share(share.0),
        AttrValue::Factor(factor) => format!("{}x", format_count(factor.0)),
        AttrValue::Money(money) => format_money(money.amount, money.currency),
        AttrValue::Cost(cost) => format!("{} a month", format_money(cost.per_month, cost.currency)),
        AttrValue::Date(date) => date.to_string(),
        AttrValue::Word(word) => format!("`{word}`"),
        AttrValue::Words(words) => format!("`[{}]`", words.join(", ")),
        AttrValue::Record(fields) => match fields.iter().find(|(key, _)| key == "every") {
            Some((_, every)) => show(every),
            None => format!("a record of {}", fields.len()),
        },
        AttrValue::Refs(list) => format!("a list of {}", list.len()),
        AttrValue::Ref(_) | AttrValue::Selectors(_) | AttrValue::Factors(_) => "given".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Time;

    fn met(attribute: AttrId, value: AttrValue, comparison: Comparison, wanted: AttrValue) -> bool {
        answer(attribute, Some(&(value, false)), Some(&(comparison, wanted))) == Answer::Met
    }

    #[test]
    fn of_a_range_the_harder_end_counts() {
        let replicas = |comparison, count| {
            met(AttrId::REPLICAS, AttrValue::Range(2, 20), comparison, AttrValue::Count(count))
        };
        assert!(replicas(Comparison::AtLeast, 2) && !replicas(Comparison::AtLeast, 3));
        assert!(replicas(Comparison::AtMost, 20) && !replicas(Comparison::AtMost, 19));
        assert!(!replicas(Comparison::Equal, 2));
    }

    #[test]
    fn words_compare_in_their_order_and_lists_as_sets() {
        let consistency = |value, comparison, wanted| {
            met(AttrId::CONSISTENCY, AttrValue::Word(value), comparison, AttrValue::Word(wanted))
        };
        assert!(consistency("linearizable", Comparison::AtLeast, "strong"));
        assert!(!consistency("eventual", Comparison::AtLeast, "causal"));
        assert!(consistency("causal", Comparison::Equal, "causal"));
        let signals = |comparison, wanted: &[&'static str]| {
            let value = AttrValue::Words(["metrics", "logs"].into());
            met(AttrId::OBSERVABILITY, value, comparison, AttrValue::Words(wanted.into()))
        };
        assert!(signals(Comparison::Equal, &["logs", "metrics"]));
        assert!(signals(Comparison::AtLeast, &["metrics"]) && !signals(Comparison::Equal, &["metrics"]));
        assert!(
            signals(Comparison::AtMost, &["metrics", "logs", "traces"])
                && !signals(Comparison::AtMost, &["logs"])
        );
    }

    #[test]
    fn presence_is_more_than_a_default_and_more_than_no() {
        let there = |value, is_default| answer(AttrId::BACKUP, Some(&(value, is_default)), None);
        assert_eq!(there(AttrValue::Time(Time(60.0)), false), Answer::Met);
        assert_eq!(there(AttrValue::Time(Time(60.0)), true), Answer::Absent);
        assert_eq!(there(AttrValue::Word("none"), false), Answer::Unmet);
        assert_eq!(there(AttrValue::Flag(false), false), Answer::Unmet);
        assert_eq!(answer(AttrId::BACKUP, None, None), Answer::Absent);
    }

    #[test]
    fn a_backup_record_is_an_interval() {
        let every = AttrValue::Record([(SmolStr::from("every"), AttrValue::Time(Time(3600.0)))].into());
        assert!(met(AttrId::BACKUP, every.clone(), Comparison::AtMost, AttrValue::Time(Time(3600.0))));
        assert!(!met(AttrId::BACKUP, every, Comparison::Below, AttrValue::Time(Time(3600.0))));
    }
}
