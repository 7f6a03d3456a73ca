//! Coupling from text: facts, and the rules that read them.

use crate::compiled::{Compiled, compile};

/// The design of the language reference, as far as calls go.
const SHORTENER: &str = "
client browser { users = 50M  requests_per_user = 20/day  peak_factor = 3 }
region us {
  zone a
  zone b
  load_balancer lb: aws-alb
  service api: go { replicas = 2  zones = [a, b] }
  cache hot: redis { replicas = 2  zones = [a, b]  hit_ratio = 92%  ttl = 1h }
  database links: dynamodb
  stream clicks: kafka { replicas = 2  zones = [a, b] }
  worker counter { replicas = 2  zones = [a, b] }
}
browser -> us.lb -> us.api
api -> hot   \"GET\"    { timeout = 20ms  fallback = links }
api -> links \"SELECT\" { timeout = 200ms }
api ~> clicks
clicks ~> counter
";

#[test]
fn ties_are_counted_between_deployable_components() {
    let design = compile(SHORTENER);
    let ties = |path: &str| design.facts.coupling.of(design.id(path)).unwrap();
    let api = ties("us.api");
    assert_eq!(design.paths(&api.afferent), ["us.lb"]);
    assert_eq!(design.paths(&api.efferent), ["us.hot", "us.links", "us.clicks"]);
    assert_eq!(api.instability(), Some(0.75));
    assert_eq!(ties("us.lb").instability(), Some(1.0), "an actor in front is no tie");
    assert_eq!(ties("us.links").instability(), Some(0.0));
    assert_eq!(ties("browser").instability(), None);
}

#[test]
fn several_connections_between_two_are_one_tie() {
    let design = compile("service a\nservice b\na -> b \"x\"\na -> b \"y\"\na ~> b\nb => a");
    let a = design.facts.coupling.of(design.id("a")).unwrap();
    assert_eq!((a.afferent.len(), a.efferent.len()), (1, 1));
}

#[test]
fn the_longest_chain_is_hard_and_starts_behind_the_actors() {
    let design = compile(SHORTENER);
    let chain = &design.facts.coupling.longest_chain;
    assert_eq!(design.paths(&chain.components), ["us.lb", "us.api", "us.links"]);
    let design = compile("service a\nservice b\nservice c\na -> b { optional = true }\nb -> c");
    assert_eq!(design.paths(&design.facts.coupling.longest_chain.components), ["b", "c"]);
}

#[test]
fn a_cache_that_others_stand_behind_ends_no_chain() {
    let text = "client u\nservice a\ncache c\ndatabase d\nservice e
        flow f {\n u -> a\n a -> c\n a -> d { behind = c }\n d -> e\n }";
    let design = compile(text);
    assert_eq!(design.paths(&design.facts.coupling.longest_chain.components), ["a", "d", "e"]);
}

#[test]
fn the_score_grows_with_circles_and_stays_within_its_bounds() {
    let score = |text: &str| compile(text).facts.coupling.score.as_ref().map(|score| score.value(|_| None));
    assert_eq!(score("client u\ndatabase d\nu -> d"), None);
    assert_eq!(score("service a\nservice b"), Some(0.0));
    // circles 2/2, synchrony 2/2, depth 0/1; no store, no owner: 100·(30 + 20)/(30 + 20 + 20)
    let circle = score("service a\nservice b\na -> b\nb -> a").unwrap();
    assert!((circle - 100.0 * 50.0 / 70.0).abs() < 1e-9, "{circle}");
    let all = score(
        "team x { service a\n service b }\nteam y { service c\n service d }\ndatabase s
         a -> c\nc -> b\nb -> d\nd -> a\na -> s\nb -> s",
    )
    .unwrap();
    assert!(all > circle && all <= 100.0, "{all}");
    let calm = compile("service a\nservice b\nqueue q\na ~> q\nq ~> b").facts.coupling.clone();
    assert_eq!(calm.score.as_ref().map(|score| score.value(|_| None)), Some(0.0));
    assert_eq!(
        calm.score.as_ref().map(|score| score.value(|key| (key != "circles").then_some(0.0))),
        Some(0.0)
    );
}

