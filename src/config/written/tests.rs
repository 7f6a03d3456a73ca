use super::*;

/// Each mistake as `WORD: MESSAGE; HELP`, where WORD is what stands at its place.
fn wrong(text: &str) -> Vec<String> {
    let told = read(text).wrong.into_iter().map(|wrong| {
        let help = wrong.help.map(|help| format!("; {help}")).unwrap_or_default();
        format!("{}: {}{help}", &text[wrong.at], wrong.message)
    });
    told.collect()
}

#[test]
fn an_empty_text_says_nothing() {
    assert_eq!(read(""), Written::default());
    assert_eq!(read("# a remark\n\n[rules]\n"), Written::default());
}

#[test]
fn every_section_is_read() {
    let text = r##"
fail_on = "warning"
theme = "brand"
[themes.brand.light]
ink = "#123"
[assumed]
zone = "99.95%"
mttr = "30min"
rtt_far = 0.1
peak_factor = "4x"
[prices]
egress = "$0.05"
[rules]
availability = "note"
AV001 = "off"
[rules.LT003]
level = "error"
warning = 4
error = "20%"
[[paths]]
files = "legacy/**"
rules = { AV001 = "off" }
[tech.postgres]
max_connections = 500
availability = "99.99%"
"##;
    let written = read(text);
    assert_eq!(written.wrong, []);
    assert_eq!(written.fail_on.unwrap().value, FailOn::Warning);
    assert_eq!(written.theme.unwrap().value, "brand");
    assert_eq!(written.themes[0].1.light.ink.as_ref().unwrap().as_str(), "#123");
    let wanted = Assumed {
        zone: 0.9995,
        mttr: 1800.0,
        rtt_far: 0.1,
        peak_factor: 4.0,
        price_egress: 0.05,
        ..Assumed::default()
    };
    assert_eq!(written.assumed, wanted);
    assert_eq!(written.figures.len(), 5);
    let names: Vec<&str> = written.rules.iter().map(|rule| rule.name.value.as_str()).collect();
    assert_eq!(names, ["availability", "AV001", "LT003"]);
    let lt003 = &written.rules[2];
    assert_eq!(lt003.level.as_ref().unwrap().value, Level::Error);
    let thresholds: Vec<(&str, f64)> =
        lt003.thresholds.iter().map(|(key, value)| (key.value.as_str(), value.value)).collect();
    assert_eq!(thresholds, [("warning", 4.0), ("error", 0.2)]);
    assert_eq!(written.paths[0].globs, [Glob::new("legacy/**")]);
    assert_eq!(written.paths[0].levels[0].1.value, Level::Off);
    let attributes: Vec<(&str, &str)> = written.technologies[0]
        .attributes
        .iter()
        .map(|(key, value)| (key.value.as_str(), value.value.as_str()))
        .collect();
    assert_eq!(attributes, [("max_connections", "500"), ("availability", "99.99%")]);
}

#[test]
fn unknown_keys_are_told_with_the_nearest() {
    assert_eq!(
        wrong("fail-on = \"error\"\n"),
        ["fail-on: there is no setting `fail-on`; did you mean `fail_on`?"]
    );
    assert_eq!(wrong("[assumd]\n"), ["assumd: there is no setting `assumd`; did you mean `assumed`?"]);
    assert_eq!(wrong("[assumed]\nmtr = 1\n"), ["mtr: there is no figure `mtr`; did you mean `mttr`?"]);
    assert_eq!(
        wrong("[prices]\nfoo = 1\n"),
        ["foo: there is no figure `foo`; there is `zone`, `region` or `egress`"]
    );
    assert_eq!(
        wrong("[[paths]]\nfile = \"a\"\n"),
        ["file: there is no key of `[[paths]]` `file`; did you mean `files`?"]
    );
}

