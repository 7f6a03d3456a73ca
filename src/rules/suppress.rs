//! Which findings are told: pairs that silence each other, and `@allow`. It must not know any single rule.

use std::cmp::Reverse;

use super::findings::Told;
use super::{Rule, RuleContext, Subject, find};
use crate::model::Allow;
use crate::source::Span;

/// A finding that an `@allow` silences.
#[derive(Clone, Debug)]
pub(super) struct Silenced {
    pub(super) rule: &'static Rule,
    pub(super) subject: Subject,
    /// The annotation that does, and the position of the rule within it.
    pub(super) entry: (usize, usize),
}

/// A finding that an `@allow` silences, as plain data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allowed {
    /// The code of the rule.
    pub code: &'static str,
    /// The full path, or `a -> b "label"`.
    pub subject: String,
    /// Why it may stand, where the annotation says so.
    pub reason: Option<String>,
}

impl Silenced {
    /// As plain data.
    pub(super) fn allowed(&self, ctx: &RuleContext<'_>) -> Allowed {
        let reason = ctx.model.allows.get(self.entry.0).and_then(|allow| allow.reason.as_ref());
        Allowed {
            code: self.rule.code,
            subject: self.subject.name(ctx),
            reason: reason.map(ToString::to_string),
        }
    }
}

/// Drops the findings that another one on the same subject says better: one that is its cause, or, of the same category, one that
/// is no milder.
pub(super) fn drop_silenced(told: &mut Vec<Told>) {
    let mut silenced: Vec<_> = Vec::new();
    for it in told.iter() {
        for code in it.rule.silences {
            silenced.push((*code, it.subject, it.diagnostic.severity, it.rule.category));
        }
    }
    silenced.sort_unstable_by_key(|(code, subject, ..)| (*code, *subject));
    told.retain(|it| {
        let key = (it.rule.code, it.subject);
        let from = silenced.partition_point(|(code, subject, ..)| (*code, *subject) < key);
        let same =
            silenced.get(from..).unwrap_or_default().iter().take_while(|other| (other.0, other.1) == key);
        !same.into_iter().any(|(_, _, severity, category)| {
            *category != it.rule.category || *severity >= it.diagnostic.severity
        })
    });
}

/// The `@allow` annotations of a design at work, and which of them had something to silence.
pub(super) struct Allows {
    /// By code, then from the outside in: statements lie within each other or apart.
    scopes: Vec<Scope>,
    /// Entries that name no rule: annotation and position within it.
    nameless: Vec<(usize, usize)>,
    /// What was silenced, and by which entry.
    silenced: Vec<Silenced>,
}

/// A statement in which a rule is allowed.
struct Scope {
    code: &'static str,
    /// Whether its findings there are only known after the others are told.
    is_house: bool,
    span: Span,
    /// The nearest scope of the same rule around it.
    outer: Option<usize>,
    /// The entries that say so: annotation and position within it.
    entries: Vec<(usize, usize)>,
    /// Whether the day of any of them has not passed.
    holds: bool,
    /// Whether it had something to silence. An annotation past its day had, though it silences nothing.
    is_used: bool,
}

impl Allows {
    /// Reads the annotations; what they say of rules that are switched off is left alone.
    pub(super) fn new(ctx: &RuleContext<'_>) -> Self {
        let (mut entries, mut nameless) = (Vec::new(), Vec::new());
        for (i, allow) in ctx.model.allows.iter().enumerate() {
            for (j, (name, _)) in allow.rules.iter().enumerate() {
                match find(name) {
                    Some(rule) if ctx.config.is_off_in(rule.code, allow.scope.file) => {}
                    Some(rule) => entries.push((rule, allow, (i, j))),
                    None => nameless.push((i, j)),
                }
            }
        }
        let outside_in = |span: Span| (span.file, span.start, Reverse(span.end));
        entries.sort_by_key(|(rule, allow, at)| (rule.code, outside_in(allow.scope), *at));
        let mut scopes: Vec<Scope> = Vec::new();
        for (rule, allow, at) in entries {
            let holds = !has_expired(ctx, allow);
            match scopes.last_mut() {
                Some(last) if last.code == rule.code && last.span == allow.scope => {
                    last.entries.push(at);
                    last.holds |= holds;
                }
                _ => {
                    let before = scopes.len().checked_sub(1);
                    let outer = enclosing(&scopes, before, rule.code, allow.scope);
                    let (code, is_house, span, entries) = (rule.code, rule.is_house(), allow.scope, vec![at]);
                    scopes.push(Scope { code, is_house, span, outer, entries, holds, is_used: false });
                }
            }
        }
        Self { scopes, nameless, silenced: Vec::new() }
    }

    /// Takes out what is allowed and gives how many that were.
    pub(super) fn apply(&mut self, told: &mut Vec<Told>) -> usize {
        let before = told.len();
        told.retain(|it| !self.allowed(it));
        before - told.len()
    }

    fn allowed(&mut self, told: &Told) -> bool {
        let mut allowed = None;
        for place in told.places.iter().chain(told.steps.first()) {
            let is_own = told.places.contains(place);
            let mut at = self.innermost(told.rule.code, *place);
            while let Some(scope) = at.and_then(|at| self.scopes.get_mut(at)) {
                // an annotation around one step must be around all of them
                if is_own || told.steps.iter().all(|step| scope.span.contains(*step)) {
                    scope.is_used = true;
                    allowed = allowed.or(scope.entries.first().copied().filter(|_| scope.holds));
                }
                at = scope.outer;
            }
        }
        if let Some(entry) = allowed {
            self.silenced.push(Silenced { rule: told.rule, subject: told.subject, entry });
        }
        allowed.is_some()
    }

    /// What was silenced so far, in the order of the annotations.
    pub(super) fn silenced(&self) -> Vec<Silenced> {
        let mut silenced = self.silenced.clone();
        silenced.sort_by_key(|it| (it.entry, it.subject));
        silenced
    }

    /// The innermost scope of a rule around a place.
    fn innermost(&self, code: &str, place: Span) -> Option<usize> {
        let starts_before = |scope: &Scope| {
            (scope.code, scope.span.file, scope.span.start) <= (code, place.file, place.start)
        };
        let before = self.scopes.partition_point(starts_before).checked_sub(1);
        enclosing(&self.scopes, before, code, place)
    }

    /// Entries that had nothing to silence, in order, those of house rules apart.
    pub(super) fn idle(&self) -> Vec<(usize, usize)> {
        let idle = self.scopes.iter().filter(|scope| !scope.is_used && !scope.is_house);
        let mut idle: Vec<_> = idle.flat_map(|scope| &scope.entries).chain(&self.nameless).copied().collect();
        idle.sort_unstable();
        idle
    }
}

/// The first scope around a place, from one that starts before it outwards.
fn enclosing(scopes: &[Scope], from: Option<usize>, code: &str, place: Span) -> Option<usize> {
    let mut at = from;
    while let Some((i, scope)) = at.and_then(|i| Some((i, scopes.get(i)?))) {
        if scope.code != code {
            return None;
        }
        if scope.span.contains(place) {
            return Some(i);
        }
        at = scope.outer;
    }
    None
}

/// Whether the last day of an annotation has passed.
pub(super) fn has_expired(ctx: &RuleContext<'_>, allow: &Allow) -> bool {
    matches!((allow.until, ctx.config.today), (Some(until), Some(today)) if today > until)
}
