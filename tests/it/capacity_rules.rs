//! The borders of the rules on capacity and cost: equal to the threshold, guards, silence where figures are missing.

use crate::compiled::compile;

#[test]
fn first_break_needs_a_scenario_or_half_the_capacity() {
    let with = |rate: &str, more: &str| {
        compile(&format!(
            "client c {{ rate = {rate} }}\nservice a {{ capacity = 100/s }}\nservice b {{ capacity = 400/s }}\nc -> a -> b\n{more}"
        ))
        .told("CP002")
    };
    assert!(with("50/s", "").is_empty());
    let [told] = with("60/s", "").try_into().unwrap();
    assert!(told.contains("ρ = 0.6 > 0.5") && told.contains("1.17 times today's load"), "{told}");
    assert!(told.contains("`a` (ρ = 0.6), `b` (ρ = 0.15)"), "{told}");
    // a scenario decides alone
    assert!(with("60/s", "scenario s { load = 1.5x }").is_empty());
    assert_eq!(with("25/s", "scenario s { load = 4x }").len(), 1);
    assert_eq!(with("60/s", "scenario s { fail = [a] }").len(), 1);
    // CP001 speaks
    assert!(with("80/s", "scenario s { load = 4x }").is_empty());
}

#[test]
fn first_break_tells_users() {
    let it = compile(
        "client c { users = 1M  requests_per_user = 864/day  peak_factor = 1 }\nservice a { replicas = 2  capacity = 10k/s }\nc -> a\n\
         scenario s { users = 2M }",
    );
    let [told] = it.told("CP002").try_into().unwrap();
    assert!(told.contains("f·ρ = 2·0.5 = 1 ≥ 1") && told.contains("1.4M users"), "{told}");
}

#[test]
fn littles_law_bounds_pools_and_places() {
    let with = |call: &str| {
        compile(&format!(
            "client c {{ rate = 200/s }}\nservice a {{ replicas = 2  concurrency = 500 }}\nservice b {{ latency = 500ms }}\n\
             c -> a\na -> b {{ {call} }}"
        ))
    };
    assert!(with("pool = 50").told("CP007").is_empty());
    let [told] = with("pool = 49").told("CP007").try_into().unwrap();
    assert!(told.starts_with("error a -> b") && told.contains("= 100 > n·`pool` = 2·49 = 98"), "{told}");
    assert!(with("timeout = 5s").told("CP007").is_empty());
    let [told] = with("timeout = 6s").told("CP007").try_into().unwrap();
    assert!(
        told.starts_with("warning a -> b")
            && told.contains("200/s·6 s = 1200 > n·`concurrency` = 2·500 = 1000"),
        "{told}"
    );
    for guard in ["bulkhead = 20", "bulkhead = true", "circuit_breaker = true"] {
        assert!(with(&format!("timeout = 6s  {guard}")).told("CP007").is_empty());
    }
    assert_eq!(with("timeout = 6s  bulkhead = false").told("CP007").len(), 1);
}

#[test]
fn a_quota_is_of_each_shard_and_a_count_is_of_what_runs_at_once() {
    let with = |component: &str| {
        let text = format!("client c {{ rate = 1k/s }}\n{component}\nc -> v");
        compile(&text)
    };
    assert!(with("service v { quota = 1250/s }").told("CP009").is_empty());
    assert!(with("service v { quota = 1200/s }").told("CP009")[0].starts_with("warning"));
    assert!(with("service v { quota = 999/s }").told("CP009")[0].starts_with("error"));
    assert!(with("service v { quota = 1k/s }").told("CP009")[0].starts_with("warning"));
    assert!(with("database v { quota = 500/s  shards = 3 }").told("CP009").is_empty());
    assert!(
        with("function v { quota = 100  latency = 200ms }").told("CP009")[0]
            .contains("λ·`latency` = 1k/s·200 ms = 200 > Q = 100")
    );
    assert_eq!(with("function v { quota = 100 }").open("CP009"), ["v latency"]);
    // the catalogue's quota is no error
    let told = with("function v: aws-lambda { latency = 3s }").told("CP009");
    assert!(
        told[0].starts_with("warning") && told[0].contains("`quota` of `v` from the catalogue"),
        "{told:?}"
    );
}

