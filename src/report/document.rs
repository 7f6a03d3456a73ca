//! The shape of a report. Field names are a promise to other programs; a figure that cannot be computed is `null`.

use serde::Serialize;

use crate::emit::DiagnosticJson;

/// A report.
#[derive(Serialize)]
pub struct Report<'a> {
    /// Of this shape; 1.
    pub version: u32,
    /// The design.
    pub system: System<'a>,
    /// Its flows, in order.
    pub flows: Vec<Flow<'a>>,
    /// Its components, in order.
    pub components: Vec<Component<'a>>,
    /// Its connections, in order.
    pub connections: Vec<Connection<'a>>,
    /// Its data entities, in order.
    pub data: Vec<Data<'a>>,
    /// What stores come to hold, lose, and how long they are gone; for people alone.
    #[serde(skip)]
    pub stores: Vec<Store<'a>>,
    /// What it costs; for people alone.
    #[serde(skip)]
    pub bill: Bill<'a>,
    /// What waits in brokers, by connection; absent where no rate is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backlogs: Vec<Backlog<'a>>,
    /// Coupling between deployable components.
    pub coupling: Coupling<'a>,
    /// What was decided, and for what price; absent where nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision<'a>>,
    /// Findings that an `@allow` silences; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<Allowed<'a>>,
    /// Rules that could not be assessed, and what would settle them.
    pub not_assessed: Vec<NotAssessed>,
    /// Defaults on which figures rest.
    pub assumptions: Vec<Assumption<'a>>,
    /// All findings.
    pub diagnostics: Vec<DiagnosticJson<'a>>,
}

/// The design.
#[derive(Serialize)]
pub struct System<'a> {
    /// Name of the `system` statement; `null` without one.
    pub name: Option<&'a str>,
    /// Its label.
    pub label: Option<&'a str>,
}

/// A flow.
#[derive(Serialize)]
pub struct Flow<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its label.
    pub label: Option<&'a str>,
    /// Runs a second at the peak.
    pub rate_per_s: Option<f64>,
    /// Availability.
    pub availability: Option<Availability>,
    /// Chance that it runs with a part missing.
    pub degraded_probability: Option<f64>,
    /// The order up to which no cut set is missing.
    pub cut_sets_complete_to_order: Option<usize>,
    /// Elements by the share of the downtime that they cause.
    pub importance: Vec<Importance>,
    /// Latency.
    pub latency_ms: Latency,
    /// Why there is no estimate; absent where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub latency_gaps: Vec<String>,
    /// The visits that a run waits for, in order: where its time goes.
    pub latency_budget: Vec<Hop<'a>>,
    /// Runs a second in the three cases.
    pub load: Load,
    /// What it sees of each data entity.
    pub consistency: Vec<Consistency<'a>>,
    /// Verdicts on its objectives and the system's.
    pub slos: Vec<Slo<'a>>,
    /// Minimal cut sets.
    pub cut_sets: Vec<CutSet>,
    /// 1 / the largest utilisation.
    pub headroom: Option<f64>,
    /// The component with that utilisation.
    pub first_to_break: Option<&'a str>,
}

/// An availability.
#[derive(Serialize)]
pub struct Availability {
    /// The share of the time.
    pub value: f64,
    /// What is certain, where the value is not exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// What is certain, where the value is not exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// A year has 365 days.
    pub downtime_minutes_per_year: f64,
    /// Whether the value is exact.
    pub exact: bool,
}

/// What an element means for a flow.
#[derive(Serialize)]
pub struct Importance {
    /// The element.
    pub path: String,
    /// Birnbaum.
    pub birnbaum: f64,
    /// Share of the downtime that a perfect element would remove.
    pub fussell_vesely: f64,
}

/// A visit that a run waits for. Its means add up; percentiles do not.
#[derive(Serialize)]
pub struct Hop<'a> {
    /// The component.
    pub path: &'a str,
    /// How often a run makes it on average; calls at once count once.
    pub times: f64,
    /// Mean of its own work.
    pub own_ms: Option<f64>,
    /// 99th percentile of its own work.
    pub own_p99_ms: Option<f64>,
    /// Mean wait in line at the peak: Allen–Cunneen on Erlang C, stationary, ρ < 0.95, first come first served. `null`: no line is known.
    pub queue_ms: Option<f64>,
    /// The round trip of one call to it.
    pub network_ms: f64,
    /// Whether it lies on the path that takes longest.
    pub critical: bool,
    /// `times` · (own work + line + network).
    pub contribution_ms: f64,
    /// Its part of what that path takes; 0 beside it.
    pub share: f64,
}

