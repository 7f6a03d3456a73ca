//! Percentiles as measured beside those that the analysis computes, on designs of every sort.

use super::*;

/// Holds the computed percentiles against the measured ones, within a tolerance for each: formulas for lines are approximations.
#[track_caller]
fn agree(text: &str, requests: u64, tolerances: &[(u16, f64)]) {
    let (trial, facts) = trial(text, |_| Case::default(), requests);
    let computed = facts.latency.flow(FlowId::from_index(0)).unwrap();
    let times = trial.times.unwrap_or_else(|gap| panic!("{gap:?}\n{text}"));
    for (thousandths, tolerance) in tolerances {
        let wanted =
            computed.percentile(*thousandths).unwrap_or_else(|| panic!("{:?}\n{text}", computed.gaps()));
        let measured = times.percentile(*thousandths).unwrap();
        assert!(
            measured.agrees(wanted, *tolerance),
            "p{thousandths}: computed {wanted}, measured {measured:?}\n{text}"
        );
    }
}

/// Where nobody waits in line both are exact but for chance.
#[track_caller]
fn agree_exactly(text: &str) {
    agree(text, 12_000, &[(500, 0.004), (900, 0.004), (990, 0.004)]);
}

const PARTS: &str = "client c\nservice a { latency = 4ms  p99 = 20ms }\nservice b { latency = 10ms  p99 = 100ms }\nservice d { latency = 20ms  p99 = 50ms }\n";

fn flow(steps: &str) -> String {
    format!("{PARTS}flow f {{ {steps} }}\n")
}

#[test]
fn calls_in_every_arrangement() {
    agree_exactly(&flow("c -> a -> b -> d"));
    agree_exactly(&flow("c -> a\n a -> [b, d]"));
    agree_exactly(&flow("c -> a\n a -> b { fanout = 5  wait = quorum }\n a -> d { calls = 2.5 }"));
    agree_exactly(&flow("c -> a\n a -> b | d\n b -> d"));
    agree_exactly(&flow("c -> a\n a -> b { share = 20% }\n a -> d { share = 5% }"));
}

#[test]
fn caches_and_far_regions() {
    agree_exactly(&format!(
        "{PARTS}cache h {{ latency = 1ms  hit_ratio = 85% }}\nflow f {{ c -> a -> h\n a -> b {{ behind = h }}\n a -> d {{ behind = h }} }}\n"
    ));
    agree_exactly(
        "client c\nregion eu { service a { latency = 4ms  p99 = 20ms } }\nregion us { service b { latency = 10ms  p99 = 40ms } }\n\
         eu -- us { rtt = 90ms }\nflow f { c -> eu.a -> us.b }\n",
    );
}

#[test]
fn timeouts_and_retries() {
    agree_exactly(&flow("c -> a\n a -> b { timeout = 30ms  optional = true }"));
    agree_exactly(&flow(
        "c -> a\n a -> b { timeout = 40ms  retries = 3  backoff = exponential  backoff_base = 5ms  jitter = true }",
    ));
}

fn line(rate: u32, replicas: u32, p99: u32) -> String {
    format!(
        "client c {{ rate = {rate}/s }}\nservice a {{ latency = 10ms  p99 = {p99}ms  capacity = 90/s  replicas = {replicas} }}\nc -> a\n"
    )
}

#[test]
fn lines_before_servers() {
    // the mean wait is exact for one server; that the wait is exponential is not
    agree(&line(45, 1, 30), 20_000, &[(500, 0.08), (990, 0.15)]);
    agree(&line(63, 1, 30), 30_000, &[(500, 0.15), (990, 0.2)]);
    agree(&line(270, 4, 30), 20_000, &[(500, 0.08), (990, 0.15)]);
    agree(&line(270, 4, 10), 20_000, &[(500, 0.08), (990, 0.25)]);
}

#[test]
fn flows_and_messages_that_meet_at_one_store() {
    let text = "client c { rate = 60/s }\nservice a { latency = 2ms  p99 = 8ms  capacity = 500/s }\nservice b { latency = 2ms  capacity = 500/s }\n\
                queue q\nworker w { latency = 5ms  capacity = 400/s }\ndatabase d { latency = 5ms  p99 = 20ms  capacity = 200/s }\n\
                flow f { rate = 40/s\n c -> a -> d }\nflow g { rate = 20/s\n c -> b -> d\n b ~> q\n q ~> w -> d }\n";
    agree(text, 15_000, &[(500, 0.08), (990, 0.15)]);
    // what no flow tells of comes too: the queue is in a flow, its worker is not
    let told = "client c { rate = 80/s }\nservice a { latency = 2ms  p99 = 8ms  capacity = 500/s }\nqueue q\n\
                worker w { latency = 5ms  capacity = 400/s }\ndatabase d { latency = 5ms  p99 = 20ms  capacity = 300/s }\n\
                q ~> w\nw -> d\nflow f { c -> a -> d\n a ~> q }\n";
    agree(told, 15_000, &[(500, 0.08), (990, 0.15)]);
}
