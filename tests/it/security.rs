//! The security rules at their borders: who is outside, what a link carries, which law holds where.

use crate::compiled::compile;

const CARD: &str = "data card { class = payment }\n";

#[test]
fn what_keeps_things_must_not_face_the_internet() {
    for kind in ["database", "cache", "queue", "stream", "registry", "secret_store", "monitor"] {
        let text = format!("client app\n{kind} inner\napp -> inner {{ timeout = 1s }}");
        assert_eq!(compile(&text).brief("SE001"), ["error inner [app]"], "{kind}");
    }
    for kind in ["service", "identity", "cdn", "gateway", "dns", "external"] {
        let text = format!("client app\n{kind} inner\napp -> inner");
        assert_eq!(compile(&text).told("SE001"), Vec::<String>::new(), "{kind}");
    }
    let sends = "client app\nqueue jobs\napp ~> jobs";
    assert_eq!(compile(sends).brief("SE001"), ["error jobs [app]"]);
    let inside = "network office { client app\n database d }\napp -> d";
    assert_eq!(compile(inside).told("SE001"), Vec::<String>::new());
}

#[test]
fn a_publication_is_read_by_anybody() {
    let text = |public: bool, access: &str, class: &str| {
        format!(
            "data page {{ class = {class} }}\nclient app\nobject_store site {{ stores = [page]  public = {public} }}\n\
             app -> site {{ {access} }}"
        )
    };
    assert_eq!(compile(&text(true, "access = read", "public")).told("SE001"), Vec::<String>::new());
    assert_eq!(compile(&text(true, "", "public")).open("SE001"), ["app -> site access"]);
    for design in [
        text(false, "access = read", "public"),
        text(true, "access = write", "public"),
        text(true, "access = read", "personal"),
    ] {
        assert_eq!(compile(&design).brief("SE001"), ["error site [app]"], "{design}");
    }
}

#[test]
fn an_entry_without_auth_is_worse_where_secrets_are_below() {
    let text = |on_call: &str, at_entry: &str, class: &str| {
        format!(
            "data d {{ class = {class} }}\nclient app\nservice api {{ {at_entry} }}\ndatabase db {{ stores = [d] }}\n\
             flow f {{ app -> api {{ {on_call} }}; api -> db }}"
        )
    };
    let told = |on_call, at_entry, class| compile(&text(on_call, at_entry, class)).brief("SE001");
    assert_eq!(told("auth = none", "", "payment"), ["error api [f]"]);
    assert_eq!(told("auth = none", "auth = jwt", "internal"), ["warning api [f]"]);
    assert_eq!(told("", "auth = none", "internal"), ["warning api [f]"]);
    assert_eq!(told("auth = jwt", "auth = none", "payment"), Vec::<String>::new());
    assert_eq!(compile(&text("", "", "payment")).open("SE001"), ["app -> api auth"]);
}

#[test]
fn a_link_in_the_clear_is_an_error_where_it_matters() {
    let told = |text: &str| compile(text).brief("SE002");
    assert_eq!(told("client c\nservice a\nc -> a { encrypted = false }"), ["error c -> a [c]"]);
    assert_eq!(told("service a\nexternal e\na -> e { encrypted = false }").len(), 1);
    assert_eq!(told("service a\nservice b\na -> b { encrypted = false }"), ["warning a -> b []"]);
    let below = format!(
        "{CARD}client c\nservice a\nservice b\ndatabase d {{ stores = [card] }}\nflow f {{ c -> a\n a -> b {{ encrypted = false }}\n b -> d }}"
    );
    assert_eq!(told(&below), ["error a -> b [f]"]);
    assert!(compile(&below).told("SE002")[0].contains("carries `card` (payment)"));
    let copied =
        format!("{CARD}database d {{ stores = [card] }}\ndatabase e\nd => e {{ encrypted = false }}");
    assert_eq!(told(&copied), ["error d => e []"]);
    let other = format!(
        "{CARD}data x\nservice a\ndatabase d {{ stores = [card, x] }}\na -> d {{ reads = [x]  encrypted = false }}"
    );
    assert_eq!(told(&other), ["warning a -> d []"]);
}

