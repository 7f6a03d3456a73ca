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
        let below = needs(ctx, walk, &latency);
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

/// By node, what its calls one after another may take; one without a timeout takes what its callee's calls may.
fn needs(ctx: &RuleContext<'_>, walk: &Walk<'_>, latency: &dyn Fn(usize) -> f64) -> Vec<f64> {
    let mut of_step = vec![0.0; walk.steps.len()];
    let order: Vec<usize> = walk.in_order().map(|(at, _)| at).collect();
    let sum = |of_step: &[f64], node: usize| -> f64 {
        let longest =
            |group: &Vec<usize>| group.iter().filter_map(|at| of_step.get(*at).copied()).fold(0.0, f64::max);
        walk.nodes.get(node).map_or(0.0, |node| node.groups.iter().map(longest).sum())
    };
    let mut of_node: Vec<Option<f64>> = vec![None; walk.nodes.len()];
    // the steps of a callee stand behind those that lead to it
    for at in order.into_iter().rev() {
        let Some(step) = walk.steps.get(at).filter(|step| step.op == Operator::Call) else { continue };
        let calls = step.attrs.number(AttrId::CALLS).filter(|_| is_hard(step.op, step.attrs)).unwrap_or(1.0);
        let waits = match LongestWait::of(step.attrs, &ctx.config.assumed) {
            Some(wait) => wait.seconds() * calls,
            None => {
                let below = match of_node.get(step.to).copied().flatten() {
                    Some(below) => below,
                    None => sum(&of_step, step.to),
                };
                if let Some(slot) = of_node.get_mut(step.to) {
                    *slot = Some(below);
                }
                if below > 0.0 { below + latency(step.to) } else { 0.0 }
            }
        };
        if let Some(slot) = of_step.get_mut(at) {
            *slot = waits;
        }
    }
    (0..walk.nodes.len()).map(|node| sum(&of_step, node)).collect()
}
