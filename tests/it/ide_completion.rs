//! What may be written at the cursor.

use std::collections::BTreeMap;
use std::sync::Arc;

use archc::ide::completion::{Completion, completions};
use archc::ide::{File, Language, Snapshot};
use expect_test::{Expect, expect};

use crate::ide::{Fixture, SHOP, shop_at};

/// The first few as `label — detail`, and how many there are.
#[track_caller]
fn check(text: &str, expected: Expect) {
    let at = Fixture::new(text);
    let found = completions(&at.snapshot, &at.path, at.offset);
    let mut shown: String =
        found.iter().take(5).map(|it| format!("{} — {}\n", it.label, it.detail)).collect();
    shown.push_str(&format!("of {}\n", found.len()));
    expected.assert_eq(&shown);
}

/// The text once a completion is taken.
#[track_caller]
fn taken(text: &str, label: &str, expected: Expect) {
    let at = Fixture::new(text);
    let found = completions(&at.snapshot, &at.path, at.offset);
    let it: &Completion = found.iter().find(|it| it.label == label).unwrap_or_else(|| {
        panic!("no {label} in {:?}", found.iter().map(|it| &it.label).collect::<Vec<_>>())
    });
    let mut text = at.text().to_owned();
    text.replace_range(it.range.clone(), it.snippet.as_deref().unwrap_or(&it.new_text));
    expected.assert_eq(&text);
}

fn labels(text: &str) -> Vec<String> {
    let at = Fixture::new(text);
    completions(&at.snapshot, &at.path, at.offset).into_iter().map(|it| it.label).collect()
}

