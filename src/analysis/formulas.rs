//! Closed forms of reliability and queueing that several analyses and rules share. Numbers in, numbers out; each names its source.
//! Shares and availabilities lie between 0 and 1, times are in the unit that they are given in, rates in its inverse.

/// Seconds of a year of 365 days.
pub const YEAR_S: f64 = 365.0 * 86_400.0;

/// Seconds a year without service at this unavailability.
pub fn downtime_s_per_year(unavailability: f64) -> f64 {
    unavailability * YEAR_S
}

/// Steady-state availability MTBF / (MTBF + MTTR): of a component that is repaired, or of a pair that takes `restore` to fail over.
/// Source: alternating renewal process, e.g. Trivedi, "Probability and Statistics with Reliability", ch. 6.
pub fn availability_of(mtbf: f64, restore: f64) -> f64 {
    1.0 - unavailability_of(mtbf, restore)
}

/// 1 − [`availability_of`], precise where that is nearly 1. Something that never fails is never down, one that always fails always.
pub fn unavailability_of(mtbf: f64, restore: f64) -> f64 {
    if restore <= 0.0 {
        return 0.0;
    }
    if restore.is_infinite() {
        if mtbf.is_infinite() { 0.0 } else { 1.0 }
    } else {
        restore / (mtbf + restore)
    }
}

/// Availability of a service with so many hard dependencies that are alike and fail independently.
/// Source: Treynor, Dahlin, Rau and Beyer, "The Calculus of Service Availability", ACM Queue 15(2), 2017.
pub fn with_dependencies(own: f64, dependency: f64, count: u32) -> f64 {
    own * dependency.powf(f64::from(count))
}

/// What a critical dependency may be down when the service promises `objective`: a tenth of its budget, one nine more.
/// Source: "The Calculus of Service Availability", the rule of the extra 9.
pub fn extra_nine_budget(objective: f64) -> f64 {
    (1.0 - objective) / 10.0
}

/// Chance that at least one of `count` calls made at once is slow (or fails) when each is with chance `q`: 1 − (1 − q)ⁿ.
/// Source: Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013.
pub fn any_slow(q: f64, count: f64) -> f64 {
    if q >= 1.0 {
        return if count > 0.0 { 1.0 } else { 0.0 };
    }
    -(count * (-q).ln_1p()).exp_m1()
}

/// Chance that an arrival waits in M/M/c with `offered` = λ/μ erlangs; 1 at or above c. Sums 1/B upwards from the largest count,
/// all terms positive, so it neither cancels nor overflows into a wrong figure.
/// Source: Erlang 1917; C = B / (1 − ρ(1 − B)), e.g. Cooper, "Introduction to Queueing Theory", §3.5.
pub fn erlang_c(servers: u64, offered: f64) -> f64 {
    let count = servers as f64;
    if offered <= 0.0 {
        return 0.0;
    }
    if servers == 0 || offered >= count {
        return 1.0;
    }
    let (mut term, mut inverse_b) = (1.0, 1.0f64);
    let mut left = count;
    while left > 0.0 && inverse_b.is_finite() {
        term *= left / offered;
        inverse_b += term;
        left -= 1.0;
        if term < inverse_b * 1e-17 {
            break;
        }
    }
    let load = offered / count;
    1.0 / ((1.0 - load) * inverse_b + load)
}

/// Mean wait in line of M/M/c with `offered` = λ/μ erlangs and a mean service time: C(c, a)·S/(c − a); infinite at or above c.
/// Source: e.g. Cooper, "Introduction to Queueing Theory", §3.5.
pub fn mean_wait(servers: u64, offered: f64, service: f64) -> f64 {
    let idle = servers as f64 - offered;
    if idle > 0.0 { erlang_c(servers, offered) * service / idle } else { f64::INFINITY }
}

/// By what the mean wait of M/M/c is multiplied for arrivals and services with these squared coefficients of variation. An
/// approximation, exact for M/M/c and M/G/1; stationary, first come first served, far from saturation.
/// Source: Allen, "Probability, Statistics and Queueing Theory", 2nd ed., §5.3.
pub fn allen_cunneen(arrivals: f64, services: f64) -> f64 {
    0.5 * (arrivals + services)
}

