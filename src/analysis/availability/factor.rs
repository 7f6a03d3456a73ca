//! Solves a formula exactly by factoring: children that share nothing are multiplied, else the first variable that they share is
//! decided both ways. Equal leftovers are solved once, so the result is a decision diagram with products in it, never larger
//! than the diagram over the same order would be. Past the limit what is left is bounded instead.

use super::arena::{NodeIx, Op};
use super::bounds::Bounds;
use super::chance::Chance;
use super::circuit::{Circuit, Step, StepIx};
use super::groups::Groups;
use super::kernel::Limits;
use super::marginal::first_domain;
use super::pools::PoolIx;
use super::residual::{Residual, Target, Var};
use super::system::{DomainIx, System};

/// A formula as arithmetic.
pub(super) struct Factored {
    pub(super) circuit: Circuit,
    /// The step of each root.
    pub(super) roots: Vec<StepIx>,
    pub(super) groups: Groups,
    /// Up and down may not add up to 1: rare states were left out, or replicas or parts are bounded.
    pub(super) open: bool,
    /// Some of it is bounded because it was too much work.
    pub(super) bounded: bool,
}

/// Solves the formula at `roots`.
pub(super) fn factor(system: &System, residual: Residual<'_>, roots: &[NodeIx], limits: &Limits) -> Factored {
    let domains = residual.vars.iter().filter(|var| matches!(var, Var::Domain(_))).count();
    let mut factoring = Factoring {
        system,
        rare: limits.rare,
        eager: domains > limits.conditioned,
        limit: limits.nodes,
        residual,
        circuit: Circuit::default(),
        solved: Vec::new(),
        domain_steps: vec![None; system.domains.len()],
        bounds: None,
        gaps: false,
        unknown: None,
    };
    if factoring.residual.blind {
        factoring.residual.work = usize::MAX;
    }
    let roots = roots.iter().map(|&root| factoring.solve(root)).collect();
    let bounded = factoring.bounds.is_some();
    let open = bounded || factoring.gaps || factoring.unknown.is_some();
    Factored { circuit: factoring.circuit, roots, groups: factoring.residual.groups, open, bounded }
}

/// A domain that hardly ever fails is still decided as if it did this often: its importance rests on the state that it does.
const SELDOM: f64 = 1e-6;

struct Factoring<'a> {
    system: &'a System,
    /// States less likely than this are not looked at once a quarter of the limit is spent.
    rare: f64,
    /// Units are decided as soon as their domains are, and not all domains first.
    eager: bool,
    limit: usize,
    residual: Residual<'a>,
    circuit: Circuit,
    solved: Vec<Option<StepIx>>,
    domain_steps: Vec<Option<StepIx>>,
    bounds: Option<Bounds>,
    /// Some replicas are too many to count.
    gaps: bool,
    unknown: Option<StepIx>,
}

/// How a node is to be solved.
enum Plan {
    Done(Step),
    Gate(Op, Vec<NodeIx>),
    Choose { on: On, hi: NodeIx, lo: NodeIx },
}

#[derive(Clone, Copy)]
enum On {
    Domain(DomainIx),
    Node(NodeIx),
}

/// A node on the way: solved once all that its plan needs is.
struct Frame {
    node: NodeIx,
    /// The chance of the domain states that lead here.
    mass: f64,
    plan: Plan,
    next: usize,
}

