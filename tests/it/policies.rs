//! Policies with every kind of selector, and decisions held against the design.

use archc::diagnostic::Diagnostic;

use archc::config::Config;
use archc::report;
use archc::source::{Document, MemoryLoader};

use crate::compiled::compile;

/// A small shop with what every selector may select.
const SHOP: &str = "
kind app: client
client web
app phone
team front { gateway door: nginx }
team back {
  context sales {
    service shop: go
    @tags(pci)
    database cards: postgres
  }
  context stock { service store: java; database goods: postgres }
}
external bank
queue mails
worker mailer
web -> door
phone -> door
door -> shop
shop -> cards
shop -> store
store -> goods
shop -> bank
shop ~> mails
mails ~> mailer
goods => cards
";

fn found(text: &str, code: &str) -> Vec<Diagnostic> {
    compile(text).findings.into_iter().filter(|it| it.code == code).collect()
}

/// Subjects of what a `forbid` meets.
fn forbidden(rule: &str) -> Vec<String> {
    let text = format!("{SHOP}\npolicy p {{ {rule} }}\n");
    found(&text, "PO001").into_iter().map(|it| it.subjects.join(", ")).collect()
}

#[test]
fn a_forbid_selects_by_kind_path_tag_technology_team_and_all() {
    assert_eq!(
        forbidden("forbid service -> database"),
        ["back.sales.shop -> back.sales.cards", "back.stock.store -> back.stock.goods"]
    );
    assert_eq!(forbidden("forbid app -> gateway"), ["phone -> front.door"], "a kind of one's own");
    assert_eq!(forbidden("forbid client -> gateway"), ["web -> front.door", "phone -> front.door"]);
    assert_eq!(forbidden("forbid shop -> bank"), ["back.sales.shop -> bank"]);
    assert_eq!(forbidden("forbid sales -> stock"), ["back.sales.shop -> back.stock.store"], "groups by path");
    assert_eq!(
        forbidden("forbid context -> context"),
        ["back.sales.shop -> back.stock.store"],
        "not within one"
    );
    assert_eq!(forbidden("forbid * -> #pci"), ["back.sales.shop -> back.sales.cards"]);
    assert_eq!(forbidden("forbid tech:java -> tech:postgres"), ["back.stock.store -> back.stock.goods"]);
    assert_eq!(forbidden("forbid team:front -> team:back"), ["front.door -> back.sales.shop"]);
    assert_eq!(forbidden("forbid service ~> queue"), ["back.sales.shop ~> mails"]);
    assert_eq!(forbidden("forbid queue -> *"), Vec::<String>::new(), "the operator counts");
    assert_eq!(forbidden("forbid * => *"), ["back.stock.goods => back.sales.cards"]);
}

#[test]
fn an_exception_stands_at_either_end() {
    assert_eq!(forbidden("forbid service -> database except stock"), ["back.sales.shop -> back.sales.cards"]);
    assert_eq!(forbidden("forbid service -> database except #pci"), ["back.stock.store -> back.stock.goods"]);
    assert_eq!(forbidden("forbid client ->> database except gateway"), Vec::<String>::new());
}

#[test]
fn a_forbidden_path_is_its_witness() {
    let text = format!("{SHOP}\npolicy p {{ forbid client ->> #pci }}\n");
    let all = found(&text, "PO001");
    assert_eq!(all.len(), 2, "web and phone");
    let web = all.iter().find(|it| it.subjects[0] == "web").unwrap();
    assert_eq!(web.subjects, ["web", "back.sales.cards"]);
    let steps: Vec<&str> = web.witness.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        steps,
        [
            "`web` calls `front.door`",
            "`front.door` calls `back.sales.shop`",
            "`back.sales.shop` calls `back.sales.cards`"
        ]
    );
    assert!(web.message.contains("in 3 calls"), "{}", web.message);
    assert_eq!(forbidden("forbid client ->> mailer"), Vec::<String>::new(), "a message is no call");
    assert_eq!(
        forbidden("forbid service ->> goods"),
        ["back.stock.store, back.stock.goods"],
        "the last start is told"
    );
}

