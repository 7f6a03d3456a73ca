//! Circles of synchronous calls among compute components, fronts looked through.
//!
//! A front passes a call on as the flows show it: `a -> gateway -> b` in one flow and `c -> gateway -> a` in another do not
//! make `a` its own caller. Only a connection that no flow takes may meet every other one at a front.

use rustc_hash::{FxHashMap, FxHashSet};

use super::walk::{Observed, Walk, call_weight};
use crate::graph::{ComponentGraph, Step};
use crate::model::{AttrId, Attributes, ComponentId, ConnectionId, FlowId, Model, VisitId};
use crate::syntax::ast::Operator;

/// Compute components that call each other in a circle, or one that calls itself.
#[derive(Clone, PartialEq, Debug)]
pub struct Circle {
    /// The compute components, in the order declared.
    pub members: Vec<ComponentId>,
    /// A way round, over fronts too: that of the first closing path of a flow, else the shortest.
    pub path: Vec<ConnectionId>,
    /// Calls that one call makes of itself on that way: Πp of `share`, `calls`, `fanout` and misses.
    pub product: f64,
    /// The spectral radius of the calls among the members; from 1 on the load grows without bound. `None` where what fronts
    /// pass on to whom is not known.
    pub radius: Option<f64>,
    /// For each flow of which one path closes the circle, the first such path.
    pub closings: Vec<Closing>,
    /// The flows that make a call within it.
    pub flows: Vec<FlowId>,
}

/// A path of a flow that comes back to a component while that one still waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Closing {
    /// The flow.
    pub flow: FlowId,
    /// The visit that waits.
    pub first: VisitId,
    /// The visit of the same component further down.
    pub again: VisitId,
}

pub(super) fn circles(model: &Model) -> Vec<Circle> {
    let walk = Walk::of(model);
    let edges = edges(model, &walk);
    let count = model.components.len();
    let steps: Vec<Step> = edges
        .iter()
        .enumerate()
        .map(|(at, edge)| Step {
            // the graph names its edges by their number in the list above
            connection: ConnectionId::from_index(at),
            from: ComponentId::from_index(edge.from),
            to: ComponentId::from_index(edge.to),
        })
        .collect();
    let graph = ComponentGraph::from_steps(3 * count, &steps);
    let mut circles: Vec<Circle> =
        graph.circles().iter().filter_map(|nodes| circle(model, &graph, &edges, nodes)).collect();
    let mut circle_of: FxHashMap<ComponentId, usize> = FxHashMap::default();
    for (at, circle) in circles.iter().enumerate() {
        circle_of.extend(circle.members.iter().map(|member| (*member, at)));
    }
    for observed in &walk.observed {
        if let (Some(a), Some(b)) = (circle_of.get(&observed.from), circle_of.get(&observed.to))
            && a == b
            && let Some(circle) = circles.get_mut(*a)
        {
            circle.flows.extend(&observed.flows);
        }
    }
    for (closing, member) in &walk.closings {
        if let Some(circle) = circle_of.get(member).and_then(|at| circles.get_mut(*at))
            && circle.closings.iter().all(|other| other.flow != closing.flow)
        {
            circle.closings.push(*closing);
        }
    }
    for circle in &mut circles {
        circle.flows.sort_unstable();
        circle.flows.dedup();
        if let Some(closing) = circle.closings.first() {
            (circle.path, circle.product) = way_round(model, *closing);
        }
    }
    circles
}

/// The connections of a closing path and the calls that it makes of one.
fn way_round(model: &Model, closing: Closing) -> (Vec<ConnectionId>, f64) {
    let flow = &model.flows[closing.flow];
    let (mut path, mut product) = (Vec::new(), 1.0);
    let mut at = closing.again;
    while at != closing.first {
        let Some(via) = flow.visits[at].via else { break };
        path.push(flow.calls[via].connection);
        product *= call_weight(model, flow, via);
        at = flow.calls[via].caller;
    }
    path.reverse();
    (path, product)
}

/// An edge between nodes: a component, or a front as entered by a connection that no flow takes (its index beyond the
/// components) or by one that flows take (beyond these).
struct Edge {
    from: usize,
    to: usize,
    way: Vec<ConnectionId>,
    weight: f64,
}

fn edges(model: &Model, walk: &Walk) -> Vec<Edge> {
    let count = model.components.len();
    let mut edges: Vec<Edge> = walk.observed.iter().map(observed_edge).collect();
    for (id, it) in model.connections.enumerate() {
        let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
        let kinds = (model.components[from].kind, model.components[to].kind);
        if it.op != Operator::Call {
            continue;
        }
        let taken = walk.taken.contains(&id);
        let (from, to) = (from.index(), to.index());
        let free = |front: usize| count + front;
        let bound = |front: usize| 2 * count + front;
        let mut push = |from: usize, to: usize| {
            let weight = declared_weight(model, id);
            edges.push(Edge { from, to, way: vec![id], weight });
        };
        match (kinds.0.is_compute(), kinds.0.is_front(), kinds.1.is_compute(), kinds.1.is_front()) {
            (true, _, true, _) if !taken => push(from, to),
            (true, _, _, true) => push(from, if taken { bound(to) } else { free(to) }),
            (_, true, true, _) => {
                push(free(from), to);
                if !taken {
                    push(bound(from), to);
                }
            }
            (_, true, _, true) => {
                push(free(from), free(to));
                push(bound(from), if taken { bound(to) } else { free(to) });
            }
            _ => {}
        }
    }
    edges
}

