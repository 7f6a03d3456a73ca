//! Joins the many edges of a hub into one trunk: they leave it at one port, share their bends and branch off one by one.
//! Thirty services that call one database would else need thirty ports and thirty tracks.

use std::collections::BTreeMap;

use super::build::Way;
use super::level::{Kind, Level};
use super::tree::Tree;
use crate::diagram::drawing::Op;

/// So many edges without a label make a trunk.
const LEAST: usize = 7;
/// So many make one that splits: a reader who comes from the hub has to choose at each branch, and each pair of branches is
/// measured as a crossing. Fewer find room for ends of their own.
const LEAST_TO_SPLIT: usize = 40;

/// The trunk of each way, if any.
pub(super) fn of_ways(tree: &Tree, g: usize, ways: &[Way]) -> Vec<Option<usize>> {
    // A trunk is known by its hub, the side of it, the operator and whether the edges start at the hub.
    let mut members: BTreeMap<(usize, bool, Op, bool), Vec<usize>> = BTreeMap::new();
    for (i, way) in ways.iter().enumerate() {
        let Way::Chain { edge, upper: Some(upper), lower: Some(lower), label: None } = *way else { continue };
        let route = &tree.routes[edge];
        if tree.loose[edge] {
            continue;
        }
        let Some(op) = route.op else { continue };
        for (child, top) in [(upper, true), (lower, false)] {
            let child = tree.children[g][child];
            let starts = route.from_child == child;
            // Dashes that start at different places would fill one another's gaps.
            let dashes_meet = op == Op::Message && !starts;
            if !tree.is_group(child) && !dashes_meet && op != Op::Replication {
                members.entry((child, top, op, starts)).or_default().push(i);
            }
        }
    }
    let least = |starts: bool| if starts { LEAST_TO_SPLIT } else { LEAST };
    let mut largest: Vec<(usize, Vec<usize>)> =
        members.into_iter().map(|((_, _, _, starts), m)| (least(starts), m)).collect();
    largest.retain(|(least, m)| m.len() >= *least);
    largest.sort_by_key(|(_, m)| std::cmp::Reverse(m.len()));
    let mut out = vec![None; ways.len()];
    for (bundle, (least, members)) in largest.into_iter().enumerate() {
        let free: Vec<usize> = members.into_iter().filter(|&i| out[i].is_none()).collect();
        if free.len() >= least {
            for i in free {
                out[i] = Some(bundle);
            }
        }
    }
    out
}

/// Puts the shared bends in the middle of their rows: branches go off to both sides.
pub(super) fn center(level: &mut Level) {
    for row in 0..level.rows.len() {
        let shared = |&i: &usize| level.items[i].kind == Kind::Bend && level.items[i].up.len() > 1;
        let (trunks, mut others): (Vec<usize>, Vec<usize>) = level.rows[row].iter().partition(|i| shared(i));
        if !trunks.is_empty() {
            let boxes = others.iter().filter(|&&i| level.is_box(i)).count();
            let at = others.len().min(usize::from(others.len() > boxes) + boxes / 2);
            others.splice(at..at, trunks);
            level.rows[row] = others;
            level.settle(row);
        }
    }
}
