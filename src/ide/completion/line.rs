//! The statement before the cursor as tokens, read from the text itself: right behind an edit, and whatever is broken in it.

/// A token of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'t> {
    /// A name or a path, with a dot at its end perhaps.
    Word(&'t str),
    /// A number with its unit, or a day.
    Number(&'t str),
    /// A string.
    Text,
    /// An operator, a comparison, a bracket, any other sign.
    Sign(&'t str),
}

/// Where the cursor stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Inside<'t> {
    /// Among tokens.
    Code,
    /// In a string: what is written of it, from its start in the text.
    Text(&'t str, usize),
    /// In a comment.
    Comment,
}

/// A statement up to the cursor.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    /// What stands before the word at the cursor.
    pub(super) tokens: Vec<Token<'t>>,
    /// The word or number that ends at the cursor; empty where none does.
    pub(super) typed: &'t str,
    /// Where it starts.
    pub(super) start: usize,
    /// Where the cursor stands.
    pub(super) inside: Inside<'t>,
    /// The heads of the blocks that are open, from the outside in.
    pub(super) heads: Vec<Vec<Token<'t>>>,
}

/// The longest signs first.
const SIGNS: [&str; 12] = ["->>", "->", "~>", "=>", "--", ">=", "<=", "=", ">", "<", "|", ":"];

impl<'t> Line<'t> {
    /// Reads from `from`, where a statement begins, up to the cursor.
    pub(super) fn read(text: &'t str, from: usize, cursor: usize) -> Self {
        let mut reader = Reader { text: text.get(..cursor).unwrap_or(text), at: from, ..Reader::default() };
        while reader.step() {}
        reader.finish()
    }
}

#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<(Token<'t>, usize)>,
    /// Open brackets and parentheses.
    depth: usize,
    /// A line ended: the next token decides whether the statement goes on.
    is_new_line: bool,
    inside: Option<Inside<'t>>,
    heads: Vec<Vec<Token<'t>>>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return false };
        match first {
            '\n' | '\r' => {
                self.is_new_line |= self.depth == 0;
                self.at += 1;
            }
            ' ' | '\t' => self.at += 1,
            _ if rest.starts_with("//") => return self.comment(rest.find('\n').map(|end| (end, 0))),
            _ if rest.starts_with("/*") => return self.comment(rest.find("*/").map(|end| (end, 2))),
            '"' => return self.string(rest),
            '{' => {
                self.heads
                    .push(std::mem::take(&mut self.tokens).into_iter().map(|(token, _)| token).collect());
                (self.depth, self.is_new_line) = (0, false);
                self.at += 1;
            }
            '}' => {
                self.heads.pop();
                self.tokens.clear();
                (self.depth, self.is_new_line) = (0, false);
                self.at += 1;
            }
            ';' => {
                self.tokens.clear();
                self.at += 1;
            }
            ',' if self.depth == 0 => {
                self.tokens.clear();
                self.at += 1;
            }
            c if c.is_ascii_digit() || matches!(c, '$' | '€' | '£') => {
                let is_part = |c: char| {
                    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '/' | '-' | '$' | '€' | '£')
                };
                self.take(rest, is_part, Token::Number);
            }
            c if c == '_' || unicode_ident::is_xid_start(c) => {
                let dash_ends = |word: &str| word.trim_end_matches('-').len();
                let is_part = |c: char| c == '.' || c == '-' || unicode_ident::is_xid_continue(c);
                let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                // `a->b`: a dash that begins an operator belongs to no name
                let word = rest.get(..end).unwrap_or(rest);
                let end = if rest.get(end..).is_some_and(|rest| rest.starts_with('>')) || word.contains("--")
                {
                    word.find("--").unwrap_or_else(|| dash_ends(word))
                } else {
                    end
                };
                self.push(Token::Word(rest.get(..end).unwrap_or(word)), end.max(1));
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let length = sign.map_or(first.len_utf8(), |sign| sign.len());
                match first {
                    '[' | '(' => self.depth += 1,
                    ']' | ')' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                self.push(Token::Sign(rest.get(..length).unwrap_or(rest)), length);
            }
        }
        true
    }

    /// Goes behind a comment; false where the cursor is in it.
    fn comment(&mut self, end: Option<(usize, usize)>) -> bool {
        match end {
            Some((end, more)) => {
                self.at += end + more;
                true
            }
            None => {
                self.inside = Some(Inside::Comment);
                false
            }
        }
    }

    fn string(&mut self, rest: &'t str) -> bool {
        let block = rest.starts_with("\"\"\"");
        let mut escaped = false;
        let body = rest.get(if block { 3.. } else { 1.. }).unwrap_or_default();
        let end = if block {
            body.find("\"\"\"").map(|at| at + 6)
        } else {
            let ends = |c: char| {
                let ends = (c == '"' && !escaped) || c == '\n';
                escaped = c == '\\' && !escaped;
                ends
            };
            body.find(ends).map(|at| at + 2)
        };
        match end {
            Some(end) => {
                let length =
                    if rest.get(..end).is_some_and(|text| text.ends_with('\n')) { end - 1 } else { end };
                self.push(Token::Text, length);
                true
            }
            None => {
                self.inside = Some(Inside::Text(body, self.at + rest.len() - body.len()));
                false
            }
        }
    }

    fn take(&mut self, rest: &'t str, is_part: impl Fn(char) -> bool, token: fn(&'t str) -> Token<'t>) {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.push(token(rest.get(..end).unwrap_or(rest)), end);
    }

    fn push(&mut self, token: Token<'t>, length: usize) {
        if self.is_new_line {
            let goes_on = matches!(token, Token::Sign("->" | "~>" | "=>" | "--" | "->>" | "|"));
            if !goes_on {
                self.tokens.clear();
            }
            self.is_new_line = false;
        }
        self.attributes_end(token);
        self.tokens.push((token, self.at));
        self.at += length;
    }

    /// On a line an attribute may follow an attribute: what is complete no longer counts.
    fn attributes_end(&mut self, next: Token<'t>) {
        if self.depth > 0 || !matches!(next, Token::Word(_)) {
            return;
        }
        if let [(Token::Word(_), _), (Token::Sign("="), _), value, ..] = self.tokens.as_slice()
            && (self.tokens.len() == 3 && !matches!(value.0, Token::Sign(_))
                || matches!(self.tokens.last(), Some((Token::Sign("]"), _))))
        {
            self.tokens.clear();
        }
    }

    fn finish(mut self) -> Line<'t> {
        let end = self.text.len();
        if self.inside.is_none() {
            if self.is_new_line {
                self.tokens.clear();
            } else if self.rest().is_empty() && self.text.ends_with([' ', '\t']) {
                // a blank behind a value: another attribute may begin
                self.attributes_end(Token::Word(""));
            }
        }
        let (mut typed, mut start) = ("", end);
        if self.inside.is_none()
            && let Some((token @ (Token::Word(text) | Token::Number(text)), at)) = self.tokens.last().copied()
            && at + text.len() == end
        {
            self.tokens.pop();
            self.attributes_end(token);
            (typed, start) = (text, at);
        }
        Line {
            tokens: self.tokens.into_iter().map(|(token, _)| token).collect(),
            typed,
            start,
            inside: self.inside.unwrap_or(Inside::Code),
            heads: self.heads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let line = Line::read(text, 0, text.len());
        let tokens: Vec<String> = line
            .tokens
            .iter()
            .map(|token| match token {
                Token::Word(text) | Token::Number(text) | Token::Sign(text) => (*text).to_owned(),
                Token::Text => "\"\"".to_owned(),
            })
            .collect();
        assert_eq!(format!("{} ¦{} {:?}", tokens.join(" "), line.typed, line.inside), expected, "{text}");
    }

    #[test]
    fn a_statement_ends_where_it_does() {
        check("service a\nservice b: po", "service b : ¦po Code");
        check("a -> b\n  ~> c", "a -> b ~> ¦c Code");
        check("a->us-east-1.", "a -> ¦us-east-1. Code");
        check("service a { replicas = 2  zones = [a, b]  time", " ¦time Code");
        check("service a { replicas = 2 ", " ¦ Code");
        check("service a { replicas = 2", "replicas = ¦2 Code");
        check("service a { zones = [a,\n  ", "zones = [ a , ¦ Code");
        check("a -> b \"x // y\" { timeout = 20", "timeout = ¦20 Code");
        check("@allow(AV001, ", "@ allow ( AV001 , ¦ Code");
        check("flow f { slo p99 <= ", "slo p99 <= ¦ Code");
        check("a; b", " ¦b Code");
        check("a -> b // c", "a -> b ¦ Comment");
        check("import \"te", "import ¦ Text(\"te\", 8)");
        check("a \"open\nb ", "b ¦ Code");
        check("", " ¦ Code");
        check("x = \"\"\"\nlong } {\n\"\"\"\ny = ", "y = ¦ Code");
    }
}
