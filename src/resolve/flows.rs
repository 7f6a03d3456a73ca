//! Flow statements to flows: steps hang below the nearest earlier visit of their caller, and a step that no connection declares
//! declares one. Names and attributes are its context's business; it knows no analysis.

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::mistakes::{BAD_OPERATOR, MANY_FLOWS, MISPLACED, TOO_MANY_NEEDED, UNREACHED_CALLER};
use super::names::Scope;
use super::{PendingFlow, Resolver};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::attributes::RefKind;
use crate::model::{
    Alternatives, Arena, AttrId, Attributes, Call, CallGroup, CallId, ComponentId, Connection, ConnectionId,
    ElementRef, Endpoint, GroupMode, Visit, VisitId,
};
use crate::source::Span;
use crate::syntax::ast::{self, EndsKind, Operator, StmtKind};

/// Reads the attributes of a step's block: the resolver's own way to check a connection's.
pub(crate) type ReadAttributes = fn(&mut Resolver<'_>, Scope, &ast::Block) -> Attributes;

/// Reads the steps of all flows, in order; connections that only steps declare are added to the model. A design without flows
/// gets its implicit ones.
pub(crate) fn resolve(resolver: &mut Resolver<'_>, flows: &[PendingFlow<'_>], attributes: ReadAttributes) {
    for pending in flows {
        let mut reader = Reader {
            flow: Shape::default(),
            scope: pending.scope,
            attributes,
            nearest: FxHashMap::default(),
            lost: FxHashSet::default(),
            names_lost: false,
            started: false,
            told: 0,
            resolver,
        };
        for statement in pending.block.map_or(&[][..], |block| &block.items) {
            reader.statement(statement);
        }
        let Shape { roots, visits, groups, calls } = reader.flow;
        let flow = &mut resolver.model.flows[pending.id];
        (flow.roots, flow.visits, flow.groups, flow.calls) = (roots, visits, groups, calls);
    }
    if flows.is_empty()
        && let Some(left_out) = super::implicit_flows::add(&mut resolver.model)
    {
        let message = "too many actors reach too many components for a flow of each: the rest is left out";
        let help = "declare the flows that matter, and no other is looked at";
        resolver.report(MANY_FLOWS.note_at(left_out, message).with_help(help));
    }
}

/// The steps of a flow as they grow.
#[derive(Default)]
struct Shape {
    roots: Vec<VisitId>,
    visits: Arena<Visit>,
    groups: Arena<CallGroup>,
    calls: Arena<Call>,
}

struct Reader<'a, 'r> {
    resolver: &'a mut Resolver<'r>,
    flow: Shape,
    scope: Scope,
    attributes: ReadAttributes,
    /// The visits of a component that the nearest earlier step made.
    nearest: FxHashMap<ComponentId, Vec<VisitId>>,
    /// Components that only steps with mistakes reach.
    lost: FxHashSet<ComponentId>,
    /// Whether a name could not be resolved: it may be the caller that is missed later.
    names_lost: bool,
    started: bool,
    /// Callers reported so far.
    told: usize,
}

/// One end of a step: the components that could be resolved.
struct End<'s> {
    kind: EndsKind,
    written: &'s ast::Ends,
    components: Vec<(ComponentId, Span)>,
}

/// What the links of one statement share.
struct Shared {
    label: Option<SmolStr>,
    attrs: Attributes,
    span: Span,
}

/// So many unreached callers of one flow get a fix; finding one looks at all that was visited.
const MENDED: usize = 20;

impl Reader<'_, '_> {
    fn statement(&mut self, statement: &ast::Stmt) {
        let what = match &statement.kind {
            StmtKind::Connection(connection) => return self.step(statement.span, connection),
            // the flow's own attributes and objectives were read with its header
            StmtKind::Attribute(_) | StmtKind::Objective(_) | StmtKind::Junk => return,
            StmtKind::Declaration(declaration) => format!("`{}`", declaration.kind.name),
            StmtKind::Import(_) => "`import`".to_owned(),
            StmtKind::Policy(policy) => match **policy {
                ast::Policy::Forbid { .. } => "`forbid`".to_owned(),
                ast::Policy::Require { .. } => "`require`".to_owned(),
            },
        };
        let message = format!("{what} cannot stand inside a flow");
        let help = "a flow holds steps such as `api -> db`, attributes and objectives; move this out of it";
        self.resolver.report(MISPLACED.at(statement.span, message).with_help(help));
    }