#[test]
fn capacities_are_unbalanced_beyond_three_times_unless_held_off() {
    let with = |rate: &str, call: &str, callee: &str| {
        compile(&format!(
            "client c {{ rate = {rate} }}\nservice a {{ replicas = 10  capacity = 90/s }}\nservice b {{ replicas = 3  capacity = 100/s  {callee} }}\n\
             cache k {{ hit_ratio = 50% }}\nc -> a\na -> b {{ {call} }}"
        ))
    };
    assert!(with("200/s", "", "").told("CP008").is_empty());
    let [told] = with("200/s", "calls = 1.1", "").told("CP008").try_into().unwrap();
    assert!(told.starts_with("warning a -> b") && told.contains("990/s > 3·n·μ = 3·300/s"), "{told}");
    for (rate, call, callee) in [
        ("200/s", "calls = 1.1  bulkhead = true", ""),
        ("200/s", "calls = 1.1", "rate_limit = true"),
        ("100/s", "calls = 1.4", ""),
        ("200/s", "calls = 1.9  behind = k", ""),
    ] {
        assert!(with(rate, call, callee).told("CP008").is_empty(), "{rate} {call} {callee}");
    }
}

#[test]
fn many_requests_for_one_run_are_a_note() {
    let text = |calls: u64| {
        format!(
            "client c {{ rate = 10/s }}\nservice a\nservice b {{ capacity = 150/s }}\nc -> a\na -> b {{ calls = {calls} }}"
        )
    };
    assert!(compile(&text(10)).told("CP008").is_empty());
    let [told] = compile(&text(11)).told("CP008").try_into().unwrap();
    assert!(told.starts_with("note b [c]") && told.contains("110/s > 10·10/s"), "{told}");
}

#[test]
fn a_store_is_full_before_ninety_days_or_its_records_expire() {
    let with = |storage: &str, retention: &str| {
        compile(&format!(
            "data d {{ growth = 1GB/day  {retention} }}\ndatabase s {{ replicas = 2  storage = {storage}  stores = [d] }}"
        ))
        .told("CP010")
    };
    // two copies on two nodes: one node's room is one copy
    assert!(with("90GB", "retention = 1y").is_empty());
    let [told] = with("89GB", "retention = 1y").try_into().unwrap();
    assert!(told.contains("178 GB/(2·1 GB a day) = 89 d from empty < 90 d"), "{told}");
    assert!(with("89GB", "retention = 89d").is_empty());
    assert!(with("89GB", "")[0].contains("`retention` of `d` by default"));
    let open = compile(
        "data d { growth = 5/s }\ndata e { growth = 1GB/day }\ndatabase s { storage = 1TB  stores = [d] }\ndatabase t { stores = [e] }",
    );
    assert_eq!(open.open("CP010"), ["t storage", "d size"]);
}

#[test]
fn a_network_is_full_beyond_sixty_percent() {
    let with = |rate: &str| {
        compile(&format!(
            "client c {{ rate = {rate} }}\nservice a {{ replicas = 2  bandwidth = 500Mbps }}\nservice b\n\
             c -> a {{ payload = 50KB }}\na -> b {{ payload = 25KB  bandwidth = 1Gbps }}"
        ))
        .told("CP010")
    };
    // 75 KB a request over a's network: 1,000 a second are 600 Mbit/s of 1 Gbit/s
    assert!(with("1k/s").is_empty());
    let [told] = with("1010/s").try_into().unwrap();
    assert!(
        told.starts_with("warning a") && told.contains("606 Mbit/s > 60% of n·`bandwidth` = 1 Gbit/s"),
        "{told}"
    );
    assert_eq!(with("3010/s").len(), 2);
}

#[test]
fn a_link_carries_the_calls_between_its_groups() {
    let with = |payload: &str| {
        compile(&format!(
            "client c {{ rate = 1k/s }}\nregion us {{\n service a {{ replicas = 2 }}\n}}\nregion eu {{\n database d\n}}\n\
             database near {{ regions = [us, eu]  replicas = 2 }}\nus -- eu {{ bandwidth = 1Gbps }}\n\
             c -> a\na -> d {{ payload = {payload}  share = 50% }}\na -> near {{ payload = 1MB }}"
        ))
    };
    // 500 a second of 150 KB are 600 Mbit/s; what stays in its region is not on the link
    assert!(with("150KB").told("CP010").is_empty());
    let [told] = with("151KB").told("CP010").try_into().unwrap();
    assert!(told.starts_with("warning us -- eu") && told.contains("604 Mbit/s > 60%"), "{told}");
    let open = compile("region us {\n}\nregion eu {\n}\nus -- eu { bandwidth = 1Gbps }");
    assert_eq!(open.open("CP010"), ["us -- eu payload"]);
}

