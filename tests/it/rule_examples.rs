//! Rules through the whole pipeline: the examples in their documentation, and what is common to all of them.

use archc::compilation::{self, Compilation};
use archc::config::{Config, Level};
use archc::diagnostic::{Diagnostic, Severity};
use archc::rules;
use archc::source::{Document, MemoryLoader};
use archc::units::Date;

/// The day on which the examples are read.
pub(super) fn config() -> Config {
    Config { today: Date::read("2026-01-01"), ..Config::default() }
}

pub(super) fn compile(text: &str, config: &Config) -> Compilation {
    compilation::check(Document::new("design.arch", text), &MemoryLoader::default(), config)
}

/// The findings of a design that has no mistakes.
fn findings(text: &str) -> Vec<Diagnostic> {
    findings_with(text, &config())
}

fn findings_with(text: &str, config: &Config) -> Vec<Diagnostic> {
    let compilation = compile(text, config);
    let (mistakes, findings): (Vec<_>, Vec<_>) =
        compilation.diagnostics.into_iter().partition(|it| it.code.starts_with('E'));
    assert!(mistakes.is_empty(), "{text}\n{mistakes:#?}");
    findings
}

/// The findings of one rule.
fn of(code: &str, text: &str) -> Vec<Diagnostic> {
    findings(text).into_iter().filter(|it| it.code == code).collect()
}

/// Each finding in a line.
fn told(findings: &[Diagnostic]) -> Vec<String> {
    let line = |it: &Diagnostic| {
        format!("{}[{}] {}: {}", it.severity.as_str(), it.code, it.subjects.join(", "), it.message)
    };
    findings.iter().map(line).collect()
}

