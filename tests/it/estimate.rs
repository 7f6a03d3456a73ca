//! `archc estimate`: the figures that public solutions of the classic problems print, within 10 %, and the shape of the output.
//!
//! Sources: karanpratapsingh/system-design (KPS), donnemartin/system-design-primer (SDP); others are commonly quoted.
#![expect(clippy::panic, reason = "tells all figures where one is missing")]

use archc::compilation::check;
use archc::config::{Config, FIGURES};
use archc::source::{Document, MemoryLoader};
use archc::study::estimate::{Estimate, Style, estimate, human, json, markdown};

use crate::program::{archc, code, folder, stderr, stdout};
use crate::schema::{breaches, schema};

fn of(text: &str) -> Estimate {
    let config = Config::default();
    let compilation = check(Document::new("design.arch", text), &MemoryLoader::default(), &config);
    let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.code.starts_with('E')).collect();
    assert!(mistakes.is_empty(), "{text}\n{mistakes:#?}");
    estimate(&compilation, &config)
}

/// The figures of a design, each as its section, subject, and what it is.
#[track_caller]
fn holds(text: &str, figures: &[(&str, &str, &str, f64)]) {
    let estimate = of(text);
    for (section, subject, what, expected) in figures {
        let lines = estimate.sections.iter().filter(|it| it.name == *section).flat_map(|it| &it.lines);
        let found: Vec<f64> =
            lines.filter(|it| it.subject == *subject && it.what == *what).map(|it| it.value).collect();
        let [value] = found.as_slice() else {
            panic!(
                "{section} {subject} {what}: {found:?}\n{}",
                human(&estimate, Style { color: false, width: 160 })
            );
        };
        assert!(
            (value / expected - 1.0).abs() <= 0.1,
            "{section} {subject} {what}: {value} is not {expected}"
        );
    }
}

const AVERAGE: &str = "requests, average";
const RECORDS: &str = "new records, average";
const DAY: &str = "added a day, one copy";
const AFTER: &str = "after retention, one copy";

#[test]
fn url_shortener() {
    // KPS: 100 M a month, 100 reads for each write, 500 B, ten years, a fifth of a day's reads in memory
    let kps = "client browser { rate = 10B/month  peak_factor = 1 }\nservice api\n\
               data link { size = 500B  growth = 100M/month  retention = 10y }\n\
               cache hot { hit_ratio = 90% }\ndatabase links { stores = [link]  replication_factor = 1 }\n\
               flow redirect {\n browser -> api\n api -> hot\n api -> links { behind = hot  access = read }\n}";
    holds(
        kps,
        &[
            ("traffic", "browser", AVERAGE, 3_900.0),
            ("storage", "link", RECORDS, 38.6),
            ("storage", "link", AFTER, 6e12),
            ("memory", "hot", "hot set", 35e9),
        ],
    );
    // commonly quoted: 100 M a day
    let per_day = "client writer { rate = 100M/day  peak_factor = 1 }\nclient reader { rate = 1B/day  peak_factor = 1 }\n\
                   service api\ndata link { size = 1KB  growth = 100M/day  retention = 10y }\n\
                   database links { stores = [link] }\nwriter -> api\nreader -> api";
    holds(
        per_day,
        &[
            ("traffic", "writer", AVERAGE, 1_157.0),
            ("traffic", "reader", AVERAGE, 11_600.0),
            ("storage", "link", "records after retention", 365e9),
            ("storage", "link", AFTER, 365e12),
        ],
    );
    // SDP, Pastebin: 10 M writes and 100 M reads a month, 1.27 KB
    let pastebin = "client writer { rate = 10M/month  peak_factor = 1 }\nclient reader { rate = 100M/month  peak_factor = 1 }\n\
                    service api\ndata paste { size = 1.27KB  retention = 30d }\ndatabase db { stores = [paste] }\n\
                    flow write {\n writer -> api\n api -> db { access = write }\n}\nflow read {\n reader -> api\n api -> db { access = read }\n}";
    holds(
        pastebin,
        &[
            ("traffic", "writer", AVERAGE, 4.0),
            ("traffic", "reader", AVERAGE, 40.0),
            ("storage", "paste", AFTER, 12.7e9),
        ],
    );
}

