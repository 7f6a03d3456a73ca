//! What waits for something, and who waits for it in turn.

use super::Todo;
use super::{Engine, Record};
use crate::model::{CallId, ComponentId, VisitId};

/// A frame at some time: another one may have its place by now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Ref {
    pub(super) index: u32,
    pub(super) age: u32,
}

pub(super) const NOBODY: Ref = Ref { index: u32::MAX, age: 0 };

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Run {
        started: f64,
        measured: bool,
    },
    Visit {
        visit: VisitId,
        step: u32,
        feeds: bool,
        writes: bool,
    },
    /// What takes the place of a call that failed.
    Instead {
        component: ComponentId,
    },
    Group {
        needs: u64,
        left: u64,
        done: u64,
    },
    Call {
        call: CallId,
        left: u64,
    },
    Try {
        call: CallId,
        tries: u64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) parent: Ref,
    pub(super) age: u32,
    pub(super) alive: bool,
    pub(super) flow: u32,
    /// The run's own number: its luck with caches.
    pub(super) luck: u64,
    /// It only looks: it takes no server.
    pub(super) looks: bool,
}

impl Engine<'_> {
    pub(super) fn frame(&self, at: Ref) -> Option<&Frame> {
        self.frames.get(at.index as usize).filter(|frame| frame.alive && frame.age == at.age)
    }

    pub(super) fn kind(&mut self, at: Ref) -> Option<&mut Kind> {
        let frame = self.frames.get_mut(at.index as usize)?;
        (frame.alive && frame.age == at.age).then_some(&mut frame.kind)
    }

    /// A frame that another waits for, of the same run.
    pub(super) fn spawn(&mut self, kind: Kind, parent: Ref, like: &Frame) -> Ref {
        let mut frame = Frame { kind, parent, alive: true, ..*like };
        if let Some(index) = self.free.pop() {
            if let Some(slot) = self.frames.get_mut(index as usize) {
                frame.age = slot.age.wrapping_add(1);
                *slot = frame;
            }
            return Ref { index, age: frame.age };
        }
        frame.age = 0;
        self.frames.push(frame);
        Ref { index: self.frames.len() as u32 - 1, age: 0 }
    }

    pub(super) fn end(&mut self, at: Ref, good: bool) {
        let Some(frame) = self.frame(at).copied() else { return };
        if let Some(slot) = self.frames.get_mut(at.index as usize) {
            slot.alive = false;
            self.free.push(at.index);
        }
        match frame.kind {
            Kind::Run { started, measured } => {
                if measured && let Some(records) = self.records.get_mut(frame.flow as usize) {
                    self.open -= 1;
                    records.push(Record { seconds: self.now - started, good });
                }
            }
            _ if frame.parent != NOBODY => self.todo.push(Todo::Ended(frame.parent, good)),
            _ => {}
        }
    }
}
