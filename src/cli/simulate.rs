//! `archc simulate FILE`

use super::Exit;
use super::arguments::{ListFormat, Simulate};
use super::compile;
use super::documents::single;
use super::output::Output;
use super::settings::Settings;
use crate::compilation::Compilation;
use crate::config::Config;
use crate::study::cases::{Asked, cases};
use crate::study::monte_carlo::{self, Budget, beside};
use crate::study::simulate::{Question, human, json, simulate};

/// Rows of a table for people, and for programs.
const ROWS: usize = 15;
const ALL_ROWS: usize = 1000;

pub(super) fn run(options: &Simulate, settings: &Settings, output: &Output) -> Exit {
    let config = match settings.of(&options.file, None, output) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let file = match single(&options.file, output) {
        Ok(file) => file,
        Err(exit) => return exit,
    };
    let (compilation, exit) = compile::one(&file, &config, output);
    let asked = Asked {
        scenarios: options.scenario.clone(),
        fail: options.fail.clone(),
        load: options.load,
        users: options.users,
        cold: options.cold.clone(),
    };
    if options.monte_carlo {
        return exit.max(try_by_chance(options, &compilation, &config, &asked, output));
    }
    let losses = options.losses.unwrap_or(if asked.is_open() { 2 } else { 0 });
    let rows = options.rows.unwrap_or(match options.format {
        ListFormat::Human => ROWS,
        ListFormat::Json => ALL_ROWS,
    });
    match simulate(
        &compilation,
        &config,
        &Question { asked, losses, rows, pairs_count: options.losses == Some(2) },
    ) {
        Ok(simulation) => {
            let text = match options.format {
                ListFormat::Human => human(&simulation, output.width()),
                ListFormat::Json => json(&simulation),
            };
            let written = output.print(&text);
            exit.max(written).max(Exit::found_if(!simulation.holds))
        }
        Err(wrong) => output.fail(&wrong),
    }
}

/// Measures each case beside what is computed of it.
fn try_by_chance(
    options: &Simulate,
    compilation: &Compilation,
    config: &Config,
    asked: &Asked,
    output: &Output,
) -> Exit {
    let cases = match cases(&compilation.model, asked) {
        Ok(cases) => cases,
        Err(wrong) => return output.fail(&wrong),
    };
    let budget = Budget { requests: options.requests };
    let found = beside(&compilation.model, config, &cases, options.seed, &budget);
    output.print(&match options.format {
        ListFormat::Human => monte_carlo::human(&found),
        ListFormat::Json => monte_carlo::json(&found),
    })
}
