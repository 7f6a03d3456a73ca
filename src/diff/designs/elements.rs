//! Elements that came, went, moved or changed, with the attributes that did.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::Pairs;
use super::{AttributeChange, Change, ElementChange};
use crate::compilation::Compilation;
use crate::model::attributes::Attributes;
use crate::model::{
    AttrValue, Component, ComponentId, Connection, Group, GroupId, Header, Id, Model, Objective, Origin,
};
use crate::source::Span;

/// Letters of a value that are shown.
const SHOWN: usize = 80;

/// What is known of one attribute.
#[derive(Clone, Debug)]
struct Fact {
    /// Equal where it means the same.
    meant: String,
    /// As it is shown.
    shown: String,
    /// Whether a group hands it down: then a change of it is the group's.
    inherited: bool,
}

type Facts = BTreeMap<String, Fact>;

/// One of the two designs.
struct Side<'a> {
    compilation: &'a Compilation,
    /// The name of an element in the new design.
    name: &'a dyn Fn(crate::model::ElementRef) -> String,
}

/// An element that is told by its path, with what is known of it.
struct Element {
    element: &'static str,
    kind: String,
    path: String,
    facts: Facts,
}

pub(super) fn changes(old: &Compilation, new: &Compilation, pairs: &Pairs) -> Vec<ElementChange> {
    let renamed = |element| pairs.of(&old.model, element).to_owned();
    let same = |element| new.model.element_path(element).to_owned();
    let before = Side { compilation: old, name: &renamed };
    let after = Side { compilation: new, name: &same };
    let mut found = Vec::new();
    compare(groups(&before), groups(&after), &pairs.groups, &mut found);
    compare(components(&before), components(&after), &pairs.components, &mut found);
    compare(connections(&before), connections(&after), &pairs.connections, &mut found);
    compare_by_path(others(&before), others(&after), &mut found);
    carried(old, new, pairs, &mut found);
    found.sort_by_key(|it| it.change);
    found
}

/// Compares elements that are paired by their ids.
fn compare<T>(
    old: Vec<(Id<T>, Element)>,
    new: Vec<(Id<T>, Element)>,
    pairs: &BTreeMap<Id<T>, Id<T>>,
    found: &mut Vec<ElementChange>,
) {
    let mut before: BTreeMap<Id<T>, Element> = BTreeMap::new();
    let mut gone = Vec::new();
    for (id, element) in old {
        match pairs.get(&id) {
            Some(other) => _ = before.insert(*other, element),
            None => gone.push(element),
        }
    }
    found.extend(gone.into_iter().map(|it| whole(Change::Removed, it)));
    for (id, element) in new {
        match before.remove(&id) {
            Some(was) => found.extend(changed(was, element)),
            None => found.push(whole(Change::Added, element)),
        }
    }
}

