//! The borders of the rules on retries, soft calls, entries and long-lived connections: what their documentation's examples do
//! not show.

use archc::config::{Config, Level};
use archc::diagnostic::Severity;

use super::messaging_rules::{of, one, open, severity};
use super::rule_examples::{compile, config};

#[test]
fn retries_in_step() {
    let case = |attrs: &str| {
        severity(
            "RS005",
            &format!("service a {{ replicas = 6 }}\nservice b\na -> b {{ timeout = 1s  {attrs} }}\n"),
        )
    };
    assert_eq!(case("retries = 0"), None);
    assert_eq!(case("retries = 4"), Some(Severity::Warning));
    assert_eq!(case("retries = 5"), Some(Severity::Error));
    assert_eq!(case("retries = 5  backoff = fixed"), Some(Severity::Warning));
    assert_eq!(case("retries = 5  backoff = exponential"), Some(Severity::Warning));
    assert_eq!(case("retries = 1  backoff = exponential  jitter = true"), None);
    assert_eq!(case("retries = 1  backoff = fixed  jitter = true"), Some(Severity::Warning));
    assert_eq!(case("retries = 5  wait = first"), None);
    assert_eq!(open("RS005", "service a\nservice b\na -> b\n"), ["a -> b retries"]);
    let found = one("RS005", "service a { replicas = 6 }\nservice b\na -> b { retries = 3 }\n");
    assert!(found.message.contains("n·r = 6·3 = 18"), "{}", found.message);
}

#[test]
fn retries_that_keep_an_overload_alive() {
    let case = |stock: &str, call: &str| {
        let text = format!(
            "client browser {{ rate = 500/s }}\nservice shop\ndatabase stock {{ {stock} }}\n\
             flow buy {{ browser -> shop -> stock {{ timeout = 1s  {call} }} }}\n"
        );
        severity("RS007", &text)
    };
    // two layers: 500/s·2·2 = 2,000/s
    assert_eq!(case("capacity = 2k/s", "retries = 1"), None);
    assert_eq!(case("capacity = 1999/s", "retries = 1"), Some(Severity::Error));
    assert_eq!(case("capacity = 500/s", "retries = 1"), Some(Severity::Error));
    assert_eq!(case("capacity = 499/s", "retries = 1"), None);
    assert_eq!(case("capacity = 600/s  rate_limit = true", "retries = 1"), None);
    assert_eq!(case("capacity = 600/s  rate_limit = false", "retries = 1"), Some(Severity::Error));
    assert_eq!(case("capacity = 600/s", "retries = 1  circuit_breaker = true"), None);
    assert_eq!(case("replicas = 2", "retries = 1"), None);
    // 500/s·1.1·1.1 = 605/s
    assert_eq!(case("capacity = 605/s", "retries = 3  retry_budget = 10%"), None);
    assert_eq!(case("capacity = 604/s", "retries = 3  retry_budget = 10%"), Some(Severity::Error));
}

#[test]
fn an_entry_that_sheds_nothing() {
    let case = |actor: &str, lb: &str, api: &str, flow: &str| {
        let text = format!(
            "client c {{ {actor} }}\nload_balancer lb {{ {lb} }}\nservice api {{ {api} }}\ndatabase d\n\
             flow f {{ {flow}\n c -> lb -> api -> d }}\n"
        );
        severity("RS008", &text)
    };
    let some = Some(Severity::Warning);
    assert_eq!(case("peak_factor = 3", "", "", ""), some);
    assert_eq!(case("peak_factor = 2.9", "", "", ""), None);
    assert_eq!(case("peak_factor = 10", "", "", "peak_factor = 2"), None);
    assert_eq!(case("", "", "", "peak_factor = 4"), some);
    assert_eq!(case("", "auth = none", "", ""), some);
    assert_eq!(case("", "auth = jwt", "auth = none", ""), None);
    assert_eq!(case("peak_factor = 5", "rate_limit = 1k/s", "", ""), None);
    assert_eq!(case("peak_factor = 5", "", "rate_limit = true", ""), None);
    assert_eq!(case("", "", "", ""), None);
    let inside = "network n { client c { peak_factor = 5 } }\nservice api\nn.c -> api\n";
    assert!(of("RS008", inside).is_empty());
    assert_eq!(open("RS008", "client c\nservice api\nc -> api\n"), ["c peak_factor", "c -> api auth"]);
}