#[test]
fn many_replicas_are_too_many_below_five_percent() {
    let with = |service: &str, more: &str| {
        compile(&format!(
            "client c {{ rate = 20/s }}\nservice s: go {{ capacity = 100/s  {service} }}\nc -> s\n{more}"
        ))
        .told("CX001")
    };
    assert!(with("replicas = 3", "").is_empty());
    // 5% is not below 5%
    assert!(with("replicas = 4", "").is_empty());
    let [told] = with("replicas = 6", "").try_into().unwrap();
    assert!(told.contains("20/s/(6·100/s) = 3.33% < 5%"), "{told}");
    assert!(with("replicas = 1..6", "").is_empty());
    assert!(with("replicas = 6", "decision d { chose = go }").is_empty());
}

#[test]
fn replicas_for_an_empty_cache_a_scenario_or_much_data_are_not_too_many() {
    let cached = |replicas: u32| {
        compile(&format!(
            "client c {{ rate = 1k/s }}\nservice s\ncache h {{ hit_ratio = 99% }}
             database d {{ replicas = {replicas}  capacity = 100/s }}
             flow f {{ c -> s; s -> h; s -> d {{ behind = h  access = read }} }}"
        ))
        .told("CX001")
    };
    // with the cache 10/s of 12·100/s = 0.83%, without it 1k/s of 1.2k/s; and 1k/s of 201·100/s = 4.98%
    assert!(cached(12).is_empty());
    assert_eq!(cached(201).len(), 1);
    let sale = |factor: u32| {
        let text = "client c { rate = 20/s }\nservice s { replicas = 6  capacity = 100/s }\nc -> s";
        compile(&format!("{text}\nscenario sale {{ load = {factor}x }}")).told("CX001")
    };
    // 20/s·f of 600/s: 3.33%, and 6.67% at twice the load
    assert_eq!((sale(1).len(), sale(2).len()), (1, 0));
    let full = |storage: &str| {
        let data = "data d { size = 1KB  growth = 1k/s  retention = 10d }";
        let store = format!(
            "database s {{ stores = [d]  replicas = 6  replication_factor = 3  capacity = 1k/s  storage = {storage} }}"
        );
        compile(&format!("client c {{ rate = 7/s }}\n{data}\n{store}\nc -> s")).told("CX001")
    };
    // 1 KB·1k/s·864,000 s·3 = 2.592 TB, half of 5.184 TB = 6·864 GB
    assert!(full("860GB").is_empty());
    assert_eq!(full("870GB").len(), 1);
}

#[test]
fn shards_regions_and_streams_wait_for_the_load() {
    let with = |database: &str, more: &str| {
        compile(&format!("client c {{ rate = 7/s }}\ndata d {{ {more} }}\ndatabase s {{ capacity = 100/s  stores = [d]  {database} }}\nc -> s")).told("CX001")
    };
    let [told] = with("shards = 2", "").try_into().unwrap();
    assert!(told.starts_with("note s [c]") && told.contains("10·λ = 70/s ≤ 0.7·μ = 70/s"), "{told}");
    assert_eq!(with("regions = 2  replicas = 2", "").len(), 1);
    assert!(with("regions = 1  replicas = 2", "").is_empty());
    assert!(with("shards = 2", "residency = [eu]").is_empty());
}

#[test]
fn traffic_counts_against_machines_and_the_objective() {
    let with = |payload: &str, cost: &str, slo: &str| {
        compile(&format!(
            "client c {{ rate = 100/s  peak_factor = 1 }}\nservice s {{ {cost} }}\nc -> s {{ payload = {payload} }}\n{slo}"
        ))
    };
    // 100/s · 10 KB = 2,592 GB a month at $0.09 = $233.28
    assert!(with("10KB", "cost = $1167/month", "").told("CX003").is_empty());
    let [told] = with("10KB", "cost = $1166/month", "").told("CX003").try_into().unwrap();
    assert!(told.starts_with("warning c -> s") && told.contains("$233 > 20% of Σ `cost` = $1166"), "{told}");
    let slo = "flow f {\n  c -> s\n}\nslo cost <= $2200/month";
    assert!(with("10KB", "cost = $1900/month", slo).told("CX003").is_empty());
    assert_eq!(with("10KB", "cost = $2000/month", slo).told("CX003").len(), 1);
    let of_flow = "flow f {\n  slo cost <= $2200/month\n  c -> s\n}";
    let told = with("10KB", "cost = $2000/month", of_flow).told("CX003");
    assert!(told[0].contains("of `f` Σ `cost` + Σ λ̄·`payload`·price = $2000 + $233 = $2233"), "{told:?}");
    // too dear by its machines alone
    assert!(with("10KB", "cost = $2300/month", slo).told("CX003").is_empty());
    assert_eq!(with("10KB", "", "").open("CX003"), ["c -> s cost"]);
}
