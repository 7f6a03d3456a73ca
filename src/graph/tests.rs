use super::*;

fn id(index: usize) -> ComponentId {
    ComponentId::from_index(index)
}

fn graph(components: usize, edges: &[(usize, usize)]) -> ComponentGraph {
    let step = |(at, (from, to)): (usize, &(usize, usize))| Step {
        connection: ConnectionId::from_index(at),
        from: id(*from),
        to: id(*to),
    };
    let steps: Vec<Step> = edges.iter().enumerate().map(step).collect();
    ComponentGraph::from_steps(components, &steps)
}

fn ids(steps: &[Step]) -> Vec<(usize, usize)> {
    steps.iter().map(|step| (step.from.index(), step.to.index())).collect()
}

fn indices(components: &[ComponentId]) -> Vec<usize> {
    components.iter().map(|id| id.index()).collect()
}

#[test]
fn neighbours_come_in_the_order_declared() {
    let graph = graph(4, &[(0, 3), (0, 1), (0, 2), (2, 1)]);
    assert_eq!(ids(&graph.outgoing(id(0)).collect::<Vec<_>>()), [(0, 3), (0, 1), (0, 2)]);
    assert_eq!(ids(&graph.incoming(id(1)).collect::<Vec<_>>()), [(0, 1), (2, 1)]);
}

#[test]
fn circles_and_self_calls_are_found() {
    let graph = graph(7, &[(5, 6), (6, 5), (0, 1), (1, 2), (2, 0), (2, 3), (3, 3), (3, 4)]);
    let circles: Vec<Vec<usize>> = graph.circles().iter().map(|circle| indices(circle)).collect();
    assert_eq!(circles, [vec![0, 1, 2], vec![3], vec![5, 6]]);
}

#[test]
fn the_shortest_circle_is_the_witness() {
    let graph = graph(5, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (3, 2)]);
    assert_eq!(ids(&graph.shortest_circle(&graph.circles()[0])), [(2, 3), (3, 2)]);
    let with_self = self::graph(3, &[(0, 1), (1, 0), (1, 1)]);
    assert_eq!(ids(&with_self.shortest_circle(&with_self.circles()[0])), [(1, 1)]);
}

#[test]
fn a_circle_begins_at_its_first_member() {
    let graph = graph(3, &[(2, 0), (1, 2), (0, 1)]);
    assert_eq!(ids(&graph.shortest_circle(&graph.circles()[0])), [(0, 1), (1, 2), (2, 0)]);
}

#[test]
fn callers_stand_before_callees() {
    let graph = graph(5, &[(4, 3), (3, 2), (2, 4), (2, 1), (0, 4)]);
    let order = indices(&graph.topological_order());
    let place = |index: usize| order.iter().position(|other| *other == index).unwrap();
    assert!(place(0) < place(4) && place(2) < place(1));
}

#[test]
fn the_shortest_path_takes_the_first_declared_of_equals() {
    let graph = graph(6, &[(0, 2), (0, 1), (1, 3), (2, 3), (3, 4)]);
    assert_eq!(ids(&graph.shortest_path(id(0), id(4)).unwrap()), [(0, 2), (2, 3), (3, 4)]);
    assert_eq!(graph.shortest_path(id(0), id(5)), None);
    assert_eq!(graph.shortest_path(id(1), id(1)), Some(Vec::new()));
    assert_eq!(indices_of(&graph.reachable(&[id(1)])), [1, 3, 4]);
    assert_eq!(indices_of(&graph.reaching(&[id(3)])), [0, 1, 2, 3]);
}

fn indices_of(flags: &[bool]) -> Vec<usize> {
    flags.iter().enumerate().filter(|(_, flag)| **flag).map(|(at, _)| at).collect()
}

