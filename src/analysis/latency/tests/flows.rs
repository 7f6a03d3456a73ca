//! From text to figure.

use super::super::{Gap, Hop, budget};
use crate::analysis::case::{Case, Element};
use crate::analysis::tests::{Design, component, design, in_case};
use crate::model::{AttrId, ComponentId, FlowId};

/// A percentile of the first flow, in milliseconds.
fn ms(design: &Design, thousandths: u16) -> Option<f64> {
    let latency = design.facts.latency.flow(FlowId::from_index(0)).unwrap();
    latency.percentile(thousandths).map(|seconds| seconds * 1e3)
}

/// Lower and upper bound of the p99 of the first flow, in milliseconds.
fn certain(design: &Design) -> (Option<f64>, Option<f64>) {
    let bounds = design.facts.latency.flow(FlowId::from_index(0)).unwrap().bounds(990);
    (bounds.lower.map(|it| it * 1e3), bounds.upper.map(|it| it * 1e3))
}

fn gaps(design: &Design) -> Vec<Gap> {
    design.facts.latency.flow(FlowId::from_index(0)).unwrap().gaps().to_vec()
}

fn hops(design: &Design) -> Vec<Hop> {
    let id = FlowId::from_index(0);
    budget(&design.model.flows[id], &design.facts.latency.flow(id).unwrap())
}

#[track_caller]
fn near(actual: Option<f64>, expected: f64, tolerance: f64) {
    let actual = actual.unwrap();
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected}");
}

const PARTS: &str = "client c
service a { latency = 10ms p99 = 100ms }
service b { latency = 10ms p99 = 100ms }
service d { latency = 10ms p99 = 100ms }
database e1 { latency = 10ms p99 = 100ms }
database e2 { latency = 10ms p99 = 100ms }
";

fn of(flow: &str) -> Design {
    design(&format!("{PARTS}flow f {{\n{flow}\n}}"))
}

#[test]
fn hops_in_series_and_at_once() {
    let two = of("c -> a -> b");
    near(ms(&two, 500), 24.35, 0.005);
    near(ms(&two, 990), 146.64, 0.005);
    near(certain(&two).0, 100.0, 1e-9);
    near(certain(&two).1, 256.0, 0.05);
    let five = of("c -> a -> b -> d\nd -> e1\nd -> e2");
    near(ms(&five, 500), 70.7, 0.05);
    near(ms(&five, 990), 249.2, 0.05);
    near(certain(&five).1, 863.3, 0.05);
    // the two at once after a, which alone has a p99 of 127.9
    let both = of("c -> a\na -> [b, d]");
    let pair = of("c -> [b, d]");
    near(ms(&pair, 990), 127.9, 0.05);
    assert!(ms(&both, 990) > ms(&pair, 990));
    let many = of("c -> a { fanout = 100 }");
    near(ms(&many, 990), 396.0, 0.5);
    let first = of("c -> a { fanout = 2 wait = first }");
    assert!(ms(&first, 990) < ms(&of("c -> a"), 990));
    near(ms(&of("c -> a { calls = 5 }"), 990), 249.2, 0.05);
}

#[test]
fn a_message_is_not_waited_for_and_an_optional_call_is_cut() {
    near(ms(&of("c -> a\na ~> b"), 990), 100.0, 1e-3);
    near(ms(&of("c -> a { optional = true timeout = 20ms }"), 990), 20.0, 0.05);
    near(ms(&of("c -> a { optional = true timeout = 20ms }"), 500), 10.0, 1e-3);
    // a hard call without tries is not: it fails instead
    near(ms(&of("c -> a { timeout = 20ms }"), 990), 100.0, 1e-2);
    let nothing = design("client c\nqueue q\nflow f { c ~> q }");
    assert_eq!((ms(&nothing, 990), gaps(&nothing)), (None, vec![Gap::NotAwaited]));
}

#[test]
fn who_a_broker_hands_messages_to_is_the_first_hop() {
    let work = design("queue q\nworker w { latency = 10ms p99 = 100ms }\nflow f { q ~> w }");
    near(ms(&work, 990), 100.0, 1e-3);
}

