//! What designs keep, cost, lose and carry: the oracles, and the borders of the formulas.

use super::{design, near};
use crate::model::{DataId, FlowId};

const DAY: f64 = 86_400.0;

#[test]
fn links_of_ten_years_take_6_083_terabytes() {
    let it = design(
        "client browser { users = 100M  requests_per_user = 101/month  peak_factor = 1 }\nservice api\n\
         data link { size = 500B  growth = 100M/month  retention = 10y }\n\
         database links { stores = [link] }\nbrowser -> api -> links",
    );
    let link = it.facts.storage.of_data(DataId::from_index(0)).unwrap();
    near(link.records_per_second.unwrap(), 38.580_246_913_58, 1e-9);
    near(link.bytes_after_retention.unwrap() / 1e12, 6.083_333_333_333, 1e-9);
    assert!(!link.retention_assumed);
    near(it.facts.load.component(it.component("api")).unwrap().average.unwrap(), 3_896.604_938, 1e-6);
}

#[test]
fn every_copy_in_every_store_counts() {
    let it = design(
        "data event { growth = 1GB/day }\n\
         stream log { replicas = 3  replication_factor = 3  retention = 7d  stores = [event] }\n\
         database store { replicas = 2  shards = 4  stores = [event] }\n\
         cache copy { stores = [event] }\nqueue jobs { stores = [event] }\nservice s\ns ~> log\ns -> store",
    );
    let event = it.facts.storage.of_data(DataId::from_index(0)).unwrap();
    // 3 copies of a week, 2 of a year that is assumed
    near(event.bytes_after_retention.unwrap() / 1e9, 3.0 * 7.0 + 2.0 * 365.0, 1e-9);
    assert_eq!(event.copies, 5);
    assert!(it.facts.assumptions.iter().any(|it| it.attribute.name() == "retention" && it.value == "1 y"));
    assert!(it.facts.storage.store(it.component("copy")).is_none());
    assert!(it.facts.storage.store(it.component("jobs")).is_none());
}

#[test]
fn a_stream_of_a_gigabyte_a_second_keeps_1_81_petabytes_a_week() {
    let it = design(
        "client producer { rate = 1M/s  peak_factor = 1 }\n\
         stream log { replicas = 6  replication_factor = 3  retention = 7d }\nworker w\n\
         producer ~> log { payload = 1KB }\nlog ~> w",
    );
    let log = it.facts.storage.store(it.component("log")).unwrap();
    near(log.bytes_after_retention.unwrap() / 1e15, 1.8144, 1e-9);
}

#[test]
fn writes_tell_the_growth_where_nothing_else_does() {
    let it = design(
        "client user { users = 50M  requests_per_user = 40/day }\nservice chat\n\
         data message { size = 100B  retention = 1y }\ndata profile { size = 1KB }\n\
         database history { replication_factor = 3  stores = [message, profile] }\nuser -> chat\n\
         chat -> history \"send\" { access = write  writes = [message] }\n\
         chat -> history \"edit\" { access = write  writes = [profile]  share = 1% }",
    );
    let of = |at| it.facts.storage.of_data(DataId::from_index(at)).unwrap();
    near(of(0).records_per_second.unwrap(), 23_148.148_148, 1e-6);
    near(of(0).bytes_per_second.unwrap() * DAY / 1e9, 200.0, 1e-9);
    near(of(0).bytes_after_retention.unwrap() / 1e12, 219.0, 1e-9);
    near(of(1).bytes_per_second.unwrap() * DAY / 1e9, 20.0, 1e-9);
    assert_eq!(of(1).retention, 365.0 * DAY);
}

#[test]
fn what_cannot_be_known_stays_open() {
    let it = design(
        "data a { growth = 5/s }\ndata b { size = 1KB }\ndatabase d { stores = [a, b]  storage = 1TB }",
    );
    let store = it.facts.storage.store(it.component("d")).unwrap();
    let missing: Vec<_> = store.parts.iter().map(|part| part.missing.unwrap().name()).collect();
    assert_eq!(missing, ["size", "growth"]);
    assert_eq!((store.growth, store.exhausted_after, store.bytes_after_retention), (None, None, None));
}

#[test]
fn room_is_used_up_unless_records_expire_before() {
    let full = |data: &str| {
        let it = design(&format!(
            "{data}\ndatabase d {{ stores = [a]  storage = 50GB  replicas = 2  shards = 2 }}\n\
             database both {{ stores = [a, b]  storage = 30GB }}"
        ));
        let of =
            |path| it.facts.storage.store(it.component(path)).unwrap().exhausted_after.map(|it| it / DAY);
        (of("d"), of("both"))
    };
    // 200 GB hold two copies: 100 days of 1 GB; both together 4 GB a day, of which 3 expire after 5 days
    let data = |a: &str| {
        format!(
            "data a {{ growth = 1GB/day  retention = {a} }}\ndata b {{ growth = 3GB/day  retention = 5d }}"
        )
    };
    let (alone, both) = full(&data("1y"));
    near(alone.unwrap(), 100.0, 1e-9);
    near(both.unwrap(), 15.0, 1e-9);
    assert_eq!(full(&data("100d")).0, None);
    assert_eq!(full(&data("15d")).1, None);
}

