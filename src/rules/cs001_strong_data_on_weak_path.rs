//! Data that must be read as written, read from where it may be old.
//!
//! ## What it finds
//!
//! A flow reads data whose `consistency` is stronger than that of the weakest thing from which it reads it, in the order
//! linearizable > strong > sequential > causal > read_your_writes > eventual. A cache gives eventual. A store gives its own
//! `consistency`; where it has none, eventual if its copies are `async` or an asynchronous `=>` fills it, strong if
//! read and write quorum overlap (R + W > N), or if every copy, a majority, or the only one that is read has each write. The
//! leader of a majority, and an only copy, are taken for linearizable.
//!
//! What the file says of a store's copying goes before what the catalogue says of its consistency. A call to a store that does
//! not say its `access` reads. A cache holds what this flow reads behind it, else what it `stores`; one that is the only home of
//! all that it `stores` is judged as a store (whether that may be lost is CA003's matter). Where several are equally
//! weak, each is told. A finding that rests on a default of the catalogue is a warning.
//!
//! ## Why it matters
//!
//! A balance, a stock count or a permission that is seconds old is spent twice, sold twice or still open after it was taken away.
//!
//! ## How to mend it
//!
//! Read this data from the leader or with a quorum, past caches and copies; or say that the flow can live with less.
//!
//! ## When it stays silent
//!
//! Where the data has no `consistency`, or nothing says what its store gives: then it is not assessed. CS002 speaks in its place
//! where quorums that do not overlap are the reason.
//!
//! ## Source
//!
//! Kleppmann, Designing Data-Intensive Applications, ch. 9.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! cache hot
//! data stock { consistency = strong }
//! database db { stores = [stock]  consistency = strong }
//! flow buy {
//!   browser -> shop
//!   shop -> hot
//!   shop -> db { behind = hot }
//! }
//! ```
//!
//! ```arch,fail
//! client browser
//! service shop
//! data stock { consistency = linearizable }
//! database db { stores = [stock]  replicas = 3  replication = async }
//! flow buy { browser -> shop -> db }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! cache hot
//! data stock { consistency = strong }
//! data page { consistency = eventual }
//! database db { stores = [stock, page]  replicas = 3  replication = sync }
//! flow buy {
//!   browser -> shop
//!   shop -> hot { reads = [page] }
//!   shop -> db "page" { behind = hot  reads = [page] }
//!   shop -> db "stock" { reads = [stock] }
//! }
//! ```

use std::collections::BTreeMap;

use super::stored::data_names;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::consistency::{Guarantee, Reason};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::Consistency;
use crate::model::{AttrId, CallId, ComponentId, DataId, FlowId};
use crate::units::format_count;

pub(super) static RULE: Rule = Rule {
    code: "CS001",
    name: "strong-data-on-weak-path",
    category: Category::Consistency,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::CONSISTENCY), Need::Attribute(AttrId::REPLICATION)],
    expects: &[],
    check,
};

/// A read of data from something too weak for it.
struct WeakRead {
    flow: FlowId,
    call: CallId,
    data: DataId,
    asked: Consistency,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut weak: BTreeMap<ComponentId, Vec<WeakRead>> = BTreeMap::new();
    for flow in ctx.model.flows.ids() {
        let Some(facts) = ctx.facts.consistency.flow(flow) else { continue };
        for seen in &facts.data {
            let asked = ctx.model.data[seen.data].attrs.word::<Consistency>(AttrId::CONSISTENCY);
            let Some(asked) = asked else {
                findings.not_assessed(seen.data, AttrId::CONSISTENCY);
                continue;
            };
            for (component, _) in seen.unknown.iter().filter(|_| asked > Consistency::Eventual) {
                findings.not_assessed(*component, AttrId::CONSISTENCY);
            }
            for (component, call) in &seen.weakest {
                if ctx.facts.consistency.of(*component).is_some_and(|given| !given.meets(asked)) {
                    let read = WeakRead { flow, call: *call, data: seen.data, asked };
                    weak.entry(*component).or_default().push(read);
                }
            }
        }
    }
    for (component, reads) in &weak {
        if let Some(guarantee) = ctx.facts.consistency.of(*component) {
            findings.push(finding(ctx, *component, guarantee, reads));
        }
    }
}

fn finding(
    ctx: &RuleContext<'_>,
    component: ComponentId,
    guarantee: &Guarantee,
    reads: &[WeakRead],
) -> Finding {
    let path = ctx.model.path(component);
    let given = guarantee.level.as_str();
    let mut flows: Vec<FlowId> = reads.iter().map(|read| read.flow).collect();
    flows.dedup();
    let mut asked: Vec<(Consistency, Vec<DataId>)> = Vec::new();
    for read in reads {
        match asked.iter_mut().find(|(level, _)| *level == read.asked) {
            Some((_, data)) if data.contains(&read.data) => {}
            Some((_, data)) => data.push(read.data),
            None => asked.push((read.asked, vec![read.data])),
        }
    }
    let asks = |(level, data): &(Consistency, Vec<DataId>)| {
        format!("{} asks for {} > {given}", data_names(ctx, data), level.as_str())
    };
    let asks: Vec<String> = asked.iter().map(asks).collect();
    let message = format!(
        "`{path}` gives {given}, {}; {} read{} from it what needs more: {}",
        reason(ctx, guarantee.reason),
        ctx.flow_names(&flows),
        if flows.len() == 1 { "s" } else { "" },
        asks.join(", ")
    );
    let mut finding = Finding::new(Severity::Error, component, message)
        .help("read it from the leader or with a quorum, past caches and copies; where the store gives that already, say so by its `consistency`")
        .hits_all(flows)
        .resting_on(path, &ctx.model.components[component].attrs, &guarantee.rests_on);
    if let Some(first) = reads.first() {
        let target = ctx.model.flows[first.flow].calls[first.call].target;
        finding = finding.witness(ctx.path_to(first.flow, target));
    }
    if let Reason::AsyncTarget(connection) = guarantee.reason {
        let step = ctx.connection_step(connection);
        finding = finding.related(step.span, format!("{}, asynchronously", step.message));
    }
    finding
}

fn reason(ctx: &RuleContext<'_>, reason: Reason) -> String {
    match reason {
        Reason::Cache => "as a cache does".to_owned(),
        Reason::Stated => "as its `consistency` says".to_owned(),
        Reason::AsyncTarget(id) => format!("as `{}` fills it asynchronously", ctx.connection_name(id)),
        Reason::Quorum { copies, read, write } => format!(
            "as R + W = {} + {} {} N = {}",
            format_count(read as f64),
            format_count(write as f64),
            if read.saturating_add(write) > copies { ">" } else { "≤" },
            format_count(copies as f64)
        ),
        Reason::Copies(replication, Some(copies)) => {
            format!("as its {} copies are `{}`", format_count(copies as f64), replication.as_str())
        }
        Reason::Copies(replication, None) => format!("as its copies are `{}`", replication.as_str()),
        Reason::ActiveCopy => "as only its active copy is read".to_owned(),
        Reason::OneCopy => "as it is the only copy".to_owned(),
    }
}
