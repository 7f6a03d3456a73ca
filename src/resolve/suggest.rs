//! "Did you mean": the nearest of some words, within a budget so that a file full of mistakes stays quick.

use std::cell::Cell;

/// What one compilation may spend: a word costs one to look at and [`COMPARED`] to compare.
const BUDGET: usize = 2_000_000;
const COMPARED: usize = 8;
/// Words longer than this are not compared.
const LONGEST: usize = 64;

/// What is left to spend.
#[derive(Debug)]
pub(crate) struct Suggestions {
    left: Cell<usize>,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: Cell::new(BUDGET) }
    }
}

impl Suggestions {
    /// The nearest word that is near enough, the first in alphabetical order of several; `None` where none is, or where the
    /// budget is spent.
    pub(crate) fn nearest<'a>(
        &self,
        word: &str,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.nearest_within(word, words, allowed(word.chars().count()))
    }

    /// Whether a word surely is a slip of that one: one letter off (or two that changed places), in a word of four or more, no digit of
    /// it, and no other word is near.
    pub(crate) fn is_slip<'a>(
        &self,
        word: &str,
        near: &str,
        words: impl IntoIterator<Item = &'a str>,
    ) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let is_slight = word.chars().count() >= 4
            && strsim::osa_distance(&word.to_lowercase(), &near.to_lowercase()) <= 1
            && digits(word) == digits(near);
        is_slight && self.nearest(word, words.into_iter().filter(|other| *other != near)).is_none()
    }

    /// As [`Suggestions::nearest`], with at most so many letters between them.
    pub(crate) fn nearest_within<'a>(
        &self,
        word: &str,
        words: impl IntoIterator<Item = &'a str>,
        limit: usize,
    ) -> Option<&'a str> {
        if word.is_empty() || limit == 0 || self.left.get() == 0 || word.chars().count() > LONGEST {
            return None;
        }
        let folded = word.to_lowercase().replace('-', "_");
        let mut best: Option<(usize, &str)> = None;
        for other in words {
            let near_in_length = other.len().abs_diff(word.len()) <= limit + 2 && other.len() <= 4 * LONGEST;
            let price = if near_in_length && other != word { 1 + COMPARED } else { 1 };
            let Some(left) = self.left.get().checked_sub(price) else {
                self.left.set(0);
                return None;
            };
            self.left.set(left);
            if price == 1 {
                continue;
            }
            let distance = strsim::osa_distance(&folded, &other.to_lowercase().replace('-', "_"));
            let key = (distance, other);
            if distance <= limit && best.is_none_or(|known| key < known) {
                best = Some(key);
            }
        }
        best.map(|(_, other)| other)
    }
}

/// How many letters may differ in a word of that length.
fn allowed(length: usize) -> usize {
    match length {
        0..=1 => 0,
        2..=4 => 1,
        5..=7 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_wins_and_ties_go_by_the_alphabet() {
        let all = Suggestions::default();
        assert_eq!(all.nearest("replcias", ["replicas", "regions"]), Some("replicas"));
        assert_eq!(all.nearest("load-balancer", ["load_balancer"]), Some("load_balancer"));
        assert_eq!(all.nearest("ab", ["ad", "ac"]), Some("ac"));
        assert_eq!(all.nearest("postgres", ["kafka"]), None);
    }

    #[test]
    fn a_slip_is_one_letter_with_no_rival_and_no_digit() {
        let all = Suggestions::default();
        assert!(all.is_slip("stck", "stock", ["stock", "payments"]));
        assert!(all.is_slip("paymnets", "payments", ["stock", "payments"]));
        assert!(!all.is_slip("shop", "ship", ["ship", "chop"]), "two are near");
        assert!(!all.is_slip("node2", "node", ["node"]) && !all.is_slip("db1", "db", ["db"]));
        assert!(!all.is_slip("orders", "orderly", ["orderly"]));
    }

    #[test]
    fn a_spent_budget_ends_the_search() {
        let words: Vec<String> = (0..BUDGET / COMPARED).map(|i| format!("n{i:06}")).collect();
        let all = Suggestions::default();
        assert!(all.nearest("n00001", words.iter().take(100).map(String::as_str)).is_some());
        assert_eq!(all.nearest("n00001", words.iter().map(String::as_str)), None);
        assert_eq!(all.nearest("n00001", words.iter().take(100).map(String::as_str)), None);
    }
}
