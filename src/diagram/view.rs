//! What of a model is shown, and as what: the one file of the diagrams that knows both the model and the drawing.

mod asked;

use std::collections::BTreeMap;

use super::drawing::{Class, Direction, Drawing, Edge, End, Group, Hints, Node, Op};
use crate::model::{
    self, AttrId, Attributes, ComponentId, ConnectionId, ElementRef, Endpoint, GroupId, Id, Model,
};
use crate::syntax::ast::Operator;
use asked::{Asked, folded, visible};

/// What may be asked of a view.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A `view` statement; without one, the whole system.
    pub view: Option<Id<model::View>>,
    /// Only this element and what is near it.
    pub around: Option<ElementRef>,
    /// How many connections away near is, or how deep groups are shown.
    pub depth: Option<usize>,
    /// The way calls run, whatever the view says.
    pub direction: Option<Direction>,
    /// Groups that are drawn as one node each, beside those of the view.
    pub shut: Vec<GroupId>,
}

/// The view of that name.
#[must_use]
pub fn find(model: &Model, name: &str) -> Option<Id<model::View>> {
    model.views.enumerate().find(|(_, v)| v.header.path == name || v.header.name == name).map(|(id, _)| id)
}

/// A drawing, and where the elements of the model stand in it.
#[derive(Debug, Default)]
pub struct Drawn {
    /// What is drawn.
    pub drawing: Drawing,
    /// The node of each component, a folded group's for what that holds.
    pub nodes: BTreeMap<ComponentId, usize>,
    /// What stands for each group.
    pub groups: BTreeMap<GroupId, End>,
    /// The edge of each connection, a merged one for several.
    pub edges: BTreeMap<ConnectionId, usize>,
}

/// The drawing of a model's view.
#[must_use]
pub fn drawing(model: &Model, options: &Options) -> Drawing {
    drawn(model, options).drawing
}

/// The drawing of a model's view with its places.
#[must_use]
pub fn drawn(model: &Model, options: &Options) -> Drawn {
    let asked = Asked::new(model, options);
    let mut builder = Builder {
        model,
        folded: folded(model, &asked),
        out: Drawing { direction: asked.direction, ..Drawing::default() },
        groups: BTreeMap::new(),
        nodes: BTreeMap::new(),
        folds: BTreeMap::new(),
        edges: BTreeMap::new(),
    };
    if let Some(system) = &model.system {
        builder.out.title = system.title().to_owned();
        builder.out.description = system.description.as_deref().unwrap_or_default().to_owned();
    }
    if let Some(view) = options.view.map(|v| &model.views[v].header) {
        let title =
            if builder.out.title.is_empty() { String::new() } else { format!("{}: ", builder.out.title) };
        builder.out.title = title + view.title();
        builder.out.description = view.description.as_deref().unwrap_or_default().to_owned();
    }
    let visible = visible(model, &asked);
    builder.add_groups(&visible, &asked);
    for (id, _) in model.components.enumerate().filter(|(id, _)| visible.get(id.index()) == Some(&true)) {
        builder.add_component(id);
    }
    builder.add_edges();
    if let Some(view) = options.view {
        builder.add_hints(&model.views[view].attrs);
    }
    let groups = builder.groups.iter().map(|(&id, &at)| (id, End::Group(at)));
    let folds = builder.folds.iter().map(|(&id, &(at, _))| (id, End::Node(at)));
    let groups = groups.chain(folds).collect();
    Drawn { drawing: builder.out, nodes: builder.nodes, groups, edges: builder.edges }
}

struct Builder<'a> {
    model: &'a Model,
    folded: Vec<Option<GroupId>>,
    out: Drawing,
    /// Where each shown group and component stands in the drawing.
    groups: BTreeMap<GroupId, usize>,
    nodes: BTreeMap<ComponentId, usize>,
    /// The node of each folded group, and how many components it stands for.
    folds: BTreeMap<GroupId, (usize, usize)>,
    edges: BTreeMap<ConnectionId, usize>,
}