#[test]
fn a_cache_is_a_mixture_and_answers_for_all_calls_behind_it() {
    let text = |hits: &str| {
        design(&format!(
            "client c
service a {{ latency = 1ms p99 = 1ms }}
cache k {{ latency = 1ms p99 = 1ms hit_ratio = {hits} }}
database e {{ latency = 10ms p99 = 100ms }}
flow f {{
  c -> a -> k
  a -> e {{ behind = k }}
}}"
        ))
    };
    // P(X > x) = 0.1·P(E > x − 2): the p99 is the store's p90
    let z90 = 1.281_551_565_544_6;
    let store_p90 = 10.0 * (10f64.ln() / 2.326_347_874_040_841 * z90).exp();
    near(ms(&text("90%"), 990), 2.0 + store_p90, 0.01);
    near(ms(&text("90%"), 500), 2.0, 1e-6);
    near(ms(&text("100%"), 990), 2.0, 1e-6);
    near(ms(&text("0%"), 990), 102.0, 0.01);
    let twice = design(
        "client c
service a { latency = 1ms p99 = 1ms }
cache k { latency = 1ms p99 = 1ms hit_ratio = 90% }
database e { latency = 10ms p99 = 10ms }
flow f {
  c -> a -> k
  a -> e { behind = k }
  a -> e \"again\" { behind = k }
}",
    );
    // a run misses both or none: one of ten takes 2 + 20
    near(ms(&twice, 950), 22.0, 0.05);
    let levels = design(
        "client c
service a { latency = 1ms p99 = 1ms }
cache near { latency = 1ms p99 = 1ms hit_ratio = 60% }
cache far { latency = 1ms p99 = 1ms hit_ratio = 80% }
database e { latency = 10ms p99 = 10ms }
flow f {
  c -> a -> near
  a -> far { behind = near }
  a -> e { behind = far }
}",
    );
    // six of ten are over after 2, 32 of 100 take 3, and the store is never asked without the second level
    for (thousandths, time) in [(500, 2.0), (900, 3.0), (950, 13.0)] {
        near(ms(&levels, thousandths), time, 0.05);
    }
    let cold = in_case(
        "client c
service a { latency = 1ms p99 = 1ms }
cache k { latency = 1ms p99 = 1ms hit_ratio = 90% }
database e { latency = 10ms p99 = 100ms }
flow f {
  c -> a -> k
  a -> e { behind = k }
}",
        |model| Case { cold: vec![component(model, "k")], ..Case::default() },
    );
    near(ms(&cold, 990), 102.0, 0.01);
}

#[test]
fn alternatives_and_shares_are_mixtures() {
    // alike: as one
    near(ms(&of("c -> a | b"), 990), 100.0, 1e-3);
    let rare = design(
        "client c
service a { latency = 1ms p99 = 1ms }
service b { latency = 10ms p99 = 10ms }
flow f {
  c -> a
  a -> b { share = 5% }
}",
    );
    near(ms(&rare, 950), 1.0, 1e-6);
    near(ms(&rare, 990), 11.0, 0.02);
}

#[test]
fn tries_are_repeated_when_they_time_out() {
    let again = of("c -> a { timeout = 20ms retries = 1 backoff = fixed backoff_base = 5ms }");
    // late with chance q, then 25 ms and another: P(X > 25 + y) = q·P(A > y)
    let sigma = 10f64.ln() / 2.326_347_874_040_841;
    let late = super::super::normal::above(2f64.ln() / sigma);
    let expected = 25.0 + 10.0 * (sigma * super::super::normal::point(0.01 / late)).exp();
    near(ms(&again, 990), expected, 0.01);
}

#[test]
fn the_network_lies_between_places() {
    let text = |links: &str, a: &str, b: &str| {
        design(&format!(
            "client c
region us {{
  zone x
  zone y
  service a {{ latency = 1ms p99 = 1ms {a} }}
  service b {{ latency = 1ms p99 = 1ms {b} }}
}}
region eu {{ service d {{ latency = 1ms p99 = 1ms }} }}
{links}
flow f {{ c -> us.a -> us.b -> eu.d }}"
        ))
    };
    near(ms(&text("", "zones = [x]", "zones = [x]"), 990), 3.0 + 0.1 + 80.0, 1e-9);
    near(ms(&text("", "zones = [x]", "zones = [y]"), 990), 3.0 + 0.25 + 80.0, 1e-9);
    near(ms(&text("us -- eu { rtt = 60ms }", "", ""), 990), 3.0 + 0.25 + 60.0, 1e-9);
    // the bounds count it too
    let (lower, upper) = certain(&text("us -- eu { rtt = 60ms }", "", ""));
    near(lower, 63.25, 1e-9);
    near(upper, 63.25, 1e-9);
    // the way of the client counts where it is given
    let far = design("client c\nservice a { latency = 1ms p99 = 1ms }\nflow f { c -> a { rtt = 40ms } }");
    near(ms(&far, 990), 41.0, 1e-9);
    let told = &text("", "", "").facts.assumptions;
    assert!(told.iter().any(|it| it.attribute == AttrId::RTT && it.value == "80 ms"), "{told:?}");
}

#[test]
fn one_figure_gives_the_other_and_none_gives_no_estimate() {
    let one =
        design("client c\nservice a { latency = 10ms }\nservice b { p99 = 50ms }\nflow f { c -> a -> b }");
    near(certain(&one).0, 50.0, 1e-9);
    let told: Vec<(AttrId, &str)> = one
        .facts
        .assumptions
        .iter()
        .filter(|it| [AttrId::LATENCY, AttrId::P99].contains(&it.attribute))
        .map(|it| (it.attribute, it.value.as_str()))
        .collect();
    assert_eq!(told, [(AttrId::P99, "50 ms"), (AttrId::LATENCY, "10 ms")]);
    let none = design("client c\nservice a { latency = 10ms }\nservice b\nflow f { c -> a -> b }");
    assert_eq!((ms(&none, 990), ms(&none, 500)), (None, None));
    assert_eq!(gaps(&none), [Gap::Figures(none.component("b"))]);
    // what is known is certain all the same
    near(certain(&none).0, 50.0, 1e-9);
    assert_eq!(certain(&none).1, None);
    let circle = design(
        "client c\nservice a { latency = 1ms }\nservice b { latency = 1ms }\nc -> a -> b\nb -> a { share = 10% }",
    );
    assert_eq!(ms(&circle, 990), None);
    assert!(gaps(&circle).iter().any(|gap| matches!(gap, Gap::Circle(_))));
}

