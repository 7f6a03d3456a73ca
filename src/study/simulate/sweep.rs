//! Every single loss and every pair, worst first. Of pairs only those that do more than either loss alone.

use std::cmp::Ordering;

use serde::Serialize;

use super::judge::{Damage, Design};
use super::{Slo, Used};
use crate::analysis::losses::{self, Effect, Loss};
use crate::analysis::{Case, Compiled};
use crate::model::{ComponentId, FlowId};
use crate::parallel;

/// A sweep.
#[derive(Serialize, Debug)]
pub struct Sweep {
    /// What may be lost: failure domains, and of each component one replica, or itself where it has but one.
    pub elements: usize,
    /// With one of them lost.
    pub singles: Losses,
    /// With two of them lost, where asked for.
    pub pairs: Option<Losses>,
}

/// Losses of one kind.
#[derive(Serialize, Debug)]
pub struct Losses {
    /// How many were tried.
    pub tried: usize,
    /// How many are beyond what a sweep tries.
    pub left_out: usize,
    /// Under how many an objective fails that holds as designed.
    pub failing: usize,
    /// Of pairs: how many do more than each of the two alone: an objective fails that neither breaks, or more requests fail than
    /// under both together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worse_together: Option<usize>,
    /// For how many some flow was too much work to judge.
    pub open: usize,
    /// The worst first: those under which an objective fails, by the requests that fail; of pairs those that are worse together.
    pub rows: Vec<Row>,
}

/// A loss and what it does.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Row {
    /// What is lost, by path.
    pub lost: Vec<String>,
    /// The share of all requests that fail.
    pub lost_requests: f64,
    /// Objectives that fail though they hold as designed.
    pub objectives: Vec<BrokenSlo>,
    /// Flows that never succeed.
    pub down: Vec<String>,
    /// Flows that run with a part missing.
    pub degraded: Vec<String>,
    /// Components with a utilisation of 1 or more that are below as designed, the busiest first.
    pub saturated: Vec<Used>,
    /// The busiest of the others.
    pub next_to_saturate: Option<Used>,
}

/// An objective that fails.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct BrokenSlo {
    /// The flow.
    pub flow: String,
    /// The objective.
    #[serde(flatten)]
    pub slo: Slo,
}

/// Pairs are made of so many elements at the most, the worst ones.
const PAIRED: usize = 640;
/// Figures that single losses may take in all.
const FIGURES: usize = 200_000_000;
/// Requests that must fail beyond those of each loss alone for a pair to be worse together.
const MORE: f64 = 1e-4;

impl Sweep {
    /// Under how many pairs an objective fails.
    pub fn pairs_failing(&self) -> usize {
        self.pairs.as_ref().map_or(0, |pairs| pairs.failing)
    }
}

struct Sweeping<'a> {
    design: &'a Design<'a>,
    losses: losses::Losses<'a, 'a>,
    /// With nothing lost.
    base: Damage,
    rows: usize,
}

pub(super) fn sweep(design: &Design<'_>, circumstances: &Case, most: u8, rows: usize) -> Sweep {
    let compiled: &Compiled<'_> = design.compiled;
    let losses = losses::Losses::new(compiled, circumstances);
    let mut base = design.damage(&losses.none());
    base.broken.extend(design.missed());
    base.broken.sort_unstable();
    base.broken.dedup();
    let sweeping = Sweeping { design, losses, base, rows };
    let (singles, ranked) = sweeping.singles();
    Sweep {
        elements: sweeping.losses.elements().len(),
        singles,
        pairs: (most > 1).then(|| sweeping.pairs(&ranked)),
    }
}

