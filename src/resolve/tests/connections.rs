//! Connections from chains, lists and alternatives.

use super::dump::dump;
use super::{cases, files, model};

#[test]
fn chains_lists_and_alternatives() {
    let text = "
client c
service a; service b; service d; database db
c -> a -> db \"chain\" { timeout = 1s }
[c, a] -> [b, d] \"pairs\"
c -> a | b | d \"any\"
c -> a | b | d \"two\" { needs = 2 }
[c, a] ~> b | d \"each\"
a | b -> db \"either\"
a
  -> b
  -> d
";
    insta::assert_snapshot!(dump(&model(text)));
}

#[test]
fn links_join_groups_and_calls_join_components() {
    let text = "
region us { service a }
region eu { service b }
us -- eu { rtt = 80ms }
us.a => eu.b { mode = async; lag = 1s }
";
    insta::assert_snapshot!(dump(&model(text)));
}

#[test]
fn connections_that_cannot_be() {
    insta::assert_snapshot!(cases(&[
        "region us { service a }\nus -> a",
        "service a\nservice b\na -- b",
        "service a\nservice b\na ->> b",
        "service a\nservice b\na -> b\na -> b",
        "service a\nservice b\na -> b \"x\"\na ~> b \"x\"\na -> b \"y\"\na -> b \"x\"",
        "service a\nservice b\na -> [b, b]",
        "service a\nservice b\na -> b\n[a] -> [b] \"x\"\na -> b",
        "service a\nservice b\na -> b | c",
        "service a\nservice b\nservice c\na -> b | c { needs = 3 }",
        "service a\nservice b\na -> b { behind = a }",
        "service a { replicas = 2 }\na -> a",
    ]));
}

#[test]
fn lists_that_make_too_many_connections_are_refused() {
    let names: Vec<String> = (0..1_100).map(|i| format!("s{i}")).collect();
    let declared: String = names.iter().map(|name| format!("service {name}\n")).collect();
    let list = names.join(", ");
    let resolved = files(&[("a.arch", &format!("{declared}[{list}] -> [{list}]\ns1 -> s2\n"))]);
    assert_eq!(resolved.told.iter().map(|it| it.code).collect::<Vec<_>>(), ["E133"]);
    assert_eq!(resolved.model.connections.len(), 1);
}

#[test]
fn a_label_is_needed_to_tell_connections_apart_and_only_then() {
    let model = model("service a\nservice b\na -> b \"x\"\na -> b \"y\"\na ~> b \"z\"\n");
    let subjects: Vec<String> = model.connections.ids().map(|id| model.connection_subject(id)).collect();
    assert_eq!(subjects, ["a -> b \"x\"", "a -> b \"y\"", "a ~> b"]);
}
