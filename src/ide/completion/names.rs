//! Names in scope: components, groups, data and flows, each as it is called from where the cursor stands.

use super::line::Token;
use super::{Asked, CompletionKind};
use crate::ide::customs::{self, Base};
use crate::ide::names::{self, Scopes, within};
use crate::model::{ComponentId, ElementRef, GroupKind, Kind, Model};
use crate::syntax::ast::{Operator, Stmt, StmtKind, Tree};

/// An element that may be named.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Its full path.
    pub(super) path: String,
    /// What it is.
    pub(super) what: What,
    /// Kind, technology and label.
    detail: String,
}

/// What a candidate is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    Component(Kind),
    Group(GroupKind),
    Data,
    Flow,
    Scenario,
}

impl Candidate {
    pub(super) fn is_component(&self) -> bool {
        matches!(self.what, What::Component(_))
    }

    pub(super) fn is_group(&self) -> bool {
        matches!(self.what, What::Group(_))
    }

    fn kind(&self) -> CompletionKind {
        match self.what {
            What::Component(_) => CompletionKind::Component,
            What::Group(_) => CompletionKind::Group,
            What::Data | What::Flow | What::Scenario => CompletionKind::Element,
        }
    }
}

impl Asked<'_> {
    /// Everything that has a name: what the last analysis knows, and what was declared since.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        if let Some(design) = self.design {
            let model = &design.compilation.model;
            found.extend(names::all(model).map(|element| candidate(model, element)));
        }
        let known: rustc_hash::FxHashSet<String> = found.iter().map(|it| it.path.clone()).collect();
        if let Some(tree) = self.trees.first() {
            let mut declared = Vec::new();
            collect(self.trees, tree.items.iter().map(AsRef::as_ref), "", &mut declared);
            found.extend(declared.into_iter().filter(|it| !known.contains(&it.path)));
        }
        found
    }

    /// The names of some elements; behind a dot those inside the group before it.
    pub(super) fn elements(&mut self, wanted: impl Fn(&Candidate) -> bool, near_first: bool) {
        let mut all = self.candidates();
        all.retain(|it| wanted(it));
        if near_first {
            let scope = self.scope.clone();
            all.sort_by_key(|it| !(scope.is_empty() || within(&it.path, &scope)));
        }
        self.add_elements(&all);
    }

    pub(super) fn add_elements(&mut self, all: &[Candidate]) {
        if let Some((group, _)) = self.line.typed.rsplit_once('.') {
            return self.add_inside(group, all);
        }
        let scope = self.scope.clone();
        let design = self.design;
        let scopes = design.map(|design| Scopes::new(&design.compilation.model));
        for it in all {
            let written = match (&scopes, it.what) {
                (Some(scopes), What::Component(_) | What::Group(_)) => scopes.shortest(&scope, &it.path),
                _ => it.path.rsplit('.').next().unwrap_or(&it.path),
            };
            let written = written.to_owned();
            self.add(it.kind(), &written, it.detail.clone(), None);
            self.of_element(&it.path);
        }
    }

    fn add_inside(&mut self, group: &str, all: &[Candidate]) {
        let start = self.line.start + group.len() + 1;
        let ending = format!(".{group}");
        for it in all {
            let Some((outer, name)) = it.path.rsplit_once('.') else { continue };
            if outer == group || outer.ends_with(&ending) {
                self.add_at(start, it.kind(), name, it.detail.clone(), name.to_owned(), None);
                self.of_element(&it.path);
            } else if let Some(at) = format!(".{}", it.path).find(&format!(".{group}.")) {
                let rest = it.path.get(at + group.len() + 1..).unwrap_or(name).to_owned();
                self.add_at(start, it.kind(), &rest, it.detail.clone(), rest.clone(), None);
                self.of_element(&it.path);
            }
        }
    }

    /// At the start of a line: what a connection may begin with, only once a letter is there.
    pub(super) fn elements_first(&mut self) {
        if !self.line.typed.is_empty() {
            self.elements(Candidate::is_component, true);
        }
    }

    /// The ends of a connection: in a flow, whom the caller calls comes first.
    pub(super) fn ends(&mut self, tokens: &[Token<'_>], op: &str) {
        let groups = op == "--";
        let mut all = self.candidates();
        let given: Vec<&str> = tokens
            .iter()
            .filter_map(|token| match token {
                Token::Word(word) => Some(*word),
                _ => None,
            })
            .collect();
        let is_given = |it: &Candidate| given.iter().any(|word| names_it(word, &it.path));
        all.retain(|it| if groups { it.is_group() } else { it.is_component() });
        all.retain(|it| !is_given(it));
        let callees = self.callees(tokens, op);
        all.sort_by_key(|it| callees.iter().position(|path| *path == it.path).unwrap_or(usize::MAX));
        self.add_elements(&all);
    }

    /// The paths of whom the last caller of a chain calls by declared connections.
    fn callees(&self, tokens: &[Token<'_>], op: &str) -> Vec<String> {
        let Some(design) = self.design else { return Vec::new() };
        let model = &design.compilation.model;
        let at = tokens.iter().rposition(|token| *token == Token::Sign(op)).unwrap_or(tokens.len());
        let caller = tokens.iter().take(at).rev().find_map(|token| match token {
            Token::Word(word) => Some(*word),
            _ => None,
        });
        let Some(caller) = caller.and_then(|word| component(model, word)) else { return Vec::new() };
        let calls = |op: &str, of: Operator| of.as_str() == op;
        let own = model.connections.iter().filter(|it| it.caller() == Some(caller) && calls(op, it.op));
        own.map(|it| model.endpoint_path(it.to).to_owned()).collect()
    }

    /// At the start of a step: who was called last, then whom the flow has met.
    pub(super) fn steps(&mut self) {
        let mut met: Vec<String> = Vec::new();
        if let Some(block) = self.block {
            for stmt in block.items.iter().rev() {
                let StmtKind::Connection(it) = &stmt.kind else { continue };
                if stmt.span.end as usize > self.cursor {
                    continue;
                }
                let ends = it.ends.iter().rev().flat_map(|ends| ends.paths.iter().map(|path| path.text()));
                met.extend(ends.filter(|text| !text.is_empty()));
            }
        }
        let mut all = self.candidates();
        all.retain(Candidate::is_component);
        all.sort_by_key(|it| met.iter().position(|word| names_it(word, &it.path)).unwrap_or(usize::MAX));
        self.add_elements(&all);
    }

    /// Behind the first word of a statement: an operator where it names something, else nothing, for a name is made up.
    pub(super) fn behind_word(&mut self, word: &str) {
        let is_kind = customs::base(self.trees, word).is_some();
        if !is_kind && self.candidates().iter().any(|it| names_it(word, &it.path)) {
            self.operators();
        }
    }

    pub(super) fn operators(&mut self) {
        self.operators_but_links();
        self.add(CompletionKind::Operator, "--", "a physical link between groups", None);
    }

    pub(super) fn operators_but_links(&mut self) {
        for (op, meaning) in
            [("->", "a call: the caller waits"), ("~>", "a message: nobody waits"), ("=>", "data is copied")]
        {
            self.add(CompletionKind::Operator, op, meaning, None);
        }
    }
}

/// Whether a word, short or dotted, names the element of a path.
pub(super) fn names_it(word: &str, path: &str) -> bool {
    path == word || path.strip_suffix(word).is_some_and(|outer| outer.ends_with('.'))
}

fn component(model: &Model, word: &str) -> Option<ComponentId> {
    let mut named = model.components.enumerate().filter(|(_, it)| names_it(word, &it.header.path));
    named.next().map(|(id, _)| id)
}

fn candidate(model: &Model, element: ElementRef) -> Candidate {
    let header = names::header(model, element);
    let what = match element {
        ElementRef::Component(id) => What::Component(model.components[id].kind),
        ElementRef::Group(id) => What::Group(model.groups[id].kind),
        ElementRef::Data(_) => What::Data,
        ElementRef::Flow(_) => What::Flow,
        ElementRef::Scenario(_) => What::Scenario,
    };
    let tech = match element {
        ElementRef::Component(id) => model.components[id].tech.as_ref().map(|tech| tech.name.as_str()),
        _ => None,
    };
    let detail = detail(names::kind(model, element), tech, header.label.as_deref());
    Candidate { path: header.path.to_string(), what, detail }
}

fn detail(kind: &str, tech: Option<&str>, label: Option<&str>) -> String {
    let parts: Vec<&str> = std::iter::once(kind).chain(tech).chain(label).collect();
    parts.join(" · ")
}

/// What a text declares.
fn collect<'t>(
    trees: &[std::sync::Arc<Tree>],
    items: impl Iterator<Item = &'t Stmt>,
    outer: &str,
    found: &mut Vec<Candidate>,
) {
    for stmt in items {
        let StmtKind::Declaration(it) = &stmt.kind else { continue };
        if it.name.is_missing() {
            continue;
        }
        let what = match it.kind.name.as_str() {
            "data" => What::Data,
            "flow" => What::Flow,
            "scenario" => What::Scenario,
            kind => match customs::base(trees, kind) {
                Some(Base::Component(kind)) => What::Component(kind),
                Some(Base::Group(kind)) => What::Group(kind),
                None => continue,
            },
        };
        // a `system` without a block covers the file and is no part of a path
        let path =
            if outer.is_empty() { it.name.name.to_string() } else { format!("{outer}.{}", it.name.name) };
        let tech = it.tech.as_ref().map(|tech| tech.name.as_str());
        let detail = detail(&it.kind.name, tech, it.label.as_ref().map(|label| label.value.as_str()));
        if let Some(block) = &it.block
            && matches!(what, What::Group(_))
        {
            collect(trees, block.items.iter(), &path, found);
        }
        if what != What::Group(GroupKind::System) || it.block.is_some() {
            found.push(Candidate { path, what, detail });
        }
    }
}
