//! `archc practice`: problems, briefs, skeletons, grades. What it tells comes from [`crate::practice`]; here is what reads and writes.

mod run;
mod state;

use std::path::{Path, PathBuf};

use super::Exit;
use super::arguments::{ListFormat, Practice};
use super::compile;
use super::documents::single;
use super::output::Output;
use super::settings::Settings;
use crate::config::Config;
use crate::practice::clock::{Clock, Phase};
use crate::practice::grade::{self, Scorecard};
use crate::practice::{self, Brief, Look};
use crate::study::estimate::{Style, estimate, human};

/// What a design is called that nobody names.
const DESIGN: &str = "design.arch";

pub(super) fn run(options: &Practice, settings: &Settings, output: &Output) -> Exit {
    if let Some(file) = &options.grade {
        return grade(options, file, settings, output);
    }
    let Some(name) = &options.problem else { return list(options, output) };
    let Some(brief) = practice::find(name) else { return output.fail(&unknown(name)) };
    if options.run {
        return run::run(&brief, options, settings, output);
    }
    if options.reference {
        return reference(&brief, options.output.as_deref(), output);
    }
    if let Some(word) = &options.hint {
        let phase = Phase::from_word(word);
        if phase.is_none() && word != "all" {
            return output.fail(&format!("`{word}` is no phase; name requirements, design, deep or wrap-up"));
        }
        return output.print(&practice::hints_text(&brief, phase, look(output)));
    }
    if let Some(target) = &options.output {
        return start(&brief, target, options.clarify, output);
    }
    if options.answers {
        let style = output.human_style();
        let style = Style { color: style.color, width: style.width.max(100) };
        return output.print(&human(&estimate(&brief.asked, &Config::default()), style));
    }
    match options.format {
        ListFormat::Json => output.print(&practice::brief_json(&brief, options.clarify, DESIGN)),
        ListFormat::Human => {
            let told = output.print(&practice::brief_text(&brief, options.clarify, look(output)));
            output.remark(&format!(
                "\nnext: `archc practice {name} -o {name}/` writes it with a skeleton, `archc practice {name} --run` starts the clock\n",
                name = brief.name
            ));
            told
        }
    }
}

fn list(options: &Practice, output: &Output) -> Exit {
    if options.run
        || options.reference
        || options.hint.is_some()
        || options.output.is_some()
        || options.clarify
    {
        return output.fail("name a problem; `archc practice` alone lists them");
    }
    let problems = practice::problems();
    output.print(&match options.format {
        ListFormat::Json => practice::list_json(&problems),
        ListFormat::Human => practice::list_text(&problems, look(output)),
    })
}

fn unknown(name: &str) -> String {
    match practice::nearest(name) {
        Some(near) => format!("there is no problem `{name}`; did you mean `{near}`?"),
        None => format!("there is no problem `{name}`; `archc practice` lists them"),
    }
}

fn look(output: &Output) -> Look {
    let style = output.human_style();
    Look::Terminal { color: style.color, width: style.width }
}

fn reference(brief: &Brief, target: Option<&Path>, output: &Output) -> Exit {
    match target.filter(|path| *path != Path::new("-")) {
        None => output.print(brief.reference),
        Some(path) if path.exists() => overwrites(path, output),
        Some(path) => output.write_file(path, brief.reference.as_bytes()),
    }
}

fn overwrites(path: &Path, output: &Output) -> Exit {
    output.fail(&format!("`{}` exists; name another with -o, archc overwrites none", path.display()))
}

/// The design and the brief beside it that an `-o` means.
fn places(target: &Path) -> (PathBuf, PathBuf) {
    match target.extension().and_then(|ending| ending.to_str()) {
        Some("arch") => (target.to_owned(), target.with_extension("md")),
        _ => (target.join(DESIGN), target.join("brief.md")),
    }
}

/// Writes the brief and the skeleton.
fn start(brief: &Brief, target: &Path, clarify: bool, output: &Output) -> Exit {
    if target == Path::new("-") {
        return output.print(&practice::skeleton(brief, DESIGN));
    }
    let (design, page) = places(target);
    if let Some(there) = [&design, &page].into_iter().find(|path| path.exists()) {
        return overwrites(there, output);
    }
    // the clock begins with a run; that it is kept tells which problem the design is for
    let clock = state::State::new(brief.name, Clock::new(brief.minutes));
    let written = write_design(brief, &design, output).max(state::write(&design, &clock, output));
    if written != Exit::Done {
        return written;
    }
    let written = output.write_file(&page, practice::brief_text(brief, clarify, Look::Markdown).as_bytes());
    if written == Exit::Done {
        let design = design.display();
        output.remark(&format!(
            "wrote {design} and {}; next:\n  archc practice {} --run -o {design}\n  archc practice --grade {design}\n",
            page.display(),
            brief.name
        ));
    }
    written
}

/// Writes the skeleton, its folder first.
fn write_design(brief: &Brief, design: &Path, output: &Output) -> Exit {
    if let Some(folder) = design.parent().filter(|folder| !folder.as_os_str().is_empty())
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        return output.fail(&format!("cannot make the folder `{}`: {error}", folder.display()));
    }
    let name = design.file_name().map_or_else(|| DESIGN.into(), |name| name.to_string_lossy());
    output.write_file(design, practice::skeleton(brief, &name).as_bytes())
}

fn grade(options: &Practice, path: &str, settings: &Settings, output: &Output) -> Exit {
    let config = match settings.of(path, None, output) {
        // a grade does not depend on the day
        Ok(config) => Config { today: None, ..config },
        Err(exit) => return exit,
    };
    let file = match single(path, output) {
        Ok(file) => file,
        Err(exit) => return exit,
    };
    let (compilation, _) = compile::one(&file, &config, output);
    let asked = options.of.clone().or_else(|| options.problem.clone());
    let kept = || state::read(Path::new(path)).map(|state| state.problem);
    let named = || compilation.model.system.as_ref().map(|it| it.name.to_string());
    let brief = match asked.or_else(kept) {
        Some(name) => match practice::find(&name) {
            Some(brief) => brief,
            None => return output.fail(&unknown(&name)),
        },
        None => match named().as_deref().and_then(practice::find) {
            Some(brief) => brief,
            None => {
                return output
                    .fail("nothing says which problem this design is for; name it by --problem NAME");
            }
        },
    };
    let card = grade::grade(&brief, &compilation, &config);
    let told = output.print(&tell(card, options, output));
    output.remark(&format!(
        "\nanother way to do it: `archc practice {} --reference -o reference.arch`, then `archc diff {path} reference.arch`\n",
        brief.name
    ));
    told
}

fn tell(mut card: Scorecard, options: &Practice, output: &Output) -> String {
    match options.format {
        ListFormat::Human => grade::human(&card, options.answers, look(output)),
        ListFormat::Json => {
            if !options.answers {
                card.hide_answers();
            }
            grade::json(&card)
        }
    }
}
