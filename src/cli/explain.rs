//! `archc explain RULE`

use super::Exit;
use super::arguments::Explain;
use super::output::Output;
use crate::rules;

pub(super) fn run(options: &Explain, output: &Output) -> Exit {
    match rules::explain(&options.rule) {
        Some(text) => output.print(&text),
        None => {
            let nearest = rules::nearest(&options.rule).map(|rule| format!("; did you mean `{rule}`?"));
            let nearest = nearest.unwrap_or_else(|| "; `archc rules` lists them all".to_owned());
            output.fail(&format!("there is no rule `{}`{nearest}", options.rule))
        }
    }
}
