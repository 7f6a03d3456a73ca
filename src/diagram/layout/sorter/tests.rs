//! What the sorter reckons against what it would see.

use super::super::testing::{Random, random};
use super::super::{Direction, Variant, build};
use super::*;

/// What bridges cross for each place of one item, by putting it there.
fn by_moving(sorter: &mut Sorter, row: usize, given: &[usize], order: &[usize], moving: usize) -> Vec<i64> {
    let others: Vec<usize> = order.iter().copied().filter(|&k| k != moving).collect();
    let at = |place: usize| {
        let mut moved = others.clone();
        moved.insert(place, moving);
        sorter.rows[row] = moved.into_iter().map(|k| given[k]).collect();
        sorter.settle(row);
        whole(sorter.under(row))
    };
    let costs = (0..order.len()).map(at).collect();
    sorter.rows[row] = given.to_vec();
    sorter.settle(row);
    costs
}

#[test]
fn what_bridges_cross_by_sums_is_what_they_cross_by_moving() {
    let mut compared = 0;
    for seed in 0..60 {
        let (graph, mut r) = (random(seed, 30), Random::new(seed));
        let (direction, ties) = (Direction::Down, Vec::new());
        let variant = Variant { direction, peers: false, wrap: false, stretch: 1.0, fold: 1, ties };
        let mut tree = Tree::new(&graph, &variant, &[]);
        for group in tree.groups_top_down() {
            let level = build::build(&mut tree, group);
            let mut sorter = Sorter::new(&tree, &level, [false; 2]);
            for row in 0..sorter.rows.len() {
                let given = sorter.rows[row].clone();
                if given.len() < 2 {
                    continue;
                }
                let mut end = || given[r.below(given.len())];
                sorter.bridges[row] = (0..5).map(|_| (end(), end())).collect();
                let mut order: Vec<usize> = (0..given.len()).collect();
                (0..given.len()).for_each(|k| order.swap(k, r.below(given.len())));
                let moving = order[r.below(order.len())];
                let by_sums = sorter.under_by_place(row, &given, &order, moving);
                let by_moving = by_moving(&mut sorter, row, &given, &order, moving);
                assert_eq!(by_sums, by_moving, "seed {seed}, row {row}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}
