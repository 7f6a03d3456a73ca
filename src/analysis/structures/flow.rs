//! One flow: its runs told apart by their events, a structure for each kind of run.

use super::events::Events;
use super::visits::Visits;
use super::{Circumstances, FlowStructure, Structures};
use crate::analysis::availability::{Mixture, NodeIx, Unit};
use crate::model::{Flow, Model};

/// So many events are told apart run by run; each doubles the kinds of runs. The others become units that stand for chance,
/// which gives the same figure.
const TOLD_APART: usize = 4;

/// Whether an event happens to a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Luck {
    /// In this kind of run it does.
    Yes,
    /// In this kind of run it does not.
    No,
    /// In some runs; the node is true in those.
    Chance(NodeIx),
}

pub(super) fn compile(
    structures: &mut Structures,
    model: &Model,
    circumstances: &Circumstances,
    flow: &Flow,
) -> FlowStructure {
    let visits = Visits::new(model, circumstances, flow, false);
    let needed = mixture(structures, model, flow, &visits);
    let whole = visits.degrades().then(|| {
        let visits = Visits::new(model, circumstances, flow, true);
        mixture(structures, model, flow, &visits)
    });
    FlowStructure { needed, whole }
}

fn mixture(structures: &mut Structures, model: &Model, flow: &Flow, visits: &Visits<'_>) -> Mixture {
    let events = Events::of(model, flow, visits);
    // those that matter most are told apart
    let mut ranked: Vec<usize> = (0..events.list.len()).collect();
    let weight =
        |event: &usize| events.list.get(*event).map_or(0.0, |event| event.luck.min(1.0 - event.luck));
    ranked.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    let (apart, chance) = ranked.split_at(ranked.len().min(TOLD_APART));
    let mut lucks = vec![Luck::No; events.list.len()];
    for &event in chance {
        let luck = events.list.get(event).map_or(0.0, |event| event.luck);
        let unit = structures.add_unit(None, Unit::single(luck, Vec::new()));
        if let Some(slot) = lucks.get_mut(event) {
            *slot = Luck::Chance(structures.structure.unit(unit));
        }
    }
    let mut nodes = visits.all(structures, &events, &lucks);
    let affected = visits.affected(&events);
    let mut terms: Vec<(f64, NodeIx)> = Vec::new();
    for run in 0..1usize << apart.len() {
        let mut share = 1.0;
        for (bit, &event) in apart.iter().enumerate() {
            let luck = events.list.get(event).map_or(0.0, |event| event.luck);
            let lucky = run >> bit & 1 == 1;
            share *= if lucky { luck } else { 1.0 - luck };
            if let Some(slot) = lucks.get_mut(event) {
                *slot = if lucky { Luck::Yes } else { Luck::No };
            }
        }
        if share <= 0.0 {
            continue;
        }
        visits.again(structures, &events, &lucks, &affected, &mut nodes);
        let roots: Vec<NodeIx> =
            flow.roots.iter().filter_map(|root| nodes.get(root.index()).copied()).collect();
        let node = structures.structure.all(roots);
        match terms.iter_mut().find(|(_, known)| *known == node) {
            Some((weight, _)) => *weight += share,
            None => terms.push((share, node)),
        }
    }
    Mixture { terms }
}
