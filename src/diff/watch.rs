//! What changed between one look at the findings and the next, for someone who watches. Knows neither files nor clocks.

use std::collections::BTreeMap;

use super::{Fingerprint, fingerprints};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

/// A finding as it is seen from look to look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// How bad it is.
    pub severity: Severity,
    /// The code.
    pub code: &'static str,
    /// `FILE:LINE:COLUMN`
    pub place: String,
    /// What is wrong.
    pub message: String,
}

/// How a finding differs from the last look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum News {
    /// It was not there.
    Came,
    /// It is there no more.
    Went,
    /// It says something else.
    Changed,
}

/// The findings of the last look.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    last: BTreeMap<(String, Fingerprint), Seen>,
}

impl Watch {
    /// Takes in the findings of all designs; gives what differs from the last look: what went first, then the rest, in the
    /// order told. That lines moved is no difference.
    pub fn look(&mut self, designs: &[(&Sources, &[Diagnostic])]) -> Vec<(News, Seen)> {
        let mut now = BTreeMap::new();
        let mut news = Vec::new();
        for (sources, diagnostics) in designs {
            let root = sources.iter().next().map_or("", |(_, root)| root.path());
            for (it, print) in diagnostics.iter().zip(fingerprints(sources, diagnostics)) {
                // the blocks of a page are designs of one name, and one look may meet the same in two of them
                let mut key = (root.to_owned(), print);
                while now.contains_key(&key) {
                    key.0.push('#');
                }
                let at = sources.position(it.span);
                let seen = Seen {
                    severity: it.severity,
                    code: it.code,
                    place: format!("{}:{}:{}", sources.path(it.span), at.line, at.column),
                    message: it.message.clone(),
                };
                match self.last.remove(&key) {
                    None => news.push((News::Came, seen.clone())),
                    Some(was) if was.message != seen.message || was.severity != seen.severity => {
                        news.push((News::Changed, seen.clone()));
                    }
                    Some(_) => {}
                }
                now.insert(key, seen);
            }
        }
        let went = std::mem::replace(&mut self.last, now).into_values().map(|seen| (News::Went, seen));
        went.chain(news).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compilation::{Compilation, check};
    use crate::config::Config;
    use crate::source::{Document, MemoryLoader};

    fn compiled(text: &str) -> Compilation {
        check(Document::new("a.arch", text), &MemoryLoader::default(), &Config::default())
    }

    fn look(watch: &mut Watch, texts: &[&str]) -> Vec<(News, &'static str, String)> {
        let all: Vec<Compilation> = texts.iter().map(|text| compiled(text)).collect();
        let designs: Vec<_> = all.iter().map(|it| (&it.sources, it.diagnostics.as_slice())).collect();
        watch.look(&designs).into_iter().map(|(news, it)| (news, it.code, it.place)).collect()
    }

    #[test]
    fn only_what_changed_is_told() {
        let mut watch = Watch::default();
        let one = "servce x\n";
        assert_eq!(look(&mut watch, &[one])[0].0, News::Came);
        assert_eq!(look(&mut watch, &[one]), []);
        assert_eq!(look(&mut watch, &["\n\nservce x\n"]), [], "it only moved");
        let news = look(&mut watch, &["servce y\n"]);
        assert_eq!(news.iter().map(|it| it.0).collect::<Vec<_>>(), [News::Went, News::Came]);
        assert_eq!(news[0].2, "a.arch:3:1");
        assert!(look(&mut watch, &[]).iter().all(|it| it.0 == News::Went));
    }

    #[test]
    fn other_figures_are_a_change_and_equal_blocks_are_apart() {
        let mut watch = Watch::default();
        let busy =
            |rate: u32| format!("client c {{ rate = {rate}/s }}\nservice s {{ capacity = 10/s }}\nc -> s\n");
        assert!(!look(&mut watch, &[&busy(20)]).is_empty());
        let news = look(&mut watch, &[&busy(30)]);
        assert!(!news.is_empty() && news.iter().all(|it| it.0 == News::Changed), "{news:?}");
        let mut twice = Watch::default();
        let first = look(&mut twice, &["servce x\n"]).len();
        assert_eq!(look(&mut twice, &["servce x\n", "servce x\n"]).len(), first);
        assert_eq!(look(&mut twice, &["servce x\n", "servce x\n"]), []);
    }
}
