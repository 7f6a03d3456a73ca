//! One side of a comparison: a file, a folder, Markdown, standard input, or `REV:PATH` of git.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use crate::cli::Exit;
use crate::cli::compile;
use crate::cli::documents::{File, collect};
use crate::cli::git::{Entry, Revision, RevisionLoader, top_of};
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::cli::since::{CANDIDATES, ENDINGS, SIMILAR, likest as likest_text};
use crate::compilation::Compilation;
use crate::config::{Config, Folder};
use crate::source::{Document, Loader};

/// One side.
pub(super) struct Side {
    /// Its designs, by path.
    pub(super) designs: Vec<Design>,
    /// Whether it is a folder.
    pub(super) is_folder: bool,
    /// Put before a path in messages: the revision.
    pub(super) prefix: String,
    /// Whether all of it could be read.
    pub(super) exit: Exit,
}

/// A design of a side.
pub(super) struct Design {
    /// Its path, below the folder where the side is one; with the number of its block in Markdown.
    pub(super) key: String,
    pub(super) compilation: Compilation,
}

/// What stands under that name.
///
/// # Errors
/// [`Exit::CouldNot`], which was said.
pub(super) fn read(
    name: &str,
    today: Option<&str>,
    settings: &Settings,
    output: &Output,
) -> Result<Side, Exit> {
    match name.split_once(':') {
        Some((revision, path)) if name != "-" && !Path::new(name).exists() => {
            of_revision(revision, path, today, settings, output)
        }
        _ => of_files(name, today, settings, output),
    }
}

fn of_files(name: &str, today: Option<&str>, settings: &Settings, output: &Output) -> Result<Side, Exit> {
    let found = collect(&[name.to_owned()], None, &ENDINGS, output);
    let is_folder = Path::new(name).is_dir();
    if found.files.is_empty() && !is_folder {
        return Err(Exit::CouldNot);
    }
    let paths = found.files.iter().map(|file| file.path.as_str());
    let configs = settings.of_all(paths, today, None, output)?;
    let folder = crate::cli::loader::normal_form(name, name.starts_with('/'));
    let designs = designs(compile::all(&found.files, &configs), if is_folder { &folder } else { "" });
    Ok(Side { designs, is_folder, prefix: String::new(), exit: found.exit })
}

fn of_revision(
    name: &str,
    path: &str,
    today: Option<&str>,
    settings: &Settings,
    output: &Output,
) -> Result<Side, Exit> {
    let fail = |why: String| output.fail(&format!("cannot read `{name}:{path}`: {why}"));
    let top = top_of(Path::new(".")).map_err(&fail)?;
    let revision = Revision::open(&top, name).map_err(&fail)?;
    let (path, entry) = find(&revision, path).map_err(&fail)?;
    let is_folder = entry != Entry::File;
    let paths = match entry {
        Entry::Folder | Entry::Submodule(_) => revision.files_everywhere(&path, &ENDINGS).map_err(&fail)?,
        Entry::File => vec![path.clone()],
    };
    let mut side = Side { designs: Vec::new(), is_folder, prefix: format!("{name}:"), exit: Exit::Done };
    let mut files = Vec::new();
    for path in paths {
        match revision.read(&path) {
            Ok(text) => files.push(File { path, text: text.into(), from_folder: is_folder }),
            Err(error) => {
                let why = crate::cli::loader::reason(&error);
                side.exit = output.fail(&format!("cannot read `{name}:{path}`: {why}"));
            }
        }
    }
    // judged by the configuration of today: what differs is then the design
    let today_path = |path: &str| top.join(path).to_string_lossy().replace('\\', "/");
    let todays: Vec<String> = files.iter().map(|file| today_path(&file.path)).collect();
    let configs = settings.of_all(todays.iter().map(String::as_str), today, None, output)?;
    let config = |path: &str| {
        let config = configs.of(&today_path(path));
        let here = top.to_string_lossy().replace('\\', "/");
        let folder = Folder { here, of: config.folder.of.clone() };
        Cow::Owned(Config { folder, ..config.clone() })
    };
    let loader =
        |path: &str| -> Box<dyn Loader + '_> { Box::new(RevisionLoader::for_design(&revision, path)) };
    let compilations = compile::each(&files, &loader, &config);
    side.designs = designs(compilations, if is_folder { &path } else { "" });
    Ok(side)
}

/// What stands at a path of a revision: seen from the top, as git has it, else from the working folder.
fn find(revision: &Revision, path: &str) -> Result<(String, Entry), String> {
    let from_here = || revision.below(Path::new(path)).filter(|path| !path.starts_with(".."));
    let from_top = (!path.starts_with("./") && !path.starts_with("../") && path != ".")
        .then(|| crate::cli::loader::normal_form(path, false));
    for path in [from_top, from_here()].into_iter().flatten() {
        if let Some(entry) = revision.entry(&path)? {
            return Ok((path, entry));
        }
    }
    Err(format!("revision `{}` has no such file or folder", revision.name()))
}

/// Designs by their paths below a folder.
fn designs(compilations: Vec<Compilation>, folder: &str) -> Vec<Design> {
    let mut found: Vec<Design> = Vec::new();
    let mut blocks = 0;
    let mut last = String::new();
    for compilation in compilations {
        let root = compilation.sources.iter().next();
        let path = root.map_or("", |(_, document)| document.path());
        let is_block = root.is_some_and(|(_, document)| document.is_embedded());
        let below = match path.strip_prefix(folder) {
            Some(rest) if !folder.is_empty() => rest.trim_start_matches('/'),
            _ => path,
        };
        blocks = if below == last { blocks + 1 } else { 1 };
        last = below.to_owned();
        let key = if is_block { format!("{below}#{blocks}") } else { below.to_owned() };
        found.push(Design { key, compilation });
    }
    found
}

/// The design of the others that is most like this one, taken out of them; `None` where none is like it.
pub(super) fn likest(design: &Design, others: &mut [Option<Design>]) -> Option<Design> {
    let text = |it: &Design| it.compilation.sources.iter().next().map(|(_, root)| Arc::clone(root));
    let own = text(design)?;
    let open: Vec<usize> =
        others.iter().enumerate().filter(|(_, it)| it.is_some()).map(|(at, _)| at).collect();
    let texts: Vec<Arc<Document>> =
        open.iter().filter_map(|at| others.get(*at)?.as_ref().and_then(text)).collect();
    let same = texts.iter().position(|it| it.text() == own.text());
    let best = match same {
        Some(at) => Some((1.0, at)),
        None if texts.len() > CANDIDATES => None,
        None => likest_text(own.text(), texts.iter().map(|it| it.text())),
    };
    let (_, at) = best.filter(|(share, _)| *share >= SIMILAR)?;
    others.get_mut(*open.get(at)?)?.take()
}
