//! Any graph has a placement: every box has its size, every edge its line, and both come out the same twice.
//!
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none layout`

#![no_main]

use archc::diagram::drawing::{Direction, End, Op};
use archc::diagram::layout::graph::{Edge, Graph, Group, Node};
use archc::diagram::layout::{Options, Size, layout};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let graph = read(bytes);
    let placement = layout(&graph, &Options::default());
    assert_eq!(placement, layout(&graph, &Options::default()));
    let mirrored = matches!(graph.direction, Some(Direction::Right | Direction::Left));
    for (node, rect) in graph.nodes.iter().zip(&placement.nodes) {
        assert_eq!((rect.w, rect.h), (node.size.w, node.size.h), "sideways: {mirrored}");
        assert!(rect.x >= 0.0 && rect.y >= 0.0);
        assert!(rect.x + rect.w <= placement.width && rect.y + rect.h <= placement.height);
    }
    for (edge, line) in graph.edges.iter().zip(&placement.edges) {
        assert!(line.points.len() >= 2, "{edge:?}");
        assert_eq!(line.label.is_some(), edge.label.is_some(), "{edge:?}");
    }
});

/// Groups, then nodes, then edges, a few bytes each, until the bytes run out.
fn read(bytes: &[u8]) -> Graph {
    let mut bytes = bytes.iter().map(|&b| usize::from(b));
    let mut next = |limit: usize| bytes.next().map(|b| b % limit.max(1));
    let mut graph = Graph::default();
    let ways = [None, Some(Direction::Down), Some(Direction::Right), Some(Direction::Up), Some(Direction::Left)];
    graph.direction = next(5).and_then(|i| ways[i]);
    let (groups, nodes) = (next(12).unwrap_or(0), 1 + next(40).unwrap_or(0));
    for i in 0..groups {
        let parent = next(i + 1).filter(|&p| p < i);
        graph.groups.push(Group { title: next(256).unwrap_or(0) as f64, parent });
    }
    for _ in 0..nodes {
        let size = Size { w: (20 + next(256).unwrap_or(0)) as f64, h: (20 + next(120).unwrap_or(0)) as f64 };
        graph.nodes.push(Node { size, parent: next(groups + 1).filter(|&p| p < groups) });
    }
    let end = |i: usize| if i < nodes { End::Node(i) } else { End::Group(i - nodes) };
    while let (Some(from), Some(to), Some(label)) = (next(nodes + groups), next(nodes + groups), next(256)) {
        let label = (label > 128).then(|| Size { w: (label - 100) as f64, h: 14.0 });
        graph.edges.push(Edge { from: end(from), to: end(to), op: Op::ALL[from % 4], label });
    }
    graph
}