#[test]
fn the_examples_in_the_documentation_hold() {
    let mut faults = Vec::new();
    for rule in rules::all() {
        for (i, example) in rules::doc::examples(rule).iter().enumerate() {
            let compilation = compile(&example.source, &config());
            let mistakes: Vec<_> =
                compilation.diagnostics.iter().filter(|it| it.code.starts_with('E')).cloned().collect();
            let own: Vec<_> =
                compilation.diagnostics.iter().filter(|it| it.code == rule.code).cloned().collect();
            if !mistakes.is_empty() || own.len() != usize::from(example.fails) {
                let wanted = if example.fails { "one finding" } else { "no finding" };
                faults.push(format!(
                    "{} example {}: wanted {wanted}, got {:#?}\nmistakes: {:#?}\n{}",
                    rule.code,
                    i + 1,
                    told(&own),
                    told(&mistakes),
                    example.source
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn what_a_rule_reports_is_in_its_metadata() {
    for rule in rules::all() {
        let needs: Vec<_> = rule.needs.iter().map(|need| need.words()).collect();
        for example in rules::doc::examples(rule) {
            let compilation = compile(&example.source, &config());
            for open in compilation.not_assessed().iter().filter(|open| open.code == rule.code) {
                assert!(
                    needs.contains(&open.attribute),
                    "{} does not say that it needs {}",
                    rule.code,
                    open.attribute
                );
            }
            for finding in compilation.diagnostics.iter().filter(|it| it.code == rule.code) {
                assert!(rule.severities.contains(&finding.severity), "{finding:#?}");
                let first = finding.message.chars().next().unwrap();
                assert!(!first.is_uppercase() && !finding.message.ends_with('.'), "{}", finding.message);
            }
        }
    }
}

#[test]
fn a_client_a_service_and_a_database_do_not_drown() {
    for sketch in [
        "client browser\nservice api\ndatabase db\nbrowser -> api -> db\n",
        "client app\nservice shop\ndatabase db: postgres\napp -> shop\nshop -> db \"SELECT\"\n",
        "person user\nservice web\ndatabase store\nuser -> web -> store\nflow look { user -> web -> store }\n",
        "external partner\nservice api\ndatabase db\npartner -> api\napi -> db { access = read_write }\n",
    ] {
        let found = findings(sketch);
        assert!(found.len() <= 5, "{sketch}{:#?}", told(&found));
        let quiet = ["AV", "CP", "LT", "RS", "DR"];
        let errors: Vec<_> = found
            .iter()
            .filter(|it| {
                it.severity == Severity::Error && quiet.iter().any(|letters| it.code.starts_with(letters))
            })
            .cloned()
            .collect();
        assert!(errors.is_empty(), "{sketch}{:#?}", told(&errors));
    }
}

const BARE_CALL: &str = "service a\nservice b\na -> b\n";

#[test]
fn an_allow_silences_and_is_counted() {
    let text = "service a\nservice b\n@allow(RS001, reason = \"batch\")\na -> b\n";
    let compilation = compile(text, &config());
    assert_eq!(compilation.suppressed, 1);
    assert!(!compilation.diagnostics.iter().any(|it| ["RS001", "HY001", "HY002"].contains(&it.code)));
    assert_eq!(of("RS001", BARE_CALL).len(), 1);
}

#[test]
fn an_allow_works_by_name_on_blocks_and_for_each_of_its_rules() {
    let text = "@allow(call-without-timeout, DR001, RS006, reason = \"a sketch\")\ngroup g {\n  service a\n  service b\n  \
                database d\n  a -> b\n  a -> d\n}\n";
    let compilation = compile(text, &config());
    assert_eq!(compilation.suppressed, 3, "{:#?}", told(&compilation.diagnostics));
    let unused: Vec<_> = compilation.diagnostics.iter().filter(|it| it.code == "HY002").cloned().collect();
    assert_eq!(unused.len(), 1, "{:#?}", told(&unused));
    assert!(unused[0].message.contains("RS006"));
    let fix = unused[0].fix.as_ref().unwrap();
    let mended =
        format!("{}{}", &text[..fix.edits[0].span.start as usize], &text[fix.edits[0].span.end as usize..]);
    assert!(mended.starts_with("@allow(call-without-timeout, DR001, reason = \"a sketch\")"), "{mended}");
}

#[test]
fn an_allow_of_no_rule_is_unused_and_shows_the_nearest() {
    let found = of("HY002", "@allow(RS0001, reason = \"x\")\nservice a\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].help.as_deref(), Some("did you mean `RS001`?"));
}

#[test]
fn past_its_day_an_allow_silences_nothing() {
    let text = "service a\nservice b\n@allow(RS001, reason = \"for now\", until = 2025-12-31)\na -> b\n";
    let codes: Vec<_> =
        findings(text).iter().map(|it| it.code).filter(|code| !code.starts_with("CO")).collect();
    assert_eq!(codes.iter().filter(|code| **code == "RS001").count(), 1, "{codes:?}");
    assert!(codes.contains(&"HY003") && !codes.contains(&"HY002"), "{codes:?}");
    let on_the_day = text.replace("2025-12-31", "2026-01-01");
    assert!(!findings(&on_the_day).iter().any(|it| it.code == "HY003" || it.code == "RS001"));
    let without_a_day = Config { today: None, ..Config::default() };
    assert!(!findings_with(text, &without_a_day).iter().any(|it| it.code == "HY003"));
}

#[test]
fn house_rules_can_be_allowed_around_and_switched_off() {
    let inner = "@allow(RS001)\na -> b\n";
    let text =
        format!("@allow(HY001, reason = \"imported\")\ngroup g {{\n  service a\n  service b\n  {inner}}}\n");
    assert_eq!(compile(&text, &config()).suppressed, 2);
    let mut off = config();
    off.levels.insert("RS001".into(), Level::Off);
    let found = findings_with("service a\nservice b\n@allow(RS001, reason = \"x\")\na -> b\n", &off);
    assert!(!found.iter().any(|it| ["RS001", "HY002"].contains(&it.code)), "{:#?}", told(&found));
}

#[test]
fn levels_and_thresholds_are_those_of_the_configuration() {
    let mut config = config();
    config.levels.insert("RS001".into(), Level::Error);
    let found = findings_with(BARE_CALL, &config);
    assert!(found.iter().any(|it| it.code == "RS001" && it.severity == Severity::Error));
    let retries =
        "client c\nservice a\nservice b\nflow f { c -> a { retries = 2 }; a -> b { retries = 2 } }\n";
    let severity = |text: &str, config: &Config| {
        findings_with(text, config).iter().find(|it| it.code == "RS004").map(|it| it.severity)
    };
    assert_eq!(severity(retries, &config), Some(Severity::Warning));
    config.thresholds.entry("RS004".into()).or_default().insert("error".into(), 9.0);
    assert_eq!(severity(retries, &config), Some(Severity::Error));
    config.thresholds.entry("RS004".into()).or_default().insert("warning".into(), 9.1);
    config.thresholds.entry("RS004".into()).or_default().insert("error".into(), 9.1);
    assert_eq!(severity(retries, &config), None);
}

#[test]
fn a_flow_of_low_criticality_lowers_its_findings() {
    let text = |flows: &str| format!("client c\nservice a\nservice b\na -> b\n{flows}");
    let severity = |flows: &str| {
        let found = of("RS001", &text(flows));
        found.iter().find(|it| it.subjects == ["a -> b"]).map(|it| (it.severity, it.flows.clone())).unwrap()
    };
    let low = "flow f { criticality = low; c -> a -> b }\n";
    let normal = "flow g { c -> a -> b }\n";
    let high = "flow h { criticality = high; c -> a -> b }\n";
    assert_eq!(severity(normal), (Severity::Warning, vec!["g".to_owned()]));
    assert_eq!(severity(low), (Severity::Note, vec!["f".to_owned()]));
    assert_eq!(
        severity(&format!("{low}{normal}")),
        (Severity::Warning, vec!["f".to_owned(), "g".to_owned()])
    );
    assert_eq!(severity(&format!("{low}{normal}{high}")).0, Severity::Error);
}

#[test]
fn findings_stand_in_the_order_of_the_text() {
    let found = findings("service a\nservice b\ndatabase d\na -> b\nb -> d\n@allow(XX999)\nservice e\n");
    let places: Vec<_> = found.iter().map(Diagnostic::sort_key).collect();
    assert!(places.is_sorted(), "{:#?}", told(&found));
}

#[test]
fn paths_outside_the_flows_are_walked_too() {
    let chain = "queue q\nworker w\nservice a\nservice b\nq ~> w\nw -> a { timeout = 1s  retries = 4 }\n\
                 a -> b { timeout = 1s  retries = 4 }\n";
    let outside = format!("client c\n{chain}flow f {{ c ~> q }}\n");
    for text in [chain, &outside] {
        let amplified = of("RS004", text);
        assert_eq!(amplified.len(), 1, "{text}");
        assert_eq!((amplified[0].subjects[0].as_str(), amplified[0].severity), ("b", Severity::Warning));
        assert_eq!(of("RS002", text).len(), 1, "{text}");
    }
}

#[test]
fn circles_of_calls_are_walked_once() {
    let text = "client c\nservice a\nservice b\nc -> a { retries = 2 }\na -> b { retries = 2 }\nb -> a { retries = 8 }\n";
    let found = of("RS004", text);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("3·3 = 9 tries"), "{}", found[0].message);
}

#[test]
fn a_long_chain_is_walked_without_recursion() {
    let mut text = String::from("client c0\n");
    for i in 1..1000 {
        text += &format!("service c{i}\nc{} -> c{i} {{ timeout = 1s  retries = 0 }}\n", i - 1);
    }
    let found = findings(&text);
    assert!(!found.iter().any(|it| ["RS002", "RS004"].contains(&it.code)));
}

#[test]
fn a_message_ends_a_path_of_retries() {
    let text = "client c\nservice a\nqueue q\nworker w\ndatabase d { backup = 1d }\n\
                c -> a { retries = 2 }\na ~> q { retries = 1  idempotent = true }\nq ~> w\nw -> d { retries = 2 }\n";
    assert_eq!(of("RS004", text).len(), 0);
    let worse = text.replace("retries = 1", "retries = 2");
    assert_eq!(of("RS004", &worse).len(), 1);
}

#[test]
fn an_allow_around_a_step_or_its_flow_silences_what_the_step_shows() {
    let text = |before_step: &str, before_flow: &str| {
        format!(
            "client c\nservice a\nservice b\na -> b\nc -> a {{ timeout = 1s }}\n{before_flow}flow f {{\n  c -> a\n\
             {before_step}  a -> b\n}}\n"
        )
    };
    let allow = "@allow(RS001, reason = \"x\")\n";
    assert_eq!(of("RS001", &text("", "")).len(), 1);
    assert_eq!(of("RS001", &text(allow, "")).len(), 0);
    assert_eq!(of("RS001", &text("", allow)).len(), 0);
    let twice = format!("{}flow g {{ c -> a -> b }}\n", text(allow, ""));
    assert_eq!(of("RS001", &twice).len(), 1);
}

#[test]
fn nobody_waits_for_what_is_called_at_the_start() {
    let text = |phase: &str| {
        format!(
            "client browser\nservice shop\nservice payments\nsecret_store keys\n\
             flow idle {{\n  browser -> shop {{ timeout = 2s }}\n}}\n\
             shop -> payments {{ timeout = 1s }}\n\
             payments -> keys {{ timeout = 2s  phase = {phase} }}\n"
        )
    };
    assert_eq!(told(&of("RS002", &text("start"))), Vec::<String>::new());
    assert_eq!(of("RS002", &text("request")).len(), 1);
}

#[test]
fn annotations_one_within_the_other_are_both_used_and_a_neighbour_is_not() {
    let text = "@allow(RS001, reason = \"outer\")\ngroup g {\n  service a\n  @allow(DR001, reason = \"beside\")\n  \
                database d { backup = 1d }\n  @allow(RS001, reason = \"inner\")\n  a -> d\n}\n\
                @allow(RS001, reason = \"after\")\nservice z\n";
    let compilation = compile(text, &config());
    assert_eq!(compilation.suppressed, 1);
    let unused: Vec<_> = compilation.diagnostics.iter().filter(|it| it.code == "HY002").collect();
    let names: Vec<&str> =
        unused.iter().map(|it| &text[it.span.start as usize..it.span.end as usize]).collect();
    assert_eq!(names, ["DR001", "RS001"]);
    assert!(unused[1].span.start as usize > text.find("after").unwrap() - 30);
}

#[test]
fn retries_multiply_as_the_oracles_say() {
    for (layers, retries, tries) in [(3, 3, "= 64 tries"), (5, 2, "= 243 tries")] {
        let mut text = String::from("client c0\n");
        for i in 1..=layers {
            text += &format!("service c{i}\nc{} -> c{i} {{ retries = {retries} }}\n", i - 1);
        }
        let found = of("RS004", &text);
        assert_eq!((found.len(), found[0].severity), (1, Severity::Error));
        assert!(found[0].message.contains(tries), "{}", found[0].message);
        assert_eq!(found[0].witness.len(), layers);
    }
}
