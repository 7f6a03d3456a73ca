//! Every mistake that resolving can report: code, name and meaning, in one table. Knows no tree and no model.

crate::diagnostic::mistakes! {
    IMPORT_NOT_FOUND "E101" "import-not-found" "an import of a file that does not exist";
    IMPORT_OUTSIDE_ROOT "E102" "import-outside-root" "an import of a file outside the workspace root";
    IMPORT_NOT_UTF8 "E103" "import-not-utf8" "an import of a file that is not UTF-8";
    IMPORT_TOO_LARGE "E104" "import-too-large" "an import of a file over 16 MiB";
    IMPORT_UNREADABLE "E105" "import-unreadable" "an import of a file that the system cannot read";
    MISPLACED "E106" "misplaced-statement" "a statement where such a one cannot stand";
    UNKNOWN_KIND "E107" "unknown-kind" "a declaration whose first word is no kind";
    BAD_BASE "E108" "bad-kind" "a `kind` whose name is taken by the language, or that is not made from a built-in one";
    DUPLICATE_NAME "E109" "duplicate-name" "a name declared twice in one scope and namespace";
    DUPLICATE_ATTRIBUTE "E110" "duplicate-attribute" "an attribute twice in one block";
    DUPLICATE_CONNECTION "E111" "duplicate-connection" "two connections with the same ends, operator and label";
    UNKNOWN_NAME "E112" "unknown-name" "a name that nothing declares";
    AMBIGUOUS_NAME "E113" "ambiguous-name" "a short name that several places declare";
    WRONG_ELEMENT "E114" "wrong-element" "a name of something else than is wanted here";
    BAD_ENDPOINT "E115" "bad-endpoint" "a connection whose end cannot be one";
    BAD_OPERATOR "E116" "misplaced-operator" "an operator that has no meaning here";
    UNKNOWN_ATTRIBUTE "E117" "unknown-attribute" "an attribute that does not exist";
    MISFIT_ATTRIBUTE "E118" "misfit-attribute" "an attribute on something that it does not fit";
    WRONG_TYPE "E119" "wrong-type" "a value of the wrong type or dimension";
    UNKNOWN_WORD "E120" "unknown-word" "a word that is none of the attribute's values";
    OUT_OF_RANGE "E121" "out-of-range" "a value beyond what it can be";
    TOO_MANY_NEEDED "E122" "too-many-needed" "more `needs` than `replicas` or alternatives";
    NO_REPLICA "E123" "no-replica" "a component without any replica";
    MIXED_CURRENCIES "E124" "mixed-currencies" "two currencies in one file";
    BAD_URL "E125" "bad-url" "a `url` that is neither http, https nor mailto";
    UNKNOWN_TECH "E126" "unknown-technology" "a technology a letter or two from a known one";
    UNKNOWN_ANNOTATION "E127" "unknown-annotation" "an annotation that does not exist";
    BAD_ARGUMENT "E128" "bad-argument" "an argument that an annotation cannot take";
    UNKNOWN_METRIC "E129" "unknown-metric" "an objective on a metric that does not exist";
    BAD_TARGET "E130" "bad-target" "a target of an objective in the wrong dimension";
    UNREACHED_CALLER "E131" "unreached-caller" "a step of a flow whose caller no earlier step reaches";
    MANY_FLOWS "E132" "too-many-implicit-flows" "a design without flows in which too many actors reach too much";
    MANY_CONNECTIONS "E133" "too-many-connections" "lists that make more connections than a design holds";
    MANY_MISTAKES "E134" "too-many-mistakes-in-design" "a design has more mistakes than are told";
    MANY_COMPONENTS "E135" "too-many-components" "more components than a design holds";
    IDLE_HIT_RATIO "E136" "idle-hit-ratio" "a `hit_ratio` that no call is `behind`, so that it thins nothing";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_and_in_order() {
        let codes: Vec<&str> = ALL.iter().map(|mistake| mistake.code).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        let mut names: Vec<&str> = ALL.iter().map(|mistake| mistake.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        let table: Vec<String> =
            ALL.iter().map(|m| format!("{} {}: {}", m.code, m.name, m.meaning)).collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
