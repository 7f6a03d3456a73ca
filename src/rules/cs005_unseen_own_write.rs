//! A user who does not see what he just wrote.
//!
//! ## What it finds
//!
//! A flow writes data and a later step of it reads the same data from where the write may not have arrived: a cache that is not
//! written through, a store whose copies follow by `replication = async` (two or more of them), or the target of an `=>` that is
//! `async` or has a `lag`.
//!
//! ## Why it matters
//!
//! The comment is sent and gone, the order is paid and not in the list. The user sends it again.
//!
//! ## How to mend it
//!
//! Read what one just wrote from the primary; or pass a version along and wait until the copy has it; or write through the cache.
//!
//! ## When it stays silent
//!
//! Where the flow wrote to the cache itself, the data asks for `eventual` alone, the store promises `read_your_writes` or more, or the flow's `slo staleness` is not below
//! the lag (of a cache, its `ttl`). Without `reads` and `writes`, or `stores`, and `access` it is not assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 5.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service forum
//! data comment
//! database posts { stores = [comment]  replicas = 3  replication = async  lag = 2s }
//! flow answer {
//!   browser -> forum
//!   forum -> posts "add"  { access = write }
//!   forum -> posts "list" { access = read }
//! }
//! ```
//!
//! ```arch,fail
//! client browser
//! service forum
//! data comment
//! database posts { stores = [comment] }
//! search_index found { stores = [comment] }
//! posts => found { mode = async  lag = 1s }
//! flow answer {
//!   browser -> forum
//!   forum -> posts { access = write }
//!   forum -> found { access = read }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service forum
//! data comment
//! database posts { stores = [comment]  replicas = 3  replication = async  consistency = read_your_writes }
//! flow answer {
//!   browser -> forum
//!   forum -> posts "add"  { access = write }
//!   forum -> posts "list" { access = read }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service forum
//! data comment { consistency = eventual }
//! database posts { stores = [comment]  replicas = 3  replication = async }
//! flow answer {
//!   browser -> forum
//!   forum -> posts "add"  { access = write }
//!   forum -> posts "list" { access = read }
//! }
//! ```

use std::collections::BTreeMap;

use super::stored::{data_names, present};
use super::terms::{access_is_known, copies, exceeds, replicas};
use super::writing::exclude_each_other;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::consistency::{DataAccess, Reason};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Consistency, CopyMode, Invalidation, Replication};
use crate::model::{AttrId, CallId, ComponentId, ConnectionId, DataId, FlowId, Kind, Metric};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_time};

pub(super) static RULE: Rule = Rule {
    code: "CS005",
    name: "unseen-own-write",
    category: Category::Consistency,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::ACCESS)],
    expects: &[],
    check,
};

/// Why something may be behind.
#[derive(Clone, Copy)]
enum Behind {
    /// A cache keeps what it has.
    Cache,
    /// So many copies follow.
    Copies(u64),
    /// This copy follows.
    Target(ConnectionId),
}

/// A write and a later read that may miss it.
struct Missed {
    flow: FlowId,
    write: CallId,
    read: CallId,
    data: DataId,
    lag: Option<f64>,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut missed: BTreeMap<ComponentId, (Behind, Vec<Missed>)> = BTreeMap::new();
    let behind: Vec<Option<Behind>> = ctx.model.components.ids().map(|id| behind(ctx, id)).collect();
    let behind = |id: ComponentId| behind.get(id.index()).copied().flatten();
    for flow in ctx.model.flows.ids() {
        let Some(facts) = ctx.facts.consistency.flow(flow) else { continue };
        for accesses in facts.accesses.chunk_by(|a, b| a.data == b.data) {
            let Some(data) = accesses.first().map(|access| access.data) else { continue };
            let asked: Option<Consistency> = ctx.model.data[data].attrs.word(AttrId::CONSISTENCY);
            let Some(write) = first_write(ctx, flow, accesses) else {
                not_told(ctx, findings, flow, accesses);
                continue;
            };
            if asked == Some(Consistency::Eventual) {
                continue;
            }
            for read in accesses.iter().filter(|read| read.reads && read.call > write.call) {
                let Some(why) = behind(read.component) else { continue };
                if exclude_each_other(&ctx.model.flows[flow], write.call, read.call) {
                    continue;
                }
                let fills_it = |it: &DataAccess| it.writes && it.component == read.component && it.call < read.call;
                if matches!(why, Behind::Cache) && accesses.iter().any(fills_it) {
                    continue;
                }
                if !says_it_reads(ctx, flow, read, why) {
                    findings.not_assessed(ctx.call((flow, read.call)).connection, AttrId::ACCESS);
                    continue;
                }
                let lag = lag(ctx, read.component, why);
                if is_allowed(ctx, flow, lag) {
                    continue;
                }
                let (_, list) = missed.entry(read.component).or_insert((why, Vec::new()));
                list.push(Missed { flow, write: write.call, read: read.call, data, lag });
            }
        }
    }
    for (component, (why, missed)) in &missed {
        if let Some(finding) = finding(ctx, *component, *why, missed) {
            findings.push(finding);
        }
    }
}

