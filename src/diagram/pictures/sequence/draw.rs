//! Draws a told flow: heads, lifelines, bars, arrows, frames. Words stand in the gap beside whoever speaks, so that they
//! cross no lifeline, however far an arrow goes.

use super::columns::{BESIDE, Columns, LOOP, answer, words};
use super::{Event, Frame, Message, Sequence};
use crate::diagram::drawing::Node;
use crate::diagram::layout::{Point, Rect};
use crate::diagram::palette::{Paint, Theme};
use crate::diagram::pictures::pen::{
    self, MARGIN, SMALL, STRONG, TEXT, boxed, left, middle, over_lines, rect,
};
use crate::diagram::scene::{BoxInfo, Dash, Element, LineInfo, Mark, Prim, Scene, Style, node_mark};
use crate::diagram::text::{Lines, clean, width};

/// Half the width of a bar.
const BAR: f64 = 4.5;
/// How far a bar on a bar stands out, and how often.
const STEP: (f64, usize) = (4.0, 3);
const LABEL_LINE: f64 = 14.0;
const NOTE_LINE: f64 = 12.5;
/// Height of a frame's corner.
const TAB: f64 = 18.0;
/// Room for the words in it.
const TAB_WORDS: f64 = 300.0;
/// From a frame to what is in it.
const INSIDE: f64 = 9.0;
/// From here on the heads stand at the foot again.
const TALL: f64 = 900.0;

/// The diagram.
#[must_use]
pub fn draw(sequence: &Sequence, theme: Theme) -> Scene {
    let title = if sequence.title.is_empty() { "flow" } else { &sequence.title };
    let (mut scene, top) = pen::headed(title, &sequence.says);
    scene.theme = theme;
    let columns = Columns::new(sequence);
    // once to see how far it reaches, once at its place
    let reach = Pass::run(sequence, &columns, 0.0, top).reach;
    let mut pass = Pass::run(sequence, &columns, MARGIN - reach.0, top);
    pass.finish(sequence, &columns, &mut scene);
    scene
}

/// A frame that is still open.
struct Open {
    frame: Frame,
    says: String,
    top: f64,
    reach: (f64, f64),
    parts: Vec<(f64, String)>,
}

struct Pass<'a> {
    columns: &'a Columns,
    shift: f64,
    y: f64,
    top: f64,
    /// From where to where everything reaches.
    reach: (f64, f64),
    /// By participant: when its bars began.
    bars: Vec<Vec<f64>>,
    open: Vec<Open>,
    behind: Vec<Prim>,
    in_front: Vec<Prim>,
    messages: Vec<Mark>,
    lines: Vec<LineInfo>,
}

impl<'a> Pass<'a> {
    fn run(sequence: &'a Sequence, columns: &'a Columns, shift: f64, top: f64) -> Self {
        let mut pass = Self {
            columns,
            shift,
            y: top + columns.height + 10.0,
            top,
            reach: (f64::INFINITY, f64::NEG_INFINITY),
            bars: vec![Vec::new(); sequence.participants.len()],
            open: Vec::new(),
            behind: Vec::new(),
            in_front: Vec::new(),
            messages: Vec::new(),
            lines: Vec::new(),
        };
        for (i, head) in columns.heads.iter().enumerate() {
            let x = pass.x(i);
            pass.extend(x - head.0 / 2.0, x + head.0 / 2.0);
        }
        for event in &sequence.events {
            pass.event(sequence, event);
        }
        if pass.reach.0 > pass.reach.1 {
            pass.reach = (shift, shift);
        }
        pass
    }

    fn event(&mut self, sequence: &Sequence, event: &Event) {
        match event {
            Event::Call(message) => self.call(sequence, message),
            Event::Return { from, to, says } => self.answer(*from, *to, says),
            Event::Start(who) => {
                let y = self.y;
                if let Some(bars) = self.bars.get_mut(*who) {
                    bars.push(y);
                }
            }
            Event::End(who) => self.end(*who),
            Event::Open { frame, says } => {
                self.y += 10.0;
                let (says, top) = (pen::one_line(says, TEXT, TAB_WORDS), self.y);
                let reach = (f64::INFINITY, f64::NEG_INFINITY);
                self.open.push(Open { frame: *frame, says, top, reach, parts: Vec::new() });
                self.y += TAB + 4.0;
            }
            Event::Else { says } => {
                self.y += 9.0;
                let says = pen::one_line(says, TEXT, TAB_WORDS);
                let y = self.y;
                self.y += if says.is_empty() { 4.0 } else { TAB };
                if let Some(open) = self.open.last_mut() {
                    open.parts.push((y, says));
                }
            }
            Event::Close => self.close(),
        }
    }

    fn x(&self, participant: usize) -> f64 {
        self.shift + self.columns.x(participant)
    }

    /// Everything around reaches at least so far.
    fn extend(&mut self, from: f64, to: f64) {
        let reach = self.open.last_mut().map_or(&mut self.reach, |open| &mut open.reach);
        *reach = (reach.0.min(from), reach.1.max(to));
    }

