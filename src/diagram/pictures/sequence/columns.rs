//! Where the lifelines of a sequence diagram stand: as near as what is written between them allows.

use super::{Event, Message, Sequence};
use crate::diagram::card;
use crate::diagram::pictures::pen::{SMALL, TEXT, lines};
use crate::diagram::text::Lines;

/// Room for the words of a message.
const WORDS: f64 = 176.0;
/// Between words and the lifelines at their sides, bars included.
pub(super) const BESIDE: f64 = 15.0;
/// How far the loop of a call to oneself reaches.
pub(super) const LOOP: f64 = 34.0;

/// What is written at a message.
pub(super) struct Words {
    pub(super) label: Lines,
    pub(super) notes: Vec<String>,
    pub(super) width: f64,
}

/// Cut to lines.
pub(super) fn words(message: &Message) -> Words {
    let label = lines(&message.label, TEXT, WORDS, 3);
    let mut width = label.width;
    let mut notes = Vec::new();
    for note in &message.notes {
        let cut = lines(note, SMALL, WORDS, 2);
        width = width.max(cut.width);
        notes.extend(cut.lines);
    }
    Words { label, notes, width }
}

/// What is written at an answer.
pub(super) fn answer(says: &str) -> Lines {
    lines(says, SMALL, WORDS, 1)
}

/// The lifelines.
pub(super) struct Columns {
    /// Where each stands; the first at 0.
    pub(super) at: Vec<f64>,
    /// Width and height of each head.
    pub(super) heads: Vec<(f64, f64)>,
    /// Of the highest head.
    pub(super) height: f64,
}

impl Columns {
    pub(super) fn new(sequence: &Sequence) -> Self {
        let cards = sequence.participants.iter().map(card::card);
        let heads: Vec<(f64, f64)> = cards.map(|card| (card.width, card.height)).collect();
        let mut gaps: Vec<f64> = heads
            .windows(2)
            .map(|pair| match pair {
                [a, b] => (a.0 + b.0) / 2.0 + 20.0,
                _ => 0.0,
            })
            .collect();
        let mut need = |gap: usize, room: f64| {
            if let Some(slot) = gaps.get_mut(gap) {
                *slot = slot.max(room.ceil());
            }
        };
        for event in &sequence.events {
            match event {
                Event::Call(it) if it.from == it.to => need(it.from, words(it).width + LOOP + 2.0 * BESIDE),
                Event::Call(it) => need(gap(it.from, it.to), words(it).width + 2.0 * BESIDE),
                Event::Return { from, to, says } => need(gap(*from, *to), answer(says).width + 2.0 * BESIDE),
                _ => {}
            }
        }
        let mut at = Vec::with_capacity(heads.len());
        let mut x = 0.0;
        for i in 0..heads.len() {
            at.push(x);
            x += gaps.get(i).copied().unwrap_or(0.0);
        }
        let height = heads.iter().map(|head| head.1).fold(0.0, f64::max);
        Self { at, heads, height }
    }

    pub(super) fn x(&self, participant: usize) -> f64 {
        self.at.get(participant).copied().unwrap_or(0.0)
    }

    /// The middle of the gap into which a message leaves.
    pub(super) fn words_at(&self, from: usize, to: usize) -> f64 {
        let gap = gap(from, to);
        f64::midpoint(self.x(gap), self.x(gap + 1))
    }
}

/// The gap into which a message leaves: words stand there, so they cross no lifeline.
fn gap(from: usize, to: usize) -> usize {
    if to > from { from } else { from.saturating_sub(1) }
}