    /// A step, or a chain of them.
    fn step(&mut self, span: Span, connection: &ast::Connection) {
        let attrs =
            connection.block.as_ref().map(|block| (self.attributes)(self.resolver, self.scope, block));
        let label = connection.label.as_ref().map(|label| label.value.clone());
        let shared = Shared { label, attrs: attrs.unwrap_or_default(), span };
        let ends: Vec<End<'_>> = connection.ends.iter().map(|ends| self.end(ends)).collect();
        self.enough_alternatives(&ends, &shared.attrs);
        for (pair, (op, op_span)) in ends.windows(2).zip(&connection.operators) {
            let [from, to] = pair else { continue };
            self.link(from, to, *op, *op_span, &shared);
        }
    }

    fn enough_alternatives(&mut self, ends: &[End<'_>], attrs: &Attributes) {
        let Some(needs) = attrs.count(AttrId::NEEDS) else { return };
        let Some(span) = attrs.get(AttrId::NEEDS).and_then(|value| value.span) else { return };
        for end in ends.iter().skip(1).filter(|end| end.kind == EndsKind::Any) {
            let count = end.written.paths.len() as u64;
            if needs > count {
                let message = format!("{needs} of {count} alternatives are needed");
                let help = format!("lower `needs` to {count} or add alternatives");
                let told = TOO_MANY_NEEDED.at(span, message).with_help(help);
                self.resolver.report(told.with_related(end.written.span, format!("these are {count}")));
            }
        }
    }

    fn end<'s>(&mut self, ends: &'s ast::Ends) -> End<'s> {
        let mut components = Vec::with_capacity(ends.paths.len());
        for path in &ends.paths {
            if path.is_missing() {
                self.names_lost = true;
                continue;
            }
            match self.resolver.refer(self.scope, path, RefKind::Component).map(|found| found.target) {
                Some(ElementRef::Component(id)) => components.push((id, path.span)),
                _ => self.names_lost = true,
            }
        }
        End { kind: ends.kind, written: ends, components }
    }

    fn link(&mut self, from: &End<'_>, to: &End<'_>, op: Operator, op_span: Span, shared: &Shared) {
        if !matches!(op, Operator::Call | Operator::Message | Operator::Replicate) {
            let message = format!("`{}` is no step: nothing is called or sent over it", op.as_str());
            let help = "in a flow write `->` for a call, `~>` for a message, `=>` for a copy";
            self.resolver.report(BAD_OPERATOR.at(op_span, message).with_help(help));
            self.lost.extend(to.components.iter().map(|(id, _)| *id));
            return;
        }
        let callers = self.callers(from);
        if callers.is_empty() {
            self.lost.extend(to.components.iter().map(|(id, _)| *id));
            return;
        }
        if to.components.is_empty() {
            return;
        }
        let pairs = self.connect(&callers, (from, to), op, shared);
        self.visit(&callers, to, &pairs, shared);
    }

    /// The visits that make the calls of a link; a caller that no earlier step reaches is reported.
    fn callers(&mut self, from: &End<'_>) -> Vec<VisitId> {
        let first = !std::mem::replace(&mut self.started, true);
        let mut callers = Vec::new();
        let mut seen = FxHashSet::default();
        for &(component, span) in &from.components {
            if first {
                let root = self.flow.visits.push(Visit { component, via: None, groups: Vec::new() });
                self.flow.roots.push(root);
                self.nearest.entry(component).or_default().push(root);
            }
            match self.nearest.get(&component) {
                Some(visits) => callers.extend(visits.iter().filter(|visit| seen.insert(**visit))),
                None if self.lost.contains(&component) || self.names_lost => {
                    self.lost.insert(component);
                }
                None => {
                    self.unreached(component, span, from);
                    self.lost.insert(component);
                }
            }
        }
        callers
    }

    fn unreached(&mut self, component: ComponentId, span: Span, from: &End<'_>) {
        let name = self.resolver.model.path(component).to_owned();
        let message = format!("`{name}` makes a call here, but no earlier step of the flow reaches it");
        let mistake = UNREACHED_CALLER.at(span, message).with_label("not reached so far");
        self.told += 1;
        let mended = match self.told {
            ..=MENDED => self.mend(mistake, component, span, from),
            _ => mistake,
        };
        self.resolver.report(mended);
    }

    /// Adds the nearest fix: the call that was left out, else the name that was meant.
    fn mend(&self, mistake: Diagnostic, component: ComponentId, span: Span, from: &End<'_>) -> Diagnostic {
        let model = &self.resolver.model;
        let name = model.path(component);
        let mut visited: Vec<ComponentId> = Vec::new();
        let mut seen = FxHashSet::default();
        visited.extend(self.flow.visits.iter().map(|visit| visit.component).filter(|id| seen.insert(*id)));
        let way = visited.iter().find_map(|caller| {
            let declared = |op: &Operator| {
                let ends = (Endpoint::Component(*caller), Endpoint::Component(component));
                !self.resolver.connections_between(ends.0, *op, ends.1).is_empty()
            };
            let op = [Operator::Call, Operator::Message].into_iter().find(declared)?;
            Some(format!("{} {} {name}", model.path(*caller), op.as_str()))
        });
        if let Some(step) = way {
            let title = format!("put `{step}` before it");
            let place = Span { end: from.written.span.start, ..from.written.span };
            let edit = format!("{step}; ");
            return mistake.with_help(title.clone()).with_fix(title, Applicability::Unsafe, place, edit);
        }
        let distance = |id: &ComponentId| strsim::damerau_levenshtein(model.path(*id), name);
        let near = visited.iter().copied().min_by_key(distance).filter(|id| distance(id) <= 2);
        if let Some(near) = near.map(|id| model.path(id)) {
            let help = format!("did you mean `{near}`?");
            return mistake.with_help(help).with_fix(
                format!("write `{near}`"),
                Applicability::Unsafe,
                span,
                near,
            );
        }
        let starter = visited.first().map_or("", |id| model.path(*id));
        mistake.with_help(format!("the flow starts at `{starter}`: first write the step that calls `{name}`"))
    }

    /// The connection of every pair of caller and callee, in the order of the text.
    fn connect(
        &mut self,
        callers: &[VisitId],
        (from, to): (&End<'_>, &End<'_>),
        op: Operator,
        shared: &Shared,
    ) -> FxHashMap<(ComponentId, ComponentId), ConnectionId> {
        let mut pairs = FxHashMap::default();
        for caller in callers {
            let written = &from.components;
            let from = self.flow.visits[*caller].component;
            let from_span = written.iter().find(|(id, _)| *id == from).map_or(shared.span, |(_, span)| *span);
            let mut declared = Vec::new();
            for &(callee, to_span) in &to.components {
                let ends = (from, callee, op);
                let found = self.find(ends, shared.label.as_ref());
                let id = found.unwrap_or_else(|| {
                    let id = self.declare(ends, (from_span, to_span), shared);
                    declared.push(id);
                    id
                });
                pairs.insert((from, callee), id);
            }
            if to.kind == EndsKind::Any && declared.len() > 1 {
                let needs = shared.attrs.count(AttrId::NEEDS).unwrap_or(1);
                let model = &mut self.resolver.model;
                let id = model.alternatives.push(Alternatives { connections: declared.clone(), needs });
                for connection in declared {
                    model.connections[connection].alternatives = Some(id);
                }
            }
        }
        pairs
    }

    fn declare(
        &mut self,
        (from, to, op): (ComponentId, ComponentId, Operator),
        (from_span, to_span): (Span, Span),
        shared: &Shared,
    ) -> ConnectionId {
        let attrs = self.resolver.complete_connection(shared.attrs.clone(), self.scope);
        let connection = Connection {
            from: Endpoint::Component(from),
            to: Endpoint::Component(to),
            op,
            label: shared.label.clone(),
            attrs,
            description: None,
            tags: Vec::new(),
            span: shared.span,
            from_span,
            to_span,
            alternatives: None,
            declared_by_flow: true,
        };
        self.resolver.add_connection(connection)
    }

    /// The declared connection that a step means: the one between its ends, or among several the one with its label.
    fn find(
        &self,
        (from, to, op): (ComponentId, ComponentId, Operator),
        label: Option<&SmolStr>,
    ) -> Option<ConnectionId> {
        let (from, to) = (Endpoint::Component(from), Endpoint::Component(to));
        let all = self.resolver.connections_between(from, op, to);
        let connections = &self.resolver.model.connections;
        if let Some(id) = all.iter().find(|id| connections[**id].label.as_ref() == label) {
            return Some(*id);
        }
        // a step may give its own label to the only connection there is, unless that one is but another step
        match all {
            [only] if label.is_none() || !connections[*only].declared_by_flow => Some(*only),
            _ => None,
        }
    }

    /// Adds the visits of a link, one for each callee, and the calls that lead there.
    fn visit(
        &mut self,
        callers: &[VisitId],
        to: &End<'_>,
        pairs: &FxHashMap<(ComponentId, ComponentId), ConnectionId>,
        shared: &Shared,
    ) {
        let visits: Vec<VisitId> = to
            .components
            .iter()
            .map(|&(component, _)| self.flow.visits.push(Visit { component, via: None, groups: Vec::new() }))
            .collect();
        for &caller in callers {
            let from = self.flow.visits[caller].component;
            let group = self.flow.groups.next_id();
            let mut calls: Vec<CallId> = Vec::with_capacity(visits.len());
            let mut needs = shared.attrs.count(AttrId::NEEDS);
            for (&(callee, span), &target) in to.components.iter().zip(&visits) {
                let Some(&connection) = pairs.get(&(from, callee)) else { continue };
                let declared = &self.resolver.model.connections[connection];
                let label = shared.label.clone().or_else(|| declared.label.clone());
                let mut attrs = shared.attrs.clone();
                // what another step says of itself is not what the connection is
                let handed = |id: &AttrId| !declared.declared_by_flow || !of_one_step(*id);
                for (id, value) in declared.attrs.iter().filter(|(id, _)| handed(id)) {
                    attrs.fill(id, value);
                }
                needs = needs.or_else(|| attrs.count(AttrId::NEEDS));
                let call =
                    self.flow.calls.push(Call { connection, group, caller, target, label, attrs, span });
                self.flow.visits[target].via.get_or_insert(call);
                calls.push(call);
            }
            let kind = match (to.kind, calls.len()) {
                (_, 0 | 1) => GroupMode::One,
                (EndsKind::Any, _) => GroupMode::AnyOf { needs: needs.unwrap_or(1) },
                _ => GroupMode::Parallel,
            };
            self.flow.groups.push(CallGroup { caller, kind, calls, span: shared.span });
            self.flow.visits[caller].groups.push(group);
        }
        let mut fresh: FxHashMap<ComponentId, Vec<VisitId>> = FxHashMap::default();
        for (&(component, _), &visit) in to.components.iter().zip(&visits) {
            fresh.entry(component).or_default().push(visit);
        }
        self.nearest.extend(fresh);
    }
}

/// Whether an attribute says how one step makes its calls, and nothing of the connection.
fn of_one_step(id: AttrId) -> bool {
    matches!(
        id,
        AttrId::BEHIND
            | AttrId::SHARE
            | AttrId::CALLS
            | AttrId::FANOUT
            | AttrId::WAIT
            | AttrId::NEEDS
            | AttrId::ACCESS
            | AttrId::READS
            | AttrId::WRITES
            | AttrId::KEY
            | AttrId::QUERY
            | AttrId::TRANSACTION
            | AttrId::COMPENSATES
    )
}
