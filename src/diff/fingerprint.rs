//! Who a finding is, whatever line it stands on: the rule and the elements at fault, not the place or the figures.

use std::collections::BTreeMap;
use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// Characters of a line with a mistake that tell it from others.
const TOLD: usize = 80;

/// The identity of a finding: survives moved lines, a renamed file and other numbers in its message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Fingerprint(u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The fingerprints of findings, in their order. Findings that are alike in everything are told apart by their order.
pub fn fingerprints(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<Fingerprint> {
    let mut met: BTreeMap<u64, u64> = BTreeMap::new();
    diagnostics
        .iter()
        .map(|diagnostic| {
            let identity = identity(sources, diagnostic);
            let nth = met.entry(identity.0).or_default();
            let fingerprint = if *nth == 0 { identity } else { identity.part(&nth.to_string()) };
            *nth += 1;
            Fingerprint(fingerprint.0)
        })
        .collect()
}

fn identity(sources: &Sources, diagnostic: &Diagnostic) -> Hash {
    let mut hash = Hash::new().part(diagnostic.code);
    for subject in &diagnostic.subjects {
        hash = hash.part(subject);
    }
    if diagnostic.subjects.is_empty() {
        // a mistake in the source has no subject: the text that is wrong tells it, with what follows on its line
        let line =
            sources.get(diagnostic.span.file).and_then(|it| it.text().get(diagnostic.span.range().start..));
        let words: String = line.unwrap_or("").chars().take(TOLD).take_while(|c| *c != '\n').collect();
        hash = hash.part(words.trim_end());
    }
    hash
}

/// FNV-1a (Fowler, Noll, Vo) over 64 bits: the same on every machine and in every version, which std's hashers do not promise.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Takes in a text and its end.
    fn part(self, text: &str) -> Self {
        let bytes = text.bytes().chain([0xff]);
        Self(bytes.fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compilation::check;
    use crate::config::Config;
    use crate::source::{Document, MemoryLoader};

    fn of(path: &str, text: &str) -> Vec<String> {
        let it = check(Document::new(path, text), &MemoryLoader::default(), &Config::default());
        fingerprints(&it.sources, &it.diagnostics).iter().map(ToString::to_string).collect()
    }

    const DESIGN: &str = "client c { rate = 10/s }\nservice api\ndatabase db\nc -> api -> db\n";

    #[test]
    fn they_survive_moved_lines_renamed_files_and_other_figures() {
        let one = of("a.arch", DESIGN);
        assert!(!one.is_empty());
        assert_eq!(one, of("b/c.arch", &format!("\n\n// moved\n{DESIGN}")));
        assert_eq!(one, of("a.arch", &DESIGN.replace("10/s", "11/s")));
    }

    #[test]
    fn other_elements_and_other_mistakes_differ() {
        assert_ne!(of("a.arch", DESIGN), of("a.arch", &DESIGN.replace("api", "web")));
        assert_ne!(of("a.arch", "servce x\n"), of("a.arch", "servce y\n"));
        let twice = of("a.arch", "servce x\nservce x\n");
        let distinct: std::collections::BTreeSet<_> = twice.iter().collect();
        assert!(twice.len() >= 2 && distinct.len() == twice.len(), "{twice:?}");
    }

    #[test]
    fn the_hash_is_fnv() {
        // the published test vector of "a" is without the end mark
        let plain = "a"
            .bytes()
            .fold(Hash::new().0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        assert_eq!(plain, 0xaf63_dc4c_8601_ec8c);
    }
}
