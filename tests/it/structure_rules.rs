//! The borders of rules on failover, control planes, starts, commits, coupling and chains: what their documentation's examples do
//! not show.

use archc::diagnostic::Severity;

use super::messaging_rules::{of, one, open, severity};

const ERROR: Option<Severity> = Some(Severity::Error);
const WARNING: Option<Severity> = Some(Severity::Warning);

#[test]
fn failover_by_hand() {
    let case = |store: &str, flow: &str| {
        let text = format!(
            "client c\nservice s\ndatabase d {{ mode = primary_replica  {store} }}\nflow f {{ {flow}\n c -> s -> d }}\n"
        );
        severity("AV008", &text)
    };
    let manual = |rest: &str| format!("replicas = 2  failover = manual  {rest}");
    assert_eq!(case(&manual("failover_time = 10min  rto = 10min"), ""), None);
    assert_eq!(case(&manual("failover_time = 10min  detection_time = 1s  rto = 10min"), ""), ERROR);
    assert_eq!(case(&manual("failover_time = 10min"), "slo rto <= 5min"), ERROR);
    assert_eq!(case("replicas = 2  failover = none  restore_time = 2h  rto = 1h", ""), ERROR);
    assert_eq!(case("replicas = 2  failover = automatic  failover_time = 2h  rto = 1h", ""), None);
    assert_eq!(case("replicas = 1  failover = manual  failover_time = 2h  rto = 1h", ""), None);
    // 1/(999 + 1) = 0.1%
    assert_eq!(case(&manual("failover_time = 1h  mtbf = 999h"), "slo availability >= 99.9%"), None);
    assert_eq!(case(&manual("failover_time = 1h  mtbf = 998h"), "slo availability >= 99.9%"), ERROR);
    assert_eq!(case(&manual(""), "slo availability >= 99.95%"), WARNING);
    assert_eq!(case(&manual(""), "slo availability >= 99.94%"), None);
    assert_eq!(case(&manual(""), "criticality = high"), WARNING);
    assert_eq!(case(&manual(""), ""), None);
    let unsaid = "service s\ndatabase d { mode = active_passive  replicas = 2 }\ns -> d\n";
    assert_eq!(open("AV008", unsaid), ["d failover"]);
}

#[test]
fn a_control_plane_of_half_the_design() {
    let case = |stable: usize, alone: usize, call: &str| {
        let mut text = "identity i\n".to_owned();
        for at in 0..4 {
            let own = if at < stable { "static_stability = true" } else { "" };
            text += &format!("service s{at} {{ {own} }}\ns{at} -> i {{ timeout = 1s  {call} }}\n");
        }
        for at in 0..alone {
            text += &format!("worker w{at}\n");
        }
        severity("AV009", &text)
    };
    assert_eq!(case(0, 4, ""), WARNING); // 4 of 8
    assert_eq!(case(0, 5, ""), None);
    assert_eq!(case(1, 0, ""), WARNING); // 3 of 4
    assert_eq!(case(2, 0, ""), None);
    assert_eq!(case(0, 0, "fallback = cached"), None);
    assert_eq!(case(0, 0, "phase = start"), WARNING);
    let mesh = "group plane { service control }\nservice a { fails_with = [plane] }\nservice b { fails_with = [plane] }\n\
                service d { fails_with = [plane] }\n";
    assert_eq!(one("AV009", mesh).subjects, ["plane"]);
    let ordinary = "service core\nservice a\nservice b\nservice d\n[a, b, d] -> core\n";
    assert!(of("AV009", ordinary).is_empty());
}

#[test]
fn circles_at_the_start() {
    let case = |there: &str, back: &str| {
        severity("AV011", &format!("service a\nregistry b\na -> b {{ {there} }}\nb -> a {{ {back} }}\n"))
    };
    assert_eq!(case("phase = start", ""), ERROR);
    assert_eq!(case("phase = request", "phase = request"), None);
    assert_eq!(case("phase = start  fallback = cached", ""), None);
    assert_eq!(open("AV011", "service a\nregistry b\na -> b\nb -> a\n"), ["a -> b phase", "b -> a phase"]);
    assert!(open("AV011", "service a\nregistry b\na -> b\n").is_empty());
    let found = one("AV011", "service a\nregistry b\nservice z\na -> b { phase = start }\nb -> z\nz -> a\n");
    assert_eq!(found.subjects, ["a", "b", "z"]);
    assert_eq!(found.witness.len(), 3);
}

