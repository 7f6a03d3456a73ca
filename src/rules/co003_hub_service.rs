//! A service through which everything goes.
//!
//! ## What it finds
//!
//! In a design of at least 6 compute components, one of them whose Ca + Ce is the largest and at least 6 and a third of their
//! number; or one with Ce ≥ 5 that lies on more than 60 % of at least 3 flows. Ca counts the distinct deployable components
//! that call it, send to it or are copied into it, Ce those that it calls, sends to or is copied into; actors do not count.
//! Where several share the largest sum, each is told. The numbers are ours.
//!
//! ## Why it matters
//!
//! Every team queues for changes to it, every incident runs through it, and its deployment is everybody's risk.
//!
//! ## How to mend it
//!
//! Split it by capability: what serves one group of callers becomes a service of its own.
//!
//! ## When it stays silent
//!
//! In designs of fewer than 6 compute components, where one of them in the middle is to be expected. Fronts, stores and brokers
//! are meant to be hubs and are not judged.
//!
//! ## Source
//!
//! Taibi and Lenarduzzi, On the Definition of Microservice Bad Smells: Megaservice.
//!
//! ## Examples
//!
//! ```arch,fail
//! service core
//! service a
//! service b
//! service c
//! service d
//! service e
//! database db
//! [a, b, c] -> core
//! core -> [d, e, db]
//! ```
//!
//! ```arch,pass
//! service core
//! service a
//! service b
//! service c
//! service d
//! service e
//! [a, b, c] -> core
//! core -> [d, e]
//! ```

use super::{Category, Finding, Findings, Rule, RuleContext, Threshold};
use crate::analysis::coupling::Ties;
use crate::diagnostic::Severity;
use crate::model::ComponentId;
use crate::units::{format_count, format_share};

const COMPUTE: Threshold = Threshold {
    key: "compute",
    default: 6.0,
    unit: "compute components",
    meaning: "in a smaller design one in the middle is to be expected",
};
const TIES: Threshold =
    Threshold { key: "ties", default: 6.0, unit: "components", meaning: "the least Ca + Ce of a hub" };
const PART: Threshold = Threshold {
    key: "part",
    default: 1.0 / 3.0,
    unit: "share of the compute components",
    meaning: "the least Ca + Ce of a hub in a large design",
};
const FLOWS: Threshold =
    Threshold { key: "flows", default: 3.0, unit: "flows", meaning: "with fewer, their share says nothing" };
const ON_FLOWS: Threshold =
    Threshold { key: "on_flows", default: 0.6, unit: "share of the flows", meaning: "a hub lies on more of them" };
const EFFERENT: Threshold =
    Threshold { key: "efferent", default: 5.0, unit: "components", meaning: "the least Ce of a hub on many flows" };

pub(super) static RULE: Rule = Rule {
    code: "CO003",
    name: "hub-service",
    category: Category::Coupling,
    severities: &[Severity::Warning],
    thresholds: &[COMPUTE, TIES, PART, FLOWS, ON_FLOWS, EFFERENT],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let coupling = &ctx.facts.coupling;
    let compute: Vec<(ComponentId, &Ties)> = ctx
        .model
        .components
        .enumerate()
        .filter(|(_, it)| it.kind.is_compute())
        .filter_map(|(id, _)| Some((id, coupling.of(id)?)))
        .collect();
    if (compute.len() as f64) < ctx.threshold(&COMPUTE) {
        return;
    }
    let sum = |ties: &Ties| ties.afferent.len() + ties.efferent.len();
    let most = compute.iter().map(|(_, ties)| sum(ties)).max().unwrap_or(0);
    let third = ctx.threshold(&PART) * compute.len() as f64;
    let least = ctx.threshold(&TIES).max(third);
    for (id, ties) in &compute {
        let (afferent, efferent) = (ties.afferent.len(), ties.efferent.len());
        let mut why = Vec::new();
        if sum(ties) == most && most as f64 >= least - 1e-9 {
            why.push(format!(
                "Ca + Ce = {afferent} + {efferent} = {most} ≥ {}, the most of {} compute components",
                format_count(least),
                format_count(compute.len() as f64)
            ));
        }
        why.extend(on_most_flows(ctx, *id, efferent));
        if !why.is_empty() {
            findings.push(finding(ctx, *id, &why));
        }
    }
}

fn on_most_flows(ctx: &RuleContext<'_>, id: ComponentId, efferent: usize) -> Option<String> {
    let (all, on) = (ctx.model.flows.len(), ctx.flows_of(id).len());
    let limit = ctx.threshold(&ON_FLOWS);
    let share = on as f64 / all.max(1) as f64;
    let least = ctx.threshold(&EFFERENT);
    let is_hub = all as f64 >= ctx.threshold(&FLOWS) && share > limit + 1e-12 && efferent as f64 >= least;
    is_hub.then(|| {
        format!(
            "it lies on {on} of {all} flows, {} > {}, with Ce = {efferent} ≥ {}",
            format_share(share),
            format_share(limit),
            format_count(least)
        )
    })
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, why: &[String]) -> Finding {
    let message = format!("`{}` is a hub: {}", ctx.model.path(id), why.join("; "));
    Finding::new(Severity::Warning, id, message)
        .help("split it by capability: what serves one group of callers becomes a service of its own")
        .hits_all(ctx.flows_of(id).iter().copied())
}
