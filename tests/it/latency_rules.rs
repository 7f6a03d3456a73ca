//! The borders of the rules on latency, and of those that quote one: what their documentation's examples do not show.

use archc::diagnostic::Severity;

use super::messaging_rules::{of, one, open, severity};

/// A client, one hop after another, and an objective.
fn chain(slo: &str, hops: &[&str]) -> String {
    let mut text = String::from("client c\n");
    let mut flow = String::from("  c");
    for (i, hop) in hops.iter().enumerate() {
        text.push_str(&format!("service s{i} {{ {hop} }}\n"));
        flow.push_str(&format!(" -> s{i}"));
    }
    format!("{text}flow f {{\n  {slo}\n{flow}\n}}\n")
}

const HOP: &str = "latency = 10ms p99 = 100ms";

#[test]
fn what_is_certain_is_an_error_and_what_is_estimated_a_warning() {
    // two alike: certain 100 to 256 ms, estimated 146.6 ms
    let at = |slo: &str| severity("LT001", &chain(slo, &[HOP, HOP]));
    assert_eq!(at("slo p99 <= 99ms"), Some(Severity::Error));
    assert_eq!(at("slo p99 <= 100ms"), Some(Severity::Warning));
    assert_eq!(at("slo p99 <= 146ms"), Some(Severity::Warning));
    assert_eq!(at("slo p99 <= 147ms"), Some(Severity::Note));
    assert_eq!(at("slo p99 <= 255ms"), Some(Severity::Note));
    assert_eq!(at("slo p99 <= 257ms"), None);
    // the upper bound of another percentile is no finding; its estimate is
    assert_eq!(at("slo p50 <= 25ms"), None);
    assert_eq!(at("slo p50 <= 24ms"), Some(Severity::Warning));
    assert_eq!(at("slo p99 >= 1s"), None);
    let found = one("LT001", &chain("slo p99 <= 120ms", &[HOP, "latency = 1ms p99 = 5ms", HOP]));
    assert!(found.message.contains("at least 100 ms"), "{}", found.message);
    assert!(found.message.contains("critical path: `s0`, `s1`, `s2`"), "{}", found.message);
}

#[test]
fn an_assumed_tail_is_a_warning_and_named() {
    let found = one("LT001", &chain("slo p99 <= 40ms", &["latency = 10ms"]));
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.ends_with("assumed: `p99` of `s0` = 5·`latency` = 50 ms"), "{}", found.message);
    assert_eq!(severity("LT001", &chain("slo p99 <= 40ms", &["p99 = 50ms"])), Some(Severity::Error));
}

#[test]
fn without_figures_nothing_is_said_but_what_is_certain() {
    let text = chain("slo p99 <= 80ms", &["latency = 5ms", ""]);
    assert_eq!(severity("LT001", &text), None);
    assert_eq!(open("LT001", &text), ["s1 latency"]);
    assert_eq!(severity("LT001", &chain("slo p99 <= 80ms", &[HOP, ""])), Some(Severity::Error));
    assert_eq!(open("LT001", &chain("", &[HOP])), ["f slo p99"]);
}

#[test]
fn a_saturated_hop_is_left_to_its_own_rule() {
    let text = "client c { rate = 90/s }
service s { latency = 10ms p99 = 100ms capacity = 100/s }
flow f {
  slo p99 <= 50ms
  c -> s
}
";
    assert_eq!(of("CP001", text).len(), 1);
    assert_eq!(of("LT001", text).len(), 0);
    assert_eq!(of("LT001", &text.replace("90/s", "30/s")).len(), 1);
}

#[test]
fn a_soft_call_counts_for_no_longer_than_its_timeout() {
    let text = |call: &str| {
        format!(
            "client c\nservice s {{ latency = 1ms p99 = 2ms }}\nservice t {{ latency = 100ms p99 = 900ms }}\n\
             flow f {{\n  slo p99 <= 60ms\n  c -> s\n  s -> t {{ {call} }}\n}}\n"
        )
    };
    assert_eq!(severity("LT001", &text("")), Some(Severity::Error));
    assert_eq!(severity("LT001", &text("optional = true timeout = 50ms")), None);
    assert_eq!(severity("LT001", &text("optional = true")), Some(Severity::Error));
}