/// The first write of data to something that keeps it.
fn first_write<'a>(ctx: &RuleContext<'_>, flow: FlowId, accesses: &'a [DataAccess]) -> Option<&'a DataAccess> {
    accesses.iter().find(|access| {
        let kind = ctx.model.components[access.component].kind;
        let op = ctx.connection_of((flow, access.call)).op;
        access.writes && (kind.is_store() || kind == Kind::Cache) && op == Operator::Call
    })
}

/// Says of each access that does not tell what it does that it might be the write.
fn not_told(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, flow: FlowId, accesses: &[DataAccess]) {
    if accesses.len() < 2 {
        return;
    }
    for access in accesses.iter().filter(|access| ctx.model.components[access.component].kind.is_store()) {
        let call = ctx.call((flow, access.call));
        if !access_is_known(&call.attrs) {
            findings.not_assessed(call.connection, AttrId::ACCESS);
        }
    }
}

/// Whether a read is told to be one; what a cache is called for is never in doubt.
fn says_it_reads(ctx: &RuleContext<'_>, flow: FlowId, read: &DataAccess, why: Behind) -> bool {
    matches!(why, Behind::Cache) || access_is_known(&ctx.call((flow, read.call)).attrs)
}

/// Why a reader of a component may miss what was written before; `None` where it does not.
fn behind(ctx: &RuleContext<'_>, id: ComponentId) -> Option<Behind> {
    let component = &ctx.model.components[id];
    let attrs = &component.attrs;
    if component.kind == Kind::Cache {
        let through = attrs.word(AttrId::INVALIDATION) == Some(Invalidation::WriteThrough);
        return (!through).then_some(Behind::Cache);
    }
    if attrs.word::<Consistency>(AttrId::CONSISTENCY) >= Some(Consistency::ReadYourWrites) {
        return None;
    }
    let copies = copies(component).max(replicas(component).1);
    if component.kind.is_store() && attrs.word(AttrId::REPLICATION) == Some(Replication::Async) && copies >= 2 {
        return Some(Behind::Copies(copies));
    }
    // copies of copies too
    if let Some(Reason::AsyncTarget(connection)) = ctx.facts.consistency.of(id).map(|it| it.reason) {
        return Some(Behind::Target(connection));
    }
    let follows = |connection: &&ConnectionId| {
        let it = &ctx.model.connections[**connection];
        let lags = it.attrs.seconds(AttrId::LAG).is_some_and(|lag| lag > 0.0);
        let is_async = it.attrs.word::<CopyMode>(AttrId::MODE).map_or(lags, |mode| mode == CopyMode::Async);
        it.op == Operator::Replicate && is_async
    };
    ctx.incoming(id).iter().find(follows).map(|connection| Behind::Target(*connection))
}

/// How far behind it may be, where something says so.
fn lag(ctx: &RuleContext<'_>, id: ComponentId, why: Behind) -> Option<f64> {
    let attrs = &ctx.model.components[id].attrs;
    match why {
        Behind::Cache => attrs.seconds(AttrId::TTL),
        Behind::Copies(_) => attrs.seconds(AttrId::LAG),
        Behind::Target(connection) => ctx.model.connections[connection].attrs.seconds(AttrId::LAG),
    }
}

/// Whether the flow can live with what is that old.
fn is_allowed(ctx: &RuleContext<'_>, flow: FlowId, lag: Option<f64>) -> bool {
    match (ctx.ceiling(flow, Metric::Staleness), lag) {
        (Some(staleness), Some(lag)) => !exceeds(lag, staleness),
        _ => false,
    }
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, why: Behind, missed: &[Missed]) -> Option<Finding> {
    let first = missed.first()?;
    let path = ctx.model.path(id);
    let mut data: Vec<DataId> = missed.iter().map(|it| it.data).collect();
    data.sort_unstable();
    data.dedup();
    let mut flows: Vec<FlowId> = missed.iter().map(|it| it.flow).collect();
    flows.dedup();
    let age = first.lag.map_or_else(String::new, |lag| format!(" up to {}", format_time(lag)));
    let (reason, figures) = match why {
        Behind::Cache => (format!("a cache that may keep the old one{age}"), [AttrId::TTL, AttrId::INVALIDATION]),
        Behind::Copies(n) => {
            let stale = format_count(n.saturating_sub(1) as f64);
            let told = format!("{stale} of whose n = {n} ≥ 2 copies may be behind{age} (`replication` = async)");
            (told, [AttrId::REPLICATION, AttrId::LAG])
        }
        Behind::Target(connection) => {
            let told = format!("which `{}` fills{age} later", ctx.connection_name(connection));
            (told, [AttrId::CONSISTENCY, AttrId::LAG])
        }
    };
    let written = ctx.model.path(ctx.callee((first.flow, first.write)));
    let message = format!(
        "{} {} {} to `{written}` and then reads it from `{path}`, {reason}: it may not see its own write",
        ctx.flow_names(&flows),
        if flows.len() == 1 { "writes" } else { "write" },
        data_names(ctx, &data)
    );
    let attrs = &ctx.model.components[id].attrs;
    let mut finding = Finding::new(Severity::Warning, id, message)
        .help("read one's own writes from the primary, or pass a version along and wait for a copy that has it")
        .witness([ctx.step(first.flow, first.write), ctx.step(first.flow, first.read)])
        .hits_all(flows)
        .resting_on(path, attrs, &present(attrs, &figures));
    for it in missed {
        finding = finding.in_step(ctx.call((it.flow, it.read)).span);
    }
    Some(finding)
}
