//! What is shown over a word.

use expect_test::{Expect, expect};

use crate::ide::{Fixture, shop_at};

#[track_caller]
fn check(text: &str, expected: Expect) {
    let at = Fixture::new(text);
    let hover = archc::ide::hover::hover(&at.snapshot, &at.path, at.offset);
    let shown = hover.map(|hover| format!("{}\n{}\n", at.show(&hover.place), hover.markdown));
    expected.assert_eq(&shown.unwrap_or_else(|| "nothing".to_owned()));
}

#[test]
fn a_component_shows_its_figures() {
    check(
        &shop_at("service api", "api"),
        expect![[r#"
            a.arch:14:11 "api"
            ```arch
            service eu.api: go "Shop API"
            ```

            Takes orders.

            ---

            - **replicas** 2–6 over `eu.a`, `eu.b`
            - **availability** 99.986% · 1.19 h down a year; a perfect one gives back 18.4 min a year (14.6%) of `buy`
            - **load** 694/s at the peak of 3k/s · ρ 23.1% · headroom 4.32x; the first to break in `buy`
            - **latency** 4 ms median, 20 ms p99 · 77.5% of `buy`
            - **coupling** 1 in, 2 out · instability 0.67
            - **not judged** for want of `availability` (AV004), `owner` (CO007), `concurrency` (CP007), `deployment` (DR005), and 2 more

            ---

            **RS010 missing-health-check** · Replicas of which the balancer does not notice that they are gone.

            *Why it matters* A replica that hangs keeps its place in the rotation: one call in n goes to it and is lost, until somebody looks.

            *How to mend it* A shallow check of liveness, often and with a short timeout, that answers without asking what the component depends on; and
            a balancer that sends to all when all seem to be down.
        "#]],
    );
    check(
        &shop_at("api -> orders \"SELECT\" {", "orders"),
        expect![[r#"
            a.arch:27:8 "orders"
            ```arch
            database eu.orders: postgres
            ```

            ---

            - **replicas** 2 over `eu.a`, `eu.b`
            - **availability** 99.986% · 1.19 h down a year; a perfect one gives back 1.86 min a year (1.48%) of `buy`
            - **load** 69.4/s at the peak of 4k/s · ρ 1.74% · headroom 57.6x
            - **latency** 5 ms median · 9.61% of `buy`
            - **coupling** 1 in, 0 out · instability 0
            - **not judged** for want of `failover` (AV008), `owner` (CO007), `storage` (CP010), `rpo` (DR003), and 2 more

            ---

            **RS005 synchronised-retries** · Retries that all come at the same moment.

            *Why it matters* Callers that failed together try again together. Each wave of n·r tries finds the callee where the last one left it, and
            without a growing pause the waves follow each other as fast as the callee can refuse them.

            *How to mend it* A capped exponential `backoff` with full `jitter`: each caller then picks its pause at random between nothing and the cap.
        "#]],
    );
}

#[test]
fn a_group_shows_what_a_perfect_one_gives_back() {
    check(
        &shop_at("region eu", "eu"),
        expect![[r#"
        a.arch:8:8 "eu"
        ```arch
        region eu
        ```

        ---

        - **holds** 4 components
        - **availability** 99.99% (assumed) · 52.6 min down a year; a perfect one gives back 52.6 min a year (41.8%) of `buy`
    "#]],
    );
}

#[test]
fn data_shows_where_it_is_stored() {
    check(
        &shop_at("data order", "order"),
        expect![[r#"
        a.arch:4:6 "order"
        ```arch
        data order
        ```

        What a customer buys.

        ---

        - **stored in** `eu.orders`
        - **grows to** 48.7 GB after 1 y (assumed), 2 copies
    "#]],
    );
}

#[test]
fn a_flow_shows_its_verdicts() {
    check(
        &shop_at("flow buy", "buy"),
        expect![[r#"
            a.arch:29:6 "buy"
            ```arch
            flow buy "Buy"
            ```

            ---

            - **load** 694/s at the peak, 231/s on average · headroom 4.32x, `eu.api` breaks first
            - **availability** 99.976% · 2.1 h down a year; 41.8% of it is `eu`
            - **latency** not known: `eu.lb` gives neither `latency` nor `p99`
            - ✓ `availability >= 99.9%`: 99.976%
            - ? `p99 <= 200 ms`: not known
        "#]],
    );
    check(
        &shop_at("slo p99", "p99"),
        expect![[r#"
        a.arch:31:7 "p99"
        **slo p99** · the time within which 99 % of the requests are answered

        ---

        - ? `buy`: not known
    "#]],
    );
}

#[test]
fn a_step_shows_what_it_carries() {
    check(
        &shop_at("api -> orders \"SELECT\"\n", "->"),
        expect![[r#"
        a.arch:34:7 "->"
        - `eu.api -> eu.orders` 69.4/s at the peak · 9.61% of the time of `buy`
    "#]],
    );
    check(
        &shop_at("api -> orders \"SELECT\" {", "->"),
        expect![[r#"
        a.arch:27:5 "->"
        - `eu.api -> eu.orders` 69.4/s at the peak

        ---

        **RS005 synchronised-retries** · Retries that all come at the same moment.

        *Why it matters* Callers that failed together try again together. Each wave of n·r tries finds the callee where the last one left it, and
        without a growing pause the waves follow each other as fast as the callee can refuse them.

        *How to mend it* A capped exponential `backoff` with full `jitter`: each caller then picks its pause at random between nothing and the cap.
    "#]],
    );
}

#[test]
fn words_of_the_language_show_what_they_mean() {
    check(
        &shop_at("service api", "service"),
        expect![[r#"
        a.arch:14:3 "service"
        **service** · compute · a program that answers requests
    "#]],
    );
    check(
        &shop_at("    zones    =", "zones"),
        expect![[r#"
        a.arch:16:5 "zones"
        **zones** · the zones over which replicas are dealt, or how many

        a list: a zone each, or a whole number
    "#]],
    );
    check(
        &shop_at("retries = 1", "retries"),
        expect![[r#"
        a.arch:27:43 "retries"
        **retries** · tries beyond the first

        a whole number
    "#]],
    );
    check(
        &shop_at("slo availability", "slo"),
        expect![[r#"
        a.arch:30:3 "slo"
        **slo availability** · the share of the time in which the flow works

        ---

        - ✓ `buy`: 99.976%
    "#]],
    );
    check(
        "database d { backup = { ev<|>ery = 1d } }",
        expect![[r#"
        a.arch:1:25 "every"
        **every** · the interval

        a time: `200ms`
    "#]],
    );
    check(
        "service a { availability = 99.9<|>5% }",
        expect![[r#"
        a.arch:1:28 "99.95%"
        **availability** = 99.95% · 4.38 h down a year
    "#]],
    );
}

#[test]
fn a_technology_shows_its_sources() {
    check(
        &shop_at("database orders: postgres", "postgres"),
        expect![[r#"
        a.arch:22:20 "postgres"
        **[PostgreSQL](https://www.postgresql.org)** · relational database

        - **PC/EC** on the primary, or with synchronous standbys (derived by archc from the documented mechanism)
        - **PC/EL** reads on asynchronous standbys (derived by archc from the documented mechanism)

        | assumed | value | source |
        |---|---|---|
        | `max_connections` | `100` | [PostgreSQL: connection settings](https://www.postgresql.org/docs/current/runtime-config-connection.html); typical default of initdb |
        | `mode` | `primary_replica` | [PostgreSQL: log-shipping standby servers](https://www.postgresql.org/docs/current/warm-standby.html) |
        | `replication` | `async` | [PostgreSQL: log-shipping standby servers](https://www.postgresql.org/docs/current/warm-standby.html); unless synchronous_standby_names is set |
        | `scaling` | `vertical` | derived by archc from the documented mechanism |

        - read committed is the default isolation; serializable is opt-in ([PostgreSQL: transaction isolation](https://www.postgresql.org/docs/current/transaction-iso.html))
        - a lookup takes around 0.5 ms within a zone ([napkin-math, S. Eskildsen](https://github.com/sirupsen/napkin-math))
    "#]],
    );
    check(
        "tech our-db: postgres { capacity = 8k/s }\ndatabase d: our-<|>db",
        expect![[r#"
        a.arch:2:13 "our-db"
        ```arch
        tech our-db: postgres
        ```

        **[PostgreSQL](https://www.postgresql.org)** · relational database

        - **PC/EC** on the primary, or with synchronous standbys (derived by archc from the documented mechanism)
        - **PC/EL** reads on asynchronous standbys (derived by archc from the documented mechanism)

        | assumed | value | source |
        |---|---|---|
        | `max_connections` | `100` | [PostgreSQL: connection settings](https://www.postgresql.org/docs/current/runtime-config-connection.html); typical default of initdb |
        | `mode` | `primary_replica` | [PostgreSQL: log-shipping standby servers](https://www.postgresql.org/docs/current/warm-standby.html) |
        | `replication` | `async` | [PostgreSQL: log-shipping standby servers](https://www.postgresql.org/docs/current/warm-standby.html); unless synchronous_standby_names is set |
        | `scaling` | `vertical` | derived by archc from the documented mechanism |

        - read committed is the default isolation; serializable is opt-in ([PostgreSQL: transaction isolation](https://www.postgresql.org/docs/current/transaction-iso.html))
        - a lookup takes around 0.5 ms within a zone ([napkin-math, S. Eskildsen](https://github.com/sirupsen/napkin-math))
    "#]],
    );
}

#[test]
fn a_rule_shows_its_text() {
    check(
        "@allow(AV<|>001, reason = \"x\")\nservice a",
        expect![[r#"
        a.arch:1:8 "AV001"
        **AV001 single-point-of-failure** · One replica whose loss alone takes a flow down.

        *Why it matters* Every deployment, crash and lost host of that one replica is an outage of the flow. No replica elsewhere helps: the chain
        is as good as this link.

        *How to mend it* Run at least k + 1 replicas in two zones or more; or let the callers go on without it: an asynchronous, optional or
        cached call.

        ---

        **HY002 unused-allow** · An `@allow` that silences nothing.

        *Why it matters* It reads as if a risk were there. When the risk comes back, nobody is told.

        *How to mend it* Delete the name, or the annotation where it holds no other.
    "#]],
    );
}

#[test]
fn statements_without_figures_show_their_heads() {
    check(
        "/// Why.\ndecision d<|>b \"A store\" { because = \"It fits.\"  gives = [latency] }",
        expect![[r#"
            a.arch:2:10 "db"
            ```arch
            decision db "A store"
            ```

            Why.

            It fits.

            ---

            **DE001 decision-without-effect** · A decision promises a quality that nothing in the design shows, or allows what nothing finds.

            *Why it matters* A promise that nothing holds to account is a wish. Nobody will notice that it is no longer kept. What a decision allows although
            it was mended long ago hides the day on which it comes back.

            *How to mend it* State the objective, or the figure that the decision improves; or take the quality, or the rule, out.
        "#]],
    );
    check(
        "kind app: client { icon = phone }\na<|>pp web",
        expect![[r#"
        a.arch:2:1 "app"
        ```arch
        kind app: client
        ```

        **client** · actor · a program that generates load: browser, app, device
    "#]],
    );
}

#[test]
fn a_place_in_markdown_is_one_of_the_file() {
    check(
        "//- x.md\n# Über 😀\n\n> ```arch\n> /// Ünï\n> service a<|>pi\n> ```\n",
        expect![[r#"
        x.md:5:11 "api"
        ```arch
        service api
        ```

        Ünï

        ---

        - **replicas** 1 (assumed)
        - **availability** 99.5% · 1.83 d down a year
    "#]],
    );
}

#[test]
fn broken_text_has_hovers_where_it_can() {
    check(
        "service a {\n  latency = \nservice b<|>x {\n",
        expect![[r#"
        a.arch:3:9 "bx"
        ```arch
        service bx
        ```

        ---

        - **replicas** 1 (assumed)
        - **availability** 99.5% · 1.83 d down a year
    "#]],
    );
    check("<|>", expect!["nothing"]);
    check("service a\n\n// wo<|>rds\n", expect!["nothing"]);
}