#[test]
fn two_thirds_of_the_calls_between_three_zones_cross() {
    let it = design(
        "client user { rate = 10k/s  peak_factor = 1 }\nregion r {\n zone a\n zone b\n zone c\n\
         service web { replicas = 3  zones = [a, b, c]  cost = $100/month }\n\
         service api { replicas = 6  zones = [a, b, c]  cost = $1000/month }\n}\n\
         group beside { cost = $50/month }\nuser -> web\nweb -> api { payload = 20KB }",
    );
    let cost = &it.facts.cost;
    near(cost.traffic[0].bytes / 1e12, 518.4, 1e-9);
    near(cost.traffic[0].crossing.zone, 2.0 / 3.0, 1e-12);
    near(cost.traffic_total.unwrap(), 6912.0, 1e-9);
    near(cost.given.unwrap(), 300.0 + 6000.0 + 50.0, 1e-9);
    near(cost.total.unwrap(), 6350.0 + 6912.0, 1e-9);
    near(cost.of_flow(&it.model, FlowId::from_index(0)).unwrap(), 6300.0 + 6912.0, 1e-9);
    let told: Vec<_> = it.facts.assumptions.iter().filter(|it| it.source == "archc.toml").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].value, "$0.01 a GB at each end");
}

#[test]
fn callers_stay_in_their_region_where_they_can() {
    let it = design(
        "client user { rate = 1k/s  peak_factor = 1 }\nregion us {\n service web { replicas = 2 }\n}\nregion eu {\n}\n\
         database near { regions = [us, eu]  replicas = 2 }\ndatabase far { regions = [eu] }\n\
         user -> web { payload = 1MB }\nweb -> near { payload = 1KB }\nweb -> far { payload = 1KB  share = 50% }",
    );
    let shares: Vec<_> = it.facts.cost.traffic.iter().map(|it| it.crossing).collect();
    assert_eq!((shares[0].egress, shares[1].region, shares[2].region), (1.0, 0.0, 1.0));
    near(it.facts.cost.traffic[2].cost, 500.0 * 1000.0 * 30.0 * DAY / 1e9 * 0.02, 1e-9);
    assert!(it.facts.cost.given.is_none());
}

#[test]
fn steps_may_have_payloads_of_their_own() {
    let it = design(
        "client user { rate = 10/s  peak_factor = 2 }\nservice api\nuser -> api { payload = 1KB }\n\
         flow read { share = 75%\n user -> api }\nflow upload { share = 25%\n user -> api { payload = 1MB } }",
    );
    let load = it.facts.load.connections[0].clone();
    near(load.bytes_per_second.unwrap(), 7.5 * 1e3 + 2.5 * 1e6, 1e-6);
    near(load.average_bytes_per_second.unwrap(), (7.5 * 1e3 + 2.5 * 1e6) / 2.0, 1e-6);
}

#[test]
fn windows_of_recovery() {
    let it = design(
        "client u\ndatabase one { backup = 1d  restore_time = 4h  detection_time = 1min }\n\
         database pair { replicas = 2  replication = async  lag = 5s  failover = automatic  failover_time = 30s\n\
           detection_time = 10s  backup = { every = 1h }  storage = 1TB  bandwidth = 1Gbps }\n\
         database sync { replicas = 3  replication = sync  failover = none  backup = none }\n\
         u -> one { access = write }\nu -> pair { access = write }",
    );
    let of = |path| *it.facts.recovery.of(it.component(path)).unwrap();
    let one = of("one");
    assert_eq!((one.lost_with_node, one.lost_by_delete), (Some(DAY), Some(DAY)));
    assert_eq!((one.gone_with_node(), one.gone_by_delete()), (Some(14_460.0), Some(14_460.0)));
    let pair = of("pair");
    assert_eq!((pair.lost_with_node, pair.lost_by_delete), (Some(5.0), Some(3600.0)));
    assert_eq!((pair.gone_with_node(), pair.gone_by_delete()), (Some(40.0), Some(8010.0)));
    let sync = of("sync");
    assert_eq!((sync.lost_with_node, sync.gone_with_node()), (Some(0.0), None));
    let flow = FlowId::from_index(0);
    assert_eq!(it.facts.recovery.point_of_flow(&it.model, flow), Some(DAY));
    assert_eq!(it.facts.recovery.time_of_flow(&it.model, flow), Some(14_460.0));
}

#[test]
fn what_is_read_is_as_old_as_caches_and_copies_let_it_be() {
    let age = |stores: &str, steps: &str| {
        let it = design(&format!("client c\nservice s\n{stores}\nflow f {{\n c -> s\n {steps}\n}}"));
        crate::analysis::staleness::of_flow(&it.model, FlowId::from_index(0))
    };
    let pair = "database d { replicas = 2  replication = async  lag = 5s }";
    assert_eq!(age(pair, "s -> d"), Some(5.0));
    assert_eq!(age(pair, "s -> d { access = write }"), None);
    assert_eq!(age("database d { replicas = 2  replication = sync }", "s -> d"), Some(0.0));
    assert_eq!(age("database d { replicas = 2  replication = async }", "s -> d"), None);
    let cached =
        |cache: &str| age(&format!("{pair}\ncache k {{ {cache} }}"), "s -> k\n s -> d { behind = k }");
    assert_eq!(cached("ttl = 1min"), Some(65.0));
    assert_eq!(cached(""), Some(f64::INFINITY));
    assert_eq!(cached("invalidation = write_through"), Some(5.0));
    let copied = "database d\nsearch_index i\nwarehouse w\nd => i { mode = async  lag = 2s }\ni => w { lag = 3s }\nw => d { mode = sync }";
    assert_eq!(age(copied, "s -> i"), Some(5.0));
    assert_eq!(age("database d\nsearch_index i\nd => i", "s -> i"), None);
    assert_eq!(age("", ""), None);
}
