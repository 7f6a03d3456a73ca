//! `archc check --fix`, `--unsafe-fixes` and `--diff`: reads designs for the mending, and writes or shows what came of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Exit;
use super::arguments::Check;
use super::check::Work;
use super::compile::{Root, documents, roots};
use super::loader::{FileLoader, read_text};
use super::output::Output;
use crate::compilation::{self, Compilation};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::fix::{self, Designs, Mended, Texts};
use crate::source::{LoadError, Loader};

/// Mends what the options ask for. The files of `work` then have their new texts, unless only a diff was asked for.
pub(super) fn run(options: &Check, work: &mut Work, output: &Output) -> Exit {
    let applicability = if options.mend.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let loader = |path: &str| -> Box<dyn Loader> { Box::new(FileLoader::for_design(Path::new(path))) };
    let roots = roots(&work.files, &loader);
    let mended = fix::mend(&Bench { work, roots, reads_stdin: options.reads_stdin() }, applicability);
    if options.mend.diff {
        tell_fixed(&mended, "would be fixed", output);
        let shown = mended.files.iter().map(|(path, (before, after))| unified(path, before, after));
        return output.print(&shown.collect::<String>()).max(Exit::found_if(!mended.files.is_empty()));
    }
    let exit = write(options, &mended, output);
    if exit == Exit::Done {
        for file in &mut work.files {
            if let Some((_, after)) = mended.files.get(file.path.as_str()) {
                file.text = Arc::clone(after);
            }
        }
        tell_fixed(&mended, "fixed", output);
    }
    let echo = work.files.iter().find(|file| options.is_stdin(&file.path));
    echo.map_or(exit, |file| exit.max(output.print_raw(file.text.as_bytes())))
}

/// Says how many of the findings that are left have a fix that was not asked for.
pub(super) fn tell_left<'d>(options: &Check, left: impl Iterator<Item = &'d Diagnostic>, output: &Output) {
    if options.mend.unsafe_fixes {
        return;
    }
    let is_unsafe =
        |it: &&Diagnostic| it.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Unsafe);
    let count = left.filter(is_unsafe).count();
    if count > 0 {
        let have = if count == 1 { "finding has a fix" } else { "findings have fixes" };
        output.remark(&format!(
            "archc: {count} {have} that would change the design; `--unsafe-fixes --diff` shows what\n"
        ));
    }
}

/// The designs of a run.
struct Bench<'w> {
    work: &'w Work,
    roots: Vec<Root>,
    /// Whoever pipes a text through waits for that text alone: what it imports stays as it is.
    reads_stdin: bool,
}

impl Designs for Bench<'_> {
    fn count(&self) -> usize {
        self.roots.len()
    }

    fn check(&self, design: usize, texts: &Texts) -> Option<Compilation> {
        let root = self.roots.get(design)?;
        let file = self.work.files.get(root.file)?;
        let document = match texts.get(file.path.as_str()) {
            None => Arc::clone(&root.document),
            Some(text) => documents(&file.path, text).into_iter().nth(root.block)?,
        };
        let loader = Overlay { below: FileLoader::for_design(Path::new(&file.path)), texts };
        Some(compilation::check(document, &loader, self.work.configs.of(&file.path)))
    }

    fn wanted<'c>(&self, compilation: &'c Compilation) -> Cow<'c, [Diagnostic]> {
        let all = Cow::Borrowed(compilation.diagnostics.as_slice());
        let Some(past) = &self.work.past else { return all };
        let new = past.compare(vec![(&compilation.sources, all)], &self.work.configs).roots;
        new.into_iter().next().map_or_else(|| Cow::Owned(Vec::new()), |(_, new)| new)
    }

    fn may_change(&self, path: &str) -> bool {
        !self.reads_stdin || self.work.files.iter().any(|file| file.path == path)
    }
}

/// Files with some texts in place of what is on the disk.
struct Overlay<'t> {
    below: FileLoader,
    texts: &'t Texts,
}

impl Loader for Overlay<'_> {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        self.below.resolve(from, import)
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        self.texts.get(path).map_or_else(|| self.below.read(path), |text| Ok(Arc::clone(text)))
    }
}

/// Writes all files that changed, or none: not where one of them is no longer what was read.
fn write(options: &Check, mended: &Mended, output: &Output) -> Exit {
    let mut by_place: BTreeMap<PathBuf, (&str, &Arc<str>)> = BTreeMap::new();
    for (path, (before, after)) in &mended.files {
        if options.is_stdin(path) {
            continue;
        }
        if read_text(Path::new(&**path)).as_deref() != Ok(before) {
            return output.fail(&format!("`{path}` has changed meanwhile; nothing was written"));
        }
        // two names of one file, as links make them
        let place = Path::new(&**path).canonicalize().unwrap_or_else(|_| PathBuf::from(&**path));
        match by_place.get(&place) {
            Some((other, text)) if *text != after => {
                return output.fail(&format!(
                    "`{path}` and `{other}` are one file, which would be mended in two ways; nothing was written"
                ));
            }
            _ => by_place.insert(place, (path, after)),
        };
    }
    let files: Vec<(&Path, &[u8])> =
        by_place.values().map(|(path, text)| (Path::new(*path), text.as_bytes())).collect();
    output.write_files(&files)
}

/// Says what was mended: how many findings, of which rules, in how many files.
fn tell_fixed(mended: &Mended, verb: &str, output: &Output) {
    if mended.refused > 0 {
        let fixes = if mended.refused == 1 { "1 fix is" } else { &*format!("{} fixes are", mended.refused) };
        output.remark(&format!("archc: {fixes} left out, for another finding would come of it\n"));
    }
    let total = mended.total();
    if total == 0 {
        output.remark("archc: nothing to fix\n");
        return;
    }
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let by_rule: Vec<String> = mended.fixed.iter().map(|(code, n)| format!("{code} {n}")).collect();
    let (findings, files) = (count(total, "finding"), count(mended.files.len(), "file"));
    output.remark(&format!("archc: {findings} {verb} in {files}: {}\n", by_rule.join(", ")));
}

fn unified(path: &str, before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after).unified_diff().header(path, path).to_string()
}
