//! Something that should not face the internet does, or an entry asks nobody who they are.
//!
//! ## What it finds
//!
//! An outside actor that calls, or sends to, a store, a cache, a broker or a platform component other than `identity`: an
//! error. Or an outside actor's call with `auth = none` (where the call says nothing, that of the component that it reaches):
//! an error where the flow carries sensitive data (`class` from `confidential` up, or `pii`), else a warning. An actor is
//! outside unless it stands in a `network`.
//!
//! ## Why it matters
//!
//! A database on the internet has its own password between it and everybody; one leaked string or one unpatched version is
//! enough. Services in front check who asks, for what, and how often.
//!
//! ## How to mend it
//!
//! A private network with a service or gateway in front; `auth` at the entry; a web application firewall.
//!
//! ## When it stays silent
//!
//! Where the component says `public = true`, the calls only read (`access = read`) and no sensitive data is carried: that is a
//! publication. An object store that is called with an `auth` of its own (a signed address, a token) is no open one. Where `auth` stands neither on the call nor at the entry, the second part is not assessed.
//!
//! ## Source
//!
//! Threagile, unguarded access from the internet.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! database orders
//! app -> orders
//! ```
//!
//! ```arch,fail
//! data order { class = payment }
//! client app
//! service shop
//! database orders { stores = [order] }
//! flow buy {
//!   app -> shop { auth = none }
//!   shop -> orders { access = write }
//! }
//! ```
//!
//! ```arch,pass
//! client app
//! service shop { auth = oauth2 }
//! database orders
//! object_store pictures { public = true }
//! app -> shop -> orders
//! app -> pictures { access = read }
//! ```

use super::secrets::{Carried, Secret, secret_names};
use super::terms::{is_sensitive, reads, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Usage};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Auth;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "SE001",
    name: "exposed-component",
    category: Category::Security,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::AUTH), Need::Attribute(AttrId::ACCESS)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let carried = Carried::new(ctx, is_sensitive);
    for (id, it) in ctx.model.connections.enumerate() {
        let (Some(caller), Some(callee)) = (it.caller(), it.callee()) else { continue };
        let enters = matches!(it.op, Operator::Call | Operator::Message);
        // somebody else's system guards itself
        if !enters || !ctx.is_outside(caller) || ctx.model.components[callee].kind.is_actor() {
            continue;
        }
        let entry = Entry { connection: id, caller, callee };
        if is_inner(ctx.model.components[callee].kind) {
            check_inner(ctx, findings, &carried, entry);
        } else {
            check_auth(ctx, findings, &carried, entry);
        }
    }
}

/// A connection by which the outside comes in.
#[derive(Clone, Copy)]
struct Entry {
    connection: ConnectionId,
    caller: ComponentId,
    callee: ComponentId,
}

fn is_inner(kind: Kind) -> bool {
    let keeps = kind.is_store() || kind == Kind::Cache || kind.is_broker();
    keeps || kind.is_platform() && kind != Kind::Identity
}

/// Whether an object store is reached with an address or a token that was made out for this: every call says so by its `auth`.
fn is_signed(ctx: &RuleContext<'_>, entry: Entry) -> bool {
    let usages = ctx.usages(entry.connection);
    let signed = |usage: &Usage<'_>| {
        usage.attrs.word::<Auth>(AttrId::AUTH).is_some_and(|auth| !matches!(auth, Auth::None | Auth::Basic))
    };
    let kind = ctx.model.components[entry.callee].kind;
    kind == Kind::ObjectStore && !usages.is_empty() && usages.iter().all(signed)
}

/// Whether what is reached is a publication; `None` where nothing says whether its callers only read.
fn is_publication(ctx: &RuleContext<'_>, usages: &[Usage<'_>], callee: ComponentId, secrets: &[Secret]) -> Option<bool> {
    if !ctx.model.components[callee].attrs.is_true(AttrId::PUBLIC) || !secrets.is_empty() {
        return Some(false);
    }
    if usages.iter().any(|usage| writes(usage.attrs)) {
        return Some(false);
    }
    usages.iter().all(|usage| reads(usage.attrs)).then_some(true)
}

fn check_inner(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, carried: &Carried, entry: Entry) {
    let secrets = carried.by(entry.connection);
    if is_signed(ctx, entry) {
        return;
    }
    match is_publication(ctx, &ctx.usages(entry.connection), entry.callee, secrets) {
        Some(true) => return,
        None => return findings.not_assessed(entry.connection, AttrId::ACCESS),
        Some(false) => {}
    }
    let (from, to) = (ctx.model.path(entry.caller), ctx.model.path(entry.callee));
    let kind = ctx.model.components[entry.callee].kind.as_str().replace('_', " ");
    let holds = match secrets {
        [] => String::new(),
        secrets => format!(", and reaches {}", secret_names(ctx, secrets)),
    };
    let message = format!("`{from}`, on the internet, calls the {kind} `{to}` itself{holds}");
    findings.push(
        Finding::new(Severity::Error, entry.callee, message)
            .help("put it in a private network and a service or gateway before it")
            .witness([ctx.connection_step(entry.connection)])
            .hits_all(ctx.flows_through(entry.connection)),
    );
}

fn check_auth(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, carried: &Carried, entry: Entry) {
    let at_entry = ctx.model.components[entry.callee].attrs.word::<Auth>(AttrId::AUTH);
    let auth = |usage: &Usage<'_>| usage.attrs.word::<Auth>(AttrId::AUTH).or(at_entry);
    let usages = ctx.usages(entry.connection);
    if usages.iter().any(|usage| auth(usage).is_none()) {
        findings.not_assessed(entry.connection, AttrId::AUTH);
    }
    let open: Vec<Usage<'_>> = usages.into_iter().filter(|usage| auth(usage) == Some(Auth::None)).collect();
    if open.is_empty() {
        return;
    }
    let secrets_of = |usage: &Usage<'_>| match usage.call {
        Some((flow, _)) => carried.by_flow(flow),
        None => carried.by(entry.connection),
    };
    let mut secrets: Vec<Secret> = open.iter().flat_map(|usage| secrets_of(usage).iter().copied()).collect();
    secrets.sort_unstable();
    secrets.dedup();
    match is_publication(ctx, &open, entry.callee, &secrets) {
        Some(true) => return,
        None => return findings.not_assessed(entry.connection, AttrId::ACCESS),
        Some(false) => {}
    }
    let severity = |secret: bool| if secret { Severity::Error } else { Severity::Warning };
    let (from, to) = (ctx.model.path(entry.caller), ctx.model.path(entry.callee));
    let reached = match secrets.as_slice() {
        [] => String::new(),
        secrets => format!(", and the flow carries {}", secret_names(ctx, secrets)),
    };
    let message = format!("anybody can call `{to}` as `{from}` does: `auth` = `none`{reached}");
    let mut finding = Finding::new(severity(!secrets.is_empty()), entry.callee, message)
        .help("ask callers who they are, here or at a gateway: `auth = oauth2`")
        .witness([ctx.connection_step(entry.connection)]);
    for usage in &open {
        if let Some((flow, call)) = usage.call {
            let secret = severity(!secrets_of(usage).is_empty());
            finding = finding.hits_at(flow, secret).in_step(ctx.call((flow, call)).span);
        }
    }
    findings.push(finding);
}
