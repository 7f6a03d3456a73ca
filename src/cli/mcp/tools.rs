//! The table of the tools: name, purpose, arguments, and what answers. Knows neither streams nor messages.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use rmcp::schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::asked::{self, Design};
use super::desk::Desk;
use super::{knowledge, studies};

/// A tool.
pub(super) struct Row {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    /// Whether it works on a design.
    takes_design: bool,
    schema: fn() -> JsonObject,
    call: fn(&Desk, JsonObject) -> Result<Answer, String>,
}

/// The tools, those of a design first.
const TOOLS: &[Row] = &[
    Row {
        name: "check",
        title: "Check a design",
        description: "Compile a software architecture written in the Arch language and find what is wrong with it: mistakes in the \
            text, single points of failure, overload, missed objectives, consistency conflicts, tight coupling and more, each with \
            its arithmetic, its place and what to do. Call it after every change of a design. `path` may also name a folder or a \
            Markdown page with `arch` blocks.",
        takes_design: true,
        schema: schema::<asked::Check>,
        call: |desk, map| on_design(desk, map, studies::check),
    },
    Row {
        name: "render",
        title: "Draw a design",
        description: "Draw a design as a diagram (SVG, or a PNG image), as a sequence diagram of a flow, or as another picture: \
            deployment, dependency matrix, fault tree, latency waterfall, load curve. Also as Mermaid, D2, Graphviz, plain letters \
            or coordinates.",
        takes_design: true,
        schema: schema::<asked::Render>,
        call: |desk, map| on_design(desk, map, studies::render),
    },
    Row {
        name: "report",
        title: "Report the analysis",
        description: "All figures of a design: for each flow availability with its cut sets, latency percentiles, load, consistency, \
            objectives met or missed; for each component load, utilization, availability, coupling, cost; what could not be assessed \
            and for want of which attribute; every assumption.",
        takes_design: true,
        schema: schema::<asked::Nothing>,
        call: |desk, map| on_design(desk, map, studies::report),
    },
    Row {
        name: "estimate",
        title: "Back-of-the-envelope estimate",
        description: "Work out request rates, storage, bandwidth, memory, servers and monthly cost of a design, each with its \
            arithmetic shown, as on a whiteboard.",
        takes_design: true,
        schema: schema::<asked::Nothing>,
        call: |desk, map| on_design(desk, map, studies::estimate),
    },
    Row {
        name: "simulate",
        title: "Fail things",
        description: "Run what-ifs on a design: its scenarios, what you name as failed, a load factor, cold caches, or every single \
            loss and pair of losses; tells which flows and objectives fail. Without arguments beside the design it tries everything.",
        takes_design: true,
        schema: schema::<asked::Simulate>,
        call: |desk, map| on_design(desk, map, studies::simulate),
    },
    Row {
        name: "scale",
        title: "Grow a design",
        description: "Tell what breaks first at each number of users, and the smallest change that mends it.",
        takes_design: true,
        schema: schema::<asked::Scale>,
        call: |desk, map| on_design(desk, map, studies::scale),
    },
    Row {
        name: "explain",
        title: "Explain a finding",
        description: "Explain one rule or mistake by its code: what it finds, why it matters, how to mend it, when it stays silent, \
            its source, with an example of a design that fails and of one that passes.",
        takes_design: false,
        schema: schema::<asked::Explain>,
        call: |_, map| knowledge::explain(read(map)?),
    },
    Row {
        name: "rules",
        title: "List the rules",
        description: "List the rules that `check` applies: code, name, category, severity and a sentence each.",
        takes_design: false,
        schema: schema::<asked::Rules>,
        call: |_, map| knowledge::list(read(map)?),
    },
    Row {
        name: "language",
        title: "Language reference",
        description: "The reference of the Arch language for a model that writes it: statements, kinds, operators, every attribute with \
            its unit, examples, mistakes often made. Read it before you write a design.",
        takes_design: false,
        schema: schema::<asked::Language>,
        call: |_, map| knowledge::language(read(map)?),
    },
    Row {
        name: "technologies",
        title: "Technology facts",
        description: "What is publicly documented of a technology (availability promised, capacity, limits, consistency under a \
            partition), each figure with its source and date; without `name`, the list of all that are known. A design that names the \
            technology takes these figures as assumed.",
        takes_design: false,
        schema: schema::<asked::Technologies>,
        call: |_, map| knowledge::technologies(read(map)?),
    },
];

/// All tools, as a client is told of them.
pub(super) fn list() -> Vec<Tool> {
    TOOLS.iter().map(tool).collect()
}

/// The tool of that name.
pub(super) fn find(name: &str) -> Option<&'static Row> {
    TOOLS.iter().find(|row| row.name == name)
}

impl Row {
    /// Does what is asked.
    ///
    /// # Errors
    /// Why not, for the model to read.
    pub(super) fn call(&self, desk: &Desk, arguments: JsonObject) -> Result<Answer, String> {
        (self.call)(desk, arguments)
    }
}

/// What a client is told of a tool.
pub(super) fn tool(row: &Row) -> Tool {
    let mut schema = (row.schema)();
    if row.takes_design {
        let own = schema.remove("properties");
        let mut all = properties(self::schema::<Design>());
        all.extend(properties(Map::from_iter([("properties".to_owned(), own.unwrap_or_default())])));
        schema.insert("properties".to_owned(), Value::Object(all));
    }
    let hints = ToolAnnotations::new().read_only(true).idempotent(true).open_world(false);
    Tool::new(row.name, row.description, Arc::new(schema)).with_title(row.title).with_annotations(hints)
}

fn properties(mut schema: JsonObject) -> JsonObject {
    match schema.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => JsonObject::new(),
    }
}

/// The schema of an object, in the plain words that every client knows: an argument that need not be given has one type, not
/// two with `null`, and no format of our own.
fn schema<T: JsonSchema>() -> JsonObject {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let Value::Object(mut map) = schema.to_value() else { return JsonObject::new() };
    for noise in ["$schema", "title", "description"] {
        map.remove(noise);
    }
    let properties = map.entry("properties").or_insert_with(|| Value::Object(Map::new()));
    for property in properties.as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        simplify(property);
    }
    map
}

fn simplify(property: &mut Value) {
    let Some(property) = property.as_object_mut() else { return };
    property.remove("format");
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|it| it != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(words)) = property.get_mut("enum") {
        words.retain(|it| !it.is_null());
    }
    if let Some(items) = property.get_mut("items") {
        simplify(items);
    }
}

fn read<T: DeserializeOwned>(map: JsonObject) -> Result<T, String> {
    serde_json::from_value(Value::Object(map)).map_err(|error| format!("the arguments do not fit: {error}"))
}

/// Reads the design and the rest of the arguments, and hands them on.
fn on_design<T: DeserializeOwned>(
    desk: &Desk,
    mut map: JsonObject,
    then: fn(&Desk, &Design, T) -> Result<Answer, String>,
) -> Result<Answer, String> {
    let own = ["text", "path"].iter().filter_map(|key| map.remove_entry(*key));
    let design: Design = read(own.collect())?;
    then(desk, &design, read(map)?)
}
