//! How long a call may be waited for, between what its callee needs for its own calls and what the callers above leave. It must not
//! know any single rule.

use rustc_hash::FxHashMap;

use super::RuleContext;
use super::edits::{time_down, time_up};
use super::terms::{LongestWait, is_hard};
use super::timing::slowest_around;
use super::walk::Walk;
use crate::model::{AttrId, ComponentId, ConnectionId};
use crate::syntax::ast::Operator;

/// The bounds of timeouts, by connection.
#[derive(Debug, Default)]
pub(super) struct Patience {
    bounds: FxHashMap<ConnectionId, Bounds>,
}

/// In seconds.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// What the callee may wait itself.
    least: f64,
    /// What the callers above leave.
    most: f64,
}

impl Patience {
    /// Of all calls, as flows make them, and as declared where none does.
    pub(super) fn of(ctx: &RuleContext<'_>) -> Self {
        let mut found = Self::default();
        for walk in ctx.walks {
            found.read(ctx, walk);
        }
        found
    }

    /// A `timeout` for a call: three times the p99 of what it waits for, else a second, within the bounds; `None` where they leave
    /// no room.
    pub(super) fn timeout(
        &self,
        ctx: &RuleContext<'_>,
        id: ConnectionId,
        callee: ComponentId,
    ) -> Option<String> {
        let p99 = slowest_around(ctx, callee).map(|slow| slow.p99).filter(|p99| *p99 > 0.0);
        let bounds = self.bounds.get(&id).copied().unwrap_or(Bounds { least: 0.0, most: f64::INFINITY });
        let wanted = p99.map_or(1.0, |p99| 3.0 * p99).max(bounds.least);
        if wanted <= bounds.most * 0.9 {
            return Some(time_up(wanted));
        }
        let needed = p99.map_or(0.0, |p99| 1.5 * p99).max(bounds.least * 1.1);
        time_down(bounds.most).filter(|_| needed <= bounds.most)
    }

    fn read(&mut self, ctx: &RuleContext<'_>, walk: &Walk<'_>) {
        let latency = |node: usize| {
            let component = walk.component(node).map(|id| &ctx.model.components[id].attrs);
            component.and_then(|attrs| attrs.seconds(AttrId::LATENCY)).unwrap_or(0.0)
        };
        // by node: the shortest wait above
        let mut above = vec![f64::INFINITY; walk.nodes.len()];
        for (_, step) in walk.in_order().filter(|(_, step)| step.op == Operator::Call) {
            let inherited = above.get(step.from).copied().unwrap_or(f64::INFINITY);
            let own = step.attrs.seconds(AttrId::TIMEOUT).unwrap_or(f64::INFINITY);
            if let Some(slot) = above.get_mut(step.to) {
                *slot = slot.min(own.min(inherited));
            }
        }
        // by node: what its calls one after another may take
        let below: Vec<f64> = walk
            .nodes
            .iter()
            .map(|node| {
                let longest = |group: &Vec<usize>| {
                    let steps = group.iter().filter_map(|at| walk.steps.get(*at));
                    let waits = steps.filter(|step| step.op == Operator::Call).filter_map(|step| {
                        let wait = LongestWait::of(step.attrs, &ctx.config.assumed)?;
                        let calls = step.attrs.number(AttrId::CALLS).filter(|_| is_hard(step.op, step.attrs));
                        Some(wait.seconds() * calls.unwrap_or(1.0))
                    });
                    waits.fold(0.0, f64::max)
                };
                node.groups.iter().map(longest).sum()
            })
            .collect();
        for step in walk.steps.iter().filter(|step| step.op == Operator::Call) {
            let tries = 1.0 + step.attrs.number(AttrId::RETRIES).unwrap_or(0.0);
            let left = above.get(step.from).copied().unwrap_or(f64::INFINITY) - latency(step.from);
            let needed = below.get(step.to).copied().filter(|needed| *needed > 0.0);
            let least = needed.map_or(0.0, |needed| needed + latency(step.to));
            let bounds =
                self.bounds.entry(step.connection).or_insert(Bounds { least: 0.0, most: f64::INFINITY });
            bounds.least = bounds.least.max(least);
            bounds.most = bounds.most.min(left / tries);
        }
    }
}
