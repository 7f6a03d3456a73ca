//! The words of the language: kinds, attributes with their units and defaults, operators, metrics, statements.

use super::super::cursor::Owner;
use crate::compilation::Compilation;
use crate::model::attributes::{Attributes, Origin, RefKind, Type};
use crate::model::{AttrId, ElementRef, GroupKind, Kind, Metric};
use crate::syntax::ast::{Operator, Value, ValueKind};
use crate::units::{format_rate, format_share, format_size, format_time};

/// The statements about a system, and the words that act by position.
pub(in crate::ide) const WORDS: &[(&str, &str)] = &[
    ("data", "what the system keeps: its size, growth and class, and the consistency it needs"),
    ("flow", "what a request does, step by step; the figures are computed for each flow"),
    ("scenario", "a what-if: parts that fail, a load, slow components, cold caches"),
    ("view", "a picture: what is shown, around what, and how"),
    ("policy", "house rules: connections that are forbidden, attributes that are required"),
    ("decision", "what was chosen over what, why, and for what price"),
    ("defaults", "attributes of every such component in this scope and below"),
    ("kind", "a kind of one's own, made from a built-in one: `kind mobile_app: client`"),
    ("tech", "a technology of one's own, or figures for a known one: `tech our-db: postgres`"),
    ("import", "takes in the names of another file, relative to this one"),
    ("slo", "an objective: of a flow, or at the top of all flows"),
    ("forbid", "no such connection may be declared; `->>` forbids any path of calls"),
    ("require", "every such element must give this attribute"),
    ("except", "who may all the same"),
    ("allow", "silences rules here: `@allow(AV001, reason = \"…\", until = 2027-03-01)`"),
    ("tags", "words to select by, as `#tag`: `@tags(edge, legacy)`"),
    ("reason", "why the finding is accepted"),
    ("until", "the last day on which the annotation holds; after it the finding is back"),
];

/// A word that opens a statement, acts by position, or names an annotation.
pub(super) fn word(word: &str) -> Option<String> {
    let (name, meaning) = WORDS.iter().find(|(name, _)| *name == word)?;
    Some(format!("**{name}** · {meaning}"))
}

/// The meaning of a word that opens a statement.
pub(in crate::ide) fn meaning(word: &str) -> Option<&'static str> {
    WORDS.iter().find(|(name, _)| *name == word).map(|(_, meaning)| *meaning)
}

/// A kind, or a statement about the system.
pub(super) fn kind(name: &str) -> Option<String> {
    if let Some(kind) = Kind::from_name(name) {
        return Some(format!("**{name}** · {} · {}", kind.class().as_str(), kind.meaning()));
    }
    if let Some(kind) = GroupKind::from_name(name) {
        return Some(format!("**{name}** · group · {}", kind.meaning()));
    }
    word(name)
}

/// An attribute: what it means, what it may be, its default, and what holds for the element at hand.
pub(super) fn attribute(
    key: &str,
    owner: Owner,
    element: Option<(&Compilation, ElementRef)>,
) -> Option<String> {
    if let Owner::Record(fields) = owner {
        let field = fields.iter().find(|field| field.name == key)?;
        return Some(format!("**{key}** · {}\n\n{}", field.meaning, types(field.types)));
    }
    let id = AttrId::from_name(key)?;
    let spec = id.spec();
    let fitting =
        owner.types(spec).or_else(|| spec.uses.first().map(|usage| usage.types)).unwrap_or_default();
    let mut text = format!("**{key}** · {}\n\n{}", spec.meaning, types(fitting));
    if let Some(default) = spec.default {
        text.push_str(&format!(" · default `{default}`"));
    }
    if let Some(origin) = element.and_then(|(compilation, element)| origin(compilation, element, id)) {
        text.push_str(&format!(" · {origin}"));
    }
    Some(text)
}

/// Where the value in force comes from, unless it is written right there.
fn origin(compilation: &Compilation, element: ElementRef, id: AttrId) -> Option<String> {
    let value = attributes(compilation, element)?.get(id)?;
    match &value.origin {
        Origin::File => None,
        Origin::Defaults => Some("from `defaults`".to_owned()),
        Origin::Group(group) => Some(format!("from `{}`", compilation.model.groups[*group].header.path)),
        Origin::Custom(name) => Some(format!("from `{name}`")),
        Origin::Catalogue(source) => Some(format!("from the catalogue ({source})")),
        Origin::Kind => None,
    }
}

fn attributes(compilation: &Compilation, element: ElementRef) -> Option<&Attributes> {
    let model = &compilation.model;
    match element {
        ElementRef::Component(id) => Some(&model.components[id].attrs),
        ElementRef::Group(id) => Some(&model.groups[id].attrs),
        ElementRef::Data(id) => Some(&model.data[id].attrs),
        ElementRef::Flow(id) => Some(&model.flows[id].attrs),
        ElementRef::Scenario(id) => Some(&model.scenarios[id].attrs),
    }
}

/// What a value may be, in words with an example of each.
pub(in crate::ide) fn types(types: &[Type]) -> String {
    types.iter().map(|it| described(*it)).collect::<Vec<_>>().join(", or ")
}