#[test]
fn limiters_sessions_and_caches() {
    let limiter = "client caller { rate = 1M/s  peak_factor = 1 }\ndata counter { size = 32B }\n\
                   cache counters { capacity = 72k/s  key_count = 10M  stores = [counter] }\ncaller -> counters";
    holds(
        limiter,
        &[
            ("storage", "counters", "all keys, one copy", 0.3e9),
            ("servers", "counters", "replicas, at the least", 14.0),
        ],
    );
    // SDP, query cache: 10 B a month, all unique
    let queries = "client user { rate = 10B/month  peak_factor = 1 }\nservice api\ndata result { size = 270B  retention = 30d }\n\
                   database kept { stores = [result] }\nuser -> api\napi -> kept { access = write }";
    holds(queries, &[("traffic", "user", AVERAGE, 4_000.0), ("storage", "result", AFTER, 2.7e12)]);
    let sessions = "client user { users = 100M }\ndata session { size = 1KB }\n\
                    database sessions { key_count = 100M  stores = [session] }\nuser -> sessions";
    holds(sessions, &[("storage", "sessions", "all keys, one copy", 100e9)]);
}

#[test]
fn feeds_and_messages() {
    let feed = "client reader { users = 300M  requests_per_user = 5/day }\nservice feed\nreader -> feed";
    holds(feed, &[("traffic", "reader", AVERAGE, 17_400.0)]);
    // KPS, WhatsApp: 50 M people, 40 messages a day, one in twenty with 100 KB of media; commonly quoted: 50 k sockets a host
    let chat = "client phone { users = 50M  requests_per_user = 40/day  peak_factor = 2 }\n\
                service gateway { max_connections = 50k }\n\
                data message { size = 100B  growth = 2B/day  retention = 10y }\n\
                data media { size = 100KB  growth = 100M/day  retention = 10y }\n\
                database history { stores = [message] }\nobject_store blobs { stores = [media] }\n\
                phone -> gateway { persistent = true }\ngateway -> history\ngateway -> blobs { share = 5% }";
    holds(
        chat,
        &[
            ("traffic", "phone", "requests a day", 2e9),
            ("traffic", "phone", AVERAGE, 23_100.0),
            ("storage", "message", DAY, 200e9),
            ("storage", "all", "added a day, one copy", 10.2e12),
            ("storage", "all", "after retention, all copies", 37e15),
            ("bandwidth", "all", "in, average", 118e6),
            ("servers", "gateway", "replicas, to hold every connection", 1000.0),
        ],
    );
}

#[test]
fn search_boxes_and_recommendations() {
    let typeahead = "client user { users = 10M  requests_per_user = 200/day  peak_factor = 2 }\nservice suggest\n\
                     data query { size = 20B  growth = 20M/day }\ndatabase queries { stores = [query] }\nuser -> suggest\n\
                     suggest -> queries { share = 1% }";
    holds(
        typeahead,
        &[
            ("traffic", "user", AVERAGE, 24_000.0),
            ("traffic", "user", "requests, peak", 48_000.0),
            ("storage", "query", DAY, 0.4e9),
        ],
    );
    let terms = "data term { size = 30B }\ndatabase trie { key_count = 100M  stores = [term] }";
    holds(terms, &[("storage", "trie", "all keys, one copy", 3e9)]);
    let scores =
        "client batch { users = 100M  requests_per_user = 500/day }\nservice scorer\nbatch -> scorer";
    holds(scores, &[("traffic", "batch", "requests a day", 5e10)]);
}