/// Latency percentiles in milliseconds.
#[derive(Serialize, Default)]
pub struct Latency {
    /// Median.
    pub p50: Option<f64>,
    /// Estimate.
    pub p99: Option<f64>,
    /// Certain lower bound.
    pub p99_lower: Option<f64>,
    /// Certain upper bound.
    pub p99_upper: Option<f64>,
}

/// Rates a second.
#[derive(Serialize)]
pub struct Load {
    /// On average.
    pub average: Option<f64>,
    /// At the peak.
    pub peak: Option<f64>,
    /// Cold caches, every retry, largest domain lost.
    pub worst: Option<f64>,
}

/// What a flow sees of a data entity.
#[derive(Serialize)]
pub struct Consistency<'a> {
    /// The entity.
    pub data: &'a str,
    /// The level; `null` where it cannot be derived.
    pub level: Option<&'static str>,
    /// The PACELC class; `null` where it cannot be derived.
    pub pacelc: Option<&'static str>,
}

/// A verdict on an objective.
#[derive(Serialize)]
pub struct Slo<'a> {
    /// The metric.
    pub metric: &'a str,
    /// The comparison.
    pub comparison: &'a str,
    /// The target, in the unit of the metric: a share, milliseconds, a rate, seconds, money a month.
    pub target: f64,
    /// The figure; `null` where it is not computed.
    pub actual: Option<f64>,
    /// Whether it is met; `null` where that cannot be said.
    pub met: Option<bool>,
}

/// A minimal cut set.
#[derive(Serialize)]
pub struct CutSet {
    /// What fails together.
    pub members: Vec<String>,
    /// Chance of that.
    pub probability: f64,
    /// The share of the runs that it breaks, where that is not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// A component.
#[derive(Serialize)]
pub struct Component<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its kind as written.
    pub kind: &'a str,
    /// Its technology.
    pub tech: Option<&'a str>,
    /// How many replicas there are: `3`, `2-6`, `3 x 16 shards`; `null` where that does not apply.
    pub replicas: Option<String>,
    /// The zones in which they stand, else the regions.
    pub placed_in: Vec<&'a str>,
    /// Requests at the peak, without retries.
    pub rate_per_s: Option<f64>,
    /// Requests that all its replicas can take.
    pub capacity_per_s: Option<f64>,
    /// Of the busiest node.
    pub utilization: Option<f64>,
    /// Of the hottest shard.
    pub hottest_shard_utilization: Option<f64>,
    /// Connections that its callers hold.
    pub connections_used: Option<f64>,
    /// Of the component as a whole, its domains with it.
    pub availability: Option<f64>,
    /// Ce / (Ca + Ce).
    pub instability: Option<f64>,
    /// Who depends on it.
    pub afferent: Option<usize>,
    /// On whom it depends.
    pub efferent: Option<usize>,
    /// Of all replicas.
    pub cost_per_month: Option<f64>,
    /// With cold caches, every retry used and the largest domain lost; for people alone.
    #[serde(skip)]
    pub worst_utilization: Option<f64>,
}

/// A connection.
#[derive(Serialize)]
pub struct Connection<'a> {
    /// The caller.
    pub from: &'a str,
    /// The callee.
    pub to: &'a str,
    /// The operator.
    pub op: &'static str,
    /// The label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<&'a str>,
    /// Calls at the peak.
    pub rate_per_s: Option<f64>,
    /// Rate × payload.
    pub bytes_per_s: Option<f64>,
}

/// A data entity.
#[derive(Serialize)]
pub struct Data<'a> {
    /// Its name.
    pub name: &'a str,
    /// The components that keep it.
    pub stored_in: Vec<&'a str>,
    /// All copies, when its retention has passed once.
    pub bytes_after_retention: Option<f64>,
    /// The consistency that it asks for.
    pub consistency: Option<&'a str>,
    /// How sensitive it is.
    pub class: Option<&'a str>,
    /// Where it may lie; empty where nothing is said.
    pub residency: Vec<&'a str>,
    /// The smallest recovery point objective of it, of what keeps it and of the system, in seconds.
    pub rpo_s: Option<f64>,
    /// The smallest recovery time objective of what keeps it and of the system, in seconds.
    pub rto_s: Option<f64>,
    /// What a year adds, all copies; for people alone.
    #[serde(skip)]
    pub bytes_per_year: Option<f64>,
}

