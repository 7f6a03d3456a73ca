//! From names to places and back.

use archc::ide::{navigation, rename, symbols};
use expect_test::{Expect, expect};

use crate::ide::{Fixture, shop_at};

const TWO: &str = "//- a.arch
import \"team/b.arch\"
client web
web -> api -> team.b.db<|>
view v { hide = [b.db] }
//- team/b.arch
group team {
  group b { database db }
  service api
}
api -> db \"😀\"
";

#[track_caller]
fn definition(text: &str, expected: Expect) {
    let at = Fixture::new(text);
    let found = navigation::definition(&at.snapshot, &at.path, at.offset);
    let shown =
        found.map(|it| format!("{} -> {} in {}", at.show(&it.origin), at.show(&it.name), at.show(&it.whole)));
    expected.assert_eq(&shown.unwrap_or_default());
}

#[track_caller]
fn references(text: &str, expected: Expect) {
    let at = Fixture::new(text);
    expected.assert_eq(&at.show_all(&navigation::references(&at.snapshot, &at.path, at.offset, true)));
}

#[track_caller]
fn renamed(text: &str, new_name: &str, expected: Expect) {
    let at = Fixture::with_closed(text, &["team/b.arch"]);
    let found = rename::rename(&at.snapshot, &at.path, at.offset, new_name);
    expected.assert_eq(
        &found.map_or_else(|why| format!("refused: {why}"), |edits| at.edited(&edits).replace('\r', "␍")),
    );
}

