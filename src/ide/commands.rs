//! What an editor runs on a design: scenarios, the text of a rule, other forms of the picture. Knows no protocol.

use super::Design;
use super::preview::{self, Picked};
use crate::diagram;
use crate::diagram::overlay::Evidence;
use crate::rules;
use crate::study::cases::Asked;
use crate::study::simulate::{Question, human, simulate};

/// Designs of more components are not tried with every pair of losses: that takes minutes.
const MOST_FOR_PAIRS: usize = 300;
/// Columns and rows of the table of a simulation.
const WIDTH: usize = 100;
const ROWS: usize = 15;

/// The forms in which a picture can be had, by name.
pub const FORMATS: &[&str] = &["svg", "html", "json", "dot", "mermaid", "d2", "ascii"];

/// What became of a simulation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Simulated {
    /// A table for people.
    pub text: String,
    /// Whether no objective fails.
    pub holds: bool,
}

/// Runs a scenario; without one every scenario, every loss, and every pair of losses.
///
/// # Errors
/// There is no such scenario.
pub fn run(design: &Design, scenario: Option<&str>) -> Result<Simulated, String> {
    let scenarios = scenario.map(str::to_owned).into_iter().collect();
    let asked = Asked { scenarios, ..Asked::default() };
    let is_small = design.compilation.model.components.len() <= MOST_FOR_PAIRS;
    let losses = match (asked.is_open(), is_small) {
        (true, true) => 2,
        (true, false) => 1,
        (false, _) => 0,
    };
    let found = simulate(
        &design.compilation,
        &design.config,
        &Question { asked, losses, pairs_count: false, rows: ROWS },
    )?;
    Ok(Simulated { text: human(&found, WIDTH), holds: found.holds })
}

/// A rule in full, by its code or name, in Markdown.
///
/// # Errors
/// There is no such rule; the nearest one.
pub fn explain(rule: &str) -> Result<String, String> {
    rules::explain(rule).ok_or_else(|| {
        let nearest = rules::nearest(rule).map(|near| format!("; did you mean `{near}`?"));
        format!("there is no rule `{rule}`{}", nearest.unwrap_or_default())
    })
}

/// The picture in one of [`FORMATS`].
///
/// # Errors
/// What there is not of what was picked.
pub fn export(design: &Design, format: &str, picked: &Picked) -> Result<String, String> {
    if format == "svg" {
        // a file is not looked at through a window
        let whole = Picked { open: vec!["*".to_owned()], ..picked.clone() };
        return preview::sketch(design, &whole).map(|it| preview::draw(&it.sketch));
    }
    if picked.flow.is_some() {
        return Err(format!("a sequence diagram has no form `{format}`: name svg"));
    }
    let compilation = &design.compilation;
    let evidence =
        Evidence { model: &compilation.model, facts: &compilation.facts, findings: &compilation.diagnostics };
    let wanted = preview::wanted(&compilation.model, &design.config, picked)?;
    let drawing = || diagram::draw(&evidence, &wanted);
    Ok(match format {
        "html" => diagram::html::html(&evidence, &wanted),
        "json" => diagram::json::json(&diagram::picture(&drawing(), &wanted)),
        "dot" => diagram::dot::dot(&drawing()),
        "mermaid" => diagram::mermaid::mermaid(&drawing()),
        "d2" => diagram::d2::d2(&drawing()),
        "ascii" => diagram::ascii::ascii(&drawing(), &wanted.layout),
        other => return Err(format!("there is no form `{other}`; there is {}", FORMATS.join(", "))),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    const DESIGN: &str = "$0client c { rate = 10/s }\nservice s { capacity = 20/s }\nc -> s\n\
        scenario rush { load = 10x }\nflow f { slo availability >= 50%\n c -> s }\n";

    fn with<T>(work: impl FnOnce(&Design) -> T) -> T {
        let (snapshot, path, at) = testing::at(DESIGN);
        work(preview::design(&snapshot, path, at).unwrap().design)
    }

    #[test]
    fn a_scenario_tells_what_saturates() {
        let one = with(|design| run(design, Some("rush"))).unwrap();
        assert!(one.text.contains("rush") && one.text.contains('s'), "{}", one.text);
        let all = with(|design| run(design, None)).unwrap();
        assert!(all.text.contains("rush"), "{}", all.text);
        assert!(with(|design| run(design, Some("rash"))).is_err());
    }

    #[test]
    fn a_rule_is_explained_by_code_and_name() {
        assert!(explain("AV001").unwrap().contains("single-point-of-failure"));
        assert!(explain("single-point-of-failure").is_ok());
        assert!(explain("single-point-of-failur").unwrap_err().contains("did you mean"));
    }

    #[test]
    fn every_form_holds_the_design() {
        for format in FORMATS {
            let text = with(|design| export(design, format, &Picked::default())).unwrap();
            assert!(text.contains('c') && text.contains('s') && text.len() > 20, "{format}: {text}");
        }
        assert!(with(|design| export(design, "tiff", &Picked::default())).is_err());
    }
}
