//! The first walk: declares every name, makes every element with its header, and lists what the later passes complete.

use smol_str::{SmolStr, format_smolstr};

use super::Resolver;
use super::annotations::tags_of;
use super::custom::Base;
use super::mistakes::{DUPLICATE_NAME, MANY_COMPONENTS, MISPLACED};
use super::names::{Entry, EntryId, Named, Namespace, Scope};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Attributes, Component, ComponentId, Data, DataId, Decision, ElementRef, Flow, Group, GroupId, GroupKind,
    Header, Id, Policy, Scenario, ScenarioId, View,
};
use crate::syntax::ast::{Block, Connection, Declaration, Objective, Stmt, StmtKind};

/// A declared element whose attributes are still to be read.
pub(crate) struct Todo<'a, I> {
    /// The element.
    pub(crate) id: I,
    /// Its declaration.
    pub(crate) declaration: &'a Declaration,
    /// The scope around it.
    pub(crate) scope: Scope,
}

/// Components of a design; memory is what bounds them.
const COMPONENTS: usize = if cfg!(test) { 20_000 } else { 250_000 };

/// What the walk leaves to the later passes, each in the order of the text.
#[derive(Default)]
pub(crate) struct Todos<'a> {
    pub(crate) components: Vec<(Todo<'a, ComponentId>, Option<usize>)>,
    /// With the scope of the block.
    pub(crate) groups: Vec<(Todo<'a, GroupId>, Scope)>,
    pub(crate) data: Vec<Todo<'a, DataId>>,
    pub(crate) flows: Vec<Todo<'a, Id<Flow>>>,
    pub(crate) scenarios: Vec<Todo<'a, ScenarioId>>,
    pub(crate) views: Vec<Todo<'a, Id<View>>>,
    pub(crate) policies: Vec<Todo<'a, Id<Policy>>>,
    pub(crate) decisions: Vec<Todo<'a, Id<Decision>>>,
    pub(crate) connections: Vec<(&'a Stmt, &'a Connection, Scope)>,
    pub(crate) defaults: Vec<(&'a Declaration, Scope)>,
    pub(crate) objectives: Vec<(&'a Stmt, &'a Objective)>,
    /// Declarations that name something already declared: only checked.
    pub(crate) losers: Vec<(&'a Declaration, Base, Scope)>,
    /// Whether components were left out for being too many.
    pub(crate) is_full: bool,
    /// Attributes of a file-wide `system`.
    pub(crate) system: Vec<(&'a Stmt, Scope)>,
}

/// Where a statement stands.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) scope: Scope,
    parent: Option<GroupId>,
    /// The path of the parent.
    path: SmolStr,
    /// Whether a `system` without a block covers the file; only asked at its top level.
    covered: bool,
    /// Whether an objective here is one of the system.
    objectives: bool,
}

impl<'a> Resolver<'a> {
    /// Declares what a file holds.
    pub(crate) fn declare_file(&mut self, items: impl Iterator<Item = &'a Stmt> + Clone, scope: Scope) {
        let covered = items.clone().any(|stmt| {
            matches!(&stmt.kind, StmtKind::Declaration(it) if it.kind.name == "system" && it.block.is_none())
        });
        let place = Place { scope, parent: None, path: SmolStr::default(), covered, objectives: true };
        for stmt in items {
            self.statement(stmt, &place);
        }
        self.names.close(scope);
    }

    fn statement(&mut self, stmt: &'a Stmt, place: &Place) {
        match &stmt.kind {
            StmtKind::Declaration(declaration) => {
                self.annotate(stmt);
                self.declaration(stmt, declaration, place);
            }
            StmtKind::Connection(connection) => {
                self.annotate(stmt);
                self.todos.connections.push((stmt, connection, place.scope));
            }
            StmtKind::Objective(objective) => {
                self.annotate(stmt);
                if place.objectives {
                    self.todos.objectives.push((stmt, objective));
                } else {
                    let message = "an objective stands in a flow, or in the system for all of its flows";
                    self.report(MISPLACED.at(stmt.span, message).with_help("move it into a `flow` block"));
                }
            }
            StmtKind::Policy(_) => {
                self.annotate(stmt);
                let message = "`forbid` and `require` stand in a policy";
                self.report(MISPLACED.at(stmt.span, message).with_help("put it into `policy NAME { … }`"));
            }
            StmtKind::Attribute(attribute) if place.parent.is_none() => {
                if place.covered {
                    self.todos.system.push((stmt, place.scope));
                } else if !attribute.key.text().is_empty() {
                    // one whose name is lost has its mistake
                    self.annotate(stmt);
                    let message = format!("`{}` belongs to nothing here", attribute.key.text());
                    let help = "put it into a block, or begin the file with `system NAME`";
                    self.report(MISPLACED.at(stmt.span, message).with_help(help));
                }
            }
            StmtKind::Import(import) if place.parent.is_some() => {
                let message = "an import stands at the top of a file, outside every block";
                self.report(MISPLACED.at(import.path.span, message));
            }
            // those of a group are read with it; imports were followed before
            StmtKind::Attribute(_) | StmtKind::Import(_) => self.annotate(stmt),
            StmtKind::Junk => {}
        }
    }

    fn declaration(&mut self, stmt: &'a Stmt, declaration: &'a Declaration, place: &Place) {
        let (base, custom) = self.base_of(declaration);
        let header = self.header(stmt, declaration, place);
        match base {
            Base::Component(kind) => self.component(header, declaration, place, kind, custom),
            Base::Group(kind) => self.group(header, declaration, place, kind),
            Base::Statement(word) => self.other(word, header, declaration, place),
            Base::Unknown => self.without_kind(header, declaration, place),
        }
    }

    fn header(&self, stmt: &Stmt, declaration: &Declaration, place: &Place) -> Header {
        let name = declaration.name.name.clone();
        let path = match place.path.as_str() {
            "" => name.clone(),
            outer => format_smolstr!("{outer}.{name}"),
        };
        Header {
            name,
            path,
            label: declaration.label.as_ref().map(|label| label.value.clone()),
            description: stmt.doc().map(SmolStr::from),
            tags: tags_of(stmt),
            span: stmt.span,
            name_span: declaration.name.span,
            parent: place.parent,
        }
    }

    fn component(
        &mut self,
        header: Header,
        declaration: &'a Declaration,
        place: &Place,
        kind: crate::model::Kind,
        custom: Option<usize>,
    ) {
        let id = self.model.components.next_id();
        if id.index() >= COMPONENTS {
            if !self.todos.is_full {
                self.todos.is_full = true;
                let message = format!(
                    "a design holds {COMPONENTS} components at most: this one and those after it are left out"
                );
                self.report(
                    MANY_COMPONENTS
                        .at(header.name_span, message)
                        .with_help("draw what is alike once, with `replicas`"),
                );
            }
            self.todos.losers.push((declaration, Base::Component(kind), place.scope));
            return;
        }
        let named = Named::Element(ElementRef::Component(id));
        if self.declare(&header, Namespace::Element, named, place).is_none() {
            self.todos.losers.push((declaration, Base::Component(kind), place.scope));
            return;
        }
        if let Some(parent) = place.parent {
            self.model.groups[parent].components.push(id);
        }
        let kind_name = if custom.is_some() { declaration.kind.name.clone() } else { kind.as_str().into() };
        self.model.components.push(Component {
            header,
            kind,
            kind_name,
            tech: None,
            attrs: Attributes::default(),
        });
        self.todos.components.push((Todo { id, declaration, scope: place.scope }, custom));
    }

    fn group(&mut self, header: Header, declaration: &'a Declaration, place: &Place, kind: GroupKind) {
        // a file-wide system is no group: what the file holds stands at the top level
        if kind == GroupKind::System && declaration.block.is_none() {
            if self.model.system.is_none() {
                self.model.system = Some(header);
            }
            return;
        }
        let id = self.model.groups.next_id();
        let path = header.path.clone();
        let entry = self.declare(&header, Namespace::Element, Named::Element(ElementRef::Group(id)), place);
        let inside = entry.map(|_| id).or(place.parent);
        let inner = self.names.open(place.scope);
        if let Some(entry) = entry {
            if let Some(parent) = place.parent {
                self.model.groups[parent].groups.push(id);
            }
            self.names.set_inner(entry, inner);
            self.model.groups.push(Group {
                header,
                kind,
                groups: Vec::new(),
                components: Vec::new(),
                attrs: Attributes::default(),
                handed_down: Attributes::default(),
            });
            self.todos.groups.push((Todo { id, declaration, scope: place.scope }, inner));
        } else {
            self.todos.losers.push((declaration, Base::Group(kind), place.scope));
        }
        let objectives = kind == GroupKind::System;
        let place = Place { scope: inner, parent: inside, path, covered: false, objectives };
        self.statements(declaration.block.as_ref(), &place);
        self.names.close(inner);
    }

    /// What a block of a group holds, its attributes apart.
    fn statements(&mut self, block: Option<&'a Block>, place: &Place) {
        for stmt in block.map_or(&[][..], |block| &block.items) {
            if !matches!(stmt.kind, StmtKind::Attribute(_)) {
                self.statement(stmt, place);
            }
        }
    }

    fn other(&mut self, word: &'static str, header: Header, declaration: &'a Declaration, place: &Place) {
        let scope = place.scope;
        if word == "defaults" {
            self.todos.defaults.push((declaration, scope));
            return;
        }
        let (namespace, named) = self.named(word, declaration);
        if self.declare(&header, namespace, named, place).is_none() {
            self.todos.losers.push((declaration, Base::Statement(word), scope));
            return;
        }
        let attrs = Attributes::default();
        match word {
            "data" => {
                let id = self.model.data.push(Data { header, attrs });
                self.todos.data.push(Todo { id, declaration, scope });
            }
            "flow" => {
                let id = self.model.flows.push(empty_flow(header));
                self.todos.flows.push(Todo { id, declaration, scope });
            }
            "scenario" => {
                let id = self.model.scenarios.push(Scenario { header, attrs });
                self.todos.scenarios.push(Todo { id, declaration, scope });
            }
            "view" => {
                let id = self.model.views.push(View { header, attrs });
                self.todos.views.push(Todo { id, declaration, scope });
            }
            "policy" => {
                let id = self.model.policies.push(Policy { header, rules: Vec::new() });
                self.todos.policies.push(Todo { id, declaration, scope });
            }
            "decision" => {
                let id = self.model.decisions.push(Decision { header, attrs });
                self.todos.decisions.push(Todo { id, declaration, scope });
            }
            // `kind` and `tech` were collected before
            _ => {}
        }
    }

    fn named(&self, word: &'static str, declaration: &Declaration) -> (Namespace, Named) {
        match word {
            "data" => (Namespace::Data, Named::Element(ElementRef::Data(self.model.data.next_id()))),
            "flow" => (Namespace::Flow, Named::Element(ElementRef::Flow(self.model.flows.next_id()))),
            "scenario" => {
                let id = self.model.scenarios.next_id();
                (Namespace::Statement, Named::Element(ElementRef::Scenario(id)))
            }
            "kind" => match self.customs.kind_at(declaration.name.span) {
                Some(number) => (Namespace::Statement, Named::Kind(number)),
                None => (Namespace::Statement, Named::Lost),
            },
            "tech" => match self.customs.tech_at(declaration.name.span) {
                Some(number) => (Namespace::Statement, Named::Tech(number)),
                None => (Namespace::Statement, Named::Lost),
            },
            word => (Namespace::Statement, Named::Statement(word)),
        }
    }

    /// A declaration of no known kind: its name is taken, so that nobody who uses it is blamed; what it holds is declared.
    fn without_kind(&mut self, header: Header, declaration: &'a Declaration, place: &Place) {
        let path = header.path.clone();
        let entry = self.declare(&header, Namespace::Element, Named::Lost, place);
        let inner = self.names.open(place.scope);
        if let Some(entry) = entry {
            self.names.set_inner(entry, inner);
        }
        let place = Place { scope: inner, path, covered: false, objectives: false, ..place.clone() };
        self.statements(declaration.block.as_ref(), &place);
        self.names.close(inner);
    }

    /// Takes a name, or tells who has it.
    fn declare(
        &mut self,
        header: &Header,
        namespace: Namespace,
        named: Named,
        place: &Place,
    ) -> Option<EntryId> {
        if header.name.is_empty() {
            return None;
        }
        let entry = Entry {
            named,
            namespace,
            scope: place.scope,
            inner: None,
            name: header.name.clone(),
            path: header.path.clone(),
            span: header.name_span,
            has_twin: false,
        };
        match self.names.declare(entry) {
            Ok(id) => {
                if let Named::Element(element) = named {
                    self.model.references.push((header.name_span, element));
                }
                Some(id)
            }
            Err(first) => {
                self.names.set_twin(first);
                if let Some(first) = self.names.entry(first) {
                    let told = duplicate(&header.path, header.name_span, first);
                    self.report(told);
                }
                None
            }
        }
    }
}

fn duplicate(path: &str, span: crate::source::Span, first: &Entry) -> Diagnostic {
    DUPLICATE_NAME
        .at(span, format!("`{path}` is declared twice"))
        .with_help("rename one of them, or put it into another group")
        .with_related(first.span, "it is declared here first")
}

fn empty_flow(header: Header) -> Flow {
    Flow {
        header,
        implicit: false,
        attrs: Attributes::default(),
        objectives: Vec::new(),
        roots: Vec::new(),
        visits: Default::default(),
        groups: Default::default(),
        calls: Default::default(),
    }
}
