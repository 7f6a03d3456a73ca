//! Syntax trees to a model: names, types, defaults (E1xx). Never fails: what cannot be understood is told, the rest becomes
//! the model. Knows no analysis and no rule.
//!
//! | pass | does |
//! |---|---|
//! | [`imports`] | reads the files that a root imports |
//! | `custom` | collects `kind` and `tech` statements, so that each declaration has a kind |
//! | `declare` | declares every name (`names`) and makes every element |
//! | `complete` | checks attributes (`attributes`, `values`) and fills in what is inherited (`inherit`) |
//! | `connections` | makes connections of chains, lists and alternatives |
//! | `flows` | hangs the steps of flows below their callers |

mod annotations;
mod attributes;
mod behind;
mod complete;
mod connections;
mod custom;
mod declare;
mod expected;
mod few;
pub(crate) mod flows;
mod implicit_flows;
pub mod imports;
mod inherit;
mod lookup;
pub mod mistakes;
pub(crate) mod names;
mod objectives;
mod overrides;
pub mod roots;
mod selectors;
mod suggest;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::diagnostic::Diagnostic;
use crate::model::attributes::{Attributes, Target};
use crate::model::{Group, GroupKind, Model};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast;
use crate::units::Currency;
pub(crate) use attributes::On;
use connections::ConnectionIndex;
use custom::Customs;
use declare::Todos;
use inherit::Inheritance;
use names::{Names, Scope};

pub use overrides::{technology_attributes, technology_value};
pub(crate) use suggest::Suggestions;

/// A parsed file of a design and what it imports.
#[derive(Clone, Debug)]
pub struct File {
    /// The tree.
    pub tree: Arc<ast::Tree>,
    /// The files that its imports name, as positions in the list of files.
    pub imports: Vec<usize>,
}

/// Resolves the files of a design, the root first. Mistakes come in the order of their places.
pub fn resolve(files: &[File], sources: &Sources) -> (Model, Vec<Diagnostic>) {
    resolve_with(files, sources, &BTreeMap::new())
}

/// As [`resolve`], with attributes of technologies that come before the catalogue's: see
/// [`crate::config::Config::technologies`].
pub fn resolve_with(
    files: &[File],
    sources: &Sources,
    technologies: &BTreeMap<String, BTreeMap<String, String>>,
) -> (Model, Vec<Diagnostic>) {
    let mut resolver = Resolver::new(sources);
    resolver.technologies = overrides::read_all(technologies);
    resolver.reach = imports::reach(files);
    let statements = files.iter().map(|file| file.tree.items.len()).sum();
    resolver.names.reserve(statements);
    resolver.model.references.reserve(2 * statements);
    for (number, file) in files.iter().enumerate() {
        resolver.file_numbers.insert(file.tree.file, number);
        resolver.collect_customs(file.tree.items.iter().map(Arc::as_ref), number);
    }
    for file in files {
        let scope = resolver.names.open_file();
        resolver.file_scopes.push(scope);
        resolver.declare_file(file.tree.items.iter().map(Arc::as_ref), scope);
    }
    resolver.see_imports();
    let todos = std::mem::take(&mut resolver.todos);
    resolver.complete_all(&todos);
    resolver.connect_all(&todos);
    resolver.finish()
}

/// More mistakes than these are counted, not told; memory is what bounds them.
const TOLD: usize = 50_000;

/// What all passes share: the model as it grows, the names, and what is to be told.
pub(crate) struct Resolver<'a> {
    /// The model as it grows.
    pub(crate) model: Model,
    /// Who is called what.
    pub(crate) names: Names,
    /// "Did you mean".
    pub(crate) suggestions: Suggestions,
    sources: &'a Sources,
    connections: ConnectionIndex,
    diagnostics: Vec<Diagnostic>,
    /// Mistakes beyond [`TOLD`]: where the first is, and how many.
    untold: Option<(Span, usize)>,
    todos: Todos<'a>,
    customs: Customs<'a>,
    inheritance: Inheritance,
    /// For each file: the files that it sees beside itself.
    reach: Vec<Vec<usize>>,
    file_numbers: FxHashMap<FileId, usize>,
    file_scopes: Vec<Scope>,
    /// The first currency of each file and where it stands.
    currencies: BTreeMap<FileId, (Currency, Span)>,
    /// Technologies that a note asked about.
    asked_techs: FxHashSet<SmolStr>,
    /// What the configuration says of technologies, by name in lower case.
    technologies: BTreeMap<String, Attributes>,
    /// Pairs of `needs` and `replicas` that were told.
    told_needs: FxHashSet<(Span, Option<Span>)>,
    /// Teams in selectors, checked at the end.
    teams_named: Vec<(SmolStr, Span)>,
}

