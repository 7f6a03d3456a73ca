//! Cases and losses with figures worked out by hand.

use super::*;
use crate::source::{Document, MemoryLoader};

fn run(text: &str, question: &Question) -> Result<Simulation, String> {
    let config = Config::default();
    let document = Document::new("design.arch", text);
    let compilation = crate::compilation::check(document, &MemoryLoader::default(), &config);
    let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.code.starts_with('E')).collect();
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    simulate(&compilation, &config, question)
}

fn everything() -> Question {
    Question { asked: Asked::default(), losses: 2, rows: 100, ..Question::default() }
}

#[track_caller]
fn near(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
}

/// Two replicas of 600/s for 1000/s; zones and region perfect but for zone a.
const SHOP: &str = "client c { rate = 1000/s }
    region r {
      availability = 1
      zone a { availability = 0.9 }
      zone b { availability = 1 }
    }
    service api { replicas = 2  zones = [r.a, r.b]  availability = 0.9  capacity = 600/s }
    service mail { availability = 0.8  capacity = 10k/s }
    flow buy {
      slo availability >= 80%
      slo throughput >= 1000/s
      c -> api
      api -> mail { optional = true }
    }
    scenario rush \"A rush\" { load = 2x }
    scenario zone_lost { fail = [r.a] }
    scenario no_mail { fail = [mail] }";

#[test]
fn scenarios_are_judged_by_what_fails_and_by_what_finds_no_place() {
    let found = run(SHOP, &Question { losses: 0, ..everything() }).unwrap();
    let names: Vec<&str> = found.cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["as designed", "rush", "zone_lost", "no_mail"]);
    let [design, rush, zone, mail] = &found.cases[..] else { panic!() };

    // one replica at 0.9 · 0.9, the other at 0.9: 1 − 0.19 · 0.1
    near(design.flows[0].availability.value, 0.981);
    near(design.flows[0].degraded_probability, 0.981 * 0.2);
    near(design.lost_requests, 0.019);
    assert_eq!((design.flows[0].state, design.objectives_failed), (State::AsDesigned, 0));
    let next = design.next_to_saturate.clone().unwrap();
    assert_eq!(next.path, "api");
    near(next.utilization, 1000.0 / 1200.0);

    // 2000/s where 1200/s find a place
    assert_eq!((rush.label.as_deref(), rush.load, rush.kind), (Some("A rush"), 2.0, Kin::Scenario));
    near(rush.flows[0].served, 0.6);
    near(rush.flows[0].availability.value, 0.981);
    near(rush.lost_requests, 1.0 - 0.981 * 0.6);
    near(rush.saturated[0].utilization, 2000.0 / 1200.0);
    let slos: Vec<_> = rush.flows[0].slos.iter().map(|slo| slo.met).collect();
    assert_eq!(slos, [Some(false), Some(true)]);
    near(rush.flows[0].slos[0].actual.unwrap(), 0.6);
    near(rush.flows[0].slos[1].actual.unwrap(), 1200.0);

    // the other replica alone: 0.9, and 600/s of 1000/s
    near(zone.flows[0].availability.value, 0.9);
    near(zone.flows[0].served, 0.6);
    near(zone.lost_requests, 1.0 - 0.54);
    assert_eq!((zone.objectives_failed, zone.flows[0].state), (2, State::Worse));

    near(mail.flows[0].availability.value, 0.981);
    assert_eq!((mail.objectives_failed, mail.flows[0].state), (0, State::Degraded));
    assert!(!found.holds);
}

#[test]
fn what_the_command_line_fails_joins_a_scenario() {
    let asked =
        |asked: Asked| run(SHOP, &Question { asked, losses: 0, rows: 9, ..Question::default() }).unwrap();
    let paths = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let one = asked(Asked { fail: paths(&["api#2"]), ..Asked::default() });
    assert_eq!(one.cases.len(), 2);
    // the replica in zone a is left: 0.9 · 0.9
    near(one.cases[1].flows[0].availability.value, 0.81);
    assert_eq!((one.cases[1].name.as_str(), one.cases[1].kind), ("asked", Kin::Asked));
    assert_eq!(one.cases[1].fail, ["api#2"]);

    let both = Asked { fail: paths(&["a", "api#2"]), load: Some(3.0), ..Asked::default() };
    let both = asked(Asked { scenarios: paths(&["rush"]), ..both });
    let case = &both.cases[1];
    assert_eq!((case.name.as_str(), case.load, case.fail.len()), ("rush", 6.0, 2));
    assert_eq!((case.flows[0].availability.value, case.flows[0].state), (0.0, State::Down));
    assert_eq!(case.lost_requests, 1.0);
}

#[test]
fn losses_are_ranked_by_their_damage() {
    let found = run(SHOP, &everything()).unwrap();
    let sweep = found.sweep.unwrap();
    // r, r.a, r.b, api#1, mail; the objective promises no more than the region
    assert_eq!((sweep.elements, sweep.singles.tried, sweep.singles.failing), (5, 5, 3));
    let rows: Vec<_> =
        sweep.singles.rows.iter().map(|row| (row.lost.join("+"), row.objectives.len())).collect();
    let expected = [("r.b", 2), ("r.a", 2), ("api#1", 2), ("r", 0), ("mail", 0)];
    assert_eq!(rows, expected.map(|(path, count)| (path.to_owned(), count)));
    let lost: Vec<f64> = sweep.singles.rows.iter().map(|row| row.lost_requests).collect();
    // without b only 0.81 is left, without a or its replica 0.9; 600/s of 1000/s find a place
    for (actual, expected) in lost.iter().zip([1.0 - 0.81 * 0.6, 0.46, 0.46, 1.0, 0.019]) {
        near(*actual, expected);
    }
    assert_eq!(sweep.singles.rows[3].down, ["buy"]);
    assert_eq!(sweep.singles.rows[4].degraded, ["buy"]);
    assert_eq!(sweep.singles.rows[0].saturated[0].path, "api");

    let pairs = sweep.pairs.unwrap();
    // a, b and the replicas with each other and with themselves; nothing beside the region
    let worse: Vec<String> = pairs.rows.iter().map(|row| row.lost.join("+")).collect();
    assert_eq!(worse, ["r.a+r.b", "r.a+api#2", "r.b+api#1", "api#1+api#2"]);
    assert!(pairs.rows.iter().all(|row| row.lost_requests == 1.0 && row.down == ["buy"]));
    assert_eq!(pairs.worse_together, Some(4));
}

