//! Keys of attributes that fit and are not yet given, each with its value to fill in; technologies behind a colon.

use super::line::Token;
use super::{Asked, CompletionKind, escaped};
use crate::ide::cursor::Owner;
use crate::ide::customs::{self, Base, Word};
use crate::model::AttrId;
use crate::model::attributes::Type;
use crate::model::catalogue::{Technology, catalogue};
use crate::syntax::ast::StmtKind;

impl Asked<'_> {
    /// The keys that fit the block and are not yet in it.
    pub(super) fn keys(&mut self) {
        let given = self.given();
        if let Owner::Record(fields) = self.owner {
            for field in fields.iter().filter(|field| !given.iter().any(|key| key == field.name)) {
                let snippet = filled(field.name, field.types);
                self.add_key(field.name, field.meaning, snippet);
            }
            return;
        }
        let fitting: Vec<(AttrId, &'static [Type])> = AttrId::all()
            .filter(|id| !given.iter().any(|key| key == id.name()))
            .filter_map(|id| Some((id, self.owner.types(id.spec())?)))
            .collect();
        // what everything has comes last
        let (common, own): (Vec<_>, Vec<_>) =
            fitting.into_iter().partition(|(id, _)| id.spec().group == "everywhere");
        for (id, types) in own.into_iter().chain(common) {
            let spec = id.spec();
            let default = spec.default.map_or_else(String::new, |default| format!(" (default {default})"));
            self.add_key(spec.name, &format!("{}{default}", spec.meaning), filled(spec.name, types));
        }
    }

    fn add_key(&mut self, name: &str, meaning: &str, snippet: String) {
        let start = self.line.start;
        self.add_at(start, CompletionKind::Attribute, name, meaning, format!("{name} = "), Some(snippet));
    }

    /// The keys that the block has, but for the one at the cursor.
    fn given(&self) -> Vec<String> {
        let Some(block) = self.block else { return Vec::new() };
        let key = |stmt: &crate::syntax::ast::Stmt| match &stmt.kind {
            StmtKind::Attribute(it) if !it.key.span.touches(self.cursor) => Some(it.key.text()),
            _ => None,
        };
        block.items.iter().filter_map(key).collect()
    }

    /// Behind the colon of a declaration: technologies of that kind first, or the base of a kind of one's own.
    pub(super) fn technologies(&mut self, kind: &str, name: Option<Token<'_>>) {
        let Some(name) = name else { return };
        if kind == "kind" {
            self.kinds(false);
            return;
        }
        let base = match (kind, name) {
            ("defaults", Token::Word(of)) => of,
            _ => kind,
        };
        let builtin = match customs::base(self.trees, base) {
            Some(Base::Component(kind)) => kind.as_str(),
            _ => "",
        };
        let mut own: Vec<String> =
            customs::all(self.trees, Word::Tech).iter().map(|(_, it)| it.name.name.to_string()).collect();
        own.sort();
        own.dedup();
        for name in own {
            self.add(CompletionKind::Technology, &name, "tech of this design", None);
        }
        let mut all: Vec<&Technology> = catalogue().technologies().collect();
        let rank = |it: &Technology| match it.kinds.iter().position(|known| known == builtin) {
            _ if builtin.is_empty() => 0,
            Some(at) => at,
            None => usize::MAX,
        };
        all.sort_by_key(|it| rank(it));
        for it in all {
            let mut classes: Vec<&str> = it.pacelc.iter().map(|class| class.class.as_str()).collect();
            classes.dedup();
            let classes =
                if classes.is_empty() { String::new() } else { format!(" · {}", classes.join(", ")) };
            let detail = format!("{} · {}{classes}", it.label, it.class);
            self.add(CompletionKind::Technology, &it.name, detail, None);
        }
    }

    /// Behind `team:` and `tech:` of a selector.
    pub(super) fn behind_colon(&mut self, tokens: &[Token<'_>]) {
        match tokens {
            [.., Token::Word("tech"), Token::Sign(":")] => self.used_technologies(),
            [.., Token::Word("team"), Token::Sign(":")] => {
                self.elements(
                    |it| it.what == super::names::What::Group(crate::model::GroupKind::Team),
                    false,
                );
            }
            _ => {}
        }
    }

    fn used_technologies(&mut self) {
        let Some(design) = self.design else { return };
        let used = design.compilation.model.components.iter();
        let mut used: Vec<String> = used.filter_map(|it| Some(it.tech.as_ref()?.name.to_string())).collect();
        used.sort();
        used.dedup();
        for name in used {
            self.add(CompletionKind::Technology, &name, "", None);
        }
    }
}

/// `key = value` with the value to fill in.
fn filled(key: &str, types: &[Type]) -> String {
    format!("{key} = {}", types.first().map_or_else(|| "$1".to_owned(), |it| placeholder(*it)))
}

fn placeholder(it: Type) -> String {
    let choice = |words: &[&str]| format!("${{1|{}|}}", words.join(","));
    match it {
        Type::Flag => choice(&["true", "false"]),
        Type::Word(words) => choice(words),
        Type::Words(words) => format!("[${{1|{}|}}]", words.join(",")),
        Type::Text => "\"$1\"".to_owned(),
        Type::Names | Type::Refs(_) | Type::Selectors | Type::Rules => "[$1]".to_owned(),
        Type::Record(_) | Type::Factors => "{ $1 }".to_owned(),
        Type::Name | Type::Ref(_) | Type::Selector => "$1".to_owned(),
        other => format!("${{1:{}}}", escaped(sample(other))),
    }
}

/// A value of a type as people write it; empty where any would mislead.
pub(super) fn sample(it: Type) -> &'static str {
    match it {
        Type::Count => "2",
        Type::Number => "1",
        Type::Range => "2..6",
        Type::Time => "200ms",
        Type::Rate => "1k/s",
        Type::Size => "10GB",
        Type::Bandwidth => "1Gbps",
        Type::Share => "99.9%",
        Type::Factor => "2x",
        Type::Money => "$100",
        Type::Cost => "$100/month",
        Type::Date => "2027-12-31",
        _ => "",
    }
}
