//! Times as expressions: one after another, at once, one of several, tried again. Equal expressions are one, and an expression stands
//! behind its parts. Knows neither flows nor grids.

use rustc_hash::FxHashMap;

use super::leaf::{Leaf, Num};

/// The number of an expression.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Ix(pub(super) u32);

impl Ix {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a call is tried again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Tries {
    /// After which a try is given up, in seconds.
    pub(super) timeout: Num,
    /// Tries beyond the first.
    pub(super) retries: u64,
    /// The first pause, in seconds.
    pub(super) pause: Num,
    /// Whether each pause is twice the one before.
    pub(super) doubling: bool,
    /// Whether a pause is anything from nothing to its length.
    pub(super) jitter: bool,
    /// Whether the last try is given up too, and the caller goes on without.
    pub(super) soft: bool,
}

impl Tries {
    /// The longest pause behind a try, counted from 0.
    pub(super) fn pause_after(&self, number: u64) -> f64 {
        if self.doubling { self.pause.0 * (number.min(1000) as f64).exp2() } else { self.pause.0 }
    }

    /// What all tries but the last, and all pauses, take at the most.
    pub(super) fn longest(&self) -> f64 {
        let n = self.retries as f64;
        let pauses = if self.doubling { self.pause.0 * (n.exp2() - 1.0) } else { self.pause.0 * n };
        n * self.timeout.0 + if self.pause.0 > 0.0 { pauses } else { 0.0 }
    }
}

/// A time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Node {
    /// Of one cause.
    Leaf(Leaf),
    /// One after another: a fixed time, and each part so often.
    Series(Num, Vec<(Ix, u64)>),
    /// One of several, each with its share; for what is left of 1, nothing.
    Mixture(Vec<(Num, Ix)>),
    /// So many of several at once, each so often, are waited for.
    Race(u64, Vec<(Ix, u64)>),
    /// Given up and tried again.
    Retried(Ix, Tries),
}

/// Expressions.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Plan {
    nodes: Vec<Node>,
    known: FxHashMap<Node, Ix>,
}

