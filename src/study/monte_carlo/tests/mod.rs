//! Trials against what the analysis computes, and against figures worked out by hand.

mod availability;
mod computed;
mod times;

use super::*;
use crate::analysis::analyse;
use crate::compilation::check;
use crate::model::{FlowId, Model};
use crate::source::{Document, MemoryLoader};

fn model(text: &str) -> Model {
    let found = check(Document::new("design.arch", text), &MemoryLoader::default(), &Config::default());
    let mistakes: Vec<_> = found.diagnostics.iter().filter(|it| it.code.starts_with('E')).collect();
    assert!(mistakes.is_empty(), "{text}\n{mistakes:#?}");
    found.model
}

/// The trial of the first flow, and what is computed of it.
fn trial(text: &str, case: impl Fn(&Model) -> Case, requests: u64) -> (FlowTrial, Facts) {
    let model = model(text);
    let (config, case) = (Config::default(), case(&model));
    let facts = analyse(&model, &config, &case);
    let mut trial = monte_carlo(&model, &config, &facts, &case, 2026, &Budget { requests });
    (trial.flows.remove(0), facts)
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let text = "client c { rate = 10/s }\nservice a { latency = 10ms  availability = 99%  replicas = 3  capacity = 20/s }\nservice b { latency = 5ms }\nflow f { c -> a\n a -> b { share = 30% } }\n";
    let model = model(text);
    let (config, case) = (Config::default(), Case::default());
    let facts = analyse(&model, &config, &case);
    let run = |seed| monte_carlo(&model, &config, &facts, &case, seed, &Budget { requests: 500 });
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn measured_and_computed_stand_side_by_side() {
    let text = "client c { rate = 10/s }\nservice a { latency = 10ms  p99 = 10ms  availability = 99.9% }\nservice b\nflow f { c -> a }\nflow g { c -> b }\n";
    let model = model(text);
    let (config, case, budget) = (Config::default(), Case::default(), Budget { requests: 500 });
    let cases = crate::study::cases::cases(&model, &crate::study::cases::Asked::default()).unwrap();
    let beside = beside(&model, &config, &cases, 1, &budget);
    let [f, g] = beside.cases[0].flows.as_slice() else { panic!("{beside:?}") };
    assert_eq!((f.availability.agrees, f.latency_ms[0].metric), (Some(true), "p50"));
    assert!((f.downtime_minutes_per_year.measured - 525.6).abs() < 0.1, "{f:?}");
    assert_eq!(g.not_timed.as_deref(), Some("`b` gives neither `latency` nor `p99`"));
    let table = human(&beside);
    assert!(table.contains("  p99                    10 ms         10 ms   10 ms – 10 ms"), "{table}");
    // a figure that is far off says so
    let mut facts = analyse(&model, &config, &case);
    facts.reliability.flows[0].unavailability *= 2.0;
    let trial = monte_carlo(&model, &config, &facts, &case, 1, &budget);
    assert_eq!(super::beside::flows(&model, &facts, &trial)[0].availability.agrees, Some(false));
}
