//! Steps to visits and calls.

use super::{model, read};
use crate::model::{Flow, GroupMode, Model, VisitId};

/// The tree of the first flow, a step in brackets, alternatives with `|`.
fn tree(text: &str) -> String {
    let model = model(text);
    let flow = model.flows.iter().next().unwrap();
    let roots: Vec<String> = flow.roots.iter().map(|root| visit(&model, flow, *root)).collect();
    roots.join(" & ")
}

fn visit(model: &Model, flow: &Flow, id: VisitId) -> String {
    let it = &flow.visits[id];
    let steps: Vec<String> = it
        .groups
        .iter()
        .map(|group| {
            let group = &flow.groups[*group];
            let calls: Vec<String> =
                group.calls.iter().map(|call| visit(model, flow, flow.calls[*call].target)).collect();
            match group.kind {
                GroupMode::AnyOf { .. } => calls.join(" | "),
                _ => calls.join(", "),
            }
        })
        .collect();
    let name = model.path(it.component);
    if steps.is_empty() { name.to_owned() } else { format!("{name}[{}]", steps.join("; ")) }
}

const PARTS: &str = "client c\nservice a\nservice b\nservice x\ndatabase d\n";

#[test]
fn steps_hang_below_the_nearest_visit_of_their_caller() {
    assert_eq!(tree(&format!("{PARTS}flow f {{\n  c -> a -> b\n  a -> d\n  b -> d\n}}")), "c[a[b[d]; d]]");
    // b is visited twice: the later step belongs to the later visit
    assert_eq!(
        tree(&format!("{PARTS}flow f {{\n  c -> a\n  a -> b\n  a -> x\n  x -> b\n  b -> d\n}}")),
        "c[a[b; x[b[d]]]]"
    );
    assert_eq!(tree(&format!("{PARTS}flow f {{\n  c -> a | b\n  a -> d\n}}")), "c[a[d] | b]");
    assert_eq!(
        tree(&format!("{PARTS}flow f {{\n  c -> a | b\n  [a, b] -> x\n  x -> d\n}}")),
        "c[a[x[d]] | b[x[d]]]"
    );
    assert_eq!(tree(&format!("{PARTS}flow f {{\n  c -> [a, b]\n  b -> d\n}}")), "c[a, b[d]]");
}

#[test]
fn a_step_takes_after_its_connection_and_may_override_it() {
    let text = format!(
        "{PARTS}a -> d \"SELECT\" {{ timeout = 1s retries = 2 }}
flow f {{
  c -> a
  a -> d {{ retries = 0 }}
}}"
    );
    let model = model(&text);
    let flow = model.flows.iter().next().unwrap();
    let call = flow.calls.iter().nth(1).unwrap();
    assert_eq!(call.label.as_deref(), Some("SELECT"));
    assert_eq!(call.attrs.seconds(crate::model::AttrId::TIMEOUT), Some(1.0));
    assert_eq!(call.attrs.count(crate::model::AttrId::RETRIES), Some(0));
    // c -> a is declared by the flow alone
    let declared: Vec<bool> = model.connections.iter().map(|it| it.declared_by_flow).collect();
    assert_eq!(declared, [false, true]);
}

#[test]
fn labels_tell_several_connections_apart() {
    let text = format!(
        "{PARTS}a -> d \"SELECT\" {{ access = read }}
a -> d \"INSERT\" {{ access = write }}
flow f {{
  c -> a
  a -> d \"INSERT\"
}}"
    );
    let model = model(&text);
    let flow = model.flows.iter().next().unwrap();
    let call = flow.calls.iter().nth(1).unwrap();
    assert_eq!(model.connection_subject(call.connection), "a -> d \"INSERT\"");
    assert_eq!(model.connections.len(), 3);
}

#[test]
fn flows_alone_declare_what_they_call() {
    let text = format!(
        "{PARTS}flow f {{\n  c -> a -> d \"SELECT\"\n  a -> d \"INSERT\"\n}}\nflow g {{ c -> a\n a -> d \"INSERT\" }}"
    );
    let model = model(&text);
    let subjects: Vec<String> = model.connections.ids().map(|id| model.connection_subject(id)).collect();
    assert_eq!(subjects, ["c -> a", "a -> d \"SELECT\"", "a -> d \"INSERT\""]);
}

#[test]
fn a_caller_that_no_step_reaches_is_a_mistake_with_the_nearest_fix() {
    let told = |flow: &str| read(&format!("{PARTS}{flow}")).1;
    assert_eq!(
        told("a -> b\nflow f {\n  c -> a\n  b -> d\n}"),
        ["E131 `b` makes a call here, but no earlier step of the flow reaches it [put `a -> b` before it]"]
    );
    assert_eq!(
        told("flow f {\n  c -> a\n  x -> d\n  d -> b\n}"),
        ["E131 `x` makes a call here, but no earlier step of the flow reaches it [write `c`]"]
    );
    // an unknown name may be the very step that is missed
    assert_eq!(told("flow f {\n  c -> nothing_like_it\n  x -> d\n}").len(), 1);
    assert_eq!(told("flow f {\n  c -> a\n  service y\n}"), ["E106 `service` cannot stand inside a flow"]);
    assert_eq!(told("flow f {\n  c -> a\n  a -- b\n}").len(), 1);
}

#[test]
fn a_file_without_flows_has_one_for_each_actor() {
    let model = model(
        "client web
client admin
client idle
service a
queue q
worker w
database d
web -> a
admin -> a -> d
a ~> q
q ~> w
a ~> w",
    );
    let flows: Vec<(&str, usize)> =
        model.flows.iter().map(|flow| (flow.header.name.as_str(), flow.visits.len())).collect();
    assert_eq!(flows, [("web", 4), ("admin", 4)]);
    assert!(model.flows.iter().all(|flow| flow.implicit));
}
