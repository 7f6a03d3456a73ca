//! The share of the time in which a flow works. Failures are rare, so chance alone would see none. States with few things down are
//! all looked at, as many as the budget bears; what is left is sampled, where the things that may fail a component together, or all
//! of several that stand in for each other, are down more often than they are, one such cluster a sample, and each sample is weighed
//! with the chance of its state over the chance to draw it. Source: importance sampling with a defensive mixture, Hesterberg,
//! "Weighted Average Importance Sampling and Defensive Mixture Distributions", Technometrics 37(2), 1995.

use std::collections::BTreeMap;

use super::random::Random;
use super::runs::{Room, Runs};
use super::world::{State, Thing, Variable, World};
use super::{CONFIDENCE_Z, Measured};
use crate::model::ComponentId;

/// Alike things beyond so many are drawn by their number, as often as they are.
const CROWD: u64 = 32;
/// The share of the samples that are drawn as things are; what is never seen there is rarer than 1 in so many of them.
const AS_IT_IS: f64 = 0.1;
/// The share of the samples from which the weights of the clusters are learnt.
const PILOT: f64 = 0.2;
/// Chances of what is in a cluster: of a domain among all, and the least and most of a replica.
const DOMAIN: f64 = 0.2;
const REPLICA: (f64, f64) = (0.3, 0.8);

/// Measures the availability of a flow.
pub(super) fn measure(world: &World<'_>, runs: &Runs<'_>, samples: u64, random: &mut Random) -> Measured {
    let mut sampler = Sampler::new(world, runs);
    let seen = sampler.look_at_all(samples as f64 / 2.0, random);
    if seen.left_out <= 1e-9 * seen.failing {
        return Measured { value: seen.failing, lower: seen.failing, upper: seen.failing + seen.left_out };
    }
    let pilot = (samples as f64 * PILOT) as u64;
    let mut weights = sampler.even_weights();
    let learnt = sampler.sample(&weights, pilot, seen.most, random);
    weights = sampler.learnt_weights(&learnt.by_cluster);
    // what the weights were learnt from must not be counted with them
    let found = sampler.sample(&weights, samples.saturating_sub(pilot).max(1), seen.most, random);
    let half = CONFIDENCE_Z * found.skewed() * (found.variance() / found.count).sqrt();
    let unseen = if found.sum > 0.0 { 0.0 } else { (4.6 / (found.count * AS_IT_IS)).min(seen.left_out) };
    let value = seen.failing + found.mean();
    Measured {
        value,
        lower: (value - half).clamp(seen.failing.min(1.0), 1.0),
        upper: (value + half + unseen).min(seen.failing + seen.left_out).clamp(0.0, 1.0),
    }
}

/// What was found by looking at states one by one.
struct Seen {
    /// How many things are down in them at the most; `None` where none was looked at.
    most: Option<u64>,
    /// The chance of the states in which the flow fails.
    failing: f64,
    /// The chance of all other states.
    left_out: f64,
}

/// Weighed samples.
#[derive(Default)]
struct Found {
    count: f64,
    sum: f64,
    squares: f64,
    /// By cluster from which a sample was drawn: squares of its value.
    by_cluster: Vec<f64>,
}

impl Found {
    fn mean(&self) -> f64 {
        self.sum / self.count.max(1.0)
    }

    /// Weighed samples are skewed: the fewer of them count, the more often the heavy ones are missing. By trial, so much wider keeps the
    /// confidence.
    fn skewed(&self) -> f64 {
        let counting = if self.squares > 0.0 { self.sum * self.sum / self.squares } else { 1.0 };
        1.0 + 6.0 / counting.max(1.0).sqrt()
    }

    fn variance(&self) -> f64 {
        let count = self.count.max(2.0);
        ((self.squares / count - self.mean().powi(2)) * count / (count - 1.0)).max(0.0)
    }
}

/// Things that are down together more often than they are.
struct Cluster {
    /// By variable: the chance here.
    chances: BTreeMap<usize, f64>,
    /// Logarithm of the chance of nothing down here over that as it is.
    nothing: f64,
}