#[test]
fn six_calls_at_once_are_a_fan() {
    let at = |step: &str| {
        let text =
            format!("client c\nservice s\nsearch_index i\nservice j\nflow f {{\n  c -> s\n  {step}\n}}\n");
        severity("LT002", &text)
    };
    assert_eq!(at("s -> i { fanout = 5 }"), None);
    assert_eq!(at("s -> i { fanout = 6 }"), Some(Severity::Warning));
    assert_eq!(at("s -> [i, j] { fanout = 3 }"), Some(Severity::Warning));
    assert_eq!(at("s -> [i, j] { fanout = 2 }"), None);
    assert_eq!(at("s -> i { fanout = 60 wait = first }"), None);
    assert_eq!(at("s ~> i { fanout = 60 }"), None);
    let found =
        one("LT002", "client c\nservice s\nsearch_index i\nflow f { c -> s\n s -> i { fanout = 50 } }");
    assert!(
        found.message.contains("1 − 0.99^50 = 39.5%") && found.message.contains("99.98%"),
        "{}",
        found.message
    );
}

#[test]
fn more_than_five_calls_over_one_connection_are_chatty() {
    let at = |steps: &str| {
        let text = format!(
            "client c\nservice s\ndatabase d {{ latency = 5ms }}\nflow f {{\n  c -> s\n  {steps}\n}}\n"
        );
        severity("LT004", &text)
    };
    assert_eq!(at("s -> d { calls = 5 }"), None);
    assert_eq!(at("s -> d { calls = 6 }"), Some(Severity::Warning));
    assert_eq!(at("s -> d { calls = 3 }\n  s -> d { calls = 3 }"), Some(Severity::Warning));
    assert_eq!(at("s ~> d { calls = 60 }"), None);
    assert_eq!(at("s -> d { fanout = 60 }"), None);
}

fn far(slo: &str, step: &str, links: &str) -> String {
    format!(
        "client c\nregion us {{ service shop }}\nregion eu {{ database db }}\nregion ap {{ database copy }}\n{links}\n\
         flow f {{\n  {slo}\n  c -> us.shop\n  us.shop -> eu.db {{ {step} }}\n}}\n"
    )
}

#[test]
fn round_trips_between_regions_are_held_against_the_budget() {
    let link = "us -- eu { rtt = 90ms }";
    let at = |slo: &str, step: &str| severity("LT005", &far(slo, step, link));
    assert_eq!(at("slo p99 <= 89ms", ""), Some(Severity::Error));
    assert_eq!(at("slo p99 <= 90ms", ""), Some(Severity::Warning));
    assert_eq!(at("slo p99 <= 299ms", ""), Some(Severity::Warning));
    assert_eq!(at("slo p99 <= 300ms", ""), None);
    assert_eq!(at("slo p99 <= 300ms", "calls = 4"), Some(Severity::Error));
    assert_eq!(at("slo p99 <= 89ms", "rtt = 10ms"), None);
    assert_eq!(at("slo p99 <= 89ms", "share = 0.9%"), None);
    assert_eq!(at("slo p99 <= 89ms", "optional = true"), None);
    // without a link 80 ms are assumed: a warning at most
    let found = one("LT005", &far("slo p99 <= 79ms", "", ""));
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.ends_with("assumed: `rtt` of `us.shop -> eu.db` = 80 ms"), "{}", found.message);
    assert_eq!(open("LT005", &far("", "", link)), ["f slo p99"]);
    // a synchronous copy of what is written waits too: 90 + 110 > 150
    let copied = far(
        "slo p99 <= 150ms",
        "access = write",
        &format!("{link}\neu -- ap {{ rtt = 110ms }}\neu.db => ap.copy {{ mode = sync }}"),
    );
    let errors = of("LT005", &copied);
    assert_eq!((errors.len(), errors[0].severity), (1, Severity::Error));
    assert_eq!(
        severity("LT005", &copied.replace("access = write", "access = read")),
        Some(Severity::Warning)
    );
}

#[test]
fn a_function_that_starts_cold() {
    let text = |function: &str, step: &str| {
        format!(
            "client c {{ rate = 100/s }}\nservice s\nfunction g {{ latency = 50ms {function} }}\n\
             flow f {{\n  slo p99 <= 500ms\n  c -> s\n  s {step} g\n}}\n"
        )
    };
    assert_eq!(severity("LT006", &text("cold_start = 450ms", "->")), None);
    assert_eq!(severity("LT006", &text("cold_start = 451ms", "->")), Some(Severity::Warning));
    assert_eq!(severity("LT006", &text("cold_start = 451ms", "~>")), None);
    // 100/s for 50 ms are 5 at once
    assert_eq!(severity("LT006", &text("cold_start = 1s replicas = 4..50", "->")), Some(Severity::Warning));
    assert_eq!(severity("LT006", &text("cold_start = 1s replicas = 5..50", "->")), None);
    assert_eq!(open("LT006", &text("", "->")), ["g cold_start"]);
}