#[test]
fn services_ask_each_other_who_they_are() {
    let told = |text: &str| compile(text).brief("SE002");
    assert_eq!(told("service a\nworker b\na -> b { auth = none }"), ["warning a -> b []"]);
    assert_eq!(told("service a\nservice b { auth = none }\na -> b"), ["warning a -> b []"]);
    assert_eq!(told("service a\nservice b { auth = none }\na -> b { auth = mtls }"), Vec::<String>::new());
    assert_eq!(told("service a\ndatabase b\na -> b { auth = none }"), Vec::<String>::new());
    assert_eq!(compile("service a\nservice b\na -> b").open("SE002"), ["a -> b encrypted", "a -> b auth"]);
}

#[test]
fn sensitive_data_at_rest_is_encrypted() {
    for kind in ["database", "cache", "stream", "object_store"] {
        let text = format!("{CARD}{kind} k {{ stores = [card]  encrypted = false }}");
        assert_eq!(compile(&text).brief("SE003"), ["error k []"], "{kind}");
    }
    assert_eq!(compile("database k { pii = true  encrypted = false }").brief("SE003"), ["error k []"]);
    let unsaid = format!("{CARD}database k {{ stores = [card] }}");
    assert_eq!(compile(&unsaid).open("SE003"), ["k encrypted"]);
    let unclear = compile("data d\ndatabase k { stores = [d]  encrypted = false }");
    assert_eq!((unclear.told("SE003"), unclear.open("SE003")), (Vec::new(), vec!["d class".to_owned()]));
    let named = format!("{CARD}service a\nqueue q {{ encrypted = false }}\na ~> q {{ writes = [card] }}");
    assert_eq!(compile(&named).brief("SE003"), ["error q []"]);
}

#[test]
fn credentials_without_a_vault_are_one_finding() {
    let text =
        "system s\nservice a\nexternal e\nexternal f\na -> e { auth = api_key }\na -> f { auth = basic }";
    let found = compile(text);
    assert_eq!(found.brief("SE003"), ["warning s, a -> e, a -> f []"]);
    assert_eq!(compile(&format!("{text}\nsecret_store v")).told("SE003"), Vec::<String>::new());
    assert_eq!(
        compile("service a\nexternal e\na -> e { auth = oauth2 }").told("SE003"),
        Vec::<String>::new()
    );
}

/// A design with data that must stay in the union, and a component elsewhere.
fn abroad(region: &str, body: &str) -> String {
    format!(
        "data profile {{ residency = [EU] }}\nregion eu-west-1 {{ database users {{ stores = [profile] }}\n service accounts }}\n\
         region {region} {{ service shop\n database copy }}\nclient browser\n{body}"
    )
}

#[test]
fn data_that_is_copied_or_sent_abroad_has_left() {
    let told = |body: &str| compile(&abroad("us-east-1", body)).brief("SE004");
    assert_eq!(told("users => copy"), ["error us-east-1.copy, profile []"]);
    assert_eq!(told("shop -> users { access = read }"), ["error us-east-1.shop, profile []"]);
    assert_eq!(told("shop -> users { access = write }"), Vec::<String>::new());
    assert_eq!(told("accounts -> copy { writes = [profile] }"), ["error us-east-1.copy, profile []"]);
    assert_eq!(told("accounts -> users"), Vec::<String>::new());
    assert_eq!(
        told("flow f { browser -> shop -> accounts -> users { access = read } }"),
        ["error us-east-1.shop, profile [f]"]
    );
    assert_eq!(
        told(
            "data token\nflow f { browser -> shop\n shop -> accounts { reads = [token] }\n accounts -> users { access = read } }"
        ),
        Vec::<String>::new()
    );
    assert_eq!(
        told(
            "queue q\nflow f { browser -> shop\n shop ~> q\n q ~> accounts\n accounts -> users { access = read } }"
        ),
        Vec::<String>::new(),
        "nothing read behind a message comes back"
    );
}