#[test]
fn a_step_of_a_flow_is_a_connection_and_names_its_flow() {
    let text =
        "client c\nservice a\ndatabase d\nflow f { c -> a -> d }\npolicy p { forbid service -> database }";
    let all = found(text, "PO001");
    assert_eq!((all.len(), all[0].flows.as_slice()), (1, &["f".to_owned()][..]));
}

#[test]
fn a_system_without_a_block_is_everything() {
    let text = "system s\nservice a\nexternal e\na -> e\npolicy p { forbid system -> external }";
    assert_eq!(found(text, "PO001").len(), 1);
    let block =
        "system s { service a }\nservice b\nexternal e\n[a, b] -> e\npolicy p { forbid system -> external }";
    assert_eq!(found(block, "PO001").len(), 1);
}

#[test]
fn one_connection_that_breaks_two_rules_is_one_finding() {
    let text = "client c\ndatabase d\nc -> d\npolicy p { forbid client -> database\n forbid * -> d }";
    let all = found(text, "PO001");
    assert_eq!((all.len(), all[0].related.len()), (1, 2));
    assert!(all[0].message.contains("`client -> database`") && all[0].message.contains("`* -> d`"));
}

#[test]
fn an_allow_silences_a_policy_and_a_decision_owns_it() {
    let text = "client c\ndatabase d { backup = 1d }\n@allow(PO001, reason = \"a demo\")\nc -> d { timeout = 1s }\npolicy p { forbid client -> database }";
    let found = compile(text);
    assert_eq!(found.told("PO001"), Vec::<String>::new());
    assert_eq!(found.brief("DE002").len(), 1);
    let owned = format!("{text}\ndecision demo {{ chose = \"short ways\"  allows = [PO001] }}");
    assert_eq!(compile(&owned).told("DE002"), Vec::<String>::new());
}

/// Subjects of what misses a `require`.
fn missing(rule: &str, text: &str) -> Vec<String> {
    let text = format!("{text}\npolicy p {{ {rule} }}\n");
    found(&text, "PO002").into_iter().map(|it| it.subjects.join(", ")).collect()
}

#[test]
fn a_require_asks_what_is_selected() {
    let text = "team t { service a }\nservice b { owner = ops }\nservice c\ndatabase d";
    assert_eq!(missing("require service.owner", text), ["c"]);
    assert_eq!(missing("require *.owner", text), ["c", "d"]);
    assert_eq!(missing("require team:t.health_check", text), ["t.a"]);
    assert_eq!(missing("require t.health_check", text), ["t.a"]);
    assert_eq!(missing("require d.backup", text), ["d"]);
    assert_eq!(missing("require service.shards", text), Vec::<String>::new(), "no service has shards");
    let tagged = "@tags(pci)\ndatabase d { encrypted = false }\n@tags(pci)\ndata x\ndatabase e";
    assert_eq!(missing("require #pci.encrypted", tagged), ["d"]);
    assert_eq!(missing("require #pci.class", tagged), ["x"]);
    assert_eq!(missing("require tech:postgres.backup", "database d: postgres\ndatabase e: mysql"), ["d"]);
}

#[test]
fn a_require_on_groups_calls_data_and_flows() {
    assert_eq!(missing("require region.jurisdiction", "region a { jurisdiction = eu }\nregion b"), ["b"]);
    assert_eq!(missing("require context.owner", "context a\nteam t { context b }"), ["a"]);
    assert_eq!(
        missing(
            "require service.timeout",
            "service a\nservice b\ndatabase d\na -> b { timeout = 1s }\nb -> d"
        ),
        ["b -> d"]
    );
    assert_eq!(missing("require *.class", "data a { class = public }\ndata b"), ["b"]);
    assert_eq!(missing("require database.growth", "data a\ndata b\ndatabase d { stores = [a] }"), ["a"]);
    assert_eq!(missing("require *.irreplaceable", "client c\nservice a\nflow f { c -> a }"), ["f"]);
}

