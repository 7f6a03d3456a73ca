//! Load from text to figure.

use super::{Design, design, flow, in_case, near};
use crate::analysis::{Case, Element};

#[track_caller]
fn peaks(design: &Design, expected: &[(&str, f64)]) {
    for (path, rate) in expected {
        let actual = design.peak(path).unwrap_or(f64::NAN);
        assert!((actual - rate).abs() <= 1e-9 * rate.abs().max(1e-12), "{path}: {actual} is not {rate}");
    }
}

const SHORTENER: &str = r#"client browser { users = 50M requests_per_user = 20/day peak_factor = 3 }
load_balancer lb
service api { replicas = 6..24 capacity = 2k/s }
cache hot { hit_ratio = 92% }
database links
stream clicks
worker counter
browser -> lb -> api
api -> hot
api -> links { behind = hot retries = 1 }
api ~> clicks
clicks ~> counter
flow redirect {
  browser -> lb -> api
  api -> hot
  api -> links
  api ~> clicks
}"#;

#[test]
fn a_url_shortener() {
    let facts = design(SHORTENER);
    let peak = 50e6 * 20.0 / 86_400.0 * 3.0;
    peaks(
        &facts,
        &[
            ("browser", peak),
            ("lb", peak),
            ("api", peak),
            ("hot", peak),
            ("links", peak * 0.08),
            ("clicks", peak),
            ("counter", peak),
        ],
    );
    let load = &facts.facts.load;
    let api = load.component(facts.component("api")).unwrap();
    near(api.utilization.unwrap(), peak / 48_000.0, 1e-12);
    near(api.average.unwrap(), peak / 3.0, 1e-6);
    let redirect = load.flow(flow(&facts.model, "redirect")).unwrap();
    near(redirect.worst.unwrap(), 2.0 * peak, 1e-6);
    near(redirect.headroom.unwrap(), 48_000.0 / peak, 1e-12);
    assert_eq!(redirect.first_to_break, Some(facts.component("api")));
    // cold and retried, every miss twice
    near(load.component(facts.component("links")).unwrap().worst.unwrap(), 2.0 * peak, 1e-6);
    let cold = load.cold_caches.first().unwrap();
    near(cold.peak, peak, 1e-6);
}

#[test]
fn levels_of_caches_thin_one_after_the_other() {
    let text = "client c { rate = 1k/s }
service s
cache near { hit_ratio = 50% }
cache far { hit_ratio = 80% }
database d
flow f {
  c -> s -> near
  s -> far { behind = near }
  s -> d { behind = far }
}";
    peaks(&design(text), &[("near", 1000.0), ("far", 500.0), ("d", 100.0)]);
    let cold = |caches: &[&str]| {
        in_case(text, |model| {
            let by_path = |name: &&str| model.components.ids().find(|id| model.path(*id) == *name).unwrap();
            Case { cold: caches.iter().map(by_path).collect(), ..Case::default() }
        })
    };
    peaks(&cold(&["near"]), &[("far", 1000.0), ("d", 200.0)]);
    peaks(&cold(&["near", "far"]), &[("far", 1000.0), ("d", 1000.0)]);
    // two that wait for each other are no levels
    let circle = text.replace("s -> near", "s; s -> near { behind = far }");
    peaks(&design(&circle), &[("near", 200.0), ("far", 500.0)]);
}

#[test]
fn flows_divide_what_their_starter_brings() {
    let facts = design(
        "client c { rate = 1k/s }
service a
service b
service d
service e1
flow fixed { rate = 100/s
  c -> a }
flow part { share = 30%
  c -> b }
flow rest1 { c -> d }
flow rest2 { c -> e1 }",
    );
    peaks(&facts, &[("a", 100.0), ("b", 300.0), ("d", 300.0), ("e1", 300.0), ("c", 1000.0)]);
    let part = facts.facts.load.flow(flow(&facts.model, "part")).unwrap();
    near(part.average.unwrap(), 100.0, 1e-9);
}

#[test]
fn calls_multiply_and_alternatives_split() {
    let facts = design(
        "client c { rate = 100/s }
load_balancer lb
service a
service b
service x
database d
c -> lb
lb -> a | b
a -> d { calls = 3 }
b -> x { fanout = 4 share = 50% }",
    );
    peaks(&facts, &[("a", 50.0), ("b", 50.0), ("d", 150.0), ("x", 100.0)]);
    let shares = design(
        "client c { rate = 100/s }
service a
service b
service x
c -> a { share = 70% }
c -> b
c -> x
flow f { c -> a | b | x }",
    );
    peaks(&shares, &[("a", 70.0), ("b", 15.0), ("x", 15.0)]);
}

#[test]
fn queues_share_and_topics_repeat() {
    let text = |kind: &str| {
        format!(
            "client c {{ rate = 90/s }}
service s
{kind} q
worker w1
worker w2
worker w3
database d
c -> s
s ~> q
q ~> w1
q ~> [w2, w3]
w3 -> d {{ calls = 2 }}"
        )
    };
    peaks(&design(&text("queue")), &[("q", 90.0), ("w1", 30.0), ("w2", 30.0), ("w3", 30.0), ("d", 60.0)]);
    peaks(&design(&text("topic")), &[("w1", 90.0), ("w2", 90.0), ("d", 180.0)]);
    peaks(&design(&text("stream")), &[("w1", 90.0), ("w3", 90.0)]);
}

