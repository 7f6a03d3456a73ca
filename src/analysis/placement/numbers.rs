//! Which replica stands where: they are numbered from 1 as they are dealt, one to each place in turn. Knows places by their counts
//! alone.

/// How many of the first `count` replicas stand in each place.
pub(crate) fn first_replicas(counts: &[u64], count: u64) -> Vec<u64> {
    let total: u64 = counts.iter().fold(0, |sum, count| sum.saturating_add(*count));
    let mut left = count.min(total);
    let mut taken = vec![0u64; counts.len()];
    while left > 0 {
        let open = counts.iter().zip(&taken).filter(|(count, taken)| taken < count).count() as u64;
        if open == 0 {
            break;
        }
        let rest = counts.iter().zip(&taken).map(|(count, taken)| count - taken).filter(|rest| *rest > 0);
        let rounds = rest.min().unwrap_or(0).min(left / open).max(u64::from(left < open));
        for (count, taken) in counts.iter().zip(&mut taken) {
            if *taken < *count && left > 0 {
                let more = rounds.min(left);
                *taken += more;
                left -= more;
            }
        }
    }
    taken
}

/// The place of the replica with that number; `None` where there are not so many.
pub(crate) fn place_of(counts: &[u64], number: u64) -> Option<usize> {
    let before = first_replicas(counts, number.checked_sub(1)?);
    let with = first_replicas(counts, number);
    before.iter().zip(&with).position(|(before, with)| before < with)
}

/// Replicas that are gone, by number.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Gone {
    /// So many, the first ones.
    pub(crate) first: u64,
    /// And these.
    pub(crate) numbers: Vec<u64>,
}

impl Gone {
    /// Adds the replica with that number.
    pub(crate) fn add(&mut self, number: u64) {
        if number > self.first && !self.numbers.contains(&number) {
            self.numbers.push(number);
        }
    }

    /// Adds the first ones.
    pub(crate) fn add_first(&mut self, count: u64) {
        self.first = self.first.max(count);
        self.numbers.retain(|number| *number > count);
    }

    /// How many are gone from each place.
    pub(crate) fn by_place(&self, counts: &[u64]) -> Vec<u64> {
        let mut gone = first_replicas(counts, self.first);
        for number in &self.numbers {
            if let Some(count) = place_of(counts, *number).and_then(|place| gone.get_mut(place)) {
                *count += 1;
            }
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_replicas_are_spread_as_they_were_dealt() {
        assert_eq!(first_replicas(&[2, 2, 1], 2), [1, 1, 0]);
        assert_eq!(first_replicas(&[2, 2, 1], 4), [2, 1, 1]);
        assert_eq!(first_replicas(&[2, 2, 1], 9), [2, 2, 1]);
        assert_eq!(first_replicas(&[1_000_000, 1_000_000], 1_000_001), [500_001, 500_000]);
        assert_eq!(first_replicas(&[], 3), Vec::<u64>::new());
    }

    #[test]
    fn a_number_is_one_replica_of_one_place() {
        let places: Vec<_> = (0..7).map(|number| place_of(&[2, 3, 1], number)).collect();
        assert_eq!(places, [None, Some(0), Some(1), Some(2), Some(0), Some(1), Some(1)]);
        assert_eq!(place_of(&[2, 3, 1], 7), None);
    }

    #[test]
    fn a_replica_is_gone_once() {
        let mut gone = Gone::default();
        gone.add(2);
        gone.add(2);
        gone.add(5);
        assert_eq!(gone.by_place(&[2, 2, 2]), [0, 2, 0]);
        gone.add_first(2);
        gone.add(1);
        assert_eq!(gone.by_place(&[2, 2, 2]), [1, 2, 0]);
    }
}
