//! What may be done at a place. Whatever mends a finding is applied, and the finding must be gone.

use archc::ide::actions::{Action, ActionKind, actions, fix_all};
use archc::rules;
use expect_test::{Expect, expect};

use crate::ide::Fixture;

fn titles(text: &str) -> String {
    let at = Fixture::new(text);
    let found = actions(&at.snapshot, &at.path, at.offset..at.end);
    found.iter().map(|it| format!("{:?}: {}\n", it.kind, it.title)).collect()
}

/// The text once the action is done whose title begins so; its placeholder in `«»`.
#[track_caller]
fn done(text: &str, title: &str, expected: Expect) {
    let at = Fixture::new(text);
    let found = actions(&at.snapshot, &at.path, at.offset..at.end);
    let action = found.iter().find(|it| it.title.starts_with(title));
    let action = action.unwrap_or_else(|| panic!("no `{title}` in\n{}", titles(text)));
    proven(&at, action);
    let mut edits = action.edits.clone();
    if let Some((edit, range)) = &action.placeholder {
        edits[*edit].new_text.insert(range.end, '»');
        edits[*edit].new_text.insert(range.start, '«');
    }
    expected.assert_eq(&at.edited(&edits).replace('\r', "␍"));
}

fn mistakes(at: &Fixture) -> usize {
    let designs = at.snapshot.designs().iter();
    designs.map(|it| it.compilation.diagnostics.iter().filter(|it| it.is_mistake()).count()).sum()
}

/// How often a finding is told in these words.
fn count(at: &Fixture, code: &str, message: &str) -> usize {
    let all = at.snapshot.designs().iter().flat_map(|it| &it.compilation.diagnostics);
    all.filter(|it| it.code == code && it.message == message).count()
}

/// The edited text has no more mistakes, and fewer of the findings that the action says it mends.
#[track_caller]
fn proven(at: &Fixture, action: &Action) {
    let text = at.edited(&action.edits);
    let after = Fixture::new(&format!("//- {}\n{text}", at.path));
    assert!(mistakes(&after) <= mistakes(at), "{}\n{text}", action.title);
    for (code, place) in &action.mends {
        let told = at.snapshot.told(&at.path).into_iter();
        let is_it = |told: &archc::ide::Told<'_>| {
            told.diagnostic.code == *code && told.design.place(told.diagnostic.span).as_ref() == Some(place)
        };
        for told in told.filter(is_it) {
            let message = &told.diagnostic.message;
            let (before, now) = (count(at, code, message), count(&after, code, message));
            assert!(now < before, "{}: {code} {message} stays\n{text}", action.title);
        }
    }
}

