//! Quorums that need not meet: a read may miss the last write.
//!
//! ## What it finds
//!
//! A store with `read_quorum` R + `write_quorum` W ≤ N copies (`replication_factor`, else `replicas`); or with 2W ≤ N where
//! several replicas accept writes (`mode` = `leaderless`, `multi_primary`, `active_active`). An error where it holds strong
//! data, else a note. With `replication = quorum` a quorum that is not given is a majority.
//!
//! ## Why it matters
//!
//! Right after a write that W copies have, a read that asks R of them misses it with probability C(N−W,R)/C(N,R): with
//! (N, R, W) = (5, 2, 2) in 30 % of the cases. With 2W ≤ N two writes at once may both be accepted, and neither knows.
//!
//! ## How to mend it
//!
//! R = W = ⌊N/2⌋ + 1. Sloppy quorums, which count stand-ins, break even that.
//!
//! ## When it stays silent
//!
//! As a note where each flow that uses the store has an `slo staleness`: the age of what is read was chosen. R, W and N are
//! needed; a store that neither gives a quorum nor is leaderless has nothing to assess.
//!
//! ## Source
//!
//! DeCandia et al., Dynamo, SOSP 2007; Bailis et al., Probabilistically Bounded Staleness, VLDB 2012.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! data stock { consistency = strong }
//! database db { stores = [stock]  replicas = 5  mode = leaderless  read_quorum = 2  write_quorum = 2 }
//! flow buy { browser -> shop -> db }
//! ```
//!
//! ```arch,fail
//! client browser
//! service shop
//! database db { replication_factor = 3  read_quorum = 1  write_quorum = 1 }
//! flow look { browser -> shop -> db }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! data stock { consistency = strong }
//! database db { stores = [stock]  replicas = 5  mode = leaderless  read_quorum = 3  write_quorum = 3 }
//! flow buy { browser -> shop -> db }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database db { replication_factor = 3  read_quorum = 1  write_quorum = 1 }
//! flow look {
//!   slo staleness <= 5s
//!   browser -> shop -> db
//! }
//! ```

use super::stored::{data_names, data_of, present};
use super::terms::{has_several_writers, is_strong};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::consistency::quorum::{majority, stale_after_write};
use crate::analysis::consistency::regions::{copies_stated_by, stated_copies};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Consistency, Mode, Replication};
use crate::model::{AttrId, ComponentId, DataId, FlowId, Metric};
use crate::units::{format_count, format_share};

pub(super) static RULE: Rule = Rule {
    code: "CS002",
    name: "quorum-without-overlap",
    category: Category::Consistency,
    severities: &[Severity::Error, Severity::Note],
    thresholds: &[],
    silences: &["CS001"],
    needs: &[
        Need::Attribute(AttrId::READ_QUORUM),
        Need::Attribute(AttrId::WRITE_QUORUM),
        Need::Attribute(AttrId::REPLICATION_FACTOR),
    ],
    expects: &[],
    check,
};

/// N, R, W.
#[derive(Clone, Copy)]
struct Quorum {
    copies: u64,
    read: u64,
    write: u64,
    several_write: bool,
}

impl Quorum {
    fn misses(self) -> bool {
        self.read.saturating_add(self.write) <= self.copies
    }

    fn splits(self) -> bool {
        self.several_write && self.write.saturating_mul(2) <= self.copies
    }
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate().filter(|(_, it)| it.kind.is_store()) {
        let attrs = &component.attrs;
        let (read, write) = (attrs.count(AttrId::READ_QUORUM), attrs.count(AttrId::WRITE_QUORUM));
        let leaderless = attrs.word::<Mode>(AttrId::MODE) == Some(Mode::Leaderless);
        if read.is_none() && write.is_none() && !leaderless {
            continue;
        }
        let Some(copies) = stated_copies(component) else {
            findings.not_assessed(id, AttrId::REPLICATION_FACTOR);
            continue;
        };
        let agrees = attrs.word::<Replication>(AttrId::REPLICATION) == Some(Replication::Quorum);
        let default = agrees.then(|| majority(copies));
        match (read.or(default), write.or(default)) {
            (None, _) => findings.not_assessed(id, AttrId::READ_QUORUM),
            (_, None) => findings.not_assessed(id, AttrId::WRITE_QUORUM),
            (Some(read), Some(write)) => {
                let several_write = has_several_writers(component) == Some(true);
                let quorum = Quorum { copies, read, write, several_write };
                if let Some(finding) = finding(ctx, id, quorum) {
                    findings.push(finding);
                }
            }
        }
    }
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, quorum: Quorum) -> Option<Finding> {
    if !quorum.misses() && !quorum.splits() {
        return None;
    }
    let strong: Vec<DataId> =
        data_of(ctx, id).into_iter().filter(|data| is_strong(&ctx.model.data[*data])).collect();
    let mut flows: Vec<FlowId> = ctx.flows_of(id).to_vec();
    let severity = if strong.is_empty() { Severity::Note } else { Severity::Error };
    if strong.is_empty() && !flows.is_empty() {
        flows.retain(|flow| ctx.ceiling(*flow, Metric::Staleness).is_none());
        if flows.is_empty() {
            return None;
        }
    }
    let path = ctx.model.path(id);
    let holds = match strong.as_slice() {
        [] => String::new(),
        strong => format!(", though {} must be read as written", data_names(ctx, strong)),
    };
    let message = format!("`{path}` has quorums that need not meet: {}{holds}", inequalities(quorum));
    let half = majority(quorum.copies).to_string();
    // that asks for more than quorums give
    let is_linearizable =
        |data: &DataId| ctx.model.data[*data].attrs.word(AttrId::CONSISTENCY) == Some(Consistency::Linearizable);
    let linearizable = strong.iter().any(is_linearizable);
    let majorities = [(AttrId::READ_QUORUM, &*half), (AttrId::WRITE_QUORUM, &*half)];
    let attrs = &ctx.model.components[id].attrs;
    let mut figures = present(attrs, &[AttrId::READ_QUORUM, AttrId::WRITE_QUORUM, AttrId::REPLICATION]);
    figures.extend(copies_stated_by(&ctx.model.components[id]));
    if !quorum.misses() {
        figures.push(AttrId::MODE);
    }
    let finding = Finding::new(severity, id, message)
        .help(format!("read and write a majority: `read_quorum = {half}  write_quorum = {half}`"))
        .mend("read and write a majority", edits::set(ctx, id, &majorities).filter(|_| !linearizable))
        .hits_all(flows)
        .resting_on(path, attrs, &figures);
    Some(finding)
}

fn inequalities(quorum: Quorum) -> String {
    let number = |count: u64| format_count(count as f64);
    let Quorum { copies, read, write, .. } = quorum;
    let mut told = Vec::new();
    if quorum.misses() {
        let stale = stale_after_write(copies, read, write);
        told.push(format!(
            "R + W = {} + {} ≤ N = {}, so right after a write C({},{})/C({},{}) = {} of the reads miss it",
            number(read),
            number(write),
            number(copies),
            number(copies.saturating_sub(write)),
            number(read),
            number(copies),
            number(read),
            format_share(stale)
        ));
    }
    if quorum.splits() {
        told.push(format!(
            "2W = 2·{} ≤ N = {}, so two writes at once may both be accepted",
            number(write),
            number(copies)
        ));
    }
    told.join("; ")
}