#[test]
fn a_require_compares() {
    let replicas = "service a { replicas = 2..9 }\nservice b";
    assert_eq!(missing("require service.replicas", replicas), ["b"], "a default is no answer");
    assert_eq!(missing("require service.replicas >= 2", replicas), ["b"]);
    assert_eq!(missing("require service.replicas >= 3", replicas), ["a", "b"]);
    let backup =
        "database a { backup = 1h }\ndatabase b { backup = { every = 2h } }\ndatabase c { backup = none }";
    assert_eq!(missing("require database.backup <= 1h", backup), ["b", "c"]);
    assert_eq!(missing("require database.backup", backup), ["c"]);
    let level = "data a { consistency = strong }\ndata b { consistency = eventual }";
    assert_eq!(
        missing(
            "require database.consistency >= strong",
            &format!("{level}\ndatabase d {{ consistency = causal }}")
        ),
        ["d"]
    );
    let words = "service a { observability = [metrics, logs] }\nservice b { observability = [metrics] }";
    assert_eq!(missing("require service.observability >= [metrics, logs]", words), ["b"]);
    assert_eq!(missing("require service.observability = [metrics]", words), ["a"]);
}

#[test]
fn what_is_asked_and_what_is_there_are_told() {
    let told = found("service a { replicas = 2 }\npolicy spare { require service.replicas >= 3 }", "PO002");
    assert_eq!(
        told[0].message,
        "the policy `spare` requires `service.replicas >= 3`, and `replicas` of `a` is 2"
    );
}

#[test]
fn what_a_decision_gives_is_shown_by_something() {
    let decide = |text: &str, gives: &str| {
        compile(&format!("{text}\ndecision d {{ chose = \"it\"  gives = [{gives}] }}")).told("DE001").len()
    };
    let bare = "service a\nservice b\na -> b";
    for quality in [
        "availability",
        "consistency",
        "latency",
        "throughput",
        "durability",
        "cost",
        "security",
        "portability",
    ] {
        assert_eq!(decide(bare, quality), 1, "{quality}");
    }
    for (text, quality) in [
        ("service a { replicas = 2 }", "availability"),
        ("client c\nservice a\nflow f { slo p99 <= 1s; c -> a }", "latency"),
        ("database d { capacity = 1k/s }", "throughput"),
        ("database d { backup = 1h }", "durability"),
        ("data x { consistency = strong }", "consistency"),
        ("service a { cost = $1/month }", "cost"),
        ("service a { auth = jwt }", "security"),
        ("database d: dynamodb", "portability"),
        (bare, "simplicity"),
    ] {
        assert_eq!(decide(text, quality), 0, "{text} {quality}");
    }
    let proposed = "service a\ndecision d { chose = \"it\"  gives = [latency]  status = proposed }";
    assert_eq!(compile(proposed).told("DE001"), Vec::<String>::new());
}

#[test]
fn an_allowed_finding_and_a_conflict_want_a_decision() {
    let allowed = "service a\nservice b\nservice c\n@allow(RS001, reason = \"x\")\n[a, b] -> c";
    let told = |decision: &str| compile(&format!("{allowed}\n{decision}")).told("DE002");
    assert_eq!(told("").len(), 1);
    assert!(told("")[0].contains("2 findings of RS001 (call-without-timeout) are allowed"), "{:?}", told(""));
    assert_eq!(told("decision d { chose = \"it\"  allows = [RS001] }").len(), 0);
    assert_eq!(told("decision d { chose = \"it\"  allows = [call-without-timeout] }").len(), 0);
    assert_eq!(told("decision d { chose = \"it\"  costs = [availability] }").len(), 0);
    assert_eq!(told("decision d { chose = \"it\"  costs = [cost] }").len(), 1);
    assert_eq!(told("decision d { chose = \"it\"  allows = [RS001]  status = rejected }").len(), 1);
    let conflict = "data x { consistency = strong }\nclient c\nservice a\n\
                    database d { stores = [x]  replicas = 3  mode = leaderless  read_quorum = 1  write_quorum = 1  conflict = crdt }\n\
                    flow f { c -> a; a -> d { access = read } }";
    let found = compile(conflict);
    assert!(!found.told("CS002").is_empty() && !found.told("DE002").is_empty(), "{:?}", found.findings);
    let owned = format!("{conflict}\ndecision fast {{ chose = \"one copy\"  costs = [consistency] }}");
    assert_eq!(compile(&owned).told("DE002"), Vec::<String>::new());
}

