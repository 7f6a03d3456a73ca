//! The borders of the rules on messaging: what their documentation's examples do not show.

use archc::diagnostic::{Diagnostic, Severity};

use super::rule_examples::{compile, config};

/// The findings of one rule in a design without mistakes.
pub(super) fn of(code: &str, text: &str) -> Vec<Diagnostic> {
    let compilation = compile(text, &config());
    let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.code.starts_with('E')).collect();
    assert!(mistakes.is_empty(), "{text}\n{mistakes:#?}");
    compilation.diagnostics.into_iter().filter(|it| it.code == code).collect()
}

/// The only finding of a rule.
#[track_caller]
pub(super) fn one(code: &str, text: &str) -> Diagnostic {
    let mut found = of(code, text);
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    found.remove(0)
}

/// What a rule says it would have to know, as `subject attribute`.
pub(super) fn open(code: &str, text: &str) -> Vec<String> {
    let open = compile(text, &config()).not_assessed().into_iter().filter(|it| it.code == code);
    open.map(|it| format!("{} {}", it.subject, it.attribute)).collect()
}

/// The severity of the only finding, if there is one.
#[track_caller]
pub(super) fn severity(code: &str, text: &str) -> Option<Severity> {
    let found = of(code, text);
    assert!(found.len() < 2, "{text}\n{found:#?}");
    found.first().map(|it| it.severity)
}

fn consumer(feed: &str, write: &str, rest: &str) -> String {
    format!(
        "client c\nservice shop\nqueue q {{ delivery = at_least_once }}\nworker w\ndatabase d {{ stores = [x] }}\n{rest}\n\
         flow f {{ criticality = normal\n c -> shop ~> q\n q ~> w {{ {feed} }}\n w -> d {{ {write} }} }}\n"
    )
}

#[test]
fn doing_a_payment_twice_is_an_error() {
    let plain = "data x { class = internal }";
    let payment = "data x { class = payment }";
    let case = |feed, write, data| severity("MQ001", &consumer(feed, write, data));
    assert_eq!(case("idempotent = false", "access = write", plain), Some(Severity::Warning));
    assert_eq!(case("idempotent = false", "access = write", payment), Some(Severity::Error));
    assert_eq!(case("", "access = write", payment), Some(Severity::Note));
    assert_eq!(case("idempotent = true", "access = write", payment), None);
    assert_eq!(case("idempotent = false", "access = write  idempotent = true", payment), None);
    assert_eq!(case("idempotent = false", "access = read", payment), None);
    let critical = consumer("idempotent = false", "access = write", plain).replace("normal", "high");
    assert_eq!(severity("MQ001", &critical), Some(Severity::Error));
}

#[test]
fn a_consumer_of_unknown_broker_or_access_is_not_assessed() {
    let data = "data x { size = 1KB }";
    let unknown =
        consumer("idempotent = false", "access = write", data).replace("delivery = at_least_once", "");
    assert_eq!(open("MQ001", &unknown), ["q delivery"]);
    assert!(of("MQ001", &unknown).is_empty());
    assert_eq!(open("MQ001", &consumer("", "timeout = 1s", data)), ["w -> d access"]);
    let once =
        consumer("idempotent = false", "access = write", data).replace("at_least_once", "exactly_once");
    assert!(of("MQ001", &once).is_empty() && open("MQ001", &once).is_empty());
}

#[test]
fn delivery_by_the_catalogue_is_a_warning_at_most() {
    let text = "data x { class = payment }\nstream k: kafka\nworker w\ndatabase d { stores = [x] }\nk ~> w { idempotent = false }\n\
                w -> d { access = write }\n";
    let found = one("MQ001", text);
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.contains("assumed: `delivery` of `k` from the catalogue"), "{}", found.message);
}

#[test]
fn a_dead_letter_is_asked_of_who_has_a_consumer() {
    let text =
        |broker: &str, rest: &str| format!("service a\nqueue q {{ {broker} }}\nworker w\na ~> q\n{rest}\n");
    assert!(of("MQ002", &text("", "")).is_empty());
    let found = one("MQ002", &text("visibility_timeout = 30s", "q ~> w"));
    assert!(found.message.contains("comes back every 30 s for ever"), "{}", found.message);
    assert!(found.fix.is_some());
    assert_eq!(severity("MQ002", &text("dead_letter = false", "q ~> w")), Some(Severity::Warning));
    assert!(of("MQ002", &text("dead_letter = true", "q ~> w")).is_empty());
    assert!(of("MQ002", &text("delivery = at_most_once", "q ~> w")).is_empty());
    assert!(of("MQ002", &text("stores = [m]", "data m { loss_ok = true }\nq ~> w")).is_empty());
    let some_matters = "data m { loss_ok = true }\ndata o { size = 1KB }\nq ~> w { reads = [o] }";
    assert_eq!(of("MQ002", &text("stores = [m]", some_matters)).len(), 1);
    // what only another broker takes is passed on whole
    assert!(of("MQ002", &text("", "queue r\nq ~> r")).is_empty());
}

fn ordered(flow: &str, broker: &str, consumer: &str, feed: &str) -> String {
    format!(
        "client c\nservice shop\nstream s {{ {broker} }}\nworker w {{ {consumer} }}\nflow f {{ {flow}\n c -> shop ~> s\n \
         s ~> w {{ {feed} }} }}\n"
    )
}

