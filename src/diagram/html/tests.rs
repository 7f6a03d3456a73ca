//! What users wrote stays text, the policy fits what the page runs, and the page stays small.

use super::*;
use crate::compilation::{Compilation, check};
use crate::config::Config;
use crate::source::{Document, MemoryLoader};

fn page(text: &str) -> String {
    let compilation: Compilation =
        check(Document::new("x.arch", text), &MemoryLoader::default(), &Config::default());
    let evidence =
        Evidence { model: &compilation.model, facts: &compilation.facts, findings: &compilation.diagnostics };
    html(&evidence, &RenderOptions::default())
}

fn data(page: &str) -> serde_json::Value {
    let (_, rest) = page.split_once("type=\"application/json\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

const HOSTILE: &str = "system s \"</title><script>alert(1)</script>\"\nclient c \"</script><img src=x onerror=y>\" { rate = 9/s }\n\
    region r \"\\\"><b>\" { service api \"a & b <!--\" { replicas = 2, capacity = 10/s } }\nc -> r.api \"<i>\"\n\
    flow f \"<u>\" { c -> r.api }\n";

#[test]
fn names_and_labels_stay_text() {
    let page = page(HOSTILE);
    for tag in ["<script>alert", "<img", "<b>", "<i>", "<u>", "<!--", "</title><script"] {
        assert!(!page.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("</script>").count(), 2, "the data and the script of the page, and no more");
    let data = data(&page);
    assert_eq!(data["nodes"][0]["label"], "</script><img src=x onerror=y>");
    assert_eq!(data["flows"][0]["name"], "<u>");
}

#[test]
fn the_policy_names_what_the_page_holds() {
    let page = page(HOSTILE);
    let between = |from: &str, to: &str| {
        let (_, rest) = page.split_once(from).unwrap();
        rest.split_once(to).unwrap().0.to_owned()
    };
    let (style, script) = (between("<style>", "</style>"), between("<script>", "</script>"));
    let policy = policy::policy(&script, &style, false).replace('\'', "&#39;");
    let said = between("Content-Security-Policy\" content=\"", "\"");
    assert_eq!(said.replace('\'', "&#39;"), policy);
    assert_eq!(page.matches("<style").count(), 1);
    let page = self::page("client c\nservice api\nc -> api\n");
    for reach in ["https:", "url(", "@import", " src=", "<link", " style=", "innerHTML", "eval("] {
        assert!(!page.contains(reach), "{reach}");
    }
}

#[test]
fn a_served_page_has_its_policy_beside_it_and_shows_what_it_is_told_as_text() {
    let compilation: Compilation = check(
        Document::new("x.arch", "client c\nview v \"<b>\" { hide = [] }\n"),
        &MemoryLoader::default(),
        &Config::default(),
    );
    let evidence =
        Evidence { model: &compilation.model, facts: &compilation.facts, findings: &compilation.diagnostics };
    let live = Live { stamp: "a1".to_owned(), notice: Some("there is no view `<i>`".to_owned()) };
    let Served { html, policy } = served(&evidence, &RenderOptions::default(), &live);
    let between = |from: &str, to: &str| html.split_once(from).unwrap().1.split_once(to).unwrap().0;
    let (style, script) = (between("<style>", "</style>"), between("<script>", "</script>"));
    assert_eq!(policy, policy::policy(script, style, true));
    assert!(!html.contains("http-equiv") && html.contains("data-stamp=\"a1\""));
    assert!(html.contains("<option value=\"v\">&lt;b&gt;</option>") && html.contains("no view `&lt;i&gt;`"));
    let asks = script.replace("http://www.w3.org/2000/svg", "").contains("http");
    assert!(!script.contains("innerHTML") && !asks);
}

#[test]
fn an_overlay_is_offered_where_it_says_something() {
    let titles = |text: &str| -> Vec<String> {
        let data = data(&page(text));
        data["overlays"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["title"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(titles(""), ["Nothing"]);
    assert!(titles(HOSTILE).contains(&"Load".to_owned()));
}

#[test]
fn figures_and_findings_belong_to_their_elements() {
    let data = data(&page(
        "client c { rate = 80/s }\nservice api { replicas = 3, availability = 99%, capacity = 100/s }\n\
         database d { replicas = 1, availability = 99% }\nc -> api\napi -> d\nflow f { c -> api -> d }\n",
    ));
    let figures = data["nodes"][1]["figures"].as_array().unwrap();
    let of = |name: &str| figures.iter().find(|it| it[0] == name).map(|it| it[1].as_str().unwrap());
    assert_eq!(of("Replicas"), Some("3"));
    assert_eq!(of("Utilisation"), Some("26.7%"), "80/s over 3 × 100/s");
    let single = data["findings"].as_array().unwrap().iter().find(|it| it["code"] == "AV001").unwrap();
    assert!(single["at"].as_array().unwrap().contains(&"n2".into()), "{single}");
    assert_eq!(data["flows"][0]["steps"][1]["edge"], 1);
}

#[test]
fn what_a_page_adds_to_its_picture_is_small() {
    assert!(STYLE.len() + SCRIPT.len() < 38_000, "{} + {}", STYLE.len(), SCRIPT.len());
    assert!(page("").len() < 42_000);
}