#[test]
fn a_flow_that_a_broker_starts_takes_its_messages() {
    let facts = design(
        "client c { rate = 90/s }
service s
stream q
worker w
database d
flow take { c -> s ~> q }
flow work { q ~> w -> d }",
    );
    peaks(&facts, &[("q", 90.0), ("w", 90.0), ("d", 90.0)]);
}

#[test]
fn connections_in_no_flow_carry_nothing() {
    let facts = design(
        "client c { rate = 90/s }
service s
database d
database e1
c -> s
s -> [d, e1]
flow f { c -> s -> d }",
    );
    peaks(&facts, &[("d", 90.0), ("e1", 0.0)]);
    let unknown = design("client c\nservice s\nc -> s");
    assert_eq!(unknown.peak("s"), None);
}

#[test]
fn writes_load_every_copy() {
    let text = |store: &str| {
        format!(
            "client c {{ rate = 100/s }}
service s
database d {{ capacity = 100/s {store} }}
c -> s
s -> d \"read\" {{ access = read }}
s -> d \"write\" {{ access = write share = 10% }}"
        )
    };
    let of = |store: &str| {
        let facts = design(&text(store));
        let load = facts.facts.load.component(facts.component("d")).unwrap().clone();
        near(load.peak.unwrap(), 110.0, 1e-9);
        near(load.writes.unwrap(), 10.0, 1e-9);
        load
    };
    near(of("replicas = 3").utilization.unwrap(), 110.0 / 300.0, 1e-12);
    near(of("replicas = 3 replication_factor = 3").utilization.unwrap(), 130.0 / 300.0, 1e-12);
    // the primary takes all writes and a third of the reads
    near(of("replicas = 3 mode = primary_replica").utilization.unwrap(), (10.0 + 100.0 / 3.0) / 100.0, 1e-12);
    let sharded = of("shards = 4 skew = 40%");
    near(sharded.utilization.unwrap(), 110.0 / 400.0, 1e-12);
    near(sharded.hottest_shard_utilization.unwrap(), 0.44, 1e-12);
    let zipf = of("shards = 16 zipf = 0.99 key_count = 1M");
    near(zipf.hottest_shard_utilization.unwrap() / 1.1, 0.123, 5e-4);
}

#[test]
fn concurrency_and_latency_give_a_capacity() {
    let facts = design(
        "client c { rate = 200/s }
service s { replicas = 2 concurrency = 50 latency = 200ms }
database d { max_connections = 100 }
c -> s
s -> d { pool = 20 }",
    );
    let load = &facts.facts.load;
    near(load.component(facts.component("s")).unwrap().utilization.unwrap(), 0.4, 1e-12);
    near(load.component(facts.component("d")).unwrap().connections_used.unwrap(), 40.0, 1e-12);
}

#[test]
fn circles_are_solved_and_those_without_end_are_told() {
    let text = |share: &str| {
        format!(
            "client c {{ rate = 100/s }}\nservice a\nservice b\nc -> a -> b\nb -> a {{ share = {share} }}"
        )
    };
    let facts = design(&text("50%"));
    peaks(&facts, &[("a", 200.0), ("b", 200.0)]);
    let endless = design(&text("100%"));
    assert_eq!(endless.peak("a"), None);
    let told = endless.facts.load.divergences.first().unwrap();
    assert_eq!(told.cycle, [endless.component("a"), endless.component("b")]);
    near(told.radius, 1.0, 1e-6);
}

#[test]
fn a_case_scales_fails_and_cools() {
    let peak = 50e6 * 20.0 / 86_400.0 * 3.0;
    let double = in_case(SHORTENER, |_| Case { load: 2.0, ..Case::default() });
    peaks(&double, &[("api", 2.0 * peak)]);
    let users = in_case(SHORTENER, |_| Case { users: Some(5_000_000), ..Case::default() });
    peaks(&users, &[("api", peak / 10.0)]);
    let cold =
        in_case(SHORTENER, |model| Case { cold: vec![super::component(model, "hot")], ..Case::default() });
    peaks(&cold, &[("links", peak)]);
    let down = in_case(SHORTENER, |model| Case {
        failed: vec![Element::Component(super::component(model, "hot"))],
        ..Case::default()
    });
    peaks(&down, &[("links", peak), ("hot", 0.0)]);
}

#[test]
fn the_shortener_of_the_book() {
    // 100 M new links a month, 100 reads for each write
    let facts = design(
        "client w { rate = 100M/month peak_factor = 1 }
client r { rate = 10B/month peak_factor = 1 }
service api
database d
flow write { w -> api -> d { access = write } }
flow read { r -> api -> d { access = read } }",
    );
    let d = facts.facts.load.component(facts.component("d")).unwrap();
    near(d.writes.unwrap(), 38.58, 5e-3);
    near(d.peak.unwrap() - d.writes.unwrap(), 3858.0, 0.1);
}