struct Sampler<'a> {
    world: &'a World<'a>,
    runs: &'a Runs<'a>,
    /// Those that are told apart first, then the crowds.
    variables: Vec<Variable>,
    few: usize,
    clusters: Vec<Cluster>,
    /// By variable: in which clusters it is, with what one more of it down adds to the logarithm of the ratio of chances.
    within: Vec<Vec<(usize, f64)>>,
    state: State,
    up: Vec<bool>,
    room: Room,
}

impl<'a> Sampler<'a> {
    fn new(world: &'a World<'a>, runs: &'a Runs<'a>) -> Self {
        let (mut variables, crowds): (Vec<Variable>, Vec<Variable>) =
            world.variables.iter().partition(|variable| variable.count <= CROWD);
        let few = variables.len();
        variables.extend(crowds);
        let (clusters, within) = clusters(world, runs, variables.get(..few).unwrap_or(&[]));
        let (up, room) = Default::default();
        Self { world, runs, variables, few, clusters, within, state: world.base(), up, room }
    }

    /// Looks at every state with nothing, one thing, two things down, as long as there are no more than so many.
    fn look_at_all(&mut self, most: f64, random: &mut Random) -> Seen {
        let mut seen = Seen { most: None, failing: 0.0, left_out: 1.0 };
        if self.few < self.variables.len() || !self.runs.is_certain() {
            return seen;
        }
        let total: u64 = self.variables.iter().map(|variable| variable.count).sum();
        let none: f64 = self.variables.iter().map(|it| it.count as f64 * (-it.down).ln_1p()).sum();
        let counts = states(&self.variables, most);
        let mut looked = 0.0;
        for (number, count) in counts.iter().enumerate() {
            looked += count;
            if looked > most || number as u64 > total {
                break;
            }
            seen.failing += self.look(number as u64, none.exp(), random);
            seen.most = Some(number as u64);
        }
        seen.left_out = match seen.most {
            Some(most) if most >= total => 0.0,
            Some(most) => more_than(&self.variables, most as usize),
            None => 1.0,
        };
        seen
    }

    /// The chance of the states with so many down in which the flow fails, given that of none down.
    fn look(&mut self, number: u64, none: f64, random: &mut Random) -> f64 {
        let mut down: Vec<u64> = vec![0; self.variables.len()];
        let mut failing = 0.0;
        // how many of each variable are down: the first takes as many as it can, and then gives them on
        fill(&mut down, &self.variables, 0, number);
        loop {
            let mut chance = none;
            for (variable, count) in self.variables.iter().zip(&down) {
                let odds = variable.down / (1.0 - variable.down);
                chance *= choose(variable.count, *count) * odds.powi(*count as i32);
            }
            if chance > 0.0 {
                failing += chance * self.failing(&down, random);
            }
            if !next(&mut down, &self.variables) {
                return failing;
            }
        }
    }

    /// The share of the runs that fail while so many of each variable are down.
    fn failing(&mut self, down: &[u64], random: &mut Random) -> f64 {
        let lost = || self.variables.iter().zip(down).filter(|(_, count)| **count > 0);
        for (variable, count) in lost() {
            self.state.fail(variable.thing, *count);
        }
        self.world.up(&self.state, &mut self.up);
        for (variable, count) in lost() {
            self.state.mend(variable.thing, *count);
        }
        self.runs.failing(&self.up, &mut self.room, random)
    }

    fn even_weights(&self) -> Vec<f64> {
        vec![(1.0 - AS_IT_IS) / self.clusters.len().max(1) as f64; self.clusters.len()]
    }

    /// A third evenly, the rest by what each cluster showed.
    fn learnt_weights(&self, squares: &[f64]) -> Vec<f64> {
        let all: f64 = squares.iter().map(|it| it.sqrt()).sum();
        if all <= 0.0 {
            return self.even_weights();
        }
        let learnt =
            |(even, square): (f64, &f64)| even / 3.0 + (1.0 - AS_IT_IS) * square.sqrt() / all * 2.0 / 3.0;
        self.even_weights().into_iter().zip(squares).map(learnt).collect()
    }

