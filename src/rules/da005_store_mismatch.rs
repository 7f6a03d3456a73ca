//! A store that is asked for what another kind of store is made for.
//!
//! ## What it finds
//!
//! A call with a `payload` of 1 MB or more into a database or broker; or one with `query` = `search`, `aggregate` or `graph` to a
//! database whose technology is not made for it, by the catalogue. A warning where such calls are more than 1% of what the
//! component can take (n·μ), else, or where that is not known, a note.
//!
//! ## Why it matters
//!
//! A large object in a row or message fills caches, logs and replication with bytes that nobody queries. A search in a store by key
//! reads everything; it works in the demo and is what the store does all day once there is data.
//!
//! ## How to mend it
//!
//! Put large objects into an object store and keep their key; feed a search index, a warehouse or a graph store from the database
//! (`=>`).
//!
//! ## When it stays silent
//!
//! On technologies that the catalogue does not know, and those made for the query. A call with neither `payload` nor `query` is not
//! assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 3; the technology catalogue.
//!
//! ## Examples
//!
//! ```arch,fail
//! service gallery
//! database pictures
//! gallery -> pictures { payload = 4MB }
//! ```
//!
//! ```arch,fail
//! service shop
//! database products: dynamodb
//! shop -> products { query = search }
//! ```
//!
//! ```arch,pass
//! service shop
//! database products: dynamodb
//! object_store pictures
//! search_index found
//! shop -> products { query = key  payload = 2KB }
//! shop -> pictures { payload = 4MB }
//! shop -> found { query = search }
//! products => found
//! ```

use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, Usage};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Query, Word};
use crate::model::catalogue::QueryKind;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;
use crate::units::{format_rate, format_share, format_size};

const LARGE: Threshold = Threshold {
    key: "payload",
    default: 1e6,
    unit: "bytes",
    meaning: "from here on a request is an object, not a record",
};
const SHARE: Threshold = Threshold {
    key: "share",
    default: 0.01,
    unit: "of the capacity",
    meaning: "beyond this such calls are a warning",
};

pub(super) static RULE: Rule = Rule {
    code: "DA005",
    name: "store-mismatch",
    category: Category::Data,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[LARGE, SHARE],
    silences: &[],
    needs: &[Need::Attribute(AttrId::PAYLOAD), Need::Attribute(AttrId::QUERY)],
    expects: &[],
    check,
};

/// A call that its callee is not made for.
struct Misfit<'a> {
    connection: ConnectionId,
    usage: Usage<'a>,
    why: String,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        if component.kind != Kind::Database && !component.kind.is_broker() {
            continue;
        }
        let misfits = misfits(ctx, findings, id);
        if !misfits.is_empty() {
            findings.push(finding(ctx, id, &misfits));
        }
    }
}

fn misfits<'a>(ctx: &RuleContext<'a>, findings: &mut Findings<'_>, id: ComponentId) -> Vec<Misfit<'a>> {
    let mut found = Vec::new();
    for connection in ctx.incoming(id).iter().copied() {
        if !matches!(ctx.model.connections[connection].op, Operator::Call | Operator::Message) {
            continue;
        }
        for usage in ctx.usages(connection) {
            let (payload, query) = (usage.attrs.bytes(AttrId::PAYLOAD), usage.attrs.word::<Query>(AttrId::QUERY));
            let large = payload.filter(|payload| *payload >= ctx.threshold(&LARGE));
            let foreign = query.filter(|query| !is_made_for(ctx, id, *query));
            let mut why = Vec::new();
            if let Some(payload) = large {
                why.push(format!("`payload` = {} ≥ {}", format_size(payload), format_size(ctx.threshold(&LARGE))));
            }
            if let Some(query) = foreign {
                why.push(format!("`query` = {}", query.as_str()));
            }
            if !why.is_empty() {
                found.push(Misfit { connection, usage, why: why.join(" and ") });
            } else if payload.is_none() && query.is_none() {
                findings.not_assessed(connection, AttrId::PAYLOAD);
            }
        }
    }
    found
}

/// Whether a component is made for a query; what is not known counts as yes.
fn is_made_for(ctx: &RuleContext<'_>, id: ComponentId, query: Query) -> bool {
    let component = &ctx.model.components[id];
    if component.kind != Kind::Database || query == Query::Key {
        return true;
    }
    let entry = component.tech.as_ref().and_then(|tech| tech.entry);
    let kind = QueryKind::from_word(query.as_str());
    entry.zip(kind).and_then(|(entry, kind)| entry.answers(kind)).unwrap_or(true)
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, misfits: &[Misfit<'_>]) -> Finding {
    let component = &ctx.model.components[id];
    let path = ctx.model.path(id);
    let rate: Option<f64> = misfits.iter().map(|misfit| rate(ctx, misfit)).sum();
    let capacity = ctx.facts.load.component(id).and_then(|load| load.capacity).filter(|all| *all > 0.0);
    let share = ctx.threshold(&SHARE);
    let (severity, relation) = match rate.zip(capacity) {
        Some((rate, capacity)) => {
            let many = super::terms::exceeds(rate, share * capacity);
            let relation = format!(
                ": λ = {} of such calls {} {}·n·μ = {}",
                format_rate(rate),
                if many { ">" } else { "≤" },
                format_share(share),
                format_rate(share * capacity)
            );
            (if many { Severity::Warning } else { Severity::Note }, relation)
        }
        None => (Severity::Note, rate.map_or_else(String::new, |rate| format!(": λ = {}", format_rate(rate)))),
    };
    let calls: Vec<String> = misfits
        .iter()
        .map(|misfit| format!("`{}` with {}", ctx.connection_name(misfit.connection), misfit.why))
        .take(3)
        .collect();
    let more = misfits.len().saturating_sub(calls.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = match &component.tech {
        Some(tech) => format!("`{path}`, {} in {},", component.kind.as_str(), tech.name),
        None => format!("`{path}`, a {},", component.kind.as_str()),
    };
    let message = format!("{what} is not made for what it is asked by {}{more}{relation}", calls.join(", "));
    let mut finding = Finding::new(severity, id, message)
        .help("large objects belong in an object store, with their key here; for searches, sums and graphs feed a store made for them (`=>`)");
    if severity == Severity::Warning {
        finding = finding.resting_on(path, &component.attrs, &[AttrId::CAPACITY, AttrId::REPLICAS]);
    }
    for misfit in misfits {
        let step = ctx.connection_step(misfit.connection);
        finding = match misfit.usage.call {
            Some(at) => finding.hits(at.0).in_step(ctx.call(at).span).step(ctx.call(at).span, step.message),
            None => finding.step(step.span, step.message),
        };
    }
    finding
}

/// The calls a second of a misfit at the peak; a connection that no flow takes counts with all its load.
fn rate(ctx: &RuleContext<'_>, misfit: &Misfit<'_>) -> Option<f64> {
    match misfit.usage.call {
        Some((flow, call)) => ctx.facts.load.flow(flow)?.calls.get(call.index()).copied().flatten(),
        None => ctx.facts.load.connection(misfit.connection)?.peak,
    }
}
