//! Places graphs of boxes with the engine alone, so that it and other programs can be measured on the same boxes:
//! `cargo bench --bench layout -- OUTDIR IN.json…`. With `STABILITY=1` it tells instead how many boxes move when a leaf is
//! added at each node in turn. How to compare: `README.md`.

#![expect(clippy::disallowed_methods, reason = "a program of its own reads files and the clock")]

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use archc::diagram::drawing::{Direction, End, Op};
use archc::diagram::layout::graph::{Edge, Graph, Group, Node};
use archc::diagram::layout::{self, Placement, Rect, Size};
use serde_json::{Value, json};

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    let usage = "usage: layout OUTDIR IN.json…";
    let folder = arguments.next().ok_or(usage)?;
    std::fs::create_dir_all(&folder).map_err(|e| format!("{folder}: {e}"))?;
    for file in arguments {
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{file}: {e}"))?;
        let input: Value = serde_json::from_str(&text).map_err(|e| format!("{file}: {e}"))?;
        let graph = read(&input);
        if std::env::var_os("STABILITY").is_some() {
            writeln!(std::io::stdout(), "{file} {}", stability(&graph)).map_err(|e| e.to_string())?;
            continue;
        }
        let start = Instant::now();
        let placement = layout::layout(&graph, &layout::Options::default());
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let name = Path::new(&file).file_name().ok_or(usage)?;
        let out = Path::new(&folder).join(name);
        std::fs::write(&out, write(&input, &placement, ms).to_string())
            .map_err(|e| format!("{}: {e}", out.display()))?;
    }
    Ok(())
}

/// For leaves that a node calls, that call it, and that it calls outside of every group: how many boxes move on average
/// and at most.
fn stability(graph: &Graph) -> String {
    let before = layout::layout(graph, &layout::Options::default());
    let mut told = Vec::new();
    for kind in ["called", "calling", "outside"] {
        let moved = |(at, node): (usize, &Node)| {
            let mut after = graph.clone();
            let leaf = End::Node(after.nodes.len());
            let parent = node.parent.filter(|_| kind != "outside");
            after.nodes.push(Node { size: Size { w: 130.0, h: 52.0 }, parent });
            let (from, to) = if kind == "calling" { (leaf, End::Node(at)) } else { (End::Node(at), leaf) };
            after.edges.push(Edge { from, to, op: Op::Call, label: None });
            moved(&before, &layout::layout(&after, &layout::Options::default()))
        };
        let all: Vec<usize> = graph.nodes.iter().enumerate().map(moved).collect();
        #[expect(clippy::cast_precision_loss, reason = "a count of boxes")]
        let mean = all.iter().sum::<usize>() as f64 / all.len().max(1) as f64;
        told.push(format!("{kind} {mean:.2} {}", all.iter().max().copied().unwrap_or_default()));
        if std::env::var_os("EACH").is_some() {
            told.push(format!("{all:?}"));
        }
    }
    told.join("  ")
}

/// Boxes whose corner moved by more than ten pixels against the median of all.
fn moved(before: &Placement, after: &Placement) -> usize {
    let shift = |a: &Rect, b: &Rect| (b.x - a.x, b.y - a.y);
    let nodes = before.nodes.iter().zip(&after.nodes);
    let shifts: Vec<(f64, f64)> =
        nodes.chain(before.groups.iter().zip(&after.groups)).map(|(a, b)| shift(a, b)).collect();
    let median = |of: &dyn Fn(&(f64, f64)) -> f64| {
        let mut all: Vec<f64> = shifts.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let (x, y) = (median(&|s| s.0), median(&|s| s.1));
    shifts.iter().filter(|s| (s.0 - x).abs() > 10.0 || (s.1 - y).abs() > 10.0).count()
}

fn list<'a>(input: &'a Value, key: &str) -> &'a [Value] {
    input[key].as_array().map_or(&[], Vec::as_slice)
}

fn find(list: &[Value], id: &Value) -> Option<usize> {
    list.iter().position(|x| x["id"] == *id)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

fn read(input: &Value) -> Graph {
    let (nodes, groups) = (list(input, "nodes"), list(input, "groups"));
    let end =
        |id| find(nodes, id).map_or_else(|| End::Group(find(groups, id).unwrap_or(usize::MAX)), End::Node);
    #[expect(clippy::cast_precision_loss, reason = "a count of characters")]
    let title = |g: &Value| g["label"].as_str().unwrap_or_default().chars().count() as f64 * 7.0 + 24.0;
    // `AUTO=1` leaves the direction to the engine, as a design does that names none.
    let auto = std::env::var_os("AUTO").is_some();
    let direction = match input["direction"].as_str() {
        _ if auto => None,
        Some("LR") => Some(Direction::Right),
        Some("TB") => Some(Direction::Down),
        _ => None,
    };
    Graph {
        direction,
        nodes: nodes
            .iter()
            .map(|n| Node {
                size: Size { w: number(&n["w"]), h: number(&n["h"]) },
                parent: find(groups, &n["parent"]),
            })
            .collect(),
        groups: groups
            .iter()
            .map(|g| Group { title: title(g), parent: find(groups, &g["parent"]) })
            .collect(),
        edges: list(input, "edges")
            .iter()
            .map(|e| {
                let size = Size { w: number(&e["lw"]), h: number(&e["lh"]) };
                let label = (size.w > 0.0).then_some(size);
                Edge { from: end(&e["from"]), to: end(&e["to"]), op: Op::Call, label }
            })
            .collect(),
        ..Graph::default()
    }
}

fn write(input: &Value, placement: &Placement, ms: f64) -> Value {
    let rect = |of: &Value, r: &Rect| json!({"id": of["id"], "label": of["label"], "parent": of["parent"], "x": r.x, "y": r.y, "w": r.w, "h": r.h});
    let boxes = |key: &str, rects: &[Rect]| -> Vec<Value> {
        list(input, key).iter().zip(rects).map(|(of, r)| rect(of, r)).collect()
    };
    let edges = list(input, "edges").iter().zip(&placement.edges).map(|(of, line)| {
        let points: Vec<[f64; 2]> = line.points.iter().map(|p| [p.x, p.y]).collect();
        let label = line.label.map(|r| json!({"x": r.x, "y": r.y, "w": r.w, "h": r.h, "text": of["label"]}));
        json!({"id": of["id"], "from": of["from"], "to": of["to"], "points": points, "label": label})
    });
    json!({
        "engine": "archc",
        "time_ms": ms,
        "nodes": boxes("nodes", &placement.nodes),
        "groups": boxes("groups", &placement.groups),
        "edges": edges.collect::<Vec<_>>(),
    })
}
