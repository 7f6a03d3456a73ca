//! Traffic that costs as much as machines.
//!
//! ## What it finds
//!
//! Σ λ̄·`payload`·price over what leaves a zone, a region, or for the internet: more than 20% of what components and groups cost, or
//! as much as lifts the whole above `slo cost`. Calls go to replicas of the caller's own region where there are any, and there
//! evenly to its zones. The prices stand in `archc.toml`.
//!
//! ## Why it matters
//!
//! No diagram shows it and no machine's bill: 10 k calls a second of 20 KB are 518 TB a month; where two thirds of them cross a zone,
//! at $0.01 a GB at each end, that is $6,912.
//!
//! ## How to mend it
//!
//! Route to the own zone first, put a CDN before what leaves for the internet, compress, or ask for less.
//!
//! ## When it stays silent
//!
//! Without `cost` or `slo cost`. Connections without load or `payload` count nothing.
//!
//! ## Source
//!
//! S. Eskildsen, napkin-math; Azure Well-Architected, CO:10. The prices are list prices of AWS: $0.01 a GB at each end between
//! zones, $0.02 between regions, $0.09 to the internet.
//!
//! ## Examples
//!
//! ```arch,fail
//! client viewer { rate = 300/s }
//! service video { replicas = 4  cost = $200/month }
//! viewer -> video { payload = 500KB }
//! ```
//!
//! ```arch,pass
//! client viewer { rate = 300/s }
//! service video { replicas = 4  cost = $200/month }
//! viewer -> video { payload = 2KB }
//! ```

use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::analysis::cost::Traffic;
use crate::config::Assumed;
use crate::diagnostic::Severity;
use crate::model::{AttrId, Metric, Objective};
use crate::syntax::ast::Comparison;
use crate::units::{Currency, format_money, format_share, format_size};

const SHARE: Threshold = Threshold {
    key: "share",
    default: 0.2,
    unit: "of what components and groups cost",
    meaning: "traffic beyond this is a warning",
};

pub(super) static RULE: Rule = Rule {
    code: "CX003",
    name: "traffic-cost",
    category: Category::Cost,
    severities: &[Severity::Warning],
    thresholds: &[SHARE],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::PAYLOAD),
        Need::Attribute(AttrId::COST),
        Need::Objective(Metric::Cost),
    ],
    expects: &[],
    check,
};

/// Connections that a message names.
const NAMED: usize = 3;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let cost = &ctx.facts.cost;
    let (Some(traffic), currency) = (cost.traffic_total, cost.currency.unwrap_or(Currency::Dollar)) else { return };
    let mut most: Vec<&Traffic> = cost.traffic.iter().filter(|it| it.cost > 0.0).collect();
    most.sort_by(|a, b| b.cost.total_cmp(&a.cost).then(a.connection.cmp(&b.connection)));
    let Some(first) = most.first() else { return };
    let limits = limits(ctx);
    let money = |amount: f64| format_money(amount, currency);
    let share = ctx.threshold(&SHARE);
    // what is too dear without its traffic is not so by its traffic
    let beyond = limits.iter().find(|it| exceeds(it.given + it.traffic, it.target) && !exceeds(it.given, it.target));
    let reason = match (cost.given, beyond) {
        (Some(given), _) if exceeds(traffic, share * given) => {
            format!("Σ λ̄·`payload`·price = {} > {} of Σ `cost` = {}", money(traffic), format_share(share), money(given))
        }
        (_, Some(it)) => format!(
            "{}Σ `cost` + Σ λ̄·`payload`·price = {} + {} = {} > `slo cost` {}",
            it.whose,
            money(it.given),
            money(it.traffic),
            money(it.given + it.traffic),
            money(it.target)
        ),
        (None, None) if limits.is_empty() => return findings.not_assessed(first.connection, AttrId::COST),
        _ => return,
    };
    let row = |it: &&Traffic| {
        format!("`{}` {} for {}", ctx.connection_name(it.connection), money(it.cost), format_size(it.bytes))
    };
    let parts: Vec<String> = most.iter().take(NAMED).map(row).collect();
    let message = format!("traffic costs {} a month: {reason}; {}", money(traffic), parts.join(", "));
    let mut finding = Finding::new(Severity::Warning, first.connection, message)
        .help("route to the own zone first, put a CDN before what leaves for the internet, compress, or ask for less")
        .hits_all(ctx.flows_through(first.connection));
    let (assumed, default) = (&ctx.config.assumed, Assumed::default());
    let prices = [
        (most.iter().any(|it| it.crossing.zone > 0.0), assumed.price_zone, default.price_zone, "between zones, at each end"),
        (most.iter().any(|it| it.crossing.region > 0.0), assumed.price_region, default.price_region, "between regions"),
        (most.iter().any(|it| it.crossing.egress > 0.0), assumed.price_egress, default.price_egress, "to the internet"),
    ];
    for (used, price, default, what) in prices {
        if used && price == default {
            finding = finding.assuming(format!("{} a GB {what}", money(price)));
        }
    }
    findings.push(finding);
}

/// An objective on cost, and what counts against it.
struct Limit {
    target: f64,
    given: f64,
    traffic: f64,
    whose: String,
}

/// The objectives of the system, then those of flows, which what they visit counts against.
fn limits(ctx: &RuleContext<'_>) -> Vec<Limit> {
    let cost = &ctx.facts.cost;
    let is_ceiling = |it: &&Objective| {
        it.metric == Metric::Cost && !matches!(it.comparison, Comparison::AtLeast | Comparison::Above)
    };
    let of_system = ctx.model.objectives.iter().filter(is_ceiling).map(|it| Limit {
        target: it.target,
        given: cost.given.unwrap_or(0.0),
        traffic: cost.traffic_total.unwrap_or(0.0),
        whose: String::new(),
    });
    let mut limits: Vec<Limit> = of_system.collect();
    for (id, flow) in ctx.model.flows.enumerate() {
        let traffic = cost.traffic_of_flow(ctx.model, id);
        let given = cost.of_flow(ctx.model, id).unwrap_or(0.0) - traffic;
        limits.extend(flow.objectives.iter().filter(is_ceiling).map(|it| Limit {
            target: it.target,
            given,
            traffic,
            whose: format!("of `{}` ", flow.header.name),
        }));
    }
    limits
}
