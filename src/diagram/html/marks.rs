//! The marks of several scenes of one drawing as one list of SVG elements: what an overlay changes stands beside what it
//! replaces, and a class on the picture says which is seen. It knows scenes, not what overlays mean.

use std::fmt::Write as _;

use crate::diagram::scene::{Element, Mark, Scene};
use crate::diagram::svg::{content, escape};

/// The marks of the scenes, which differ in their overlays alone.
pub(super) fn marks(scenes: &[Scene]) -> String {
    let mut rows: Vec<Row<'_>> = scenes.iter().map(|scene| Row::new(&scene.marks)).collect();
    let mut out = String::new();
    // they have their colours in common
    let Some(first) = scenes.first() else { return out };
    let mut keys = Keys::default();
    loop {
        for (index, row) in rows.iter_mut().enumerate() {
            while let Some(mark) = row.loose() {
                let legend = if mark.element == Some(Element::Legend) { " legend" } else { "" };
                let _ = writeln!(out, "<g class=\"loose{legend} o{index}\">{}</g>", content(mark, first));
            }
        }
        let next: Vec<&Mark> = rows.iter_mut().filter_map(Row::element).collect();
        let Some((mark, element)) = next.first().and_then(|mark| Some((mark, mark.element.as_ref()?))) else {
            break;
        };
        keys.open(&mut out, element, mark.tooltip.as_deref().unwrap_or_default());
        variants(&mut out, &next, first);
        out.push_str("</g>\n");
    }
    out
}

/// What is left of a scene's marks.
struct Row<'a> {
    marks: &'a [Mark],
}

impl<'a> Row<'a> {
    fn new(marks: &'a [Mark]) -> Self {
        Self { marks }
    }

    /// The next mark, if it belongs to no element.
    fn loose(&mut self) -> Option<&'a Mark> {
        let (mark, rest) = self.marks.split_first()?;
        matches!(mark.element, None | Some(Element::Legend)).then(|| {
            self.marks = rest;
            mark
        })
    }

    fn element(&mut self) -> Option<&'a Mark> {
        let (mark, rest) = self.marks.split_first()?;
        self.marks = rest;
        Some(mark)
    }
}

/// The same drawing once for all overlays in which an element looks the same.
fn variants(out: &mut String, marks: &[&Mark], scene: &Scene) {
    let mut looks: Vec<(String, String)> = Vec::new();
    for (index, mark) in marks.iter().enumerate() {
        let drawn = content(mark, scene);
        match looks.iter_mut().find(|(_, known)| *known == drawn) {
            Some((classes, _)) => {
                let _ = write!(classes, " o{index}");
            }
            None => looks.push((format!("o{index}"), drawn)),
        }
    }
    if let [(_, only)] = looks.as_slice() {
        out.push_str(only);
        return;
    }
    for (classes, drawn) in looks {
        let _ = write!(out, "<g class=\"v {classes}\">{drawn}</g>");
    }
}

/// Numbers the elements of each sort, in the order of the drawing.
#[derive(Default)]
struct Keys {
    nodes: usize,
    groups: usize,
    edges: usize,
}

impl Keys {
    /// The start of an element's mark.
    fn open(&mut self, out: &mut String, element: &Element, said: &str) {
        let (class, letter, counter) = match element {
            Element::Node { .. } => ("node", 'n', &mut self.nodes),
            Element::Group { .. } => ("group", 'g', &mut self.groups),
            Element::Edge { .. } | Element::Legend => ("edge", 'e', &mut self.edges),
        };
        let at = *counter;
        *counter += 1;
        let said = escape(said);
        let _ = write!(
            out,
            "<g id=\"{letter}{at}\" class=\"{class}\" tabindex=\"0\" role=\"button\" aria-label=\"{said}\">"
        );
    }
}
