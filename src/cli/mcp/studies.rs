//! The tools that work on a design: check, render, report, estimate, simulate, scale.

use super::answer::{Answer, value};
use super::asked::{self, Choice, Design, Picture};
use super::desk::Desk;
use crate::cli::arguments::{EngineChoice, Levels, PictureFormat, Render};
use crate::cli::check::{Told, summarise, told_once};
use crate::cli::render;
use crate::diagnostic::Diagnostic;
use crate::emit::{self, Findings};
use crate::report;
use crate::source::Sources;
use crate::study::cases::Asked;
use crate::study::simulate::Question;
use crate::study::{estimate, scale, simulate};

/// Findings that are told where nobody says how many.
const FINDINGS: usize = 100;
/// Rows of a table of losses.
const ROWS: usize = 50;
/// Columns of prose.
const WIDTH: usize = 100;
/// Users, where nobody says how many.
const USERS: [u64; 4] = [1_000, 100_000, 1_000_000, 100_000_000];

pub(super) fn check(desk: &Desk, design: &Design, asked: asked::Check) -> Result<Answer, String> {
    let levels = Levels { select: asked.select, ignore: asked.ignore, ..Levels::default() };
    let compilations = desk.open_all(design, &levels)?;
    let roots = told_once(&compilations);
    let summary = summarise(&compilations, &roots);
    let (told, left_out) = worst(&roots, asked.limit.unwrap_or(FINDINGS));
    let findings: Vec<Findings<'_>> =
        told.iter().map(|(sources, diagnostics)| Findings { sources, diagnostics }).collect();
    let mut text = String::new();
    for (sources, diagnostics) in &told {
        for diagnostic in diagnostics {
            text.push_str(&emit::concise(Findings {
                sources,
                diagnostics: std::slice::from_ref(diagnostic),
            }));
            if let Some(help) = &diagnostic.help {
                text.push_str(&format!("  help: {}\n", help.replace('\n', "\n  ")));
            }
        }
    }
    if left_out > 0 {
        text.push_str(&format!(
            "and {left_out} more; `limit` tells more of them, `select` and `ignore` choose\n"
        ));
    }
    text.push_str(&summary.sentence(None));
    Ok(Answer::of_json(text, &emit::json(&findings, summary, None)))
}

/// The worst findings, in the order in which they stand, and how many are left out.
fn worst<'a>(roots: &'a [Told<'_>], limit: usize) -> (Vec<(&'a Sources, Vec<Diagnostic>)>, usize) {
    let all = roots.iter().enumerate();
    let mut ranked: Vec<(usize, usize, &Diagnostic)> = all
        .flat_map(|(root, (_, found))| found.iter().enumerate().map(move |(at, it)| (root, at, it)))
        .collect();
    let left_out = ranked.len().saturating_sub(limit);
    ranked.sort_by_key(|(.., it)| std::cmp::Reverse(it.severity));
    ranked.truncate(limit);
    ranked.sort_by_key(|(root, at, _)| (*root, *at));
    let mut told: Vec<(&Sources, Vec<Diagnostic>)> = Vec::new();
    for (root, (sources, _)) in roots.iter().enumerate() {
        let own = ranked.iter().filter(|(of, ..)| *of == root).map(|(.., it)| (*it).clone());
        told.push((sources, own.collect()));
    }
    (told, left_out)
}

pub(super) fn report(desk: &Desk, design: &Design, _: asked::Nothing) -> Result<Answer, String> {
    let opened = desk.open(design)?;
    let report = report::report(&opened.compilation);
    Ok(Answer::of_json(report::markdown(&report), &report::json(&report)))
}

pub(super) fn estimate(desk: &Desk, design: &Design, _: asked::Nothing) -> Result<Answer, String> {
    let opened = desk.open(design)?;
    let found = estimate::estimate(&opened.compilation, &opened.config);
    Ok(Answer::of_json(estimate::markdown(&found), &estimate::json(&found)))
}

pub(super) fn simulate(desk: &Desk, design: &Design, asked: asked::Simulate) -> Result<Answer, String> {
    if asked.load.is_some_and(|load| !(0.0..=1e12).contains(&load)) {
        return Err("`load` is a factor from 0 to 1e12, such as 10".to_owned());
    }
    if asked.losses.is_some_and(|losses| losses > 2) {
        return Err("`losses` is 0, 1 or 2".to_owned());
    }
    let opened = desk.open(design)?;
    let cases = Asked {
        scenarios: asked.scenario,
        fail: asked.fail,
        load: asked.load,
        users: asked.users,
        cold: asked.cold,
    };
    let losses = asked.losses.unwrap_or(if cases.is_open() { 2 } else { 0 });
    let question = Question {
        asked: cases,
        losses,
        rows: asked.rows.unwrap_or(ROWS),
        pairs_count: asked.losses == Some(2),
    };
    let found = simulate::simulate(&opened.compilation, &opened.config, &question)?;
    Ok(Answer::of_json(simulate::human(&found, WIDTH), &simulate::json(&found)))
}

pub(super) fn scale(desk: &Desk, design: &Design, asked: asked::Scale) -> Result<Answer, String> {
    if asked.users.len() > 20 || asked.users.contains(&0) {
        return Err("`users` are at most 20 numbers, each at least 1".to_owned());
    }
    let opened = desk.open(design)?;
    let sizes = if asked.users.is_empty() { USERS.to_vec() } else { asked.users };
    let found = scale::scale(&opened.compilation, &opened.config, &sizes)?;
    Ok(Answer::of_json(scale::human(&found, false), &scale::json(&found)))
}

pub(super) fn render(desk: &Desk, design: &Design, asked: asked::Render) -> Result<Answer, String> {
    let format = asked.format.unwrap_or(Picture::Svg);
    let (wanted, name) = match format {
        Picture::Svg => (PictureFormat::Svg, "svg"),
        Picture::Png => (PictureFormat::Png, "png"),
        Picture::Ascii => (PictureFormat::Ascii, "ascii"),
        Picture::Mermaid => (PictureFormat::Mermaid, "mermaid"),
        Picture::D2 => (PictureFormat::D2, "d2"),
        Picture::Dot => (PictureFormat::Dot, "dot"),
        Picture::Json => (PictureFormat::Json, "json"),
    };
    let opened = desk.open(design)?;
    let options = Render {
        file: String::new(),
        output: None,
        format: Some(wanted),
        view: asked.view,
        flow: asked.flow,
        picture: asked.picture.map(|Choice(picture)| picture),
        around: asked.around,
        depth: asked.depth,
        engine: EngineChoice::Own,
        theme: asked.theme,
        overlay: asked.overlay.map(|Choice(overlay)| overlay),
        flow_path: None,
        scale: None,
        salt: String::new(),
        embed: false,
        check: false,
    };
    let bytes = render::picture(&options, wanted, &opened.compilation, &opened.config)?.bytes;
    if format == Picture::Png {
        return Ok(Answer::png(bytes));
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let data = match format {
        Picture::Json => serde_json::from_str(&text).unwrap_or_default(),
        _ => value(&text),
    };
    Ok(Answer::new(text, serde_json::json!({ "format": name, "picture": data })))
}
