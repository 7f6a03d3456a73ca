//! Observability, sprawl, dead parts and edge caches at their borders.

use crate::compiled::compile;

const NONE: Vec<String> = Vec::new();

#[test]
fn what_matters_has_metrics_and_alerts() {
    let text = |flow: &str, b: &str| {
        format!(
            "client c\nservice a {{ observability = [metrics, alerts] }}\nservice b {{ {b} }}\nflow f {{ {flow}\n c -> a -> b }}"
        )
    };
    let told = |flow: &str, b: &str| compile(&text(flow, b)).brief("OB001");
    assert_eq!(told("criticality = high", ""), ["warning b [f]"]);
    assert_eq!(told("slo availability >= 99%", "observability = [logs, alerts]"), ["warning b [f]"]);
    assert_eq!(told("slo p99 <= 1s", ""), NONE);
    assert_eq!(told("criticality = high", "managed = true"), NONE);
    assert_eq!(told("criticality = high", "managed = true  observability = [logs]"), ["warning b [f]"]);
    let unsaid = compile("client c\nservice a\nflow f { criticality = high; c -> a }");
    assert_eq!((unsaid.told("OB001"), unsaid.open("OB001")), (NONE, vec!["a observability".to_owned()]));
}

/// A chain of services below a client, some of which have a signal.
fn chain(signal: &str, with: &[bool]) -> String {
    let mut text = String::from("client s0\n");
    for (i, has) in with.iter().enumerate() {
        let signals =
            if *has { format!("observability = [{signal}]") } else { "observability = [alerts]".to_owned() };
        text.push_str(&format!("service s{} {{ {signals} }}\ns{i} -> s{}\n", i + 1, i + 1));
    }
    text
}

#[test]
fn a_chain_breaks_where_one_has_no_traces() {
    assert_eq!(compile(&chain("traces, logs", &[true, false, true])).brief("OB002"), ["warning s2 [s0]"]);
    assert_eq!(compile(&chain("traces, logs", &[true, true, true])).told("OB002"), NONE);
    assert_eq!(compile(&chain("traces, logs", &[true, false])).told("OB002"), NONE);
    let five = "traces";
    assert_eq!(compile(&chain(five, &[true; 5])).brief("OB002"), ["note s1, s2, s3, s4, s5 [s0]"]);
    assert_eq!(compile(&chain(five, &[true; 4])).told("OB002"), NONE);
    let soft = chain("traces", &[true, false, true]).replace("s1 -> s2", "s1 -> s2 { optional = true }");
    assert_eq!(compile(&soft).told("OB002"), NONE);
    let dark = "client c\nservice x\nservice y\nservice z\nc -> x -> y -> z";
    assert_eq!((compile(dark).told("OB002"), compile(dark).open("OB002").len()), (NONE, 1));
}

#[test]
fn a_monitor_stands_elsewhere() {
    let text = |monitor: &str| {
        format!(
            "region eu {{ zone a\n zone b\n service x {{ zones = [a] }} }}\nregion us\nservice control\n\
             monitor m {{ watches = [x]  {monitor} }}"
        )
    };
    let told = |monitor: &str| compile(&text(monitor)).brief("OB003");
    assert_eq!(told("zones = [eu.a]"), ["warning m, eu.x []"]);
    assert_eq!(told("zones = [eu.b]"), ["note m, eu.x []"]);
    assert_eq!(told("regions = [us]"), NONE);
    assert_eq!(told("replicas = 2  zones = [eu.a, eu.b]"), ["note m, eu.x []"]);
    assert_eq!(told("fails_with = [x]"), ["warning m, eu.x []"]);
    let reaches = format!("{}\nm -> eu.x", text(""));
    assert_eq!(compile(&reaches).brief("OB003"), ["warning m, eu.x []"]);
    let softly = format!("{}\nm -> eu.x {{ optional = true }}", text(""));
    assert_eq!(compile(&softly).told("OB003"), NONE);
    assert_eq!(compile("monitor m").open("OB003"), ["m watches"]);
    let group = text("zones = [eu.a]").replace("watches = [x]", "watches = [eu]");
    assert_eq!(compile(&group).brief("OB003"), ["warning m, eu.x []"]);
}

#[test]
fn a_critical_flow_has_an_objective() {
    let text = |flow: &str| format!("client c\nservice a\nflow f {{ {flow}\n c -> a }}");
    assert_eq!(compile(&text("criticality = high")).brief("OB003"), ["note f [f]"]);
    assert_eq!(compile(&text("criticality = high\n slo p99 <= 1s")).told("OB003"), NONE);
    assert_eq!(compile(&text("")).told("OB003"), NONE);
}