impl Sweeping<'_> {
    /// With one element lost; and the elements with their damage, the worst first.
    fn singles(&self) -> (Losses, Vec<(Loss, Damage)>) {
        let elements = self.losses.elements();
        let figures = self.design.model.components.len() + self.design.model.flows.len();
        let tried = elements.len().min((FIGURES / figures.max(1)).max(1));
        let elements = elements.get(..tried).unwrap_or_default();
        let left_out = self.losses.elements().len() - tried;
        let mut all: Vec<(Loss, Damage)> = parallel::map(tried > 50, elements, |element| {
            let damage = self.design.damage(&self.losses.one(*element));
            (*element, self.beyond_base(damage))
        });
        let failing = all.iter().filter(|(_, damage)| !damage.broken.is_empty()).count();
        let open = all.iter().filter(|(_, damage)| damage.is_open).count();
        all.sort_by(|a, b| worse(&a.1, &b.1).then(a.0.cmp(&b.0)));
        let rows = all
            .iter()
            .filter(|(_, damage)| self.hurts(damage))
            .take(self.rows)
            .map(|(element, damage)| self.row(&self.losses.one(*element), damage));
        let rows = rows.collect();
        (Losses { tried, left_out, failing, worse_together: None, open, rows }, all)
    }

    fn pairs(&self, ranked: &[(Loss, Damage)]) -> Losses {
        let elements = ranked.get(..ranked.len().min(PAIRED)).unwrap_or_default();
        let pairs_of = |count: usize| count * (count + 1) / 2;
        let positions: Vec<usize> = (0..elements.len()).collect();
        let found = parallel::map(elements.len() > 20, &positions, |first| self.pairs_with(elements, *first));
        let (mut tried, mut failing, mut open, mut together) = (0, 0, 0, Vec::new());
        for part in found {
            tried += part.tried;
            failing += part.failing;
            open += part.open;
            together.extend(part.together);
        }
        together.sort_by(|(one, a), (other, b)| worse(a, b).then_with(|| one.cmp(other)));
        let rows = together
            .iter()
            .take(self.rows)
            .filter_map(|((one, other), damage)| Some(self.row(&self.losses.two(*one, *other)?, damage)));
        Losses {
            tried,
            left_out: pairs_of(self.losses.elements().len()) - pairs_of(elements.len()),
            failing,
            worse_together: Some(together.len()),
            open,
            rows: rows.collect(),
        }
    }

    /// The pairs of an element with itself and those behind it.
    fn pairs_with(&self, elements: &[(Loss, Damage)], first: usize) -> Part {
        let mut part = Part::default();
        let Some((one, of_one)) = elements.get(first) else { return part };
        for (other, of_other) in elements.get(first..).unwrap_or_default() {
            let Some(effect) = self.losses.two(*one, *other) else { continue };
            let damage = self.beyond_base(self.design.damage(&effect));
            part.tried += 1;
            part.failing += usize::from(!damage.broken.is_empty());
            part.open += usize::from(damage.is_open);
            if self.is_worse_together(&damage, of_one, of_other) {
                part.together.push((((*one).min(*other), (*one).max(*other)), damage));
            }
        }
        part
    }

    fn is_worse_together(&self, pair: &Damage, one: &Damage, other: &Damage) -> bool {
        let new = |it: &(FlowId, usize)| !one.broken.contains(it) && !other.broken.contains(it);
        let base = self.base.lost_requests;
        let apart = (one.lost_requests - base).max(0.0) + (other.lost_requests - base).max(0.0);
        pair.broken.iter().any(new) || pair.lost_requests - base > apart + MORE
    }

    /// Without the objectives that fail anyway and the components that are too busy anyway.
    fn beyond_base(&self, mut damage: Damage) -> Damage {
        damage.broken.retain(|it| self.base.broken.binary_search(it).is_err());
        damage.saturated.retain(|(id, _)| self.base.saturated.iter().all(|(known, _)| known != id));
        damage
    }

    fn hurts(&self, damage: &Damage) -> bool {
        !damage.broken.is_empty()
            || !damage.down.is_empty()
            || !damage.degraded.is_empty()
            || !damage.saturated.is_empty()
            || damage.lost_requests > self.base.lost_requests + 1e-9
    }

    fn row(&self, effect: &Effect, damage: &Damage) -> Row {
        let model = self.design.model;
        let placement = self.design.compiled.placement();
        let names =
            |flows: &[FlowId]| flows.iter().map(|id| model.flows[*id].header.name.to_string()).collect();
        let used =
            |(id, utilization): (ComponentId, f64)| Used { path: model.path(id).to_owned(), utilization };
        let told = self.design.told(effect, &damage.broken).into_iter();
        Row {
            lost: effect.lost.iter().map(|loss| loss.path(model, placement)).collect(),
            lost_requests: damage.lost_requests,
            objectives: told
                .map(|(flow, slo)| BrokenSlo { flow: model.flows[flow].header.name.to_string(), slo })
                .collect(),
            down: names(&damage.down),
            degraded: names(&damage.degraded),
            saturated: damage.saturated.iter().copied().map(used).collect(),
            next_to_saturate: damage.next.map(used),
        }
    }
}

/// What the pairs of one element came to.
#[derive(Default)]
struct Part {
    tried: usize,
    failing: usize,
    open: usize,
    together: Vec<((Loss, Loss), Damage)>,
}

/// The worse one first.
fn worse(one: &Damage, other: &Damage) -> Ordering {
    let busiest = |damage: &Damage| damage.saturated.first().map_or(0.0, |(_, used)| *used);
    let by = |a: usize, b: usize| b.cmp(&a);
    one.broken
        .is_empty()
        .cmp(&other.broken.is_empty())
        .then(other.lost_requests.total_cmp(&one.lost_requests))
        .then(by(one.broken.len(), other.broken.len()))
        .then(by(one.down.len(), other.down.len()))
        .then(by(one.degraded.len(), other.degraded.len()))
        .then(busiest(other).total_cmp(&busiest(one)))
}
