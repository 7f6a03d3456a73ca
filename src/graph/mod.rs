//! Directed views of the model, and the walks over them that analyses and rules need.
//!
//! The only place that names petgraph. Every walk is iterative and, unless it says otherwise, linear in the edges that it
//! meets; ties go to what was declared first. Knows neither figures nor findings.

mod chain;
mod cycle;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use petgraph::{Direction, Incoming, Outgoing};

pub use chain::Chain;

use crate::model::{ComponentId, Connection, ConnectionId, Model};
use crate::syntax::ast::Operator;

/// Components and the connections between them that one question is about.
#[derive(Clone, Debug)]
pub struct ComponentGraph {
    /// A node's index is that of its component.
    inner: DiGraph<(), ConnectionId>,
}

/// A step along a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Step {
    /// The connection.
    pub connection: ConnectionId,
    /// Its left end.
    pub from: ComponentId,
    /// Its right end.
    pub to: ComponentId,
}

impl ComponentGraph {
    /// The connections between components that `keep` accepts.
    pub fn of(model: &Model, mut keep: impl FnMut(ConnectionId, &Connection) -> bool) -> Self {
        let step = |(id, connection): (ConnectionId, &Connection)| {
            let step = Step { connection: id, from: connection.caller()?, to: connection.callee()? };
            keep(id, connection).then_some(step)
        };
        let steps: Vec<Step> = model.connections.enumerate().filter_map(step).collect();
        Self::from_steps(model.components.len(), &steps)
    }

    /// The connections of these operators.
    pub fn by_operators(model: &Model, operators: &[Operator]) -> Self {
        Self::of(model, |_, connection| operators.contains(&connection.op))
    }

    /// Those steps among so many components; a step to a component beyond them is left out.
    pub fn from_steps(components: usize, steps: &[Step]) -> Self {
        let mut inner = DiGraph::with_capacity(components, steps.len());
        for _ in 0..components {
            inner.add_node(());
        }
        // petgraph lists the youngest edge first: added backwards, neighbours come in the order declared
        for step in steps.iter().rev() {
            if step.from.index() < components && step.to.index() < components {
                inner.add_edge(node(step.from), node(step.to), step.connection);
            }
        }
        Self { inner }
    }

    /// How many components there are, joined or not.
    pub fn len(&self) -> usize {
        self.inner.node_count()
    }

    /// Whether there is no component.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every component.
    pub fn components(&self) -> impl Iterator<Item = ComponentId> + use<> {
        (0..self.len()).map(ComponentId::from_index)
    }

