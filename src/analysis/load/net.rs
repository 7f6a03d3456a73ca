//! Rates through a net of calls: λ = λ0 + Pᵀλ, callers first, circles solved as linear equations. Plain indices; knows no model.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over indices that it made itself")]

use crate::analysis::order::Edges;

/// Nodes and the edges between them, in the order in which rates flow.
#[derive(Clone, Debug, Default)]
pub(super) struct Net {
    nodes: usize,
    /// Start and end of each edge; coefficients stand in the same order.
    edges: Vec<(u32, u32)>,
    /// Edges by their start.
    outgoing: Vec<Vec<u32>>,
    /// Strongly connected parts, callers first.
    parts: Vec<Vec<u32>>,
    /// By node: whether it is on a circle.
    circular: Vec<bool>,
}

/// A circle through which more comes back than went in.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Diverging {
    /// Nodes of one circle, in order.
    pub(super) circle: Vec<u32>,
    /// The spectral radius of its part of the net.
    pub(super) radius: f64,
}

/// Parts up to this size are solved by elimination, larger ones by iteration.
const DENSE: usize = 64;
/// Multiplications that one iteration may take in all.
const PATIENCE: usize = 50_000_000;

impl Net {
    pub(super) fn new(nodes: usize, edges: Vec<(u32, u32)>) -> Self {
        let mut outgoing = vec![Vec::new(); nodes];
        for (at, &(from, _)) in edges.iter().enumerate() {
            outgoing[from as usize].push(at as u32);
        }
        // a net whose edges all point forward is its own order
        let forward = edges.iter().all(|(from, to)| from < to);
        let mut circular = vec![false; nodes];
        let parts = if forward {
            (0..nodes as u32).map(|node| vec![node]).collect()
        } else {
            let mut parts = Edges::new(nodes, &edges).parts();
            parts.reverse();
            for part in &parts {
                let on_circle = part.len() > 1
                    || outgoing[part[0] as usize].iter().any(|at| edges[*at as usize].1 == part[0]);
                for &node in part {
                    circular[node as usize] = on_circle;
                }
            }
            parts
        };
        Self { nodes, edges, outgoing, parts, circular }
    }

    /// The rate of every node, given what enters each and how much of a node's rate each edge passes on.
    pub(super) fn rates(&self, sources: &[f64], coefficients: &[f64]) -> Result<Vec<f64>, Diverging> {
        let mut rates = sources.to_vec();
        rates.resize(self.nodes, 0.0);
        for part in &self.parts {
            if self.circular[part[0] as usize] {
                self.solve(part, coefficients, &mut rates)?;
            }
            for &node in part {
                for &at in &self.outgoing[node as usize] {
                    let to = self.edges[at as usize].1;
                    if !(self.circular[node as usize] && part.binary_search(&to).is_ok()) {
                        rates[to as usize] += rates[node as usize] * coefficients[at as usize];
                    }
                }
            }
        }
        Ok(rates)
    }

    /// The largest product of factors along any path from a node with a source to each node; circles count once around.
    pub(super) fn largest_products(&self, sources: &[f64], factors: &[f64]) -> Vec<f64> {
        let mut products = sources.to_vec();
        products.resize(self.nodes, 0.0);
        for part in &self.parts {
            for &node in part {
                for &at in &self.outgoing[node as usize] {
                    let to = self.edges[at as usize].1 as usize;
                    products[to] = products[to].max(products[node as usize] * factors[at as usize]);
                }
            }
        }
        products
    }

    fn inner_edges<'a>(
        &'a self,
        part: &'a [u32],
        coefficients: &'a [f64],
    ) -> impl Iterator<Item = (usize, usize, f64)> + 'a {
        part.iter().enumerate().flat_map(move |(from, node)| {
            self.outgoing[*node as usize].iter().filter_map(move |at| {
                let to = part.binary_search(&self.edges[*at as usize].1).ok()?;
                Some((from, to, coefficients[*at as usize]))
            })
        })
    }

    fn solve(&self, part: &[u32], coefficients: &[f64], rates: &mut [f64]) -> Result<(), Diverging> {
        let edges: Vec<(usize, usize, f64)> =
            self.inner_edges(part, coefficients).filter(|(.., passed)| *passed > 0.0).collect();
        let sources: Vec<f64> = part.iter().map(|node| rates[*node as usize]).collect();
        let solution =
            if part.len() <= DENSE { eliminate(&edges, &sources) } else { iterate(&edges, &sources) };
        let radius = if solution.is_some() { 0.0 } else { spectral_radius(part.len(), &edges) };
        match solution {
            Some(solution) => {
                for (node, rate) in part.iter().zip(solution) {
                    rates[*node as usize] = rate;
                }
                Ok(())
            }
            None => {
                let circle = circle(part.len(), &edges).into_iter().map(|at| part[at]).collect();
                Err(Diverging { circle, radius: radius.max(1.0) })
            }
        }
    }
}

