//! Keeps a level in shape: rows far wider than the page are split, and parts that no edge joins stand side by side, then
//! below one another. It changes ranks and knows nothing else.

use super::ranks::{Body, Bond};
use super::space;

/// What the rows should fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Width of the level against its height.
    pub(super) wide: f64,
    /// How much wider or narrower than that.
    pub(super) stretch: f64,
    /// Whether rows of joined boxes may be split for it.
    pub(super) wrap: bool,
    /// So many rows of joined boxes become one.
    pub(super) fold: usize,
}

/// So many boxes stand in one row, whatever shape that gives.
const HANDFUL: f64 = 4.2;
/// Rows so much wider than the target are split.
const SPLIT: f64 = 1.5;

#[expect(clippy::cast_precision_loss, reason = "a count of boxes")]
fn count(n: usize) -> f64 {
    n.max(1) as f64
}

/// Splits rows and sets parts beside one another.
pub(super) fn fit(bodies: &[Body], bonds: &[Bond], cluster: &[usize], page: Page, rank: &mut [usize]) {
    let (parts, single) = parts(bodies, bonds, cluster);
    if page.fold > 1 {
        compact(rank);
        for &i in parts.iter().flatten() {
            rank[i] /= page.fold;
        }
    }
    let area: f64 = bodies.iter().map(|b| (b.size.w + space::BOX) * (b.size.h + space::ROW)).sum();
    let widest = bodies.iter().map(|b| b.size.w).fold(0.0, f64::max);
    // Beside a tall part there is room for wide ones, and a handful of boxes makes one row.
    let tallest = parts.iter().map(|p| height(bodies, p, rank)).fold(0.0, f64::max);
    let handful = bodies.iter().map(|b| b.size.w + space::BOX).sum::<f64>() / count(bodies.len()) * HANDFUL;
    let target = (area * page.wide).sqrt().max(widest).max(tallest * page.wide).max(handful) * page.stretch;
    if page.wrap && page.fold == 1 {
        wrap_rows(bodies, bonds, &parts, cluster, target, rank);
    }
    let used = shelve(bodies, &parts, target, rank);
    fill(bodies, &single, used, target, rank);
}

/// Renumbers ranks so that none is empty.
pub(super) fn compact(rank: &mut [usize]) {
    let mut used: Vec<usize> = rank.to_vec();
    used.sort_unstable();
    used.dedup();
    for r in rank.iter_mut() {
        *r = used.binary_search(r).unwrap_or(0);
    }
}

