//! A failover that promotes a copy which lacks acknowledged writes.
//!
//! ## What it finds
//!
//! A store with `mode = primary_replica`, `failover = automatic` and `replication = async` whose `lag` is more than the smallest `rpo` of the
//! store and its data. An error where that `rpo` is 0, with any `lag` but 0; else a warning.
//!
//! ## Why it matters
//!
//! The new primary has never seen the last writes. Their callers were told that they are done, and what the old primary knows is
//! thrown away when it comes back as a replica.
//!
//! ## How to mend it
//!
//! Semi-synchronous or quorum replication, so that some copy has every acknowledged write; or promote only copies whose lag is below
//! the `rpo`, and fence the old primary.
//!
//! ## When it stays silent
//!
//! Where there is only one copy. Without `replication`, `rpo`, or (unless the `rpo` is 0) `lag` it is not assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 5.
//!
//! ## Examples
//!
//! ```arch,fail
//! data order { rpo = 0s }
//! database orders {
//!   stores      = [order]
//!   replicas    = 2
//!   mode        = primary_replica
//!   failover    = automatic
//!   replication = async
//! }
//! ```
//!
//! ```arch,pass
//! data order { rpo = 5s }
//! database orders {
//!   stores      = [order]
//!   replicas    = 2
//!   mode        = primary_replica
//!   failover    = automatic
//!   replication = async
//!   lag         = 1s
//! }
//! ```

use super::demand::assumed_load;
use super::stored::{data_names, data_of, present};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::consistency::regions::stated_copies;
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Failover, Mode, Replication};
use crate::model::{AttrId, ComponentId, DataId};
use crate::units::{format_count, format_rate, format_time};

pub(super) static RULE: Rule = Rule {
    code: "CS008",
    name: "lossy-promotion",
    category: Category::Consistency,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::REPLICATION),
        Need::Attribute(AttrId::RPO),
        Need::Attribute(AttrId::LAG),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate().filter(|(_, it)| it.kind.is_store()) {
        let attrs = &component.attrs;
        let promotes = attrs.word(AttrId::MODE) == Some(Mode::PrimaryReplica)
            && attrs.word(AttrId::FAILOVER) == Some(Failover::Automatic);
        if !promotes || stated_copies(component) == Some(1) {
            continue;
        }
        match attrs.word(AttrId::REPLICATION) {
            Some(Replication::Async) => check_store(ctx, findings, id),
            Some(_) => {}
            None => findings.not_assessed(id, AttrId::REPLICATION),
        }
    }
}

fn check_store(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let attrs = &ctx.model.components[id].attrs;
    let own = attrs.seconds(AttrId::RPO).map(|rpo| (rpo, None));
    let of_data = data_of(ctx, id)
        .into_iter()
        .filter_map(|data| Some((ctx.model.data[data].attrs.seconds(AttrId::RPO)?, Some(data))));
    let strictest = own.into_iter().chain(of_data).reduce(|a, b| if b.0 < a.0 { b } else { a });
    let Some((rpo, data)) = strictest else { return findings.not_assessed(id, AttrId::RPO) };
    match attrs.seconds(AttrId::LAG) {
        Some(lag) if exceeds(lag, rpo) => findings.push(finding(ctx, id, Some(lag), (rpo, data))),
        None if rpo <= 0.0 => findings.push(finding(ctx, id, None, (rpo, data))),
        None => findings.not_assessed(id, AttrId::LAG),
        Some(_) => {}
    }
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, lag: Option<f64>, (rpo, data): (f64, Option<DataId>)) -> Finding {
    let path = ctx.model.path(id);
    let attrs = &ctx.model.components[id].attrs;
    let whose = data.map_or_else(|| format!("`{path}`"), |data| data_names(ctx, &[data]));
    let relation = match lag {
        Some(lag) => format!("`lag` = {} > {}, the `rpo` of {whose}", format_time(lag), format_time(rpo)),
        None => format!("any `lag` > {}, the `rpo` of {whose}", format_time(rpo)),
    };
    let writes = ctx.facts.load.component(id).and_then(|load| load.writes).filter(|rate| *rate > 0.0);
    let lost = match (writes, lag) {
        (Some(writes), Some(lag)) => {
            let all = format_count(writes * lag);
            format!(": λ_w·`lag` = {}·{} = {all} writes are lost", format_rate(writes), format_time(lag))
        }
        _ => ": λ_w·`lag` writes are lost".to_owned(),
    };
    let severity = if rpo <= 0.0 { Severity::Error } else { Severity::Warning };
    let message = format!("when `{path}` fails over, the new primary lacks acknowledged writes, {relation}{lost}");
    let figures = [AttrId::MODE, AttrId::FAILOVER, AttrId::REPLICATION, AttrId::LAG, AttrId::RPO];
    let finding = Finding::new(severity, id, message)
        .mend("let one copy have each write", edits::set(ctx, id, &[(AttrId::REPLICATION, "semi_sync")]))
        .help("copy with `semi_sync` or `quorum`, or promote only a copy whose lag is below the `rpo`, and fence the old primary")
        .hits_all(ctx.flows_of(id).iter().copied())
        .resting_on(path, attrs, &present(attrs, &figures));
    // the number of lost writes is told, but it is not what is judged
    let told = if writes.is_some() && lag.is_some() { assumed_load(ctx, id) } else { Vec::new() };
    told.into_iter().fold(finding, |finding, what| {
        let span = ctx.model.components[id].header.name_span;
        finding.related(span, format!("the load rests on {what}"))
    })
}
