//! Steps in the order in which a request takes them: those of a flow, and those of the connections that no flow takes. For
//! rules that multiply or compare along a path. It must not know any single rule.

use super::RuleContext;
use crate::diagnostic::Remark;
use crate::graph::ComponentGraph;
use crate::model::attributes::words::Phase;
use crate::model::{AttrId, Attributes, ComponentId, Connection, ConnectionId, Flow, FlowId, VisitId};
use crate::source::Span;
use crate::syntax::ast::Operator;

/// The steps of one flow, or of everything outside the flows.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    /// The flow; `None` for the connections that no flow takes.
    pub(super) flow: Option<FlowId>,
    pub(super) nodes: Vec<Node>,
    pub(super) steps: Vec<Step<'a>>,
    /// The steps, each behind those that lead to its caller. The one that closes a circle is left out, so that each is
    /// walked once; declared flows have none.
    pub(super) order: Vec<usize>,
}

/// A component at work: a visit of a flow, or the component itself.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) component: ComponentId,
    /// Its steps one after another, each with those that are made at once. What is outside the flows has no known order
    /// and counts as made at once.
    pub(super) groups: Vec<Vec<usize>>,
}

/// A step.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) connection: ConnectionId,
    pub(super) op: Operator,
    pub(super) attrs: &'a Attributes,
    pub(super) span: Span,
}

/// Every walk of a design: made once for all rules.
pub(super) fn all<'a>(ctx: &RuleContext<'a>) -> Vec<Walk<'a>> {
    let flows = ctx.model.flows.ids().map(|id| Walk::of_flow(ctx, id));
    flows.chain(Walk::outside_flows(ctx)).collect()
}

impl<'a> Walk<'a> {
    fn of_flow(ctx: &RuleContext<'a>, id: FlowId) -> Self {
        let flow: &'a Flow = &ctx.model.flows[id];
        let calls = flow.calls.iter().map(|call| Step {
            from: call.caller.index(),
            to: call.target.index(),
            connection: call.connection,
            op: ctx.model.connections[call.connection].op,
            attrs: &call.attrs,
            span: call.span,
        });
        let groups = |visit: VisitId| {
            let groups = flow.visits[visit].groups.iter();
            groups.map(|group| flow.groups[*group].calls.iter().map(|call| call.index()).collect()).collect()
        };
        let nodes = flow.visits.enumerate();
        let nodes =
            nodes.map(|(visit, it)| Node { component: it.component, groups: groups(visit) }).collect();
        Self { flow: Some(id), nodes, steps: calls.collect(), order: Vec::new() }.ordered()
    }

    fn outside_flows(ctx: &RuleContext<'a>) -> Option<Self> {
        let is_outside = |id: ConnectionId, it: &Connection| {
            // nobody waits for what is called at the start: it is over before the first request
            let at_the_start = it.attrs.word::<Phase>(AttrId::PHASE) == Some(Phase::Start);
            ctx.calls_of(id).is_empty()
                && matches!(it.op, Operator::Call | Operator::Message)
                && !at_the_start
        };
        // a circle has no first step, so its steps make no path
        let mut circle_of = vec![None; ctx.model.components.len()];
        for (number, members) in ComponentGraph::of(ctx.model, is_outside).circles().iter().enumerate() {
            for member in members {
                set(&mut circle_of, member.index(), Some(number));
            }
        }
        let circle = |id: ComponentId| circle_of.get(id.index()).copied().flatten();
        let mut steps = Vec::new();
        let node = |component| Node { component, groups: vec![Vec::new()] };
        let mut nodes: Vec<Node> = ctx.model.components.ids().map(node).collect();
        for (connection, it) in ctx.model.connections.enumerate().filter(|(id, it)| is_outside(*id, it)) {
            let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
            if circle(from).is_some() && circle(from) == circle(to) {
                continue;
            }
            if let Some(group) = nodes.get_mut(from.index()).and_then(|node| node.groups.first_mut()) {
                group.push(steps.len());
            }
            let (from, to, span) = (from.index(), to.index(), it.from_span.to(it.to_span));
            steps.push(Step { from, to, connection, op: it.op, attrs: &it.attrs, span });
        }
        (!steps.is_empty()).then(|| Self { flow: None, nodes, steps, order: Vec::new() }.ordered())
    }

