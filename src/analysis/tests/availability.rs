//! Availability from text to figure: the oracles of analysis.md and what the language says of structure.

use super::{design, flow, in_case, near};
use crate::analysis::{Case, Element};

/// Availability of one service outside every region.
fn of(attributes: &str) -> f64 {
    design(&format!("client c\nservice s {{ {attributes} }}\nc -> s\n")).availability()
}

#[test]
fn series_and_parallel() {
    let series = "client c
service a { availability = 0.9999 }
service b { availability = 0.9999 }
service d { availability = 0.9999 }
c -> a -> b -> d";
    near(design(series).availability(), 0.99970003 - 1e-12, 1e-11);
    let parallel = "client c
load_balancer lb { availability = 1 }
service a { availability = 99.9% }
service b { availability = 99.9% }
c -> lb
lb -> a | b";
    near(design(parallel).availability(), 0.999999, 1e-12);
}

#[test]
fn k_of_n() {
    near(of("replicas = 3 needs = 2 availability = 0.99"), 0.999702, 1e-12);
    near(of("replicas = 3 needs = 2 availability = 0.9"), 0.972, 1e-12);
    near(of("replicas = 5 needs = 3 availability = 0.99"), 0.9999901494, 1e-10);
    near(of("replicas = 6 needs = 4 availability = 0.99"), 0.9999804464, 1e-10);
    let alternatives = "client c
service a { availability = 0.99 }
service b { availability = 0.99 }
service d { availability = 0.99 }
c -> a | b | d { needs = 2 }";
    near(design(alternatives).availability(), 0.999702, 1e-12);
}

#[test]
fn the_bridge_network() {
    // two ways through a bridge: a·c, b·d, a·e·d, b·e·c
    for (p, expected) in [(0.9, 0.97848), (0.99, 0.9997980498), (0.5, 0.5)] {
        let text = format!(
            "client x
defaults service {{ availability = {p} }}
defaults load_balancer {{ availability = 1 }}
service a
service b
service c
service d
service e1
load_balancer left
load_balancer right
load_balancer over
load_balancer back
flow f {{
  x -> left | right
  left -> a
  a -> c | over
  over -> e1
  e1 -> d
  right -> b
  b -> d | back
  back -> e1
  e1 -> c
}}"
        );
        near(design(&text).availability(), expected, 5e-11);
    }
}

#[test]
fn replicas_in_zones() {
    let text = |attributes: &str| {
        format!(
            "client c
region r {{
  zone a
  zone b
  zone d
  service s {{ availability = 0.995 {attributes} }}
}}
c -> r.s"
        )
    };
    let of = |attributes: &str| design(&text(attributes)).availability();
    near(of("replicas = 3 zones = [a]"), 0.9988999751, 1e-10);
    near(of("replicas = 3 zones = [a, b, d]"), 0.9998997846, 1e-10);
    near(of("replicas = 3 zones = 3 needs = 2"), 0.9997926216, 1e-10);
    // a zone or a region by itself; the zone that holds everything is a single point
    assert_eq!(design(&text("replicas = 3 zones = [a]")).single_points(), ["r", "r.a"]);
    assert_eq!(design(&text("replicas = 3 zones = 3")).single_points(), ["r"]);
    assert_eq!(design(&text("zones = [b]")).single_points(), ["r", "r.b", "r.s"]);
}

#[test]
fn zones_are_shared_even_without_names() {
    // 6 replicas over 3 nameless zones, 4 needed, no region
    let text = "client c\nservice s { replicas = 6 zones = 3 needs = 4 availability = 0.995 }\nc -> s";
    let facts = design(text);
    near(facts.facts.reliability.flows.first().unwrap().unavailability, 6.4895e-5, 5e-9);
    // 5 tiers over the same two zones: 8.39 min a year
    let tiers: String = (1..=5)
        .map(|i| format!("service t{i} {{ replicas = 2 zones = 2 availability = 0.999 }}\n"))
        .collect();
    let text = format!("client c\n{tiers}c -> t1 -> t2 -> t3 -> t4 -> t5");
    near(design(&text).facts.reliability.flows.first().unwrap().unavailability * 525_600.0, 8.39, 5e-3);
}

