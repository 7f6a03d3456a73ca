//! The borders of the rules on caches, shards and copies: what their documentation's examples do not show.

use archc::diagnostic::Severity;

use super::messaging_rules::{of, one, open, severity};

fn cached(cache: &str, data: &str, flow: &str) -> String {
    format!(
        "data x {{ {data} }}\nclient c\nservice s\ncache h {{ {cache} }}\ndatabase d {{ stores = [x] }}\n\
         flow f {{ {flow}\n c -> s -> h\n s -> d {{ behind = h }} }}\n"
    )
}

#[test]
fn copies_end_by_time_or_by_event() {
    let case = |cache, data, flow| severity("CA001", &cached(cache, data, flow));
    let strict = "slo staleness <= 1min";
    assert_eq!(case("", "", strict), Some(Severity::Warning));
    assert_eq!(case("invalidation = none", "", ""), Some(Severity::Warning));
    assert_eq!(case("invalidation = ttl", "", ""), None);
    assert_eq!(case("ttl = 61s", "", strict), Some(Severity::Error));
    assert_eq!(case("ttl = 60s", "", strict), None);
    assert_eq!(case("ttl = 61s  invalidation = write_through", "", strict), None);
    assert_eq!(case("pattern = write_through", "", strict), None);
    assert_eq!(case("ttl = 1h", "immutable = true", strict), None);
    assert_eq!(case("ttl = 1h", "", ""), None);
    assert_eq!(open("CA001", &cached("ttl = 1h", "", "criticality = low")), ["f slo staleness"]);
    // nobody is behind it: it is no copy of anything here
    assert!(of("CA001", "service s\ncache h\ns -> h\n").is_empty());
}

#[test]
fn data_in_a_cache_alone_is_lost() {
    let text = |data: &str, cache: &str, rest: &str| {
        format!("data x {{ {data} }}\nservice s\ncache h {{ stores = [x]  {cache} }}\ns -> h\n{rest}\n")
    };
    let found = one("CA003", &text("size = 1KB", "", ""));
    assert_eq!((found.severity, found.subjects), (Severity::Error, vec!["x".to_owned(), "h".to_owned()]));
    assert!(of("CA003", &text("loss_ok = true", "", "")).is_empty());
    assert!(of("CA003", &text("derived = true", "", "")).is_empty());
    assert!(of("CA003", &text("size = 1KB", "durable = true", "")).is_empty());
    assert!(of("CA003", &text("size = 1KB", "", "database d\nh => d")).is_empty());
    assert!(of("CA003", &text("size = 1KB", "", "database d { stores = [x] }")).is_empty());
    assert!(of("CA003", &text("size = 1KB", "", "database d\ns -> d { writes = [x] }")).is_empty());
    assert_eq!(of("CA003", &text("size = 1KB", "", "cache g { stores = [x] }")).len(), 1);
}

fn sized(cache: &str) -> String {
    format!(
        "data x {{ size = 1KB }}\nservice s\ncache h {{ stores = [x]  zipf = 0.99  key_count = 100k  {cache} }}\ns -> h\n"
    )
}

#[test]
fn a_hit_ratio_has_a_ceiling() {
    let case = |cache| severity("CA004", &sized(cache));
    // 1 % of the keys: LRU 49 %, LFU 60 %
    assert_eq!(case("storage = 1MB  hit_ratio = 50%"), None);
    assert_eq!(case("storage = 1MB  hit_ratio = 55%"), Some(Severity::Warning));
    assert_eq!(case("storage = 1MB  hit_ratio = 61%  eviction = lfu"), None);
    assert_eq!(case("storage = 1MB  hit_ratio = 63%  eviction = lfu"), Some(Severity::Warning));
    // ten replicas hold ten times as much, and all of it is a cache of any ratio
    assert_eq!(case("storage = 1MB  hit_ratio = 73%  replicas = 10"), None);
    assert_eq!(case("storage = 100MB  hit_ratio = 99.9%"), None);
    assert_eq!(open("CA004", &sized("hit_ratio = 90%")), ["h storage"]);
    assert!(open("CA004", "service s\ncache h\ns -> h\n").is_empty());
}

#[test]
fn a_shard_key_spreads() {
    let case = |store: &str| severity("DA002", &format!("service s\ndatabase d {{ {store} }}\ns -> d\n"));
    assert_eq!(case("shards = 2"), Some(Severity::Error));
    assert_eq!(case("mode = sharded"), Some(Severity::Error));
    assert_eq!(case("shards = 1"), None);
    assert_eq!(case("shards = 8  shard_key = k  sharding = time"), Some(Severity::Error));
    assert_eq!(case("shards = 8  shard_key = k  sharding = range"), None);
    assert_eq!(case("shards = 8  shard_key = k  key_count = 79"), Some(Severity::Warning));
    assert_eq!(case("shards = 8  shard_key = k  key_count = 80"), None);
    assert!(of("DA002", "service s\ncache h { shards = 6 }\ns -> h\n").is_empty());
    assert_eq!(
        open("DA002", "service s\ndatabase d { shards = 8  shard_key = k }\ns -> d\n"),
        ["d sharding", "d key_count"]
    );
}