#[test]
fn side_calls_of_a_critical_flow() {
    let case = |call: &str, callee: &str, side: &str| {
        let text = format!(
            "client c\nservice shop\nservice other {{ {callee} }}\nservice orders\n\
             flow buy {{ criticality = high\n c -> shop -> orders }}\n\
             flow look {{ {side}\n c -> shop -> other {{ {call} }} }}\n"
        );
        severity("RS009", &text)
    };
    let some = Some(Severity::Warning);
    assert_eq!(case("timeout = 1s", "", "criticality = normal"), some);
    assert_eq!(case("timeout = 1s", "", "criticality = high"), None);
    assert_eq!(case("timeout = 1s  optional = true", "", "criticality = high"), some);
    assert_eq!(case("bulkhead = 20", "", ""), None);
    assert_eq!(case("bulkhead = false", "", ""), some);
    assert_eq!(case("circuit_breaker = true", "", ""), None);
    assert_eq!(case("", "bulkhead = true", ""), None);
    let shared = "client c\nservice shop\nservice orders\nflow buy { criticality = high\n c -> shop -> orders }\n\
                  flow look { c -> shop -> orders }\n";
    assert!(of("RS009", shared).is_empty(), "what the critical flow needs is no side call");
    let unsaid = "client c\nservice shop\nservice other\nflow f { c -> shop -> other { optional = true } }\n";
    assert_eq!(open("RS009", unsaid), ["f criticality"]);
}

#[test]
fn replicas_that_nobody_checks() {
    let case = |caller: &str, callee: &str| severity("RS010", &format!("{caller} x\n{callee}\nx -> v\n"));
    let some = Some(Severity::Warning);
    for caller in ["load_balancer", "gateway", "proxy", "registry"] {
        assert_eq!(case(caller, "service v { replicas = 2 }"), some, "{caller}");
    }
    assert_eq!(case("service", "service v { replicas = 2 }"), None);
    assert_eq!(case("gateway", "service v"), None);
    assert_eq!(case("gateway", "service v { replicas = 1..2 }"), some);
    assert_eq!(case("gateway", "service v { replicas = 2  health_check = true }"), None);
    assert_eq!(case("gateway", "service v { replicas = 2  health_check = false }"), some);
    assert_eq!(case("gateway", "service v { replicas = 2  managed = true }"), None);
    assert_eq!(case("gateway", "function v { replicas = 2 }"), None);
    assert_eq!(case("gateway", "database v { replicas = 2 }"), None);
}

#[test]
fn a_call_that_may_fail_but_not_be_slow() {
    let text = |call: &str| {
        format!(
            "client c\nservice a\nservice b\nflow f {{ slo p99 <= 1s\n c -> a {{ timeout = 1s }}\n a -> b {{ {call} }} }}\n"
        )
    };
    let case = |call: &str| severity("RS011", &text(call));
    assert_eq!(case("fallback = default"), Some(Severity::Warning));
    assert_eq!(case("fallback = default  timeout = 501ms"), Some(Severity::Warning));
    assert_eq!(case("fallback = default  timeout = 500ms"), None);
    assert_eq!(case("optional = true  timeout = 500ms"), Some(Severity::Note));
    assert_eq!(
        case("optional = true  fallback = none  timeout = 500ms"),
        None,
        "nothing is shown, and that is said"
    );
    assert_eq!(case("optional = true"), Some(Severity::Warning));
    assert_eq!(case("timeout = 900ms"), None);
    let no_objective =
        "client c\nservice a\nservice b\nflow f { c -> a -> b { fallback = default  timeout = 9s } }\n";
    assert_eq!(open("RS011", no_objective), ["f slo p99"]);
    // nobody waits for what a consumer does
    let behind = "client c\nservice a\nqueue q\nworker w\nservice b\nflow f { slo p99 <= 1s\n c -> a ~> q\n q ~> w\n \
                  w -> b { fallback = default  timeout = 9s } }\n";
    assert!(of("RS011", behind).is_empty());
}

