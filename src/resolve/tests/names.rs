//! Which element a name means, and what is said of one that means none.

use super::dump::dump;
use super::{cases, model, told};

#[test]
fn names_resolve_from_the_inside_out() {
    // `a` is the one of the block; `lb` and `deep` are found below where only one place declares them
    let text = "
region us { zone a; service api { zones = [a] }; load_balancer lb }
region eu { zone a; service api { zones = [a] }; group g { cache deep } }
lb -> us.api
eu.api -> deep
eu.api -> eu.deep
us.api -> eu.g.deep \"full\"
"
    .replace("eu.api -> eu.deep\n", "eu.api ~> eu.deep\n");
    insta::assert_snapshot!(dump(&model(&text)));
}

#[test]
fn what_a_scope_declares_hides_what_is_outside_and_below() {
    let text = "
service api
database db
region us {
  service api
  group inner { database db }
  api -> db
}
api -> db
";
    let model = model(text);
    let ends: Vec<String> = model
        .connections
        .iter()
        .map(|it| format!("{} {}", model.endpoint_path(it.from), model.endpoint_path(it.to)))
        .collect();
    assert_eq!(ends, ["us.api us.inner.db", "api db"]);
}

#[test]
fn the_four_namespaces_do_not_meet() {
    let model = model(
        "client c\nservice checkout\ndata checkout\nflow checkout { c -> checkout }\nview checkout\nc -> checkout\n",
    );
    assert_eq!(
        (model.components.len(), model.data.len(), model.flows.len(), model.views.len()),
        (2, 1, 1, 1)
    );
}

#[test]
fn a_component_may_have_the_name_of_a_kind() {
    assert_eq!(model("service cache\nservice slo\ncache -> slo\n").connections.len(), 1);
}

#[test]
fn unknown_and_ambiguous_names() {
    insta::assert_snapshot!(cases(&[
        "service api\ndatabase links\napi -> lnks",
        "region us { service api; database links }\nus.api -> us.link",
        "region us { service api }\nregion eu { service api }\nclient c\nc -> api",
        "region us { zone a { service api } }\nregion eu { zone a { database db } }\nclient c\nc -> a.api",
        "region us { zone a { service api } }\nregion eu { zone a { service api } }\nclient c\nc -> a.api",
        "region us { service api }\nservice web { fails_with = [us.api, nothing_like_it] }",
        "data link\nservice api\napi -> link",
        "service api { fails_with = [flow1] }\nclient c\nflow flow1 { c -> api }",
        "service api\napi -> api.x",
        "region us { group a { service one } }\nregion eu { service two; two -> one; two -> us.two }",
    ]));
}

#[test]
fn a_name_declared_twice_shows_both_places() {
    insta::assert_snapshot!(cases(&[
        "service a\ndatabase a",
        "region us { service a; service a { replicas = many } }",
        "region us { service a }\nregion us { service b }\nclient c\nc -> us.b",
        "data d\ndata d { siz = 1B }",
        "view v\npolicy v { forbid client -> database }",
        "client c\nflow f { c -> s }\nservice s\nflow f { c -> s }",
    ]));
}

#[test]
fn what_a_mistaken_declaration_declares_is_not_missed() {
    // one message for one mistake: neither `thing` nor `thing.inner` is told again where it is used
    insta::assert_snapshot!(cases(&[
        "blorb thing { service inner }\nclient c\nc -> thing\nc -> inner\nc -> thing.inner \"2\"\nc -> thing.other",
        "servise api\nclient c\nc -> api",
    ]));
}

#[test]
fn many_unknown_names_are_told_quickly() {
    let mut text = String::new();
    for i in 0..500 {
        text += &format!("service component_number_{i}\n");
    }
    for i in 0..1_280 {
        text += &format!("component_number_1 -> componont_numbr_{i} \"{i}\"\n");
    }
    assert_eq!(told(&text).matches("error[E112]").count(), 1_280);
}

#[test]
fn mistakes_beyond_all_reading_are_counted() {
    let mut text = String::from("service a\n");
    for _ in 0..100 {
        text += &format!("a -> [{}]\n", vec!["b"; 600].join(", "));
    }
    let told = super::files(&[("a.arch", &text)]).told;
    assert_eq!(told.len(), 50_001);
    assert!(told.iter().any(|it| it.message == "10000 more mistakes are not told"));
}

#[test]
fn components_beyond_what_a_design_holds_are_left_out_with_one_mistake() {
    let text: String = (0..20_010).map(|i| format!("service s{i}\n")).collect();
    let super::Resolved { model, told, .. } = super::files(&[("a.arch", &text)]);
    assert_eq!(model.components.len(), 20_000);
    assert_eq!(told.iter().map(|it| it.code).collect::<Vec<_>>(), ["E135"]);
    assert!(told[0].message.contains("20000 components"), "{}", told[0].message);
}