#[test]
fn an_order_is_lost_where_the_weakest_does_not_keep_it() {
    let case = |flow, broker, consumer, feed| severity("MQ003", &ordered(flow, broker, consumer, feed));
    let error = Some(Severity::Error);
    assert_eq!(case("ordering = key", "ordering = none", "", ""), error);
    assert_eq!(case("ordering = total", "ordering = key", "", ""), error);
    assert_eq!(case("ordering = key", "ordering = key  partitions = 9", "replicas = 9", ""), None);
    assert_eq!(case("ordering = total", "ordering = total  partitions = 1", "replicas = 1", ""), None);
    assert_eq!(case("ordering = total", "ordering = total  partitions = 2", "", ""), error);
    assert_eq!(case("ordering = total", "ordering = total", "replicas = 2", ""), error);
    assert_eq!(case("ordering = total", "ordering = total", "replicas = 2  mode = active_passive", ""), None);
    assert_eq!(case("ordering = none", "ordering = none", "", ""), None);
    // a message that is set aside is overtaken
    let broker = "ordering = key  dead_letter = true";
    assert_eq!(case("ordering = key", broker, "", "retries = 1"), Some(Severity::Warning));
    assert_eq!(case("ordering = key", broker, "", "retries = 0"), None);
    assert_eq!(case("ordering = key", "ordering = key", "", "retries = 1"), None);
}

#[test]
fn an_order_that_nobody_gives_is_not_assessed() {
    assert_eq!(open("MQ003", &ordered("criticality = low", "ordering = none", "", "")), ["f ordering"]);
    assert_eq!(open("MQ003", &ordered("ordering = key", "partitions = 3", "", "")), ["s ordering"]);
    // partitions alone settle a total order
    assert_eq!(
        severity("MQ003", &ordered("ordering = total", "partitions = 3", "", "")),
        Some(Severity::Error)
    );
}

fn queued(rate: &str, queue: &str, worker: &str) -> String {
    format!(
        "client c {{ rate = {rate}  peak_factor = 1 }}\nservice a\nqueue q {{ {queue} }}\nworker w {{ {worker} }}\n\
         c -> a ~> q ~> w\n"
    )
}

#[test]
fn the_backlog_of_the_oracle() {
    let found = one("MQ004", &queued("800/s", "", "capacity = 1k/s  mttr = 1h  rto = 3h"));
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.contains("λ̄·t = 800/s·1 h = 2.88M messages"), "{}", found.message);
    assert!(found.message.contains("λ̄·t/(m·μ − λ̄) = 4 h to drain > 3 h"), "{}", found.message);
    // four hours are no more than four
    assert!(of("MQ004", &queued("800/s", "", "capacity = 1k/s  mttr = 1h  rto = 4h")).is_empty());
}

#[test]
fn a_consumer_as_fast_as_its_messages_never_catches_up() {
    let found = one("MQ004", &queued("1k/s", "", "capacity = 500/s  replicas = 2"));
    assert_eq!(found.severity, Severity::Error);
    assert!(found.message.contains("m·μ = 2·500/s = 1k/s ≤ λ̄ = 1k/s"), "{}", found.message);
    assert!(of("MQ004", &queued("999/s", "retention = 14d", "capacity = 500/s  replicas = 2")).is_empty());
    // the average counts, and an average of an assumed peak factor is no sure thing
    let peak = queued("1k/s", "retention = 14d", "capacity = 500/s").replace("peak_factor = 1", "");
    assert!(of("MQ004", &peak).is_empty());
    let peak = queued("3k/s", "", "capacity = 900/s").replace("peak_factor = 1", "");
    let found = one("MQ004", &peak);
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.contains("assumed: `peak_factor` of `c` by default"), "{}", found.message);
}

#[test]
fn partitions_hold_consumers_back_and_messages_expire() {
    let stream =
        queued("900/s", "partitions = 2", "capacity = 400/s  replicas = 9").replace("queue", "stream");
    let found = one("MQ004", &stream);
    assert!(found.message.contains("m·μ = 2·400/s = 800/s ≤ λ̄ = 900/s"), "{}", found.message);
    let found = one("MQ004", &queued("1/s", "retention = 30min", "capacity = 400/s  mttr = 1h"));
    assert!(found.message.contains("t = 1 h > 30 min, its `retention`"), "{}", found.message);
    // an outage that nobody gives is named
    let found = one("MQ004", &queued("1/s", "retention = 30min", "capacity = 400/s"));
    assert!(found.message.contains("assumed: `mttr` of `w`"), "{}", found.message);
    assert_eq!(open("MQ004", &queued("1/s", "", "capacity = 400/s")), ["q retention", "w rto"]);
    assert_eq!(open("MQ004", &queued("1/s", "", "latency = 1ms")), ["w capacity"]);
}

#[test]
fn replicas_beyond_the_partitions_are_idle() {
    let text = |partitions: &str, replicas: &str, rest: &str| {
        format!("stream s {{ {partitions} }}\nworker w {{ {replicas}  capacity = 10/s }}\ns ~> w\n{rest}\n")
    };
    let found = one("MQ005", &text("partitions = 4", "replicas = 2..6", ""));
    assert!(
        found.message.contains("n = 6 replicas > 4 `partitions` of `s`: 2 of them stand idle"),
        "{}",
        found.message
    );
    assert!(found.message.contains("it takes 40/s of the 60/s"), "{}", found.message);
    assert!(of("MQ005", &text("partitions = 6", "replicas = 6", "")).is_empty());
    // a second stream gives the rest something to do, and so do callers
    assert!(
        of("MQ005", &text("partitions = 4", "replicas = 6", "stream t { partitions = 2 }\nt ~> w"))
            .is_empty()
    );
    assert!(of("MQ005", &text("partitions = 4", "replicas = 6", "service a\na -> w")).is_empty());
    assert_eq!(open("MQ005", &text("", "replicas = 6", "")), ["s partitions"]);
    assert_eq!(open("MQ005", &text("partitions = 4", "", "")), ["w replicas"]);
}
