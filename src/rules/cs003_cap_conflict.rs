//! Data that must be the same everywhere, written in several regions that go on without each other.
//!
//! ## What it finds
//!
//! Strong data that callers in at least two regions write to a store over at least two regions, both sides of which accept
//! writes while they cannot reach each other: several replicas accept writes (`mode` = `multi_primary`, `active_active`,
//! `leaderless`), and `replication` is `async` or `semi_sync`, or W fits into the copies of each of two regions.
//! A caller counts in every region over which it is spread; copies are dealt over the regions in the order written.
//!
//! ## Why it matters
//!
//! A partition leaves a choice: refuse on one side, or let both go on and differ. This design asks for the data to be one and
//! lets both go on; nobody can keep that promise.
//!
//! ## How to mend it
//!
//! Give each key a home region and write it there, or let the side without the majority refuse (`replication = quorum`).
//!
//! ## When it stays silent
//!
//! With `mode = sharded`: each key has one home. Where CS006 stands on the store: how clashes are merged comes first.
//!
//! ## Source
//!
//! Gilbert and Lynch, Brewer's Conjecture, 2002.
//!
//! ## Examples
//!
//! ```arch,fail
//! data stock { consistency = strong }
//! region us { service shop_us }
//! region eu { service shop_eu }
//! database db {
//!   stores = [stock]  mode = multi_primary  replication = async  conflict = app
//!   replicas = 2  regions = [us, eu]
//! }
//! [us.shop_us, eu.shop_eu] -> db { access = write }
//! ```
//!
//! ```arch,pass
//! data stock { consistency = strong }
//! region us { service shop_us }
//! region eu { service shop_eu }
//! region ap
//! database db {
//!   stores = [stock]  mode = leaderless  replication = quorum  conflict = app
//!   replicas = 3  regions = [us, eu, ap]
//! }
//! [us.shop_us, eu.shop_eu] -> db { access = write }
//! ```

use super::stored::{clash_stands, data_names, data_of, present};
use super::terms::{access_is_known, has_several_writers, is_strong, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::consistency::quorum::majority;
use crate::analysis::consistency::regions::{Region, copies, copies_by_region, regions_of};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::{Mode, Replication};
use crate::model::{AttrId, ComponentId, ConnectionId, DataId};
use crate::syntax::ast::Operator;
use crate::units::format_count;

pub(super) static RULE: Rule = Rule {
    code: "CS003",
    name: "cap-conflict",
    category: Category::Consistency,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::CONSISTENCY),
        Need::Attribute(AttrId::MODE),
        Need::Attribute(AttrId::REPLICATION),
        Need::Attribute(AttrId::ACCESS),
        Need::Attribute(AttrId::REGIONS),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate().filter(|(_, it)| it.kind.is_store()) {
        let strong: Vec<DataId> =
            data_of(ctx, id).into_iter().filter(|data| is_strong(&ctx.model.data[*data])).collect();
        // `sharded` is no mode of several writers: each key has one home
        if strong.is_empty() || has_several_writers(component) == Some(false) {
            continue;
        }
        match regions_of(ctx.model, id).len() {
            0 => findings.not_assessed(id, AttrId::REGIONS),
            1 => {}
            _ => spread(ctx, id, &strong, findings),
        }
    }
}

