//! Flow statements to flows: steps hang below the nearest earlier visit of their caller, and a step that no connection declares
//! declares one. Names and attributes are its context's business; it knows no analysis.

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::{
    Alternatives, Arena, AttrId, Attributes, Call, CallGroup, CallId, ComponentId, Connection, ConnectionId,
    Endpoint, Flow, FlowId, GroupMode, Header, Model, Objective, Visit, VisitId,
};
use crate::source::Span;
use crate::syntax::ast::{self, EndsKind, Operator, StmtKind};

/// What reading a flow needs from whoever resolves the file around it.
pub(crate) trait FlowContext {
    /// The model so far; every declared connection is in it.
    fn model(&mut self) -> &mut Model;
    /// The component that a path names; says itself why there is none.
    fn component(&mut self, path: &ast::Path) -> Option<ComponentId>;
    /// The checked attributes of a step's block.
    fn step_attributes(&mut self, block: &ast::Block) -> Attributes;
    /// Checks an attribute of the flow itself.
    fn flow_attribute(&mut self, attribute: &ast::Attribute, into: &mut Attributes);
    /// Checks an objective.
    fn objective(&mut self, statement: Span, objective: &ast::Objective) -> Option<Objective>;
    /// Takes a mistake.
    fn report(&mut self, mistake: Diagnostic);
}

/// Connections by ends and operator, so that a step finds its own.
#[derive(Debug, Default)]
pub(crate) struct ConnectionIndex {
    by_ends: FxHashMap<(ComponentId, ComponentId, Operator), Vec<ConnectionId>>,
}

impl ConnectionIndex {
    /// The index of all connections so far.
    pub(crate) fn new(model: &Model) -> Self {
        let mut index = Self::default();
        for (id, connection) in model.connections.enumerate() {
            index.add(id, connection);
        }
        index
    }

    fn add(&mut self, id: ConnectionId, connection: &Connection) {
        if let (Some(from), Some(to)) = (connection.caller(), connection.callee()) {
            self.by_ends.entry((from, to, connection.op)).or_default().push(id);
        }
    }

    /// The connection that a step means: the one between its ends, or among several the one with its label.
    fn find(
        &self,
        model: &Model,
        ends: (ComponentId, ComponentId, Operator),
        label: Option<&SmolStr>,
    ) -> Option<ConnectionId> {
        let all = self.by_ends.get(&ends)?;
        let same_label = all.iter().find(|id| model.connections[**id].label.as_ref() == label);
        if let Some(id) = same_label {
            return Some(*id);
        }
        // a step may give its own label to the only connection there is, unless that one is but another step
        match all.as_slice() {
            [only] if label.is_none() || !model.connections[*only].declared_by_flow => Some(*only),
            _ => None,
        }
    }
}

/// Reads one `flow` statement. Its attributes and objectives are read too.
pub(crate) fn read_flow(
    context: &mut impl FlowContext,
    index: &mut ConnectionIndex,
    header: Header,
    block: Option<&ast::Block>,
) -> FlowId {
    let flow = Flow {
        header,
        implicit: false,
        attrs: Attributes::default(),
        objectives: Vec::new(),
        roots: Vec::new(),
        visits: Arena::default(),
        groups: Arena::default(),
        calls: Arena::default(),
    };
    let mut reader = Reader {
        context,
        index,
        flow,
        nearest: FxHashMap::default(),
        lost: FxHashSet::default(),
        names_lost: false,
        started: false,
    };
    for statement in block.map_or(&[][..], |block| &block.items) {
        reader.statement(statement);
    }
    let flow = reader.flow;
    context.model().flows.push(flow)
}

struct Reader<'a, C> {
    context: &'a mut C,
    index: &'a mut ConnectionIndex,
    flow: Flow,
    /// The visits of a component that the nearest earlier step made.
    nearest: FxHashMap<ComponentId, Vec<VisitId>>,
    /// Components that only steps with mistakes reach.
    lost: FxHashSet<ComponentId>,
    /// Whether a name could not be resolved: it may be the caller that is missed later.
    names_lost: bool,
    started: bool,
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