/// Solves (I − Pᵀ)λ = λ0 by Gaussian elimination; `None` where no non-negative solution exists: the radius is 1 or more.
/// A non-negative matrix P has a radius below 1 exactly where (I − P) has a non-negative inverse; without pivoting its
/// pivots are then positive, and nothing but positive numbers is added up.
fn eliminate(edges: &[(usize, usize, f64)], sources: &[f64]) -> Option<Vec<f64>> {
    let n = sources.len();
    let mut matrix = vec![0.0; n * n];
    for row in 0..n {
        matrix[row * n + row] = 1.0;
    }
    for &(from, to, passed) in edges {
        matrix[to * n + from] -= passed;
    }
    let mut rhs = sources.to_vec();
    for pivot in 0..n {
        let top = matrix[pivot * n + pivot];
        if top <= 1e-12 {
            return None;
        }
        for row in pivot + 1..n {
            let factor = matrix[row * n + pivot] / top;
            if factor == 0.0 {
                continue;
            }
            for column in pivot..n {
                matrix[row * n + column] -= factor * matrix[pivot * n + column];
            }
            rhs[row] -= factor * rhs[pivot];
        }
    }
    for row in (0..n).rev() {
        let behind: f64 = (row + 1..n).map(|column| matrix[row * n + column] * rhs[column]).sum();
        rhs[row] = (rhs[row] - behind) / matrix[row * n + row];
    }
    rhs.iter().all(|rate| rate.is_finite() && *rate >= -1e-9).then_some(rhs)
}

/// The same for many nodes, by Gauss and Seidel's iteration until it stands still; `None` where it does not.
fn iterate(edges: &[(usize, usize, f64)], sources: &[f64]) -> Option<Vec<f64>> {
    let mut passed_on = vec![0.0; sources.len()];
    for &(from, _, passed) in edges {
        passed_on[from] += passed;
    }
    // where no node passes on less than it gets, nothing ever settles: the radius is at least the least row sum
    if passed_on.iter().all(|passed| *passed >= 1.0) {
        return None;
    }
    let mut incoming = edges.to_vec();
    incoming.sort_by_key(|(_, to, _)| *to);
    let rounds = PATIENCE / edges.len().max(1);
    let mut rates = sources.to_vec();
    for _ in 0..rounds {
        let mut moved = false;
        for into in incoming.chunk_by(|a, b| a.1 == b.1) {
            let to = into[0].1;
            let rate = into.iter().fold(sources[to], |sum, (from, _, passed)| sum + rates[*from] * passed);
            moved |= (rate - rates[to]).abs() > 1e-14 * rate.abs();
            rates[to] = rate;
        }
        if !moved {
            return Some(rates);
        }
        if rates.iter().any(|rate| !rate.is_finite() || *rate > 1e300) {
            return None;
        }
    }
    None
}

/// The spectral radius of a strongly connected part, by power iteration on P + I, which has no period.
fn spectral_radius(n: usize, edges: &[(usize, usize, f64)]) -> f64 {
    let mut vector = vec![1.0; n];
    let mut radius = 1.0;
    for _ in 0..(PATIENCE / edges.len().max(1)).min(2000) {
        let mut next = vector.clone();
        for &(from, to, passed) in edges {
            next[to] += vector[from] * passed;
        }
        let norm = next.iter().fold(0.0, |most: f64, value| most.max(*value));
        if !(norm.is_finite() && norm > 0.0) {
            break;
        }
        next.iter_mut().for_each(|value| *value /= norm);
        let still = (norm - radius).abs() < 1e-12 * norm;
        (vector, radius) = (next, norm);
        if still {
            break;
        }
    }
    radius - 1.0
}

/// A shortest circle through the first node of a strongly connected part.
fn circle(n: usize, edges: &[(usize, usize, f64)]) -> Vec<usize> {
    let mut before = vec![usize::MAX; n];
    let mut outgoing = vec![Vec::new(); n];
    for &(from, to, _) in edges {
        outgoing[from].push(to);
    }
    let mut open = std::collections::VecDeque::from([0usize]);
    while let Some(at) = open.pop_front() {
        for &to in &outgoing[at] {
            if to == 0 {
                let mut path = vec![at];
                while path[path.len() - 1] != 0 {
                    path.push(before[path[path.len() - 1]]);
                }
                path.reverse();
                return path;
            }
            if before[to] == usize::MAX {
                before[to] = at;
                open.push_back(to);
            }
        }
    }
    (0..n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_a_geometric_series() {
        // 0 -> 1, 1 -> 2 (all), 2 -> 1 (half): λ1 = 1 / (1 − 1/2)
        let net = Net::new(3, vec![(0, 1), (1, 2), (2, 1)]);
        let rates = net.rates(&[1.0], &[1.0, 1.0, 0.5]).unwrap();
        assert!((rates[1] - 2.0).abs() < 1e-12 && (rates[2] - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_circle_that_loses_nothing_diverges() {
        let net = Net::new(3, vec![(0, 1), (1, 2), (2, 1)]);
        let told = net.rates(&[1.0], &[1.0, 2.0, 2.0]).unwrap_err();
        assert_eq!(told.circle, [1, 2]);
        assert!((told.radius - 2.0).abs() < 1e-6, "{}", told.radius);
        assert!(net.rates(&[1.0], &[1.0, 1.0, 1.0]).is_err());
    }

    #[test]
    fn a_large_circle_is_iterated_to_the_same() {
        for n in [100u32, 20_000] {
            let edges: Vec<(u32, u32)> = (0..n).map(|i| (i, (i + 1) % n)).collect();
            let net = Net::new(n as usize, edges);
            let rates = net.rates(&[1.0], &vec![0.99; n as usize]).unwrap();
            let expected = 1.0 / (1.0 - 0.99f64.powi(n as i32));
            assert!((rates[0] / expected - 1.0).abs() < 1e-9);
        }
        let endless = Net::new(100, (0..100).map(|i| (i, (i + 1) % 100)).collect());
        assert!(endless.rates(&[1.0], &[1.0; 100]).is_err());
    }
}
