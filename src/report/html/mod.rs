//! The report as one HTML page that needs nothing else: no script, no font, no address. Knows the report, not the design.

mod decisions;
mod design;
mod flow;
mod holdings;
mod latency;
mod notes;
mod verdict;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::document::Report;
use super::pictures::Pictures;

const STYLE: &str = include_str!("style.css");
/// What the page may load: its own style and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page.
pub fn html(report: &Report<'_>, pictures: &Pictures) -> String {
    let title = report.system.label.or(report.system.name).unwrap_or("Untitled design");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · archc report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (contents(report))
                main {
                    header {
                        h1 { (title) }
                        p.quiet { "What this design can promise, computed from its file." }
                    }
                    (verdict::tiles(report))
                    (verdict::objectives(report))
                    section id="picture" {
                        h2 { "The design" }
                        div.picture tabindex="0" role="region" aria-label="the design as a diagram" { (PreEscaped(&pictures.design)) }
                        @if let Some(picture) = &pictures.deployment { h3 { "What stands where" } (drawn("deployment", picture)) }
                    }
                    @for (index, it) in report.flows.iter().enumerate() { (flow::section(index, it, pictures.flows.get(index))) }
                    (design::load(report, pictures.load.as_deref()))
                    (design::data(report))
                    (holdings::stores(report))
                    (holdings::backlogs(report))
                    (holdings::bill(report))
                    (design::coupling(report))
                    (decisions::decisions(report))
                    (notes::findings(report))
                    (notes::assumptions(report))
                    (notes::not_assessed(report))
                    footer.quiet { "Made by archc. Every figure is computed, or left out and named as not assessed." }
                }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn contents(report: &Report<'_>) -> Markup {
    html! {
        nav aria-label="contents" {
            ol {
                @if report.flows.iter().any(|flow| !flow.slos.is_empty()) { li { a href="#objectives" { "Objectives" } } }
                li { a href="#picture" { "The design" } }
                @for (index, it) in report.flows.iter().enumerate() {
                    li.flow { a href=(format!("#flow-{index}")) { (it.label.unwrap_or(it.name)) } }
                }
                li { a href="#load" { "Load" } }
                @if !report.data.is_empty() { li { a href="#data" { "Data" } } }
                @if holdings::tells_of_stores(report) { li { a href="#stores" { "Stores" } } }
                @if !report.backlogs.is_empty() { li { a href="#backlogs" { "Backlogs" } } }
                @if report.bill.given.is_some() { li { a href="#cost" { "Cost" } } }
                li { a href="#coupling" { "Coupling" } }
                @if !report.decisions.is_empty() || !report.allowed.is_empty() { li { a href="#decisions" { "Decisions" } } }
                li { a href="#findings" { "Findings" } }
                @if !report.assumptions.is_empty() { li { a href="#assumptions" { "Assumptions" } } }
                @if !report.not_assessed.is_empty() { li { a href="#not-assessed" { "Not assessed" } } }
            }
        }
    }
}

/// A wide table that scrolls by itself on a small screen.
fn scroll(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// A table of a name and figures; columns whose cells are all empty are left out.
fn sheet(label: &str, head: &[&str], rows: &[Vec<String>]) -> Markup {
    let filled =
        |column: &usize| rows.iter().any(|row| row.get(*column).is_some_and(|cell| !cell.is_empty()));
    let kept: Vec<usize> = (0..head.len()).filter(filled).collect();
    let table = html! {
        table {
            thead { tr { @for column in &kept { th.number[*column > 0] { (head.get(*column).copied().unwrap_or("")) } } } }
            tbody {
                @for row in rows {
                    tr {
                        @for column in &kept {
                            @let cell = row.get(*column).map_or("", String::as_str);
                            td.number[*column > 0] { @if *column == 0 { code { (cell) } } @else { (cell) } }
                        }
                    }
                }
            }
        }
    };
    scroll(label, &table)
}

/// A picture in its own size, which scrolls where that is too wide.
fn drawn(label: &str, picture: &str) -> Markup {
    html! { div.picture.drawn tabindex="0" role="region" aria-label=(label) { (PreEscaped(picture)) } }
}

/// A bar for a share of the whole beside its figure; beyond the whole it is full.
fn bar(share: f64, class: &str, text: &str) -> Markup {
    let width = (share.clamp(0.0, 1.0) * 1000.0).round() / 10.0;
    html! {
        span.bar { span class=(class) style=(format!("width:{width}%")) {} }
        span.figure { (text) }
    }
}

/// Text in which backticks mark names.
fn prose(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::compilation::check;
    use crate::config::Config;
    use crate::source::{Document, MemoryLoader};

    fn page(text: &str) -> String {
        let compilation = check(Document::new("x.arch", text), &MemoryLoader::default(), &Config::default());
        super::html(&crate::report::report(&compilation), &crate::report::pictures(&compilation))
    }

    #[test]
    fn names_and_labels_stay_text() {
        let page = page(
            "system s \"<script>alert(1)</script>\"\nclient c \"</title><img src=x onerror=y>\"\n\
             service api \"a & b\" { replicas = 2 }\nc -> api\n\
             flow f \"<b>\" { c -> api }\n@allow(AV001, reason = \"<i>\")\ndata d \"'\\\"\" { residency = [eu] }\n",
        );
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }

    #[test]
    fn a_page_asks_for_nothing_from_outside() {
        let page = page("client c { users = 1k, requests_per_user = 20/day }\nservice api\nc -> api\n");
        assert!(page.contains("default-src 'none'"));
        // the name of SVG is no address
        let page = page.replace("http://www.w3.org/2000/svg", "");
        for reach in ["http:", "https:", "url(", "@import", " src=", "<link"] {
            assert!(!page.contains(reach), "{reach}");
        }
    }

    #[test]
    fn an_empty_design_has_a_page() {
        let page = page("");
        assert!(page.contains("<h1>Untitled design</h1>") && page.ends_with("</html>\n"));
    }

    #[test]
    fn figures_of_the_report_stand_on_the_page() {
        let page = page(
            "client c { rate = 80/s }\nservice api { replicas = 1, availability = 99%, capacity = 100/s, latency = 10ms }\n\
             c -> api\nflow f { c -> api\nslo availability >= 99.9% }\n",
        );
        assert!(page.contains("99%") && page.contains("✗ missed") && page.contains("80%"), "{page}");
        assert!(page.contains("3.65 d down a year"), "{page}");
    }
}
