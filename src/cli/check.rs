//! `archc check`

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Exit;
use super::arguments::{Check, FindingFormat};
use super::compile;
use super::documents::{File, collect};
use super::mend;
use super::output::Output;
use super::past::Past;
use super::settings::{Configs, Settings};
use crate::compilation::Compilation;
use crate::diagnostic::Diagnostic;
use crate::emit::{self, Before, Findings, HumanStyle, Summary};
use crate::source::Sources;

pub(super) fn run(options: &Check, settings: &Settings, output: &Output) -> Exit {
    let mut work = match Work::read(options, settings, output) {
        Ok(work) => work,
        Err(exit) => return exit,
    };
    let mended = options.mend.is_asked().then(|| mend::run(options, &mut work, output));
    if let Some(exit) = mended.filter(|_| options.mend.diff) {
        return work.exit.max(exit);
    }
    let examined = work.examine();
    let (roots, before) = examined.roots();
    // the text of standard input, as it is now, is then what goes to standard output
    let aside = mended.is_some() && options.reads_stdin();
    let told = tell(options, &examined, &roots, before.as_ref(), aside, output);
    if mended.is_some() {
        mend::tell_left(options, roots.iter().flat_map(|(_, all)| all.iter()), output);
    }
    if let (Some(past), Some(before)) = (&examined.past, &before) {
        past.tell_gone(&before.gone, output);
    }
    let exit = examined.exit.max(told).max(mended.unwrap_or(Exit::Done));
    let exit = exit.max(Exit::found_if(fails(&roots, &examined.configs)));
    // the process is over: the system takes all memory back faster than it is given back piece by piece
    std::mem::forget(roots);
    std::mem::forget(examined);
    exit
}

/// What is to be checked, and how.
pub(super) struct Work {
    pub(super) files: Vec<File>,
    pub(super) configs: Configs,
    pub(super) past: Option<Past>,
    exit: Exit,
}

impl Work {
    /// Reads what the options name.
    ///
    /// # Errors
    /// [`Exit::CouldNot`], which was said.
    fn read(options: &Check, settings: &Settings, output: &Output) -> Result<Self, Exit> {
        let found = collect(&options.paths, options.stdin_filename.as_deref(), &["arch", "md"], output);
        if found.files.is_empty() && found.exit == Exit::Done {
            output.remark("archc: found no `.arch` file\n");
        }
        let paths = found.files.iter().map(|file| file.path.as_str());
        let configs = settings.of_all(paths, options.today.as_deref(), Some(&options.levels), output)?;
        let past = Past::of(options, &found.files, &configs, output)?;
        Ok(Self { files: found.files, configs, past, exit: found.exit })
    }

    fn examine(self) -> Examined {
        let compilations = compile::all(&self.files, &self.configs);
        Examined { compilations, configs: self.configs, past: self.past, exit: self.exit }
    }
}

/// What a check found, before anything of it is told.
pub(super) struct Examined {
    compilations: Vec<Compilation>,
    configs: Configs,
    past: Option<Past>,
    exit: Exit,
}

/// Reads and compiles what the options name.
///
/// # Errors
/// [`Exit::CouldNot`], which was said.
pub(super) fn examine(options: &Check, settings: &Settings, output: &Output) -> Result<Examined, Exit> {
    Ok(Work::read(options, settings, output)?.examine())
}

impl Examined {
    /// The findings to tell, each once, and what is known of an earlier run.
    pub(super) fn roots(&self) -> (Vec<Told<'_>>, Option<Before>) {
        let roots = told_once(&self.compilations);
        match &self.past {
            None => (roots, None),
            Some(past) => {
                let news = past.compare(roots, &self.configs);
                (news.roots, Some(Before { known: news.known, gone: news.gone }))
            }
        }
    }

