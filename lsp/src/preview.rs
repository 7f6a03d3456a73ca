//! `arch/preview`: the picture beside a text. Keeps the last good one while the text has mistakes, and does not lay out
//! again what has not changed.
//!
//! Takes `textDocument`, and of `position`, `view`, `flow`, `overlay`, `theme` and `open` (groups by path, `*` for all) what the
//! reader picked. Gives `svg`, the `version` of the text, `elements` (each `id` of the picture with `uri` and `range` of its
//! statement), the groups that are `closed`, what else may be picked (`views`, `flows`, `scenarios`, `overlays`), whether the
//! text is `broken`, and `notes` for the reader.
#![expect(clippy::indexing_slicing, reason = "an object of JSON takes a new member")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use archc::ide::preview::{self, Element, Picked, Sketch, Sketched};
use serde_json::json;

use crate::answers::{Ask, Asked, Failure};
use crate::server::Json;

/// So many pictures are kept, the last asked for.
const KEPT: usize = 16;

/// What was drawn last.
#[derive(Debug, Default)]
pub(crate) struct Pictures(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    pictures: BTreeMap<Key, Picture>,
    /// Counts the pictures, to find the oldest.
    count: u64,
}

/// Of which file, which block of it, and what was picked.
type Key = (String, usize, Picked);

#[derive(Debug, Clone)]
struct Picture {
    sketch: Arc<Sketch>,
    svg: Arc<str>,
    /// The ids in it.
    ids: Arc<BTreeSet<String>>,
    /// The groups in it that are drawn as one box each.
    closed: Vec<String>,
    is_good: bool,
    number: u64,
}

/// Answers the request.
pub(crate) async fn answer(ask: Ask) -> Result<Json, Failure> {
    let services = std::sync::Arc::clone(&ask.services);
    ask.drawn(move |asked, is_wanted| drawn(asked, &services.pictures, is_wanted)).await
}

fn drawn(asked: &Asked, pictures: &Pictures, is_wanted: &dyn Fn() -> bool) -> Result<Json, Failure> {
    let at = match asked.params.get("position") {
        Some(position) => asked.offset(Some(position))?,
        None => 0,
    };
    let Some(held) = preview::design(&asked.view.snapshot, &asked.path, at) else { return Ok(Json::Null) };
    let design = held.design;
    let picked = crate::commands::picked(&asked.params);
    let is_broken = preview::is_broken(design);
    let key = (design.path().to_owned(), design.root.file_offset(0), picked);
    let known = pictures.get(&key);
    let sketched = preview::sketch(design, &key.2);
    let (elements, picture) = match (sketched, known) {
        (Ok(Sketched { elements, .. }), Some(known)) if is_broken && known.is_good => (elements, known),
        (Ok(Sketched { sketch, elements, closed }), Some(known)) if *known.sketch == sketch => {
            let picture = Picture { is_good: !is_broken, closed, ..known };
            pictures.keep(key.clone(), picture.clone());
            (elements, picture)
        }
        (Ok(Sketched { sketch, elements, closed }), _) => {
            if !is_wanted() {
                return Ok(Json::Null);
            }
            let svg = preview::draw(&sketch).into();
            let ids = elements.iter().map(|it| it.id.clone()).collect::<BTreeSet<_>>().into();
            let picture = Picture { sketch: sketch.into(), svg, ids, closed, is_good: !is_broken, number: 0 };
            pictures.keep(key.clone(), picture.clone());
            (elements, picture)
        }
        // what was picked is not there while somebody types its name
        (Err(_), Some(known)) if is_broken => (Vec::new(), known),
        (Err(why), _) => return Err(Failure::Refused(why)),
    };
    let element = |it: &Element| {
        let mut location = asked.writer().location(&it.place)?;
        location["id"] = json!(it.id);
        Some(location)
    };
    let here = elements.iter().filter(|it| picture.ids.contains(&it.id)).filter_map(element);
    let [views, flows, scenarios] = preview::choices(design);
    let overlays: Vec<&str> = preview::OVERLAYS.iter().map(|(name, _)| *name).collect();
    Ok(json!({
        "svg": &*picture.svg,
        "version": asked.file().and_then(|file| file.version()),
        "elements": here.collect::<Vec<_>>(),
        "views": views, "flows": flows, "scenarios": scenarios, "overlays": overlays,
        "broken": is_broken,
        "closed": picture.closed,
        "notes": notes(&picture.closed),
    }))
}

/// What the reader should know.
fn notes(closed: &[String]) -> Vec<String> {
    let groups =
        if closed.len() == 1 { "1 group is".to_owned() } else { format!("{} groups are", closed.len()) };
    let note = || format!("{groups} closed, for the whole is too much to read");
    (!closed.is_empty()).then(note).into_iter().collect()
}

impl Pictures {
    fn get(&self, key: &Key) -> Option<Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pictures.get(key).cloned()
    }

    fn keep(&self, key: Key, picture: Picture) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.count += 1;
        let number = kept.count;
        kept.pictures.insert(key, Picture { number, ..picture });
        if kept.pictures.len() > KEPT {
            let oldest = kept.pictures.iter().min_by_key(|(_, it)| it.number).map(|(key, _)| key.clone());
            oldest.map(|oldest| kept.pictures.remove(&oldest));
        }
    }
}