#[test]
fn a_write_that_its_writer_does_not_see() {
    let case = |data: &str, store: &str, flow: &str| {
        let text = format!(
            "data x {{ {data} }}\nclient c\nservice s\ndatabase d {{ stores = [x]  replicas = 3  {store} }}\n\
             flow f {{ {flow}\n c -> s\n s -> d \"put\" {{ access = write }}\n s -> d \"get\" {{ access = read }} }}\n"
        );
        severity("CS005", &text)
    };
    assert_eq!(case("", "replication = async", ""), WARNING);
    assert_eq!(case("", "replication = sync", ""), None);
    assert_eq!(case("consistency = eventual", "replication = async", ""), None);
    assert_eq!(case("", "replication = async  consistency = causal", ""), None);
    assert_eq!(case("", "replication = async  lag = 1s", "slo staleness <= 1s"), None);
    assert_eq!(case("", "replication = async  lag = 2s", "slo staleness <= 1s"), WARNING);
    let cached = |cache: &str, order: &str| {
        let text = format!(
            "data x\nclient c\nservice s\ncache h {{ {cache} }}\ndatabase d {{ stores = [x] }}\n\
             flow f {{ c -> s\n {order} }}\n"
        );
        severity("CS005", &text)
    };
    let (write, read) =
        ("s -> d \"put\" { access = write }", "s -> h\n s -> d { behind = h  access = read }");
    assert_eq!(cached("ttl = 1h", &format!("{write}\n {read}")), WARNING);
    assert_eq!(cached("ttl = 1h", &format!("{read}\n {write}")), None);
    assert_eq!(cached("invalidation = write_through", &format!("{write}\n {read}")), None);
}

#[test]
fn a_promotion_that_loses() {
    let case = |store: &str, data: &str| {
        let text = format!(
            "data x {{ {data} }}\ndatabase d {{ stores = [x]  mode = primary_replica  replicas = 2  {store} }}\n"
        );
        severity("CS008", &text)
    };
    let auto = |rest: &str| format!("failover = automatic  replication = async  {rest}");
    assert_eq!(case(&auto(""), "rpo = 0s"), ERROR);
    assert_eq!(case(&auto("lag = 1ms"), "rpo = 0s"), ERROR);
    assert_eq!(case(&auto("lag = 0s"), "rpo = 0s"), None);
    assert_eq!(case(&auto("lag = 5s  rpo = 5s"), ""), None);
    assert_eq!(case(&auto("lag = 5.1s  rpo = 5s"), ""), WARNING);
    assert_eq!(case(&auto("lag = 5s  rpo = 10s"), "rpo = 1s"), WARNING);
    assert_eq!(case("failover = manual  replication = async", "rpo = 0s"), None);
    assert_eq!(case("failover = automatic  replication = semi_sync", "rpo = 0s"), None);
    let open_for = |attrs: &str| {
        let text =
            format!("database d {{ mode = primary_replica  replicas = 2  failover = automatic  {attrs} }}\n");
        open("CS008", &text)
    };
    assert_eq!(open_for(""), ["d replication"]);
    assert_eq!(open_for("replication = async"), ["d rpo"]);
    assert_eq!(open_for("replication = async  rpo = 1s"), ["d lag"]);
}

#[test]
fn a_commit_of_many_parts() {
    let case = |stores: &str, calls: &str| {
        let text = format!("client c\nservice s\n{stores}\nflow f {{ c -> s\n {calls} }}\n");
        severity("CS009", &text)
    };
    let two = "s -> a { transaction = two_phase }\n s -> b { transaction = two_phase }";
    assert_eq!(case("database a\ndatabase b", two), None);
    assert_eq!(case("region x { database a }\nregion y { database b }", two), WARNING);
    assert_eq!(case("region x { database a\n database b }", two), None);
    assert_eq!(case("database a { vendor = p }\ndatabase b { vendor = q }", two), WARNING);
    assert_eq!(case("database a { vendor = p }\ndatabase b { vendor = p }", two), None);
    let sharded = "database a { shards = 8  regions = 2  shard_key = k }";
    let again = "s -> a \"1\" { transaction = two_phase }\n s -> a \"2\" { transaction = two_phase }";
    assert_eq!(case(sharded, again), None);
    let three = "s -> a { transaction = two_phase }\n s -> b { transaction = two_phase }\n \
                 s -> d { transaction = saga }";
    assert_eq!(case("database a\ndatabase b\ndatabase d", three), None);
}

#[test]
fn calls_to_an_address() {
    let case = |callee: &str, rest: &str| {
        severity(
            "CO005",
            &format!("service a\nservice b {{ {callee} }}\n{rest}\na -> b {{ timeout = 1s }}\n"),
        )
    };
    assert_eq!(case("replicas = 2", ""), WARNING);
    assert_eq!(case("replicas = 1", ""), None);
    assert_eq!(case("replicas = 2  algorithm = round_robin", ""), None);
    assert_eq!(case("replicas = 2  health_check = true", ""), None);
    assert_eq!(case("replicas = 2  managed = true", ""), None);
    assert_eq!(case("replicas = 2", "dns names\na -> names"), None);
    assert_eq!(open("CO005", "service a\nservice b\na -> b\n"), ["b replicas"]);
    let cluster = "cluster k { service a\n service b { replicas = 2 } }\na -> b\n";
    assert!(of("CO005", cluster).is_empty());
    let several = one("CO005", "service a\nservice z\nservice b { replicas = 2 }\n[a, z] -> b\n");
    assert_eq!(several.subjects, ["b", "a -> b", "z -> b"]);
}

