//! The attributes of a block: each key known and fitting, once, its value of a type that it may have and within its limits.

use smallvec::SmallVec;

use super::Resolver;
use super::mistakes::{BAD_URL, MISFIT_ATTRIBUTE, NO_REPLICA, OUT_OF_RANGE, UNKNOWN_ATTRIBUTE};
use super::names::Scope;
use super::values::{twice, with_nearest};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::attributes::{AttrId, AttrValue, Attributes, Origin, Spec, Target, Type, Value};
use crate::source::Span;
use crate::syntax::ast::{self, Stmt, StmtKind};

/// Attributes that a group has for itself; it hands all others down.
const OWN: &[AttrId] = &[
    AttrId::AVAILABILITY,
    AttrId::MTBF,
    AttrId::MTTR,
    AttrId::COST,
    AttrId::JURISDICTION,
    AttrId::SHARED_FATE,
    AttrId::LABEL,
    AttrId::DESCRIPTION,
    AttrId::URL,
    AttrId::ICON,
    AttrId::TAGS,
];

/// Counts of which there is at least one.
const AT_LEAST_ONE: &[AttrId] = &[
    AttrId::NEEDS,
    AttrId::ZONES,
    AttrId::REGIONS,
    AttrId::CONCURRENCY,
    AttrId::MAX_CONNECTIONS,
    AttrId::REPLICATION_FACTOR,
    AttrId::READ_QUORUM,
    AttrId::WRITE_QUORUM,
    AttrId::SHARDS,
    AttrId::KEY_COUNT,
    AttrId::PARTITIONS,
    AttrId::FANOUT,
    AttrId::POOL,
];

/// On what a block stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum On {
    /// On something with attributes of its own.
    Target(Target),
    /// On a group: its own, and what it hands down.
    Group,
    /// On a `kind` made from that target.
    Kind(Target),
    /// On a `kind` made from a group.
    GroupKind,
    /// On a `tech`: what any component may have.
    Tech,
    /// On a policy: what everything has.
    Policy,
}

impl On {
    /// The types that an attribute has there; `None` where it does not fit.
    pub(crate) fn types(self, spec: &Spec) -> Option<&'static [Type]> {
        match self {
            Self::Target(target) => spec.types_on(target),
            Self::Kind(target) => spec.types_on(target).or_else(|| spec.types_on(Target::CustomKind)),
            Self::Tech => component_types(spec),
            Self::Policy => (spec.group == "everywhere").then(|| spec.types_on(Target::View)).flatten(),
            Self::Group | Self::GroupKind => spec
                .types_on(Target::Group)
                .or_else(|| component_types(spec))
                .or_else(|| spec.types_on(Target::Connection))
                .or_else(|| spec.types_on(Target::Data))
                .or_else(|| spec.types_on(Target::Flow)),
        }
    }

    fn what(self) -> String {
        match self {
            Self::Target(target) => match target {
                Target::Component(kind) => format!("a `{}`", kind.as_str()),
                Target::Group => "a group".to_owned(),
                Target::Connection => "a connection".to_owned(),
                Target::Data => "data".to_owned(),
                Target::Flow => "a flow".to_owned(),
                Target::Scenario => "a scenario".to_owned(),
                Target::View => "a view".to_owned(),
                Target::Decision => "a decision".to_owned(),
                Target::CustomKind => "a `kind`".to_owned(),
            },
            Self::Kind(Target::Component(kind)) => format!("a `kind` of `{}`", kind.as_str()),
            Self::Kind(_) => "a `kind`".to_owned(),
            Self::Group => "a group or what is in it".to_owned(),
            Self::GroupKind => "a `kind` of group".to_owned(),
            Self::Tech => "a technology".to_owned(),
            Self::Policy => "a policy".to_owned(),
        }
    }
}

/// The types of an attribute on components.
fn component_types(spec: &Spec) -> Option<&'static [Type]> {
    spec.uses.iter().find(|usage| usage.on.any_component()).map(|usage| usage.types)
}

/// Whether a group hands the attribute down rather than having it.
pub(crate) fn is_handed_down(id: AttrId) -> bool {
    !OWN.contains(&id)
}

