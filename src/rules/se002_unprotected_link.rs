//! A connection that others can read, or that asks nobody who they are.
//!
//! ## What it finds
//!
//! `encrypted = false` on a connection with an end on the internet, or that carries sensitive data (`class` from `confidential`
//! up, or `pii`): an error. `encrypted = false` elsewhere, or `auth = none` between compute components (where the connection
//! says nothing, on the component that is called): a warning. A step of a flow also carries what the calls below it carry.
//!
//! ## Why it matters
//!
//! Whoever sits on the way reads and changes what passes; on the inside that is every other machine of the network once one of
//! them is taken.
//!
//! ## How to mend it
//!
//! TLS on every connection; mutual TLS between services says who calls, too.
//!
//! ## When it stays silent
//!
//! Where `encrypted` or `auth` is absent, that part is not assessed.
//!
//! ## Source
//!
//! Threagile, unencrypted communication; AWS Well-Architected, SEC09.
//!
//! ## Examples
//!
//! ```arch,fail
//! data order { class = payment }
//! service shop
//! database orders { stores = [order] }
//! shop -> orders { encrypted = false }
//! ```
//!
//! ```arch,fail
//! service shop
//! service stock
//! shop -> stock { encrypted = true  auth = none }
//! ```
//!
//! ```arch,pass
//! client app
//! service shop
//! service stock
//! app -> shop { encrypted = true }
//! shop -> stock { encrypted = true  auth = mtls }
//! ```

use super::secrets::{Carried, secret_names};
use super::terms::is_sensitive;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Usage, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Auth;
use crate::model::{AttrId, ComponentId, Connection, ConnectionId};

pub(super) static RULE: Rule = Rule {
    code: "SE002",
    name: "unprotected-link",
    category: Category::Security,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::ENCRYPTED), Need::Attribute(AttrId::AUTH)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let carried = Carried::new(ctx, is_sensitive);
    for (id, it) in ctx.model.connections.enumerate() {
        check_encryption(ctx, findings, &carried, id);
        if let (Some(caller), Some(callee)) = (it.caller(), it.callee())
            && [caller, callee].iter().all(|end| ctx.model.components[*end].kind.is_compute())
        {
            check_auth(ctx, findings, id, it, callee);
        }
    }
}

fn check_encryption(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, carried: &Carried, id: ConnectionId) {
    let it = &ctx.model.connections[id];
    let usages = ctx.usages(id);
    if it.caller().is_some() && usages.iter().any(|usage| !usage.attrs.has(AttrId::ENCRYPTED)) {
        findings.not_assessed(id, AttrId::ENCRYPTED);
    }
    let plain: Vec<Usage<'_>> =
        usages.into_iter().filter(|usage| usage.attrs.flag(AttrId::ENCRYPTED) == Some(false)).collect();
    if plain.is_empty() {
        return;
    }
    let outside = outside_end(ctx, it);
    let secrets = carried.by(id);
    let name = ctx.connection_name(id);
    let (severity, why) = match (outside, secrets) {
        (Some(end), []) => {
            (Severity::Error, format!("crosses the internet to or from `{}`", ctx.model.path(end)))
        }
        (Some(end), secrets) => (
            Severity::Error,
            format!(
                "carries {} over the internet to or from `{}`",
                secret_names(ctx, secrets),
                ctx.model.path(end)
            ),
        ),
        (None, []) => (Severity::Warning, "can be read by whatever shares its network".to_owned()),
        (None, secrets) => (Severity::Error, format!("carries {}", secret_names(ctx, secrets))),
    };
    let message = format!("`{name}` {why}, with `encrypted` = `false`");
    let edits = edits::set_on_calls(ctx, id, &plain, &[(AttrId::ENCRYPTED, "true")]);
    let finding = Finding::new(severity, id, message).mend("encrypt it", edits);
    findings.push(told(ctx, finding, id, &plain).help("TLS on the connection: `encrypted = true`"));
}

fn outside_end(ctx: &RuleContext<'_>, it: &Connection) -> Option<ComponentId> {
    [it.caller(), it.callee()].into_iter().flatten().find(|end| ctx.is_outside(*end))
}

fn check_auth(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    id: ConnectionId,
    it: &Connection,
    callee: ComponentId,
) {
    if it.op == crate::syntax::ast::Operator::Replicate {
        return;
    }
    let of_callee = ctx.model.components[callee].attrs.word::<Auth>(AttrId::AUTH);
    let auth = |usage: &Usage<'_>| usage.attrs.word::<Auth>(AttrId::AUTH).or(of_callee);
    let usages = ctx.usages(id);
    if usages.iter().any(|usage| auth(usage).is_none()) {
        findings.not_assessed(id, AttrId::AUTH);
    }
    let open: Vec<Usage<'_>> = usages.into_iter().filter(|usage| auth(usage) == Some(Auth::None)).collect();
    if !open.is_empty() {
        let message = format!(
            "`{}` has `auth` = `none`: whatever reaches `{}` inside the network is served",
            ctx.connection_name(id),
            ctx.model.path(callee)
        );
        let edits = edits::set_on_calls(ctx, id, &open, &[(AttrId::AUTH, "mtls")]);
        let finding = Finding::new(Severity::Warning, id, message).mend("let both ends show who they are", edits);
        findings.push(told(ctx, finding, id, &open).help("mutual TLS or a signed token between services: `auth = mtls`"));
    }
}

fn told(ctx: &RuleContext<'_>, finding: Finding, id: ConnectionId, usages: &[Usage<'_>]) -> Finding {
    let mut finding = finding.witness([ctx.connection_step(id)]);
    for (flow, call) in usages.iter().filter_map(|usage| usage.call) {
        finding = finding.hits(flow).in_step(ctx.call((flow, call)).span);
    }
    finding
}