#[test]
fn fronts_are_looked_through() {
    // 0 and 1 call front 2, which calls 3 and front 4, which calls 5 and 0
    let graph = graph(6, &[(0, 2), (1, 2), (2, 3), (2, 4), (4, 5), (4, 0)]);
    let front = |id: ComponentId| [2, 4].contains(&id.index());
    let behind = graph.callees_through(id(0), front, 100);
    assert_eq!(behind.iter().map(|(to, _)| to.index()).collect::<Vec<_>>(), [3, 5, 0]);
    assert_eq!(ids(&behind[2].1), [(0, 2), (2, 4), (4, 0)]);
    let before = graph.callers_through(id(5), front, 100);
    assert_eq!(before.iter().map(|(from, _)| from.index()).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(ids(&before[1].1), [(1, 2), (2, 4), (4, 5)]);
    assert_eq!(graph.callees_through(id(0), front, 2).len(), 1);
}

#[test]
fn the_longest_chain_crosses_a_circle_once() {
    // 0 -> 1 <-> 2 -> 3, and the shorter 4 -> 3
    let graph = graph(5, &[(4, 3), (0, 1), (1, 2), (2, 1), (2, 3)]);
    let chain = graph.longest_chain(|_| true);
    assert_eq!((chain.depth, indices(&chain.components)), (3, vec![0, 1, 2, 3]));
    let chain = graph.longest_chain(|id| id.index() != 0);
    assert_eq!(chain.depth, 2);
}

#[test]
fn among_equal_chains_the_first_declared_wins() {
    let graph = graph(4, &[(0, 2), (0, 1), (3, 1)]);
    assert_eq!(indices(&graph.longest_chain(|_| true).components), [0, 2]);
    assert_eq!(self::graph(0, &[]).longest_chain(|_| true), Chain::default());
}

#[test]
fn a_hundred_thousand_components_in_a_row_overflow_nothing() {
    let count = 100_000;
    let mut edges: Vec<(usize, usize)> = (1..count).map(|at| (at - 1, at)).collect();
    let row = graph(count, &edges);
    assert_eq!(row.longest_chain(|_| true).depth, count);
    assert_eq!(row.topological_order().len(), count);
    assert!(row.circles().is_empty());
    assert_eq!(row.shortest_path(id(0), id(count - 1)).unwrap().len(), count - 1);
    edges.push((count - 1, 0));
    let ring = graph(count, &edges);
    assert_eq!(ring.circles()[0].len(), count);
    assert_eq!(ring.shortest_circle(&ring.circles()[0]).len(), count);
    assert_eq!(ring.longest_chain(|_| true).depth, 1);
}

proptest::proptest! {
    #[test]
    fn random_graphs_agree_with_plain_searches(
        edges in proptest::collection::vec((0_usize..9, 0_usize..9), 0..24)
    ) {
        let graph = graph(9, &edges);
        let reach = |from: usize| graph.reachable(&[id(from)]);
        let on_circle = |at: usize| edges.iter().any(|(from, to)| *from == at && reach(*to)[at]);
        let mut members: Vec<usize> = graph.circles().iter().flat_map(|circle| indices(circle)).collect();
        members.sort_unstable();
        proptest::prop_assert_eq!(members, (0..9).filter(|at| on_circle(*at)).collect::<Vec<_>>());
        for circle in graph.circles() {
            let way = graph.shortest_circle(&circle);
            let closes = way.iter().zip(way.iter().cycle().skip(1)).all(|(a, b)| a.to == b.from);
            let back = |step: &Step| graph.shortest_path(step.to, step.from).map(|path| path.len() + 1);
            let least = circle.iter().flat_map(|at| graph.outgoing(*at)).filter_map(|step| back(&step)).min();
            proptest::prop_assert!(closes && Some(way.len()) == least);
        }
        let order = indices(&graph.topological_order());
        let place = |at: usize| order.iter().position(|other| *other == at);
        for (from, to) in &edges {
            proptest::prop_assert!(place(*from) < place(*to) || reach(*to)[*from]);
        }
        // forwards only: the longest chain by trying every edge again and again
        let forward: Vec<(usize, usize)> = edges.iter().copied().filter(|(from, to)| from < to).collect();
        let mut depth = [1_usize; 9];
        for _ in 0..9 {
            for (from, to) in &forward {
                depth[*from] = depth[*from].max(depth[*to] + 1);
            }
        }
        let chain = self::graph(9, &forward).longest_chain(|_| true);
        proptest::prop_assert_eq!(Some(chain.depth), depth.iter().copied().max());
        proptest::prop_assert_eq!(chain.components.len(), chain.depth);
        proptest::prop_assert!(chain.steps.windows(2).all(|pair| pair[0].to == pair[1].from));
    }
}
