//! The second walk: attributes of everything declared, with defaults filled in, and what follows from them together.

use smol_str::SmolStr;

use super::Resolver;
use super::attributes::On;
use super::custom::Base;
use super::declare::{Todo, Todos};
use super::inherit::Who;
use super::mistakes::{MISPLACED, TOO_MANY_NEEDED};
use super::names::Scope;
use crate::model::attributes::{AttrId, Attributes, Origin, Target, Value};
use crate::model::{ComponentId, Header, TechUse};
use crate::source::Span;
use crate::syntax::ast::{Block, Declaration, Stmt, StmtKind};

impl<'a> Resolver<'a> {
    /// Completes all but connections and the steps of flows.
    pub(crate) fn complete_all(&mut self, todos: &Todos<'a>) {
        self.read_customs();
        for (declaration, scope) in &todos.defaults {
            self.empty_defaults(declaration);
            self.read_defaults(declaration, *scope);
        }
        self.complete_system(&todos.system);
        for (todo, inner) in &todos.groups {
            self.complete_group(todo, *inner);
        }
        for todo in &todos.data {
            let own = self.own(todo, Target::Data);
            let attrs = self.complete_statement(own, todo.scope, Target::Data);
            finish(&mut self.model.data[todo.id].header, &attrs);
            self.model.data[todo.id].attrs = attrs;
        }
        for (todo, custom) in &todos.components {
            self.complete_component(todo, *custom);
        }
        for todo in &todos.scenarios {
            let attrs = self.own(todo, Target::Scenario);
            finish(&mut self.model.scenarios[todo.id].header, &attrs);
            self.model.scenarios[todo.id].attrs = attrs;
        }
        for todo in &todos.views {
            let attrs = self.own(todo, Target::View);
            finish(&mut self.model.views[todo.id].header, &attrs);
            self.model.views[todo.id].attrs = attrs;
        }
        for todo in &todos.decisions {
            let attrs = self.own(todo, Target::Decision);
            finish(&mut self.model.decisions[todo.id].header, &attrs);
            self.model.decisions[todo.id].attrs = attrs;
        }
        self.complete_policies(todos);
        for (declaration, base, scope) in &todos.losers {
            self.check_only(declaration, *base, *scope);
        }
    }

    fn own<I>(&mut self, todo: &Todo<'a, I>, target: Target) -> Attributes {
        self.no_technology(todo.declaration);
        self.block_attributes(todo.declaration.block.as_ref(), On::Target(target), todo.scope, Origin::File)
    }

