//! Bandwidth: records that come in and go out, and what each connection with a payload carries.

use super::Unit;
use super::memory::reads_of;
use super::sheet::{Entry, Sheet, bits};
use crate::model::{AttrId, ConnectionId, DataId};
use crate::syntax::ast::Operator;
use crate::units::{format_rate, format_size};

pub(super) fn write(sheet: &mut Sheet<'_>) {
    sheet.section("bandwidth", "Bandwidth");
    let mut into = 0.0;
    let mut entities = 0;
    for id in sheet.model.data.ids() {
        into += data(sheet, id, &mut entities);
    }
    if entities > 1 {
        sheet.line(Entry {
            subject: "all".to_owned(),
            what: "in, average",
            arithmetic: format!("Σ of {entities} entities, {}", bits(into)),
            value: into,
            unit: Unit::BytesPerSecond,
            assumptions: Vec::new(),
        });
    }
    for id in sheet.model.connections.ids() {
        connection(sheet, id);
    }
}

/// Bytes a second of an entity that come in.
fn data(sheet: &mut Sheet<'_>, id: DataId, entities: &mut usize) -> f64 {
    let attrs = &sheet.model.data[id].attrs;
    let name = sheet.model.data[id].header.path.to_string();
    let size = attrs.bytes(AttrId::SIZE);
    let kept = sheet.facts.storage.of_data(id);
    let written = kept.and_then(|kept| kept.bytes_per_second);
    let entry = |what, arithmetic, value| Entry {
        subject: name.clone(),
        what,
        arithmetic,
        value,
        unit: Unit::BytesPerSecond,
        assumptions: Vec::new(),
    };
    if let Some(bytes) = written {
        *entities += 1;
        let rate = kept.and_then(|kept| kept.records_per_second).zip(size);
        let arithmetic = match rate {
            Some((rate, size)) => format!("{} × {} = {}", format_rate(rate), format_size(size), bits(bytes)),
            None => bits(bytes),
        };
        sheet.line(entry("in, average", arithmetic, bytes));
    }
    if let (Some(reads), Some(size)) = (reads_of(sheet, id), size) {
        let bytes = reads.rate * size;
        let arithmetic = format!("{} × {} = {}", format_rate(reads.rate), format_size(size), bits(bytes));
        sheet.line(entry("out, average", arithmetic, bytes));
    }
    written.unwrap_or(0.0)
}

fn connection(sheet: &mut Sheet<'_>, id: ConnectionId) {
    let it = &sheet.model.connections[id];
    let (Some(from), Some(to)) = (it.caller(), it.callee()) else { return };
    let Some(load) = sheet.facts.load.connection(id) else { return };
    let at_the_edge = sheet.model.is_outside(from) || sheet.model.is_outside(to);
    let subject = sheet.model.connection_subject(id);
    let (Some(peak), Some(bytes)) = (load.peak, load.bytes_per_second) else {
        let carries = matches!(it.op, Operator::Call | Operator::Message);
        if at_the_edge && carries && load.peak.is_some_and(|rate| rate > 0.0) {
            sheet.lacks(&subject, AttrId::PAYLOAD, "bandwidth");
        }
        return;
    };
    if bytes <= 0.0 {
        return;
    }
    let arithmetic = format!("{} × {} = {}", format_rate(peak), format_size(bytes / peak), bits(bytes));
    sheet.line(Entry {
        subject,
        what: if at_the_edge { "in and out, peak" } else { "inside, peak" },
        arithmetic,
        value: bytes,
        unit: Unit::BytesPerSecond,
        assumptions: Vec::new(),
    });
}
