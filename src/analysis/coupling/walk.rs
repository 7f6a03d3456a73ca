//! What the paths of flows show: which compute component reaches which over fronts, and which paths come back.

use rustc_hash::{FxHashMap, FxHashSet};

use super::circles::{Closing, weight};
use crate::model::{CallId, ComponentId, ConnectionId, Flow, FlowId, GroupMode, Kind, Model, VisitId};
use crate::syntax::ast::Operator;

/// Fronts in a row beyond which nobody looks.
const FRONTS: usize = 64;

/// What the declared flows show of synchronous calls.
#[derive(Default)]
pub(super) struct Walk {
    /// Connections that a flow takes.
    pub(super) taken: FxHashSet<ConnectionId>,
    /// Pairs of compute components, in the order met.
    pub(super) observed: Vec<Observed>,
    /// Paths that come back, with the component to which they do; the first of each flow and component.
    pub(super) closings: Vec<(Closing, ComponentId)>,
    pairs: FxHashMap<(ComponentId, ComponentId), usize>,
    closed: FxHashSet<(FlowId, ComponentId)>,
}

/// A compute component that calls another, over fronts at most.
pub(super) struct Observed {
    pub(super) from: ComponentId,
    pub(super) to: ComponentId,
    /// The distinct ways, each with the calls that one request makes on it.
    pub(super) ways: Vec<(Vec<ConnectionId>, f64)>,
    pub(super) flows: Vec<FlowId>,
}

/// A visit on the path from the start of a flow.
struct Entry {
    visit: VisitId,
    via: Option<CallId>,
    /// Where the run of synchronous calls among compute and fronts began that leads here.
    run: usize,
    /// The nearest compute component above within that run.
    above: Option<usize>,
    /// The calls still to be walked.
    open: Vec<CallId>,
}

impl Walk {
    pub(super) fn of(model: &Model) -> Self {
        let mut walk = Self::default();
        for (id, flow) in model.flows.enumerate().filter(|(_, flow)| !flow.implicit) {
            walk.taken.extend(flow.calls.iter().map(|call| call.connection));
            let mut seen = vec![false; flow.visits.len()];
            for root in &flow.roots {
                walk.run(model, id, flow, *root, &mut seen);
            }
        }
        walk
    }

    fn run(&mut self, model: &Model, id: FlowId, flow: &Flow, root: VisitId, seen: &mut [bool]) {
        let mut path: Vec<Entry> = Vec::new();
        let mut places: FxHashMap<ComponentId, Vec<usize>> = FxHashMap::default();
        let mut next = Some((root, None));
        loop {
            if let Some((visit, via)) = next.take() {
                // a declared flow is a tree: a visit met twice is none of ours
                if seen.get_mut(visit.index()).is_none_or(|seen| std::mem::replace(seen, true)) {
                    continue;
                }
                let entry = self.enter(model, id, flow, &path, (visit, via), &places);
                places.entry(flow.visits[visit].component).or_default().push(path.len());
                path.push(entry);
            }
            let Some(top) = path.last_mut() else { break };
            match top.open.pop() {
                Some(call) => next = Some((flow.calls[call].target, Some(call))),
                None => {
                    if let Some(places) = places.get_mut(&flow.visits[top.visit].component) {
                        places.pop();
                    }
                    path.pop();
                }
            }
        }
    }

    fn enter(
        &mut self,
        model: &Model,
        id: FlowId,
        flow: &Flow,
        path: &[Entry],
        (visit, via): (VisitId, Option<CallId>),
        places: &FxHashMap<ComponentId, Vec<usize>>,
    ) -> Entry {
        let component = flow.visits[visit].component;
        let kind = model.components[component].kind;
        let depth = path.len();
        let mut open: Vec<CallId> = flow.visits[visit]
            .groups
            .iter()
            .flat_map(|group| flow.groups[*group].calls.iter().copied())
            .collect();
        open.reverse();
        let mut entry = Entry { visit, via, run: depth, above: None, open };
        let waits =
            via.is_some_and(|call| model.connections[flow.calls[call].connection].op == Operator::Call);
        let passes = |kind: Kind| kind.is_compute() || kind.is_front();
        let caller = path.last().map(|top| (top, model.components[flow.visits[top.visit].component].kind));
        if let Some((top, kind_above)) = caller
            && waits
            && passes(kind)
            && passes(kind_above)
        {
            entry.run = top.run;
            entry.above = if kind_above.is_compute() { Some(depth - 1) } else { top.above };
        }
        if !kind.is_compute() {
            return entry;
        }
        if let Some(above) = entry.above
            && depth - above <= FRONTS
        {
            let between = path.get(above + 1..).unwrap_or_default().iter().filter_map(|entry| entry.via);
            self.observe(model, id, flow, path.get(above).map(|it| it.visit), between.chain(via), component);
        }
        let earlier = places.get(&component).and_then(|places| places.last());
        if let Some(first) = earlier.filter(|at| **at >= entry.run).and_then(|at| path.get(*at))
            && self.closed.insert((id, component))
        {
            self.closings.push((Closing { flow: id, first: first.visit, again: visit }, component));
        }
        entry
    }

    fn observe(
        &mut self,
        model: &Model,
        id: FlowId,
        flow: &Flow,
        from: Option<VisitId>,
        calls: impl Iterator<Item = CallId>,
        to: ComponentId,
    ) {
        let Some(from) = from.map(|visit| flow.visits[visit].component) else { return };
        let mut way = Vec::new();
        let mut calls_made = 1.0;
        for call in calls {
            way.push(flow.calls[call].connection);
            calls_made *= call_weight(model, flow, call);
        }
        let at = *self.pairs.entry((from, to)).or_insert_with(|| {
            self.observed.push(Observed { from, to, ways: Vec::new(), flows: Vec::new() });
            self.observed.len() - 1
        });
        let Some(observed) = self.observed.get_mut(at) else { return };
        if observed.flows.last() != Some(&id) {
            observed.flows.push(id);
        }
        match observed.ways.iter_mut().find(|(other, _)| *other == way) {
            Some((_, most)) => *most = most.max(calls_made),
            None => observed.ways.push((way, calls_made)),
        }
    }
}

/// How many calls one request of the caller makes, on average; alternatives without a `share` take even parts.
pub(super) fn call_weight(model: &Model, flow: &Flow, call: CallId) -> f64 {
    let call = &flow.calls[call];
    let group = &flow.groups[call.group];
    let split = match group.kind {
        GroupMode::AnyOf { needs } => needs as f64 / group.calls.len().max(1) as f64,
        GroupMode::One | GroupMode::Parallel => 1.0,
    };
    weight(model, &call.attrs, split)
}
