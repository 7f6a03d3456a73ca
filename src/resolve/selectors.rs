//! Selectors of views and policies, and the rules of a policy.

use smol_str::SmolStr;

use super::Resolver;
use super::attributes::On;
use super::complete::head;
use super::lookup::Referred;
use super::mistakes::{BAD_OPERATOR, MISPLACED, UNKNOWN_ATTRIBUTE, UNKNOWN_NAME};
use super::names::{Lookup, Named, Namespace, Scope};
use super::values::with_nearest;
use crate::model::attributes::{AttrId, RefKind};
use crate::model::{GroupKind, Kind, PolicyRule, PolicyRuleKind, Selector, SelectorKind};
use crate::syntax::ast::{self, Stmt, StmtKind};

impl Resolver<'_> {
    /// A selector whose names are resolved; `None` once the mistake is told.
    pub(crate) fn selector(&mut self, selector: &ast::Selector, scope: Scope) -> Option<Selector> {
        let text = self.text(selector.span);
        let kind = match &selector.kind {
            ast::SelectorKind::Everything => SelectorKind::Everything,
            ast::SelectorKind::Path(path) => return self.path_selector(path, scope),
            ast::SelectorKind::Tag(tag) if !tag.is_missing() => SelectorKind::Tag(tag.name.clone()),
            ast::SelectorKind::Tech(tech) => SelectorKind::Tech(tech.value.clone()),
            ast::SelectorKind::Team(path) if !path.is_missing() => {
                let team: SmolStr = path.text().into();
                self.teams_named.push((team.clone(), path.span));
                SelectorKind::Team(team)
            }
            _ => return None,
        };
        Some(Selector { text, span: selector.span, kind })
    }

    /// A path as a selector: a kind first, then an element.
    pub(crate) fn path_selector(&mut self, path: &ast::Path, scope: Scope) -> Option<Selector> {
        if path.is_missing() {
            return None;
        }
        let made = |kind| Some(Selector { text: path.text().into(), span: path.span, kind });
        if let Some(name) = path.single().map(|ident| ident.name.as_str()) {
            if let Some(kind) = Kind::from_name(name) {
                return made(SelectorKind::Kind(kind));
            }
            if let Some(kind) = GroupKind::from_name(name) {
                return made(SelectorKind::GroupKind(kind));
            }
            if let Lookup::Found(found) = self.names.find(scope, Namespace::Statement, path)
                && let Some(Named::Kind(_)) =
                    found.last().and_then(|id| self.names.entry(*id)).map(|e| e.named)
            {
                return made(SelectorKind::CustomKind(name.into()));
            }
        }
        match self.try_refer(scope, path, RefKind::Element) {
            Referred::To(reference) => made(SelectorKind::Element(reference.target)),
            Referred::Lost => None,
            Referred::Mistaken(mut mistake) => {
                let near = path.single().and_then(|ident| {
                    let kinds = Kind::all().map(Kind::as_str);
                    self.suggestions
                        .nearest(&ident.name, kinds.chain(GroupKind::all().map(GroupKind::as_str)))
                });
                if mistake.fix.is_none() && near.is_some() {
                    *mistake = with_nearest(*mistake, path.span, near);
                }
                self.report(*mistake);
                None
            }
        }
    }

    /// The rules of a policy's block.
    pub(crate) fn policy_rules(&mut self, items: &[Stmt], scope: Scope) -> Vec<PolicyRule> {
        let mut rules = Vec::new();
        for stmt in items {
            match &stmt.kind {
                StmtKind::Policy(policy) => {
                    self.annotate(stmt);
                    let kind = self.policy_rule(policy, scope);
                    rules.extend(kind.map(|kind| PolicyRule { span: stmt.span, kind }));
                }
                StmtKind::Attribute(_) | StmtKind::Junk => {}
                _ => {
                    let message = "a policy holds `forbid` and `require` only";
                    self.report(MISPLACED.at(head(stmt), message).with_help("move it out of the policy"));
                }
            }
        }
        rules
    }

    fn policy_rule(&mut self, policy: &ast::Policy, scope: Scope) -> Option<PolicyRuleKind> {
        match policy {
            ast::Policy::Forbid { from, operator, to, except } => {
                let from = self.selector(from, scope);
                let to = self.selector(to, scope);
                let excepted = except.as_ref().map(|except| self.selector(except, scope));
                let (op, span) = (*operator)?;
                if op == ast::Operator::Link {
                    let message = "`--` is a link between groups; a policy forbids connections";
                    self.report(BAD_OPERATOR.at(span, message).with_help("use `->`, `~>`, `=>` or `->>`"));
                    return None;
                }
                // an exception that was not understood must not make the rule stricter than it was meant
                let except = match excepted {
                    Some(None) => return None,
                    Some(Some(except)) => Some(except),
                    None => None,
                };
                Some(PolicyRuleKind::Forbid { from: from?, op, to: to?, except })
            }
            ast::Policy::Require { selector, key, condition } => {
                let selector = self.selector(selector, scope);
                let attribute = self.required_attribute(key)?;
                let condition = match condition {
                    None => None,
                    Some((comparison, _, value)) => {
                        let types = On::Group.types(attribute.spec()).unwrap_or(&[]);
                        Some((*comparison, self.value(attribute.name(), value, types, scope)?))
                    }
                };
                Some(PolicyRuleKind::Require { selector: selector?, attribute, condition })
            }
        }
    }

    fn required_attribute(&mut self, key: &ast::Ident) -> Option<AttrId> {
        if key.is_missing() {
            return None;
        }
        let known = AttrId::from_name(&key.name).filter(|id| On::Group.types(id.spec()).is_some());
        if known.is_none() {
            let words = AttrId::all().filter(|id| On::Group.types(id.spec()).is_some()).map(AttrId::name);
            let near = self.suggestions.nearest(&key.name, words);
            let told =
                UNKNOWN_ATTRIBUTE.at(key.span, format!("there is no attribute `{}` to require", key.name));
            self.report(with_nearest(told, key.span, near));
        }
        known
    }

    /// Tells of each `team:NAME` that is neither a team nor an owner. Comes last, when every owner is known.
    pub(crate) fn check_teams(&mut self) {
        if self.teams_named.is_empty() {
            return;
        }
        let teams = self.model.groups.iter().filter(|group| group.kind == GroupKind::Team);
        let mut known: Vec<SmolStr> = teams.map(|group| group.header.name.clone()).collect();
        let owner = |attrs: &crate::model::Attributes| attrs.text(AttrId::OWNER).map(SmolStr::from);
        known.extend(self.model.components.iter().filter_map(|component| owner(&component.attrs)));
        known.extend(self.model.groups.iter().filter_map(|group| owner(&group.attrs)));
        known.extend(self.model.data.iter().filter_map(|data| owner(&data.attrs)));
        known.sort_unstable();
        known.dedup();
        for (team, span) in std::mem::take(&mut self.teams_named) {
            if known.binary_search(&team).is_err() {
                let near = self.suggestions.nearest(&team, known.iter().map(SmolStr::as_str));
                let told = UNKNOWN_NAME.at(span, format!("`{team}` is neither a `team` nor an `owner`"));
                self.report(with_nearest(told, span, near));
            }
        }
    }
}