    /// Attributes of a file-wide `system`: its label and the like, and what it hands down.
    fn complete_system(&mut self, stmts: &[(&'a Stmt, Scope)]) {
        for file in stmts.chunk_by(|(_, one), (_, other)| one == other) {
            let Some((_, scope)) = file.first().copied() else { continue };
            let attrs = self.attributes(file.iter().map(|(stmt, _)| *stmt), On::Group, scope, Origin::File);
            for id in [AttrId::AVAILABILITY, AttrId::MTBF, AttrId::MTTR, AttrId::COST, AttrId::SHARED_FATE] {
                if let Some(span) = attrs.get(id).and_then(|value| value.span) {
                    let message =
                        format!("`{}` needs a group that has it; a file-wide `system` is none", id.name());
                    let help = "give the system a block: `system NAME { … }`";
                    self.report(MISPLACED.at(span, message).with_help(help));
                }
            }
            if let Some(header) = &mut self.model.system
                && header.span.file == file.first().map_or(header.span.file, |(stmt, _)| stmt.span.file)
            {
                finish(header, &attrs);
            }
            let mut handed = Attributes::default();
            for (id, value) in attrs.iter() {
                handed.set(id, Value { origin: Origin::Defaults, ..value.clone() });
            }
            self.hand_down(scope, handed);
        }
    }

    fn complete_group(&mut self, todo: &Todo<'a, crate::model::GroupId>, inner: Scope) {
        self.no_technology(todo.declaration);
        let written = self.block_attributes(todo.declaration.block.as_ref(), On::Group, inner, Origin::File);
        let mut attrs = Attributes::default();
        for (id, value) in written.iter() {
            if id.spec().types_on(Target::Group).is_some() {
                attrs.set(id, value.clone());
            }
        }
        let custom = self.custom_kind(&todo.declaration.kind.name, todo.declaration.kind.span.file);
        let mut handed = Self::from_group(&written, todo.id);
        if let Some(kind) = custom.and_then(|number| self.customs.kinds.get(number)) {
            for (id, value) in kind.attrs.iter() {
                if id.spec().types_on(Target::Group).is_some() {
                    attrs.fill(id, value);
                } else {
                    handed.fill(id, value);
                }
            }
        }
        self.hand_down(inner, handed.clone());
        let group = &mut self.model.groups[todo.id];
        finish(&mut group.header, &attrs);
        group.attrs = attrs;
        group.handed_down = handed;
    }

    fn complete_component(&mut self, todo: &Todo<'a, ComponentId>, custom: Option<usize>) {
        let kind = self.model.components[todo.id].kind;
        let on = match custom {
            Some(_) => On::Kind(Target::Component(kind)),
            None => On::Target(Target::Component(kind)),
        };
        if todo.declaration.kind.name != kind.as_str() {
            // the parser knows only the built-in kinds
            self.attributes_only(todo.declaration.block.as_ref());
        }
        let own = self.block_attributes(todo.declaration.block.as_ref(), on, todo.scope, Origin::File);
        let mut who = Who { kind, custom, tech: None, techs: Vec::new() };
        if let Some(tech) = &todo.declaration.tech
            && !tech.name.is_empty()
        {
            let (key, entry, techs) = self.tech_key(tech);
            (who.tech, who.techs) = (Some(key), techs);
            let tech = TechUse { name: tech.name.clone(), span: tech.span, entry };
            self.model.components[todo.id].tech = Some(tech);
        }
        let attrs = self.complete(own, todo.scope, &who);
        self.check_needs(todo.id, &attrs);
        let component = &mut self.model.components[todo.id];
        finish(&mut component.header, &attrs);
        component.attrs = attrs;
    }

    /// `needs` beyond `replicas`. Told once where both come from a place that many components share.
    fn check_needs(&mut self, id: ComponentId, attrs: &Attributes) {
        let (Some(needs), Some((low, high))) = (attrs.count(AttrId::NEEDS), attrs.range(AttrId::REPLICAS))
        else {
            return;
        };
        if needs <= low {
            return;
        }
        let place = |attribute: AttrId| attrs.get(attribute).and_then(|value: &Value| value.span);
        let name_span = self.model.components[id].header.name_span;
        let (needs_span, replicas_span) = (place(AttrId::NEEDS), place(AttrId::REPLICAS));
        let span = needs_span.or(replicas_span).unwrap_or(name_span);
        if !self.told_needs.insert((span, replicas_span)) {
            return;
        }
        let path = self.model.path(id);
        let has = if low == high { format!("{low}") } else { format!("as few as {low}") };
        let message = format!("`{path}` needs {needs} replicas up and has {has}");
        let mut told = TOO_MANY_NEEDED.at(span, message).with_subject(path);
        told = told.with_help(format!("lower `needs` to {low} or raise `replicas` to {needs} or more"));
        if let Some(other) = replicas_span.filter(|other| *other != span) {
            told = told.with_related(other, "the replicas");
        } else if replicas_span.is_none() {
            told = told.with_related(name_span, "without `replicas` it has one");
        }
        self.report(told);
    }

    fn complete_policies(&mut self, todos: &Todos<'a>) {
        for todo in &todos.policies {
            self.no_technology(todo.declaration);
            let Some(block) = &todo.declaration.block else { continue };
            let rules = self.policy_rules(&block.items, todo.scope);
            let attributes = block.items.iter().filter(|stmt| matches!(stmt.kind, StmtKind::Attribute(_)));
            let attrs = self.attributes(attributes, On::Policy, todo.scope, Origin::File);
            let policy = &mut self.model.policies[todo.id];
            finish(&mut policy.header, &attrs);
            policy.rules = rules;
        }
    }

    /// The attributes of a declaration whose name was taken: their mistakes are told all the same.
    fn check_only(&mut self, declaration: &'a Declaration, base: Base, scope: Scope) {
        let on = match base {
            Base::Component(kind) => On::Target(Target::Component(kind)),
            Base::Group(_) => On::Group,
            Base::Statement("data") => On::Target(Target::Data),
            Base::Statement("flow") => On::Target(Target::Flow),
            Base::Statement("scenario") => On::Target(Target::Scenario),
            Base::Statement("view") => On::Target(Target::View),
            Base::Statement("decision") => On::Target(Target::Decision),
            _ => return,
        };
        self.block_attributes(declaration.block.as_ref(), on, scope, Origin::File);
    }

    /// Tells of statements in a block that holds attributes only.
    fn attributes_only(&mut self, block: Option<&Block>) {
        for stmt in block.map_or(&[][..], |block| &block.items) {
            if !matches!(stmt.kind, StmtKind::Attribute(_) | StmtKind::Junk) {
                let told = MISPLACED.at(head(stmt), "this block holds attributes only");
                self.report(told.with_help("move the statement out of it"));
            }
        }
    }

    pub(crate) fn no_technology(&mut self, declaration: &Declaration) {
        if let Some(tech) = &declaration.tech
            && !tech.name.is_empty()
        {
            let message = format!("a `{}` has no technology", declaration.kind.name);
            self.report(MISPLACED.at(tech.span, message).with_help("technologies are for components"));
        }
    }
}

/// Completes a header from the attributes that say the same as its head.
pub(crate) fn finish(header: &mut Header, attrs: &Attributes) {
    if attrs.is_empty() {
        return;
    }
    if header.label.is_none() {
        header.label = attrs.text(AttrId::LABEL).map(SmolStr::from);
    }
    if header.description.is_none() {
        header.description = attrs.text(AttrId::DESCRIPTION).map(SmolStr::from);
    }
    add_tags(&mut header.tags, attrs.texts(AttrId::TAGS));
}

/// Where a person would point to in a statement: its head where it is a declaration.
pub(crate) fn head(stmt: &Stmt) -> Span {
    match &stmt.kind {
        StmtKind::Declaration(declaration) => declaration.kind.span.to(declaration.name.span),
        _ => stmt.span,
    }
}

/// Adds tags, each once.
pub(crate) fn add_tags(tags: &mut Vec<SmolStr>, more: &[(SmolStr, Span)]) {
    for (tag, _) in more {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
}