/// The parts that edges join, each in order of declaration, and the boxes without any edge.
fn parts(bodies: &[Body], bonds: &[Bond], cluster: &[usize]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let n = bodies.len();
    let mut near = vec![Vec::new(); n];
    for (i, &c) in cluster.iter().enumerate().filter(|(i, c)| i != *c) {
        near[i].push(c);
        near[c].push(i);
    }
    for b in bonds {
        near[b.from].push(b.to);
        near[b.to].push(b.from);
    }
    // What lies outside joins whatever speaks with it.
    let mut border: Vec<usize> = (0..n).filter(|&i| bodies[i].above + bodies[i].below > 0).collect();
    let mut seen = vec![false; n];
    let mut parts = Vec::new();
    for start in 0..n {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut part = vec![start];
        let mut at = 0;
        while let Some(&v) = part.get(at) {
            at += 1;
            if bodies[v].above + bodies[v].below > 0 {
                let all = std::mem::take(&mut border);
                part.extend(all.into_iter().filter(|&w| !std::mem::replace(&mut seen[w], true)));
            }
            for &w in &near[v] {
                if !std::mem::replace(&mut seen[w], true) {
                    part.push(w);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    let alone = |p: &Vec<usize>| p.len() == 1 && p.iter().all(|&i| bodies[i].above + bodies[i].below == 0);
    let (single, parts): (Vec<_>, Vec<_>) = parts.into_iter().partition(alone);
    (parts, single.into_iter().flatten().collect())
}

fn row_widths(bodies: &[Body], part: &[usize], rank: &[usize]) -> Vec<f64> {
    let rows = part.iter().map(|&i| rank[i] + 1).max().unwrap_or(0);
    let mut widths = vec![0.0; rows];
    for &i in part {
        widths[rank[i]] += bodies[i].size.w + space::BOX;
    }
    widths
}

fn height(bodies: &[Body], part: &[usize], rank: &[usize]) -> f64 {
    let mut rows = vec![0.0_f64; part.iter().map(|&i| rank[i] + 1).max().unwrap_or(0)];
    for &i in part {
        rows[rank[i]] = rows[rank[i]].max(bodies[i].size.h + space::ROW);
    }
    rows.iter().sum()
}

/// Splits rows that are far wider than the target into several, tied boxes staying together.
fn wrap_rows(
    bodies: &[Body],
    bonds: &[Bond],
    parts: &[Vec<usize>],
    cluster: &[usize],
    target: f64,
    rank: &mut [usize],
) {
    let mut leaving = vec![0_usize; bodies.len()];
    for b in bonds {
        leaving[cluster[b.from]] += 1;
    }
    for part in parts {
        let widths = row_widths(bodies, part, rank);
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); widths.len()];
        for &i in part {
            rows[rank[i]].push(i);
        }
        let mut next = 0;
        for (row, width) in rows.iter_mut().zip(&widths).filter(|(row, _)| !row.is_empty()) {
            let chunks = if *width > SPLIT * target { (width / target).ceil() } else { 1.0 };
            // Boxes that call on nobody further down stay above those that do.
            row.sort_by_key(|&i| (leaving[cluster[i]].min(1) + bodies[i].below.min(1), cluster[i], i));
            let (mut filled, mut goal) = (0.0, width / chunks);
            let mut before = None;
            for &i in row.iter() {
                if filled >= goal && before != Some(cluster[i]) {
                    next += 1;
                    goal += width / chunks;
                }
                rank[i] = next;
                before = Some(cluster[i]);
                filled += bodies[i].size.w + space::BOX;
            }
            next += 1;
        }
    }
}

/// Sets the parts side by side up to the target width, then below one another; returns the width used in each row.
fn shelve(bodies: &[Body], parts: &[Vec<usize>], target: f64, rank: &mut [usize]) -> Vec<f64> {
    let (mut base, mut used, mut tall) = (0, 0.0, 0);
    let mut rows: Vec<f64> = Vec::new();
    for part in parts {
        let first = part.iter().map(|&i| rank[i]).min().unwrap_or(0);
        for &i in part {
            rank[i] -= first;
        }
        let widths = row_widths(bodies, part, rank);
        let width = widths.iter().copied().fold(0.0, f64::max);
        if used > 0.0 && used + width > 1.1 * target {
            base += tall;
            (used, tall) = (0.0, 0);
        }
        rows.resize(rows.len().max(base + widths.len()), 0.0);
        for (row, w) in rows[base..].iter_mut().zip(&widths) {
            *row += w;
        }
        for &i in part {
            rank[i] += base;
        }
        used += width;
        tall = tall.max(widths.len());
    }
    rows
}

/// Sets boxes without any edge where the rows leave room, together as far as it goes, then in rows of their own.
fn fill(bodies: &[Body], single: &[usize], mut used: Vec<f64>, target: f64, rank: &mut [usize]) {
    let limit = used.iter().copied().fold(target, f64::max);
    let mut at = 0;
    for &i in single {
        let w = bodies[i].size.w + space::BOX;
        let room = |row: usize| used.get(row).is_none_or(|u| *u == 0.0 || u + w <= limit);
        if !room(at) {
            at = (0..=used.len()).find(|&row| room(row)).unwrap_or(used.len());
        }
        if at == used.len() {
            used.push(0.0);
        }
        used[at] += w;
        rank[i] = at;
    }
}