/// A type in words.
fn described(it: Type) -> String {
    let words = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
    match it {
        Type::Text => "a text".to_owned(),
        Type::Name => "a name".to_owned(),
        Type::Names => "names: `[a, b]`".to_owned(),
        Type::Flag => "`true` or `false`".to_owned(),
        Type::Count => "a whole number".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::Range => "a range: `2..20`".to_owned(),
        Type::Time => "a time: `200ms`".to_owned(),
        Type::Rate => "a rate: `2k/s`".to_owned(),
        Type::Size => "a size: `500GB`".to_owned(),
        Type::Bandwidth => "a bandwidth: `1Gbps`".to_owned(),
        Type::Share => "a share: `99.95%`".to_owned(),
        Type::Factor => "a factor: `10x`".to_owned(),
        Type::Money => "money: `$120`".to_owned(),
        Type::Cost => "money over time: `$120/month`".to_owned(),
        Type::Date => "a day: `2027-03-01`".to_owned(),
        Type::Word(list) => format!("one of {}", words(list)),
        Type::Words(list) => format!("a list of {}", words(list)),
        Type::Ref(kind) => reference(kind).to_owned(),
        Type::Refs(kind) => format!("a list: {} each", reference(kind)),
        Type::Selectors => "selectors: `[database, #edge, us.api]`".to_owned(),
        Type::Selector => "a selector: `database`, `#edge`, `us.api`".to_owned(),
        Type::Record(fields) => {
            format!(
                "a record: `{{ {} }}`",
                fields.iter().map(|field| field.name).collect::<Vec<_>>().join(" ")
            )
        }
        Type::Factors => "a record: `{ us.api = 3x }`".to_owned(),
        Type::Rules => "rules: `[AV001]`".to_owned(),
    }
}

fn reference(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Component | RefKind::Compensated => "a component",
        RefKind::Group => "a group",
        RefKind::Element => "a component or group",
        RefKind::Zone => "a zone",
        RefKind::Region => "a region",
        RefKind::Cache => "a cache",
        RefKind::Data => "a data entity",
        RefKind::Flow => "a flow",
    }
}

/// A quantity in the unit that the analysis counts in.
pub(super) fn quantity(key: String, value: &Value, owner: Owner) -> Option<String> {
    let id = AttrId::from_name(&key)?;
    let types = owner.types(id.spec())?;
    let ValueKind::Quantity(it) = &value.kind else { return None };
    let read = types.iter().find_map(|of| match of {
        Type::Time => it.time().map(|time| format!("{} s", crate::units::round_significant(time.0, 6))),
        Type::Rate => it.rate().map(|rate| format_rate(rate.0)),
        Type::Size => it.size().map(|size| format_size(size.0)),
        Type::Bandwidth => it.bandwidth().map(|it| format!("{}/s", format_size(it.0))),
        Type::Share => it.share().map(|share| share_in_words(&key, share.0)),
        Type::Cost => it.cost().map(|cost| format!("{}{:.2} a month", cost.currency.sign(), cost.per_month)),
        _ => None,
    })?;
    Some(format!("**{key}** = {read}"))
}

fn share_in_words(key: &str, share: f64) -> String {
    if key == "availability" {
        let down = crate::analysis::formulas::downtime_s_per_year(1.0 - share);
        return format!("{} · {} down a year", format_share(share), format_time(down));
    }
    format_share(share)
}

pub(super) fn operator(operator: Operator) -> String {
    format!("**`{}`** · {}", operator.as_str(), operator_meaning(operator))
}

/// What an operator means.
pub(in crate::ide) fn operator_meaning(operator: Operator) -> &'static str {
    match operator {
        Operator::Call => {
            "a synchronous call: the caller waits, so the callee's failure and latency reach it"
        }
        Operator::Message => "an asynchronous message, event or job",
        Operator::Replicate => "data is copied from left to right",
        Operator::Link => "a physical link between groups",
        Operator::AnyPath => "any path of calls",
    }
}

/// A metric of an objective.
pub(super) fn metric(name: &str) -> Option<String> {
    let metric = Metric::from_name(name)?;
    Some(format!("**slo {name}** · {}", metric_meaning(metric)))
}

/// What a metric measures.
pub(in crate::ide) fn metric_meaning(metric: Metric) -> &'static str {
    match metric {
        Metric::Availability => "the share of the time in which the flow works",
        Metric::Percentile(500) => "the time within which half of the requests are answered",
        Metric::Percentile(900) => "the time within which 90 % of the requests are answered",
        Metric::Percentile(950) => "the time within which 95 % of the requests are answered",
        Metric::Percentile(990) => "the time within which 99 % of the requests are answered",
        Metric::Percentile(_) => "the time within which 99.9 % of the requests are answered",
        Metric::Throughput => "the requests a second that it can carry",
        Metric::Staleness => "the age of what is read",
        Metric::Rpo => "recovery point: how much may be lost, as a time",
        Metric::Rto => "recovery time: how long it may be gone",
        Metric::Cost => "what it costs a month",
    }
}
