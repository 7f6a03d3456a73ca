//! Storage: what a day, a year and the retention of each data entity bring, and what each store comes to hold.

use super::Unit;
use super::sheet::{Entry, Sheet, in_words, per_second};
use crate::analysis::Subject;
use crate::model::{AttrId, ComponentId, DataId};
use crate::units::{DAY, YEAR, format_count, format_size, format_time};

pub(super) fn write(sheet: &mut Sheet<'_>) {
    sheet.section("storage", "Storage");
    for id in sheet.model.data.ids() {
        data(sheet, id);
    }
    let mut sum = [0.0; 2];
    let mut entities = 0;
    for it in &sheet.facts.storage.data {
        if let Some(bytes) = it.bytes_per_second {
            entities += 1;
            sum[0] += bytes * DAY;
            sum[1] += it.bytes_after_retention.unwrap_or(0.0);
        }
    }
    if entities > 1 {
        let all = |what, value, unit| Entry {
            subject: "all".to_owned(),
            what,
            arithmetic: format!("Σ of {entities} entities"),
            value,
            unit,
            assumptions: Vec::new(),
        };
        sheet.line(all("added a day, one copy", sum[0], Unit::BytesPerDay));
        sheet.line(all("after retention, all copies", sum[1], Unit::Bytes));
    }
    for id in sheet.model.components.ids() {
        store(sheet, id);
        holds(sheet, id);
    }
}

fn data(sheet: &mut Sheet<'_>, id: DataId) {
    let Some(kept) = sheet.facts.storage.of_data(id) else { return };
    let attrs = &sheet.model.data[id].attrs;
    let name = sheet.model.data[id].header.path.to_string();
    let size = attrs.bytes(AttrId::SIZE);
    let entry = |what, arithmetic, value, unit, assumptions| Entry {
        subject: name.clone(),
        what,
        arithmetic,
        value,
        unit,
        assumptions,
    };
    let counted = attrs.per_second(AttrId::GROWTH);
    let rate =
        counted.or(kept.records_per_second.filter(|_| attrs.bytes_per_second(AttrId::GROWTH).is_none()));
    if let Some(rate) = rate {
        let arithmetic = match counted {
            Some(rate) => per_second(rate),
            None => "writes of it, average".to_owned(),
        };
        sheet.line(entry("new records, average", arithmetic, rate, Unit::PerSecond, Vec::new()));
        let records = format!("{}/day × {}", in_words(rate * DAY), days(kept.retention));
        let assumptions = retention(sheet, id);
        let count = rate * kept.retention;
        sheet.line(entry("records after retention", records, count, Unit::Count, assumptions));
    }
    let Some(bytes) = kept.bytes_per_second else {
        match (size, rate) {
            (None, Some(_)) => sheet.lacks(&name, AttrId::SIZE, "storage"),
            (Some(_), None) => sheet.lacks(&name, AttrId::GROWTH, "storage"),
            _ => {}
        }
        return;
    };
    let day = match (rate, size) {
        (Some(rate), Some(size)) => {
            format!("{}/day × {}", in_words(rate * DAY), format_size(size))
        }
        _ => format!("{}/s × 86 400 s/day", format_size(bytes)),
    };
    sheet.line(entry("added a day, one copy", day, bytes * DAY, Unit::BytesPerDay, Vec::new()));
    let year = format!("{}/day × 365 d", format_size(bytes * DAY));
    sheet.line(entry("added a year, one copy", year, bytes * YEAR, Unit::BytesPerYear, Vec::new()));
    let whole = format!("{}/day × {}", format_size(bytes * DAY), days(kept.retention));
    let assumptions = retention(sheet, id);
    sheet.line(entry("after retention, one copy", whole, bytes * kept.retention, Unit::Bytes, assumptions));
}

fn days(seconds: f64) -> String {
    if seconds >= DAY { format!("{} d", format_count(seconds / DAY)) } else { format_time(seconds) }
}

fn retention(sheet: &mut Sheet<'_>, id: DataId) -> Vec<usize> {
    sheet.assumed(&Subject::Data(id), AttrId::RETENTION).into_iter().collect()
}

fn store(sheet: &mut Sheet<'_>, id: ComponentId) {
    let Some(store) = sheet.facts.storage.store(id) else { return };
    let Some(after) = store.bytes_after_retention else { return };
    let subject = sheet.model.path(id).to_owned();
    let n = store.copies as f64;
    let entry = |what, arithmetic, value, unit, assumptions| Entry {
        subject: subject.clone(),
        what,
        arithmetic,
        value,
        unit,
        assumptions,
    };
    let mut assumptions: Vec<usize> = Vec::new();
    for data in store.parts.iter().filter_map(|part| part.data) {
        assumptions.extend(retention(sheet, data));
    }
    let copies = sheet.catalogued(id, AttrId::REPLICATION_FACTOR, store.copies.to_string());
    assumptions.extend(copies);
    let arithmetic = format!("{} × {} {}", format_size(after / n), store.copies, copies_word(store.copies));
    sheet.line(entry("after retention, all copies", arithmetic, after, Unit::Bytes, assumptions));
    if let (Some(room), Some(growth)) = (store.room, store.growth) {
        if let Some(full) = store.exhausted_after {
            let arithmetic =
                format!("{} ÷ ({} × {}/day)", format_size(room), store.copies, format_size(growth * DAY));
            sheet.line(entry("full after", arithmetic, full, Unit::Seconds, Vec::new()));
        } else {
            sheet.line(entry("room", "n × shards × storage".to_owned(), room, Unit::Bytes, Vec::new()));
        }
    }
}

fn copies_word(copies: u64) -> &'static str {
    if copies == 1 { "copy" } else { "copies" }
}

/// So many keys of that size, whatever time brings.
fn holds(sheet: &mut Sheet<'_>, id: ComponentId) {
    let attrs = &sheet.model.components[id].attrs;
    let Some(keys) = attrs.count(AttrId::KEY_COUNT) else { return };
    let stored = attrs.data(AttrId::STORES);
    let [data] = stored.as_slice() else { return };
    let Some(size) = sheet.model.data[*data].attrs.bytes(AttrId::SIZE) else { return };
    let keys = keys as f64;
    let subject = sheet.model.path(id).to_owned();
    let arithmetic = format!("{} keys × {}", format_count(keys), format_size(size));
    sheet.line(Entry {
        subject,
        what: "all keys, one copy",
        arithmetic,
        value: keys * size,
        unit: Unit::Bytes,
        assumptions: Vec::new(),
    });
}
