//! A request that asks every shard because it does not know which.
//!
//! ## What it finds
//!
//! A call with `key = none` to a store with more than four `shards`, in a flow that an actor starts.
//!
//! ## Why it matters
//!
//! λ such calls are λ·S: more shards then bring no more room. The answer waits for the slowest shard: with 16 of them, each slow
//! once in a hundred times, 1 − 0.99¹⁶ = 15% of the answers are slow. And all of them must be up.
//!
//! ## How to mend it
//!
//! An index or a copy of the data by the key that the request knows; a search index; or ask for what is in time (`wait = quorum`).
//!
//! ## When it stays silent
//!
//! On `optional` calls, and with `wait` = `first` or `quorum`; in flows that nobody waits for. A call to such a store without `key`
//! is not assessed, nor one with `key = none` to a sharded store without `shards`.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 6.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! database orders { shards = 16  shard_key = customer }
//! flow find { browser -> shop; shop -> orders { key = none } }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database orders { shards = 16  shard_key = customer }
//! database few { shards = 4  shard_key = customer }
//! flow find { browser -> shop; shop -> orders { key = shard_key }; shop -> few { key = none } }
//! ```

use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::analysis::formulas::any_slow;
use crate::diagnostic::Severity;
use crate::model::attributes::words::{CallKey, Mode, Wait};
use crate::model::{AttrId, CallId, ComponentId, FlowId};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate, format_share};

const FEW: Threshold = Threshold {
    key: "shards",
    default: 4.0,
    unit: "shards",
    meaning: "so many may be asked at once",
};

pub(super) static RULE: Rule = Rule {
    code: "DA003",
    name: "scatter-gather",
    category: Category::Data,
    severities: &[Severity::Warning],
    thresholds: &[FEW],
    silences: &[],
    needs: &[Need::Attribute(AttrId::KEY), Need::Attribute(AttrId::SHARDS)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (flow, it) in ctx.model.flows.enumerate() {
        let starts = |root: &crate::model::VisitId| {
            ctx.model.components[it.visits[*root].component].kind.is_actor()
        };
        if it.roots.iter().any(starts) {
            for call in it.calls.ids() {
                check_call(ctx, findings, flow, call);
            }
        }
    }
}

fn check_call(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, flow: FlowId, call: CallId) {
    let made = ctx.call((flow, call));
    let store = ctx.callee((flow, call));
    let component = &ctx.model.components[store];
    let in_time = matches!(made.attrs.word(AttrId::WAIT), Some(Wait::First | Wait::Quorum));
    let waits = ctx.model.connections[made.connection].op == Operator::Call;
    if !component.kind.is_store() || !waits || in_time || made.attrs.is_true(AttrId::OPTIONAL) {
        return;
    }
    let asks_all = made.attrs.word::<CallKey>(AttrId::KEY).map(|key| key == CallKey::None);
    let shards = component.attrs.count(AttrId::SHARDS);
    match (asks_all, shards) {
        (Some(false), _) => {}
        (Some(true), None) if component.attrs.word(AttrId::MODE) == Some(Mode::Sharded) => {
            findings.not_assessed(store, AttrId::SHARDS);
        }
        (Some(true), Some(shards)) if shards as f64 > ctx.threshold(&FEW) => {
            findings.push(finding(ctx, flow, call, store, shards));
        }
        (None, Some(shards)) if shards as f64 > ctx.threshold(&FEW) => {
            findings.not_assessed(made.connection, AttrId::KEY);
        }
        _ => {}
    }
}

fn finding(ctx: &RuleContext<'_>, flow: FlowId, call: CallId, store: ComponentId, shards: u64) -> Finding {
    let made = ctx.call((flow, call));
    let attrs = &ctx.model.components[store].attrs;
    let path = ctx.model.path(store);
    let count = format_count(shards as f64);
    let rate = ctx.facts.load.flow(flow).and_then(|load| load.calls.get(call.index()).copied().flatten());
    let rate = rate.filter(|rate| *rate > 0.0).map_or_else(String::new, |rate| {
        format!(": λ·S = {}·{count} = {} calls", format_rate(rate), format_rate(rate * shards as f64))
    });
    let slow = any_slow(0.01, shards as f64);
    let up = own_availability(ctx, store).map_or_else(String::new, |up| {
        format!(", and all are up a^S = {}^{count} = {} of the time", format_share(up), format_share(up.powf(shards as f64)))
    });
    let message = format!(
        "`{}` asks all S = {count} > {} shards of `{path}`{rate}; 1 − 0.99^{count} = {} of the answers wait for a slow one{up}",
        ctx.connection_name(made.connection),
        format_count(ctx.threshold(&FEW)),
        format_share(slow)
    );
    Finding::new(Severity::Warning, made.connection, message)
        .help("an index table or a copy by the key that the request knows, or a search index")
        .resting_on(path, attrs, &[AttrId::SHARDS])
        .witness(ctx.path_to(flow, made.target))
        .in_step(made.span)
        .hits(flow)
}

/// How often enough replicas of one shard are up, where that does not rest on a default.
fn own_availability(ctx: &RuleContext<'_>, store: ComponentId) -> Option<f64> {
    let deployment = ctx.facts.placement.of(store)?;
    let known = !deployment.availability_assumed && !deployment.managed;
    known.then(|| 1.0 - super::outage::own_unavailability(deployment))
}
