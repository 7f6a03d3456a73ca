//! Two drawings of a design as one: the later, with what went drawn in its place, and signs at what came, went, moved and
//! changed. Knows no model; what changed is told to it in words.

use std::collections::BTreeMap;

use crate::diagram::drawing::{Drawing, Edge, End, Group, Node};
use crate::diagram::sign::{Note, Sample, Sign, Tag, Tone};

/// Notes below the picture; `archc diff` tells all.
const MOST: usize = 40;

/// What is known of the two designs, by the ids of nodes and groups.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The new ids of old ones, where they differ.
    pub renamed: BTreeMap<String, String>,
    /// What changed of a node or group, by its new id.
    pub changed: BTreeMap<String, String>,
    /// What changed of the connections between two ends, by the new ids.
    pub changed_edges: BTreeMap<(String, String), String>,
}

/// What an element is beside the other design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Gone,
    Moved,
    Changed,
}

impl Fate {
    fn tone(self) -> Tone {
        match self {
            Self::New => Tone::Good,
            Self::Gone => Tone::Bad,
            Self::Moved => Tone::Info,
            Self::Changed => Tone::Warn,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Moved => "moved",
            Self::Changed => "changed",
        }
    }

    fn lay(self, sign: &mut Sign, remark: &str) {
        sign.raise(self.tone());
        sign.tag(self.tone(), self.word());
        sign.faint = self == Self::Gone;
        sign.remark(if remark.is_empty() { self.word() } else { remark });
    }
}

/// The drawing of both.
#[must_use]
pub fn both(old: &Drawing, new: &Drawing, known: &Known) -> Drawing {
    let mut both = Both { out: new.clone(), known, ends: BTreeMap::new(), fates: Vec::new() };
    both.out.overlay = super::super::sign::Overlay::default();
    for (at, group) in new.groups.iter().enumerate() {
        both.ends.insert(group.id.clone(), (End::Group(at), false));
    }
    for (at, node) in new.nodes.iter().enumerate() {
        both.ends.insert(node.id.clone(), (End::Node(at), false));
    }
    let old_groups: Vec<End> = old.groups.iter().map(|group| both.old_group(group, old)).collect();
    let old_nodes: Vec<End> = old.nodes.iter().map(|node| both.old_node(node, &old_groups)).collect();
    both.sign_ends();
    both.edges(old, new, &old_groups, &old_nodes);
    both.keys();
    both.out
}

struct Both<'a> {
    out: Drawing,
    known: &'a Known,
    /// What stands for each id, and whether the old design has it.
    ends: BTreeMap<String, (End, bool)>,
    fates: Vec<Fate>,
}