/// A store of strong data over several regions.
fn spread(ctx: &RuleContext<'_>, id: ComponentId, strong: &[DataId], findings: &mut Findings<'_>) {
    let component = &ctx.model.components[id];
    if has_several_writers(component).is_none() {
        return findings.not_assessed(id, AttrId::MODE);
    }
    let Some(why) = both_accept(ctx, id) else {
        let knows = [AttrId::REPLICATION, AttrId::WRITE_QUORUM].iter().any(|attr| component.attrs.has(*attr));
        if !knows {
            findings.not_assessed(id, AttrId::REPLICATION);
        }
        return;
    };
    let writers = writers(ctx, id, strong, findings);
    let mut regions: Vec<Region> = writers.iter().flat_map(|writer| writer.regions.iter().copied()).collect();
    regions.sort_unstable();
    regions.dedup();
    if regions.len() < 2 || clash_stands(ctx, id) {
        return;
    }
    let mut written: Vec<DataId> = writers.iter().flat_map(|writer| writer.data.iter().copied()).collect();
    written.sort_unstable();
    written.dedup();
    let regions: Vec<String> = regions.iter().map(|region| format!("`{}`", region.path(ctx.model))).collect();
    let path = ctx.model.path(id);
    let message = format!(
        "{} must be one, but callers in {} regions ({}) write it to `{path}`, and in a partition both sides accept: {why}",
        data_names(ctx, &written),
        regions.len(),
        regions.join(", ")
    );
    let figures = present(&component.attrs, &[AttrId::MODE, AttrId::REPLICATION, AttrId::WRITE_QUORUM]);
    let mut flows: Vec<_> =
        writers.iter().flat_map(|writer| ctx.flows_through(writer.connection)).collect();
    flows.sort_unstable();
    flows.dedup();
    findings.push(
        Finding::new(Severity::Error, id, message)
            .help("give each key a home region, or let the side without the majority refuse: `replication = quorum`")
            .witness(writers.iter().map(|writer| ctx.connection_step(writer.connection)))
            .hits_all(flows)
            .resting_on(path, &component.attrs, &figures),
    );
}

/// Why both sides of a partition accept writes; `None` where they do not, or nothing says so.
fn both_accept(ctx: &RuleContext<'_>, id: ComponentId) -> Option<String> {
    let attrs = &ctx.model.components[id].attrs;
    let (mode, replication) = (attrs.word::<Mode>(AttrId::MODE)?, attrs.word::<Replication>(AttrId::REPLICATION));
    if let Some(replication @ (Replication::Async | Replication::SemiSync)) = replication {
        return Some(format!("`mode = {}` with `replication = {}`", mode.as_str(), replication.as_str()));
    }
    let agrees = replication == Some(Replication::Quorum);
    let default = agrees.then(|| majority(copies(ctx.model, id)));
    let write = attrs.count(AttrId::WRITE_QUORUM).or(default)?;
    let mut held: Vec<(u64, Region)> =
        copies_by_region(ctx.model, id).into_iter().map(|(region, copies)| (copies, region)).collect();
    held.sort_unstable_by_key(|(copies, region)| (std::cmp::Reverse(*copies), *region));
    let [(most, one), (second, other), ..] = held.as_slice() else { return None };
    let number = |count: u64| format_count(count as f64);
    (write <= *second).then(|| {
        format!(
            "W = {} ≤ {} copies in `{}` and {} in `{}`",
            number(write),
            number(*most),
            one.path(ctx.model),
            number(*second),
            other.path(ctx.model)
        )
    })
}

/// Who writes strong data to a store, and from where.
struct Writer {
    connection: ConnectionId,
    regions: Vec<Region>,
    data: Vec<DataId>,
}

fn writers(
    ctx: &RuleContext<'_>,
    id: ComponentId,
    strong: &[DataId],
    findings: &mut Findings<'_>,
) -> Vec<Writer> {
    let mut found = Vec::new();
    for connection in ctx.incoming(id) {
        let it = &ctx.model.connections[*connection];
        let Some(caller) = it.caller().filter(|_| matches!(it.op, Operator::Call | Operator::Message)) else {
            continue;
        };
        let mut data: Vec<DataId> = Vec::new();
        for usage in ctx.usages(*connection) {
            if !access_is_known(usage.attrs) {
                findings.not_assessed(*connection, AttrId::ACCESS);
            }
            if writes(usage.attrs) {
                let named = usage.attrs.data(AttrId::WRITES);
                data.extend(strong.iter().filter(|data| named.is_empty() || named.contains(data)));
            }
        }
        let regions = regions_of(ctx.model, caller);
        if !data.is_empty() {
            if regions.is_empty() {
                findings.not_assessed(caller, AttrId::REGIONS);
            }
            found.push(Writer { connection: *connection, regions, data });
        }
    }
    found
}
