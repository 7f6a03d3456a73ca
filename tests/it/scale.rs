//! `archc scale`: what breaks first at each size, and changes that are verified by analysing the changed design.

use archc::compilation::check;
use archc::config::Config;
use archc::source::{Document, MemoryLoader};
use archc::study::scale::{ChangeKind, Resource, Scale, Size, human, json, scale};

use crate::schema::{breaches, schema};

fn of(text: &str, sizes: &[u64]) -> Scale {
    let config = Config::default();
    let compilation = check(Document::new("design.arch", text), &MemoryLoader::default(), &config);
    let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.code.starts_with('E')).collect();
    assert!(mistakes.is_empty(), "{text}\n{mistakes:#?}");
    scale(&compilation, &config, sizes).unwrap()
}

/// The steps of a size as `kind subject: text`.
fn steps(size: &Size) -> Vec<String> {
    size.steps
        .iter()
        .map(|step| format!("{:?} {}: {}", step.change.kind, step.change.subject, step.change.text))
        .collect()
}

/// 1,000 requests a second for a million users, a share of them writes.
fn shop(writes: &str, reads: &str) -> String {
    format!(
        "client user {{ users = 1M  requests_per_user = 86.4/day  peak_factor = 1 }}\n\
         service api {{ replicas = 2..4  capacity = 500/s }}\n\
         database db {{ mode = primary_replica  capacity = 2k/s }}\nuser -> api\n\
         api -> db \"read\" {{ access = read  share = {reads} }}\napi -> db \"write\" {{ access = write  share = {writes} }}"
    )
}

#[test]
fn what_holds_tells_what_is_next_and_when() {
    let found = of(&shop("10%", "90%"), &[1_000_000, 1_000]);
    assert_eq!(found.users_today, 1_000_000);
    let [small, today] = found.sizes.as_slice() else { panic!("two sizes") };
    assert_eq!((small.users, small.load, small.holds), (1_000, 0.001, Some(true)));
    // 1,000/s on 4·500/s and on 2,000/s: both at 0.5 of 0.7, the first declared is named
    let next = today.next.clone().unwrap();
    assert_eq!(
        (next.subject.as_str(), next.resource, next.breaks_at_users),
        ("api", Resource::Utilization, Some(1_400_000))
    );
    assert!(
        (today.rate_per_s.unwrap() - 1000.0).abs() < 1e-9
            && today.broken.is_empty()
            && today.steps.is_empty()
    );
}

#[test]
fn changes_are_the_smallest_that_mend_and_accumulate() {
    let found = of(&shop("10%", "90%"), &[10_000_000, 100_000_000]);
    // λ = 10k/s: ⌈10k/(0.7·500)⌉ = 29 replicas. 8 shards alone would do, or 23 nodes; a cache leaves 1.9k/s, for which two shards do
    let cache = "Cache db: a cache before its reads, hit_ratio = 90% (assumed)";
    assert_eq!(steps(&found.sizes[0]), ["Replicas api: replicas = 2..29", cache, "Shard db: shards = 2"]);
    assert!(found.sizes[0].holds == Some(true) && found.sizes[0].steps[2].ratio_after <= 1.0);
    assert!((found.sizes[0].steps[1].ratio_after - 1_900.0 / 2_000.0 / 0.7).abs() < 1e-9);
    // all that is in place
    let ratios: Vec<f64> = found.sizes[1].broken.iter().map(|limit| limit.ratio).collect();
    let [api, db] = ratios.as_slice() else { panic!("{ratios:?}") };
    assert!((api - 100_000.0 / (29.0 * 500.0) / 0.7).abs() < 1e-9, "{api}");
    assert!((db - 19_000.0 / (2.0 * 2_000.0) / 0.7).abs() < 1e-9, "{db}");
    assert_eq!(steps(&found.sizes[1]), ["Replicas api: replicas = 2..286", "Shard db: shards = 14"]);
}

#[test]
fn few_reads_too_many_take_a_replica_and_many_a_cache() {
    let db = |size: &Size| steps(size).into_iter().filter(|step| step.contains(" db: ")).collect::<Vec<_>>();
    // λ = 2k/s of which 20 write: 20 + 1980/2 fit into 1.4k/s
    let twice = of(&shop("1%", "99%"), &[2_000_000]);
    assert_eq!(db(&twice.sizes[0]), ["ReadReplica db: replicas = 2"]);
    let ten = of(&shop("1%", "99%"), &[10_000_000]);
    assert_eq!(db(&ten.sizes[0]), ["Cache db: a cache before its reads, hit_ratio = 90% (assumed)"]);
    // 100 + 990 of 2,000
    let after =
        ten.sizes[0].steps.iter().find(|step| step.change.kind == ChangeKind::Cache).unwrap().ratio_after;
    assert!((after - 1_090.0 / 2_000.0 / 0.7).abs() < 1e-9, "{after}");
}

#[test]
fn a_single_writer_is_sharded_or_levelled_by_a_queue() {
    let text = "client sensor { users = 1k  requests_per_user = 1/s  peak_factor = 3 }\nservice intake\n\
                database readings { replicas = 3  capacity = 5k/s }\nsensor -> intake\nintake -> readings { access = write }";
    let found = of(text, &[1_000, 1_500]);
    assert_eq!(found.sizes[0].holds, Some(true));
    let [first] = found.sizes[1].broken.as_slice() else { panic!("{:?}", found.sizes[1].broken) };
    assert_eq!((first.resource, first.breaks_at_users), (Resource::SingleWriter, Some(1_166)));
    assert_eq!(steps(&found.sizes[1]), ["Shard readings: shards = 2"]);
    let also = found.sizes[1].steps[0].change.also.clone().unwrap();
    assert!(also.contains("a queue") && also.contains("1.5k/s ≤ 0.7·μ = 3.5k/s"), "{also}");
}

