//! How long runs take, against figures worked out by hand.

use super::super::lines::{Lines, Manner};
use super::super::random::Random;
use super::*;
use crate::analysis::Element;

/// The times of the first flow.
fn times(text: &str, requests: u64) -> Times {
    trial(text, |_| Case::default(), requests).0.times.unwrap()
}

#[track_caller]
fn percentile(times: &Times, thousandths: u16, milliseconds: f64) {
    let measured = times.percentile(thousandths).unwrap();
    assert!(
        measured.agrees(milliseconds / 1e3, 0.002),
        "{thousandths}: {milliseconds} ms is not in {measured:?}"
    );
}

/// So many components with a median of 10 ms and a 99th percentile of 100 ms.
fn slow(count: usize) -> String {
    (0..count).map(|at| format!("service s{at} {{ latency = 10ms  p99 = 100ms }}\n")).collect()
}

#[test]
fn calls_one_after_another_add_up() {
    for (hops, p50, p99) in [(2, 24.35, 146.7), (3, 39.5, 184.5), (5, 70.7, 249.2)] {
        let path: String = (0..hops).map(|at| format!(" -> s{at}")).collect();
        let times = times(&format!("client c\n{}flow f {{ c{path} }}\n", slow(hops)), 20_000);
        percentile(&times, 500, p50);
        percentile(&times, 990, p99);
    }
}

#[test]
fn calls_at_once_take_as_long_as_the_slowest() {
    for (width, p99) in [(2, 127.9), (5, 172.4), (10, 212.7), (100, 396.0)] {
        let text = format!(
            "client c\nservice a {{ latency = 0ms }}\nservice s {{ latency = 10ms  p99 = 100ms }}\nflow f {{ c -> a\n a -> s {{ fanout = {width} }} }}\n"
        );
        percentile(&times(&text, if width < 100 { 4000 } else { 1000 }), 990, p99);
    }
    let list = "client c\nservice a { latency = 0ms }\n".to_owned()
        + &slow(2)
        + "flow f { c -> a\n a -> [s0, s1] }\n";
    percentile(&times(&list, 20_000), 990, 127.9);
    // the first of two is done when either is: half of the runs within the quantile of 1 − √½
    let first = list.replace("[s0, s1]", "[s0, s1] { wait = first }");
    let sigma = 10f64.ln() / 2.326_347_874;
    percentile(&times(&first, 20_000), 500, 10.0 * (sigma * -0.545).exp());
}

/// Components that always take as long.
const STEADY: &str = "client c\nservice a { latency = 1ms  p99 = 1ms }\nservice b { latency = 10ms  p99 = 10ms }\nservice d { latency = 20ms  p99 = 20ms }\n";

#[track_caller]
fn steady(flow: &str, expected: &[(u16, f64)]) -> Times {
    let times = times(&format!("{STEADY}flow f {{ {flow} }}\n"), 2000);
    for (thousandths, milliseconds) in expected {
        let value = times.percentile(*thousandths).unwrap().value * 1e3;
        assert!((value - milliseconds).abs() < 1e-6, "{flow}: p{thousandths} {value} is not {milliseconds}");
    }
    times
}

#[test]
fn shares_repetitions_and_alternatives_take_their_part() {
    steady("c -> a -> b", &[(500, 11.0), (990, 11.0)]);
    steady("c -> a\n a -> b { calls = 3 }", &[(500, 31.0)]);
    steady("c -> a\n a -> b { share = 3% }", &[(950, 1.0), (990, 11.0)]);
    steady("c -> a\n a -> b | d", &[(900, 21.0)]);
    steady("c -> a\n a -> [b, d]", &[(500, 21.0)]);
    steady("c -> a\n a -> [b, d] { wait = first }", &[(500, 11.0)]);
    steady("c -> a { rtt = 5ms }\n a -> b", &[(500, 16.0)]);
    let cached = "c -> a\n a -> h\n a -> d { behind = h }";
    let text =
        format!("{STEADY}cache h {{ latency = 1ms  p99 = 1ms  hit_ratio = 97% }}\nflow f {{ {cached} }}\n");
    let times = times(&text, 4000);
    assert!((times.percentile(900).unwrap().value - 0.002).abs() < 1e-9);
    assert!((times.percentile(990).unwrap().value - 0.022).abs() < 1e-9);
}

