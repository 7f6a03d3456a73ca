//! What a page may load and run: its own style and script, named by their hashes, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The content security policy of a page with this script and this style. A served one may ask its server, and nobody may
/// put it into a frame.
pub(super) fn policy(script: &str, style: &str, served: bool) -> String {
    let (script, style) = (hash(script), hash(style));
    let more = if served { "; connect-src 'self'; img-src 'self'; frame-ancestors 'none'" } else { "" };
    format!(
        "default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'{more}"
    )
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_the_standard() {
        // the example of FIPS 180-2, in base64
        assert_eq!(hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn a_policy_names_both_and_allows_nothing_else() {
        for served in [false, true] {
            let policy = policy("a", "b", served);
            assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"));
            assert!(!policy.contains("unsafe") && !policy.contains('*'));
            assert_eq!(policy.contains("'self'"), served);
        }
    }
}
