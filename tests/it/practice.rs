//! `archc practice`: every brief is sound, every skeleton parses, and the grader ranks a good design above a middling one above a poor one,
//! whatever they are called.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use archc::compilation::{Compilation, check};
use archc::config::Config;
use archc::model::AttrId;
use archc::practice::clock::Phase;
use archc::practice::grade::{Scorecard, grade};
use archc::practice::{Brief, Level, Source, find, problems, skeleton};
use archc::source::{Document, MemoryLoader};
use serde_json::Value;

use crate::program::{archc, code, folder, stderr, stdout};
use crate::schema::{breaches, schema};

/// Systems of others as they are: there is nothing to ask.
const NO_PROBLEMS: &str = "Public systems, as they are";

fn compiled(text: &str) -> Compilation {
    check(Document::new("design.arch", text), &MemoryLoader::default(), &Config::default())
}

fn graded(brief: &Brief, text: &str) -> Scorecard {
    let found = compiled(text);
    let mistakes: Vec<_> = found.diagnostics.iter().filter(|it| it.is_mistake()).collect();
    assert!(mistakes.is_empty(), "{}: {mistakes:#?}\n{text}", brief.name);
    grade(brief, &found, &Config::default())
}

/// The file of a problem's folder; nothing where it has none.
fn file(brief: &Brief, name: &str) -> Option<&'static str> {
    archc::canon::system(brief.name)?.file(name)
}

/// A design of somebody else's; nothing where there is none.
fn read(name: &str) -> Option<String> {
    let path = format!("{}/tests/data/practice/{name}", env!("CARGO_MANIFEST_DIR"));
    Some(std::fs::read_to_string(path).ok()?.replace("\r\n", "\n"))
}

#[test]
fn every_system_but_those_of_others_is_a_problem() {
    let problems = problems();
    for system in archc::canon::systems() {
        let is_one = problems.iter().any(|it| it.name == system.name);
        assert_eq!(
            is_one,
            system.group != NO_PROBLEMS,
            "{}: write its examples/{}/brief.arch",
            system.group,
            system.name
        );
    }
    for level in Level::ALL {
        assert!(problems.iter().any(|it| it.level == level), "no problem is {}", level.as_str());
    }
}

#[test]
fn every_brief_says_what_a_brief_says() {
    for brief in problems() {
        let name = brief.name;
        let mistakes: Vec<_> = brief.asked.diagnostics.iter().filter(|it| it.is_mistake()).collect();
        assert!(mistakes.is_empty(), "{name}: {mistakes:#?}");
        assert!(brief.unknown.is_empty(), "{name}: {:?}", brief.unknown);
        assert!(!brief.summary.is_empty() && brief.teaches.len() >= 3 && brief.clarify.len() >= 3, "{name}");
        assert!(
            Phase::ALL.iter().all(|phase| !brief.hints(*phase).is_empty()),
            "{name}: a phase has no hint"
        );
        assert!((30.0..=90.0).contains(&brief.minutes), "{name}");
        let model = &brief.asked.model;
        assert!(model.flows.len() >= 2 && model.flows.iter().all(|flow| !flow.implicit), "{name}");
        assert!(model.flows.iter().map(|flow| flow.objectives.len()).sum::<usize>() >= 2, "{name}");
        let rates = model.flows.ids().map(|id| brief.asked.facts.load.flow(id).and_then(|load| load.peak));
        assert!(
            rates.into_iter().all(|rate| rate.is_some_and(|rate| rate > 0.0)),
            "{name}: a flow without a rate"
        );
        assert!(!model.data.is_empty(), "{name}");
        for data in &model.data {
            let knows = [AttrId::SIZE, AttrId::GROWTH].iter().all(|id| data.attrs.has(*id));
            let hidden = data.header.tags.iter().any(|tag| tag == "hidden");
            assert!(knows || hidden, "{name}: how much is `{}`", data.header.name);
        }
    }
}

/// What a brief asks at the peak is what the design is made for.
#[test]
fn every_brief_is_true_to_its_design() {
    for brief in problems() {
        let card = graded(&brief, brief.reference);
        for it in card.flows.iter().chain(&card.data) {
            assert!(!it.found.is_empty(), "{}: nothing answers `{}`", brief.name, it.asked);
        }
        let load = &card.criteria[0].lines[0];
        assert_eq!(load.points, load.of, "{}: {}", brief.name, load.found);
    }
}