#[test]
fn a_place_is_the_nearest_jurisdiction_then_the_residency_then_the_region() {
    let told = |text: &str| {
        let text = format!("data p {{ residency = [eu, uk] }}\n{text}");
        compile(&text).told("SE004")
    };
    let where_it_is = |text: &str, words: &str| {
        let found = told(text);
        assert!(found.len() == 1 && found[0].contains(words), "{text} {found:?}");
    };
    where_it_is(
        "region eu-1 { jurisdiction = us\n database d { stores = [p] } }",
        "`us`, by `jurisdiction` of `eu-1`",
    );
    where_it_is("region eu-1 { database d { stores = [p]  residency = [ch] } }", "`ch`, by its `residency`");
    where_it_is("region US_EAST { database d { stores = [p] } }", "`US`, by the name of region `US_EAST`");
    where_it_is("region eu-1\nregion us-1\ndatabase d { stores = [p]  regions = [eu-1, us-1] }", "`us`");
    for silent in [
        "region UK-south { database d { stores = [p] } }",
        "region x { jurisdiction = DE\n database d { stores = [p] } }",
        "region eu-1 { zone a\n database d { stores = [p]  zones = [a] } }",
        "database d { stores = [p] }",
    ] {
        assert_eq!(told(silent), Vec::<String>::new(), "{silent}");
    }
    assert_eq!(
        compile("data p { residency = [eu] }\ndatabase d { stores = [p] }").open("SE004"),
        ["d jurisdiction"]
    );
}

#[test]
fn a_backup_abroad_has_left_too() {
    let text = |place: &str| {
        format!(
            "data p {{ residency = [eu] }}\nregion eu-1 {{ object_store here\n database d {{ stores = [p]  backup = {{ every = 1d  in = {place} }} }} }}\n\
             region us-1 {{ object_store there }}"
        )
    };
    assert_eq!(compile(&text("there")).brief("SE004"), ["error eu-1.d, p []"]);
    assert_eq!(compile(&text("us-1")).brief("SE004"), ["error eu-1.d, p []"]);
    assert_eq!(compile(&text("here")).told("SE004"), Vec::<String>::new());
}

#[test]
fn personal_data_goes_away_in_time() {
    let told = |sink: &str| {
        compile(&format!("data p {{ class = personal  retention = 30d }}\n{sink}")).brief("SE005")
    };
    for (kind, limit) in
        [("stream", "retention"), ("object_store", "retention"), ("warehouse", "retention"), ("cache", "ttl")]
    {
        let sink = |attribute: &str| format!("{kind} k {{ stores = [p]  {attribute} }}");
        assert_eq!(told(&sink("")), ["warning k []"], "{kind}");
        assert_eq!(told(&sink(&format!("{limit} = 31d"))), ["warning k []"], "{kind}");
        assert_eq!(told(&sink(&format!("{limit} = 30d"))), Vec::<String>::new(), "{kind}");
    }
    assert_eq!(told("database k { stores = [p] }"), Vec::<String>::new());
    assert_eq!(
        told("database k { stores = [p]  backup = { every = 1d  immutable = true } }"),
        ["warning k []"]
    );
    assert_eq!(
        told("database k { stores = [p]  retention = 7d  backup = { every = 1d  immutable = true } }"),
        Vec::<String>::new()
    );
    assert_eq!(told("queue dead\nqueue k { stores = [p]  dead_letter = dead }"), ["warning dead []"]);
    assert_eq!(told("queue k { stores = [p]  dead_letter = true }"), Vec::<String>::new());
    let assumed = compile("data p { pii = true }\nstream k { stores = [p]  retention = 2y }").told("SE005");
    assert!(assumed.len() == 1 && assumed[0].contains("assumed: `retention` of the data"), "{assumed:?}");
    assert_eq!(compile("data p\nstream k { stores = [p] }").open("SE005"), ["p class"]);
}