impl Builder<'_> {
    fn fold_of(&self, group: Option<GroupId>) -> Option<GroupId> {
        self.folded.get(group?.index()).copied().flatten()
    }

    /// Groups that hold something shown or end a connection; empty ones would only be clutter.
    fn add_groups(&mut self, visible: &[bool], asked: &Asked<'_>) {
        let model = self.model;
        let mut used = vec![false; model.groups.len()];
        let mut mark = |from: Option<GroupId>| {
            for group in model.ancestors(from) {
                if let Some(flag) = used.get_mut(group.index()) {
                    *flag = true;
                }
            }
        };
        for (id, component) in model.components.enumerate() {
            if visible.get(id.index()) == Some(&true) {
                mark(component.header.parent);
            }
        }
        if asked.show.is_none() && asked.around.is_none() {
            for (_, connection) in model.connections.enumerate() {
                for end in [connection.from, connection.to] {
                    if let Endpoint::Group(group) = end {
                        mark(Some(group));
                    }
                }
            }
        }
        let hidden =
            |id| model.ancestors(Some(id)).any(|g| asked.hide.iter().any(|s| s.selects_group(model, g)));
        for (id, group) in model.groups.enumerate() {
            if used.get(id.index()) != Some(&true) || self.fold_of(Some(id)).is_some() || hidden(id) {
                continue;
            }
            let parent = group.header.parent.and_then(|p| self.groups.get(&p).copied());
            self.groups.insert(id, self.out.groups.len());
            self.out.groups.push(Group {
                id: group.header.path.to_string(),
                kind: group.kind.as_str().to_owned(),
                label: group.header.title().to_owned(),
                parent,
                description: group.header.description.as_deref().unwrap_or_default().to_owned(),
            });
        }
    }

    fn add_component(&mut self, id: ComponentId) {
        let parent = self.model.components[id].header.parent;
        if let Some(fold) = self.fold_of(parent) {
            let node = self.fold_node(fold);
            self.nodes.insert(id, node);
            return;
        }
        self.nodes.insert(id, self.out.nodes.len());
        let parent = parent.and_then(|p| self.groups.get(&p).copied());
        self.out.nodes.push(Node { parent, ..node(self.model, id) });
    }

    /// The node that stands for a folded group.
    fn fold_node(&mut self, id: GroupId) -> usize {
        let next = self.out.nodes.len();
        let (node, count) = self.folds.entry(id).or_insert((next, 0));
        *count += 1;
        let (node, count) = (*node, *count);
        let tech = format!("{count} component{}", if count == 1 { "" } else { "s" });
        if let Some(drawn) = self.out.nodes.get_mut(node) {
            drawn.tech = Some(tech);
            return node;
        }
        let group = &self.model.groups[id];
        self.out.nodes.push(Node {
            id: group.header.path.to_string(),
            kind: group.kind.as_str().to_owned(),
            class: Class::Compute,
            label: group.header.title().to_owned(),
            tech: Some(tech),
            parent: group.header.parent.and_then(|p| self.groups.get(&p).copied()),
            description: group.header.description.as_deref().unwrap_or_default().to_owned(),
            ..Node::default()
        });
        node
    }

    fn end(&self, end: Endpoint) -> Option<End> {
        match end {
            Endpoint::Component(id) => self.nodes.get(&id).copied().map(End::Node),
            Endpoint::Group(id) => match self.fold_of(Some(id)) {
                Some(fold) => self.folds.get(&fold).map(|(node, _)| End::Node(*node)),
                None => self.groups.get(&id).copied().map(End::Group),
            },
        }
    }

    /// Connections whose ends are shown; those that a folded group makes alike become one with a count.
    fn add_edges(&mut self) {
        let mut merged: BTreeMap<(End, End, Op), (usize, Vec<ConnectionId>)> = BTreeMap::new();
        for (id, connection) in self.model.connections.enumerate() {
            let (Some(from), Some(to)) = (self.end(connection.from), self.end(connection.to)) else {
                continue;
            };
            let folded = [from, to].iter().any(|&end| self.is_fold(end));
            let op = op(connection.op);
            if !folded {
                self.edges.insert(id, self.out.edges.len());
                self.push_edge(from, to, op, connection.label.as_deref().unwrap_or_default().to_owned());
            } else if from != to {
                let entry =
                    merged.entry((from, to, op)).or_insert_with(|| (self.out.edges.len(), Vec::new()));
                if entry.1.is_empty() {
                    self.push_edge(from, to, op, String::new());
                }
                entry.1.push(id);
                self.edges.insert(id, entry.0);
            }
        }
        for (at, connections) in merged.into_values() {
            let label = match connections[..] {
                [one] => self.model.connections[one].label.as_deref().unwrap_or_default().to_owned(),
                _ => format!("{} connections", connections.len()),
            };
            if let Some(edge) = self.out.edges.get_mut(at) {
                edge.label = label;
            }
        }
    }

    /// The places that the view asks for, of what is shown.
    fn add_hints(&mut self, attrs: &Attributes) {
        let ends = |key| -> Vec<End> {
            let targets = attrs.refs(key).into_iter().map(|r| r.target);
            targets.filter_map(|target| self.shown(target)).collect()
        };
        self.out.hints = Hints {
            same_rank: ends(AttrId::SAME_RANK),
            near: ends(AttrId::NEAR),
            order: ends(AttrId::ORDER),
        };
    }

    fn shown(&self, element: ElementRef) -> Option<End> {
        match element {
            ElementRef::Component(id) => self.end(Endpoint::Component(id)),
            ElementRef::Group(id) => self.end(Endpoint::Group(id)),
            _ => None,
        }
    }

    fn is_fold(&self, end: End) -> bool {
        matches!(end, End::Node(node) if self.folds.values().any(|(n, _)| *n == node))
    }

    fn push_edge(&mut self, from: End, to: End, op: Op, label: String) {
        let id = format!("e{}", self.out.edges.len() + 1);
        self.out.edges.push(Edge { id, from, to, op, label });
    }
}

