//! What runs in a design that declares no flow: for each actor, everything that its calls reach. Reports nothing.

use rustc_hash::FxHashMap;

use crate::model::attributes::words::Phase;
use crate::model::{
    Arena, AttrId, Attributes, Call, CallGroup, ComponentId, ConnectionId, Flow, GroupMode, Model, Visit,
    VisitId,
};
use crate::source::Span;
use crate::syntax::ast::Operator;

/// Visits and calls that all implicit flows may have together; memory is what bounds them.
const LIMIT: usize = 400_000;

/// Adds one flow for each actor that calls anything, named as it. Each component is one visit; calls may meet and form circles.
/// Gives the first actor that the limit leaves without one.
pub(super) fn add(model: &mut Model) -> Option<Span> {
    let mut outgoing: Vec<Vec<ConnectionId>> = vec![Vec::new(); model.components.len()];
    for (id, connection) in model.connections.enumerate() {
        let (Some(from), Some(to)) = (connection.caller(), connection.callee()) else { continue };
        // what is called when the caller starts is called by no request
        if connection.attrs.word(AttrId::PHASE) == Some(Phase::Start) {
            continue;
        }
        let followed = match connection.op {
            Operator::Call => true,
            Operator::Message => model.components[to].kind.is_broker(),
            _ => false,
        };
        if followed && let Some(list) = outgoing.get_mut(from.index()) {
            list.push(id);
        }
    }
    let calls_anything = |id: &ComponentId| outgoing.get(id.index()).is_some_and(|list| !list.is_empty());
    let actors: Vec<ComponentId> = model
        .components
        .enumerate()
        .filter(|(id, component)| component.kind.is_actor() && calls_anything(id))
        .map(|(id, _)| id)
        .collect();
    let mut total = 0;
    for actor in actors {
        let flow = reachable(model, &outgoing, actor);
        total += flow.visits.len() + flow.calls.len();
        if total > LIMIT && !model.flows.is_empty() {
            return Some(model.components[actor].header.name_span);
        }
        model.flows.push(flow);
    }
    None
}

fn reachable(model: &Model, outgoing: &[Vec<ConnectionId>], actor: ComponentId) -> Flow {
    let mut flow = Flow {
        header: model.components[actor].header.clone(),
        implicit: true,
        attrs: Attributes::default(),
        objectives: Vec::new(),
        roots: Vec::new(),
        visits: Arena::default(),
        groups: Arena::default(),
        calls: Arena::default(),
    };
    let mut visit_of: FxHashMap<ComponentId, VisitId> = FxHashMap::default();
    let root = flow.visits.push(Visit { component: actor, via: None, groups: Vec::new() });
    flow.roots.push(root);
    visit_of.insert(actor, root);
    let mut next = 0;
    while next < flow.visits.len() {
        let caller = VisitId::from_index(next);
        next += 1;
        let component = flow.visits[caller].component;
        let mut rest = outgoing.get(component.index()).map_or(&[][..], |list| list);
        while let Some(first) = rest.first() {
            let (step, behind) = rest.split_at(step_length(model, rest));
            rest = behind;
            let kind = match (step, model.connections[*first].alternatives) {
                ([_], _) => GroupMode::One,
                (_, Some(id)) => GroupMode::AnyOf { needs: model.alternatives[id].needs },
                _ => GroupMode::Parallel,
            };
            add_step(model, &mut flow, &mut visit_of, caller, kind, step);
        }
    }
    flow
}

/// How many connections from the first on are one step: those of one list or one set of alternatives.
fn step_length(model: &Model, connections: &[ConnectionId]) -> usize {
    let Some(first) = connections.first().map(|id| &model.connections[*id]) else { return 0 };
    let same = |id: &&ConnectionId| {
        let other = &model.connections[**id];
        other.span == first.span && other.op == first.op && other.alternatives == first.alternatives
    };
    connections.iter().take_while(same).count()
}

fn add_step(
    model: &Model,
    flow: &mut Flow,
    visit_of: &mut FxHashMap<ComponentId, VisitId>,
    caller: VisitId,
    kind: GroupMode,
    step: &[ConnectionId],
) {
    let group = flow.groups.next_id();
    let mut calls = Vec::with_capacity(step.len());
    let mut span = None;
    for &connection in step {
        let declared = &model.connections[connection];
        let Some(callee) = declared.callee() else { continue };
        let target = *visit_of
            .entry(callee)
            .or_insert_with(|| flow.visits.push(Visit { component: callee, via: None, groups: Vec::new() }));
        let call = flow.calls.push(Call {
            connection,
            group,
            caller,
            target,
            label: declared.label.clone(),
            attrs: declared.attrs.clone(),
            span: declared.to_span,
        });
        if !flow.roots.contains(&target) {
            flow.visits[target].via.get_or_insert(call);
        }
        calls.push(call);
        span.get_or_insert(declared.span);
    }
    let Some(span) = span else { return };
    flow.groups.push(CallGroup { caller, kind, calls, span });
    flow.visits[caller].groups.push(group);
}
