//! What there is to see at one moment: the last good design, its pages, and the mistakes of what was saved since. Knows no
//! network and reads no file.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, BuildHasherDefault};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHasher;
use serde_json::json;

use crate::compilation::Compilation;
use crate::config::Config;
use crate::diagram::html::{self, Live, Served};
use crate::diagram::overlay::Evidence;
use crate::ide::preview::{Picked, wanted};

/// So many mistakes are told.
const TOLD: usize = 20;
/// So many bytes of one.
const LONG: usize = 1000;

/// A design as it was read.
#[derive(Debug)]
pub(super) struct Design {
    pub(super) compilation: Compilation,
    pub(super) config: Config,
    /// Whether its text has no mistake.
    pub(super) is_good: bool,
}

/// What a look at the files gave.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// `None` where nothing could be read.
    pub(super) design: Option<Arc<Design>>,
    /// What was said of it, a line each.
    pub(super) said: String,
}

/// What is shown at one moment.
#[derive(Debug)]
pub(super) struct Edition {
    shown: Arc<Shown>,
    /// What is wrong with what was saved last.
    mistakes: Vec<String>,
}

/// A design that is shown, and the pages of it that were asked for.
#[derive(Debug)]
struct Shown {
    design: Option<Arc<Design>>,
    /// Names the texts and the settings: equal ones give equal pages.
    stamp: String,
    /// What the command line asks for.
    picked: Picked,
    /// By view; more are made when they are asked for, and there are no more than views.
    pages: Mutex<BTreeMap<Option<String>, Arc<Served>>>,
}

impl Edition {
    /// The first one, which shows what could be read, mistakes or not.
    pub(super) fn first(seen: Seen, picked: Picked) -> Self {
        let mistakes = lines(&seen.said);
        Self { shown: Arc::new(Shown::new(seen.design, picked)), mistakes }
    }

    /// The one after a look; `None` where nothing changed. A good picture stays until there is another good one.
    pub(super) fn next(&self, seen: Seen) -> Option<Self> {
        let mistakes = lines(&seen.said);
        let is_good = |design: &Option<Arc<Design>>| design.as_ref().is_some_and(|it| it.is_good);
        let is_better = is_good(&seen.design) || !is_good(&self.shown.design) && seen.design.is_some();
        let shown = is_better.then(|| Shown::new(seen.design, self.shown.picked.clone()));
        match shown.filter(|it| it.stamp != self.shown.stamp) {
            Some(shown) => Some(Self { shown: Arc::new(shown), mistakes }),
            None if mistakes == self.mistakes => None,
            None => Some(Self { shown: Arc::clone(&self.shown), mistakes }),
        }
    }

    /// What a page is told, as JSON in one line: which picture is the present one, and what is wrong.
    pub(super) fn news(&self) -> String {
        let more = self.mistakes.len().saturating_sub(TOLD);
        let told: Vec<&str> = self.mistakes.iter().take(TOLD).map(|line| short(line)).collect();
        let is_good = self.shown.design.as_ref().is_some_and(|it| it.is_good);
        let (count, noun) = match self.mistakes.len() {
            1 => ("A".to_owned(), "mistake"),
            count => (count.to_string(), "mistakes"),
        };
        let what = if is_good { "this is the last picture without" } else { "this is what could be read" };
        let rest = if more > 0 { format!(" The first {TOLD}:") } else { String::new() };
        let text = format!("{count} {noun}; {what}.{rest}");
        json!({ "stamp": self.shown.stamp, "text": text, "mistakes": told }).to_string()
    }

    /// The page of a view, of the one of the command line without a name, of everything by an empty name.
    pub(super) fn page(&self, view: Option<&str>) -> Arc<Served> {
        self.shown.page(view)
    }
}

impl Shown {
    fn new(design: Option<Arc<Design>>, picked: Picked) -> Self {
        let stamp = design.as_deref().map(stamp).unwrap_or_default();
        Self { design, stamp, picked, pages: Mutex::default() }
    }

    fn page(&self, view: Option<&str>) -> Arc<Served> {
        let view = match view {
            None => self.picked.view.clone(),
            Some(name) => Some(name.to_owned()).filter(|name| !name.is_empty()),
        };
        // held while drawing: whoever asks for the same page waits for it
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = pages.get(&view) {
            return Arc::clone(known);
        }
        let (page, is_there) = self.draw(view.clone());
        let page = Arc::new(page);
        // what is not there is not kept, or names nobody wrote would fill the memory
        if is_there {
            pages.insert(view, Arc::clone(&page));
        }
        page
    }