#[test]
fn a_busy_component_has_a_line() {
    let text = |rate: &str| {
        design(&format!(
            "client c {{ rate = {rate} }}\nservice a {{ latency = 10ms p99 = 10ms capacity = 100/s }}\nflow f {{ c -> a }}"
        ))
    };
    // M/D/1 by Allen–Cunneen: half of M/M/1's 0.8·10/(1 − 0.8) = 40 ms; those that wait wait 25 ms on average
    let busy = text("80/s");
    let queue = busy.facts.latency.flow(FlowId::from_index(0)).unwrap().queues();
    let [queue] = queue.as_slice() else { panic!("{queue:?}") };
    near(Some(queue.mean * 1e3), 20.0, 1e-9);
    near(Some(queue.chance), 0.8, 1e-12);
    near(ms(&busy, 990), 10.0 + 25.0 * 80f64.ln(), 0.02);
    let full = text("96/s");
    assert_eq!(ms(&full, 990), None);
    assert!(matches!(gaps(&full).as_slice(), [Gap::Saturated(_, used)] if (used - 0.96).abs() < 1e-12));
    near(certain(&full).0, 10.0, 1e-9);
    assert_eq!(certain(&full).1, None);
    // ten at once in each of two: twenty servers of 100 ms
    let many = design(
        "client c { rate = 160/s }\nservice a { latency = 100ms p99 = 100ms concurrency = 10 replicas = 2 }\nflow f { c -> a }",
    );
    let queue = many.facts.latency.flow(FlowId::from_index(0)).unwrap().queues();
    assert_eq!(queue.first().map(|queue| queue.servers), Some(20));
}

#[test]
fn a_case_slows_and_fails() {
    let text = "client c
service a { latency = 10ms p99 = 100ms }
service b { latency = 10ms p99 = 100ms }
service other { latency = 3ms p99 = 3ms }
flow f {
  c -> a
  a -> b { fallback = other timeout = 1s }
}";
    let failing = |path: &str| {
        in_case(text, |model| Case {
            failed: vec![Element::Component(component(model, path))],
            ..Case::default()
        })
    };
    near(ms(&failing("b"), 990), 103.0, 0.01);
    assert!(matches!(gaps(&failing("a")).as_slice(), [Gap::Down(_)]));
    let slow = in_case(text, |model| Case { slow: vec![(component(model, "a"), 3.0)], ..Case::default() });
    assert!(ms(&slow, 990).unwrap() > 300.0);
}

#[test]
fn the_budget_adds_up_along_the_critical_path() {
    let text = "client c
service a { latency = 10ms p99 = 10ms }
service b { latency = 30ms p99 = 30ms }
service d { latency = 20ms p99 = 20ms }
database e { latency = 5ms p99 = 5ms }
flow f {
  c -> a
  a -> [b, d]
  d -> e { calls = 4 }
}";
    let made = design(text);
    let told: Vec<(ComponentId, bool, f64, f64)> = hops(&made)
        .iter()
        .map(|hop| {
            (hop.component, hop.is_critical, (hop.contribution * 1e3).round(), (hop.start * 1e3).round())
        })
        .collect();
    let id = |path: &str| made.component(path);
    assert_eq!(
        told,
        [
            (id("a"), true, 10.0, 0.0),
            (id("b"), false, 30.0, 10.0),
            (id("d"), true, 20.0, 10.0),
            (id("e"), true, 20.0, 30.0)
        ]
    );
    let shares: f64 = hops(&made).iter().map(|hop| hop.share).sum();
    near(Some(shares), 1.0, 1e-12);
    near(ms(&made, 990), 50.0, 0.02);
}

#[test]
fn components_without_figures_do_not_count_where_no_run_waits_for_them() {
    let rare = design(
        "client c\nservice a { latency = 1ms }\nservice b\nflow f {\n  c -> a\n  a ~> b\n  a -> b { share = 0% }\n}",
    );
    assert!(ms(&rare, 990).is_some());
}

#[test]
fn the_estimate_stays_within_what_is_certain() {
    // work without a tail: 50 ms, and 5 ms more of a call that is cut there
    let fixed = design(
        "client c
         service a { latency = 50ms  p99 = 50ms }
         service b { latency = 5ms  p99 = 5ms }
         flow f {
           c -> a
           a -> b { optional = true  timeout = 5ms }
         }",
    );
    let (lower, upper) = certain(&fixed);
    let estimate = ms(&fixed, 990).unwrap();
    assert!(lower.unwrap() <= estimate && estimate <= upper.unwrap(), "{lower:?} {estimate} {upper:?}");
    near(Some(estimate), 50.0 + 5.0, 0.01);
}