/// Compares elements by what they are and their paths.
fn compare_by_path(old: Vec<Element>, new: Vec<Element>, found: &mut Vec<ElementChange>) {
    let mut before: BTreeMap<(&'static str, String), Element> =
        old.into_iter().map(|it| ((it.element, it.path.clone()), it)).collect();
    let mut came = Vec::new();
    for element in new {
        match before.remove(&(element.element, element.path.clone())) {
            Some(was) => came.extend(changed(was, element)),
            None => came.push(whole(Change::Added, element)),
        }
    }
    found.extend(before.into_values().map(|it| whole(Change::Removed, it)));
    found.extend(came);
}

fn whole(change: Change, it: Element) -> ElementChange {
    let Element { element, kind, path, .. } = it;
    ElementChange { change, element, kind, path, was: None, within: None, attributes: Vec::new() }
}

/// What differs between an element and its later self.
fn changed(old: Element, new: Element) -> Option<ElementChange> {
    let names: BTreeSet<&String> = old.facts.keys().chain(new.facts.keys()).collect();
    let attributes: Vec<AttributeChange> = names
        .into_iter()
        .filter_map(|name| {
            let (one, other) = (old.facts.get(name), new.facts.get(name));
            let differs = one.map(|it| &it.meant) != other.map(|it| &it.meant);
            let own = [one, other].iter().flatten().any(|it| !it.inherited);
            let shown = |fact: Option<&Fact>| fact.map(|it| it.shown.clone());
            (differs && own).then(|| AttributeChange {
                name: name.clone(),
                old: shown(one),
                new: shown(other),
            })
        })
        .collect();
    // a connection moves with its ends, which are told
    let moved = old.path != new.path && new.element != "connection";
    let change = match (moved, attributes.is_empty()) {
        (true, _) => Change::Moved,
        (false, false) => Change::Changed,
        (false, true) => return None,
    };
    let was = moved.then_some(old.path);
    let Element { element, kind, path, .. } = new;
    Some(ElementChange { change, element, kind, path, was, within: None, attributes })
}

/// Marks what only went along with its group.
fn carried(old: &Compilation, new: &Compilation, pairs: &Pairs, found: &mut [ElementChange]) {
    let parents: BTreeMap<&str, Option<GroupId>> = (new.model.groups.iter().map(|it| &it.header))
        .chain(new.model.components.iter().map(|it| &it.header))
        .map(|header| (header.path.as_str(), header.parent))
        .collect();
    let befores: BTreeMap<&str, &Header> = (old.model.groups.iter().map(|it| &it.header))
        .chain(old.model.components.iter().map(|it| &it.header))
        .map(|header| (header.path.as_str(), header))
        .collect();
    for it in found.iter_mut().filter(|it| it.change == Change::Moved) {
        let Some(before) = it.was.as_deref().and_then(|was| befores.get(was)) else { continue };
        let Some(Some(parent)) = parents.get(it.path.as_str()) else { continue };
        let parent_path = &new.model.groups[*parent].header.path;
        let parent_before = before.parent.map(|id| &old.model.groups[id].header.path);
        let with_it =
            parent_before.is_some_and(|was| was != parent_path && pairs.path(was) == parent_path.as_str());
        if with_it && it.path == format!("{parent_path}.{}", before.name) {
            it.within = Some(parent_path.to_string());
        }
    }
}

fn groups(side: &Side<'_>) -> Vec<(GroupId, Element)> {
    let element = |(id, it): (GroupId, &Group)| {
        let mut facts = header(&it.header);
        side.attributes(&it.attrs, &mut facts);
        side.attributes(&it.handed_down, &mut facts);
        let kind = it.kind.as_str().to_owned();
        (id, Element { element: "group", kind, path: it.header.path.to_string(), facts })
    };
    side.model().groups.enumerate().map(element).collect()
}

fn components(side: &Side<'_>) -> Vec<(ComponentId, Element)> {
    let element = |(id, it): (ComponentId, &Component)| {
        let mut facts = header(&it.header);
        put(&mut facts, "kind", Some(&it.kind_name));
        put(&mut facts, "technology", it.tech.as_ref().map(|tech| tech.name.as_str()));
        side.attributes(&it.attrs, &mut facts);
        let kind = it.kind_name.to_string();
        (id, Element { element: "component", kind, path: it.header.path.to_string(), facts })
    };
    side.model().components.enumerate().map(element).collect()
}

fn connections(side: &Side<'_>) -> Vec<(Id<Connection>, Element)> {
    let model = side.model();
    let element = |(id, it): (Id<Connection>, &Connection)| {
        let mut facts = Facts::new();
        put(&mut facts, "operator", Some(it.op.as_str()));
        put(&mut facts, "label", it.label.as_deref());
        put(&mut facts, "description", it.description.as_deref());
        put(&mut facts, "tags", joined(&it.tags).as_deref());
        if let Some(of) = it.alternatives {
            let needs = &model.alternatives[of];
            put(&mut facts, "needs", Some(&format!("{} of {}", needs.needs, needs.connections.len())));
        }
        side.attributes(&it.attrs, &mut facts);
        let path = model.connection_subject(id);
        (id, Element { element: "connection", kind: it.op.as_str().to_owned(), path, facts })
    };
    model.connections.enumerate().map(element).collect()
}

/// Everything that is told by its name alone.
fn others(side: &Side<'_>) -> Vec<Element> {
    let model = side.model();
    let mut found = Vec::new();
    let mut add = |element: &'static str, it: &Header, attrs: Option<&Attributes>, more: Facts| {
        let mut facts = header(it);
        facts.extend(more);
        if let Some(attrs) = attrs {
            side.attributes(attrs, &mut facts);
        }
        found.push(Element { element, kind: element.to_owned(), path: it.path.to_string(), facts });
    };
    let objectives = side.objectives(&model.objectives);
    if let Some(system) = &model.system {
        add("system", system, None, objectives);
    }
    model.data.iter().for_each(|it| add("data", &it.header, Some(&it.attrs), Facts::new()));
    for flow in model.flows.iter().filter(|it| !it.implicit) {
        let mut facts = side.objectives(&flow.objectives);
        let calls: Vec<String> = flow.calls.iter().map(|call| side.call(call)).collect();
        put(&mut facts, "calls", Some(&calls.join(", ")));
        add("flow", &flow.header, Some(&flow.attrs), facts);
    }
    model.scenarios.iter().for_each(|it| add("scenario", &it.header, Some(&it.attrs), Facts::new()));
    model.decisions.iter().for_each(|it| add("decision", &it.header, Some(&it.attrs), Facts::new()));
    for policy in model.policies.iter() {
        let mut facts = Facts::new();
        let rules: Vec<String> = policy.rules.iter().map(|rule| side.text(rule.span)).collect();
        put(&mut facts, "rules", Some(&rules.join("; ")));
        add("policy", &policy.header, None, facts);
    }
    model.views.iter().for_each(|it| add("view", &it.header, Some(&it.attrs), Facts::new()));
    found
}

