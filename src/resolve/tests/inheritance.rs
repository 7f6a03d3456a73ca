//! Nearest wins: where each value comes from.

use super::dump::{dump, show};
use super::{cases, model};
use crate::model::{AttrId, Model};

fn of(model: &Model, component: &str, id: AttrId) -> String {
    let found = model.components.iter().find(|it| it.header.path == component).unwrap();
    found.attrs.get(id).map_or("-".to_owned(), |value| show(model, value))
}

#[test]
fn the_nearest_value_wins() {
    let model = model(
        "
defaults service { latency = 1ms; capacity = 1/s; p99 = 1s; storage = 1GB; concurrency = 1; timeouts = 1 }
kind api: service { capacity = 6/s; storage = 6GB; cold_start = 6s; concurrency = 6; icon = gear; managed = true }
tech our-go: go { storage = 5GB; cold_start = 5s; concurrency = 5 }
region us {
  capacity = 2/s
  p99 = 2s
  defaults service { p99 = 3s; latency = 3ms }
  group g {
    latency = 4ms
    api a: our-go { concurrency = 9 }
    service b
  }
}
api top
"
        .replace("; timeouts = 1", "")
        .as_str(),
    );
    let all = [
        AttrId::LATENCY,
        AttrId::CAPACITY,
        AttrId::P99,
        AttrId::STORAGE,
        AttrId::CONCURRENCY,
        AttrId::COLD_START,
        AttrId::ICON,
        AttrId::MANAGED,
        AttrId::REPLICAS,
    ];
    let line = |component: &str| {
        let values: Vec<String> =
            all.iter().map(|id| format!("{}={}", id.name(), of(&model, component, *id))).collect();
        format!("{component}: {}", values.join(" "))
    };
    insta::assert_snapshot!([line("us.g.a"), line("us.g.b"), line("top")].join("\n"));
}

#[test]
fn defaults_of_a_technology_and_of_a_custom_kind_are_more_specific() {
    let model = model(
        "
kind store: database
defaults database { latency = 1ms; p99 = 1s; capacity = 1/s }
defaults database: postgres { latency = 2ms; p99 = 2s }
defaults store { latency = 3ms }
tech our-db: postgres
database a: postgresql
database b: mysql
store c: our-db
"
        .replace("postgresql", "postgres")
        .as_str(),
    );
    let latency = |name| of(&model, name, AttrId::LATENCY) + " " + &of(&model, name, AttrId::P99);
    assert_eq!(latency("a"), "Time(Time(0.002))@defaults Time(Time(2.0))@defaults");
    assert_eq!(latency("b"), "Time(Time(0.001))@defaults Time(Time(1.0))@defaults");
    assert_eq!(latency("c"), "Time(Time(0.003))@defaults Time(Time(2.0))@defaults");
}

#[test]
fn a_group_keeps_its_own_attributes_and_hands_the_others_down() {
    let model = model(
        "
system shop
owner = platform
region us {
  availability = 99.99%
  mttr = 2h
  cost = $5/month
  jurisdiction = US
  shared_fate = true
  label = \"East\"
  tags = [x]
  replicas = 3
  timeout = 2s
  class = internal
  retention = 1d
  service a
  client c
  data d
  c -> a
}
us.c -> us.a \"outside\"
",
    );
    insta::assert_snapshot!(dump(&model));
    let group = model.groups.iter().next().unwrap();
    assert_eq!(group.header.label.as_deref(), Some("East"));
}

#[test]
fn needs_is_one_or_a_majority() {
    let model = model(
        "
service a { replicas = 5 }
database b { replicas = 5; replication = quorum }
registry c: etcd { replicas = 3..7 }
registry d: etcd
database e { replicas = 3; replication = quorum; needs = 1 }
defaults database { replication = quorum }
database f { replicas = 4 }
client g
",
    );
    let needs: Vec<String> =
        ["a", "b", "c", "d", "e", "f", "g"].iter().map(|name| of(&model, name, AttrId::NEEDS)).collect();
    assert_eq!(
        needs,
        [
            "Count(1)@kind",
            "Count(3)@kind",
            "Count(2)@kind",
            "Count(1)@kind",
            "Count(1)",
            "Count(3)@kind",
            "-"
        ]
    );
}

#[test]
fn the_language_fills_what_nobody_gives() {
    let model = model("client c\nservice a\nc -> a { retries = 2 }\nflow f { c -> a }\n");
    let connection = model.connections.iter().next().unwrap();
    let shown: Vec<String> =
        connection.attrs.iter().map(|(id, value)| format!("{}={}", id.name(), show(&model, value))).collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(of(&model, "c", AttrId::PEAK_FACTOR), "Number(3.0)@kind");
    assert_eq!(of(&model, "a", AttrId::MTTR), "Time(Time(3600.0))@kind");
}

#[test]
fn kinds_technologies_and_defaults_that_cannot_be() {
    insta::assert_snapshot!(cases(&[
        "kind api",
        "kind api: servce\napi a",
        "kind api: go",
        "kind service: client",
        "kind slo: client",
        "kind api: service { hit_ratio = 3%; icon = gear }",
        "kind one: service\nkind two: one",
        "tech our: postgres { hit_ratio = 3%; capacity = 1s; label = \"Ours\" }\ndatabase d: our",
        "tech a: b\ntech b: a\nservice s: a",
        "tech postgres: postgres { capacity = 5/s }\ndatabase d: postgres",
        "database d: postgers\ndatabase e: postgers",
        "database d: homegrown\nservice s: \"c++\"",
        "defaults servce { replicas = 3 }",
        "defaults region { replicas = 3 }",
        "defaults service",
        "defaults service { hit_ratio = 3% }",
        "defaults service { replicas = 3 }\ndefaults service { latency = 3ms }",
        "postgres db",
        "lb x\ndb y { replicas = 2 }\nlambda z { hit_ratio = 3% }",
        "region us: aws\nflow f: x",
    ]));
}
