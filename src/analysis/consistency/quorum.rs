//! Quorums: how likely a read right after a write misses it. Arithmetic alone.

/// The copies that a majority of `copies` has.
pub fn majority(copies: u64) -> u64 {
    copies / 2 + 1
}

/// P(stale) of a read that asks `read` of `copies` at random right after `write` of them have acknowledged a write, and no
/// other has it yet: C(N−W,R)/C(N,R). 0 where the quorums overlap.
///
/// Source: Bailis et al., Probabilistically Bounded Staleness, VLDB 2012.
pub fn stale_after_write(copies: u64, read: u64, write: u64) -> f64 {
    if read.saturating_add(write) > copies {
        return 0.0;
    }
    // C(N−W,R)/C(N,R) = Π (N−W−i)/(N−i); beyond some thousand factors nothing is left of it, or all
    let factor = |i: u64| (copies - write - i) as f64 / (copies - i) as f64;
    let mut chance = 1.0;
    for i in 0..read {
        chance *= factor(i);
        if chance < 1e-300 || i > 1_000_000 {
            break;
        }
    }
    chance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oracles_of_the_contract_hold() {
        let cases = [
            ((3, 1, 1), 2.0 / 3.0),
            ((3, 2, 1), 1.0 / 3.0),
            ((5, 2, 2), 0.3),
            ((5, 2, 3), 0.1),
            ((3, 2, 2), 0.0),
            ((5, 3, 3), 0.0),
        ];
        for ((copies, read, write), expected) in cases {
            let chance = stale_after_write(copies, read, write);
            assert!((chance - expected).abs() < 1e-12, "({copies}, {read}, {write}): {chance}");
        }
    }

    #[test]
    fn absurd_quorums_end() {
        assert_eq!(stale_after_write(0, 0, 0), 1.0);
        assert_eq!(stale_after_write(u64::MAX, u64::MAX, u64::MAX), 0.0);
        assert!(stale_after_write(9_000_000_000_000_000, 4_000_000_000_000_000, 4) < 1.0);
        assert_eq!((majority(1), majority(4), majority(5)), (1, 3, 3));
    }
}