impl<C: FlowContext> Reader<'_, C> {
    fn statement(&mut self, statement: &ast::Stmt) {
        match &statement.kind {
            StmtKind::Attribute(attribute) => {
                self.context.flow_attribute(attribute, &mut self.flow.attrs);
            }
            StmtKind::Objective(objective) => {
                let objective = self.context.objective(statement.span, objective);
                self.flow.objectives.extend(objective);
            }
            StmtKind::Connection(connection) => self.step(statement.span, connection),
            StmtKind::Junk => {}
            StmtKind::Declaration(declaration) => {
                let what = &declaration.kind.name;
                self.foreign(statement.span, &format!("`{what}` cannot be declared inside a flow"));
            }
            StmtKind::Import(_) => self.foreign(statement.span, "`import` cannot stand inside a flow"),
            StmtKind::Policy(_) => self.foreign(statement.span, "a policy cannot stand inside a flow"),
        }
    }

    fn foreign(&mut self, span: Span, message: &str) {
        let mistake = Diagnostic::mistake("E161", "foreign-statement-in-flow", span, message)
            .with_help("a flow holds steps such as `api -> db`, attributes and objectives; move this out of it");
        self.context.report(mistake);
    }

    /// A step, or a chain of them.
    fn step(&mut self, span: Span, connection: &ast::Connection) {
        let attrs = connection.block.as_ref().map(|block| self.context.step_attributes(block));
        let label = connection.label.as_ref().map(|label| label.value.clone());
        let shared = Shared { label, attrs: attrs.unwrap_or_default(), span };
        let ends: Vec<End<'_>> = connection.ends.iter().map(|ends| self.end(ends)).collect();
        for (pair, (op, op_span)) in ends.windows(2).zip(&connection.operators) {
            let [from, to] = pair else { continue };
            self.link(from, to, *op, *op_span, &shared);
        }
    }

    fn end<'s>(&mut self, ends: &'s ast::Ends) -> End<'s> {
        let mut components = Vec::with_capacity(ends.paths.len());
        for path in &ends.paths {
            if path.is_missing() {
                self.names_lost = true;
                continue;
            }
            match self.context.component(path) {
                Some(id) => components.push((id, path.span)),
                None => self.names_lost = true,
            }
        }
        End { kind: ends.kind, written: ends, components }
    }

    fn link(&mut self, from: &End<'_>, to: &End<'_>, op: Operator, op_span: Span, shared: &Shared) {
        if !matches!(op, Operator::Call | Operator::Message | Operator::Replicate) {
            let message = format!("`{}` is no step: nothing is called or sent over it", op.as_str());
            let help = "in a flow write `->` for a call, `~>` for a message, `=>` for a copy";
            self.context.report(Diagnostic::mistake("E162", "no-step", op_span, message).with_help(help));
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
        let pairs = self.connect(&callers, to, op, shared);
        self.visit(&callers, to, &pairs, shared);
    }

    /// The visits that make the calls of a link; a caller that no earlier step reaches is reported.
    fn callers(&mut self, from: &End<'_>) -> Vec<VisitId> {
        let first = !std::mem::replace(&mut self.started, true);
        let mut callers = Vec::new();
        for &(component, span) in &from.components {
            if first {
                let root = self.flow.visits.push(Visit { component, via: None, groups: Vec::new() });
                self.flow.roots.push(root);
                self.nearest.entry(component).or_default().push(root);
            }
            match self.nearest.get(&component) {
                Some(visits) => callers.extend(visits.iter().filter(|v| !callers_hold(&callers, **v))),
                None if self.lost.contains(&component) || self.names_lost => {
                    self.lost.insert(component);
                }
                None => {
                    self.unreached(component, span, from);
                    self.lost.insert(component);
                }
            }
        }
        callers.dedup();
        callers
    }

    fn unreached(&mut self, component: ComponentId, span: Span, from: &End<'_>) {
        let visited: Vec<ComponentId> = self.flow.visits.iter().map(|visit| visit.component).collect();
        let starter = visited.first().copied();
        let model = self.context.model();
        let name = model.path(component).to_owned();
        let message = format!("`{name}` makes a call here, but no earlier step of the flow reaches it");
        let mistake = Diagnostic::mistake("E160", "unreached-caller", span, message)
            .with_label("never called before");
        let calls = |c: &&Connection| {
            c.callee() == Some(component)
                && matches!(c.op, Operator::Call | Operator::Message)
                && c.caller().is_some_and(|caller| visited.contains(&caller))
        };
        let mistake = if let Some(way) = model.connections.iter().find(calls) {
            let step = format!("{} {} {name}", model.endpoint_path(way.from), way.op.as_str());
            let title = format!("put `{step}` before it");
            let written = from.written.span;
            let place = Span { end: written.start, ..written };
            mistake.with_help(title.clone()).with_fix(
                title,
                Applicability::Unsafe,
                place,
                format!("{step}; "),
            )
        } else if let Some(near) = nearest_name(model, &name, &visited) {
            let near = model.path(near).to_owned();
            let title = format!("write `{near}`");
            mistake.with_help(format!("did you mean `{near}`?")).with_fix(
                title,
                Applicability::Unsafe,
                span,
                near,
            )
        } else {
            let by = starter.map_or(String::new(), |id| format!(", beginning at `{}`", model.path(id)));
            mistake.with_help(format!("put a step that calls `{name}` before this one{by}"))
        };
        self.context.report(mistake);
    }

    /// The connection of every pair of caller and callee, in the order of the text.
    fn connect(
        &mut self,
        callers: &[VisitId],
        to: &End<'_>,
        op: Operator,
        shared: &Shared,
    ) -> FxHashMap<(ComponentId, ComponentId), ConnectionId> {
        let mut pairs = FxHashMap::default();
        for caller in callers {
            let from = self.flow.visits[*caller].component;
            let mut declared = Vec::new();
            for &(callee, to_span) in &to.components {
                let ends = (from, callee, op);
                let found = self.index.find(self.context.model(), ends, shared.label.as_ref());
                let id = found.unwrap_or_else(|| {
                    let id = self.declare(ends, to_span, shared);
                    declared.push(id);
                    id
                });
                pairs.insert((from, callee), id);
            }
            if to.kind == EndsKind::Any && declared.len() > 1 {
                let needs = shared.attrs.count(AttrId::NEEDS).unwrap_or(1);
                let model = self.context.model();
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
        to_span: Span,
        shared: &Shared,
    ) -> ConnectionId {
        let connection = Connection {
            from: Endpoint::Component(from),
            to: Endpoint::Component(to),
            op,
            label: shared.label.clone(),
            attrs: shared.attrs.clone(),
            description: None,
            tags: Vec::new(),
            span: shared.span,
            from_span: shared.span,
            to_span,
            alternatives: None,
            declared_by_flow: true,
        };
        let model = self.context.model();
        let id = model.connections.push(connection);
        self.index.add(id, &self.context.model().connections[id]);
        id
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
            .map(|&(component, _)| {
                self.flow.visits.push(Visit { component, via: None, groups: Vec::new() })
            })
            .collect();
        for &caller in callers {
            let from = self.flow.visits[caller].component;
            let group = self.flow.groups.next_id();
            let mut calls: Vec<CallId> = Vec::with_capacity(visits.len());
            let mut needs = shared.attrs.count(AttrId::NEEDS);
            for (&(callee, span), &target) in to.components.iter().zip(&visits) {
                let Some(&connection) = pairs.get(&(from, callee)) else { continue };
                let declared = &self.context.model().connections[connection];
                let label = shared.label.clone().or_else(|| declared.label.clone());
                let mut attrs = shared.attrs.clone();
                for (id, value) in declared.attrs.iter() {
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

fn callers_hold(callers: &[VisitId], visit: VisitId) -> bool {
    callers.contains(&visit)
}

/// The visited component whose path is a letter or two from `name`.
fn nearest_name(model: &Model, name: &str, visited: &[ComponentId]) -> Option<ComponentId> {
    let distance = |id: &ComponentId| strsim::damerau_levenshtein(model.path(*id), name);
    let best = visited.iter().copied().min_by_key(distance)?;
    (distance(&best) <= 2).then_some(best)
}
