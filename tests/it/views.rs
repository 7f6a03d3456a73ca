//! Views: what is shown, hidden, folded and near.

use archc::diagram::drawing::{Direction, Drawing, End};
use archc::diagram::view::{self, Options};

use crate::compiled::compile;

const SHOP: &str = r#"
system shop "Shop"
client web "Web"
region us {
  zone a
  zone b
  @tags(edge)
  load_balancer lb: nginx
  service api "API" { replicas = 2..20  zones = [a, b] }
  group data_tier "Data" {
    database db: postgres { replicas = 3 }
    cache hot { zones = 2 }
    worker sweeper
  }
}
region eu
us -- eu "70 ms"
web -> us.lb -> us.api
us.api -> us.data_tier.db "SELECT"
us.api -> us.data_tier.hot "GET"
us.sweeper -> us.db
us.api ~> us.sweeper
view narrow { hide = [client, cache]  direction = right }
view only "Traffic" { show = [client, #edge] }
view folded { collapse = [us.data_tier] }
view flat { depth = 1 }
view near { around = us.db  depth = 1 }
"#;

fn drawing(name: Option<&str>) -> Drawing {
    let model = compile(SHOP).model;
    let view = name.map(|name| view::find(&model, name).unwrap());
    view::drawing(&model, &Options { view, ..Options::default() })
}

fn nodes(drawing: &Drawing) -> Vec<&str> {
    drawing.nodes.iter().map(|n| n.id.as_str()).collect()
}

fn groups(drawing: &Drawing) -> Vec<&str> {
    drawing.groups.iter().map(|g| g.id.as_str()).collect()
}

/// Each edge as `from op to label`.
fn edges(drawing: &Drawing) -> Vec<String> {
    let end = |end| match end {
        End::Node(i) => drawing.nodes[i].id.as_str(),
        End::Group(i) => drawing.groups[i].id.as_str(),
    };
    drawing
        .edges
        .iter()
        .map(|e| format!("{} {} {} {}", end(e.from), e.op.as_str(), end(e.to), e.label))
        .collect()
}

#[test]
fn the_whole_system_is_shown_but_for_empty_groups() {
    let d = drawing(None);
    assert_eq!(d.title, "Shop");
    let all = ["web", "us.lb", "us.api", "us.data_tier.db", "us.data_tier.hot", "us.data_tier.sweeper"];
    assert_eq!(nodes(&d), all);
    assert_eq!(groups(&d), ["us", "us.data_tier", "eu"], "eu ends a link, the zones hold nothing");
    assert_eq!(d.groups[1].parent, Some(0));
    assert_eq!(d.edges.len(), 7);
    assert!(edges(&d).contains(&"us -- eu 70 ms".to_owned()));
    let badges: Vec<_> = d.nodes.iter().map(|n| n.badge.as_deref().unwrap_or("")).collect();
    assert_eq!(badges, ["", "", "×2–20 · 2 zones", "×3", "2 zones", ""]);
    assert_eq!((d.nodes[1].tech.as_deref(), d.nodes[2].label.as_str()), (Some("nginx"), "API"));
}

#[test]
fn what_a_view_hides_takes_its_edges_along() {
    let d = drawing(Some("narrow"));
    assert_eq!(nodes(&d), ["us.lb", "us.api", "us.data_tier.db", "us.data_tier.sweeper"]);
    assert!(edges(&d).iter().all(|e| !e.contains("web") && !e.contains("hot")));
    assert_eq!(d.direction, Some(Direction::Right));
}

#[test]
fn a_view_may_name_all_that_it_shows() {
    let d = drawing(Some("only"));
    assert_eq!((nodes(&d), groups(&d)), (vec!["web", "us.lb"], vec!["us"]));
    assert_eq!((edges(&d), d.title.as_str()), (vec!["web -> us.lb ".to_owned()], "Shop: Traffic"));
}

#[test]
fn a_folded_group_is_one_node_with_its_edges_merged() {
    let d = drawing(Some("folded"));
    assert_eq!(nodes(&d), ["web", "us.lb", "us.api", "us.data_tier"]);
    assert_eq!(d.nodes[3].tech.as_deref(), Some("3 components"));
    let found = edges(&d);
    assert!(found.contains(&"us.api -> us.data_tier 2 connections".to_owned()), "{found:?}");
    assert!(found.contains(&"us.api ~> us.data_tier ".to_owned()), "{found:?}");
    assert_eq!(found.iter().filter(|e| e.contains("data_tier")).count(), 2, "its inner edges are gone");
    assert_eq!(groups(&drawing(Some("flat"))), ["us", "eu"]);
    assert_eq!(nodes(&drawing(Some("flat"))), nodes(&d));
}

#[test]
fn a_neighbourhood_goes_both_ways_along_the_connections() {
    let d = drawing(Some("near"));
    assert_eq!(nodes(&d), ["us.api", "us.data_tier.db", "us.data_tier.sweeper"]);
    assert_eq!(groups(&d), ["us", "us.data_tier"]);
}