    /// How many there are.
    pub(super) fn summary(&self, roots: &[Told<'_>]) -> Summary {
        summarise(&self.compilations, roots)
    }

    /// Writes the files of `--output`.
    pub(super) fn write_files(
        &self,
        options: &Check,
        roots: &[Told<'_>],
        before: Option<&Before>,
        output: &Output,
    ) -> Exit {
        let (findings, summary) = (findings(roots), self.summary(roots));
        let mut exit = Exit::Done;
        for file in &options.output {
            let style = HumanStyle { color: false, width: 100 };
            let plain = || human(&findings, summary, before, style, output.is_quiet());
            let text = text(file.format, &findings, summary, before).unwrap_or_else(plain);
            exit = exit.max(output.write_file(&file.path, text.as_bytes()));
        }
        exit
    }
}

fn findings<'a>(roots: &'a [Told<'_>]) -> Vec<Findings<'a>> {
    roots.iter().map(|(sources, diagnostics)| Findings { sources, diagnostics }).collect()
}

/// The findings of a root, as far as no earlier root has told them.
pub(super) type Told<'a> = (&'a Sources, Cow<'a, [Diagnostic]>);

/// The findings of each compilation, without those that an earlier one has told: what several designs import is told once.
pub(super) fn told_once(compilations: &[Compilation]) -> Vec<Told<'_>> {
    if let [only] = compilations {
        return vec![(&only.sources, Cow::Borrowed(&only.diagnostics))];
    }
    let mut known = BTreeSet::new();
    compilations
        .iter()
        .map(|compilation| {
            let sources = &compilation.sources;
            let new = |diagnostic: &&Diagnostic| {
                let path = sources.path(diagnostic.span).to_owned();
                let place = sources.position(diagnostic.span);
                known.insert((path, place, diagnostic.code, diagnostic.message.clone()))
            };
            (sources, compilation.diagnostics.iter().filter(new).cloned().collect())
        })
        .collect()
}

/// How much was found.
pub(super) fn summarise(compilations: &[Compilation], roots: &[Told<'_>]) -> Summary {
    let mut summary = Summary::default();
    let mut files = BTreeSet::new();
    for compilation in compilations {
        files.extend(compilation.sources.iter().map(|(_, document)| document.path()));
        summary.suppressed += compilation.suppressed;
    }
    summary.files = files.len();
    for (_, diagnostics) in roots {
        summary.count(diagnostics);
    }
    summary
}

/// The findings in a format; `None` for the one that people read, which depends on where it is shown.
fn text(
    format: FindingFormat,
    findings: &[Findings<'_>],
    summary: Summary,
    before: Option<&Before>,
) -> Option<String> {
    Some(match format {
        FindingFormat::Human => return None,
        FindingFormat::Concise => findings.iter().map(|root| emit::concise(*root)).collect(),
        FindingFormat::Json => emit::json(findings, summary, before),
        FindingFormat::Sarif => emit::sarif(findings, before),
        FindingFormat::Github => findings.iter().map(|root| emit::github(*root)).collect(),
        FindingFormat::Gitlab => emit::gitlab(findings),
        FindingFormat::Junit => emit::junit(findings),
    })
}

fn human(
    findings: &[Findings<'_>],
    summary: Summary,
    before: Option<&Before>,
    style: HumanStyle,
    quiet: bool,
) -> String {
    let mut text: String = findings.iter().map(|root| emit::human(*root, style)).collect();
    if !quiet {
        text.push_str(&summary.sentence(before));
        text.push('\n');
    }
    text
}

fn tell(
    options: &Check,
    examined: &Examined,
    roots: &[Told<'_>],
    before: Option<&Before>,
    aside: bool,
    output: &Output,
) -> Exit {
    let exit = examined.write_files(options, roots, before, output);
    let (findings, summary) = (findings(roots), examined.summary(roots));
    let in_words = || human(&findings, summary, before, output.human_style(), output.is_quiet());
    let shown = text(options.format, &findings, summary, before).unwrap_or_else(in_words);
    if aside {
        output.say(&shown);
        return exit;
    }
    exit.max(output.print(&shown))
}

/// Whether a root has a finding that its configuration does not let pass.
fn fails(roots: &[Told<'_>], configs: &Configs) -> bool {
    roots.iter().any(|(sources, diagnostics)| {
        let root = sources.iter().next().map_or("", |(_, document)| document.path());
        let fail_on = configs.of(root).fail_on;
        diagnostics.iter().any(|diagnostic| fail_on.fails(diagnostic.severity))
    })
}