impl Resolver<'_> {
    /// The attributes among some statements; others are left to the caller.
    pub(crate) fn attributes<'s>(
        &mut self,
        items: impl IntoIterator<Item = &'s Stmt>,
        on: On,
        scope: Scope,
        origin: Origin,
    ) -> Attributes {
        let items = items.into_iter();
        let mut found: Vec<(AttrId, Value)> = Vec::with_capacity(items.size_hint().0);
        let mut seen: SmallVec<[(AttrId, Span); 8]> = SmallVec::new();
        for stmt in items {
            let StmtKind::Attribute(attribute) = &stmt.kind else { continue };
            self.annotate(stmt);
            let Some((id, types)) = self.key(&attribute.key, on) else { continue };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == id) {
                self.report(twice(id.name(), attribute.key.span, *first));
                continue;
            }
            seen.push((id, attribute.key.span));
            let Some(value) = self.value(id.name(), &attribute.value, types, scope) else { continue };
            if let Some(mistake) = limits(id, &value, attribute.value.span) {
                self.report(mistake);
                continue;
            }
            found.push((id, Value { value, origin: origin.clone(), span: Some(attribute.value.span) }));
        }
        Attributes::from_entries(found)
    }

    /// The attributes of a block that may be absent.
    pub(crate) fn block_attributes(
        &mut self,
        block: Option<&ast::Block>,
        on: On,
        scope: Scope,
        origin: Origin,
    ) -> Attributes {
        match block {
            Some(block) => self.attributes(&block.items, on, scope, origin),
            None => Attributes::default(),
        }
    }

    fn key(&mut self, key: &ast::Path, on: On) -> Option<(AttrId, &'static [Type])> {
        // a path as a key was told by the parser
        let name = key.single().filter(|ident| !ident.is_missing())?.name.clone();
        let fits = |id: &AttrId| on.types(id.spec()).is_some();
        let Some(id) = AttrId::from_name(&name) else {
            let fitting = AttrId::all().filter(fits).map(AttrId::name);
            let near = self.suggestions.nearest(&name, fitting);
            let near = near.or_else(|| self.suggestions.nearest(&name, AttrId::all().map(AttrId::name)));
            let told = UNKNOWN_ATTRIBUTE.at(key.span, format!("there is no attribute `{name}`"));
            self.report(with_nearest(told, key.span, near));
            return None;
        };
        if let Some(types) = on.types(id.spec()) {
            return Some((id, types));
        }
        let stands: Vec<String> = id.spec().uses.iter().map(|usage| usage.on.describe()).collect();
        let message = format!("`{name}` does not fit {}; it fits {}", on.what(), stands.join(", "));
        let near = self.suggestions.nearest(&name, AttrId::all().filter(fits).map(AttrId::name));
        // it is a word of the language, so another may not be what was meant
        let mut told = with_nearest(MISFIT_ATTRIBUTE.at(key.span, message), key.span, near);
        if let Some(fix) = &mut told.fix {
            fix.applicability = Applicability::Unsafe;
        }
        self.report(told);
        None
    }
}

/// What a value may not be although its type is right.
pub(super) fn limits(id: AttrId, value: &AttrValue, span: Span) -> Option<Diagnostic> {
    match (id, value) {
        (AttrId::REPLICAS, AttrValue::Count(0) | AttrValue::Range(0, _)) => {
            let message = match value {
                AttrValue::Range(_, high) => {
                    format!("with `replicas = 0..{high}` it may shrink to no replica at all")
                }
                _ => "with `replicas = 0` it has no replica at all".to_owned(),
            };
            Some(NO_REPLICA.at(span, message).with_help("give at least one, or take the component away"))
        }
        (AttrId::URL, AttrValue::Text(url)) => {
            let lower = url.trim().to_ascii_lowercase();
            let fine = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
            (!fine).then(|| {
                BAD_URL
                    .at(span, "a `url` starts with `https://`, `http://` or `mailto:`")
                    .with_help("other addresses are not followed from diagrams and reports")
            })
        }
        (_, AttrValue::Count(0)) if AT_LEAST_ONE.contains(&id) => {
            Some(OUT_OF_RANGE.at(span, format!("`{}` is at least 1", id.name())))
        }
        (AttrId::PEAK_FACTOR, AttrValue::Number(factor)) if *factor < 1.0 => {
            Some(below_average(span, *factor))
        }
        (AttrId::PEAK_FACTOR, AttrValue::Factor(factor)) if factor.0 < 1.0 => {
            Some(below_average(span, factor.0))
        }
        (AttrId::MTBF, AttrValue::Time(time)) if time.0 <= 0.0 => {
            Some(OUT_OF_RANGE.at(span, "`mtbf` is more than zero"))
        }
        (AttrId::PARTITION, AttrValue::Refs(groups)) if groups.len() != 2 => Some(
            OUT_OF_RANGE
                .at(span, format!("a partition parts two groups; {} are given", groups.len()))
                .with_help("write `partition = [one, other]`"),
        ),
        _ => None,
    }
}

fn below_average(span: Span, factor: f64) -> Diagnostic {
    OUT_OF_RANGE
        .at(span, format!("`peak_factor` is peak over average, so at least 1; it is {factor}"))
        .with_help("a peak below the average cannot be")
}
