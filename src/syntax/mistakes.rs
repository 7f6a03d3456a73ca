//! Every mistake that the parser can report: code, name and meaning, in one table. Knows no text and no tree.

crate::diagnostic::mistakes! {
    UNREADABLE "E001" "unreadable-statement" "a line that is none of the six statement forms";
    UNCLOSED_STRING "E002" "unclosed-string" "a string that does not end on its line, or a text block that never ends";
    UNCLOSED_COMMENT "E003" "unclosed-comment" "a block comment without its end";
    BAD_CHARACTER "E004" "bad-character" "a control, bidirectional or invisible character outside strings";
    BAD_ESCAPE "E005" "bad-escape" "a backslash in a string with no meaning";
    MISSING_BRACE "E006" "missing-closing-brace" "a block without its closing brace";
    STRAY_BRACE "E007" "stray-closing-brace" "a closing brace without a block";
    LOST_OPENING_BRACE "E008" "missing-opening-brace" "a block whose opening brace was lost";
    EXTRA_BRACE "E009" "extra-opening-brace" "an opening brace too many";
    BRACE_ON_OWN_LINE "E010" "brace-on-own-line" "an opening brace on the line below its head";
    UNCLOSED_BRACKET "E011" "unclosed-bracket" "a bracket without its end";
    STRAY_BRACKET "E012" "stray-bracket" "a closing bracket without its beginning";
    TOO_DEEP "E013" "too-deep" "nesting beyond what the language allows";
    MISSING_VALUE "E014" "missing-value" "no value behind `=` or a comparison";
    BAD_VALUE "E015" "bad-value" "something that is no value";
    MISSING_EQUALS "E016" "missing-equals" "an attribute that lost its `=`";
    MISSING_KEY "E017" "missing-key" "an `=` without the name of an attribute before it";
    MISSING_NAME "E018" "missing-name" "a declaration or reference without a name";
    BAD_NAME "E019" "bad-name" "something that cannot be a name";
    BAD_NUMBER "E020" "bad-number" "a number with a sign, an exponent or misplaced digits";
    BAD_UNIT "E021" "bad-unit" "a unit that does not exist, or a space before it";
    MISSING_END "E022" "missing-end" "a connection that lacks one of its ends";
    BAD_OPERATOR "E023" "bad-operator" "something between two ends that is no operator";
    MIXED_ENDS "E024" "mixed-ends" "`[ ]` and `|` in one end of a connection";
    MISSING_COMMA "E025" "missing-comma" "two elements without a comma between them";
    STRAY_COMMA "E026" "stray-comma" "a comma where none may stand";
    STRAY_TEXT "E027" "stray-text" "words behind a statement that is complete";
    SAME_LINE "E028" "two-on-a-line" "two statements on a line without `;` between them";
    MISSING_COLON "E029" "missing-colon" "a technology without `:` before it";
    STRAY_EQUALS "E030" "stray-equals" "an `=` where none may stand";
    MISSING_TECH "E031" "missing-technology" "no technology behind `:`";
    UNQUOTED_TEXT "E032" "unquoted-text" "words that need quotes";
    MISPLACED_PART "E033" "misplaced-part" "a part of a statement twice or in the wrong place";
    NOT_AN_ATTRIBUTE "E034" "not-an-attribute" "a statement other than an attribute in a block that holds attributes only";
    MISPLACED_SYSTEM "E035" "misplaced-system" "a `system` without a block that is not the first declaration";
    BAD_COMPARISON "E036" "bad-comparison" "no comparison, or one that does not exist";
    BAD_ANNOTATION "E037" "bad-annotation" "an annotation without its name or its arguments";
    LONELY_ANNOTATION "E038" "lonely-annotation" "an annotation with no statement behind it";
    LONELY_DOC "E039" "lonely-doc-comment" "a doc comment with nothing to describe";
    BAD_SELECTOR "E040" "bad-selector" "something that is no selector";
    BAD_DATE "E041" "bad-date" "a day that does not exist";
    BAD_TEXT_BLOCK "E042" "bad-text-block" "text behind an opening or before a closing `\"\"\"`, or a text block as a label";
    BAD_POLICY "E043" "bad-policy" "a `forbid` or `require` that lacks a part";
    TOO_MANY "E044" "too-many-mistakes" "the file has more mistakes than are told";
    TOO_LONG "E045" "too-long" "more than is read: a statement of a million words, or a file of a million statements";
}
