//! The recovery rules at their borders: backups, what a loss costs, how long it takes, how far a push goes.

use archc::config::Config;
use archc::source::{Document, MemoryLoader};
use archc::units::Date;

use crate::compiled::compile;

const PLACES: &str = "region eu {\n zone a { object_store near }\n zone b { object_store far }\n cluster k { object_store inside }\n}\nregion us { object_store abroad }\n";

#[test]
fn a_backup_goes_with_the_zone_of_all_copies() {
    let told = |zones: &str, place: &str| {
        let text = format!(
            "{PLACES}database d {{ replicas = 2  zones = [{zones}]  backup = {{ every = 1h  in = {place}  tested = true  immutable = true }} }}"
        );
        compile(&text).brief("DR002")
    };
    assert_eq!(told("eu.a", "near"), ["error d []"]);
    assert_eq!(told("eu.a", "eu.a"), ["error d []"]);
    assert_eq!(told("eu.a, eu.b", "near"), ["warning d []"], "one region, but a copy remains");
    assert_eq!(told("eu.a", "far"), ["warning d []"]);
    assert_eq!(told("eu.a", "eu"), ["warning d []"]);
    assert_eq!(told("eu.a", "abroad"), Vec::<String>::new());
    assert_eq!(told("eu.a", "us"), Vec::<String>::new());
    assert_eq!(told("eu.a", "d"), ["error d []"]);
}

#[test]
fn a_backup_shares_what_both_fail_with() {
    let told = |store: &str, attic: &str| {
        let text = format!(
            "service control\nobject_store attic {{ {attic} }}\n\
             database d {{ {store}  backup = {{ every = 1h  in = attic  tested = true  immutable = true }} }}"
        );
        compile(&text).brief("DR002")
    };
    assert_eq!(told("fails_with = [control]", "fails_with = [control]"), ["error d []"]);
    assert_eq!(told("fails_with = [attic]", ""), ["error d []"]);
    assert_eq!(told("fails_with = [control]", ""), Vec::<String>::new());
}

#[test]
fn a_backup_is_tested_and_immutable() {
    let on = |fields: &str| {
        let config = Config { today: Date::read("2026-11-22"), ..Config::default() };
        let text = format!("database d {{ backup = {{ every = 1h  {fields} }} }}");
        let found =
            archc::compilation::check(Document::new("d.arch", text), &MemoryLoader::default(), &config);
        let of: Vec<String> =
            found.diagnostics.iter().filter(|it| it.code == "DR002").map(|it| it.message.clone()).collect();
        let open = found.unassessed.iter().filter(|it| it.code == "DR002").count();
        (of.len(), open)
    };
    assert_eq!(on("tested = true  immutable = true  in = attic"), (0, 0));
    assert_eq!(on("tested = 2026-08-24  immutable = true  in = attic"), (0, 0), "90 days ago");
    assert_eq!(on("tested = 2026-08-23  immutable = true  in = attic"), (1, 0), "91 days ago");
    assert_eq!(on("tested = false  immutable = false  in = attic"), (1, 0));
    assert_eq!(on("tested = true"), (0, 1));
    let plain = compile("database d { backup = 1h }");
    assert_eq!((plain.told("DR002"), plain.open("DR002")), (Vec::new(), vec!["d backup".to_owned()]));
}

#[test]
fn a_lost_node_costs_the_lag_or_the_interval() {
    let told = |attributes: &str| compile(&format!("database d {{ {attributes} }}")).brief("DR003");
    let silent = Vec::<String>::new();
    assert_eq!(told("replicas = 2  replication = async  lag = 11s  rpo = 10s  backup = 1s"), ["error d []"]);
    assert_eq!(told("replicas = 2  replication = async  lag = 10s  rpo = 10s  backup = 1s"), silent);
    assert_eq!(told("replicas = 2  replication = sync  lag = 11s  rpo = 10s  backup = 10s"), silent);
    assert_eq!(told("replicas = 2  replication = sync  rpo = 10s  backup = 11s"), ["warning d []"]);
    assert_eq!(told("replicas = 1  rpo = 10s  backup = 11s"), ["error d []"]);
    assert_eq!(told("replicas = 1  rpo = 10s  backup = 10s"), silent);
    assert_eq!(told("rpo = 10s  backup = 11s"), ["warning d []"], "one replica by default");
    assert_eq!(told("managed = true  rpo = 10s  backup = 11s"), ["warning d []"]);
    assert_eq!(told("replicas = 1  rpo = 10s  backup = { every = 1h }"), ["error d []"]);
    assert_eq!(told("replicas = 1  rpo = 10s"), silent, "DR001 tells of a missing backup");
    assert_eq!(told("replicas = 1  rpo = 10s  backup = none"), silent);
    assert_eq!(told("replicas = 2  replication = async  lag = 11s  rpo = 10s"), ["error d []"]);
}

