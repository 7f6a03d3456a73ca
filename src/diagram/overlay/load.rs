//! Load: how busy each component is, from calm to hot with the figure, and how much each line carries by its width.

use std::collections::BTreeMap;

use super::Evidence;
use crate::diagram::sign::{Sample, Tone};
use crate::diagram::view::Drawn;
use crate::units::{format_count, format_rate, format_share};

/// From here on a component is warm, hot, and over its capacity. Ours, for the eye; the rules have thresholds of their own.
const WARM: f64 = 0.6;
const HOT: f64 = 0.8;
const OVER: f64 = 1.0;
/// The thinnest and the thickest line, in pixels.
const WIDTHS: (f64, f64) = (1.2, 6.0);

pub(super) fn lay(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    let mut busiest: BTreeMap<usize, f64> = BTreeMap::new();
    let mut rates: BTreeMap<usize, f64> = BTreeMap::new();
    for (id, &node) in &drawn.nodes {
        let Some(load) = evidence.facts.load.component(*id) else { continue };
        if let Some(rho) = load.deciding_utilization().filter(|rho| rho.is_finite()) {
            let most = busiest.entry(node).or_insert(rho);
            *most = most.max(rho);
        }
        if let Some(rate) = load.peak {
            *rates.entry(node).or_insert(0.0) += rate;
        }
    }
    let overlay = &mut drawn.drawing.overlay;
    for (&node, &rho) in &busiest {
        let (tone, meaning) = judged(rho);
        let sign = overlay.node(node);
        sign.raise(tone);
        sign.tag(tone, percent(rho));
        sign.remark(&format!("utilisation {} at the peak", percent(rho)));
        overlay.key(Sample::Halo(tone), meaning);
    }
    for (&node, &rate) in rates.iter().filter(|(_, rate)| **rate > 0.0) {
        let sign = overlay.node(node);
        sign.remark(&format!("{} at the peak", format_rate(rate)));
        if !busiest.contains_key(&node) {
            sign.tag(Tone::Info, format_rate(rate));
            overlay.key(Sample::Tag(tag("1/s")), "rate; the capacity is not given");
        }
    }
    edges(drawn, evidence);
}

fn tag(text: &str) -> crate::diagram::sign::Tag {
    crate::diagram::sign::Tag { tone: Tone::Info, text: text.to_owned() }
}

fn judged(rho: f64) -> (Tone, &'static str) {
    if rho > HOT {
        (Tone::Bad, "above 80% of its capacity, or over it")
    } else if rho > WARM {
        (Tone::Warn, "above 60% of its capacity")
    } else {
        (Tone::Good, "at most 60% of its capacity")
    }
}

fn percent(rho: f64) -> String {
    if rho > OVER { format!("{}% over", format_count((rho * 100.0).round())) } else { format_share(rho) }
}

/// Widths grow with the logarithm, for rates differ by powers of ten.
fn edges(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    let mut rates: BTreeMap<usize, f64> = BTreeMap::new();
    for (id, &edge) in &drawn.edges {
        let rate = evidence.facts.load.connection(*id).and_then(|load| load.peak);
        if let Some(rate) = rate.filter(|rate| rate.is_finite() && *rate > 0.0) {
            *rates.entry(edge).or_insert(0.0) += rate;
        }
    }
    let (least, most) = rates.values().fold((f64::MAX, 0.0_f64), |(a, b), &r| (a.min(r), b.max(r)));
    let span = (most / least).ln();
    let width = |rate: f64| {
        let part = if span > 1e-9 { (rate / least).ln() / span } else { 0.5 };
        WIDTHS.0 + (WIDTHS.1 - WIDTHS.0) * part
    };
    let overlay = &mut drawn.drawing.overlay;
    for (&edge, &rate) in &rates {
        let sign = overlay.edge(edge);
        sign.width = Some(width(rate));
        sign.remark(&format!("{} at the peak", format_rate(rate)));
    }
    if !rates.is_empty() {
        overlay.key(Sample::Line(None, width(least)), format_rate(least));
        if span > 1e-9 {
            overlay.key(Sample::Line(None, width(most)), format_rate(most));
        }
    }
}
