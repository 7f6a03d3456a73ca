//! Strongly connected parts of a graph of plain indices, callees first. Knows nothing of what the indices mean; never recurses.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over indices that it made itself")]

/// Edges by their start: those of node `v` are `targets[starts[v]..starts[v + 1]]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edges {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Edges {
    /// From pairs of start and end, in whatever order; ends of one start keep theirs. All are below `nodes`.
    pub(crate) fn new(nodes: usize, pairs: &[(u32, u32)]) -> Self {
        let mut starts = vec![0; nodes + 1];
        for &(from, _) in pairs {
            starts[from as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut targets = vec![0; pairs.len()];
        for &(from, to) in pairs {
            targets[next[from as usize]] = to;
            next[from as usize] += 1;
        }
        Self { starts, targets }
    }

    /// The ends of a node's edges.
    pub(crate) fn of(&self, node: u32) -> &[u32] {
        &self.targets[self.starts[node as usize]..self.starts[node as usize + 1]]
    }

    fn nodes(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The strongly connected parts, each before those that lead to it; nodes of a part ascend. Tarjan 1972.
    pub(crate) fn parts(&self) -> Vec<Vec<u32>> {
        const NEW: u32 = u32::MAX;
        let nodes = self.nodes();
        let (mut number, mut low) = (vec![NEW; nodes], vec![0u32; nodes]);
        let mut on_stack = vec![false; nodes];
        let (mut stack, mut parts, mut count) = (Vec::new(), Vec::new(), 0);
        let mut walk: Vec<(u32, usize)> = Vec::new();
        for root in 0..nodes as u32 {
            if number[root as usize] != NEW {
                continue;
            }
            walk.push((root, 0));
            while let Some((node, next)) = walk.pop() {
                let at = node as usize;
                if next == 0 {
                    (number[at], low[at]) = (count, count);
                    count += 1;
                    stack.push(node);
                    on_stack[at] = true;
                }
                let edges = self.of(node);
                if next > 0 {
                    // back from the edge before this one
                    let target = edges[next - 1] as usize;
                    if on_stack[target] {
                        low[at] = low[at].min(low[target]);
                    }
                }
                let unseen = (next..edges.len()).find(|&i| {
                    let target = edges[i] as usize;
                    if number[target] != NEW && on_stack[target] {
                        low[at] = low[at].min(number[target]);
                    }
                    number[target] == NEW
                });
                if let Some(i) = unseen {
                    walk.push((node, i + 1));
                    walk.push((edges[i], 0));
                    continue;
                }
                if low[at] == number[at] {
                    let from = stack.iter().rposition(|&other| other == node).unwrap_or(0);
                    let mut part = stack.split_off(from);
                    for &member in &part {
                        on_stack[member as usize] = false;
                    }
                    part.sort_unstable();
                    parts.push(part);
                }
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_before_those_that_lead_to_them() {
        // 0 -> 1 <-> 2 -> 3, 4 alone, 5 -> 5
        let edges = Edges::new(6, &[(0, 1), (1, 2), (2, 1), (2, 3), (5, 5)]);
        assert_eq!(edges.parts(), [vec![3], vec![1, 2], vec![0], vec![4], vec![5]]);
    }

    #[test]
    fn a_chain_of_a_million_needs_no_stack() {
        let pairs: Vec<(u32, u32)> = (0..1_000_000).map(|i| (i, i + 1)).collect();
        assert_eq!(Edges::new(1_000_001, &pairs).parts().len(), 1_000_001);
    }

    #[test]
    fn a_large_circle_is_one_part() {
        let pairs: Vec<(u32, u32)> = (0..1000).map(|i| (i, (i + 1) % 1000)).collect();
        assert_eq!(Edges::new(1000, &pairs).parts(), [(0..1000).collect::<Vec<u32>>()]);
    }
}