#[test]
fn a_timeout_lies_between_the_p99_and_ten_times_it() {
    let at = |timeout: &str, first: &str| {
        let text = format!(
            "client c\nservice shop {{ p99 = 10ms }}\nservice stock {{ p99 = 80ms latency = 20ms }}\ndatabase db {{ p99 = 5ms }}\n\
             flow f {{\n  c -> shop {{ {first} }}\n  shop -> stock {{ timeout = {timeout} }}\n  stock -> db\n}}\n"
        );
        of("RS003", &text).iter().map(|it| (it.subjects[0].clone(), it.severity)).collect::<Vec<_>>()
    };
    let found = |subject: &str, severity| vec![(subject.to_owned(), severity)];
    assert_eq!(at("80ms", ""), []);
    assert_eq!(at("79ms", ""), found("shop -> stock", Severity::Warning));
    // the estimate of 80 and 5 ms in series is a little above 80: ten times that
    assert_eq!(at("800ms", ""), []);
    assert_eq!(at("1s", ""), found("shop -> stock", Severity::Note));
    // the client waits for the slowest below; a long wait of an actor is its own affair
    assert_eq!(at("200ms", "timeout = 50ms"), found("c -> shop", Severity::Warning));
    assert_eq!(at("200ms", "timeout = 1h"), []);
    assert_eq!(at("79ms wait = first fanout = 2", ""), []);
}

#[test]
fn a_message_is_not_handed_out_while_somebody_works_on_it() {
    let text = |visible: &str, consumer: &str, feed: &str| {
        format!(
            "client c\nservice s\nqueue q {{ visibility_timeout = {visible} }}\n{consumer}\ndatabase d {{ p99 = 40s }}\n\
             c -> s\ns ~> q\nq ~> w {{ {feed} }}\nw -> d\n"
        )
    };
    let worker = "worker w { p99 = 10s }";
    assert_eq!(severity("MQ006", &text("40s", worker, "")), None);
    assert_eq!(severity("MQ006", &text("39s", worker, "")), Some(Severity::Warning));
    let function = "function w { p99 = 1s }";
    assert_eq!(severity("MQ006", &text("60s", function, "timeout = 10s")), None);
    assert_eq!(severity("MQ006", &text("59s", function, "timeout = 10s")), Some(Severity::Warning));
    assert_eq!(open("MQ006", &text("59s", function, "")), ["q ~> w timeout"]);
    // a flow that the queue starts gives an estimate of both in series, above either
    let started = "queue q { visibility_timeout = 44s }\nworker w { latency = 10s p99 = 20s }\ndatabase d { latency = 10s p99 = 40s }\nflow f { q ~> w -> d }";
    let found = one("MQ006", started);
    assert!(found.message.contains("the estimated p99 of `w` with its calls"), "{}", found.message);
    assert_eq!(severity("MQ006", &started.replace("44s", "60s")), None);
}

#[test]
fn a_herd_of_five_is_a_stampede() {
    let text = |rate: &str, cache: &str| {
        format!(
            "client c {{ rate = {rate} }}\nservice s\ncache k {{ ttl = 1min hit_ratio = 90% zipf = 0.99 key_count = 1M {cache} }}\n\
             database d {{ latency = 30ms }}\nflow f {{\n  c -> s -> k\n  s -> d {{ behind = k }}\n}}\n"
        )
    };
    // the hottest of a million keys takes 6.497%: 5 misses in 30 ms from 2,565/s on
    assert_eq!(severity("CA002", &text("2500/s", "")), None);
    assert_eq!(severity("CA002", &text("2600/s", "")), Some(Severity::Warning));
    assert_eq!(severity("CA002", &text("2600/s", "coalesce = true")), None);
    assert_eq!(severity("CA002", &text("2600/s", "invalidation = write_through")), None);
    assert_eq!(severity("CA002", &text("2600/s", "").replace("ttl = 1min", "")), None);
    assert_eq!(open("CA002", &text("2600/s", "").replace("zipf = 0.99", "")), ["k zipf"]);
}