    /// Samples states with more than so many things down, from clusters with these weights.
    fn sample(&mut self, weights: &[f64], count: u64, most: Option<u64>, random: &mut Random) -> Found {
        let mut found = Found { by_cluster: vec![0.0; weights.len()], ..Found::default() };
        let as_it_is = 1.0 - weights.iter().sum::<f64>();
        let untouched: f64 =
            self.clusters.iter().zip(weights).map(|(it, weight)| weight * it.nothing.exp()).sum();
        let mut down: Vec<u64> = vec![0; self.variables.len()];
        let mut touched: BTreeMap<usize, f64> = BTreeMap::new();
        for _ in 0..count {
            found.count += 1.0;
            let chosen = pick(weights, random);
            let cluster = chosen.and_then(|chosen| self.clusters.get(chosen));
            let mut all = 0;
            for (at, (variable, slot)) in self.variables.iter().zip(&mut down).enumerate() {
                let chance =
                    cluster.and_then(|cluster| cluster.chances.get(&at)).copied().unwrap_or(variable.down);
                *slot = random.binomial(variable.count, chance);
                all += *slot;
            }
            if most.is_some_and(|most| all <= most) {
                continue;
            }
            let failing = self.failing(&down, random);
            if failing <= 0.0 {
                continue;
            }
            touched.clear();
            for (count, within) in down.iter().zip(&self.within).filter(|(count, _)| **count > 0) {
                for (cluster, each) in within {
                    *touched.entry(*cluster).or_default() += each * *count as f64;
                }
            }
            let mut ratio = as_it_is + untouched;
            for (at, added) in &touched {
                if let (Some(cluster), Some(weight)) = (self.clusters.get(*at), weights.get(*at)) {
                    ratio += weight * ((cluster.nothing + added).exp() - cluster.nothing.exp());
                }
            }
            let value = failing / ratio;
            found.sum += value;
            found.squares += value * value;
            if let Some(slot) = chosen.and_then(|chosen| found.by_cluster.get_mut(chosen)) {
                *slot += value * value;
            }
        }
        found
    }
}

/// The clusters of a flow: of each component, and of each set of components that stand in for each other, the replicas alone, and
/// some replicas with the domains; all domains. With them, for each variable, those in which it is.
fn clusters(
    world: &World<'_>,
    runs: &Runs<'_>,
    variables: &[Variable],
) -> (Vec<Cluster>, Vec<Vec<(usize, f64)>>) {
    let mut sets: Vec<Vec<ComponentId>> = world.components.iter().map(|id| vec![*id]).collect();
    sets.extend(runs.stand_ins());
    let mut all: Vec<BTreeMap<usize, f64>> = Vec::new();
    let mut add = |chance: &dyn Fn(&Variable) -> Option<f64>| {
        let chance = |(at, variable): (usize, &Variable)| Some((at, chance(variable)?.max(variable.down)));
        let members: BTreeMap<usize, f64> = variables.iter().enumerate().filter_map(chance).collect();
        if !members.is_empty() {
            all.push(members);
        }
    };
    for set in &sets {
        let enough = |id: ComponentId| world.enough_to_fail(id).clamp(REPLICA.0, REPLICA.1);
        add(&|variable| match variable.thing {
            Thing::Replica(id, _) if set.contains(&id) => Some(enough(id)),
            _ => None,
        });
        let domains = world.domains_of(set);
        if domains.is_empty() {
            continue;
        }
        let one_of_them = (1.0 / domains.len() as f64).clamp(0.05, 0.5);
        add(&|variable| match variable.thing {
            Thing::Domain(ix) => domains.binary_search(&ix).is_ok().then_some(one_of_them),
            Thing::Replica(id, _) => set.contains(&id).then_some(REPLICA.0),
        });
    }
    add(&|variable| matches!(variable.thing, Thing::Domain(_)).then_some(DOMAIN));
    let mut within: Vec<Vec<(usize, f64)>> = vec![Vec::new(); variables.len()];
    let mut clusters = Vec::with_capacity(all.len());
    for chances in all {
        let mut nothing = 0.0;
        for (at, chance) in &chances {
            let Some(variable) = variables.get(*at) else { continue };
            let (down, up) = ((chance / variable.down).ln(), ((1.0 - chance) / (1.0 - variable.down)).ln());
            nothing += up * variable.count as f64;
            if let Some(within) = within.get_mut(*at) {
                within.push((clusters.len(), down - up));
            }
        }
        clusters.push(Cluster { chances, nothing });
    }
    (clusters, within)
}

