// What a regular expression cannot read: comments that nest, text between two lines of `"""`, and the inside of a
// string, where a comment must not begin. It keeps no state.

#include "tree_sitter/parser.h"

enum Token { BLOCK_COMMENT, TEXT_BLOCK, STRING_CONTENT, IN_RECOVERY };

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool at_line_end(TSLexer *lexer) {
  return lexer->lookahead == '\n' || lexer->lookahead == '\r' || lexer->eof(lexer);
}

static bool string_content(TSLexer *lexer) {
  bool any = false;
  while (!at_line_end(lexer) && lexer->lookahead != '"' && lexer->lookahead != '\\') {
    advance(lexer);
    any = true;
  }
  lexer->result_symbol = STRING_CONTENT;
  return any;
}

// behind the first `/`; one that is never closed ends with the text
static bool block_comment(TSLexer *lexer) {
  advance(lexer);
  if (lexer->lookahead != '*') return false;
  advance(lexer);
  unsigned depth = 1;
  while (depth > 0 && !lexer->eof(lexer)) {
    int32_t first = lexer->lookahead;
    advance(lexer);
    if (first == '/' && lexer->lookahead == '*') {
      advance(lexer);
      depth++;
    } else if (first == '*' && lexer->lookahead == '/') {
      advance(lexer);
      depth--;
    }
  }
  lexer->result_symbol = BLOCK_COMMENT;
  return true;
}

static bool three_quotes(TSLexer *lexer) {
  for (unsigned i = 0; i < 3; i++) {
    if (lexer->lookahead != '"') return false;
    advance(lexer);
  }
  return true;
}

static void blanks(TSLexer *lexer) {
  while (lexer->lookahead == ' ' || lexer->lookahead == '\t') advance(lexer);
}

// opens as the last thing on its line, closes as the first on one
static bool text_block(TSLexer *lexer) {
  if (!three_quotes(lexer)) return false;
  blanks(lexer);
  if (!at_line_end(lexer)) return false;
  while (!lexer->eof(lexer)) {
    while (!at_line_end(lexer)) advance(lexer);
    while (lexer->lookahead == '\n' || lexer->lookahead == '\r') advance(lexer);
    blanks(lexer);
    if (three_quotes(lexer)) {
      lexer->result_symbol = TEXT_BLOCK;
      return true;
    }
  }
  return false;
}

void *tree_sitter_arch_external_scanner_create(void) { return NULL; }
void tree_sitter_arch_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_arch_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload, (void)buffer;
  return 0;
}
void tree_sitter_arch_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload, (void)buffer, (void)length;
}

bool tree_sitter_arch_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  // while it recovers, tree-sitter asks for every token at once
  if (valid[STRING_CONTENT] && !valid[IN_RECOVERY]) return string_content(lexer);
  while (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\n' || lexer->lookahead == '\r' ||
         lexer->lookahead == 0xFEFF) {
    lexer->advance(lexer, true);
  }
  if (valid[BLOCK_COMMENT] && lexer->lookahead == '/') return block_comment(lexer);
  if (valid[TEXT_BLOCK] && lexer->lookahead == '"') return text_block(lexer);
  return false;
}