#[test]
fn what_a_decision_allows_is_found_somewhere() {
    let told = |text: &str, allows: &str| {
        compile(&format!("{text}\ndecision d {{ chose = \"it\"  allows = [{allows}] }}")).told("DE001")
    };
    let design =
        "client c\nservice a { replicas = 2 }\nservice b { replicas = 2 }\nc -> a { timeout = 1s }\na -> b";
    let [idle] = told(design, "RS001, CO001").try_into().unwrap();
    assert!(idle.starts_with("note") && idle.contains("CO001 (sync-cycle), which finds nothing"), "{idle}");
    // allowed at its place, so the decision owns it
    let silenced = design.replace("a -> b", "@allow(RS001, reason = \"x\")\na -> b");
    assert_eq!(told(&silenced, "RS001"), Vec::<String>::new());
    // a rule that lacked figures has not spoken: nobody knows
    assert_eq!(told(design, "CP001"), Vec::<String>::new());
    let rejected = format!("{design}\ndecision d {{ chose = \"it\"  allows = [CO001]  status = rejected }}");
    assert_eq!(compile(&rejected).told("DE001"), Vec::<String>::new());
}

#[test]
fn a_decision_is_what_the_design_does() {
    let told = |text: &str| compile(text).told("DE003").len();
    assert_eq!(told("database d: postgres\ndecision x { chose = postgres  over = [dynamodb, mysql] }"), 0);
    assert_eq!(told("database d: postgres\ndecision x { chose = [postgres, redis] }"), 1);
    assert_eq!(told("database d: postgres\ndecision x { chose = \"one database\"  over = [sharding] }"), 0);
    assert_eq!(told("tech ours: postgres\ndatabase d: ours\ndecision x { chose = mysql  over = [ours] }"), 1);
    assert_eq!(told("database d: postgres\ndecision x { chose = mysql  status = proposed }"), 0);
}

#[test]
fn a_report_has_decisions_and_what_they_allow() {
    let text = "service a\nservice b\ndatabase d { backup = 1h }\n\
                @allow(RS001, reason = \"a mesh cuts it off\")\n[a, b] -> d\na -> b\n\
                decision mesh \"A | mesh\" {\n chose = \"a mesh\"\n over = [libraries]\n gives = [simplicity]\n costs = [latency]\n \
                allows = [RS001]\n date = 2026-01-02\n}";
    let found = archc::compilation::check(
        Document::new("x.arch", text),
        &MemoryLoader::default(),
        &Config::default(),
    );
    let made = report::report(&found);
    let json: serde_json::Value = serde_json::from_str(&report::json(&made)).unwrap();
    let decision = &json["decisions"][0];
    assert_eq!((&decision["name"], &decision["date"]), (&"mesh".into(), &"2026-01-02".into()));
    assert_eq!(decision["over"], serde_json::json!(["libraries"]));
    let allows =
        serde_json::json!([{ "code": "RS001", "name": "call-without-timeout", "silenced": 2, "told": 1 }]);
    assert_eq!(decision["allows"], allows);
    let allowed = json["allowed"].as_array().unwrap();
    assert_eq!(allowed.len(), 2);
    assert_eq!((&allowed[0]["subject"], &allowed[0]["decisions"][0]), (&"a -> d".into(), &"mesh".into()));
    let markdown = report::markdown(&made);
    assert!(
        markdown.contains("| A \\| mesh |") && markdown.contains("`RS001` (2 silenced, 1 told)"),
        "{markdown}"
    );
    assert!(report::html(&made, &report::Pictures::default()).contains("a mesh cuts it off"));
}
