//! A theme of one's own for pictures: which colours replace the built-in ones. It knows not what they are used for.

use serde::{Deserialize, Serialize};

/// A theme: what it does not name stays as built in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Colours {
    /// Dark on light.
    pub light: Shades,
    /// Light on dark.
    pub dark: Shades,
}

/// The colours of a light or a dark picture.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shades {
    /// The page.
    pub canvas: Option<Colour>,
    /// A node.
    pub surface: Option<Colour>,
    /// Text.
    pub ink: Option<Colour>,
    /// Text of second rank.
    pub muted: Option<Colour>,
    /// Edges.
    pub line: Option<Colour>,
    /// Borders of groups.
    pub border: Option<Colour>,
    /// Groups by their depth, repeated when there are fewer.
    pub tints: Vec<Colour>,
    /// People, clients, systems of others.
    pub actor: Option<Colour>,
    /// What lies between a client and the code.
    pub traffic: Option<Colour>,
    /// Code.
    pub compute: Option<Colour>,
    /// Stores.
    pub data: Option<Colour>,
    /// Queues, topics, streams.
    pub messaging: Option<Colour>,
    /// What all the others lean on.
    pub platform: Option<Colour>,
}

/// `#rgb` or `#rrggbb`, and nothing else: it goes into style sheets as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(String);

impl Colour {
    /// As in a style sheet.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.strip_prefix('#') {
            Some(digits)
                if matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit()) =>
            {
                Ok(Self(text))
            }
            _ => Err(format!("`{text}` is no colour; write `#rgb` or `#rrggbb`")),
        }
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_reads_in_part_and_takes_colours_alone() {
        let theme: Colours = toml::from_str("light = { ink = '#123', tints = ['#ffffff'] }").unwrap();
        assert_eq!(theme.light.ink.unwrap().as_str(), "#123");
        assert_eq!(theme.dark, Shades::default());
        for wrong in ["red", "#12", "#12345g", "#fff}</style>", "url(x)"] {
            let text = format!("light = {{ ink = '{wrong}' }}");
            let told = toml::from_str::<Colours>(&text).unwrap_err().to_string();
            assert!(told.contains("is no colour"), "{told}");
        }
        assert!(toml::from_str::<Colours>("sepia = {}").is_err());
    }
}