#[test]
fn the_smallest_rpo_of_store_data_and_flow_holds() {
    let text = "client c\nservice a\ndata o { rpo = 5min }\ndatabase d { stores = [o]  replicas = 1  rpo = 1h  backup = 10min }\n\
                flow f { slo rpo <= 1d; c -> a -> d }";
    let found = compile(text).told("DR003");
    assert!(found.len() == 1 && found[0].contains("10 min > 5 min, the `rpo` of `o`"), "{found:?}");
    let flow = text.replace("slo rpo <= 1d", "slo rpo <= 1min");
    assert!(compile(&flow).told("DR003")[0].contains("10 min > 1 min, the `rpo` of flow `f`"));
    assert_eq!(compile("database d { replicas = 1  backup = 1d }").open("DR003"), ["d rpo"]);
}

#[test]
fn recovery_takes_detection_and_more() {
    let told = |attributes: &str| compile(&format!("database d {{ {attributes} }}")).told("DR004");
    let brief = |attributes: &str| compile(&format!("database d {{ {attributes} }}")).brief("DR004");
    let silent = Vec::<String>::new();
    assert_eq!(
        brief("replicas = 2  rto = 70s  detection_time = 10s  failover_time = 60s  restore_time = 1s"),
        silent
    );
    let late = "replicas = 2  rto = 69s  detection_time = 10s  failover_time = 60s  restore_time = 1s";
    assert_eq!(brief(late), ["error d []"]);
    assert!(
        told(late)[0].contains("`detection_time` 10 s + `failover_time` 1 min = 1.17 min > 1.15 min"),
        "{:?}",
        told(late)
    );
    assert_eq!(brief("replicas = 2  rto = 1h  failover_time = 1min  restore_time = 2h"), ["warning d []"]);
    assert_eq!(
        brief("replicas = 2  failover = none  rto = 1h  failover_time = 1min  restore_time = 2h"),
        ["error d []"]
    );
    assert_eq!(brief("replicas = 1  rto = 1h  restore_time = 2h"), ["error d []"]);
    assert_eq!(brief("rto = 1h  restore_time = 2h"), ["warning d []"], "one replica by default");
    assert_eq!(brief("replicas = 1  rto = 1h  storage = 1TB  bandwidth = 1Gbps"), ["warning d []"]);
    assert_eq!(brief("replicas = 1  rto = 3h  storage = 1TB  bandwidth = 1Gbps"), silent, "8000 s");
    assert_eq!(
        compile("database d { replicas = 2  rto = 1h }").open("DR004"),
        ["d failover_time", "d restore_time"]
    );
    assert_eq!(
        compile("service s { replicas = 2  rto = 1h  failover_time = 1s  restore_time = 2h }").told("DR004"),
        silent
    );
}

#[test]
fn an_rto_of_a_flow_holds_for_what_it_cannot_do_without() {
    let text = |soft: &str| {
        format!(
            "client c\nservice a\ndatabase d {{ replicas = 1  restore_time = 2h }}\nflow f {{ slo rto <= 1h; c -> a; a -> d {{ {soft} }} }}"
        )
    };
    assert_eq!(compile(&text("")).brief("DR004"), ["error d [f]"]);
    assert_eq!(compile(&text("optional = true")).told("DR004"), Vec::<String>::new());
}

#[test]
fn a_push_to_all_hits_half_of_the_flows() {
    let text = |attributes: &str, flows: usize| {
        let mut text = format!(
            "client c\nservice a {{ {attributes} }}\nservice b {{ replicas = 2 }}\nflow f {{ c -> a }}\n"
        );
        for i in 1..flows {
            text.push_str(&format!("flow g{i} {{ c -> b }}\n"));
        }
        text
    };
    assert_eq!(compile(&text("replicas = 2  rollout = all", 2)).brief("DR005"), ["warning a [f]"], "1 of 2");
    assert_eq!(
        compile(&text("replicas = 2  rollout = all", 3)).told("DR005"),
        Vec::<String>::new(),
        "1 of 3"
    );
    assert_eq!(compile(&text("replicas = 1  rollout = all", 1)).told("DR005"), Vec::<String>::new());
    assert_eq!(compile(&text("managed = true  rollout = all", 1)).brief("DR005"), ["warning a [f]"]);
    assert_eq!(compile(&text("replicas = 2", 1)).open("DR005"), ["a rollout"]);
}

#[test]
fn a_restart_of_all_does_not_fit_three_nines() {
    let text = |slo: &str| {
        format!(
            "client c\nservice a {{ deployment = recreate }}\nflow f {{ slo availability >= {slo}; c -> a }}"
        )
    };
    assert_eq!(compile(&text("99.9%")).brief("DR005"), ["warning a [f]"]);
    assert_eq!(compile(&text("99.89%")).told("DR005"), Vec::<String>::new());
    let unsaid = text("99.9%").replace("deployment = recreate", "");
    assert_eq!(compile(&unsaid).open("DR005"), ["a deployment"]);
}