    /// Where an arrow touches a participant, on the side towards `other`.
    fn touch(&self, who: usize, other: usize, bars: usize) -> f64 {
        let levels = bars.saturating_sub(1).min(STEP.1);
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let out = levels as f64 * STEP.0;
        if other > who { self.x(who) + BAR + out } else { self.x(who) - BAR }
    }

    fn depth(&self, who: usize) -> usize {
        self.bars.get(who).map_or(0, Vec::len)
    }

    fn call(&mut self, sequence: &Sequence, message: &Message) {
        let (from, to) = (message.from, message.to);
        let words = words(message);
        let mut prims = Vec::new();
        self.y += 6.0;
        if from == to {
            let x = self.touch(from, from + 1, self.depth(from));
            let inner = self.touch(from, from + 1, self.depth(from) + 1);
            let start = self.y + 4.0;
            let text_x = x + LOOP;
            let bottom = self.write(
                &words.label,
                &words.notes,
                |x, y, text, font, paint| left(text_x.max(x), y, text, font, paint),
                &mut prims,
            );
            self.y = bottom.max(start + 16.0);
            let points = [(x, start), (x + LOOP - 8.0, start), (x + LOOP - 8.0, self.y), (inner, self.y)];
            prims.extend(pen::arrow(message.op, &points));
            self.extend(x - 16.0, text_x + words.width + BESIDE);
        } else {
            let centre = self.shift + self.columns.words_at(from, to);
            let bottom = self.write(
                &words.label,
                &words.notes,
                |_, y, text, font, paint| middle(centre, y, text, font, paint),
                &mut prims,
            );
            self.y = bottom + 5.0;
            let a = self.touch(from, to, self.depth(from));
            let b = self.touch(to, from, self.depth(to) + 1);
            let points = [(a, self.y), (b, self.y)];
            prims.extend(pen::arrow(message.op, &points));
            self.record(sequence, message, points.map(|(x, y)| Point { x, y }).to_vec());
            let (low, high) = (self.x(from.min(to)), self.x(from.max(to)));
            self.extend(low - 16.0, high + 16.0);
        }
        let path = |who: usize| {
            sequence.participants.get(who).map(|node| clean(&node.id, pen::MAX_TEXT)).unwrap_or_default()
        };
        let number = self.messages.len() + 1;
        let element = Element::Edge { id: format!("m{number}"), from: path(from), to: path(to) };
        let mut tooltip = format!("{} {} {}", path(from), message.op.as_str(), path(to));
        for part in std::iter::once(&message.label).chain(&message.notes).filter(|part| !part.is_empty()) {
            tooltip.push_str("; ");
            tooltip.push_str(&clean(part, pen::MAX_TEXT));
        }
        self.messages.push(Mark { element: Some(element), tooltip: Some(tooltip), prims });
    }

    /// Writes label and notes from here down; gives where they end.
    fn write(
        &self,
        label: &Lines,
        notes: &[String],
        put: impl Fn(f64, f64, String, crate::diagram::text::Font, Paint) -> Prim,
        prims: &mut Vec<Prim>,
    ) -> f64 {
        let mut y = self.y;
        for text in &label.lines {
            prims.push(put(f64::NEG_INFINITY, y + 11.0, text.clone(), TEXT, Paint::Ink));
            y += LABEL_LINE;
        }
        for text in notes {
            prims.push(put(f64::NEG_INFINITY, y + 10.0, text.clone(), SMALL, Paint::Muted));
            y += NOTE_LINE;
        }
        y
    }

    fn record(&mut self, sequence: &Sequence, message: &Message, points: Vec<Point>) {
        let path =
            |who: usize| sequence.participants.get(who).map(|node| node.id.clone()).unwrap_or_default();
        let id = format!("m{}", self.messages.len() + 1);
        let (from, to) = (path(message.from), path(message.to));
        self.lines.push(LineInfo { id, from, to, op: message.op, points, label: None });
    }

    fn answer(&mut self, from: usize, to: usize, says: &str) {
        let words = answer(says);
        self.y += 6.0;
        let centre = self.shift + self.columns.words_at(from, to);
        let mut prims = Vec::new();
        for text in &words.lines {
            prims.push(middle(centre, self.y + 10.0, text.clone(), SMALL, Paint::Muted));
            self.y += NOTE_LINE;
        }
        self.y += 5.0;
        let a = self.touch(from, to, self.depth(from));
        let b = self.touch(to, from, self.depth(to));
        prims.push(pen::line((a, self.y), (b, self.y), Paint::Line, 0.8, Dash::Dotted));
        prims.push(pen::head(a, (b, self.y), true));
        self.messages.push(Mark { prims, ..Mark::default() });
        let (low, high) = (self.x(from.min(to)), self.x(from.max(to)));
        self.extend(low - 16.0, high + 16.0);
    }

