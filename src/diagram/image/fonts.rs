//! The letters of a picture: those that archc carries, and for what they lack, fonts that the caller knows how to find.
//! Those are looked for at the first letter that is missing, and always taken in the same order.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use resvg::usvg::fontdb::{Database, FaceInfo, ID, Language, Style};
use resvg::usvg::{Font, FontFamily, FontResolver};
use unicode_width::UnicodeWidthChar as _;

use crate::diagram::svg::PICTURES;

/// A set of fonts.
pub type Fonts = Database;
/// Adds fonts for letters that archc does not carry; a call that adds none is fine.
pub type More = fn(&mut Fonts);

/// DejaVu Sans, whose widths all labels are measured with; `fonts/LICENSE` says what it holds.
const CARRIED: [&[u8]; 2] =
    [include_bytes!("../fonts/DejaVuSans.ttf"), include_bytes!("../fonts/DejaVuSans-Bold.ttf")];
pub(super) const FAMILY: &str = "DejaVu Sans";

/// What archc carries.
pub(super) fn carried() -> Arc<Fonts> {
    let mut fonts = Fonts::new();
    for font in CARRIED {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_serif_family(FAMILY);
    fonts.set_sans_serif_family(FAMILY);
    Arc::new(fonts)
}

/// Letters that were looked for in vain.
#[derive(Default)]
pub(super) struct Missing(Arc<Mutex<BTreeSet<char>>>);

impl Missing {
    /// In the order of their codes.
    pub(super) fn told(&self) -> Vec<char> {
        self.set(|set| set.iter().copied().collect())
    }

    /// Starts anew.
    pub(super) fn forget(&self) {
        self.set(BTreeSet::clear);
    }

    fn add(&self, letter: char) {
        // what only joins or marks others leaves no gap
        if letter.width().is_some_and(|width| width > 0) {
            self.set(|set| set.insert(letter));
        }
    }

    fn set<T>(&self, with: impl FnOnce(&mut BTreeSet<char>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes letters from what archc carries, then from what `more` finds; pictographs the other way round.
pub(super) fn resolver(more: More, missing: &Missing) -> FontResolver<'static> {
    let missing = Missing(Arc::clone(&missing.0));
    let others = Arc::new(Mutex::new(None::<Others>));
    let known = Arc::clone(&others);
    let usual = FontResolver::default_font_selector();
    let select = move |font: &Font, fonts: &mut Arc<Fonts>| {
        let pictures = |family: &FontFamily| matches!(family, FontFamily::Named(name) if name == PICTURES);
        let asked = font.families().iter().any(pictures);
        let found =
            asked.then(|| with(&known, more, fonts, |others, fonts| others.pictures(fonts))).flatten();
        found.or_else(|| usual(font, fonts))
    };
    let fallback = move |letter: char, used: &[ID], fonts: &mut Arc<Fonts>| {
        let bold = used.first().and_then(|id| fonts.face(*id)).is_some_and(|face| face.weight.0 > 500);
        let found = with(&others, more, fonts, |others, fonts| others.find(letter, bold, used, fonts));
        if found.is_none() {
            missing.add(letter);
        }
        found
    };
    FontResolver { select_font: Box::new(select), select_fallback: Box::new(fallback) }
}

/// The other fonts, looked for where that has not been done.
fn with<T>(
    others: &Mutex<Option<Others>>,
    more: More,
    fonts: &mut Arc<Fonts>,
    then: impl FnOnce(&mut Others, &Fonts) -> T,
) -> T {
    let mut others = others.lock().unwrap_or_else(PoisonError::into_inner);
    let others = others.get_or_insert_with(|| {
        more(Arc::make_mut(fonts));
        Others::new(fonts)
    });
    then(others, fonts)
}

/// The fonts beside the carried ones.
struct Others {
    /// The plainest first, for light and for bold letters.
    order: [Vec<ID>; 2],
    /// Those that had a letter: a script's next letter is in the same font, as it should look, and is found at once.
    proven: [Vec<ID>; 2],
}

impl Others {
    fn new(fonts: &Fonts) -> Self {
        let order = |weight: u16| {
            let mut faces: Vec<(_, ID)> = fonts.faces().map(|face| (rank(face, weight), face.id)).collect();
            faces.sort();
            faces.into_iter().map(|(_, id)| id).collect()
        };
        Self { order: [order(400), order(700)], proven: [Vec::new(), Vec::new()] }
    }

    /// The font of pictographs, if there is one.
    fn pictures(&self, fonts: &Fonts) -> Option<ID> {
        let [usual, _] = &self.order;
        usual.iter().copied().find(|id| fonts.face(*id).is_some_and(is_pictures))
    }

    fn find(&mut self, letter: char, bold: bool, used: &[ID], fonts: &Fonts) -> Option<ID> {
        let at = usize::from(bold);
        let (order, proven) = (self.order.get(at)?, self.proven.get_mut(at)?);
        let fits = |id: &&ID| !used.contains(id) && has(fonts, **id, letter);
        if let Some(found) = proven.iter().find(fits) {
            return Some(*found);
        }
        let found = *order.iter().find(fits)?;
        proven.push(found);
        Some(found)
    }
}

/// Upright before slanted, of the wanted weight, sans before serif before monospaced; then by name, wherever it lies.
fn rank(face: &FaceInfo, weight: u16) -> impl Ord + use<> {
    let family = family(face).to_owned();
    let plain =
        if face.monospaced || family.contains("Mono") { 2 } else { u8::from(!family.contains("Sans")) };
    let pictures = is_pictures(face);
    let slanted = face.style != Style::Normal;
    (
        pictures,
        slanted,
        plain,
        face.weight.0.abs_diff(weight),
        family,
        face.post_script_name.clone(),
        face.index,
    )
}

fn family(face: &FaceInfo) -> &str {
    let english = face.families.iter().find(|family| family.1 == Language::English_UnitedStates);
    english.or(face.families.first()).map_or("", |family| family.0.as_str())
}

fn is_pictures(face: &FaceInfo) -> bool {
    family(face).contains("Emoji")
}

fn has(fonts: &Fonts, id: ID, letter: char) -> bool {
    let has = |data: &[u8], index: u32| {
        ttf_parser::Face::parse(data, index).is_ok_and(|face| face.glyph_index(letter).is_some())
    };
    fonts.with_face_data(id, has).unwrap_or(false)
}
