//! A list that mostly holds one element, which then costs no allocation. Knows nothing of what it holds.

/// One element or several; never none.
#[derive(Debug)]
pub(crate) enum Few<T> {
    /// One.
    One([T; 1]),
    /// More.
    Many(Vec<T>),
}

impl<T: Copy> Few<T> {
    /// A list of one.
    pub(crate) fn new(first: T) -> Self {
        Self::One([first])
    }

    /// Adds an element at the end.
    pub(crate) fn push(&mut self, item: T) {
        match self {
            Self::One([first]) => *self = Self::Many(vec![*first, item]),
            Self::Many(items) => items.push(item),
        }
    }

    /// The elements in the order added.
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(items) => items,
            Self::Many(items) => items,
        }
    }
}