    /// With its order: depth first, from the nodes to which nothing leads.
    fn ordered(mut self) -> Self {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut is_led_to = vec![false; self.nodes.len()];
        for step in &self.steps {
            set(&mut is_led_to, step.to, true);
        }
        let (inner, outer): (Vec<usize>, Vec<usize>) =
            (0..self.nodes.len()).partition(|node| is_led_to.get(*node) == Some(&true));
        // what is finished last comes first in the reversed order: hence from the last node to the first
        let roots = outer.iter().rev().chain(inner.iter().rev());
        let steps_of = |node: usize| -> Vec<usize> {
            self.nodes.get(node).map_or_else(Vec::new, |node| node.groups.iter().flatten().copied().collect())
        };
        let mut state = vec![State::New; self.nodes.len()];
        let mut order = Vec::with_capacity(self.steps.len());
        for &root in roots {
            if state.get(root) != Some(&State::New) {
                continue;
            }
            set(&mut state, root, State::Open);
            let mut stack = vec![(root, None, steps_of(root))];
            while let Some((node, via, steps)) = stack.last_mut() {
                let Some(step) = steps.pop() else {
                    set(&mut state, *node, State::Done);
                    order.extend(*via);
                    stack.pop();
                    continue;
                };
                let Some(target) = self.steps.get(step).map(|step| step.to) else { continue };
                match state.get(target) {
                    Some(State::New) => {
                        set(&mut state, target, State::Open);
                        stack.push((target, Some(step), steps_of(target)));
                    }
                    Some(State::Done) => order.push(step),
                    Some(State::Open) | None => {}
                }
            }
        }
        order.reverse();
        self.order = order;
        self
    }

    /// By node: the most to which a factor multiplies over the calls of one path, and the last step of that path. Behind a
    /// message nobody waits, so what stands there begins anew.
    pub(super) fn multiplied(&self, factor: impl Fn(&Step<'a>) -> f64) -> Vec<(f64, Option<usize>)> {
        let mut reached: Vec<(f64, Option<usize>)> = vec![(1.0, None); self.nodes.len()];
        for (at, step) in self.in_order().filter(|(_, step)| step.op == Operator::Call) {
            let product = reached.get(step.from).map_or(1.0, |(product, _)| *product) * factor(step);
            if let Some(known) = reached.get_mut(step.to)
                && (known.1.is_none() || product > known.0)
            {
                *known = (product, Some(at));
            }
        }
        reached
    }

    /// The path of [`Self::multiplied`] that ends with a step, from its first step on.
    pub(super) fn path_with(&self, reached: &[(f64, Option<usize>)], last: usize) -> Vec<usize> {
        let mut path = vec![last];
        let mut node = self.steps.get(last).map(|step| step.from);
        while let Some((_, Some(via))) = node.and_then(|node| reached.get(node)) {
            path.push(*via);
            node = self.steps.get(*via).map(|step| step.from);
        }
        path.reverse();
        path
    }

    /// The component at a node.
    pub(super) fn component(&self, node: usize) -> Option<ComponentId> {
        self.nodes.get(node).map(|node| node.component)
    }

    /// The steps in their order, with their positions.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (usize, &Step<'a>)> {
        self.order.iter().filter_map(|at| Some((*at, self.steps.get(*at)?)))
    }
}

impl Step<'_> {
    /// The step of a witness: "`browser` calls `us.lb`".
    pub(super) fn remark(&self, ctx: &RuleContext<'_>) -> Remark {
        ctx.remark(self.connection, self.span)
    }
}

fn set<T>(items: &mut [T], index: usize, value: T) {
    if let Some(item) = items.get_mut(index) {
        *item = value;
    }
}
