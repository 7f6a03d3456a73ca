//! The share of the time in which flows fail, as measured and as computed.

use super::super::random::Random;
use super::*;
use crate::analysis::Element;

/// Holds the measured unavailability against the computed one: inside the interval, and that no wider than asked.
#[track_caller]
fn availability(text: &str, width: f64) {
    availability_in(text, |_| Case::default(), width);
}

#[track_caller]
fn availability_in(text: &str, case: impl Fn(&Model) -> Case, width: f64) {
    let (trial, facts) = trial(text, case, 4000);
    let computed = facts.reliability.of(FlowId::from_index(0)).unwrap();
    assert!(computed.exact);
    let measured = trial.unavailability;
    let wanted = computed.unavailability;
    assert!(measured.agrees(wanted, 1e-8), "computed {wanted:e}, measured {measured:?}\n{text}");
    let half = (measured.upper - measured.lower) / 2.0;
    assert!(half <= width * wanted, "{half:e} of {wanted:e}: {measured:?}\n{text}");
}

fn zones(count: usize) -> String {
    (0..count).map(|at| format!(" zone z{at} {{ availability = 99.9% }}\n")).collect()
}

#[test]
fn replicas_and_domains_fail_as_computed() {
    availability(
        "client c\nservice a { availability = 99.99% }\nservice b { availability = 99.99% }\nservice d { availability = 99.99% }\nc -> a -> b -> d\n",
        1e-3,
    );
    availability("client c\nservice a { availability = 99.9%  replicas = 2 }\nc -> a\n", 1e-3);
    availability("client c\nservice a { availability = 99%  replicas = 3  needs = 2 }\nc -> a\n", 0.05);
    availability("client c\nservice a { availability = 90%  replicas = 5  needs = 3 }\nc -> a\n", 0.15);
    let placed = |replicas: u32, needs: u32, list: &str| {
        format!(
            "client c\nregion r {{\n availability = 99.99%\n{} service a {{ availability = 99.5%  replicas = {replicas}  needs = {needs}  zones = {list} }}\n}}\nc -> r.a\n",
            zones(3)
        )
    };
    availability(&placed(3, 1, "[z0]"), 0.05);
    availability(&placed(3, 1, "[z0, z1, z2]"), 0.05);
    availability(&placed(6, 4, "[z0, z1, z2]"), 0.1);
}

#[test]
fn shared_zones_fail_all_their_tiers_at_once() {
    let tiers: String = (0..5)
        .map(|at| format!(" service t{at} {{ availability = 99.9%  replicas = 2  zones = [z0, z1] }}\n"))
        .collect();
    let text =
        format!("client c\ngroup g {{\n{}{tiers}}}\nc -> g.t0 -> g.t1 -> g.t2 -> g.t3 -> g.t4\n", zones(2));
    availability(&text, 0.1);
}

#[test]
fn what_is_very_rare_is_measured_too() {
    // two regions at once: 1e-8, one state in a hundred million
    let text = "client c\nregion a { availability = 99.99% }\nregion b { availability = 99.99% }\n\
                service s { availability = 99.999%  replicas = 6  regions = [a, b] }\nc -> s\n";
    availability(text, 0.1);
    let nines = "client c\nservice s { availability = 99.9%  replicas = 4 }\nc -> s\n";
    availability(nines, 0.1);
}

#[test]
fn many_components_are_measured_by_what_kills_each() {
    let tiers: String = (0..40)
        .map(|at| {
            format!(
                " service t{at} {{ availability = 99.5%  replicas = 3  zones = [z{}, z{}, z{}] }}\n",
                at % 6,
                (at + 1) % 6,
                (at + 3) % 6
            )
        })
        .collect();
    let path: String = (0..40).map(|at| format!(" -> g.t{at}")).collect();
    let chain = format!("client c\ngroup g {{\n{}{tiers}}}\nflow f {{ c{path} }}\n", zones(6));
    availability(&chain, 0.4);
    // what stands in for each other falls together, or not at all
    let pairs: String = (0..20)
        .map(|at| format!("service s{at}\nservice a{at} {{ availability = 99%  replicas = 2 }}\nservice b{at} {{ availability = 98% }}\n"))
        .collect();
    let steps: String = (0..20).map(|at| format!("c -> s{at}\n s{at} -> a{at} | b{at}\n ")).collect();
    let pairs =
        format!("client c\ndefaults service {{ availability = 99.9999% }}\n{pairs}flow f {{ {steps} }}\n");
    availability(&pairs, 0.3);
}

