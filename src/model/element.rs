//! The elements of a design: components, groups, connections, data, and the statements about them.

use smol_str::SmolStr;

use super::attributes::{Attributes, ElementRef};
use super::catalogue::Technology;
use super::ids::Id;
use super::kind::{GroupKind, Kind};
use crate::source::Span;
use crate::syntax::ast::{Comparison, Operator};
use crate::units::Date;

/// Id of a [`Component`].
pub type ComponentId = Id<Component>;
/// Id of a [`Group`].
pub type GroupId = Id<Group>;
/// Id of a [`Connection`].
pub type ConnectionId = Id<Connection>;
/// Id of a [`Data`].
pub type DataId = Id<Data>;
/// Id of a [`Scenario`].
pub type ScenarioId = Id<Scenario>;
/// Id of a [`Decision`].
pub type DecisionId = Id<Decision>;

/// What every declared element has.
#[derive(Clone, Debug)]
pub struct Header {
    /// The name as declared.
    pub name: SmolStr,
    /// The full path from the root: `us.api`.
    pub path: SmolStr,
    /// The label: from the head, else the `label` attribute.
    pub label: Option<SmolStr>,
    /// The doc comment, else the `description` attribute.
    pub description: Option<SmolStr>,
    /// `@tags` and `tags`, each once, in the order written.
    pub tags: Vec<SmolStr>,
    /// The whole statement.
    pub span: Span,
    /// The name in the declaration.
    pub name_span: Span,
    /// The group that holds it.
    pub parent: Option<GroupId>,
}

impl Header {
    /// The label, else the name.
    pub fn title(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// A technology as used by a component.
#[derive(Clone, Debug)]
pub struct TechUse {
    /// The name as written behind `:`.
    pub name: SmolStr,
    /// Where.
    pub span: Span,
    /// The entry of the catalogue, directly or through a `tech` statement.
    pub entry: Option<&'static Technology>,
}

/// A component.
#[derive(Clone, Debug)]
pub struct Component {
    /// Name, path, label, place.
    pub header: Header,
    /// The built-in kind, also behind a kind of one's own.
    pub kind: Kind,
    /// The kind as written.
    pub kind_name: SmolStr,
    /// The technology.
    pub tech: Option<TechUse>,
    /// The attributes, defaults of every origin filled in.
    pub attrs: Attributes,
}

/// A group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Name, path, label, place.
    pub header: Header,
    /// What it is.
    pub kind: GroupKind,
    /// The groups inside, in the order declared.
    pub groups: Vec<GroupId>,
    /// The components directly inside, in the order declared.
    pub components: Vec<ComponentId>,
    /// Its own attributes (`availability`, `mtbf`, `mttr`, `cost`, `jurisdiction`, `shared_fate`, label and the like).
    pub attrs: Attributes,
    /// Every attribute written on it; those that are not its own are defaults of what is inside.
    pub handed_down: Attributes,
}

/// An end of a connection: groups only at `--`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Endpoint {
    /// A component.
    Component(ComponentId),
    /// A group.
    Group(GroupId),
}

/// One connection between two ends; a chain or list is several.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The caller.
    pub from: Endpoint,
    /// The callee.
    pub to: Endpoint,
    /// The operator.
    pub op: Operator,
    /// The label.
    pub label: Option<SmolStr>,
    /// The attributes, defaults filled in.
    pub attrs: Attributes,
    /// The doc comment.
    pub description: Option<SmolStr>,
    /// Tags.
    pub tags: Vec<SmolStr>,
    /// The whole statement.
    pub span: Span,
    /// The caller's name in the statement.
    pub from_span: Span,
    /// The callee's name in the statement.
    pub to_span: Span,
    /// With which others it is an alternative of one call: `lb -> a | b`.
    pub alternatives: Option<AlternativesId>,
    /// The flow whose step declares it, where no statement of its own does.
    pub declared_by_flow: bool,
}

impl Connection {
    /// The calling component; `None` for a link between groups.
    pub fn caller(&self) -> Option<ComponentId> {
        match self.from {
            Endpoint::Component(id) => Some(id),
            Endpoint::Group(_) => None,
        }
    }

    /// The called component; `None` for a link between groups.
    pub fn callee(&self) -> Option<ComponentId> {
        match self.to {
            Endpoint::Component(id) => Some(id),
            Endpoint::Group(_) => None,
        }
    }
}

/// Id of an [`Alternatives`].
pub type AlternativesId = Id<Alternatives>;

