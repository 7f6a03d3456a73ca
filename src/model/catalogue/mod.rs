//! The technology catalogue: what is publicly documented of the technologies that architects name.
//!
//! The facts live in `technologies.toml`, which is embedded in the program; entries are parsed when they are asked for. An entry only supplies
//! defaults and remarks: the values are text in the syntax of `.arch` files, and whoever resolves a design parses them. This
//! module must not know components, rules or analyses.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

#[cfg(test)]
mod tests;

/// The data file as embedded at build time.
const TEXT: &str = include_str!("technologies.toml");

/// What opens an entry.
const ENTRY: &str = "[[tech]]";

/// What opens a table of an entry; on its own, an entry is a document whose tables have no prefix.
const SECTION: &str = "[tech.";

/// The catalogue.
///
/// Its names are indexed at the first call and an entry is parsed when it is first asked for: a design names a few of them,
/// and parsing all would cost more than checking it.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::index(TEXT))
}

/// All technologies, with the sources of their figures.
#[derive(Debug)]
pub struct Catalogue {
    entries: Vec<Entry>,
    /// Names and aliases with the position of their entry, sorted by name.
    names: Vec<(&'static str, usize)>,
    sources_text: &'static str,
    sources: OnceLock<BTreeMap<String, Source>>,
}

/// What people write before the name of a vendor's service, and the vendor as the data has it.
const VENDORS: [(&str, &str); 6] = [
    ("aws-", "AWS"),
    ("amazon-", "AWS"),
    ("azure-", "Azure"),
    ("gcp-", "Google Cloud"),
    ("google-cloud-", "Google Cloud"),
    ("google-", "Google Cloud"),
];

/// A piece of the data file, from one `[[tech]]` to the next.
#[derive(Debug)]
struct Entry {
    text: &'static str,
    technology: OnceLock<Option<Technology>>,
}

/// What is known of one technology.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technology {
    /// The identifier that a design writes after the colon.
    pub name: String,
    /// Other spellings of the name.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The name as its makers write it.
    pub label: String,
    /// The built-in kinds of component that it is used as, the usual one first.
    pub kinds: Vec<String>,
    /// What it is, in one phrase.
    pub class: String,
    /// Whoever runs it, for managed services and software as a service.
    pub vendor: Option<String>,
    /// Whether the vendor runs it, so that an availability is that of the whole.
    #[serde(default)]
    pub managed: bool,
    /// How hard it is to leave: 0 open protocol and self-hosted, 1 managed open source, 2 a compatible interface on a
    /// proprietary engine, 3 a proprietary interface.
    pub lock_in: Option<u8>,
    /// Whether its nodes elect a leader or commit by majority, so that `needs` defaults to a majority.
    #[serde(default)]
    pub consensus: bool,
    /// The queries that its storage is made for; empty where the question makes no sense.
    #[serde(default)]
    pub query: Vec<QueryKind>,
    /// Its page.
    pub url: Option<String>,
    /// Assumed values of attributes, by the attribute's name.
    #[serde(default)]
    pub defaults: BTreeMap<String, Figure>,
    /// What it gives up under a partition and without one, by configuration.
    #[serde(default)]
    pub pacelc: Vec<Pacelc>,
    /// Remarks worth showing, which no analysis reads.
    #[serde(default)]
    pub facts: Vec<Fact>,
}

/// A kind of query, as the attribute `query` of a connection names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QueryKind {
    /// By a key, or by an index on one.
    Key,
    /// By words or likeness.
    Search,
    /// Over many rows, for sums and groups.
    Aggregate,
    /// Along relations, many steps deep.
    Graph,
}

/// The assumed value of an attribute.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The value in the syntax of `.arch` files.
    pub value: String,
    /// The key of its source; [`Catalogue::as_of`] tells the day for which it holds.
    pub source: String,
    /// What a published availability covers.
    pub scope: Option<String>,
    /// What a reader should know before trusting it.
    pub note: Option<String>,
}

/// A PACELC class and when it holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pacelc {
    /// `PA/EL`, `PA/EC`, `PC/EL` or `PC/EC`.
    pub class: String,
    /// The configuration or operation that it is true of.
    pub condition: String,
    /// The key of its source.
    pub source: String,
}

