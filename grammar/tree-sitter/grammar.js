// The tree-sitter grammar of Arch. `cargo run --manifest-path generate/Cargo.toml` writes src/ from it.
//
// It knows shapes, not words: no kind, attribute or value stands here, so it need not change with them. The words that
// editors colour stand in queries/highlights.scm, and a test holds them against the compiler's tables.
/// <reference types="tree-sitter-cli/dsl" />

const list_of = rule => optional(seq(rule, repeat(seq(",", rule)), optional(",")));

module.exports = grammar({
  name: "arch",

  word: $ => $.identifier,

  // what needs counting or the column: src/scanner.c
  externals: $ => [$.block_comment, $.text_block, $.string_content, $._in_recovery],

  extras: $ => [/[\s\uFEFF]/, $.comment, $.doc_comment, $.block_comment],

  rules: {
    source_file: $ => repeat($._item),

    _item: $ => choice($.annotation, $._statement, ";", ","),

    _statement: $ => choice($.import, $.objective, $.forbid, $.require, $.attribute, $.declaration, $.connection),

    import: $ => seq("import", field("path", $.string)),

    objective: $ => seq("slo", field("metric", $.identifier), $.comparison, field("value", $._value)),

    forbid: $ => seq("forbid", $._selector, $.operator, $._selector, optional(seq("except", $._selector))),

    require: $ => seq("require", $._selector, optional(seq($.comparison, field("value", $._value)))),

    attribute: $ => seq(field("key", alias($._first_path, $.key)), "=", field("value", $._value)),

    declaration: $ => seq(
      field("kind", $.identifier),
      field("name", $.identifier),
      optional(seq(":", field("technology", choice($.identifier, $.string)))),
      optional(field("label", $.string)),
      optional(field("body", $.block)),
    ),

    connection: $ => seq(
      $._first_ends,
      repeat1(seq($.operator, $._ends)),
      optional(field("label", $.string)),
      optional(field("body", $.block)),
    ),

    annotation: $ => prec.right(seq(
      "@",
      field("name", alias(token.immediate(/[A-Za-z_]\w*/), $.identifier)),
      optional(seq("(", list_of($._argument), ")")),
    )),

    _argument: $ => choice($._value, seq(field("key", alias($.path, $.key)), "=", field("value", $._value))),

    block: $ => seq("{", repeat($._item), "}"),

    // ends

    _first_ends: $ => choice($._first_path_node, alias($._first_alternatives, $.alternatives), $.all),
    _first_path_node: $ => alias($._first_path, $.path),
    _first_alternatives: $ => seq($._first_path_node, repeat1(seq("|", $.path))),
    _ends: $ => choice($.path, $.alternatives, $.all),
    alternatives: $ => seq($.path, repeat1(seq("|", $.path))),
    all: $ => seq("[", list_of($.path), "]"),

    // values

    _value: $ => choice(
      $.string, $.text_block, $.quantity, $.range, $.date, $.boolean, $.list, $.record, $._selector,
    ),

    list: $ => seq("[", list_of($._value), "]"),

    record: $ => seq("{", repeat(choice($.attribute, ",", ";")), "}"),

    _selector: $ => choice($.path, $.selector),

    selector: $ => seq(
      choice(
        "*",
        seq("#", $.identifier),
        seq($.identifier, token.immediate(":"), choice($.identifier, $.string)),
      ),
      repeat(seq(token.immediate("."), $.identifier)),
    ),

    path: $ => seq($.identifier, repeat(seq(token.immediate("."), $.identifier))),

    // at the head of a statement the words that act by position are names too, when what follows says so
    _first_path: $ => seq(
      choice($.identifier, alias(choice("import", "slo", "forbid", "require"), $.identifier)),
      repeat(seq(token.immediate("."), $.identifier)),
    ),

    // tokens

    operator: _ => choice("->>", "->", "~>", "=>", "--"),
    comparison: _ => choice(">=", "<=", ">", "<", "="),

    identifier: _ => /[_\p{XID_Start}](\p{XID_Continue}|-[\p{L}\p{Nd}])*/,
    boolean: _ => choice("true", "false"),

    quantity: $ => seq($.number, optional($.unit)),
    number: _ => /[$€£]?\d[\d_]*(\.\d+)?/,
    unit: _ => token.immediate(/[%\p{L}]+(\/\p{L}+)?|\/\p{L}+/),
    range: _ => /\d[\d_]*[kMB]?\.\.\d[\d_]*[kMB]?/,
    date: _ => /\d{4}-\d{2}-\d{2}/,

    string: $ => seq('"', repeat(choice($.string_content, $.escape)), token.immediate('"')),
    escape: _ => token.immediate(/\\(u\{[0-9A-Fa-f]*\}|[^\n\r])/),

    comment: _ => /\/\/([^\/\n\r][^\n\r]*)?|\/\/\/\/[^\n\r]*/,
    doc_comment: _ => /\/\/\/([^\/\n\r][^\n\r]*)?/,
  },
});
