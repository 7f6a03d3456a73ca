//! Findings that come in numbers for one cause are told as one: the first speaks, and names the others. Done last, so that each can
//! still be allowed by itself. It must not know what any rule looks for.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::RuleContext;
use super::Subject;
use super::findings::Told;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Remark, Severity};
use crate::model::ComponentId;
use crate::source::Span;

/// What findings must have in common to be told as one; their severity they always have.
#[derive(Clone, Copy)]
enum By {
    /// The rule.
    Rule,
    /// Who makes the call.
    Caller,
}

/// The rules whose findings are told together, and what to do about all of them.
const GATHERED: &[(&str, By, &str)] = &[
    (
        "CO005",
        By::Rule,
        "put a balancer before each or ask a `registry`, or say how a replica is picked (`algorithm`, `health_check`)",
    ),
    (
        "RS001",
        By::Caller,
        "give each call a `timeout` near the 99.9th percentile of its callee's response time",
    ),
];

/// So many of the others are named in the message.
const NAMED: usize = 3;

/// Tells findings together that have one cause.
pub(super) fn gather(ctx: &RuleContext<'_>, told: &mut Vec<Told>) {
    let by = |it: &Told| GATHERED.iter().find(|row| row.0 == it.rule.code).map(|row| row.1);
    let mut groups: BTreeMap<(&'static str, Severity, Option<ComponentId>), Vec<Told>> = BTreeMap::new();
    for it in told.extract_if(.., |it| by(it).is_some()) {
        let caller = match (by(&it), it.subject) {
            (Some(By::Caller), Subject::Connection(id)) => ctx.model.connections[id].caller(),
            _ => None,
        };
        groups.entry((it.rule.code, it.diagnostic.severity, caller)).or_default().push(it);
    }
    told.extend(groups.into_values().filter_map(one));
}

/// One finding for a group.
fn one(mut group: Vec<Told>) -> Option<Told> {
    if group.len() > 1 {
        group.sort_by_key(|it| it.diagnostic.span);
    }
    let mut group = group.into_iter();
    let mut first = group.next()?;
    let others: Vec<Diagnostic> = group.map(|it| *it.diagnostic).collect();
    if others.is_empty() {
        return Some(first);
    }
    let own = &mut first.diagnostic;
    let named: Vec<String> =
        others.iter().filter_map(|it| it.subjects.first()).take(NAMED).map(|it| format!("`{it}`")).collect();
    let more = match others.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    own.message.push_str(&format!("; the same holds of {}{more}", named.join(", ")));
    own.help = GATHERED.iter().find(|row| row.0 == own.code).map(|row| row.2.to_owned());
    let fixes: Option<Vec<Fix>> =
        std::iter::once(own.fix.take()).chain(others.iter().map(|it| it.fix.clone())).collect();
    own.fix = fixes.and_then(together);
    let mut subjects: FxHashSet<String> = own.subjects.iter().cloned().collect();
    let mut flows: FxHashSet<String> = own.flows.iter().cloned().collect();
    for other in others {
        own.related.push(Remark { span: other.span, message: other.message });
        own.subjects.extend(other.subjects.into_iter().filter(|it| subjects.insert(it.clone())));
        own.flows.extend(other.flows.into_iter().filter(|it| flows.insert(it.clone())));
    }
    Some(first)
}

/// One fix for all; none where two of them write to the same place.
fn together(fixes: Vec<Fix>) -> Option<Fix> {
    let mut all = fixes.into_iter();
    let mut fix = all.next()?;
    for other in all {
        fix.edits.extend(other.edits);
        if other.applicability == Applicability::Unsafe {
            fix.applicability = Applicability::Unsafe;
        }
    }
    // the links of a chain share their block, and its edit
    fix.edits.sort_by(|a, b| a.span.cmp(&b.span).then_with(|| a.new_text.cmp(&b.new_text)));
    fix.edits.dedup();
    let follows = |a: Span, b: Span| a.file != b.file || a.end <= b.start && a != b;
    let apart = fix.edits.windows(2).all(|pair| matches!(pair, [a, b] if follows(a.span, b.span)));
    apart.then_some(fix)
}
