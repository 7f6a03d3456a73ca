//! The longest chain of calls, circles collapsed to one link.

use super::{ComponentGraph, Step};
use crate::model::ComponentId;

/// A chain of calls.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chain {
    /// How many of the components that count lie on it, a circle counted once.
    pub depth: usize,
    /// The components on the way, each joined to the next by a step; through a circle the shortest way.
    pub components: Vec<ComponentId>,
    /// The steps between them.
    pub steps: Vec<Step>,
}

/// What follows a strongly connected set on its longest chain.
#[derive(Clone, Copy)]
struct Link {
    depth: usize,
    next: Option<Step>,
}

impl ComponentGraph {
    /// The chain with most components that `counts` accepts; the one declared first among equals.
    pub fn longest_chain(&self, counts: impl Fn(ComponentId) -> bool) -> Chain {
        let sets = self.strong_components();
        let mut set_of = vec![usize::MAX; self.len()];
        for (at, members) in sets.iter().enumerate() {
            for id in members {
                if let Some(slot) = set_of.get_mut(id.index()) {
                    *slot = at;
                }
            }
        }
        let set = |id: ComponentId| set_of.get(id.index()).copied().unwrap_or(usize::MAX);
        let mut links = vec![Link { depth: 0, next: None }; sets.len()];
        for (at, members) in sets.iter().enumerate().rev() {
            let own = usize::from(members.iter().any(|id| counts(*id)));
            let mut link = Link { depth: own, next: None };
            for step in members.iter().flat_map(|id| self.outgoing(*id)).filter(|step| set(step.to) != at) {
                let depth = own + links.get(set(step.to)).map_or(0, |follower| follower.depth);
                let first_of_equals =
                    depth == link.depth && link.next.is_some_and(|next| step.connection < next.connection);
                if depth > link.depth || first_of_equals {
                    link = Link { depth, next: Some(step) };
                }
            }
            if let Some(slot) = links.get_mut(at) {
                *slot = link;
            }
        }
        let deepest = |(at, link): (usize, &Link)| {
            let first = sets.get(at)?.first().copied()?;
            Some((link.depth, std::cmp::Reverse(first)))
        };
        match links.iter().enumerate().filter_map(deepest).max() {
            Some((depth, start)) if depth > 0 => self.unroll(depth, start.0, &links, set),
            _ => Chain::default(),
        }
    }

    fn unroll(
        &self,
        depth: usize,
        start: ComponentId,
        links: &[Link],
        set: impl Fn(ComponentId) -> usize,
    ) -> Chain {
        let mut steps: Vec<Step> = Vec::new();
        let mut at = start;
        while let Some(next) = links.get(set(at)).and_then(|link| link.next) {
            // the chain may begin anywhere in its first circle, but must cross the later ones
            if next.from != at && !steps.is_empty() {
                let same = set(at);
                let way = self.shortest_path_to(at, |id| id == next.from, |id| set(id) == same);
                steps.extend(way.into_iter().flatten());
            }
            steps.push(next);
            at = next.to;
        }
        let mut components: Vec<ComponentId> = steps.first().map(|step| step.from).into_iter().collect();
        components.extend(steps.iter().map(|step| step.to));
        if components.is_empty() {
            components.push(start);
        }
        Chain { depth, components, steps }
    }
}
