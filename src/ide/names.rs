//! Names and what they mean: the element at a place, the places of an element, and how an element is called from where one stands.

use rustc_hash::FxHashMap;

use crate::model::{ElementRef, Header, Model};
use crate::source::Span;

/// The element that the name at exactly this place refers to or declares.
pub(super) fn element_at(model: &Model, span: Span) -> Option<ElementRef> {
    let from = model.references.partition_point(|(known, _)| *known < span);
    model.references.get(from).filter(|(known, _)| *known == span).map(|(_, element)| *element)
}

/// The header of an element.
pub(super) fn header(model: &Model, element: ElementRef) -> &Header {
    match element {
        ElementRef::Component(id) => &model.components[id].header,
        ElementRef::Group(id) => &model.groups[id].header,
        ElementRef::Data(id) => &model.data[id].header,
        ElementRef::Flow(id) => &model.flows[id].header,
        ElementRef::Scenario(id) => &model.scenarios[id].header,
    }
}

/// The kind of an element, as written.
pub(super) fn kind(model: &Model, element: ElementRef) -> &str {
    match element {
        ElementRef::Component(id) => &model.components[id].kind_name,
        ElementRef::Group(id) => model.groups[id].kind.as_str(),
        ElementRef::Data(_) => "data",
        ElementRef::Flow(_) => "flow",
        ElementRef::Scenario(_) => "scenario",
    }
}

/// Every element: components, groups, data, flows that are declared, scenarios.
pub(super) fn all(model: &Model) -> impl Iterator<Item = ElementRef> + '_ {
    let components = model.components.ids().map(ElementRef::Component);
    let groups = model.groups.ids().map(ElementRef::Group);
    let data = model.data.ids().map(ElementRef::Data);
    let flows =
        model.flows.enumerate().filter(|(_, flow)| !flow.implicit).map(|(id, _)| ElementRef::Flow(id));
    let scenarios = model.scenarios.ids().map(ElementRef::Scenario);
    components.chain(groups).chain(data).chain(flows).chain(scenarios)
}

/// The components and groups by name, to tell what a path means from where it stands.
#[derive(Debug)]
pub(super) struct Scopes<'m> {
    by_name: FxHashMap<&'m str, Vec<&'m str>>,
}

impl<'m> Scopes<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let mut by_name: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        let components = model.components.iter().map(|it| &it.header);
        for header in components.chain(model.groups.iter().map(|it| &it.header)) {
            by_name.entry(&header.name).or_default().push(&header.path);
        }
        Self { by_name }
    }

    /// How an element is called from inside the group of that path: its name, with as many groups before it as are needed.
    pub(super) fn shortest<'p>(&self, scope: &str, path: &'p str) -> &'p str {
        let starts = path.rmatch_indices('.').map(|(at, _)| at + 1).chain([0]);
        for start in starts {
            let suffix = path.get(start..).unwrap_or(path);
            let first = suffix.split('.').next().unwrap_or(suffix);
            let head = path.get(..start + first.len()).unwrap_or(path);
            if self.means(scope, first) == Some(head) {
                return suffix;
            }
        }
        path
    }

    /// The full path of the element that a single name means from a group.
    fn means(&self, scope: &str, name: &str) -> Option<&'m str> {
        let places = self.by_name.get(name)?;
        let mut level = Some(scope);
        while let Some(scope) = level {
            let inside = |path: &&&str| scope.is_empty() || within(path, scope);
            let direct = |path: &&&str| {
                let group = path.rsplit_once('.').map_or("", |(group, _)| group);
                group == scope
            };
            if let Some(path) = places.iter().find(direct) {
                return Some(path);
            }
            let mut below = places.iter().filter(inside);
            match (below.next(), below.next()) {
                (Some(only), None) => return Some(only),
                (Some(_), Some(_)) => return None,
                (None, _) => {}
            }
            level = match scope {
                "" => None,
                scope => Some(scope.rsplit_once('.').map_or("", |(outer, _)| outer)),
            };
        }
        None
    }
}

/// Whether a path lies inside the group of another.
pub(super) fn within(path: &str, group: &str) -> bool {
    path.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'))
}