/// A component as it is drawn anywhere, in no group.
pub(super) fn node(model: &Model, id: ComponentId) -> Node {
    let component = &model.components[id];
    Node {
        id: component.header.path.to_string(),
        kind: component.kind.as_str().to_owned(),
        class: class(component.kind.class()),
        label: component.header.title().to_owned(),
        tech: component.tech.as_ref().map(|t| t.name.to_string()),
        badge: badge(&component.attrs),
        icon: component.attrs.text(AttrId::ICON).map(str::to_owned),
        parent: None,
        description: component.header.description.as_deref().unwrap_or_default().to_owned(),
    }
}

/// `×3`, `×2–20`, with the regions or zones that they are dealt over.
fn badge(attrs: &Attributes) -> Option<String> {
    let (least, most) = attrs.range(AttrId::REPLICAS).unwrap_or((1, 1));
    let spread = |key| attrs.count(key).or_else(|| u64::try_from(attrs.refs(key).len()).ok()).unwrap_or(0);
    let places = [("regions", spread(AttrId::REGIONS)), ("zones", spread(AttrId::ZONES))];
    let over = places.into_iter().find(|(_, n)| *n > 1).map(|(word, n)| format!("{n} {word}"));
    let replicas = match (least, most) {
        (_, 0 | 1) => None,
        (a, b) if a == b => Some(format!("×{a}")),
        (a, b) => Some(format!("×{a}–{b}")),
    };
    match (replicas, over) {
        (Some(replicas), Some(over)) => Some(format!("{replicas} · {over}")),
        (replicas, over) => replicas.or(over),
    }
}

fn class(class: model::Class) -> Class {
    match class {
        model::Class::Actor => Class::Actor,
        model::Class::Traffic => Class::Traffic,
        model::Class::Compute => Class::Compute,
        model::Class::Data => Class::Data,
        model::Class::Messaging => Class::Messaging,
        model::Class::Platform => Class::Platform,
    }
}

/// An operator as it is drawn.
pub(super) fn op(op: Operator) -> Op {
    match op {
        Operator::Call | Operator::AnyPath => Op::Call,
        Operator::Message => Op::Message,
        Operator::Replicate => Op::Replication,
        Operator::Link => Op::Link,
    }
}