#[test]
fn video() {
    let uploads = "data video { size = 300MB  growth = 500k/day }\nobject_store raw { stores = [video] }";
    holds(uploads, &[("storage", "video", DAY, 150e12)]);
    let views = "client viewer { users = 800M  requests_per_user = 5/day }\nservice api\nservice upload\n\
                 data minute { size = 50MB  growth = 30k/min }\nobject_store blobs { stores = [minute] }\n\
                 viewer -> api\napi -> upload { share = 0.5% }\nupload -> blobs";
    holds(
        views,
        &[
            ("traffic", "viewer", AVERAGE, 46_300.0),
            ("traffic", "upload", "requests, peak", 231.0 * 3.0),
            ("bandwidth", "minute", "in, average", 25e9),
        ],
    );
    // KPS, Netflix
    let netflix = "client viewer { users = 200M  requests_per_user = 5/day }\nservice api\n\
                   data video { size = 100MB  growth = 5M/day  retention = 10y }\nobject_store blobs { stores = [video] }\n\
                   viewer -> api";
    holds(
        netflix,
        &[
            ("traffic", "viewer", "requests a day", 1e9),
            ("traffic", "viewer", AVERAGE, 11_600.0),
            ("storage", "video", DAY, 500e12),
            ("storage", "video", AFTER, 1825e15),
            ("bandwidth", "video", "in, average", 5.8e9),
        ],
    );
}

#[test]
fn rides_files_and_places() {
    // KPS, Uber
    let rides = "client rider { users = 100M  requests_per_user = 10/day }\nclient driver { users = 500k  requests_per_user = 20/min }\n\
                 service api\nservice location\ndata event { size = 400B  growth = 1B/day  retention = 10y }\n\
                 database trips { stores = [event] }\nrider -> api\ndriver -> location";
    holds(
        rides,
        &[
            ("traffic", "rider", AVERAGE, 11_600.0),
            ("traffic", "driver", AVERAGE, 167_000.0),
            ("storage", "event", DAY, 400e9),
            ("storage", "event", AFTER, 1.46e15),
        ],
    );
    let drive = "client user { users = 10M  requests_per_user = 2/day  peak_factor = 2 }\nservice upload\n\
                 data file { size = 100KB }\ndata home { size = 10GB }\nobject_store files { key_count = 100B  stores = [file] }\n\
                 object_store homes { key_count = 50M  stores = [home] }\nuser -> upload";
    holds(
        drive,
        &[
            ("traffic", "user", AVERAGE, 240.0),
            ("traffic", "user", "requests, peak", 480.0),
            ("storage", "files", "all keys, one copy", 10e15),
            ("storage", "homes", "all keys, one copy", 500e15),
        ],
    );
    let nearby = "client user { users = 100M  requests_per_user = 5/day }\nservice search\nuser -> search";
    holds(nearby, &[("traffic", "user", AVERAGE, 5_800.0)]);
    let photos = "data photo { size = 200KB  growth = 2M/day  retention = 10y }\nobject_store photos { stores = [photo] }";
    holds(
        photos,
        &[
            ("storage", "photo", RECORDS, 23.0),
            ("storage", "photo", DAY, 400e9),
            ("storage", "photo", AFTER, 1.46e15),
        ],
    );
}

