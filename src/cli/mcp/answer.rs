//! What a tool gives back, before anything of it is put into the words of a protocol.

use serde::Serialize;
use serde_json::Value;

/// The result of a tool.
pub(super) struct Answer {
    /// For reading.
    pub(super) text: String,
    /// The same as data; `None` where it is a picture of pixels.
    pub(super) data: Option<Value>,
    /// The bytes of a PNG.
    pub(super) png: Option<Vec<u8>>,
}

impl Answer {
    /// A text and the same as data.
    pub(super) fn new(text: String, data: Value) -> Self {
        Self { text, data: Some(data), png: None }
    }

    /// A text and the same as JSON that a command prints.
    pub(super) fn of_json(text: String, json: &str) -> Self {
        Self { text, data: serde_json::from_str(json).ok(), png: None }
    }

    /// A picture of pixels.
    pub(super) fn png(bytes: Vec<u8>) -> Self {
        Self { text: String::new(), data: None, png: Some(bytes) }
    }
}

/// Data as JSON.
pub(super) fn value(data: impl Serialize) -> Value {
    serde_json::to_value(data).unwrap_or_default()
}
