//! Consistency from text: what flows see of data, and the rules that read it.
#![expect(clippy::unwrap_used, reason = "tests and their helpers")]

use archc::model::attributes::Word;

use crate::compiled::{Compiled, compile};

/// What a flow sees: `data level class`, `-` where it cannot be derived.
fn seen(design: &Compiled, flow: &str) -> Vec<String> {
    let (id, _) = design.model.flows.enumerate().find(|(_, it)| it.header.name == flow).unwrap();
    let line = |it: &archc::analysis::consistency::SeenData| {
        let level = it.level.map_or("-", |level| level.as_str());
        let class = it.pacelc.map_or("-", |class| class.as_str());
        format!("{} {level} {class}", design.model.data[it.data].header.name)
    };
    design.facts.consistency.flow(id).unwrap().data.iter().map(line).collect()
}

/// What a flow sees of `d` in a store with these attributes.
fn store(attributes: &str, call: &str) -> String {
    let text = format!(
        "client u\nservice s\ndata d {{ consistency = linearizable }}
         database x {{ stores = [d]  {attributes} }}\nflow f {{\n u -> s\n s -> x {{ {call} }}\n }}"
    );
    seen(&compile(&text), "f").join("; ").trim_start_matches("d ").to_owned()
}

#[test]
fn the_level_follows_from_how_the_store_copies() {
    for (attributes, expected) in [
        ("", "- -"),
        ("consistency = causal", "causal PA/EL"),
        ("consistency = strong", "strong PC/EC"),
        ("replicas = 3  replication = sync", "strong PC/EC"),
        ("replicas = 3  replication = quorum", "strong PC/EC"),
        ("replicas = 3  replication = async", "eventual PA/EL"),
        ("replicas = 3  replication = async  mode = primary_replica", "eventual PA/EL"),
        ("replicas = 2  replication = async  mode = active_passive", "strong PA/EL"),
        ("replicas = 1  replication = async", "strong PC/EC"),
        ("replicas = 2  replication = semi_sync", "strong PA/EL"),
        ("replicas = 3  replication = semi_sync", "eventual PA/EL"),
        ("replication_factor = 3  mode = leaderless  read_quorum = 2  write_quorum = 2", "strong PC/EC"),
        ("replication_factor = 3  mode = leaderless  read_quorum = 1  write_quorum = 1", "eventual PA/EL"),
        ("replication_factor = 5  mode = leaderless  read_quorum = 2  write_quorum = 2", "eventual PA/EC"),
        ("replicas = 3  mode = leaderless  replication = quorum  read_quorum = 1", "eventual PA/EL"),
    ] {
        assert_eq!(store(attributes, "access = read"), expected, "{attributes}");
    }
}

#[test]
fn writes_have_a_class_of_their_own() {
    for (attributes, expected) in [
        ("replicas = 3  replication = sync", "strong PC/EC"),
        ("replicas = 3  replication = async", "eventual PA/EL"),
        ("replicas = 3  replication = semi_sync", "eventual PA/EC"),
        ("replicas = 3  read_quorum = 3  write_quorum = 1  mode = leaderless", "strong PA/EL"),
        ("replicas = 5  read_quorum = 4  write_quorum = 2  mode = leaderless", "strong PA/EC"),
        ("replicas = 3  read_quorum = 1  write_quorum = 3  mode = leaderless", "strong PC/EC"),
    ] {
        assert_eq!(store(attributes, "access = write"), expected, "{attributes}");
    }
}

#[test]
fn products_matter_by_their_defaults_alone() {
    let of = |tech: &str, attributes: &str| {
        let text = format!(
            "client u\nservice s\ndata d\ndatabase x: {tech} {{ stores = [d]  {attributes} }}\nflow f {{ u -> s -> x }}"
        );
        seen(&compile(&text), "f").join("; ")
    };
    assert_eq!(of("dynamodb", ""), "d eventual PA/EL");
    assert_eq!(of("dynamodb", "consistency = strong"), "d strong PC/EC");
    assert_eq!(of("postgres", "replicas = 2"), "d eventual PA/EL");
    assert_eq!(of("postgres", "replicas = 2  replication = sync"), "d strong PC/EC");
    assert_eq!(of("postgres", ""), "d strong PC/EC");
    assert_eq!(of("cassandra", "replicas = 3"), "d - PA/EL");
    assert_eq!(of("cassandra", "replicas = 3  read_quorum = 2  write_quorum = 2"), "d strong PC/EC");
    assert_eq!(of("spanner", ""), "d linearizable PC/EC");
}

