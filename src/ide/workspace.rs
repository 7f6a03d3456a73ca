//! The files of an editor's folders, open and closed, checked as they stand there rather than on disk. Keeps what did not
//! change. Reads closed files only through a [`Loader`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::links::{Links, Resolutions};
use super::{Analysis, CONFIGURATION, Design, File, Language, WrongSetting};
use crate::compilation::Session;
use crate::config::{self, Config, Folder};
use crate::rules::configuration::configure;
use crate::source::{LoadError, Loader};
use crate::units::Date;

/// Everything that an editor works on.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The files of its folders.
    listed: BTreeSet<Arc<str>>,
    open: BTreeMap<Arc<str>, Arc<File>>,
    /// What was read from disk, or why it could not be.
    closed: BTreeMap<Arc<str>, Result<Arc<File>, LoadError>>,
    resolutions: Resolutions,
    links: Links,
    configurations: BTreeMap<Arc<str>, Configuration>,
    designs: BTreeMap<Key, Checked>,
    /// Whose text changed since the last check.
    changed: BTreeSet<Arc<str>>,
    /// Files came or went, or import something else: what is a design must be found out anew.
    restructured: bool,
    today: Option<Date>,
}

/// A design by the path of its root, and its number among the blocks of that file.
type Key = (Arc<str>, usize);

#[derive(Debug, Default)]
struct Checked {
    session: Session,
    /// The paths that it depends on, also of files that there are not.
    inputs: Arc<BTreeSet<Arc<str>>>,
    config: Arc<Config>,
    /// `None` where it must be checked anew.
    design: Option<Arc<Design>>,
}

#[derive(Debug)]
struct Configuration {
    file: Arc<File>,
    config: Arc<Config>,
    wrong: Vec<WrongSetting>,
}

impl Workspace {
    /// The day for which annotations are read.
    pub fn set_today(&mut self, today: Option<Date>) {
        if self.today != today {
            self.today = today;
            self.configurations.clear();
            self.restructured = true;
        }
    }

    /// The files of the workspace's folders that are designs, parts of them, or Markdown: all of them.
    pub fn list(&mut self, files: BTreeSet<Arc<str>>) {
        if self.listed != files {
            self.listed = files;
            self.restructured = true;
        }
    }

    /// The file is open as that, whatever it was before.
    pub fn open(&mut self, file: Arc<File>) {
        let path: Arc<str> = file.path().into();
        let was_open = self.open.contains_key(&path);
        self.restructured |= !was_open || file.language() != Language::Arch || !self.links.agree(&file);
        self.changed.insert(Arc::clone(&path));
        self.open.insert(path, file);
    }

    /// The file is closed: what is on disk counts again.
    pub fn close(&mut self, path: &str) {
        if let Some((path, _)) = self.open.remove_entry(path) {
            self.closed.remove(&path);
            self.changed.insert(path);
            self.restructured = true;
        }
    }

    /// The file changed on disk, came or went.
    pub fn changed_on_disk(&mut self, path: &str) {
        self.closed.remove(path);
        self.resolutions.forget();
        self.changed.insert(path.into());
        self.restructured = true;
    }

    /// Anything may have changed on disk.
    pub fn reread(&mut self) {
        self.resolutions.forget();
        self.changed.extend(std::mem::take(&mut self.closed).into_keys());
        self.restructured = true;
    }

    /// Checks what changed. `None` when `is_stale` says, between two designs, that the answer is no longer wanted; the next
    /// check then goes on from there.
    pub fn check(
        &mut self,
        disk: &dyn Loader,
        generation: u64,
        is_stale: &dyn Fn() -> bool,
    ) -> Option<Arc<Analysis>> {
        if self.restructured {
            self.restructure(disk);
        }
        let changed = std::mem::take(&mut self.changed);
        for known in self.designs.values_mut() {
            if changed.iter().any(|path| known.inputs.contains(path)) {
                known.design = None;
            }
        }
        let keys: Vec<Key> =
            self.designs.iter().filter(|(_, it)| it.design.is_none()).map(|(key, _)| key.clone()).collect();
        for key in keys {
            if is_stale() {
                return None;
            }
            self.check_one(&key, disk);
        }
        Some(Arc::new(self.analysis(generation)))
    }

    fn check_one(&mut self, (path, block): &Key, disk: &dyn Loader) {
        let Some(file) = self.file(path, disk) else { return };
        let Some(known) = self.designs.get_mut(&(Arc::clone(path), *block)) else { return };
        let Some(part) = file.parts().get(*block) else { return };
        let loader = Overlay { open: &self.open, closed: &self.closed, resolutions: &self.resolutions, disk };
        let root = Arc::clone(part.document());
        let parsed = (Arc::clone(&root), part.tree());
        let compilation = known.session.check_parsed(parsed, &loader, &known.config);
        known.design = Some(Arc::new(Design::new(root, compilation, Arc::clone(&known.config))));
    }

