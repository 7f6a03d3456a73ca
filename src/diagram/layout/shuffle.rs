//! Mixes rows in a way that is the same every time: starts that the search for few crossings would not come to by itself.

/// A fixed sequence of numbers (xorshift, Marsaglia 2003).
#[derive(Debug)]
pub(super) struct Shuffle(u64);

impl Shuffle {
    pub(super) fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            let j = usize::try_from(self.0 % (i as u64 + 1)).unwrap_or(i);
            list.swap(i, j);
        }
    }
}
