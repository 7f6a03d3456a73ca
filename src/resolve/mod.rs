//! Syntax trees to a model: imports, names, types, defaults (E1xx). Never fails: what cannot be understood is told, the rest
//! becomes the model. Knows no analysis and no rule.
//!
//! The passes, each in its file: [`names`] holds who is called what. Flows come last: `flows::resolve(&mut Resolver,
//! &[PendingFlow])` finds declared connections by [`Resolver::connections_between`] and adds those that only steps declare.

pub(crate) mod flows;
mod implicit_flows;
mod lookup;
pub mod mistakes;
pub(crate) mod names;
mod suggest;

use crate::diagnostic::Diagnostic;
use crate::model::{Connection, ConnectionId, Endpoint, Model};
use crate::syntax::ast;
use names::{Names, Scope};
use suggest::Suggestions;

/// What all passes share: the model as it grows, the names, and what is to be told.
pub(crate) struct Resolver<'a> {
    /// The model as it grows.
    pub(crate) model: Model,
    /// Who is called what.
    pub(crate) names: Names,
    /// "Did you mean".
    pub(crate) suggestions: Suggestions,
    connections: ConnectionIndex,
    diagnostics: Vec<Diagnostic>,
    marker: std::marker::PhantomData<&'a ()>,
}

/// A flow whose header and attributes are resolved and whose steps are not.
pub(crate) struct PendingFlow<'a> {
    /// The flow in the model.
    pub(crate) id: crate::model::FlowId,
    /// Its statement.
    pub(crate) stmt: &'a ast::Stmt,
    /// Its block.
    pub(crate) block: Option<&'a ast::Block>,
    /// The scope in which its names are looked up.
    pub(crate) scope: Scope,
}

#[derive(Default)]
struct ConnectionIndex {
    by_ends: rustc_hash::FxHashMap<(Endpoint, ast::Operator, Endpoint), Vec<ConnectionId>>,
}

impl Resolver<'_> {
    /// Tells a mistake or a note.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds a connection to the model.
    pub(crate) fn add_connection(&mut self, connection: Connection) -> ConnectionId {
        let key = (connection.from, connection.op, connection.to);
        let id = self.model.connections.push(connection);
        self.connections.by_ends.entry(key).or_default().push(id);
        id
    }

    /// The connections between two ends with an operator, in the order declared; they differ in their labels.
    pub(crate) fn connections_between(
        &self,
        from: Endpoint,
        op: ast::Operator,
        to: Endpoint,
    ) -> &[ConnectionId] {
        self.connections.by_ends.get(&(from, op, to)).map_or(&[], |ids| ids)
    }
}
