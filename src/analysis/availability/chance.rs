//! Probabilities of being up and of being down, kept side by side so that neither is ever the difference of two near figures.

/// The chance of being up and the chance of being down. Where they add up to less than 1, the rest is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// Chance of being up, at least.
    pub up: f64,
    /// Chance of being down, at least.
    pub down: f64,
}

impl Chance {
    /// Certainly up.
    pub const UP: Chance = Chance { up: 1.0, down: 0.0 };
    /// Certainly down.
    pub const DOWN: Chance = Chance { up: 0.0, down: 1.0 };
    /// Nothing known.
    pub const UNKNOWN: Chance = Chance { up: 0.0, down: 0.0 };

    /// From an availability; what is no probability is cut to one, and NaN to 0.
    pub fn of(availability: f64) -> Chance {
        let up = if availability.is_nan() { 0.0 } else { availability.clamp(0.0, 1.0) };
        Chance { up, down: 1.0 - up }
    }

    /// From an unavailability, for one too small to be read off an availability.
    pub fn of_down(unavailability: f64) -> Chance {
        let Chance { up, down } = Chance::of(unavailability);
        Chance { up: down, down: up }
    }

    /// Both up, where the two are independent.
    #[must_use]
    pub fn and(self, other: Chance) -> Chance {
        Chance { up: self.up * other.up, down: self.down + (1.0 - self.down) * other.down }
    }

    /// One of them up, where the two are independent.
    #[must_use]
    pub fn or(self, other: Chance) -> Chance {
        other.flip().and(self.flip()).flip()
    }

    /// `hi` while this is up, `lo` while it is down.
    #[must_use]
    pub fn choose(self, hi: Chance, lo: Chance) -> Chance {
        Chance { up: self.up * hi.up + self.down * lo.up, down: self.up * hi.down + self.down * lo.down }
    }

    /// All of `count` independent ones up.
    #[must_use]
    pub fn all_of(self, count: u64) -> Chance {
        match count {
            0 => Chance::UP,
            1 => self,
            _ => {
                let times = count as f64;
                Chance { up: self.up.powf(times), down: -(times * (-self.down).ln_1p()).exp_m1() }
            }
        }
    }

    /// Any of `count` independent ones up.
    #[must_use]
    pub fn any_of(self, count: u64) -> Chance {
        self.flip().all_of(count).flip()
    }

    /// What is not known.
    pub fn gap(self) -> f64 {
        (1.0 - self.up - self.down).max(0.0)
    }

    /// Down where this is up.
    #[must_use]
    pub(super) fn flip(self) -> Chance {
        Chance { up: self.down, down: self.up }
    }
}