#[test]
fn one_of_two_rules_speaks_of_a_soft_call_without_timeout() {
    let text = "service a\nservice b\na -> b { optional = true }\n";
    assert_eq!(of("RS001", text).len(), 0);
    assert_eq!(of("RS011", text).len(), 1);
    let mut off = config();
    off.levels.insert("RS011".to_owned(), Level::Off);
    let told = |config: &Config| compile(text, config).diagnostics.iter().any(|it| it.code == "RS001");
    assert!(told(&off) && !told(&config()));
    // a hard use of the same connection is another matter
    let both = "client c\nservice a\nservice b\na -> b\nflow f { c -> a\n a -> b { fallback = cached } }\nflow g { c -> a -> b }\n";
    assert_eq!(of("RS001", both).iter().filter(|it| it.subjects == ["a -> b"]).count(), 1);
}

#[test]
fn a_herd_that_reconnects() {
    let case = |actor: &str, call: &str, callee: &str| {
        severity("RS012", &format!("client c {{ {actor} }}\nservice v {{ {callee} }}\nc -> v {{ {call} }}\n"))
    };
    let some = Some(Severity::Warning);
    assert_eq!(case("users = 10k", "persistent = true", ""), some);
    assert_eq!(case("users = 9999", "persistent = true", ""), None);
    assert_eq!(case("users = 10k", "", ""), None);
    assert_eq!(case("users = 10k", "persistent = true  backoff = exponential", ""), some);
    assert_eq!(case("users = 10k", "persistent = true  backoff = exponential  jitter = true", ""), None);
    assert_eq!(case("users = 10k", "persistent = true", "rate_limit = 1k/s"), None);
    assert_eq!(open("RS012", "client c\nservice v\nc -> v { persistent = true }\n"), ["c -> v users"]);
    let pools = |pool: u32| {
        format!("service a {{ replicas = 100 }}\nservice v\na -> v {{ persistent = true  pool = {pool} }}\n")
    };
    assert!(of("RS012", &pools(99)).is_empty());
    assert_eq!(of("RS012", &pools(100)).len(), 1);
    let zones = "client c { users = 30k }\nregion r { zone a\n zone b\n zone c\n load_balancer lb\n \
                 service v { replicas = 6  zones = [a, b, c]  capacity = 100/s } }\nc -> lb -> v { persistent = true }\n";
    let found = one("RS012", zones);
    assert_eq!(found.subjects, ["r.v"]);
    assert!(found.message.contains("= 10 000 of them at once against 4·100/s = 400/s"), "{}", found.message);
}

#[test]
fn the_routes_of_a_gateway_are_no_calls_one_after_another() {
    let parts = "client c\ngateway g\nservice a\nservice b\nc -> g { timeout = 1s }
         g -> a { timeout = 800ms }\ng -> b { timeout = 800ms }";
    assert!(of("RS002", parts).is_empty());
    // a flow says so: 800 ms + 800 ms > 1 s
    let flow = format!("{parts}\nflow f {{ c -> g; g -> a; g -> b }}");
    assert_eq!(of("RS002", &flow).len(), 1);
    // so do `calls`: 2·800 ms > 1 s, and what is longer alone
    let calls = parts.replace("800ms }\ng", "800ms  calls = 2 }\ng");
    assert_eq!(of("RS002", &calls).len(), 1);
    assert_eq!(of("RS002", &parts.replace("800ms }\ng", "1100ms }\ng")).len(), 1);
}
