//! What stands in submodules: each is read at the commit that the revision around it has of it.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Entry, Revision, rows, said};
use crate::source::LoadError;

/// The submodules of a revision, as far as they are known yet.
#[derive(Default)]
pub(super) struct Submodules {
    /// Where each stands, with its commit.
    all: OnceCell<Vec<(String, String)>>,
    open: RefCell<BTreeMap<String, Rc<Revision>>>,
}

impl Revision {
    /// The submodule in which a path stands, with the rest of the path; `None` where it stands in none, or is one.
    ///
    /// # Errors
    /// That the submodule is not here, or has not got that commit.
    pub(super) fn submodule(&self, path: &str) -> Result<Option<(Rc<Revision>, String)>, String> {
        for (at, commit) in self.submodules()? {
            if let Some(rest) = path.strip_prefix(at.as_str()).and_then(|rest| rest.strip_prefix('/')) {
                return Ok(Some((self.enter(at, commit)?, rest.to_owned())));
            }
        }
        Ok(None)
    }

    /// The files below a folder or a submodule with one of these endings, those of submodules among them where they are here.
    ///
    /// # Errors
    /// Why git does not tell.
    pub(in crate::cli) fn files_everywhere(
        &self,
        folder: &str,
        endings: &[&str],
    ) -> Result<Vec<String>, String> {
        let inner = match self.entry(folder)? {
            Some(Entry::Submodule(commit)) => Some((self.enter(folder, &commit)?, String::new())),
            _ => self.submodule(folder)?,
        };
        if let Some((inner, rest)) = inner {
            let at = folder.strip_suffix(&rest).unwrap_or(folder).trim_end_matches('/');
            let files = inner.files_everywhere(&rest, endings)?;
            return Ok(files.iter().map(|file| format!("{at}/{file}")).collect());
        }
        let mut files = self.files(folder, endings)?;
        let below = |at: &str| folder.is_empty() || at.starts_with(&format!("{folder}/"));
        for (at, commit) in self.submodules()?.iter().filter(|(at, _)| below(at)) {
            // one that is not here has no files in the working tree either
            if self.is_here(at) {
                let inner = self.enter(at, commit)?.files_everywhere("", endings)?;
                files.extend(inner.iter().map(|file| format!("{at}/{file}")));
            }
        }
        files.sort();
        Ok(files)
    }

    fn submodules(&self) -> Result<&[(String, String)], String> {
        if let Some(known) = self.submodules.all.get() {
            return Ok(known);
        }
        // without this file there is none, which spares a walk over all of a large repository
        let named = !matches!(self.read_own(".gitmodules"), Err(LoadError::NotFound));
        let listed = || said(&self.top, &["ls-tree", "-r", "-z", "--full-tree", &self.commit]);
        let listed = if named { listed()? } else { String::new() };
        let modules = rows(&listed).filter(|(mode, ..)| *mode == "160000");
        let modules = modules.map(|(_, hash, path)| (path.to_owned(), hash.to_owned())).collect();
        Ok(self.submodules.all.get_or_init(|| modules))
    }

    fn is_here(&self, at: &str) -> bool {
        self.top.join(at).join(".git").exists()
    }

    fn enter(&self, at: &str, commit: &str) -> Result<Rc<Revision>, String> {
        if let Some(known) = self.submodules.open.borrow().get(at) {
            return Ok(Rc::clone(known));
        }
        if !self.is_here(at) {
            return Err(format!("the submodule `{at}` is not here: `git submodule update --init` brings it"));
        }
        let opened = Revision::open(&self.top.join(at), commit).map_err(|why| {
            format!("at `{}` the submodule `{at}` stood at another commit: {why}", self.name)
        })?;
        let opened = Rc::new(opened);
        self.submodules.open.borrow_mut().insert(at.to_owned(), Rc::clone(&opened));
        Ok(opened)
    }
}
