//! Patterns for paths: `*` and `?` within a name, `**` for any folders. Knows nothing of files.

/// A pattern for paths below a folder. Without `/` it is for a name at any depth, else it starts at the folder; what it
/// names as a folder it names with everything inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Glob {
    text: String,
    parts: Vec<String>,
}

impl Glob {
    /// The pattern of a text; every text is one.
    pub fn new(text: &str) -> Self {
        let mut parts: Vec<String> =
            text.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect();
        if !text.trim_end_matches('/').contains('/') {
            parts.insert(0, "**".to_owned());
        }
        Self { text: text.to_owned(), parts }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names a path, or a folder in which that lies.
    pub fn matches(&self, path: &str) -> bool {
        // which numbers of names the parts so far can stand for
        let names: Vec<&str> = path.split('/').collect();
        let mut reached = vec![false; names.len() + 1];
        if let Some(start) = reached.first_mut() {
            *start = true;
        }
        for part in &self.parts {
            let mut next = vec![false; names.len() + 1];
            let mut any = false;
            for (at, slot) in next.iter_mut().enumerate() {
                let here = reached.get(at).copied().unwrap_or(false);
                if part == "**" {
                    any |= here;
                    *slot = any;
                } else if let Some(before) = at.checked_sub(1) {
                    let was = reached.get(before).copied().unwrap_or(false);
                    *slot = was && names.get(before).is_some_and(|name| fits(part, name));
                }
            }
            reached = next;
        }
        reached.contains(&true)
    }
}

/// Whether a name fits a pattern of letters, `*` and `?`. At a mismatch the last `*` takes one letter more, so the time is
/// bounded by the product of the lengths.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match (pattern.get(p), name.get(n)) {
            (Some('*'), _) => {
                star = Some((p, n));
                p += 1;
            }
            (Some(wanted), Some(letter)) if *wanted == '?' || wanted == letter => {
                p += 1;
                n += 1;
            }
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, n) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_paths() {
        for (glob, path, wanted) in [
            ("legacy/**", "legacy/a.arch", true),
            ("legacy/**", "legacy/old/a.arch", true),
            ("legacy", "legacy/old/a.arch", true),
            ("legacy", "new/legacy/a.arch", true),
            ("legacy/", "new/legacy/a.arch", true),
            ("./legacy", "new/legacy/a.arch", false),
            ("legacy/*.arch", "legacy/old/a.arch", false),
            ("*.arch", "deep/er/a.arch", true),
            ("**/test_?.arch", "deep/test_1.arch", true),
            ("**/test_?.arch", "test_1.arch", true),
            ("**/test_?.arch", "test_12.arch", false),
            ("a/**/z.arch", "a/z.arch", true),
            ("a/**/z.arch", "a/b/c/z.arch", true),
            ("a/**/z.arch", "b/a/z.arch", false),
            ("*a*b*.arch", "xaxxbx.arch", true),
            ("*a*b*.arch", "xbxxax.arch", false),
        ] {
            assert_eq!(Glob::new(glob).matches(path), wanted, "{glob} {path}");
        }
    }

    #[test]
    fn a_pattern_full_of_stars_is_quick() {
        let glob = Glob::new(&format!("{}b", "*a".repeat(200)));
        assert!(!glob.matches(&"a".repeat(2_000)));
        let glob = Glob::new(&"**/".repeat(200));
        assert!(glob.matches(&"a/".repeat(500)));
    }
}