impl Both<'_> {
    /// The id that an old one has now.
    fn now<'i>(&'i self, id: &'i str) -> &'i str {
        self.known.renamed.get(id).map_or(id, String::as_str)
    }

    /// What is drawn for an old id today, if anything is.
    fn known_end(&mut self, id: &str) -> Option<End> {
        let now = self.now(id).to_owned();
        let (end, met) = self.ends.get_mut(&now)?;
        *met = true;
        Some(*end)
    }

    fn old_group(&mut self, group: &Group, old: &Drawing) -> End {
        if let Some(end) = self.known_end(&group.id) {
            return end;
        }
        let parent = group.parent.and_then(|at| old.groups.get(at)).map(|it| it.id.clone());
        let parent = parent.and_then(|id| self.known_end(&id)).and_then(index_of_group);
        let at = self.out.groups.len();
        self.out.groups.push(Group { parent, ..group.clone() });
        self.gone(&group.id, End::Group(at));
        Fate::Gone.lay(self.out.overlay.group(at), "");
        End::Group(at)
    }

    fn old_node(&mut self, node: &Node, groups: &[End]) -> End {
        if let Some(end) = self.known_end(&node.id) {
            return end;
        }
        let parent = node.parent.and_then(|at| groups.get(at)).copied().and_then(index_of_group);
        let at = self.out.nodes.len();
        self.out.nodes.push(Node { parent, ..node.clone() });
        self.gone(&node.id, End::Node(at));
        Fate::Gone.lay(self.out.overlay.node(at), "");
        End::Node(at)
    }

    fn gone(&mut self, id: &str, end: End) {
        self.ends.insert(id.to_owned(), (end, true));
        self.met(Fate::Gone);
    }

    fn met(&mut self, fate: Fate) {
        if !self.fates.contains(&fate) {
            self.fates.push(fate);
        }
    }

    /// Signs at what is new, moved or changed.
    fn sign_ends(&mut self) {
        let moved: BTreeMap<&str, &str> =
            self.known.renamed.iter().map(|(was, now)| (now.as_str(), was.as_str())).collect();
        let mut fates = Vec::new();
        for (id, (end, met)) in &self.ends {
            let remark = self.known.changed.get(id).cloned().unwrap_or_default();
            match (met, moved.get(id.as_str())) {
                (false, _) => fates.push((*end, Fate::New, String::new(), id.clone())),
                (true, Some(was)) => {
                    let remark = if remark.is_empty() { remark } else { format!("; {remark}") };
                    fates.push((*end, Fate::Moved, format!("was {was}{remark}"), id.clone()));
                }
                (true, None) if !remark.is_empty() => fates.push((*end, Fate::Changed, remark, id.clone())),
                (true, None) => {}
            }
        }
        fates.sort_by_key(|(end, ..)| *end);
        for (end, fate, remark, id) in fates {
            let sign = match end {
                End::Node(at) => self.out.overlay.node(at),
                End::Group(at) => self.out.overlay.group(at),
            };
            fate.lay(sign, &remark);
            self.met(fate);
            if fate != Fate::New {
                self.note(fate, id, remark);
            }
        }
    }

    /// New edges and those that are gone, which are drawn between what stands for their ends.
    fn edges(&mut self, old: &Drawing, new: &Drawing, groups: &[End], nodes: &[End]) {
        let today = |end: End| match end {
            End::Node(at) => nodes.get(at).copied(),
            End::Group(at) => groups.get(at).copied(),
        };
        let mut open: BTreeMap<(End, End, &'static str, String), Vec<usize>> = BTreeMap::new();
        for (at, edge) in new.edges.iter().enumerate().rev() {
            let key = (edge.from, edge.to, edge.op.as_str(), edge.label.clone());
            open.entry(key).or_default().push(at);
        }
        let mut lost: Vec<Edge> = Vec::new();
        for edge in &old.edges {
            let (Some(from), Some(to)) = (today(edge.from), today(edge.to)) else { continue };
            let key = (from, to, edge.op.as_str(), edge.label.clone());
            match open.get_mut(&key).and_then(Vec::pop) {
                Some(at) => self.known_edge(at, new),
                None => lost.push(Edge { from, to, ..edge.clone() }),
            }
        }
        // another label or operator between the same ends is a change
        let mut came: Vec<usize> = open.into_values().flatten().collect();
        came.sort_unstable();
        for at in came {
            let Some(edge) = new.edges.get(at) else { continue };
            let same = |it: &Edge| it.from == edge.from && it.to == edge.to;
            if let Some(was) = lost.iter().position(same) {
                let was = lost.remove(was);
                let words = |it: &Edge| format!("{} {}", it.op.as_str(), it.label).trim_end().to_owned();
                let remark = format!("{} → {}", words(&was), words(edge));
                Fate::Changed.lay(self.out.overlay.edge(at), &remark);
                self.met(Fate::Changed);
            } else {
                Fate::New.lay(self.out.overlay.edge(at), "");
                self.met(Fate::New);
            }
        }
        for edge in lost {
            let at = self.out.edges.len();
            self.out.edges.push(Edge { id: format!("e{}", at + 1), ..edge });
            Fate::Gone.lay(self.out.overlay.edge(at), "");
            self.met(Fate::Gone);
        }
    }

    /// An edge that both have, changed or not.
    fn known_edge(&mut self, at: usize, new: &Drawing) {
        let Some(edge) = new.edges.get(at) else { return };
        let id = |end| match end {
            End::Node(at) => new.nodes.get(at).map(|it| it.id.clone()),
            End::Group(at) => new.groups.get(at).map(|it| it.id.clone()),
        };
        let (Some(from), Some(to)) = (id(edge.from), id(edge.to)) else { return };
        let Some(remark) = self.known.changed_edges.get(&(from.clone(), to.clone())).cloned() else { return };
        Fate::Changed.lay(self.out.overlay.edge(at), &remark);
        self.met(Fate::Changed);
        self.note(Fate::Changed, format!("{from} {} {to}", edge.op.as_str()), remark);
    }

    fn note(&mut self, fate: Fate, head: String, text: String) {
        if self.out.overlay.notes.len() < MOST {
            let tag = Tag { tone: fate.tone(), text: fate.word().to_owned() };
            self.out.overlay.notes.push(Note { tag, head, text });
        }
    }

    fn keys(&mut self) {
        for fate in [Fate::New, Fate::Gone, Fate::Moved, Fate::Changed] {
            if self.fates.contains(&fate) {
                self.out.overlay.key(Sample::Halo(fate.tone()), fate.word());
            }
        }
    }
}