#[test]
fn fallbacks() {
    let text = |fallback: &str| {
        format!(
            "client c
service s {{ availability = 0.9995 }}
service d {{ availability = 0.99 }}
service f {{ availability = 0.95 }}
c -> s
s -> d {{ {fallback} }}"
        )
    };
    near(design(&text("fallback = f")).availability(), 0.99900025, 1e-12);
    let degraded = design(&text("fallback = cached"));
    near(degraded.availability(), 0.9995, 1e-12);
    near(degraded.facts.reliability.flows[0].degraded_probability, 0.9995 * 0.01, 1e-12);
    let optional = design(&text("optional = true"));
    near(optional.availability(), 0.9995, 1e-12);
    near(optional.facts.reliability.flows[0].degraded_probability, 0.9995 * 0.01, 1e-12);
    near(design(&text("fallback = none")).availability(), 0.9995 * 0.99, 1e-12);
}

#[test]
fn caches_whose_stores_can_or_cannot_do_without() {
    let text = |capacity: &str| {
        format!(
            "client c {{ rate = 1k/s }}
service s {{ availability = 1 }}
cache k {{ availability = 0.999 hit_ratio = 90% }}
database d {{ availability = 0.995 {capacity} }}
c -> s
s -> k
s -> d {{ behind = k }}"
        )
    };
    near(design(&text("capacity = 1k/s")).availability(), 0.9994955, 1e-12);
    near(design(&text("capacity = 999/s")).availability(), 0.9985005, 1e-12);
    let unknown = design(&text(""));
    near(unknown.availability(), 0.9994955, 1e-12);
    let assumed: Vec<String> = unknown
        .facts
        .assumptions
        .iter()
        .map(|it| format!("{} {} {}", it.subject.path(&unknown.model), it.attribute.name(), it.value))
        .collect();
    assert!(assumed.contains(&"d capacity at least 1k/s".to_owned()), "{assumed:?}");
    // ten times the load: the store no longer carries it
    let busy = in_case(&text("capacity = 1k/s"), |_| Case { load: 10.0, ..Case::default() });
    near(busy.availability(), 0.9985005, 1e-12);
}

#[test]
fn what_is_behind_the_second_level_is_behind_the_first_too() {
    let text = "client c { rate = 1k/s }
service s { availability = 1 }
cache near { availability = 0.99 hit_ratio = 50% }
cache far { availability = 0.98 hit_ratio = 80% }
database d { availability = 0.9 capacity = 1k/s }
c -> s
s -> near
s -> far { behind = near }
s -> d { behind = far }";
    // a run is served by the first level, by the second, or by the store
    let (near_up, far_up) = (0.99, 0.98);
    let by_store = |hit: f64| hit + (1.0 - hit) * 0.9;
    let wanted = near_up * (0.5 + 0.5 * (far_up * by_store(0.8) + (1.0 - far_up) * 0.9))
        + (1.0 - near_up) * (far_up * by_store(0.8) + (1.0 - far_up) * 0.9);
    near(design(text).availability(), wanted, 1e-12);
}

#[test]
fn nobody_gets_past_a_cache_that_asks_the_store_itself() {
    let text = "client c
cdn edge { availability = 0.999 hit_ratio = 90% ttl = 1h }
object_store d { availability = 0.995 }
c -> edge
edge -> d { behind = edge }";
    near(design(text).availability(), 0.999 * (0.9 + 0.1 * 0.995), 1e-12);
}

#[test]
fn shares_are_mixtures() {
    let text = "client c
service s { availability = 0.99 }
service a { availability = 0.9 }
service b { availability = 0.8 }
flow f {
  c -> s
  s -> a { share = 25% }
  s -> b { share = 10% }
}";
    let facts = design(text);
    near(facts.availability(), 0.99 * (1.0 - 0.25 * 0.1) * (1.0 - 0.1 * 0.2), 1e-12);
    assert_eq!(facts.single_points(), ["s"]);
    let points = &facts.flow("f").single_points;
    let share = |path: &str| points.iter().find(|it| it.fault == facts.fault(path)).unwrap().share;
    near(share("a"), 0.25, 1e-12);
    near(share("b"), 0.1, 1e-12);
}

#[test]
fn many_shares_do_not_explode() {
    let services: String = (0..40).map(|i| format!("service s{i} {{ availability = 0.9 }}\n")).collect();
    let steps: String = (0..40).map(|i| format!("  a -> s{i} {{ share = 50% }}\n")).collect();
    let text =
        format!("client c\nservice a {{ availability = 1 }}\n{services}flow f {{\n  c -> a\n{steps}}}");
    near(design(&text).availability(), 0.95f64.powi(40), 1e-12);
}