#[test]
fn a_skeleton_parses_and_hides_what_is_hidden() {
    for brief in problems() {
        let text = skeleton(&brief, "design.arch");
        let found = compiled(&text);
        assert!(found.diagnostics.iter().all(|it| !it.is_mistake()), "{}:\n{text}", brief.name);
        assert_eq!(archc::fix::format(&found.trees[0], &text), text, "{}", brief.name);
        assert!(!text.contains("hidden") && !text.contains("# Clarify"), "{}:\n{text}", brief.name);
        let shown = |it: &archc::model::Flow| it.header.tags.is_empty();
        assert_eq!(found.model.flows.len(), brief.asked.model.flows.iter().filter(|it| shown(it)).count());
    }
}

/// A design without its decisions, all of it in the first zone of each list.
fn middling(text: &str) -> String {
    let mut out = String::new();
    let mut in_decision = false;
    for line in text.lines() {
        in_decision |= line.starts_with("decision ");
        if !in_decision {
            let _ = writeln!(out, "{}", in_one_zone(line));
        }
        in_decision &= line != "}" && !(line.starts_with("decision ") && line.ends_with('}'));
    }
    out
}

fn in_one_zone(line: &str) -> String {
    let Some((before, list)) = line.split_once("zones").filter(|(before, _)| !before.contains("//")) else {
        return line.to_owned();
    };
    let Some((head, rest)) = list.split_once('[') else { return line.to_owned() };
    let Some((zones, after)) = rest.split_once(']') else { return line.to_owned() };
    format!("{before}zones{head}[{}]{after}", zones.split(',').next().unwrap())
}

/// The same with one of everything and no backups.
fn poor(text: &str) -> String {
    let mut out = String::new();
    for line in middling(text).lines() {
        let is_gone = ["needs", "backup", "read_quorum", "write_quorum", "replication_factor"]
            .iter()
            .any(|word| line.trim_start().starts_with(word));
        let _ = match line.trim_start().starts_with("replicas") {
            _ if is_gone => Ok(()),
            true => writeln!(out, "replicas = 1"),
            false => writeln!(out, "{line}"),
        };
    }
    out
}

#[test]
fn a_good_design_ranks_before_a_middling_one_and_that_before_a_poor_one() {
    let mut told = String::new();
    let mut wrong = String::new();
    for brief in problems() {
        let points = |text: &str| graded(&brief, text).points;
        let good = points(brief.reference);
        let fair = points(&middling(brief.reference));
        let bad = points(&poor(brief.reference));
        let first = file(&brief, "naive").map(points);
        let none = points(&skeleton(&brief, "design.arch"));
        let line = format!("{:<22} {good:>6} {fair:>6} {bad:>6} {first:>6.1?} {none:>6}\n", brief.name);
        told.push_str(&line);
        let in_order = good >= 85.0
            && good > fair + 5.0
            && fair > bad
            && bad > none
            && first.is_none_or(|first| fair > first && good > first + 25.0 && first > none);
        if !in_order {
            wrong.push_str(&line);
        }
    }
    assert!(
        wrong.is_empty(),
        "out of order:\n{wrong}\nall, as good, middling, poor, naive, skeleton:\n{told}"
    );
}

/// A design in which every component, group, flow and entity has another name, and every label other words.
fn renamed(text: &str) -> String {
    let found = compiled(text);
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for (span, _) in &found.model.references {
        let written = found.sources.slice(*span);
        let parts = written.split('.').map(|part| {
            let next = format!("x{}", names.len());
            names.entry(part.to_owned()).or_insert(next).clone()
        });
        edits.push((span.range().start, span.range().end, parts.collect::<Vec<_>>().join(".")));
    }
    edits.sort();
    edits.dedup();
    let mut out = text.to_owned();
    for (start, end, name) in edits.iter().rev() {
        out.replace_range(start..end, name);
    }
    relabelled(&out)
}

/// Strings of declarations and connections, each replaced by the same other one.
fn relabelled(text: &str) -> String {
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut out = String::new();
    for line in text.lines() {
        let is_label =
            !line.contains("= \"") && !line.contains("reason") && !line.trim_start().starts_with("//");
        let mut parts = line.split('"');
        out.push_str(parts.next().unwrap());
        for (at, part) in parts.enumerate() {
            out.push('"');
            let is_text = at % 2 == 0;
            if is_text && is_label {
                let next = format!("Q{}", labels.len());
                out.push_str(labels.entry(part.to_owned()).or_insert(next));
            } else {
                out.push_str(part);
            }
        }
        out.push('\n');
    }
    out
}

