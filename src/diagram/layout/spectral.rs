//! A start for the order of the rows that sees the whole level at once: every item at the mean of what it is joined to,
//! over and over (Koren, *Drawing graphs by eigenvectors*, 2005). What is far apart in the graph ends far apart in the rows.

use super::level::Level;

/// Steps of the power iteration; more would only sharpen what is there.
const STEPS: usize = 60;

/// The rows sorted by the second eigenvector of the walk on the level's edges, from a given order.
#[expect(clippy::cast_precision_loss, reason = "places and counts are far below 2^52")]
pub(super) fn rows(level: &Level, given: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let n = level.items.len();
    let mut x = vec![0.0; n];
    for row in given {
        for (place, &item) in row.iter().enumerate() {
            x[item] = (place as f64 + 0.5) / row.len() as f64 - 0.5;
        }
    }
    let degree: Vec<f64> = level.items.iter().map(|i| (i.up.len() + i.down.len()) as f64).collect();
    let total: f64 = degree.iter().sum();
    if total == 0.0 {
        return given.to_vec();
    }
    for _ in 0..STEPS {
        let mut sum = vec![0.0; n];
        for s in &level.segments {
            sum[s.top] += x[s.bottom];
            sum[s.bottom] += x[s.top];
        }
        for v in (0..n).filter(|&v| degree[v] > 0.0) {
            x[v] = f64::midpoint(x[v], sum[v] / degree[v]);
        }
        // Away from the first eigenvector, in which all are at one place.
        let mean = x.iter().zip(&degree).map(|(x, d)| x * d).sum::<f64>() / total;
        let size = x.iter().map(|x| (x - mean).abs()).fold(1e-12, f64::max);
        for x in &mut x {
            *x = (*x - mean) / size;
        }
    }
    let mut rows = given.to_vec();
    for row in &mut rows {
        row.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
    }
    rows
}