/// A flow whose header and attributes are resolved and whose steps are not.
pub(crate) struct PendingFlow<'a> {
    /// The flow in the model.
    pub(crate) id: crate::model::FlowId,
    /// Its block.
    pub(crate) block: Option<&'a ast::Block>,
    /// The scope in which its names are looked up.
    pub(crate) scope: Scope,
}

impl<'a> Resolver<'a> {
    fn new(sources: &'a Sources) -> Self {
        Self {
            model: Model::default(),
            names: Names::default(),
            suggestions: Suggestions::default(),
            sources,
            connections: ConnectionIndex::default(),
            diagnostics: Vec::new(),
            untold: None,
            todos: Todos::default(),
            customs: Customs::default(),
            inheritance: Inheritance::default(),
            reach: Vec::new(),
            file_numbers: FxHashMap::default(),
            file_scopes: Vec::new(),
            currencies: BTreeMap::new(),
            asked_techs: FxHashSet::default(),
            technologies: BTreeMap::new(),
            told_needs: FxHashSet::default(),
            teams_named: Vec::new(),
        }
    }

    /// Tells a mistake or a note.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < TOLD {
            self.diagnostics.push(diagnostic);
        } else {
            self.untold.get_or_insert((diagnostic.span, 0)).1 += 1;
        }
    }

    fn file_number(&self, file: FileId) -> Option<usize> {
        self.file_numbers.get(&file).copied()
    }

    fn file_scope(&self, number: usize) -> Option<Scope> {
        self.file_scopes.get(number).copied()
    }

    fn file_sees(&self, file: usize, other: usize) -> bool {
        self.reach.get(file).is_some_and(|seen| seen.contains(&other))
    }

    fn see_imports(&mut self) {
        for (number, seen) in self.reach.iter().enumerate() {
            let Some(scope) = self.file_scopes.get(number).copied() else { continue };
            let visible = seen.iter().filter_map(|other| self.file_scopes.get(*other).copied()).collect();
            self.names.set_visible(scope, visible);
        }
    }

    /// Connections, flows, and what can only be known once they are.
    fn connect_all(&mut self, todos: &Todos<'a>) {
        self.model.connections.reserve(todos.connections.len());
        for (stmt, connection, scope) in &todos.connections {
            self.connection(stmt, connection, *scope);
        }
        for (stmt, objective) in &todos.objectives {
            let Some(scope) = self.file_number(stmt.span.file).and_then(|file| self.file_scope(file)) else {
                continue;
            };
            let objective = self.objective(stmt, objective, scope);
            self.model.objectives.extend(objective);
        }
        let mut pending = Vec::with_capacity(todos.flows.len());
        for todo in &todos.flows {
            self.no_technology(todo.declaration);
            let block = todo.declaration.block.as_ref();
            let own = self.block_attributes(
                block,
                On::Target(Target::Flow),
                todo.scope,
                crate::model::Origin::File,
            );
            let attrs = self.complete_statement(own, todo.scope, Target::Flow);
            let objectives = block.map(|block| self.flow_objectives(&block.items, todo.scope));
            for step in block.map_or(&[][..], |block| &block.items) {
                if matches!(step.kind, ast::StmtKind::Connection(_)) {
                    self.annotate(step);
                }
            }
            let flow = &mut self.model.flows[todo.id];
            complete::finish(&mut flow.header, &attrs);
            flow.attrs = attrs;
            flow.objectives = objectives.unwrap_or_default();
            pending.push(PendingFlow { id: todo.id, block, scope: todo.scope });
        }
        flows::resolve(self, &pending, |resolver, scope, block| resolver.connection_attributes(scope, block));
        behind::settle(self);
        self.check_teams();
    }

    fn finish(mut self) -> (Model, Vec<Diagnostic>) {
        if self.model.system.is_none() {
            let is_system = |it: &&Group| it.kind == GroupKind::System && it.header.parent.is_none();
            self.model.system = self.model.groups.iter().find(is_system).map(|group| group.header.clone());
        }
        self.model.parallel = self.connections.parallel();
        if let Some((span, count)) = self.untold {
            let message = format!("{count} more mistakes are not told");
            self.diagnostics
                .push(mistakes::MANY_MISTAKES.at(span, message).with_help("mend the others first"));
        }
        // stable, for it comes in a few ascending runs
        self.model.references.sort();
        self.model.references.dedup();
        self.model.allows.sort_by_key(|allow| allow.span);
        self.diagnostics.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
        (self.model, self.diagnostics)
    }
}
