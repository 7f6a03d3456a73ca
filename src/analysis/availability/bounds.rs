//! Certain bounds for what is too large to solve. Up and down states of a monotone formula are associated (Esary, Proschan and
//! Walkup 1967): all of several are up at least as often as if they were independent, and at most as often as the worst of them.

use rustc_hash::FxHashMap;

use super::arena::{NodeIx, Op};
use super::chance::Chance;
use super::marginal::marginal;
use super::pools::PoolIx;
use super::residual::Residual;
use super::system::System;

/// The bounds of all nodes of a formula, filled as far as asked.
#[derive(Default)]
pub(super) struct Bounds {
    known: Vec<Chance>,
    units: FxHashMap<PoolIx, Chance>,
}

impl Bounds {
    pub(super) fn of(&mut self, system: &System, residual: &mut Residual<'_>, node: NodeIx) -> Chance {
        for ix in self.known.len()..=node.index() {
            let node = NodeIx(ix as u32);
            let bound = match residual.arena.op(node) {
                Op::False => Chance::DOWN,
                Op::True => Chance::UP,
                Op::Leaf(group, pool) => {
                    let each = marginal(system, residual.pools, PoolIx(pool), &mut self.units);
                    let count = residual.groups.units(group).len().max(1);
                    Chance { up: each.up.powf(count as f64), down: each.down }
                }
                op => {
                    let kids = residual.arena.kids(node);
                    self.gate(op, kids, !residual.blind && residual.first_shared(kids).is_none())
                }
            };
            self.known.push(bound);
        }
        self.known[node.index()]
    }

    fn gate(&self, op: Op, kids: &[NodeIx], independent: bool) -> Chance {
        let of = || kids.iter().map(|kid| self.known[kid.index()]);
        match op {
            Op::All if independent => of().fold(Chance::UP, Chance::and),
            Op::Any if independent => of().fold(Chance::DOWN, Chance::or),
            Op::All => all(of()),
            Op::Any => all(of().map(Chance::flip)).flip(),
            Op::AtLeast(needed) => {
                // up at least as often as the best `needed` all are, down as often as the worst n − needed + 1 all are
                let mut ups: Vec<f64> = of().map(|kid| kid.up).collect();
                let mut downs: Vec<f64> = of().map(|kid| kid.down).collect();
                ups.sort_unstable_by(|a, b| b.total_cmp(a));
                downs.sort_unstable_by(|a, b| b.total_cmp(a));
                let downs_needed = (kids.len() + 1).saturating_sub(needed);
                Chance {
                    up: ups.iter().take(needed).product(),
                    down: downs.iter().take(downs_needed).product(),
                }
            }
            _ => Chance::UNKNOWN,
        }
    }
}

fn all(kids: impl Iterator<Item = Chance>) -> Chance {
    kids.fold(Chance::UP, |sum, kid| Chance { up: sum.up * kid.up, down: sum.down.max(kid.down) })
}