impl Plan {
    pub(super) fn node(&self, ix: Ix) -> Option<&Node> {
        self.nodes.get(ix.index())
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn leaf(&mut self, leaf: Leaf) -> Ix {
        match leaf {
            Leaf::Fixed(Num(time)) => self.series(time, Vec::new()),
            _ => self.intern(Node::Leaf(leaf)),
        }
    }

    /// No time at all.
    pub(super) fn nothing(&mut self) -> Ix {
        self.series(0.0, Vec::new())
    }

    /// One after another. Fixed times come to the front, so that a sum has one.
    pub(super) fn series(&mut self, mut fixed: f64, parts: Vec<(Ix, u64)>) -> Ix {
        let mut rest: Vec<(Ix, u64)> = Vec::with_capacity(parts.len());
        for (part, count) in parts {
            let inner = match self.node(part) {
                Some(Node::Series(Num(time), inner)) if *time > 0.0 || inner.len() < 2 => {
                    Some((*time, inner.clone()))
                }
                _ => None,
            };
            match inner {
                Some((time, inner)) => {
                    fixed += time * count as f64;
                    match inner.as_slice() {
                        [] => {}
                        [(only, times)] => rest.push((*only, times.saturating_mul(count))),
                        _ => {
                            let inner = self.intern(Node::Series(Num(0.0), inner));
                            rest.push((inner, count));
                        }
                    }
                }
                None => rest.push((part, count)),
            }
        }
        rest.sort_unstable();
        rest.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(later.1);
            }
            same
        });
        rest.retain(|(_, count)| *count > 0);
        match rest.as_slice() {
            [(only, 1)] if fixed <= 0.0 => *only,
            _ => self.intern(Node::Series(Num(fixed), rest)),
        }
    }

    /// One of several; shares above 1 in all are scaled down.
    pub(super) fn mixture(&mut self, parts: Vec<(f64, Ix)>) -> Ix {
        let total: f64 = parts.iter().map(|(share, _)| share).sum();
        let scale = if total > 1.0 { 1.0 / total } else { 1.0 };
        let mut rest: Vec<(f64, Ix)> = parts.into_iter().filter(|(share, _)| *share > 0.0).collect();
        rest.sort_by_key(|(_, part)| *part);
        rest.dedup_by(|later, kept| {
            let same = later.1 == kept.1;
            if same {
                kept.0 += later.0;
            }
            same
        });
        match rest.as_slice() {
            [] => self.nothing(),
            [(share, only)] if *share * scale >= 1.0 - 1e-12 => *only,
            _ => {
                // what all runs have in common stands before
                let common =
                    if total < 1.0 - 1e-12 { 0.0 } else { self.common(rest.iter().map(|part| part.1)) };
                let mut parts = Vec::with_capacity(rest.len());
                for (share, part) in rest {
                    let part = self.less(part, common);
                    parts.push((Num(share * scale), part));
                }
                let mixture = self.intern(Node::Mixture(parts));
                self.series(common, vec![(mixture, 1)])
            }
        }
    }

    /// The fixed time with which each of these begins.
    fn common(&self, parts: impl Iterator<Item = Ix>) -> f64 {
        let fixed = parts.map(|part| match self.node(part) {
            Some(Node::Series(Num(fixed), _)) => *fixed,
            _ => 0.0,
        });
        fixed.reduce(f64::min).unwrap_or(0.0)
    }

    /// An expression without so much of its fixed time.
    fn less(&mut self, part: Ix, time: f64) -> Ix {
        match self.node(part).cloned() {
            Some(Node::Series(Num(fixed), parts)) if time > 0.0 => self.series(fixed - time, parts),
            _ => part,
        }
    }

    /// At once; `needs` of them all are waited for.
    pub(super) fn race(&mut self, needs: u64, parts: Vec<(Ix, u64)>) -> Ix {
        let mut rest: Vec<(Ix, u64)> = parts.into_iter().filter(|(_, count)| *count > 0).collect();
        rest.sort_unstable();
        rest.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(later.1);
            }
            same
        });
        let all = rest.iter().fold(0u64, |all, (_, count)| all.saturating_add(*count));
        match rest.as_slice() {
            [] => self.nothing(),
            [(only, 1)] if needs > 0 => *only,
            _ if needs == 0 => self.nothing(),
            _ => {
                let common = self.common(rest.iter().map(|part| part.0));
                let mut parts: Vec<(Ix, u64)> = Vec::with_capacity(rest.len());
                for (part, count) in rest {
                    parts.push((self.less(part, common), count));
                }
                let nothing = self.nothing();
                if parts.iter().all(|(part, _)| *part == nothing) {
                    return self.series(common, Vec::new());
                }
                parts.sort_unstable();
                let race = self.intern(Node::Race(needs.min(all), parts));
                self.series(common, vec![(race, 1)])
            }
        }
    }

    pub(super) fn retried(&mut self, what: Ix, tries: Tries) -> Ix {
        self.intern(Node::Retried(what, tries))
    }

    fn intern(&mut self, node: Node) -> Ix {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let ix = Ix(self.nodes.len() as u32);
        self.nodes.push(node.clone());
        self.known.insert(node, ix);
        ix
    }

    /// An expression and all of its parts, ascending: each behind its parts.
    pub(super) fn below(&self, root: Ix) -> Vec<Ix> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut found = Vec::new();
        let mut open = vec![root];
        while let Some(ix) = open.pop() {
            if !seen.insert(ix) {
                continue;
            }
            found.push(ix);
            match self.node(ix) {
                Some(Node::Series(_, parts) | Node::Race(_, parts)) => {
                    open.extend(parts.iter().map(|part| part.0))
                }
                Some(Node::Mixture(parts)) => open.extend(parts.iter().map(|part| part.1)),
                Some(Node::Retried(what, _)) => open.push(*what),
                Some(Node::Leaf(_)) | None => {}
            }
        }
        found.sort_unstable();
        found
    }
}