#[test]
fn clients_that_know_the_services() {
    let case =
        |calls: &str| severity("CO006", &format!("client c\nservice a\nfunction b\nworker w\n{calls}\n"));
    assert_eq!(case("c -> a\nc -> b"), WARNING);
    assert_eq!(case("c -> a\nc -> w"), None);
    assert_eq!(case("c -> a \"x\"\nc -> a \"y\""), None);
    assert_eq!(case("c -> a\nc -> b { persistent = true }"), None);
    assert_eq!(case("c -> a\nc ~> b"), None);
    // one of two is one entry; another beside them is a second one
    assert_eq!(case("c -> a | b"), None);
    assert_eq!(case("c -> a | b\nfunction d\nc -> d"), WARNING);
    assert!(of("CO006", "network n { client c }\nservice a\nservice b\nc -> [a, b]\n").is_empty());
}

#[test]
fn in_the_store_of_another() {
    let case = |call: &str, store: &str| {
        severity(
            "CO007",
            &format!("service s {{ owner = x }}\ndatabase d {{ {store} }}\ns -> d {{ {call} }}\n"),
        )
    };
    assert_eq!(case("", "owner = y"), ERROR);
    assert_eq!(case("access = write", "owner = y"), ERROR);
    assert_eq!(case("access = read_write", "owner = y"), ERROR);
    assert_eq!(case("access = read", "owner = y"), WARNING);
    assert_eq!(case("", "owner = x"), None);
    let teams = "team x { service s }\nteam y { database d }\ns -> d { access = read }\n";
    assert_eq!(severity("CO007", teams), WARNING);
    assert_eq!(open("CO007", "service s { owner = x }\ndatabase d\ns -> d\n"), ["d owner"]);
}

#[test]
fn chains_of_hard_calls() {
    let chain = |count: usize, op: &str| {
        let names: Vec<String> = (0..count).map(|at| format!("s{at}")).collect();
        let declared: String = names.iter().map(|name| format!("service {name}\n")).collect();
        format!(
            "client c\n{declared}database d\nflow f {{ c -> {}\n s{} {op} d }}\n",
            names.join(" -> "),
            count - 1
        )
    };
    assert_eq!(severity("LT003", &chain(4, "->")), None);
    assert_eq!(severity("LT003", &chain(5, "->")), WARNING);
    assert_eq!(severity("LT003", &chain(7, "->")), WARNING);
    assert_eq!(severity("LT003", &chain(8, "->")), ERROR);
    let again =
        "client c\nservice a\nservice b\nflow f { c -> a\n a -> b\n b -> a\n a -> b\n b -> a\n a -> b }\n";
    assert!(of("LT003", again).is_empty(), "two components are two, however often they meet");
    let cut = "client c\nservice a\nservice b\nservice d\nservice e\nservice g\nflow f { c -> a -> b\n b -> d { optional = true }\n \
               d -> e -> g }\n";
    assert!(of("LT003", cut).is_empty());
    let outside =
        "client c\nservice a\nservice b\nservice d\nexternal e\nservice g\nc -> a -> b -> d -> e -> g\n";
    let found = one("LT003", outside);
    assert!(found.message.contains("d = 5") && found.message.contains("5 > 4"), "{}", found.message);
    let batch = "job j\nservice a\nservice b\nservice d\nservice e\nflow f { j -> a -> b -> d -> e }\n";
    assert!(of("LT003", batch).is_empty(), "no actor waits for a job");
}

#[test]
fn an_answer_by_queue() {
    let flow = |steps: &str| {
        format!("client c\nservice s\nqueue q\nworker w\nqueue r\nservice t\nflow f {{ {steps} }}\n")
    };
    let case = |steps: &str| severity("LT008", &flow(steps));
    assert_eq!(case("c -> s\n s ~> q\n q ~> w\n w ~> r\n r ~> s"), WARNING);
    assert_eq!(case("c -> s\n s ~> q\n q ~> w\n w ~> s"), WARNING);
    assert_eq!(case("c ~> s\n s ~> q\n q ~> w\n w ~> s"), None);
    assert_eq!(case("c -> s\n s ~> q\n q ~> w\n w ~> c"), None);
    assert_eq!(case("c -> s\n s ~> q\n q ~> w\n w -> s"), None);
    assert_eq!(case("c -> s\n s ~> q\n q ~> w\n w ~> t"), None);
    assert_eq!(case("c -> s\n s ~> t\n t ~> s"), None);
}

#[test]
fn the_score_of_a_distributed_monolith() {
    let three = "service a\nservice b\nservice d\na -> b\nb -> d\nd -> a\n";
    assert!(of("CO004", three).is_empty());
    // all four in a chain: synchrony 20 of 20 and depth 20 of 20 of the weights 30 + 20 + 20
    let chain = "service a\nservice b\nservice d\nservice e\na -> b -> d -> e\n";
    let found = one("CO004", chain);
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.contains("57.1 ≥ 50"), "{}", found.message);
}