#[test]
fn a_statement_begins_with_a_kind() {
    check(
        "<|>",
        expect![[r#"
        person — a human who uses the system
        client — a program that generates load: browser, app, device
        external — someone else's system
        dns — name service
        cdn — content delivery network
        of 45
    "#]],
    );
    check(
        "region eu {\n  <|>\n}\n",
        expect![[r#"
            person — a human who uses the system
            client — a program that generates load: browser, app, device
            external — someone else's system
            dns — name service
            cdn — content delivery network
            of 167
        "#]],
    );
    check(
        "kind phone: client\npho<|>",
        expect![[r#"
        person — a human who uses the system
        client — a program that generates load: browser, app, device
        external — someone else's system
        dns — name service
        cdn — content delivery network
        of 46
    "#]],
    );
    taken("dat<|>", "database", expect!["database ${1:name}"]);
    taken(
        "reg<|>",
        "region",
        expect![[r#"
        region ${1:name} {
        	$0
        }"#]],
    );
}

#[test]
fn keys_fit_the_kind_and_are_not_yet_given() {
    check(
        "cache c { replicas = 2  <|> }",
        expect![[r#"
            needs — how many must be up: 1, or a majority for quorum systems
            zones — the zones over which replicas are dealt, or how many
            regions — the regions over which replicas are dealt, or how many
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            failover — who moves the work when a primary fails
            of 71
        "#]],
    );
    check(
        "service s {\n  lat<|>\n}\n",
        expect![[r#"
            replicas — how many run, in total (of each shard, where there are `shards`); a range scales (default 1)
            needs — how many must be up: 1, or a majority for quorum systems
            zones — the zones over which replicas are dealt, or how many
            regions — the regions over which replicas are dealt, or how many
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            of 51
        "#]],
    );
    check(
        "a -> b { <|> }",
        expect![[r#"
            needs — how many must be up: 1, or a majority for quorum systems
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            bandwidth — what a link, or the network of one replica, can carry
            sticky — whether a caller keeps to the replica that it met first
            bulkhead — whether its resources are parted, so that one user cannot take all
            of 40
        "#]],
    );
    check(
        "kind fast: cache { <|> }",
        expect![[r#"
            replicas — how many run, in total (of each shard, where there are `shards`); a range scales (default 1)
            needs — how many must be up: 1, or a majority for quorum systems
            zones — the zones over which replicas are dealt, or how many
            regions — the regions over which replicas are dealt, or how many
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            of 72
        "#]],
    );
    check(
        "defaults queue { <|> }",
        expect![[r#"
            replicas — how many run, in total (of each shard, where there are `shards`); a range scales (default 1)
            needs — how many must be up: 1, or a majority for quorum systems
            zones — the zones over which replicas are dealt, or how many
            regions — the regions over which replicas are dealt, or how many
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            of 72
        "#]],
    );
    check(
        "database d { backup = { every = 1d <|> } }",
        expect![[r#"
        in — where it is kept
        tested — whether, or when, a restore was last tried
        immutable — whether nobody can change it
        of 3
    "#]],
    );
    assert!(!labels("cache c { replicas = 2  <|> }").contains(&"replicas".to_owned()));
    assert!(!labels("service s { <|> }").contains(&"hit_ratio".to_owned()));
    taken("a -> b { ti<|> }", "timeout", expect!["a -> b { timeout = ${1:200ms} }"]);
    taken("a -> b { ji<|> }", "jitter", expect!["a -> b { jitter = ${1|true,false|} }"]);
}

#[test]
fn values_are_those_of_the_type() {
    check(
        "a -> b { backoff = <|> }",
        expect![[r#"
        none — 
        fixed — 
        exponential — 
        of 3
    "#]],
    );
    check(
        "service s { observability = [metrics, <|>] }",
        expect![[r#"
        logs — 
        traces — 
        alerts — 
        of 3
    "#]],
    );
    check(
        "region r {\n  zone a\n  zone b\n  service s { zones = [a, <|>] }\n}\nregion q { zone c }\n",
        expect![[r#"
            b — zone
            of 1
        "#]],
    );
    check(
        "service s\ncache c\ns -> c { fallback = <|> }",
        expect![[r#"
        s — service
        c — cache
        cached — 
        default — 
        none — 
        of 5
    "#]],
    );
    check(
        "data d\ndatabase x { stores = [<|>] }",
        expect![[r#"
        d — data
        of 1
    "#]],
    );
    check(
        "service s { latency = <|> }",
        expect![[r#"
        200ms — such as
        of 1
    "#]],
    );
}

#[test]
fn units_stand_behind_a_number() {
    check(
        "service s { latency = 20<|> }",
        expect![[r#"
        20ms — 
        20s — 
        20us — 
        20ns — 
        20min — 
        of 10
    "#]],
    );
    check(
        "service s { capacity = 2k<|> }",
        expect![[r#"
        2/s — 
        2k/s — 
        2M/s — 
        2/min — 
        2/h — 
        of 8
    "#]],
    );
    check(
        "service s { cost = $5<|> }",
        expect![[r#"
        $5/month — 
        $5/h — 
        $5/y — 
        $5/day — 
        of 4
    "#]],
    );
    taken("service s { latency = 20<|> }", "20ms", expect!["service s { latency = 20ms }"]);
    check(
        "flow f { slo p99 <= 100<|>",
        expect![[r#"
        100ms — 
        100s — 
        100us — 
        100ns — 
        100min — 
        of 10
    "#]],
    );
}

#[test]
fn names_are_called_as_they_must_be_from_here() {
    check(
        &SHOP.replace("flow buy", "browser -> <|>\n\nflow buy"),
        expect![[r#"
        lb — load_balancer · aws-alb
        api — service · go · Shop API
        hot — cache · redis
        orders — database · postgres
        of 4
    "#]],
    );
    check(
        "region a { service s }\nregion b {\n  service s\n  service t\n  t -> <|>\n}\n",
        expect![[r#"
        a.s — service
        s — service
        of 2
    "#]],
    );
    check(
        "region a { service s }\nregion b { service s }\nclient c\nc -> <|>\n",
        expect![[r#"
        a.s — service
        b.s — service
        of 2
    "#]],
    );
    check(
        "region a { service s  }\nclient c\nc -> a.<|>\n",
        expect![[r#"
        s — service
        of 1
    "#]],
    );
    check(
        "region a { zone z }\nregion b\na -- <|>\n",
        expect![[r#"
        z — zone
        b — region
        of 2
    "#]],
    );
    taken(
        "region a { service s  }\nclient c\nc -> a.<|>\n",
        "s",
        expect![[r#"
        region a { service s  }
        client c
        c -> a.s
    "#]],
    );
}

#[test]
fn a_flow_offers_whom_the_caller_calls() {
    let flow = SHOP.replace("  api -> orders \"SELECT\"\n}", "  api -> <|>\n}");
    check(
        &flow,
        expect![[r#"
        hot — cache · redis
        orders — database · postgres
        browser — client · Web
        lb — load_balancer · aws-alb
        of 4
    "#]],
    );
    let flow = SHOP.replace("  api -> orders \"SELECT\"\n}", "  <|>\n}");
    check(
        &flow,
        expect![[r#"
        hot — cache · redis
        api — service · go · Shop API
        lb — load_balancer · aws-alb
        browser — client · Web
        orders — database · postgres
        of 17
    "#]],
    );
}

#[test]
fn technologies_come_with_their_class() {
    check(
        "database d: <|>",
        expect![[r#"
        postgres — PostgreSQL · relational database · PC/EC, PC/EL
        mysql — MySQL · relational database · PC/EC, PC/EL
        mariadb — MariaDB · relational database
        oracle — Oracle Database · relational database
        sql-server — SQL Server · relational database
        of 187
    "#]],
    );
    check(
        "cache c: re<|>",
        expect![[r#"
        dax — DynamoDB Accelerator · write-through cache of DynamoDB
        redis — Redis · in-memory data store · PA/EL
        valkey — Valkey · in-memory data store, continuing open-source Redis · PA/EL
        memcached — Memcached · in-memory cache
        hazelcast — Hazelcast · in-memory data grid
        of 187
    "#]],
    );
    check(
        "tech ours: postgres\ndatabase d: <|>",
        expect![[r#"
        ours — tech of this design
        postgres — PostgreSQL · relational database · PC/EC, PC/EL
        mysql — MySQL · relational database · PC/EC, PC/EL
        mariadb — MariaDB · relational database
        oracle — Oracle Database · relational database
        of 188
    "#]],
    );
    check(
        "kind k: <|>",
        expect![[r#"
        person — a human who uses the system
        client — a program that generates load: browser, app, device
        external — someone else's system
        dns — name service
        cdn — content delivery network
        of 27
    "#]],
    );
    check(
        "defaults queue: <|>",
        expect![[r#"
            rabbitmq — RabbitMQ · message broker · PC/EC
            activemq — Apache ActiveMQ · message broker with JMS
            ibm-mq — IBM MQ · message broker
            amazon-mq — Amazon MQ · managed RabbitMQ or ActiveMQ
            sqs — Amazon SQS · managed queue
            of 187
        "#]],
    );
}

#[test]
fn annotations_offer_rules_that_found_something() {
    check(
        "@<|>",
        expect![[r#"
        allow — silences rules here: `@allow(AV001, reason = "…", until = 2027-03-01)`
        tags — words to select by, as `#tag`: `@tags(edge, legacy)`
        of 2
    "#]],
    );
    check(
        "@allow(<|>)\nservice a { replicas = 2 }\nclient c { users = 5 }\nc -> a\n",
        expect![[r#"
            RS001 — call-without-timeout
            AV001 — single-point-of-failure
            AV002 — shared-failure-domain
            AV003 — unreachable-availability-objective
            AV004 — missing-extra-nine
            of 97
        "#]],
    );
    check(
        "@allow(AV001, <|>",
        expect![[r#"
        reason — why the finding is accepted
        until — the last day on which the annotation holds; after it the finding is back
        AV001 — single-point-of-failure
        AV002 — shared-failure-domain
        AV003 — unreachable-availability-objective
        of 99
    "#]],
    );
    check(
        "@allow(sin<|>",
        expect![[r#"
        single-point-of-failure — AV001
        shared-failure-domain — AV002
        unreachable-availability-objective — AV003
        missing-extra-nine — AV004
        objective-above-scope — AV005
        of 97
    "#]],
    );
}

#[test]
fn objectives_policies_and_imports() {
    check(
        "flow f { slo <|> }",
        expect![[r#"
        availability — the share of the time in which the flow works
        p50 — the time within which half of the requests are answered
        p90 — the time within which 90 % of the requests are answered
        p95 — the time within which 95 % of the requests are answered
        p99 — the time within which 99 % of the requests are answered
        of 11
    "#]],
    );
    check(
        "flow f { slo p99 <|> }",
        expect![[r#"
        >= — 
        <= — 
        > — 
        < — 
        = — 
        of 5
    "#]],
    );
    check(
        "flow f { slo availability >= <|> }",
        expect![[r#"
        99.9% — 
        99.95% — 
        99.99% — 
        99% — 
        of 4
    "#]],
    );
    check(
        "policy p { forbid client -> <|> }",
        expect![[r#"
        person — a human who uses the system
        client — a program that generates load: browser, app, device
        external — someone else's system
        dns — name service
        cdn — content delivery network
        of 37
    "#]],
    );
    check(
        "policy p { forbid client <|> }",
        expect![[r#"
        -> — a call: the caller waits
        ~> — a message: nobody waits
        => — data is copied
        ->> — any path of calls
        of 4
    "#]],
    );
    check(
        "policy p { require database.back<|> }",
        expect![[r#"
            label — what diagrams and reports call it
            description — what it is; doc comments say the same
            owner — who answers for it; else the enclosing `team`
            tags — words to select it by, as `#tag`
            url — where to read more: http, https or mailto
            of 66
        "#]],
    );
    check(
        "policy p {\n  <|>\n}",
        expect![[r#"
        forbid — no such connection may be declared; `->>` forbids any path of calls
        require — every such element must give this attribute
        of 2
    "#]],
    );
    check(
        "//- x/a.arch\nimport \"<|>\"\n//- x/team/b.arch\nservice b\n//- c.arch\nservice c\n",
        expect![[r#"
            team/b.arch — 
            of 1
        "#]],
    );
    check(
        "@tags(edge)\nservice a\nview v { show = [#<|>] }",
        expect![[r#"
        edge — 
        of 1
    "#]],
    );
    check(
        "scenario s { slow = { <|> } }\nservice a\n",
        expect![[r#"
        a — service
        of 1
    "#]],
    );
}

#[test]
fn nothing_is_offered_where_a_name_is_made_up() {
    for text in ["service <|>", "// ser<|>", "service a \"lab<|>\"", "service a { capacity = 1k/s // <|>\n}"]
    {
        assert_eq!(labels(text), Vec::<String>::new(), "{text}");
    }
    check(
        "service a\na <|>",
        expect![[r#"
        -> — a call: the caller waits
        ~> — a message: nobody waits
        => — data is copied
        -- — a physical link between groups
        of 4
    "#]],
    );
}

#[test]
fn broken_text_is_completed_too() {
    check(
        "service a {\n  timeout = \n  repl<|>\n\nservice b {\n",
        expect![[r#"
            replicas — how many run, in total (of each shard, where there are `shards`); a range scales (default 1)
            needs — how many must be up: 1, or a majority for quorum systems
            zones — the zones over which replicas are dealt, or how many
            regions — the regions over which replicas are dealt, or how many
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            of 51
        "#]],
    );
    check(
        "region eu {\n  service s {\n    <|>",
        expect![[r#"
            replicas — how many run, in total (of each shard, where there are `shards`); a range scales (default 1)
            needs — how many must be up: 1, or a majority for quorum systems
            zones — the zones over which replicas are dealt, or how many
            regions — the regions over which replicas are dealt, or how many
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            of 51
        "#]],
    );
    check(
        "a -> b {\n  retries = 1\n  backoff = <|>",
        expect![[r#"
        none — 
        fixed — 
        exponential — 
        of 3
    "#]],
    );
    check(
        "//- x.md\n> ```arch\n> service a {\n>   replicas = 1\n>   repl<|>\n> }\n> ```\n",
        expect![[r#"
            needs — how many must be up: 1, or a majority for quorum systems
            zones — the zones over which replicas are dealt, or how many
            regions — the regions over which replicas are dealt, or how many
            mode — how replicas share the work; on `=>`, when a copy is acknowledged
            failover — who moves the work when a primary fails
            of 50
        "#]],
    );
}

#[test]
fn names_outlive_the_edit_that_the_analysis_has_not_seen() {
    let at = Fixture::new(&shop_at("client browser", "browser"));
    let text = format!("service brand_new\n{}brand_new -> ", SHOP);
    let file = Arc::new(File::new("a.arch", text.as_str(), Language::Arch).opened(2));
    let open = BTreeMap::from([(Arc::from("a.arch"), file)]);
    let now = Snapshot::new(2, Arc::new(open), Arc::clone(at.snapshot.analysis()));
    let found = completions(&now, "a.arch", text.len());
    let labels: Vec<&str> = found.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(labels, ["browser", "lb", "api", "hot", "orders"]);
    let found = completions(&now, "a.arch", text.len() - "nd_new -> ".len());
    assert!(found.iter().any(|it| it.label == "brand_new"));
}

#[test]
fn any_offset_of_any_text_is_answered() {
    let text = SHOP.replace("url", "😀");
    for cut in (0..text.len()).step_by(7).filter(|at| text.is_char_boundary(*at)) {
        let file = Arc::new(File::new("a.arch", &text[..cut], Language::Arch).opened(1));
        let open = BTreeMap::from([(Arc::from("a.arch"), file)]);
        let now = Snapshot::new(1, Arc::new(open), Arc::default());
        for it in completions(&now, "a.arch", cut) {
            assert!(it.range.end == cut && text.is_char_boundary(it.range.start));
        }
    }
}