/// One of several by their weights; `None` for what is left of 1.
fn pick(weights: &[f64], random: &mut Random) -> Option<usize> {
    let mut left = random.uniform();
    for (at, weight) in weights.iter().enumerate() {
        if left < *weight {
            return Some(at);
        }
        left -= weight;
    }
    None
}

/// How many states there are with none, one, two … things down, alike things taken for one another; until there are more than so many.
fn states(variables: &[Variable], most: f64) -> Vec<f64> {
    let mut counts = vec![1.0];
    let total: u64 = variables.iter().map(|variable| variable.count).sum();
    for number in 1..=total.min(64) as usize {
        let mut ways = vec![0.0; number + 1];
        if let Some(first) = ways.first_mut() {
            *first = 1.0;
        }
        for variable in variables {
            let before = ways.clone();
            for (at, slot) in ways.iter_mut().enumerate() {
                let from = at - (variable.count as usize).min(at);
                *slot = before.get(from..=at).map_or(0.0, |row| row.iter().sum());
            }
        }
        let count = ways.last().copied().unwrap_or(0.0);
        counts.push(count);
        if count > most {
            break;
        }
    }
    counts
}

/// The chance that more than so many things are down, from the small end so that it keeps its digits.
fn more_than(variables: &[Variable], most: usize) -> f64 {
    // chances of exactly so many, up to where they are nothing
    let width = most + 64;
    let mut chances = vec![0.0; width + 1];
    if let Some(first) = chances.first_mut() {
        *first = 1.0;
    }
    for variable in variables {
        for _ in 0..variable.count {
            for at in (0..=width).rev() {
                let below = if at > 0 { chances.get(at - 1).copied().unwrap_or(0.0) } else { 0.0 };
                let lost =
                    if at == width { variable.down * chances.get(at).copied().unwrap_or(0.0) } else { 0.0 };
                if let Some(slot) = chances.get_mut(at) {
                    *slot = *slot * (1.0 - variable.down) + below * variable.down + lost;
                }
            }
        }
    }
    chances.iter().skip(most + 1).rev().sum()
}

/// n over k.
fn choose(all: u64, number: u64) -> f64 {
    (0..number).map(|at| (all - at.min(all)) as f64 / (at + 1) as f64).product()
}

/// Puts so many into the slots from one on, the first ones first.
fn fill(down: &mut [u64], variables: &[Variable], from: usize, number: u64) {
    let mut left = number;
    for (slot, variable) in down.iter_mut().zip(variables).skip(from) {
        *slot = left.min(variable.count);
        left -= *slot;
    }
}

/// The next way to have as many down; whether there is one.
fn next(down: &mut [u64], variables: &[Variable]) -> bool {
    let mut behind = 0;
    // the last slot that can give one on to those behind it
    for at in (0..down.len()).rev() {
        let room: u64 = variables.iter().skip(at + 1).map(|variable| variable.count).sum();
        let Some(slot) = down.get_mut(at) else { return false };
        if *slot > 0 && behind < room {
            *slot -= 1;
            fill(down, variables, at + 1, behind + 1);
            return true;
        }
        behind += *slot;
    }
    false
}