/// Connections of one statement of which some are needed: `a | b | c { needs = 2 }`.
#[derive(Clone, Debug)]
pub struct Alternatives {
    /// The members in the order written.
    pub connections: Vec<ConnectionId>,
    /// How many are needed.
    pub needs: u64,
}

/// A data entity.
#[derive(Clone, Debug)]
pub struct Data {
    /// Name, path, label, place.
    pub header: Header,
    /// The attributes.
    pub attrs: Attributes,
}

/// A metric of an objective.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Metric {
    /// Share of requests or of time that is served.
    Availability,
    /// Latency percentile: the share, such as 0.99, times 1000.
    Percentile(u16),
    /// Requests a second.
    Throughput,
    /// Age of what is read, in seconds.
    Staleness,
    /// Recovery point objective in seconds.
    Rpo,
    /// Recovery time objective in seconds.
    Rto,
    /// Money a month.
    Cost,
}

impl Metric {
    /// Every metric with its name.
    pub const NAMES: &'static [(&'static str, Metric)] = &[
        ("availability", Metric::Availability),
        ("p50", Metric::Percentile(500)),
        ("p90", Metric::Percentile(900)),
        ("p95", Metric::Percentile(950)),
        ("p99", Metric::Percentile(990)),
        ("p999", Metric::Percentile(999)),
        ("throughput", Metric::Throughput),
        ("staleness", Metric::Staleness),
        ("rpo", Metric::Rpo),
        ("rto", Metric::Rto),
        ("cost", Metric::Cost),
    ];

    /// The metric of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(word, _)| *word == name).map(|(_, metric)| *metric)
    }

    /// As written.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, metric)| *metric == self).map_or("", |(word, _)| word)
    }
}

/// `slo METRIC CMP VALUE`, checked.
#[derive(Clone, Debug)]
pub struct Objective {
    /// The metric.
    pub metric: Metric,
    /// The comparison.
    pub comparison: Comparison,
    /// The target: a share, seconds, a rate per second, or money a month.
    pub target: f64,
    /// The statement.
    pub span: Span,
}

/// A selector whose names are resolved.
#[derive(Clone, PartialEq, Debug)]
pub struct Selector {
    /// As written.
    pub text: SmolStr,
    /// Where.
    pub span: Span,
    /// What it selects.
    pub kind: SelectorKind,
}

/// What a selector selects.
#[derive(Clone, PartialEq, Debug)]
pub enum SelectorKind {
    /// Everything.
    Everything,
    /// Components of a built-in kind.
    Kind(Kind),
    /// Groups of a kind, and what they hold.
    GroupKind(GroupKind),
    /// Components of a kind of one's own.
    CustomKind(SmolStr),
    /// One element; a group with all that it holds.
    Element(ElementRef),
    /// Elements with a tag.
    Tag(SmolStr),
    /// Components of a technology.
    Tech(SmolStr),
    /// What a team owns.
    Team(SmolStr),
}

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name, label, place.
    pub header: Header,
    /// The attributes.
    pub attrs: Attributes,
}

/// A view.
#[derive(Clone, Debug)]
pub struct View {
    /// Name, label, place.
    pub header: Header,
    /// The attributes.
    pub attrs: Attributes,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Name, label, place.
    pub header: Header,
    /// The attributes.
    pub attrs: Attributes,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name, label, place.
    pub header: Header,
    /// Its rules in order.
    pub rules: Vec<PolicyRule>,
}

/// A rule of a policy.
#[derive(Clone, Debug)]
pub struct PolicyRule {
    /// The statement.
    pub span: Span,
    /// What it asks.
    pub kind: PolicyRuleKind,
}

/// What a rule of a policy asks.
#[derive(Clone, Debug)]
pub enum PolicyRuleKind {
    /// No such connection.
    Forbid {
        /// From these.
        from: Selector,
        /// With this operator; [`Operator::AnyPath`] for any path of calls.
        op: Operator,
        /// To these.
        to: Selector,
        /// These may.
        except: Option<Selector>,
    },
    /// Such an attribute.
    Require {
        /// On these.
        selector: Selector,
        /// The attribute.
        attribute: super::attributes::AttrId,
        /// What it must be; `None`: it must be there.
        condition: Option<(Comparison, super::attributes::AttrValue)>,
    },
}

/// `@allow(…)`
#[derive(Clone, Debug)]
pub struct Allow {
    /// The rules as written: code or name, each with its place.
    pub rules: Vec<(SmolStr, Span)>,
    /// Why.
    pub reason: Option<SmolStr>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// The annotation.
    pub span: Span,
    /// The statement that it precedes, with its block: findings in here are silenced.
    pub scope: Span,
}
