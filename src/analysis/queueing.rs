//! Waiting lines: how likely a request waits, and how long. Pure arithmetic; knows no model.

/// Chance that a request waits where `offered` servers' worth of work meets `servers` of them (Erlang C); 1 from saturation on.
pub fn erlang_c(servers: u64, offered: f64) -> f64 {
    let c = servers as f64;
    if servers == 0 || offered >= c {
        return 1.0;
    }
    if offered <= 0.0 {
        return 0.0;
    }
    // Erlang B by its recursion, which neither overflows nor cancels
    let mut blocked = 1.0;
    for k in 1..=servers.min(MOST) {
        blocked = offered * blocked / (k as f64 + offered * blocked);
    }
    blocked / (1.0 - offered / c * (1.0 - blocked))
}

/// Beyond so many servers nobody waits unless all are busy, and a loop over them would take long.
const MOST: u64 = 1_000_000;

/// The mean wait of a request over the mean time that its work takes; `None` where the line grows without end.
pub fn wait_over_service(servers: u64, offered: f64) -> Option<f64> {
    let spare = servers as f64 - offered;
    (spare > 0.0).then(|| erlang_c(servers, offered) / spare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oracles_hold() {
        let table =
            [(1, 0.8, 0.8), (2, 1.0, 0.33333), (4, 3.2, 0.59643), (10, 8.0, 0.40918), (50, 45.0, 0.36386)];
        for (servers, offered, expected) in table {
            let actual = erlang_c(servers, offered);
            assert!((actual - expected).abs() < 5e-6, "{servers} {offered}: {actual}");
        }
        assert_eq!(erlang_c(3, 3.0), 1.0);
        assert_eq!(wait_over_service(1, 1.0), None);
        assert!((wait_over_service(1, 0.8).unwrap() - 4.0).abs() < 1e-12);
    }
}
