use super::*;
use crate::config::{FailOn, read};

fn made(text: &str) -> InForce {
    configure(&read(text))
}

fn wrong(text: &str) -> Vec<String> {
    let told = made(text).wrong.into_iter().map(|wrong| {
        let help = wrong.help.map(|help| format!("; {help}")).unwrap_or_default();
        format!("{}: {}{help}", &text[wrong.at], wrong.message)
    });
    told.collect()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn the_narrower_name_holds_whatever_the_order() {
    let orders = [
        "[rules]\nall = \"off\"\navailability = \"note\"\nAV = \"warning\"\nAV001 = \"error\"\n",
        "[rules]\nAV001 = \"error\"\nAV = \"warning\"\navailability = \"note\"\nall = \"off\"\n",
    ];
    for text in orders {
        let made = made(text);
        assert_eq!(made.wrong, []);
        assert_eq!(made.config.level("AV001"), Some(Level::Error));
        assert_eq!(made.config.level("AV002"), Some(Level::Warning));
        assert_eq!(made.config.level("CS001"), Some(Level::Off));
    }
    let by_name = made("[rules]\nsingle-point-of-failure = \"off\"\n\"data and sharding\" = \"note\"\n");
    assert!(by_name.config.is_off("AV001"));
    assert_eq!(by_name.config.level("DA001"), Some(Level::Note));
    assert!(made("[rules]\nav001 = \"off\"\n").config.is_off("AV001"));
}

#[test]
fn thresholds_are_those_of_the_rule() {
    let rs004 = made("[rules.RS004]\nlevel = \"note\"\nwarning = 5\n");
    assert_eq!(rs004.wrong, []);
    assert_eq!(rs004.config.threshold("RS004", "warning"), Some(5.0));
    assert_eq!(rs004.config.level("RS004"), Some(Level::Note));
    assert!(matches!(rs004.origins.get("rules.RS004.warning"), Some(Origin::File(_))));
    let weights = made("[rules.CO004]\ncircles = 50\n");
    assert_eq!(weights.config.threshold("CO004", "circles"), Some(50.0));
}

#[test]
fn names_that_are_no_rule_are_told() {
    for (text, told) in [
        ("[rules]\nAV01 = \"off\"", "AV01: there is no rule or group `AV01`; did you mean `AV001`?"),
        (
            "[rules]\navailabilty = \"off\"",
            "availabilty: there is no rule or group `availabilty`; did you mean `availability`?",
        ),
        ("[rules.AV01]\nx = 1", "AV01: there is no rule or group `AV01`; did you mean `AV001`?"),
        ("[rules.AV01]\n", "AV01: there is no rule or group `AV01`; did you mean `AV001`?"),
        (
            "[rules.AV01]\nlevel = \"off\"\nx = 1",
            "AV01: there is no rule or group `AV01`; did you mean `AV001`?",
        ),
        ("[rules]\nE101 = \"off\"", "E101: `E101` is a mistake in the source, which no level changes"),
        ("[rules.RS004]\nwarnin = 1", "warnin: RS004 has no threshold `warnin`; did you mean `warning`?"),
        (
            "[rules.availability]\nwarning = 1",
            "availability: `availability` is a group; thresholds belong to one rule; write them below its code, such as `[rules.RS004]`",
        ),
        (
            "[rules]\nAV001 = \"off\"\nsingle-point-of-failure = \"note\"",
            "single-point-of-failure: `AV001` and `single-point-of-failure` are one rule, given twice",
        ),
        (
            "[[paths]]\nfiles = \"a\"\nrules = { AV01 = \"off\" }",
            "AV01: there is no rule or group `AV01`; did you mean `AV001`?",
        ),
        (
            "[tech.postgrse]\nlatency = \"1ms\"",
            "postgrse: there is no technology `postgrse` in the catalogue; did you mean `postgres`?",
        ),
        (
            "[tech.redis]\nlatncy = \"1ms\"",
            "latncy: a technology has no attribute `latncy`; did you mean `latency`?",
        ),
    ] {
        assert_eq!(wrong(text), [told], "{text}");
    }
    let told = wrong("[tech.redis]\nlatency = \"1GB\"");
    assert!(told.len() == 1 && told[0].starts_with("\"1GB\": "), "{told:?}");
}

#[test]
fn technologies_are_known_by_the_name_of_the_catalogue() {
    let made = made("[tech.PostgreSQL]\nlatency = \"3ms\"\n[tech.our_own_thing]\nlatency = \"9ms\"\n");
    assert_eq!(made.wrong, []);
    let names: Vec<&String> = made.config.technologies.keys().collect();
    assert_eq!(names, ["our_own_thing", "postgres"]);
}

#[test]
fn the_command_line_wins() {
    let text = "[rules]\nAV001 = \"off\"\nRS001 = \"note\"\n[[paths]]\nfiles = \"a\"\nrules = { RS001 = \"off\", CS001 = \"off\" }\n";
    let mut it = made(text);
    let choice = Choice { deny: words(&["resilience"]), warn: words(&["RS001"]), ..Choice::default() };
    it.choose(&choice).unwrap();
    assert_eq!(it.config.level("RS001"), Some(Level::Warning), "the narrower word");
    assert_eq!(it.config.level("RS002"), Some(Level::Error));
    assert_eq!(it.origins.get("rules.RS001"), Some(&Origin::CommandLine));
    assert_eq!(it.config.paths[0].levels.keys().collect::<Vec<_>>(), ["CS001"]);
    assert!(it.config.is_off("AV001"), "what it does not name stays");

    let mut it = made(text);
    it.choose(&Choice { select: words(&["AV", "RS001"]), ignore: words(&["AV002"]), ..Choice::default() })
        .unwrap();
    assert_eq!(it.config.level("AV001"), None, "selected, so no longer off");
    assert!(it.config.is_off("AV002") && it.config.is_off("CS001") && it.config.is_off("RS002"));
    assert_eq!(it.config.level("RS001"), Some(Level::Note), "selected, its level stays");

    let told = made("").choose(&Choice { allow: words(&["AV01"]), ..Choice::default() }).unwrap_err();
    assert_eq!(told, "there is no rule or group `AV01`; did you mean `AV001`?");
}

#[test]
fn what_is_in_force_written_down_is_in_force_again() {
    let text = "fail_on = \"note\"\ntheme = \"own\"\n[themes.own]\nlight.ink = \"#123456\"\ndark.tints = [\"#fff\"]\n[assumed]\nzone = 0.99\nrtt_zone = 1e-7\n[rules]\nCS001 = \"note\"\n[rules.RS004]\nlevel = \"off\"\nwarning = 7.5\n[[paths]]\nfiles = [\"a\", \"b/**\"]\nrules = { AV = \"off\" }\n[tech.redis]\nlatency = \"2ms\"\nvendor = \"A \\\"B\\\" \\u007F\"\n";
    let first = made(text);
    assert_eq!(first.wrong, []);
    let place = |_: &Origin| "somewhere".to_owned();
    let written = toml(&first, &place);
    let again = made(&written);
    assert_eq!(again.wrong, [], "{written}");
    // defaults that are written down are thresholds that are set
    let set = |it: &InForce| {
        it.settings().iter().map(|row| (row.key.clone(), row.value.clone())).collect::<Vec<_>>()
    };
    assert_eq!(set(&first), set(&again));
    assert_eq!(first.config.levels, again.config.levels);
    assert_eq!(first.config.paths, again.config.paths);
    assert_eq!((again.config.fail_on, again.config.theme.as_deref()), (FailOn::Note, Some("own")));
    assert_eq!(first.config.themes, again.config.themes);
    assert!(written.contains("warning = 7.5  # tries · somewhere"), "{written}");
    assert!(written.contains("# AV001 = \"error"), "{written}");
}

#[test]
fn every_key_of_a_file_is_in_the_schema() {
    let schema = schema();
    let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), crate::config::KEYS.len());
    let themes = &schema["properties"]["themes"]["additionalProperties"]["properties"]["light"]["properties"];
    let shades = serde_json::to_value(crate::config::Shades::default()).unwrap();
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(themes), names(&shades));
    let rules = names(&schema["properties"]["rules"]["properties"]);
    for rule in all() {
        assert!(rules.iter().any(|key| key == rule.code) && rules.iter().any(|key| key == rule.name));
    }
    let mut words: Vec<&str> = Category::all().map(Category::word).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Category::all().count());
}