    /// The steps that leave a component, in the order declared.
    pub fn outgoing(&self, id: ComponentId) -> impl Iterator<Item = Step> + '_ {
        self.steps(id, Outgoing)
    }

    /// The steps that reach a component, in the order declared.
    pub fn incoming(&self, id: ComponentId) -> impl Iterator<Item = Step> + '_ {
        self.steps(id, Incoming)
    }

    fn steps(&self, id: ComponentId, direction: Direction) -> impl Iterator<Item = Step> + '_ {
        self.inner.edges_directed(node(id), direction).map(|edge| Step {
            connection: *edge.weight(),
            from: component(edge.source()),
            to: component(edge.target()),
        })
    }

    /// The strongly connected components, callers before callees; members in the order declared.
    pub fn strong_components(&self) -> Vec<Vec<ComponentId>> {
        let sorted = |members: Vec<NodeIndex>| {
            let mut members: Vec<ComponentId> = members.into_iter().map(component).collect();
            members.sort_unstable();
            members
        };
        // kosaraju gives them callees first
        kosaraju_scc(&self.inner).into_iter().rev().map(sorted).collect()
    }

    /// All components, callers before callees; within a circle in the order declared.
    pub fn topological_order(&self) -> Vec<ComponentId> {
        self.strong_components().into_iter().flatten().collect()
    }

    /// The strongly connected components in which something calls itself, directly or not; by their first member.
    pub fn circles(&self) -> Vec<Vec<ComponentId>> {
        let calls_itself = |id: ComponentId| self.outgoing(id).any(|step| step.to == id);
        let is_circle = |members: &Vec<ComponentId>| match members.as_slice() {
            [only] => calls_itself(*only),
            _ => true,
        };
        let mut circles: Vec<Vec<ComponentId>> =
            self.strong_components().into_iter().filter(is_circle).collect();
        circles.sort_unstable();
        circles
    }

    /// By component: whether it can be reached from one of `from`; these themselves count.
    pub fn reachable(&self, from: &[ComponentId]) -> Vec<bool> {
        self.flood(from, Outgoing)
    }

    /// By component: whether one of `to` can be reached from it; these themselves count.
    pub fn reaching(&self, to: &[ComponentId]) -> Vec<bool> {
        self.flood(to, Incoming)
    }

    fn flood(&self, from: &[ComponentId], direction: Direction) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut open: Vec<ComponentId> = Vec::new();
        let mut visit = |id: ComponentId, open: &mut Vec<ComponentId>| {
            if let Some(flag) = seen.get_mut(id.index())
                && !std::mem::replace(flag, true)
            {
                open.push(id);
            }
        };
        for id in from {
            visit(*id, &mut open);
        }
        while let Some(id) = open.pop() {
            for neighbour in self.inner.neighbors_directed(node(id), direction) {
                visit(component(neighbour), &mut open);
            }
        }
        seen
    }

    /// The shortest path between two components; empty where they are one; `None` where there is none.
    pub fn shortest_path(&self, from: ComponentId, to: ComponentId) -> Option<Vec<Step>> {
        if from == to {
            return Some(Vec::new());
        }
        self.shortest_path_to(from, |id| id == to, |_| true)
    }

    /// The shortest path, of at least one step, from a component to one that `goal` accepts, over such as `through` accepts.
    pub fn shortest_path_to(
        &self,
        from: ComponentId,
        mut goal: impl FnMut(ComponentId) -> bool,
        mut through: impl FnMut(ComponentId) -> bool,
    ) -> Option<Vec<Step>> {
        let mut reached: rustc_hash::FxHashMap<ComponentId, Step> = rustc_hash::FxHashMap::default();
        let mut open = VecDeque::from([from]);
        while let Some(id) = open.pop_front() {
            for step in self.outgoing(id) {
                if reached.contains_key(&step.to) {
                    continue;
                }
                reached.insert(step.to, step);
                if goal(step.to) {
                    return Some(walk_back(from, step.to, &reached));
                }
                if step.to != from && through(step.to) {
                    open.push_back(step.to);
                }
            }
        }
        None
    }

    /// Who stands behind a component when those that `skip` accepts are looked through, in the order met: with each the
    /// shortest path to it. At most `limit` steps are tried, so that one front before everything does not cost a square.
    pub fn callees_through(
        &self,
        from: ComponentId,
        skip: impl Fn(ComponentId) -> bool,
        limit: usize,
    ) -> Vec<(ComponentId, Vec<Step>)> {
        self.through(from, skip, limit, Outgoing)
    }

    /// Who stands before a component, as [`Self::callees_through`]; the paths lead from them to it.
    pub fn callers_through(
        &self,
        to: ComponentId,
        skip: impl Fn(ComponentId) -> bool,
        limit: usize,
    ) -> Vec<(ComponentId, Vec<Step>)> {
        self.through(to, skip, limit, Incoming)
    }

    fn through(
        &self,
        start: ComponentId,
        skip: impl Fn(ComponentId) -> bool,
        limit: usize,
        direction: Direction,
    ) -> Vec<(ComponentId, Vec<Step>)> {
        let mut reached: rustc_hash::FxHashMap<ComponentId, Step> = rustc_hash::FxHashMap::default();
        let mut found = Vec::new();
        let mut open = VecDeque::from([start]);
        let mut left = limit;
        while let Some(id) = open.pop_front() {
            for step in self.steps(id, direction) {
                if left == 0 {
                    break;
                }
                left -= 1;
                let next = if direction == Outgoing { step.to } else { step.from };
                if reached.contains_key(&next) {
                    continue;
                }
                reached.insert(next, step);
                if !skip(next) {
                    found.push(next);
                } else if next != start {
                    open.push_back(next);
                }
            }
        }
        let path = |id: ComponentId| match direction {
            Outgoing => walk_back(start, id, &reached),
            Incoming => walk_on(id, start, &reached),
        };
        found.into_iter().map(|id| (id, path(id))).collect()
    }
}

/// The path that led to `to`, each component remembering the step by which it was reached.
fn walk_back(
    from: ComponentId,
    to: ComponentId,
    reached: &rustc_hash::FxHashMap<ComponentId, Step>,
) -> Vec<Step> {
    let mut path = Vec::new();
    let mut at = to;
    while let Some(step) = reached.get(&at) {
        path.push(*step);
        at = step.from;
        if at == from {
            break;
        }
    }
    path.reverse();
    path
}

/// The path from `from` on, each component remembering the step that leaves it.
fn walk_on(
    from: ComponentId,
    to: ComponentId,
    reached: &rustc_hash::FxHashMap<ComponentId, Step>,
) -> Vec<Step> {
    let mut path = Vec::new();
    let mut at = from;
    while let Some(step) = reached.get(&at) {
        path.push(*step);
        at = step.to;
        if at == to {
            break;
        }
    }
    path
}

fn node(id: ComponentId) -> NodeIndex {
    NodeIndex::new(id.index())
}

fn component(node: NodeIndex) -> ComponentId {
    ComponentId::from_index(node.index())
}