    /// Finds out which files are designs, what each depends on, and how it is configured.
    fn restructure(&mut self, disk: &dyn Loader) {
        let is_design = |path: &&Arc<str>| !matches!(Language::of(path), Some(Language::Configuration));
        let open = self.open.values().filter(|file| file.language() != Language::Configuration);
        let open = open.map(|file| Arc::from(file.path()));
        let starts: Vec<Arc<str>> = open.chain(self.listed.iter().filter(is_design).cloned()).collect();
        let resolutions = std::mem::take(&mut self.resolutions);
        let resolve = |from: &str, import: &str| resolutions.resolve(disk, from, import).ok();
        self.links = Links::follow(starts, |path| self.file(path, disk), resolve);
        self.resolutions = resolutions;
        self.restructured = false;

        type Wanted = (Arc<BTreeSet<Arc<str>>>, Arc<Config>);
        let mut wanted: BTreeMap<Key, Wanted> = BTreeMap::new();
        let mut tomls: BTreeSet<Arc<str>> = self.listed_configurations();
        for root in self.links.roots() {
            let blocks = self.file(&root, disk).map_or(0, |file| file.parts().len());
            if blocks == 0 {
                continue;
            }
            let (toml, config) = self.configuration_of(&root, disk);
            tomls.extend(toml);
            let inputs = Arc::new(self.links.reach(&root));
            let of = |block| ((Arc::clone(&root), block), (Arc::clone(&inputs), Arc::clone(&config)));
            wanted.extend((0..blocks).map(of));
        }
        for toml in &tomls {
            self.configuration(toml, disk);
        }
        self.configurations.retain(|path, _| tomls.contains(path));
        self.designs.retain(|key, _| wanted.contains_key(key));
        for (key, (inputs, config)) in wanted {
            let known = self.designs.entry(key).or_default();
            if known.inputs != inputs || known.config != config {
                known.design = None;
            }
            (known.inputs, known.config) = (inputs, config);
        }
    }

    /// The configurations that are told of although no design is below them.
    fn listed_configurations(&self) -> BTreeSet<Arc<str>> {
        let open = self.open.values().filter(|file| file.language() == Language::Configuration);
        let is_one = |path: &&Arc<str>| Language::of(path) == Some(Language::Configuration);
        let listed = self.listed.iter().filter(is_one).cloned();
        open.map(|file| Arc::from(file.path())).chain(listed).collect()
    }

    /// The configuration for a design: the nearest one upwards, else the defaults.
    fn configuration_of(&mut self, design: &str, disk: &dyn Loader) -> (Option<Arc<str>>, Arc<Config>) {
        let mut folder = design;
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            let path: Arc<str> = format!("{folder}/{CONFIGURATION}").into();
            if let Some(config) = self.configuration(&path, disk) {
                return (Some(path), config);
            }
        }
        (None, Arc::new(Config { today: self.today, ..Config::default() }))
    }

    fn configuration(&mut self, path: &Arc<str>, disk: &dyn Loader) -> Option<Arc<Config>> {
        let file = self.file(path, disk)?;
        if let Some(known) = self.configurations.get(path).filter(|known| Arc::ptr_eq(&known.file, &file)) {
            return Some(Arc::clone(&known.config));
        }
        let in_force = configure(&config::read(file.text()));
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let folder = Folder { here: folder.clone(), of: folder };
        let config = Arc::new(Config { today: self.today, folder, ..in_force.config });
        let wrong = in_force.wrong.into_iter().map(|wrong| WrongSetting {
            range: wrong.at,
            message: wrong.help.map_or(wrong.message.clone(), |help| format!("{}; {help}", wrong.message)),
        });
        let read = Configuration { file, config: Arc::clone(&config), wrong: wrong.collect() };
        self.configurations.insert(Arc::clone(path), read);
        Some(config)
    }

    /// A file as it stands now, if it can be read.
    fn file(&mut self, path: &Arc<str>, disk: &dyn Loader) -> Option<Arc<File>> {
        if let Some(file) = self.open.get(path) {
            return Some(Arc::clone(file));
        }
        let read = || {
            let language = Language::of(path).unwrap_or(Language::Arch);
            disk.read(path).map(|text| Arc::new(File::new(Arc::clone(path), text, language)))
        };
        self.closed.entry(Arc::clone(path)).or_insert_with(read).as_ref().ok().cloned()
    }

    fn analysis(&self, generation: u64) -> Analysis {
        let mut analysis = Analysis { generation, ..Analysis::default() };
        let file = |path: &str| {
            let closed = || self.closed.get(path).and_then(|read| read.as_ref().ok());
            self.open.get(path).or_else(closed).map(|file| (Arc::from(path), Arc::clone(file)))
        };
        for design in self.designs.values().filter_map(|known| known.design.as_ref()) {
            let number = analysis.designs.len();
            for (id, document) in design.compilation.sources.iter() {
                match analysis.holders.get_mut(document.path()) {
                    Some(holders) => holders.push((number, id)),
                    None => _ = analysis.holders.insert(document.path().into(), vec![(number, id)]),
                }
                if !analysis.files.contains_key(document.path()) {
                    analysis.files.extend(file(document.path()));
                }
            }
            analysis.designs.push(Arc::clone(design));
        }
        for (path, known) in &self.configurations {
            analysis.files.insert(Arc::clone(path), Arc::clone(&known.file));
            if !known.wrong.is_empty() {
                analysis.wrong.insert(Arc::clone(path), known.wrong.clone());
            }
        }
        analysis
    }
}

/// Open files before those on disk.
struct Overlay<'w> {
    open: &'w BTreeMap<Arc<str>, Arc<File>>,
    closed: &'w BTreeMap<Arc<str>, Result<Arc<File>, LoadError>>,
    resolutions: &'w Resolutions,
    disk: &'w dyn Loader,
}

impl Loader for Overlay<'_> {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        self.resolutions.resolve(self.disk, from, import)
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        match (self.open.get(path), self.closed.get(path)) {
            (Some(file), _) | (None, Some(Ok(file))) => Ok(file.whole().shared_text()),
            (None, Some(Err(error))) => Err(error.clone()),
            (None, None) => self.disk.read(path),
        }
    }
}
