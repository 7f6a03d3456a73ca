//! Keys, types, units, words and limits of attributes.

use super::dump::{dump, show};
use super::{cases, model};
use crate::model::AttrId;

#[test]
fn unknown_and_misfit_attributes() {
    insta::assert_snapshot!(cases(&[
        "service a { replcas = 3 }",
        "service a { hit_ratio = 9% }",
        "cache a { hit_ration = 9% }",
        "service a { zzz = 3 }",
        "client a { replicas = 3 }",
        "service a { replicas = 3\n replicas = 4 }",
        "service a\nservice b\na -> b { tmeout = 1s; hit_ratio = 1% }",
        "region us { durration = 1s; rate = 3/s; show = [a] }",
        "data d { sise = 1B; replicas = 2 }",
        "policy p { label = \"P\"; replicas = 3 }",
    ]));
}

#[test]
fn values_of_the_wrong_type_show_a_right_one() {
    insta::assert_snapshot!(cases(&[
        "service a { latency = 5GB }",
        "service a { latency = 200 }",
        "service a { capacity = 2k }",
        "service a { capacity = 5ms }",
        "service a { replicas = 2.5 }",
        "service a { replicas = 3.5k }",
        "service a { replicas = \"3\" }",
        "service s { zones = a }\nzone a",
        "service a { public = yes }",
        "service a { label = hello }",
        "service a { cost = 20 }",
        "service a { cost = $20 }",
        "service a { storage = 20 }",
        "service a { mode = \"leaderless\" }",
        "service a { bandwidth = 5s }",
        "service a { tags = edge }",
        "service a { observability = [metrics, 3] }",
        "service a { description = 2027-03-01 }",
        "service a { availability = 10x }",
        "data d { size = 3/s; growth = 5GB; retention = 3 }",
        "decision d { date = 3d }",
        "scenario s { load = 10/s; slow = [a] }",
        "view v { hide = a; depth = x }",
        "database a { backup = { evry = 1h; in = s3; tested = 3; every = 1d; every = 2d } }",
        "database a { backup = 3 }",
    ]));
}

#[test]
fn words_name_the_nearest_one() {
    insta::assert_snapshot!(cases(&[
        "cache a { eviction = lru2 }",
        "cache a { eviction = something }",
        "service a { observability = [metrics, log] }",
        "database a { consistency = eventuel }",
        "service a\nservice b\na -> b { fallback = cachd }",
        "decision d { gives = [avaliability] }",
    ]));
}

#[test]
fn values_beyond_their_limits() {
    insta::assert_snapshot!(cases(&[
        "service a { availability = 120% }",
        "service a { availability = 99.9 }",
        "service a { availability = 999 }",
        "service a { replicas = 0 }",
        "service a { replicas = 0..3 }",
        "service a { replicas = 9..3 }",
        "service a { replicas = 1s..3 }",
        "service a { needs = 0 }",
        "service a { needs = 3; replicas = 2 }",
        "service a { needs = 3; replicas = 2..6 }",
        "service a { needs = 2 }",
        "defaults service { needs = 4 }\nservice a { replicas = 2 }\nservice b { replicas = 5 }\nservice c\nservice d",
        "client a { peak_factor = 0.5 }",
        "service a { mtbf = 0s }",
        "service a { url = \"javascript:alert(1)\" }",
        "service a { url = \"HTTPS://example.org\" }\nservice b { url = \"mailto:a@example.org\" }",
        "scenario s { partition = [us] }\nregion us",
        "service a { cost = $2/h }\nservice b { cost = €2/h }\nservice c { cost = $3/h }",
    ]));
}

#[test]
fn names_of_the_wrong_thing() {
    insta::assert_snapshot!(cases(&[
        "region us\nservice a { zones = [us] }",
        "zone z\nservice a { regions = [z] }",
        "database db\nservice a\na -> db { behind = db }",
        "service a\nservice b\na -> b { reads = [b] }",
        "service a { stores = [x] }",
        "database a { stores = [a] }",
        "scenario s { slow = { b = 3x, a = 2x, a = 4x } }\nservice a",
        "view v { flow = f }",
    ]));
}

#[test]
fn quantities_mean_what_their_place_wants() {
    let model = model(
        "client a { users = 5B; peak_factor = 3x }\ndata d { size = 5B; growth = 3GB/day }\nservice s { latency = 1.5ms; \
         capacity = 2k/s; availability = 0.999; cost = $0.20/h; bandwidth = 10Gbps; quota = 500 }",
    );
    let attrs = &model.components.iter().next().unwrap().attrs;
    assert_eq!(attrs.count(AttrId::USERS), Some(5_000_000_000));
    insta::assert_snapshot!(dump(&model));
}

#[test]
fn a_list_names_each_element_once_and_may_be_a_count() {
    let model = model("zone a\nzone b\nservice s { zones = [a, b, a] }\nservice t { zones = 3 }");
    let shown: Vec<String> = model
        .components
        .iter()
        .filter_map(|it| it.attrs.get(AttrId::ZONES))
        .map(|value| show(&model, value))
        .collect();
    assert_eq!(shown, ["[a,b]", "Count(3)"]);
}

#[test]
fn labels_descriptions_and_tags_come_from_either_place() {
    let model = model(
        "/// From the doc.\n@tags(edge, old)\nservice a { label = \"A\"; tags = [old, new]; description = \"no\" }\nservice b \"B\" { description = \"yes\" }",
    );
    let shown: Vec<String> = model
        .components
        .iter()
        .map(|it| format!("{} / {:?} / {:?}", it.header.title(), it.header.description, it.header.tags))
        .collect();
    assert_eq!(
        shown,
        ["A / Some(\"From the doc.\") / [\"edge\", \"old\", \"new\"]", "B / Some(\"yes\") / []"]
    );
}