impl Factoring<'_> {
    fn solve(&mut self, root: NodeIx) -> StepIx {
        let mut stack = vec![self.frame(root, 1.0)];
        while let Some(frame) = stack.last_mut() {
            let needed = match &frame.plan {
                Plan::Done(_) => None,
                Plan::Gate(_, kids) => kids.get(frame.next).map(|&kid| (kid, frame.mass)),
                Plan::Choose { on, hi, lo } => match (frame.next, on) {
                    (0, On::Domain(domain)) => Some((*hi, frame.mass * self.chance(*domain).up)),
                    (0, On::Node(_)) => Some((*hi, frame.mass)),
                    (1, On::Domain(domain)) => {
                        Some((*lo, frame.mass * self.chance(*domain).down.max(SELDOM)))
                    }
                    (1, On::Node(_)) => Some((*lo, frame.mass)),
                    (2, On::Node(node)) => Some((*node, frame.mass)),
                    _ => None,
                },
            };
            frame.next += 1;
            match needed {
                Some((node, mass)) => {
                    if self.step(node).is_none() && !self.is_rare(mass) {
                        stack.push(self.frame(node, mass));
                    }
                }
                None => {
                    if let Some(frame) = stack.pop() {
                        self.emit(frame);
                    }
                }
            }
        }
        self.step_or_unknown(root)
    }

    fn frame(&mut self, node: NodeIx, mass: f64) -> Frame {
        Frame { node, mass, plan: self.plan(node), next: 0 }
    }

    fn chance(&self, domain: DomainIx) -> Chance {
        Chance::of(self.system.domains[domain.index()].availability)
    }

    fn is_rare(&self, mass: f64) -> bool {
        mass < self.rare && self.residual.work > self.limit / 4
    }

    fn step(&self, node: NodeIx) -> Option<StepIx> {
        self.solved.get(node.index()).copied().flatten()
    }

    fn step_or_unknown(&mut self, node: NodeIx) -> StepIx {
        match self.step(node) {
            Some(step) => step,
            None => *self.unknown.get_or_insert_with(|| self.circuit.push(Step::Known(Chance::UNKNOWN))),
        }
    }

    fn emit(&mut self, frame: Frame) {
        let step = match frame.plan {
            Plan::Done(step) => self.circuit.push(step),
            Plan::Gate(op, kids) => {
                let kids: Vec<StepIx> = kids.into_iter().map(|kid| self.step_or_unknown(kid)).collect();
                let range = self.circuit.range(kids);
                self.circuit.push(match op {
                    Op::All => Step::All(range),
                    Op::AtLeast(needed) => Step::AtLeast(needed, range),
                    _ => Step::Any(range),
                })
            }
            Plan::Choose { on, hi, lo } => {
                let on = match on {
                    On::Domain(domain) => self.domain_step(domain),
                    On::Node(node) => self.step_or_unknown(node),
                };
                let (hi, lo) = (self.step_or_unknown(hi), self.step_or_unknown(lo));
                self.circuit.push(Step::Choose { on, hi, lo })
            }
        };
        if self.solved.len() <= frame.node.index() {
            self.solved.resize(self.residual.arena.len().max(frame.node.index() + 1), None);
        }
        self.solved[frame.node.index()] = Some(step);
    }

    fn domain_step(&mut self, domain: DomainIx) -> StepIx {
        let circuit = &mut self.circuit;
        *self.domain_steps[domain.index()].get_or_insert_with(|| circuit.push(Step::Domain(domain)))
    }

    fn plan(&mut self, node: NodeIx) -> Plan {
        match self.residual.arena.op(node) {
            Op::False => return Plan::Done(Step::Known(Chance::DOWN)),
            Op::True => return Plan::Done(Step::Known(Chance::UP)),
            _ => {}
        }
        if self.residual.work > self.limit {
            let bounds = self.bounds.get_or_insert_with(Bounds::default);
            return Plan::Done(Step::Known(bounds.of(self.system, &mut self.residual, node)));
        }
        match self.residual.arena.op(node) {
            Op::Leaf(group, pool) => self.plan_leaf(group, PoolIx(pool)),
            op => self.plan_gate(node, op),
        }
    }

    fn plan_leaf(&mut self, group: u32, pool: PoolIx) -> Plan {
        self.residual.work += 1;
        let Some(domain) = first_domain(self.system, self.residual.pools, pool) else {
            let each = self.residual.pools.chance(pool);
            self.gaps |= each.gap() > 1e-12;
            let count = self.residual.groups.units(group).len().max(1) as u64;
            return Plan::Done(Step::Leaf { group, each, count });
        };
        let (hi, lo) = self.residual.pools.split(pool, domain);
        let (hi, lo) = (self.residual.leaf(group, hi), self.residual.leaf(group, lo));
        Plan::Choose { on: On::Domain(domain), hi, lo }
    }

    fn plan_gate(&mut self, node: NodeIx, op: Op) -> Plan {
        let kids = self.residual.arena.kids(node).to_vec();
        self.residual.charge(kids.len());
        let Some(first) = self.residual.first_shared(&kids) else {
            return match op {
                Op::AtLeast(needed) => self.plan_count(node, needed, kids),
                _ => Plan::Gate(op, kids),
            };
        };
        if !matches!(op, Op::AtLeast(_)) {
            let parts = self.residual.parts(op, &kids);
            if !parts.is_empty() {
                return Plan::Gate(op, parts);
            }
        }
        let settled = if self.eager { self.residual.settled_part(node) } else { None };
        let (on, target) = match (settled, self.residual.vars[first as usize]) {
            (Some(part), _) => (On::Node(part), Target::Part(part)),
            (None, Var::Domain(domain)) => (On::Domain(domain), Target::Var(first)),
            (None, Var::Group(group)) => (On::Node(self.residual.leaf_of(node, group)), Target::Var(first)),
        };
        let hi = self.residual.restrict(node, target, true);
        let lo = self.residual.restrict(node, target, false);
        Plan::Choose { on, hi, lo }
    }

    /// Counting n children takes n · k steps: too many are bounded.
    fn plan_count(&mut self, node: NodeIx, needed: usize, kids: Vec<NodeIx>) -> Plan {
        let steps = kids.len().saturating_mul(needed.max(kids.len() + 1 - needed));
        self.residual.charge(steps / 16);
        if self.residual.work > self.limit {
            return self.plan(node);
        }
        Plan::Gate(Op::AtLeast(needed), kids)
    }
}