#[test]
fn a_design_that_holds_says_so() {
    let text = "client c { rate = 10/s }
        region r { availability = 1; zone a { availability = 1 }; zone b { availability = 1 } }
        service s { replicas = 3  zones = [r.a, r.b]  availability = 0.999  capacity = 10/s }
        flow f { slo availability >= 99%; c -> s }";
    let found = run(text, &Question { losses: 1, ..everything() }).unwrap();
    assert!(found.holds, "the region keeps what is promised");
    let stricter = text.replace("availability = 1; zone a", "availability = 0.98; zone a");
    assert!(!run(&stricter, &Question { losses: 1, ..everything() }).unwrap().holds, "the region does not");
    let asked = Asked { fail: vec!["s#1".to_owned(), "s#2".to_owned()], ..Asked::default() };
    let found = run(text, &Question { asked, losses: 0, rows: 1, ..Question::default() }).unwrap();
    assert!(found.holds);
    near(found.cases[1].flows[0].availability.value, 0.999);
    assert_eq!(found.cases[1].next_to_saturate.as_ref().map(|it| it.path.as_str()), None);
    assert_eq!(found.cases[1].saturated[0].utilization, 1.0);
}

#[test]
fn names_that_are_not_there_are_told_with_the_nearest() {
    let wrong =
        |asked: Asked| run(SHOP, &Question { asked, losses: 0, rows: 1, ..Question::default() }).unwrap_err();
    let fail = |path: &str| wrong(Asked { fail: vec![path.to_owned()], ..Asked::default() });
    assert_eq!(fail("ap"), "nothing is called `ap`; did you mean `api`?");
    assert_eq!(fail("api#3"), "there is no `api#3`: `api` has 2 replicas");
    assert_eq!(fail("api#0"), "`api#0` names no replica; they are numbered from 1: `api#1`");
    assert_eq!(fail("r#1"), "`r` is a group, which has no replicas");
    assert_eq!(fail("c"), "`c` is a client, which does not fail");
    let scenario = wrong(Asked { scenarios: vec!["rash".to_owned()], ..Asked::default() });
    assert_eq!(scenario, "there is no scenario `rash`; did you mean `rush`?");
    assert_eq!(
        wrong(Asked { cold: vec!["api".to_owned()], ..Asked::default() }),
        "`api` is no cache, so it is never cold"
    );
}

#[test]
fn tables_line_up_and_fit() {
    let text = human(&run(SHOP, &everything()).unwrap(), 100);
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    insta::assert_snapshot!(text);
}

/// Two replicas in each of three zones, any four of which take the load, before a cache in two and a managed store.
const SOUND: &str = "client c { rate = 2k/s }
    region r {
      zone a
      zone b
      zone d
      service api { replicas = 6  zones = [a, b, d]  capacity = 500/s  latency = 5ms }
      cache hot { replicas = 2  zones = [a, b]  hit_ratio = 90%  capacity = 9k/s }
      database db { managed = true  availability = 99.99%  capacity = 3k/s }
    }
    flow look {
      slo availability >= 99.9%
      slo throughput >= 2k/s
      c -> api
      api -> hot
      api -> db { behind = hot }
    }
    scenario zone_lost { fail = [r.a] }
    scenario cache_lost { fail = [hot] }
    scenario store_lost { fail = [db] }";

#[test]
fn a_design_for_the_loss_of_a_zone_holds_though_the_year_would_be_worse() {
    let found = run(SOUND, &everything()).unwrap();
    let [design, zone, cache, store] = &found.cases[..] else { panic!() };
    assert_eq!((design.objectives_failed, zone.objectives_failed, cache.objectives_failed), (0, 0, 0));
    // with a zone down for good the year's figure is below what the design has as drawn
    assert!(zone.flows[0].availability.value < design.flows[0].availability.value);
    near(zone.flows[0].slos[0].actual.unwrap(), 1.0);
    // without the store one request of ten fails
    near(store.flows[0].slos[0].actual.unwrap(), 0.9);
    assert_eq!((store.objectives_failed, found.holds), (1, false));
    let asked = Asked { scenarios: vec!["zone_lost".to_owned()], ..Asked::default() };
    assert!(run(SOUND, &Question { asked, losses: 0, ..everything() }).unwrap().holds);
    let single = run(&SOUND.replace("scenario store_lost { fail = [db] }", ""), &everything()).unwrap();
    let sweep = single.sweep.as_ref().unwrap();
    assert_eq!((sweep.singles.failing, single.holds), (0, true));
    assert!(sweep.pairs_failing() > 0, "two zones hold the load of four replicas no longer");
    let strict = run(&SOUND.replace("99.9%", "99.995%"), &Question { losses: 1, ..everything() }).unwrap();
    assert!(!strict.holds, "neither region nor store promises that");
}

#[test]
fn pairs_decide_where_they_are_asked_for() {
    let text = SOUND.replace("scenario store_lost { fail = [db] }", "");
    assert!(!run(&text, &Question { pairs_count: true, ..everything() }).unwrap().holds);
}