    /// The page of a view, and whether there is that view; everything otherwise.
    fn draw(&self, view: Option<String>) -> (Served, bool) {
        let Some(design) = &self.design else {
            return (Served { html: String::new(), policy: String::new() }, false);
        };
        let Design { compilation, config, .. } = design.as_ref();
        let picked = Picked { view, ..self.picked.clone() };
        let plain = Picked { view: None, ..picked.clone() };
        let (options, notice) = match wanted(&compilation.model, config, &picked) {
            Ok(options) => (options, None),
            // a view, or a theme of the settings, that was there before
            Err(why) => (wanted(&compilation.model, config, &plain).unwrap_or_default(), Some(why)),
        };
        let evidence = Evidence {
            model: &compilation.model,
            facts: &compilation.facts,
            findings: &compilation.diagnostics,
        };
        let is_there = notice.is_none();
        let live = Live { stamp: self.stamp.clone(), notice };
        (html::served(&evidence, &options, &live), is_there)
    }
}

/// Names the texts and the settings of a design.
fn stamp(design: &Design) -> String {
    let texts: Vec<(&str, &str)> =
        design.compilation.sources.iter().map(|(_, document)| (document.path(), document.text())).collect();
    let hasher = BuildHasherDefault::<FxHasher>::default();
    format!("{:016x}", hasher.hash_one((texts, format!("{:?}", design.config))))
}

fn lines(said: &str) -> Vec<String> {
    said.lines().map(str::to_owned).collect()
}

/// The beginning of a long text.
fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONG)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compilation::check;
    use crate::source::{Document, MemoryLoader};

    fn seen(text: &str, said: &str) -> Seen {
        let config = Config::default();
        let compilation = check(Document::new("x.arch", text), &MemoryLoader::default(), &config);
        let design = Design { compilation, config, is_good: said.is_empty() };
        Seen { design: Some(Arc::new(design)), said: said.to_owned() }
    }

    fn stamp_of(edition: &Edition) -> String {
        let news: serde_json::Value = serde_json::from_str(&edition.news()).unwrap();
        let stamp = news["stamp"].as_str().unwrap().to_owned();
        assert!(edition.page(None).html.contains(&format!("data-stamp=\"{stamp}\"")), "both name the same");
        stamp
    }

    #[test]
    fn a_good_picture_stays_until_there_is_another() {
        let one = Edition::first(seen("service one\n", ""), Picked::default());
        assert!(one.next(seen("service one\n", "")).is_none(), "nothing changed");
        let broken = one.next(seen("servce two\n", "x.arch:1:1: error[E011] no\n")).unwrap();
        assert_eq!(stamp_of(&broken), stamp_of(&one));
        assert!(
            broken.news().contains("E011")
                && broken.news().contains("A mistake; this is the last picture without")
        );
        assert!(broken.page(None).html.contains(">one<"));
        let gone =
            broken.next(Seen { design: None, said: "archc: cannot read `x.arch`\n".to_owned() }).unwrap();
        assert_eq!(stamp_of(&gone), stamp_of(&one));
        let mended = gone.next(seen("service two\n", "")).unwrap();
        assert_ne!(stamp_of(&mended), stamp_of(&one));
        assert!(mended.news().contains("\"mistakes\":[]") && mended.page(None).html.contains(">two<"));
    }

    #[test]
    fn before_the_first_good_one_what_could_be_read_is_shown() {
        let one = Edition::first(seen("service one\nservce\n", "a\n"), Picked::default());
        let two = one.next(seen("service two\nservce\n", "a\n")).unwrap();
        assert!(two.page(None).html.contains(">two<") && two.news().contains("this is what could be read"));
    }

    #[test]
    fn a_view_has_its_page_and_one_that_is_not_there_says_so_and_is_not_kept() {
        let text = "service a\nservice b\nview small { hide = [b] }\n";
        let edition =
            Edition::first(seen(text, ""), Picked { view: Some("small".to_owned()), ..Picked::default() });
        let has_b = |view| {
            edition.page(view).html.contains("data-id=\"b\"") || edition.page(view).html.contains(">b<")
        };
        assert!(!has_b(None) && !has_b(Some("small")) && has_b(Some("")));
        assert!(Arc::ptr_eq(&edition.page(None), &edition.page(Some("small"))), "drawn once");
        assert!(edition.page(Some("none")).html.contains("there is no view `none`"));
        assert_eq!(edition.shown.pages.lock().unwrap().len(), 2);
    }

    #[test]
    fn few_mistakes_are_told_and_short() {
        let long = format!("{}\n", "é".repeat(5000)).repeat(50);
        let edition = Edition::first(seen("", &long), Picked::default());
        assert!(edition.news().len() < TOLD * (LONG + 10) + 200 && edition.news().contains("50 mistakes"));
    }
}
