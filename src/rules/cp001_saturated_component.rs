//! A component that is asked for more than it can do, or nearly.
//!
//! ## What it finds
//!
//! ρ = λ/(n·μ): the load at the peak over what all replicas can take, at the upper end of a range. An error where ρ ≥ 1; a
//! warning where ρ > 0.7, or > 0.8 with ten replicas or more.
//!
//! ## Why it matters
//!
//! Beyond 1 the queue grows until something gives. Before it waiting grows like 1/(1 − ρ): at 80% of one server a request
//! waits four times as long as its work takes.
//!
//! ## How to mend it
//!
//! More replicas (n = λ/(0.7·μ) or more), a cache before it, less work for each request; shed what is beyond.
//!
//! ## When it stays silent
//!
//! On consumers of a broker, which fall behind instead of failing; where CP003 names the primary. Without load or capacity it
//! is not assessed.
//!
//! ## Source
//!
//! Azure Well-Architected, PE:02; Site Reliability Engineering, ch. 22.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper { rate = 2k/s }
//! service shop { replicas = 3  capacity = 500/s }
//! shopper -> shop
//! ```
//!
//! ```arch,pass
//! client shopper { rate = 2k/s }
//! service shop { replicas = 3..8  capacity = 500/s }
//! shopper -> shop
//! ```

use super::demand::{is_consumer, load_and_capacity, resting_on_load};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::analysis::placement::Deployment;
use crate::analysis::formulas::erlang_c;
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, Kind};
use crate::units::{format_count, format_rate, round_significant};

const SMALL: Threshold = Threshold {
    key: "utilization",
    default: 0.7,
    unit: "of the capacity",
    meaning: "beyond this a component of fewer than ten replicas is a warning",
};
const LARGE: Threshold = Threshold {
    key: "utilization_of_many",
    default: 0.8,
    unit: "of the capacity",
    meaning: "beyond this a component of ten replicas or more is a warning",
};

pub(super) static RULE: Rule = Rule {
    code: "CP001",
    name: "saturated-component",
    category: Category::Capacity,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[SMALL, LARGE],
    silences: &["LT001"],
    needs: &[Need::Attribute(AttrId::RATE), Need::Attribute(AttrId::CAPACITY)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let Some(deployment) = ctx.facts.placement.of(id) else { continue };
        if component.kind == Kind::External || is_consumer(ctx, id) {
            continue;
        }
        if let Some((rate, capacity)) = load_and_capacity(ctx, findings, id) {
            let used = ctx.facts.load.component(id).and_then(|load| load.utilization);
            if let Some(used) = used {
                check_used(ctx, findings, &Use { id, deployment, rate, capacity, used });
            }
        }
    }
}

/// Whether this rule has something to tell of a component.
pub(super) fn is_saturated(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let component = &ctx.model.components[id];
    let Some(deployment) = ctx.facts.placement.of(id) else { return false };
    let used = ctx.facts.load.component(id).and_then(|load| load.utilization);
    let many = deployment.high.saturating_mul(deployment.shards) >= 10;
    let limit = RULE.threshold(ctx.config, if many { &LARGE } else { &SMALL });
    let stands = !ctx.config.is_off(RULE.code) && component.kind != Kind::External && !is_consumer(ctx, id);
    stands && used.is_some_and(|used| used >= 1.0 - 1e-12 || exceeds(used, limit))
}

/// How a component is used at the peak.
struct Use<'a> {
    id: ComponentId,
    deployment: &'a Deployment,
    rate: f64,
    capacity: f64,
    used: f64,
}

fn check_used(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, it: &Use<'_>) {
    let n = it.deployment.high.saturating_mul(it.deployment.shards);
    let many = n >= 10;
    let limit = ctx.threshold(if many { &LARGE } else { &SMALL });
    let full = it.used >= 1.0 - 1e-12;
    if !full && !exceeds(it.used, limit) {
        return;
    }
    let name = ctx.model.path(it.id);
    let relation = if full { "≥ 1".to_owned() } else { format!("> {limit}") };
    let offered = it.used * n as f64;
    let waiting = if full {
        "the line grows without end".to_owned()
    } else {
        // Erlang C: the mean wait over the mean service time
        let wait = erlang_c(n, offered) / (n as f64 - offered);
        format!("a request waits {} times as long as its work takes", round_significant(wait, 3))
    };
    let plain = it.rate / (n as f64 * it.capacity);
    let arithmetic = if exceeds((plain - it.used).abs(), 1e-9) {
        // copies of writes, or a primary that takes them all, make the busiest node busier than the mean
        format!("of its busiest node, at {}", format_rate(it.rate))
    } else {
        format!("= {}/({}·{})", format_rate(it.rate), format_count(n as f64), format_rate(it.capacity))
    };
    let enough = (it.used * n as f64 / limit.min(0.7)).ceil();
    let message = format!(
        "`{name}` is {} at the peak: ρ {arithmetic} = {} {relation}; {waiting}",
        if full { "saturated" } else { "nearly saturated" },
        round_significant(it.used, 3)
    );
    let severity = if full { Severity::Error } else { Severity::Warning };
    // another replica of a store is another copy of what is written
    let scales = !ctx.model.components[it.id].kind.is_store() && enough < 1e6;
    let each = (enough / it.deployment.shards.max(1) as f64).ceil() as u64;
    let edits = scales.then(|| edits::replicas(ctx, it.id, 0, each)).flatten();
    let finding = Finding::new(severity, it.id, message)
        .mend(format!("run {each} replicas"), edits)
        .help(format!("run {} replicas (⌈λ/(0.7·μ)⌉), put a cache before it, or shed load", format_count(enough)))
        .hits_all(ctx.flows_of(it.id).iter().copied());
    findings.push(resting_on_load(ctx, finding, it.id));
}