#[test]
fn spelling_and_units_are_mended() {
    done(
        "service a {\n  replcias<|> = 2\n}\n",
        "",
        expect![[r#"
        service a {
          replicas = 2
        }
    "#]],
    );
    done(
        "serivce<|> a\n",
        "",
        expect![[r#"
        service a
    "#]],
    );
    done(
        "service a { latency = 10m<|> }\n",
        "",
        expect![[r#"
        service a { latency = 10min }
    "#]],
    );
    done(
        "service api\ndatabase db\napi -> bd<|>\n",
        "write",
        expect![[r#"
        service api
        database db
        api -> db
    "#]],
    );
}

#[test]
fn a_finding_is_allowed_with_a_reason() {
    let text = "client c { users = 5 }\nregion r {\n  // one\n  service a<|>\n}\nc -> a { timeout = 1s }\n";
    done(
        text,
        "allow AV001",
        expect![[r#"
        client c { users = 5 }
        region r {
          // one
          @allow(AV001, reason = "«why this is fine»")
          service a
        }
        c -> a { timeout = 1s }
    "#]],
    );
    let text =
        "client c { users = 5 }\n@allow(AV002, reason = \"x\")\nservice a<|>\nc -> a { timeout = 1s }\n";
    done(
        text,
        "allow AV001",
        expect![[r#"
        client c { users = 5 }
        @allow(AV001, AV002, reason = "x")
        service a
        c -> a { timeout = 1s }
    "#]],
    );
    done(
        "client c { users = 5 }; service a<|>\nc -> a { timeout = 1s }\n",
        "allow AV001",
        expect![[r#"
        client c { users = 5 }; @allow(AV001, reason = "«why this is fine»") service a
        c -> a { timeout = 1s }
    "#]],
    );
    done(
        "//- x.md\n> ```arch\n> client c { users = 5 }\n> service a<|>\n> c -> a { timeout = 1s }\n> ```\n",
        "allow AV001",
        expect![[r#"
            > ```arch
            > client c { users = 5 }
            > @allow(AV001, reason = "«why this is fine»")
            > service a
            > c -> a { timeout = 1s }
            > ```
        "#]],
    );
    done(
        "client c { users = 5 }\r\nservice a<|>\r\nc -> a { timeout = 1s }\r\n",
        "allow AV001",
        expect![[r#"
            client c { users = 5 }␍
            @allow(AV001, reason = "«why this is fine»")␍
            service a␍
            c -> a { timeout = 1s }␍
        "#]],
    );
}

#[test]
fn what_is_missing_is_declared() {
    done(
        "service a\n\na -> orders_db<|>\n",
        "declare",
        expect![[r#"
        service a
        database orders_db

        a -> orders_db
    "#]],
    );
    done(
        "region r {\n  service a  // first\n  a ~> jobs<|>\n}\n",
        "declare",
        expect![[r#"
        region r {
          service a  // first
          queue jobs
          a ~> jobs
        }
    "#]],
    );
    done(
        "client c\nflow f {\n  c -> api<|>\n}\n",
        "declare",
        expect![[r#"
        client c
        service api
        flow f {
          c -> api
        }
    "#]],
    );
    done(
        "region r {\n  service a\n}\nr.a -> r.cache<|>\n",
        "declare",
        expect![[r#"
        region r {
          service a
          cache cache
        }
        r.a -> r.cache
    "#]],
    );
    done(
        "region r\nservice a { zones = [za<|>] }\n",
        "declare",
        expect![[r#"
        region r
        service a { zones = [za] }
        zone za
    "#]],
    );
    done(
        "database d { stores = [order<|>] }\n",
        "declare",
        expect![[r#"
        database d { stores = [order] }
        data order
    "#]],
    );
    done(
        "a<|> -> b\nservice b\n",
        "declare",
        expect![[r#"
        a -> b
        service b
        service a
    "#]],
    );
}

#[test]
fn everything_safe_is_mended_at_once() {
    let at = Fixture::new(
        "service a { replicas = 3, }\nservice b { latency = 10 ms }\nflow f { slo p99 =< 100ms\n a -> b }\n",
    );
    let action = fix_all(&at.snapshot, "a.arch").unwrap();
    proven(&at, &action);
    expect![[r#"
        service a { replicas = 3 }
        service b { latency = 10ms }
        flow f { slo p99 <= 100ms
         a -> b }
    "#]]
    .assert_eq(&at.edited(&action.edits));
    assert_eq!(action.kind, ActionKind::FixAll);
    assert_eq!(fix_all(&Fixture::new("service a\n").snapshot, "a.arch"), None);
}

#[test]
fn every_finding_of_a_kind_is_mended_at_once() {
    done(
        "service a { replcias<|> = 2 }\nservice b { replicsa = 2 }\n",
        "fix every",
        expect![[r#"
        service a { replicas = 2 }
        service b { replicas = 2 }
    "#]],
    );
}

#[test]
fn calls_become_alternatives() {
    let text = "gateway g\nservice a\nservice b\nservice c\n// any\ng -> a<|> \"x\" { timeout = 1s }\ng -> b \"x\" { timeout = 1s }\ng -> c \"y\"\n";
    done(
        text,
        "call ",
        expect![[r#"
        gateway g
        service a
        service b
        service c
        // any
        g -> a | b "x" { timeout = 1s }
        g -> c "y"
    "#]],
    );
    assert!(!titles("service a\nservice b\na -> b<|>\n").contains("alternatives"));
}

#[test]
fn attributes_become_defaults() {
    let text = "system s\n\n// first\nservice a {\n  health_check<|> = true\n  replicas = 2\n}\nregion r {\n  service b { health_check = true  replicas = 3 }\n}\n";
    done(
        text,
        "move ",
        expect![[r#"
        system s

        defaults service { health_check = true }
        // first
        service a {
          replicas = 2
        }
        region r {
          service b { replicas = 3 }
        }
    "#]],
    );
    let text = "defaults service { replicas = 2 }\nservice a { health_check<|> = true }\nservice b { health_check = true }\n";
    done(
        text,
        "move ",
        expect![[r#"
        defaults service { replicas = 2  health_check = true }
        service a { }
        service b { }
    "#]],
    );
    assert!(!titles("service a { health_check<|> = true }\nservice b\n").contains("move"), "b would get it");
}

#[test]
fn statements_are_wrapped_in_a_group() {
    let text = "client c\n\n/// Doc.\n<|>service a {\n  replicas = 2\n}\n\nservice b  // last\nc -> a<|>\n";
    done(
        text,
        "wrap ",
        expect![[r#"
        client c

        group «name» {
          /// Doc.
          service a {
            replicas = 2
          }

          service b  // last
          c -> a
        }
    "#]],
    );
    assert!(!titles("service a<|>\n").contains("wrap"), "nothing is selected");
}

#[test]
fn zones_are_sorted() {
    done(
        "region r {\n  zone a\n  zone b\n  service s { zones = [b, a]<|> }\n}\n",
        "sort",
        expect![[r#"
        region r {
          zone a
          zone b
          service s { zones = [a, b] }
        }
    "#]],
    );
}

/// Every quick fix of every rule's failing example, and of texts with mistakes, does what it says.
#[test]
fn quick_fixes_mend() {
    let mut texts: Vec<String> =
        rules::all().flat_map(rules::doc::examples).filter(|it| it.fails).map(|it| it.source).collect();
    texts.extend(
        [
            "service a { latency = 10 ms }",
            "service a { replicas = -3 }",
            "service a {\n  replicas = 3 zones\n}",
            "database db = postgres",
            "service a -> b",
            "servce a",
            "service a \"x\" replicas = 2",
            "a => b\nservice a\nservice b",
            "service a { cost = 5kB }",
            "p99 <= 100ms",
            "service a {\n  timeout 5s\n}",
            "region r { service a }\nregion q { service a }\nclient c\nc -> a",
            "service a b c",
            "import \"x.arch\"",
        ]
        .map(str::to_owned),
    );
    let mut applied = 0;
    for text in texts {
        let at = Fixture::new(&format!("//- a.arch\n{text}\n"));
        let whole = 0..at.text().len();
        for action in actions(&at.snapshot, "a.arch", whole) {
            let is_fix = matches!(action.kind, ActionKind::QuickFix | ActionKind::FixAll);
            // one that is to be filled in by hand
            let is_form = action.mends.iter().any(|(code, _)| *code == "HY001");
            if is_fix && !is_form {
                proven(&at, &action);
                applied += 1;
            }
        }
    }
    assert!(applied > 100, "{applied}");
}
