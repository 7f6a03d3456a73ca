//! The kernel against published figures, against enumeration of all states, and against laws that hold for any system.

mod brute;
mod cuts;
mod extremes;
mod laws;
mod oracles;

use super::*;

/// Builds systems and structures in a line each.
#[derive(Default)]
struct Bench {
    system: System,
    structure: Structure,
}

impl Bench {
    fn domain(&mut self, availability: f64) -> DomainIx {
        self.system.add_domain(availability, None)
    }

    fn within(&mut self, availability: f64, parent: DomainIx) -> DomainIx {
        self.system.add_domain(availability, Some(parent))
    }

    /// A unit of one replica, in no domain.
    fn single(&mut self, availability: f64) -> NodeIx {
        self.placed(1, availability, &[(1, &[])])
    }

    /// A unit with so many replicas in each of these sets of domains.
    fn placed(&mut self, needs: u64, availability: f64, blocks: &[(u64, &[DomainIx])]) -> NodeIx {
        let blocks =
            blocks.iter().map(|&(count, domains)| Block { count, availability, domains: domains.to_vec() });
        let unit = self.system.add_unit(needs, blocks.collect());
        self.structure.unit(unit)
    }

    /// One replica in each domain.
    fn over(&mut self, needs: u64, availability: f64, domains: &[DomainIx]) -> NodeIx {
        let blocks: Vec<_> = domains.iter().map(std::slice::from_ref).map(|domain| (1, domain)).collect();
        self.placed(needs, availability, &blocks)
    }

    fn kernel(&self) -> Kernel<'_> {
        Kernel::new(&self.system, &self.structure, Limits::default())
    }

    fn solve(&self, node: NodeIx) -> Availability {
        let solved = self.kernel().solve(&Mixture::of(node)).availability();
        assert!(solved.exact);
        solved
    }

    fn value(&self, node: NodeIx) -> f64 {
        self.solve(node).value()
    }
}

/// Equal to the digits that the expected figure is written with.
#[track_caller]
fn near(actual: f64, expected: f64, digit: f64) {
    assert!((actual - expected).abs() <= 0.5 * digit * (1.0 + 1e-9), "{actual} is not {expected}");
}