#[test]
fn pools_storage_and_quotas_are_limits_too() {
    let text = "client user { users = 1M  requests_per_user = 86.4/day  peak_factor = 1 }\n\
                service api { replicas = 10 }\nfunction resize { quota = 100  latency = 50ms }\n\
                data item { growth = 1GB/day }\n\
                database db { max_connections = 100  storage = 200GB  stores = [item] }\n\
                user -> api\napi -> db { pool = 8 }\napi -> resize";
    let found = of(text, &[1_000_000, 10_000_000]);
    assert_eq!(found.sizes[0].holds, Some(true));
    // full after 20 days; 10k/s · 50 ms = 500 at once
    assert_eq!(
        steps(&found.sizes[1]),
        ["Quota resize: have the quota raised to 500", "Shard db: shards = 5"]
    );
    let more = text.replace("pool = 8", "pool = 25");
    assert_eq!(steps(&of(&more, &[1_000_000]).sizes[0]), ["Pool db: api -> db pool = 10"]);
    // a pool of 10 would be too small for what is on its way
    let slow = more.replace("storage = 200GB", "latency = 200ms");
    assert_eq!(steps(&of(&slow, &[1_000_000]).sizes[0]), ["Proxy db: a pooling proxy before it, pool = 100"]);
}

#[test]
fn what_nothing_mends_is_said() {
    let text = "client user { users = 1M  requests_per_user = 86.4/day  peak_factor = 1 }\n\
                service api\nexternal bank { capacity = 100/s }\nuser -> api\napi -> bank { access = write }";
    let found = of(text, &[1_000_000]);
    assert!(found.sizes[0].holds == Some(false) && found.sizes[0].steps.is_empty());
    assert!(human(&found, false).contains("no change of these kinds mends the rest"));
}

#[test]
fn json_is_as_its_schema_says_and_people_read_the_rest() {
    let found = of(&shop("10%", "90%"), &[1_000, 100_000, 1_000_000, 100_000_000]);
    let value: serde_json::Value = serde_json::from_str(&json(&found)).unwrap();
    assert_eq!(breaches(&schema("scale.schema.json"), &value), Vec::<String>::new());
    insta::assert_snapshot!("scale_human", human(&found, false));
}

#[test]
fn silence_is_no_pass() {
    let found = of("client user { users = 10  requests_per_user = 1/s }\nservice api\nuser -> api", &[100]);
    assert_eq!((found.sizes[0].holds, found.not_assessed.as_slice()), (None, &["api".to_owned()][..]));
    assert!(human(&found, false).contains("not assessed: nothing tells a limit"));
}

#[test]
fn a_broker_levels_the_peak_of_its_consumers() {
    let text = "client user { users = 1k  requests_per_user = 1/s  peak_factor = 3 }\nqueue jobs\nworker w { capacity = 2k/s }\n\
                user ~> jobs ~> w";
    let found = of(text, &[1_000, 1_400, 1_500]);
    assert!(found.sizes[0].broken.is_empty() && found.sizes[1].broken.is_empty());
    assert_eq!(steps(&found.sizes[2]), ["Replicas w: replicas = 2"]);
}

#[test]
fn without_users_nothing_can_be_scaled() {
    let config = Config::default();
    let text = "client user { rate = 10/s }\nservice api\nuser -> api";
    let compilation = check(Document::new("design.arch", text), &MemoryLoader::default(), &config);
    assert!(scale(&compilation, &config, &[1]).unwrap_err().contains("`users`"));
}

#[test]
fn replicas_beyond_the_partitions_of_a_stream_bring_nothing() {
    let text = "client user { users = 10k  requests_per_user = 864/day  peak_factor = 3 }
        service api { replicas = 2..40  capacity = 1k/s }
        stream log { partitions = 4  capacity = 100k/s }
        worker index { replicas = 4  capacity = 100/s }
        user -> api
        api ~> log
        log ~> index";
    let found = of(text, &[10_000, 50_000]);
    // on average 100/s of 4·100/s; all four are at work, so the partitions bind nobody
    assert!(found.sizes[0].broken.is_empty());
    // on average 500/s: ⌈500/(0.7·100)⌉ = 8 replicas, of which 4 partitions keep 4 at work: ⌈4·500/(0.7·400)⌉ = 8
    assert_eq!(steps(&found.sizes[1]), ["Replicas index: replicas = 8", "Shard log: partitions = 8"]);
    let partitions = &found.sizes[1].steps[1];
    assert_eq!(partitions.mends.resource, Resource::Partitions);
    assert!((partitions.mends.ratio - 500.0 / (0.7 * 400.0)).abs() < 1e-9, "{}", partitions.mends.ratio);
    assert_eq!(found.sizes[1].holds, Some(true));
    assert_eq!(
        breaches(&schema("scale.schema.json"), &serde_json::from_str(&json(&found)).unwrap()),
        Vec::<String>::new()
    );
}