/// Mean number in a system that `rate` enter and where each stays `time`.
/// Source: Little, "A Proof for the Queuing Formula L = λW", 1961.
pub fn in_flight(rate: f64, time: f64) -> f64 {
    rate * time
}

/// The most requests a second that `places` can serve when each is held for `time`: Little's law the other way round.
pub fn throughput_ceiling(places: f64, time: f64) -> f64 {
    places / time
}

/// What an outage of the consumer leaves behind.
pub fn backlog(rate_in: f64, outage: f64) -> f64 {
    rate_in * outage
}

/// How long a backlog takes to drain while more comes in; infinite where the consumer is not faster than the producer.
pub fn drain_time(backlog: f64, rate_in: f64, rate_out: f64) -> f64 {
    if backlog <= 0.0 {
        0.0
    } else if rate_out <= rate_in {
        f64::INFINITY
    } else {
        backlog / (rate_out - rate_in)
    }
}

/// The utilisation up to which the others carry the load when one of `zones` alike is lost: (Z − 1)/Z.
/// Source: AWS, "Static stability using Availability Zones", Builders' Library.
pub fn safe_utilization(zones: u32) -> f64 {
    if zones == 0 { 0.0 } else { f64::from(zones - 1) / f64::from(zones) }
}

/// Requests at the bottom for one at the top when each of `layers` tries so often in the worst case.
/// Source: Brooker, "Timeouts, retries and backoff with jitter", AWS Builders' Library.
pub fn retry_amplification(attempts: u32, layers: u32) -> f64 {
    f64::from(attempts).powf(f64::from(layers))
}

/// The longest that a call with retries takes: every try runs into its timeout, with the given waits between.
pub fn longest_call(timeout: f64, attempts: u32, waits: impl IntoIterator<Item = f64>) -> f64 {
    timeout * f64::from(attempts) + waits.into_iter().take(attempts.saturating_sub(1) as usize).sum::<f64>()
}