#[test]
fn a_name_leads_to_its_declaration() {
    definition(
        &shop_at("api -> orders \"SELECT\" {", "orders"),
        expect![[
            r#"a.arch:27:8 "orders" -> a.arch:22:12 "orders" in a.arch:22:3 "database orders: postgres { stores = [order]  replicas = 2  zones = [a, b]  capacity = 2k/s  latency = 5ms }""#
        ]],
    );
    definition(
        TWO,
        expect![[r#"a.arch:3:22 "db" -> team/b.arch:2:22 "db" in team/b.arch:2:13 "database db""#]],
    );
    definition(
        "//- a.arch\nimport \"b.a<|>rch\"\n//- b.arch\nservice b\n",
        expect![[r#"a.arch:1:8 "\"b.arch\"" -> b.arch:1:1 "" in b.arch:1:1 """#]],
    );
    definition(
        "kind app: client\na<|>pp web\n",
        expect![[r#"a.arch:2:1 "app" -> a.arch:1:6 "app" in a.arch:1:1 "kind app: client""#]],
    );
    definition(
        "tech our-db: postgres { capacity = 1k/s }\ndatabase d: ou<|>r-db\n",
        expect![[
            r#"a.arch:2:13 "our-db" -> a.arch:1:6 "our-db" in a.arch:1:1 "tech our-db: postgres { capacity = 1k/s }""#
        ]],
    );
    definition(
        "team core { service a }\npolicy p { forbid team:co<|>re -> * }\n",
        expect![[r#"a.arch:2:24 "core" -> a.arch:1:6 "core" in a.arch:1:1 "team core { service a }""#]],
    );
    definition("ser<|>vice a\n", expect![[r#""#]]);
}

#[test]
fn references_are_found_in_all_files() {
    references(
        TWO,
        expect![[r#"
        a.arch:3:22 "db"
        a.arch:4:20 "db"
        team/b.arch:2:22 "db"
        team/b.arch:5:8 "db"
    "#]],
    );
    references(
        &shop_at("client browser", "browser"),
        expect![[r#"
        a.arch:6:8 "browser"
        a.arch:25:1 "browser"
        a.arch:32:3 "browser"
    "#]],
    );
    references(
        "kind a<|>pp: client\napp web\ndefaults app { peak_factor = 2 }\npolicy p { forbid app -> database }\n",
        expect![[r#"
        a.arch:1:6 "app"
        a.arch:2:1 "app"
        a.arch:3:10 "app"
        a.arch:4:19 "app"
    "#]],
    );
}

#[test]
fn highlights_know_the_declaration() {
    let at = Fixture::new(&shop_at("cache hot", "hot"));
    let found = navigation::highlights(&at.snapshot, &at.path, at.offset);
    let kinds: Vec<bool> = found.iter().map(|it| it.is_declaration).collect();
    assert_eq!(kinds, [true, false, false, false]);
    assert!(found.iter().all(|it| &at.text()[it.range.clone()] == "hot"));
}

#[test]
fn a_rename_reaches_closed_files_and_parts_of_paths() {
    renamed(
        TWO,
        "store",
        expect![[r#"
        //- a.arch
        import "team/b.arch"
        client web
        web -> api -> team.b.store
        view v { hide = [b.store] }
        //- team/b.arch
        group team {
          group b { database store }
          service api
        }
        api -> store "😀"
    "#]],
    );
    renamed(
        &TWO.replace("team.b.db<|>", "team.b<|>.db"),
        "c",
        expect![[r#"
        //- a.arch
        import "team/b.arch"
        client web
        web -> api -> team.c.db
        view v { hide = [c.db] }
        //- team/b.arch
        group team {
          group c { database db }
          service api
        }
        api -> db "😀"
    "#]],
    );
    renamed(
        "kind a<|>pp: client\napp web\ndefaults app { peak_factor = 2 }\n",
        "phone",
        expect![[r#"
        kind phone: client
        phone web
        defaults phone { peak_factor = 2 }
    "#]],
    );
    renamed(
        "tech t: postgres\ndatabase d: t<|>\npolicy p { forbid tech:t -> * }\n",
        "u-1",
        expect![[r#"
        tech u-1: postgres
        database d: u-1
        policy p { forbid tech:u-1 -> * }
    "#]],
    );
    renamed(
        "client a<|>\nservice s\na -> s\nview v { flow = a }\n",
        "b",
        expect![[r#"
        client b
        service s
        b -> s
        view v { flow = a }
    "#]],
    );
    renamed(
        "//- x.md\n# 😀\n\n- ```arch\n  service a\r\n  a -> b<|>\n  service b\n  ```\n",
        "ü",
        expect![[r#"
            # 😀

            - ```arch
              service a␍
              a -> ü
              service ü
              ```
        "#]],
    );
}

#[test]
fn a_rename_that_would_change_the_meaning_is_refused() {
    renamed(
        "service a<|>\nservice b\na -> b\n",
        "b",
        expect!["refused: `b` will not do: `b` is declared twice"],
    );
    renamed(
        "service a\ngroup g {\n  service b<|>\n  b -> a\n}\na -> b\n",
        "a",
        expect!["refused: `a` would mean something else in `a -> a`: choose another name"],
    );
    renamed(
        "service a<|>\n",
        "1x",
        expect!["refused: `1x` is no name: a letter or `_` first, then letters, digits, `_` and `-`"],
    );
    renamed(
        "service a<|>\n",
        "a b",
        expect!["refused: `a b` is no name: a letter or `_` first, then letters, digits, `_` and `-`"],
    );
    renamed(
        "service a<|>\n",
        "",
        expect!["refused: `` is no name: a letter or `_` first, then letters, digits, `_` and `-`"],
    );
    renamed(
        "kind a<|>: client\na b\n",
        "service",
        expect![
            "refused: `service` will not do: `service` has a meaning of its own and cannot be the name of a `kind`"
        ],
    );
    renamed(
        "service a<|>\nservice b\nb -> a { fallback = a }\n",
        "none",
        expect![[r#"
        service none
        service b
        b -> none { fallback = none }
    "#]],
    );
}

#[test]
fn what_cannot_be_renamed_says_why() {
    for (text, why) in [
        ("serv<|>ice a", "`service` is a kind of the language"),
        ("flo<|>w a", "`flow` is a word of the language"),
        ("database a: post<|>gres", "`postgres` is a technology of the catalogue"),
        ("service a { repl<|>icas = 2 }", "`replicas` is an attribute of the language"),
        ("service a\n\n<|>\n", "there is no name here"),
    ] {
        let at = Fixture::new(text);
        assert_eq!(rename::prepare(&at.snapshot, &at.path, at.offset).unwrap_err(), why, "{text}");
    }
}

#[test]
fn a_broken_file_is_renamed_as_far_as_it_is_read() {
    renamed(
        "service a<|> {\n  latency = \nservice b\na -> b\nb -> \n",
        "c",
        expect![[r#"
        service c {
          latency = 
        service b
        c -> b
        b -> 
    "#]],
    );
}

fn outline(rows: &[symbols::DocumentSymbol], text: &str, depth: usize, out: &mut String) {
    for row in rows {
        assert_eq!(&text[row.name_range.clone()], row.name);
        out.push_str(&format!("{}{} ({}) {:?}\n", "  ".repeat(depth), row.name, row.detail, row.kind));
        outline(&row.children, text, depth + 1, out);
    }
}

#[test]
fn the_outline_is_nested() {
    let at = Fixture::new(
        "system s \"S\"\nregion r {\n  zone a\n  service x: go \"😀\" {\n    latency = 1ms\n  }\n}\nflow f { x -> y }\ndata d\n",
    );
    let mut out = String::new();
    outline(&symbols::document_symbols(&at.snapshot, &at.path), at.text(), 0, &mut out);
    expect![[r#"
        s (system · S) Group
        r (region) Group
          a (zone) Group
          x (service · go · 😀) Component(Compute)
        f (flow) Flow
        d (data) Data
    "#]]
    .assert_eq(&out);
}

#[test]
fn workspace_symbols_are_found_by_their_letters() {
    let at = Fixture::new(TWO);
    let found = |query: &str| -> String {
        let all = symbols::workspace_symbols(&at.snapshot, query, 9);
        all.iter().map(|it| format!("{} {} {}\n", it.path, it.detail, at.show(&it.place))).collect()
    };
    expect![[r#"
        team.b group team/b.arch:2:9 "b"
        team.b.db database team/b.arch:2:22 "db"
    "#]]
    .assert_eq(&found("tb"));
    expect![[r#"
        team.api service team/b.arch:3:11 "api"
    "#]]
    .assert_eq(&found("API"));
    expect![[r#""#]].assert_eq(&found("zz"));
}

#[test]
fn imports_and_addresses_are_links() {
    let at = Fixture::new(
        "//- a.arch\nimport \"b.arch\"\nimport \"none.arch\"\nservice s { url = \"https://example.org/x\" }\n//- b.arch\nservice b\n",
    );
    let found: Vec<String> = navigation::links(&at.snapshot, "a.arch")
        .iter()
        .map(|link| {
            format!("{} {:?}", &at.snapshot.file("a.arch").unwrap().text()[link.range.clone()], link.to)
        })
        .collect();
    assert_eq!(
        found,
        ["b.arch File(\"b.arch\")", "https://example.org/x Address(\"https://example.org/x\")"]
    );
}