/// A store: bytes and seconds.
pub struct Store<'a> {
    /// Its path.
    pub path: &'a str,
    /// Copies of each record.
    pub copies: Option<u64>,
    /// Added in a year, all copies.
    pub bytes_per_year: Option<f64>,
    /// Once every retention has passed.
    pub bytes_after_retention: Option<f64>,
    /// What its replicas hold.
    pub room: Option<f64>,
    /// From empty until that is used up.
    pub exhausted_after: Option<f64>,
    /// Lost with a node.
    pub lost_with_node: Option<f64>,
    /// Lost by a wrong delete.
    pub lost_by_delete: Option<f64>,
    /// Gone after the loss of a node.
    pub gone_with_node: Option<f64>,
    /// Gone after a wrong delete.
    pub gone_by_delete: Option<f64>,
}

/// What a design costs in a month.
#[derive(Default)]
pub struct Bill<'a> {
    /// The sign of the currency.
    pub sign: &'a str,
    /// Replicas and groups.
    pub given: Option<f64>,
    /// Traffic: connection, bytes, money.
    pub traffic: Vec<(String, f64, f64)>,
    /// All of it.
    pub total: Option<f64>,
}

/// What waits in a broker for a consumer.
#[derive(Serialize)]
pub struct Backlog<'a> {
    /// The broker.
    pub broker: &'a str,
    /// The consumer.
    pub consumer: &'a str,
    /// Messages a second that come on average.
    pub rate_in_per_s: f64,
    /// Messages a second that the consumer takes.
    pub rate_out_per_s: f64,
    /// The outage of the consumer that is looked at.
    pub outage_s: f64,
    /// The messages that wait after it.
    pub messages: f64,
    /// Until they are done; `null` where the consumer never catches up.
    pub drain_s: Option<f64>,
}

/// Coupling.
#[derive(Serialize)]
pub struct Coupling<'a> {
    /// Distributed-monolith score, 0 to 100.
    pub score: Option<f64>,
    /// Circles of synchronous calls.
    pub cycles: Vec<Vec<&'a str>>,
    /// The longest chain of hard calls.
    pub longest_chain: Vec<&'a str>,
}

/// A rule that could not be assessed.
#[derive(Serialize)]
pub struct NotAssessed {
    /// The rule.
    pub code: &'static str,
    /// On what.
    pub subject: String,
    /// What would settle it.
    pub attribute: String,
}

/// A default on which a figure rests.
#[derive(Serialize)]
pub struct Assumption<'a> {
    /// Whose.
    pub subject: String,
    /// Which attribute.
    pub attribute: &'a str,
    /// The value as it would be written.
    pub value: &'a str,
    /// `default`, or the catalogue's source.
    pub source: &'a str,
    /// The file in which to write another; `null` where nothing declares the subject.
    pub file: Option<&'a str>,
    /// The line of the subject there.
    pub line: Option<u32>,
}

/// A decision with its trade-offs.
#[derive(Serialize)]
pub struct Decision<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its label.
    pub label: Option<&'a str>,
    /// Where it stands; `null` where it does not say, which counts as accepted.
    pub status: Option<&'static str>,
    /// When it was made.
    pub date: Option<String>,
    /// What was chosen.
    pub chose: Vec<&'a str>,
    /// What was not.
    pub over: Vec<&'a str>,
    /// Why.
    pub because: Option<&'a str>,
    /// The qualities that it wins.
    pub gives: Vec<&'static str>,
    /// The qualities that it pays with.
    pub costs: Vec<&'static str>,
    /// The rules whose findings it owns.
    pub allows: Vec<AllowedRule<'a>>,
}

/// A rule that a decision allows.
#[derive(Serialize)]
pub struct AllowedRule<'a> {
    /// The code; as written where no rule is called that.
    pub code: &'a str,
    /// The name of the rule.
    pub name: Option<&'static str>,
    /// Findings of it that an `@allow` silences.
    pub silenced: usize,
    /// Findings of it that are told.
    pub told: usize,
}

/// A finding that an `@allow` silences.
#[derive(Serialize)]
pub struct Allowed<'a> {
    /// The rule.
    pub code: &'a str,
    /// About what.
    pub subject: &'a str,
    /// Why it may stand.
    pub reason: Option<&'a str>,
    /// The decisions that own it.
    pub decisions: Vec<&'a str>,
}