fn index_of_group(end: End) -> Option<usize> {
    match end {
        End::Group(at) => Some(at),
        End::Node(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::drawing::Op;

    fn drawing(nodes: &[&str], edges: &[(usize, usize, &str)]) -> Drawing {
        let node = |id: &&str| Node { id: (*id).to_owned(), kind: "service".into(), ..Node::default() };
        let edge = |(at, (from, to, label)): (usize, &(usize, usize, &str))| Edge {
            id: format!("e{}", at + 1),
            from: End::Node(*from),
            to: End::Node(*to),
            op: Op::Call,
            label: (*label).to_owned(),
        };
        Drawing {
            nodes: nodes.iter().map(node).collect(),
            edges: edges.iter().enumerate().map(edge).collect(),
            ..Drawing::default()
        }
    }

    fn words(signs: &[Sign]) -> Vec<String> {
        let word = |sign: &Sign| sign.tags.iter().map(|tag| tag.text.as_str()).collect::<Vec<_>>().join(" ");
        signs.iter().map(word).collect()
    }

    #[test]
    fn what_came_and_went_is_drawn_with_its_edges() {
        let old = drawing(&["a", "b", "c"], &[(0, 1, ""), (1, 2, "x")]);
        let new = drawing(&["a", "d", "c2"], &[(0, 1, ""), (0, 2, "")]);
        let known = Known { renamed: [("c".to_owned(), "c2".to_owned())].into(), ..Known::default() };
        let both = both(&old, &new, &known);
        let ids: Vec<&str> = both.nodes.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["a", "d", "c2", "b"]);
        assert_eq!(words(&both.overlay.nodes), ["", "new", "moved", "gone"]);
        assert_eq!(words(&both.overlay.edges), ["new", "new", "gone", "gone"]);
        assert_eq!(both.edges[3].from, End::Node(3));
        assert_eq!(both.edges[3].to, End::Node(2));
        let keys: Vec<&str> = both.overlay.keys.iter().map(|key| key.text.as_str()).collect();
        assert_eq!(keys, ["new", "gone", "moved"]);
    }

    #[test]
    fn a_change_is_told_where_it_is() {
        let old = drawing(&["a", "b"], &[(0, 1, "x")]);
        let mut new = drawing(&["a", "b"], &[(0, 1, "y")]);
        let known =
            Known { changed: [("b".to_owned(), "replicas: 1 → 2".to_owned())].into(), ..Known::default() };
        let drawn = both(&old, &new, &known);
        assert_eq!(words(&drawn.overlay.nodes), ["", "changed"]);
        assert_eq!(drawn.overlay.edges[0].remark, "-> x → -> y");
        assert_eq!(drawn.overlay.notes[0].text, "replicas: 1 → 2");
        new.edges[0].label = "x".into();
        let none = both(&new, &new, &Known::default());
        assert!(
            none.overlay.nodes.is_empty() && none.overlay.edges.is_empty() && none.overlay.keys.is_empty()
        );
    }

    #[test]
    fn a_lost_group_is_drawn_around_what_it_held() {
        let mut old = drawing(&["g.a"], &[]);
        old.groups.push(Group { id: "g".into(), ..Group::default() });
        old.nodes[0].parent = Some(0);
        let new = drawing(&["b"], &[]);
        let drawn = both(&old, &new, &Known::default());
        assert_eq!((drawn.groups.len(), drawn.nodes[1].parent), (1, Some(0)));
        // what stays while its group goes is where it is now
        let stays = drawing(&["a"], &[]);
        let known = Known { renamed: [("g.a".to_owned(), "a".to_owned())].into(), ..Known::default() };
        let drawn = both(&old, &stays, &known);
        assert_eq!((drawn.nodes.len(), drawn.nodes[0].parent), (1, None));
    }
}
