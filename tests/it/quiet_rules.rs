//! What rules leave to others, cannot know, or tell once for all: the borders between silence, one finding and several.

use archc::diagnostic::Severity;

use super::messaging_rules::{of, one, open, severity};

const ERROR: Option<Severity> = Some(Severity::Error);
const WARNING: Option<Severity> = Some(Severity::Warning);

#[test]
fn headroom_is_asked_of_what_is_not_full_anyway() {
    let case = |rate: &str| {
        severity(
            "AV010",
            &format!(
                "client c {{ rate = {rate} }}\nregion r {{ zone a; zone b }}\nservice s {{ replicas = 4  zones = [r.a, r.b]  capacity = 500/s }}\nc -> s\n"
            ),
        )
    };
    assert_eq!((case("900/s"), case("950/s"), case("1500/s")), (None, Some(Severity::Note), WARNING));
    assert_eq!(case("2k/s"), None, "CP001 tells that");
    // a queue keeps the peak: 1500/s of it are 500/s on average
    let fed = |average: u32| {
        let text = format!(
            "client c {{ rate = {}/s  peak_factor = 3 }}\nregion r {{ zone a; zone b }}\nqueue q\nworker w {{ replicas = 4  zones = [r.a, r.b]  capacity = 500/s }}\nflow f {{\n c ~> q\n q ~> w\n}}\n",
            3 * average
        );
        severity("AV010", &text)
    };
    assert_eq!((fed(500), fed(1200), fed(2100)), (None, WARNING, None));
}

#[test]
fn one_service_in_two_regions_is_one_writer() {
    let text = "region eu { service api: go }\nregion us { service api: go }\ndatabase d\neu.api -> d\nus.api -> d\n";
    assert!(of("CO002", text).is_empty());
    assert_eq!(of("CO002", &text.replace("us { service api: go }", "us { service api: java }")).len(), 1);
    let zones = "region eu { group x { service api }\n group y { service api } }\ndatabase d\neu.x.api -> d\neu.y.api -> d\n";
    assert_eq!(of("CO002", zones).len(), 1, "two of one region are two");
}

#[test]
fn nobody_counts_the_replicas_of_what_the_provider_scales() {
    let text = "client c { rate = 100/s }\nfunction f { concurrency = 10 }\nservice s { latency = 5ms }\nc -> f\nf -> s { timeout = 1s }\n";
    assert!(of("CP007", text).is_empty() && open("CP007", text).contains(&"f replicas".to_owned()));
    assert_eq!(
        severity("CP007", &text.replace("concurrency = 10", "concurrency = 10  replicas = 2")),
        WARNING
    );
}

#[test]
fn an_rpo_of_nothing_asks_no_backup_to_be_endless() {
    let case =
        |rest: &str| severity("DR003", &format!("service s\ndatabase d {{ rpo = 0s  {rest} }}\ns -> d\n"));
    assert_eq!(case("replicas = 3  replication = sync  backup = 5min"), None);
    assert_eq!(case("replicas = 3  replication = async  lag = 1s  backup = 5min"), ERROR);
    assert_eq!(case("replicas = 1  backup = 5min"), ERROR);
}

#[test]
fn keys_of_callers_from_outside_are_theirs() {
    assert!(of("SE003", "client app\nservice s\napp -> s { auth = api_key }\n").is_empty());
    assert_eq!(of("SE003", "external bank\nservice s\ns -> bank { auth = api_key }\n").len(), 1);
}

#[test]
fn a_store_that_misses_reach_has_to_fail_over_too() {
    let text = "client c\nservice s\ncache h { replicas = 3  hit_ratio = 90% }\n\
        database d { replicas = 2  mode = primary_replica  failover = manual }\n\
        flow f {\n criticality = high\n c -> s\n s -> h\n s -> d { behind = h }\n}\n";
    assert_eq!(severity("AV008", text), WARNING);
}

#[test]
fn writes_fill_the_primary_before_its_replicas_are_full() {
    // 120/s, each tried three times: 360/s are within 3·300/s, but not within the 300/s of the primary
    let case = |mode: &str| {
        severity(
            "RS007",
            &format!(
                "client c {{ rate = 120/s }}\nservice s {{ capacity = 10k/s }}\ndatabase d {{ replicas = 3  {mode}  capacity = 300/s }}\nflow f {{\n c -> s\n s -> d {{ access = write  retries = 2  timeout = 1s }}\n}}\n"
            ),
        )
    };
    assert_eq!(case(""), None);
    assert_eq!(case("mode = primary_replica"), ERROR);
}

#[test]
fn a_given_tail_that_is_cut_does_not_harden_an_assumed_one() {
    let text = |log: &str| {
        format!(
            "client c\nservice shop {{ latency = 20ms  p99 = 40ms }}\nservice rec {{ latency = 100ms  p99 = 200ms }}\nservice log {{ latency = 90ms  {log} }}\nflow buy {{\n slo p99 <= 150ms\n c -> shop\n shop -> rec {{ optional = true  timeout = 100ms }}\n shop -> log {{ optional = true  timeout = 180ms }}\n}}\n"
        )
    };
    assert_eq!(severity("LT001", &text("")), WARNING);
    assert_eq!(severity("LT001", &text("p99 = 400ms")), ERROR);
}

#[test]
fn calls_of_one_caller_are_told_together_and_allowed_alone() {
    let text = "service a\nservice b\nservice c\nservice d\na -> b\na -> c\nb -> d\n";
    let told = of("RS001", text);
    assert_eq!(
        told.iter().map(|it| it.subjects.clone()).collect::<Vec<_>>(),
        [vec!["a -> b", "a -> c"], vec!["b -> d"]]
    );
    assert!(told[0].message.ends_with("; the same holds of `a -> c`") && told[0].related.len() == 1);
    assert_eq!(told[0].fix.as_ref().map(|fix| fix.edits.len()), Some(2));
    let allowed = text.replace("a -> b\n", "@allow(RS001, reason = \"x\")\na -> b\n");
    assert_eq!(of("RS001", &allowed)[0].subjects, ["a -> c"]);
    let many =
        one("CO005", "service a\nservice b { replicas = 2 }\nservice c { replicas = 2 }\na -> [b, c]\n");
    assert_eq!(many.subjects, ["b", "a -> b", "c", "a -> c"]);
}
