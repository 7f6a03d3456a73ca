//! What the rules on caches share: the calls that are made behind a cache, and the data in it. It must not know any single rule.

use std::collections::BTreeMap;

use super::{RuleContext, Usage};
use crate::model::{AttrId, ComponentId, ConnectionId, DataId, FlowId};

/// A call that is made when a cache misses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Miss<'a> {
    pub(super) connection: ConnectionId,
    pub(super) usage: Usage<'a>,
    /// What is called.
    pub(super) store: ComponentId,
}

/// The calls behind each cache, in the order declared.
pub(super) fn misses<'a>(ctx: &RuleContext<'a>) -> BTreeMap<ComponentId, Vec<Miss<'a>>> {
    let mut found: BTreeMap<ComponentId, Vec<Miss<'a>>> = BTreeMap::new();
    for (connection, it) in ctx.model.connections.enumerate() {
        let Some(store) = it.callee() else { continue };
        for usage in ctx.usages(connection) {
            for cache in usage.attrs.components(AttrId::BEHIND) {
                found.entry(cache).or_default().push(Miss { connection, usage, store });
            }
        }
    }
    found
}

/// The data of which a cache holds copies: what it `stores`, and what the calls behind it carry.
pub(super) fn cached_data(ctx: &RuleContext<'_>, cache: ComponentId, misses: &[Miss<'_>]) -> Vec<DataId> {
    let mut data = ctx.model.components[cache].attrs.data(AttrId::STORES);
    for miss in misses {
        let mut named = miss.usage.attrs.data(AttrId::READS);
        if named.is_empty() {
            named = miss.usage.attrs.data(AttrId::WRITES);
        }
        if named.is_empty() {
            named = ctx.model.components[miss.store].attrs.data(AttrId::STORES);
        }
        data.extend(named);
    }
    data.sort_unstable();
    data.dedup();
    data
}

/// The flows that read through a cache: they call it, or something behind it.
pub(super) fn readers(ctx: &RuleContext<'_>, cache: ComponentId, misses: &[Miss<'_>]) -> Vec<FlowId> {
    let mut flows = ctx.flows_of(cache).to_vec();
    flows.extend(misses.iter().filter_map(|miss| miss.usage.call.map(|(flow, _)| flow)));
    flows.sort_unstable();
    flows.dedup();
    flows
}