#[test]
fn a_design_does_not_lose_by_its_names() {
    let mut wrong = String::new();
    for brief in problems() {
        let text = renamed(brief.reference);
        assert_ne!(text, brief.reference);
        let (own, other) = (graded(&brief, brief.reference), graded(&brief, &text));
        if other.points < own.points - 8.0 {
            let lost: Vec<_> =
                other.flows.iter().chain(&other.data).filter(|it| it.found.is_empty()).collect();
            let _ = writeln!(wrong, "{}: {} instead of {}; {lost:?}", brief.name, other.points, own.points);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Designs that were written from the brief alone, before the reference was looked at: `poor`, `middling`, `good`, and `other`, a good one
/// unlike the reference. They have every right to be wrong in ways that nobody thought of.
#[test]
fn designs_of_others_rank_in_their_order_whatever_their_shape() {
    let mut told = String::new();
    let mut wrong = String::new();
    let mut seen = 0;
    for brief in problems() {
        let points = |name: &str| {
            let text = read(&format!("{}/{name}.arch", brief.name))?;
            let card = graded(&brief, &text);
            assert_eq!(card.mistakes, 0, "{}/{name}.arch", brief.name);
            Some(card.points)
        };
        let (Some(bad), Some(fair), Some(other)) = (points("poor"), points("middling"), points("other"))
        else {
            continue;
        };
        seen += 1;
        let good = points("good").unwrap_or(other);
        let line = format!("{:<22} {bad:>6} {fair:>6} {good:>6} {other:>6}\n", brief.name);
        told.push_str(&line);
        if bad + 6.0 > fair || fair + 15.0 > good.min(other) || good.min(other) < 85.0 || other < good - 5.0 {
            wrong.push_str(&line);
        }
    }
    assert!(seen >= 11, "{seen}");
    assert!(wrong.is_empty(), "out of order:\n{wrong}\nall, as poor, middling, good, another good:\n{told}");
}

#[test]
fn what_is_missing_is_told_with_what_would_win_it() {
    for brief in problems() {
        let card = graded(&brief, &poor(brief.reference));
        for line in card.criteria.iter().flat_map(|it| &it.lines) {
            assert!(line.points <= line.of + 1e-9, "{}: {line:?}", brief.name);
            assert_eq!(line.win.is_none(), line.of - line.points < 1e-9, "{}: {line:?}", brief.name);
            assert!(line.win.as_ref().is_none_or(|win| !win.is_empty()), "{}: {line:?}", brief.name);
        }
        let sum: f64 = card.criteria.iter().map(|it| it.points).sum();
        assert!((sum - card.points).abs() < 0.05, "{}: {sum} {}", brief.name, card.points);
        assert!((card.of - 100.0).abs() < 1e-9);
        assert!((5..=12).contains(&card.questions.len()), "{}: {:#?}", brief.name, card.questions);
        assert!(card.questions.iter().all(|it| it.answer.as_ref().is_some_and(|answer| !answer.is_empty())));
    }
}

#[test]
fn a_budget_is_held_against_the_bill() {
    let text = "/// A shop.\nsystem shop\nslo cost <= $500/month\nclient c { rate = 10/s }\nservice s\n\
                flow f {\n  slo availability >= 99%\n  c -> s\n}\n";
    let brief = Brief::read(Source { name: "shop", brief: text, reference: "" });
    let bill = |parts: &str| {
        let design = format!("system shop\nclient c {{ rate = 10/s }}\n{parts}\nflow f {{ c -> s -> d }}\n");
        let card = graded(&brief, &design.replace("{ c", "{\n  c").replace("d }", "d\n}"));
        let lines: Vec<_> =
            card.criteria[1].lines.iter().filter(|it| it.what.starts_with("the bill")).collect();
        assert_eq!(lines.len(), 1, "{:#?}", card.criteria[1]);
        lines[0].points / lines[0].of
    };
    let within = bill("service s { cost = $100/month }\ndatabase d { replicas = 2  cost = $150/month }");
    let over = bill("service s { cost = $600/month }\ndatabase d { replicas = 2  cost = $200/month }");
    let half = bill("service s { cost = $100/month }\ndatabase d { replicas = 2 }");
    let none = bill("service s\ndatabase d");
    assert!((within - 1.0).abs() < 1e-3, "{within}");
    assert!((over - 0.25).abs() < 1e-2, "500 of 1000, half of the points: {over}");
    assert!((half - 0.5).abs() < 1e-2, "{half}");
    assert_eq!(none, 0.0);
}

#[test]
fn nothing_and_nonsense_win_nothing() {
    let brief = find("chat").unwrap();
    for text in [
        "",
        "service s\n",
        "client c\nservice s\nc -> s\n",
        "decision d { because = \"a long reason for nothing at all\"  costs = [cost] }\n",
    ] {
        let card = graded(&brief, text);
        assert!(card.points < 12.0, "{text}: {card:#?}");
    }
}

#[test]
fn what_programs_read_keeps_to_its_schema() {
    let folder = folder(&[("design.arch", find("chat").unwrap().reference)]);
    let json = |arguments: &[&str]| {
        let output = archc(folder.path(), arguments, "");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        serde_json::from_str::<Value>(&stdout(&output)).unwrap()
    };
    let list = json(&["practice", "--format", "json"]);
    assert_eq!(list["problems"].as_array().unwrap().len(), problems().len());
    let brief = json(&["practice", "chat", "--clarify", "--format", "json"]);
    for value in [&list, &brief, &json(&["practice", "chat", "--format", "json"])] {
        assert_eq!(breaches(&schema("practice.schema.json"), value), Vec::<String>::new());
    }
    let asked = json(&["practice", "--grade", "design.arch", "--format", "json"]);
    let told = json(&["practice", "--grade", "design.arch", "--format", "json", "--answers"]);
    for value in [&asked, &told] {
        assert_eq!(breaches(&schema("practice-grade.schema.json"), value), Vec::<String>::new());
    }
    assert!(asked["questions"].as_array().unwrap().iter().all(|it| it["answer"].is_null()));
    assert!(told["questions"].as_array().unwrap().iter().all(|it| it["answer"].is_string()));
    assert_eq!(
        told,
        json(&["practice", "--grade", "design.arch", "--format", "json", "--answers"]),
        "twice is the same"
    );
}

#[test]
fn a_problem_is_written_once_and_graded_by_what_lies_beside_it() {
    let folder = folder(&[]);
    let run = |arguments: &[&str]| archc(folder.path(), arguments, "");
    assert_eq!(code(&run(&["practice", "url-shortner"])), 2);
    assert!(stderr(&run(&["practice", "url-shortner"])).contains("`url-shortener`"));
    let brief = stdout(&run(&["practice", "url-shortener"]));
    assert!(brief.contains("--clarify") && !brief.contains("guessed from"), "{brief}");
    let clarified = stdout(&run(&["practice", "url-shortener", "--clarify"]));
    assert!(clarified.len() > brief.len() && clarified.contains("May a link be changed"), "{clarified}");
    assert_eq!(code(&run(&["practice", "url-shortener", "-o", "mine/"])), 0);
    for name in ["design.arch", "brief.md", "design.practice.json"] {
        assert!(folder.path().join("mine").join(name).exists(), "{name}");
    }
    assert_eq!(code(&run(&["practice", "url-shortener", "-o", "mine/"])), 2, "nothing is overwritten");
    // the name of the system is gone; the clock beside it still tells which problem it is for
    std::fs::write(folder.path().join("mine/design.arch"), "service s\n").unwrap();
    let graded = run(&["practice", "--grade", "mine/design.arch"]);
    assert_eq!(code(&graded), 0, "{}", stderr(&graded));
    assert!(stdout(&graded).starts_with("A URL shortener: "), "{}", stdout(&graded));
    std::fs::write(folder.path().join("other.arch"), "service s\n").unwrap();
    assert_eq!(code(&run(&["practice", "--grade", "other.arch"])), 2);
    assert_eq!(code(&run(&["practice", "--grade", "none.arch"])), 2);
    let hints = stdout(&run(&["practice", "url-shortener", "--hint", "deep"]));
    assert!(hints.starts_with("Deep dive") && !hints.contains("Wrap-up"), "{hints}");
    let reference = stdout(&run(&["practice", "url-shortener", "--reference"]));
    assert_eq!(reference, find("url-shortener").unwrap().reference);
}

#[test]
fn a_run_goes_through_its_phases_stops_and_goes_on() {
    let folder = folder(&[]);
    let run = |input: &str| archc(folder.path(), &["practice", "chat", "--run"], input);
    let first = run("h\nn\nq\n");
    let text = stdout(&first);
    assert_eq!(code(&first), 0, "{}", stderr(&first));
    assert!(!text.contains('\u{1b}') && !text.contains('\r'), "{text}");
    for part in [
        "1. Requirements and estimates (9:00)",
        "2. High-level design (13:30)",
        "Stopped with",
        "Draw in design.arch",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    let second = stdout(&run("s\nn\nn\nn\n"));
    assert!(second.starts_with("A chat system: goes on"), "{second}");
    assert!(
        second.contains("> 2. High-level design") && second.contains("The interview is over"),
        "{second}"
    );
    assert!(second.contains("What an interviewer would ask"), "{second}");
    let other = archc(folder.path(), &["practice", "twitter", "--run"], "");
    assert_eq!(code(&other), 2);
    assert!(stderr(&other).contains("`chat`"), "{}", stderr(&other));
}