#[test]
fn fallbacks_caches_shares_and_alternatives_are_runs_apart() {
    availability(
        "client c\nservice s { availability = 99.95% }\nservice d { availability = 99% }\nservice f { availability = 95% }\nc -> s\ns -> d { fallback = f }\n",
        0.15,
    );
    let cached = |capacity: &str| {
        format!(
            "client c {{ rate = 100/s }}\nservice s {{ availability = 100% }}\ncache h {{ availability = 99.9%  hit_ratio = 90% }}\n\
             database d {{ availability = 99.5%  capacity = {capacity} }}\nflow f {{ c -> s -> h\n s -> d {{ behind = h }} }}\n"
        )
    };
    availability(&cached("1k/s"), 0.2);
    availability(&cached("50/s"), 0.2);
    availability(
        "client c\nservice s { availability = 99.9% }\nservice d { availability = 99% }\nflow f { c -> s\n s -> d { share = 10% } }\n",
        0.2,
    );
    availability(
        "client c\nload_balancer l { availability = 100% }\nservice a { availability = 99% }\nservice b { availability = 98% }\nservice d { availability = 97% }\nflow f { c -> l\n l -> a | b | d { needs = 2 } }\n",
        0.15,
    );
    availability(
        "client c\nservice s { availability = 99.9% }\nservice d { availability = 99% }\nqueue q { availability = 99.9% }\nworker w\nflow f { c -> s\n s -> d { optional = true }\n s ~> q ~> w }\n",
        0.1,
    );
}

#[test]
fn fates_and_managed_parts_and_crowds_are_shared() {
    availability(
        "client c\nregistry p { availability = 99.9% }\nservice a { availability = 99.9%  fails_with = [p] }\nservice b { availability = 99.9%  fails_with = [p] }\nc -> a -> b\n",
        1e-3,
    );
    availability(
        "client c\nregion r { availability = 99.9% }\nregion q { availability = 99.9% }\ndatabase d { managed = true  availability = 99.95%  replicas = 2  regions = [r, q] }\nc -> d\n",
        0.1,
    );
    availability("client c\nservice a { availability = 95%  replicas = 200  needs = 185 }\nc -> a\n", 0.4);
    // a circle of calls
    availability(
        "client c\nservice a { availability = 99% }\nservice b { availability = 99% }\nc -> a -> b\nb -> a\n",
        0.05,
    );
}

#[test]
fn a_case_is_where_a_trial_starts() {
    let text = format!(
        "client c\ngroup g {{\n{} service a {{ availability = 99.5%  replicas = 4  needs = 2  zones = [z0, z1, z2] }}\n}}\nc -> g.a\n",
        zones(3)
    );
    let zone = |model: &Model| model.groups.enumerate().find(|(_, it)| it.header.name == "z0").unwrap().0;
    availability_in(
        &text,
        |model| Case { failed: vec![Element::Group(zone(model))], ..Case::default() },
        0.1,
    );
    let all = |model: &Model| model.components.enumerate().find(|(_, it)| it.header.name == "a").unwrap().0;
    availability_in(
        &text,
        |model| Case { failed: vec![Element::Component(all(model))], ..Case::default() },
        1e-9,
    );
    availability_in(
        &text,
        |model| Case { failed: vec![Element::Replicas(all(model), 2)], ..Case::default() },
        0.1,
    );
}

#[test]
fn intervals_hold_for_nearly_every_seed() {
    // 30 things: sets of three and more are drawn
    let tiers: String = (0..4)
        .map(|at| {
            format!(
                " service t{at} {{ availability = 98%  replicas = 6  needs = 3  zones = [z0, z1, z2] }}\n"
            )
        })
        .collect();
    let text = format!(
        "client c\ngroup g {{\n{} service d {{ availability = 97%  replicas = 3 }}\n{tiers}}}\nflow f {{ c -> g.t0 -> g.t1 -> g.t2\n g.t0 -> g.t3 {{ share = 30% }}\n g.t0 -> g.d }}\n",
        zones(3)
    );
    let model = model(&text);
    let (config, case) = (Config::default(), Case::default());
    let facts = analyse(&model, &config, &case);
    let flow = FlowId::from_index(0);
    let wanted = facts.reliability.of(flow).unwrap().unavailability;
    let world = super::super::world::World::new(&model, &facts.placement, &case, &model.flows[flow]);
    let runs = super::super::runs::Runs::new(&model, &facts.load, &model.flows[flow], None);
    let measure = |seed| super::super::availability::measure(&world, &runs, 2000, &mut Random::new(seed, 0));
    let trials: Vec<Measured> = (0..50).map(measure).collect();
    let missed = trials.iter().filter(|trial| !trial.agrees(wanted, 1e-9)).count();
    // of fifty one every other time: more than three once in six hundred times
    let off = |trial: &Measured| (trial.value - wanted) / (trial.upper - trial.lower) * 2.0 * CONFIDENCE_Z;
    let mut offs: Vec<f64> = trials.iter().map(off).collect();
    offs.sort_by(f64::total_cmp);
    assert!(missed <= 3, "{missed} of 50 intervals miss {wanted:e}: {offs:.1?}");
    let mean = trials.iter().map(|trial| trial.value).sum::<f64>() / 50.0;
    let variance = trials.iter().map(|trial| (trial.value - mean).powi(2)).sum::<f64>() / 49.0;
    assert!(
        (mean - wanted).abs() < 3.0 * (variance / 50.0).sqrt(),
        "{mean:e} ± {:e} is not {wanted:e}",
        variance.sqrt()
    );
    assert!(variance.sqrt() < 0.3 * wanted);
}
