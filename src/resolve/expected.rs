//! What types are called in messages, each with a right value; what a wrong value is.

use smol_str::SmolStr;

use super::lookup::describe;
use super::mistakes::WRONG_TYPE;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::attributes::Type;
use crate::syntax::ast::{Value, ValueKind};
use crate::units::{Quantity, Unit, read_quantity};

/// The longest text that a message quotes, in characters.
const QUOTED: usize = 40;

/// A text as a message quotes it: on one line, cut where it is long.
pub(super) fn describe_value(text: &str) -> SmolStr {
    let line = text.lines().next().unwrap_or("");
    if line.len() == text.len() && line.chars().count() <= QUOTED {
        return line.into();
    }
    let cut: String = line.chars().take(QUOTED).collect();
    format!("{cut}…").into()
}

/// The mistake that a value has none of the types of its attribute.
pub(super) fn wrong_type(key: &str, value: &Value, types: &[Type], text: SmolStr) -> Diagnostic {
    let wanted: Vec<String> = types.iter().map(|wanted| with_example(*wanted)).collect();
    let message = format!("`{key}` is {}; `{text}` is {}", wanted.join(", or "), what(value));
    let told = WRONG_TYPE.at(value.span, message);
    let Some((replacement, why)) = types.iter().find_map(|wanted| mend(key, value, *wanted, &text)) else {
        return told;
    };
    told.with_help(why).with_fix(
        format!("write `{replacement}`"),
        Applicability::Unsafe,
        value.span,
        replacement,
    )
}

/// What was probably meant, and why.
fn mend(key: &str, value: &Value, wanted: Type, text: &str) -> Option<(String, String)> {
    let bare = |q: &Quantity| q.unit == Unit::None && q.per.is_none() && q.currency.is_none();
    let suffix = |unit: &str| {
        let meant = format!("{text}{unit}");
        Some((meant.clone(), format!("without a unit it says nothing: `{meant}`?")))
    };
    match (&value.kind, wanted) {
        (ValueKind::Quantity(q), Type::Time) if bare(q) => suffix(usual_time(key)),
        (ValueKind::Quantity(q), Type::Rate) if q.number().is_some() => suffix("/s"),
        (ValueKind::Quantity(q), Type::Size) if bare(q) => suffix("B"),
        (ValueKind::Quantity(q), Type::Factor) if bare(q) => suffix("x"),
        (ValueKind::Quantity(q), Type::Cost) if q.money().is_some() => suffix("/month"),
        (ValueKind::Quantity(q), Type::Cost)
            if q.currency.is_none() && q.number().is_some() && q.per.is_none() =>
        {
            let meant = format!("${text}/month");
            Some((meant.clone(), format!("money has a currency and a time: `{meant}`?")))
        }
        (ValueKind::Path(path), Type::Flag) => {
            let meant = match path.text().to_ascii_lowercase().as_str() {
                "yes" | "on" | "true" => "true",
                "no" | "off" | "false" => "false",
                _ => return None,
            };
            Some((meant.to_owned(), format!("write `{meant}`")))
        }
        (
            ValueKind::Text(quoted),
            Type::Count | Type::Number | Type::Time | Type::Rate | Type::Size | Type::Share,
        ) if read_quantity(&quoted.value).is_ok() => {
            Some((quoted.value.to_string(), "take the quotes away".to_owned()))
        }
        (
            ValueKind::Path(_) | ValueKind::Text(_) | ValueKind::Selector(_),
            Type::Names | Type::Words(_) | Type::Refs(_) | Type::Selectors | Type::Rules,
        ) => Some((format!("[{text}]"), "it is a list, also of one".to_owned())),
        _ => None,
    }
}

/// The unit in which people usually give that time.
fn usual_time(key: &str) -> &'static str {
    match key {
        "mtbf" | "retention" => "d",
        "mttr" | "ttl" | "backup" | "every" | "restore_time" | "rto" => "h",
        "rpo" => "min",
        "failover_time" | "detection_time" | "visibility_timeout" | "lag" | "cold_start" | "staleness" => "s",
        _ => "ms",
    }
}

/// The name of a type with a right value.
pub(super) fn with_example(wanted: Type) -> String {
    match wanted {
        Type::Text => "a text, such as `\"…\"`".to_owned(),
        Type::Name => "a name".to_owned(),
        Type::Names => "a list of names, such as `[a, b]`".to_owned(),
        Type::Flag => "`true` or `false`".to_owned(),
        Type::Count => "a whole number, such as `3`".to_owned(),
        Type::Number => "a number, such as `2.5`".to_owned(),
        Type::Range => "a range, such as `2..20`".to_owned(),
        Type::Time => "a time, such as `200ms`".to_owned(),
        Type::Rate => "a rate, such as `2k/s`".to_owned(),
        Type::Size => "a size, such as `5GB`".to_owned(),
        Type::Bandwidth => "a bandwidth, such as `10Gbps` or `5MB/s`".to_owned(),
        Type::Share => "a share, such as `99.9%` or `0.999`".to_owned(),
        Type::Factor => "a factor, such as `10x`".to_owned(),
        Type::Money => "money, such as `$120`".to_owned(),
        Type::Cost => "money over a time, such as `$120/month`".to_owned(),
        Type::Date => "a day, such as `2027-03-01`".to_owned(),
        Type::Word([only]) => format!("`{only}`"),
        Type::Word(words) => format!("one of {}", quoted(words)),
        Type::Words(words) => format!("a list of {}", quoted(words)),
        Type::Ref(kind) => format!("the name of {}", describe(kind)),
        Type::Refs(kind) => format!("a list of names, each of {}", describe(kind)),
        Type::Selectors => "a list of selectors, such as `[cache, #edge, us.api]`".to_owned(),
        Type::Selector => "a selector, such as `database` or `#edge`".to_owned(),
        Type::Record(fields) => {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            format!("a record of {}", quoted(&names))
        }
        Type::Factors => "a record of factors, such as `{ us.api = 3x }`".to_owned(),
        Type::Rules => "a list of rules, such as `[AV001]`".to_owned(),
    }
}

fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// What a value is.
fn what(value: &Value) -> &'static str {
    match &value.kind {
        ValueKind::Missing | ValueKind::Invalid => "nothing",
        ValueKind::Text(_) => "a text",
        ValueKind::Quantity(quantity) => what_quantity(quantity),
        ValueKind::Range(..) => "a range",
        ValueKind::Date(_) => "a day",
        ValueKind::Path(_) => "a name",
        ValueKind::List(_) => "a list",
        ValueKind::Record(_) => "a record",
        ValueKind::Selector(_) => "a selector",
    }
}

fn what_quantity(quantity: &Quantity) -> &'static str {
    match quantity.unit {
        _ if quantity.cost().is_some() => "money over a time",
        _ if quantity.money().is_some() => "money",
        _ if quantity.time().is_some() => "a time",
        Unit::BytesOrBillion if quantity.per.is_none() => "a size or a count",
        _ if quantity.rate().is_some() => "a rate",
        _ if quantity.bandwidth().is_some() => "a bandwidth",
        _ if quantity.size().is_some() => "a size",
        Unit::Percent if quantity.per.is_none() => "a percentage",
        Unit::Times if quantity.per.is_none() => "a factor",
        _ if quantity.number().is_some() => "a number without a unit",
        _ => "none of these",
    }
}