#[test]
fn twitter_shops_pipelines_and_notifications() {
    // SDP, Twitter
    let twitter = "client reader { rate = 250B/month  peak_factor = 1 }\nclient searcher { rate = 10B/month  peak_factor = 1 }\n\
                   client writer { rate = 500M/day  peak_factor = 1 }\nservice timeline\nservice search\nservice post\nservice fanout\n\
                   data tweet { size = 10KB  growth = 500M/day  retention = 30d }\ndatabase tweets { stores = [tweet] }\n\
                   reader -> timeline\nsearcher -> search\nwriter -> post\npost -> fanout { fanout = 10 }";
    holds(
        twitter,
        &[
            ("traffic", "writer", AVERAGE, 5_800.0),
            ("traffic", "reader", AVERAGE, 100_000.0),
            ("traffic", "searcher", AVERAGE, 4_000.0),
            ("traffic", "fanout", "requests, peak", 60_000.0),
            ("storage", "tweet", AFTER, 150e12),
        ],
    );
    // KPS, Twitter: 1 B a day of 100 B, one in ten with 50 KB of media
    let tweets = "data tweet { size = 100B  growth = 1B/day }\ndata media { size = 50KB  growth = 100M/day }\n\
                  database tweets { stores = [tweet] }\nobject_store blobs { stores = [media] }";
    holds(tweets, &[("storage", "tweet", RECORDS, 11_600.0), ("storage", "all", DAY, 5.1e12)]);
    let short = "data tweet { size = 300B  growth = 400M/day }";
    holds(short, &[("storage", "tweet", DAY, 120e9)]);
    // SDP, sales rank and Mint; notifications as commonly quoted
    let rates = "client buyer { rate = 1B/month  peak_factor = 1 }\nclient reader { rate = 100B/month  peak_factor = 1 }\n\
                 client mint { rate = 5B/month  peak_factor = 1 }\nclient sender { rate = 16M/day  peak_factor = 1 }\nservice api\n\
                 buyer -> api\nreader -> api\nmint -> api\nsender -> api";
    holds(
        rates,
        &[
            ("traffic", "buyer", AVERAGE, 400.0),
            ("traffic", "reader", AVERAGE, 40_000.0),
            ("traffic", "mint", AVERAGE, 2_000.0),
            ("traffic", "sender", AVERAGE, 185.0),
        ],
    );
    let pipeline = "client collector { rate = 1M/s  peak_factor = 1 }\ndata event { size = 1KB  retention = 7d }\n\
                    stream log { stores = [event]  replication_factor = 3 }\ncollector ~> log";
    holds(
        pipeline,
        &[
            ("storage", "event", DAY, 86.4e12),
            ("storage", "log", "after retention, all copies", 1.81e15),
            ("bandwidth", "event", "in, average", 1e9),
        ],
    );
}

const WHOLE: &str = "system shop \"Shop | of [all] things\"\nclient buyer { users = 1M  requests_per_user = 20/day }\n\
    region us {\n zone a\n zone b\n\
    load_balancer lb { replicas = 2  zones = [a, b]  cost = $20/month }\n\
    service api { replicas = 4  zones = [a, b]  capacity = 300/s  latency = 20ms  cost = $50/month }\n\
    cache hot { hit_ratio = 90%  zipf = 0.99  key_count = 1M  storage = 1GB  capacity = 72k/s }\n\
    database items: postgres { replicas = 3  mode = primary_replica  shards = 2  skew = 60%  capacity = 1k/s  stores = [item]  storage = 100GB }\n}\n\
    data item { size = 2KB  growth = 1M/month }\n\
    buyer -> lb -> api { payload = 10KB }\napi -> hot\napi -> items \"read\" { behind = hot  access = read  pool = 20 }\n\
    api -> items \"write\" { access = write  share = 10% }";

#[test]
fn primaries_shards_and_popularity_count() {
    holds(
        WHOLE,
        &[
            ("traffic", "buyer", "requests, peak", 694.4),
            // the fewest of 1 M keys with 90 % of the reads at exponent 0.99
            ("memory", "us.hot", "hot set", 500e6),
            ("memory", "us.hot", "room", 1e9),
            ("servers", "us.api", "replicas, at the least", 3.0),
            ("servers", "us.api", "replicas, with headroom", 4.0),
            ("servers", "us.items", "replicas, with headroom", 2.0),
            ("connections", "us.api", "requests in flight, peak", 13.89),
            ("connections", "us.items", "connections held", 80.0),
        ],
    );
}

#[test]
fn a_writer_that_is_full_is_told_and_no_number_of_replicas_is_made_up() {
    let text = "client sensor { rate = 6k/s }\ndatabase db { replicas = 3  mode = primary_replica  capacity = 5k/s }\n\
                sensor -> db { access = write }";
    holds(text, &[("servers", "db", "load of the one writer, of its capacity", 1.2)]);
}

