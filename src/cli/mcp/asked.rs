//! What may be asked of each tool: one definition for reading, for the schema and for its documentation.

use std::borrow::Cow;

use clap::ValueEnum;
use rmcp::schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::cli::arguments::{OverlayChoice, PictureKind};

/// The design that a tool works on: part of the arguments of many.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Design {
    /// The design itself, in the Arch language. With `path`, it stands for the content of that file.
    pub(super) text: Option<String>,
    /// An `.arch` file (`check` also takes Markdown and folders) below the folder in which the server runs.
    pub(super) path: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Check {
    /// Run these rules alone: codes (`AV001`), names, groups, prefixes (`AV`). Mistakes in the text are told all the same.
    #[serde(default)]
    pub(super) select: Vec<String>,
    /// Leave these rules out.
    #[serde(default)]
    pub(super) ignore: Vec<String>,
    /// At most so many findings, the worst first; 100 otherwise. The summary counts all of them.
    pub(super) limit: Option<usize>,
}

/// For a tool that asks for the design alone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Nothing {}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Render {
    /// `svg` otherwise. `png` comes as an image; `ascii` is for a terminal; `json` has the coordinates of every box and line.
    pub(super) format: Option<Picture>,
    /// The `view` of the design to draw.
    pub(super) view: Option<String>,
    /// Draw the sequence diagram of this flow; with `picture`, the flow that it is about.
    pub(super) flow: Option<String>,
    /// Another picture than the diagram of boxes.
    pub(super) picture: Option<Choice<PictureKind>>,
    /// Only this component or group, by its path, and what is near it.
    pub(super) around: Option<String>,
    /// How many connections away near is, or how deep groups are shown.
    pub(super) depth: Option<usize>,
    /// `light`, `dark`, `auto` or `print`.
    pub(super) theme: Option<String>,
    /// What lies over the picture.
    pub(super) overlay: Option<Choice<OverlayChoice>>,
}

#[derive(Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[schemars(crate = "rmcp::schemars", inline)]
pub(super) enum Picture {
    Svg,
    Png,
    Ascii,
    Mermaid,
    D2,
    Dot,
    Json,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Simulate {
    /// Scenarios of the design to run. All of them where nothing else is asked.
    #[serde(default)]
    pub(super) scenario: Vec<String>,
    /// What is down: paths of components and groups, replicas such as `us.api#2`.
    #[serde(default)]
    pub(super) fail: Vec<String>,
    /// Factor on the load of every actor, such as 10.
    pub(super) load: Option<f64>,
    /// People of every actor that gives `users`.
    pub(super) users: Option<u64>,
    /// Paths of caches that are empty.
    #[serde(default)]
    pub(super) cold: Vec<String>,
    /// 1 tries every single loss, 2 every pair of losses too, 0 none. 2 where nothing else is asked, else 0.
    #[schemars(range(max = 2))]
    pub(super) losses: Option<u8>,
    /// Rows of each table of losses, the worst ones; 50 otherwise.
    pub(super) rows: Option<usize>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Scale {
    /// Numbers of users; 1000, 100000, 1000000 and 100000000 otherwise.
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub(super) users: Vec<u64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Explain {
    /// Code or name: of a rule (`AV001`, `call-without-timeout`) or of a mistake in the text (`E112`).
    pub(super) rule: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Rules {
    /// Only the rules of this category, such as `availability`, or whose code starts so, such as `AV`.
    pub(super) category: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Language {
    /// One section by its heading, such as `Attributes`; the whole page otherwise.
    pub(super) section: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(crate = "rmcp::schemars")]
pub(super) struct Technologies {
    /// A technology, such as `postgres`: all that is known of it. The list of all otherwise.
    pub(super) name: Option<String>,
    /// Only those that are used as this kind of component, such as `database`.
    pub(super) kind: Option<String>,
}

/// One of the words that an option of the command line takes.
pub(super) struct Choice<T>(pub(super) T);

fn words<T: ValueEnum>() -> Vec<String> {
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

impl<'de, T: ValueEnum> Deserialize<'de> for Choice<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let known = || format!("`{word}` is none of {}", words::<T>().join(", "));
        T::from_str(&word, false).map(Self).map_err(|_| serde::de::Error::custom(known()))
    }
}

impl<T: ValueEnum> JsonSchema for Choice<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Choice".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": words::<T>() })
    }
}
