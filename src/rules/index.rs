//! Look-ups over a model that many rules share: made once, in few large pieces of memory. It must not know any rule.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::model::{CallId, ComponentId, Connection, ConnectionId, FlowId, Model, VisitId};

/// Look-ups over a model, made once for all rules.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) outgoing: Table<ConnectionId>,
    pub(super) incoming: Table<ConnectionId>,
    pub(super) calls: Table<(FlowId, CallId)>,
    pub(super) flows: Table<FlowId>,
    /// By component, in the order of its flows.
    pub(super) first_visits: Table<VisitId>,
    pub(super) labelled: Labelled,
    /// By component, the flows that fail whenever all of it is down; made when first asked for.
    pub(super) requiring: OnceLock<Table<FlowId>>,
}

impl Index {
    pub(super) fn new(model: &Model) -> Self {
        let (components, connections) = (model.components.len(), model.connections.len());
        let ends = |end: fn(&Connection) -> Option<ComponentId>| {
            let rows = model.connections.enumerate().filter_map(|(id, it)| Some((end(it)?.index(), id)));
            Table::new(components, rows.collect())
        };
        let calls = model.flows.enumerate().flat_map(|(flow, it)| {
            it.calls.enumerate().map(move |(call, made)| (made.connection.index(), (flow, call)))
        });
        let mut last: Vec<Option<FlowId>> = vec![None; components];
        let mut firsts = Vec::new();
        for (flow, it) in model.flows.enumerate() {
            for (visit, made) in it.visits.enumerate() {
                let component = made.component.index();
                if let Some(last) = last.get_mut(component)
                    && last.replace(flow) != Some(flow)
                {
                    firsts.push((component, (flow, visit)));
                }
            }
        }
        Self {
            outgoing: ends(Connection::caller),
            incoming: ends(Connection::callee),
            calls: Table::new(connections, calls.collect()),
            flows: Table::new(components, firsts.iter().map(|(row, (flow, _))| (*row, *flow)).collect()),
            first_visits: Table::new(
                components,
                firsts.iter().map(|(row, (_, visit))| (*row, *visit)).collect(),
            ),
            labelled: labelled(model),
            requiring: OnceLock::new(),
        }
    }
}

/// By connection, whether only its label tells it from another of the same ends.
#[derive(Debug)]
pub(super) struct Labelled(Vec<bool>);

impl Labelled {
    pub(super) fn of(&self, id: ConnectionId) -> bool {
        self.0.get(id.index()) == Some(&true)
    }
}

pub(super) fn labelled(model: &Model) -> Labelled {
    let mut alike: FxHashMap<_, u32> = FxHashMap::default();
    for it in &model.connections {
        *alike.entry((it.from, it.op.as_str(), it.to)).or_default() += 1;
    }
    let is_labelled =
        |it: &Connection| alike.get(&(it.from, it.op.as_str(), it.to)).is_some_and(|count| *count > 1);
    Labelled(model.connections.iter().map(is_labelled).collect())
}

/// Lists by number, one behind the other.
#[derive(Debug)]
pub(super) struct Table<T> {
    /// Where each list ends.
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Table<T> {
    /// From items with the number of their list, each list in their order.
    pub(super) fn new(lists: usize, mut rows: Vec<(usize, T)>) -> Self {
        rows.sort_by_key(|(list, _)| *list);
        let mut ends = vec![0; lists];
        let mut at = 0;
        for (list, end) in ends.iter_mut().enumerate() {
            at += rows.get(at..).map_or(0, |rest| rest.iter().take_while(|(row, _)| *row == list).count());
            *end = at as u32;
        }
        Self { ends, items: rows.into_iter().map(|(_, item)| item).collect() }
    }

    pub(super) fn get(&self, list: usize) -> &[T] {
        let start =
            list.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(list).map_or(start, |end| *end as usize);
        self.items.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_the_order_of_their_items() {
        let table = Table::new(4, vec![(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd'), (0, 'e')]);
        let lists: Vec<String> = (0..5).map(|list| table.get(list).iter().collect()).collect();
        assert_eq!(lists, ["be", "", "ac", "d", ""]);
    }
}