#[test]
fn json_is_as_its_schema_says() {
    let schema = schema("estimate.schema.json");
    for text in [WHOLE, "", "client a\nservice b\na -> b", "data d { growth = 5/s }"] {
        let json: serde_json::Value = serde_json::from_str(&json(&of(text))).unwrap();
        assert_eq!(breaches(&schema, &json), Vec::<String>::new());
    }
}

#[test]
fn every_assumption_is_named_with_where_to_change_it() {
    let estimate = of(WHOLE);
    let lines: Vec<_> = estimate.sections.iter().flat_map(|section| &section.lines).collect();
    for assumed in &estimate.assumptions {
        assert!(lines.iter().any(|line| line.assumptions.contains(&assumed.number)), "{assumed:?}");
        assert!(
            assumed.change.contains(&assumed.attribute) || assumed.change.contains("archc.toml"),
            "{assumed:?}"
        );
        // a key that the configuration knows
        let key = assumed.change.split_once("`[").and_then(|(_, it)| it.split_once(" = "));
        if let Some((section, key)) = key.and_then(|(it, _)| it.split_once("] ")) {
            assert!(FIGURES.iter().any(|it| (it.section, it.key) == (section, key)), "{assumed:?}");
        }
    }
    let known: Vec<usize> = estimate.assumptions.iter().map(|it| it.number).collect();
    assert!(lines.iter().flat_map(|line| &line.assumptions).all(|number| known.contains(number)));
    let names: Vec<&str> = estimate.assumptions.iter().map(|it| it.attribute.as_str()).collect();
    for name in ["peak_factor", "retention", "target_utilization", "cost"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
}

#[test]
fn people_read_it() {
    let estimate = of(WHOLE);
    insta::assert_snapshot!("estimate_human", human(&estimate, Style { color: false, width: 140 }));
    insta::assert_snapshot!("estimate_markdown", markdown(&estimate));
    let narrow = human(&estimate, Style { color: true, width: 80 });
    assert!(narrow.contains("\u{1b}[36m694/s") && !narrow.contains("= \n"));
    let empty = human(&of(""), Style { color: false, width: 80 });
    assert_eq!(empty, "Untitled design: back of the envelope\n\nNothing can be estimated yet.\n");
}

#[test]
fn the_commands_write_what_is_asked_for() {
    let folder = folder(&[("shop.arch", WHOLE), ("wrong.arch", "client c\nc -> t\n")]);
    let run = |arguments: &[&str]| archc(folder.path(), arguments, "");
    let human = run(&["estimate", "shop.arch"]);
    assert!(
        code(&human) == 0
            && stdout(&human).contains("1M users × 20/day")
            && !stdout(&human).contains('\u{1b}')
    );
    assert!(stdout(&run(&["estimate", "shop.arch", "--color", "always"])).contains("\u{1b}[36m"));
    assert!(stdout(&run(&["estimate", "shop.arch", "--format", "json"])).starts_with("{\n  \"version\": 1"));
    assert_eq!(code(&run(&["estimate", "shop.arch", "-o", "out.md"])), 0);
    let written = std::fs::read_to_string(folder.path().join("out.md")).unwrap();
    assert!(written.starts_with("# Shop") && written.contains("| --- |"));
    assert_eq!(code(&run(&["estimate", "shop.arch", "-o", "out.pdf"])), 2);
    assert_eq!(code(&run(&["estimate", "wrong.arch"])), 1);
    let sizes = run(&["scale", "shop.arch", "--users", "1k,1.5M"]);
    assert!(code(&sizes) == 0 && stdout(&sizes).contains("1.5M users"), "{}", stderr(&sizes));
    let none = run(&["scale", "shop.arch", "--users", "many"]);
    assert!(code(&none) == 2 && stderr(&none).contains("`many` is no number of users"));
}