#[test]
fn connections_across_owners_are_listed() {
    let text = "team x { service a\n database d { owner = z } }\nservice b { owner = x }\nservice c
        a -> d\na -> b\nb -> c\nb ~> d";
    let design = compile(text);
    let across: Vec<String> =
        design.facts.coupling.across_owners.iter().map(|id| design.model.connection_subject(*id)).collect();
    assert_eq!(across, ["x.a -> x.d", "b ~> x.d"]);
}

fn circles(design: &Compiled) -> Vec<Vec<&str>> {
    design.facts.coupling.circles.iter().map(|circle| design.paths(&circle.members)).collect()
}

#[test]
fn a_circle_by_the_graph_is_an_error() {
    let design = compile("service a\nservice b\nservice c\na -> b\nb -> c\nc -> a");
    assert_eq!(circles(&design), [["a", "b", "c"]]);
    assert_eq!(design.brief("CO001"), ["error a, b, c []"]);
    let witness = &design.findings.iter().find(|it| it.code == "CO001").unwrap().witness;
    assert_eq!(witness.len(), 3);
    let own = compile("service a\na -> a");
    assert_eq!(own.brief("CO001"), ["error a []"]);
}

#[test]
fn stores_brokers_externals_and_messages_break_a_circle() {
    for text in [
        "service a\nservice b\na -> b\nb ~> a",
        "service a\nqueue q\na ~> q\nq ~> a",
        "service a\ndatabase d\na -> d\nd -> a",
        "service a\nexternal x\na -> x\nx -> a",
        "service a\ncache c\na -> c\nc -> a",
        "load_balancer l\ngateway g\nl -> g\ng -> l",
    ] {
        assert_eq!(compile(text).told("CO001"), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn fronts_are_looked_through() {
    let design = compile("service a\nload_balancer l\nservice b\na -> l -> b\nb -> a");
    assert_eq!(design.brief("CO001"), ["error a, b []"]);
    let own = compile("service a\nproxy l\na -> l -> a");
    assert_eq!(own.brief("CO001"), ["error a []"]);
    let elsewhere = compile("service a\nservice b\ngateway g\nclient u\nu -> g -> [a, b]\na -> g");
    assert_eq!(elsewhere.told("CO001"), Vec::<String>::new(), "a gateway to others as well");
}

#[test]
fn a_flow_whose_path_closes_the_circle_is_an_error() {
    let text = "client u\nservice a\nservice b\nload_balancer l
        flow f {\n u -> a -> l -> b -> a\n }\nflow g { u -> a }";
    let design = compile(text);
    assert_eq!(design.brief("CO001"), ["error a, b [f]"]);
    let witness = &design.findings.iter().find(|it| it.code == "CO001").unwrap().witness;
    let steps: Vec<&str> = witness.iter().map(|step| step.message.as_str()).collect();
    assert_eq!(steps, ["`a` calls `l`", "`l` calls `b`", "`b` calls `a`"]);
}

#[test]
fn flows_that_close_it_only_together_are_a_warning() {
    let text = "client u\nservice a\nservice b\nflow f { u -> a -> b }\nflow g { u -> b -> a }";
    assert_eq!(compile(text).brief("CO001"), ["warning a, b [f, g]"]);
    let unused = "client u\nservice a\nservice b\nb -> a\nflow f { u -> a -> b }";
    assert_eq!(compile(unused).brief("CO001"), ["warning a, b [f]"]);
    let none = "client u\nservice a\nservice b\nservice c\na -> b\nb -> a\nflow f { u -> c }";
    assert_eq!(compile(none).brief("CO001"), ["warning a, b []"]);
    // the message in between ends the wait
    let message = "client u\nservice a\nservice b\nservice c
        flow f { u -> a -> b ~> c\n c -> a }\nflow g { u -> b -> c }";
    assert_eq!(compile(message).brief("CO001"), ["warning a, b, c [f, g]"]);
}

#[test]
fn a_gateway_routes_as_the_flows_show() {
    let text = "client u\ngateway g\nservice a\nservice b
        flow f {\n u -> g -> a\n a -> g -> b\n }\nflow h { u -> g -> b }";
    assert_eq!(compile(text).told("CO001"), Vec::<String>::new());
    let back = "client u\ngateway g\nservice a\nservice b
        flow f {\n u -> g -> a\n a -> g -> b\n b -> g -> a\n }";
    assert_eq!(compile(back).brief("CO001"), ["error a, b [f]"]);
}

#[test]
fn low_flows_lower_the_circle() {
    let text = "client u\nservice a\nservice b\nflow f { criticality = low\n u -> a -> b -> a }";
    assert_eq!(compile(text).brief("CO001"), ["warning a, b [f]"]);
}

#[test]
fn the_gain_is_that_of_the_shares() {
    let circle = |share: &str| {
        let text = format!("service a\nservice b\na -> b {{ share = {share} }}\nb -> a {{ calls = 2 }}");
        let design = compile(&text);
        let circle = &design.facts.coupling.circles[0];
        (circle.product, circle.radius, design.told("CO001").join(""))
    };
    let (product, radius, told) = circle("10%");
    assert!((product - 0.2).abs() < 1e-12 && (radius.unwrap() - 0.2_f64.sqrt()).abs() < 1e-9);
    assert!(told.contains("1/(1 − 0.2) = 1.25"), "{told}");
    assert!(circle("50%").2.contains("diverges"), "Πp = 1");
    // a -> b -> a and a -> c -> a at 0.6 each: neither diverges alone
    let two = compile(
        "service a\nservice b\nservice c\na -> b { share = 60% }\nb -> a\na -> c { share = 60% }\nc -> a",
    );
    let circle = &two.facts.coupling.circles[0];
    assert!((circle.radius.unwrap() - 1.2_f64.sqrt()).abs() < 1e-5);
    assert!(two.told("CO001")[0].contains("spectral radius"));
}

#[test]
fn what_a_front_might_pass_on_adds_nothing_to_the_gain() {
    let text = "client u\ngateway g\nservice a\nservice b\nservice c\na -> g
        u -> g -> [a, b]\na -> c\nc -> a { share = 10% }\nflow f {\n u -> g -> a\n a -> c\n c -> a\n }";
    let design = compile(text);
    assert_eq!(design.brief("CO001"), ["error a, c [f]"]);
    assert!(design.told("CO001")[0].contains("1/(1 − 0.1)"), "{:?}", design.told("CO001"));
    let by_graph = compile("gateway g\nservice a\nservice b\nservice c\na -> g\ng -> [a, b]\na -> c\nc -> a");
    let witness = &by_graph.findings.iter().find(|it| it.code == "CO001").unwrap().witness;
    assert!(witness.iter().all(|step| !step.message.contains("`g`")), "{witness:?}");
}

#[test]
fn three_writers_are_an_error_two_a_warning() {
    let two = "service a\nservice b\nservice r\ndatabase d\n[a, b] -> d\nr -> d { access = read }";
    assert_eq!(compile(two).brief("CO002"), ["warning d []"]);
    let three = "service a\nworker b\nfunction c\nobject_store d\n[a, b, c] -> d { access = write }";
    assert_eq!(compile(three).brief("CO002"), ["error d []"]);
    for silent in [
        "service a\nservice b\ndatabase d\na -> d\nb -> d { reads = [x] }\ndata x",
        "service a\ndatabase d\na -> d \"one\"\na -> d \"two\"",
        "client a\nclient b\ndatabase d\n[a, b] -> d",
        "service a\nservice b\nsearch_index d\n[a, b] -> d",
        "service a\nservice b\ncache d\n[a, b] -> d",
    ] {
        assert_eq!(compile(silent).told("CO002"), Vec::<String>::new(), "{silent}");
    }
}

#[test]
fn writers_are_seen_through_proxies() {
    let text = "service a\nservice b\nproxy p\nproxy q\ndatabase d\na -> p\nb -> p\np -> q -> d";
    assert_eq!(compile(text).brief("CO002"), ["warning d []"]);
    let one_reads = "service a\nservice b\nproxy p\ndatabase d\na -> p { access = read }\nb -> p\np -> d";
    assert_eq!(compile(one_reads).told("CO002"), Vec::<String>::new());
}

#[test]
fn what_a_step_says_of_a_call_settles_what_its_connection_leaves_open() {
    let text = "client u\nservice a\nservice b\ndatabase d\na -> d\nb -> d
        flow f {\n u -> a\n a -> d { access = write }\n u -> b\n b -> d { access = read }\n }";
    assert_eq!(compile(text).told("CO002"), Vec::<String>::new());
}

#[test]
fn writers_of_one_context_may_share() {
    let inside = "context c { service a\n service b\n database d }\n[a, b] -> d";
    assert_eq!(compile(inside).told("CO002"), Vec::<String>::new());
    let free = "context c { service a\n service b }\ndatabase d\n[a, b] -> d";
    assert_eq!(compile(free).told("CO002"), Vec::<String>::new());
    let elsewhere = "context c { service a\n service b }\ncontext e { database d }\n[a, b] -> d";
    assert_eq!(compile(elsewhere).brief("CO002"), ["warning e.d []"]);
    let apart = "context c { service a }\ncontext e { service b\n database d }\n[a, b] -> d";
    assert_eq!(compile(apart).brief("CO002"), ["warning e.d []"]);
}

#[test]
fn a_hub_has_the_most_ties_of_six() {
    let hub = "service h\nservice a\nservice b\nservice c\nservice d\nservice e\ndatabase x
        [a, b, c] -> h\nh -> [d, e, x]";
    let design = compile(hub);
    assert_eq!(design.brief("CO003"), ["warning h []"]);
    assert!(design.told("CO003")[0].contains("3 + 3 = 6 ≥ 6"), "{:?}", design.told("CO003"));
    let five = "service h\nservice a\nservice b\nservice c\nservice d\ndatabase x\ndatabase y\ndatabase z
        [a, b, c] -> h\nh -> [d, x, y, z]";
    assert_eq!(compile(five).told("CO003"), Vec::<String>::new());
}

#[test]
fn a_hub_of_a_large_design_has_a_third_of_it() {
    let mut text = String::from("service h\n");
    for i in 0..20 {
        text.push_str(&format!("service s{i}\n"));
    }
    for i in 0..6 {
        text.push_str(&format!("s{i} -> h\n"));
    }
    assert_eq!(compile(&text).told("CO003"), Vec::<String>::new(), "6 < 21/3");
    text.push_str("s6 -> h\n");
    assert_eq!(compile(&text).brief("CO003"), ["warning h []"], "7 ≥ 21/3");
}

#[test]
fn a_hub_of_most_flows_needs_five_callees() {
    let calls = |callees: &str, flows: usize| {
        let mut text = format!(
            "client u\nservice h\nservice a\nservice b\nservice c\nservice d\nservice e
             service k\nservice l\n[l, a] -> k\nk -> [b, c, d, e]\nh -> [{callees}]\n"
        );
        for i in 0..flows {
            text.push_str(&format!("flow f{i} {{ u -> h }}\n"));
        }
        for i in flows..3 {
            text.push_str(&format!("flow f{i} {{ u -> l }}\n"));
        }
        compile(&text).brief("CO003")
    };
    assert!(calls("a, b, c, d, e", 2).contains(&"warning h [f0, f1]".to_owned()), "2/3 > 60 %");
    assert!(!calls("a, b, c, d, e", 1).iter().any(|it| it.contains(" h ")), "1/3");
    assert!(!calls("a, b, c, d", 3).iter().any(|it| it.contains(" h ")), "Ce = 4");
}