    fn end(&mut self, who: usize) {
        let Some(start) = self.bars.get_mut(who).and_then(Vec::pop) else { return };
        self.y = self.y.max(start + 9.0);
        let levels = self.depth(who).min(STEP.1);
        #[expect(clippy::cast_precision_loss, reason = "a handful")]
        let x = self.x(who) - BAR + levels as f64 * STEP.0;
        let style = boxed(Paint::Surface, Paint::Line, 1.0);
        // the innermost bar ends first but stands in front
        self.behind.push(rect(x, start, 2.0 * BAR, self.y - start + 3.0, 2.0, style));
        self.y += 4.0;
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.y += 10.0;
        let (tag, says) = (open.frame.as_str(), &open.says);
        let tag_width = width(tag, STRONG) + 14.0;
        let says_width = if says.is_empty() { 0.0 } else { width(says, TEXT) + 10.0 };
        let parts = open.parts.iter().map(|part| width(&part.1, TEXT) + 16.0).fold(0.0, f64::max);
        let low = if open.reach.0.is_finite() { open.reach.0 - INSIDE } else { self.x(0) - INSIDE };
        let high = open.reach.1.max(low + tag_width + says_width + 8.0).max(low + parts) + INSIDE;
        let dash = Style { dash: Dash::Dashed, ..Style::line(Paint::Line, 0.8) };
        for (y, says) in &open.parts {
            self.in_front.push(pen::path(&[(low, *y), (high, *y)], dash));
            if !says.is_empty() {
                let room = width(says, TEXT) + 10.0;
                self.in_front.push(rect(
                    low + 1.0,
                    y + 1.0,
                    room,
                    TAB - 3.0,
                    0.0,
                    Style::filled(Paint::Canvas),
                ));
                self.in_front.push(left(low + 6.0, y + 12.5, says.clone(), TEXT, Paint::Ink));
            }
        }
        self.in_front.push(pen::frame(
            low,
            open.top,
            high - low,
            self.y - open.top,
            Style::line(Paint::Line, 1.0),
        ));
        let corner =
            rect(low, open.top, tag_width + says_width, TAB, 0.0, boxed(Paint::Tint(1), Paint::Line, 1.0));
        self.in_front.push(corner);
        self.in_front.push(left(low + 7.0, open.top + 12.8, tag, STRONG, Paint::Ink));
        if !says.is_empty() {
            self.in_front.push(left(low + tag_width, open.top + 12.8, says.clone(), TEXT, Paint::Ink));
        }
        self.extend(low, high);
        self.y += 6.0;
    }

    fn finish(&mut self, sequence: &Sequence, columns: &Columns, scene: &mut Scene) {
        let bottom = self.y + 12.0;
        let mut lifelines = Mark::default();
        for i in 0..sequence.participants.len() {
            let x = self.x(i);
            let foot = (x, bottom);
            lifelines.prims.push(pen::line(
                (x, self.top + columns.height),
                foot,
                Paint::Line,
                0.8,
                Dash::Dashed,
            ));
        }
        // bars were pushed as they ended: those below stand behind
        lifelines.prims.extend(self.behind.drain(..).rev());
        scene.marks.push(lifelines);
        scene.marks.push(Mark { prims: std::mem::take(&mut self.in_front), ..Mark::default() });
        scene.marks.append(&mut self.messages);
        scene.edges.append(&mut self.lines);
        let mut end = bottom;
        let repeat = bottom - self.top > TALL;
        for (i, node) in sequence.participants.iter().enumerate() {
            let (w, h) = columns.heads.get(i).copied().unwrap_or_default();
            let place = Rect { x: self.x(i) - w / 2.0, y: self.top + columns.height - h, w, h };
            scene.nodes.push(info(node, place));
            scene.marks.push(node_mark(node, place));
            if repeat {
                scene.marks.push(Mark { element: None, ..node_mark(node, Rect { y: bottom, ..place }) });
            }
        }
        if repeat {
            end += columns.height;
        }
        if sequence.left_out > 0 {
            end += 22.0;
            let many = sequence.left_out;
            let says = format!("… and {many} more {}, not drawn", if many == 1 { "call" } else { "calls" });
            pen::grow(scene, MARGIN + width(&says, STRONG));
            scene
                .marks
                .push(Mark { prims: vec![left(MARGIN, end, says, STRONG, Paint::Ink)], ..Mark::default() });
        }
        if sequence.participants.is_empty() {
            let text = over_lines(left(MARGIN, end, "nothing is called", TEXT, Paint::Ink));
            scene.marks.push(Mark { prims: vec![text], ..Mark::default() });
        }
        pen::grow(scene, self.reach.1);
        scene.height = (end + MARGIN).ceil();
    }
}

fn info(node: &Node, place: Rect) -> BoxInfo {
    let label = clean(&node.label, pen::MAX_TEXT);
    BoxInfo { id: node.id.clone(), kind: node.kind.clone(), label, rect: place, parent: None }
}
