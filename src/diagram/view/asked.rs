//! What a view asks for, and which components and groups of the model that leaves. It knows no drawing.

use super::Options;
use crate::diagram::drawing::Direction;
use crate::model::attributes::words;
use crate::model::{AttrId, AttrValue, Attributes, ComponentId, ElementRef, GroupId, Model, Selector};

/// A view's attributes and the options that outrank them.
pub(super) struct Asked<'a> {
    pub(super) show: Option<&'a [Selector]>,
    pub(super) hide: &'a [Selector],
    pub(super) collapse: &'a [Selector],
    pub(super) shut: &'a [GroupId],
    pub(super) around: Option<ElementRef>,
    pub(super) depth: Option<usize>,
    pub(super) direction: Option<Direction>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(model: &'a Model, options: &'a Options) -> Self {
        let attrs = options.view.map(|v| &model.views[v].attrs);
        let selectors = |key| attrs.and_then(|a| selectors(a, key));
        let around = || attrs?.refs(AttrId::AROUND).first().map(|r| r.target);
        let depth = || usize::try_from(attrs?.count(AttrId::DEPTH)?).ok();
        let direction = || {
            Some(match attrs?.word::<words::Direction>(AttrId::DIRECTION)? {
                words::Direction::Right => Direction::Right,
                words::Direction::Down => Direction::Down,
                words::Direction::Left => Direction::Left,
                words::Direction::Up => Direction::Up,
            })
        };
        Self {
            show: selectors(AttrId::SHOW),
            hide: selectors(AttrId::HIDE).unwrap_or_default(),
            collapse: selectors(AttrId::COLLAPSE).unwrap_or_default(),
            shut: &options.shut,
            around: options.around.or_else(around),
            depth: options.depth.or_else(depth),
            direction: options.direction.or_else(direction),
        }
    }
}

fn selectors(attrs: &Attributes, key: AttrId) -> Option<&[Selector]> {
    match &attrs.get(key)?.value {
        AttrValue::Selectors(list) => Some(list),
        _ => None,
    }
}

/// Whether each component is shown.
pub(super) fn visible(model: &Model, asked: &Asked<'_>) -> Vec<bool> {
    let near = asked.around.map(|center| near(model, center, asked.depth.unwrap_or(1)));
    let any = |list: &[Selector], id| list.iter().any(|s| s.selects(model, id));
    model
        .components
        .enumerate()
        .map(|(id, _)| {
            asked.show.is_none_or(|show| any(show, id))
                && !any(asked.hide, id)
                && near.as_ref().is_none_or(|near| near.get(id.index()) == Some(&true))
        })
        .collect()
}

/// The components within so many connections of an element, either way.
fn near(model: &Model, center: ElementRef, depth: usize) -> Vec<bool> {
    let inside = |id: ComponentId, end: ElementRef| match end {
        ElementRef::Component(c) => c == id,
        ElementRef::Group(g) => model.ancestors(model.components[id].header.parent).any(|a| a == g),
        _ => false,
    };
    let mut near: Vec<bool> = model.components.enumerate().map(|(id, _)| inside(id, center)).collect();
    for _ in 0..depth.min(near.len()) {
        let before = near.clone();
        let was = |id: ComponentId| before.get(id.index()) == Some(&true);
        for (_, c) in model.connections.enumerate() {
            let (Some(a), Some(b)) = (c.caller(), c.callee()) else { continue };
            for (from, to) in [(a, b), (b, a)] {
                if let (true, Some(flag)) = (was(from), near.get_mut(to.index())) {
                    *flag = true;
                }
            }
        }
        if near == before {
            break;
        }
    }
    near
}

/// For each group, the outermost one that is drawn as a node in its place.
pub(super) fn folded(model: &Model, asked: &Asked<'_>) -> Vec<Option<GroupId>> {
    let mut is_shut = vec![false; model.groups.len()];
    for id in asked.shut {
        if let Some(flag) = is_shut.get_mut(id.index()) {
            *flag = true;
        }
    }
    let nesting = if asked.around.is_none() { asked.depth } else { None };
    let mut out: Vec<Option<GroupId>> = Vec::new();
    let mut depths: Vec<usize> = Vec::new();
    for (id, group) in model.groups.enumerate() {
        let parent = group.header.parent.map(GroupId::index);
        let depth = parent.and_then(|p| depths.get(p)).map_or(0, |d| d + 1);
        let outer = parent.and_then(|p| out.get(p).copied().flatten());
        let asked_for = is_shut.get(id.index()) == Some(&true)
            || asked.collapse.iter().any(|s| s.selects_group(model, id));
        let too_deep = nesting.is_some_and(|most| depth >= most);
        out.push(outer.or((asked_for || too_deep).then_some(id)));
        depths.push(depth);
    }
    out
}