#[test]
fn the_same_call_twice_is_one_variable() {
    let text = "client c
service s { availability = 0.99 }
database d { availability = 0.9 }
flow f {
  c -> s
  s -> d
  s -> d
}";
    near(design(text).availability(), 0.891, 1e-12);
}

#[test]
fn brokers_are_needed_and_consumers_are_not() {
    let text = "client c
service s { availability = 0.99 }
queue q { availability = 0.9 }
worker w { availability = 0.5 }
c -> s
s ~> q
q ~> w
s ~> w";
    near(design(text).availability(), 0.891, 1e-12);
}

#[test]
fn what_is_needed_of_an_alternative_belongs_to_it() {
    let text = "client c
defaults service { availability = 0.9 }
defaults database { availability = 0.8 }
service a
service b
database d1
database d2
flow f {
  c -> a | b
  a -> d1
  b -> d2
}";
    near(design(text).availability(), 1.0 - (1.0f64 - 0.72).powi(2), 1e-12);
    let whichever = "client c
defaults service { availability = 0.9 }
service a
service b
service x
database d { availability = 0.8 }
flow f {
  c -> a | b
  [a, b] -> x
  x -> d
}";
    near(design(whichever).availability(), 0.99 * 0.9 * 0.8, 1e-12);
}

#[test]
fn managed_components_are_one_variable_in_their_regions() {
    let text = |attributes: &str| {
        format!(
            "client c
region us {{ availability = 0.99; zone a {{ availability = 0.9 }} }}
region eu {{ availability = 0.99 }}
database d {{ managed = true availability = 0.995 {attributes} }}
c -> d"
        )
    };
    let of = |attributes: &str| design(&text(attributes)).availability();
    near(of(""), 0.995, 1e-12);
    near(of("regions = [us]"), 0.995 * 0.99, 1e-12);
    near(of("regions = [us, eu]"), 0.995 * 0.9999, 1e-12);
    near(of("regions = [us] zones = [us.a]"), 0.995 * 0.99 * 0.9, 1e-12);
    near(of("replicas = 2 regions = [us, eu] needs = 2"), 0.995 * 0.9801, 1e-12);
    near(of("replicas = 3 regions = [us]"), 0.995 * 0.99, 1e-12);
}

#[test]
fn what_fails_with_another_falls_with_it() {
    let text = "client c
group peering { availability = 0.99 }
service plane { availability = 0.98 }
service s { availability = 0.9 fails_with = [peering, plane] }
c -> s";
    let facts = design(text);
    near(facts.availability(), 0.9 * 0.99 * 0.98, 1e-12);
    assert_eq!(facts.single_points(), ["peering", "plane", "s"]);
}

#[test]
fn availability_may_come_from_failures_and_repairs() {
    near(of("mtbf = 30d mttr = 30min"), 1.0 / (1.0 + 0.5 / 720.0), 1e-12);
    near(of("mtbf = 999h"), 0.999, 1e-12);
    // own 0.9999 with 5 and 10 dependencies at 0.99999
    for (count, expected) in [(5, 0.99985), (10, 0.99980)] {
        let dependencies: String =
            (0..count).map(|i| format!("database d{i} {{ availability = 0.99999 }}\ns -> d{i}\n")).collect();
        let text = format!("client c\nservice s {{ availability = 0.9999 }}\n{dependencies}c -> s");
        near(design(&text).availability(), expected, 2e-8);
    }
}

#[test]
fn defaults_are_told() {
    let facts = design(
        "client c
region r { zone a; service s { zones = [a] } }
external e
c -> r.s -> e",
    );
    near(facts.availability(), 0.9999 * 0.999 * 0.995 * 0.999, 1e-12);
    let told: Vec<String> = facts
        .facts
        .assumptions
        .iter()
        .map(|it| {
            format!("{} {}={} ({})", it.subject.path(&facts.model), it.attribute.name(), it.value, it.source)
        })
        .collect();
    for line in [
        "r availability=99.99% (default)",
        "r.a availability=99.9% (default)",
        "r.s replicas=1 (default)",
        "r.s availability=99.5% (default)",
        "e availability=99.9% (default)",
    ] {
        assert!(told.contains(&line.to_owned()), "{line} is not among {told:?}");
    }
}

