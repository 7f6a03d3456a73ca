//! Which element of the old design is which of the new one: by path, else by name, else by what is around it.

use std::collections::{BTreeMap, BTreeSet};

/// Lost elements times new ones above which no other name is looked for: such a design is another one.
const GUESSES: usize = 200_000;

use crate::model::{ComponentId, ConnectionId, ElementRef, Endpoint, FlowId, GroupId, Header, Model};

/// The new elements of old ones.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) groups: BTreeMap<GroupId, GroupId>,
    pub(super) components: BTreeMap<ComponentId, ComponentId>,
    pub(super) connections: BTreeMap<ConnectionId, ConnectionId>,
    pub(super) flows: BTreeMap<FlowId, FlowId>,
    /// New paths of old ones, where they differ.
    paths: BTreeMap<String, String>,
}

impl Pairs {
    /// The path in the new design of what has this path in the old one; the same where it has none there.
    pub(super) fn path<'p>(&'p self, old: &'p str) -> &'p str {
        self.paths.get(old).map_or(old, String::as_str)
    }

    /// The new path of an old element.
    pub(super) fn of<'p>(&'p self, old: &'p Model, element: ElementRef) -> &'p str {
        self.path(old.element_path(element))
    }
}

/// A group or a component, as far as it is told from others.
struct Thing<'m, I> {
    id: I,
    header: &'m Header,
    kind: &'m str,
}

pub(super) fn pair(old: &Model, new: &Model) -> Pairs {
    let mut pairs = Pairs::default();
    let groups = |model| -> Vec<Thing<'_, GroupId>> { things_of_groups(model) };
    // a group's parent stands before it, so that a moved one takes along what it holds
    match_up(&groups(old), &groups(new), old, &mut pairs, |pairs, one, other| {
        pairs.groups.insert(one, other);
    });
    rename_groups(old, new, &mut pairs);
    let components = |model| -> Vec<Thing<'_, ComponentId>> { things_of_components(model) };
    match_up(&components(old), &components(new), old, &mut pairs, |pairs, one, other| {
        pairs.components.insert(one, other);
    });
    rename_components(old, new, &mut pairs);
    for (id, flow) in old.flows.enumerate() {
        let path = pairs.path(&flow.header.path);
        let found =
            new.flows.enumerate().find(|(_, it)| it.header.path == path && it.implicit == flow.implicit);
        if let Some((other, _)) = found {
            pairs.flows.insert(id, other);
        }
    }
    connect(old, new, &mut pairs);
    pairs
}

fn things_of_groups(model: &Model) -> Vec<Thing<'_, GroupId>> {
    let thing = |(id, it)| {
        let it: &crate::model::Group = it;
        Thing { id, header: &it.header, kind: it.kind.as_str() }
    };
    model.groups.enumerate().map(thing).collect()
}

fn things_of_components(model: &Model) -> Vec<Thing<'_, ComponentId>> {
    let thing = |(id, it)| {
        let it: &crate::model::Component = it;
        Thing { id, header: &it.header, kind: &it.kind_name }
    };
    model.components.enumerate().map(thing).collect()
}

