//! A solved formula as straight-line arithmetic: values forward, derivatives backward, each in one pass.

use super::chance::Chance;
use super::groups::Groups;
use super::system::{DomainIx, Failed, System};

/// Index of a step; a step uses earlier ones only.
pub(super) type StepIx = u32;

#[derive(Clone, Debug)]
pub(super) enum Step {
    Known(Chance),
    /// So many units of a group, each up by itself with this chance.
    Leaf {
        group: u32,
        each: Chance,
        count: u64,
    },
    Domain(DomainIx),
    All(Range),
    Any(Range),
    AtLeast(usize, Range),
    /// `hi` while `on` is up, `lo` while it is down.
    Choose {
        on: StepIx,
        hi: StepIx,
        lo: StepIx,
    },
}

/// Where a step's operands are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    start: u32,
    len: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Circuit {
    steps: Vec<Step>,
    operands: Vec<StepIx>,
}

impl Circuit {
    pub(super) fn push(&mut self, step: Step) -> StepIx {
        self.steps.push(step);
        self.steps.len() as StepIx - 1
    }

    pub(super) fn range(&mut self, operands: impl IntoIterator<Item = StepIx>) -> Range {
        let start = self.operands.len() as u32;
        self.operands.extend(operands);
        Range { start, len: self.operands.len() as u32 - start }
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    fn operands(&self, range: Range) -> &[StepIx] {
        &self.operands[range.start as usize..(range.start + range.len) as usize]
    }

    /// The value of each step in the system as it stands, with what has failed beside.
    pub(super) fn values(&self, system: &System, groups: &Groups, failed: &Failed) -> Vec<Chance> {
        let mut values: Vec<Chance> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let of = |range| self.operands(range).iter().map(|&operand| values[operand as usize]);
            let value = match *step {
                Step::Known(chance) => chance,
                Step::Leaf { group, each, count } => {
                    let down = !failed.units.is_empty()
                        && groups.units(group).iter().any(|unit| failed.units.contains(unit));
                    if down { Chance::DOWN } else { each.all_of(count) }
                }
                Step::Domain(domain) if failed.domains.contains(&domain) => Chance::DOWN,
                Step::Domain(domain) => Chance::of(system.domains[domain.index()].availability),
                Step::All(range) => of(range).fold(Chance::UP, Chance::and),
                Step::Any(range) => of(range).fold(Chance::DOWN, Chance::or),
                Step::AtLeast(needed, range) => at_least(needed, &of(range).collect::<Vec<_>>()),
                Step::Choose { on, hi, lo } => {
                    values[on as usize].choose(values[hi as usize], values[lo as usize])
                }
            };
            values.push(value);
        }
        values
    }

    /// How much the weighted sum of `roots` rises for each step's chance of being up.
    pub(super) fn slopes(&self, values: &[Chance], roots: &[(f64, StepIx)]) -> Vec<f64> {
        let mut slopes = vec![0.0; self.steps.len()];
        for &(weight, root) in roots {
            slopes[root as usize] += weight;
        }
        for (ix, step) in self.steps.iter().enumerate().rev() {
            let slope = slopes[ix];
            if slope == 0.0 {
                continue;
            }
            match *step {
                Step::Known(_) | Step::Leaf { .. } | Step::Domain(_) => {}
                Step::All(range) => self.spread(range, slope, values, &mut slopes, |value| value.up),
                Step::Any(range) => self.spread(range, slope, values, &mut slopes, |value| value.down),
                Step::AtLeast(needed, range) => {
                    let operands = self.operands(range);
                    let chances: Vec<Chance> = operands.iter().map(|&at| values[at as usize]).collect();
                    for (&operand, pivot) in operands.iter().zip(pivots(needed, &chances)) {
                        slopes[operand as usize] += slope * pivot;
                    }
                }
                Step::Choose { on, hi, lo } => {
                    let (up, down) = (values[hi as usize], values[lo as usize]);
                    let precise = down.down < 0.5 && down.gap() < 1e-9;
                    let gain = if precise { down.down - up.down } else { up.up - down.up };
                    slopes[on as usize] += slope * gain;
                    slopes[hi as usize] += slope * values[on as usize].up;
                    slopes[lo as usize] += slope * values[on as usize].down;
                }
            }
        }
        slopes
    }

    /// Gives each operand the slope times the product of `factor` over all others.
    fn spread(
        &self,
        range: Range,
        slope: f64,
        values: &[Chance],
        slopes: &mut [f64],
        factor: impl Fn(Chance) -> f64,
    ) {
        let operands = self.operands(range);
        let mut before = Vec::with_capacity(operands.len());
        let mut product = slope;
        for &operand in operands {
            before.push(product);
            product *= factor(values[operand as usize]);
        }
        let mut after = 1.0;
        for (&operand, before) in operands.iter().zip(before).rev() {
            slopes[operand as usize] += before * after;
            after *= factor(values[operand as usize]);
        }
    }
}

/// At least `needed` of independent ones up.
fn at_least(needed: usize, chances: &[Chance]) -> Chance {
    let downs_needed = (chances.len() + 1).saturating_sub(needed);
    let (mut ups, mut downs) = (vec![1.0], vec![1.0]);
    for &chance in chances {
        count_one(&mut ups, chance, needed);
        count_one(&mut downs, chance.flip(), downs_needed);
    }
    let last = |counts: &[f64], at: usize| counts.get(at).copied().unwrap_or(0.0);
    Chance { up: last(&ups, needed), down: last(&downs, downs_needed) }
}

/// Adds one to the distribution of how many are up; `most` and above are counted together.
fn count_one(counts: &mut Vec<f64>, chance: Chance, most: usize) {
    if counts.len() <= most {
        counts.push(0.0);
    }
    // what is not up need not be down where there is a gap; a lower bound holds with either
    let (up, not_up) = (chance.up, 1.0 - chance.up);
    let top = counts.len() - 1;
    for at in (0..counts.len()).rev() {
        let stays = if at == top && top == most { counts[at] } else { counts[at] * not_up };
        let comes = if at == 0 { 0.0 } else { counts[at - 1] * up };
        counts[at] = stays + comes;
    }
}

/// For each one the chance that exactly `needed` − 1 of the others are up. Halves the list again and again, which takes
/// n · needed · log n steps and never divides.
fn pivots(needed: usize, chances: &[Chance]) -> Vec<f64> {
    let mut pivots = vec![0.0; chances.len()];
    let mut open = vec![(0, chances.len(), vec![1.0])];
    while let Some((from, to, others)) = open.pop() {
        if to - from <= 1 {
            if let Some(pivot) = pivots.get_mut(from) {
                *pivot = others.get(needed.wrapping_sub(1)).copied().unwrap_or(0.0);
            }
            continue;
        }
        let middle = from.midpoint(to);
        let with = |part: &[Chance]| {
            let mut counts = others.clone();
            part.iter().for_each(|&chance| count_one(&mut counts, chance, needed));
            counts
        };
        open.push((from, middle, with(&chances[middle..to])));
        open.push((middle, to, with(&chances[from..middle])));
    }
    pivots
}
