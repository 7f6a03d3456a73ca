//! Which groups start collapsed, on a page and beside a text: enough of the deepest ones that a reader sees a picture one can
//! read. Knows only the drawing.

use super::drawing::Drawing;

/// Nodes that are shown at once before groups collapse.
const MOST: usize = 60;

/// Whether each group starts collapsed.
pub(crate) fn shut(drawing: &Drawing) -> Vec<bool> {
    let mut depths: Vec<usize> = Vec::new();
    for group in &drawing.groups {
        depths.push(group.parent.and_then(|parent| depths.get(parent)).map_or(0, |depth| depth + 1));
    }
    let deepest = depths.iter().copied().max().unwrap_or(0);
    let mut shut = vec![false; depths.len()];
    for level in (0..=deepest).rev() {
        if boxes(drawing, &shut) <= MOST {
            break;
        }
        for (flag, depth) in shut.iter_mut().zip(&depths) {
            *flag |= *depth == level;
        }
    }
    shut
}

/// Nodes and collapsed groups that are to be seen.
fn boxes(drawing: &Drawing, shut: &[bool]) -> usize {
    // a group stands after the one that holds it
    let mut hidden: Vec<bool> = Vec::new();
    let mut seen = 0;
    let is = |flags: &[bool], at: Option<usize>| at.is_some_and(|at| flags.get(at) == Some(&true));
    for (at, group) in drawing.groups.iter().enumerate() {
        let out = is(&hidden, group.parent) || is(shut, group.parent);
        hidden.push(out);
        seen += usize::from(!out && is(shut, Some(at)));
    }
    let free = |parent| !is(&hidden, parent) && !is(shut, parent);
    seen + drawing.nodes.iter().filter(|node| free(node.parent)).count()
}

#[cfg(test)]
mod tests {
    use super::super::drawing::{Group, Node};
    use super::*;

    /// Two outer groups of two inner ones each; each of the six holds so many nodes.
    fn nested(outer: usize, inner: usize) -> Drawing {
        let parents = [None, Some(0), Some(0), None, Some(3), Some(3)];
        let groups = parents.map(|parent| Group { parent, ..Group::default() }).to_vec();
        let count = |at: usize| if parents[at].is_none() { outer } else { inner };
        let nodes =
            (0..6).flat_map(|at| vec![Node { parent: Some(at), ..Node::default() }; count(at)]).collect();
        Drawing { groups, nodes, ..Drawing::default() }
    }

    #[test]
    fn sixty_nodes_stay_open() {
        assert_eq!(shut(&nested(10, 10)), [false; 6]);
    }

    #[test]
    fn beyond_that_the_deepest_groups_close_first() {
        assert_eq!(shut(&nested(11, 10)), [false, true, true, false, true, true]);
        // 2 × 40 nodes and 4 closed groups are still too many
        assert_eq!(shut(&nested(40, 10)), [true; 6]);
    }

    #[test]
    fn nodes_without_a_group_cannot_be_collapsed() {
        let nodes = vec![Node::default(); 90];
        assert!(shut(&Drawing { nodes, ..Drawing::default() }).is_empty());
    }
}
