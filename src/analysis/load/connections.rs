//! Who holds how many connections to whom: pools times their holders. Knows no finding.

use crate::analysis::placement::Placement;
use crate::model::{AttrId, ComponentId, Kind, Model};

/// How many of a caller hold a pool each, and the attribute that says so: replicas at the upper end; of a function the runs at
/// once.
pub fn holders(model: &Model, placement: &Placement, caller: ComponentId) -> (u64, AttrId) {
    let component = &model.components[caller];
    match component.attrs.count(AttrId::CONCURRENCY) {
        Some(concurrency) if component.kind == Kind::Function => (concurrency, AttrId::CONCURRENCY),
        _ => {
            let replicas = placement.of(caller).map_or(1, |it| it.high.saturating_mul(it.shards));
            (replicas, AttrId::REPLICAS)
        }
    }
}

/// Connections that callers hold to each component, over all its nodes; `None` where no `pool` is known.
pub(super) fn used(model: &Model, placement: &Placement) -> Vec<Option<f64>> {
    let mut used: Vec<Option<f64>> = vec![None; model.components.len()];
    for connection in &model.connections {
        let (Some(from), Some(to)) = (connection.caller(), connection.callee()) else { continue };
        let Some(pool) = connection.attrs.count(AttrId::POOL) else { continue };
        let (holders, _) = holders(model, placement, from);
        if let Some(slot) = used.get_mut(to.index()) {
            *slot = Some(slot.unwrap_or(0.0) + holders as f64 * pool as f64);
        }
    }
    used
}