/// A remark.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The remark, in one sentence or less.
    pub text: String,
    /// The key of its source.
    pub source: String,
}

/// Where a figure comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title, and who published it.
    pub title: String,
    /// Its address; absent where the statement is derived by archc.
    pub url: Option<String>,
    /// The date that it bears: `YYYY-MM-DD`, or its first parts where no more is known.
    pub date: Option<String>,
    /// The day on which a copy of an undated page was read.
    pub read: Option<String>,
}

impl Catalogue {
    /// The technology of that name or alias, whatever its case, with `_` read as `-`.
    pub fn find(&self, name: &str) -> Option<&Technology> {
        let folded = fold(name);
        self.exactly(&folded).or_else(|| {
            // a service under its vendor's name: `aws-sqs`
            VENDORS.iter().find_map(|(prefix, vendor)| {
                let found = self.exactly(folded.strip_prefix(prefix)?)?;
                found.vendor.as_deref().is_some_and(|its| its == *vendor).then_some(found)
            })
        })
    }

    fn exactly(&self, name: &str) -> Option<&Technology> {
        let at = self.names.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
        let (_, position) = self.names.get(at)?;
        self.entries.get(*position)?.technology()
    }

    /// Every technology, in the order of the file.
    pub fn technologies(&self) -> impl Iterator<Item = &Technology> {
        self.entries.iter().filter_map(Entry::technology)
    }

    /// Every name and alias in alphabetical order, in lower case.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.names.iter().map(|(name, _)| *name)
    }

    /// The source of that key.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources().get(key)
    }

    /// The day for which a figure holds: the date of its source, else the day on which that was read.
    pub fn as_of(&self, figure: &Figure) -> Option<&str> {
        let source = self.source(&figure.source)?;
        source.date.as_deref().or(source.read.as_deref())
    }

    fn sources(&self) -> &BTreeMap<String, Source> {
        // A data file that does not parse cannot ship: the tests parse all of it.
        self.sources.get_or_init(|| parse(self.sources_text).map(|file| file.sources).unwrap_or_default())
    }

    fn index(text: &'static str) -> Self {
        let mut pieces = text.split(ENTRY);
        let sources_text = pieces.next().unwrap_or_default();
        let entries: Vec<_> = pieces.map(|text| Entry { text, technology: OnceLock::new() }).collect();
        let names = entries.iter().enumerate();
        let mut names: Vec<_> =
            names.flat_map(|(position, entry)| entry.names().map(move |name| (name, position))).collect();
        names.sort_unstable();
        Self { entries, names, sources_text, sources: OnceLock::new() }
    }
}

impl Entry {
    /// The name and the aliases, read without the parser: they are the strings of the first lines, as the tests make sure.
    fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let head = self.text.split_once("\nlabel").map_or("", |(head, _)| head);
        head.split('"').skip(1).step_by(2)
    }

    fn technology(&self) -> Option<&Technology> {
        let parse = || toml::from_str(&self.text.replace(SECTION, "[")).ok();
        self.technology.get_or_init(parse).as_ref()
    }
}

impl Technology {
    /// The assumed value of an attribute.
    pub fn default(&self, attribute: &str) -> Option<&Figure> {
        self.defaults.get(attribute)
    }

    /// Whether it is used as that built-in kind.
    pub fn fits(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| known == kind)
    }

    /// Whether its storage is made for such queries; unknown where the catalogue says nothing.
    pub fn answers(&self, query: QueryKind) -> Option<bool> {
        (!self.query.is_empty()).then(|| self.query.contains(&query))
    }
}

impl QueryKind {
    /// The kind that a word of the language names.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "key" => Some(Self::Key),
            "search" => Some(Self::Search),
            "aggregate" => Some(Self::Aggregate),
            "graph" => Some(Self::Graph),
            _ => None,
        }
    }
}

/// The shape of the part before the first entry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    sources: BTreeMap<String, Source>,
}

fn parse(text: &str) -> Result<Head, toml::de::Error> {
    toml::from_str(text)
}

fn fold(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}