#[test]
fn the_weakest_element_on_the_read_path_decides() {
    let cached = "client u\nservice s\ncache c\ndata d\ndata e\ndatabase x { stores = [d, e]  consistency = strong }
        flow f {\n u -> s\n s -> c { reads = [d] }\n s -> x { behind = c  reads = [d] }\n s -> x \"e\" { reads = [e] }\n }
        flow w {\n u -> s\n s -> x { access = write }\n }";
    let design = compile(cached);
    assert_eq!(seen(&design, "f"), ["d eventual PA/EL", "e strong PC/EC"]);
    assert_eq!(seen(&design, "w"), ["d strong PC/EC", "e strong PC/EC"]);
}

#[test]
fn what_a_service_is_asked_to_write_is_written_below_it() {
    let text = "client u\nservice s\nservice t\ndata d\ndatabase x { stores = [d]  consistency = strong }
        flow f {\n u -> s\n s -> t { access = write  writes = [d] }\n t -> x { access = read_write }\n }";
    assert_eq!(seen(&compile(text), "f"), ["d strong PC/EC"]);
}

#[test]
fn a_cache_holds_what_is_read_behind_it() {
    let head = "client u\nservice s\ncache c\ndata d { consistency = strong }\ndatabase x { stores = [d]  consistency = strong }\n";
    for (flow, expected) in [
        ("u -> s\n s -> c\n s -> x { behind = c }", "d eventual PA/EL"),
        ("u -> s\n s -> c { fallback = x }", "d eventual PA/EL"),
        ("u -> s\n s -> c -> x", "d eventual PA/EL"),
        ("u -> s\n s -> c { access = write }\n s -> x", "d strong PC/EC"),
        ("u -> s\n s -> x", "d strong PC/EC"),
    ] {
        let design = compile(&format!("{head}flow f {{\n {flow}\n }}"));
        assert_eq!(seen(&design, "f"), [expected], "{flow}");
    }
    let cdn =
        "client u\ncdn e { ttl = 1h }\nservice s\ndata d\ndatabase x { stores = [d]  consistency = strong }
        flow f { u -> e -> s -> x }";
    assert_eq!(seen(&compile(cdn), "f"), ["d eventual PA/EL"]);
    let waf = "client u\ncdn e\nservice s\ndata d\ndatabase x { stores = [d]  consistency = strong }
        flow f { u -> e -> s -> x }";
    assert_eq!(seen(&compile(waf), "f"), ["d strong PC/EC"]);
}

#[test]
fn a_copy_is_as_old_as_its_slowest_source() {
    let copy = |mode: &str, own: &str| {
        let text = format!(
            "client u\nservice s\ndata d\ndatabase x {{ stores = [d]  consistency = strong }}
             search_index i {{ {own} }}\ndatabase j {{ consistency = strong }}\nx => i {{ {mode} }}\ni => j {{ mode = sync }}
             flow f {{ u -> s -> i }}"
        );
        seen(&compile(&text), "f")
    };
    assert_eq!(copy("mode = async", ""), ["d eventual PA/EL"]);
    assert_eq!(copy("lag = 2s", ""), ["d eventual PA/EL"]);
    assert_eq!(copy("mode = async", "consistency = causal"), ["d causal PA/EL"]);
    assert_eq!(copy("mode = sync", ""), ["d - -"]);
    assert_eq!(copy("", ""), ["d - -"]);
}

#[test]
fn strong_data_behind_a_cache_is_an_error_on_the_cache() {
    let text =
        "client u\nservice s\ncache c\ndata d { consistency = strong }\ndata l { consistency = eventual }
        database x { stores = [d, l]  consistency = linearizable }
        flow f {\n u -> s\n s -> c\n s -> x { behind = c }\n }
        flow g {\n u -> s\n s -> c { reads = [l] }\n }
        flow h {\n criticality = low\n u -> s\n s -> c\n s -> x { behind = c }\n }";
    let design = compile(text);
    assert_eq!(design.brief("CS001"), ["error c [f, h]"]);
    let told = &design.told("CS001")[0];
    assert!(told.contains("`d` asks for strong > eventual"), "{told}");
    assert!(!told.contains("`l`"), "{told}");
    let low = "client u\nservice s\ncache c\ndata d { consistency = strong }
        database x { stores = [d]  consistency = strong }
        flow h {\n criticality = low\n u -> s\n s -> c\n s -> x { behind = c }\n }";
    assert_eq!(compile(low).brief("CS001"), ["warning c [h]"]);
}

#[test]
fn a_level_from_the_catalogue_is_a_warning_that_says_so() {
    let text = "client u\nservice s\ndata d { consistency = strong }\ndatabase x: dynamodb { stores = [d] }
        flow f { u -> s -> x }";
    let design = compile(text);
    assert_eq!(design.brief("CS001"), ["warning x [f]"]);
    assert!(design.told("CS001")[0].contains("`consistency` of `x` from the catalogue"));
    let given = "client u\nservice s\ndata d { consistency = causal }
        database x { stores = [d]  consistency = read_your_writes }\nflow f { u -> s -> x }";
    assert_eq!(compile(given).brief("CS001"), ["error x [f]"]);
}

#[test]
fn what_nothing_says_is_not_assessed() {
    let text = "client u\nservice s\ndata d { consistency = strong }\ndata e\ndatabase x { stores = [d, e] }
        flow f { u -> s -> x }";
    let design = compile(text);
    assert_eq!(design.told("CS001"), Vec::<String>::new());
    assert_eq!(design.open("CS001"), ["x consistency", "e consistency"]);
}

#[test]
fn linearizable_data_needs_a_leader_or_an_only_copy() {
    let of = |attributes: &str| {
        let text = format!(
            "client u\nservice s\ndata d {{ consistency = linearizable }}
             database x {{ stores = [d]  {attributes} }}\nflow f {{ u -> s -> x }}"
        );
        compile(&text).brief("CS001").join("")
    };
    assert_eq!(of("replicas = 3  replication = quorum"), "");
    assert_eq!(of("replicas = 1  replication = async"), "");
    assert_eq!(of("replicas = 3  replication = quorum  mode = leaderless"), "error x [f]");
    assert_eq!(of("replicas = 3  read_quorum = 2  write_quorum = 2"), "error x [f]");
    assert_eq!(of("replicas = 3  replication = sync"), "error x [f]");
    assert_eq!(of("consistency = strong"), "error x [f]");
    assert_eq!(of("consistency = linearizable"), "");
}

#[test]
fn writes_alone_read_nothing() {
    let text = "client u\nservice s\ndata d { consistency = strong }
        database x { stores = [d]  consistency = eventual }
        flow f {\n u -> s\n s -> x { access = write }\n }\nflow g {\n u -> s\n s -> x \"w\" { writes = [d] }\n }";
    assert_eq!(compile(text).told("CS001"), Vec::<String>::new());
}

#[test]
fn quorums_that_do_not_meet_speak_in_the_place_of_weak_reads() {
    let text = |data: &str, quorum: &str, slo: &str| {
        format!(
            "client u\nservice s\ndata d {{ {data} }}
             database x {{ stores = [d]  mode = leaderless  {quorum} }}\nflow f {{\n {slo}\n u -> s -> x\n }}"
        )
    };
    let five = "replicas = 5  read_quorum = 2  write_quorum = 2";
    let strong = compile(&text("consistency = strong", five, ""));
    assert_eq!(strong.brief("CS002"), ["error x [f]"]);
    assert_eq!(strong.told("CS001"), Vec::<String>::new());
    assert!(strong.told("CS002")[0].contains("C(3,2)/C(5,2) = 30%"), "{:?}", strong.told("CS002"));
    assert_eq!(compile(&text("", five, "")).brief("CS002"), ["note x [f]"]);
    assert_eq!(compile(&text("", five, "slo staleness <= 1s")).told("CS002"), Vec::<String>::new());
    assert_eq!(
        compile(&text("consistency = strong", five, "slo staleness <= 1s")).brief("CS002"),
        ["error x [f]"]
    );
    // R + W = 5 > 4, but 2W = 4 ≤ 4
    let split = "replicas = 4  read_quorum = 3  write_quorum = 2";
    assert_eq!(compile(&text("", split, "")).brief("CS002"), ["note x [f]"]);
    let one_writer = "client u\nservice s\ndatabase x { replicas = 4  read_quorum = 3  write_quorum = 2  mode = primary_replica }
        flow f { u -> s -> x }";
    assert_eq!(compile(one_writer).told("CS002"), Vec::<String>::new());
    assert_eq!(compile(&text("", "replicas = 3  read_quorum = 2", "")).open("CS002"), ["x write_quorum"]);
    assert_eq!(
        compile(&text("", "read_quorum = 2  write_quorum = 2", "")).open("CS002"),
        ["x replication_factor"]
    );
}

#[test]
fn a_quorum_of_the_catalogue_is_a_warning_at_most() {
    let text = "client u\nservice s\ndata d { consistency = strong }
        database x: keyspaces { stores = [d]  read_quorum = 1 }\nflow f { u -> s -> x }";
    assert_eq!(compile(text).brief("CS002"), ["warning x [f]"]);
}

fn regions(store: &str, calls: &str) -> Compiled {
    let text = format!(
        "client u\ndata d {{ consistency = strong }}\ndata e {{ consistency = eventual }}\nregion us {{ service s }}
         region eu {{ service t }}\nregion ap\ndatabase x {{ {store} }}\n{calls}"
    );
    compile(&text)
}

#[test]
fn strong_data_written_on_both_sides_is_a_conflict() {
    let both = "[us.s, eu.t] -> x { access = write }";
    let base = "stores = [d]  regions = [us, eu]  replicas = 4  conflict = app";
    for (store, calls, expected) in [
        ("mode = multi_primary  replication = async", both, vec!["error x []"]),
        ("mode = active_active  replication = semi_sync", both, vec!["error x []"]),
        ("mode = leaderless  write_quorum = 2", both, vec!["error x []"]),
        ("mode = leaderless  write_quorum = 3", both, vec![]),
        ("mode = multi_primary  replication = sync", both, vec![]),
        ("mode = multi_primary  replication = quorum", both, vec![]),
        ("mode = sharded  replication = async", both, vec![]),
        ("mode = primary_replica  replication = async", both, vec![]),
        ("mode = multi_primary  replication = async", "us.s -> x { access = write }", vec![]),
        ("mode = multi_primary  replication = async", "[us.s, eu.t] -> x { access = read }", vec![]),
        (
            "mode = multi_primary  replication = async",
            "[us.s, eu.t] -> x { writes = [d] }",
            vec!["error x []"],
        ),
        ("mode = multi_primary  replication = async", "[us.s, eu.t] -> x { writes = [e] }", vec![]),
    ] {
        assert_eq!(regions(&format!("{base}  {store}"), calls).brief("CS003"), expected, "{store} {calls}");
    }
    // CS006 stands there
    let unmerged =
        "stores = [d]  regions = [us, eu]  replicas = 4  mode = multi_primary  replication = async";
    let design = regions(unmerged, both);
    assert_eq!((design.brief("CS003"), design.brief("CS006")), (vec![], vec!["error x []".to_owned()]));
    // nothing that must be one
    let weak = "stores = [e]  regions = [us, eu]  replicas = 4  mode = multi_primary  replication = async  conflict = app";
    assert_eq!(regions(weak, both).told("CS003"), Vec::<String>::new());
}

#[test]
fn one_caller_in_two_regions_is_two() {
    let text = "data d { consistency = strong }\nregion us\nregion eu\nservice s { replicas = 2  regions = [us, eu] }
        database x { stores = [d]  regions = [us, eu]  replicas = 2  mode = multi_primary  replication = async  conflict = crdt }
        s -> x { access = read_write }";
    assert_eq!(compile(text).brief("CS003"), ["error x []"]);
}

#[test]
fn zones_and_counts_of_regions_place_as_well_as_names() {
    let of = |place: &str| {
        let text = format!(
            "data d {{ consistency = strong }}\nregion us {{ zone a\n zone b }}\nregion eu {{ zone c }}
             service s {{ replicas = 2  {place} }}
             database x {{ stores = [d]  {place}  replicas = 4  mode = active_active  replication = async  conflict = app }}
             s -> x {{ access = write }}"
        );
        compile(&text).brief("CS003").join("")
    };
    assert_eq!(of("zones = [us.a, eu.c]"), "error x []");
    assert_eq!(of("regions = 2"), "error x []");
    assert_eq!(of("zones = [us.a, us.b]"), "");
    assert_eq!(of("regions = 1"), "");
}

fn commit(store: &str, call: &str, slo: &str) -> Compiled {
    let text = format!(
        "client u\nregion us {{ service s }}\nregion eu {{ service t }}\nregion ap
         us -- eu {{ rtt = 60ms }}\nus -- ap {{ rtt = 80ms }}\neu -- ap {{ rtt = 150ms }}
         database x {{ regions = [us, eu, ap]  {store} }}
         flow f {{\n {slo}\n u -> us.s\n us.s -> x {{ {call} }}\n }}"
    );
    compile(&text)
}

#[test]
fn a_commit_waits_for_the_last_copy_that_must_answer() {
    let slo = "slo p99 <= 100ms";
    let write = "access = write";
    let told = |store: &str| commit(store, write, slo).told("CS004").join("");
    assert!(told("replicas = 3  replication = quorum").contains("t = 60 ms > 30% of B = 100 ms = 30 ms"));
    assert!(told("replicas = 3  replication = sync").contains("t = 80 ms"));
    assert!(told("replicas = 3  replication = quorum  write_quorum = 3").contains("t = 80 ms"));
    assert_eq!(told("replicas = 3  replication = quorum  write_quorum = 1"), "");
    assert_eq!(told("replicas = 3  replication = async"), "");
    assert!(told("replicas = 6  replication = quorum").contains("t = 60 ms"), "4 of 6: two in us, two in eu");
    // five copies: two in us, two in eu, one in ap
    assert!(told("replicas = 5  replication = quorum").contains("t = 60 ms"));
    assert_eq!(told("replicas = 5  replication = quorum  write_quorum = 2"), "");
    // from the caller, where anyone may take the write
    assert!(told("replicas = 3  replication = quorum  mode = leaderless").contains("t = 60 ms"));
}

#[test]
fn nobody_waits_for_messages_rare_steps_and_reads() {
    let store = "replicas = 3  replication = quorum";
    let slo = "slo p99 <= 100ms";
    assert_eq!(commit(store, "access = write  share = 0.5%", slo).told("CS004"), Vec::<String>::new());
    assert_eq!(commit(store, "access = read", slo).told("CS004"), Vec::<String>::new());
    assert_eq!(commit(store, "access = write", "slo p99 <= 200ms").told("CS004"), Vec::<String>::new());
    assert_eq!(commit(store, "access = write", "slo p99 <= 199ms").brief("CS004"), ["warning x [f]"]);
    let open = commit(store, "access = write", "");
    assert_eq!(open.open("CS004"), ["f slo p99"]);
    assert_eq!(commit(store, "", slo).open("CS004"), ["us.s -> x access"]);
}

#[test]
fn a_round_trip_without_a_link_is_assumed_and_named() {
    let text = "client u\nregion us { service s }\nregion eu\ndatabase x { regions = [us, eu]  replicas = 2  replication = sync }
        flow f {\n slo p99 <= 200ms\n u -> us.s\n us.s -> x { access = write }\n }";
    let told = compile(text).told("CS004").join("");
    assert!(told.starts_with("warning x [f]") && told.contains("t = 80 ms > 30%"), "{told}");
    assert!(told.contains("assumed: a round trip of 80 ms between `us` and `eu`"), "{told}");
}

#[test]
fn writers_that_clash_need_a_merge() {
    let of = |attributes: &str| {
        let text = format!("service s\ndatabase x {{ {attributes} }}\ns -> x");
        let design = compile(&text);
        (design.brief("CS006"), design.open("CS006"))
    };
    let told = |attributes: &str| of(attributes).0.join("");
    assert_eq!(told("mode = multi_primary  replicas = 2  replication = async"), "error x []");
    assert_eq!(told("mode = active_active  replicas = 2  replication = semi_sync"), "error x []");
    assert_eq!(
        told("mode = active_active  replicas = 2  replication = async  conflict = none"),
        "error x []"
    );
    assert_eq!(told("mode = active_active  replicas = 2  replication = async  conflict = lww"), "note x []");
    assert_eq!(told("mode = active_active  replicas = 2  replication = async  conflict = crdt"), "");
    assert_eq!(told("mode = active_active  replicas = 1  replication = async"), "");
    assert_eq!(told("mode = active_active  replicas = 3  replication = quorum"), "");
    assert_eq!(told("mode = primary_replica  replicas = 3  replication = async"), "");
    assert_eq!(told("mode = leaderless  replicas = 3  write_quorum = 1"), "error x []");
    assert_eq!(told("mode = leaderless  replicas = 4  write_quorum = 2"), "error x []");
    assert_eq!(told("mode = leaderless  replicas = 3  write_quorum = 2"), "");
    assert_eq!(of("mode = leaderless  replicas = 3").1, ["x write_quorum"]);
    assert_eq!(of("mode = multi_primary  replicas = 3").1, ["x replication"]);
    assert_eq!(of("replicas = 3").1, ["x mode"]);
    assert_eq!(of("replicas = 1").1, Vec::<String>::new());
}

#[test]
fn what_may_be_lost_or_never_changes_does_not_clash() {
    let of = |data: &str, conflict: &str| {
        let text = format!(
            "data d {{ {data} }}\nservice s
             database x {{ stores = [d]  mode = leaderless  replicas = 3  write_quorum = 1  {conflict} }}\ns -> x"
        );
        compile(&text).brief("CS006").join("")
    };
    assert_eq!(of("immutable = true", ""), "");
    assert_eq!(of("loss_ok = true", ""), "error x []");
    assert_eq!(of("loss_ok = true", "conflict = lww"), "");
    assert_eq!(of("", "conflict = lww"), "note x []");
}

#[test]
fn a_mode_of_the_catalogue_is_a_warning_at_most() {
    let text = "service s\ndatabase x: cassandra { replicas = 3  write_quorum = 1  conflict = none }\ns -> x";
    assert_eq!(compile(text).brief("CS006"), ["warning x []"]);
}

fn dual(head: &str, steps: &str) -> Vec<String> {
    let text = format!(
        "client u\nservice s\nservice t\ndatabase a\ndatabase b\nstream k\nqueue q\nexternal x\ncache c\n{head}
         flow f {{\n u -> s\n {steps}\n }}"
    );
    compile(&text).brief("CS007")
}

#[test]
fn two_places_in_one_request_are_a_dual_write() {
    for (steps, expected) in [
        ("s -> a { access = write }\n s -> b { access = write }", 1),
        ("s -> a { access = read_write }\n s ~> k", 1),
        ("s ~> k\n s ~> q", 1),
        ("s -> a { access = write }\n s -> x { access = write }", 1),
        ("s -> a { access = write }\n s -> t { access = write }", 1),
        ("s -> [a, b] { access = write }", 1),
        ("s -> a { access = write }\n s -> b { access = read }", 0),
        ("s -> a \"1\" { access = write }\n s -> a \"2\" { access = write }", 0),
        ("s -> a { access = write }\n s -> c { access = write }", 0),
        ("s -> a { access = write }\n s -> t\n t -> b { access = write }", 0),
        ("s -> a | b { access = write }", 0),
        ("s -> a { access = write }\n s -> x", 0),
    ] {
        assert_eq!(dual("", steps).len(), expected, "{steps}");
    }
    assert_eq!(dual("", "s -> a { access = write }\n s ~> k"), ["warning s [f]"]);
}

#[test]
fn outbox_two_phase_and_whole_sagas_are_one_write() {
    let undo = "s -> t \"undo\" { access = write  compensates = t }";
    for (head, steps, expected) in [
        ("", "s -> a { access = write  transaction = outbox }\n s ~> k { transaction = outbox }", 0),
        ("", "s -> a { access = write  transaction = outbox }\n s ~> k", 0),
        ("", "s -> a { access = write  transaction = outbox }\n s -> x { access = write }", 1),
        ("", "s -> [a, b] { access = write  transaction = two_phase }", 0),
        ("", "s -> [a, b] { access = write  transaction = local }", 1),
        (
            "",
            "s -> t { access = write  transaction = saga }\n s -> x { access = write  transaction = saga }",
            1,
        ),
        (
            undo,
            "s -> t { access = write  transaction = saga }\n s -> x { access = write  transaction = saga }",
            0,
        ),
        (
            undo,
            "s -> x { access = write  transaction = saga }\n s -> t { access = write  transaction = saga }",
            1,
        ),
    ] {
        assert_eq!(dual(head, steps).len(), expected, "{head} {steps}");
    }
}

#[test]
fn payments_and_critical_flows_make_it_an_error() {
    let steps = "s -> a { access = write }\n s ~> k";
    assert_eq!(dual("", &format!("criticality = high\n {steps}")), ["error s [f]"]);
    let paid = "s -> a { access = write  writes = [p] }\n s ~> k";
    assert_eq!(dual("data p { class = payment }", paid), ["error s [f]"]);
    let rebuilt = "s -> a { access = write }\n s -> b { writes = [p] }";
    assert_eq!(dual("data p { derived = true }", rebuilt), Vec::<String>::new());
    assert_eq!(dual("", &format!("criticality = low\n {steps}")), ["note s [f]"]);
}

#[test]
fn a_consumer_that_is_tried_again_until_done_is_safe() {
    let text = |delivery: &str, idempotent: &str| {
        let text = format!(
            "client u\nservice s\nqueue q {{ {delivery} }}\nworker w\ndatabase a\ndatabase b
             flow f {{\n u -> s ~> q ~> w\n w -> a {{ access = write  idempotent = true }}\n w -> b {{ access = write  {idempotent} }}\n }}"
        );
        compile(&text).brief("CS007").len()
    };
    assert_eq!(text("delivery = at_least_once", "idempotent = true"), 0);
    assert_eq!(text("delivery = at_least_once", ""), 1);
    assert_eq!(text("delivery = at_most_once", "idempotent = true"), 1);
    assert_eq!(text("", "idempotent = true"), 1);
}

#[test]
fn fronts_before_a_write_are_looked_through() {
    let head = "load_balancer l\nproxy p";
    let steps = "s -> l -> t { access = write }\n s -> p -> a { access = write }";
    assert_eq!(dual(head, steps), ["warning s [f]"]);
    let same = "s -> p -> a { access = write }\n s -> a { access = write }";
    assert_eq!(dual(head, same), Vec::<String>::new());
}

#[test]
fn a_store_call_that_says_nothing_is_not_assessed() {
    let design =
        compile("client u\nservice s\ndatabase a\nstream k\nflow f {\n u -> s\n s -> a\n s ~> k\n }");
    assert_eq!(design.told("CS007"), Vec::<String>::new());
    assert_eq!(design.open("CS007"), ["s -> a access"]);
}

#[test]
fn a_cache_that_is_the_only_home_of_its_data_is_judged_as_a_store() {
    let text = |cache: &str, more: &str| {
        format!(
            "client u\nservice s\ndata d {{ consistency = strong  loss_ok = true }}
             cache x {{ stores = [d]  {cache} }}\n{more}\nflow f {{\n u -> s\n s -> x {{ access = read_write }}\n }}"
        )
    };
    let told = |cache: &str, more: &str| compile(&text(cache, more)).told("CS001").len();
    assert_eq!(told("consistency = linearizable", ""), 0);
    assert_eq!(told("replication = sync  replicas = 2", ""), 0);
    // where nothing says how it copies, nothing is claimed; where its copies lag, it is
    assert_eq!(told("", ""), 0);
    assert_eq!(told("replication = async  replicas = 2", ""), 1);
    // with another home, read or written elsewhere, or in front of something, it is a cache
    assert_eq!(told("consistency = linearizable", "database y { stores = [d]  consistency = strong }"), 1);
    assert_eq!(told("consistency = linearizable", "database y\ns -> y { writes = [d] }"), 1);
    assert_eq!(told("consistency = linearizable", "database y\ns -> y { behind = x }"), 1);
}

#[test]
fn what_one_of_two_alternatives_does_the_other_does_not() {
    let parts = "client u\nservice s\nservice t\ndata d { consistency = read_your_writes }
         database x { stores = [d]  replicas = 2  replication = async }\ndatabase y\ndatabase z";
    let own = |first: &str| {
        let flow = format!("{first}\n s -> x \"w\" {{ access = write }}\n t -> x \"r\" {{ access = read }}");
        compile(&format!("{parts}\nflow f {{\n {flow}\n}}")).told("CS005").len()
    };
    assert_eq!((own("u -> s | t"), own("u -> [s, t]")), (0, 1));
    let commit = |ends: &str| {
        let flow = format!("u -> s\n s -> {ends} {{ access = write  transaction = two_phase }}");
        compile(&format!("{parts}\nflow f {{\n {flow}\n}}")).told("CS009").len()
    };
    assert_eq!((commit("x | y | z"), commit("[x, y, z]")), (0, 1));
}
