//! Which findings are told: pairs that silence each other, and `@allow`. It must not know any single rule.

use super::findings::Told;
use super::{Rule, RuleContext, find};
use crate::model::Allow;
use crate::source::Span;

/// Drops the findings that another one on the same subject says better.
pub(super) fn drop_silenced(told: &mut Vec<Told>) {
    let mut silenced: Vec<_> = Vec::new();
    for it in told.iter() {
        silenced.extend(it.rule.silences.iter().map(|code| (*code, it.subject)));
    }
    silenced.sort_unstable();
    told.retain(|it| silenced.binary_search(&(it.rule.code, it.subject)).is_err());
}

/// The `@allow` annotations of a design at work, and which of them had something to silence.
pub(super) struct Allows<'a> {
    ctx: RuleContext<'a>,
    /// By annotation and entry.
    used: Vec<Vec<bool>>,
}

impl<'a> Allows<'a> {
    pub(super) fn new(ctx: RuleContext<'a>) -> Self {
        let used = ctx.model.allows.iter().map(|allow| vec![false; allow.rules.len()]).collect();
        Self { ctx, used }
    }

    /// Takes out what is allowed and gives how many that were. An annotation past its day allows nothing; but it had
    /// something to silence.
    pub(super) fn apply(&mut self, told: &mut Vec<Told>) -> usize {
        let before = told.len();
        told.retain(|it| !self.allowed(it));
        before - told.len()
    }

    fn allowed(&mut self, told: &Told) -> bool {
        let mut allowed = false;
        for (allow, used) in self.ctx.model.allows.iter().zip(&mut self.used) {
            if !is_around(allow, told) {
                continue;
            }
            for ((name, _), used) in allow.rules.iter().zip(used) {
                if told.rule.is_called(name) {
                    *used = true;
                    allowed |= !has_expired(&self.ctx, allow);
                }
            }
        }
        allowed
    }

    /// Entries that had nothing to silence. A rule that is switched off is none of them, nor is a house rule: whether
    /// its findings stand is only known after these are told.
    pub(super) fn idle(&self) -> Vec<(usize, usize)> {
        let mut idle = Vec::new();
        for (i, (allow, used)) in self.ctx.model.allows.iter().zip(&self.used).enumerate() {
            for (j, ((name, _), used)) in allow.rules.iter().zip(used).enumerate() {
                let counts = |rule: &Rule| !self.ctx.config.is_off(rule.code) && !rule.is_house();
                if !used && find(name).is_none_or(counts) {
                    idle.push((i, j));
                }
            }
        }
        idle
    }
}

fn is_around(allow: &Allow, told: &Told) -> bool {
    let contains = |place: &Span| allow.scope.contains(*place);
    told.places.iter().any(contains) || !told.steps.is_empty() && told.steps.iter().all(contains)
}

/// Whether the last day of an annotation has passed.
pub(super) fn has_expired(ctx: &RuleContext<'_>, allow: &Allow) -> bool {
    matches!((allow.until, ctx.config.today), (Some(until), Some(today)) if today > until)
}
