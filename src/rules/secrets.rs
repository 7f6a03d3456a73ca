//! What the security rules share: the secrets of a design, and which connections carry them. It must not know any single
//! rule.

use std::collections::BTreeMap;

use super::RuleContext;
use super::stored::data_of;
use crate::model::attributes::Word;
use crate::model::attributes::words::DataClass;
use crate::model::{
    AttrId, Attributes, CallId, ComponentId, Connection, ConnectionId, Data, DataId, FlowId, Model,
};

/// Something that is kept from others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Secret {
    /// A data entity.
    Data(DataId),
    /// What a component keeps that says `pii` of itself.
    Keeper(ComponentId),
}

impl Secret {
    /// As findings name it: `` `order` (payment) ``.
    fn name(self, ctx: &RuleContext<'_>) -> String {
        match self {
            Self::Data(id) => {
                let data = &ctx.model.data[id];
                let class = data.attrs.word::<DataClass>(AttrId::CLASS).map(Word::as_str);
                format!("`{}` ({})", data.header.path, class.unwrap_or("pii"))
            }
            Self::Keeper(id) => format!("what `{}` keeps (pii)", ctx.model.path(id)),
        }
    }
}

/// Secrets as a sentence lists them: `a` (payment), `b` (pii) and 3 more.
pub(super) fn secret_names(ctx: &RuleContext<'_>, secrets: &[Secret]) -> String {
    let named: Vec<String> = secrets.iter().take(3).map(|it| it.name(ctx)).collect();
    match secrets.len() {
        0..=3 => named.join(", "),
        more => format!("{} and {} more", named.join(", "), more - 3),
    }
}

/// Those secrets that a component keeps which `counts` accepts, each once.
pub(super) fn kept(ctx: &RuleContext<'_>, id: ComponentId, counts: fn(&Data) -> bool) -> Vec<Secret> {
    let data = data_of(ctx, id).into_iter().filter(|data| counts(&ctx.model.data[*data]));
    let mut secrets: Vec<Secret> = data.map(Secret::Data).collect();
    if secrets.is_empty() && ctx.model.components[id].attrs.is_true(AttrId::PII) {
        secrets.push(Secret::Keeper(id));
    }
    secrets
}

/// Which secrets travel where.
pub(super) struct Carried {
    /// By connection: what it carries, in some flow or as declared.
    connections: BTreeMap<ConnectionId, Vec<Secret>>,
    /// By flow: what any of its steps carries.
    flows: BTreeMap<FlowId, Vec<Secret>>,
}

impl Carried {
    /// Follows the secrets that `counts` accepts through the design.
    pub(super) fn new(ctx: &RuleContext<'_>, counts: fn(&Data) -> bool) -> Self {
        let mut carried = Self { connections: BTreeMap::new(), flows: BTreeMap::new() };
        let any = ctx.model.data.iter().any(counts)
            || ctx.model.components.iter().any(|it| it.attrs.is_true(AttrId::PII));
        if !any {
            return carried;
        }
        for (id, connection) in ctx.model.connections.enumerate() {
            let secrets = of_connection(ctx.model, connection, &connection.attrs, counts);
            carried.add(id, &secrets);
        }
        for flow in ctx.model.flows.ids() {
            carried.follow(ctx, flow, counts);
        }
        carried
    }

    /// What a connection carries: by itself, and as a step of flows also what the calls below it carry.
    pub(super) fn by(&self, id: ConnectionId) -> &[Secret] {
        self.connections.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What a flow carries on any of its steps.
    pub(super) fn by_flow(&self, id: FlowId) -> &[Secret] {
        self.flows.get(&id).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, id: ConnectionId, secrets: &[Secret]) {
        if secrets.is_empty() {
            return;
        }
        let known = self.connections.entry(id).or_default();
        known.extend(secrets);
        known.sort_unstable();
        known.dedup();
    }

    /// From each step that carries a secret upwards to the start of the flow.
    fn follow(&mut self, ctx: &RuleContext<'_>, id: FlowId, counts: fn(&Data) -> bool) {
        let flow = &ctx.model.flows[id];
        let mut by_secret: BTreeMap<Secret, Vec<CallId>> = BTreeMap::new();
        for (call, made) in flow.calls.enumerate() {
            let connection = &ctx.model.connections[made.connection];
            for secret in of_connection(ctx.model, connection, &made.attrs, counts) {
                by_secret.entry(secret).or_default().push(call);
            }
        }
        if by_secret.is_empty() {
            return;
        }
        self.flows.insert(id, by_secret.keys().copied().collect());
        let mut leading: Vec<Vec<CallId>> = vec![Vec::new(); flow.visits.len()];
        for (call, made) in flow.calls.enumerate() {
            if let Some(calls) = leading.get_mut(made.target.index()) {
                calls.push(call);
            }
        }
        for (secret, mut open) in by_secret {
            let mut seen = vec![false; flow.calls.len()];
            while let Some(call) = open.pop() {
                let Some(seen) = seen.get_mut(call.index()).filter(|seen| !**seen) else { continue };
                *seen = true;
                let made = &flow.calls[call];
                self.add(made.connection, &[secret]);
                open.extend(leading.get(made.caller.index()).into_iter().flatten());
            }
        }
    }
}

/// What a connection carries by itself: what it names, else what its end keeps; a copy also what it is taken from.
fn of_connection(
    model: &Model,
    connection: &Connection,
    attrs: &Attributes,
    counts: fn(&Data) -> bool,
) -> Vec<Secret> {
    let mut data = attrs.data(AttrId::READS);
    data.extend(attrs.data(AttrId::WRITES));
    let named = !data.is_empty();
    let is_copy = connection.op == crate::syntax::ast::Operator::Replicate;
    let ends = [connection.callee(), connection.caller().filter(|_| is_copy)];
    for end in ends.into_iter().flatten().filter(|_| !named) {
        data.extend(model.components[end].attrs.data(AttrId::STORES));
    }
    data.retain(|id| counts(&model.data[*id]));
    let mut secrets: Vec<Secret> = data.into_iter().map(Secret::Data).collect();
    let keepers = ends.into_iter().flatten().filter(|end| model.components[*end].attrs.is_true(AttrId::PII));
    if !named && secrets.is_empty() {
        secrets.extend(keepers.map(Secret::Keeper));
    }
    secrets.sort_unstable();
    secrets.dedup();
    secrets
}
