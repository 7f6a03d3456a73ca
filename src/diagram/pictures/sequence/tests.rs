//! A flow told, in the words of Mermaid.

use super::*;
use crate::diagram::pictures::tests::{SHOP, compiled};

#[test]
fn a_flow_in_mermaid() {
    let compilation = compiled(SHOP);
    let id = compilation.model.flows.ids().next().unwrap();
    insta::assert_snapshot!(mermaid(&read(&compilation, id)));
}

#[test]
fn every_frame_and_every_bar_ends() {
    let compilation = compiled(SHOP);
    let id = compilation.model.flows.ids().next().unwrap();
    let told = read(&compilation, id);
    let (mut frames, mut bars) = (0, vec![0; told.participants.len()]);
    for event in &told.events {
        match event {
            Event::Open { .. } => frames += 1,
            Event::Close => frames -= 1,
            Event::Start(who) => bars[*who] += 1,
            Event::End(who) => bars[*who] -= 1,
            _ => {}
        }
        assert!(frames >= 0 && bars.iter().all(|bar| *bar >= 0));
    }
    assert!(frames == 0 && bars.iter().all(|bar| *bar == 0));
}

#[test]
fn mermaid_is_told_no_sign_of_its_own() {
    let node = |label: &str| Node { id: "x".into(), label: label.into(), ..Node::default() };
    let message = Message {
        from: 0,
        to: 0,
        op: Op::Call,
        label: "end; <b> #1 %%{init}".into(),
        notes: vec!["end".into()],
    };
    let told = Sequence {
        title: "a;b\nc".into(),
        participants: vec![node("end")],
        events: vec![Event::Call(message)],
        ..Sequence::default()
    };
    let out = mermaid(&told);
    let said = out.lines().last().unwrap();
    assert_eq!(out.lines().count(), 4, "{out}");
    assert!(!said.contains("<b>") && !said.contains("%%") && !said.contains("end;"), "{said}");
    assert!(out.contains("participant p1 as #8203;end"), "{out}");
}
