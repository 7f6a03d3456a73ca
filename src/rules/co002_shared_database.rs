//! A database that several services write.
//!
//! ## What it finds
//!
//! A `database` or `object_store` with two compute components that write to it (a warning), or three and more (an error).
//! Proxies and load balancers before it are looked through. A call that does not say its `access` counts as `read_write`, one
//! that only names what it `reads` as `read`; what a flow's step says of a call goes before what its connection leaves open.
//!
//! ## Why it matters
//!
//! The schema is then an interface that nobody owns: no writer can change it alone, keep an invariant alone, or be blamed
//! alone, and each can slow the others down.
//!
//! ## How to mend it
//!
//! Give each its own tables in its own store, or let one service own the data and the others ask it or follow its events. A call
//! that only reads says so: `access = read`.
//!
//! ## When it stays silent
//!
//! Where one `context` holds all writers (and the store, unless that stands in no context): they are one bounded context's
//! parts. One service deployed in several regions, under the same name and with the same technology, is one. Readers are listed but do not count.
//!
//! ## Source
//!
//! Taibi and Lenarduzzi, On the Definition of Microservice Bad Smells: Shared Persistency.
//!
//! ## Examples
//!
//! ```arch,fail
//! service orders
//! service billing
//! database db
//! orders -> db
//! billing -> db { access = write }
//! ```
//!
//! ```arch,fail
//! service orders
//! service billing
//! service shipping
//! proxy pool
//! database db
//! [orders, billing] -> pool
//! pool -> db
//! shipping -> db
//! ```
//!
//! ```arch,pass
//! service orders
//! service search
//! database db
//! orders -> db { access = read_write }
//! search -> db { access = read }
//! ```
//!
//! ```arch,pass
//! context sales {
//!   service orders
//!   service billing
//!   database db
//! }
//! [orders, billing] -> db
//! ```

use super::{Category, Finding, Findings, Rule, RuleContext, Threshold};
use crate::analysis::coupling::{SharedStore, StoreUser};
use crate::diagnostic::{Remark, Severity};
use crate::model::FlowId;
use crate::units::format_count;

const WARNING: Threshold =
    Threshold { key: "warning", default: 2.0, unit: "writers", meaning: "from here on a shared store is a warning" };
const ERROR: Threshold =
    Threshold { key: "error", default: 3.0, unit: "writers", meaning: "from here on a shared store is an error" };

pub(super) static RULE: Rule = Rule {
    code: "CO002",
    name: "shared-database",
    category: Category::Coupling,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[WARNING, ERROR],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let (warning, error) = (ctx.threshold(&WARNING), ctx.threshold(&ERROR));
    for shared in ctx.facts.coupling.shared_stores.iter().filter(|shared| !shared.one_context) {
        let writers = shared.writers.len() as f64;
        if writers >= error {
            findings.push(finding(ctx, shared, Severity::Error, error));
        } else if writers >= warning {
            findings.push(finding(ctx, shared, Severity::Warning, warning));
        }
    }
}

fn finding(ctx: &RuleContext<'_>, shared: &SharedStore, severity: Severity, limit: f64) -> Finding {
    let store = ctx.model.path(shared.store);
    let readers = match shared.readers.as_slice() {
        [] => String::new(),
        readers => format!("; {} only read", names(ctx, readers)),
    };
    let message = format!(
        "`{store}` is shared by {}, which may all write to it: {} ≥ {} writers{readers}",
        names(ctx, &shared.writers),
        format_count(shared.writers.len() as f64),
        format_count(limit)
    );
    let steps = |user: &StoreUser| -> Vec<Remark> {
        user.path.iter().map(|step| ctx.connection_step(step.connection)).collect()
    };
    let mut flows: Vec<FlowId> = shared
        .writers
        .iter()
        .flat_map(|writer| &writer.path)
        .flat_map(|step| ctx.flows_through(step.connection))
        .collect();
    flows.sort_unstable();
    flows.dedup();
    Finding::new(severity, shared.store, message)
        .help("let one service own the data and the others ask it, or part the data; a call that only reads says `access = read`")
        .witness(shared.writers.iter().take(LISTED).flat_map(steps))
        .hits_all(flows)
}

/// So many are named; more would not be read.
const LISTED: usize = 8;

fn names(ctx: &RuleContext<'_>, users: &[StoreUser]) -> String {
    let name = |user: &StoreUser| format!("`{}`", ctx.model.path(user.component));
    let listed: Vec<String> = users.iter().take(LISTED).map(name).collect();
    match users.len().saturating_sub(LISTED) {
        0 => listed.join(", "),
        more => format!("{} and {more} more", listed.join(", ")),
    }
}
