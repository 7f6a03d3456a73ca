//! Work that falls apart, on as many threads as there are cores. The result is that of doing it in order, on one thread; a
//! system that gives no threads does just that. Knows nothing of the work.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Whether a design of so many components and connections is worth more than one thread.
pub(crate) fn is_worth(elements: usize) -> bool {
    elements >= 400
}

/// More threads than these are not used: what archc does falls apart into few pieces.
const MOST: usize = 8;

/// What `of` gives for each item, in order. Where it is not `worth` the threads, they are left alone.
pub fn map<T: Sync, R: Send>(worth: bool, items: &[T], of: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let others = if worth { cores().min(items.len()).saturating_sub(1) } else { 0 };
    if others == 0 {
        return items.iter().map(of).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, of(item)));
        }
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let spawn = |_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok();
        let others: Vec<_> = (0..others).map_while(spawn).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// What both give, at once where that is `worth` a thread.
pub(crate) fn both<A: Send, B>(worth: bool, one: impl Fn() -> A + Sync, other: impl FnOnce() -> B) -> (A, B) {
    if !worth || cores() < 2 {
        return (one(), other());
    }
    thread::scope(|scope| {
        let aside = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, &one).ok();
        let other = other();
        match aside.map(thread::ScopedJoinHandle::join) {
            Some(Ok(one)) => (one, other),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => (one(), other),
        }
    })
}

/// As much as the main thread commonly has.
const STACK: usize = 8 << 20;

fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get).min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..1000).collect();
        for worth in [false, true] {
            assert_eq!(
                map(worth, &items, |item| item * 2),
                items.iter().map(|item| item * 2).collect::<Vec<_>>()
            );
        }
        assert_eq!(map(true, &[] as &[usize], |item| *item), Vec::<usize>::new());
    }

    #[test]
    fn both_are_done_on_one_thread_or_two() {
        for worth in [false, true] {
            assert_eq!(both(worth, || 1, || 2), (1, 2));
        }
    }

    #[test]
    #[should_panic(expected = "as told")]
    fn a_panic_of_a_piece_is_one_of_the_whole() {
        map(true, &[1, 2, 3], |item| assert!(*item < 2, "as told"));
    }
}
