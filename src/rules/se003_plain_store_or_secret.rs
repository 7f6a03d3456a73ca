//! Sensitive data lies in the clear, or credentials have no place of their own.
//!
//! ## What it finds
//!
//! A store, cache or broker that keeps sensitive data (`class` from `confidential` up, or `pii`) with `encrypted = false`: an error.
//! Connections with `auth` = `api_key` or `basic` in a design without a `secret_store`: a warning, once for all of them.
//!
//! ## Why it matters
//!
//! Disks are returned, snapshots are shared, backups are copied. A password that has no vault stands in the source, in a build
//! log and in somebody's notes, and is never changed.
//!
//! ## How to mend it
//!
//! Encrypt at rest with keys from a key management service; keep credentials in a vault that hands out short-lived ones.
//!
//! ## When it stays silent
//!
//! On calls from outside, whose keys others keep. Where `encrypted`, the `class` of the data or `auth` is absent, that part is not assessed.
//!
//! ## Source
//!
//! Threagile, unencrypted technical assets; Azure Well-Architected, SE:07 and SE:09.
//!
//! ## Examples
//!
//! ```arch,fail
//! data patient { class = health }
//! service ward
//! database records { stores = [patient]  encrypted = false }
//! ward -> records
//! ```
//!
//! ```arch,fail
//! service shop
//! external bank
//! shop -> bank { auth = api_key }
//! ```
//!
//! ```arch,pass
//! data patient { class = health }
//! service ward
//! external lab
//! secret_store vault
//! database records { stores = [patient]  encrypted = true }
//! ward -> [records, vault]
//! ward -> lab { auth = api_key }
//! ```

use super::secrets::{kept, secret_names};
use super::stored::data_of;
use super::terms::is_sensitive;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Subject, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::Auth;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "SE003",
    name: "plain-store-or-secret",
    category: Category::Security,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::ENCRYPTED),
        Need::Attribute(AttrId::CLASS),
        Need::Attribute(AttrId::AUTH),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        if component.kind.is_store() || component.kind == Kind::Cache || component.kind.is_broker() {
            check_keeper(ctx, findings, id);
        }
    }
    if !ctx.model.components.iter().any(|it| it.kind == Kind::SecretStore) {
        check_credentials(ctx, findings);
    }
}

fn check_keeper(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let attrs = &ctx.model.components[id].attrs;
    let secrets = kept(ctx, id, is_sensitive);
    let plain = attrs.flag(AttrId::ENCRYPTED) == Some(false);
    if secrets.is_empty() {
        for data in data_of(ctx, id).into_iter().filter(|_| plain) {
            let attrs = &ctx.model.data[data].attrs;
            if !attrs.has(AttrId::CLASS) && !attrs.has(AttrId::PII) {
                findings.not_assessed(data, AttrId::CLASS);
            }
        }
        return;
    }
    if !attrs.has(AttrId::ENCRYPTED) {
        return findings.not_assessed(id, AttrId::ENCRYPTED);
    }
    if plain {
        let message = format!(
            "`{}` keeps {} with `encrypted` = `false`",
            ctx.model.path(id),
            secret_names(ctx, &secrets)
        );
        findings.push(
            Finding::new(Severity::Error, id, message)
                .mend("encrypt it at rest", edits::set(ctx, id, &[(AttrId::ENCRYPTED, "true")]))
                .help("encrypt it at rest, with keys that a key management service keeps: `encrypted = true`")
                .resting_on(ctx.model.path(id), attrs, &[AttrId::ENCRYPTED])
                .hits_all(ctx.flows_of(id).iter().copied()),
        );
    }
}

fn check_credentials(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut held: Vec<(ConnectionId, Auth)> = Vec::new();
    for (id, it) in ctx.model.connections.enumerate() {
        let calls = matches!(it.op, Operator::Call | Operator::Message);
        let Some(caller) = it.caller().filter(|_| calls) else { continue };
        for usage in ctx.usages(id) {
            match usage.attrs.word::<Auth>(AttrId::AUTH) {
                // the key of a caller from outside is theirs to keep
                Some(Auth::ApiKey | Auth::Basic) if ctx.is_outside(caller) => {}
                Some(auth @ (Auth::ApiKey | Auth::Basic)) => held.push((id, auth)),
                None if !ctx.is_outside(caller) => findings.not_assessed(id, AttrId::AUTH),
                _ => {}
            }
        }
    }
    held.dedup_by_key(|(id, _)| *id);
    let Some((first, _)) = held.first() else { return };
    let named = |(id, auth): &(ConnectionId, Auth)| {
        format!("`{}` (`auth` = `{}`)", ctx.connection_name(*id), auth.as_str())
    };
    let mut list: Vec<String> = held.iter().take(3).map(named).collect();
    if held.len() > 3 {
        list.push(format!("{} more", held.len() - 3));
    }
    let message = format!("no `secret_store` keeps the credentials of {}", list.join(", "));
    let it = &ctx.model.connections[*first];
    let mut finding = Finding::new(Severity::Warning, Subject::System, message)
        .at(it.from_span.to(it.to_span))
        .help("add a `secret_store` that hands them out, and change them often")
        .witness(held.iter().map(|(id, _)| ctx.connection_step(*id)));
    for (id, _) in &held {
        finding = finding.and(*id).hits_all(ctx.flows_through(*id));
    }
    findings.push(finding);
}
