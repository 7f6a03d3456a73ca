//! Losses, one or two at a time, against the analysis of each as a case of its own.

use super::properties::{random, text};
use super::{model, near};
use crate::analysis::losses::{Effect, Loss, Losses};
use crate::analysis::placement::DomainKind;
use crate::analysis::{Case, Compiled, Element};
use crate::config::Config;
use crate::model::Model;

/// The case that losses make.
fn case(compiled: &Compiled<'_>, lost: &[Loss]) -> Case {
    let placement = compiled.run(&Case::default()).placement;
    let element = |loss: &Loss| match *loss {
        Loss::Component(id) => Element::Component(id),
        Loss::Replica(id, number) => Element::Replica(id, number),
        Loss::Domain(ix) => match placement.domain(ix).unwrap().kind {
            DomainKind::Group(group) => Element::Group(group),
            _ => panic!("the designs name their zones"),
        },
    };
    Case { failed: lost.iter().map(element).collect(), ..Case::default() }
}

fn same(model: &Model, compiled: &Compiled<'_>, effect: &Effect) {
    let facts = compiled.run(&case(compiled, &effect.lost));
    for (id, state) in model.flows.ids().zip(&effect.flows) {
        let (state, expected) = (state.unwrap(), facts.reliability.of(id).unwrap());
        assert!(state.exact && expected.exact);
        near(state.value, expected.value, 1e-12);
        near(state.value - state.whole, expected.degraded_probability, 1e-12);
    }
    for (id, (mean, hottest)) in model.components.ids().zip(&effect.utilization) {
        let load = facts.load.component(id).unwrap();
        assert_eq!(
            (*mean, *hottest),
            (load.utilization, load.hottest_shard_utilization),
            "{}",
            model.path(id)
        );
    }
    for (id, rate) in model.flows.ids().zip(&effect.rates) {
        assert_eq!(*rate, facts.load.flow(id).unwrap().peak);
    }
}

/// Compares every single loss and every pair; gives how many pairs there are.
fn compare(text: &str) -> usize {
    let (model, config) = (model(text), Config::default());
    let compiled = Compiled::new(&model, &config);
    let losses = Losses::new(&compiled, &Case::default());
    same(&model, &compiled, &losses.none());
    let mut pairs = 0;
    for (at, first) in losses.elements().iter().enumerate() {
        same(&model, &compiled, &losses.one(*first));
        for second in &losses.elements()[at..] {
            if let Some(effect) = losses.two(*first, *second) {
                same(&model, &compiled, &effect);
                pairs += 1;
            }
        }
    }
    pairs
}

#[test]
fn losses_are_what_their_cases_are() {
    let pairs: usize = (0..25).map(random).map(|(parts, calls)| compare(&text(&parts, &calls))).sum();
    assert!(pairs > 500, "{pairs}");
}

#[test]
fn losses_of_caches_alternatives_and_fates_are_what_their_cases_are() {
    let pairs = compare(
        "client c { rate = 900/s }
         region r { zone z1; zone z2; cluster k {
           service lb { replicas = 4 needs = 2 zones = [z1, z2] capacity = 400/s }
           service a { replicas = 2 zones = [z1] capacity = 600/s }
           service b { replicas = 3 zones = [z2, z1] capacity = 300/s }
           cache hot { replicas = 2 zones = [z1, z2] hit_ratio = 80% capacity = 2k/s }
           database db { replicas = 3 zones = [z1, z2] capacity = 310/s mode = primary_replica }
           queue q { zones = [z1, z2] managed = true }
           worker w { zones = [z2] capacity = 100/s fails_with = [hot] }
         } }
         external pay { availability = 0.99 }
         c -> lb -> a | b
         [a, b] -> hot { fallback = db }
         [a, b] -> db { behind = hot }
         b -> pay { optional = true }
         b ~> q ~> w
         flow buy { c -> lb; lb -> a | b; [a, b] -> hot; [a, b] -> db { behind = hot } }
         flow pay { c -> lb; lb -> b; b -> pay; b ~> q; q ~> w }",
    );
    assert!(pairs > 40, "{pairs}");
}

#[test]
fn a_replica_lost_beside_its_zone_is_another_one() {
    let text = "client c
         region r { availability = 1; zone z1 { availability = 0.9 }; zone z2 { availability = 0.9 } }
         service s { replicas = 2 zones = [r.z1, r.z2] availability = 0.8 }
         c -> s";
    let (model, config) = (model(text), Config::default());
    let compiled = Compiled::new(&model, &config);
    let losses = Losses::new(&compiled, &Case::default());
    let paths = |lost: &[Loss]| {
        let placement = compiled.run(&Case::default()).placement;
        lost.iter().map(|loss| loss.path(&model, &placement)).collect::<Vec<_>>()
    };
    assert_eq!(paths(losses.elements()), ["r", "r.z1", "r.z2", "s#1"]);
    let [region, z1, z2, replica] = losses.elements()[..] else { panic!() };
    let value = |effect: &Effect| effect.flows[0].unwrap().value;
    // 1 − (1 − 0.72)², then the one replica that is left, then none
    near(value(&losses.none()), 0.9216, 1e-12);
    near(value(&losses.one(replica)), 0.72, 1e-12);
    near(value(&losses.one(z1)), 0.72, 1e-12);
    let both = losses.two(z1, replica).unwrap();
    assert_eq!(paths(&both.lost), ["r.z1", "s#2"]);
    assert_eq!(value(&both), 0.0);
    assert_eq!(paths(&losses.two(z2, replica).unwrap().lost), ["r.z2", "s#1"]);
    assert_eq!(paths(&losses.two(replica, replica).unwrap().lost), ["s#1", "s#2"]);
    assert_eq!(losses.two(region, z1), None);
    assert_eq!(losses.two(region, replica), None);
    assert_eq!(losses.two(z1, z1), None);
}