#[test]
fn tries_run_out_of_time() {
    let all = steady(
        "c -> a\n a -> b { timeout = 5ms  retries = 2  backoff = fixed  backoff_base = 10ms }",
        &[(500, 36.0)],
    );
    assert_eq!(all.failed.value, 1.0);
    let cut = steady("c -> a\n a -> b { timeout = 5ms  optional = true }", &[(500, 6.0)]);
    assert_eq!(cut.failed.value, 0.0);
    let instead = steady("c -> a\n a -> d { timeout = 5ms  fallback = b }", &[(500, 16.0)]);
    assert_eq!(instead.failed.value, 0.0);
    steady("c -> a\n a -> b { timeout = 11ms  retries = 2 }", &[(500, 11.0)]);
    // a pause that doubles: 5 + 10 + 5 + 20 + 5
    steady(
        "c -> a\n a -> b { timeout = 5ms  retries = 2  backoff = exponential  backoff_base = 10ms }",
        &[(500, 46.0)],
    );
    // once the breaker is open nobody waits for the timeout
    let open = format!("{STEADY}flow f {{ c -> a\n a -> b {{ timeout = 5ms  circuit_breaker = true }} }}\n")
        .replace("client c", "client c { rate = 1k/s }");
    let open = times(&open, 4000);
    assert_eq!(open.failed.value, 1.0);
    assert!((open.percentile(500).unwrap().value - 0.001).abs() < 1e-9);
}

#[test]
fn what_a_case_takes_away_is_gone_in_the_runs() {
    let text = format!("{STEADY}flow f {{ c -> a\n a -> b {{ fallback = d }} }}\n");
    let lose = |model: &Model| {
        let lost = model.components.enumerate().find(|(_, it)| it.header.name == "b").unwrap().0;
        Case { failed: vec![Element::Component(lost)], ..Case::default() }
    };
    let times = trial(&text, lose, 500).0.times.unwrap();
    assert!((times.percentile(500).unwrap().value - 0.021).abs() < 1e-9);
}

#[test]
fn what_cannot_be_timed_says_why() {
    let gap = |text: &str| trial(text, |_| Case::default(), 300).0.times.unwrap_err();
    assert!(matches!(gap("client c\nservice a\nc -> a\n"), Gap::Figures(_)));
    assert!(matches!(
        gap("client c { rate = 11/s }\nservice a { latency = 1ms  capacity = 10/s }\nc -> a\n"),
        Gap::Saturated(_, used) if (used - 1.1).abs() < 1e-9
    ));
    assert_eq!(
        gap("client c\nservice a { latency = 1ms }\nservice b { latency = 1ms }\nc -> a -> b\nb -> a\n"),
        Gap::Circle
    );
    assert_eq!(gap("client c\nqueue q\nflow f { c ~> q }\n"), Gap::NotAwaited);
    let wide = "client c\nservice a { latency = 1ms }\nservice b { latency = 1ms }\nflow f { c -> a\n a -> b { fanout = 30000 } }\n";
    assert_eq!(gap(wide), Gap::Large);
}

#[test]
fn waits_in_line_are_those_of_queueing_theory() {
    // M/G/1 by Pollaczek and Khinchine, which is exact: ρ = 0.8, service 10 ms, and M/D/1, half of M/M/1
    let p99_of_cv_1 = 10.0 * (2.326_347_874 * 2f64.ln().sqrt()).exp();
    for (replicas, rate, p99, expected, tolerance) in [
        (1, 80.0, p99_of_cv_1, 0.04, 0.08),
        (1, 80.0, 10.0, 0.02, 0.06),
        // Erlang C of 4 servers at 3.2: 0.59643·10/(4 − 3.2) = 7.455 ms, and half for steady work
        (4, 320.0, p99_of_cv_1, 0.007_455, 0.08),
        (4, 320.0, 10.0, 0.003_728, 0.12),
    ] {
        let text = format!(
            "client c {{ rate = {rate}/s }}\nservice a {{ latency = 10ms  p99 = {p99:.6}ms  capacity = 100/s  replicas = {replicas} }}\nc -> a\n"
        );
        let model = model(&text);
        let (config, case) = (Config::default(), Case::default());
        let facts = analyse(&model, &config, &case);
        let setting = Setting {
            model: &model,
            placement: &facts.placement,
            load: &facts.load,
            assumed: &config.assumed,
            case: &case,
        };
        let id = model.components.enumerate().find(|(_, it)| it.header.name == "a").unwrap().0;
        let (mut lines, mut random) = (Lines::new(&setting), Random::new(5, 0));
        let manner = Manner { takes: true, waits: true, writes: false };
        let (mut now, mut waited, n) = (0.0, 0.0, 120_000);
        for _ in 0..n {
            now += random.exponential(1.0 / rate);
            waited += lines.serve(id, now, manner, &mut random).begun - now;
        }
        let mean = waited / f64::from(n);
        assert!(
            (mean / expected - 1.0).abs() < tolerance,
            "{replicas} at {rate}, p99 {p99}: {mean} is not {expected}"
        );
    }
}
