//! Which files of a folder are designs of their own: those that no other one imports. Knows paths and imports only.

/// The positions of the roots, ascending: every file that no other one imports, and of a circle that nothing else imports the
/// first by path. `imports` holds, for each file, the positions of those that it imports.
pub fn roots(paths: &[&str], imports: &[Vec<usize>]) -> Vec<usize> {
    let forward = |file: usize| imports.get(file).map_or(&[][..], Vec::as_slice);
    let mut backward: Vec<Vec<usize>> = vec![Vec::new(); paths.len()];
    for (file, imported) in imports.iter().enumerate() {
        for other in imported {
            if let Some(importers) = backward.get_mut(*other) {
                importers.push(file);
            }
        }
    }
    let backward = |file: usize| backward.get(file).map_or(&[][..], Vec::as_slice);
    let mut order = Vec::new();
    let mut seen = vec![false; paths.len()];
    for file in 0..paths.len() {
        walk(file, &forward, &mut seen, &mut order);
    }
    // in the order of Kosaraju and Sharir, whoever was left last lies in a circle (or is a file) that nothing else imports
    let mut taken = vec![false; paths.len()];
    let mut roots = Vec::new();
    while let Some(file) = order.pop() {
        if taken.get(file).copied().unwrap_or(true) {
            continue;
        }
        let mut circle = Vec::new();
        walk(file, &backward, &mut taken.clone(), &mut circle);
        roots.extend(circle.into_iter().min_by_key(|member| paths.get(*member)));
        walk(file, &forward, &mut taken, &mut Vec::new());
    }
    roots.sort_unstable();
    roots
}

/// Depth first from a file over those not seen; appends each when all behind it are done.
fn walk<'e>(start: usize, next: &impl Fn(usize) -> &'e [usize], seen: &mut [bool], done: &mut Vec<usize>) {
    let mark = |seen: &mut [bool], file: usize| {
        seen.get_mut(file).is_some_and(|seen| !std::mem::replace(seen, true))
    };
    if !mark(seen, start) {
        return;
    }
    let mut stack = vec![(start, 0)];
    while let Some((file, at)) = stack.last_mut() {
        match next(*file).get(*at) {
            Some(other) => {
                *at += 1;
                if mark(seen, *other) {
                    stack.push((*other, 0));
                }
            }
            None => {
                done.push(*file);
                stack.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_another_imports_is_no_root() {
        assert_eq!(roots(&["a", "b", "c"], &[vec![], vec![0], vec![]]), [1, 2]);
    }

    #[test]
    fn a_file_that_imports_itself_is_one() {
        assert_eq!(roots(&["a"], &[vec![0]]), [0]);
    }

    #[test]
    fn of_a_circle_the_first_by_path_is_one_unless_something_else_imports_it() {
        assert_eq!(roots(&["b", "a", "c"], &[vec![1], vec![2], vec![0]]), [1]);
        // `a` is imported by the circle of `b` and `c`, so it is none although it is first by path
        assert_eq!(roots(&["a", "b", "c"], &[vec![], vec![2, 0], vec![1]]), [1]);
        assert_eq!(roots(&["a", "b", "z"], &[vec![1], vec![0], vec![0]]), [2]);
    }
}