fn header(it: &Header) -> Facts {
    let mut facts = Facts::new();
    put(&mut facts, "label", it.label.as_deref());
    put(&mut facts, "description", it.description.as_deref());
    put(&mut facts, "tags", joined(&it.tags).as_deref());
    facts
}

fn joined(tags: &[smol_str::SmolStr]) -> Option<String> {
    (!tags.is_empty()).then(|| tags.join(", "))
}

/// A fact that means what it says.
fn put(facts: &mut Facts, name: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        let fact = Fact { meant: value.to_owned(), shown: short(value), inherited: false };
        facts.insert(name.to_owned(), fact);
    }
}

/// A text on one line, cut where it is long.
fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

impl Side<'_> {
    fn model(&self) -> &Model {
        &self.compilation.model
    }

    fn text(&self, span: Span) -> String {
        short(self.compilation.sources.slice(span))
    }

    /// The attributes that the file gives.
    fn attributes(&self, attrs: &Attributes, facts: &mut Facts) {
        for (id, value) in attrs.iter().filter(|(_, value)| value.is_given()) {
            let name = id.name();
            if facts.contains_key(name) {
                continue;
            }
            let meant = self.meant(&value.value);
            let shown = value.span.map(|span| self.text(span)).filter(|text| !text.is_empty());
            let shown = shown.unwrap_or_else(|| short(&meant));
            let inherited = matches!(value.origin, Origin::Group(_));
            facts.insert(name.to_owned(), Fact { meant, shown, inherited });
        }
    }

    /// Objectives by metric.
    fn objectives(&self, objectives: &[Objective]) -> Facts {
        let mut texts: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for it in objectives {
            let metric = it.metric.as_str();
            let meant = format!("{} {:e}", it.comparison.as_str(), it.target);
            let text = self.text(it.span);
            let shown =
                text.trim_start_matches("slo").trim_start().trim_start_matches(metric).trim().to_owned();
            texts.entry(metric).or_default().push((meant, shown));
        }
        let fact = |(metric, all): (&str, Vec<(String, String)>)| {
            let join =
                |part: fn(&(String, String)) -> &str| all.iter().map(part).collect::<Vec<_>>().join(", ");
            let (meant, shown) = (join(|it| &it.0), join(|it| &it.1));
            (format!("slo {metric}"), Fact { meant, shown, inherited: false })
        };
        texts.into_iter().map(fact).collect()
    }

    /// A call of a flow, by the names of the new design.
    fn call(&self, call: &crate::model::Call) -> String {
        use crate::model::{ElementRef, Endpoint};
        let it = &self.model().connections[call.connection];
        let name = |end| {
            (self.name)(match end {
                Endpoint::Component(id) => ElementRef::Component(id),
                Endpoint::Group(id) => ElementRef::Group(id),
            })
        };
        format!("{} {} {}", name(it.from), it.op.as_str(), name(it.to))
    }

    /// A value in a form that is equal where it means the same.
    fn meant(&self, value: &AttrValue) -> String {
        let list = |parts: Vec<String>| parts.join(", ");
        match value {
            AttrValue::Text(text) => text.to_string(),
            AttrValue::Texts(texts) => list(texts.iter().map(|(text, _)| text.to_string()).collect()),
            AttrValue::Flag(flag) => flag.to_string(),
            AttrValue::Count(count) => count.to_string(),
            AttrValue::Number(number) => format!("{number:e}"),
            AttrValue::Range(low, high) => format!("{low}..{high}"),
            AttrValue::Time(time) => format!("{:e} s", time.0),
            AttrValue::Rate(rate) => format!("{:e}/s", rate.0),
            AttrValue::Size(size) => format!("{:e} B", size.0),
            AttrValue::Bandwidth(bandwidth) => format!("{:e} B/s", bandwidth.0),
            AttrValue::Share(share) => format!("{:e}", share.0),
            AttrValue::Factor(factor) => format!("{:e}x", factor.0),
            AttrValue::Money(money) => format!("{}{:e}", money.currency.sign(), money.amount),
            AttrValue::Cost(cost) => format!("{}{:e}/month", cost.currency.sign(), cost.per_month),
            AttrValue::Date(date) => date.to_string(),
            AttrValue::Word(word) => (*word).to_owned(),
            AttrValue::Words(words) => words.join(", "),
            AttrValue::Ref(reference) => (self.name)(reference.target),
            AttrValue::Refs(refs) => list(refs.iter().map(|it| (self.name)(it.target)).collect()),
            AttrValue::Selectors(all) => list(all.iter().map(|it| it.text.to_string()).collect()),
            AttrValue::Record(fields) => {
                list(fields.iter().map(|(name, value)| format!("{name} = {}", self.meant(value))).collect())
            }
            AttrValue::Factors(all) => list(
                all.iter()
                    .map(|(it, factor)| format!("{} = {:e}", (self.name)(it.target), factor.0))
                    .collect(),
            ),
        }
    }
}