#[test]
fn ranges_count_at_their_lower_end_and_majorities_are_needed() {
    near(of("replicas = 2..9 availability = 0.9"), 0.99, 1e-12);
    let quorum = "client c\ndatabase d { replicas = 3 replication = quorum availability = 0.9 }\nc -> d";
    near(design(quorum).availability(), 0.972, 1e-12);
    let sharded = "client c\ndatabase d { replicas = 2 shards = 16 availability = 0.9 }\nc -> d";
    near(design(sharded).availability(), 0.99, 1e-12);
}

#[test]
fn replicas_are_dealt_over_regions_then_zones() {
    let facts = design(
        "client c
region r1 { zone a; zone b }
region r2 { zone x }
service s { replicas = 5 regions = [r1, r2] zones = [r1.a, r1.b, r2.x] }
c -> s",
    );
    let deployment = facts.facts.placement.of(facts.component("s")).unwrap();
    let dealt: Vec<(&str, u64)> = deployment
        .places
        .iter()
        .map(|place| (facts.facts.placement.domain_path(place.zone.unwrap()), place.low))
        .collect();
    assert_eq!(dealt, [("r1.a", 2), ("r2.x", 2), ("r1.b", 1)]);
}

#[test]
fn failures_of_a_case() {
    let text = "client c
region r {
  availability = 1
  zone a { availability = 0.9 }
  zone b { availability = 0.9 }
  service s { replicas = 2 zones = [a, b] availability = 0.99 }
}
c -> r.s";
    let of = |case: &dyn Fn(&crate::model::Model) -> Vec<Element>| {
        in_case(text, |model| Case { failed: case(model), ..Case::default() }).facts.reliability.flows[0]
            .value
    };
    let s = |model: &crate::model::Model| super::component(model, "r.s");
    near(of(&|_| Vec::new()), 1.0 - (1.0f64 - 0.891).powi(2), 1e-12);
    near(of(&|model| vec![Element::Replicas(s(model), 1)]), 0.891, 1e-12);
    near(of(&|model| vec![Element::Component(s(model))]), 0.0, 1e-12);
    let zone = |model: &crate::model::Model| {
        model.groups.enumerate().find(|(_, group)| group.header.path == "r.a").map(|(id, _)| id).unwrap()
    };
    near(of(&|model| vec![Element::Group(zone(model))]), 0.891, 1e-12);
}

#[test]
fn cut_sets_hold_zones_and_replicas() {
    let facts = design(
        "client c
region r {
  zone a
  zone b
  service s { replicas = 2 zones = [a, b] }
  cache k { zones = [a] }
}
c -> r.s -> r.k",
    );
    let found = facts.facts.reliability.cut_sets(flow(&facts.model, "c"), 3, 100);
    let sets: Vec<String> = found
        .sets
        .iter()
        .map(|set| {
            let names: Vec<String> =
                set.members.iter().map(|fault| fault.path(&facts.model, &facts.facts.placement)).collect();
            names.join("+")
        })
        .collect();
    assert_eq!(sets, ["r.k", "r.a", "r", "r.s#1+r.s#2", "r.b+r.s#1"]);
    assert!(found.complete_to_order >= 2);
}

#[test]
fn circles_of_an_implicit_flow() {
    let text = "client c
service a { availability = 0.9 }
service b { availability = 0.8 }
service d { availability = 0.7 }
c -> a -> b -> d
d -> a";
    near(design(text).availability(), 0.504, 1e-12);
    let alternative = "client c
service a { availability = 0.9 }
service b { availability = 0.8 }
service d { availability = 0.7 }
c -> a
a -> b | d
b -> a";
    near(design(alternative).availability(), 0.9 * 0.94, 1e-12);
}

#[test]
fn what_every_run_needs() {
    let facts = design(
        "client c
service a { replicas = 3 }
service x { replicas = 2 }
service y { replicas = 2 }
service z { replicas = 2 }
service extra
flow f {
  c -> a
  a -> x | y
  [x, y] -> z
  a -> extra { share = 10% }
}",
    );
    // z stands behind both ways, extra in some runs alone
    let required: Vec<&str> = facts.flow("f").required.iter().map(|id| facts.model.path(*id)).collect();
    assert_eq!(required, ["a", "z"]);
}
