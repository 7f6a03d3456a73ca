//! Several replicas accept writes of one record, and nothing says which of two survives.
//!
//! ## What it finds
//!
//! A store with `mode` = `multi_primary` or `active_active`, at least two copies and a `replication` that is neither `sync` nor
//! `quorum`; or with `mode = leaderless` and 2W ≤ N. An error where `conflict` is absent or `none`; a note where it is `lww` and
//! some of the data is not `loss_ok` (or the store does not say what it holds).
//!
//! Where W is not given, an `async` leaderless store counts as W = 1 and a `semi_sync` one as W = 2.
//!
//! ## Why it matters
//!
//! Two customers change one order in two places, and both are told that it is done. Last writer wins drops one of them without
//! a word: about λ_w of the key · `lag` of the writes.
//!
//! ## How to mend it
//!
//! One leader for each key, or data types that merge (`conflict = crdt`), or a merge that the application owns (`conflict = app`).
//!
//! ## When it stays silent
//!
//! Where all data is `immutable`, with `conflict` = `crdt` or `app`, and where every write waits for a majority.
//!
//! ## Source
//!
//! Kleppmann, Designing Data-Intensive Applications, ch. 5.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! database orders { mode = multi_primary  replicas = 2  replication = async }
//! shop -> orders
//! ```
//!
//! ```arch,fail
//! data order { class = internal }
//! service shop
//! database orders {
//!   stores = [order]  mode = leaderless  replicas = 3  write_quorum = 1  conflict = lww
//! }
//! shop -> orders
//! ```
//!
//! ```arch,pass
//! data event { immutable = true }
//! service shop
//! database orders { mode = multi_primary  replicas = 2  replication = async  conflict = crdt }
//! database events { stores = [event]  mode = leaderless  replicas = 3  write_quorum = 1 }
//! shop -> [orders, events]
//! ```
//!
//! ```arch,pass
//! service shop
//! database orders { mode = leaderless  replicas = 3  write_quorum = 2 }
//! shop -> orders
//! ```

use super::stored::{Clash, clash, clash_is_told, data_names, data_of, present};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::consistency::regions::{copies, copies_stated_by};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::Conflict;
use crate::model::{AttrId, ComponentId, DataId};
use crate::units::{format_count, format_rate, format_time};

pub(super) static RULE: Rule = Rule {
    code: "CS006",
    name: "multi-writer-without-merge",
    category: Category::Consistency,
    severities: &[Severity::Error, Severity::Note],
    thresholds: &[],
    silences: &["CS003"],
    needs: &[
        Need::Attribute(AttrId::MODE),
        Need::Attribute(AttrId::REPLICATION),
        Need::Attribute(AttrId::WRITE_QUORUM),
    ],
    expects: &[AttrId::CONFLICT],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, _) in ctx.model.components.enumerate().filter(|(_, it)| it.kind.is_store()) {
        match clash(ctx, id) {
            Clash::Never => {}
            // a single copy needs no mode
            Clash::WithoutMode if copies(ctx.model, id) < 2 => {}
            Clash::WithoutMode => findings.not_assessed(id, AttrId::MODE),
            Clash::Without(attribute) => findings.not_assessed(id, attribute),
            how @ (Clash::Unmerged(..) | Clash::Disjoint { .. }) => {
                if clash_is_told(ctx, id) {
                    findings.push(finding(ctx, id, how));
                }
            }
        }
    }
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, how: Clash) -> Finding {
    let component = &ctx.model.components[id];
    let attrs = &component.attrs;
    let path = ctx.model.path(id);
    let conflict = attrs.word::<Conflict>(AttrId::CONFLICT);
    let severity = if conflict == Some(Conflict::Lww) { Severity::Note } else { Severity::Error };
    let accepts = match how {
        Clash::Disjoint { write, copies } => format!(
            "2W = 2·{} ≤ N = {}",
            format_count(write as f64),
            format_count(copies as f64)
        ),
        Clash::Unmerged(mode, replication) => {
            format!("`mode = {}` with `replication = {}`", mode.as_str(), replication.as_str())
        }
        _ => String::new(),
    };
    let lost = match conflict {
        Some(Conflict::Lww) => format!("the last writer wins and {} is lost without a word", losses(ctx, id)),
        Some(_) => "`conflict = none`: nothing says which of two survives".to_owned(),
        None => "no `conflict` says which of two survives".to_owned(),
    };
    let data: Vec<DataId> = data_of(ctx, id);
    let of = if data.is_empty() { String::new() } else { format!(" of {}", data_names(ctx, &data)) };
    let message = format!("two replicas of `{path}` may accept different writes{of} at once, {accepts}; {lost}");
    let mut figures = present(attrs, &[AttrId::MODE]);
    match how {
        Clash::Disjoint { .. } if attrs.has(AttrId::WRITE_QUORUM) => figures.push(AttrId::WRITE_QUORUM),
        _ => figures.push(AttrId::REPLICATION),
    }
    figures.extend(copies_stated_by(component));
    Finding::new(severity, id, message)
        .help("one leader for each key, or data that merges: `conflict = crdt`, or `app` where the application does it")
        .hits_all(ctx.flows_of(id).iter().copied())
        .resting_on(path, attrs, &figures)
}

/// How much the last writer drops, as far as the figures say.
fn losses(ctx: &RuleContext<'_>, id: ComponentId) -> String {
    let rate = ctx.facts.load.component(id).and_then(|load| load.writes).filter(|rate| *rate > 0.0);
    let lag = ctx.model.components[id].attrs.seconds(AttrId::LAG);
    match (rate, lag) {
        (Some(rate), Some(lag)) => format!(
            "λ_w of a key · `lag` (in all {} writes in {} of lag)",
            format_rate(rate),
            format_time(lag)
        ),
        (_, Some(lag)) => format!("λ_w of a key · {} of `lag`", format_time(lag)),
        _ => "λ_w of a key · `lag`".to_owned(),
    }
}
