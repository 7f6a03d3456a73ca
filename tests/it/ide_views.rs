//! What is seen all the time: colours, folds, selections, form, hints, lenses, calls, the picture.

use archc::ide::formatting::{format, format_typed};
use archc::ide::{calls, hints, lenses, structure, tokens};
use expect_test::{Expect, expect};

use crate::ide::{Fixture, SHOP, shop_at};

#[track_caller]
fn coloured(text: &str, expected: Expect) {
    let at = Fixture::new(text);
    let mut shown = String::new();
    let mut before = 0;
    for token in tokens::tokens(&at.snapshot, &at.path) {
        assert!(token.range.start >= before && !at.text()[token.range.clone()].contains('\n'));
        before = token.range.end;
        shown.push_str(&format!("{} {:?}\n", &at.text()[token.range.clone()], token.kind));
    }
    expected.assert_eq(&shown);
}

#[test]
fn words_have_their_colours() {
    coloured(
        "/* a\r\n b */\n/// doc\n@allow(AV001, reason = \"x\")\nservice a: go \"😀\" { backoff = exponential  on = true  fallback = hot }\na -> [b, g.c] // c\nflow f { slo p99 <= 20ms }\npolicy p { forbid client -> database except #x }\nimport \"b.arch\"\nkind k: client\n",
        expect![[r#"
            /* a Comment
             b */ Comment
            /// doc Documentation
            allow Annotation
            AV001 Reference
            reason Property
            "x" Text
            service Kind
            a Declaration
            go Technology
            "😀" Text
            backoff Property
            exponential Word
            on Property
            true Word
            fallback Property
            hot Reference
            a Reference
            -> Operator
            b Reference
            g Reference
            c Reference
            // c Comment
            flow Kind
            f Declaration
            slo Keyword
            p99 Property
            <= Operator
            20ms Number
            policy Kind
            p Declaration
            forbid Keyword
            client Kind
            -> Operator
            database Kind
            #x Word
            import Keyword
            "b.arch" Text
            kind Kind
            k Declaration
            client Kind
        "#]],
    );
    coloured(
        "//- x.md\n# a\n> ```arch\n> service a { description = \"\"\"\n>   one\n>   \"\"\" }\n> ```\n",
        expect![[r#"
            service Kind
            a Declaration
            description Property
            """ Text
              one Text
              """ Text
        "#]],
    );
    coloured(
        "service {{ = [\n\"\n",
        expect![[r#"
        service Kind
        " Text
    "#]],
    );
}

#[test]
fn blocks_comments_and_imports_fold() {
    let at = Fixture::new(
        "import \"a\"\nimport \"b\"\n\n// one\n// two\nservice a {\n  zones = [\n    b,\n  ]\n}\nservice c { latency = 1ms }\n/* x\n y */\n",
    );
    let found: Vec<String> = structure::folds(&at.snapshot, "a.arch")
        .into_iter()
        .map(|fold| {
            let line = |offset| at.text()[..offset].matches('\n').count() + 1;
            format!("{:?} {}-{}", fold.kind, line(fold.range.start), line(fold.range.end))
        })
        .collect();
    assert_eq!(found, ["Imports 1-2", "Comment 4-5", "Block 6-10", "Block 7-9", "Comment 12-13"]);
}

#[test]
fn a_selection_grows() {
    let at = Fixture::new("region r {\n  /// doc\n  service s { zones = [us.<|>b, c] }\n}\n");
    let found = structure::selections(&at.snapshot, "a.arch", &[at.offset]);
    let shown: Vec<&str> = found[0].iter().map(|range| &at.text()[range.clone()]).collect();
    expect![[r#"
        b
        ---
        us.b
        ---
        [us.b, c]
        ---
        zones = [us.b, c]
        ---
         zones = [us.b, c] 
        ---
        { zones = [us.b, c] }
        ---
        service s { zones = [us.b, c] }
        ---
        /// doc
          service s { zones = [us.b, c] }
        ---

          /// doc
          service s { zones = [us.b, c] }

        ---
        {
          /// doc
          service s { zones = [us.b, c] }
        }
        ---
        region r {
          /// doc
          service s { zones = [us.b, c] }
        }
        ---
        region r {
          /// doc
          service s { zones = [us.b, c] }
        }
    "#]]
    .assert_eq(&shown.join("\n---\n"));
    for offset in (0..SHOP.len()).step_by(13) {
        let at = Fixture::new(SHOP);
        for ranges in structure::selections(&at.snapshot, "a.arch", &[offset]) {
            assert!(
                ranges.windows(2).all(|pair| pair[1].start <= pair[0].start && pair[0].end <= pair[1].end)
            );
        }
        if offset > 200 {
            break;
        }
    }
}

#[track_caller]
fn typed(text: &str, typed: char, expected: Expect) {
    let at = Fixture::new(text);
    expected.assert_eq(&at.edited(&format_typed(&at.snapshot, &at.path, at.offset, typed)));
}

#[test]
fn typing_keeps_the_form() {
    typed(
        "region r {\nservice a {\nreplicas=2\n}<|>\n}\nservice   b\n",
        '}',
        expect![[r#"
        region r {
          service a {
            replicas = 2
          }
        }
        service   b
    "#]],
    );
    typed(
        "region r {\n  service a {\n      <|>}\n}\n",
        '\n',
        expect![[r#"
        region r {
          service a {
          }
        }
    "#]],
    );
}

#[test]
fn hints_stand_behind_what_they_are_about() {
    let at = Fixture::new(SHOP);
    let shown = |wanted: hints::Wanted| {
        let mut text = at.text().to_owned();
        for hint in hints::hints(&at.snapshot, "a.arch", 0..text.len(), wanted).iter().rev() {
            text.insert_str(hint.offset, &format!(" ‹{}›", hint.text));
        }
        text.lines().filter(|line| line.contains('‹')).collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        client browser "Web" ‹694/s› { users = 1M  requests_per_user = 20/day }
          load_balancer lb: aws-alb ‹694/s›
          service api: go "Shop API" ‹694/s · 23.1%› {
          cache hot: redis ‹694/s› { replicas = 2  zones = [a, b]  hit_ratio = 90%  latency = 0.5ms }
          database orders: postgres ‹69.4/s · 1.74%› { stores = [order]  replicas = 2  zones = [a, b]  capacity = 2k/s  latency = 5ms }
        flow buy "Buy" ‹99.976%› {
          browser -> lb -> api ‹78%›
          api -> hot ‹13%› "GET"
          api -> orders ‹10%› "SELECT""#]].assert_eq(&shown(hints::Wanted::default()));
    assert_eq!(shown(hints::Wanted { load: false, availability: false, latency: false }), "");
    assert_eq!(hints::hints(&at.snapshot, "a.arch", 0..10, hints::Wanted::default()), []);
}

#[test]
fn lenses_count_findings_and_run_things() {
    let at = Fixture::new(&format!("{SHOP}\nscenario peak {{ load = 10x }}\nview v\n"));
    let found = lenses::lenses(&at.snapshot, "a.arch");
    let shown: Vec<String> = found
        .iter()
        .map(|lens| {
            let command = match &lens.command {
                lenses::Command::ShowFindings(places) => format!("{} places", places.len()),
                other => format!("{other:?}"),
            };
            format!("{}: {} ({command})", &at.text()[lens.range.clone()], lens.title)
        })
        .collect();
    expect![[r#"
        shop: preview (Preview(None))
        shop: simulate (Simulate(None))
        eu: 3 warnings · 1 note (4 places)
        buy: sequence (PreviewFlow("buy"))
        peak: simulate (Simulate(Some("peak")))
        v: preview (Preview(Some("v")))"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn the_hierarchy_of_calls_goes_both_ways() {
    let at = Fixture::new(&shop_at("api -> hot \"GET\" {", "api"));
    let item = calls::item(&at.snapshot, &at.path, at.offset).unwrap();
    assert_eq!((item.path.as_str(), item.detail.as_str()), ("eu.api", "service · go · Shop API"));
    let show = |all: Vec<calls::Calls>| -> String {
        all.iter()
            .map(|it| format!("{} by {:?}\n{}", it.item.path, it.how, at.show_all(&it.places)))
            .collect()
    };
    expect![[r#"
        eu.lb by ["->"]
        a.arch:25:12 "lb -> api"
    "#]]
    .assert_eq(&show(calls::incoming(&at.snapshot, &at.path, at.offset)));
    expect![[r#"
        eu.hot by ["-> GET"]
        a.arch:26:1 "api -> hot"
        eu.orders by ["-> SELECT"]
        a.arch:27:1 "api -> orders"
    "#]]
    .assert_eq(&show(calls::outgoing(&at.snapshot, &at.path, at.offset)));
}

/// Every feature at every offset of broken and odd texts: nothing panics, and what is said lies inside the file.
#[test]
fn odd_texts_are_answered_everywhere() {
    let texts = [
        "region 東京 \"😀\" {\r\n  service ü: \"c++\" { replicas = 2..6 \r\n}\n}}\nü -> [東京.ü, ] | x",
        "@allow(\n@tags(a,\nservice a \"",
        "flow f { a -> \n slo p99 <=\n} import \"",
        "kind k: k\ntech t: t\nk a: t\ndefaults k { ",
        "\u{feff}service a\n/* open",
        "policy p { forbid -> except }\nview v { show = [#, tech:, team:x, *] slow = { = } }",
    ];
    for text in texts {
        for (path, text) in [
            ("a.arch", text.to_owned()),
            (
                "x.md",
                format!(
                    "> ```arch\n{}\n> ```\n",
                    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
                ),
            ),
        ] {
            let at = Fixture::new(&format!("//- {path}\n{text}"));
            let snapshot = &at.snapshot;
            let length = snapshot.file(path).unwrap().text().len();
            for offset in (0..=length).filter(|at| snapshot.file(path).unwrap().text().is_char_boundary(*at))
            {
                let inside = |range: &std::ops::Range<usize>| {
                    assert!(range.start <= range.end && range.end <= length, "{range:?} in {text}")
                };
                archc::ide::hover::hover(snapshot, path, offset)
                    .iter()
                    .for_each(|it| inside(&it.place.range));
                archc::ide::completion::completions(snapshot, path, offset)
                    .iter()
                    .for_each(|it| inside(&it.range));
                archc::ide::navigation::references(snapshot, path, offset, true)
                    .iter()
                    .for_each(|it| inside(&it.range));
                archc::ide::navigation::definition(snapshot, path, offset)
                    .iter()
                    .for_each(|it| inside(&it.name.range));
                archc::ide::navigation::highlights(snapshot, path, offset)
                    .iter()
                    .for_each(|it| inside(&it.range));
                structure::selections(snapshot, path, &[offset])[0].iter().for_each(inside);
                if offset % 3 != 0 {
                    continue;
                }
                let acts = archc::ide::actions::actions(snapshot, path, offset..offset);
                acts.iter().flat_map(|it| &it.edits).for_each(|it| inside(&it.place.range));
                for c in ['}', '\n'] {
                    format_typed(snapshot, path, offset, c).iter().for_each(|it| inside(&it.place.range));
                }
                let _ = archc::ide::rename::rename(snapshot, path, offset, "zz");
                let _ = calls::incoming(snapshot, path, offset);
            }
            tokens::tokens(snapshot, path).iter().for_each(|it| assert!(it.range.end <= length));
            structure::folds(snapshot, path).iter().for_each(|it| assert!(it.range.end <= length));
            lenses::lenses(snapshot, path).iter().for_each(|it| assert!(it.range.end <= length));
            format(snapshot, path, None).iter().for_each(|it| assert!(it.place.range.end <= length));
            hints::hints(snapshot, path, 0..length, hints::Wanted::default());
            archc::ide::symbols::document_symbols(snapshot, path);
            if let Some(held) = archc::ide::preview::design(snapshot, path, 0) {
                let picked = archc::ide::preview::Picked::default();
                let sketched = archc::ide::preview::sketch(held.design, &picked).unwrap();
                assert!(archc::ide::preview::draw(&sketched.sketch).starts_with("<svg"));
            }
        }
    }
}
