//! Designs whose figures were enumerated by another program, state by state: domains that several parts share, k of n over regions,
//! caches with a store that can and cannot do without, shards, alternatives.

use archc::compilation::{Compilation, check};
use archc::config::Config;
use archc::source::{Document, MemoryLoader};

fn compiled(text: &str) -> Compilation {
    let compilation = check(Document::new("design.arch", text), &MemoryLoader::default(), &Config::default());
    let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.is_mistake()).collect();
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    compilation
}

#[track_caller]
fn available(compilation: &Compilation, flow: &str, expected: f64) {
    let model = &compilation.model;
    let id = model.flows.ids().find(|id| model.flows[*id].header.name == flow).unwrap();
    let found = compilation.facts.reliability.of(id).unwrap();
    assert!(
        found.exact && (found.value - expected).abs() < 1e-12,
        "{flow}: {} is not {expected}",
        found.value
    );
}

#[track_caller]
fn loaded(compilation: &Compilation, path: &str, rate: f64, used: f64) {
    let model = &compilation.model;
    let id = model.components.ids().find(|id| model.path(*id) == path).unwrap();
    let load = compilation.facts.load.component(id).unwrap();
    assert!((load.peak.unwrap() - rate).abs() < 1e-6 * rate, "{path}: {:?} is not {rate}/s", load.peak);
    assert!((load.utilization.unwrap() - used).abs() < 1e-9, "{path}: {:?} is not {used}", load.utilization);
}

const CACHED: &str = "client c { rate = 900/s }
    region r {
      availability = 99.99%
      zone a { availability = 99.9% }
      zone b { availability = 99.8% }
      zone z { availability = 99.7% }
      service api { replicas = 5  needs = 3  zones = [a, b, z]  availability = 99%  capacity = 400/s }
      cache hot { replicas = 2  zones = [a, b]  availability = 99.5%  hit_ratio = 90% }
      database db {
        replicas = 3  mode = primary_replica  zones = [a, b, z]  availability = 99.6%  capacity = 300/s
      }
    }
    external pay { availability = 99.7% }
    service fb { availability = 98% }
    flow read {
      share = 60%
      c -> api
      api -> hot
      api -> db { behind = hot  access = read }
    }
    flow buy {
      share = 40%
      c -> api
      api -> db { access = write  calls = 2 }
      api -> pay { fallback = fb }
    }";

#[test]
fn a_cache_whose_store_can_and_cannot_do_without_it() {
    let small = compiled(CACHED);
    // 54/s of reads over three nodes, 720/s of writes on each; 1260/s without the cache are more than 900/s
    loaded(&small, "r.db", 774.0, (720.0 + 54.0 / 3.0) / 300.0);
    available(&small, "read", 0.999_749_315_463_654_6);
    available(&small, "buy", 0.999_728_598_397_451_7);
    let large = compiled(&CACHED.replace("capacity = 300/s", "capacity = 600/s"));
    available(&large, "read", 0.999_788_727_522_128_4);
}

#[test]
fn parts_that_share_domains() {
    let text = "client c { users = 2M  requests_per_user = 30/day }
        group power { availability = 99.95% }
        group plane { shared_fate = true  availability = 99.9% }
        region r {
          availability = 1
          zone a { availability = 99.9% }
          zone b { availability = 99.9% }
          service x { replicas = 2..8  zones = [a, b]  availability = 99%  fails_with = [power]  capacity = 500/s }
          service y {
            replicas = 4  needs = 2  zones = [a, b]  availability = 98%  fails_with = [power, plane]  capacity = 400/s
          }
          database s { shards = 4  replicas = 3  needs = 2  zones = 3  availability = 99%  capacity = 900/s }
        }
        service opt { availability = 97% }
        flow f {
          c -> x -> y
          y -> s { calls = 1.5  access = write }
          x -> opt { optional = true  share = 25% }
        }";
    let found = compiled(text);
    available(&found, "f", 0.997_911_218_793_308_8);
    loaded(&found, "r.x", 2_083.333_333_333, 2_083.333_333_333_333 / 4000.0);
    loaded(&found, "r.s", 3125.0, 3125.0 / 10_800.0);
}

#[test]
fn two_of_three_alternatives_and_replicas_over_regions() {
    let text = "client c { rate = 1k/s }
        region eu { availability = 99.99%; zone a; zone b }
        region us { availability = 99.95%; zone p; zone q }
        service api { replicas = 6  needs = 2  regions = [eu, us]  availability = 99%  capacity = 400/s }
        database db {
          replicas = 4  needs = 2  regions = [eu, us]  zones = 2  mode = primary_replica  availability = 99.5%
          capacity = 800/s
        }
        cache h { replicas = 2  hit_ratio = 75%  availability = 99% }
        service alt1 { availability = 98% }
        service alt2 { availability = 97% }
        service alt3 { availability = 96% }
        flow f {
          c -> api
          api -> h
          api -> db { behind = h }
          api -> alt1 | alt2 | alt3 { needs = 2 }
        }";
    let found = compiled(text);
    available(&found, "f", 0.997_445_769_102_094_5);
    loaded(&found, "db", 250.0, 250.0 / 3200.0);
}

#[test]
fn a_chain_behind_its_own_cache_thins_each_call_once() {
    let text = "client c { rate = 1k/s }
        cdn edge { hit_ratio = 90% }
        service web { capacity = 1k/s }
        service api { capacity = 1k/s }
        flow look { c -> edge -> web -> api { behind = edge } }";
    let found = compiled(text);
    // all meet the cache, what misses goes all the way
    loaded(&found, "web", 100.0, 0.1);
    loaded(&found, "api", 100.0, 0.1);
    let idle = check(
        Document::new("design.arch", text.replace(" { behind = edge }", "").as_str()),
        &MemoryLoader::default(),
        &Config::default(),
    );
    assert!(
        idle.diagnostics.iter().any(|it| it.code == "E136" && it.message.contains("`edge` thins no call"))
    );
}

#[test]
fn a_list_with_a_share_is_called_whole_or_not_at_all() {
    let parts = "client a { rate = 10/s }
        service s { availability = 95% }
        service b { availability = 90%  latency = 10ms  p99 = 10ms }
        service c { availability = 80%  latency = 10ms  p99 = 10ms }";
    // half of the runs call both, the others none: two chances of their own would give 0.95 · 0.95 · 0.9
    let hard = compiled(&format!("{parts}\nflow f {{ a -> s; s -> [b, c] {{ share = 50% }} }}"));
    available(&hard, "f", 0.95 * (0.5 + 0.5 * 0.9 * 0.8));
    // a step of two shares is two chances
    let own = format!(
        "{parts}\ns -> b {{ share = 50% }}\ns -> c {{ share = 25% }}\nflow f {{ a -> s; s -> [b, c] }}"
    );
    available(&compiled(&own), "f", 0.95 * (0.5 + 0.5 * 0.9) * (0.75 + 0.25 * 0.8));
    let soft =
        compiled(&format!("{parts}\nflow f {{ a -> s; s -> [b, c] {{ share = 50%  optional = true }} }}"));
    let flow = soft.model.flows.ids().next().unwrap();
    let degraded = soft.facts.reliability.of(flow).unwrap().degraded_probability;
    let expected = 0.95 * 0.5 * (1.0 - 0.9 * 0.8);
    assert!((degraded - expected).abs() < 1e-12, "{degraded} is not {expected}");
}
