//! What is laid over a drawing: signs at its elements, the key to them and notes below, all as plain data. It knows no
//! model and no colours; every meaning has a form of its own beside its tone.

/// The tone of a sign; the theme says its colour, the scene its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Calm: nothing to do.
    Good,
    /// Worth knowing.
    Info,
    /// Getting close.
    Warn,
    /// Broken.
    Bad,
    /// A step of a flow.
    Step,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 5] = [Self::Good, Self::Info, Self::Warn, Self::Bad, Self::Step];
}

/// A few letters in a pill at an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// How it sounds.
    pub tone: Tone,
    /// A number, a figure, a word or two.
    pub text: String,
}

/// What is laid over one element.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sign {
    /// A halo around a node, the ink of an edge.
    pub tone: Option<Tone>,
    /// In their order.
    pub tags: Vec<Tag>,
    /// Steps back behind the others.
    pub faint: bool,
    /// Width of an edge's line in pixels, where it says something.
    pub width: Option<f64>,
    /// Added to the tooltip.
    pub remark: String,
}

impl Sign {
    /// Takes the tone if it weighs more than the present one.
    pub fn raise(&mut self, tone: Tone) {
        self.tone = self.tone.max(Some(tone));
    }

    /// Adds a tag.
    pub fn tag(&mut self, tone: Tone, text: impl Into<String>) {
        self.tags.push(Tag { tone, text: text.into() });
    }

    /// Adds to the tooltip.
    pub fn remark(&mut self, text: &str) {
        if !self.remark.is_empty() {
            self.remark.push_str("; ");
        }
        self.remark.push_str(text);
    }
}

/// A sample in the legend.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// A halo.
    Halo(Tone),
    /// A pill with these letters.
    Tag(Tag),
    /// A line of that width, in that tone.
    Line(Option<Tone>, f64),
}

/// An entry of the legend.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// What occurs in the picture.
    pub sample: Sample,
    /// What it means.
    pub text: String,
}

/// A line below the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// As at the element.
    pub tag: Tag,
    /// In bold: a code, a name.
    pub head: String,
    /// What is said.
    pub text: String,
}

/// All that is laid over a drawing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overlay {
    /// By node; may be shorter than the drawing's list, for nothing is laid over the rest.
    pub nodes: Vec<Sign>,
    /// By group.
    pub groups: Vec<Sign>,
    /// By edge.
    pub edges: Vec<Sign>,
    /// What the signs mean.
    pub keys: Vec<Key>,
    /// Below the picture, in their order.
    pub notes: Vec<Note>,
}

impl Overlay {
    /// The sign of a node, to change it.
    pub fn node(&mut self, at: usize) -> &mut Sign {
        sign(&mut self.nodes, at)
    }

    /// The sign of a group, to change it.
    pub fn group(&mut self, at: usize) -> &mut Sign {
        sign(&mut self.groups, at)
    }

    /// The sign of an edge, to change it.
    pub fn edge(&mut self, at: usize) -> &mut Sign {
        sign(&mut self.edges, at)
    }

    /// Adds an entry to the legend, once.
    pub fn key(&mut self, sample: Sample, text: impl Into<String>) {
        let key = Key { sample, text: text.into() };
        if !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }
}

#[expect(clippy::indexing_slicing, reason = "the list has just been made long enough")]
fn sign(signs: &mut Vec<Sign>, at: usize) -> &mut Sign {
    if signs.len() <= at {
        signs.resize_with(at + 1, Sign::default);
    }
    &mut signs[at]
}