#[test]
fn asking_every_shard_costs_every_shard() {
    let text = |store: &str, call: &str| {
        format!(
            "client c {{ rate = 10/s }}\nservice s\ndatabase d {{ shard_key = k  {store} }}\nflow f {{ c -> s\n s -> d {{ {call} }} }}\n"
        )
    };
    let found = one("DA003", &text("shards = 16  availability = 99%", "key = none"));
    assert!(found.message.contains("λ·S = 10/s·16 = 160/s"), "{}", found.message);
    assert!(found.message.contains("1 − 0.99^16 = 14.9%"), "{}", found.message);
    assert!(found.message.contains("99%^16 = 85.1%"), "{}", found.message);
    assert!(of("DA003", &text("shards = 4", "key = none")).is_empty());
    assert_eq!(of("DA003", &text("shards = 5", "key = none")).len(), 1);
    assert!(of("DA003", &text("shards = 16", "key = shard_key")).is_empty());
    assert!(of("DA003", &text("shards = 16", "key = none  optional = true")).is_empty());
    assert!(of("DA003", &text("shards = 16", "key = none  wait = quorum")).is_empty());
    assert_eq!(open("DA003", &text("shards = 16", "calls = 1")), ["s -> d key"]);
    assert_eq!(open("DA003", &text("mode = sharded", "key = none")), ["d shards"]);
    let started_by_a_job = text("shards = 16", "key = none").replace("client c { rate = 10/s }", "job c");
    assert!(of("DA003", &started_by_a_job).is_empty());
}

#[test]
fn copies_are_as_many_as_the_loss_that_is_borne() {
    let case = |store: &str| severity("DA004", &format!("service s\ndatabase d {{ {store} }}\ns -> d\n"));
    assert_eq!(case("replicas = 1"), Some(Severity::Error));
    assert_eq!(case("replicas = 3  replication_factor = 1"), Some(Severity::Error));
    assert_eq!(case("replicas = 2"), None);
    assert_eq!(case("replicas = 3  replication = async"), None);
    assert_eq!(case("replicas = 3  replication = async  rpo = 1s"), None);
    assert_eq!(case("replicas = 3  replication = async  rpo = 0s"), Some(Severity::Error));
    assert_eq!(case("replicas = 3  write_quorum = 1  rpo = 0s"), Some(Severity::Error));
    assert_eq!(case("replicas = 2  replication = sync  rpo = 0s"), Some(Severity::Warning));
    assert_eq!(case("replicas = 4  write_quorum = 2  rpo = 0s"), Some(Severity::Warning));
    assert_eq!(case("replicas = 3  write_quorum = 2  rpo = 0s"), None);
    assert_eq!(case("managed = true  rpo = 0s"), None);
    assert_eq!(open("DA004", "service s\ndatabase d\ns -> d\n"), ["d replicas"]);
    assert!(of("DA004", "service s\ncache h { replicas = 1 }\ns -> h\n").is_empty());
    assert!(of("DA004", "service s\nqueue h { replicas = 1 }\ns ~> h\n").is_empty());
    assert_eq!(of("DA004", "service s\nstream h { replicas = 1 }\ns ~> h\n").len(), 1);
    let cheap = "data x { loss_ok = true }\nservice s\nstream h { replicas = 1  stores = [x] }\ns ~> h\n";
    assert!(of("DA004", cheap).is_empty());
    let strict = "data x { rpo = 0s }\nservice s\ndatabase d { stores = [x]  replicas = 3  replication = async }\ns -> d\n";
    assert_eq!(severity("DA004", strict), Some(Severity::Error));
}

#[test]
fn copies_that_share_a_zone_share_its_fate() {
    let text = |zones: &str| {
        format!(
            "region r {{\n zone a\n zone b\n service s\n database d {{ replicas = 3  zones = {zones} }}\n}}\nr.s -> r.d\n"
        )
    };
    let found = one("DA004", &text("[a]"));
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.contains("all N = 3 copies stand in `r.a`, 1 of 2 zones"), "{}", found.message);
    assert!(of("DA004", &text("[a, b]")).is_empty());
    // where there is but one zone there is no other to go to
    assert!(of("DA004", &text("[a]").replace("zone b\n", "")).is_empty());
    // a default of the catalogue is a warning at most
    let kafka = "service s\nstream k: kafka { replicas = 3  replication_factor = 3  rpo = 0s }\ns ~> k\n";
    let found = one("DA004", kafka);
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.contains("assumed: `write_quorum` of `k` from the catalogue"), "{}", found.message);
}

#[test]
fn a_store_is_asked_for_what_it_is_made_for() {
    let text = |store: &str, call: &str| {
        format!("client c {{ rate = 20/s }}\nservice s\n{store}\nflow f {{ c -> s\n s -> d {{ {call} }} }}\n")
    };
    let case = |store, call| severity("DA005", &text(store, call));
    assert_eq!(case("database d", "payload = 1MB"), Some(Severity::Note));
    assert_eq!(case("database d", "payload = 999KB"), None);
    assert_eq!(case("database d { capacity = 1k/s }", "payload = 1MB"), Some(Severity::Warning));
    assert_eq!(case("database d { capacity = 2k/s }", "payload = 1MB"), Some(Severity::Note));
    assert_eq!(case("object_store d", "payload = 1GB"), None);
    assert_eq!(case("database d: postgres", "query = graph"), Some(Severity::Note));
    assert_eq!(case("database d: neo4j", "query = graph"), None);
    assert_eq!(case("database d", "query = graph"), None);
    assert_eq!(case("search_index d: dynamodb", "query = search"), None);
    assert_eq!(of("DA005", "service s\nqueue q\ns ~> q { payload = 5MB }\n").len(), 1);
    assert_eq!(open("DA005", &text("database d", "calls = 1")), ["s -> d payload"]);
}
