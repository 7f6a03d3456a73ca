//! `archc explain RULE`, `archc explain --language`

use super::Exit;
use super::arguments::Explain;
use super::output::Output;
use crate::{guide, rules};

pub(super) fn run(options: &Explain, output: &Output) -> Exit {
    let Some(rule) = &options.rule else { return output.print(&guide::page()) };
    match rules::explain(rule) {
        Some(text) => output.print(&text),
        None => {
            let nearest = rules::nearest(rule).map(|near| format!("; did you mean `{near}`?"));
            let nearest = nearest.unwrap_or_else(|| "; `archc rules` lists them all".to_owned());
            output.fail(&format!("there is no rule `{rule}`{nearest}"))
        }
    }
}
