# `just` lists these; `just ready` is what CI runs

default:
    @just --list

# what lands or rejects a change
ready:
    .ci/run

# the tests alone
test:
    cargo test --workspace

# refresh generated files and snapshots; look at the diff before you commit it
bless:
    ARCHC_BLESS=1 INSTA_UPDATE=always cargo test --workspace

# the benches, with a release build
bench:
    cargo bench

# one fuzz target for ten minutes: `just fuzz parse`
fuzz target:
    RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{target}} -- -max_total_time=600 -timeout=10 -rss_limit_mb=1024

# the ready-made steps for GitHub, GitLab and pre-commit, in repositories of their own
ci-steps:
    tests/action/run

# a Debian package, installed, tried and taken away again (as root); needs cargo-deb and musl-tools
package target=(arch() + "-unknown-linux-musl"):
    rustup target add {{target}}
    tests/packages/run "$(packaging/deb dist {{target}} | tail -n 1)"

# licences, doubled and unwanted dependencies; needs cargo-deny
deny:
    cargo deny --workspace check licenses bans sources

# what the changelog says of a version
notes version="Unreleased":
    packaging/release-notes {{version}}