fn observed_edge(observed: &Observed) -> Edge {
    let way = observed.ways.first().map(|(way, _)| way.clone()).unwrap_or_default();
    let weight = observed.ways.iter().map(|(_, weight)| weight).sum();
    Edge { from: observed.from.index(), to: observed.to.index(), way, weight }
}

fn circle(model: &Model, graph: &ComponentGraph, edges: &[Edge], nodes: &[ComponentId]) -> Option<Circle> {
    let count = model.components.len();
    let is_real = |id: &ComponentId| id.index() < count;
    let members: Vec<ComponentId> =
        nodes.iter().copied().filter(|id| is_real(id) && model.components[*id].kind.is_compute()).collect();
    let inside: FxHashSet<ComponentId> = nodes.iter().copied().collect();
    let calls_itself = |id: &ComponentId| graph.outgoing(*id).any(|step| step.to == *id);
    // a component that calls the gateway which also leads to it need not mean itself
    let leads_elsewhere =
        |id: &ComponentId| !is_real(id) && graph.outgoing(*id).any(|step| !inside.contains(&step.to));
    match members.as_slice() {
        [] => return None,
        [only] if !calls_itself(only) && nodes.iter().any(leads_elsewhere) => return None,
        _ => {}
    }
    let certain: Vec<ComponentId> = nodes.iter().copied().filter(|id| !leads_elsewhere(id)).collect();
    let mut way = graph.shortest_circle(&certain);
    if way.is_empty() {
        way = graph.shortest_circle(nodes);
    }
    let of = |step: &Step| edges.get(step.connection.index());
    let product = way.iter().filter_map(of).map(|edge| edge.weight).product();
    let path = way.iter().filter_map(of).flat_map(|edge| edge.way.iter().copied()).collect();
    let within = nodes.iter().flat_map(|id| graph.outgoing(*id)).filter(|step| inside.contains(&step.to));
    let within: Vec<(ComponentId, ComponentId, f64)> =
        within.filter_map(|step| Some((step.from, step.to, of(&step)?.weight))).collect();
    let radius = nodes.iter().all(is_real).then(|| spectral_radius(nodes, &within));
    Some(Circle { members, path, product, radius, closings: Vec::new(), flows: Vec::new() })
}

/// The spectral radius of a strongly connected matrix, by power iteration on it plus the identity (so that a circle does not
/// oscillate) between the bounds of Collatz and Wielandt; given up at a millionth, or after so many multiplications.
fn spectral_radius(nodes: &[ComponentId], entries: &[(ComponentId, ComponentId, f64)]) -> f64 {
    const WORK: usize = 2_000_000;
    let number: FxHashMap<ComponentId, usize> = nodes.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let entries: Vec<(usize, usize, f64)> = entries
        .iter()
        .filter_map(|(from, to, weight)| Some((*number.get(from)?, *number.get(to)?, *weight)))
        .collect();
    if entries.len() == nodes.len() {
        // a plain ring: the mean of its weights, in the sense of products
        let logs: f64 = entries.iter().map(|(.., weight)| weight.ln()).sum();
        return (logs / nodes.len() as f64).exp();
    }
    let mut vector = vec![1.0_f64; nodes.len()];
    let mut radius = 0.0;
    for _ in 0..(WORK / entries.len().max(1)).max(2) {
        let mut next = vector.clone();
        for (from, to, weight) in &entries {
            if let (Some(slot), Some(x)) = (next.get_mut(*from), vector.get(*to)) {
                *slot += weight * x;
            }
        }
        let ratios = || next.iter().zip(&vector).map(|(new, old)| new / old);
        let (low, high) = (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
        radius = f64::midpoint(low, high) - 1.0;
        let scale = next.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        vector = next.iter().map(|x| x / scale).collect();
        if high - low < 1e-6 || vector.contains(&0.0) {
            break;
        }
    }
    radius
}

fn declared_weight(model: &Model, id: ConnectionId) -> f64 {
    let it = &model.connections[id];
    let split = it.alternatives.map_or(1.0, |alternatives| {
        let alternatives = &model.alternatives[alternatives];
        alternatives.needs as f64 / alternatives.connections.len().max(1) as f64
    });
    weight(model, &it.attrs, split)
}

/// How many calls one request of the caller makes, on average; `split` where no `share` says it.
pub(super) fn weight(model: &Model, attrs: &Attributes, split: f64) -> f64 {
    let misses: f64 = attrs
        .components(AttrId::BEHIND)
        .iter()
        .filter_map(|cache| model.components[*cache].attrs.share(AttrId::HIT_RATIO))
        .map(|hits| 1.0 - hits)
        .product();
    attrs.share(AttrId::SHARE).unwrap_or(split)
        * attrs.number(AttrId::CALLS).unwrap_or(1.0)
        * attrs.count(AttrId::FANOUT).unwrap_or(1) as f64
        * misses
}