/// The load that reaches a service when every rejected request is tried up to `attempts` times in all. What is over the capacity is
/// rejected, f = 1 − C/Λ, and retried, Λ = λ(1 + f + … + f^(a − 1)) = λ(1 − f^a)/(1 − f). With 1 − f = C/Λ that is f^a = 1 − C/λ,
/// so above the capacity there is one solution, Λ = C/(1 − f), and below it none but λ itself.
/// Source: the fixed point of retried blocked calls, Cohen, "Basic problems of telephone traffic theory", 1957.
pub fn load_with_retries(capacity: f64, rate: f64, attempts: u32) -> f64 {
    if rate <= capacity {
        return rate;
    }
    let attempts = f64::from(attempts.max(1));
    // 1 − f, and ln f without losing what 1 − C/λ loses near the capacity
    let accepted = -((-capacity / rate).ln_1p() / attempts).exp_m1();
    if accepted > 0.0 { capacity / accepted } else { rate * attempts }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equal to the digits that the expected figure is written with.
    #[track_caller]
    fn near(actual: f64, expected: f64, digit: f64) {
        assert!((actual - expected).abs() <= 0.5 * digit * (1.0 + 1e-9), "{actual} is not {expected}");
    }

    #[test]
    fn failover() {
        let month = 30.0 * 86_400.0;
        near(availability_of(month, 60.0), 0.999_976_9, 1e-7);
        near(availability_of(month, 1800.0), 0.999_306, 1e-6);
        assert_eq!(unavailability_of(f64::INFINITY, 60.0), 0.0);
        assert_eq!(unavailability_of(0.0, 60.0), 1.0);
        assert_eq!(unavailability_of(0.0, 0.0), 0.0);
        assert_eq!(unavailability_of(month, f64::INFINITY), 1.0);
    }

    #[test]
    fn downtime() {
        for (unavailability, hours) in
            [(0.01, 87.6), (0.001, 8.76), (0.0005, 4.38), (0.0001, 52.56 / 60.0), (0.00001, 5.256 / 60.0)]
        {
            near(downtime_s_per_year(unavailability) / 3600.0, hours, 1e-9);
        }
    }

    #[test]
    fn hard_dependencies() {
        near(with_dependencies(0.9999, 0.99999, 5), 0.99985, 1e-5);
        near(with_dependencies(0.9999, 0.99999, 10), 0.99980, 1e-5);
        near(extra_nine_budget(0.999), 0.0001, 1e-12);
    }

    #[test]
    fn waiting() {
        for (servers, offered, expected, digit) in [
            (1, 0.8, 0.8, 1e-12),
            (2, 1.0, 0.33333, 1e-5),
            (4, 3.2, 0.59643, 1e-5),
            (10, 8.0, 0.40918, 1e-5),
            (50, 45.0, 0.36386, 1e-5),
        ] {
            near(erlang_c(servers, offered), expected, digit);
        }
        assert_eq!(erlang_c(3, 3.0), 1.0);
        assert_eq!(erlang_c(0, 0.1), 1.0);
        assert_eq!(erlang_c(3, 0.0), 0.0);
        // Halfin and Whitt's limit for many servers, (1 − ρ)√c = 1: 1 / (1 + Φ(1)/φ(1))
        near(erlang_c(1_000_000_000_000, 1e12 - 1e6), 0.223_361_2, 1e-5);
        assert_eq!(erlang_c(u64::MAX, 1e9), 0.0);
    }

    #[test]
    fn tail_at_scale() {
        near(any_slow(0.01, 100.0), 0.63397, 1e-5);
        near(any_slow(0.0001, 2000.0), 0.18128, 1e-5);
        near(any_slow(0.01, 5.0), 0.0490, 1e-4);
        assert_eq!(any_slow(1.0, 3.0), 1.0);
        assert_eq!(any_slow(1.0, 0.0), 0.0);
        near(any_slow(1e-18, 10.0), 1e-17, 1e-30);
    }

    #[test]
    fn retries() {
        assert_eq!(retry_amplification(4, 3), 64.0);
        assert_eq!(retry_amplification(3, 5), 243.0);
        near(load_with_retries(1000.0, 1100.0, 3), 1817.0, 1.0);
        near(load_with_retries(1000.0, 1100.0, 4), 2218.0, 1.0);
        near(longest_call(1.0, 3, [0.1, 0.2, 0.4]), 3.3, 1e-9);
    }

    #[test]
    fn the_retried_load_solves_its_equation() {
        for (capacity, rate, attempts) in
            [(1000.0, 1100.0, 3), (1000.0, 1000.001, 10), (5.0, 5e6, 4), (7.0, 8.0, 1)]
        {
            let load: f64 = load_with_retries(capacity, rate, attempts);
            let rejected = 1.0 - capacity / load;
            let tries: f64 = (0..attempts).map(|tried| rejected.powf(f64::from(tried))).sum();
            assert!((load / (rate * tries) - 1.0).abs() < 1e-9, "{capacity} {rate} {attempts}: {load}");
        }
        assert_eq!(load_with_retries(1000.0, 900.0, 4), 900.0);
        assert_eq!(load_with_retries(0.0, 10.0, 3), 30.0);
        assert_eq!(load_with_retries(10.0, 0.0, 3), 0.0);
    }

    #[test]
    fn queues() {
        near(in_flight(200.0, 5.0), 1000.0, 1e-9);
        near(throughput_ceiling(100.0, 0.2), 500.0, 1e-9);
        let left = backlog(800.0, 3600.0);
        near(left, 2.88e6, 1e-3);
        near(drain_time(left, 800.0, 1000.0) / 3600.0, 4.0, 1e-9);
        assert_eq!(drain_time(1.0, 2.0, 2.0), f64::INFINITY);
        assert_eq!(drain_time(0.0, 2.0, 1.0), 0.0);
    }

    #[test]
    fn zones() {
        for (zones, expected) in [(1, 0.0), (2, 0.5), (3, 2.0 / 3.0), (4, 0.75), (0, 0.0)] {
            near(safe_utilization(zones), expected, 1e-12);
        }
    }
}
