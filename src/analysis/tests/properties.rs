//! What holds of every design, tried on generated ones.

use super::{design, near};

/// A small generator of designs: nothing but a counter that is stirred.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// A layered design over three zones: its declarations and its calls, so that they can be put in another order.
pub(super) fn random(seed: u64) -> (Vec<String>, Vec<String>) {
    let mut dice = Dice(seed);
    let mut parts =
        vec!["client c { rate = 100/s }".to_owned(), "region r { zone z1; zone z2; zone z3 }".to_owned()];
    let count = 4 + dice.below(5);
    for i in 0..count {
        let replicas = 1 + dice.below(3);
        let zones = ["[r.z1]", "[r.z1, r.z2]", "[r.z2, r.z3, r.z1]"][dice.below(3)];
        let availability = ["0.9", "0.99", "0.95"][dice.below(3)];
        parts.push(format!(
            "service s{i} {{ replicas = {replicas} zones = {zones} availability = {availability} capacity = 1k/s }}"
        ));
    }
    let mut calls = vec!["c -> s0".to_owned()];
    for i in 1..count {
        let caller = dice.below(i);
        let attributes =
            ["", " { optional = true }", " { share = 30% }", " { calls = 2 }", " { fallback = cached }"]
                [dice.below(5)];
        calls.push(format!("s{caller} -> s{i}{attributes}"));
    }
    (parts, calls)
}

pub(super) fn text(parts: &[String], calls: &[String]) -> String {
    format!("{}\n{}\n", parts.join("\n"), calls.join("\n"))
}

#[test]
fn a_replica_in_a_new_zone_never_lowers_availability() {
    for seed in 0..60 {
        let (parts, calls) = random(seed);
        let before = design(&text(&parts, &calls)).availability();
        let more: Vec<String> = parts
            .iter()
            .map(|part| match part.split_once("replicas = 1 zones = [r.z1]") {
                Some((head, tail)) => format!("{head}replicas = 2 zones = [r.z1, r.z2]{tail}"),
                None => part.clone(),
            })
            .collect();
        let after = design(&text(&more, &calls)).availability();
        assert!(after >= before - 1e-12, "seed {seed}: {after} < {before}");
    }
}

#[test]
fn a_hard_call_never_raises_availability() {
    for seed in 0..60 {
        let (mut parts, mut calls) = random(seed);
        let before = design(&text(&parts, &calls)).availability();
        parts.push("database late { availability = 0.999 }".to_owned());
        calls.push("s0 -> late".to_owned());
        let after = design(&text(&parts, &calls)).availability();
        assert!(after <= before + 1e-12, "seed {seed}: {after} > {before}");
    }
}

#[test]
fn the_order_of_declarations_changes_nothing() {
    for seed in 0..60 {
        let (mut parts, mut calls) = random(seed);
        let before = design(&text(&parts, &calls));
        parts[2..].reverse();
        calls.reverse();
        let after = design(&text(&parts, &calls));
        near(after.availability(), before.availability(), 1e-12);
        for component in &before.model.components {
            let path = component.header.path.as_str();
            let (old, new) = (before.peak(path).unwrap(), after.peak(path).unwrap());
            near(new, old, 1e-9 * old.max(1.0));
        }
        assert_eq!(
            before.single_points().into_iter().collect::<std::collections::BTreeSet<_>>(),
            after.single_points().into_iter().collect()
        );
    }
}