#[test]
fn parts_and_technologies_are_counted_for_each_owner() {
    let parts = |owners: usize, services: usize| {
        let mut text = String::from("system s\n");
        for i in 0..services {
            text.push_str(&format!("service x{i} {{ owner = o{} }}\n", i % owners));
        }
        text
    };
    assert_eq!(compile(&parts(1, 6)).brief("CX002"), ["warning s []"], "6 > 5·1");
    assert_eq!(compile(&parts(1, 5)).told("CX002"), NONE, "few");
    assert_eq!(compile(&parts(2, 10)).told("CX002"), NONE, "10 = 5·2");
    assert_eq!(compile(&parts(2, 11)).brief("CX002"), ["warning s []"]);
    let kinds = |techs: [&str; 3]| {
        let stores: String = techs.iter().enumerate().map(|(i, t)| format!("database d{i}: {t}\n")).collect();
        format!("{}{stores}", parts(2, 6))
    };
    assert_eq!(compile(&kinds(["postgres", "mysql", "mongodb"])).brief("CX002"), ["warning s []"]);
    assert_eq!(compile(&kinds(["postgres", "mysql", "postgresql"])).told("CX002"), NONE, "one by two names");
    let no_owner = "service a\nservice b\nservice c\nservice d\nservice e\nservice f\n";
    assert_eq!(compile(no_owner).told("CX002"), NONE);
    assert_eq!(compile(no_owner).open("CX002").len(), 1);
}

#[test]
fn a_service_that_only_hands_on_is_noted() {
    let owners =
        "service a { owner = x }\nservice b { owner = y }\nservice c\nservice d\nservice e\nservice f\n";
    let told = |calls: &str| compile(&format!("{owners}{calls}")).brief("CX002");
    assert_eq!(told("a -> b -> c"), ["note b []"]);
    assert_eq!(told("a -> b\nd -> b\nb -> c"), NONE);
    assert_eq!(told("database k\na -> b\nb -> [c, k]"), NONE);
    assert_eq!(told("external k\na -> b -> k"), NONE);
    assert_eq!(told("queue q\nq ~> b\nb -> c"), NONE);
}

#[test]
fn a_part_that_no_flow_needs_is_dead() {
    let told =
        |text: &str| compile(&format!("client c\nservice a\nflow f {{ c -> a }}\n{text}")).brief("CX004");
    assert_eq!(told("service old"), ["warning old []"]);
    assert_eq!(told("service old\ndatabase d\nold -> d"), ["warning old []", "warning d []"]);
    for silent in [
        "monitor m { watches = [a] }",
        "job j",
        "database d\na -> d",
        "queue q\nworker w\ndatabase d\na ~> q\nq ~> w\nw -> d",
        "queue q { dead_letter = dead }\nqueue dead\na ~> q",
        "cache k\ndatabase d\na -> d { fallback = k }",
    ] {
        assert_eq!(told(silent), NONE, "{silent}");
    }
    assert_eq!(compile("service a\nservice b").told("CX004"), NONE, "no flows");
}

#[test]
fn one_vendor_may_hold_a_flow() {
    let text = |ours: usize| {
        let mut text = String::from("client c\n");
        let mut path = String::from("c");
        for i in 0..10 {
            let of = if i < ours { "" } else { "managed = true  vendor = cloud" };
            text.push_str(&format!("service s{i} {{ {of} }}\n"));
            path.push_str(&format!(" -> s{i}"));
        }
        format!("{text}flow f {{ {path} }}")
    };
    assert_eq!(compile(&text(3)).brief("CX004").len(), 1, "7 of 10");
    assert_eq!(compile(&text(4)).told("CX004"), NONE, "6 of 10");
}

#[test]
fn what_is_read_in_bulk_or_from_afar_wants_an_edge() {
    let text = |attributes: &str| {
        format!(
            "client c\nservice a\ndatabase d\nflow f {{ c -> a {{ {attributes} }}; a -> d {{ access = read }} }}"
        )
    };
    let told = |attributes: &str| compile(&text(attributes)).brief("LT007");
    assert_eq!(told("payload = 100KB"), ["warning c -> a [f]"]);
    assert_eq!(told("payload = 99KB"), NONE);
    assert_eq!(told("rtt = 100ms"), ["note c -> a [f]"]);
    assert_eq!(told("rtt = 99ms"), NONE);
    assert_eq!(compile(&text("")).open("LT007"), ["c -> a payload", "c -> a rtt"]);
    let big = text("payload = 1MB");
    assert_eq!(compile(&big.replace("access = read", "access = read_write")).told("LT007"), NONE);
    assert_eq!(compile(&big.replace("access = read", "")).open("LT007"), ["c -> a access"]);
    let secret =
        format!("data x {{ class = health }}\n{}", big.replace("database d", "database d { stores = [x] }"));
    assert_eq!(compile(&secret).told("LT007"), NONE);
    let inside = big.replace("client c\n", "network n { client c }\n");
    assert_eq!(compile(&inside).told("LT007"), NONE);
}