#[test]
fn wrong_types_and_values_are_told_at_the_value() {
    for (text, told) in [
        ("fail_on = 3", "3: `fail_on` is one of `error`, `warning`, `note` or `never`; this is the number 3"),
        (
            "fail_on = \"warn\"",
            "\"warn\": `fail_on` is one of `error`, `warning`, `note` or `never`, not `warn`; did you mean `warning`?",
        ),
        (
            "theme = \"drak\"",
            "\"drak\": `theme` is one of `auto`, `light`, `dark` or `print`, not `drak`; did you mean `dark`?",
        ),
        ("rules = 1", "1: `rules` is a table; this is the number 1"),
        (
            "[rules]\nAV001 = \"of\"",
            "\"of\": `AV001` is one of `off`, `note`, `warning` or `error`, not `of`; did you mean `off`?",
        ),
        (
            "[rules]\nAV001 = false",
            "false: `AV001` is one of `off`, `note`, `warning` or `error`; this is `false`",
        ),
        (
            "[rules.RS004]\nwarning = -1",
            "-1: `warning` is a number of at least 0, or a percentage such as \"20%\"; this is the number -1",
        ),
        (
            "[rules.RS004]\nwarning = nan",
            "nan: `warning` is a number of at least 0, or a percentage such as \"20%\"; this is the number nan",
        ),
        (
            "[assumed]\nzone = 1.2",
            "1.2: `zone` is a share above 0 and up to 1, such as 0.999 or \"99.9%\"; this is the number 1.2",
        ),
        (
            "[assumed]\nzone = 0",
            "0: `zone` is a share above 0 and up to 1, such as 0.999 or \"99.9%\"; this is the number 0",
        ),
        (
            "[assumed]\nmttr = \"soon\"",
            "\"soon\": `mttr` is a time above zero, such as \"30min\"; a bare number counts seconds; this is the text `soon`",
        ),
        (
            "[assumed]\npeak_factor = 0.5",
            "0.5: `peak_factor` is a factor of at least 1, such as 3 or \"3x\"; this is the number 0.5",
        ),
        (
            "[prices]\nzone = -0.01",
            "-0.01: `zone` is a price of at least 0 for a gigabyte, such as 0.02 or \"$0.02\"; this is the number -0.01",
        ),
        ("paths = 1", "1: `paths` is a list of tables, each opened by `[[paths]]`; this is the number 1"),
        ("paths = [1]", "1: `paths` is a table; this is the number 1"),
        ("[[paths]]\nfiles = 1", "1: `files` is a pattern or a list of patterns; this is the number 1"),
        ("tech = []", "[]: `tech` is a table; this is a list"),
        ("[tech]\nredis = 1", "1: `redis` is a table; this is the number 1"),
        (
            "[tech.redis]\nlatency = { a = 1 }",
            "{ a = 1 }: `latency` is a value as a design writes it, such as \"40ms\"; this is a table",
        ),
    ] {
        assert_eq!(wrong(text), [told], "{text}");
    }
}

#[test]
fn paths_without_files_and_themes_that_are_none_are_told() {
    let told = wrong("[[paths]]\nrules = { AV001 = \"off\" }\n");
    assert!(told[0].contains("a `[[paths]]` without `files` is for no file"), "{told:?}");
    let told = wrong("[themes.a.light]\nink = \"red\"\n");
    assert!(told.len() == 1 && told[0].contains("`red` is no colour"), "{told:?}");
    let told = wrong("[themes.dark.light]\nink = \"#fff\"\n");
    assert_eq!(told, ["dark: the theme `dark` is built in; give yours another name"]);
}

#[test]
fn what_is_no_toml_is_one_mistake_with_a_place() {
    let written = read("fail_on = \"error\"\nrules = [\n");
    assert_eq!(written.wrong.len(), 1);
    assert!(written.wrong[0].at.start >= 18, "{:?}", written.wrong);
    assert!(read("a = 1\na = 2\n").wrong[0].message.contains("duplicate"));
    assert_eq!(read(&"[".repeat(100_000)).wrong.len(), 1);
    assert_eq!(read(&format!("rules = {}", "{ a = ".repeat(10_000))).wrong.len(), 1);
}

#[test]
fn several_mistakes_stand_in_the_order_of_the_text_and_the_rest_is_read() {
    let written = read("[rules]\nb = 1\nAV001 = \"off\"\n[assumed]\nq = 1\nzone = 0.9\n");
    let places: Vec<usize> = written.wrong.iter().map(|wrong| wrong.at.start).collect();
    assert!(places.len() == 2 && places.is_sorted());
    assert_eq!(written.assumed.zone, 0.9);
}
