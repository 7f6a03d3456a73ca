//! A drawing told in the order of its nesting, for formats that write groups as blocks. It knows no format.

use super::drawing::{Drawing, End, Group, Node};

/// A step through a drawing.
#[derive(Debug, Clone, Copy)]
pub enum Nested<'a> {
    /// A node with its number.
    Node(usize, &'a Node),
    /// A group begins.
    Open(usize, &'a Group),
    /// The last group that began ends.
    Close,
}

impl Node {
    /// The label, else the path.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.label.trim().is_empty() { &self.id } else { &self.label }
    }
}

impl Group {
    /// The label, else the path.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.label.trim().is_empty() { &self.id } else { &self.label }
    }
}

impl Drawing {
    /// Tells nodes and groups from the outside in, each with its depth; a group's nodes before the groups in it.
    pub fn nested<'a>(&'a self, tell: &mut dyn FnMut(Nested<'a>, usize)) {
        let count = self.groups.len();
        // the last list is the top's; a parent that is no earlier group is as good as none
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); count + 1];
        let mut nodes: Vec<Vec<usize>> = vec![Vec::new(); count + 1];
        for (i, group) in self.groups.iter().enumerate() {
            if let Some(list) = groups.get_mut(group.parent.filter(|&p| p < i).unwrap_or(count)) {
                list.push(i);
            }
        }
        for (i, node) in self.nodes.iter().enumerate() {
            if let Some(list) = nodes.get_mut(node.parent.filter(|&p| p < count).unwrap_or(count)) {
                list.push(i);
            }
        }
        let tell_nodes = |at: usize, depth: usize, tell: &mut dyn FnMut(Nested<'a>, usize)| {
            for &i in nodes.get(at).into_iter().flatten() {
                if let Some(node) = self.nodes.get(i) {
                    tell(Nested::Node(i, node), depth);
                }
            }
        };
        tell_nodes(count, 0, tell);
        let mut open: Vec<(usize, usize)> = vec![(count, 0)];
        while let Some((at, next)) = open.last_mut() {
            let inner = groups.get(*at).and_then(|list| list.get(*next)).copied();
            *next += 1;
            let depth = open.len() - 1;
            match inner.and_then(|i| Some((i, self.groups.get(i)?))) {
                Some((i, group)) => {
                    tell(Nested::Open(i, group), depth);
                    tell_nodes(i, depth + 1, tell);
                    open.push((i, 0));
                }
                None => {
                    open.pop();
                    if depth > 0 {
                        tell(Nested::Close, depth - 1);
                    }
                }
            }
        }
    }

    /// Whether one end is a group that holds the other, or is it.
    #[must_use]
    pub fn encloses(&self, outer: End, inner: End) -> bool {
        let End::Group(outer) = outer else { return false };
        let mut at = match inner {
            End::Node(i) => self.nodes.get(i).and_then(|node| node.parent),
            End::Group(i) => Some(i),
        };
        while let Some(group) = at {
            if group == outer {
                return true;
            }
            at = self.groups.get(group).and_then(|it| it.parent).filter(|&p| p < group);
        }
        false
    }

    /// The numbers of the groups around an end, from the outside in.
    #[must_use]
    pub fn around(&self, end: End) -> Vec<usize> {
        let mut at = match end {
            End::Node(i) => self.nodes.get(i).and_then(|node| node.parent),
            End::Group(i) => self.groups.get(i).and_then(|it| it.parent).filter(|&p| p < i),
        };
        let mut out = Vec::new();
        while let Some(group) = at {
            out.push(group);
            at = self.groups.get(group).and_then(|it| it.parent).filter(|&p| p < group);
        }
        out.reverse();
        out
    }
}
