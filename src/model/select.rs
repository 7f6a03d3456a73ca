//! What a selector selects, for views and policies alike.

use super::{ComponentId, ElementRef, GroupId, GroupKind, Model, Selector, SelectorKind};

impl Selector {
    /// Whether it selects a component, by itself or with a group that holds it.
    pub fn selects(&self, model: &Model, id: ComponentId) -> bool {
        let component = &model.components[id];
        let held = || model.ancestors(component.header.parent);
        match &self.kind {
            SelectorKind::Everything => true,
            SelectorKind::Kind(kind) => component.kind == *kind,
            SelectorKind::CustomKind(name) => component.kind_name == *name,
            SelectorKind::Element(ElementRef::Component(other)) => id == *other,
            // a `system` without a block covers the whole file
            SelectorKind::GroupKind(GroupKind::System) if covers_the_file(model) => true,
            SelectorKind::Element(_) | SelectorKind::GroupKind(_) => {
                held().any(|g| self.selects_group(model, g))
            }
            SelectorKind::Tag(tag) => {
                component.header.tags.contains(tag) || held().any(|g| self.selects_group(model, g))
            }
            SelectorKind::Tech(name) => component.tech.as_ref().is_some_and(|tech| {
                tech.name == *name || tech.entry.is_some_and(|e| e.name == name.as_str())
            }),
            SelectorKind::Team(name) => model.owner(id).is_some_and(|owner| owner == *name),
        }
    }

    /// Whether it selects a group as a whole, apart from the groups around it.
    pub fn selects_group(&self, model: &Model, id: GroupId) -> bool {
        let group = &model.groups[id];
        match &self.kind {
            SelectorKind::Everything => true,
            SelectorKind::GroupKind(kind) => group.kind == *kind,
            SelectorKind::Element(ElementRef::Group(other)) => id == *other,
            SelectorKind::Tag(tag) => group.header.tags.contains(tag),
            _ => false,
        }
    }
}

/// Whether the `system` statement has no block.
fn covers_the_file(model: &Model) -> bool {
    model.system.is_some() && !model.groups.iter().any(|group| group.kind == GroupKind::System)
}
