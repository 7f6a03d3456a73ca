//! The technology catalogue: what is publicly documented of the technologies that architects name.
//!
//! The facts live in `technologies.toml`, which is embedded in the program and parsed at first use. An entry only supplies
//! defaults and remarks: the values are text in the syntax of `.arch` files, and whoever resolves a design parses them. This
//! module must not know components, rules or analyses.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The data file as embedded at build time.
const TEXT: &str = include_str!("technologies.toml");

/// The catalogue, parsed at the first call.
///
/// A data file that does not parse cannot ship (the tests parse it); it would count as an empty catalogue.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::parse(TEXT).unwrap_or_default())
}

/// All technologies, with the sources of their figures.
#[derive(Debug, Default)]
pub struct Catalogue {
    technologies: Vec<Technology>,
    sources: BTreeMap<String, Source>,
    /// Folded names and aliases with the position of their technology, sorted by name.
    index: Vec<(String, usize)>,
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
    /// The key of its source.
    pub source: String,
    /// The day for which it holds, where it differs from the source's; [`Catalogue::as_of`] answers for both.
    as_of: Option<String>,
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
    /// The date that it bears, `YYYY-MM-DD`, where it bears one.
    pub date: Option<String>,
}

impl Catalogue {
    /// The technology of that name or alias, whatever its case, with `_` read as `-`.
    pub fn find(&self, name: &str) -> Option<&Technology> {
        let folded = fold(name);
        let at = self.index.binary_search_by(|(known, _)| known.as_str().cmp(&folded)).ok()?;
        let (_, position) = self.index.get(at)?;
        self.technologies.get(*position)
    }

    /// Every technology, in the order of the file.
    pub fn technologies(&self) -> &[Technology] {
        &self.technologies
    }

    /// Every name and alias in alphabetical order, in lower case, with its technology.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Technology)> {
        self.index
            .iter()
            .filter_map(|(name, position)| Some((name.as_str(), self.technologies.get(*position)?)))
    }

    /// The source of that key.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.get(key)
    }

    /// The day for which a figure holds: its own, else that of its source.
    pub fn as_of<'a>(&'a self, figure: &'a Figure) -> Option<&'a str> {
        figure.as_of.as_deref().or_else(|| self.source(&figure.source)?.date.as_deref())
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut index: Vec<_> = file
            .tech
            .iter()
            .enumerate()
            .flat_map(|(position, tech)| {
                std::iter::once(&tech.name).chain(&tech.aliases).map(move |name| (fold(name), position))
            })
            .collect();
        index.sort();
        Ok(Self { technologies: file.tech, sources: file.sources, index })
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

/// The shape of the data file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sources: BTreeMap<String, Source>,
    tech: Vec<Technology>,
}

fn fold(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}