/// Pairs by path; then what stands under the same name in a group that moved; then what has a name and kind that only one
/// unpaired thing has on either side.
fn match_up<I: Copy + Ord>(
    old: &[Thing<'_, I>],
    new: &[Thing<'_, I>],
    old_model: &Model,
    pairs: &mut Pairs,
    mut add: impl FnMut(&mut Pairs, I, I),
) {
    let by_path: BTreeMap<&str, usize> =
        new.iter().enumerate().map(|(at, it)| (it.header.path.as_str(), at)).collect();
    let mut taken = BTreeSet::new();
    let mut open: Vec<&Thing<'_, I>> = Vec::new();
    for thing in old {
        match by_path.get(thing.header.path.as_str()).and_then(|at| new.get(*at)) {
            Some(same) => {
                taken.insert(same.id);
                add(pairs, thing.id, same.id);
            }
            None => open.push(thing),
        }
    }
    for thing in open {
        // where its group is now
        let parent = thing.header.parent.map(|id| pairs.path(&old_model.groups[id].header.path).to_owned());
        let path = match &parent {
            Some(parent) => format!("{parent}.{}", thing.header.name),
            None => thing.header.name.to_string(),
        };
        let same =
            by_path.get(path.as_str()).and_then(|at| new.get(*at)).filter(|it| !taken.contains(&it.id));
        let same = same.or_else(|| {
            let alike = |it: &&Thing<'_, I>| it.header.name == thing.header.name && it.kind == thing.kind;
            let mut fit = new.iter().filter(alike).filter(|it| !taken.contains(&it.id));
            let rivals = old.iter().filter(alike).filter(|it| !by_path.contains_key(it.header.path.as_str()));
            fit.next().filter(|_| fit.next().is_none() && rivals.count() == 1)
        });
        if let Some(same) = same {
            taken.insert(same.id);
            pairs.paths.insert(thing.header.path.to_string(), same.header.path.to_string());
            add(pairs, thing.id, same.id);
        }
    }
}

/// A group of another name that holds mostly what a lost one held.
fn rename_groups(old: &Model, new: &Model, pairs: &mut Pairs) {
    let holds = |model: &Model, id: GroupId| -> BTreeSet<String> {
        let group = &model.groups[id];
        let groups = group.groups.iter().map(|id| model.groups[*id].header.name.to_string());
        groups
            .chain(group.components.iter().map(|id| model.components[*id].header.name.to_string()))
            .collect()
    };
    let mut taken: BTreeSet<GroupId> = pairs.groups.values().copied().collect();
    let lost = old.groups.len() - taken.len();
    if lost.saturating_mul(new.groups.len() - taken.len()) > GUESSES {
        return;
    }
    for (id, group) in old.groups.enumerate() {
        if pairs.groups.contains_key(&id) {
            continue;
        }
        let parent = group.header.parent.and_then(|parent| pairs.groups.get(&parent).copied());
        if group.header.parent.is_some() && parent.is_none() {
            continue;
        }
        let inside = holds(old, id);
        let fits = |other: &GroupId| {
            let it = &new.groups[*other];
            let common = holds(new, *other).intersection(&inside).count();
            let enough = common > 0 && 2 * common >= inside.len().max(holds(new, *other).len());
            it.kind == group.kind && it.header.parent == parent && enough
        };
        let mut found = new.groups.ids().filter(|other| !taken.contains(other)).filter(fits);
        if let (Some(other), None) = (found.next(), found.next()) {
            taken.insert(other);
            let path = new.groups[other].header.path.to_string();
            pairs.paths.insert(group.header.path.to_string(), path.clone());
            pairs.groups.insert(id, other);
            take_along(old, new, id, other, &mut taken, pairs);
        }
    }
}

/// Pairs the groups inside a renamed one.
fn take_along(
    old: &Model,
    new: &Model,
    from: GroupId,
    to: GroupId,
    taken: &mut BTreeSet<GroupId>,
    pairs: &mut Pairs,
) {
    let mut open = vec![(from, to)];
    while let Some((from, to)) = open.pop() {
        for inner in &old.groups[from].groups {
            let name = &old.groups[*inner].header.name;
            let same = new.groups[to].groups.iter().find(|id| new.groups[**id].header.name == *name);
            if let Some(same) = same.filter(|id| !taken.contains(id))
                && !pairs.groups.contains_key(inner)
            {
                taken.insert(*same);
                let paths = (&old.groups[*inner].header.path, &new.groups[*same].header.path);
                pairs.paths.insert(paths.0.to_string(), paths.1.to_string());
                pairs.groups.insert(*inner, *same);
                open.push((*inner, *same));
            }
        }
    }
}

/// A component of another name in the same group, of the same kind and technology, with mostly the same neighbours.
fn rename_components(old: &Model, new: &Model, pairs: &mut Pairs) {
    let around_old = neighbours(old, &|path| pairs.path(path).to_owned());
    let around_new = neighbours(new, &|path| path.to_owned());
    let mut taken: BTreeSet<ComponentId> = pairs.components.values().copied().collect();
    let lost: Vec<ComponentId> =
        old.components.ids().filter(|id| !pairs.components.contains_key(id)).collect();
    let place = |model: &Model, id: ComponentId| {
        let it = &model.components[id];
        let tech = it.tech.as_ref().map(|tech| tech.name.clone());
        (it.header.parent, it.kind_name.clone(), tech)
    };
    if lost.len().saturating_mul(new.components.len() - taken.len()) > GUESSES {
        return;
    }
    for id in &lost {
        let (parent, kind, tech) = place(old, *id);
        let parent = match parent.map(|parent| pairs.groups.get(&parent).copied()) {
            Some(None) => continue,
            Some(parent) => parent,
            None => None,
        };
        let Some(around) = around_old.get(id) else { continue };
        let fits = |other: &ComponentId| {
            let there = around_new.get(other);
            let common = there.map_or(0, |there| there.intersection(around).count());
            let most = there.map_or(0, BTreeSet::len).max(around.len());
            place(new, *other) == (parent, kind.clone(), tech.clone()) && common > 0 && 2 * common >= most
        };
        let mut found = new.components.ids().filter(|other| !taken.contains(other)).filter(fits);
        if let (Some(other), None) = (found.next(), found.next()) {
            taken.insert(other);
            pairs.paths.insert(old.path(*id).to_owned(), new.path(other).to_owned());
            pairs.components.insert(*id, other);
        }
    }
}

/// Whom each component calls and who calls it, by paths, each with the direction.
fn neighbours(
    model: &Model,
    name: &dyn Fn(&str) -> String,
) -> BTreeMap<ComponentId, BTreeSet<(bool, String)>> {
    let mut found: BTreeMap<ComponentId, BTreeSet<(bool, String)>> = BTreeMap::new();
    for connection in model.connections.iter() {
        let (from, to) = (model.endpoint_path(connection.from), model.endpoint_path(connection.to));
        if let Endpoint::Component(id) = connection.from {
            found.entry(id).or_default().insert((true, name(to)));
        }
        if let Endpoint::Component(id) = connection.to {
            found.entry(id).or_default().insert((false, name(from)));
        }
    }
    found
}

/// Pairs connections: those with the same ends, operator and label first, then without the label, then without the operator.
fn connect(old: &Model, new: &Model, pairs: &mut Pairs) {
    type Key = (String, String, String, String);
    let key = |model: &Model, id: ConnectionId, level: usize, name: &dyn Fn(&str) -> String| -> Key {
        let it = &model.connections[id];
        let op = if level < 2 { it.op.as_str().to_owned() } else { String::new() };
        let label =
            if level < 1 { it.label.as_deref().unwrap_or_default().to_owned() } else { String::new() };
        (name(model.endpoint_path(it.from)), name(model.endpoint_path(it.to)), op, label)
    };
    let mut taken: BTreeSet<ConnectionId> = BTreeSet::new();
    for level in 0..3 {
        let mut open: BTreeMap<Key, Vec<ConnectionId>> = BTreeMap::new();
        for id in new.connections.ids().filter(|id| !taken.contains(id)) {
            open.entry(key(new, id, level, &|path| path.to_owned())).or_default().push(id);
        }
        open.values_mut().for_each(|ids| ids.reverse());
        for id in old.connections.ids() {
            if pairs.connections.contains_key(&id) {
                continue;
            }
            let wanted = key(old, id, level, &|path| pairs.path(path).to_owned());
            if let Some(other) = open.get_mut(&wanted).and_then(Vec::pop) {
                taken.insert(other);
                pairs.connections.insert(id, other);
            }
        }
    }
}
