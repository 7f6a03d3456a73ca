//! Systems, objectives, policies, views, decisions, annotations; statements in the wrong place.

use super::dump::dump;
use super::{cases, files, model};

#[test]
fn statements_about_the_system() {
    let text = "
system shop \"The shop\"
url = \"https://example.org\"
slo availability >= 99.9%
client c; region us { service api; cache hot; database db }; region eu { service api }; data d
team pay { service card }
c -> us.api
scenario s { fail = [us, db]; load = 10x; slow = { us.api = 3x }; cold = [hot]; partition = [us, eu]; users = 5M }
view v \"V\" { show = [us, #edge, tech:redis, team:pay, *, database]; around = us.api; depth = 2; direction = right; flow = f; same_rank = [hot, db] }
decision x { chose = redis; over = [memcached, \"c++\"]; gives = [latency]; costs = [cost]; because = \"…\"; allows = [AV001]; status = accepted; date = 2027-03-01 }
policy p { label = \"P\"
  forbid client -> database except us.api
  forbid context ->> #legacy
  require service.owner
  require us.api.replicas >= 2
  require *.timeout <= 3s
}
flow f { rate = 5/s
  slo p99 <= 100ms
  slo throughput >= 1k/s
  slo cost < $100/month
  slo staleness = 1min
  c -> us.api
}
";
    insta::assert_snapshot!(dump(&model(text)));
}

#[test]
fn a_system_with_a_block_is_a_group_and_its_objectives_hold_for_all_flows() {
    let model = model(
        "system shop {\n  slo availability >= 99.9%\n  cost = $5/month\n  client c\n  service a\n  c -> a\n}\n",
    );
    insta::assert_snapshot!(dump(&model));
    assert_eq!(model.system.unwrap().name, "shop");
}

#[test]
fn objectives_with_unknown_metrics_and_wrong_targets() {
    insta::assert_snapshot!(cases(&[
        "slo availabilty >= 99.9%",
        "slo p99 <= 100",
        "slo p99 <= 99%",
        "slo availability >= 120%",
        "slo throughput >= 1k",
        "slo cost <= $3",
        "slo p42 <= 1s",
        "region us { slo p99 <= 1s }",
    ]));
}

#[test]
fn selectors_and_rules_that_cannot_be() {
    insta::assert_snapshot!(cases(&[
        "policy p { forbid clent -> database }",
        "policy p { forbid client -> nowhere }",
        "policy p { forbid client -- database }",
        "policy p { require service.onwer }",
        "policy p { require service.replicas >= 2s }",
        "policy p { require service.consistency = strongg }",
        "policy p { forbid team:pya -> * }\nteam pay { service a }",
        "service a { owner = core }\npolicy p { forbid team:core -> * }",
        "policy p { service a }",
        "forbid client -> database",
    ]));
}

#[test]
fn statements_in_the_wrong_place() {
    insta::assert_snapshot!(cases(&[
        "replicas = 3",
        "system s\nreplicas = 3\nservice a",
        "system s\navailability = 99%",
        "region us { import \"x.arch\" }",
        "kind api: service\napi a { service b }",
        "client c\nservice a\nflow f { c -> a; service b }",
        "policy p { client -> database }",
    ]));
}

#[test]
fn annotations() {
    insta::assert_snapshot!(cases(&[
        "@alow(AV001)\nservice a",
        "@allow(AV001, reason = fine)\nservice a",
        "@allow(AV001, unti = 2027-03-01)\nservice a",
        "@allow(AV001, until = 3d)\nservice a",
        "@allow(\"AV001\", single-point-of-failure, reason = \"why\", until = 2027-03-01)\nservice a",
        "@tags(a, 3)\nservice a",
        "service a {\n  @tags(x)\n  replicas = 2\n}",
        "@owner(me)\nservice a",
    ]));
    let resolved = files(&[(
        "a.arch",
        "client c\n@allow(AV001, rs001, reason = \"why\", until = 2027-03-01)\nservice a {\n  @allow(X1)\n  replicas = 2\n}\nflow f {\n  @allow(X2)\n  c -> a\n}\n@allow(X3) c -> a { @allow(X4) timeout = 1s }\n",
    )]);
    let allows: Vec<String> = resolved
        .model
        .allows
        .iter()
        .map(|allow| {
            let rules: Vec<&str> = allow.rules.iter().map(|(rule, _)| rule.as_str()).collect();
            let scope = resolved.sources.slice(allow.scope).split('\n').next().unwrap_or("");
            format!("{rules:?} {:?} {:?} {scope}", allow.reason, allow.until.map(|day| day.to_string()))
        })
        .collect();
    insta::assert_snapshot!("allows", allows.join("\n"));
}

#[test]
fn every_name_refers_to_what_it_means() {
    let resolved =
        files(&[("a.arch", "region us { zone a; service api { zones = [a] } }\nclient c\nc -> us.api\n")]);
    let all: Vec<String> = resolved
        .model
        .references
        .iter()
        .map(|(span, element)| {
            format!("{}={}", resolved.sources.slice(*span), resolved.model.element_path(*element))
        })
        .collect();
    assert_eq!(all, ["us=us", "a=us.a", "api=us.api", "a=us.a", "c=c", "c=c", "us=us", "api=us.api"]);
}
